/* Texts that are built, and what they are built of. */
#include "support.h"

#include "base/unicode.h"

#include <stdlib.h>
#include <time.h>

/* ---- text ---- */

static void numbers(void **state)
{
    struct base_text text = {0};
    (void)state;
    base_text_u64(&text, 0);
    base_text_char(&text, ' ');
    base_text_u64(&text, UINT64_MAX);
    base_text_char(&text, ' ');
    base_text_i64(&text, INT64_MIN);
    base_text_char(&text, ' ');
    base_text_i64(&text, -1);
    base_text_char(&text, ' ');
    base_text_hex(&text, 0);
    base_text_char(&text, ' ');
    base_text_hex(&text, 0xdeadbeef00);
    base_text_format(&text, " %d%s", 5, "x");
    test_assert_text(&text, "0 18446744073709551615 -9223372036854775808 -1 0 deadbeef00 5x");
    base_text_release(&text);
}

static void durations(void **state)
{
    static const struct {
        int64_t ns;
        const char *text, *brief;
    } cases[] = {
        {0, "0s", "0s"},
        {1, "1ns", "1ns"},
        {999, "999ns", "999ns"},
        {1000, "1\xc2\xb5s", "1.00\xc2\xb5s"},
        {1100, "1.1\xc2\xb5s", "1.10\xc2\xb5s"},
        {999999, "999.999\xc2\xb5s", "1.00ms"},
        {1500000, "1.5ms", "1.50ms"},
        {12345678, "12.345678ms", "12.3ms"},
        {999999999, "999.999999ms", "1.00s"},
        {1000000000, "1s", "1.00s"},
        {61000000001, "1m1.000000001s", "61.0s"},
        {123000000000, "2m3s", "123s"},
        {3600000000000, "1h0m0s", "3600s"},
        {INT64_MAX, "2562047h47m16.854775807s", "9223372037s"},
        {INT64_MIN, "-2562047h47m16.854775808s", "-9223372037s"},
        {-1500000, "-1.5ms", "-1.50ms"},
        {-1, "-1ns", "-1ns"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct base_text text = {0};
        base_text_duration(&text, cases[i].ns);
        test_assert_text(&text, cases[i].text);
        text.size = 0;
        base_text_duration_short(&text, cases[i].ns);
        test_assert_text(&text, cases[i].brief);
        base_text_release(&text);
    }
}

static void durations_are_read(void **state)
{
    static const struct {
        const char *text;
        int64_t ns;
    } good[] = {
        {"0", 0},
        {"+0", 0},
        {"-0", 0},
        {"5ns", 5},
        {"100us", 100000},
        {"100\xc2\xb5s", 100000},
        {"100\xce\xbcs", 100000},
        {"-2ms", -2000000},
        {"+2ms", 2000000},
        {"1h2m3.5s", 3723500000000},
        {".5s", 500000000},
        {"1.s", 1000000000},
        {"1.000000001s", 1000000001},
        {"4.35s", 4350000000},
        {"0.1s0.2s", 300000000},
        {"2562047h47m16.854775807s", INT64_MAX},
    };
    static const char *const bad[] = {
        "",      "-",    "+",   "5",    "ms", ".",      ".s",       "1x",
        "1m 2s", "--1s", "1s-", "1e3s", "00", "1.2.3s", "9999999h", "99999999999999999999ns"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        int64_t ns = -7;
        assert_true(base_duration_parse(good[i].text, &ns));
        assert_int_equal(ns, good[i].ns);
    }
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        int64_t ns;
        if (base_duration_parse(bad[i], &ns))
            fail_msg("\"%s\" was read as a duration", bad[i]);
    }
}

/* What is printed is read back. */
static void durations_go_round(void **state)
{
    struct test_random random = {9};
    (void)state;
    for (int i = 0; i < 20000; i++) {
        int64_t ns = (int64_t)(test_random_below(&random, UINT64_MAX) >> (1 + test_random_below(&random, 62))),
                back = 0;
        struct base_text text = {0};
        base_text_duration(&text, ns);
        assert_true(base_duration_parse(base_text_cstring(&text), &back));
        assert_int_equal(back, ns);
        base_text_release(&text);
    }
}

