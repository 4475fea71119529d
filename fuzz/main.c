/* Runs a fuzz target without libFuzzer.
 *
 *     fuzz_v2 FILE|DIRECTORY …                               each file as it is
 *     fuzz_v2 --mutate SEED COUNT FILE|DIRECTORY …           COUNT mutations of them; run N of SEED is run 0 of SEED +
 * N fuzz_v2 --mutate SEED COUNT --seconds N … FILE …       no longer than N seconds; COUNT 0: as many as there is time
 * for fuzz_v2 --keep FOLDER …                                writes an input that fails to FOLDER/crash-RUN
 *
 * A run that takes more than half a minute counts as a hang. The number of the run that failed is printed; that of a
 * file is 0. The last line on standard output says how many runs there were, and how long they took.
 */
#include "base/memory.h"
#include "base/os.h"
#include "target.h"

#include <assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum { MOST_SECONDS = 30, SLOW_NS = 2000000000, MOST_CHANGES = 8, RUN_DIGITS = 20 };

void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

struct seed_file {
    char *path;
    struct base_mapping mapping;
};

struct options {
    bool mutating;
    uint64_t seed, count; /* count 0: no limit */
    int64_t seconds;      /* 0: no limit */
    const char *keep;     /* a folder, or NULL */
};

static BASE_VEC(struct seed_file) seeds;

/* What is being run: for the handlers below. */
static struct {
    uint64_t number, done;
    const uint8_t *data;
    size_t size;
    char keep_path[4096];
    size_t keep_path_size; /* without the run's number; 0: nothing is kept */
} current;

/* ---- failing: called by signals, so that write and open are all that is safe ---- */

