/* The stacks of profiles, as reports about functions take them: of one trace, or of two to be compared.
 *
 *     struct analyze_call_samples samples;
 *     analyze_call_samples_init(&samples, &filter);
 *     analyze_call_samples_add(&samples, &profile, symbols_of_its_trace, false);
 *     … analyze/call_graph.h, output/call_report.h …
 *     analyze_call_samples_release(&samples);
 *
 * The filter has the meaning that it has in `go tool pprof` (its Profile.FilterSamplesByName): a stack stays if a frame
 * of it is in focus and none is ignored; then the frames that are hidden, or not shown, are taken out of it, and it
 * goes with the last of them. A frame matches by its function's name or by its file. Totals are those of what there was
 * before, so that shares stay comparable.
 *
 * As in a pprof file, frames of one PC are one: that of the heaviest stack which has it.
 */
#ifndef KYMO_ANALYZE_CALL_SAMPLES_H
#define KYMO_ANALYZE_CALL_SAMPLES_H

#include "analyze/profile.h"
#include "base/pattern.h"

enum analyze_call_condition { ANALYZE_FOCUS, ANALYZE_IGNORE, ANALYZE_HIDE, ANALYZE_SHOW, ANALYZE_CALL_CONDITIONS };

/* NULL: no such condition. */
struct analyze_call_filter {
    const struct base_pattern *of[ANALYZE_CALL_CONDITIONS];
};

struct analyze_call_sample {
    uint32_t stack;               /* of samples->symbols */
    int64_t count, ns;            /* of what is compared with: negative */
    struct analyze_record record; /* as the profile has it, but for the symbols: those of samples->symbols */
};

struct analyze_call_samples {
    struct analyze_call_filter filter;
    struct order_symbols symbols; /* of all traces in one; the strings are theirs, and must live as long */
    BASE_VEC(struct analyze_call_sample) all;
    bool matched[ANALYZE_CALL_CONDITIONS]; /* whether a function of the profiles fulfils the condition */
    int64_t total_count, total_ns; /* before filtering; where there is a base with anything in it, of the base */
    int64_t base_count, base_ns;
};

/* The filter's patterns must stay as long as samples are added. */
void analyze_call_samples_init(struct analyze_call_samples *samples, const struct analyze_call_filter *filter);

/* Adds a finished profile. base: it is what the others are compared with, so it counts negatively. */
void analyze_call_samples_add(struct analyze_call_samples *samples, const struct analyze_profile *profile,
                              const struct order_symbols *symbols, bool base);
void analyze_call_samples_release(struct analyze_call_samples *samples);

/* The samples as a profile of that kind, with samples->symbols: for a pprof file. Release it with
 * analyze_profile_release. */
void analyze_call_samples_profile(const struct analyze_call_samples *samples, enum analyze_profile_kind kind,
                                  struct analyze_profile *ret_profile);

#endif
