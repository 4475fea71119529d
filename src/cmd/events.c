/* kymo events: finds events, and prints or counts them. */
#include "analyze/finder.h"
#include "cmd/filter.h"
#include "output/event_json.h"
#include "output/event_line.h"
#include "output/table.h"

#include <string.h>
#include <unistd.h>

/* What is asked for. */
struct request {
    bool count, json, stacks;
    uint64_t limit;      /* of events; 0: none */
    goroutine_id follow; /* NO_GOROUTINE: nobody */
    struct base_pattern reason, name, function;
    struct analyze_finder finder;
};

/* What the pass finds. */
struct finding {
    const struct request *request;
    struct analyze_finder *finder;
    struct model_pass *pass;
    struct base_text out;
    struct output_event_lines lines;
    struct output_json json;
    uint64_t found, of[ANALYZE_EVENT_KINDS];
};

static void print_event(struct finding *finding, const struct order_symbols *symbols, const struct order_event *event)
{
    if (!finding->request->json) {
        output_event_line(&finding->lines, symbols, event);
        return;
    }
    output_event_json(&finding->json, symbols, event, finding->pass->first_ns, finding->request->stacks);
    base_text_char(&finding->out, '\n');
}

static void add(void *self, const struct order_block *block, const struct order_symbols *symbols)
{
    struct finding *finding = self;
    const struct request *request = finding->request;
    const struct analyze_selection *selection = finding->finder->selection;
    finding->lines.first_ns = finding->pass->first_ns;
    for (size_t i = 0; i < block->count && !finding->pass->stop; i++) {
        const struct order_event *event = &block->events[i];
        if (selection && event->time_ns > selection->span_ns.end_ns) {
            finding->pass->stop = true;
        } else if (analyze_finder_takes(finding->finder, symbols, event)) {
            finding->of[analyze_event_kind_of(event)]++;
            if (!request->count)
                print_event(finding, symbols, event);
            finding->pass->stop = ++finding->found == request->limit || finding->out.failed;
        }
    }
}

static void print_counts(struct base_text *out, const struct finding *finding)
{
    static const char *const headings[] = {"Kind", "Events>", "What it is"};
    struct output_table table;
    output_table_begin(&table, headings, sizeof headings / sizeof *headings);
    for (size_t i = 0; i < ANALYZE_EVENT_KINDS; i++) {
        if (!finding->of[i])
            continue;
        base_text_add(output_table_cell(&table), analyze_event_kinds[i].name);
        base_text_u64(output_table_cell(&table), finding->of[i]);
        base_text_add(output_table_cell(&table), analyze_event_kinds[i].help);
    }
    base_text_add(output_table_cell(&table), "all");
    base_text_u64(output_table_cell(&table), finding->found);
    base_text_add(output_table_cell(&table), "");
    output_table_end(&table, out);
}

static void print_counts_json(struct base_text *out, const struct finding *finding)
{
    struct output_json json = {.out = out};
    output_json_open(&json, NULL, '{');
    output_json_u64(&json, "events", finding->found);
    output_json_open(&json, "kinds", '{');
    for (size_t i = 0; i < ANALYZE_EVENT_KINDS; i++)
        if (finding->of[i])
            output_json_u64(&json, analyze_event_kinds[i].name, finding->of[i]);
    output_json_close(&json, '}');
    output_json_close(&json, '}');
    base_text_char(out, '\n');
}

/* What closes the output, when all has been found. */
static void print_end(struct finding *finding)
{
    const struct request *request = finding->request;
    struct base_text *out = &finding->out;
    if (request->count && request->json)
        print_counts_json(out, finding);
    else if (request->count)
        print_counts(out, finding);
    else if (request->json)
        output_json_close(&finding->json, ']'), base_text_char(out, '\n');
    else if (!finding->found)
        base_text_add(out, "No event is what was asked for.\n");
}

static int find(struct cmd_trace *trace, struct request *request, const struct analyze_selection *selection)
{
    struct finding finding = {
        .request = request, .finder = &request->finder, .pass = &trace->pass, .out = base_text_to_fd(STDOUT_FILENO)};
    finding.lines =
        (struct output_event_lines){.out = &finding.out, .stacks = request->stacks, .followed = request->follow};
    finding.json = (struct output_json){.out = &finding.out};
    if (selection->by_span || selection->by_scope)
        request->finder.selection = selection;
    if (request->json && !request->count)
        output_json_open(&finding.json, NULL, '[');
    struct model_sink sink = {add, &finding, analyze_event_order_kinds(request->finder.kinds)};
    if (!cmd_pass(trace, &sink, 1))
        return cmd_finish(&finding.out, CMD_FAILED);
    print_end(&finding);
    return cmd_finish(&finding.out, CMD_DONE);
}

/* ---- options ---- */

/* The options' values, as they are given. */
struct words {
    const char *kinds, *proc, *thread, *reason, *name, *function, *log, *limit, *follow;
};

/* "block,unblock". */
static bool read_kinds(const char *names, analyze_event_kind_set *ret_kinds, struct base_error *ret_error)
{
    for (size_t size;; names += size + 1) {
        size = strcspn(names, ",");
        analyze_event_kind_set kinds = analyze_event_kinds_named((struct base_str){names, size});
        if (!kinds)
            return base_fail(ret_error, "there is no kind of event %.*s; kymo events --kinds lists them", (int)size,
                             names);
        *ret_kinds |= kinds;
        if (!names[size])
            return true;
    }
}

