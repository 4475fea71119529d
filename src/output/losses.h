/* What of a damaged trace was lost, for people and for programs. */
#ifndef KYMO_OUTPUT_LOSSES_H
#define KYMO_OUTPUT_LOSSES_H

#include "base/text.h"
#include "model/pass.h"
#include "output/json.h"

/* One loss in a line, without its end: "generation 3, 1.2s to 1.9s: 45 KiB lost, 3.20% of the file: CAUSE (PLACE)".
 * Times count from the trace's first event. */
void output_loss_text(struct base_text *out, const struct order_loss *loss, const struct model_pass *pass);

/* "losses": an array of {generation, from_ns, to_ns, bytes, share, mended, further, cause, text}. */
void output_losses_json(struct output_json *json, const struct model_pass *pass);

/* The bytes of all losses, at most those of the file. */
uint64_t output_lost_bytes(const struct model_pass *pass);

#endif
