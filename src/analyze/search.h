/* A text, looked for in the whole trace. A sink, but for goroutines, which are known already:
 *
 *     analyze_search_init(&search, text);
 *     struct model_sink sink = {analyze_search_add, &search};
 *     … a pass …
 *     analyze_search_finish(&search, symbols);
 *     analyze_search_goroutines(&search, &lanes, symbols of the lanes' timeline);
 *     … search.of[ANALYZE_FOUND_LOG].rows …                      which refer to the pass's symbols
 *     analyze_search_release(&search);
 *
 * A text is part of what it finds, in either case of ASCII letters unless it has a capital one. "12" and "G12" are
 * also the goroutine of that id, "12" the task. Memory: four bytes for each match, and rows, of which at most
 * ANALYZE_MOST_FOUND are kept of a kind.
 */
#ifndef KYMO_ANALYZE_SEARCH_H
#define KYMO_ANALYZE_SEARCH_H

#include "analyze/moments.h"
#include "base/map.h"
#include "model/goroutine_lanes.h"
#include "model/pass.h"

enum { ANALYZE_MOST_FOUND = 100000, ANALYZE_LONGEST_SEARCH = 200 };

enum analyze_found {
    ANALYZE_FOUND_GOROUTINE, /* by id, or by start function; a match: where its life begins */
    ANALYZE_FOUND_FUNCTION,  /* in stacks; a match: an event that has one in a stack */
    ANALYZE_FOUND_TASK,      /* by id or type; a match: its begin, or end where the trace does not hold that */
    ANALYZE_FOUND_REGION,    /* types of regions; a match: a region's begin */
    ANALYZE_FOUND_LOG,       /* by category or message */
    ANALYZE_FOUND_RANGE,     /* names of ranges; a match: a range's begin */
    ANALYZE_FOUND_KINDS
};

extern const char *const analyze_found_names[ANALYZE_FOUND_KINDS];

/* A task, a log message, or all that is of one name. */
struct analyze_found_row {
    uint32_t name;           /* symbol: of the function, type, range, or the log's category */
    struct base_str message; /* of a log */
    uint64_t task;           /* of tasks and logs */
    uint64_t matches;
    int64_t time_ns;        /* of the first match */
    goroutine_id goroutine; /* that was current then */
};

struct analyze_found_kind {
    uint64_t count; /* of rows, with those that are not kept */
    BASE_VEC(struct analyze_found_row) rows;
    struct analyze_moments matches;
};

struct analyze_search {
    struct base_str text; /* not owned */
    bool any_case, is_goroutine, is_task;
    int64_t id;                                        /* if it is one */
    struct analyze_found_kind of[ANALYZE_FOUND_KINDS]; /* goroutines have no rows but: */
    BASE_VEC(uint32_t) goroutines;                     /* their numbers */
    BASE_VEC(uint8_t) strings;                         /* by symbol: whether they have it */
    BASE_VEC(struct analyze_found_stack) stacks;       /* by symbol */
    BASE_VEC(struct analyze_found_stack) pairs;        /* of stacks that events have together */
    struct base_map pair_of, rows_by_name[ANALYZE_FOUND_KINDS], tasks_begun;
};

/* What is known of the events that have a stack, or a pair of them. */
struct analyze_found_stack {
    uint32_t stacks[2]; /* the second may be ORDER_NO_STACK */
    uint8_t has;        /* a function that matches; 0: not known yet */
    uint64_t events;
    int64_t time_ns; /* of the first */
    goroutine_id goroutine;
};

/* The text, of at most ANALYZE_LONGEST_SEARCH bytes, must stay as long as the search. */
void analyze_search_init(struct analyze_search *search, struct base_str text);
void analyze_search_add(void *self, const struct order_block *block, const struct order_symbols *symbols);

/* Rows of one name come with most matches first, the others in order of time. */
void analyze_search_finish(struct analyze_search *search, const struct order_symbols *symbols);
void analyze_search_goroutines(struct analyze_search *search, const struct model_goroutine_lanes *lanes,
                               const struct order_symbols *symbols);
void analyze_search_release(struct analyze_search *search);

/* Whether a string has a text in it. */
bool analyze_search_has(struct base_str string, struct base_str text, bool any_case);

#endif
