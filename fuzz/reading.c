#include "reading.h"

#include "analyze/groups.h"
#include "analyze/mmu.h"
#include "calls.h"
#include "json.h"
#include "model/info.h"
#include "model/timeline.h"
#include "output/goroutines.h"
#include "output/info.h"
#include "output/losses.h"
#include "output/parsed.h"
#include "output/tasks.h"
#include "pprof.h"
#include "target.h"
#include "wire/dump.h"

enum { SINKS = 6 + ANALYZE_PROFILE_KINDS, SHOWN_TYPES = 3, WORST = 3, VISITED_MASK = 3 };

bool fuzz_replaying;

/* FNV-1a: the same in every process. */
static uint64_t hash_on(uint64_t hash, const void *bytes, size_t size)
{
    for (const unsigned char *at = bytes, *end = at + size; at < end; at++)
        hash = (hash ^ *at) * UINT64_C(0x100000001b3);
    return hash;
}

/* What came of one pass. */
struct reading {
    uint64_t event_count, hash; /* of the events as text */
    size_t loss_count;
    bool failed;
};

/* The sink that looks at every event. */
struct watch {
    struct base_text text;
    uint64_t event_count, hash;
    int64_t last_ns;
    size_t file_bytes;
};

static void watch_event(struct watch *watch, const struct order_event *event, const struct order_symbols *symbols)
{
    fuzz_require(!watch->event_count || event->time_ns > watch->last_ns, "times ascend");
    fuzz_require(event->kind < ORDER_KINDS, "an event's kind is known");
    fuzz_require(event->name < symbols->strings.count, "an event's name is there");
    fuzz_require(event->stack < symbols->stacks.count && event->transition_stack < symbols->stacks.count,
                 "an event's stacks are there");
    fuzz_require(event->resource_slot == ORDER_NO_SLOT || event->resource_slot <= watch->file_bytes,
                 "slots are no more than the file can name goroutines");
    watch->last_ns = event->time_ns;
    watch->event_count++;
    watch->text.size = 0;
    output_parsed_event(&watch->text, symbols, event);
    watch->hash = hash_on(watch->hash, watch->text.data, watch->text.size);
}

static void watch_add(void *self, const struct order_block *block, const struct order_symbols *symbols)
{
    fuzz_require(block->count > 0, "a block has events");
    for (size_t i = 0; i < block->count; i++) {
        fuzz_require(!i || block->events[i].kind != ORDER_SYNC, "a Sync is the first of its block");
        watch_event(self, &block->events[i], symbols);
    }
}

/* The sinks of everything that is computed from a trace. */
struct sinks {
    struct watch watch;
    struct model_info info;
    struct analyze_goroutines goroutines;
    struct model_timeline timeline;
    struct analyze_tasks tasks;
    struct analyze_collector collector;
    struct analyze_profile profiles[ANALYZE_PROFILE_KINDS];
    struct model_sink all[SINKS];
};

static void sinks_init(struct sinks *sinks, size_t file_bytes)
{
    *sinks = (struct sinks){.watch.file_bytes = file_bytes};
    model_info_init(&sinks->info);
    analyze_goroutines_init(&sinks->goroutines);
    sinks->goroutines.keep_regions = true;
    model_timeline_init(&sinks->timeline);
    analyze_tasks_init(&sinks->tasks);
    analyze_collector_init(&sinks->collector);
    sinks->all[0] = (struct model_sink){watch_add, &sinks->watch};
    sinks->all[1] = (struct model_sink){model_info_add, &sinks->info};
    sinks->all[2] = (struct model_sink){analyze_goroutines_add, &sinks->goroutines};
    sinks->all[3] = (struct model_sink){model_timeline_add, &sinks->timeline};
    sinks->all[4] = (struct model_sink){analyze_tasks_add, &sinks->tasks};
    sinks->all[5] = (struct model_sink){analyze_collector_add, &sinks->collector};
    for (int kind = 0; kind < ANALYZE_PROFILE_KINDS; kind++) {
        analyze_profile_init(&sinks->profiles[kind], (enum analyze_profile_kind)kind, NULL);
        sinks->all[6 + kind] = (struct model_sink){analyze_profile_add, &sinks->profiles[kind]};
    }
}

static void sinks_finish(struct sinks *sinks, const struct order_symbols *symbols)
{
    analyze_goroutines_finish(&sinks->goroutines, symbols);
    model_timeline_finish(&sinks->timeline);
    analyze_tasks_finish(&sinks->tasks);
    for (int kind = 0; kind < ANALYZE_PROFILE_KINDS; kind++)
        analyze_profile_finish(&sinks->profiles[kind], symbols);
}

static void sinks_release(struct sinks *sinks)
{
    base_text_release(&sinks->watch.text);
    model_info_release(&sinks->info);
    analyze_goroutines_release(&sinks->goroutines);
    model_timeline_release(&sinks->timeline);
    analyze_tasks_release(&sinks->tasks);
    analyze_collector_release(&sinks->collector);
    for (int kind = 0; kind < ANALYZE_PROFILE_KINDS; kind++)
        analyze_profile_release(&sinks->profiles[kind]);
}

