/* The user tasks and regions of an opened trace: a pass when they are first asked for, kept from then on. Internal to
 * src/web; may be asked by several threads at once. */
#ifndef KYMO_WEB_ANNOTATIONS_H
#define KYMO_WEB_ANNOTATIONS_H

#include "analyze/annotations.h"
#include "model/marks.h"
#include "web/once.h"
#include "web/trace.h"

struct web_annotations {
    struct web_once once;
    struct model_pass pass; /* whose symbols all refer to */
    struct analyze_annotations of;
    struct model_marks logs; /* one lane; what: an index of of.tasks.logs */
};

struct web_annotations *web_annotations_new(void);
void web_annotations_free(struct web_annotations *annotations);

/* They live as long as the trace, and do not change. Waits until the trace has been read. NULL if it cannot be read
 * again, or was abandoned. */
const struct web_annotations *web_annotations_get(struct web_trace *trace);

/* The same, but NULL unless they are there. */
const struct web_annotations *web_annotations_ready(const struct web_trace *trace);

#endif
