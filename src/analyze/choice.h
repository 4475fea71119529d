/* Which tasks, regions and goroutines a filter is about, as whole things: lists have a row for each, and their
 * durations are not cut. What part of a goroutine's life counts is said by selection.h.
 *
 *     struct analyze_choice choice;
 *     if (analyze_choose(&choice, &filter, &annotations, &error))
 *         … choice.tasks[index] …
 *     analyze_choice_release(&choice);
 *
 * A task is chosen if it is that task or of that type, if the goroutine, or one of the group, worked for it, if it has
 * a region of the name, and if it lasted in the time: whatever of this is asked for. A region likewise: by its task,
 * its goroutine, its name, its time.
 */
#ifndef KYMO_ANALYZE_CHOICE_H
#define KYMO_ANALYZE_CHOICE_H

#include "analyze/annotations.h"
#include "analyze/selection.h"

struct analyze_choice {
    bool *tasks;   /* by index in tasks.all; the background task is never chosen */
    bool *regions; /* by index in goroutines.regions */
    size_t task_count, region_count;
};

/* False, with the reason, if the trace has no such time. Release the choice in either case. */
bool analyze_choose(struct analyze_choice *choice, const struct analyze_filter *filter,
                    const struct analyze_annotations *annotations, struct base_error *ret_error);
void analyze_choice_release(struct analyze_choice *choice);

/* Leaves in goroutines->by_id only those that --goroutine and --group ask for: their figures stay what they are.
 * False, with the reason, if there are none. */
bool analyze_choose_goroutines(struct analyze_goroutines *goroutines, const struct analyze_filter *filter,
                               const struct order_symbols *symbols, struct base_error *ret_error);

#endif
