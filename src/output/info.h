/* What is in a trace, as lines of text and as JSON. */
#ifndef KYMO_OUTPUT_INFO_H
#define KYMO_OUTPUT_INFO_H

#include "base/text.h"
#include "model/info.h"
#include "model/pass.h"
#include "output/json.h"
#include "output/table.h"

void output_info_text(struct base_text *out, const struct model_info *info, const struct model_pass *pass,
                      const char *name);
void output_info_json(struct base_text *out, const struct model_info *info, const struct model_pass *pass,
                      const char *name);

/* The same as an object of an array. */
void output_info_members(struct output_json *json, const struct model_info *info, const struct model_pass *pass,
                         const char *name);

/* A table with a row for each of several traces: output_info_table, a row each, output_table_end. */
void output_info_table(struct output_table *table);
void output_info_row(struct output_table *table, const struct model_info *info, const struct model_pass *pass,
                     const char *name);

#endif
