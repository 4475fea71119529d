#include "gen_sched.h"

#include <assert.h>
#include <stdio.h>

enum {
    NS_PER_UNIT = 64,
    UNITS_PER_SECOND = 1000000000 / NS_PER_UNIT,
    WALL_BEGIN_SECONDS = 1767225600, /* 2026-01-01 */
    FIRST_THREAD_ID = 1000,
    HELD_BYTES = 16 << 20, /* of all threads' batches, about */
    OUT_BYTES = 1 << 20,
};
static const uint64_t CLOCK_BEGIN_UNITS = 25458597463;

/* ---- chance ---- */

/* SplitMix64 (Sebastiano Vigna, public domain). */
static uint64_t next_random(struct gen_sched *sched)
{
    uint64_t z = sched->random += 0x9e3779b97f4a7c15ULL;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
    return z ^ z >> 31;
}

uint32_t gen_below(struct gen_sched *sched, uint32_t below)
{
    return (uint32_t)((next_random(sched) >> 32) * below >> 32);
}

static uint32_t any_number(struct gen_sched *sched)
{
    return (uint32_t)next_random(sched);
}

uint64_t gen_stack(struct gen_sched *sched, enum gen_stack_use use)
{
    return gen_names_stack(&sched->names, use, any_number(sched));
}

/* ---- lists ---- */

static void push(gen_list *list, uint32_t value)
{
    *base_vec_add(list) = value;
}

static uint32_t pop(gen_list *list)
{
    assert(list->count);
    return list->at[--list->count];
}

static uint32_t take_any(struct gen_sched *sched, gen_list *list)
{
    uint32_t i = gen_below(sched, (uint32_t)list->count), value = list->at[i];
    list->at[i] = pop(list);
    return value;
}

/* The processors in use keep their places. */
static void into_use(struct gen_sched *sched, uint32_t proc, uint32_t thread)
{
    struct gen_proc *p = &sched->procs.at[proc];
    p->status = GEN_PROC_RUNNING;
    p->thread = thread;
    p->place = (uint32_t)sched->running.count;
    push(&sched->running, proc);
    sched->threads.at[thread].proc = proc;
}

static void out_of_use(struct gen_sched *sched, uint32_t proc)
{
    struct gen_proc *p = &sched->procs.at[proc];
    uint32_t last = pop(&sched->running);
    sched->running.at[p->place] = last; /* one beyond the end if it was the last itself */
    sched->procs.at[last].place = p->place;
    sched->threads.at[p->thread].proc = GEN_NONE;
    p->status = GEN_PROC_IDLE;
    p->thread = GEN_NONE;
    push(&sched->idle, proc);
}

static void make_runnable(struct gen_sched *sched, uint32_t slot)
{
    sched->goroutines.at[slot].status = GEN_RUNNABLE;
    if (sched->runnable_begin * 2 > sched->runnable.count) { /* as much as is left moves to the front */
        sched->runnable.count -= sched->runnable_begin;
        memmove(sched->runnable.at, sched->runnable.at + sched->runnable_begin,
                sched->runnable.count * sizeof *sched->runnable.at);
        sched->runnable_begin = 0;
    }
    push(&sched->runnable, slot);
}

static uint64_t thread_id_of(uint32_t thread)
{
    return FIRST_THREAD_ID + (uint64_t)thread;
}

static uint32_t parked_thread(struct gen_sched *sched)
{
    if (sched->parked.count)
        return pop(&sched->parked);
    *base_vec_add(&sched->threads) = (struct gen_thread){.proc = GEN_NONE, .goroutine = GEN_NONE};
    return (uint32_t)sched->threads.count - 1;
}

struct gen_goroutine *gen_goroutine_on(struct gen_sched *sched, uint32_t thread)
{
    return &sched->goroutines.at[sched->threads.at[thread].goroutine];
}

/* ---- events ---- */

static void write_out(struct gen_sched *sched, size_t above)
{
    if (sched->out.size <= above)
        return;
    base_text_bytes(&sched->file, sched->out.data, sched->out.size);
    sched->counts.bytes += sched->out.size;
    sched->out.size = 0;
}

