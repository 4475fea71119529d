/* A helper thread: does one piece of work at a time while its owner does another.
 *
 *     struct base_helper *helper = base_helper_new(work, context);      NULL: the system has no thread to spare
 *     base_helper_begin(helper);                                         work(context) begins
 *     … meanwhile …
 *     base_helper_wait(helper);                                          work(context) is done
 *     base_helper_free(helper);
 *
 * What the owner wrote before begin is seen by the work, and what the work wrote is seen after wait.
 */
#ifndef KYMO_BASE_HELPER_H
#define KYMO_BASE_HELPER_H

struct base_helper;

/* NULL also where there is one processor only, and a second thread would not help. */
struct base_helper *base_helper_new(void (*work)(void *context), void *context);
void base_helper_begin(struct base_helper *helper);
void base_helper_wait(struct base_helper *helper);
void base_helper_free(struct base_helper *helper);

#endif
