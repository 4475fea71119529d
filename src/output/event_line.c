#include "output/event_line.h"

#include "output/words.h"

#include <inttypes.h>
#include <stdio.h>

enum { TIME_WIDTH = 14, GOROUTINE_WIDTH = 8, PROC_WIDTH = 5, THREAD_WIDTH = 10, STATE_WIDTH = 8 };

/* To the right of so many columns; a micro sign has two bytes and one column. */
static void add_duration(struct base_text *out, int64_t ns, size_t width)
{
    struct base_text text = {0};
    base_text_duration(&text, ns);
    size_t columns = text.size - base_str_contains(base_text_view(&text), "\xc2\xb5");
    for (; columns < width; columns++)
        base_text_char(out, ' ');
    base_text_str(out, base_text_view(&text));
    base_text_release(&text);
}

/* An id with its letter, or a dash. */
static void add_id(struct base_text *out, char letter, int64_t id, int width)
{
    char text[32];
    if (id < 0)
        snprintf(text, sizeof text, "-");
    else
        snprintf(text, sizeof text, "%c%" PRId64, letter, id);
    base_text_format(out, " %*s", width, text);
}

static void add_stack(struct base_text *out, const struct order_symbols *symbols, uint32_t stack)
{
    for (uint32_t i = 0; i < order_stack_depth(symbols, stack); i++) {
        const struct order_frame *frame = order_stack_frame(symbols, stack, i);
        base_text_format(out, "%*s", TIME_WIDTH + 4, "");
        base_text_safely(out, order_string(symbols, frame->func));
        base_text_char(out, ' ');
        base_text_safely(out, order_string(symbols, frame->file));
        base_text_format(out, ":%" PRIu64 "\n", frame->line);
    }
}

/* How long the goroutine that is followed was in the state that it leaves now, and in which; or nothing. */
static void add_state(struct output_event_lines *lines, const struct order_event *event)
{
    struct base_text *out = lines->out;
    bool changes =
        event->kind == ORDER_GO_TRANSITION && event->resource == lines->followed.n && event->from != event->to;
    if (changes && lines->in_state) {
        add_duration(out, event->time_ns - lines->since_ns, TIME_WIDTH);
        base_text_format(out, " %-*s", STATE_WIDTH, order_state_name(event->from));
    } else {
        base_text_format(out, "%*s", TIME_WIDTH + 1 + STATE_WIDTH, "");
    }
    if (!changes)
        return;
    lines->since_ns = event->time_ns;
    lines->in_state = true;
}

static void add_headings(const struct output_event_lines *lines)
{
    base_text_format(lines->out, "%*s", TIME_WIDTH, "Time");
    if (lines->followed.n >= 0)
        base_text_format(lines->out, "%*s %-*s", TIME_WIDTH, "After", STATE_WIDTH, "as");
    base_text_format(lines->out, " %*s %*s %*s  Event\n", GOROUTINE_WIDTH, "G", PROC_WIDTH, "P", THREAD_WIDTH,
                     "Thread");
}

void output_event_line(struct output_event_lines *lines, const struct order_symbols *symbols,
                       const struct order_event *event)
{
    struct base_text *out = lines->out, words = {0};
    if (!lines->count++)
        add_headings(lines);
    add_duration(out, event->time_ns - lines->first_ns, TIME_WIDTH);
    if (lines->followed.n >= 0)
        add_state(lines, event);
    add_id(out, 'G', event->context.goroutine.n, GOROUTINE_WIDTH);
    add_id(out, 'P', event->context.proc.n, PROC_WIDTH);
    add_id(out, 'M', event->context.thread.n, THREAD_WIDTH);
    base_text_add(out, "  ");
    output_event_words(&words, symbols, event);
    base_text_safely(out, base_text_view(&words));
    base_text_release(&words);
    base_text_char(out, '\n');
    if (lines->stacks) /* where it is about a goroutine itself, both are the same one */
        add_stack(out, symbols, event->stack ? event->stack : event->transition_stack);
}
