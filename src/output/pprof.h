/* A profile as a gzipped perftools.profiles.Profile message, which `go tool pprof` reads.
 *
 * Samples of off-CPU and wall profiles have labels: state, and reason for what waits (`go tool pprof -tagfocus`).
 * Fields and their order are those of the official tool; go-tool-trace-analyses.md, section 6. Format: pprof's
 * profile.proto.
 */
#ifndef KYMO_OUTPUT_PPROF_H
#define KYMO_OUTPUT_PPROF_H

#include "analyze/profile.h"
#include "base/text.h"

/* Adds the file's bytes to *out. */
void output_pprof(struct base_text *out, const struct analyze_profile *profile, const struct order_symbols *symbols);

#endif
