#include "model/population.h"

#include "base/number.h"

#include <math.h>
#include <string.h>

/* A change is a byte, (class left * WHERE + class entered) * 8 + how, and the delta: nanoseconds since the change
 * before, 0 for the first of a step, the lowest byte first. Below FAR, `how` is the upper two bits of ten, with one
 * byte more; from there on it tells that two, three or four bytes follow. */
enum { WHERE = MODEL_CLASSES + 1, FAR = 4, NEAR_NS = FAR << 8, MOST_CHANGE_BYTES = 5, CHUNK_BYTES = 1 << 14 };

/* A place between two changes, and the counts there. */
struct walker {
    const struct model_population *population;
    size_t next;       /* change, */
    const uint8_t *at; /* which stands here, unless it is the first of a step */
    int64_t time_ns;
    struct model_counts counts;
    uint64_t offset[MODEL_CLASSES];
};

void model_population_init(struct model_population *population, struct base_pages *pages)
{
    *population = (struct model_population){.pages = pages};
}

static void begin_step(struct model_population *population, int64_t time_ns)
{
    struct model_population_step *step = base_vec_add(&population->steps);
    if (population->room < MODEL_POPULATION_STEP * MOST_CHANGE_BYTES) {
        population->at = base_pages_alloc(population->pages, CHUNK_BYTES);
        population->room = CHUNK_BYTES;
    }
    step->time_ns = time_ns;
    step->changes = population->at;
    step->before = step->highest = population->now;
    memcpy(step->offset, population->offset, sizeof step->offset);
    population->last_ns = time_ns;
}

static void add_change(struct model_population *population, uint32_t delta_ns, unsigned from, unsigned to)
{
    bool near = delta_ns < NEAR_NS;
    unsigned how = near ? delta_ns >> 8 : (unsigned)(FAR + (delta_ns > 0xffff) + (delta_ns > 0xffffff));
    unsigned bytes = near ? 2 : how - 1;
    unsigned left = from < MODEL_CLASSES ? from : MODEL_CLASSES, entered = to < MODEL_CLASSES ? to : MODEL_CLASSES;
    uint8_t *at = population->at;
    at[0] = (uint8_t)((left * WHERE + entered) * 8 + how);
    for (unsigned i = 0; i < 4; i++) /* there is room for all */
        at[1 + i] = (uint8_t)(delta_ns >> 8 * i);
    population->at += bytes;
    population->room -= bytes;
    population->change_count++;
    population->last_ns += delta_ns;
}

/* One leaves a class and enters another. */
static void change(struct model_counts *counts, uint64_t *offset, int64_t time_ns, unsigned from, unsigned to)
{
    if (from < MODEL_CLASSES && counts->of[from]) {
        counts->of[from]--;
        offset[from] -= (uint64_t)time_ns;
    }
    if (to < MODEL_CLASSES) {
        counts->of[to]++;
        offset[to] += (uint64_t)time_ns;
    }
}

/* Within a step. */
static inline void move(struct model_population *population, int64_t time_ns, unsigned from, unsigned to)
{
    add_change(population, (uint32_t)(time_ns - population->last_ns), from, to);
    change(&population->now, population->offset, time_ns, from, to);
    struct model_population_step *step = &population->steps.at[population->steps.count - 1];
    if (to < MODEL_CLASSES && population->now.of[to] > step->highest.of[to])
        step->highest.of[to] = population->now.of[to];
}

/* After a pause that a delta does not hold, or as the first of a step. */
__attribute__((noinline, cold)) static void move_seldom(struct model_population *population, int64_t time_ns,
                                                        unsigned from, unsigned to)
{
    if (!population->steps.count)
        population->last_ns = time_ns;
    while (time_ns - population->last_ns > UINT32_MAX && population->change_count % MODEL_POPULATION_STEP)
        add_change(population, UINT32_MAX, MODEL_NO_CLASS, MODEL_NO_CLASS);
    if (population->change_count % MODEL_POPULATION_STEP == 0)
        begin_step(population, time_ns);
    move(population, time_ns, from, to);
}

void model_population_move(struct model_population *population, int64_t time_ns, unsigned from, unsigned to)
{
    if (from == to)
        return;
    if (population->change_count % MODEL_POPULATION_STEP == 0 || time_ns - population->last_ns > UINT32_MAX)
        move_seldom(population, time_ns, from, to);
    else
        move(population, time_ns, from, to);
}

void model_population_release(struct model_population *population)
{
    base_vec_release(&population->steps);
    *population = (struct model_population){0};
}

