/* Internal to src/wire: decoding one event of the v1 formats. */
#ifndef KYMO_WIRE_V1_EVENT_H
#define KYMO_WIRE_V1_EVENT_H

#include "wire/v1.h"

/* Decodes the event at the cursor and moves on. ticks and sequence are differences. A stack's numbers are left in
 * *ret_body, a string is its id in args[0] and its text in message. Where the arguments are not those that the event
 * has, it is an error. */
bool wire_v1_decode(int version, struct wire_cursor *bytes, struct wire_v1_event *ret_event,
                    struct wire_cursor *ret_body, struct base_error *ret_error);

#endif
