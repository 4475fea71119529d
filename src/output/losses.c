#include "output/losses.h"

#include <inttypes.h>

static double share(const struct order_loss *loss, const struct model_pass *pass)
{
    return pass->file->size ? (double)loss->bytes / (double)pass->file->size : 0;
}

void output_loss_text(struct base_text *out, const struct order_loss *loss, const struct model_pass *pass)
{
    if (loss->generation)
        base_text_format(out, "generation %" PRIu64 ", ", loss->generation);
    base_text_duration(out, loss->from_ns - pass->first_ns);
    base_text_add(out, " to ");
    base_text_duration(out, loss->to_ns - pass->first_ns);
    base_text_add(out, ": ");
    if (loss->bytes) {
        base_text_size(out, loss->bytes);
        base_text_format(out, " lost, %.2f%% of the file: ", 100 * share(loss, pass));
    }
    if (loss->mended)
        base_text_format(out, "%" PRIu64 " %s mended or left out: ", loss->mended,
                         loss->mended == 1 ? "event" : "events");
    base_error_describe(&loss->why, out);
    if (loss->further)
        base_text_format(out, ", and %" PRIu64 " losses more", loss->further);
}

void output_losses_json(struct output_json *json, const struct model_pass *pass)
{
    size_t count;
    const struct order_loss *losses = model_pass_losses(pass, &count);
    struct base_text text = {0};
    output_json_open(json, "losses", '[');
    for (size_t i = 0; i < count; i++) {
        text.size = 0;
        output_loss_text(&text, &losses[i], pass);
        output_json_open(json, NULL, '{');
        output_json_u64(json, "generation", losses[i].generation);
        output_json_i64(json, "from_ns", losses[i].from_ns - pass->first_ns);
        output_json_i64(json, "to_ns", losses[i].to_ns - pass->first_ns);
        output_json_u64(json, "bytes", losses[i].bytes);
        output_json_double(json, "share", share(&losses[i], pass));
        output_json_u64(json, "mended", losses[i].mended);
        output_json_u64(json, "further", losses[i].further);
        output_json_string(json, "cause", base_str_of(losses[i].why.cause));
        output_json_string(json, "text", base_text_view(&text));
        output_json_close(json, '}');
    }
    output_json_close(json, ']');
    base_text_release(&text);
}

uint64_t output_lost_bytes(const struct model_pass *pass)
{
    size_t count;
    const struct order_loss *losses = model_pass_losses(pass, &count);
    uint64_t bytes = 0;
    for (size_t i = 0; i < count; i++)
        bytes += losses[i].bytes;
    return bytes < pass->file->size ? bytes : pass->file->size;
}
