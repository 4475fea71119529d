#include "order/crew.h"

#include <pthread.h>
#include <stdlib.h>

/* Runs that are read ahead of those being ordered. */
enum { READ_AHEAD = 2 };

/* Chunks that may wait whatever the file's size. */
enum { LEAST_WAITING = 32 };

/* Taking over what a generation did not touch must not cost more than ordering it. In a whole trace it touches all. */
enum { MOST_LEFT_A_MOVE = 4, ALWAYS_LEFT = 64 };

struct order_crew {
    struct wire_reader *wire;
    int version;
    bool go_on;
    size_t thread_count;
    pthread_t *threads;
    pthread_mutex_t lock;   /* of all that follows, and of what runs say under "In a crew" */
    pthread_cond_t to_take; /* for whoever takes: there is a chunk, or a run has stopped */
    pthread_cond_t to_do;   /* for the threads: there is a run to be ordered, room for chunks, or an end */
    bool taker_waits;
    struct order_run *first, *last; /* in order of the file; the first is the one being taken */
    size_t run_count;
    struct order_sched left_behind; /* by the last run that is final */
    bool any_events;                /* some run had: */
    uint64_t initial_generation;    /* that of the first event of all */
    bool reading;                   /* a thread is: the wire reader is its alone */
    enum wire_status status; /* of the last run; once it is not WIRE_GENERATION there is nothing more to be read */
    struct base_error error;
    size_t waiting, most_waiting; /* chunks */
    struct order_chunk *spare;
    bool quit;
};

/* ---- runs ---- */

/* The lock is held. */
static void put_back(struct order_crew *crew, struct order_chunk *chunk)
{
    chunk->moves.count = chunk->args.count = 0;
    chunk->next = crew->spare;
    crew->spare = chunk;
    crew->waiting--;
}

static struct order_chunk *take_first(struct order_run *run)
{
    struct order_chunk *chunk = run->first_chunk;
    if (chunk)
        run->first_chunk = chunk->next;
    return chunk;
}

static struct order_run *first_unfinished(const struct order_crew *crew)
{
    struct order_run *run = crew->first;
    while (run && run->final)
        run = run->next;
    return run;
}

static void wake_taker(struct order_crew *crew)
{
    if (crew->taker_waits)
        pthread_cond_signal(&crew->to_take);
}

static void wake_all(struct order_crew *crew)
{
    wake_taker(crew);
    pthread_cond_broadcast(&crew->to_do);
}

/* Whoever takes waits. */
static void wait_to_take(struct order_crew *crew)
{
    crew->taker_waits = true;
    pthread_cond_wait(&crew->to_take, &crew->lock);
    crew->taker_waits = false;
}

static struct order_run *oldest_at_work(const struct order_crew *crew)
{
    struct order_run *run = crew->first;
    while (run && run->phase == ORDER_RUN_STOPPED)
        run = run->next;
    return run;
}

/* As if it had never been touched. */
static void reset(struct order_crew *crew, struct order_run *run)
{
    struct order_chunk *chunk;
    while ((chunk = take_first(run)))
        put_back(crew, chunk);
    run->chunk->moves.count = run->chunk->args.count = 0;
    order_sched_release(&run->sched);
    run->presumptions.made = run->takeable = run->may_presume = run->begun = run->any_events = false;
    run->final = false;
    run->presumptions.of.count = run->adoptions.of.count = run->ordered = 0;
    run->patient_with = NULL;
    base_error_release(&run->error);
    run->phase = ORDER_RUN_QUEUED;
}

/* Damage wants a careful hand. */
static bool is_for_hands(const struct order_run *run)
{
    const struct wire_generation *generation = &run->generation;
    return generation->damage.cause || generation->events_lost || generation->threads.count > ORDER_MOST_THREADS;
}

