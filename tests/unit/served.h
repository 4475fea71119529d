/* What tests of the server's replies share: a small trace, opened and read to its end, and what it is asked. */
#ifndef KYMO_TESTS_SERVED_H
#define KYMO_TESTS_SERVED_H

#include "support.h"

#include "web/trace.h"

/* Close it with test_close_steps. */
void test_open_steps(struct web_trace *trace, struct base_mapping *file, const struct step *steps);
void test_close_steps(struct web_trace *trace, struct base_mapping *file);

/* The reply to a GET has that status, and that text in it. */
void test_ask(struct web_trace *trace, const char *target, int status, const char *part);

/* Likewise a POST with a body, from the viewer's own pages. */
void test_post(struct web_trace *trace, const char *target, const char *body, int status, const char *part);

/* None of these is the id of a lane, in a trace of one processor and one goroutine. */
void test_no_lanes(const char *const *ids, size_t count);

#endif
