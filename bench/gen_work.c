#include "gen_work.h"

#include <stdio.h>

enum {
    HEAP_LIVE_BYTES = 4 << 20,
    HEAP_STEP_BYTES = 8192,
    IDLE_GAPS = 40,       /* how long nothing happens when no processor runs */
    STEAL_ONE_IN = 800,   /* syscalls that take long enough for that */
    RETURN_ONE_IN = 200,  /* steps */
    WAKE_ONE_IN = 4,      /* steps with work and an idle processor */
    MARKING_PERCENT = 33, /* of the time between two collections */
    WORKERS_WANTED = 5,
    WORKER_ENDS_ONE_IN = 8,
};

/* ---- tasks, regions, messages ---- */

static void begin_task(struct gen_work *work, uint32_t thread)
{
    struct gen_sched *sched = &work->sched;
    struct gen_goroutine *g = gen_goroutine_on(sched, thread);
    uint64_t name = gen_names_text(&sched->names, GEN_TEXT_TASK + gen_below(sched, GEN_TASK_NAMES));
    g->outer_task = g->task;
    g->task = ++work->tasks;
    gen_event(sched, thread, WIRE_USER_TASK_BEGIN, g->task, g->outer_task, name, gen_stack(sched, GEN_STACK_USER));
}

static void end_task(struct gen_work *work, uint32_t thread)
{
    struct gen_sched *sched = &work->sched;
    struct gen_goroutine *g = gen_goroutine_on(sched, thread);
    if (gen_below(sched, 100) >= sched->shape.tasks_left_open)
        gen_event(sched, thread, WIRE_USER_TASK_END, g->task, gen_stack(sched, GEN_STACK_USER));
    g->task = g->outer_task;
    g->outer_task = 0;
}

/* Another task: within the one that there is, or after its end. */
static void next_task(struct gen_work *work, uint32_t thread)
{
    const struct gen_goroutine *g = gen_goroutine_on(&work->sched, thread);
    if (g->task && (g->outer_task || !gen_chance(&work->sched, 4)))
        end_task(work, thread);
    else
        begin_task(work, thread);
}

static void begin_region(struct gen_sched *sched, uint32_t thread)
{
    struct gen_goroutine *g = gen_goroutine_on(sched, thread);
    uint32_t name = gen_below(sched, GEN_REGION_NAMES);
    g->region_names[g->regions++] = (uint8_t)name;
    gen_event(sched, thread, WIRE_USER_REGION_BEGIN, g->task, gen_names_text(&sched->names, GEN_TEXT_REGION + name),
              gen_stack(sched, GEN_STACK_USER));
}

static void end_region(struct gen_sched *sched, uint32_t thread)
{
    struct gen_goroutine *g = gen_goroutine_on(sched, thread);
    uint32_t name = g->region_names[--g->regions];
    gen_event(sched, thread, WIRE_USER_REGION_END, g->task, gen_names_text(&sched->names, GEN_TEXT_REGION + name),
              gen_stack(sched, GEN_STACK_USER));
}

static void do_region(struct gen_work *work, uint32_t thread)
{
    const struct gen_goroutine *g = gen_goroutine_on(&work->sched, thread);
    if (g->regions && (g->regions == GEN_MOST_REGIONS || gen_chance(&work->sched, 2)))
        end_region(&work->sched, thread);
    else if (!g->regions && g->task && gen_chance(&work->sched, 4))
        end_task(work, thread);
    else
        begin_region(&work->sched, thread);
}

static void do_log(struct gen_sched *sched, uint32_t thread)
{
    char message[GEN_NAME_BYTES];
    uint64_t id = sched->counts.of_type[WIRE_USER_LOG];
    int digits = snprintf(message, sizeof message, "%llu", (unsigned long long)id);
    size_t size = gen_names_spoil(&sched->names, message, (size_t)digits);
    uint64_t value = wire_writer_message(&sched->writer, (struct base_str){message, size});
    gen_event(sched, thread, WIRE_USER_LOG, gen_goroutine_on(sched, thread)->task,
              gen_names_text(&sched->names, GEN_TEXT_LOG_KEY), value, gen_stack(sched, GEN_STACK_USER));
}

/* ---- the collector ---- */

static void stop_the_world(struct gen_sched *sched, uint32_t thread, enum gen_text why)
{
    gen_event(sched, thread, WIRE_STW_BEGIN, gen_names_text(&sched->names, why), gen_stack(sched, GEN_STACK_MEMORY));
}

static void start_the_world(struct gen_sched *sched, uint32_t thread)
{
    gen_event(sched, thread, WIRE_PROCS_CHANGE, sched->procs.count, gen_stack(sched, GEN_STACK_MEMORY));
    gen_event(sched, thread, WIRE_STW_END);
}