/* ---- what must hold of results ---- */

static void check_lane(const struct model_lane *lane)
{
    int64_t end_ns = INT64_MIN;
    for (size_t i = 0; i < lane->count; i++) {
        struct model_slice slice = model_lane_slice(lane, i);
        fuzz_require(slice.start_ns >= end_ns && slice.end_ns >= slice.start_ns, "slices do not overlap");
        end_ns = slice.end_ns;
    }
}

static void check_timeline(const struct model_timeline *timeline)
{
    check_lane(&timeline->gc);
    check_lane(&timeline->stw);
    for (size_t i = 0; i < timeline->procs.count; i++)
        check_lane(&timeline->procs.at[i].lane);
}

static void check_profile(const struct analyze_profile *profile, const struct order_symbols *symbols)
{
    uint64_t count = 0, ns = 0;
    for (size_t i = 0; i < profile->records.count; i++) {
        count += profile->records.at[i].count;
        ns += (uint64_t)profile->records.at[i].ns;
    }
    fuzz_require(count == profile->total_count && (int64_t)ns == profile->total_ns, "a profile's totals are its sums");
    fuzz_check_pprof(profile, symbols);
    fuzz_check_calls(profile, symbols);
}

static void check_worst(struct analyze_mmu *mmu, int64_t window_ns)
{
    struct analyze_window worst[WORST];
    size_t count = analyze_mmu_worst(mmu, window_ns, worst, WORST);
    for (size_t i = 0; i < count; i++) {
        fuzz_require(worst[i].util >= 0 && worst[i].util < 1, "in a worst window something is lost");
        fuzz_require(worst[i].start_ns >= mmu->first_ns && worst[i].start_ns <= mmu->last_ns - window_ns,
                     "a worst window is within the trace");
        for (size_t k = 0; k < i; k++)
            fuzz_require(worst[i].start_ns >= worst[k].start_ns + window_ns ||
                             worst[k].start_ns >= worst[i].start_ns + window_ns,
                         "worst windows do not overlap");
    }
}

static void check_minima(const struct analyze_utilization *utilization)
{
    struct analyze_mmu mmu;
    analyze_mmu_init(&mmu, utilization);
    for (int64_t window_ns = 1; window_ns < INT64_MAX / 1000; window_ns *= 1000) {
        double minimum = analyze_mmu_minimum(&mmu, window_ns);
        fuzz_require(minimum >= 0 && minimum <= 1, "a utilisation is a share");
    }
    check_worst(&mmu, 1000);
    analyze_mmu_release(&mmu);
}

/* Of the whole, and by kymo's rules of its middle. */
static void check_mmu(const struct analyze_collector *collector, unsigned flags, enum analyze_util_rules rules)
{
    struct analyze_utilization utilization;
    int64_t quarter_ns = collector->last_ns / 4 - collector->first_ns / 4;
    analyze_utilization_make(&utilization, collector, flags, rules);
    check_minima(&utilization);
    if (rules == ANALYZE_UTIL_OWN) {
        analyze_utilization_clip(&utilization, collector->first_ns + quarter_ns, collector->last_ns - quarter_ns);
        check_minima(&utilization);
    }
    analyze_utilization_release(&utilization);
}

static void check_collector(const struct analyze_collector *collector)
{
    unsigned all = (1u << ANALYZE_UTIL_FLAGS) - 1;
    for (int rules = ANALYZE_UTIL_OFFICIAL; rules <= ANALYZE_UTIL_OWN; rules++) {
        check_mmu(collector, all, (enum analyze_util_rules)rules);
        check_mmu(collector, all & ~(unsigned)ANALYZE_UTIL_PER_PROC, (enum analyze_util_rules)rules);
    }
}

/* Text begins anew; what was there must be JSON. */
static void check_json(struct base_text *text)
{
    fuzz_require(fuzz_is_json(text->data, text->size), "JSON is JSON");
    text->size = 0;
}

static void check_losses(const struct model_pass *pass)
{
    size_t count;
    const struct order_loss *losses = model_pass_losses(pass, &count);
    fuzz_require(count <= ORDER_MOST_LOSSES, "losses are not too many");
    for (size_t i = 0; i < count; i++)
        fuzz_require(losses[i].why.cause != NULL, "a loss has a cause");
    fuzz_require(output_lost_bytes(pass) <= pass->file->size, "no more is lost than there was");
}

