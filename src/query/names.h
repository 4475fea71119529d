/* The names of a trace as SQL has them: valid UTF-8, without NULs, not too long. Internal to src/query. */
#ifndef KYMO_QUERY_NAMES_H
#define KYMO_QUERY_NAMES_H

#include "base/map.h"
#include "base/text.h"
#include "order/symbols.h"

#include <pthread.h>

/* Longer texts are cut. */
enum { QUERY_MOST_TEXT_BYTES = 1 << 18 };

/* By symbol. */
struct query_names {
    struct order_symbols symbols; /* a view */
    BASE_VEC(struct base_str) texts;
    BASE_VEC(uint32_t) keys; /* the first symbol that reads the same */
    BASE_VEC(uint32_t) next; /* the next symbol whose text has the same hash; 0: none */
    struct base_map by_hash;
    struct base_arena mended;
    pthread_mutex_t lock; /* of the ranks */
    uint32_t *ranks;      /* of symbols, by their texts; NULL: not needed yet */
};

/* The symbols live as long as the names. */
void query_names_init(struct query_names *names, const struct order_symbols *symbols);
void query_names_release(struct query_names *names);

/* The symbol that stands for a text, or 0. */
uint32_t query_names_find(const struct query_names *names, struct base_str text);

/* Makes the ranks, if that was not done. */
void query_names_rank(struct query_names *names);

/* A symbol's text. */
static inline struct base_str query_name_text(const struct query_names *names, uint32_t symbol)
{
    return symbol < names->texts.count ? names->texts.at[symbol] : (struct base_str){"", 0};
}

static inline uint32_t query_name_key(const struct query_names *names, bool is_name, uint32_t symbol)
{
    return is_name && symbol < names->keys.count ? names->keys.at[symbol] : symbol;
}

/* Whether a text can be handed out as it is. */
bool query_text_is_fine(struct base_str text);

/* Otherwise: so many bytes are needed for one that can … */
size_t query_text_mended_size(struct base_str text);
/* … which is written to `to`; returns its size. */
size_t query_text_mend(struct base_str text, char *to);

/* The functions of a stack, root first, with semicolons between. */
void query_stack_text(const struct query_names *names, uint32_t stack, struct base_text *out);

#endif
