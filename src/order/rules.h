/* Internal to src/order: what the rules of frequent events (rules.c) and of the others (rules_seldom.c) share.
 *
 * A rule checks first, then changes the state and adds a move.
 */
#ifndef KYMO_ORDER_RULES_H
#define KYMO_ORDER_RULES_H

#include "order/run.h"

#define ORDER_SELDOM __attribute__((noinline, cold))

/* What an event demands of its thread. */
enum { NEED_M = 1, NEED_P = 2, NEED_G = 4, NO_P_MAY_BE = 8, NO_G_MAY_BE = 16 };

typedef enum order_verdict order_rule(struct order_run *run, const struct order_cursor *cursor, struct order_thread *m);

/* rules_seldom.c */
order_rule order_proc_status, order_proc_steal, order_go_status, order_go_create_syscall, order_go_destroy_syscall,
    order_go_switch, order_gc;

/* ---- contexts ---- */

bool order_require_or_fail(struct order_run *run, const struct order_thread *m, int needs);

/* False if the thread is not as it must be: that has been put into the error. */
static inline bool order_require(struct order_run *run, const struct order_thread *m, int needs)
{
    bool met = (!(needs & NEED_M) || m->id.n != -1) && (!(needs & NEED_P) || m->proc != ORDER_NO_SLOT) &&
               (!(needs & NO_P_MAY_BE) || m->proc == ORDER_NO_SLOT) && (!(needs & NEED_G) || m->goroutine.n != -1) &&
               (!(needs & NO_G_MAY_BE) || m->goroutine.n == -1);
    return __builtin_expect(met, 1) || order_require_or_fail(run, m, needs);
}

void order_presume_no_proc(struct order_run *run, struct order_thread *m);
void order_presume_no_goroutine(struct order_run *run, struct order_thread *m);

static inline bool order_has_no_proc(struct order_run *run, struct order_thread *m)
{
    if (__builtin_expect(m->proc_unknown, 0))
        order_presume_no_proc(run, m);
    return m->proc == ORDER_NO_SLOT;
}

static inline bool order_has_no_goroutine(struct order_run *run, struct order_thread *m)
{
    if (__builtin_expect(m->goroutine_unknown, 0))
        order_presume_no_goroutine(run, m);
    return m->goroutine.n == -1;
}

static inline void order_set_goroutine(struct order_thread *m, goroutine_id id, uint32_t slot)
{
    m->goroutine = id;
    m->slot = slot;
    m->goroutine_unknown = false;
}

static inline void order_set_proc(struct order_thread *m, uint32_t index)
{
    m->proc = index;
    m->proc_unknown = false;
}

/* The index of a thread, which is known from then on. */
uint32_t order_meet_thread(struct order_run *run, thread_id id);

/* The slot of the thread's goroutine, which must be in a status; ORDER_NO_SLOT on error. */
uint32_t order_current_slowly(struct order_run *run, const struct order_raw *raw, const struct order_thread *m,
                              enum go_status status, int needs);

static inline uint32_t order_current(struct order_run *run, const struct order_raw *raw, const struct order_thread *m,
                                     enum go_status status, int needs)
{
    const struct order_sched *sched = &run->sched;
    uint32_t slot = m->slot;
    bool has = slot < sched->goroutines.count && sched->goroutines.at[slot].id.n == m->goroutine.n &&
               sched->goroutines.at[slot].status == status && (!(needs & NEED_P) || m->proc != ORDER_NO_SLOT) &&
               m->goroutine.n != -1 && m->id.n != -1;
    return __builtin_expect(has, 1) ? slot : order_current_slowly(run, raw, m, status, needs);
}

/* The next number in the same generation. */
static inline bool order_succeeds(const struct order_run *run, const struct order_sequence *last, uint64_t number)
{
    return last->generation == run->generation.number && last->number + 1 == number;
}

static inline const char *order_raw_name(const struct order_run *run, const struct order_raw *raw)
{
    return order_type_name(run->version, raw->type);
}

/* ---- moves ---- */

static inline void order_put(struct order_run *run, const struct order_cursor *cursor, uint64_t a, uint64_t b,
                             uint64_t c)
{
    *run->out++ = (struct order_move){
        .time_ns = cursor->raw.time_ns,
        .a = (uint32_t)a,
        .b = (uint32_t)b,
        .c = (uint32_t)c,
        .thread = cursor->index & ORDER_MOST_THREADS,
        .type = cursor->raw.type,
    };
}

struct order_move *order_put_wide(struct order_run *run, const struct order_cursor *cursor, uint32_t slot,
                                  const uint64_t args[ORDER_MOVE_ARGS]);

/* A move about a goroutine, with two more arguments. */
static inline void order_put_move(struct order_run *run, const struct order_cursor *cursor, uint32_t slot, uint64_t b,
                                  uint64_t c)
{
    if (__builtin_expect((b | c) <= UINT32_MAX, 1))
        order_put(run, cursor, slot, b, c);
    else
        order_put_wide(run, cursor, slot, cursor->raw.args);
}

/* An event as it is. */
static inline enum order_verdict order_pass_on(struct order_run *run, const struct order_cursor *cursor)
{
    const struct order_raw *raw = &cursor->raw;
    unsigned count = wire_timed_args[raw->type];
    uint64_t all = 0;
    for (unsigned i = 0; i + 1 < count; i++)
        all |= raw->args[i];
    if (__builtin_expect(count <= 4 && all <= UINT32_MAX, 1))
        order_put(run, cursor, raw->args[0], raw->args[1], raw->args[2]);
    else
        order_put_wide(run, cursor, 0, raw->args);
    return ORDER_ADVANCED;
}

#endif
