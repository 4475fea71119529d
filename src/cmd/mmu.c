/* kymo mmu: minimum mutator utilisation. */
#include "output/mmu.h"
#include "analyze/util_spread.h"
#include "cmd/filter.h"

#include <string.h>
#include <unistd.h>

enum { MOST_POINTS = OUTPUT_MMU_COLUMNS, MOST_WORST = 10 };

/* The sets of flags in JSON, if none is asked for. */
static const unsigned usual_flags[] = {
    ANALYZE_UTIL_PER_PROC | ANALYZE_UTIL_DEFAULT,
    ANALYZE_UTIL_STW,
    ANALYZE_UTIL_DEFAULT,
    ANALYZE_UTIL_DEFAULT | ANALYZE_UTIL_SWEEP,
};
enum { USUAL_SETS = sizeof usual_flags / sizeof *usual_flags };

/* What is asked for. */
struct request {
    bool json, plot, percentiles;
    bool has_flags;
    unsigned flags;
    int64_t window_ns; /* 0: no worst windows */
    struct cmd_filter filter;
    struct analyze_selection time; /* after the pass */
};

/* The results for one set of flags. */
struct result {
    struct output_mmu_point points[MOST_POINTS];
    struct analyze_window worst[MOST_WORST];
};

/* "stw,background", with commas or bars between. */
static bool parse_flags(const char *names, unsigned *ret_flags)
{
    *ret_flags = 0;
    for (size_t size;; names += size + 1) {
        size = strcspn(names, ",|");
        unsigned flag = analyze_util_flag_named((struct base_str){names, size});
        if (!flag)
            return false;
        *ret_flags |= flag;
        if (!names[size])
            return true;
    }
}

/* 1 µs, 10 µs … 1 s. */
static size_t choose_decades(struct output_mmu_point *points)
{
    size_t count = 0;
    for (int64_t window_ns = 1000; window_ns <= 1000000000; window_ns *= 10)
        points[count++].window_ns = window_ns;
    return count;
}

/* 1 µs, 2 µs, 5 µs … up to 1 s or the length of the trace; and that. None of a trace without length. */
static size_t choose_windows(struct output_mmu_point *points, int64_t length_ns)
{
    static const int factors[] = {1, 2, 5};
    size_t count = 0;
    for (int64_t decade_ns = 1000; decade_ns <= 1000000000; decade_ns *= 10)
        for (size_t i = 0; i < sizeof factors / sizeof *factors; i++) {
            int64_t window_ns = decade_ns * factors[i];
            if (window_ns <= 1000000000 && window_ns < length_ns)
                points[count++].window_ns = window_ns;
        }
    if (length_ns > 0)
        points[count++].window_ns = length_ns;
    return count;
}

static void compute_officially(const struct analyze_collector *collector, struct output_mmu *set, struct result *result)
{
    struct analyze_utilization u;
    struct analyze_mmu mmu;
    analyze_utilization_make(&u, collector, set->flags, ANALYZE_UTIL_OFFICIAL);
    analyze_mmu_init(&mmu, &u);
    for (size_t i = 0; i < set->count; i++)
        result->points[i].official = analyze_mmu_minimum(&mmu, result->points[i].window_ns);
    set->official = true;
    set->series = analyze_utilization_series(&u);
    set->series_points = analyze_utilization_points(&u);
    analyze_mmu_release(&mmu);
    analyze_utilization_release(&u);
}

static size_t choose_points(struct analyze_mmu *mmu, const struct request *request, struct output_mmu_point *points)
{
    int64_t windows_ns[OUTPUT_MMU_COLUMNS];
    if (request->json)
        return choose_decades(points);
    if (!request->plot)
        return choose_windows(points, mmu->longest_ns);
    size_t count = analyze_mmu_curve(mmu, windows_ns, OUTPUT_MMU_COLUMNS);
    for (size_t i = 0; i < count; i++)
        points[i].window_ns = windows_ns[i];
    return count;
}

static void compute_percentiles(const struct analyze_utilization *u, struct output_mmu *set,
                                struct output_mmu_point *points)
{
    set->too_many = !analyze_util_can_spread(u);
    set->percentiles = !set->too_many && set->count;
    for (size_t i = 0; i < set->count && set->percentiles; i++)
        set->percentiles = analyze_util_spread(u, points[i].window_ns, output_mmu_shares, OUTPUT_MMU_PERCENTILES,
                                               points[i].percentiles);
}

