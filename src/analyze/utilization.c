#include "analyze/utilization.h"

#include "base/map.h"

const char *const analyze_util_flag_names[ANALYZE_UTIL_FLAGS] = {"perProc", "stw", "background", "assist", "sweep"};

unsigned analyze_util_flag_named(struct base_str name)
{
    for (int i = 0; i < ANALYZE_UTIL_FLAGS; i++)
        if (base_str_is(name, analyze_util_flag_names[i]))
            return 1u << i;
    return 0;
}

#define NO_LIFE UINT32_MAX
#define NO_HELPER UINT32_MAX

/* A processor that the collector has had, from when it came into being. */
struct life {
    struct analyze_util_proc proc;
    int64_t gc; /* reasons for which the collector has it */
    int64_t since_ns;
    int64_t freed_ns; /* when it was last busy */
    bool sweeps, ended;
};

/* A stretch of a life that the collector has. */
struct taken {
    uint32_t life;
    int64_t start_ns, end_ns;
};

/* Processors from `first` on came into being together. */
struct batch {
    int64_t first, start_ns;
    uint64_t ended; /* lives of it that end just now */
};

struct procs_change {
    int64_t time_ns, procs;
};

/* Who assists or works. */
struct helper {
    bool assists, works, runs;
    uint32_t life; /* own rules: where it is counted, or NO_LIFE */
};

struct making {
    struct analyze_utilization *result;
    bool per_proc;
    bool begun;              /* the series have, and have not ended */
    size_t first_step;       /* of the series */
    int64_t procs;           /* GOMAXPROCS, in force */
    int64_t procs_to_resume; /* that before the gap */
    int64_t stops;
    int64_t busy; /* processors that the collector has */
    BASE_VEC(struct life) lives;
    struct base_map life_by_proc; /* those not ended */
    BASE_VEC(uint32_t) highest;   /* the same as a heap, the highest id on top */
    BASE_VEC(struct taken) taken;
    BASE_VEC(struct batch) batches; /* by first */
    BASE_VEC(struct procs_change) changes;
    BASE_VEC(size_t) lowered; /* for each time that all steps so far were lowered: how many but the last were there */
    struct helper *helpers;
};

/* ---- steps ---- */

static void add_step(struct making *m, int64_t time_ns, double util)
{
    struct analyze_utilization *u = m->result;
    if (u->steps.count) {
        struct analyze_util_step *last = &u->steps.at[u->steps.count - 1];
        if (last->util == util)
            return;
        if (last->time_ns == time_ns) {
            last->util = util < last->util ? util : last->util;
            return;
        }
    }
    *base_vec_add(&u->steps) = (struct analyze_util_step){time_ns, util, 0};
}

/* What is left to the program from now on. */
static void note_util(struct making *m, int64_t time_ns)
{
    if (m->per_proc)
        add_step(m, time_ns, m->stops > 0 ? 0 : 1);
    else
        add_step(m, time_ns, 1 - (double)(m->stops > 0 ? m->procs : m->busy) / (double)m->procs);
}

