/* A table's rows: a column after the other in paged memory, and orders of the rows by what they hold. Internal to
 * src/query.
 *
 * A store is filled in one or more passes over the trace: the first one fixes how many rows there are and how they are
 * sorted, later ones add columns that were not wanted before. What is loaded does not change. Values that were not put
 * are NULL (0 for QUERY_SMALL), and take no memory where many follow each other.
 */
#ifndef KYMO_QUERY_STORE_H
#define KYMO_QUERY_STORE_H

#include "base/paged.h"
#include "query/names.h"
#include "query/query.h"

#include <pthread.h>

/* How the values of a column are kept. */
enum query_kind {
    QUERY_NUMBER,  /* 64 bits */
    QUERY_SMALL,   /* 32 bits, never NULL */
    QUERY_NAME,    /* a symbol; 0: NULL */
    QUERY_STACK,   /* a stack's id; 0: NULL */
    QUERY_WORD,    /* an index of storage.words */
    QUERY_FLAG,    /* 0 or 1, never NULL */
    QUERY_MESSAGE, /* text of the mapped file */
    QUERY_SPAN,    /* not kept: column `of` less column `less` */
    QUERY_PATH,    /* not kept: the functions of the stack in column `of` */
    QUERY_KINDS
};

enum {
    QUERY_MOST_COLUMNS = 24,
    QUERY_CHUNK_ROWS = 4096,
    QUERY_MOST_ORDERS = 16,
    QUERY_MOST_KEYS = 6,
    QUERY_MOST_WORDS = 32
};

#define QUERY_NO_NUMBER INT64_MIN

struct query_cells {
    struct base_pages pages;
    BASE_VEC(void *) chunks; /* of QUERY_CHUNK_ROWS */
};

/* The rows sorted by some columns, then by their place; made when it is first needed. */
struct query_order {
    uint8_t columns[QUERY_MOST_KEYS];
    uint8_t column_count;
    uint32_t *rows;    /* NULL: not yet */
    uint64_t distinct; /* 0: not known */
    struct base_pages pages;
};

/* Rows that follow each other. */
struct query_run {
    uint32_t first, count;
};

/* Rows are numbered from `first` on. */
struct query_store {
    const struct query_table *table;
    struct query_names *names;
    uint8_t word_ranks[QUERY_MOST_COLUMNS][QUERY_MOST_WORDS]; /* by their texts */
    uint8_t word_sizes[QUERY_MOST_COLUMNS][QUERY_MOST_WORDS];
    struct query_cells cells[QUERY_MOST_COLUMNS];
    uint64_t loaded; /* bits of columns */
    uint32_t room;   /* rows that may be put before all others */
    uint32_t first, rows;
    bool sealed; /* the number of rows is known */
    bool sorted; /* by the table's time; once any column is loaded */
    /* While it is filled. */
    bool adding; /* rows */
    uint64_t filling;
    uint32_t filled;                 /* rows up to here, */
    uint32_t early;                  /* and so many in the room before */
    BASE_VEC(struct query_run) runs; /* of a pass's rows, in the order they are kept in; none: as they are */
    /* Orders, under the lock. */
    pthread_mutex_t lock;
    struct query_order orders[QUERY_MOST_ORDERS];
    size_t order_count;
};

void query_store_init(struct query_store *store, const struct query_table *table, struct query_names *names);
void query_store_release(struct query_store *store);

#define QUERY_COLUMN_BIT(column) (UINT64_C(1) << (column))

/* The columns that must be loaded to tell these. */
uint64_t query_store_needs(const struct query_table *table, uint64_t columns);

/* ---- filling ---- */

/* Begins to fill these columns, which are not loaded; with none, rows are only counted. */
void query_store_fill(struct query_store *store, uint64_t columns);

void query_store_add_chunks(struct query_store *store);

/* A new row; all of its values are NULL. */
static inline uint32_t query_store_add(struct query_store *store)
{
    if (store->filled == UINT32_MAX) /* more rows than there can be events in a file of this size */
        return UINT32_MAX - 1;
    if (store->filled % QUERY_CHUNK_ROWS == 0)
        query_store_add_chunks(store);
    return store->filled++;
}