static void quoting(void **state)
{
    static const struct {
        struct base_str text;
        const char *quoted;
    } cases[] = {
        {BASE_STR(""), "\"\""},
        {BASE_STR("plain text"), "\"plain text\""},
        {BASE_STR("\"\\"), "\"\\\"\\\\\""},
        {BASE_STR("\a\b\t\n\v\f\r"), "\"\\a\\b\\t\\n\\v\\f\\r\""},
        {BASE_STR("\0\x01\x1f\x7f"), "\"\\x00\\x01\\x1f\\x7f\""},
        {BASE_STR("\xc3\xa9\xe4\xb8\x96\xf0\x9f\x98\x80"), "\"\xc3\xa9\xe4\xb8\x96\xf0\x9f\x98\x80\""},
        {BASE_STR("\xff\xc3"), "\"\\xff\\xc3\""},
        {BASE_STR("\xc0\x80\xed\xa0\x80"), "\"\\xc0\\x80\\xed\\xa0\\x80\""}, /* over-long, a surrogate */
        {BASE_STR("\xc2\x85\xc2\xa0"), "\"\\u0085\\u00a0\""},                /* control, a space that is not ASCII */
        {BASE_STR("\xe2\x80\x8b\xef\xbb\xbf"), "\"\\u200b\\ufeff\""},        /* format */
        {BASE_STR("\xee\x80\x80"), "\"\\ue000\""},                           /* private use */
        {BASE_STR("\xf3\xa0\x80\x81\xf4\x8f\xbf\xbf"), "\"\\U000e0001\\U0010ffff\""},
        {BASE_STR("\xf4\x90\x80\x80"), "\"\\xf4\\x90\\x80\\x80\""}, /* above what there is */
        {BASE_STR("\xef\xbf\xbd"), "\"\xef\xbf\xbd\""},             /* U+FFFD itself */
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct base_text text = {0};
        base_text_quote(&text, cases[i].text);
        test_assert_text(&text, cases[i].quoted);
        base_text_release(&text);
    }
}

static void json_strings(void **state)
{
    static const struct {
        struct base_str text;
        const char *json;
    } cases[] = {
        {BASE_STR("a \"b\" \\ c/"), "\"a \\\"b\\\" \\\\ c/\""},
        {BASE_STR("\n\t\r\0\x1f"), "\"\\n\\t\\u000d\\u0000\\u001f\""},
        {BASE_STR("</script>&"), "\"\\u003c/script\\u003e\\u0026\""},
        {BASE_STR("\xe2\x80\xa8\xe2\x80\xa9"), "\"\\u2028\\u2029\""},
        {BASE_STR("\xc3\xa9\xff\xed\xa0\x80"), "\"\xc3\xa9\\ufffd\\ufffd\\ufffd\\ufffd\""},
        {BASE_STR("\xe4\xb8"), "\"\\ufffd\\ufffd\""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct base_text text = {0};
        base_text_json(&text, cases[i].text);
        test_assert_text(&text, cases[i].json);
        base_text_release(&text);
    }
}

static void sizes(void **state)
{
    static const struct {
        uint64_t bytes;
        const char *text;
    } cases[] = {{0, "0 B"},
                 {1023, "1023 B"},
                 {1024, "1.0 KiB"},
                 {1536, "1.5 KiB"},
                 {1 << 20, "1.0 MiB"},
                 {UINT64_C(3) << 29, "1.5 GiB"},
                 {UINT64_C(1) << 42, "4096.0 GiB"}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct base_text text = {0};
        base_text_size(&text, cases[i].bytes);
        test_assert_text(&text, cases[i].text);
        base_text_release(&text);
    }
}

static void moments(void **state)
{
    static const struct {
        uint64_t seconds, ns;
        const char *text;
    } cases[] = {
        {0, 0, "1970-01-01T00:00:00Z"},
        {1795174319, 151624864, "2026-11-20T11:31:59.151624864Z"},
        {1795174319, 500000000, "2026-11-20T11:31:59.5Z"},
        {1795174305, 1, "2026-11-20T11:31:45.000000001Z"},
        {1795174305, 1000000000, "2026-11-20T11:31:46Z"},
        {1709164800, 0, "2024-02-29T00:00:00Z"},
    };
    (void)state;
    setenv("TZ", "UTC", 1);
    tzset();
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct base_text text = {0};
        base_text_moment(&text, cases[i].seconds, cases[i].ns);
        test_assert_text(&text, cases[i].text);
        base_text_release(&text);
    }
    setenv("TZ", "XXX-05:30", 1); /* POSIX counts west */
    tzset();
    struct base_text text = {0};
    base_text_moment(&text, 0, 0);
    test_assert_text(&text, "1970-01-01T05:30:00+05:30");
    text.size = 0;
    setenv("TZ", "XXX03:00", 1);
    tzset();
    base_text_moment(&text, 0, 0);
    test_assert_text(&text, "1969-12-31T21:00:00-03:00");
    base_text_release(&text);
    setenv("TZ", "UTC", 1);
    tzset();
}

