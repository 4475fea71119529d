/* The four blocking profiles: where goroutines waited, by stack, with counts and nanoseconds.
 *
 * A sink: analyze_profile_init, a pass with analyze_profile_add, analyze_profile_finish. The numbers are those of `go
 * tool trace -pprof=KIND`; go-tool-trace-analyses.md, section 5. Traces of Go 1.5 to 1.10 are refused there: their
 * numbers are those of the last release that took them, Go 1.21, which went by other rules (its cmd/trace/pprof.go).
 *
 * Without a scope, a goroutine counts from its first time running to its end. A scope narrows that to intervals of
 * chosen goroutines: analyze_scope_of_group and analyze_scope_of_regions make one from goroutine statistics of an
 * earlier pass.
 */
#ifndef KYMO_ANALYZE_PROFILE_H
#define KYMO_ANALYZE_PROFILE_H

#include "analyze/goroutines.h"
#include "model/pass.h"

enum analyze_profile_kind { ANALYZE_NET, ANALYZE_SYNC, ANALYZE_SYSCALL_PROFILE, ANALYZE_SCHED, ANALYZE_PROFILE_KINDS };

struct analyze_profile_spec {
    const char *kind; /* as in -pprof=KIND */
    const char *path; /* of the page, without the slash; with "region" before it for the profile within regions */
    const char *title;
    enum order_state state; /* the state that is timed */
};

extern const struct analyze_profile_spec analyze_profiles[ANALYZE_PROFILE_KINDS];

/* The kind of a name as in -pprof=NAME, or ANALYZE_PROFILE_KINDS. */
enum analyze_profile_kind analyze_profile_kind_of(const char *name);

struct analyze_interval {
    int64_t start_ns, end_ns;
};

struct scope_entry {
    uint32_t first, count; /* of the scope's intervals */
};

/* Which stretches of which goroutines count. */
struct analyze_scope {
    BASE_VEC(struct analyze_interval) intervals;
    BASE_VEC(struct scope_entry) entries;
    struct base_map entry_by_goroutine;
};

/* Conditions on user regions, all of which must hold. */
struct analyze_region_filter {
    bool by_type, by_pc, by_least, by_most;
    struct base_str type;
    uint64_t pc; /* of the root frame of the stack that began the region */
    int64_t least_ns, most_ns;
};

/* False if no goroutine has that name. end_ns: of the trace, for goroutines that did not end. */
bool analyze_scope_of_group(struct analyze_scope *scope, const struct analyze_goroutines *goroutines,
                            const struct order_symbols *symbols, struct base_str name, int64_t end_ns);

/* The statistics must have been kept with regions. start_ns, end_ns: of the trace, for regions that began or end
 * outside it. */
void analyze_scope_of_regions(struct analyze_scope *scope, const struct analyze_goroutines *goroutines,
                              const struct order_symbols *symbols, const struct analyze_region_filter *filter,
                              int64_t start_ns, int64_t end_ns);
void analyze_scope_release(struct analyze_scope *scope);

struct analyze_record {
    uint32_t stack; /* symbol */
    uint64_t count;
    int64_t ns;
};

struct analyze_profile {
    enum analyze_profile_kind kind;
    enum order_state state;                  /* of the kind: what is timed */
    const struct analyze_scope *scope;       /* NULL: everything */
    BASE_VEC(struct analyze_record) records; /* after finish: one for each list of PCs, most nanoseconds first */
    uint64_t total_count;
    int64_t total_ns;
    struct profile_work *work;
};

void analyze_profile_init(struct analyze_profile *profile, enum analyze_profile_kind kind,
                          const struct analyze_scope *scope);
/* The kinds of events that it looks at. */
#define ANALYZE_PROFILE_KINDS_NEEDED ORDER_KIND_BIT(ORDER_GO_TRANSITION)

void analyze_profile_add(void *self, const struct order_block *block, const struct order_symbols *symbols);
void analyze_profile_finish(struct analyze_profile *profile, const struct order_symbols *symbols);
void analyze_profile_release(struct analyze_profile *profile);

#endif
