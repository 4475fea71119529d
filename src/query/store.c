#include "query/store.h"

#include "base/sort.h"

/* Digits of the sort: few for few rows, as each counts all its values. */
enum { FEW_ROWS = 1 << 16, FEW_BITS = 8, MANY_BITS = 16 };

static const uint8_t widths_bytes[QUERY_KINDS] = {
    [QUERY_NUMBER] = 8,
    [QUERY_SMALL] = 4,
    [QUERY_NAME] = 4,
    [QUERY_STACK] = 4,
    [QUERY_WORD] = 1,
    [QUERY_FLAG] = 1,
    [QUERY_MESSAGE] = sizeof(struct base_str),
};

static size_t width_of(const struct query_store *store, size_t column)
{
    return widths_bytes[store->table->columns[column].storage.kind];
}

static void rank_words(const char *const *words, uint8_t *ret_ranks, uint8_t *ret_sizes)
{
    for (size_t i = 0; words[i]; i++) {
        ret_sizes[i] = (uint8_t)strlen(words[i]);
        for (size_t j = 0; words[j]; j++)
            ret_ranks[i] = (uint8_t)(ret_ranks[i] + (strcmp(words[j], words[i]) < 0));
    }
}

void query_store_init(struct query_store *store, const struct query_table *table, struct query_names *names)
{
    *store = (struct query_store){.table = table, .names = names};
    for (size_t i = 0; i < table->column_count; i++)
        if (table->columns[i].storage.kind == QUERY_WORD)
            rank_words(table->columns[i].storage.words, store->word_ranks[i], store->word_sizes[i]);
    pthread_mutex_init(&store->lock, NULL);
}

static void cells_release(struct query_cells *cells)
{
    base_vec_release(&cells->chunks);
    base_pages_release(&cells->pages);
}

void query_store_release(struct query_store *store)
{
    for (size_t i = 0; i < QUERY_MOST_COLUMNS; i++)
        cells_release(&store->cells[i]);
    for (size_t i = 0; i < store->order_count; i++)
        base_pages_release(&store->orders[i].pages);
    base_vec_release(&store->runs);
    pthread_mutex_destroy(&store->lock);
}

uint64_t query_store_needs(const struct query_table *table, uint64_t columns)
{
    uint64_t needs = 0;
    for (size_t i = 0; i < table->column_count; i++) {
        const struct query_storage *storage = &table->columns[i].storage;
        if (!(columns & QUERY_COLUMN_BIT(i)))
            continue;
        if (storage->kind == QUERY_SPAN)
            needs |= QUERY_COLUMN_BIT(storage->of) | QUERY_COLUMN_BIT(storage->less);
        else
            needs |= QUERY_COLUMN_BIT(storage->kind == QUERY_PATH ? storage->of : i);
    }
    return needs;
}

/* ---- filling ---- */

void query_store_add_chunks(struct query_store *store)
{
    for (size_t i = 0; i < store->table->column_count; i++)
        if (store->filling >> i & 1)
            *base_vec_add(&store->cells[i].chunks) =
                base_pages_alloc(&store->cells[i].pages, QUERY_CHUNK_ROWS * width_of(store, i));
}

void query_store_fill(struct query_store *store, uint64_t columns)
{
    store->adding = true;
    store->filling = columns;
    /* Needed to sort by. */
    if (columns && !store->sorted && store->table->time != QUERY_NO_TIME)
        store->filling |= QUERY_COLUMN_BIT(store->table->time);
    store->filled = store->room;
    store->early = 0;
    if (store->room)
        query_store_add_chunks(store);
}

static void *cell_at(const struct query_store *store, const struct query_cells *cells, size_t column, uint32_t row)
{
    return (char *)cells->chunks.at[row / QUERY_CHUNK_ROWS] + row % QUERY_CHUNK_ROWS * width_of(store, column);
}

void query_put_message(struct query_store *store, unsigned column, uint32_t row, struct base_str text)
{
    if (store->filling >> column & 1)
        memcpy(cell_at(store, &store->cells[column], column, row), &text, sizeof text);
}

struct base_str query_message(const struct query_store *store, unsigned column, uint32_t row)
{
    struct base_str text;
    memcpy(&text, cell_at(store, &store->cells[column], column, row), sizeof text);
    return text;
}

/* Rows that come before one that was added earlier. They are few: what was told of late. */
struct late {
    BASE_VEC(uint32_t) rows;
};

/* Times as they lie in memory: their order is the same. */
static uint64_t raw_time(const struct query_store *store, uint32_t row)
{
    const uint64_t *chunk = store->cells[store->table->time].chunks.at[row / QUERY_CHUNK_ROWS];
    return chunk[row % QUERY_CHUNK_ROWS];
}

static bool starts_before(const void *a, const void *b, void *context)
{
    return raw_time(context, *(const uint32_t *)a) < raw_time(context, *(const uint32_t *)b);
}

