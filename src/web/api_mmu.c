/* GET /api/mmu and GET /api/mmu/worst: minimum mutator utilisation. */
#include "analyze/mmu.h"
#include "analyze/util_spread.h"
#include "output/json.h"
#include "web/collection.h"
#include "web/routes.h"

enum { MOST_WINDOWS = 200, CURVE_POINTS = 100, MOST_WORST = 10, PERCENTILES = 4 };

/* The shares of windows that fare worse, as on the official page: the first is the minimum. */
static const double shares[PERCENTILES] = {0, 0.001, 0.01, 0.05};

/* What a request asks for, and what it is answered from. */
struct asked {
    const struct web_collection *collection;
    struct analyze_utilization utilization;
    struct analyze_mmu mmu;
};

/* "stw|background", with bars or commas between; unknown ones are ignored, as the official tool does. */
static unsigned flags_of(const struct web_request *request)
{
    struct base_text names = {0};
    unsigned flags = 0;
    if (!web_parameter(request, "flags", &names))
        return ANALYZE_UTIL_DEFAULT;
    for (const char *name = base_text_cstring(&names); *name;) {
        size_t size = strcspn(name, "|,");
        flags |= analyze_util_flag_named((struct base_str){name, size});
        name += size + (name[size] != 0);
    }
    base_text_release(&names);
    return flags;
}

static bool ask(struct web_trace *trace, const struct web_request *request, struct asked *asked,
                struct web_response *response)
{
    bool official = web_parameter_is(request, "rules", "official");
    asked->collection = web_collection_get(trace);
    if (!asked->collection) {
        web_fail_to_read(response);
        return false;
    }
    analyze_utilization_make(&asked->utilization, &asked->collection->collector, flags_of(request),
                             official ? ANALYZE_UTIL_OFFICIAL : ANALYZE_UTIL_OWN);
    analyze_mmu_init(&asked->mmu, &asked->utilization);
    return true;
}

static void asked_release(struct asked *asked)
{
    analyze_mmu_release(&asked->mmu);
    analyze_utilization_release(&asked->utilization);
}

/* ---- the curve ---- */

/* Windows that were asked for, "1000,10000". */
static size_t windows_of(const struct web_request *request, int64_t *ret_windows_ns)
{
    struct base_text text = {0};
    size_t count = 0;
    if (web_parameter(request, "windows", &text))
        for (const char *at = base_text_cstring(&text); *at && count < MOST_WINDOWS;) {
            char *end;
            ret_windows_ns[count++] = strtoll(at, &end, 10);
            at = end + strcspn(end, ",");
            at += *at == ',';
        }
    base_text_release(&text);
    return count;
}

/* Whether the trace tells of the collector at work. */
static bool has_collections(const struct analyze_collector *collector)
{
    for (size_t i = 0; i < collector->events.count; i++) {
        unsigned kind = collector->events.at[i].kind;
        if (kind != ANALYZE_GC_PROCS && kind != ANALYZE_GC_GAP && kind != ANALYZE_GC_RESUME)
            return true;
    }
    return false;
}

static void add_flags(struct output_json *json, unsigned flags)
{
    output_json_open(json, "flags", '[');
    for (int i = 0; i < ANALYZE_UTIL_FLAGS; i++)
        if (flags & 1u << i)
            output_json_string(json, NULL, base_str_of(analyze_util_flag_names[i]));
    output_json_close(json, ']');
}

static void add_curve(struct output_json *json, struct asked *asked, const int64_t *windows_ns, size_t count,
                      bool percentiles)
{
    output_json_open(json, "curve", '[');
    for (size_t i = 0; i < count; i++) {
        double utils[PERCENTILES];
        output_json_open(json, NULL, '[');
        output_json_i64(json, NULL, windows_ns[i]);
        output_json_exact_double(json, NULL, analyze_mmu_minimum(&asked->mmu, windows_ns[i]));
        if (percentiles && analyze_util_spread(&asked->utilization, windows_ns[i], shares, PERCENTILES, utils))
            for (size_t k = 1; k < PERCENTILES; k++)
                output_json_exact_double(json, NULL, utils[k]);
        output_json_close(json, ']');
    }
    output_json_close(json, ']');
}

static void add_shares(struct output_json *json, bool percentiles)
{
    output_json_open(json, "shares", '[');
    for (size_t i = 0; i < (percentiles ? PERCENTILES : 1); i++)
        output_json_double(json, NULL, shares[i]);
    output_json_close(json, ']');
}

void web_mmu(struct web_trace *trace, const struct web_request *request, struct web_response *response)
{
    struct asked asked;
    int64_t windows_ns[MOST_WINDOWS];
    if (!ask(trace, request, &asked, response))
        return;
    bool wanted = web_parameter_is(request, "percentiles", "1");
    bool percentiles = wanted && analyze_util_can_spread(&asked.utilization);
    size_t count = windows_of(request, windows_ns);
    if (!count)
        count = analyze_mmu_curve(&asked.mmu, windows_ns, CURVE_POINTS);
    struct output_json json = {.out = &response->body};
    output_json_open(&json, NULL, '{');
    add_flags(&json, asked.utilization.flags);
    output_json_bool(&json, "collections", has_collections(&asked.collection->collector));
    output_json_u64(&json, "series", analyze_utilization_series(&asked.utilization));
    output_json_i64(&json, "longest_ns", asked.mmu.longest_ns);
    add_shares(&json, percentiles);
    output_json_bool(&json, "too_many", wanted && !percentiles);
    add_curve(&json, &asked, windows_ns, count, percentiles);
    output_json_close(&json, '}');
    asked_release(&asked);
}

/* ---- the worst windows ---- */

void web_mmu_worst(struct web_trace *trace, const struct web_request *request, struct web_response *response)
{
    struct asked asked;
    struct analyze_window worst[MOST_WORST];
    int64_t window_ns = web_parameter_i64(request, "window", 0);
    if (window_ns <= 0) {
        web_fail(response, 400, "window must be a number of nanoseconds above 0");
        return;
    }
    if (!ask(trace, request, &asked, response))
        return;
    size_t count = analyze_mmu_worst(&asked.mmu, window_ns, worst, MOST_WORST);
    struct output_json json = {.out = &response->body};
    output_json_open(&json, NULL, '{');
    output_json_i64(&json, "window_ns", window_ns);
    output_json_open(&json, "worst", '[');
    for (size_t i = 0; i < count; i++) {
        output_json_open(&json, NULL, '{');
        output_json_i64(&json, "start_ns", worst[i].start_ns - asked.collection->pass.first_ns);
        output_json_exact_double(&json, "utilization", worst[i].util);
        if (worst[i].proc >= 0)
            output_json_i64(&json, "proc", worst[i].proc);
        output_json_close(&json, '}');
    }
    output_json_close(&json, ']');
    output_json_close(&json, '}');
    asked_release(&asked);
}
