#include "output/info.h"

#include "output/losses.h"

/* Bytes of the file that could be made sense of. */
static uint64_t valid_bytes(const struct model_pass *pass)
{
    return pass->file->size - output_lost_bytes(pass);
}

static struct base_text *line(struct base_text *out, const char *what)
{
    base_text_format(out, "%-18s", what);
    return out;
}

static void losses_lines(struct base_text *out, const struct model_pass *pass)
{
    size_t count;
    const struct order_loss *losses = model_pass_losses(pass, &count);
    if (!count)
        return;
    base_text_format(line(out, "damaged"), "in %zu %s; ", count, count == 1 ? "place" : "places");
    base_text_size(out, output_lost_bytes(pass));
    base_text_format(out, " lost, %.2f%% of the file\n",
                     100.0 * (double)output_lost_bytes(pass) / (double)(pass->file->size ? pass->file->size : 1));
    for (size_t i = 0; i < count; i++) {
        output_loss_text(line(out, ""), &losses[i], pass);
        base_text_char(out, '\n');
    }
}

static void count_line(struct base_text *out, const char *what, uint64_t count)
{
    base_text_u64(line(out, what), count);
    base_text_char(out, '\n');
}

void output_info_text(struct base_text *out, const struct model_info *info, const struct model_pass *pass,
                      const char *name)
{
    base_text_format(line(out, "trace"), "%s\n", name);
    struct wire_header header = order_reader_header(pass->reader);
    base_text_format(line(out, "format"), "go 1.%d", header.minor);
    if (wire_header_is_newer(&header))
        base_text_format(out, ", read as go 1.%d", header.version);
    base_text_char(out, '\n');
    base_text_size(line(out, "size"), pass->file->size);
    base_text_char(out, '\n');
    base_text_duration(line(out, "duration"), pass->last_ns - pass->first_ns);
    base_text_char(out, '\n');
    if (info->has_wall_clock) {
        base_text_moment(line(out, "recorded"), info->wall_seconds, info->wall_ns);
        base_text_char(out, '\n');
    }
    count_line(out, "generations", info->generations);
    count_line(out, "events", info->events);
    count_line(out, "goroutines", info->goroutines);
    count_line(out, "processors", info->procs);
    count_line(out, "threads", info->threads);
    if (info->gomaxprocs)
        count_line(out, "GOMAXPROCS", info->gomaxprocs);
    count_line(out, "tasks", info->tasks);
    count_line(out, "regions", info->regions);
    count_line(out, "logs", info->logs);
    count_line(out, "CPU samples", info->cpu_samples);
    base_text_format(line(out, "GC cycles"), "%llu, ", (unsigned long long)info->gc_cycles);
    base_text_duration_short(out, info->gc_ns);
    base_text_add(out, " in all\n");
    base_text_format(line(out, "stop-the-world"), "%llu, ", (unsigned long long)info->stw_count);
    base_text_duration_short(out, info->stw_ns);
    base_text_add(out, " in all, the longest ");
    base_text_duration_short(out, info->stw_longest_ns);
    base_text_char(out, '\n');
    if (info->heap_peak_bytes) {
        base_text_size(line(out, "heap peak"), info->heap_peak_bytes);
        base_text_char(out, '\n');
    }
    losses_lines(out, pass);
}

void output_info_members(struct output_json *json, const struct model_info *info, const struct model_pass *pass,
                         const char *name)
{
    output_json_open(json, NULL, '{');
    output_json_string(json, "name", base_str_of(name));
    output_json_u64(json, "size", pass->file->size);
    output_json_u64(json, "valid_bytes", valid_bytes(pass));
    output_json_u64(json, "format_minor", (uint64_t)order_reader_header(pass->reader).minor);
    output_json_i64(json, "duration_ns", pass->last_ns - pass->first_ns);
    output_json_i64(json, "first_ns", pass->first_ns);
    output_json_u64(json, "generations", info->generations);
    output_json_u64(json, "events", info->events);
    output_json_u64(json, "goroutines", info->goroutines);
    output_json_u64(json, "procs", info->procs);
    output_json_u64(json, "threads", info->threads);
    output_json_u64(json, "gomaxprocs", info->gomaxprocs);
    output_json_u64(json, "tasks", info->tasks);
    output_json_u64(json, "regions", info->regions);
    output_json_u64(json, "logs", info->logs);
    output_json_u64(json, "cpu_samples", info->cpu_samples);
    output_json_u64(json, "gc_cycles", info->gc_cycles);
    output_json_i64(json, "gc_ns", info->gc_ns);
    output_json_u64(json, "stw_count", info->stw_count);
    output_json_i64(json, "stw_ns", info->stw_ns);
    output_json_i64(json, "stw_longest_ns", info->stw_longest_ns);
    output_json_u64(json, "heap_peak_bytes", info->heap_peak_bytes);
    output_losses_json(json, pass);
    output_json_close(json, '}');
}

void output_info_json(struct base_text *out, const struct model_info *info, const struct model_pass *pass,
                      const char *name)
{
    struct output_json json = {.out = out};
    output_info_members(&json, info, pass, name);
    base_text_char(out, '\n');
}

void output_info_table(struct output_table *table)
{
    static const char *const headings[] = {"Trace",          "Format",      "Size>",  "Duration>",
                                           "Events>",        "Goroutines>", "Tasks>", "GC cycles>",
                                           "Longest pause>", "Heap peak>",  "Lost>"};
    output_table_begin(table, headings, sizeof headings / sizeof *headings);
}

void output_info_row(struct output_table *table, const struct model_info *info, const struct model_pass *pass,
                     const char *name)
{
    base_text_add(output_table_cell(table), name);
    base_text_format(output_table_cell(table), "go 1.%d", order_reader_header(pass->reader).minor);
    base_text_size(output_table_cell(table), pass->file->size);
    base_text_duration_short(output_table_cell(table), pass->last_ns - pass->first_ns);
    base_text_u64(output_table_cell(table), info->events);
    base_text_u64(output_table_cell(table), info->goroutines);
    base_text_u64(output_table_cell(table), info->tasks);
    base_text_u64(output_table_cell(table), info->gc_cycles);
    base_text_duration_short(output_table_cell(table), info->stw_longest_ns);
    base_text_size(output_table_cell(table), info->heap_peak_bytes);
    struct base_text *lost = output_table_cell(table);
    if (output_lost_bytes(pass))
        base_text_size(lost, output_lost_bytes(pass));
}
