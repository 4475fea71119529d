#include "base/beneath.h"
#include "base/sort.h"
#include "output/calls_own.h"
#include "output/json.h"

enum { MARGIN_LINES = 5 }; /* shown around what has amounts */

/* ---- functions ---- */

static int compare_parts(const struct analyze_call_node *a, const struct analyze_call_node *b)
{
    int order = base_str_compare(a->name, b->name);
    return order ? order : base_str_compare(a->file, b->file);
}

static bool line_before(const void *a, const void *b, void *context)
{
    const struct analyze_call_node *x = *(const struct analyze_call_node *const *)a;
    const struct analyze_call_node *y = *(const struct analyze_call_node *const *)b;
    int order = compare_parts(x, y);
    (void)context;
    return order ? order < 0 : x->line < y->line;
}

bool output_calls_each(const struct output_calls *calls, void (*with)(void *self, const struct output_calls_part *part),
                       void *self)
{
    BASE_VEC(const struct analyze_call_node *) nodes = {0};
    for (size_t i = 0; i < calls->graph->nodes.count; i++)
        if (output_calls_is_about(calls, &calls->graph->nodes.at[i]))
            *base_vec_add(&nodes) = &calls->graph->nodes.at[i];
    base_sort_stable(nodes.at, nodes.count, sizeof *nodes.at, line_before, NULL);
    for (size_t i = 0, end; i < nodes.count; i = end) {
        struct output_calls_part part = {.name = nodes.at[i]->name, .file = nodes.at[i]->file, .lines = &nodes.at[i]};
        for (end = i; end < nodes.count && compare_parts(nodes.at[i], nodes.at[end]) == 0; end++) {
            part.flat += nodes.at[end]->flat;
            part.cum += nodes.at[end]->cum;
        }
        part.count = end - i;
        part.found = base_beneath_find(calls->source, part.file, &part.path, &part.text) == BASE_BENEATH_READ;
        with(self, &part);
        base_text_release(&part.text);
    }
    bool any = nodes.count > 0;
    base_vec_release(&nodes);
    return any;
}

/* ---- lines ---- */

/* Takes the first line off a text. */
static bool take_line(struct base_str *text, struct base_str *ret_line)
{
    if (!text->size)
        return false;
    const char *end = memchr(text->data, '\n', text->size);
    size_t size = end ? (size_t)(end - text->data) : text->size;
    size_t taken = size + (end ? 1 : 0);
    *ret_line = (struct base_str){text->data, size && text->data[size - 1] == '\r' ? size - 1 : size};
    *text = (struct base_str){text->data + taken, text->size - taken};
    return true;
}

void output_calls_lines(const struct output_calls_part *part,
                        void (*with)(void *self, uint64_t line, int64_t flat, int64_t cum, const struct base_str *text),
                        void *self)
{
    struct base_str rest = base_text_view(&part->text), text;
    size_t next = 0;
    for (; next < part->count && !part->lines[next]->line; next++) /* it is not known which */
        with(self, 0, part->lines[next]->flat, part->lines[next]->cum, NULL);
    uint64_t first = next < part->count ? part->lines[next]->line : UINT64_MAX;
    uint64_t last = part->lines[part->count - 1]->line;
    for (uint64_t line = 1; part->found && take_line(&rest, &text); line++) {
        if (line < first && first - line > MARGIN_LINES)
            continue;
        if (line > last && line - last > MARGIN_LINES)
            break;
        const struct analyze_call_node *node = next < part->count ? part->lines[next] : NULL;
        bool known = node && node->line == line;
        with(self, line, known ? node->flat : 0, known ? node->cum : 0, &text);
        next += known;
    }
    for (; next < part->count; next++) /* what the source does not have */
        with(self, part->lines[next]->line, part->lines[next]->flat, part->lines[next]->cum, NULL);
}

/* ---- as text ---- */

struct listing {
    struct base_text *out;
    const struct output_calls *calls;
    struct output_unit unit;
};

/* A source line, with its tabs. */
static void add_source(struct base_text *out, struct base_str text)
{
    while (text.size) {
        const char *tab = memchr(text.data, '\t', text.size);
        size_t size = tab ? (size_t)(tab - text.data) : text.size;
        base_text_safely(out, (struct base_str){text.data, size});
        if (tab)
            base_text_char(out, '\t');
        size += tab ? 1 : 0;
        text = (struct base_str){text.data + size, text.size - size};
    }
}

static void add_or_dot(const struct listing *listing, int64_t amount)
{
    if (amount)
        output_amount(listing->out, 10, amount, listing->unit);
    else
        base_text_format(listing->out, "%10s", ".");
}

static void add_line(void *self, uint64_t line, int64_t flat, int64_t cum, const struct base_str *text)
{
    const struct listing *listing = self;
    add_or_dot(listing, flat);
    base_text_char(listing->out, ' ');
    add_or_dot(listing, cum);
    base_text_format(listing->out, " %6llu:", (unsigned long long)line);
    if (text)
        add_source(listing->out, *text);
    base_text_char(listing->out, '\n');
}

static void add_part(void *self, const struct output_calls_part *part)
{
    struct listing *listing = self;
    base_text_add(listing->out, "ROUTINE ======================== ");
    output_calls_name(listing->out, part->name);
    base_text_add(listing->out, " in ");
    output_calls_name(listing->out, part->found ? part->path : part->file);
    base_text_char(listing->out, '\n');
    output_amount(listing->out, 10, part->flat, listing->unit);
    base_text_char(listing->out, ' ');
    output_amount(listing->out, 10, part->cum, listing->unit);
    base_text_add(listing->out, " (flat, cum) ");
    output_share(listing->out, part->cum, listing->calls->graph->total);
    base_text_add(listing->out, part->found ? " of Total\n" : " of Total; the source is not there (--source-root)\n");
    output_calls_lines(part, add_line, listing);
}

bool output_calls_list(struct base_text *out, const struct output_calls *calls)
{
    struct listing listing = {out, calls, output_calls_unit(calls)};
    base_text_add(out, "Total: ");
    output_amount(out, 0, calls->graph->total, listing.unit);
    base_text_char(out, '\n');
    return output_calls_each(calls, add_part, &listing);
}
