/* kymo profile: where goroutines spend their time, by the functions they are in. */
#include "analyze/call_graph.h"
#include "base/beneath.h"
#include "base/graphviz.h"
#include "cmd/filter.h"
#include "output/calls.h"
#include "output/pprof.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { USUAL_NODES = 80 }; /* of trees and drawings, as in pprof */

enum form { TOP, TREE, PEEK, LIST, FOLDED, SVG, PROTO, FORMS };

static const char *const conditions[ANALYZE_CALL_CONDITIONS] = {
    [ANALYZE_FOCUS] = "focus", [ANALYZE_IGNORE] = "ignore", [ANALYZE_HIDE] = "hide", [ANALYZE_SHOW] = "show"};

/* What is asked for. */
struct request {
    enum analyze_profile_kind kind;
    enum form form;
    bool given[FORMS], json;
    const char *peek, *list, *conditions[ANALYZE_CALL_CONDITIONS];
    const char *file, *source_root, *sample, *sort, *count, *base;
    bool counts, by_cum;
    size_t most;               /* functions; 0: all, if count is given */
    struct base_pattern about; /* of peek and list */
    struct base_pattern patterns[ANALYZE_CALL_CONDITIONS];
    struct cmd_filter filter;
    int source; /* folder; -1: none needed */
};

/* A trace and what is in it. */
struct side {
    struct cmd_trace trace;
    struct analyze_selection selection;
    struct analyze_profile profile;
};

/* ---- what is asked for ---- */

static bool ends_with(const char *name, const char *ending)
{
    size_t size = strlen(name), tail = strlen(ending);
    return size > tail && strcmp(name + size - tail, ending) == 0;
}

/* One form of output at most; where none is given the file's name may say it. */
static int choose_form(struct request *request, const struct cmd_usage *usage)
{
    int chosen = 0;
    request->given[PEEK] = request->peek;
    request->given[LIST] = request->list;
    for (int form = 0; form < FORMS; form++) {
        chosen += request->given[form];
        if (request->given[form])
            request->form = (enum form)form;
    }
    if (chosen > 1)
        return cmd_misused(usage,
                           "one form of output is enough: --top, --tree, --peek, --list, --folded, --svg, --proto");
    if (!chosen && request->file && ends_with(request->file, ".pb.gz"))
        request->form = PROTO;
    else if (!chosen && request->file && ends_with(request->file, ".svg"))
        request->form = SVG;
    if (request->json && request->form >= FOLDED)
        return cmd_misused(usage, "--json goes with --top, --tree, --peek and --list");
    if (request->source_root && request->form != LIST)
        return cmd_misused(usage, "--source-root goes with --list");
    if (request->base && request->form == PROTO)
        return cmd_misused(usage, "--diff-base makes no pprof file; go tool pprof -diff_base takes two");
    return -1;
}

static int read_values(struct request *request, const struct cmd_usage *usage)
{
    uint64_t most = 0;
    request->counts = request->sample && strcmp(request->sample, "count") == 0;
    request->by_cum = request->sort && strcmp(request->sort, "cum") == 0;
    if (request->count && !cmd_number(request->count, &most))
        return cmd_misused(usage, "invalid number of functions %s", request->count);
    request->most = most;
    return -1;
}

/* Functions are called main.(*pool).run, which is no expression, and yet what a user may give. */
static void read_patterns(struct request *request)
{
    const char *about = request->peek ? request->peek : request->list;
    if (about)
        base_pattern_init_name(&request->about, about);
    for (int i = 0; i < ANALYZE_CALL_CONDITIONS; i++)
        if (request->conditions[i])
            base_pattern_init_name(&request->patterns[i], request->conditions[i]);
}

static int open_source(struct request *request)
{
    struct base_error error = BASE_NO_ERROR;
    const char *folder = request->source_root ? request->source_root : ".";
    if (request->form != LIST)
        return -1;
    request->source = base_beneath_folder(folder, &error);
    return request->source >= 0 ? -1 : cmd_failed(folder, &error);
}