static uint64_t units_of(const struct gen_sched *sched, uint32_t thread)
{
    return sched->clock_units + thread % (sched->shape.ahead_ns / NS_PER_UNIT + 1);
}

static void count(struct gen_sched *sched, enum wire_type type)
{
    sched->counts.of_type[type]++;
    sched->counts.events++;
    sched->clock_units += 1 + gen_below(sched, (uint32_t)(2 * sched->gap_units - 1));
}

void gen_add(struct gen_sched *sched, uint32_t thread, enum wire_type type, const uint64_t *args, size_t count_of_args)
{
    struct gen_thread *t = &sched->threads.at[thread];
    thread_id id = {(int64_t)thread_id_of(thread)};
    count(sched, type);
    wire_writer_add(&sched->writer, id, units_of(sched, thread), type, args, count_of_args);
    if (++t->held >= sched->most_held) {
        wire_writer_flush(&sched->writer, id);
        t->held = 0;
    }
    write_out(sched, OUT_BYTES);
}

void gen_sample(struct gen_sched *sched, uint32_t thread)
{
    const struct gen_thread *t = &sched->threads.at[thread];
    struct wire_writer_sample sample = {.units = units_of(sched, thread),
                                        .thread = {(int64_t)thread_id_of(thread)},
                                        .proc = {t->proc},
                                        .goroutine = {(int64_t)gen_goroutine_on(sched, thread)->id},
                                        .stack = gen_stack(sched, GEN_STACK_USER)};
    wire_writer_sample(&sched->writer, &sample);
    count(sched, WIRE_CPU_SAMPLE);
    sched->counts.samples++;
}

/* ---- statuses ---- */

static void state_proc(struct gen_sched *sched, uint32_t thread, uint32_t proc, enum gen_proc_status status)
{
    struct gen_proc *p = &sched->procs.at[proc];
    if (p->stated == sched->generation)
        return;
    p->stated = sched->generation;
    p->seq = 0;
    gen_event(sched, thread, WIRE_PROC_STATUS, proc, status);
}

static void state_goroutine(struct gen_sched *sched, uint32_t thread, uint32_t slot, uint64_t on_thread)
{
    struct gen_goroutine *g = &sched->goroutines.at[slot];
    if (g->stated == sched->generation)
        return;
    g->stated = sched->generation;
    g->seq = 0;
    gen_event(sched, thread, WIRE_GO_STATUS, g->id, on_thread, g->status);
    if (g->assisting)
        gen_event(sched, thread, WIRE_GC_MARK_ASSIST_ACTIVE, g->id);
}

void gen_state(struct gen_sched *sched, uint32_t thread)
{
    struct gen_thread t = sched->threads.at[thread];
    if (t.proc != GEN_NONE)
        state_proc(sched, thread, t.proc, (enum gen_proc_status)sched->procs.at[t.proc].status);
    if (t.goroutine != GEN_NONE)
        state_goroutine(sched, thread, t.goroutine, thread_id_of(thread));
}

/* A goroutine that did nothing in this generation. */
static void state_idle_goroutine(struct gen_sched *sched, struct gen_goroutine *g)
{
    assert(g->status != GEN_RUNNING);
    g->stated = sched->generation;
    uint64_t on_thread = g->status == GEN_IN_SYSCALL ? thread_id_of(g->thread) : UINT64_MAX;
    uint64_t stack = gen_names_stack(&sched->names, GEN_STACK_BLOCK, g->stack);
    wire_writer_event(&sched->writer, NO_THREAD, sched->clock_units, WIRE_GO_STATUS_STACK, g->id, on_thread, g->status,
                      stack);
    count(sched, WIRE_GO_STATUS_STACK);
    if (g->assisting) {
        wire_writer_event(&sched->writer, NO_THREAD, sched->clock_units, WIRE_GC_MARK_ASSIST_ACTIVE, g->id);
        count(sched, WIRE_GC_MARK_ASSIST_ACTIVE);
    }
    write_out(sched, OUT_BYTES);
}

/* ---- goroutines ---- */

