/* What part of a trace is asked about: a stretch of time, and of whose lives. The filters that all subcommands share.
 *
 *     struct analyze_filter filter = {.group = &pattern, …};
 *     struct analyze_selection selection;
 *     if (analyze_select(&selection, &filter, &pass_of_its_own, &error))
 *         … analyze_selection_part_ns(&selection, id, start_ns, end_ns) …
 *     analyze_selection_release(&selection);
 *
 * All conditions must hold. Of a goroutine that is selected by --goroutine or --group its whole life counts, the time
 * before it first ran as well: unlike on the official pages, where it begins there. By regions and tasks count the
 * stretches that lie in a region of that name, or of that task or its type; for a task also what the goroutine that
 * began it did until it ended it, if it did that itself. Stretches that overlap are joined: a moment counts once.
 */
#ifndef KYMO_ANALYZE_SELECTION_H
#define KYMO_ANALYZE_SELECTION_H

#include "analyze/scope.h"
#include "base/pattern.h"

/* A moment of a trace that a user names. */
struct analyze_moment {
    bool given, by_share;
    int64_t after_ns; /* the first event; if negative, before the last one */
    double share;     /* of the trace's length, 0 to 1, after the first event */
};

struct analyze_filter {
    struct analyze_moment from, to;
    bool by_goroutine, by_task;
    goroutine_id goroutine;
    uint64_t task;
    const struct base_pattern *group;     /* NULL: any. The start function's name; if none is it exactly, a regular
                                           * expression */
    const struct base_pattern *task_type; /* likewise */
    const struct base_pattern *region;    /* likewise; regions that goroutines inherit have the empty name */
};

/* What it comes to in one trace. */
struct analyze_selection {
    int64_t first_ns, last_ns;       /* of the trace; not known (0) where the filter asks for nothing */
    struct analyze_interval span_ns; /* of time; where none is asked for, all that there is */
    bool by_span, by_scope;          /* whether they exclude anything */
    struct analyze_scope scope;
    struct base_map tasks; /* the ids of those that were asked for */
    bool by_task_alone;    /* and nothing else narrows them: what names them belongs to them, whoever does it */
};

/* Whether the filter asks for anything at all. */
bool analyze_filter_is_on(const struct analyze_filter *filter);

/* Runs the pass, where the filter cannot do without. False if nothing is selected, which *ret_error says, or nothing
 * could be read. Release the selection in either case. progress may be NULL. */
bool analyze_select(struct analyze_selection *selection, const struct analyze_filter *filter, struct model_pass *pass,
                    const struct base_progress *progress, struct base_error *ret_error);

/* The time alone, for who knows when the trace's first and last events are, and looks at the other conditions itself
 * (choice.h). */
bool analyze_select_time(struct analyze_selection *selection, const struct analyze_filter *filter, int64_t first_ns,
                         int64_t last_ns, struct base_error *ret_error);
void analyze_selection_release(struct analyze_selection *selection);

/* The scope, for analyses that take one: NULL where all goroutines count. */
const struct analyze_scope *analyze_selection_scope(const struct analyze_selection *selection);

/* How much of a stretch of a goroutine's life is selected. */
int64_t analyze_selection_part_ns(const struct analyze_selection *selection, goroutine_id id, int64_t start_ns,
                                  int64_t end_ns);

/* Whether a moment of a goroutine's life is; of what belongs to no goroutine (NO_GOROUTINE), whether the time is, and
 * no goroutine is asked for. */
bool analyze_selection_has(const struct analyze_selection *selection, goroutine_id id, int64_t time_ns);

/* Whether a stretch of time reaches into the selected one; of a goroutine, also whether something of it there is. */
bool analyze_selection_reaches(const struct analyze_selection *selection, int64_t start_ns, int64_t end_ns);
bool analyze_selection_touches(const struct analyze_selection *selection, goroutine_id id, int64_t start_ns,
                               int64_t end_ns);

/* Whether an event is: for its time, and the goroutine that it happened on or the one that it is about; or for the task
 * that it names. */
bool analyze_selection_has_event(const struct analyze_selection *selection, const struct order_event *event);

#endif
