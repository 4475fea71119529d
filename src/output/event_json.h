/* An event as a JSON object: what does not apply is left out.
 *
 *     {"time_ns":12,"kind":"unblock","goroutine":7,"proc":2,"thread":4711,"about":{"goroutine":9},"from":"Waiting",
 *      "to":"Runnable","reason":"chan receive","stack":["main.work /src/main.go:12", …]}
 *
 * kind: a plain one of analyze/finder.h. Times count from the trace's first event. Tasks, regions and logs have name,
 * task and message; ranges and labels name; metrics name and value. Stacks are leaf first, as long as they are wanted.
 */
#ifndef KYMO_OUTPUT_EVENT_JSON_H
#define KYMO_OUTPUT_EVENT_JSON_H

#include "order/event.h"
#include "order/symbols.h"
#include "output/json.h"

void output_event_json(struct output_json *json, const struct order_symbols *symbols, const struct order_event *event,
                       int64_t first_ns, bool with_stacks);

#endif