static void begin_collection(struct gen_work *work, uint32_t thread)
{
    struct gen_sched *sched = &work->sched;
    uint64_t now = sched->counts.events, every = sched->shape.collection_every;
    stop_the_world(sched, thread, GEN_TEXT_STW_SWEEP);
    work->gc_seq++;
    gen_event(sched, thread, WIRE_GC_BEGIN, work->gc_seq, gen_stack(sched, GEN_STACK_MEMORY));
    start_the_world(sched, thread);
    work->collections++;
    work->marking = true;
    work->marking_ends = now + every * MARKING_PERCENT / 100;
    work->next_collection = now + every;
    sched->workers_wanted = WORKERS_WANTED;
}

static void end_collection(struct gen_work *work, uint32_t thread)
{
    struct gen_sched *sched = &work->sched;
    stop_the_world(sched, thread, GEN_TEXT_STW_MARK);
    work->gc_seq++;
    gen_event(sched, thread, WIRE_GC_END, work->gc_seq);
    gen_event(sched, thread, WIRE_HEAP_GOAL, 2 * (uint64_t)HEAP_LIVE_BYTES + gen_below(sched, HEAP_LIVE_BYTES));
    start_the_world(sched, thread);
    work->marking = false;
    work->heap_bytes = HEAP_LIVE_BYTES;
    sched->workers_wanted = 0;
}

/* A goroutine that allocates helps the collector: it marks, and may have to wait for others that do, or it sweeps. */
static void do_collect(struct gen_work *work, uint32_t thread)
{
    struct gen_sched *sched = &work->sched;
    uint64_t stack = gen_stack(sched, GEN_STACK_MEMORY);
    if (!work->marking) {
        gen_event(sched, thread, WIRE_GC_SWEEP_BEGIN, stack);
        gen_event(sched, thread, WIRE_GC_SWEEP_END, HEAP_STEP_BYTES, gen_below(sched, HEAP_STEP_BYTES));
        return;
    }
    gen_event(sched, thread, WIRE_GC_MARK_ASSIST_BEGIN, stack);
    if (gen_chance(sched, 16)) {
        gen_goroutine_on(sched, thread)->assisting = true;
        gen_block(sched, thread, GEN_TEXT_ASSIST_WAIT);
    } else {
        gen_event(sched, thread, WIRE_GC_MARK_ASSIST_END);
    }
}

static void do_heap(struct gen_work *work, uint32_t thread)
{
    work->heap_bytes += HEAP_STEP_BYTES;
    gen_event(&work->sched, thread, WIRE_HEAP_ALLOC, work->heap_bytes);
}

/* ---- what comes next ---- */

static void act(struct gen_work *work, uint32_t thread)
{
    struct gen_sched *sched = &work->sched;
    uint32_t chosen = gen_below(sched, work->total_weight), action = 0;
    while (chosen >= sched->shape.weight[action])
        chosen -= sched->shape.weight[action++];
    switch ((enum gen_action)action) {
    case GEN_BLOCK: gen_block(sched, thread, (enum gen_text)gen_below(sched, GEN_BLOCK_REASONS)); break;
    case GEN_YIELD: gen_yield(sched, thread, gen_chance(sched, 4) ? GEN_TEXT_GOSCHED : GEN_TEXT_PREEMPTED); break;
    case GEN_UNBLOCK: gen_unblock_any(sched, thread); break;
    case GEN_SYSCALL: gen_syscall_begin(sched, thread); break;
    case GEN_REGION: do_region(work, thread); break;
    case GEN_LOG: do_log(sched, thread); break;
    case GEN_HEAP: do_heap(work, thread); break;
    case GEN_COLLECT: do_collect(work, thread); break;
    case GEN_SAMPLE: gen_sample(sched, thread); break;
    case GEN_ACTIONS: break;
    }
}

/* Whether there should be more of something by now. */
static bool due(const struct gen_work *work, uint64_t made, uint64_t wanted, uint32_t within_percent)
{
    double share = work->progress * 100 / within_percent;
    return made < wanted && (share >= 1 || (double)made < share * (double)wanted);
}

/* What the trace needs at this time, whatever the goroutine would do. True: the step is done. */
static bool serve_trace(struct gen_work *work, uint32_t thread)
{
    struct gen_sched *sched = &work->sched;
    const struct gen_shape *shape = &sched->shape;
    const struct gen_goroutine *g = gen_goroutine_on(sched, thread);
    bool surplus = !g->stays && sched->living > shape->living;
    if (work->marking && sched->counts.events >= work->marking_ends)
        end_collection(work, thread);
    else if (!work->marking && shape->collection_every && sched->counts.events >= work->next_collection)
        begin_collection(work, thread);
    else if (due(work, sched->counts.goroutines, shape->goroutines, shape->created_within))
        gen_create(sched, thread);
    else if (surplus && g->regions)
        end_region(sched, thread);
    else if (surplus && g->task)
        end_task(work, thread);
    else if (due(work, work->tasks, shape->tasks, 100) && !g->regions)
        next_task(work, thread);
    else if (surplus)
        gen_exit(sched, thread);
    else
        return false;
    return true;
}

