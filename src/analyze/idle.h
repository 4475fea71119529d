/* Waiting for work, told from being blocked.
 *
 * A trace does not say what a goroutine waits for; where it waits hints at it. A goroutine is taken to be idle if it
 * waits for something that may as well never come (a message, the network, a signal, a sleep to be over, or for ever),
 * and does so in its start function, or in the standard library below that: it has taken up nothing that it could be
 * late with. That is a worker before it takes a job, a server between two requests, a ticker; also main that waits for
 * the end. The runtime's own goroutines always are. One that waits further in, for the answer to a call of a client of
 * the standard library, to hand over a value, for a lock or for a group of others, is blocked.
 */
#ifndef KYMO_ANALYZE_IDLE_H
#define KYMO_ANALYZE_IDLE_H

#include "order/symbols.h"

/* reason: a symbol, empty where the trace does not tell it, as of waits that began before it. */
bool analyze_wait_is_idle(const struct order_symbols *symbols, uint32_t stack, uint32_t reason);

#endif
