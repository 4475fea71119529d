/* Writes execution traces of any size and shape, as Go 1.26 would: gen --help
 *
 * For measuring and testing what reads them. The trace is valid: nothing in it is missing or contradicts itself. What
 * it holds depends on the options alone. Memory stays small whatever the size: it grows with what lives at once in the
 * trace, not with its events.
 */
#include "gen_work.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { DONE, FAILED, MISUSED };

struct option_row {
    const char *name;
    size_t offset; /* of the number in struct gen_shape */
    uint64_t most;
    const char *about;
};

static const struct option_row rows[] = {
    {"events", offsetof(struct gen_shape, events), UINT64_MAX, "as readers count them, or a few more"},
    {"bytes", offsetof(struct gen_shape, bytes), UINT64_MAX, "about as many instead of a number of events"},
    {"goroutines", offsetof(struct gen_shape, goroutines), UINT32_MAX / 2, "in the whole trace"},
    {"living", offsetof(struct gen_shape, living), UINT32_MAX / 2, "goroutines at once, about"},
    {"procs", offsetof(struct gen_shape, procs), 1 << 20, "processors"},
    {"generations", offsetof(struct gen_shape, generations), UINT32_MAX / 2, "in the whole trace"},
    {"tasks", offsetof(struct gen_shape, tasks), UINT64_MAX, "in the whole trace"},
    {"stacks", offsetof(struct gen_shape, stacks), UINT32_MAX / 2, "distinct ones, about"},
    {"ahead", offsetof(struct gen_shape, ahead_ns), 1000000, "nanoseconds that the threads' clocks differ by"},
    {"depth", offsetof(struct gen_shape, depth), WIRE_MAX_FRAMES, "frames in a stack"},
};
enum { EVENTS, BYTES }; /* the first rows */
enum { ROWS = sizeof rows / sizeof *rows, SHAPE = ROWS, SEED, HELP };

static uint64_t *field(struct gen_shape *shape, size_t row)
{
    return (uint64_t *)(void *)((char *)shape + rows[row].offset);
}

static int help(void)
{
    printf("usage: gen [--shape NAME] [--OPTION N ...] -o FILE\n\n"
           "Writes an execution trace in the format of Go 1.26, and to standard output what is in it, as JSON.\n\n"
           "  --shape NAME       what it is like; the default is service\n");
    for (size_t i = 0; i < ROWS; i++) {
        printf("  --%-11s N    %s", rows[i].name, rows[i].about);
        if (rows[i].most < UINT64_MAX)
            printf("; at most %llu", (unsigned long long)rows[i].most);
        printf("\n");
    }
    printf("  --seed S           another trace of the same shape\n"
           "  -o FILE            where to; - is standard output, and then nothing is said of what is in it\n\n"
           "A number may end with k, M or G. What is not given is the shape's, in proportion to the events.\n\n");
    for (size_t i = 0; i < gen_shape_count; i++)
        printf("  %-16s %s\n", gen_shapes[i].name, gen_shapes[i].about);
    return DONE;
}

static int misused(const char *what, const char *value)
{
    fprintf(stderr, "gen: %s%s%s\nusage: gen [--shape NAME] [--OPTION N ...] -o FILE; gen --help\n", what,
            value ? ": " : "", value ? value : "");
    return MISUSED;
}

static bool read_number(const char *text, uint64_t most, uint64_t *ret_number)
{
    static const struct {
        char letter;
        uint64_t factor;
    } units[] = {{'k', 1000}, {'M', 1000000}, {'G', 1000000000}};
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    uint64_t factor = 1;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (*end == units[i].letter && end != text) {
            factor = units[i].factor;
            end++;
        }
    *ret_number = number * factor;
    return *text >= '0' && *text <= '9' && !*end && !errno && number <= most / factor;
}

