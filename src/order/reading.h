/* Internal to src/order: the reader's insides, which reader.c (the stream), damage.c (what to do about damage) and
 * v1_reader.c (v1 files) share. */
#ifndef KYMO_ORDER_READING_H
#define KYMO_ORDER_READING_H

#include "order/crew.h"
#include "order/reader.h"
#include "order/run.h"
#include "order/teller.h"
#include "order/v1.h"

/* What is wrong with the generation that is being read. */
struct order_wrong {
    bool entered;           /* there is a generation whose end is to be looked at */
    int64_t began_ns;       /* its Sync's time */
    struct base_error why;  /* the first thing */
    int64_t from_ns, to_ns; /* when that was, and the last thing */
    bool given_up;          /* it could not be ordered to its end */
    uint64_t bytes;         /* that were left out */
    int64_t latest_ns;      /* known of what was left out at the end */
    uint64_t mended;
    unsigned stuck; /* how often no thread could advance */
    bool impatient; /* what it lacks never comes: that was tried */
    unsigned trials;
};

struct order_reader {
    const struct base_mapping *file;
    bool go_on;
    struct wire_header header;
    struct wire_reader wire;      /* of a v2 trace */
    struct order_crew *crew;      /* of a v2 trace, from the first block on */
    struct order_run *before_all; /* an empty one; that of a v1 trace has its one generation */
    struct order_run *run;        /* the generation that is being told */
    struct order_chunk *taken;    /* its moves that are, from the crew; NULL: run->chunk, it is ordered by hand */
    size_t told;                  /* moves of the chunk */
    enum order_stop stop;         /* what comes after them; ORDER_RUN_FULL: more */
    struct order_teller teller;
    struct order_v1 *v1; /* of a v1 trace, once it was read */
    size_t block_events;
    struct order_sync syncs[2]; /* by the parity of their number: a block's lives as long as the block */
    uint64_t sync_count;
    enum { READING, FINISHED, FAILED } phase; /* FINISHED, FAILED: after what is in the block */
    struct base_error error;

    /* When reading goes on: */
    BASE_VEC(struct order_loss) losses;
    BASE_VEC(struct order_cursor) finders; /* by thread of the generation; see damage.c */
    uint64_t generation_count;             /* that were read, or a part of them */
    struct order_wrong wrong;
    bool broken; /* what is known holds no longer */
    int64_t broken_from_ns;
};

/* The moves that are being told. */
static inline struct order_chunk *order_reading_chunk(const struct order_reader *reader)
{
    return reader->taken ? reader->taken : reader->run->chunk;
}

/* reader.c */

void order_reading_sync(struct order_reader *reader, int64_t time_ns, bool has_generation);

/* The end of the trace. Where nothing could be read, that is an error even when reading goes on. */
void order_reading_finish(struct order_reader *reader);

/* damage.c: functions with an error take it over. All moves have been told when they are called. */

/* Ends reading, after what is in the block. */
void order_reading_give_up(struct order_reader *reader, struct base_error *error);

/* Ends the generation, or, unless reading goes on, all of it. */
void order_reading_fail(struct order_reader *reader, struct base_error *error, const struct order_cursor *cursor);

/* Takes over loss->why. A stretch that ends at INT64_MAX ends with the next Sync. */
void order_reading_add_loss(struct order_reader *reader, struct order_loss *loss);

/* What is known now holds no longer at the next Sync. */
void order_reading_break_off(struct order_reader *reader);

/* What of the generation that ends now was lost. */
void order_reading_settle(struct order_reader *reader);

/* The next move cannot be told, for teller.error: it is left out, or ends reading. */
void order_reading_untold(struct order_reader *reader);

/* The run stopped for something that is wrong: makes it possible to go on, or ends the generation. */
void order_reading_stopped(struct order_reader *reader, enum order_stop stop);

/* The first event of a thread cannot be decoded. False if that ends the generation. */
bool order_reading_cannot_enter(struct order_reader *reader);

/* v1_reader.c */

void order_reading_fill_v1(struct order_reader *reader);

#endif
