/* kymo TRACE: everything that `go tool trace` takes, unchanged. */
#include "analyze/profile.h"
#include "cmd/cmd.h"
#include "cmd/serve.h"
#include "output/parsed.h"
#include "output/pprof.h"
#include "wire/dump.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What is asked for. */
struct request {
    const char *address, *source_root, *type, *mode;
    bool salvage;
};

/* How -d prints. */
struct dump {
    const char *path;
    struct base_program *program; /* may be NULL */
    bool salvage;                 /* go on past damage */
    struct base_text *out;
};

static void add_parsed(void *self, const struct order_block *block, const struct order_symbols *symbols)
{
    for (size_t i = 0; i < block->count; i++)
        output_parsed_event(self, symbols, &block->events[i]);
}

/* What of a damaged trace can be read. */
static bool salvage_parsed(const struct base_mapping *file, const struct dump *dump, struct base_error *ret_error)
{
    struct model_pass pass;
    if (!model_pass_begin_with(&pass, file, dump->program, ret_error))
        return false;
    struct model_sink sink = {add_parsed, dump->out};
    cmd_warn_of_format(dump->path, pass.reader);
    model_pass_run(&pass, &sink, 1, NULL);
    bool done = !pass.error.cause;
    *ret_error = pass.error;
    pass.error = BASE_NO_ERROR;
    base_text_flush(dump->out);
    if (done)
        cmd_say_losses(dump->path, &pass);
    model_pass_release(&pass);
    return done;
}

static bool dump_parsed(const struct base_mapping *file, const struct dump *dump, struct base_error *ret_error)
{
    if (dump->salvage)
        return salvage_parsed(file, dump, ret_error);
    struct order_reader *reader = order_reader_new(file, ORDER_STOP_AT_DAMAGE, ret_error);
    struct order_block block;
    enum order_status status = ORDER_ERROR;
    if (!reader)
        return false;
    order_reader_use_program(reader, dump->program);
    cmd_warn_of_format(dump->path, reader);
    while (!dump->out->failed && (status = order_reader_next(reader, &block, ret_error)) == ORDER_EVENTS)
        add_parsed(dump->out, &block, order_reader_symbols(reader));
    order_reader_free(reader);
    return status == ORDER_END;
}

static bool dump_wire(const struct base_mapping *file, const struct dump *dump, struct base_error *ret_error)
{
    return wire_dump_events(file, dump->out, ret_error);
}

static bool dump_footprint(const struct base_mapping *file, const struct dump *dump, struct base_error *ret_error)
{
    return wire_dump_footprint(file, dump->out, ret_error);
}

static const struct {
    const char *mode;
    bool (*print)(const struct base_mapping *file, const struct dump *dump, struct base_error *ret_error);
} dumps[] = {{"parsed", dump_parsed}, {"wire", dump_wire}, {"footprint", dump_footprint}};

static int run_dump(const char *mode, const char *binary, const char *path, bool salvage)
{
    size_t i = 0;
    while (strcmp(dumps[i].mode, mode) != 0) /* it is one of the option's choices */
        i++;
    struct cmd_input input;
    struct base_error error = BASE_NO_ERROR;
    int status = cmd_take(path, &input);
    if (status >= 0)
        return status;
    struct base_text out = base_text_to_fd(STDOUT_FILENO);
    struct base_program *program = cmd_program(binary, &input);
    bool done = dumps[i].print(&input.file, &(struct dump){input.name, program, salvage, &out}, &error);
    status = cmd_finish(&out, CMD_DONE);
    if (!done && error.cause)
        status = cmd_failed(input.name, &error);
    base_error_release(&error);
    base_program_close(program);
    cmd_input_release(&input);
    return status;
}

static int run_pprof(enum analyze_profile_kind kind, const char *binary, const char *path)
{
    struct cmd_trace trace;
    int status = cmd_open(binary, path, &trace);
    if (status >= 0)
        return status;
    struct analyze_profile profile;
    analyze_profile_init(&profile, kind, NULL);
    struct model_sink sink = {analyze_profile_add, &profile, ANALYZE_PROFILE_EVENTS};
    struct base_text out = base_text_to_fd(STDOUT_FILENO);
    status = cmd_pass(&trace, &sink, 1) ? CMD_DONE : CMD_FAILED;
    if (status == CMD_DONE) {
        struct base_text file_bytes = {0};
        analyze_profile_finish(&profile, model_pass_symbols(&trace.pass));
        output_pprof(&file_bytes, &profile, model_pass_symbols(&trace.pass));
        base_text_bytes(&out, file_bytes.data, file_bytes.size);
        base_text_release(&file_bytes);
    }
    analyze_profile_release(&profile);
    cmd_close(&trace);
    return cmd_finish(&out, status);
}

/* The text of the help, which lists the commands. */
static struct base_text about(void)
{
    struct base_text text = {0};
    base_text_add(&text, "Opens a Go execution trace in the viewer, or prints what is asked for. Takes what `go tool "
                         "trace` takes.\n\nCommands, each with --help:\n");
    for (size_t i = 0; i < cmd_command_count; i++) {
        char form[64];
        snprintf(form, sizeof form, "kymo %s %s", cmd_commands[i].name, cmd_commands[i].operands);
        base_text_format(&text, "  %-31s %s\n", form, cmd_commands[i].summary);
    }
    base_text_add(&text,
                  "\nA trace is a file, - for standard input, or the address of a Go program (http://host:port); "
                  "also compressed by\ngzip or zstd.");
    return text;
}

static struct base_text command_names(void)
{
    struct base_text names = {0};
    for (size_t i = 0; i < cmd_command_count; i++)
        base_text_format(&names, "%s%s", i ? " " : "", cmd_commands[i].name);
    return names;
}

static int run(const struct cmd_usage *usage, int operands, char **argv, const struct request *request)
{
    if (operands < 1 || operands > 2)
        return cmd_misused(usage, "a trace is needed");
    const char *path = argv[operands - 1], *binary = operands == 2 ? argv[0] : NULL;
    if (request->type)
        return run_pprof(analyze_profile_kind_of(request->type), binary, path);
    if (request->mode)
        return run_dump(request->mode, binary, path, request->salvage);
    return cmd_serve(usage, request->address, binary, request->source_root, path);
}

int cmd_drop_in(int argc, char **argv)
{
    struct request request = {.address = "localhost:0"};
    struct base_text text = about(), names = command_names();
    const struct cmd_option options[] = {
        {"http", "ADDR", "where to listen (default localhost and a free port)", &request.address, NULL},
        {"source-root", "DIR", "where the program's source is, for the viewer to show", &request.source_root, NULL},
        {"pprof", "TYPE", "write a pprof file to standard output", &request.type, NULL,
         "net sync syscall sched offcpu cpu wall"},
        {"d", "MODE", "print the raw trace", &request.mode, NULL, "parsed wire footprint"},
        {"salvage", NULL, "with -d=parsed: go on past damage", NULL, &request.salvage},
    };
    const struct cmd_usage usage = {
        .synopsis = "kymo [--http=ADDR] [--source-root=DIR] [--pprof=TYPE] [-d=MODE [--salvage]] [BINARY] TRACE",
        .about = base_text_cstring(&text),
        .options = options,
        .option_count = sizeof options / sizeof *options,
        .words = base_text_cstring(&names)};
    int operands, status = cmd_parse(&usage, argc, argv, &operands);
    if (status < 0)
        status = run(&usage, operands, argv, &request);
    base_text_release(&text);
    base_text_release(&names);
    return status;
}
