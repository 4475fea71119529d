#include "wire/dump.h"

#include "base/memory.h"
#include "base/sort.h"
#include "base/threads.h"
#include "base/unicode.h"
#include "wire/cursor.h"
#include "wire/event.h"
#include "wire/header.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TYPES = 256, COLUMNS = 5, ROWS = TYPES + 2 };

/* One event as it stands in the file. */
struct dumped {
    unsigned type;
    const struct wire_event_spec *spec;
    uint64_t args[WIRE_MAX_ARGS];
    struct wire_cursor payload; /* frames, or data without its length */
    uint64_t canonical_bytes;   /* with every number as short as it can be */
};

/* Reads a number; adds its shortest length to *bytes. */
static inline uint64_t read_counted(struct wire_cursor *cursor, uint64_t *bytes)
{
    const uint8_t *begin = cursor->at;
    uint64_t value = wire_read_uvarint(cursor);
    size_t size = (size_t)(cursor->at - begin);
    if (size > 1 && begin[size - 1] == 0) /* padded with 0x80 … 0x00 */
        do
            size--;
        while (size > 1 && begin[size - 1] == 0x80);
    *bytes += size;
    return value;
}

static void read_payload(struct wire_cursor *cursor, struct dumped *event)
{
    event->payload.at = cursor->at;
    if (event->spec->payload == WIRE_PAYLOAD_FRAMES) {
        for (uint64_t i = 0; i < event->args[1] && !cursor->failure; i++)
            for (int field = 0; field < 4; field++)
                read_counted(cursor, &event->canonical_bytes);
    } else {
        uint64_t size = read_counted(cursor, &event->canonical_bytes);
        event->payload.at = cursor->at;
        if (size > wire_cursor_left(cursor)) {
            if (!cursor->failure)
                cursor->failure = wire_cursor_left(cursor) ? WIRE_UNEXPECTED_EOF : WIRE_EOF;
            size = 0;
        }
        cursor->at += size;
        event->canonical_bytes += size;
    }
    event->payload.end = cursor->at;
}

/* Reads the next event. False at the end and on failure: then cursor->failure tells, or *ret_error. */
static inline bool next_event(struct wire_cursor *cursor, unsigned type_end, struct dumped *event,
                              struct base_error *ret_error)
{
    if (!wire_cursor_left(cursor))
        return false;
    event->type = *cursor->at;
    if (!event->type || event->type >= type_end)
        return base_fail(ret_error, "invalid event type: %u", event->type);
    cursor->at++;
    event->spec = &wire_events[event->type];
    event->canonical_bytes = 1;
    for (unsigned i = 0; i < event->spec->arg_count; i++)
        event->args[i] = read_counted(cursor, &event->canonical_bytes);
    if (event->spec->payload && !cursor->failure)
        read_payload(cursor, event);
    return !cursor->failure;
}

/* An end of the file where an event or an argument should begin is a proper end. */
static bool finish(const struct base_mapping *file, const struct wire_cursor *cursor, struct base_error *ret_error)
{
    if (!ret_error->cause && cursor->failure > WIRE_EOF)
        base_fail(ret_error, "%s", wire_failure_text(cursor->failure));
    if (ret_error->cause)
        base_error_place(ret_error, 0, 0, NO_THREAD, (uint64_t)(cursor->at - file->data));
    return !ret_error->cause;
}

static void print_argument(struct base_text *out, const char *separator, const char *name, uint64_t value)
{
    base_text_add(out, separator);
    base_text_add(out, name);
    base_text_char(out, '=');
    base_text_u64(out, value);
}

static void print_event(struct base_text *out, const struct dumped *event)
{
    static const char *const fields[] = {"\tpc", " func", " file", " line"};
    base_text_add(out, event->spec->name ? event->spec->name : "");
    for (unsigned i = 0; i < event->spec->arg_count; i++)
        print_argument(out, " ", event->spec->args[i], event->args[i]);
    base_text_char(out, '\n');
    struct wire_cursor payload = event->payload;
    if (event->spec->payload == WIRE_PAYLOAD_FRAMES) {
        while (wire_cursor_left(&payload)) {
            for (int field = 0; field < 4; field++)
                print_argument(out, "", fields[field], wire_read_uvarint(&payload));
            base_text_char(out, '\n');
        }
    } else if (event->spec->payload == WIRE_PAYLOAD_DATA && wire_cursor_left(&payload)) {
        base_text_add(out, "\tdata=");
        base_text_quote(out, (struct base_str){(const char *)payload.at, wire_cursor_left(&payload)});
        base_text_char(out, '\n');
    }
}

