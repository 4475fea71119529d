/* What the profiles share while a pass runs; only src/analyze/profile*.c include it.
 *
 * A record is summed up by its stack and a cause: why a goroutine waited, or what else it did. How events become
 * records is a matter of the kind of profile: profile_waits.c has the blocking profiles, profile_lives.c off-CPU and
 * wall.
 */
#ifndef KYMO_ANALYZE_PROFILE_WORK_H
#define KYMO_ANALYZE_PROFILE_WORK_H

#include "analyze/profile.h"

/* Causes: a symbol, the reason for waiting; or one of these. */
enum profile_cause {
    PROFILE_ANY,
    PROFILE_RUNNING,
    PROFILE_RUNNABLE,
    PROFILE_SYSCALL,
    PROFILE_REASONS, /* and a symbol */
};

struct profile_sum {
    uint32_t stack, cause;
    uint64_t count, first, last; /* first, last: which records these were, of all */
    int64_t ns;
};

struct profile_work {
    BASE_VEC(struct profile_sum) sums;
    BASE_VEC(uint32_t) latest_by_stack; /* index + 1 of the sum of that stack that was added to last */
    struct base_map sum_by_stack_and_cause;
    uint64_t record_count;
    struct profile_waits *waits;
    struct profile_lives *lives;
};

void analyze_profile_record(struct profile_work *work, uint32_t stack, uint32_t cause, int64_t ns);

/* How much of [start, end] lies within the profile's span and scope. */
int64_t analyze_profile_part_ns(const struct analyze_profile *profile, goroutine_id id, int64_t start_ns,
                                int64_t end_ns);

void analyze_profile_waits_init(struct analyze_profile *profile);
void analyze_profile_waits_add(struct analyze_profile *profile, const struct order_block *block,
                               const struct order_symbols *symbols);
void analyze_profile_waits_finish(struct analyze_profile *profile);
void analyze_profile_waits_free(struct profile_waits *waits);

void analyze_profile_lives_init(struct analyze_profile *profile);
void analyze_profile_lives_add(struct analyze_profile *profile, const struct order_block *block,
                               const struct order_symbols *symbols);
void analyze_profile_lives_finish(struct analyze_profile *profile);
void analyze_profile_lives_free(struct profile_lives *lives);

#endif