static void print_counts(const struct gen_work *work)
{
    const struct gen_sched *sched = &work->sched;
    const struct gen_counts *counts = &sched->counts;
    const struct {
        const char *name;
        uint64_t value;
    } facts[] = {
        {"size", counts->bytes},
        {"generations", counts->generations},
        {"events", counts->events},
        {"goroutines", counts->goroutines},
        {"procs", sched->procs.count},
        {"threads", sched->threads.count},
        {"tasks", work->tasks},
        {"regions", counts->of_type[WIRE_USER_REGION_BEGIN]},
        {"logs", counts->of_type[WIRE_USER_LOG]},
        {"cpu_samples", counts->samples},
        {"gc_cycles", work->collections},
        {"stw_count", counts->of_type[WIRE_STW_BEGIN]},
    };
    printf("{");
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        printf("\"%s\": %llu, ", facts[i].name, (unsigned long long)facts[i].value);
    printf("\"types\": {");
    const char *separator = "";
    for (unsigned type = 0; type < WIRE_TYPE_END; type++)
        if (counts->of_type[type]) {
            printf("%s\"%s\": %llu", separator, wire_events[type].name, (unsigned long long)counts->of_type[type]);
            separator = ", ";
        }
    printf("}}\n");
}

static int generate(const struct gen_shape *shape, uint64_t seed, const char *name)
{
    bool to_stdout = strcmp(name, "-") == 0;
    int fd = to_stdout ? STDOUT_FILENO : open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) {
        fprintf(stderr, "gen: %s: %s\n", name, strerror(errno));
        return FAILED;
    }
    struct gen_work *work = base_zalloc(1, sizeof *work);
    gen_work_init(work, shape, seed, fd);
    while (gen_work_step(work))
        ;
    int failed = gen_work_finish(work);
    if (!to_stdout && close(fd) != 0 && !failed)
        failed = errno;
    if (failed)
        fprintf(stderr, "gen: %s: %s\n", name, strerror(failed));
    else if (!to_stdout)
        print_counts(work);
    gen_work_release(work);
    free(work);
    return failed ? FAILED : DONE;
}

int main(int argc, char **argv)
{
    struct option options[ROWS + 4] = {{0}};
    for (int i = 0; i < ROWS; i++)
        options[i] = (struct option){rows[i].name, required_argument, NULL, i};
    options[ROWS] = (struct option){"shape", required_argument, NULL, SHAPE};
    options[ROWS + 1] = (struct option){"seed", required_argument, NULL, SEED};
    options[ROWS + 2] = (struct option){"help", no_argument, NULL, HELP};

    uint64_t given[ROWS] = {0}, seed = 1;
    bool is_given[ROWS] = {false};
    const struct gen_shape *base = gen_shape_find("service");
    const char *output = NULL;
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "o:", options, NULL)) >= 0) {
        if (option == HELP)
            return help();
        if (option == '?')
            return misused("what is that", argv[optind - 1]);
        if (option == 'o') {
            output = optarg;
        } else if (option == SHAPE) {
            if (!(base = gen_shape_find(optarg)))
                return misused("there is no such shape", optarg);
        } else if (option == SEED) {
            if (!read_number(optarg, UINT64_MAX, &seed))
                return misused("not a number", optarg);
        } else {
            if (!read_number(optarg, rows[option].most, &given[option]) || !given[option])
                return misused("not a number, or out of range", optarg);
            is_given[option] = true;
        }
    }
    if (!output || optind < argc)
        return misused(output ? "what is that" : "where to? -o FILE", output ? argv[optind] : NULL);

    struct gen_shape shape = *base;
    if (is_given[EVENTS] || is_given[BYTES])
        shape.events = shape.bytes = 0;
    if ((is_given[EVENTS] || is_given[BYTES]) && shape.goroutine_every)
        shape.goroutines = 0;
    for (size_t i = 0; i < ROWS; i++)
        if (is_given[i])
            *field(&shape, i) = given[i];
    gen_shape_complete(&shape);
    return generate(&shape, seed, output);
}