static void find_late(const struct query_store *store, struct late *late)
{
    uint64_t latest = 0;
    for (uint32_t row = store->first; row < store->first + store->rows; row++) {
        uint64_t time = raw_time(store, row);
        if (time < latest)
            *base_vec_add(&late->rows) = row;
        else
            latest = time;
    }
}

static void add_to_runs(struct query_store *store, uint32_t row)
{
    size_t count = store->runs.count;
    if (count && store->runs.at[count - 1].first + store->runs.at[count - 1].count == row) {
        store->runs.at[count - 1].count++;
        return;
    }
    struct query_run *run = base_vec_add(&store->runs);
    *run = (struct query_run){row, 1};
}

/* The rows by time: the late ones, which are sorted, put between the others. */
static void merge_late(struct query_store *store, const struct late *by_row, const struct late *by_time)
{
    size_t skip = 0, next = 0;
    for (uint32_t row = store->first; row < store->first + store->rows; row++) {
        if (skip < by_row->rows.count && by_row->rows.at[skip] == row) {
            skip++;
            continue;
        }
        while (next < by_time->rows.count && starts_before(&by_time->rows.at[next], &row, store))
            add_to_runs(store, by_time->rows.at[next++]);
        add_to_runs(store, row);
    }
    while (next < by_time->rows.count)
        add_to_runs(store, by_time->rows.at[next++]);
}

static void sort_by_time(struct query_store *store)
{
    struct late by_row = {0}, by_time = {0};
    find_late(store, &by_row);
    if (by_row.rows.count) {
        base_vec_copy(&by_time.rows, &by_row.rows);
        base_sort_stable(by_time.rows.at, by_time.rows.count, sizeof *by_time.rows.at, starts_before, store);
        merge_late(store, &by_row, &by_time);
    }
    base_vec_release(&by_row.rows);
    base_vec_release(&by_time.rows);
    store->sorted = true;
}

/* Copies a run of a column, chunk by chunk. */
static void move_run(const struct query_store *store, size_t column, const struct query_cells *from,
                     struct query_run run, uint32_t to)
{
    while (run.count && from->chunks.at && store->cells[column].chunks.at) {
        uint32_t in_from = QUERY_CHUNK_ROWS - run.first % QUERY_CHUNK_ROWS;
        uint32_t in_to = QUERY_CHUNK_ROWS - to % QUERY_CHUNK_ROWS;
        uint32_t part = in_from < in_to ? in_from : in_to;
        part = part < run.count ? part : run.count;
        memcpy(cell_at(store, &store->cells[column], column, to), cell_at(store, from, column, run.first),
               part * width_of(store, column));
        to += part;
        run.first += part;
        run.count -= part;
    }
}

/* Puts the rows of a column where they belong. */
static void move_rows(struct query_store *store, size_t column)
{
    struct query_cells old = store->cells[column], *cells = &store->cells[column];
    uint32_t to = store->first;
    *cells = (struct query_cells){0};
    for (size_t i = 0; i < old.chunks.count; i++)
        *base_vec_add(&cells->chunks) = base_pages_alloc(&cells->pages, QUERY_CHUNK_ROWS * width_of(store, column));
    for (size_t i = 0; i < store->runs.count; to += store->runs.at[i++].count)
        move_run(store, column, &old, store->runs.at[i], to);
    cells_release(&old);
}

void query_store_seal(struct query_store *store)
{
    unsigned time = store->table->time;
    if (!store->sealed) {
        store->first = store->room - store->early;
        store->rows = store->filled - store->first;
    }
    store->sealed = true;
    while (store->filled < store->first + store->rows) /* the file has been changed since */
        (void)query_store_add(store);
    if (!store->sorted && time != QUERY_NO_TIME && store->filling >> time & 1)
        sort_by_time(store);
    for (size_t i = 0; i < store->table->column_count && store->runs.count; i++)
        if (store->filling >> i & 1)
            move_rows(store, i);
    store->loaded |= store->filling;
    store->filling = 0;
    store->adding = false;
}

void query_store_drop(struct query_store *store)
{
    for (size_t i = 0; i < store->table->column_count; i++)
        if (store->filling >> i & 1)
            cells_release(&store->cells[i]);
    store->filling = 0;
    store->adding = false;
}

/* ---- orders ---- */

bool query_has_keys(const struct query_column *column)
{
    return column->storage.kind != QUERY_MESSAGE && column->storage.kind != QUERY_PATH;
}

/* A digit of a key: NULL comes before all others. */
struct digits {
    const struct query_store *store;
    unsigned column, shift, bits;
    int64_t least;
};

static inline uint32_t digit_of(const struct digits *digits, uint32_t row)
{
    int64_t key = query_place(digits->store, digits->column, query_key(digits->store, digits->column, row));
    uint64_t place = key == QUERY_NO_NUMBER ? 0 : (uint64_t)key - (uint64_t)digits->least + 1;
    return (uint32_t)(place >> digits->shift) & ((UINT32_C(1) << digits->bits) - 1);
}

