/* kymo regions: the user regions of a trace, and how long they took. */
#include "output/regions.h"
#include "base/sort.h"
#include "cmd/listing.h"

#include <unistd.h>

/* When goroutines wrote logs with the text that is looked for. */
struct mention {
    goroutine_id goroutine;
    int64_t time_ns;
};

struct mentions {
    BASE_VEC(struct mention) all; /* by goroutine, then by time */
};

static bool mention_before(const void *a, const void *b, void *context)
{
    const struct mention *x = a, *y = b;
    (void)context;
    return x->goroutine.n != y->goroutine.n ? x->goroutine.n < y->goroutine.n : x->time_ns < y->time_ns;
}

static struct mentions find_mentions(const struct cmd_listing *listing)
{
    const struct analyze_tasks *tasks = &listing->of.tasks;
    struct mentions mentions = {0};
    for (size_t i = 0; listing->log && i < tasks->logs.count; i++) {
        const struct analyze_log *log = &tasks->logs.at[i];
        if (base_str_contains(log->message, listing->log) ||
            base_str_contains(order_string(listing->of.symbols, log->category), listing->log))
            *base_vec_add(&mentions.all) = (struct mention){log->goroutine, log->time_ns};
    }
    base_sort_stable(mentions.all.at, mentions.all.count, sizeof *mentions.all.at, mention_before, NULL);
    return mentions;
}

/* Whether the goroutine wrote one from one time to another. */
static bool mentioned(const struct mentions *mentions, goroutine_id goroutine, int64_t start_ns, int64_t end_ns)
{
    const struct mention wanted = {goroutine, start_ns};
    size_t low = 0, high = mentions->all.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (mention_before(&mentions->all.at[middle], &wanted, NULL))
            low = middle + 1;
        else
            high = middle;
    }
    return low < mentions->all.count && mentions->all.at[low].goroutine.n == goroutine.n &&
           mentions->all.at[low].time_ns <= end_ns;
}

static bool is_asked_for(const struct cmd_listing *listing, const struct mentions *mentions, size_t member)
{
    const struct analyze_annotations *a = &listing->of;
    const struct analyze_region *region = analyze_member_region(a, member);
    if (!cmd_list_is_of_type(listing, region->name) ||
        !cmd_list_lasts(listing, analyze_region_duration_ns(region, a->first_ns, a->last_ns)))
        return false;
    return !listing->log || base_str_contains(order_string(a->symbols, region->name), listing->log) ||
           mentioned(mentions, analyze_member_goroutine(a, member), region->has_start ? region->start_ns : a->first_ns,
                     region->has_end ? region->end_ns : a->last_ns);
}

/* Narrows the choice. Returns how many are left. */
static size_t narrow(struct cmd_listing *listing)
{
    struct analyze_choice *choice = &listing->choice;
    struct mentions mentions = find_mentions(listing);
    choice->region_count = 0;
    for (size_t i = 0; i < listing->of.region_types.members.count; i++) {
        bool *chosen = &choice->regions[listing->of.region_types.members.at[i].region];
        choice->region_count += *chosen = *chosen && is_asked_for(listing, &mentions, i);
    }
    base_vec_release(&mentions.all);
    return choice->region_count;
}

static void print_types(const struct cmd_listing *listing, const struct analyze_region_types *types,
                        struct base_text *out)
{
    if (!types->all.count) {
        base_text_add(out, "The trace has no regions.\n");
        return;
    }
    output_region_types_table(out, types, listing->of.symbols);
    output_region_histograms(out, types, listing->of.symbols);
}

static void show(const struct cmd_listing *listing, struct base_text *out)
{
    const struct analyze_annotations *a = &listing->of;
    const bool *chosen = listing->narrowed ? listing->choice.regions : NULL;
    struct analyze_region_types types;
    analyze_region_types_make(&types, &a->goroutines, a->symbols, a->first_ns, a->last_ns, chosen);
    if (listing->json)
        output_regions_json(out, a, &types, chosen);
    else if ((listing->each || listing->type || listing->log) && types.all.count)
        output_regions_table(out, a, chosen);
    else
        print_types(listing, &types, out);
    analyze_region_types_release(&types);
}

static int print(struct cmd_listing *listing)
{
    struct base_text out = base_text_to_fd(STDOUT_FILENO);
    struct base_error error = BASE_NO_ERROR;
    int status = CMD_DONE;
    if (listing->narrowed && !narrow(listing)) {
        if (listing->type)
            base_fail(&error, "the trace has no such region of type %s", listing->type);
        else
            base_fail(&error, "no region of the trace is what was asked for");
        status = cmd_failed(listing->trace.path, &error);
    } else {
        show(listing, &out);
    }
    return cmd_finish(&out, status);
}

int cmd_regions(int argc, char **argv)
{
    struct cmd_listing listing = {0};
    const struct cmd_option options[] = {
        CMD_LISTING_OPTIONS(listing, "regions", "that are called so, or in which such a log was written"),
    };
    const struct cmd_usage usage = {
        .synopsis = "kymo regions [OPTION]... TRACE",
        .about = "Prints the user regions of a trace (runtime/trace.WithRegion): how many, how long, and a histogram.\n"
                 "There is a row for each type and root frame, unless a list of them is asked for.",
        .options = options,
        .option_count = sizeof options / sizeof *options,
        .filter = &listing.filter,
        .filters = CMD_ALL_FILTERS};
    return cmd_list(&usage, argc, argv, &listing, print);
}
