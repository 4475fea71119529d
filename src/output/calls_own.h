/* What the reports of output/calls.h share. Internal to src/output. */
#ifndef KYMO_OUTPUT_CALLS_OWN_H
#define KYMO_OUTPUT_CALLS_OWN_H

#include "output/amounts.h"
#include "output/calls.h"

struct output_unit output_calls_unit(const struct output_calls *calls);

/* What pprof calls the value: "delay". */
const char *output_calls_type(const struct output_calls *calls);

/* The lines above a report. edges: also how many edges are left out. */
void output_calls_head(struct base_text *out, const struct output_calls *calls, struct output_unit unit, bool edges);

/* A function's name, which cannot steer a terminal; never empty. */
void output_calls_name(struct base_text *out, struct base_str name);

bool output_calls_is_about(const struct output_calls *calls, const struct analyze_call_node *node);

/* One function of a list, in one file: its nodes, by line. */
struct output_calls_part {
    struct base_str name, file;
    const struct analyze_call_node *const *lines;
    size_t count;
    int64_t flat, cum;
    bool found; /* its source; then: */
    struct base_str path;
    struct base_text text;
};

/* Calls back for each function of the list that is wanted, by name and file. False if none is. */
bool output_calls_each(const struct output_calls *calls, void (*with)(void *self, const struct output_calls_part *part),
                       void *self);

/* Calls back for each line that a part shows: with its amounts and its source, which may be missing. */
void output_calls_lines(const struct output_calls_part *part,
                        void (*with)(void *self, uint64_t line, int64_t flat, int64_t cum, const struct base_str *text),
                        void *self);

#endif
