/* GET /api/below: which tracks lie beneath a goroutine's lane or a task's; and what a slice of a region tells besides.
 */
#include "analyze/durations.h"
#include "output/durations.h"
#include "output/goroutines.h"
#include "web/below.h"
#include "web/lanes.h"
#include "web/routes.h"

#include <stdlib.h>

enum { MOST_NAMES = 5000 };

/* Tracks from the top down: ids, and how many bars each has. */
static void add_tracks(struct output_json *json, const char *prefix, struct base_str owner,
                       const struct model_nest *nest, size_t index)
{
    unsigned depth = model_nest_depth(nest, index);
    struct base_text id = {0};
    output_json_open(json, "tracks", '[');
    for (unsigned i = 0; i < depth; i++) {
        id.size = 0;
        base_text_format(&id, "%s%.*s.%u", prefix, (int)owner.size, owner.data, i);
        output_json_open(json, NULL, '{');
        output_json_string(json, "lane", base_text_view(&id));
        output_json_u64(json, "slices", model_nest_track(nest, index, i).count);
        output_json_close(json, '}');
    }
    output_json_close(json, ']');
    base_text_release(&id);
}

static int by_value(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

/* [[what the name index of a slice means, "name"], …] */
static void add_region_names(struct output_json *json, const struct web_region_nests *nests,
                             const struct model_nest *nest, size_t index)
{
    const struct web_annotations *a = nests->annotations;
    size_t first = nest->firsts[index], count = nest->firsts[index + 1] - first, told = 0;
    uint32_t *names = base_zalloc(count, sizeof *names);
    for (size_t i = 0; i < count; i++)
        names[i] = analyze_member_region(&a->of, nest->bars.at[first + i].what)->name;
    if (count)
        qsort(names, count, sizeof *names, by_value);
    output_json_open(json, "names", '[');
    for (size_t i = 0; i < count && told < MOST_NAMES; i++) {
        if (i && names[i] == names[i - 1])
            continue;
        output_json_open(json, NULL, '[');
        output_json_u64(json, NULL, names[i]);
        output_json_string(json, NULL, order_string(model_pass_symbols(&a->pass), names[i]));
        output_json_close(json, ']');
        told++;
    }
    output_json_close(json, ']');
    free(names);
}

static void add_regions(struct output_json *json, const struct web_region_nests *nests, struct base_str owner,
                        const struct model_nest *nest, size_t index)
{
    output_json_open(json, "regions", '{');
    add_tracks(json, "r", owner, nest, index);
    output_json_u64(json, "left_out", model_nest_track(nest, index, MODEL_NEST_DEPTH).count);
    add_region_names(json, nests, nest, index);
    output_json_close(json, '}');
}

static void add_calls(struct output_json *json, const struct web_trace *trace, struct base_str owner,
                      const struct model_calls *calls)
{
    output_json_open(json, "calls", '{');
    add_tracks(json, "f", owner, &calls->nest, 0);
    output_json_u64(json, "deepest", calls->deepest);
    if (calls->until_ns < calls->to_ns)
        output_json_i64(json, "until_ns", calls->until_ns - trace->timeline.first_ns);
    else
        output_json_null(json, "until_ns");
    output_json_open(json, "names", '[');
    for (size_t i = 0; i < calls->functions.count && i < MOST_NAMES; i++) {
        output_json_open(json, NULL, '[');
        output_json_u64(json, NULL, i);
        output_json_string(json, NULL, calls->functions.at[i]);
        output_json_close(json, ']');
    }
    output_json_close(json, ']');
    output_json_close(json, '}');
}

void web_below(struct web_trace *trace, const struct web_request *request, struct web_response *response)
{
    struct base_text lane = {0};
    char letter;
    uint32_t number;
    web_parameter(request, "lane", &lane);
    struct base_str owner = base_text_view(&lane);
    const struct web_region_nests *nests = NULL;
    bool known = web_lane_owner(owner, &letter, &number);
    bool of_goroutine = known && letter == 'g';
    if (known)
        nests = web_region_nests_get(trace);
    const struct model_nest *nest = !nests ? NULL : of_goroutine ? &nests->of_goroutines : &nests->of_tasks;
    if (!known || (nests && number >= nest->owner_count)) {
        web_fail(response, 404, "there is no such goroutine or task");
    } else if (!nests || (of_goroutine && !web_calls_prepare(trace, number))) {
        web_fail_to_read(response);
    } else {
        struct output_json json = {.out = &response->body};
        output_json_open(&json, NULL, '{');
        output_json_string(&json, "lane", owner);
        add_regions(&json, nests, owner, nest, number);
        base_turns_begin_look(&trace->turns);
        const struct model_calls *calls = of_goroutine ? web_calls_ready(trace, number) : NULL;
        if (calls)
            add_calls(&json, trace, owner, calls);
        else
            output_json_null(&json, "calls");
        base_turns_end_look(&trace->turns);
        output_json_close(&json, '}');
    }
    base_text_release(&lane);
}

void web_add_region(struct output_json *json, const struct web_annotations *a, size_t member)
{
    const struct analyze_region *region = analyze_member_region(&a->of, member);
    const struct analyze_region_type *type = &a->of.region_types.all.at[a->of.region_types.members.at[member].type];
    const int64_t *sorted_ns = &a->of.region_types.durations_ns.at[type->durations_first];
    size_t task = analyze_annotations_real_task(&a->of, region->task);
    int64_t ns = analyze_region_duration_ns(region, a->pass.first_ns, a->pass.last_ns);
    output_json_open(json, "region", '{');
    if (task != SIZE_MAX)
        output_json_u64(json, "task", region->task);
    else
        output_json_null(json, "task");
    output_json_address(json, "pc", analyze_region_type_pc(type));
    output_json_u64(json, "count", type->count);
    output_json_u64(json, "shorter", analyze_durations_shorter(sorted_ns, type->count, ns));
    output_json_i64(json, "p50_ns", analyze_durations_percentile(sorted_ns, type->count, 50));
    output_json_i64(json, "p99_ns", analyze_durations_percentile(sorted_ns, type->count, 99));
    output_json_i64(json, "max_ns", sorted_ns[type->count - 1]);
    output_parts_json(json, &a->of.goroutines, &region->stats, a->of.symbols);
    output_json_close(json, '}');
}
