#include "base/text.h"

#include "base/memory.h"
#include "base/unicode.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { FLUSH_BYTES = 1 << 16 };

struct base_text base_text_to_fd(int fd)
{
    return (struct base_text){.to_fd = true, .fd = fd};
}

static void write_out(struct base_text *text)
{
    size_t done = 0;
    while (done < text->size && !text->failed) {
        ssize_t n = write(text->fd, text->data + done, text->size - done);
        if (n >= 0)
            done += (size_t)n;
        else if (errno != EINTR)
            text->failed = errno;
    }
    text->size = 0;
}

void base_text_reserve(struct base_text *text, size_t extra)
{
    if (text->capacity - text->size >= extra)
        return;
    if (text->to_fd && text->size)
        write_out(text);
    if (text->capacity - text->size < extra) {
        size_t need = text->size + extra;
        if (text->to_fd && need < FLUSH_BYTES)
            need = FLUSH_BYTES;
        text->data = base_grow(text->data, &text->capacity, need, 1);
    }
}

void base_text_bytes(struct base_text *text, const void *bytes, size_t size)
{
    if (!size)
        return;
    base_text_reserve(text, size);
    memcpy(text->data + text->size, bytes, size);
    text->size += size;
}

void base_text_add(struct base_text *text, const char *string)
{
    base_text_bytes(text, string, strlen(string));
}

void base_text_str(struct base_text *text, struct base_str string)
{
    base_text_bytes(text, string.data, string.size);
}

void base_text_char(struct base_text *text, char c)
{
    base_text_reserve(text, 1);
    text->data[text->size++] = c;
}

void base_text_u64(struct base_text *text, uint64_t value)
{
    char digits[20];
    size_t at = sizeof digits;
    do
        digits[--at] = (char)('0' + value % 10);
    while (value /= 10);
    base_text_bytes(text, digits + at, sizeof digits - at);
}

