/* kymo goroutines: where goroutines spend their time. */
#include "output/goroutines.h"
#include "analyze/choice.h"
#include "analyze/portions.h"
#include "cmd/filter.h"

#include <unistd.h>

struct request {
    struct cmd_filter filter;
    bool json, each;
    bool several; /* traces */
    struct base_text out;
    struct output_json array; /* of several */
    struct output_table table;
};

/* Whether only a part of goroutines' lives is asked for. Else the figures are the official ones. */
static bool is_partial(const struct analyze_filter *filter)
{
    return filter->from.given || filter->to.given || filter->by_task || filter->task_type || filter->region;
}

/* ---- printing ---- */

static void show_json(struct request *request, const struct cmd_trace *trace,
                      const struct analyze_goroutines *goroutines)
{
    const struct order_symbols *symbols = model_pass_symbols(&trace->pass);
    if (!request->several) {
        output_goroutines_json(&request->out, goroutines, symbols, trace->pass.first_ns);
        return;
    }
    output_json_open(&request->array, NULL, '{');
    output_json_string(&request->array, "name", base_str_of(trace->path));
    output_goroutines_members(&request->array, goroutines, symbols, trace->pass.first_ns);
    output_json_close(&request->array, '}');
    base_text_char(&request->out, '\n');
}

static void show(struct request *request, const struct cmd_trace *trace, const struct analyze_goroutines *goroutines)
{
    const struct analyze_filter *asked = &request->filter.asked;
    const struct order_symbols *symbols = model_pass_symbols(&trace->pass);
    struct analyze_groups groups;
    analyze_groups_make(&groups, goroutines, symbols);
    if (request->json)
        show_json(request, trace, goroutines);
    else if (request->several)
        output_goroutines_row(&request->table, &groups, trace->path);
    else if (request->each || asked->by_goroutine || asked->group)
        output_goroutines_table(&request->out, goroutines, symbols, trace->pass.first_ns, groups.all.count > 1);
    else
        output_groups_table(&request->out, &groups, symbols);
    analyze_groups_release(&groups);
}

/* ---- reading ---- */

static int show_parts(struct request *request, struct cmd_trace *trace, struct analyze_goroutines *goroutines)
{
    struct analyze_selection selection;
    struct analyze_portions portions;
    int status = cmd_select(trace, &request->filter, &selection);
    if (status < 0) {
        analyze_portions_init(&portions, &selection);
        const struct model_sink sinks[] = {{analyze_goroutines_add, goroutines}, {analyze_portions_add, &portions}};
        bool done = cmd_pass(trace, sinks, sizeof sinks / sizeof *sinks);
        analyze_goroutines_finish(goroutines, model_pass_symbols(&trace->pass));
        analyze_portions_finish(&portions, goroutines);
        if (done)
            show(request, trace, goroutines);
        status = done ? CMD_DONE : CMD_FAILED;
    }
    analyze_selection_release(&selection);
    return status;
}

static int show_wholes(struct request *request, struct cmd_trace *trace, struct analyze_goroutines *goroutines)
{
    struct base_error error = BASE_NO_ERROR;
    struct model_sink sink = {analyze_goroutines_add, goroutines};
    if (!cmd_pass(trace, &sink, 1))
        return CMD_FAILED;
    const struct order_symbols *symbols = model_pass_symbols(&trace->pass);
    analyze_goroutines_finish(goroutines, symbols);
    if (!analyze_choose_goroutines(goroutines, &request->filter.asked, symbols, &error))
        return cmd_failed(request->several ? trace->path : NULL, &error);
    show(request, trace, goroutines);
    return CMD_DONE;
}

static int look_at(struct cmd_trace *trace, void *context)
{
    struct request *request = context;
    struct analyze_goroutines goroutines;
    analyze_goroutines_init(&goroutines);
    goroutines.keep_regions = request->json;
    int status = is_partial(&request->filter.asked) ? show_parts(request, trace, &goroutines)
                                                    : show_wholes(request, trace, &goroutines);
    analyze_goroutines_release(&goroutines);
    return status;
}

static int run(const struct cmd_usage *usage, int operands, char **argv, struct request *request)
{
    request->several = operands > 1 && !(operands == 2 && base_program_is(argv[0]));
    request->out = base_text_to_fd(STDOUT_FILENO);
    request->array.out = &request->out;
    if (request->several && request->json)
        output_json_open(&request->array, NULL, '[');
    else if (request->several)
        output_goroutines_of_traces(&request->table);
    int status = cmd_each(usage, operands, argv, look_at, request);
    if (request->several && request->json)
        output_json_close(&request->array, ']'), base_text_char(&request->out, '\n');
    else if (request->several)
        output_table_end(&request->table, &request->out);
    return cmd_finish(&request->out, status);
}

int cmd_goroutines(int argc, char **argv)
{
    struct request request = {0};
    const struct cmd_option options[] = {
        {"each", NULL, "a row for each goroutine, not for each start function", NULL, &request.each},
        {"json", NULL, "print every goroutine, with its regions, as JSON; an array, of several traces", NULL,
         &request.json},
    };
    const struct cmd_usage usage = {
        .synopsis = "kymo goroutines [--each | --json] [FILTER...] TRACE...",
        .about = "Prints where goroutines spend their time: running, waiting for a processor, in syscalls, blocked.\n"
                 "There is a row for each start function; with --group or --goroutine, for each goroutine; of several\n"
                 "traces, for each trace. With other filters only the time that they are about counts.",
        .options = options,
        .option_count = sizeof options / sizeof *options,
        .filter = &request.filter,
        .filters = CMD_ALL_FILTERS};
    int operands, status = cmd_parse(&usage, argc, argv, &operands);
    if (status >= 0)
        return status;
    status = run(&usage, operands, argv, &request);
    cmd_filter_release(&request.filter);
    return status;
}