static void enter_step(struct walker *walker, size_t index)
{
    const struct model_population_step *step = &walker->population->steps.at[index];
    walker->next = index * MODEL_POPULATION_STEP;
    walker->at = step->changes;
    walker->time_ns = step->time_ns;
    walker->counts = step->before;
    memcpy(walker->offset, step->offset, sizeof walker->offset);
}

/* The last step that begins at or before a time; the first one if there is none. */
static size_t step_at(const struct model_population *population, int64_t time_ns)
{
    size_t low = 0, high = population->steps.count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (population->steps.at[middle].time_ns <= time_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? low - 1 : 0;
}

static void raise(struct model_counts *highest, const struct model_counts *counts)
{
    for (int i = 0; i < MODEL_CLASSES; i++)
        if (counts->of[i] > highest->of[i])
            highest->of[i] = counts->of[i];
}

/* A change; returns where the next one of its step stands. */
static inline const uint8_t *read_change(const uint8_t *at, uint32_t *ret_delta_ns, unsigned *ret_moved)
{
    unsigned how = at[0] % 8;
    *ret_moved = at[0] / 8;
    if (how < FAR) {
        *ret_delta_ns = at[1] | how << 8;
        return at + 2;
    }
    uint32_t delta_ns = at[1] | (uint32_t)at[2] << 8 | (uint32_t)at[3] << 16 | (uint32_t)at[4] << 24;
    *ret_delta_ns = delta_ns & UINT32_MAX >> 8 * (FAR + 2 - how);
    return at + how - 1;
}

/* Goes on to a time, raising *highest to all that is met; a whole step at a time where one lies before it. */
static void walk_to(struct walker *walker, int64_t time_ns, struct model_counts *highest)
{
    const struct model_population *population = walker->population;
    size_t changes = population->change_count;
    while (walker->next < changes) {
        size_t step = walker->next / MODEL_POPULATION_STEP;
        if (walker->next % MODEL_POPULATION_STEP == 0) {
            if (population->steps.at[step].time_ns > time_ns)
                break;
            enter_step(walker, step);
            raise(highest, &walker->counts);
            if (step + 1 < population->steps.count && population->steps.at[step + 1].time_ns <= time_ns) {
                raise(highest, &population->steps.at[step].highest);
                walker->next += MODEL_POPULATION_STEP;
                continue;
            }
        }
        uint32_t delta_ns;
        unsigned moved;
        const uint8_t *next = read_change(walker->at, &delta_ns, &moved);
        int64_t at_ns = walker->time_ns + delta_ns;
        if (at_ns > time_ns)
            break;
        walker->at = next;
        walker->next++;
        change(&walker->counts, walker->offset, at_ns, moved / WHERE, moved % WHERE);
        walker->time_ns = at_ns;
        raise(highest, &walker->counts);
    }
}

static uint64_t integral_at(const struct walker *walker, unsigned which, int64_t time_ns)
{
    return walker->counts.of[which] * (uint64_t)time_ns - walker->offset[which];
}

void model_population_measure(const struct model_population *population, int64_t first_ns, int64_t last_ns,
                              double start_ns, double width_ns, size_t count, float *const ret_mean[MODEL_CLASSES],
                              float *const ret_highest[MODEL_CLASSES])
{
    struct walker walker = {.population = population};
    struct model_counts ignored = {{0}};
    bool placed = false;
    for (size_t i = 0; i < count; i++) {
        double from = start_ns + (double)i * width_ns, to = from + width_ns;
        int64_t from_ns = from > (double)first_ns ? base_i64_of(from) : first_ns;
        int64_t to_ns = to < (double)last_ns ? base_i64_of(to) : last_ns;
        bool outside = from_ns >= to_ns || !population->steps.count || to_ns < population->steps.at[0].time_ns;
        if (!outside && !placed) {
            enter_step(&walker, step_at(population, from_ns));
            walk_to(&walker, from_ns, &ignored);
            placed = true;
        }
        struct model_counts highest = walker.counts;
        uint64_t before[MODEL_CLASSES] = {0};
        for (unsigned which = 0; !outside && which < MODEL_CLASSES; which++)
            before[which] = integral_at(&walker, which, from_ns > walker.time_ns ? from_ns : walker.time_ns);
        if (!outside)
            walk_to(&walker, to_ns, &highest);
        for (unsigned which = 0; which < MODEL_CLASSES; which++) {
            double sum = outside ? NAN : (double)(integral_at(&walker, which, to_ns) - before[which]);
            ret_mean[which][i] = (float)(sum / (double)(to_ns - from_ns));
            ret_highest[which][i] = outside ? NAN : (float)highest.of[which];
        }
    }
}
