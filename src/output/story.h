/* A user task's story as JSON, and in the terminal. Times count from the trace's first event. */
#ifndef KYMO_OUTPUT_STORY_H
#define KYMO_OUTPUT_STORY_H

#include "analyze/story.h"
#include "output/json.h"

/* Members "id", "type", "start_ns", "end_ns", "duration_ns", "complete", "parent", "children", "children_total",
 * "events_total" and "events": docs/http.md, GET /api/task. At most so many events and children. */
void output_story_json(struct output_json *json, const struct analyze_story *story, size_t most_events,
                       size_t most_children);

/* What the task is, and a row for each event: when, how long after the one before, on which goroutine, and what, in the
 * words and the number format of the official page. */
void output_story_text(struct base_text *out, const struct analyze_story *story);

#endif
