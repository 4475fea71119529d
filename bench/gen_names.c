#include "gen_names.h"

#include <stdio.h>

enum {
    CALLS_PER_FUNCTION = 8,
    FEWEST_FUNCTIONS = 64,
    STACKS_PER_FUNCTION = 4,
    FIRST_PC = 0x401000,
    FUNCTION_BYTES = 0x200,
};

static const char *const fixed_texts[GEN_TEXT_REGION] = {
    [GEN_TEXT_NETWORK] = "network",
    [GEN_TEXT_SELECT] = "select",
    [GEN_TEXT_SYNC] = "sync",
    [GEN_TEXT_CHAN_SEND] = "chan send",
    [GEN_TEXT_CHAN_RECEIVE] = "chan receive",
    [GEN_TEXT_SLEEP] = "sleep",
    [GEN_TEXT_ASSIST_WAIT] = "GC mark assist wait for work",
    [GEN_TEXT_SYSTEM_WAIT] = "system goroutine wait",
    [GEN_TEXT_GOSCHED] = "runtime.Gosched",
    [GEN_TEXT_PREEMPTED] = "preempted",
    [GEN_TEXT_STW_START] = "start trace",
    [GEN_TEXT_STW_SWEEP] = "GC sweep termination",
    [GEN_TEXT_STW_MARK] = "GC mark termination",
    [GEN_TEXT_WORKER] = "GC (dedicated)",
    [GEN_TEXT_LOG_KEY] = "request",
};

static const char *const region_texts[GEN_REGION_NAMES] = {"parse",  "authorize", "query",  "render",
                                                           "encode", "compress",  "notify", "store"};
static const char *const task_texts[GEN_TASK_NAMES] = {"GET /items", "GET /items/{id}", "POST /items", "DELETE /items",
                                                       "GET /users", "checkout",        "search",      "refresh"};

/* What follows a name in a hostile trace. */
static const char *const spoils[] = {
    "<img src=x onerror=alert(1)>",
    "\"><script>alert(1)</script>",
    "'; alert(1); //",
    "</title></textarea><svg/onload=alert(1)>",
    "&lt;b&gt;&amp;&#0;",
    "javascript:alert(1)",
    "${alert(1)}{{alert(1)}}%s%n",
    "\x1b[31m\x1b]0;title\x07\r\n\t\b",
    "\u202egpj.exe\u2066\u200f\u0627\u0644",
    "\xff\xfe\xc0\x80\xed\xa0\x80",
    "\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301",
    "../../../../etc/passwd?x=1#y&z=%00",
};
enum { SPOILS = sizeof spoils / sizeof *spoils };

void gen_names_init(struct gen_names *names, struct wire_writer *writer, const struct gen_shape *shape)
{
    *names = (struct gen_names){.writer = writer,
                                .depth = shape->depth < WIRE_MAX_FRAMES ? (uint32_t)shape->depth : WIRE_MAX_FRAMES,
                                .hostile = shape->hostile};
}

void gen_names_release(struct gen_names *names)
{
    base_vec_release(&names->stack_ids);
}

void gen_names_begin(struct gen_names *names, uint64_t first_stack, uint64_t stacks)
{
    names->first_stack = first_stack;
    names->stacks = stacks;
    uint64_t functions = FEWEST_FUNCTIONS + stacks / STACKS_PER_FUNCTION;
    names->functions_used = functions < GEN_FUNCTIONS ? (uint32_t)functions : GEN_FUNCTIONS;
    memset(names->texts, 0, sizeof names->texts);
    memset(names->functions, 0, sizeof names->functions);
    memset(names->files, 0, sizeof names->files);
    memset(names->entries, 0, sizeof names->entries);
    names->stack_ids.count = 0;
    base_vec_reserve(&names->stack_ids, stacks + 1);
    memset(names->stack_ids.at, 0, (stacks + 1) * sizeof *names->stack_ids.at);
}

size_t gen_names_spoil(const struct gen_names *names, char *text, size_t size)
{
    if (!names->hostile)
        return size;
    unsigned kind = 0;
    for (size_t i = 0; i < size; i++)
        kind = kind * 31 + (unsigned char)text[i];
    if (kind % (SPOILS + 1) == SPOILS) { /* as long as can be */
        memset(text + size, 'W', GEN_NAME_BYTES - size);
        return GEN_NAME_BYTES;
    }
    const char *spoil = spoils[kind % (SPOILS + 1)];
    memcpy(text + size, spoil, strlen(spoil));
    return size + strlen(spoil);
}