static void moments_of_hostile_traces(void **state)
{
    static const uint64_t seconds[] = {UINT64_MAX,        INT64_MAX,         (uint64_t)INT64_MAX + 1,
                                       67768036191676799, 67768036191676800, UINT64_C(1) << 55};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(seconds); i++) {
        struct base_text text = {0};
        base_text_moment(&text, seconds[i], UINT64_MAX);
        base_text_moment(&text, seconds[i], 0);
        assert_true(text.size > 0);
        base_text_release(&text);
    }
}

/* ---- unicode ---- */

static void every_code_point_is_decoded(void **state)
{
    (void)state;
    for (uint32_t rune = 0; rune < 0x120000; rune++) {
        char bytes[5] = {0};
        size_t size = rune < 0x80 ? 1 : rune < 0x800 ? 2 : rune < 0x10000 ? 3 : 4;
        static const uint8_t first[] = {0, 0, 0xc0, 0xe0, 0xf0};
        for (size_t i = size; i-- > 1;)
            bytes[i] = (char)(0x80 | (rune >> (6 * (size - 1 - i)) & 0x3f));
        bytes[0] = (char)(first[size] | rune >> (6 * (size - 1)));
        bool valid = rune <= 0x10ffff && (rune < 0xd800 || rune > 0xdfff);
        uint32_t decoded = 0;
        size_t got = base_utf8_decode(bytes, size, &decoded);
        if (got != (valid ? size : 0) || (valid && decoded != rune))
            fail_msg("U+%04X: %zu bytes", (unsigned)rune, got);
        if (size > 1 && base_utf8_decode(bytes, size - 1, &decoded))
            fail_msg("U+%04X is decoded although it is cut", (unsigned)rune);
    }
}

static void malformed_utf8(void **state)
{
    static const char *const bad[] = {"\x80",         "\xbf",         "\xc0\x80",         "\xc1\xbf",
                                      "\xe0\x80\x80", "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf", "\xf8\x88\x80\x80\x80",
                                      "\xff",         "\xfe",         "\xe4\x41\x80",     "\xc3\x28"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        uint32_t rune;
        assert_int_equal(base_utf8_decode(bad[i], strlen(bad[i]), &rune), 0);
    }
}

static void printable(void **state)
{
    static const uint32_t yes[] = {' ', '~', 0xa1, 0xe9, 0x301, 0x4e16, 0xac00, 0xfffd, 0x1f600, 0x20000};
    static const uint32_t no[] = {0,      0x1f,   0x7f,   0x80,   0xa0,   0xad,   0x200b,   0x2028,
                                  0x202e, 0x3000, 0xd800, 0xe000, 0xfeff, 0xffff, 0x10ffff, 0x110000};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(yes); i++)
        assert_true(base_unicode_printable(yes[i]));
    for (size_t i = 0; i < COUNT_OF(no); i++)
        assert_false(base_unicode_printable(no[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers),
        cmocka_unit_test(durations),
        cmocka_unit_test(durations_are_read),
        cmocka_unit_test(durations_go_round),
        cmocka_unit_test(quoting),
        cmocka_unit_test(json_strings),
        cmocka_unit_test(sizes),
        cmocka_unit_test(moments),
        cmocka_unit_test(moments_of_hostile_traces),
        cmocka_unit_test(every_code_point_is_decoded),
        cmocka_unit_test(malformed_utf8),
        cmocka_unit_test(printable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
