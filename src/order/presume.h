/* Ordering a generation before it is known what the one before leaves behind. Internal to src/order.
 *
 * In each generation Go tells the state of every goroutine and processor before anything happens to it. So a generation
 * can be ordered on its own, if what its begin rests on is noted: that a goroutine was waiting, that one did not exist,
 * that a thread had no processor. When the end of the generation before is known, the presumptions are held against it.
 * If one fails, or anything at all is wrong with the generation, it is ordered again, from what is known then. So the
 * result is always that of ordering one generation after the other.
 */
#ifndef KYMO_ORDER_PRESUME_H
#define KYMO_ORDER_PRESUME_H

#include "order/sched.h"

enum order_presumed {
    ORDER_PRESUMED_GOROUTINE,         /* value: its status */
    ORDER_PRESUMED_NO_GOROUTINE,      /* there is none of that id */
    ORDER_PRESUMED_PROC,              /* value: its status */
    ORDER_PRESUMED_THREADS_PROC,      /* id: of the thread; value: of the processor, -1: none */
    ORDER_PRESUMED_THREADS_GOROUTINE, /* id: of the thread; value: of the goroutine, -1: none */
    ORDER_PRESUMED_IF_THREAD,         /* the same, if that thread is known */
    ORDER_PRESUMED_GC,                /* id: the number before; value: enum gc_status */
};

struct order_presumption {
    int64_t id, value;
    uint8_t what; /* enum order_presumed */
};

struct order_presumptions {
    bool made; /* the run makes any */
    BASE_VEC(struct order_presumption) of;
};

static inline void order_presume(struct order_presumptions *presumptions, enum order_presumed what, int64_t id,
                                 int64_t value)
{
    *base_vec_add(&presumptions->of) = (struct order_presumption){id, value, (uint8_t)what};
}

/* Whether all presumptions hold of what the generation before left behind. */
bool order_presumptions_hold(const struct order_presumptions *presumptions, const struct order_sched *before);

struct order_adopted {
    goroutine_id id;
    uint32_t slot;
};

/* Goroutines that a run did not touch, and the slots they have after it. */
struct order_adoptions {
    BASE_VEC(struct order_adopted) of;
};

/* Takes over from the generation before what a run, whose presumptions hold, did not touch. */
void order_presumed_adopt(const struct order_presumptions *presumptions, const struct order_sched *before,
                          struct order_sched *sched, struct order_adoptions *ret_adoptions);

#endif