/* GOMAXPROCS before a time; Q: not at it. */
static double procs_before(const struct making *m, int64_t time_ns)
{
    size_t low = 1, high = m->changes.count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (m->changes.at[middle].time_ns < time_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return (double)m->changes.at[low - 1].procs;
}

static double lower(const struct making *m, const struct analyze_util_step *step, size_t times)
{
    double util = step->util - (double)times / procs_before(m, step->time_ns);
    return util > 0 ? util : 0;
}

/* One more processor has been lost ever since the series began. The last step is lowered now, as the next one is
 * compared with it, the others together in the end. */
static void lower_all(struct making *m)
{
    struct analyze_utilization *u = m->result;
    if (m->per_proc || !m->begun)
        return;
    struct analyze_util_step *last = &u->steps.at[u->steps.count - 1];
    last->util = lower(m, last, 1);
    *base_vec_add(&m->lowered) = u->steps.count - 1;
}

static void lower_all_at_last(struct making *m)
{
    struct analyze_utilization *u = m->result;
    for (size_t i = u->steps.count, times = 0; i-- > m->first_step;) {
        while (times < m->lowered.count && m->lowered.at[m->lowered.count - 1 - times] > i)
            times++;
        if (times)
            u->steps.at[i].util = lower(m, &u->steps.at[i], times);
    }
    m->lowered.count = 0;
}

static void integrate_steps(struct analyze_utilization *u)
{
    for (size_t i = 1; i < u->steps.count; i++)
        u->steps.at[i].integral_ns = analyze_utilization_integral(u, i - 1, u->steps.at[i].time_ns);
}

size_t analyze_utilization_step(const struct analyze_utilization *u, size_t near, int64_t time_ns)
{
    size_t low = near, high = near, reach = 1;
    for (; low && u->steps.at[low].time_ns > time_ns; reach *= 2) {
        high = low;
        low -= reach < low ? reach : low;
    }
    for (; high < u->steps.count && u->steps.at[high].time_ns <= time_ns; reach *= 2) {
        low = high;
        high += reach < u->steps.count - high ? reach : u->steps.count - high;
    }
    while (high > low + 1) { /* low is not after the time, high is */
        size_t middle = low + (high - low) / 2;
        if (u->steps.at[middle].time_ns <= time_ns)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* ---- processors ---- */

static bool higher(const struct making *m, size_t a, size_t b)
{
    return m->lives.at[m->highest.at[a]].proc.id > m->lives.at[m->highest.at[b]].proc.id;
}

static void swap_in_heap(struct making *m, size_t a, size_t b)
{
    uint32_t saved = m->highest.at[a];
    m->highest.at[a] = m->highest.at[b];
    m->highest.at[b] = saved;
}

static void push_life(struct making *m, uint32_t life)
{
    size_t i = m->highest.count;
    *base_vec_add(&m->highest) = life;
    for (; i && higher(m, i, (i - 1) / 2); i = (i - 1) / 2)
        swap_in_heap(m, i, (i - 1) / 2);
}

static void pop_life(struct making *m)
{
    m->highest.at[0] = m->highest.at[--m->highest.count];
    for (size_t i = 0, child; (child = 2 * i + 1) < m->highest.count; i = child) {
        if (child + 1 < m->highest.count && higher(m, child + 1, child))
            child++;
        if (!higher(m, child, i))
            return;
        swap_in_heap(m, i, child);
    }
}

/* The batch of a processor that exists. */
static struct batch *batch_of(const struct making *m, int64_t proc)
{
    size_t low = 0, high = m->batches.count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (m->batches.at[middle].first <= proc)
            low = middle;
        else
            high = middle;
    }
    return &m->batches.at[low];
}

/* NO_LIFE for a processor that does not exist: the official tool crashes then. */
static uint32_t life_of(struct making *m, int64_t proc)
{
    if (proc < 0 || proc >= m->procs)
        return NO_LIFE;
    uint32_t life = base_map_find(&m->life_by_proc, (uint64_t)proc);
    if (life != BASE_MAP_NONE)
        return life;
    life = (uint32_t)m->lives.count;
    int64_t start_ns = batch_of(m, proc)->start_ns;
    *base_vec_add(&m->lives) =
        (struct life){.proc = {.id = proc, .count = 1, .start_ns = start_ns}, .freed_ns = start_ns};
    base_map_set(&m->life_by_proc, (uint64_t)proc, life);
    push_life(m, life);
    return life;
}

static void free_proc(struct making *m, uint32_t index, int64_t time_ns)
{
    struct life *life = &m->lives.at[index];
    m->busy--;
    life->freed_ns = time_ns;
    if (!m->per_proc || time_ns <= life->since_ns)
        return;
    life->proc.busy_count++;
    *base_vec_add(&m->taken) = (struct taken){index, life->since_ns, time_ns};
}

/* The collector has one reason more or less to have a processor. all_along: it has had it since before the trace. */
static void count_gc(struct making *m, uint32_t index, int64_t time_ns, int change, bool all_along)
{
    if (index >= m->lives.count || m->lives.at[index].ended) /* NO_LIFE is beyond them all */
        return;
    struct life *life = &m->lives.at[index];
    bool before = life->gc > 0;
    life->gc += change;
    if (!before && life->gc > 0) {
        m->busy++;
        life->since_ns = all_along ? life->freed_ns : time_ns;
        if (all_along)
            lower_all(m);
    } else if (before && life->gc <= 0) {
        free_proc(m, index, time_ns);
    }
}

static void end_life(struct making *m, int64_t time_ns)
{
    uint32_t index = m->highest.at[0];
    struct life *life = &m->lives.at[index];
    pop_life(m);
    base_map_remove(&m->life_by_proc, (uint64_t)life->proc.id);
    if (life->gc > 0)
        free_proc(m, index, time_ns);
    life->proc.end_ns = time_ns;
    life->ended = true;
    batch_of(m, life->proc.id)->ended++;
}

/* The processors of a batch from `first` up to `end` are gone. Those the collector never had are alike. */
static void end_batch(struct making *m, struct batch *batch, int64_t first, int64_t end, int64_t time_ns)
{
    uint64_t quiet = (uint64_t)(end - first) - batch->ended;
    batch->ended = 0;
    if (quiet)
        *base_vec_add(&m->lives) = (struct life){
            .proc = {.id = -1, .count = quiet, .start_ns = batch->start_ns, .end_ns = time_ns}, .ended = true};
}

static void set_procs(struct making *m, int64_t procs, int64_t time_ns)
{
    int64_t end = m->procs;
    while (m->highest.count && m->lives.at[m->highest.at[0]].proc.id >= procs)
        end_life(m, time_ns);
    while (end > procs && m->batches.count) {
        struct batch *batch = &m->batches.at[m->batches.count - 1];
        int64_t first = batch->first > procs ? batch->first : procs;
        end_batch(m, batch, first, end, time_ns);
        end = first;
        m->batches.count -= batch->first >= procs;
    }
    if (procs > m->procs)
        *base_vec_add(&m->batches) = (struct batch){m->procs, time_ns, 0};
    if (procs && !m->begun) {
        m->begun = true;
        m->first_step = m->result->steps.count;
        *base_vec_add(&m->result->steps) = (struct analyze_util_step){time_ns, 1, 0};
    }
    if (!m->changes.count || procs != m->procs)
        *base_vec_add(&m->changes) = (struct procs_change){time_ns, procs};
    m->procs = procs;
}

/* The program as a whole, from where the series began. */
static void add_whole(struct making *m, int64_t end_ns)
{
    struct analyze_utilization *u = m->result;
    if (m->procs)
        add_step(m, end_ns, 0);
    lower_all_at_last(m);
    const struct analyze_util_step *first = &u->steps.at[m->first_step], *last = &u->steps.at[u->steps.count - 1];
    *base_vec_add(&u->procs) =
        (struct analyze_util_proc){.id = -1,
                                   .count = 1,
                                   .start_ns = first->time_ns,
                                   .end_ns = u->rules == ANALYZE_UTIL_OFFICIAL ? last->time_ns : end_ns,
                                   .points = u->steps.count - m->first_step};
}

/* Nothing goes on beyond this time. */
static void end_series(struct making *m, int64_t time_ns)
{
    const struct analyze_utilization *u = m->result;
    m->procs_to_resume = m->procs;
    if (m->begun && time_ns < u->steps.at[u->steps.count - 1].time_ns)
        time_ns = u->steps.at[u->steps.count - 1].time_ns;
    if (m->begun && !m->per_proc)
        add_whole(m, time_ns);
    set_procs(m, 0, time_ns);
    m->changes.count = 0;
    m->stops = 0;
    m->begun = false;
}

/* ---- the official rules ---- */

static bool counts(const struct making *m, unsigned flag)
{
    return m->result->flags & flag;
}

/* A label says that a goroutine will work for the collector. */
static bool worker_counts(const struct making *m, const struct analyze_gc_event *event)
{
    return counts(m, ANALYZE_UTIL_BACKGROUND) && event->kind != ANALYZE_GC_WORKER_IDLE &&
           !(m->per_proc && event->kind == ANALYZE_GC_WORKER_DEDICATED);
}

static void apply_officially(struct making *m, const struct analyze_gc_event *event)
{
    int change = 0;
    struct helper nobody = {0}, *helper = event->goroutine == NO_HELPER ? &nobody : &m->helpers[event->goroutine];
    if (event->kind == ANALYZE_GC_PROCS)
        set_procs(m, event->proc, event->time_ns);
    if (event->kind == ANALYZE_GC_RESUME)
        set_procs(m, m->procs_to_resume, event->time_ns);
    if (!m->procs)
        return;
    switch ((enum analyze_gc_kind)event->kind) {
    case ANALYZE_GC_PROCS:
    case ANALYZE_GC_RESUME: break;
    case ANALYZE_GC_GAP: end_series(m, event->time_ns); return;
    case ANALYZE_GC_STW_BEGIN: m->stops += counts(m, ANALYZE_UTIL_STW); break;
    case ANALYZE_GC_STW_END: m->stops -= counts(m, ANALYZE_UTIL_STW); break;
    case ANALYZE_GC_SWEEP_BEGIN: change = counts(m, ANALYZE_UTIL_SWEEP); break;
    case ANALYZE_GC_SWEEP_END: change = -counts(m, ANALYZE_UTIL_SWEEP); break;
    case ANALYZE_GC_ASSIST_BEGIN:
        change = counts(m, ANALYZE_UTIL_ASSIST);
        helper->assists = change > 0;
        break;
    case ANALYZE_GC_ASSIST_END:
        change = -counts(m, ANALYZE_UTIL_ASSIST);
        helper->assists = false;
        break;
    case ANALYZE_GC_WORKER:
    case ANALYZE_GC_WORKER_DEDICATED:
    case ANALYZE_GC_WORKER_IDLE:
        change = worker_counts(m, event);
        helper->works |= change > 0; /* Q: for ever */
        break;
    case ANALYZE_GC_START: change = helper->assists || helper->works; break;
    case ANALYZE_GC_STOP: change = -(helper->assists || helper->works); break;
    }
    if (change && event->active && (event->kind == ANALYZE_GC_SWEEP_BEGIN || event->context_runs))
        lower_all(m);
    if (change)
        count_gc(m, life_of(m, event->proc), event->time_ns, change, false);
    note_util(m, event->time_ns);
}

/* ---- kymo's rules ---- */

/* Counts a helper where it runs, while it assists or works. */
static void count_helper(struct making *m, struct helper *helper, const struct analyze_gc_event *event)
{
    bool takes = helper->runs && (helper->assists || helper->works);
    if (takes == (helper->life != NO_LIFE))
        return;
    if (takes)
        helper->life = life_of(m, event->proc);
    count_gc(m, helper->life, event->time_ns, takes ? 1 : -1, event->active);
    if (!takes)
        helper->life = NO_LIFE;
}

static void apply_sweep(struct making *m, const struct analyze_gc_event *event)
{
    bool begin = event->kind == ANALYZE_GC_SWEEP_BEGIN;
    uint32_t life = counts(m, ANALYZE_UTIL_SWEEP) ? life_of(m, event->proc) : NO_LIFE;
    if (life == NO_LIFE || m->lives.at[life].sweeps == begin)
        return;
    m->lives.at[life].sweeps = begin;
    count_gc(m, life, event->time_ns, begin ? 1 : -1, event->active);
}

static void apply_helper(struct making *m, const struct analyze_gc_event *event)
{
    struct helper *helper = &m->helpers[event->goroutine];
    switch ((enum analyze_gc_kind)event->kind) {
    case ANALYZE_GC_ASSIST_BEGIN:
        helper->assists = counts(m, ANALYZE_UTIL_ASSIST);
        helper->runs = event->runs;
        break;
    case ANALYZE_GC_ASSIST_END: helper->assists = false; break;
    case ANALYZE_GC_START: helper->runs = true; break;
    case ANALYZE_GC_STOP: helper->runs = helper->works = false; break;
    default:
        helper->works = worker_counts(m, event);
        helper->runs = true;
        break;
    }
    count_helper(m, helper, event);
}

static void apply(struct making *m, const struct analyze_gc_event *event)
{
    switch ((enum analyze_gc_kind)event->kind) {
    case ANALYZE_GC_PROCS: set_procs(m, event->proc, event->time_ns); break;
    case ANALYZE_GC_RESUME: set_procs(m, m->procs_to_resume, event->time_ns); break;
    case ANALYZE_GC_GAP: end_series(m, event->time_ns); break;
    case ANALYZE_GC_STW_BEGIN: m->stops = counts(m, ANALYZE_UTIL_STW); break; /* there is one at a time */
    case ANALYZE_GC_STW_END: m->stops = 0; break;
    case ANALYZE_GC_SWEEP_BEGIN:
    case ANALYZE_GC_SWEEP_END: apply_sweep(m, event); break;
    default: apply_helper(m, event); break;
    }
    if (m->procs)
        note_util(m, event->time_ns);
}

static void begin_with_procs(struct making *m, const struct analyze_collector *collector)
{
    uint64_t procs = collector->procs_seen;
    for (size_t i = 0; i < collector->events.count; i++)
        if (collector->events.at[i].kind == ANALYZE_GC_PROCS) {
            procs = (uint64_t)collector->events.at[i].proc;
            break;
        }
    set_procs(m, procs < INT64_MAX ? (int64_t)procs : INT64_MAX, collector->first_ns);
}

/* ---- series ---- */

/* The points of the official series of a processor, whose utilisation is the lower one of the steps and its busy
 * stretches; where it ends. Q: with the last point, which is not at its end if nothing was left of it by then. */
static void measure(const struct analyze_utilization *u, struct analyze_util_proc *proc)
{
    const struct analyze_util_busy *busy = u->busy.at ? u->busy.at + proc->busy_first : NULL;
    size_t i = busy ? proc->busy_count : 0, step = analyze_utilization_step(u, 0, proc->start_ns);
    proc->points = 1;
    for (size_t k = 0; k < i; k++) {
        size_t start = busy[k].start_step, end = busy[k].end_step;
        proc->points +=
            start - step + (u->steps.at[start].util > 0) + (u->steps.at[end].util > 0 && busy[k].end_ns < proc->end_ns);
        step = end;
    }
    size_t last = analyze_utilization_step(u, step, proc->end_ns);
    proc->points += last - step;
    int64_t end_ns = proc->end_ns;
    for (bool further = true; further && end_ns > proc->start_ns;) {
        int64_t before_ns = end_ns;
        while (i && busy[i - 1].start_ns >= end_ns)
            i--;
        if (i && busy[i - 1].end_ns >= end_ns)
            end_ns = busy[i - 1].start_ns;
        while (last && u->steps.at[last].time_ns >= end_ns)
            last--;
        if (u->steps.at[last].time_ns < end_ns && u->steps.at[last].util == 0)
            end_ns = u->steps.at[last].time_ns;
        further = end_ns < before_ns;
    }
    proc->points += end_ns == proc->end_ns;
    proc->end_ns = end_ns > proc->start_ns ? end_ns : proc->start_ns;
}

/* Sorts the stretches by life, and adds up what each loses. */
static void lay_out_busy(struct making *m)
{
    struct analyze_utilization *u = m->result;
    size_t first = 0;
    for (size_t i = 0; i < m->lives.count; i++) {
        m->lives.at[i].proc.busy_first = first;
        first += m->lives.at[i].proc.busy_count;
        m->lives.at[i].proc.busy_count = 0;
    }
    base_vec_reserve(&u->busy, first);
    u->busy.count = first;
    for (size_t i = 0; i < m->taken.count; i++) {
        const struct taken *taken = &m->taken.at[i];
        struct analyze_util_proc *proc = &m->lives.at[taken->life].proc;
        struct analyze_util_busy *busy = &u->busy.at[proc->busy_first + proc->busy_count];
        size_t start = analyze_utilization_step(u, 0, taken->start_ns);
        size_t end = analyze_utilization_step(u, start, taken->end_ns);
        double integral_ns = analyze_utilization_integral(u, start, taken->start_ns);
        *busy = (struct analyze_util_busy){
            taken->start_ns, taken->end_ns, (uint32_t)start,
            (uint32_t)end,   integral_ns,   analyze_utilization_integral(u, end, taken->end_ns) - integral_ns};
        if (proc->busy_count++)
            busy->lost_ns += busy[-1].lost_ns;
    }
}

static void add_procs(struct making *m)
{
    struct analyze_utilization *u = m->result;
    lay_out_busy(m);
    for (size_t i = 0; i < m->lives.count; i++) {
        struct analyze_util_proc *proc = base_vec_add(&u->procs);
        *proc = m->lives.at[i].proc;
        if (u->rules == ANALYZE_UTIL_OFFICIAL)
            measure(u, proc);
    }
}

void analyze_utilization_make(struct analyze_utilization *u, const struct analyze_collector *collector, unsigned flags,
                              enum analyze_util_rules rules)
{
    struct making m = {.result = u, .per_proc = flags & ANALYZE_UTIL_PER_PROC};
    *u = (struct analyze_utilization){.flags = flags, .rules = rules};
    m.helpers = base_zalloc(collector->goroutines ? collector->goroutines : 1, sizeof *m.helpers);
    for (size_t i = 0; i < collector->goroutines; i++)
        m.helpers[i].life = NO_LIFE;
    if (rules == ANALYZE_UTIL_OWN)
        begin_with_procs(&m, collector);
    for (size_t i = 0; i < collector->events.count; i++) {
        if (rules == ANALYZE_UTIL_OFFICIAL)
            apply_officially(&m, &collector->events.at[i]);
        else
            apply(&m, &collector->events.at[i]);
    }
    end_series(&m, collector->last_ns);
    integrate_steps(u);
    if (m.per_proc && u->steps.count)
        add_procs(&m);
    base_vec_release(&m.lives);
    base_map_release(&m.life_by_proc);
    base_vec_release(&m.highest);
    base_vec_release(&m.taken);
    base_vec_release(&m.batches);
    base_vec_release(&m.changes);
    base_vec_release(&m.lowered);
    free(m.helpers);
}

void analyze_utilization_release(struct analyze_utilization *u)
{
    base_vec_release(&u->steps);
    base_vec_release(&u->procs);
    base_vec_release(&u->busy);
    *u = (struct analyze_utilization){0};
}

uint64_t analyze_utilization_series(const struct analyze_utilization *u)
{
    uint64_t series = 0;
    for (size_t i = 0; i < u->procs.count; i++)
        series += u->procs.at[i].count;
    return series;
}

uint64_t analyze_utilization_points(const struct analyze_utilization *u)
{
    uint64_t points = 0;
    for (size_t i = 0; i < u->procs.count; i++)
        points += u->procs.at[i].count * u->procs.at[i].points;
    return points;
}
