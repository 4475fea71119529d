/* Runs a fuzz target without libFuzzer.
 *
 *     fuzz_trace FILE|DIRECTORY …                    each file as it is
 *     fuzz_trace --mutate SEED COUNT FILE|DIRECTORY …    COUNT mutations of them; run N of SEED is run 0 of SEED + N
 *
 * A run that takes more than half a minute counts as a hang. The number of the run that failed is printed.
 */
#include "base/memory.h"
#include "base/os.h"

#include <assert.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { MOST_SECONDS = 30, SLOW_NS = 2000000000, MOST_CHANGES = 8 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

struct seed_file {
    char *path;
    struct base_mapping mapping;
};

static BASE_VEC(struct seed_file) seeds;
static unsigned long long current_run;

/* Called by a signal: write is all that is safe. */
static void tell_run(void)
{
    char line[] = "failed: run with seed                     \n";
    unsigned long long rest = current_run;
    for (size_t at = sizeof line - 3; at == sizeof line - 3 || rest; at--, rest /= 10)
        line[at] = (char)('0' + rest % 10);
    if (write(STDERR_FILENO, line, sizeof line - 1) < 0)
        _exit(3);
}

static void on_signal(int number)
{
    tell_run();
    signal(number, SIG_DFL);
    raise(number);
}

/* Runs on a copy that is just as large as the input, so that a read beyond its end is noticed. */
static void run(const uint8_t *data, size_t size)
{
    uint8_t *copy = base_realloc(NULL, size ? size : 1, 1);
    if (size)
        memcpy(copy, data, size);
    alarm(MOST_SECONDS);
    int64_t begin_ns = base_os_now_ns();
    LLVMFuzzerTestOneInput(copy, size);
    if (base_os_now_ns() - begin_ns > SLOW_NS)
        fprintf(stderr, "slow: %.1f s for %zu bytes, seed %llu\n", (double)(base_os_now_ns() - begin_ns) / 1e9, size,
                current_run);
    alarm(0);
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

static void splice(struct input *input)
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
    case 2: splice(input); break;
    case 3:
    case 4: edit_varint(input, false); break;
    case 5:
    case 6: input->bytes.at[at] = (uint8_t)next_random(); break;
    case 7: input->bytes.at[at] ^= (uint8_t)(1u << below(8)); break;
    case 8:
    case 9: input->bytes.at[at] = (uint8_t)(9 + below(44)); break; /* a type of event */
    default: edit_varint(input, true); break;
    }
}

static void mutate(uint64_t seed, uint64_t count)
{
    struct input input = {0};
    for (uint64_t i = 0; i < count; i++) {
        current_run = random_state = seed + i;
        const struct seed_file *from = &seeds.at[below(seeds.count)];
        input.bytes.count = 0;
        replace(&input, 0, 0, from->mapping.data, from->mapping.size);
        for (size_t changes = 1 + below(MOST_CHANGES); changes; changes--)
            change(&input);
        run(input.bytes.at, input.bytes.count);
    }
    base_vec_release(&input.bytes);
}

int main(int argc, char **argv)
{
    bool mutating = argc > 3 && strcmp(argv[1], "--mutate") == 0;
    signal(SIGALRM, on_signal);
    signal(SIGABRT, on_signal);
    if (__sanitizer_set_death_callback)
        __sanitizer_set_death_callback(tell_run);
    for (int i = mutating ? 4 : 1; i < argc; i++)
        add_seeds(argv[i]);
    if (!seeds.count) {
        fprintf(stderr, "usage: %s [--mutate SEED COUNT] FILE|DIRECTORY ...\n", argv[0]);
        return 2;
    }
    if (mutating)
        mutate(strtoull(argv[2], NULL, 10), strtoull(argv[3], NULL, 10));
    for (size_t i = 0; i < seeds.count; i++) {
        if (!mutating)
            run(seeds.at[i].mapping.data, seeds.at[i].mapping.size);
        base_os_unmap(&seeds.at[i].mapping);
        free(seeds.at[i].path);
    }
    base_vec_release(&seeds);
    return 0;
}
