#include "random_trace.h"

#include "salvage.h"

enum { MOST_THREADS = 8, MOST_GOROUTINES = 64, NONE = -1 };

enum { RUNNABLE = 1, RUNNING, IN_SYSCALL, WAITING, DEAD = 0 };
enum { P_RUNNING = 1, P_IDLE, P_IN_SYSCALL };

struct thread {
    int proc, goroutine; /* index, or NONE */
    bool stopping;       /* the world, until its next event */
};

struct world {
    struct test_trace trace;
    struct test_random *random;
    const struct random_trace_shape *shape;
    uint64_t time_ns;
    struct thread threads[MOST_THREADS];
    struct {
        int status;
        uint64_t sequence;
    } procs[MOST_THREADS], goroutines[MOST_GOROUTINES]; /* goroutine i has the id i + 1 */
    uint64_t gc_sequence;
    bool collecting;
};

static uint64_t below(struct world *w, uint64_t limit)
{
    return test_random_below(w->random, limit);
}

#define emit(w, thread, type, ...)                                                                                     \
    (advance(w), wire_writer_event(&(w)->trace.writer, (thread_id){(thread) + 1}, (w)->time_ns, type, ##__VA_ARGS__))

static void advance(struct world *w)
{
    bool pause = w->shape->long_pauses && !below(w, 40);
    w->time_ns += 1 + below(w, pause ? UINT64_C(3) << 32 : w->shape->longest_ns);
}

static int pick_goroutine(struct world *w, int status)
{
    int from = (int)below(w, MOST_GOROUTINES);
    for (int i = 0; i < MOST_GOROUTINES; i++) {
        int g = (from + i) % MOST_GOROUTINES;
        if (w->goroutines[g].status == status)
            return g;
    }
    return NONE;
}

static int pick_proc(struct world *w, int status)
{
    int from = (int)below(w, w->shape->threads);
    for (unsigned i = 0; i < w->shape->threads; i++) {
        int p = (from + (int)i) % (int)w->shape->threads;
        if (w->procs[p].status == status)
            return p;
    }
    return NONE;
}

static int thread_with_proc(const struct world *w, int proc)
{
    for (int i = 0; i < MOST_THREADS; i++)
        if (w->threads[i].proc == proc)
            return i;
    return NONE;
}

static int living(const struct world *w)
{
    int count = 0;
    for (int i = 0; i < MOST_GOROUTINES; i++)
        count += w->goroutines[i].status != DEAD;
    return count;
}

/* ---- what a thread does next ---- */

static void create(struct world *w, int thread)
{
    int g = pick_goroutine(w, DEAD);
    if (g == NONE || (unsigned)g >= w->shape->goroutines)
        return;
    w->goroutines[g].status = RUNNABLE;
    w->goroutines[g].sequence = 0;
    emit(w, thread, WIRE_GO_CREATE, (uint64_t)g + 1, 1 + below(w, K_F), K_G);
}

static void leave_goroutine(struct world *w, int thread, int status)
{
    static const uint64_t reasons[] = {S_NONE, S_ALPHA, S_NETWORK, S_CHAN, S_FOREVER, S_SYNC};
    struct thread *t = &w->threads[thread];
    w->goroutines[t->goroutine].status = status;
    t->goroutine = NONE;
    if (status == DEAD)
        emit(w, thread, WIRE_GO_DESTROY);
    else
        emit(w, thread, status == RUNNABLE ? WIRE_GO_STOP : WIRE_GO_BLOCK, reasons[below(w, COUNT_OF(reasons))], K_F);
}

static void unblock(struct world *w, int thread)
{
    int g = pick_goroutine(w, WAITING);
    if (g == NONE)
        return;
    w->goroutines[g].status = RUNNABLE;
    emit(w, thread, WIRE_GO_UNBLOCK, (uint64_t)g + 1, ++w->goroutines[g].sequence, K_F);
}

static void begin_syscall(struct world *w, int thread)
{
    struct thread *t = &w->threads[thread];
    w->goroutines[t->goroutine].status = IN_SYSCALL;
    w->procs[t->proc].status = P_IN_SYSCALL;
    emit(w, thread, WIRE_GO_SYSCALL_BEGIN, ++w->procs[t->proc].sequence, K_F);
}

static void collect(struct world *w, int thread)
{
    w->collecting = !w->collecting;
    w->gc_sequence++;
    if (w->collecting)
        emit(w, thread, WIRE_GC_BEGIN, w->gc_sequence, K_F);
    else
        emit(w, thread, WIRE_GC_END, w->gc_sequence);
}

static void stop_the_world(struct world *w, int thread)
{
    emit(w, thread, WIRE_STW_BEGIN, 1 + below(w, 2), K_F);
    w->threads[thread].stopping = true;
}

static void run_on(struct world *w, int thread)
{
    switch (below(w, 16)) {
    case 0: create(w, thread); break;
    case 1: leave_goroutine(w, thread, living(w) > 1 ? DEAD : RUNNABLE); break;
    case 2:
    case 3: leave_goroutine(w, thread, RUNNABLE); break;
    case 4:
    case 5:
    case 6: leave_goroutine(w, thread, WAITING); break;
    case 7:
    case 8: unblock(w, thread); break;
    case 9:
    case 10:
    case 11: begin_syscall(w, thread); break;
    case 12: collect(w, thread); break;
    case 13: stop_the_world(w, thread); break;
    case 14: emit(w, thread, WIRE_HEAP_ALLOC, below(w, 1000)); break;
    default: emit(w, thread, WIRE_HEAP_GOAL, below(w, 3) ? below(w, 2000) : UINT64_MAX); break;
    }
}

static void find_work(struct world *w, int thread)
{
    struct thread *t = &w->threads[thread];
    int g = pick_goroutine(w, RUNNABLE);
    if (g == NONE && below(w, 2)) {
        unblock(w, thread); /* the network poller does that without a goroutine */
        return;
    }
    if (g == NONE || !below(w, 12)) {
        w->procs[t->proc].status = P_IDLE;
        t->proc = NONE;
        emit(w, thread, WIRE_PROC_STOP);
        return;
    }
    t->goroutine = g;
    w->goroutines[g].status = RUNNING;
    emit(w, thread, WIRE_GO_START, (uint64_t)g + 1, ++w->goroutines[g].sequence);
}

static void be_in_syscall(struct world *w, int thread)
{
    struct thread *t = &w->threads[thread];
    if (t->proc != NONE) {
        w->goroutines[t->goroutine].status = RUNNING;
        w->procs[t->proc].status = P_RUNNING;
        emit(w, thread, WIRE_GO_SYSCALL_END);
        return;
    }
    w->goroutines[t->goroutine].status = RUNNABLE;
    t->goroutine = NONE;
    emit(w, thread, WIRE_GO_SYSCALL_END_BLOCKED);
}

/* Takes an idle processor, or one from a thread that is in a syscall. */
static void find_proc(struct world *w, int thread)
{
    int p = pick_proc(w, P_IDLE), stolen = pick_proc(w, P_IN_SYSCALL);
    if (p != NONE) {
        w->procs[p].status = P_RUNNING;
        w->threads[thread].proc = p;
        emit(w, thread, WIRE_PROC_START, (uint64_t)p, ++w->procs[p].sequence);
    } else if (stolen != NONE) {
        int from = thread_with_proc(w, stolen);
        w->procs[stolen].status = P_IDLE;
        w->threads[from].proc = NONE;
        emit(w, thread, WIRE_PROC_STEAL, (uint64_t)stolen, ++w->procs[stolen].sequence, (uint64_t)from + 1);
    }
}

static void act(struct world *w)
{
    int thread = (int)below(w, w->shape->threads);
    struct thread *t = &w->threads[thread];
    if (t->stopping) {
        t->stopping = false;
        emit(w, thread, WIRE_STW_END);
    } else if (t->goroutine != NONE && w->goroutines[t->goroutine].status == IN_SYSCALL) {
        be_in_syscall(w, thread);
    } else if (t->goroutine != NONE) {
        run_on(w, thread);
    } else if (t->proc != NONE) {
        find_work(w, thread);
    } else {
        find_proc(w, thread);
    }
    if (!below(w, 20))
        wire_writer_flush(&w->trace.writer, (thread_id){thread + 1});
}

/* ---- generations ---- */

static void tell_of_thread(struct world *w, int thread)
{
    const struct thread *t = &w->threads[thread];
    if (t->proc != NONE)
        emit(w, thread, WIRE_PROC_STATUS, (uint64_t)t->proc, (uint64_t)w->procs[t->proc].status);
    if (t->goroutine != NONE)
        emit(w, thread, WIRE_GO_STATUS, (uint64_t)t->goroutine + 1, (uint64_t)thread + 1,
             (uint64_t)w->goroutines[t->goroutine].status);
}

static void tell_of_all(struct world *w)
{
    for (unsigned i = 0; i < w->shape->threads; i++)
        tell_of_thread(w, (int)i);
    for (unsigned p = 0; p < w->shape->threads; p++) {
        w->procs[p].sequence = 0;
        if (w->procs[p].status == P_IDLE)
            emit(w, 0, WIRE_PROC_STATUS, p, P_IDLE);
    }
    for (unsigned g = 0; g < MOST_GOROUTINES; g++) {
        int status = w->goroutines[g].status;
        w->goroutines[g].sequence = 0;
        if (status == RUNNABLE || status == WAITING)
            emit(w, 0, WIRE_GO_STATUS, g + 1, (uint64_t)-1, (uint64_t)status);
    }
}

/* Any state may be that in which a trace finds the world. */
static void begin_world(struct world *w)
{
    for (int i = 0; i < MOST_THREADS; i++)
        w->threads[i] = (struct thread){NONE, NONE, false};
    for (unsigned p = 0; p < w->shape->threads; p++) {
        w->procs[p].status = below(w, 2) ? P_RUNNING : P_IDLE;
        if (w->procs[p].status == P_IDLE)
            continue;
        w->threads[p].proc = (int)p;
        if (!below(w, 3) || p >= w->shape->goroutines)
            continue;
        w->threads[p].goroutine = (int)p;
        w->goroutines[p].status = RUNNING;
    }
    for (unsigned g = 0; g < w->shape->goroutines; g++)
        if (w->goroutines[g].status == DEAD && (!g || below(w, 2)))
            w->goroutines[g].status = below(w, 2) ? RUNNABLE : WAITING;
}

struct base_mapping random_trace(struct test_random *random, const struct random_trace_shape *shape)
{
    struct world w = {.random = random, .shape = shape, .time_ns = 1};
    test_trace_begin(&w.trace, WIRE_GO_1_26);
    begin_world(&w);
    for (unsigned generation = 1; generation <= shape->generations; generation++) {
        if (generation > 1) {
            advance(&w);
            test_trace_generation(&w.trace, w.time_ns);
        }
        tell_of_all(&w);
        for (unsigned i = 0; i < shape->events / shape->generations; i++)
            act(&w);
    }
    return test_trace_finish(&w.trace);
}

void random_damage(struct base_mapping *file, struct test_random *random)
{
    struct batch_places places = find_batches(file);
    const struct batch_place *place = &places.list.at[test_random_below(random, places.list.count)];
    if (!place->mark && test_random_below(random, 2))
        memset(bytes_of(file) + place->begin, 0xff, place->end - place->begin);
    else
        for (uint64_t left = 1 + test_random_below(random, 10); left; left--)
            bytes_of(file)[WIRE_HEADER_BYTES + test_random_below(random, file->size - WIRE_HEADER_BYTES)] ^=
                (uint8_t)(1u << test_random_below(random, 8));
    base_vec_release(&places.list);
}
