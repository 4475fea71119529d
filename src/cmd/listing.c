#include "cmd/listing.h"

static bool read_duration(const char *option, const char *value, int64_t otherwise_ns, int64_t *ret_ns,
                          struct base_error *ret_error)
{
    *ret_ns = otherwise_ns;
    return !value || base_duration_parse(value, ret_ns) ||
           base_fail(ret_error, "invalid --%s %s, want a time such as 10ms", option, value);
}

static bool read_words(struct cmd_listing *listing, struct base_error *ret_error)
{
    if (listing->id && !cmd_number(listing->id, &listing->number))
        return base_fail(ret_error, "invalid task %s, want its number", listing->id);
    return read_duration("longer", listing->longer, INT64_MIN, &listing->least_ns, ret_error) &&
           read_duration("shorter", listing->shorter, INT64_MAX, &listing->most_ns, ret_error);
}

/* Regions belong to goroutines, which takes as long again. */
static bool needs_regions(const struct cmd_listing *listing)
{
    const struct analyze_filter *asked = &listing->filter.asked;
    return !listing->of_tasks || listing->id || listing->log || asked->group || asked->region;
}

static int look(struct cmd_listing *listing, cmd_list_printer *print)
{
    struct model_sink sinks[ANALYZE_ANNOTATIONS_SINKS];
    struct base_error error = BASE_NO_ERROR;
    int status = CMD_FAILED;
    analyze_annotations_init(&listing->of, sinks);
    if (cmd_pass(&listing->trace, sinks, needs_regions(listing) ? ANALYZE_ANNOTATIONS_SINKS : 1)) {
        analyze_annotations_finish(&listing->of, &listing->trace.pass);
        status = analyze_choose(&listing->choice, &listing->filter.asked, &listing->of, &error)
                     ? print(listing)
                     : cmd_failed(listing->trace.path, &error);
        analyze_choice_release(&listing->choice);
    }
    analyze_annotations_release(&listing->of);
    return status;
}

int cmd_list(const struct cmd_usage *usage, int argc, char **argv, struct cmd_listing *listing, cmd_list_printer *print)
{
    struct base_error error = BASE_NO_ERROR;
    int operands, status = cmd_parse(usage, argc, argv, &operands);
    if (status >= 0)
        return status;
    if (!read_words(listing, &error)) {
        cmd_filter_release(&listing->filter);
        status = cmd_misused(usage, "%s", error.cause);
        base_error_release(&error);
        return status;
    }
    status = cmd_open_operands(usage, operands, argv, &listing->trace);
    if (status >= 0)
        return status;
    listing->narrowed = listing->type || listing->log || listing->longer || listing->shorter ||
                        analyze_filter_is_on(&listing->filter.asked);
    status = look(listing, print);
    cmd_filter_release(&listing->filter);
    cmd_close(&listing->trace);
    return status;
}
