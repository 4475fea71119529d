/* User regions as JSON, as tables and as histograms. Times count from the trace's first event. */
#ifndef KYMO_OUTPUT_REGIONS_H
#define KYMO_OUTPUT_REGIONS_H

#include "analyze/annotations.h"
#include "output/json.h"

/* What stands in place of the empty name, which regions have that goroutines inherit. */
#define OUTPUT_INHERITED_NAME "(inherited)"

/* The members of a type, and of a region (a member of annotations->region_types): docs/http.md, GET /api/regions. */
void output_region_type_json(struct output_json *json, const struct analyze_region_types *types,
                             const struct analyze_region_type *type, const struct order_symbols *symbols);
void output_region_json(struct output_json *json, const struct analyze_annotations *annotations, size_t member);

/* Those that are chosen, by index in goroutines.regions (NULL: all), and the types that they are of. */
void output_regions_json(struct base_text *out, const struct analyze_annotations *annotations,
                         const struct analyze_region_types *types, const bool *chosen);

/* A row for each type; a histogram of each, for the OUTPUT_MOST_HISTOGRAMS (output/durations.h) with the most time. */
void output_region_types_table(struct base_text *out, const struct analyze_region_types *types,
                               const struct order_symbols *symbols);
void output_region_histograms(struct base_text *out, const struct analyze_region_types *types,
                              const struct order_symbols *symbols);

/* A row for each region that is chosen, longest first; with its name, if there is more than one. */
void output_regions_table(struct base_text *out, const struct analyze_annotations *annotations, const bool *chosen);

/* Time that a region's goroutine did not run for something else than a processor. */
int64_t output_blocked_ns(const struct analyze_goroutines *goroutines, const struct analyze_stats *stats);

#endif
