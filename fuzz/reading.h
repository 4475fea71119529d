/* Reading a trace in every way there is, for the targets of the readers. */
#ifndef KYMO_FUZZ_READING_H
#define KYMO_FUZZ_READING_H

#include "base/os.h"

/* Reads the trace, and with every fourth one, by a hash of its bytes, makes lists and a visit too: that takes most of
 * the time. */
void fuzz_trace(const struct base_mapping *file);

/* The raw dumps; then a pass with every sink, once stopping at damage and once going on, and all that prints results.
 * Required: times ascend, ids lead somewhere, slices do not overlap, JSON is JSON, profiles come back as they were, and
 * going on reads no less than stopping, and the same where nothing is lost. */
void fuzz_read(const struct base_mapping *file);

/* Lists its tasks and regions, and its goroutines within selections. Required: JSON is JSON, the parts of what is
 * selected of a goroutine add up, and a task's story is told in order. */
void fuzz_lists(const struct base_mapping *file);

/* Runs the pass, and prints what is found in it. */
struct analyze_selection;
struct base_pattern;
struct model_pass;
void fuzz_events(struct model_pass *pass, const struct analyze_selection *selection, const struct base_pattern *any);

/* The same, and exports it in every format. Required: what is JSON is JSON, and CSV steers no terminal. */
void fuzz_exports(struct model_pass *pass, const struct analyze_selection *selection);

/* Opens the trace as the viewer does, and makes requests of it; all must be answered well. */
void fuzz_visit(const struct base_mapping *file);

/* A copy of the data, of exactly its size, that begins with a header of one of some versions: its own if that is one of
 * them, else one that the data's first byte chooses. Release with free. */
struct base_mapping fuzz_with_header(const uint8_t *data, size_t size, const int *versions, size_t version_count);

#endif