/* Writes the number's digits; returns their end. */
static char *put_number(char *at, uint64_t number)
{
    char digits[RUN_DIGITS], *first = digits + sizeof digits;
    do {
        *--first = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    size_t size = (size_t)(digits + sizeof digits - first);
    memcpy(at, first, size);
    return at + size;
}

static void say(const char *text, size_t size)
{
    if (write(STDERR_FILENO, text, size) < 0)
        _exit(3);
}

static void keep_input(void)
{
    if (!current.keep_path_size || !current.data)
        return;
    char *end = put_number(current.keep_path + current.keep_path_size, current.number);
    *end = '\0';
    int fd = open(current.keep_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0 || write(fd, current.data, current.size) != (ssize_t)current.size)
        return;
    *end++ = '\n';
    say("kept: ", 6);
    say(current.keep_path, (size_t)(end - current.keep_path));
}

static void tell_run(void)
{
    static const char begin[] = "failed: run with seed ";
    char line[sizeof begin + RUN_DIGITS + 1], *end = line + sizeof begin - 1;
    memcpy(line, begin, sizeof begin);
    end = put_number(end, current.number);
    *end++ = '\n';
    say(line, (size_t)(end - line));
    keep_input();
}

static void on_signal(int number)
{
    tell_run();
    signal(number, SIG_DFL);
    raise(number);
}

/* ---- running ---- */

/* Runs on a copy that is just as large as the input, so that a read beyond its end is noticed. */
static void run(const uint8_t *data, size_t size)
{
    uint8_t *copy = base_realloc(NULL, size ? size : 1, 1);
    if (size)
        memcpy(copy, data, size);
    current.data = copy;
    current.size = size;
    alarm(MOST_SECONDS);
    int64_t begin_ns = base_os_now_ns();
    LLVMFuzzerTestOneInput(copy, size);
    int64_t took_ns = base_os_now_ns() - begin_ns;
    if (took_ns > SLOW_NS)
        fprintf(stderr, "slow: %.1f s for %zu bytes, seed %" PRIu64 "\n", (double)took_ns / 1e9, size, current.number);
    alarm(0);
    current.data = NULL;
    current.done++;
    free(copy);
}

static void add_seeds(const char *path)
{
    struct base_error error = BASE_NO_ERROR;
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, alphasort);
    if (count < 0) {
        struct seed_file seed = {.path = strdup(path)};
        if (!base_os_map(path, &seed.mapping, &error)) {
            fprintf(stderr, "%s: %s\n", path, error.cause);
            exit(2);
        }
        *base_vec_add(&seeds) = seed;
        return;
    }
    for (int i = 0; i < count; i++) {
        char inner[4096];
        snprintf(inner, sizeof inner, "%s/%s", path, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.')
            add_seeds(inner);
        free(entries[i]);
    }
    free(entries);
}

/* ---- mutation ---- */

struct input {
    BASE_VEC(uint8_t) bytes;
};

static uint64_t random_state;

/* splitmix64 (Steele, Lea, Flood). */
static uint64_t next_random(void)
{
    uint64_t z = random_state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static size_t below(size_t limit)
{
    return limit ? (size_t)(next_random() % limit) : 0;
}

/* Puts bytes in place of `removed` ones at a position. */
static void replace(struct input *input, size_t at, size_t removed, const uint8_t *bytes, size_t size)
{
    base_vec_reserve(&input->bytes, size + 1);
    assert(input->bytes.at);
    memmove(input->bytes.at + at + size, input->bytes.at + at + removed, input->bytes.count - at - removed);
    if (size)
        memcpy(input->bytes.at + at, bytes, size);
    input->bytes.count += size - removed;
}

static uint64_t interesting_number(uint64_t old)
{
    static const uint64_t numbers[] = {0,
                                       1,
                                       2,
                                       3,
                                       5,
                                       127,
                                       128,
                                       255,
                                       256,
                                       1024,
                                       1025,
                                       65536,
                                       65537,
                                       UINT32_MAX,
                                       UINT64_C(1) << 32,
                                       UINT64_C(1) << 40,
                                       INT64_MAX,
                                       UINT64_C(1) << 63,
                                       UINT64_MAX - 1,
                                       UINT64_MAX};
    switch (below(4)) {
    case 0: return old + 1;
    case 1: return old - 1;
    case 2: return next_random() >> below(64);
    default: return numbers[below(sizeof numbers / sizeof *numbers)];
    }
}

/* Replaces a number by another one, of the same length where `keep` is set: what stands behind it then stays in its
 * place. */
static void edit_varint(struct input *input, bool keep)
{
    size_t begin = below(input->bytes.count), end = begin;
    uint64_t old = 0;
    uint8_t number[10];
    size_t size = 0;
    while (end < input->bytes.count && input->bytes.at[end] >= 0x80 && end - begin < 9) {
        old |= (uint64_t)(input->bytes.at[end] & 0x7f) << (7 * (end - begin));
        end++;
    }
    if (end == input->bytes.count)
        return;
    old |= (uint64_t)input->bytes.at[end] << (7 * (end - begin));
    uint64_t value = interesting_number(old);
    do {
        number[size] = (uint8_t)(value & 0x7f);
        value >>= 7;
        bool last = keep ? size == end - begin : !value;
        if (!last)
            number[size] |= 0x80;
        size++;
        if (last)
            break;
    } while (size < sizeof number);
    replace(input, begin, end - begin + 1, number, size);
}

static void insert_seed(struct input *input)
{
    const struct seed_file *other = &seeds.at[below(seeds.count)];
    size_t at = below(input->bytes.count), from = below(other->mapping.size);
    size_t size = below(other->mapping.size - from), removed = below(2) ? below(input->bytes.count - at) : 0;
    if (size > 4096 && below(4))
        size = below(4096);
    if (other->mapping.size)
        replace(input, at, removed, other->mapping.data + from, size);
}

static void change(struct input *input)
{
    size_t count = input->bytes.count, at = below(count);
    if (!count)
        return;
    switch (below(16)) {
    case 0: input->bytes.count = at; break;
    case 1: replace(input, at, below(count - at > 64 ? 64 : count - at), NULL, 0); break;
    case 2: insert_seed(input); break;
    case 3:
    case 4: edit_varint(input, false); break;
    case 5:
    case 6: input->bytes.at[at] = (uint8_t)next_random(); break;
    case 7: input->bytes.at[at] ^= (uint8_t)(1u << below(8)); break;
    case 8: input->bytes.at[at] = (uint8_t)(9 + below(44)); break;             /* a type of event of v2 */
    case 9: input->bytes.at[at] = (uint8_t)(below(50) | below(4) << 6); break; /* and of v1 */
    default: edit_varint(input, true); break;
    }
}

static void mutate(const struct options *options)
{
    struct input input = {0};
    int64_t end_ns = base_os_now_ns() + options->seconds * 1000000000;
    for (uint64_t i = 0; !options->count || i < options->count; i++) {
        if (options->seconds && base_os_now_ns() >= end_ns)
            break;
        current.number = random_state = options->seed + i;
        const struct seed_file *from = &seeds.at[below(seeds.count)];
        input.bytes.count = 0;
        replace(&input, 0, 0, from->mapping.data, from->mapping.size);
        for (size_t changes = 1 + below(MOST_CHANGES); changes; changes--)
            change(&input);
        run(input.bytes.at, input.bytes.count);
    }
    base_vec_release(&input.bytes);
}

/* ---- the command line ---- */

/* Returns the index of the first argument that is no option; argc if they are wrong. */
static int parse(int argc, char **argv, struct options *ret_options)
{
    int i = 1;
    for (; i < argc && strncmp(argv[i], "--", 2) == 0; i++) {
        if (strcmp(argv[i], "--mutate") == 0 && i + 2 < argc) {
            ret_options->mutating = true;
            ret_options->seed = strtoull(argv[++i], NULL, 10);
            ret_options->count = strtoull(argv[++i], NULL, 10);
        } else if (strcmp(argv[i], "--seconds") == 0 && i + 1 < argc) {
            ret_options->seconds = strtoll(argv[++i], NULL, 10);
        } else if (strcmp(argv[i], "--keep") == 0 && i + 1 < argc) {
            ret_options->keep = argv[++i];
        } else {
            return argc;
        }
    }
    return i;
}

static void prepare_keeping(const char *folder)
{
    size_t room = sizeof current.keep_path - RUN_DIGITS - 2;
    int size = folder ? snprintf(current.keep_path, room, "%s/crash-", folder) : 0;
    current.keep_path_size = size > 0 && (size_t)size < room ? (size_t)size : 0;
}

int main(int argc, char **argv)
{
    struct options options = {0};
    int64_t begin_ns = base_os_now_ns();
    for (int i = parse(argc, argv, &options); i < argc; i++)
        add_seeds(argv[i]);
    if (!seeds.count) {
        fprintf(stderr, "usage: %s [--mutate SEED COUNT] [--seconds N] [--keep FOLDER] FILE|DIRECTORY ...\n", argv[0]);
        return 2;
    }
    prepare_keeping(options.keep);
    signal(SIGALRM, on_signal);
    signal(SIGABRT, on_signal);
    if (__sanitizer_set_death_callback)
        __sanitizer_set_death_callback(tell_run);
    fuzz_replaying = !options.mutating;
    if (options.mutating)
        mutate(&options);
    for (size_t i = 0; i < seeds.count; i++) {
        if (!options.mutating)
            run(seeds.at[i].mapping.data, seeds.at[i].mapping.size);
        base_os_unmap(&seeds.at[i].mapping);
        free(seeds.at[i].path);
    }
    base_vec_release(&seeds);
    printf("%" PRIu64 " runs in %.1f s\n", current.done, (double)(base_os_now_ns() - begin_ns) / 1e9);
    return 0;
}
