/* The timeline by thread: which goroutine each thread ran, or kept in a syscall, and the CPU samples taken there. The
 * sink of a second pass, when the timeline of the same trace is finished.
 *
 *     model_threads_init(&threads, &timeline);
 *     struct model_sink sink = {model_threads_add, &threads, MODEL_THREADS_KINDS};
 *     … a pass …
 *     model_threads_finish(&threads);
 *
 * Source of the slices: go-tool-trace-analyses.md, section 10, for the official timeline's view of threads. A goroutine
 * lies on the thread that it began to execute on until it executes no longer; where the official view has a slice for
 * its syscall within, it is cut here.
 */
#ifndef KYMO_MODEL_THREADS_H
#define KYMO_MODEL_THREADS_H

#include "model/marks.h"
#include "model/timeline.h"

#define MODEL_THREADS_KINDS (ORDER_KIND_BIT(ORDER_GO_TRANSITION) | ORDER_KIND_BIT(ORDER_STACK_SAMPLE))

struct model_thread_lane {
    thread_id id;
    uint32_t samples; /* lane of model_threads.samples */
    struct model_lane lane;
};

struct model_threads {
    BASE_VEC(struct model_thread_lane) all; /* in order of appearance; after finish: by id */
    struct model_marks samples;             /* what: a goroutine's number or MODEL_NO_GOROUTINE */
    struct base_pages pages;
    struct threads_work *work;
};

void model_threads_init(struct model_threads *threads, const struct model_timeline *timeline);
void model_threads_add(void *self, const struct order_block *block, const struct order_symbols *symbols);
void model_threads_finish(struct model_threads *threads);
void model_threads_release(struct model_threads *threads);

#endif
