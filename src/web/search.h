/* The last search of an opened trace, and who waits for another. Internal to src/web; may be asked by several threads
 * at once.
 *
 *     if (web_search_begin(trace, text, response)) {
 *         … trace->search->found …
 *         web_search_end(trace);
 *     }
 *
 * A search takes a pass, and is kept until the next one. A request for another text ends one that is under way.
 */
#ifndef KYMO_WEB_SEARCH_H
#define KYMO_WEB_SEARCH_H

#include "analyze/search.h"
#include "web/http.h"
#include "web/trace.h"

struct web_search {
    pthread_mutex_t lock;
    _Atomic uint64_t wanted; /* hash of the text that was asked for last */
    bool made;
    struct base_text text;
    struct model_pass pass; /* whose symbols are referred to */
    struct analyze_search found;
    const struct model_goroutine_lanes *lanes;
};

struct web_search *web_search_new(void);
void web_search_free(struct web_search *search);

/* Finds what a text stands for, unless that is what was found last. False if it could not, and the reply says so; true:
 * nobody else searches until web_search_end. */
bool web_search_begin(struct web_trace *trace, struct base_str text, struct web_response *response);
void web_search_end(struct web_trace *trace);

#endif
