/* What is in a trace, as lines of text and as JSON. */
#ifndef KYMO_OUTPUT_INFO_H
#define KYMO_OUTPUT_INFO_H

#include "base/text.h"
#include "model/info.h"
#include "model/pass.h"

void output_info_text(struct base_text *out, const struct model_info *info, const struct model_pass *pass,
                      const char *name);
void output_info_json(struct base_text *out, const struct model_info *info, const struct model_pass *pass,
                      const char *name);

#endif
