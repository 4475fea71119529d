/* What kymo tasks and kymo regions share: a pass for both, and which of them are asked for.
 *
 *     struct cmd_listing listing = {0};
 *     const struct cmd_option options[] = {CMD_LISTING_OPTIONS(listing), …};
 *     const struct cmd_usage usage = {…, .filter = &listing.filter, .filters = CMD_ALL_FILTERS};
 *     return cmd_list(&usage, argc, argv, &listing, print);
 */
#ifndef KYMO_CMD_LISTING_H
#define KYMO_CMD_LISTING_H

#include "analyze/choice.h"
#include "cmd/filter.h"

struct cmd_listing {
    bool of_tasks;                             /* what is listed; set before */
    const char *type, *log, *longer, *shorter; /* as given, or NULL */
    const char *id;                            /* a task's: likewise */
    bool each, json;
    struct cmd_filter filter;

    struct cmd_trace trace;
    struct analyze_annotations of;
    struct analyze_choice choice;
    bool narrowed;             /* whether not all are asked for; then choice says which are */
    uint64_t number;           /* what id says */
    int64_t least_ns, most_ns; /* of durations */
};

#define CMD_LISTING_OPTIONS(listing, what, says)                                                                       \
    {"type", "NAME", what " of this type alone, a row each", &(listing).type, NULL},                                   \
        {"each", NULL, "a row for each, not for each type", NULL, &(listing).each},                                    \
        {"log", "TEXT", what " " says ", a row each", &(listing).log, NULL},                                           \
        {"longer", "TIME", what " that took this long at least", &(listing).longer, NULL},                             \
        {"shorter", "TIME", what " that took this long at most", &(listing).shorter, NULL},                            \
    {                                                                                                                  \
        "json", NULL, "print each of them, and the types, as JSON", NULL, &(listing).json                              \
    }

/* Prints what was asked for; returns the exit status. */
typedef int cmd_list_printer(struct cmd_listing *listing);

/* Returns the exit status. */
int cmd_list(const struct cmd_usage *usage, int argc, char **argv, struct cmd_listing *listing,
             cmd_list_printer *print);

/* Whether a duration is as long as was asked for. */
static inline bool cmd_list_lasts(const struct cmd_listing *listing, int64_t ns)
{
    return ns >= listing->least_ns && ns <= listing->most_ns;
}

/* Whether a name is the type that was asked for. */
static inline bool cmd_list_is_of_type(const struct cmd_listing *listing, uint32_t name)
{
    return !listing->type || base_str_is(order_string(listing->of.symbols, name), listing->type);
}

#endif
