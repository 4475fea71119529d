/* What kymo export writes of a trace, in every format. */
#include "json.h"
#include "output/chrome.h"
#include "output/otlp.h"
#include "output/perfetto.h"
#include "output/records.h"
#include "reading.h"
#include "target.h"

static void check_json(struct base_text *text, const char *what)
{
    fuzz_require(fuzz_is_json(text->data, text->size), what);
    base_text_release(text);
}

static void check_lines(struct base_text *text)
{
    for (char *at = text->data, *end; at && at < text->data + text->size; at = end + 1) {
        end = memchr(at, '\n', (size_t)(text->data + text->size - at));
        fuzz_require(end && fuzz_is_json(at, (size_t)(end - at)), "a row is JSON");
    }
    base_text_release(text);
}

static void check_csv(struct base_text *text)
{
    for (size_t i = 0; i < text->size; i++) {
        uint8_t c = (uint8_t)text->data[i];
        fuzz_require((c >= ' ' && c != 0x7f) || c == '\n' || c == '\t', "CSV steers no terminal");
    }
    base_text_release(text);
}

/* Messages one after the other, up to the end. */
static void check_packets(struct base_text *text)
{
    size_t at = 0;
    while (at < text->size) {
        size_t size = 0;
        fuzz_require(text->data[at++] == 0x0a, "a trace is packets");
        for (unsigned shift = 0, more = 1; more; shift += 7) {
            fuzz_require(at < text->size && shift < 64, "a packet has a length");
            size |= (size_t)(text->data[at] & 0x7f) << shift;
            more = text->data[at++] & 0x80;
        }
        fuzz_require(size <= text->size - at, "a packet is whole");
        at += size;
    }
    base_text_release(text);
}

void fuzz_exports(struct model_pass *pass, const struct analyze_selection *selection)
{
    enum { VIEWS = 3 };
    struct base_text chrome[VIEWS] = {0}, perfetto = {0}, otlp = {0}, csv = {0}, lines = {0};
    struct output_chrome drawn[VIEWS];
    struct output_perfetto tracks;
    struct output_otlp spans;
    struct output_records states, events;
    for (int view = 0; view < VIEWS; view++)
        output_chrome_begin(&drawn[view], (enum analyze_view)view, selection, &chrome[view]);
    output_perfetto_begin(&tracks, selection, &perfetto);
    output_otlp_begin(&spans, BASE_STR("a name"), 1, selection, &otlp);
    output_records_begin(&states, OUTPUT_STATES, OUTPUT_JSON_LINES, selection, &lines);
    output_records_begin(&events, OUTPUT_EVENTS, OUTPUT_CSV, selection, &csv);
    const struct model_sink sinks[] = {
        {output_chrome_add, &drawn[0]}, {output_chrome_add, &drawn[1]}, {output_chrome_add, &drawn[2]},
        {output_perfetto_add, &tracks}, {output_otlp_add, &spans},      {output_records_add, &states},
        {output_records_add, &events},
    };
    model_pass_run(pass, sinks, sizeof sinks / sizeof *sinks, NULL);
    const struct order_symbols *symbols = model_pass_symbols(pass);
    for (int view = 0; view < VIEWS; view++) {
        output_chrome_end(&drawn[view], symbols, pass->last_ns);
        output_chrome_release(&drawn[view]);
        check_json(&chrome[view], "Chrome's format is JSON");
    }
    output_perfetto_end(&tracks, symbols, pass->last_ns);
    output_perfetto_release(&tracks);
    check_packets(&perfetto);
    output_otlp_end(&spans, symbols, pass->last_ns);
    output_otlp_release(&spans);
    check_json(&otlp, "spans are JSON");
    output_records_end(&states, symbols, pass->last_ns);
    output_records_release(&states);
    check_lines(&lines);
    output_records_end(&events, symbols, pass->last_ns);
    output_records_release(&events);
    check_csv(&csv);
}