static void request_release(struct request *request)
{
    cmd_filter_release(&request->filter);
    base_pattern_release(&request->about);
    for (int i = 0; i < ANALYZE_CALL_CONDITIONS; i++)
        base_pattern_release(&request->patterns[i]);
    if (request->source >= 0)
        close(request->source);
}

/* ---- the profiles ---- */

/* Runs the passes over an opened trace. */
static int read_profile(struct side *side, const struct request *request)
{
    int status = cmd_select(&side->trace, &request->filter, &side->selection);
    if (status >= 0)
        return status;
    analyze_profile_init(&side->profile, request->kind, analyze_selection_scope(&side->selection));
    side->profile.span_ns = side->selection.span_ns;
    struct model_sink sink = {analyze_profile_add, &side->profile, ANALYZE_PROFILE_EVENTS};
    if (!cmd_pass(&side->trace, &sink, 1))
        return CMD_FAILED;
    analyze_profile_finish(&side->profile, model_pass_symbols(&side->trace.pass));
    return -1;
}

static void side_release(struct side *side)
{
    analyze_profile_release(&side->profile);
    analyze_selection_release(&side->selection);
    cmd_close(&side->trace);
}

static void add_side(struct analyze_call_samples *samples, const struct side *side, bool base)
{
    analyze_call_samples_add(samples, &side->profile, model_pass_symbols(&side->trace.pass), base);
}

/* ---- the output ---- */

static struct analyze_call_graph_spec spec_of(const struct request *request)
{
    bool whole = request->form == PEEK || request->form == LIST, drawing = request->form == SVG;
    struct analyze_call_graph_spec spec = {.by_line = request->form == LIST, .counts = request->counts};
    spec.order = drawing ? ANALYZE_BY_BRANCHING : request->by_cum ? ANALYZE_BY_CUM : ANALYZE_BY_FLAT;
    spec.untangle = drawing;
    spec.trim = !whole && !(request->count && !request->most);
    if (!whole)
        spec.most_nodes = request->count ? request->most : request->form == TOP ? 0 : USUAL_NODES;
    return spec;
}

static bool write_graph(const struct request *request, const struct output_calls *calls, struct base_text *out,
                        struct base_error *ret_error)
{
    bool found = true;
    if (request->form == SVG) {
        struct base_text graph = {0};
        output_calls_dot(&graph, calls);
        bool drawn = base_graphviz_svg(base_text_cstring(&graph), out, ret_error);
        base_text_release(&graph);
        return drawn;
    }
    if (request->form == LIST)
        found = request->json ? output_calls_list_json(out, calls) : output_calls_list(out, calls);
    else if (request->json)
        found = output_calls_json(out, calls, request->form != TOP);
    else if (request->form == TOP)
        output_calls_top(out, calls);
    else
        found = output_calls_tree(out, calls);
    return found || base_fail(ret_error, "no function of the profile matches %s", request->about.text);
}

/* Says which conditions were in vain, and adds all of them to what stands above a report. */
static void tell_filters(const struct request *request, const struct analyze_call_samples *samples,
                         struct base_text *filters)
{
    for (int i = 0; i < ANALYZE_CALL_CONDITIONS; i++) {
        struct base_text text = {0};
        if (!request->conditions[i])
            continue;
        base_text_format(filters, "   %s=", conditions[i]);
        base_text_safely(filters, base_str_of(request->conditions[i]));
        base_text_char(filters, '\n');
        base_text_format(&text, "--%s matches no function of the profile", conditions[i]);
        if (!samples->matched[i])
            cmd_say_text(NULL, NULL, base_text_cstring(&text));
        base_text_release(&text);
    }
}

