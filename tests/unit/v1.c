#include "v1.h"

#include <stdio.h>

const int v1_versions[V1_VERSIONS] = {5, 7, 8, 9, 10, 11, 19, 21};

/* Arguments, and whether a stack follows; versions below `before` have another number of arguments. */
static const struct {
    uint8_t since, args, stack, before, args_before;
} layouts[WIRE_V1_TYPE_END] = {
    [WIRE_V1_BATCH] = {5, 2, 0, 0, 0},
    [WIRE_V1_FREQUENCY] = {5, 1, 0, 0, 0},
    [WIRE_V1_STACK] = {5, 0, 0, 0, 0},
    [WIRE_V1_GOMAXPROCS] = {5, 1, 1, 0, 0},
    [WIRE_V1_PROC_START] = {5, 1, 0, 0, 0},
    [WIRE_V1_PROC_STOP] = {5, 0, 0, 0, 0},
    [WIRE_V1_GC_START] = {5, 1, 1, 7, 0},
    [WIRE_V1_GC_DONE] = {5, 0, 0, 0, 0},
    [WIRE_V1_STW_START] = {5, 1, 0, 10, 0},
    [WIRE_V1_STW_DONE] = {5, 0, 0, 0, 0},
    [WIRE_V1_SWEEP_START] = {5, 0, 1, 0, 0},
    [WIRE_V1_SWEEP_DONE] = {5, 2, 0, 9, 0},
    [WIRE_V1_GO_CREATE] = {5, 2, 1, 0, 0},
    [WIRE_V1_GO_START] = {5, 2, 0, 7, 1},
    [WIRE_V1_GO_END] = {5, 0, 0, 0, 0},
    [WIRE_V1_GO_STOP] = {5, 0, 1, 0, 0},
    [WIRE_V1_GO_SCHED] = {5, 0, 1, 0, 0},
    [WIRE_V1_GO_PREEMPT] = {5, 0, 1, 0, 0},
    [WIRE_V1_GO_SLEEP] = {5, 0, 1, 0, 0},
    [WIRE_V1_GO_BLOCK] = {5, 0, 1, 0, 0},
    [WIRE_V1_GO_UNBLOCK] = {5, 2, 1, 7, 1},
    [WIRE_V1_GO_BLOCK_SEND] = {5, 0, 1, 0, 0},
    [WIRE_V1_GO_BLOCK_RECV] = {5, 0, 1, 0, 0},
    [WIRE_V1_GO_BLOCK_SELECT] = {5, 0, 1, 0, 0},
    [WIRE_V1_GO_BLOCK_SYNC] = {5, 0, 1, 0, 0},
    [WIRE_V1_GO_BLOCK_COND] = {5, 0, 1, 0, 0},
    [WIRE_V1_GO_BLOCK_NET] = {5, 0, 1, 0, 0},
    [WIRE_V1_GO_SYSCALL] = {5, 0, 1, 0, 0},
    [WIRE_V1_GO_SYSCALL_EXIT] = {5, 3, 0, 0, 0},
    [WIRE_V1_GO_SYSCALL_BLOCK] = {5, 0, 0, 0, 0},
    [WIRE_V1_GO_WAITING] = {5, 1, 0, 0, 0},
    [WIRE_V1_GO_IN_SYSCALL] = {5, 1, 0, 0, 0},
    [WIRE_V1_HEAP_ALLOC] = {5, 1, 0, 0, 0},
    [WIRE_V1_HEAP_GOAL] = {5, 1, 0, 0, 0},
    [WIRE_V1_TIMER_GOROUTINE] = {5, 1, 0, 0, 0},
    [WIRE_V1_FUTILE_WAKEUP] = {5, 0, 0, 0, 0},
    [WIRE_V1_STRING] = {7, 0, 0, 0, 0},
    [WIRE_V1_GO_START_LOCAL] = {7, 1, 0, 0, 0},
    [WIRE_V1_GO_UNBLOCK_LOCAL] = {7, 1, 1, 0, 0},
    [WIRE_V1_GO_SYSCALL_EXIT_LOCAL] = {7, 2, 0, 0, 0},
    [WIRE_V1_GO_START_LABEL] = {8, 3, 0, 0, 0},
    [WIRE_V1_GO_BLOCK_GC] = {8, 0, 1, 0, 0},
    [WIRE_V1_MARK_ASSIST_START] = {9, 0, 1, 0, 0},
    [WIRE_V1_MARK_ASSIST_DONE] = {9, 0, 0, 0, 0},
    [WIRE_V1_TASK_CREATE] = {11, 3, 1, 0, 0},
    [WIRE_V1_TASK_END] = {11, 1, 1, 0, 0},
    [WIRE_V1_REGION] = {11, 3, 1, 0, 0},
    [WIRE_V1_LOG] = {11, 2, 1, 0, 0},
    [WIRE_V1_CPU_SAMPLE] = {19, 3, 1, 0, 0},
};

