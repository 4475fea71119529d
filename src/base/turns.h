/* A lock for what one thread changes again and again while others look at it.
 *
 *     base_turns_begin_change(&turns);  … change it …   base_turns_end_change(&turns);
 *     base_turns_begin_look(&turns);    … look at it …  base_turns_end_look(&turns);
 *
 * Any number look at the same time, nobody while it is changed. The two sides take turns: who wants to look waits for
 * one change at most, and who wants to change for those that look already. The system's own locks promise neither.
 * Looking within a look is not allowed.
 */
#ifndef KYMO_BASE_TURNS_H
#define KYMO_BASE_TURNS_H

#include <pthread.h>
#include <stdbool.h>

struct base_turns {
    pthread_mutex_t lock;
    pthread_cond_t ended; /* a turn */
    unsigned looking;
    unsigned next_to_look; /* waited while something was changed: their turn is before the next change */
    unsigned waiting_to_look;
    bool changing, waiting_to_change;
    unsigned changes; /* that have ended, modulo 2^32 */
};

void base_turns_init(struct base_turns *turns);
void base_turns_release(struct base_turns *turns);

/* Only one thread at a time may want to change. */
void base_turns_begin_change(struct base_turns *turns);
void base_turns_end_change(struct base_turns *turns);

void base_turns_begin_look(struct base_turns *turns);
void base_turns_end_look(struct base_turns *turns);

#endif