static struct wire_cursor after_header(const struct base_mapping *file)
{
    return wire_cursor_of(file->data + WIRE_HEADER_BYTES, file->size - WIRE_HEADER_BYTES);
}

bool wire_dump_events(const struct base_mapping *file, struct base_text *out, struct base_error *ret_error)
{
    struct wire_header header;
    if (!wire_header_read_v2(file, &header, ret_error))
        return false;
    struct wire_cursor cursor = after_header(file);
    struct dumped event = {.spec = &wire_events[WIRE_NONE]};
    while (next_event(&cursor, wire_version_type_end(header.version), &event, ret_error))
        print_event(out, &event);
    return finish(file, &cursor, ret_error);
}

struct row {
    unsigned type;
    uint64_t bytes, count;
};

static bool more_bytes(const void *a, const void *b, void *context)
{
    (void)context;
    return ((const struct row *)a)->bytes > ((const struct row *)b)->bytes;
}

/* Characters, as the official tool counts the width of a cell. */
static size_t characters(const char *text)
{
    size_t count = 0;
    for (; *text; text++)
        count += ((unsigned char)*text & 0xc0) != 0x80;
    return count;
}

/* Left-aligned columns, two spaces apart. */
static void print_table(struct base_text *out, char (*cells)[COLUMNS][32])
{
    size_t widths[COLUMNS] = {0};
    for (size_t row = 0; row < ROWS; row++) {
        for (size_t column = 0; column < COLUMNS; column++) {
            size_t width = characters(cells[row][column]);
            if (width > widths[column])
                widths[column] = width;
        }
    }
    for (size_t row = 0; row < ROWS; row++) {
        for (size_t column = 0; column < COLUMNS; column++) {
            base_text_add(out, cells[row][column]);
            size_t pad = column + 1 < COLUMNS ? widths[column] + 2 - characters(cells[row][column]) : 0;
            while (pad--)
                base_text_char(out, ' ');
        }
        base_text_char(out, '\n');
    }
}

static void print_footprint(struct base_text *out, int version, const struct row *rows, uint64_t file_bytes)
{
    static char cells[ROWS][COLUMNS][32];
    static const char *const headings[COLUMNS] = {"Event", "Bytes", "%", "Count", "%"};
    uint64_t events = 0;
    for (size_t i = 0; i < TYPES; i++)
        events += rows[i].count;
    for (size_t column = 0; column < COLUMNS; column++) {
        strcpy(cells[0][column], headings[column]);
        strcpy(cells[1][column], "-");
    }
    for (size_t i = 0; i < TYPES; i++) {
        const char *name = wire_event_name(version, rows[i].type);
        if (name)
            snprintf(cells[i + 2][0], 32, "%s", name);
        else
            snprintf(cells[i + 2][0], 32, "<unknown (%u)>", rows[i].type);
        snprintf(cells[i + 2][1], 32, "%llu", (unsigned long long)rows[i].bytes);
        snprintf(cells[i + 2][2], 32, "%.2f%%", (double)rows[i].bytes / (double)file_bytes * 100);
        snprintf(cells[i + 2][3], 32, "%llu", (unsigned long long)rows[i].count);
        if (events)
            snprintf(cells[i + 2][4], 32, "%.2f%%", (double)rows[i].count / (double)events * 100);
        else
            strcpy(cells[i + 2][4], "NaN%");
    }
    print_table(out, cells);
}

/* ---- counting ---- */

enum {
    STRETCH_BYTES = 1024,                    /* looked over together */
    BEYOND_BYTES = WIRE_MAX_EVENT_BYTES + 8, /* and what count_plain reads of its last event */
    PARTS_AT_ONCE = 2,                       /* by one thread */
};

