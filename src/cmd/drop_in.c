/* kymo TRACE: everything that `go tool trace` takes, unchanged. */
#include "analyze/profile.h"
#include "cmd/cmd.h"
#include "cmd/serve.h"
#include "output/parsed.h"
#include "output/pprof.h"
#include "wire/dump.h"

#include <string.h>
#include <unistd.h>

static bool dump_parsed(const struct base_mapping *file, struct base_text *out, struct base_error *ret_error)
{
    struct order_reader *reader = order_reader_new(file, ret_error);
    struct order_block block;
    enum order_status status = ORDER_ERROR;
    if (!reader)
        return false;
    while (!out->failed && (status = order_reader_next(reader, &block, ret_error)) == ORDER_EVENTS)
        for (size_t i = 0; i < block.count; i++)
            output_parsed_event(out, order_reader_symbols(reader), &block.events[i]);
    order_reader_free(reader);
    return status == ORDER_END;
}

static const struct {
    const char *mode;
    bool (*dump)(const struct base_mapping *file, struct base_text *out, struct base_error *ret_error);
} dumps[] = {{"parsed", dump_parsed}, {"wire", wire_dump_events}, {"footprint", wire_dump_footprint}};

static int run_dump(const struct cmd_usage *usage, const char *mode, const char *path)
{
    size_t i = 0;
    while (i < sizeof dumps / sizeof *dumps && strcmp(dumps[i].mode, mode) != 0)
        i++;
    if (i == sizeof dumps / sizeof *dumps)
        return cmd_misused(usage, "invalid debug mode %s, want one of: parsed, wire, footprint", mode);
    struct base_mapping file;
    struct base_error error = BASE_NO_ERROR;
    if (!base_os_map(path, &file, &error))
        return cmd_failed(path, &error);
    struct base_text out = base_text_to_fd(STDOUT_FILENO);
    bool done = dumps[i].dump(&file, &out, &error);
    int status = cmd_finish(&out, CMD_DONE);
    if (!done && error.cause)
        status = cmd_failed(path, &error);
    base_os_unmap(&file);
    return status;
}

/* The part before the last Sync of a damaged trace: what the official tool would keep. */
static void profile_readable_part(struct model_pass *pass, enum analyze_profile_kind kind,
                                  struct analyze_profile *profile)
{
    struct model_pass again;
    if (!model_pass_begin_again(&again, pass))
        return;
    model_pass_release(pass);
    *pass = again;
    analyze_profile_release(profile);
    analyze_profile_init(profile, kind, NULL);
    struct model_sink sink = {analyze_profile_add, profile};
    model_pass_run(pass, &sink, 1, NULL);
}

static int run_pprof(const struct cmd_usage *usage, const char *type, const char *path)
{
    enum analyze_profile_kind kind = analyze_profile_kind_of(type);
    if (kind == ANALYZE_PROFILE_KINDS)
        return cmd_misused(usage, "unknown pprof type %s, want one of: net, sync, syscall, sched", type);
    struct cmd_trace trace;
    struct model_pass *pass = &trace.pass;
    int status = cmd_open(path, &trace);
    if (status >= 0)
        return status;
    struct analyze_profile profile;
    analyze_profile_init(&profile, kind, NULL);
    struct model_sink sink = {analyze_profile_add, &profile};
    cmd_pass(&trace, &sink, 1);
    if (pass->error.cause)
        profile_readable_part(pass, kind, &profile);
    analyze_profile_finish(&profile, model_pass_symbols(pass));
    struct base_text file_bytes = {0}, out = base_text_to_fd(STDOUT_FILENO);
    output_pprof(&file_bytes, &profile, model_pass_symbols(pass));
    base_text_bytes(&out, file_bytes.data, file_bytes.size);
    base_text_release(&file_bytes);
    analyze_profile_release(&profile);
    cmd_close(&trace);
    return cmd_finish(&out, CMD_DONE);
}

static const char about[] =
    "Opens a Go execution trace in the viewer, or prints what is asked for. Takes what `go tool trace` takes.\n"
    "\n"
    "Commands, each with --help:\n"
    "  kymo info TRACE        what is in a trace\n"
    "  kymo goroutines TRACE  where goroutines spend their time\n"
    "  kymo mmu TRACE         what the garbage collector left to the program";

int cmd_drop_in(int argc, char **argv)
{
    const char *address = "localhost:0", *type = NULL, *mode = NULL;
    const struct cmd_option options[] = {
        {"http", "ADDR", "where to listen (default localhost and a free port)", &address, NULL},
        {"pprof", "TYPE", "write a pprof file to standard output: net, sync, syscall, sched", &type, NULL},
        {"d", "MODE", "print the raw trace: parsed, wire, footprint", &mode, NULL},
    };
    const struct cmd_usage usage = {"kymo [--http=ADDR] [--pprof=TYPE] [-d=MODE] [BINARY] TRACE", about, options,
                                    sizeof options / sizeof *options};
    int operands, status = cmd_parse(&usage, argc, argv, &operands);
    if (status >= 0)
        return status;
    if (operands < 1 || operands > 2)
        return cmd_misused(&usage, "a trace is needed");
    const char *path = argv[operands - 1]; /* a binary before it is of no use with traces of today */
    if (type)
        return run_pprof(&usage, type, path);
    if (mode)
        return run_dump(&usage, mode, path);
    return cmd_serve(&usage, address, path);
}