int v1_numbers_of(int version, unsigned type)
{
    if (type >= WIRE_V1_TYPE_END || !layouts[type].since || layouts[type].since > version)
        return -1;
    return (version < layouts[type].before ? layouts[type].args_before : layouts[type].args) + layouts[type].stack;
}

bool v1_has_stack(unsigned type)
{
    return layouts[type].stack;
}

static void add_number(struct base_text *out, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        base_text_char(out, (char)(0x80 | (value & 0x7f)));
    base_text_char(out, (char)value);
}

static bool has_sequences(const struct v1_writer *writer)
{
    return writer->version < 7;
}

void v1_begin(struct v1_writer *writer, int version)
{
    char header[17] = {0};
    snprintf(header, sizeof header, "go 1.%d trace", version);
    *writer = (struct v1_writer){.version = version};
    base_text_bytes(&writer->bytes, header, 16);
}

void v1_raw(struct v1_writer *writer, const void *bytes, size_t size)
{
    base_text_bytes(&writer->bytes, bytes, size);
}

/* Type and numbers; three or more of them behind their length. `first` ones are not counted: time and sequence. */
static void add_event(struct v1_writer *writer, uint8_t type, const uint64_t *numbers, unsigned count, unsigned first)
{
    struct base_text body = {0};
    unsigned shown = count - first < 3 ? count - first : 3;
    for (unsigned i = 0; i < count; i++)
        add_number(&body, numbers[i]);
    base_text_char(&writer->bytes, (char)(type | shown << 6));
    if (shown == 3)
        add_number(&writer->bytes, body.size);
    base_text_bytes(&writer->bytes, body.data, body.size);
    base_text_release(&body);
}

static void add_batch(struct v1_writer *writer, const struct v1_step *step)
{
    writer->proc = step->proc;
    writer->ticks = step->ticks;
    writer->any_batch = true;
    uint64_t proc = (uint64_t)step->proc;
    if (has_sequences(writer))
        add_event(writer, WIRE_V1_BATCH, (uint64_t[]){proc, writer->sequence, step->ticks}, 3, 2);
    else
        add_event(writer, WIRE_V1_BATCH, (uint64_t[]){proc, step->ticks}, 2, 1);
}

/* Events without a time: the numbers are encoded as if the first one were it. Header 1.5 has an unused one more. */
static void add_untimed(struct v1_writer *writer, uint8_t type, uint64_t value)
{
    bool sequences = has_sequences(writer);
    add_event(writer, type, (uint64_t[]){value, 0}, 1u + sequences, 1u + sequences);
}

void v1_step(struct v1_writer *writer, const struct v1_step *step)
{
    if (step->type == WIRE_V1_STRING) {
        v1_string(writer, (uint64_t)step->numbers[0], step->text);
        return;
    }
    if (!writer->any_batch || step->proc != writer->proc || step->type == WIRE_V1_BATCH)
        add_batch(writer, step);
    if (step->type == WIRE_V1_BATCH)
        return;
    if (step->type == WIRE_V1_FREQUENCY || step->type == WIRE_V1_TIMER_GOROUTINE) {
        add_untimed(writer, step->type, (uint64_t)step->numbers[0]);
        return;
    }
    int own = v1_numbers_of(writer->version, step->type);
    assert_true(own >= 0 && step->type != WIRE_V1_STACK);
    uint64_t numbers[V1_STEP_NUMBERS + 2], sequence = step->sequence ? step->sequence : writer->sequence + 1;
    unsigned count = 0;
    if (has_sequences(writer))
        numbers[count++] = sequence - writer->sequence;
    numbers[count++] = step->ticks - writer->ticks;
    unsigned first = count;
    for (int i = 0; i < own; i++)
        numbers[count++] = (uint64_t)step->numbers[i];
    add_event(writer, step->type, numbers, count, first);
    writer->ticks = step->ticks;
    writer->sequence = sequence;
    if (step->type == WIRE_V1_LOG) {
        add_number(&writer->bytes, strlen(step->text));
        base_text_add(&writer->bytes, step->text);
    }
}

void v1_string(struct v1_writer *writer, uint64_t id, const char *text)
{
    base_text_char(&writer->bytes, WIRE_V1_STRING);
    add_number(&writer->bytes, id);
    add_number(&writer->bytes, strlen(text));
    base_text_add(&writer->bytes, text);
}

void v1_stack(struct v1_writer *writer, uint64_t id, const struct wire_writer_frame *frames, uint64_t count)
{
    struct base_text body = {0};
    add_number(&body, id);
    add_number(&body, count);
    for (uint64_t i = 0; i < count; i++) {
        struct wire_writer_frame frame = frames ? frames[i] : (struct wire_writer_frame){.pc = i + 1};
        add_number(&body, frame.pc);
        if (has_sequences(writer))
            continue;
        add_number(&body, frame.func);
        add_number(&body, frame.file);
        add_number(&body, frame.line);
    }
    base_text_char(&writer->bytes, (char)(WIRE_V1_STACK | 3 << 6));
    add_number(&writer->bytes, body.size);
    base_text_bytes(&writer->bytes, body.data, body.size);
    base_text_release(&body);
}

