/* kymo export: a trace in other tools' formats. */
#include "analyze/call_samples.h"
#include "analyze/profile.h"
#include "cmd/filter.h"
#include "output/calls.h"
#include "output/chrome.h"
#include "output/gzip.h"
#include "output/otlp.h"
#include "output/perfetto.h"
#include "output/records.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* The options' values, as they are given. */
struct request {
    const char *format, *path, *view, *table, *profile, *service;
};

/* What is written, while it is. */
struct writing {
    struct base_text out;     /* where the format goes to: the file itself, or what is to be compressed */
    struct base_text file;    /* when it is compressed */
    struct output_gzip *gzip; /* likewise */
    struct cmd_trace *trace;
    const struct request *request;
    const struct analyze_selection *selection; /* NULL: everything */
    const struct format *format;
    union {
        struct output_chrome chrome;
        struct output_perfetto perfetto;
        struct output_records records;
        struct output_otlp otlp;
        struct analyze_profile profile;
    } as;
};

struct format {
    const char *name;
    const char *option; /* that goes with it alone, or with those that have it too; NULL: none */
    bool binary;
    uint32_t kinds; /* of events; 0: all */
    void (*begin)(struct writing *writing);
    void (*add)(void *self, const struct order_block *block, const struct order_symbols *symbols);
    void (*end)(struct writing *writing);
};

static const struct order_symbols *symbols_of(const struct writing *writing)
{
    return model_pass_symbols(&writing->trace->pass);
}

/* ---- formats ---- */

#define VIEWS "proc thread goroutine"
#define TABLES "events states"

static void begin_chrome(struct writing *writing)
{
    const char *view = writing->request->view ? writing->request->view : "proc";
    output_chrome_begin(&writing->as.chrome,
                        *view == 'p'   ? ANALYZE_VIEW_PROC
                        : *view == 't' ? ANALYZE_VIEW_THREAD
                                       : ANALYZE_VIEW_GOROUTINE,
                        writing->selection, &writing->out);
}

static void end_chrome(struct writing *writing)
{
    output_chrome_end(&writing->as.chrome, symbols_of(writing), writing->trace->pass.last_ns);
    output_chrome_release(&writing->as.chrome);
}

static void begin_perfetto(struct writing *writing)
{
    output_perfetto_begin(&writing->as.perfetto, writing->selection, &writing->out);
}

static void end_perfetto(struct writing *writing)
{
    output_perfetto_end(&writing->as.perfetto, symbols_of(writing), writing->trace->pass.last_ns);
    output_perfetto_release(&writing->as.perfetto);
}

static void begin_records(struct writing *writing, enum output_record_form form)
{
    const char *table = writing->request->table;
    output_records_begin(&writing->as.records, table && *table == 's' ? OUTPUT_STATES : OUTPUT_EVENTS, form,
                         writing->selection, &writing->out);
}

static void begin_csv(struct writing *writing)
{
    begin_records(writing, OUTPUT_CSV);
}

static void begin_json_lines(struct writing *writing)
{
    begin_records(writing, OUTPUT_JSON_LINES);
}

static void end_records(struct writing *writing)
{
    output_records_end(&writing->as.records, symbols_of(writing), writing->trace->pass.last_ns);
    output_records_release(&writing->as.records);
}

/* The file's name without folders. */
static struct base_str name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return base_str_of(slash && slash[1] ? slash + 1 : path);
}

/* What the same trace always has, and another hardly: a hash (FNV-1a) of how it begins, and how long it is. */
static uint64_t seed_of(const struct base_mapping *file)
{
    enum { MOST_BYTES = 1 << 16 };
    uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ file->size;
    for (size_t i = 0; i < file->size && i < MOST_BYTES; i++)
        hash = (hash ^ file->data[i]) * UINT64_C(0x100000001b3);
    return hash;
}

static void begin_otlp(struct writing *writing)
{
    const char *service = writing->request->service;
    output_otlp_begin(&writing->as.otlp, service ? base_str_of(service) : name_of(writing->trace->path),
                      seed_of(&writing->trace->input.file), writing->selection, &writing->out);
}