/* Columns that are not being filled are left out. */
static inline void query_put(struct query_store *store, unsigned column, uint32_t row, int64_t value)
{
    if (!(store->filling >> column & 1))
        return;
    void *chunk = store->cells[column].chunks.at[row / QUERY_CHUNK_ROWS];
    uint32_t i = row % QUERY_CHUNK_ROWS;
    switch (store->table->columns[column].storage.kind) {
    case QUERY_NUMBER: ((uint64_t *)chunk)[i] = (uint64_t)value ^ (uint64_t)INT64_MIN; break;
    case QUERY_WORD: ((uint8_t *)chunk)[i] = (uint8_t)(value + 1); break;
    case QUERY_FLAG: ((uint8_t *)chunk)[i] = value != 0; break;
    default: ((uint32_t *)chunk)[i] = (uint32_t)value; break;
    }
}

/* A new row that lies before all that query_store_add gave, if there is room for it. */
static inline uint32_t query_store_add_early(struct query_store *store)
{
    return store->early < store->room ? store->room - ++store->early : query_store_add(store);
}

void query_put_message(struct query_store *store, unsigned column, uint32_t row, struct base_str text);

/* A number of 64 bits without sign; those that SQL does not know become the largest it does. */
static inline int64_t query_number_of(uint64_t value)
{
    return value > INT64_MAX ? INT64_MAX : (int64_t)value;
}

/* What was filled is loaded from now on. */
void query_store_seal(struct query_store *store);

/* What was filled is forgotten. */
void query_store_drop(struct query_store *store);

/* ---- reading ---- */

static inline int64_t query_number(const struct query_store *store, unsigned column, uint32_t row)
{
    const uint64_t *chunk = store->cells[column].chunks.at[row / QUERY_CHUNK_ROWS];
    return (int64_t)(chunk[row % QUERY_CHUNK_ROWS] ^ (uint64_t)INT64_MIN);
}

/* Of two columns of numbers. */
static inline int64_t query_span(const struct query_store *store, const struct query_storage *span, uint32_t row)
{
    int64_t of = query_number(store, span->of, row), less = query_number(store, span->less, row);
    return of == QUERY_NO_NUMBER || less == QUERY_NO_NUMBER ? QUERY_NO_NUMBER : of - less;
}

/* The value of a column as a number that equal values share: of names the symbol that stands for all that read the
 * same. QUERY_NO_NUMBER: NULL. Not of texts that are not kept as symbols. */
static inline int64_t query_key(const struct query_store *store, unsigned column, uint32_t row)
{
    const struct query_storage *storage = &store->table->columns[column].storage;
    if (storage->kind == QUERY_NUMBER)
        return query_number(store, column, row);
    if (storage->kind == QUERY_SPAN)
        return query_span(store, storage, row);
    const void *chunk = store->cells[column].chunks.at[row / QUERY_CHUNK_ROWS];
    uint32_t i = row % QUERY_CHUNK_ROWS, small;
    switch (storage->kind) {
    case QUERY_WORD: return ((const uint8_t *)chunk)[i] ? ((const uint8_t *)chunk)[i] - 1 : QUERY_NO_NUMBER;
    case QUERY_FLAG: return ((const uint8_t *)chunk)[i];
    case QUERY_SMALL: return ((const uint32_t *)chunk)[i];
    default:
        small = ((const uint32_t *)chunk)[i];
        return small ? query_name_key(store->names, storage->kind == QUERY_NAME, small) : QUERY_NO_NUMBER;
    }
}

/* Where a key stands among those of its column: what orders sort by. NULL comes first. Names must have their ranks. */
static inline int64_t query_place(const struct query_store *store, unsigned column, int64_t key)
{
    if (key == QUERY_NO_NUMBER)
        return key;
    switch (store->table->columns[column].storage.kind) {
    case QUERY_NAME: return (uint64_t)key < store->names->texts.count ? store->names->ranks[key] : key;
    case QUERY_WORD: return store->word_ranks[column][key];
    default: return key;
    }
}

struct base_str query_message(const struct query_store *store, unsigned column, uint32_t row);

/* Whether a column has keys. */
bool query_has_keys(const struct query_column *column);

/* The order by these columns; the same one again if it is asked for again. NULL if there are too many already. */
struct query_order *query_store_order(struct query_store *store, const uint8_t *columns, size_t count);

/* Makes it, if that was not done; all its columns are loaded. The rows are valid as long as the store. */
const uint32_t *query_order_rows(struct query_store *store, struct query_order *order);

/* How many rows an order has for one set of values; 0: not known yet. */
uint64_t query_order_rows_each(struct query_store *store, struct query_order *order);

#endif
