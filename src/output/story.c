#include "output/story.h"

#include "output/goroutines.h"
#include "output/table.h"
#include "output/tasks.h"

#include <inttypes.h>
#include <stdio.h>

static int64_t duration_of(const struct analyze_story *story, const struct analyze_task *task)
{
    return analyze_task_duration_ns(task, story->of->first_ns, story->of->last_ns);
}

static struct base_str type_of(const struct analyze_story *story, const struct analyze_task *task)
{
    return order_string(story->of->symbols, task->name);
}

/* NULL: none. */
static const struct analyze_task *parent_of(const struct analyze_story *story)
{
    size_t parent = analyze_annotations_real_task(story->of, story->task->parent);
    return parent == SIZE_MAX ? NULL : &story->of->tasks.all.at[parent];
}

/* ---- JSON ---- */

static void add_other(struct output_json *json, const char *name, const struct analyze_story *story,
                      const struct analyze_task *task)
{
    output_json_open(json, name, '{');
    output_json_u64(json, "id", task->id);
    output_json_string(json, "type", type_of(story, task));
    output_json_i64(json, "start_ns", task->has_start ? task->start_ns - story->of->first_ns : -1);
    output_json_i64(json, "duration_ns", duration_of(story, task));
    output_json_close(json, '}');
}

static void add_relatives(struct output_json *json, const struct analyze_story *story, size_t most_children)
{
    const struct analyze_tasks *tasks = &story->of->tasks;
    const struct analyze_task *parent = parent_of(story);
    size_t children = 0;
    if (parent)
        add_other(json, "parent", story, parent);
    else
        output_json_null(json, "parent");
    output_json_open(json, "children", '[');
    const struct analyze_task *all = tasks->all.at, *end = all + tasks->all.count;
    for (const struct analyze_task *task = all; task < end; task++)
        if (task->parent == story->task->id && children++ < most_children)
            add_other(json, NULL, story, task);
    output_json_close(json, ']');
    output_json_u64(json, "children_total", children);
}

static void add_event(struct output_json *json, const struct analyze_story *story,
                      const struct analyze_story_event *event)
{
    const struct analyze_annotations *a = story->of;
    output_json_open(json, NULL, '{');
    output_json_i64(json, "time_ns", event->time_ns - a->first_ns);
    if (event->goroutine.n >= 0)
        output_json_i64(json, "goroutine", event->goroutine.n);
    else
        output_json_null(json, "goroutine");
    output_json_string(json, "kind", base_str_of(analyze_story_kinds[event->kind]));
    if (event->log) {
        output_json_string(json, "category", order_string(a->symbols, event->log->category));
        output_json_string(json, "text", event->log->message);
    } else if (event->region) {
        output_json_string(json, "text", order_string(a->symbols, event->region->name));
    } else {
        output_json_string(json, "text", type_of(story, event->child ? event->child : story->task));
    }
    if (event->child)
        output_json_u64(json, "child", event->child->id);
    if (event->region && event->kind == ANALYZE_REGION_BEGINS) {
        output_json_i64(json, "duration_ns", analyze_region_duration_ns(event->region, a->first_ns, a->last_ns));
        output_parts_json(json, &a->goroutines, &event->region->stats, a->symbols);
    }
    output_json_close(json, '}');
}

void output_story_json(struct output_json *json, const struct analyze_story *story, size_t most_events,
                       size_t most_children)
{
    const struct analyze_task *task = story->task;
    int64_t first_ns = story->of->first_ns;
    output_json_u64(json, "id", task->id);
    output_json_string(json, "type", type_of(story, task));
    output_json_i64(json, "start_ns", task->has_start ? task->start_ns - first_ns : -1);
    output_json_i64(json, "end_ns", task->has_end ? task->end_ns - first_ns : -1);
    output_json_i64(json, "duration_ns", duration_of(story, task));
    output_json_bool(json, "complete", analyze_task_is_complete(task));
    add_relatives(json, story, most_children);
    output_json_u64(json, "events_total", story->events.count);
    output_json_open(json, "events", '[');
    for (size_t i = 0; i < story->events.count && i < most_events; i++)
        add_event(json, story, &story->events.at[i]);
    output_json_close(json, ']');
}

