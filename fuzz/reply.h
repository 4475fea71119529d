/* What must hold of every reply of the viewer. */
#ifndef KYMO_FUZZ_REPLY_H
#define KYMO_FUZZ_REPLY_H

#include "web/http.h"

/* The status is one, JSON is JSON, tiles are what docs/http.md says, and a profile is whole. */
void fuzz_check_reply(const struct web_request *request, const struct web_response *response);

#endif