/* A piece of the file that begins with a batch, or with the first event, and what is in it. */
struct part {
    const uint8_t *end;
    unsigned type_end;
    struct wire_cursor cursor; /* up to the file's end: the last event may reach beyond the part */
    struct base_error error;
    const uint8_t *stretch_end;
    bool plain;                          /* no number of the stretch is malformed or padded */
    uint64_t lacking[TYPES];             /* EACH(0x80 - arguments); 0: count_plain does not take this type */
    uint64_t count[TYPES], bytes[TYPES]; /* bytes with every number as short as it can be */
};

/* A number in each byte of eight. */
#define EACH(byte) ((byte)*UINT64_C(0x0101010101010101))

/* In each of eight bytes, how many numbers have ended up to there. */
static inline uint64_t ended(const uint8_t *at)
{
    uint64_t eight;
    memcpy(&eight, at, sizeof eight);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    eight = __builtin_bswap64(eight);
#endif
    return (~eight >> 7 & EACH(1)) * EACH(1);
}

/* Counts an event without a payload in a plain stretch; returns where it ends, which is where as many numbers have
 * ended as it has arguments. All of its bytes count. */
static inline const uint8_t *count_plain(struct part *part, const uint8_t *at)
{
    const uint8_t *begin = at;
    unsigned type = *at++;
    uint64_t lacking = part->lacking[type], numbers = ended(at), reached;
    while (!(reached = (numbers + lacking) & EACH(0x80))) { /* a byte reaches 0x80 when nothing is lacking any more */
        lacking += EACH(numbers >> 56);
        at += 8;
        numbers = ended(at);
    }
    at += 1 + ((unsigned)__builtin_ctzll(reached) >> 3);
    part->count[type]++;
    part->bytes[type] += (uint64_t)(at - begin);
    return at;
}

static inline bool takes_plain(const struct part *part, const uint8_t *at)
{
    return at < part->stretch_end && part->lacking[*at];
}

/* Counts the next event, whatever it is. */
static bool count_any(struct part *part)
{
    struct dumped event = {.spec = &wire_events[WIRE_NONE]};
    if (!next_event(&part->cursor, part->type_end, &event, &part->error))
        return false;
    part->count[event.type]++;
    part->bytes[event.type] += event.canonical_bytes;
    return true;
}

/* Whether one of these numbers may be padded: where a byte with the high bit is followed by 0. */
static bool has_padding(const uint8_t *bytes, size_t count)
{
    uint8_t found = 0;
    for (size_t i = 1; i < count; i++)
        found |= (uint8_t)(-(bytes[i] == 0) & bytes[i - 1]);
    return found >= 0x80;
}

static void begin_stretch(struct part *part)
{
    const uint8_t *begin = part->cursor.at;
    size_t left = (size_t)(part->end - begin), size = left < STRETCH_BYTES ? left : STRETCH_BYTES;
    part->stretch_end = begin + size;
    size += BEYOND_BYTES;
    part->plain =
        size <= wire_cursor_left(&part->cursor) && !wire_has_long_run(begin, size) && !has_padding(begin, size);
}

/* Counts up to an event that count_plain can take. False at the end of the part, or of what can be read. */
static bool count_to_plain(struct part *part)
{
    while (part->cursor.at < part->end) {
        if (part->cursor.at >= part->stretch_end)
            begin_stretch(part);
        if (part->plain && takes_plain(part, part->cursor.at))
            return true;
        if (!count_any(part))
            part->end = part->cursor.at;
    }
    return false;
}

static void count_part(struct part *part)
{
    while (count_to_plain(part))
        do
            part->cursor.at = count_plain(part, part->cursor.at);
        while (takes_plain(part, part->cursor.at));
}

/* Where an event begins is known only when the one before has been read; the processor does two such chains in the
 * time of one. */
static void count_two(struct part *a, struct part *b)
{
    while (count_to_plain(a) && count_to_plain(b)) {
        const uint8_t *at_a = a->cursor.at, *at_b = b->cursor.at;
        do {
            at_a = count_plain(a, at_a);
            at_b = count_plain(b, at_b);
        } while (takes_plain(a, at_a) && takes_plain(b, at_b));
        a->cursor.at = at_a;
        b->cursor.at = at_b;
    }
    count_part(a);
    count_part(b);
}