static uint32_t add_goroutine(struct gen_sched *sched)
{
    uint32_t slot;
    if (sched->vacant.count)
        slot = pop(&sched->vacant);
    else
        slot = (uint32_t)(base_vec_add(&sched->goroutines) - sched->goroutines.at);
    sched->goroutines.at[slot] =
        (struct gen_goroutine){.id = ++sched->counts.goroutines, .thread = GEN_NONE, .stack = any_number(sched)};
    sched->living++;
    return slot;
}

void gen_exists(struct gen_sched *sched, bool worker)
{
    uint32_t slot = add_goroutine(sched);
    struct gen_goroutine *g = &sched->goroutines.at[slot];
    g->stays = true;
    g->worker = worker;
    g->status = GEN_WAITING;
    push(worker ? &sched->workers : &sched->waiting, slot);
}

static void unblock(struct gen_sched *sched, uint32_t thread, uint32_t slot, uint64_t stack)
{
    struct gen_goroutine *g = &sched->goroutines.at[slot];
    state_goroutine(sched, thread, slot, UINT64_MAX);
    g->seq++;
    gen_event(sched, thread, WIRE_GO_UNBLOCK, g->id, g->seq, stack);
    g->status = GEN_RUNNABLE;
}

static void start(struct gen_sched *sched, uint32_t thread, uint32_t slot)
{
    struct gen_goroutine *g = &sched->goroutines.at[slot];
    state_goroutine(sched, thread, slot, thread_id_of(thread));
    g->seq++;
    gen_event(sched, thread, WIRE_GO_START, g->id, g->seq);
    g->status = GEN_RUNNING;
    g->thread = thread;
    sched->threads.at[thread].goroutine = slot;
    if (g->worker)
        gen_event(sched, thread, WIRE_GO_LABEL, gen_names_text(&sched->names, GEN_TEXT_WORKER));
}

/* A thread with a processor and no goroutine looks for one, or gives up the processor. */
static void find_work(struct gen_sched *sched, uint32_t thread)
{
    uint32_t slot;
    if (sched->workers_wanted && sched->workers.count) {
        sched->workers_wanted--;
        unblock(sched, thread, slot = pop(&sched->workers), 0);
    } else if (sched->runnable.count > sched->runnable_begin) {
        slot = sched->runnable.at[sched->runnable_begin++];
    } else if (sched->waiting.count && gen_chance(sched, 2)) { /* the network has something */
        unblock(sched, thread, slot = take_any(sched, &sched->waiting), 0);
    } else {
        gen_event(sched, thread, WIRE_PROC_STOP);
        out_of_use(sched, sched->threads.at[thread].proc);
        push(&sched->parked, thread);
        return;
    }
    start(sched, thread, slot);
}

/* The goroutine on a thread does not run any more. */
static uint32_t leave(struct gen_sched *sched, uint32_t thread)
{
    uint32_t slot = sched->threads.at[thread].goroutine;
    sched->threads.at[thread].goroutine = sched->goroutines.at[slot].thread = GEN_NONE;
    return slot;
}

void gen_block(struct gen_sched *sched, uint32_t thread, enum gen_text reason)
{
    struct gen_goroutine *g = gen_goroutine_on(sched, thread);
    g->stack = any_number(sched);
    gen_event(sched, thread, WIRE_GO_BLOCK, gen_names_text(&sched->names, reason),
              gen_names_stack(&sched->names, GEN_STACK_BLOCK, g->stack));
    g->status = GEN_WAITING;
    uint32_t slot = leave(sched, thread);
    push(g->worker ? &sched->workers : &sched->waiting, slot);
    find_work(sched, thread);
}

void gen_yield(struct gen_sched *sched, uint32_t thread, enum gen_text reason)
{
    gen_event(sched, thread, WIRE_GO_STOP, gen_names_text(&sched->names, reason), gen_stack(sched, GEN_STACK_YIELD));
    make_runnable(sched, leave(sched, thread));
    find_work(sched, thread);
}

void gen_exit(struct gen_sched *sched, uint32_t thread)
{
    gen_event(sched, thread, WIRE_GO_DESTROY);
    uint32_t slot = leave(sched, thread);
    sched->goroutines.at[slot].id = 0;
    sched->living--;
    push(&sched->vacant, slot);
    find_work(sched, thread);
}