static void append(struct order_crew *crew, struct order_run *run)
{
    *(crew->last ? &crew->last->next : &crew->first) = run;
    crew->last = run;
    crew->run_count++;
    run->may_presume = true;
    run->stop = ORDER_RUN_UNTOUCHED;
    if (crew->status != WIRE_GENERATION || !crew->thread_count || is_for_hands(run)) {
        run->phase = ORDER_RUN_STOPPED;
        run->takeable = true;
    }
}

/* ---- what is final ---- */

static bool presumptions_hold(const struct order_crew *crew, const struct order_run *run)
{
    size_t before = crew->left_behind.goroutines.count + crew->left_behind.threads.count;
    return before <= ALWAYS_LEFT + run->ordered * MOST_LEFT_A_MOVE &&
           order_presumptions_hold(&run->presumptions, &crew->left_behind);
}

/* What the runs that are done leave behind, one after the other. */
static void finish(struct order_crew *crew)
{
    for (struct order_run *run = first_unfinished(crew); run; run = run->next) {
        if (run->phase != ORDER_RUN_STOPPED || run->stop != ORDER_RUN_DONE)
            return;
        if (run->presumptions.made && !presumptions_hold(crew, run)) {
            reset(crew, run);
            return;
        }
        if (run->presumptions.made)
            order_presumed_adopt(&run->presumptions, &crew->left_behind, &run->sched, &run->adoptions);
        order_sched_release(&crew->left_behind);
        crew->left_behind = run->sched;
        run->sched = (struct order_sched){0};
        run->final = run->takeable = true;
    }
}

/* ---- threads ---- */

static struct order_chunk *new_chunk(struct order_crew *crew)
{
    struct order_chunk *chunk = crew->spare;
    if (chunk)
        crew->spare = chunk->next;
    else
        chunk = base_zalloc(1, sizeof *chunk);
    chunk->next = NULL;
    return chunk;
}

/* The chunk waits to be taken, and another one takes its place. */
static void hand_over(struct order_crew *crew, struct order_run *run)
{
    struct order_chunk *chunk = run->chunk;
    run->ordered += chunk->moves.count;
    *(run->first_chunk ? &run->last_chunk->next : &run->first_chunk) = chunk;
    run->last_chunk = chunk;
    run->chunk = new_chunk(crew);
    crew->waiting++;
    if (run == crew->first && run->takeable)
        wake_taker(crew);
}

static bool must_wait(const struct order_crew *crew, const struct order_run *run)
{
    if (crew->waiting < crew->most_waiting || crew->quit)
        return false;
    if (!run->takeable)
        return oldest_at_work(crew) != run;
    return run != crew->first || run->first_chunk;
}

/* An older run was reset, and perhaps no other thread is free to order it: one that presumes gives way. */
static bool is_needed_elsewhere(const struct order_crew *crew, const struct order_run *run)
{
    return !run->takeable && oldest_at_work(crew)->phase == ORDER_RUN_QUEUED;
}

static void note_events(struct order_crew *crew, const struct order_run *run)
{
    if (!crew->any_events)
        crew->initial_generation = run->generation.number;
    crew->any_events |= run->any_events;
}

/* Orders a run as far as it goes. The lock is held, but not while it works. */
static void order(struct order_crew *crew, struct order_run *run)
{
    enum order_stop stop = ORDER_RUN_FULL;
    pthread_mutex_unlock(&crew->lock);
    bool entered = order_run_enter(run);
    pthread_mutex_lock(&crew->lock);
    note_events(crew, run);
    if (!entered) {
        base_error_release(&run->error);
        stop = ORDER_RUN_UNTOUCHED;
    }
    while (stop == ORDER_RUN_FULL && !crew->quit) {
        pthread_mutex_unlock(&crew->lock);
        stop = order_run_go(run, ORDER_CHUNK_MOVES);
        pthread_mutex_lock(&crew->lock);
        hand_over(crew, run);
        while (stop == ORDER_RUN_FULL && must_wait(crew, run) && !is_needed_elsewhere(crew, run))
            pthread_cond_wait(&crew->to_do, &crew->lock);
        if (stop == ORDER_RUN_FULL && must_wait(crew, run))
            stop = ORDER_RUN_WRONG;
        if (run->presumptions.made && run->ordered > ORDER_MOST_PRESUMED)
            stop = ORDER_RUN_WRONG; /* too much to be kept */
    }
    run->stop = stop;
    run->phase = ORDER_RUN_STOPPED;
    if (run->presumptions.made && stop != ORDER_RUN_DONE)
        reset(crew, run);
    finish(crew);
    wake_all(crew);
}

