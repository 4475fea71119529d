/* The lanes that take a pass of their own when they are first asked for, besides those of goroutines: threads
 * (model/threads.h), and what happened beside the slices of processors (model/tracks.h). Internal to src/web; may be
 * asked by several threads at once. */
#ifndef KYMO_WEB_TRACKS_H
#define KYMO_WEB_TRACKS_H

#include "model/threads.h"
#include "model/tracks.h"
#include "web/trace.h"

struct web_tracks *web_tracks_new(void);
void web_tracks_free(struct web_tracks *of_trace);

/* NULL if the trace cannot be read again, or was abandoned. Wait until the trace has been read. They live as long as
 * the trace, and do not change. */
const struct model_tracks *web_tracks_get(struct web_trace *trace);
const struct model_threads *web_threads_get(struct web_trace *trace);

/* The same, but NULL unless they are there. */
const struct model_tracks *web_tracks_ready(const struct web_trace *trace);
const struct model_threads *web_threads_ready(const struct web_trace *trace);

#endif