void gen_create(struct gen_sched *sched, uint32_t thread)
{
    uint32_t slot = add_goroutine(sched);
    struct gen_goroutine *g = &sched->goroutines.at[slot];
    g->stated = sched->generation;
    uint64_t entry = gen_names_entry(&sched->names, gen_below(sched, GEN_ENTRIES));
    gen_event(sched, thread, WIRE_GO_CREATE, g->id, entry, gen_stack(sched, GEN_STACK_CREATE));
    make_runnable(sched, slot);
}

void gen_unblock_any(struct gen_sched *sched, uint32_t thread)
{
    if (!sched->waiting.count)
        return;
    uint32_t slot = take_any(sched, &sched->waiting);
    unblock(sched, thread, slot, gen_stack(sched, GEN_STACK_UNBLOCK));
    make_runnable(sched, slot);
}

/* ---- syscalls ---- */

void gen_syscall_begin(struct gen_sched *sched, uint32_t thread)
{
    struct gen_proc *p = &sched->procs.at[sched->threads.at[thread].proc];
    p->seq++;
    gen_event(sched, thread, WIRE_GO_SYSCALL_BEGIN, p->seq, gen_stack(sched, GEN_STACK_SYSCALL));
    p->status = GEN_PROC_SYSCALL;
    gen_goroutine_on(sched, thread)->status = GEN_IN_SYSCALL;
}

void gen_syscall_end(struct gen_sched *sched, uint32_t thread)
{
    gen_event(sched, thread, WIRE_GO_SYSCALL_END);
    sched->procs.at[sched->threads.at[thread].proc].status = GEN_PROC_RUNNING;
    gen_goroutine_on(sched, thread)->status = GEN_RUNNING;
}

static void steal_from(struct gen_sched *sched, uint32_t thief, uint32_t proc)
{
    struct gen_proc *p = &sched->procs.at[proc];
    uint32_t victim = p->thread;
    state_proc(sched, thief, proc, GEN_PROC_ABANDONED);
    p->seq++;
    gen_event(sched, thief, WIRE_PROC_STEAL, proc, p->seq, thread_id_of(victim));
    out_of_use(sched, proc);
    push(&sched->lost, victim);
}

void gen_steal(struct gen_sched *sched, uint32_t proc)
{
    uint32_t thief = parked_thread(sched);
    steal_from(sched, thief, proc);
    push(&sched->parked, thief);
    if (sched->runnable.count > sched->runnable_begin)
        gen_wake(sched); /* the same thread takes the same processor */
}

void gen_return_any(struct gen_sched *sched)
{
    uint32_t thread = take_any(sched, &sched->lost);
    gen_state(sched, thread);
    gen_event(sched, thread, WIRE_GO_SYSCALL_END_BLOCKED);
    make_runnable(sched, leave(sched, thread));
    push(&sched->parked, thread);
}

void gen_wake(struct gen_sched *sched)
{
    uint32_t thread = parked_thread(sched), proc = pop(&sched->idle);
    state_proc(sched, thread, proc, GEN_PROC_IDLE);
    sched->procs.at[proc].seq++;
    gen_event(sched, thread, WIRE_PROC_START, proc, sched->procs.at[proc].seq);
    into_use(sched, proc, thread);
    find_work(sched, thread);
}

/* ---- generations ---- */

static void begin_generation(struct gen_sched *sched)
{
    uint64_t since_begin_units = sched->clock_units - CLOCK_BEGIN_UNITS;
    sched->generation++;
    sched->counts.generations++;
    sched->counts.events++; /* a Sync */
    wire_writer_begin_generation(
        &sched->writer, sched->generation,
        &(struct wire_writer_clock){.frequency = UNITS_PER_SECOND,
                                    .units = sched->clock_units,
                                    .monotonic_ns = sched->clock_units * NS_PER_UNIT,
                                    .wall_seconds = WALL_BEGIN_SECONDS + since_begin_units / UNITS_PER_SECOND,
                                    .wall_ns = since_begin_units % UNITS_PER_SECOND * NS_PER_UNIT});
    if (sched->shape.new_stacks) {
        uint64_t stacks = sched->shape.stacks / sched->shape.generations + 1;
        gen_names_begin(&sched->names, (sched->generation - 1) * stacks, stacks);
    } else {
        gen_names_begin(&sched->names, 0, sched->shape.stacks);
    }
}