/* The oldest run begins with what the one before left behind. */
static void begin(struct order_crew *crew, struct order_run *run)
{
    run->sched = crew->left_behind;
    crew->left_behind = (struct order_sched){0};
    run->begun = run->takeable = true;
    run->initial = !crew->any_events || run->generation.number == crew->initial_generation;
}

/* A run that can be ordered now; NULL if there is none. */
static struct order_run *pick(struct order_crew *crew)
{
    struct order_run *oldest = first_unfinished(crew);
    for (struct order_run *run = oldest; run; run = run->next) {
        if (run->phase != ORDER_RUN_QUEUED)
            continue;
        if (run == oldest) {
            begin(crew, run);
            return run;
        }
        if (run->may_presume && crew->any_events && crew->waiting < crew->most_waiting) {
            run->presumptions.made = true;
            run->sched.gc = GC_NOT_TOLD;
            run->initial = false;
            return run;
        }
    }
    return NULL;
}

/* Reads the next generation. The lock is held, but not while it is read. */
static void read_run(struct order_crew *crew)
{
    struct order_run *run = order_run_new(crew->version, crew->go_on);
    struct base_error error = BASE_NO_ERROR;
    crew->reading = true;
    pthread_mutex_unlock(&crew->lock);
    enum wire_status status = wire_reader_next(crew->wire, &run->generation, &error);
    pthread_mutex_lock(&crew->lock);
    crew->reading = false;
    crew->status = status;
    crew->error = error;
    append(crew, run);
    wake_all(crew);
}

static void *work(void *argument)
{
    struct order_crew *crew = argument;
    pthread_mutex_lock(&crew->lock);
    while (!crew->quit) {
        struct order_run *run = pick(crew);
        bool ahead = crew->run_count >= crew->thread_count + READ_AHEAD;
        if (run) {
            run->phase = ORDER_RUN_AT_WORK;
            order(crew, run);
        } else if (!crew->reading && !ahead && crew->status == WIRE_GENERATION) {
            read_run(crew);
        } else {
            pthread_cond_wait(&crew->to_do, &crew->lock);
        }
    }
    pthread_mutex_unlock(&crew->lock);
    return NULL;
}

static void start(struct order_crew *crew, unsigned threads)
{
    crew->threads = base_zalloc(threads, sizeof *crew->threads);
    pthread_mutex_lock(&crew->lock); /* so that all see how many there are */
    while (crew->thread_count < threads && pthread_create(&crew->threads[crew->thread_count], NULL, work, crew) == 0)
        crew->thread_count++;
    pthread_mutex_unlock(&crew->lock);
}

/* Chunks wait for long only where generations are ordered before their turn: a third of the file's size of them may. */
static size_t most_waiting(const struct base_mapping *file, unsigned threads)
{
    size_t ahead = threads > 2 ? file->size / 3 / (ORDER_CHUNK_MOVES * sizeof(struct order_move)) : 0;
    return LEAST_WAITING + ahead;
}

struct order_crew *order_crew_new(struct wire_reader *wire, int version, bool go_on, unsigned threads)
{
    struct order_crew *crew = base_zalloc(1, sizeof *crew);
    crew->wire = wire;
    crew->version = version;
    crew->go_on = go_on;
    crew->status = WIRE_GENERATION;
    crew->most_waiting = most_waiting(wire->file, threads);
    pthread_mutex_init(&crew->lock, NULL);
    pthread_cond_init(&crew->to_take, NULL);
    pthread_cond_init(&crew->to_do, NULL);
    if (threads > 1)
        start(crew, threads - 1);
    return crew;
}