/* One stable pass. from: NULL for the rows as they are. */
static void pass(const struct digits *digits, const uint32_t *from, uint32_t *to, uint32_t *places)
{
    uint32_t first = digits->store->first, rows = digits->store->rows, sum = 0;
    memset(places, 0, sizeof *places << digits->bits);
    for (uint32_t row = first; row < first + rows; row++)
        places[digit_of(digits, row)]++;
    for (uint32_t i = 0; i < UINT32_C(1) << digits->bits; i++) {
        uint32_t count = places[i];
        places[i] = sum;
        sum += count;
    }
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t row = from ? from[i] : first + i;
        to[places[digit_of(digits, row)]++] = row;
    }
}

/* The least and how far the greatest is from NULL, which is one before it. */
static uint64_t range_of(const struct query_store *store, unsigned column, int64_t *ret_least)
{
    int64_t least = INT64_MAX, most = INT64_MIN + 1;
    uint8_t kind = store->table->columns[column].storage.kind;
    *ret_least = 0;
    if (kind == QUERY_WORD || kind == QUERY_FLAG)
        return QUERY_MOST_WORDS;
    for (uint32_t row = store->first; row < store->first + store->rows; row++) {
        int64_t key = query_place(store, column, query_key(store, column, row));
        if (key == QUERY_NO_NUMBER)
            continue;
        least = key < least ? key : least;
        most = key > most ? key : most;
    }
    *ret_least = least;
    return least > most ? 0 : (uint64_t)most - (uint64_t)least + 1;
}

static uint32_t *sort_rows(const struct query_store *store, const uint8_t *columns, size_t count,
                           struct base_pages *pages)
{
    struct digits digits = {.store = store, .bits = store->rows < FEW_ROWS ? FEW_BITS : MANY_BITS};
    struct base_pages spare_pages = {0};
    uint32_t *places = base_zalloc((size_t)1 << digits.bits, sizeof *places);
    uint32_t *kept = base_pages_alloc(pages, (size_t)store->rows * sizeof *kept);
    uint32_t *from = NULL, *to = kept, *spare = base_pages_alloc(&spare_pages, (size_t)store->rows * sizeof *spare);
    while (count--) {
        digits.column = columns[count];
        uint64_t range = range_of(store, digits.column, &digits.least);
        for (digits.shift = 0; digits.shift < 64 && range >> digits.shift; digits.shift += digits.bits) {
            pass(&digits, from, to, places);
            from = to;
            to = to == kept ? spare : kept;
        }
    }
    for (uint32_t i = 0; i < store->rows && from != kept; i++)
        kept[i] = from ? from[i] : store->first + i;
    base_pages_release(&spare_pages);
    free(places);
    return kept;
}

struct query_order *query_store_order(struct query_store *store, const uint8_t *columns, size_t count)
{
    struct query_order *order = NULL;
    pthread_mutex_lock(&store->lock);
    for (size_t i = 0; i < store->order_count && !order; i++)
        if (store->orders[i].column_count == count && memcmp(store->orders[i].columns, columns, count) == 0)
            order = &store->orders[i];
    if (!order && store->order_count < QUERY_MOST_ORDERS && count <= QUERY_MOST_KEYS) {
        order = &store->orders[store->order_count++];
        order->column_count = (uint8_t)count;
        memcpy(order->columns, columns, count);
    }
    pthread_mutex_unlock(&store->lock);
    return order;
}

/* How many different values there are; not worth counting where the kinds of values say it. */
static uint64_t count_distinct(const struct query_store *store, const struct query_order *order)
{
    unsigned column = order->columns[0], kind = store->table->columns[column].storage.kind;
    uint64_t distinct = store->rows != 0;
    if (order->column_count > 1 || kind == QUERY_WORD || kind == QUERY_FLAG)
        return 0;
    for (uint32_t i = 1; i < store->rows; i++)
        distinct += query_key(store, column, order->rows[i - 1]) != query_key(store, column, order->rows[i]);
    return distinct;
}

const uint32_t *query_order_rows(struct query_store *store, struct query_order *order)
{
    pthread_mutex_lock(&store->lock);
    if (!order->rows) {
        for (size_t i = 0; i < order->column_count; i++)
            if (store->table->columns[order->columns[i]].storage.kind == QUERY_NAME)
                query_names_rank(store->names);
        order->rows = sort_rows(store, order->columns, order->column_count, &order->pages);
        order->distinct = count_distinct(store, order);
    }
    const uint32_t *rows = order->rows;
    pthread_mutex_unlock(&store->lock);
    return rows;
}

uint64_t query_order_rows_each(struct query_store *store, struct query_order *order)
{
    pthread_mutex_lock(&store->lock);
    uint64_t each = order->rows && order->distinct ? store->rows / order->distinct + 1 : 0;
    pthread_mutex_unlock(&store->lock);
    return each;
}
