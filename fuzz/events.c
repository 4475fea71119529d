/* What kymo events finds in a trace, and how it prints that. */
#include "analyze/finder.h"
#include "json.h"
#include "output/event_json.h"
#include "output/event_line.h"
#include "reading.h"
#include "target.h"

enum { PRINTED = 200 };

struct finding {
    struct analyze_finder *finder;
    struct base_text text;
    uint64_t found;
};

static void check_json(struct finding *finding, const struct order_symbols *symbols, const struct order_event *event)
{
    struct output_json json = {.out = &finding->text};
    finding->text.size = 0;
    output_event_json(&json, symbols, event, 0, true);
    fuzz_require(fuzz_is_json(finding->text.data, finding->text.size), "an event is JSON");
}

static void check_line(struct finding *finding, const struct order_symbols *symbols, const struct order_event *event)
{
    struct output_event_lines lines = {.out = &finding->text, .followed = event->context.goroutine};
    finding->text.size = 0;
    output_event_line(&lines, symbols, event);
    for (size_t i = 0; i < finding->text.size; i++)
        fuzz_require((uint8_t)finding->text.data[i] >= ' ' || finding->text.data[i] == '\n',
                     "a line steers no terminal");
}

static void add(void *self, const struct order_block *block, const struct order_symbols *symbols)
{
    struct finding *finding = self;
    for (size_t i = 0; i < block->count; i++) {
        const struct order_event *event = &block->events[i];
        fuzz_require(analyze_event_kind_of(event) < ANALYZE_EVENT_KINDS, "each event is of a kind");
        if (!analyze_finder_takes(finding->finder, symbols, event) || finding->found++ >= PRINTED)
            continue;
        check_json(finding, symbols, event);
        check_line(finding, symbols, event);
    }
}

void fuzz_events(struct model_pass *pass, const struct analyze_selection *selection, const struct base_pattern *any)
{
    struct analyze_finder finder = {.selection = selection, .function.pattern = any};
    struct finding finding = {.finder = &finder};
    struct model_sink sink = {add, &finding};
    model_pass_run(pass, &sink, 1, NULL);
    analyze_finder_release(&finder);
    base_text_release(&finding.text);
}