/* ---- whoever takes ---- */

struct order_run *order_crew_next(struct order_crew *crew, enum wire_status *ret_status, struct base_error *ret_error)
{
    pthread_mutex_lock(&crew->lock);
    while (!crew->first && crew->thread_count)
        wait_to_take(crew);
    if (!crew->first)
        read_run(crew);
    struct order_run *run = crew->first;
    while (!run->takeable && crew->thread_count) /* how it is ordered may change until then */
        wait_to_take(crew);
    bool last = run == crew->last && crew->status != WIRE_GENERATION;
    *ret_status = last ? crew->status : WIRE_GENERATION;
    if (last) {
        *ret_error = crew->error;
        crew->error = BASE_NO_ERROR;
    }
    if (run->phase == ORDER_RUN_STOPPED && run->stop == ORDER_RUN_UNTOUCHED && !run->begun)
        begin(crew, run);
    pthread_mutex_unlock(&crew->lock);
    return run;
}

struct order_chunk *order_crew_take(struct order_crew *crew, struct order_run *run, struct order_chunk *done)
{
    pthread_mutex_lock(&crew->lock);
    if (done) {
        put_back(crew, done);
        /* Not for each chunk: threads that wait for room are to find some worth waking for. */
        if (crew->waiting == crew->most_waiting - crew->most_waiting / 8 || !run->first_chunk)
            pthread_cond_broadcast(&crew->to_do);
    }
    while (!(run->takeable && (run->first_chunk || run->phase == ORDER_RUN_STOPPED)))
        wait_to_take(crew);
    struct order_chunk *chunk = take_first(run);
    pthread_mutex_unlock(&crew->lock);
    return chunk;
}

void order_crew_end(struct order_crew *crew, struct order_run *run)
{
    pthread_mutex_lock(&crew->lock);
    if (!run->final) { /* it was ended by hand */
        order_sched_release(&crew->left_behind);
        crew->left_behind = run->sched;
        run->sched = (struct order_sched){0};
        note_events(crew, run);
        run->final = true;
        finish(crew);
    }
    crew->first = run->next;
    if (!crew->first)
        crew->last = NULL;
    crew->run_count--;
    pthread_cond_broadcast(&crew->to_do);
    pthread_mutex_unlock(&crew->lock);
    order_run_free(run);
}

void order_crew_dismiss(struct order_crew *crew)
{
    pthread_mutex_lock(&crew->lock);
    crew->quit = true;
    wake_all(crew);
    pthread_mutex_unlock(&crew->lock);
    for (size_t i = 0; i < crew->thread_count; i++)
        pthread_join(crew->threads[i], NULL);
    crew->thread_count = 0;
    order_sched_release(&crew->left_behind);
    crew->any_events = false;
    for (struct order_run *run = crew->first; run; run = run->next) {
        reset(crew, run);
        run->phase = ORDER_RUN_STOPPED;
        run->stop = ORDER_RUN_UNTOUCHED;
        run->takeable = true;
    }
}

void order_crew_free(struct order_crew *crew)
{
    struct order_chunk *chunk;
    if (!crew)
        return;
    order_crew_dismiss(crew);
    while (crew->first) {
        struct order_run *run = crew->first;
        crew->first = run->next;
        while ((chunk = take_first(run)))
            order_chunk_free(chunk);
        order_run_free(run);
    }
    while ((chunk = crew->spare)) {
        crew->spare = chunk->next;
        order_chunk_free(chunk);
    }
    order_sched_release(&crew->left_behind);
    base_error_release(&crew->error);
    pthread_mutex_destroy(&crew->lock);
    pthread_cond_destroy(&crew->to_take);
    pthread_cond_destroy(&crew->to_do);
    free(crew->threads);
    free(crew);
}