static uint32_t add(struct gen_names *names, char *text, size_t size)
{
    size = gen_names_spoil(names, text, size);
    return (uint32_t)wire_writer_string(names->writer, (struct base_str){text, size});
}

uint64_t gen_names_text(struct gen_names *names, enum gen_text text)
{
    uint32_t *id = &names->texts[text];
    if (!*id) {
        const char *string = text < GEN_TEXT_REGION ? fixed_texts[text]
                             : text < GEN_TEXT_TASK ? region_texts[text - GEN_TEXT_REGION]
                                                    : task_texts[text - GEN_TEXT_TASK];
        char spoiled[GEN_NAME_BYTES];
        memcpy(spoiled, string, strlen(string));
        *id = text < GEN_TEXT_LOG_KEY ? (uint32_t)wire_writer_string(names->writer, base_str_of(string))
                                      : add(names, spoiled, strlen(string));
    }
    return *id;
}

/* ---- functions ---- */

static uint64_t function_name(struct gen_names *names, uint32_t function)
{
    uint32_t *id = &names->functions[function];
    if (!*id) {
        char text[GEN_NAME_BYTES];
        int size = snprintf(text, sizeof text, "example.com/service/pkg%u.(*Type%u).Method%u", function / 128,
                            function / 16 % 8, function % 16);
        *id = add(names, text, (size_t)size);
    }
    return *id;
}

static uint64_t file_name(struct gen_names *names, uint32_t function)
{
    uint32_t file = function / (GEN_FUNCTIONS / GEN_FILES), *id = &names->files[file];
    if (!*id) {
        char text[GEN_NAME_BYTES];
        int size = snprintf(text, sizeof text, "/src/service/pkg%u/type%u.go", function / 128, function / 16 % 8);
        *id = add(names, text, (size_t)size);
    }
    return *id;
}

/* A call in a function; the first one stands for its entry. */
static struct wire_writer_frame frame_of(struct gen_names *names, uint32_t function, uint32_t call)
{
    return (struct wire_writer_frame){.pc = FIRST_PC + function * FUNCTION_BYTES + call * 37,
                                      .func = function_name(names, function),
                                      .file = file_name(names, function),
                                      .line = 20 + function % 16 * 40 + call * 4};
}

/* ---- stacks ---- */

/* Finaliser of MurmurHash3 (Austin Appleby, public domain). */
static uint64_t mix(uint64_t h)
{
    h = (h ^ h >> 33) * 0xff51afd7ed558ccdULL;
    h = (h ^ h >> 33) * 0xc4ceb9fe1a85ec53ULL;
    return h ^ h >> 33;
}

/* Stacks form a tree: towards the root, the bits of the number are dropped evenly, so that ever more stacks share a
 * frame. */
static uint64_t make_stack(struct gen_names *names, uint64_t number)
{
    uint32_t bits = 64 - (uint32_t)__builtin_clzll(number | 1);
    for (uint32_t i = 0; i < names->depth; i++) {
        uint64_t call = mix((number >> (uint64_t)i * bits / names->depth) * WIRE_MAX_FRAMES + i);
        names->frames[i] = frame_of(names, (uint32_t)(call % names->functions_used),
                                    1 + (uint32_t)(call / GEN_FUNCTIONS % (CALLS_PER_FUNCTION - 1)));
    }
    return wire_writer_stack(names->writer, names->frames, names->depth);
}

uint64_t gen_names_stack(struct gen_names *names, enum gen_stack_use use, uint32_t number)
{
    uint64_t often = ((uint64_t)number * number >> 32) * number >> 32; /* the third power of a fraction */
    uint64_t row = often * (names->stacks / GEN_STACK_USES + 1) >> 32;
    uint64_t index = (row * GEN_STACK_USES + use) % names->stacks;
    uint32_t *id = &names->stack_ids.at[index];
    if (!*id)
        *id = (uint32_t)make_stack(names, names->first_stack + index);
    return *id;
}

uint64_t gen_names_entry(struct gen_names *names, uint32_t kind)
{
    uint32_t *id = &names->entries[kind % GEN_ENTRIES];
    if (!*id) {
        struct wire_writer_frame frame = frame_of(names, kind % GEN_ENTRIES * (GEN_FUNCTIONS / GEN_ENTRIES), 0);
        *id = (uint32_t)wire_writer_stack(names->writer, &frame, 1);
    }
    return *id;
}
