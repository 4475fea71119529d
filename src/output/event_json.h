/* An event as a JSON object: what does not apply is left out.
 *
 *     {"time_ns":12,"kind":"unblock","goroutine":7,"proc":2,"thread":4711,"of_goroutine":9,"from":"Waiting",
 *      "to":"Runnable","name":"chan receive","stack":["main.work /src/main.go:12", …]}
 *
 * kind: a plain one of analyze/finder.h. Members are called like the columns of output/records.h: of_goroutine and
 * of_proc are whom it is about, name is the reason of a change of state, or what a range, task, region, label, metric
 * or category is called. Times count from the trace's first event. Stacks, where they are wanted, are leaf first.
 */
#ifndef KYMO_OUTPUT_EVENT_JSON_H
#define KYMO_OUTPUT_EVENT_JSON_H

#include "order/event.h"
#include "order/symbols.h"
#include "output/json.h"

void output_event_json(struct output_json *json, const struct order_symbols *symbols, const struct order_event *event,
                       int64_t first_ns, bool with_stacks);

#endif
