#include "web/annotations.h"

struct web_annotations *web_annotations_new(void)
{
    struct web_annotations *a = base_zalloc(1, sizeof *a);
    web_once_init(&a->once);
    return a;
}

void web_annotations_free(struct web_annotations *a)
{
    if (!a)
        return;
    if (a->once.made) {
        analyze_annotations_release(&a->of);
        model_pass_release(&a->pass);
        model_marks_release(&a->logs);
    }
    web_once_release(&a->once);
    free(a);
}

static bool compute(struct web_trace *trace, void *self)
{
    struct web_annotations *a = self;
    struct model_sink sinks[ANALYZE_ANNOTATIONS_SINKS];
    if (!web_trace_begin_pass(trace, &a->pass))
        return false;
    analyze_annotations_init(&a->of, sinks);
    web_trace_run_pass(trace, &a->pass, sinks, ANALYZE_ANNOTATIONS_SINKS);
    analyze_annotations_finish(&a->of, &a->pass);
    for (uint32_t i = 0; i < a->of.tasks.logs.count; i++)
        model_marks_add(&a->logs, 0, a->of.tasks.logs.at[i].time_ns, i);
    model_marks_finish(&a->logs, 1);
    return true;
}

const struct web_annotations *web_annotations_get(struct web_trace *trace)
{
    struct web_annotations *a = trace->annotations;
    return web_once_get(&a->once, trace, compute, a) ? a : NULL;
}

const struct web_annotations *web_annotations_ready(const struct web_trace *trace)
{
    return web_once_ready(&trace->annotations->once) ? trace->annotations : NULL;
}