static void do_worker(struct gen_sched *sched, uint32_t thread)
{
    if (gen_chance(sched, WORKER_ENDS_ONE_IN))
        gen_block(sched, thread, GEN_TEXT_SYSTEM_WAIT);
    else
        sched->clock_units += sched->gap_units;
}

static void step_on(struct gen_work *work, uint32_t proc)
{
    struct gen_sched *sched = &work->sched;
    uint32_t thread = sched->procs.at[proc].thread;
    struct gen_goroutine *g = gen_goroutine_on(sched, thread);
    if (g->status == GEN_IN_SYSCALL && gen_chance(sched, STEAL_ONE_IN)) {
        gen_steal(sched, proc);
        return;
    }
    gen_state(sched, thread);
    if (g->status == GEN_IN_SYSCALL) {
        gen_syscall_end(sched, thread);
    } else if (g->worker) {
        do_worker(sched, thread);
    } else if (due(work, sched->counts.generations, sched->shape.generations, 100)) {
        gen_next_generation(sched, thread);
        if (work->marking) {
            work->gc_seq++;
            gen_event(sched, thread, WIRE_GC_ACTIVE, work->gc_seq);
        }
    } else if (g->assisting) {
        gen_event(sched, thread, WIRE_GC_MARK_ASSIST_END);
        g->assisting = false;
    } else if (!serve_trace(work, thread)) {
        act(work, thread);
    }
}

/* Sees to it that something runs. */
static void wake(struct gen_sched *sched)
{
    bool work = sched->runnable.count > sched->runnable_begin;
    if (!sched->running.count)
        sched->clock_units += IDLE_GAPS * sched->gap_units;
    if (sched->lost.count && (gen_chance(sched, RETURN_ONE_IN) || (!sched->running.count && !work)))
        gen_return_any(sched);
    if (sched->idle.count &&
        (sched->running.count ? work && gen_chance(sched, WAKE_ONE_IN) : work || sched->waiting.count))
        gen_wake(sched);
}

static bool complete(const struct gen_work *work)
{
    const struct gen_sched *sched = &work->sched;
    const struct gen_shape *shape = &sched->shape;
    return work->progress >= 1 && sched->counts.goroutines >= shape->goroutines && work->tasks >= shape->tasks &&
           sched->counts.generations >= shape->generations && (!shape->drains || sched->living <= shape->living);
}

bool gen_work_step(struct gen_work *work)
{
    struct gen_sched *sched = &work->sched;
    const struct gen_shape *shape = &sched->shape;
    work->progress = shape->bytes ? (double)(sched->counts.bytes + sched->out.size) / (double)shape->bytes
                                  : (double)sched->counts.events / (double)shape->events;
    wake(sched);
    if (!sched->running.count)
        return true;
    if (complete(work) || sched->file.failed)
        return false;
    if (gen_chance(sched, shape->steps_in_a_row) || sched->procs.at[work->proc].thread == GEN_NONE)
        work->proc = sched->running.at[gen_below(sched, (uint32_t)sched->running.count)];
    step_on(work, work->proc);
    return true;
}

void gen_work_init(struct gen_work *work, const struct gen_shape *shape, uint64_t seed, int fd)
{
    *work = (struct gen_work){.heap_bytes = HEAP_LIVE_BYTES};
    struct gen_sched *sched = &work->sched;
    gen_sched_init(sched, shape, seed, fd);
    for (uint32_t i = 0; i < GEN_ACTIONS; i++)
        work->total_weight += shape->weight[i];
    work->next_collection = shape->collection_every / 2;

    uint64_t workers = shape->collection_every ? (shape->procs + 3) / 4 : 0;
    uint64_t there = workers + (shape->living + 3) / 4;
    for (uint64_t i = 1; i < there && i < shape->goroutines; i++)
        gen_exists(sched, i <= workers);
    uint32_t thread = sched->procs.at[sched->running.at[0]].thread;
    gen_state(sched, thread);
    gen_event(sched, thread, WIRE_PROCS_CHANGE, sched->procs.count, gen_stack(sched, GEN_STACK_MEMORY));
    stop_the_world(sched, thread, GEN_TEXT_STW_START);
    gen_event(sched, thread, WIRE_HEAP_GOAL, HEAP_LIVE_BYTES);
    start_the_world(sched, thread);
}

int gen_work_finish(struct gen_work *work)
{
    return gen_sched_finish(&work->sched);
}

void gen_work_release(struct gen_work *work)
{
    gen_sched_release(&work->sched);
}
