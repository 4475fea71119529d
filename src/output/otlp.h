/* User tasks, regions and logs as OpenTelemetry spans, in the JSON form of its protocol: what a collector reads from a
 * file or takes at /v1/traces.
 *
 *     struct output_otlp otlp;
 *     output_otlp_begin(&otlp, BASE_STR("my service"), seed, &selection, &out);
 *     struct model_sink sink = {output_otlp_add, &otlp, OUTPUT_OTLP_EVENTS};
 *     … a pass …
 *     output_otlp_end(&otlp, symbols, pass.last_ns);
 *     output_otlp_release(&otlp);
 *
 * A task is a span, and the child of its parent's; a region is a child of the region around it, if that is of the same
 * task, else of its task. Logs are events of their task's span, or where that is not open, of the region around them if
 * that is of the same task; a log with neither has no span to belong to, and is left out. Every task without a parent
 * begins a trace; so does one whose parent had ended before, or began before the trace, and a region without a task.
 * Ids depend on the seed and on what the trace says, so that the same trace always has the same.
 *
 * Times are those of the wall clock that the trace's first generation tells (Go 1.25 and later). Where there is none,
 * the first event is taken to have been at the epoch.
 *
 * Spans are written when they end. What is kept is what is open, with up to OUTPUT_OTLP_MOST_LOGS logs each, of about
 * OUTPUT_OTLP_MOST_LOG_BYTES; more are only counted. Format: opentelemetry-proto's trace.proto, in the JSON mapping of
 * the OTLP specification: ids in hex, 64-bit numbers as strings.
 */
#ifndef KYMO_OUTPUT_OTLP_H
#define KYMO_OUTPUT_OTLP_H

#include "analyze/selection.h"
#include "output/json.h"

enum { OUTPUT_OTLP_MOST_LOGS = 1000, OUTPUT_OTLP_MOST_LOG_BYTES = 1 << 20 };

#define OUTPUT_OTLP_EVENTS                                                                                             \
    (ORDER_KIND_BIT(ORDER_SYNC) | ORDER_KIND_BIT(ORDER_TASK_BEGIN) | ORDER_KIND_BIT(ORDER_TASK_END) |                  \
     ORDER_KIND_BIT(ORDER_REGION_BEGIN) | ORDER_KIND_BIT(ORDER_REGION_END) | ORDER_KIND_BIT(ORDER_LOG) |               \
     ORDER_KIND_BIT(ORDER_GO_TRANSITION))

struct output_otlp {
    struct output_json json;
    const struct analyze_selection *selection;
    struct otlp_work *work;
};

/* The service names what the spans are of. The selection (NULL: everything) says which of them are written: those that
 * reach into it. */
void output_otlp_begin(struct output_otlp *otlp, struct base_str service, uint64_t seed,
                       const struct analyze_selection *selection, struct base_text *out);
void output_otlp_add(void *self, const struct order_block *block, const struct order_symbols *symbols);
void output_otlp_end(struct output_otlp *otlp, const struct order_symbols *symbols, int64_t last_ns);
void output_otlp_release(struct output_otlp *otlp);

#endif