static bool write_report(const struct request *request, const struct analyze_call_samples *samples,
                         struct base_text *out, struct base_error *ret_error)
{
    struct base_text filters = {0};
    struct analyze_call_graph graph;
    struct analyze_call_graph_spec spec = spec_of(request);
    tell_filters(request, samples, &filters);
    if (request->form == FOLDED) {
        output_calls_folded(out, samples, request->counts);
        base_text_release(&filters);
        return true;
    }
    analyze_call_graph_make(&graph, samples, &spec);
    const struct output_calls calls = {
        &graph,         request->kind, request->counts, &filters, request->about.text ? &request->about : NULL,
        request->source};
    bool done = write_graph(request, &calls, out, ret_error);
    analyze_call_graph_release(&graph);
    base_text_release(&filters);
    return done;
}

/* A pprof file. Of the whole profile it is what -pprof writes. */
static void write_proto(const struct request *request, const struct side *side,
                        const struct analyze_call_samples *samples, struct base_text *out)
{
    bool filtered = false;
    struct base_text filters = {0};
    for (int i = 0; i < ANALYZE_CALL_CONDITIONS; i++)
        filtered |= request->conditions[i] != NULL;
    if (filtered) {
        struct analyze_profile rest;
        analyze_call_samples_profile(samples, request->kind, &rest);
        output_pprof(out, &rest, &samples->symbols);
        analyze_profile_release(&rest);
    } else {
        output_pprof(out, &side->profile, model_pass_symbols(&side->trace.pass));
    }
    tell_filters(request, samples, &filters);
    base_text_release(&filters);
}

/* Everything is known before a file is touched. */
static int deliver(const struct request *request, const struct base_text *text)
{
    bool to_file = request->file && strcmp(request->file, "-") != 0;
    struct base_error error = BASE_NO_ERROR;
    int fd = to_file ? open(request->file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666) : STDOUT_FILENO;
    if (fd < 0) {
        base_fail(&error, "%s", strerror(errno));
        return cmd_failed(request->file, &error);
    }
    struct base_text out = base_text_to_fd(fd);
    base_text_str(&out, base_text_view(text));
    if (!to_file)
        return cmd_finish(&out, CMD_DONE);
    bool written = base_text_flush(&out);
    int why = out.failed;
    if (close(fd) != 0 && written) {
        written = false;
        why = errno;
    }
    base_text_release(&out);
    if (written)
        return CMD_DONE;
    base_fail(&error, "%s", strerror(why));
    return cmd_failed(request->file, &error);
}

static int report(const struct request *request, const struct side *side, const struct side *base)
{
    struct analyze_call_samples samples;
    struct analyze_call_filter filter = {0};
    struct base_text text = {0};
    struct base_error error = BASE_NO_ERROR;
    for (int i = 0; i < ANALYZE_CALL_CONDITIONS; i++)
        filter.of[i] = request->conditions[i] ? &request->patterns[i] : NULL;
    analyze_call_samples_init(&samples, &filter);
    add_side(&samples, side, false);
    if (base)
        add_side(&samples, base, true);
    bool done = true;
    if (request->form == PROTO)
        write_proto(request, side, &samples, &text);
    else
        done = write_report(request, &samples, &text, &error);
    int status = done ? deliver(request, &text) : cmd_failed(side->trace.path, &error);
    base_text_release(&text);
    analyze_call_samples_release(&samples);
    return status;
}

/* ---- the command ---- */

static int run_with_base(const struct request *request, const struct side *side, const char *binary)
{
    struct side base = {0};
    int status = cmd_open(binary, request->base, &base.trace);
    if (status >= 0)
        return status;
    status = read_profile(&base, request);
    if (status < 0)
        status = report(request, side, &base);
    side_release(&base);
    return status;
}

static int run(const struct request *request, const struct cmd_usage *usage, int operands, char **argv)
{
    struct side side = {0};
    int status = cmd_open_operands(usage, operands, argv, &side.trace);
    if (status >= 0)
        return status;
    status = read_profile(&side, request);
    if (status < 0)
        status = request->base ? run_with_base(request, &side, operands == 2 ? argv[0] : NULL)
                               : report(request, &side, NULL);
    side_release(&side);
    return status;
}

