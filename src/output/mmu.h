/* Minimum mutator utilisation as JSON, as a table with bars, and as a plot. */
#ifndef KYMO_OUTPUT_MMU_H
#define KYMO_OUTPUT_MMU_H

#include "analyze/mmu.h"
#include "base/text.h"

/* What shares of windows may fare worse than the percentiles say, as on the official page. */
enum { OUTPUT_MMU_PERCENTILES = 3 };
extern const double output_mmu_shares[OUTPUT_MMU_PERCENTILES];

/* A point of the curve: the minima for windows of one length. */
struct output_mmu_point {
    int64_t window_ns;
    double official, own; /* by rules */
    double percentiles[OUTPUT_MMU_PERCENTILES];
};

/* What is known for one set of flags. Everything is the caller's. */
struct output_mmu {
    const struct output_mmu_point *points;
    size_t count;                       /* 0: there are no processors */
    uint64_t series, series_points;     /* the official ones */
    int64_t window_ns;                  /* of the worst windows; 0: they were not asked for */
    const struct analyze_window *worst; /* by kymo's rules */
    size_t worst_count;
    int64_t first_ns; /* when the trace begins: the worst windows count from there */
    unsigned flags;
    bool official;              /* the official figures are known */
    bool percentiles, too_many; /* they are known; they were asked for, but there are too many changes */
};

/* An object: a member for each set of flags, under its name ("stw|background"). */
void output_mmu_json(struct base_text *out, const struct output_mmu *sets, size_t count);

/* By kymo's rules; nothing official is looked at. */
void output_mmu_text(struct base_text *out, const struct output_mmu *set);

/* The curve as a plot of characters, 80 columns wide, with a logarithmic axis: points from analyze_mmu_curve, at most
 * OUTPUT_MMU_COLUMNS. */
enum { OUTPUT_MMU_COLUMNS = 72 };
void output_mmu_plot(struct base_text *out, const struct output_mmu *set);

/* "perProc|stw|background", with any separator. */
void output_mmu_flags(struct base_text *out, unsigned flags, const char *separator);

#endif
