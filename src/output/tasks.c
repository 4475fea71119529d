#include "output/tasks.h"

#include "base/sort.h"
#include "output/durations.h"

/* ---- JSON ---- */

/* Each as "TIME_NS category=message". */
static void add_logs(struct output_json *json, const struct output_tasks_trace *trace, const struct analyze_task *task)
{
    struct base_text line = {0};
    output_json_open(json, "logs", '[');
    for (const struct analyze_log *log = analyze_task_log(trace->tasks, task->first_log); log;
         log = analyze_task_log(trace->tasks, log->next)) {
        line.size = 0;
        base_text_i64(&line, log->time_ns - trace->first_ns);
        base_text_char(&line, ' ');
        base_text_str(&line, order_string(trace->symbols, log->category));
        base_text_char(&line, '=');
        base_text_str(&line, log->message);
        output_json_string(json, NULL, base_text_view(&line));
    }
    output_json_close(json, ']');
    base_text_release(&line);
}

static void add_task(struct output_json *json, const struct output_tasks_trace *trace, const struct analyze_task *task)
{
    output_json_open(json, NULL, '{');
    output_json_u64(json, "id", task->id);
    output_json_string(json, "name", order_string(trace->symbols, task->name));
    output_json_u64(json, "parent", task->parent == ORDER_NO_TASK ? 0 : task->parent);
    output_json_i64(json, "start_ns", task->has_start ? task->start_ns - trace->first_ns : -1);
    output_json_i64(json, "end_ns", task->has_end ? task->end_ns - trace->first_ns : -1);
    output_json_bool(json, "complete", analyze_task_is_complete(task));
    add_logs(json, trace, task);
    output_json_u64(json, "regions", task->region_count);
    output_json_open(json, "goroutines", '[');
    for (uint32_t i = 0; i < task->goroutine_count; i++)
        output_json_i64(json, NULL, trace->tasks->goroutines.at[task->goroutines_first + i].n);
    output_json_close(json, ']');
    output_json_close(json, '}');
    base_text_char(json->out, '\n');
}

static bool is_chosen(const struct output_tasks_trace *trace, size_t index)
{
    return !trace->chosen || trace->chosen[index];
}

static struct base_str name_of(const struct order_symbols *symbols, uint32_t name)
{
    return name ? order_string(symbols, name) : BASE_STR(OUTPUT_NO_TYPE_NAME);
}

/* NULL, if there are none. */
static const int64_t *durations_of(const struct analyze_task_types *types, const struct analyze_task_type *type)
{
    return type->complete ? &types->durations_ns.at[type->durations_first] : NULL;
}

static void add_types(struct output_json *json, const struct analyze_task_types *types,
                      const struct order_symbols *symbols)
{
    output_json_open(json, "types", '[');
    for (size_t i = 0; i < types->all.count; i++) {
        output_json_open(json, NULL, '{');
        output_task_type_json(json, types, &types->all.at[i], symbols);
        output_json_close(json, '}');
    }
    output_json_close(json, ']');
}

void output_task_type_json(struct output_json *json, const struct analyze_task_types *types,
                           const struct analyze_task_type *type, const struct order_symbols *symbols)
{
    output_json_string(json, "type", order_string(symbols, type->name));
    output_json_u64(json, "count", type->count);
    output_json_u64(json, "complete", type->complete);
    output_durations_json(json, durations_of(types, type), type->complete, type->total_ns);
}

void output_tasks_json(struct base_text *out, const struct output_tasks_trace *trace,
                       const struct analyze_task_types *types)
{
    struct output_json json = {.out = out};
    output_json_open(&json, NULL, '{');
    output_json_open(&json, "tasks", '[');
    for (size_t i = 0; i < trace->tasks->all.count; i++)
        if (is_chosen(trace, i))
            add_task(&json, trace, &trace->tasks->all.at[i]);
    output_json_close(&json, ']');
    add_types(&json, types, trace->symbols);
    output_json_close(&json, '}');
    base_text_char(out, '\n');
}

/* ---- tables ---- */

void output_task_types_table(struct base_text *out, const struct analyze_task_types *types,
                             const struct order_symbols *symbols)
{
    static const char *const headings[] = {"Count>", "Complete>", OUTPUT_DURATIONS_HEADINGS, "Type"};
    struct output_table table;
    output_table_begin(&table, headings, sizeof headings / sizeof *headings);
    for (size_t i = 0; i < types->all.count; i++) {
        const struct analyze_task_type *type = &types->all.at[i];
        base_text_u64(output_table_cell(&table), type->count);
        base_text_u64(output_table_cell(&table), type->complete);
        output_durations_cells(&table, durations_of(types, type), type->complete, type->total_ns);
        base_text_str(output_table_cell(&table), name_of(symbols, type->name));
    }
    output_table_end(&table, out);
}

void output_task_histograms(struct base_text *out, const struct analyze_task_types *types,
                            const struct order_symbols *symbols)
{
    struct output_histograms histograms = {.out = out};
    for (size_t i = 0; i < types->all.count; i++) {
        const struct analyze_task_type *type = &types->all.at[i];
        output_histograms_add(&histograms, name_of(symbols, type->name), durations_of(types, type), type->complete);
    }
    output_histograms_end(&histograms);
}

static int64_t duration_ns(const struct output_tasks_trace *trace, const struct analyze_task *task)
{
    return analyze_task_duration_ns(task, trace->first_ns, trace->last_ns);
}

static bool longer(const void *a, const void *b, void *context)
{
    return duration_ns(context, *(const struct analyze_task *const *)a) >
           duration_ns(context, *(const struct analyze_task *const *)b);
}

static void add_row(struct output_table *table, const struct output_tasks_trace *trace, const struct analyze_task *task)
{
    base_text_u64(output_table_cell(table), task->id);
    struct base_text *start = output_table_cell(table);
    if (task->has_start)
        base_text_duration(start, task->start_ns - trace->first_ns);
    else
        base_text_char(start, '-');
    base_text_duration(output_table_cell(table), duration_ns(trace, task));
    base_text_add(output_table_cell(table), analyze_task_is_complete(task) ? "yes" : "no");
    base_text_u64(output_table_cell(table), task->goroutine_count);
    base_text_u64(output_table_cell(table), task->region_count);
    base_text_u64(output_table_cell(table), task->log_count);
}

void output_tasks_table(struct base_text *out, const struct output_tasks_trace *trace,
                        const struct analyze_task_type *type)
{
    BASE_VEC(const struct analyze_task *) members = {0};
    for (size_t i = 0; i < trace->tasks->all.count; i++) {
        const struct analyze_task *task = &trace->tasks->all.at[i];
        if (is_chosen(trace, i) && !analyze_task_is_background(task) && (!type || analyze_task_is_of(task, type)))
            *base_vec_add(&members) = task;
    }
    base_sort_stable(members.at, members.count, sizeof *members.at, longer, (void *)trace);
    static const char *const headings[] = {"Task>",       "Start>",   "Duration>", "Complete",
                                           "Goroutines>", "Regions>", "Logs>",     "Type"};
    struct output_table table;
    output_table_begin(&table, headings, sizeof headings / sizeof *headings - (type != NULL));
    for (size_t i = 0; i < members.count; i++) {
        add_row(&table, trace, members.at[i]);
        if (!type)
            base_text_str(output_table_cell(&table), name_of(trace->symbols, members.at[i]->name));
    }
    output_table_end(&table, out);
    base_vec_release(&members);
}
