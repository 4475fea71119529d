/* Generations in order of the file, ordered ahead of their telling by threads. Internal to src/order.
 *
 *     struct order_crew *crew = order_crew_new(&wire, version, go_on, threads);
 *     while ((run = order_crew_next(crew, &status, &error)), status == WIRE_GENERATION) {
 *         struct order_chunk *chunk = NULL;
 *         while ((chunk = order_crew_take(crew, run, chunk)))
 *             … tell chunk->moves …
 *         … go on by hand, as run->stop says …
 *         order_crew_end(crew, run);
 *     }
 *     order_crew_free(crew);
 *
 * The oldest generation that is being ordered begins with what the one before left behind, and its moves can be taken
 * as they come. Others begin with presumptions (presume.h), and can be taken when these were seen to hold; where they
 * do not, or anything is wrong, such a generation is ordered again when it is the oldest. What is wrong for good is
 * left to whoever takes the moves. So what is taken never depends on the number of threads.
 *
 * Without threads every run is left to be ordered by hand from its begin on (ORDER_RUN_UNTOUCHED).
 *
 * Moves that wait to be taken need memory: about a third of the file's size, and beyond that only what is to be taken
 * next. A generation with more than ORDER_MOST_PRESUMED moves is not ordered ahead.
 */
#ifndef KYMO_ORDER_CREW_H
#define KYMO_ORDER_CREW_H

#include "order/run.h"

enum { ORDER_MOST_PRESUMED = 640 * ORDER_CHUNK_MOVES }; /* 63 MB */

struct order_crew;

/* The reader is the crew's alone. One thread means that there is none beside the caller's. */
struct order_crew *order_crew_new(struct wire_reader *wire, int version, bool go_on, unsigned threads);

/* The next generation's run. Where the status is another one, the run only has the rest of what was read. The run
 * before must have been ended. */
struct order_run *order_crew_next(struct order_crew *crew, enum wire_status *ret_status, struct base_error *ret_error);

/* Gives back the last chunk of the run (NULL: there is none), and waits for the next one. NULL: it has stopped, for
 * run->stop. */
struct order_chunk *order_crew_take(struct order_crew *crew, struct order_run *run, struct order_chunk *done);

/* The run has been told to its end: the next one begins with its state. Releases it. */
void order_crew_end(struct order_crew *crew, struct order_run *run);

/* Ends the threads, and drops what was ordered ahead and what the last generation left behind: the next one begins with
 * nothing known. The run before must have been ended. */
void order_crew_dismiss(struct order_crew *crew);

void order_crew_free(struct order_crew *crew);

#endif