/* ---- text ---- */

/* "0.003258880s" */
static void add_moment(struct base_text *out, int64_t ns)
{
    base_text_format(out, "%" PRId64 ".%09" PRId64 "s", ns / 1000000000, ns % 1000000000);
}

/* As the official page has it: below a second zeros in front of the first digit that counts are blanks. */
static void add_elapsed(struct base_text *out, int64_t ns)
{
    char text[48];
    snprintf(text, sizeof text, "%" PRId64 ".%09" PRId64, ns / 1000000000, ns % 1000000000);
    if (ns >= 0 && ns < 1000000000)
        for (char *at = text; *at == '0' || *at == '.'; at++)
            *at = *at == '.' ? '.' : ' ';
    base_text_add(out, text);
}

static void add_named(struct base_text *out, const char *what, struct base_str name)
{
    base_text_add(out, what);
    base_text_char(out, ' ');
    base_text_quote(out, name);
}

static void add_log(struct base_text *out, const struct analyze_story *story, const struct analyze_log *log)
{
    struct base_str category = order_string(story->of->symbols, log->category);
    base_text_add(out, "log");
    if (category.size) {
        base_text_add(out, " (category: ");
        base_text_str(out, category);
        base_text_add(out, "):");
    }
    base_text_char(out, ' ');
    base_text_quote(out, log->message);
}

static void add_words(struct base_text *out, const struct analyze_story *story, const struct analyze_story_event *event)
{
    const struct order_symbols *symbols = story->of->symbols;
    bool begins = false;
    switch (event->kind) {
    case ANALYZE_TASK_BEGINS:
        add_named(out, "task", type_of(story, story->task));
        base_text_format(out, " (ID %" PRIu64 ", parent %" PRIu64 ") begin", story->task->id,
                         story->task->parent == ORDER_NO_TASK ? 0 : story->task->parent);
        return;
    case ANALYZE_TASK_ENDS: base_text_add(out, "task end"); return;
    case ANALYZE_LOGGED: add_log(out, story, event->log); return;
    case ANALYZE_REGION_BEGINS: begins = true; /* fall through */
    case ANALYZE_REGION_ENDS: add_named(out, "region", order_string(symbols, event->region->name)); break;
    case ANALYZE_CHILD_BEGINS: begins = true; /* fall through */
    default:
        add_named(out, "child task", type_of(story, event->child));
        base_text_format(out, " (ID %" PRIu64 ")", event->child->id);
        break;
    }
    base_text_add(out, begins ? " begin" : " end");
}

static void add_head(struct base_text *out, const struct analyze_story *story)
{
    const struct analyze_task *task = story->task, *parent = parent_of(story);
    struct base_str type = type_of(story, task);
    base_text_format(out, "Task %" PRIu64 ", ", task->id);
    base_text_safely(out, type.size ? type : BASE_STR(OUTPUT_NO_TYPE_NAME));
    base_text_add(out, analyze_task_is_complete(task) ? " (complete): " : " (incomplete): ");
    base_text_duration(out, duration_of(story, task));
    base_text_char(out, '\n');
    if (parent) {
        base_text_format(out, "Child of task %" PRIu64 ", ", parent->id);
        base_text_safely(out, type_of(story, parent));
        base_text_char(out, '\n');
    }
    base_text_char(out, '\n');
}

void output_story_text(struct base_text *out, const struct analyze_story *story)
{
    static const char *const headings[] = {"When>", "Elapsed>", "Goroutine>", "Event"};
    int64_t before_ns = story->of->first_ns;
    struct output_table table;
    add_head(out, story);
    output_table_begin(&table, headings, sizeof headings / sizeof *headings);
    for (size_t i = 0; i < story->events.count; i++) {
        const struct analyze_story_event *event = &story->events.at[i];
        add_moment(output_table_cell(&table), event->time_ns - story->of->first_ns);
        add_elapsed(output_table_cell(&table), event->time_ns - before_ns);
        struct base_text *goroutine = output_table_cell(&table);
        if (event->goroutine.n >= 0)
            base_text_i64(goroutine, event->goroutine.n);
        add_words(output_table_cell(&table), story, event);
        before_ns = event->time_ns;
    }
    output_table_end(&table, out);
}