/* All that did nothing in it is stated at its end. A processor that is in a syscall as long as that is taken away. */
static void end_generation(struct gen_sched *sched, uint32_t thread)
{
    for (uint32_t proc = 0; proc < sched->procs.count; proc++) {
        const struct gen_proc *p = &sched->procs.at[proc];
        if (p->stated == sched->generation)
            continue;
        switch ((enum gen_proc_status)p->status) {
        case GEN_PROC_RUNNING: gen_state(sched, p->thread); break;
        case GEN_PROC_SYSCALL: steal_from(sched, thread, proc); break;
        case GEN_PROC_IDLE:
        case GEN_PROC_ABANDONED: state_proc(sched, thread, proc, GEN_PROC_IDLE); break;
        }
    }
    for (size_t i = 0; i < sched->goroutines.count; i++) {
        struct gen_goroutine *g = &sched->goroutines.at[i];
        if (g->id && g->stated != sched->generation)
            state_idle_goroutine(sched, g);
    }
    wire_writer_end_generation(&sched->writer);
    for (size_t i = 0; i < sched->threads.count; i++)
        sched->threads.at[i].held = 0;
    write_out(sched, 0);
}

void gen_next_generation(struct gen_sched *sched, uint32_t thread)
{
    end_generation(sched, thread);
    begin_generation(sched);
    gen_state(sched, thread);
    gen_event(sched, thread, WIRE_PROCS_CHANGE, sched->procs.count, gen_stack(sched, GEN_STACK_MEMORY));
}

/* ---- the whole ---- */

void gen_sched_init(struct gen_sched *sched, const struct gen_shape *shape, uint64_t seed, int fd)
{
    *sched = (struct gen_sched){
        .shape = *shape, .random = seed, .clock_units = CLOCK_BEGIN_UNITS, .file = base_text_to_fd(fd)};
    sched->gap_units = shape->gap_ns < NS_PER_UNIT ? 1 : shape->gap_ns / NS_PER_UNIT;
    sched->most_held = (uint32_t)(HELD_BYTES / 8 / shape->procs);
    wire_writer_init(&sched->writer, WIRE_GO_1_26, &sched->out);
    gen_names_init(&sched->names, &sched->writer, shape);
    begin_generation(sched);
    for (uint32_t i = (uint32_t)shape->procs; i-- > 0;) {
        *base_vec_add(&sched->procs) = (struct gen_proc){.status = GEN_PROC_IDLE, .thread = GEN_NONE};
        push(&sched->idle, i);
    }
    uint32_t slot = add_goroutine(sched), thread = parked_thread(sched);
    sched->goroutines.at[slot].status = GEN_RUNNING;
    sched->goroutines.at[slot].thread = thread;
    sched->goroutines.at[slot].stays = true;
    into_use(sched, pop(&sched->idle), thread);
    sched->threads.at[thread].goroutine = slot;
}

int gen_sched_finish(struct gen_sched *sched)
{
    uint32_t thread = sched->procs.at[sched->running.at[0]].thread;
    gen_state(sched, thread);
    if (gen_goroutine_on(sched, thread)->status == GEN_IN_SYSCALL)
        gen_syscall_end(sched, thread);
    end_generation(sched, thread);
    sched->counts.events++; /* the last Sync */
    base_text_flush(&sched->file);
    return sched->file.failed;
}

void gen_sched_release(struct gen_sched *sched)
{
    gen_list *lists[] = {&sched->vacant, &sched->waiting, &sched->runnable, &sched->running,
                         &sched->idle,   &sched->parked,  &sched->lost,     &sched->workers};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        base_vec_release(lists[i]);
    base_vec_release(&sched->goroutines);
    base_vec_release(&sched->procs);
    base_vec_release(&sched->threads);
    wire_writer_release(&sched->writer);
    gen_names_release(&sched->names);
    base_text_release(&sched->out);
    base_text_release(&sched->file);
}