/* ---- in parts ---- */

static struct part part_from(const struct base_mapping *file, const uint8_t *begin, unsigned type_end)
{
    const uint8_t *end = file->data + file->size;
    struct part part = {.end = end, .type_end = type_end, .cursor = {begin, end, WIRE_OK}, .stretch_end = begin};
    for (unsigned type = 0; type < type_end; type++)
        if (wire_events[type].arg_count && !wire_events[type].payload)
            part.lacking[type] = EACH(UINT64_C(0x80) - wire_events[type].arg_count);
    return part;
}

/* Parts of about the same size, as far as headers of batches tell where the next one is; returns how many. */
static unsigned find_parts(const struct base_mapping *file, unsigned type_end, struct part *parts, unsigned most)
{
    struct wire_cursor cursor = after_header(file);
    struct dumped event = {.spec = &wire_events[WIRE_NONE]};
    struct base_error ignored = BASE_NO_ERROR;
    unsigned count = 1;
    parts[0] = part_from(file, cursor.at, type_end);
    while (count < most && next_event(&cursor, type_end, &event, &ignored)) {
        if (event.type == WIRE_EVENT_BATCH && event.args[3] <= wire_cursor_left(&cursor))
            cursor.at += event.args[3];
        if ((uint64_t)(cursor.at - file->data) >= file->size / most * count) {
            parts[count - 1].end = cursor.at;
            parts[count++] = part_from(file, cursor.at, type_end);
        }
    }
    base_error_release(&ignored);
    return count;
}

struct parts {
    struct part *parts;
    unsigned count;
};

static void count_some(void *context, unsigned index)
{
    const struct parts *all = context;
    unsigned first = index * PARTS_AT_ONCE;
    if (first + 1 < all->count)
        count_two(&all->parts[first], &all->parts[first + 1]);
    else
        count_part(&all->parts[first]);
}

/* Whether each part ended where the next one begins, so that together they are the file from its begin to its end. */
static bool fit_together(const struct part *parts, unsigned count)
{
    for (unsigned i = 0; i + 1 < count; i++)
        if (parts[i].cursor.at != parts[i].end || parts[i].cursor.failure || parts[i].error.cause)
            return false;
    return true;
}

static void add_up(const struct part *parts, unsigned count, struct row *rows)
{
    for (unsigned type = 0; type < TYPES; type++) {
        rows[type] = (struct row){.type = type};
        for (unsigned i = 0; i < count; i++) {
            rows[type].count += parts[i].count[type];
            rows[type].bytes += parts[i].bytes[type];
        }
    }
}

static void release(struct part *parts, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        base_error_release(&parts[i].error);
}

bool wire_dump_footprint(const struct base_mapping *file, struct base_text *out, struct base_error *ret_error)
{
    struct wire_header header;
    if (!wire_header_read_v2(file, &header, ret_error))
        return false;
    unsigned type_end = wire_version_type_end(header.version), most = PARTS_AT_ONCE * base_threads_for(file->size);
    struct part *parts = base_zalloc(most, sizeof *parts);
    unsigned count = find_parts(file, type_end, parts, most);
    base_os_read_ahead(file);
    base_threads_each((count + PARTS_AT_ONCE - 1) / PARTS_AT_ONCE, count_some, &(struct parts){parts, count});
    if (!fit_together(parts, count)) {
        release(parts, count);
        count = 1;
        parts[0] = part_from(file, after_header(file).at, type_end);
        count_part(&parts[0]);
    }
    struct part *last = &parts[count - 1];
    *ret_error = last->error;
    last->error = BASE_NO_ERROR;
    bool done = finish(file, &last->cursor, ret_error);
    if (done) {
        struct row rows[TYPES];
        add_up(parts, count, rows);
        base_sort_go(rows, TYPES, sizeof *rows, more_bytes, NULL);
        print_footprint(out, header.version, rows, file->size);
    }
    release(parts, count);
    free(parts);
    return done;
}