void base_text_i64(struct base_text *text, int64_t value)
{
    if (value < 0)
        base_text_char(text, '-');
    base_text_u64(text, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void base_text_hex(struct base_text *text, uint64_t value)
{
    char digits[16];
    size_t at = sizeof digits;
    do
        digits[--at] = "0123456789abcdef"[value & 15];
    while (value >>= 4);
    base_text_bytes(text, digits + at, sizeof digits - at);
}

void base_text_format(struct base_text *text, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int size = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (size > 0) {
        base_text_reserve(text, (size_t)size + 1);
        vsnprintf(text->data + text->size, (size_t)size + 1, format, again);
        text->size += (size_t)size;
    }
    va_end(again);
}

static const char *short_escape(uint32_t rune)
{
    switch (rune) {
    case '\a': return "\\a";
    case '\b': return "\\b";
    case '\t': return "\\t";
    case '\n': return "\\n";
    case '\v': return "\\v";
    case '\f': return "\\f";
    case '\r': return "\\r";
    case '"': return "\\\"";
    case '\\': return "\\\\";
    default: return NULL;
    }
}

void base_text_quote(struct base_text *text, struct base_str string)
{
    base_text_char(text, '"');
    for (size_t i = 0; i < string.size;) {
        uint32_t rune;
        size_t size = base_utf8_decode(string.data + i, string.size - i, &rune);
        const char *escape = size ? short_escape(rune) : NULL;
        if (!size)
            base_text_format(text, "\\x%02x", (unsigned char)string.data[i]);
        else if (escape)
            base_text_add(text, escape);
        else if (base_unicode_printable(rune))
            base_text_bytes(text, string.data + i, size);
        else if (rune < 0x20 || rune == 0x7f)
            base_text_format(text, "\\x%02x", (unsigned)rune);
        else
            base_text_format(text, rune < 0x10000 ? "\\u%04x" : "\\U%08x", (unsigned)rune);
        i += size ? size : 1;
    }
    base_text_char(text, '"');
}

/* How many bytes from `at` on are ASCII that can be printed, as most of all text is. */
static size_t plain_bytes(const char *at, size_t size)
{
    size_t count = 0;
    while (count < size && at[count] >= ' ' && at[count] < 0x7f)
        count++;
    return count;
}

void base_text_safely(struct base_text *text, struct base_str string)
{
    for (size_t i = 0; i < string.size;) {
        size_t plain = plain_bytes(string.data + i, string.size - i);
        base_text_bytes(text, string.data + i, plain);
        i += plain;
        if (i == string.size)
            break;
        uint32_t rune;
        size_t size = base_utf8_decode(string.data + i, string.size - i, &rune);
        if (size && base_unicode_printable(rune))
            base_text_bytes(text, string.data + i, size);
        else
            base_text_char(text, '?');
        i += size ? size : 1;
    }
}

void base_text_utf8(struct base_text *text, struct base_str string)
{
    for (size_t i = 0; i < string.size;) {
        uint32_t rune;
        size_t size = base_utf8_decode(string.data + i, string.size - i, &rune);
        if (size)
            base_text_bytes(text, string.data + i, size);
        else
            base_text_add(text, "\xef\xbf\xbd");
        i += size ? size : 1;
    }
}

/* How many bytes from `at` on stand in a JSON string as they are: ASCII, as most of all text. */
static size_t plain_in_json(const char *at, size_t size)
{
    size_t count = 0;
    while (count < size) {
        unsigned char c = (unsigned char)at[count];
        if (c < 0x20 || c >= 0x80 || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&')
            break;
        count++;
    }
    return count;
}

/* The code point at `at`, which has a form of its own in JSON or is none; returns how many bytes it takes. */
static size_t add_escaped(struct base_text *text, const char *at, size_t size)
{
    uint32_t rune;
    size_t step = base_utf8_decode(at, size, &rune);
    if (!step)
        base_text_add(text, "\\ufffd");
    else if (rune == '"' || rune == '\\')
        base_text_format(text, "\\%c", (char)rune);
    else if (rune == '\n')
        base_text_add(text, "\\n");
    else if (rune == '\t')
        base_text_add(text, "\\t");
    else if (rune < 0x80 || rune == 0x2028 || rune == 0x2029)
        base_text_format(text, "\\u%04x", (unsigned)rune);
    else
        base_text_bytes(text, at, step);
    return step ? step : 1;
}

void base_text_json(struct base_text *text, struct base_str string)
{
    base_text_char(text, '"');
    for (size_t i = 0; i < string.size;) {
        size_t plain = plain_in_json(string.data + i, string.size - i);
        base_text_bytes(text, string.data + i, plain);
        i += plain;
        if (i < string.size)
            i += add_escaped(text, string.data + i, string.size - i);
    }
    base_text_char(text, '"');
}

/* value / 10^digits with trailing zeros of the fraction removed. */
static void add_decimal(struct base_text *text, uint64_t value, int digits)
{
    uint64_t scale = 1;
    for (int i = 0; i < digits; i++)
        scale *= 10;
    base_text_u64(text, value / scale);
    uint64_t fraction = value % scale;
    if (!fraction)
        return;
    while (fraction % 10 == 0) {
        fraction /= 10;
        digits--;
    }
    base_text_format(text, ".%0*llu", digits, (unsigned long long)fraction);
}

void base_text_duration(struct base_text *text, int64_t ns)
{
    uint64_t rest = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;
    if (!ns) {
        base_text_add(text, "0s");
        return;
    }
    if (ns < 0)
        base_text_char(text, '-');
    if (rest < 1000000000) {
        int digits = rest < 1000 ? 0 : rest < 1000000 ? 3 : 6;
        add_decimal(text, rest, digits);
        base_text_add(text, digits == 0 ? "ns" : digits == 3 ? "\xc2\xb5s" : "ms");
        return;
    }
    uint64_t minutes = rest / 60000000000u;
    if (minutes >= 60)
        base_text_format(text, "%lluh", (unsigned long long)(minutes / 60));
    if (minutes)
        base_text_format(text, "%llum", (unsigned long long)(minutes % 60));
    add_decimal(text, rest % 60000000000u, 9);
    base_text_char(text, 's');
}

void base_text_duration_short(struct base_text *text, int64_t ns)
{
    static const struct {
        double unit_ns;
        const char *name;
    } units[] = {{1e9, "s"}, {1e6, "ms"}, {1e3, "\xc2\xb5s"}};
    double magnitude = fabs((double)ns);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (magnitude < units[i].unit_ns * 0.9995)
            continue;
        double value = (double)ns / units[i].unit_ns;
        int digits = fabs(value) < 9.995 ? 2 : fabs(value) < 99.95 ? 1 : 0;
        base_text_format(text, "%.*f%s", digits, value, units[i].name);
        return;
    }
    base_text_format(text, ns ? "%lldns" : "0s", (long long)ns);
}

void base_text_size(struct base_text *text, uint64_t bytes)
{
    static const char *const names[] = {"KiB", "MiB", "GiB"};
    if (bytes < 1024) {
        base_text_format(text, "%llu B", (unsigned long long)bytes);
        return;
    }
    double value = (double)bytes / 1024;
    size_t unit = 0;
    while (value >= 1024 && unit < 2) {
        value /= 1024;
        unit++;
    }
    base_text_format(text, "%.1f %s", value, names[unit]);
}

void base_text_moment(struct base_text *text, uint64_t unix_seconds, uint64_t nanoseconds)
{
    time_t seconds = (time_t)(unix_seconds + nanoseconds / 1000000000);
    struct tm local;
    if (!localtime_r(&seconds, &local)) {
        base_text_format(text, "%llu", (unsigned long long)unix_seconds);
        return;
    }
    base_text_format(text, "%04lld-%02d-%02dT%02d:%02d:", local.tm_year + 1900LL, local.tm_mon + 1, local.tm_mday,
                     local.tm_hour, local.tm_min);
    if (local.tm_sec < 10)
        base_text_char(text, '0');
    add_decimal(text, (uint64_t)local.tm_sec * 1000000000 + nanoseconds % 1000000000, 9);
    long offset = local.tm_gmtoff / 60;
    if (!offset)
        base_text_char(text, 'Z');
    else
        base_text_format(text, "%c%02ld:%02ld", offset < 0 ? '-' : '+', labs(offset) / 60, labs(offset) % 60);
}

bool base_text_flush(struct base_text *text)
{
    if (text->to_fd && text->size)
        write_out(text);
    return !text->failed;
}

const char *base_text_cstring(struct base_text *text)
{
    base_text_reserve(text, 1);
    text->data[text->size] = '\0';
    return text->data;
}

void base_text_release(struct base_text *text)
{
    free(text->data);
    *text = (struct base_text){0};
}

/* Reads digits into *value, which must stay below 2^63; returns what follows them, or NULL. */
static const char *parse_digits(const char *at, uint64_t *value)
{
    for (; *at >= '0' && *at <= '9'; at++) {
        if (*value > (uint64_t)INT64_MAX / 10)
            return NULL;
        *value = *value * 10 + (uint64_t)(*at - '0');
    }
    return at;
}

/* Reads one "12.5ms" of a duration and adds it; returns what follows it, or NULL. Whole units are exact, fractions are
 * cut off. */
static const char *parse_part(const char *at, uint64_t *total_ns)
{
    static const struct {
        const char *name;
        uint64_t ns;
    } units[] = {{"ns", 1},       {"us", 1000},      {"\xc2\xb5s", 1000}, {"\xce\xbcs", 1000},
                 {"ms", 1000000}, {"s", 1000000000}, {"m", 60000000000},  {"h", 3600000000000}};
    const char *begin = at;
    uint64_t whole = 0, fraction = 0;
    double scale = 1;
    bool digits;
    if (!(at = parse_digits(at, &whole)))
        return NULL;
    digits = at > begin;
    if (*at == '.')
        for (at++; *at >= '0' && *at <= '9'; at++, digits = true)
            if (scale < 1e18) {
                fraction = fraction * 10 + (uint64_t)(*at - '0');
                scale *= 10;
            }
    for (size_t i = 0; digits && i < sizeof units / sizeof *units; i++) {
        size_t size = strlen(units[i].name);
        if (strncmp(at, units[i].name, size) != 0)
            continue;
        uint64_t part = (uint64_t)((double)fraction * ((double)units[i].ns / scale));
        if (__builtin_mul_overflow(whole, units[i].ns, &whole) || __builtin_add_overflow(whole, part, &part) ||
            __builtin_add_overflow(*total_ns, part, total_ns))
            return NULL;
        return at + size;
    }
    return NULL;
}

bool base_duration_parse(const char *string, int64_t *ret_ns)
{
    bool negative = *string == '-';
    uint64_t total_ns = 0;
    if (*string == '-' || *string == '+')
        string++;
    if (strcmp(string, "0") == 0) {
        *ret_ns = 0;
        return true;
    }
    if (!*string)
        return false;
    while (*string)
        if (!(string = parse_part(string, &total_ns)))
            return false;
    if (total_ns > (uint64_t)INT64_MAX)
        return false;
    *ret_ns = negative ? -(int64_t)total_ns : (int64_t)total_ns;
    return true;
}