static void compute(const struct analyze_collector *collector, const struct request *request, struct output_mmu *set,
                    struct result *result)
{
    struct analyze_utilization u;
    struct analyze_mmu mmu;
    analyze_utilization_make(&u, collector, set->flags, ANALYZE_UTIL_OWN);
    if (request->time.by_span)
        analyze_utilization_clip(&u, request->time.span_ns.start_ns, request->time.span_ns.end_ns);
    analyze_mmu_init(&mmu, &u);
    set->count = choose_points(&mmu, request, result->points);
    for (size_t i = 0; i < set->count; i++)
        result->points[i].own = analyze_mmu_minimum(&mmu, result->points[i].window_ns);
    set->worst_count = analyze_mmu_worst(&mmu, request->window_ns, result->worst, MOST_WORST);
    if (request->percentiles)
        compute_percentiles(&u, set, result->points);
    analyze_mmu_release(&mmu);
    analyze_utilization_release(&u);
    if (request->json && !request->time.by_span)
        compute_officially(collector, set, result);
}

static int print(const struct analyze_collector *collector, const struct request *request)
{
    struct output_mmu sets[USUAL_SETS] = {{0}};
    struct result results[USUAL_SETS];
    struct base_text out = base_text_to_fd(STDOUT_FILENO);
    size_t count = request->json && !request->has_flags ? USUAL_SETS : 1;
    for (size_t i = 0; i < count; i++) {
        sets[i] = (struct output_mmu){.flags = count == 1 ? request->flags : usual_flags[i],
                                      .points = results[i].points,
                                      .window_ns = request->window_ns,
                                      .worst = results[i].worst,
                                      .first_ns = collector->first_ns};
        compute(collector, request, &sets[i], &results[i]);
    }
    if (request->json)
        output_mmu_json(&out, sets, count);
    else if (request->plot)
        output_mmu_plot(&out, sets);
    else
        output_mmu_text(&out, sets);
    return cmd_finish(&out, CMD_DONE);
}

static int run(struct cmd_trace *trace, struct request *request)
{
    struct base_error error = BASE_NO_ERROR;
    struct analyze_collector collector;
    analyze_collector_init(&collector);
    struct model_sink sink = {analyze_collector_add, &collector};
    int status = CMD_FAILED;
    if (!cmd_pass(trace, &sink, 1))
        status = CMD_FAILED; /* which has been said */
    else if (!analyze_select_time(&request->time, &request->filter.asked, trace->pass.first_ns, trace->pass.last_ns,
                                  &error))
        status = cmd_failed(trace->path, &error);
    else
        status = print(&collector, request);
    analyze_collector_release(&collector);
    cmd_filter_release(&request->filter);
    cmd_close(trace);
    return status;
}

int cmd_mmu(int argc, char **argv)
{
    struct request request = {.flags = ANALYZE_UTIL_DEFAULT};
    const char *flags = NULL, *window = NULL;
    const struct cmd_option options[] = {
        {"flags", "NAMES", "what is lost: stw, background, assist, sweep; and perProc", &flags, NULL},
        {"window", "TIME", "list the worst windows of this length as well", &window, NULL},
        {"plot", NULL, "draw the curve", NULL, &request.plot},
        {"percentiles", NULL, "also what is left at least in 99.9%, 99%, 95% of all windows", NULL,
         &request.percentiles},
        {"json", NULL, "print JSON; without --flags, for the usual sets of flags", NULL, &request.json},
    };
    const struct cmd_usage usage = {
        .synopsis = "kymo mmu [--flags=NAMES] [--percentiles] [--window=TIME] [--plot | --json] [FILTER...] TRACE",
        .about = "Prints minimum mutator utilisation: the least share of the processors that the garbage collector "
                 "left to the\n"
                 "program, in any stretch of time of a given length. Lost is what --flags names: stops of the world,\n"
                 "background workers, mark assists, sweeping; the default is stw,background,assist. With perProc each\n"
                 "processor is seen alone.",
        .options = options,
        .option_count = sizeof options / sizeof *options,
        .filter = &request.filter,
        .filters = CMD_FILTER_TIME};
    int operands, status = cmd_parse(&usage, argc, argv, &operands);
    if (status >= 0)
        return status;
    if (flags && !(request.has_flags = parse_flags(flags, &request.flags)))
        return cmd_misused(&usage, "invalid flags %s, want some of: stw, background, assist, sweep, perProc", flags);
    if (window && (!base_duration_parse(window, &request.window_ns) || request.window_ns <= 0))
        return cmd_misused(&usage, "invalid window %s, want a time such as 10ms", window);
    if (request.plot && request.json)
        return cmd_misused(&usage, "a plot is not JSON: --plot or --json");
    struct cmd_trace trace;
    status = cmd_open_operands(&usage, operands, argv, &trace);
    return status >= 0 ? status : run(&trace, &request);
}
