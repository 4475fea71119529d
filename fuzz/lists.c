/* What the command line lists of a trace: tasks, regions, goroutines in part of the time. */
#include "analyze/choice.h"
#include "analyze/portions.h"
#include "analyze/story.h"
#include "json.h"
#include "output/goroutines.h"
#include "output/regions.h"
#include "output/story.h"
#include "reading.h"
#include "target.h"

enum { STORIES = 2, MOST_SINKS = ANALYZE_ANNOTATIONS_SINKS + 1 };

static void check_json(struct base_text *text)
{
    fuzz_require(fuzz_is_json(text->data, text->size), "JSON is JSON");
    text->size = 0;
}

static void print_stories(struct base_text *text, const struct analyze_annotations *a)
{
    struct output_json json = {.out = text};
    struct analyze_story story;
    for (size_t i = 0; i < a->tasks.all.count && i < STORIES; i++) {
        analyze_story_make(&story, a, i, true);
        for (size_t k = 1; k < story.events.count; k++)
            fuzz_require(story.events.at[k].time_ns >= story.events.at[k - 1].time_ns, "a story is told in order");
        json.comma = false;
        output_json_open(&json, NULL, '{');
        output_story_json(&json, &story, SIZE_MAX, SIZE_MAX);
        output_json_close(&json, '}');
        check_json(text);
        output_story_text(text, &story);
        text->size = 0;
        analyze_story_release(&story);
    }
}

static void print_regions(struct base_text *text, const struct analyze_annotations *a)
{
    output_regions_json(text, a, &a->region_types, NULL);
    check_json(text);
    output_region_types_table(text, &a->region_types, a->symbols);
    output_region_histograms(text, &a->region_types, a->symbols);
    output_regions_table(text, a, NULL);
    text->size = 0;
}

static void check_portions(struct base_text *text, const struct analyze_annotations *a)
{
    const struct analyze_goroutines *goroutines = &a->goroutines;
    for (size_t i = 0; i < goroutines->by_id.count; i++) {
        const struct analyze_stats *stats = &analyze_goroutine_at(goroutines, i)->stats;
        int64_t sum_ns = stats->exec_ns + stats->sched_wait_ns + stats->syscall_ns;
        for (size_t k = 0; k < stats->blocks_count; k++)
            sum_ns += goroutines->amounts.at[stats->blocks_first + k].ns;
        fuzz_require(sum_ns == stats->total_ns && sum_ns > 0,
                     "what is selected of a goroutine is the sum of its parts");
    }
    output_goroutines_json(text, goroutines, a->symbols, a->first_ns);
    check_json(text);
}

static void check_choice(const struct analyze_annotations *a, const struct analyze_filter *filter)
{
    struct base_error error = BASE_NO_ERROR;
    struct analyze_choice choice;
    if (analyze_choose(&choice, filter, a, &error)) {
        fuzz_require(choice.task_count <= a->tasks.all.count, "no more tasks are chosen than there are");
        fuzz_require(choice.region_count <= a->goroutines.regions.count, "nor regions");
    }
    base_error_release(&error);
    analyze_choice_release(&choice);
}

static void look(struct model_pass *pass, const struct analyze_filter *filter,
                 const struct analyze_selection *selection)
{
    struct analyze_annotations a;
    struct analyze_portions portions;
    struct model_sink sinks[MOST_SINKS];
    struct base_text text = {0};
    analyze_annotations_init(&a, sinks);
    analyze_portions_init(&portions, selection);
    sinks[ANALYZE_ANNOTATIONS_SINKS] = (struct model_sink){analyze_portions_add, &portions};
    model_pass_run(pass, sinks, MOST_SINKS, NULL);
    analyze_annotations_finish(&a, pass);
    print_stories(&text, &a);
    print_regions(&text, &a);
    check_choice(&a, filter);
    analyze_portions_finish(&portions, &a.goroutines);
    check_portions(&text, &a);
    analyze_annotations_release(&a);
    base_text_release(&text);
}

void fuzz_lists(const struct base_mapping *file)
{
    struct base_error error = BASE_NO_ERROR;
    struct base_pattern any = {0};
    struct model_pass before, pass;
    struct analyze_selection selection;
    base_pattern_init_name(&any, ".");
    const struct analyze_filter filters[] = {
        {.from = {.given = true, .by_share = true, .share = 0.25},
         .to = {.given = true, .by_share = true, .share = 0.75}},
        {.region = &any},
        {.task_type = &any, .group = &any, .from = {.given = true, .after_ns = -1000}},
    };
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        if (!model_pass_begin(&before, file, &error))
            break;
        bool selected = analyze_select(&selection, &filters[i], &before, NULL, &error);
        model_pass_release(&before);
        base_error_release(&error);
        if (selected && model_pass_begin(&pass, file, &error)) {
            look(&pass, &filters[i], &selection);
            model_pass_release(&pass);
            fuzz_require(model_pass_begin(&pass, file, &error), "what was a trace is one again");
            fuzz_events(&pass, &selection, &any);
            model_pass_release(&pass);
            fuzz_require(model_pass_begin(&pass, file, &error), "what was a trace is one again");
            fuzz_exports(&pass, i ? &selection : NULL);
            model_pass_release(&pass);
        }
        analyze_selection_release(&selection);
    }
    base_error_release(&error);
    base_pattern_release(&any);
}