static void end_otlp(struct writing *writing)
{
    output_otlp_end(&writing->as.otlp, symbols_of(writing), writing->trace->pass.last_ns);
    output_otlp_release(&writing->as.otlp);
}

static void begin_folded(struct writing *writing)
{
    const char *kind = writing->request->profile;
    const struct analyze_selection *selection = writing->selection;
    struct analyze_profile *profile = &writing->as.profile;
    analyze_profile_init(profile, kind ? analyze_profile_kind_of(kind) : ANALYZE_OFF_CPU,
                         selection ? analyze_selection_scope(selection) : NULL);
    if (selection)
        profile->span_ns = selection->span_ns;
}

static void end_folded(struct writing *writing)
{
    const struct analyze_call_filter everything = {0};
    struct analyze_call_samples samples;
    analyze_profile_finish(&writing->as.profile, symbols_of(writing));
    analyze_call_samples_init(&samples, &everything);
    analyze_call_samples_add(&samples, &writing->as.profile, symbols_of(writing), false);
    output_calls_folded(&writing->out, &samples, false);
    analyze_call_samples_release(&samples);
    analyze_profile_release(&writing->as.profile);
}

#define FORMATS "chrome perfetto csv jsonl otlp folded"

static const struct format formats[] = {
    {"chrome", "view", false, ANALYZE_PICTURE_EVENTS, begin_chrome, output_chrome_add, end_chrome},
    {"perfetto", NULL, true, OUTPUT_PERFETTO_EVENTS, begin_perfetto, output_perfetto_add, end_perfetto},
    {"csv", "table", false, 0, begin_csv, output_records_add, end_records},
    {"jsonl", "table", false, 0, begin_json_lines, output_records_add, end_records},
    {"otlp", "service", false, OUTPUT_OTLP_EVENTS, begin_otlp, output_otlp_add, end_otlp},
    {"folded", "profile", false, ANALYZE_PROFILE_EVENTS, begin_folded, analyze_profile_add, end_folded},
};

/* ---- writing ---- */

/* Hands on what is to be compressed. */
static void drain(struct writing *writing)
{
    if (writing->gzip)
        output_gzip_add(writing->gzip, &writing->out);
}

/* Where it goes to in the end. */
static struct base_text *target(struct writing *writing)
{
    return writing->gzip ? &writing->file : &writing->out;
}

/* Once nothing arrives any more, there is no point in reading on. */
static void add(void *self, const struct order_block *block, const struct order_symbols *symbols)
{
    struct writing *writing = self;
    writing->format->add(&writing->as, block, symbols);
    drain(writing);
    if (target(writing)->failed)
        writing->trace->pass.stop = true;
}

static bool ends_in_gz(const char *path)
{
    size_t size = strlen(path);
    return size > 3 && strcmp(path + size - 3, ".gz") == 0;
}

/* -1 on failure, which has been said. */
static int open_file(const char *path)
{
    if (!path || strcmp(path, "-") == 0)
        return STDOUT_FILENO;
    struct base_error error = BASE_NO_ERROR;
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) {
        base_fail(&error, "%s", strerror(errno));
        cmd_failed(path, &error);
    }
    return fd;
}

/* Writes what is left. Says so, if not everything arrived. */
static int close_file(struct writing *writing, int fd, int status)
{
    struct base_error error = BASE_NO_ERROR;
    const char *path = writing->request->path;
    struct base_text *text = target(writing);
    if (writing->gzip)
        output_gzip_finish(writing->gzip);
    base_text_flush(text);
    int why = text->failed;
    if (fd != STDOUT_FILENO && close(fd) != 0 && !why)
        why = errno;
    if (why) {
        base_fail(&error, "%s", strerror(why));
        status = cmd_failed(fd == STDOUT_FILENO ? "standard output" : path, &error);
    }
    base_text_release(&writing->out);
    base_text_release(&writing->file);
    return status;
}

