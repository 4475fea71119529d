#include "query/names.h"

#include "base/sort.h"
#include "base/unicode.h"

static const char REPLACEMENT[] = "\xef\xbf\xbd";
enum { REPLACEMENT_BYTES = sizeof REPLACEMENT - 1 };

/* The bytes of the next character; *ret_bad: it cannot stay as it is. */
static size_t next_character(struct base_str text, size_t at, bool *ret_bad)
{
    uint32_t rune;
    size_t size = base_utf8_decode(text.data + at, text.size - at, &rune);
    *ret_bad = !size || !rune;
    return size ? size : 1;
}

bool query_text_is_fine(struct base_str text)
{
    bool bad = text.size > QUERY_MOST_TEXT_BYTES;
    for (size_t at = 0; at < text.size && !bad;)
        at += next_character(text, at, &bad);
    return !bad;
}

size_t query_text_mended_size(struct base_str text)
{
    return (text.size < QUERY_MOST_TEXT_BYTES ? text.size : QUERY_MOST_TEXT_BYTES) * REPLACEMENT_BYTES;
}

size_t query_text_mend(struct base_str text, char *to)
{
    size_t written = 0;
    bool bad;
    for (size_t at = 0, size; at < text.size; at += size) {
        size = next_character(text, at, &bad);
        if (at + size > QUERY_MOST_TEXT_BYTES)
            break;
        memcpy(to + written, bad ? REPLACEMENT : text.data + at, bad ? REPLACEMENT_BYTES : size);
        written += bad ? REPLACEMENT_BYTES : size;
    }
    return written;
}

static struct base_str fine_text(struct query_names *names, struct base_str text)
{
    if (query_text_is_fine(text))
        return text;
    char *room = malloc(query_text_mended_size(text));
    if (!room)
        base_out_of_memory();
    size_t size = query_text_mend(text, room);
    char *kept = base_arena_alloc(&names->mended, size);
    memcpy(kept, room, size);
    free(room);
    return (struct base_str){kept, size};
}

static uint32_t find(const struct query_names *names, struct base_str text, uint64_t hash)
{
    uint32_t symbol = base_map_find(&names->by_hash, hash);
    if (symbol == BASE_MAP_NONE)
        return 0;
    while (symbol && !base_str_equal(names->texts.at[symbol], text))
        symbol = names->next.at[symbol];
    return symbol;
}

uint32_t query_names_find(const struct query_names *names, struct base_str text)
{
    return find(names, text, base_hash_bytes(text.data, text.size));
}

static void add(struct query_names *names, uint32_t symbol)
{
    struct base_str text = fine_text(names, order_string(&names->symbols, symbol));
    uint64_t hash = base_hash_bytes(text.data, text.size);
    uint32_t same = symbol ? find(names, text, hash) : 0;
    *base_vec_add(&names->texts) = text;
    *base_vec_add(&names->keys) = same ? same : symbol;
    *base_vec_add(&names->next) = 0;
    if (!symbol || same)
        return;
    uint32_t first = base_map_find(&names->by_hash, hash);
    if (first == BASE_MAP_NONE) {
        base_map_set(&names->by_hash, hash, symbol);
    } else {
        names->next.at[symbol] = names->next.at[first];
        names->next.at[first] = symbol;
    }
}

void query_names_init(struct query_names *names, const struct order_symbols *symbols)
{
    *names = (struct query_names){.symbols = *symbols};
    pthread_mutex_init(&names->lock, NULL);
    for (uint32_t symbol = 0; symbol < symbols->strings.count; symbol++)
        add(names, symbol);
}

void query_names_release(struct query_names *names)
{
    base_vec_release(&names->texts);
    base_vec_release(&names->keys);
    base_vec_release(&names->next);
    base_map_release(&names->by_hash);
    base_arena_release(&names->mended);
    pthread_mutex_destroy(&names->lock);
    free(names->ranks);
    *names = (struct query_names){0};
}

static bool reads_before(const void *a, const void *b, void *context)
{
    const struct query_names *names = context;
    return base_str_compare(names->texts.at[*(const uint32_t *)a], names->texts.at[*(const uint32_t *)b]) < 0;
}

void query_names_rank(struct query_names *names)
{
    size_t count = names->texts.count;
    pthread_mutex_lock(&names->lock);
    if (!names->ranks) {
        uint32_t *sorted = base_zalloc(count + 1, sizeof *sorted), *ranks = base_zalloc(count + 1, sizeof *ranks);
        for (uint32_t i = 0; i < count; i++)
            sorted[i] = i;
        base_sort_stable(sorted, count, sizeof *sorted, reads_before, names);
        for (uint32_t i = 0; i < count; i++)
            ranks[sorted[i]] = i;
        free(sorted);
        names->ranks = ranks;
    }
    pthread_mutex_unlock(&names->lock);
}

void query_stack_text(const struct query_names *names, uint32_t stack, struct base_text *out)
{
    if (stack >= names->symbols.stacks.count)
        return;
    for (uint32_t depth = order_stack_depth(&names->symbols, stack); depth--;) {
        struct base_str text = query_name_text(names, order_stack_frame(&names->symbols, stack, depth)->func);
        if (out->size + text.size + 1 > QUERY_MOST_TEXT_BYTES)
            return;
        base_text_str(out, text);
        if (depth)
            base_text_char(out, ';');
    }
}