void v1_frequency(struct v1_writer *writer, uint64_t frequency)
{
    add_untimed(writer, WIRE_V1_FREQUENCY, frequency);
}

void v1_tables(struct v1_writer *writer)
{
    for (uint64_t id = 1; id <= S_FILE && !has_sequences(writer); id++)
        v1_string(writer, id, test_strings[id - 1]);
    for (uint64_t id = 1; id <= K_F; id++)
        v1_stack(writer, id, test_stacks[id - 1].frames, test_stacks[id - 1].count);
}

struct base_mapping v1_finish(struct v1_writer *writer)
{
    struct base_mapping mapping = test_mapping_of(writer->bytes.data, writer->bytes.size);
    base_text_release(&writer->bytes);
    return mapping;
}

struct base_mapping v1_write(int version, const struct v1_step *steps)
{
    struct v1_writer writer;
    v1_begin(&writer, version);
    for (; steps->type; steps++)
        v1_step(&writer, steps);
    if (!writer.any_batch)
        v1_step(&writer, &(struct v1_step){.type = WIRE_V1_BATCH, .ticks = 1});
    v1_frequency(&writer, V1_FREQUENCY);
    v1_tables(&writer);
    return v1_finish(&writer);
}

/* ---- what is delivered ---- */

static void add_stack(struct base_text *out, const char *mark, const struct order_symbols *symbols, uint32_t stack)
{
    if (!stack)
        return;
    base_text_add(out, mark);
    for (uint32_t i = 0; i < order_stack_depth(symbols, stack); i++)
        base_text_format(out, "%s%x", i ? " " : "", (unsigned)order_stack_frame(symbols, stack, i)->pc);
}

static void add_sync(struct base_text *out, const struct order_event *event)
{
    const struct order_sync *facts = event->sync.facts;
    base_text_format(out, "sync %d at %lld", (int)facts->number, (long long)event->time_ns);
    if (facts->has_generation)
        base_text_format(out, ": generation %d", (int)facts->generation);
    if (facts->after_gap)
        base_text_format(out, ", gap from %lld", (long long)facts->gap_from_ns);
    base_text_char(out, '\n');
}

static void add_events(struct base_text *out, const struct order_symbols *symbols, const struct order_block *block,
                       bool syncs)
{
    for (size_t i = 0; i < block->count; i++) {
        const struct order_event *event = &block->events[i];
        if (event->kind == ORDER_SYNC) {
            if (syncs)
                add_sync(out, event);
            continue;
        }
        test_add_event(out, symbols, event);
        out->size--; /* the line's end */
        add_stack(out, " @", symbols, event->stack);
        add_stack(out, " >", symbols, event->transition_stack);
        base_text_char(out, '\n');
    }
}

static void render(const struct base_mapping *file, enum order_on_damage on_damage, struct base_text *out)
{
    struct base_error error = BASE_NO_ERROR;
    struct order_reader *reader = order_reader_new(file, on_damage, &error);
    struct order_block block;
    enum order_status status;
    size_t losses;
    assert_non_null(reader);
    while ((status = order_reader_next(reader, &block, &error)) == ORDER_EVENTS)
        add_events(out, order_reader_symbols(reader), &block, on_damage == ORDER_GO_ON);
    const struct order_loss *loss = order_reader_losses(reader, &losses);
    for (; losses; losses--, loss++)
        base_text_format(out, "loss: %s, %lld to %lld ns, %d bytes\n", loss->why.cause, (long long)loss->from_ns,
                         (long long)loss->to_ns, (int)loss->bytes);
    if (status == ORDER_ERROR)
        base_text_format(out, "error: %s\n", error.cause);
    base_error_release(&error);
    order_reader_free(reader);
}

void v1_render(const struct base_mapping *file, struct base_text *out)
{
    render(file, ORDER_STOP_AT_DAMAGE, out);
}

void v1_render_damaged(const struct base_mapping *file, struct base_text *out)
{
    render(file, ORDER_GO_ON, out);
}

static void check(const struct v1_scenario *scenarios, size_t count, enum order_on_damage on_damage)
{
    for (size_t i = 0; i < count; i++) {
        struct base_text text = {0};
        struct base_mapping file = v1_write(scenarios[i].version, scenarios[i].steps);
        render(&file, on_damage, &text);
        test_assert_text(&text, scenarios[i].expected);
        base_text_release(&text);
        test_mapping_free(&file);
    }
}

void v1_check_scenarios(const struct v1_scenario *scenarios, size_t count)
{
    check(scenarios, count, ORDER_STOP_AT_DAMAGE);
}

void v1_check_damaged(const struct v1_scenario *scenarios, size_t count)
{
    check(scenarios, count, ORDER_GO_ON);
}