static int write_to(struct writing *writing, int fd)
{
    const char *path = writing->request->path;
    writing->out = base_text_to_fd(fd);
    if (path && ends_in_gz(path)) {
        writing->file = writing->out;
        writing->out = (struct base_text){0};
        writing->gzip = output_gzip_new(&writing->file);
    }
    writing->format->begin(writing);
    struct model_sink sink = {add, writing, writing->format->kinds};
    int status = cmd_pass(writing->trace, &sink, 1) ? CMD_DONE : CMD_FAILED;
    writing->format->end(writing);
    drain(writing);
    return close_file(writing, fd, status);
}

static int export(struct cmd_trace *trace, const struct request *request, const struct format *format,
                  const struct analyze_selection *selection)
{
    bool all = !selection->by_span && !selection->by_scope;
    struct writing writing = {
        .trace = trace, .request = request, .format = format, .selection = all ? NULL : selection};
    int fd = open_file(request->path);
    if (fd < 0)
        return CMD_FAILED;
    signal(SIGPIPE, SIG_IGN); /* a reader that has gone is an error like a full disk */
    return write_to(&writing, fd);
}

/* ---- options ---- */

static const struct format *find_format(const char *name)
{
    const struct format *format = formats;
    while (strcmp(format->name, name) != 0) /* it is one of the option's choices */
        format++;
    return format;
}

/* -1, or wrong use: an option that the format has no use for. */
static int check_options(const struct cmd_usage *usage, const struct request *request, const struct format *format)
{
    const struct {
        const char *name, *value;
    } options[] = {{"view", request->view},
                   {"table", request->table},
                   {"profile", request->profile},
                   {"service", request->service}};
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (options[i].value && (!format->option || strcmp(format->option, options[i].name) != 0))
            return cmd_misused(usage, "--format=%s has no use for --%s", format->name, options[i].name);
    if (format->binary && (!request->path || strcmp(request->path, "-") == 0) && isatty(STDOUT_FILENO))
        return cmd_misused(usage, "--format=%s is nothing for a terminal; write it to a file with -o", format->name);
    return -1;
}

static int run(const struct cmd_usage *usage, int operands, char **argv, const struct request *request)
{
    struct cmd_trace trace;
    struct analyze_selection selection;
    const struct format *format = find_format(request->format);
    int status = cmd_open_operands(usage, operands, argv, &trace);
    if (status >= 0)
        return status;
    status = cmd_select(&trace, usage->filter, &selection);
    if (status < 0)
        status = export(&trace, request, format, &selection);
    analyze_selection_release(&selection);
    cmd_filter_release(usage->filter);
    cmd_close(&trace);
    return status;
}

int cmd_export(int argc, char **argv)
{
    struct request request = {0};
    struct cmd_filter filter = {0};
    const struct cmd_option options[] = {
        {"format", "NAME", "what to write", &request.format, NULL, FORMATS},
        {"o", "FILE", "write to FILE, compressed if it ends in .gz (default: -, standard output)", &request.path, NULL},
        {"view", "NAME", "chrome: lanes, by default proc", &request.view, NULL, VIEWS},
        {"table", "NAME", "csv, jsonl: rows, by default events", &request.table, NULL, TABLES},
        {"profile", "NAME", "folded: stacks of this profile, by default offcpu", &request.profile, NULL,
         "net sync syscall sched offcpu cpu wall"},
        {"service", "NAME", "otlp: the service's name (default: the trace's)", &request.service, NULL},
    };
    const struct cmd_usage usage = {
        .synopsis = "kymo export --format=NAME [OPTION]... TRACE",
        .about =
            "Writes a trace in the format of other tools: Chrome's and Perfetto's trace viewers, spreadsheets and\n"
            "databases (CSV, JSON lines), OpenTelemetry collectors, flame graphs.",
        .options = options,
        .option_count = sizeof options / sizeof *options,
        .filter = &filter,
        .filters = CMD_ALL_FILTERS};
    int operands, status = cmd_parse(&usage, argc, argv, &operands);
    if (status >= 0)
        return status;
    if (!request.format) {
        cmd_filter_release(&filter);
        return cmd_misused(&usage, "a format is needed: --format=NAME");
    }
    status = check_options(&usage, &request, find_format(request.format));
    if (status < 0)
        return run(&usage, operands, argv, &request);
    cmd_filter_release(&filter);
    return status;
}
