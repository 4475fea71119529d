/* Goroutine statistics as JSON and as tables. */
#ifndef KYMO_OUTPUT_GOROUTINES_H
#define KYMO_OUTPUT_GOROUTINES_H

#include "analyze/groups.h"
#include "base/text.h"
#include "output/json.h"
#include "output/table.h"

/* What stands in place of the empty name. */
#define OUTPUT_NO_STACK_NAME "(Inactive, no stack trace sampled)"

/* Everything known of each goroutine, regions included. Times count from first_ns; -1 stands for what did not happen.
 * As an object; and as its one member, "goroutines". */
void output_goroutines_json(struct base_text *out, const struct analyze_goroutines *goroutines,
                            const struct order_symbols *symbols, int64_t first_ns);

void output_goroutines_members(struct output_json *json, const struct analyze_goroutines *goroutines,
                               const struct order_symbols *symbols, int64_t first_ns);

/* A row for each start function. */
void output_groups_table(struct base_text *out, const struct analyze_groups *groups,
                         const struct order_symbols *symbols);

/* A row for each goroutine, longest first; with its start function, if that is asked for. */
void output_goroutines_table(struct base_text *out, const struct analyze_goroutines *goroutines,
                             const struct order_symbols *symbols, int64_t first_ns, bool with_functions);

/* A table with a row for each of several traces: output_goroutines_of_traces, a row each, output_table_end. */
void output_goroutines_of_traces(struct output_table *table);
void output_goroutines_row(struct output_table *table, const struct analyze_groups *groups, const char *trace);

/* Member "parts": where time went, [{"name": …, "ns": n}, …]. */
void output_parts_json(struct output_json *json, const struct analyze_goroutines *goroutines,
                       const struct analyze_stats *stats, const struct order_symbols *symbols);

/* The group's name as it is shown. */
struct base_str output_group_name(const struct order_symbols *symbols, uint32_t name);

#endif