static void print_tasks(struct base_text *text, const struct analyze_tasks *tasks, const struct model_pass *pass)
{
    const struct output_tasks_trace trace = {tasks, model_pass_symbols(pass), pass->first_ns, pass->last_ns};
    struct analyze_task_types types;
    analyze_task_types_make(&types, tasks, trace.symbols, NULL);
    output_tasks_json(text, &trace, &types);
    check_json(text);
    output_task_types_table(text, &types, trace.symbols);
    output_task_histograms(text, &types, trace.symbols);
    for (size_t i = 0; i < types.all.count && i < SHOWN_TYPES; i++)
        output_tasks_table(text, &trace, &types.all.at[i]);
    analyze_task_types_release(&types);
    text->size = 0;
}

static void print(const struct sinks *sinks, const struct model_pass *pass)
{
    const struct order_symbols *symbols = model_pass_symbols(pass);
    struct base_text text = {0};
    struct analyze_groups groups;
    output_info_text(&text, &sinks->info, pass, "a name");
    text.size = 0;
    output_info_json(&text, &sinks->info, pass, "a name");
    check_json(&text);
    output_goroutines_json(&text, &sinks->goroutines, symbols, pass->first_ns);
    check_json(&text);
    print_tasks(&text, &sinks->tasks, pass);
    analyze_groups_make(&groups, &sinks->goroutines, symbols);
    output_groups_table(&text, &groups, symbols);
    output_goroutines_table(&text, &sinks->goroutines, symbols, pass->first_ns, true);
    analyze_groups_release(&groups);
    base_text_release(&text);
}

/* ---- passes ---- */

static void check_results(const struct sinks *sinks, const struct model_pass *pass)
{
    fuzz_require(sinks->watch.event_count == pass->event_count, "a pass counts its events");
    check_timeline(&sinks->timeline);
    check_collector(&sinks->collector);
    for (int kind = 0; kind < ANALYZE_PROFILE_KINDS; kind++)
        check_profile(&sinks->profiles[kind], model_pass_symbols(pass));
    check_losses(pass);
    print(sinks, pass);
}

static struct reading read_once(const struct base_mapping *file, enum order_on_damage on_damage)
{
    struct base_error error = BASE_NO_ERROR;
    struct model_pass pass = {.file = file, .reader = order_reader_new(file, on_damage, &error)};
    struct reading reading = {.failed = true};
    struct sinks sinks;
    base_error_release(&error);
    if (!pass.reader)
        return reading;
    sinks_init(&sinks, file->size);
    model_pass_run(&pass, sinks.all, SINKS, NULL);
    sinks_finish(&sinks, model_pass_symbols(&pass));
    check_results(&sinks, &pass);
    reading = (struct reading){sinks.watch.event_count, sinks.watch.hash, 0, pass.error.cause != NULL};
    model_pass_losses(&pass, &reading.loss_count);
    sinks_release(&sinks);
    model_pass_release(&pass);
    return reading;
}

static void dump(const struct base_mapping *file)
{
    struct base_text text = {0};
    struct base_error error = BASE_NO_ERROR;
    wire_dump_events(file, &text, &error);
    base_error_release(&error);
    wire_dump_footprint(file, &text, &error);
    base_error_release(&error);
    base_text_release(&text);
}

void fuzz_read(const struct base_mapping *file)
{
    dump(file);
    struct reading stopping = read_once(file, ORDER_STOP_AT_DAMAGE), going_on = read_once(file, ORDER_GO_ON);
    fuzz_require(!stopping.loss_count, "only going on tells of losses");
    fuzz_require(going_on.event_count >= stopping.event_count, "going on reads no less than stopping");
    fuzz_require(!stopping.failed || going_on.failed || going_on.loss_count, "going on tells what was wrong");
    if (!stopping.failed && !going_on.loss_count)
        fuzz_require(!going_on.failed && going_on.hash == stopping.hash, "going on reads the same of a whole trace");
}

void fuzz_trace(const struct base_mapping *file)
{
    fuzz_read(file);
    if (fuzz_replaying || !(hash_on(1, file->data, file->size) >> 32 & VISITED_MASK)) {
        fuzz_lists(file);
        fuzz_visit(file);
    }
}

/* ---- headers ---- */

static bool is_one_of(int version, const int *versions, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (versions[i] == version)
            return true;
    return false;
}

struct base_mapping fuzz_with_header(const uint8_t *data, size_t size, const int *versions, size_t version_count)
{
    struct base_mapping file = {data, size};
    struct wire_header header;
    struct base_error error = BASE_NO_ERROR;
    bool good = wire_header_read(&file, &header, &error) && is_one_of(header.version, versions, version_count);
    base_error_release(&error);
    file.size = size > WIRE_HEADER_BYTES ? size : WIRE_HEADER_BYTES;
    uint8_t *copy = base_zalloc(file.size, 1);
    file.data = copy;
    if (size)
        memcpy(copy, data, size);
    if (!good) {
        char text[WIRE_HEADER_BYTES] = "";
        snprintf(text, sizeof text, "go 1.%d trace", versions[(size ? data[0] : 0) % version_count]);
        memcpy(copy, text, sizeof text);
    }
    return file;
}
