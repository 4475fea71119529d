/* Threads that order generations ahead of their telling. Internal to src/order.
 *
 *     struct order_crew *crew = order_crew_new(&wire, version, go_on, threads);
 *     while ((run = order_crew_next(crew, …)))
 *         while ((chunk = order_crew_take(crew, run, chunk)))
 *             … tell chunk->moves …
 *     order_crew_free(crew);
 *
 * The threads read generations in order of the file. One whose predecessor has been ordered begins with what that left
 * behind, and its moves can be taken as they come; others begin with presumptions (presume.h), and can be taken when
 * these were seen to hold. Where they do not, or anything is wrong, the generation is ordered again. What is wrong for
 * good is left to whoever takes the moves: run->stop says what it is. So what is taken never depends on the threads.
 *
 * Moves that wait to be taken need memory: there are never more than ORDER_MOST_WAITING_MOVES, and some of the
 * generation that is to be taken next.
 */
#ifndef KYMO_ORDER_CREW_H
#define KYMO_ORDER_CREW_H

#include "order/run.h"

enum { ORDER_MOST_WAITING_MOVES = 3 << 20 };

struct order_crew;

/* The reader is the crew's alone until order_crew_dismiss. NULL: the system has no threads to spare. */
struct order_crew *order_crew_new(struct wire_reader *wire, int version, bool go_on, unsigned threads);

/* The next generation's run, when there is something to be taken of it, or it is left to be ordered as a whole
 * (stop == ORDER_RUN_UNTOUCHED). NULL, with the status and the error of the wire reader, at the trace's end. The run
 * before must have been ended. */
struct order_run *order_crew_next(struct order_crew *crew, enum wire_status *ret_status, struct base_error *ret_error);

/* Gives back the last chunk of the run (NULL: there is none), and waits for the next one. NULL: it has stopped, for
 * run->stop. */
struct order_chunk *order_crew_take(struct order_crew *crew, struct order_run *run, struct order_chunk *done);

/* The run has been told to its end, and its state is what the next one begins with. Releases it. */
void order_crew_end(struct order_crew *crew, struct order_run *run);

/* Ends the threads: what follows cannot begin with what `run` leaves behind. The next generations that were read
 * already can still be had by order_crew_next, untouched. */
void order_crew_dismiss(struct order_crew *crew);

void order_crew_free(struct order_crew *crew);

#endif