static int prepare(struct request *request, const struct cmd_usage *usage, const char *kind)
{
    request->kind = analyze_profile_kind_of(kind);
    if (request->kind == ANALYZE_PROFILE_KINDS)
        return cmd_misused(usage, "unknown profile %s, want one of: net, sync, syscall, sched, offcpu, cpu, wall",
                           kind);
    int status = choose_form(request, usage);
    if (status < 0)
        status = read_values(request, usage);
    if (status < 0 && request->form == PROTO && (!request->file || strcmp(request->file, "-") == 0) &&
        isatty(STDOUT_FILENO))
        status = cmd_misused(usage, "a pprof file is nothing for a terminal; give it a name: -o FILE.pb.gz");
    if (status >= 0)
        return status;
    read_patterns(request);
    return open_source(request);
}

int cmd_profile(int argc, char **argv)
{
    struct request request = {.source = -1};
    const struct cmd_option options[] = {
        {"top", NULL, "print the functions with the most time (the default)", NULL, &request.given[TOP]},
        {"tree", NULL, "print functions with their callers and what they call", NULL, &request.given[TREE]},
        {"peek", "REGEX", "print those whose name matches, with all their callers and callees", &request.peek, NULL},
        {"list", "REGEX", "print the source lines of functions whose name matches", &request.list, NULL},
        {"folded", NULL, "print a line for each stack, for flame graphs", NULL, &request.given[FOLDED]},
        {"svg", NULL, "draw who calls whom", NULL, &request.given[SVG]},
        {"proto", NULL, "write a pprof file", NULL, &request.given[PROTO]},
        {"json", NULL, "print --top, --tree, --peek or --list as JSON", NULL, &request.json},
        {"o", "FILE", "write to this file; FILE.pb.gz and FILE.svg mean --proto and --svg", &request.file, NULL},
        {"count", "N", "N functions at most; 0: all, however little they have", &request.count, NULL},
        {"sample", "VALUE", "what to add up, instead of nanoseconds", &request.sample, NULL, "ns count"},
        {"sort", "ORDER", "what comes first, instead of the largest flat", &request.sort, NULL, "flat cum"},
        {"focus", "REGEX", "only stacks with a function or file that matches", &request.conditions[ANALYZE_FOCUS],
         NULL},
        {"ignore", "REGEX", "no stacks with one that matches", &request.conditions[ANALYZE_IGNORE], NULL},
        {"hide", "REGEX", "take what matches out of the stacks", &request.conditions[ANALYZE_HIDE], NULL},
        {"show", "REGEX", "take all else out of the stacks", &request.conditions[ANALYZE_SHOW], NULL},
        {"diff-base", "TRACE", "show what there is more or less than in this trace", &request.base, NULL},
        {"source-root", "DIR", "where the program's source is, for --list (default: here)", &request.source_root, NULL},
    };
    const struct cmd_usage usage = {
        .synopsis = "kymo profile net|sync|syscall|sched|offcpu|cpu|wall [OPTION]... [BINARY] TRACE",
        .about = "Prints where goroutines spend their time, by the functions they are in, as go tool pprof does.",
        .options = options,
        .option_count = sizeof options / sizeof *options,
        .filter = &request.filter,
        .filters = CMD_ALL_FILTERS,
        .words = "net sync syscall sched offcpu cpu wall"};
    int operands, status = cmd_parse(&usage, argc, argv, &operands);
    if (status >= 0)
        return status;
    status =
        operands ? prepare(&request, &usage, argv[0]) : cmd_misused(&usage, "a kind of profile and a trace are needed");
    if (status < 0)
        status = run(&request, &usage, operands - 1, argv + 1);
    request_release(&request);
    return status;
}
