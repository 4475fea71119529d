#include "web/arrows.h"

#include "web/trace.h"

struct web_arrows *web_arrows_new(void)
{
    struct web_arrows *of_trace = base_zalloc(1, sizeof *of_trace);
    web_once_init(&of_trace->once);
    return of_trace;
}

void web_arrows_free(struct web_arrows *of_trace)
{
    if (!of_trace)
        return;
    if (of_trace->once.made)
        model_arrows_release(&of_trace->arrows);
    web_once_release(&of_trace->once);
    free(of_trace);
}

static bool compute(struct web_trace *trace, void *self)
{
    struct web_arrows *of_trace = self;
    struct model_sink sink = {model_arrows_add, &of_trace->arrows, MODEL_ARROW_EVENTS};
    struct model_pass pass;
    if (!web_trace_begin_pass(trace, &pass))
        return false;
    model_arrows_init(&of_trace->arrows, &trace->timeline);
    web_trace_run_pass(trace, &pass, &sink, 1);
    model_arrows_finish(&of_trace->arrows);
    model_pass_release(&pass);
    return true;
}

const struct model_arrows *web_arrows_get(struct web_trace *trace)
{
    struct web_arrows *of_trace = trace->arrows;
    return web_once_get(&of_trace->once, trace, compute, of_trace) ? &of_trace->arrows : NULL;
}