static bool read_id(const char *what, char letter, const char *word, int64_t *ret_id, struct base_error *ret_error)
{
    uint64_t number;
    if (!cmd_number(word + (*word == letter), &number) || number > INT64_MAX)
        return base_fail(ret_error, "invalid %s %s, want its number", what, word);
    *ret_id = (int64_t)number;
    return true;
}

static bool read_pattern(const char *word, struct base_pattern *pattern, struct analyze_matching *matching,
                         struct base_error *ret_error)
{
    matching->pattern = pattern;
    return base_pattern_init(pattern, word, ret_error);
}

static bool read_words(const struct words *words, struct request *request, struct base_error *ret_error)
{
    struct analyze_finder *finder = &request->finder;
    finder->by_proc = words->proc;
    finder->by_thread = words->thread;
    finder->log = base_str_of(words->log ? words->log : "");
    return (!words->kinds || read_kinds(words->kinds, &finder->kinds, ret_error)) &&
           (!words->proc || read_id("processor", 'P', words->proc, &finder->proc.n, ret_error)) &&
           (!words->thread || read_id("thread", 'M', words->thread, &finder->thread.n, ret_error)) &&
           (!words->follow || read_id("goroutine", 'G', words->follow, &request->follow.n, ret_error)) &&
           (!words->limit || cmd_number(words->limit, &request->limit) ||
            base_fail(ret_error, "invalid limit %s, want a number", words->limit)) &&
           (!words->reason || read_pattern(words->reason, &request->reason, &finder->reason, ret_error)) &&
           (!words->name || read_pattern(words->name, &request->name, &finder->name, ret_error)) &&
           (!words->function || read_pattern(words->function, &request->function, &finder->function, ret_error));
}

static void release(struct request *request)
{
    analyze_finder_release(&request->finder);
    base_pattern_release(&request->reason);
    base_pattern_release(&request->name);
    base_pattern_release(&request->function);
}

static int list_kinds(void)
{
    struct base_text out = base_text_to_fd(STDOUT_FILENO);
    for (size_t i = 0; i < ANALYZE_EVENT_KINDS; i++)
        base_text_format(&out, "%-13s %s\n", analyze_event_kinds[i].name, analyze_event_kinds[i].help);
    return cmd_finish(&out, CMD_DONE);
}

static int run(const struct cmd_usage *usage, int operands, char **argv, struct request *request)
{
    struct cmd_trace trace;
    struct analyze_selection selection;
    int status = cmd_open_operands(usage, operands, argv, &trace);
    if (status >= 0)
        return status;
    status = cmd_select(&trace, usage->filter, &selection);
    if (status < 0)
        status = find(&trace, request, &selection);
    analyze_selection_release(&selection);
    cmd_filter_release(usage->filter);
    cmd_close(&trace);
    return status;
}

int cmd_events(int argc, char **argv)
{
    bool kinds = false;
    struct words words = {0};
    struct request request = {.follow = NO_GOROUTINE};
    struct cmd_filter filter = {0};
    const struct cmd_option options[] = {
        {"kind", "NAMES", "of these kinds, with commas between", &words.kinds, NULL},
        {"kinds", NULL, "list the kinds there are", NULL, &kinds},
        {"proc", "ID", "on this processor, or about it", &words.proc, NULL},
        {"thread", "ID", "on this thread", &words.thread, NULL},
        {"reason", "REGEX", "changes of state for this reason", &words.reason, NULL},
        {"name", "REGEX", "tasks, regions, ranges, labels, categories of logs of this name", &words.name, NULL},
        {"function", "REGEX", "with this function in a stack", &words.function, NULL},
        {"log", "TEXT", "logs that contain this text", &words.log, NULL},
        {"follow-goroutine", "ID", "this goroutine's story, with how long it was in each state", &words.follow, NULL},
        {"limit", "N", "no more than the first N", &words.limit, NULL},
        {"stacks", NULL, "print their stacks, too", NULL, &request.stacks},
        {"count", NULL, "count them by kind instead", NULL, &request.count},
        {"json", NULL, "print JSON", NULL, &request.json},
    };
    const struct cmd_usage usage = {
        .synopsis = "kymo events [OPTION]... TRACE",
        .about =
            "Prints the events of a trace that are what is asked for, in order of time: when, on which goroutine,\n"
            "processor and thread, what. Times count from the first event. All conditions must hold.",
        .options = options,
        .option_count = sizeof options / sizeof *options,
        .filter = &filter,
        .filters = CMD_ALL_FILTERS};
    struct base_error error = BASE_NO_ERROR;
    int operands, status = cmd_parse(&usage, argc, argv, &operands);
    if (status >= 0)
        return status;
    if (kinds) {
        cmd_filter_release(&filter);
        return list_kinds();
    }
    if (!read_words(&words, &request, &error)) {
        cmd_filter_release(&filter);
        status = cmd_misused(&usage, "%s", error.cause);
        base_error_release(&error);
    } else {
        if (words.follow) {
            filter.asked.by_goroutine = true;
            filter.asked.goroutine = request.follow;
        }
        status = run(&usage, operands, argv, &request);
    }
    release(&request);
    return status;
}
