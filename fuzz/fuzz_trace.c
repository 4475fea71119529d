/* Fuzz target: everything that reads a trace. */
#include "analyze/groups.h"
#include "analyze/mmu.h"
#include "analyze/profile.h"
#include "model/info.h"
#include "model/timeline.h"
#include "output/parsed.h"
#include "wire/dump.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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

static void add_parsed(void *self, const struct order_block *block, const struct order_symbols *symbols)
{
    struct base_text *text = self;
    for (size_t i = 0; i < block->count; i++) {
        text->size = 0;
        output_parsed_event(text, symbols, &block->events[i]);
    }
}

/* Utilisation under every set of flags, by both rules. */
static void compute_mmu(struct analyze_collector *collector)
{
    for (unsigned i = 0; i < 2u << ANALYZE_UTIL_FLAGS; i++) {
        struct analyze_utilization utilization;
        struct analyze_mmu mmu;
        struct analyze_window worst[3];
        analyze_utilization_make(&utilization, collector, i / 2, (enum analyze_util_rules)(i % 2));
        analyze_mmu_init(&mmu, &utilization);
        for (int64_t window_ns = 1; window_ns < INT64_MAX / 1000; window_ns *= 1000)
            analyze_mmu_minimum(&mmu, window_ns);
        analyze_mmu_worst(&mmu, 1000, worst, sizeof worst / sizeof *worst);
        analyze_mmu_release(&mmu);
        analyze_utilization_release(&utilization);
    }
    analyze_collector_cut(collector);
    analyze_collector_release(collector);
}

/* One pass with every sink, as `kymo serve` and the profiles make it. */
static void run_all(const struct base_mapping *file)
{
    struct model_pass pass;
    struct base_error error = BASE_NO_ERROR;
    struct base_text text = {0};
    struct model_info info;
    struct analyze_goroutines goroutines;
    struct analyze_groups groups;
    struct analyze_collector collector;
    struct model_timeline timeline;
    struct analyze_profile profiles[ANALYZE_PROFILE_KINDS];
    if (!model_pass_begin(&pass, file, &error)) {
        base_error_release(&error);
        return;
    }
    model_info_init(&info);
    analyze_goroutines_init(&goroutines);
    goroutines.keep_regions = true;
    model_timeline_init(&timeline);
    analyze_collector_init(&collector);
    struct model_sink sinks[5 + ANALYZE_PROFILE_KINDS] = {
        {add_parsed, &text},
        {model_info_add, &info},
        {analyze_goroutines_add, &goroutines},
        {model_timeline_add, &timeline},
        {analyze_collector_add, &collector},
    };
    for (int kind = 0; kind < ANALYZE_PROFILE_KINDS; kind++) {
        analyze_profile_init(&profiles[kind], (enum analyze_profile_kind)kind, NULL);
        sinks[5 + kind] = (struct model_sink){analyze_profile_add, &profiles[kind]};
    }
    model_pass_run(&pass, sinks, sizeof sinks / sizeof *sinks, NULL);
    analyze_goroutines_finish(&goroutines, model_pass_symbols(&pass));
    analyze_groups_make(&groups, &goroutines, model_pass_symbols(&pass));
    model_timeline_finish(&timeline);
    compute_mmu(&collector);
    for (int kind = 0; kind < ANALYZE_PROFILE_KINDS; kind++) {
        analyze_profile_finish(&profiles[kind], model_pass_symbols(&pass));
        analyze_profile_release(&profiles[kind]);
    }
    analyze_groups_release(&groups);
    analyze_goroutines_release(&goroutines);
    model_timeline_release(&timeline);
    model_info_release(&info);
    model_pass_release(&pass);
    base_text_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct base_mapping file = {data, size};
    dump(&file);
    run_all(&file);
    return 0;
}
