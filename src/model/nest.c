#include "model/nest.h"

#include "base/sort.h"

void model_nest_add(struct model_nest *nest, const struct model_bar *bar)
{
    *base_vec_add(&nest->bars) = *bar;
}

void model_nest_release(struct model_nest *nest)
{
    base_vec_release(&nest->bars);
    free(nest->firsts);
    *nest = (struct model_nest){0};
}

/* ---- depth ---- */

/* What lies around what begins within it comes first. */
static bool begins_before(const void *a, const void *b, void *context)
{
    const struct model_bar *left = a, *right = b;
    (void)context;
    if (left->owner != right->owner)
        return left->owner < right->owner;
    if (left->start_ns != right->start_ns)
        return left->start_ns < right->start_ns;
    if (left->end_ns != right->end_ns)
        return left->end_ns > right->end_ns;
    return left->what < right->what;
}

/* Of an owner's tracks, until when each is taken, and by which strand. */
struct taken {
    int64_t until_ns;
    uint32_t strand;
    bool any;
};

static uint8_t depth_of(const struct taken *taken, const struct model_bar *bar)
{
    unsigned depth = 0;
    for (unsigned i = 0; i < MODEL_NEST_DEPTH; i++)
        if (taken[i].any && taken[i].strand == bar->strand && taken[i].until_ns > bar->start_ns)
            depth = i + 1;
    while (depth < MODEL_NEST_DEPTH && taken[depth].any && taken[depth].until_ns > bar->start_ns)
        depth++;
    return (uint8_t)depth;
}

static void find_depths(struct model_nest *nest)
{
    struct taken taken[MODEL_NEST_DEPTH] = {{0}};
    base_sort_stable(nest->bars.at, nest->bars.count, sizeof *nest->bars.at, begins_before, NULL);
    for (size_t i = 0; i < nest->bars.count; i++) {
        struct model_bar *bar = &nest->bars.at[i];
        if (i && nest->bars.at[i - 1].owner != bar->owner)
            memset(taken, 0, sizeof taken);
        if (bar->depth == MODEL_NEST_ANY)
            bar->depth = depth_of(taken, bar);
        if (bar->depth < MODEL_NEST_DEPTH)
            taken[bar->depth] = (struct taken){bar->end_ns, bar->strand, true};
        else
            bar->depth = MODEL_NEST_DEPTH;
    }
}

/* ---- tracks ---- */

static bool lies_before(const void *a, const void *b, void *context)
{
    const struct model_bar *left = a, *right = b;
    (void)context;
    return left->owner != right->owner ? left->owner < right->owner : left->depth < right->depth;
}

void model_nest_finish(struct model_nest *nest, size_t owner_count)
{
    find_depths(nest);
    base_sort_stable(nest->bars.at, nest->bars.count, sizeof *nest->bars.at, lies_before, NULL);
    nest->owner_count = owner_count;
    nest->firsts = base_zalloc(owner_count + 1, sizeof *nest->firsts);
    for (size_t i = 0; i < nest->bars.count; i++) {
        struct model_bar *bar = &nest->bars.at[i];
        const struct model_bar *before = i ? bar - 1 : NULL;
        nest->firsts[bar->owner + 1]++;
        if (before && before->owner == bar->owner && before->depth == bar->depth)
            bar->before_ns = before->before_ns + (before->end_ns - before->start_ns);
    }
    for (size_t i = 0; i < owner_count; i++)
        nest->firsts[i + 1] += nest->firsts[i];
}

/* The first of an owner's bars that lies so deep. */
static size_t first_at(const struct model_nest *nest, size_t owner, unsigned depth)
{
    size_t low = nest->firsts[owner], high = nest->firsts[owner + 1];
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (nest->bars.at[middle].depth < depth)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct model_nest_track model_nest_track(const struct model_nest *nest, size_t owner, unsigned depth)
{
    if (owner >= nest->owner_count || depth > MODEL_NEST_DEPTH || !nest->bars.count)
        return (struct model_nest_track){0};
    size_t first = first_at(nest, owner, depth);
    return (struct model_nest_track){.bars = nest->bars.at + first, .count = first_at(nest, owner, depth + 1) - first};
}

unsigned model_nest_depth(const struct model_nest *nest, size_t owner)
{
    unsigned depth = 0;
    for (unsigned i = 0; i < MODEL_NEST_DEPTH; i++)
        if (model_nest_track(nest, owner, i).count)
            depth = i + 1;
    return depth;
}

/* ---- as lanes ---- */

size_t model_nest_track_read(const struct model_nest_track *track, size_t first, size_t count,
                             struct model_slice *ret_slices)
{
    if (first >= track->count)
        return 0;
    if (count > track->count - first)
        count = track->count - first;
    for (size_t i = 0; i < count; i++) {
        const struct model_bar *bar = &track->bars[first + i];
        ret_slices[i] = (struct model_slice){bar->start_ns, bar->end_ns, bar->what, track->state};
    }
    return count;
}

static void place_from(const struct model_nest_track *track, size_t known, int64_t time_ns,
                       struct model_place *ret_place)
{
    *ret_place = (struct model_place){0};
    if (known < track->count)
        known = model_steps_before(&track->bars->start_ns, sizeof *track->bars, known, track->count, time_ns);
    ret_place->starting = ret_place->after = known;
    if (!known)
        return;
    const struct model_bar *last = &track->bars[known - 1];
    int64_t until_ns = last->end_ns < time_ns ? last->end_ns : time_ns;
    ret_place->after = last->end_ns > time_ns ? known - 1 : known;
    ret_place->ns[track->state] = last->before_ns + (until_ns - last->start_ns);
}

void model_nest_track_place(const struct model_nest_track *track, int64_t time_ns, struct model_place *ret_place)
{
    place_from(track, 0, time_ns, ret_place);
}

void model_nest_track_places(const struct model_nest_track *track, const int64_t *times_ns, size_t count,
                             struct model_place *ret_places)
{
    size_t known = 0;
    for (size_t i = 0; i < count; i++) {
        place_from(track, known, times_ns[i], &ret_places[i]);
        known = ret_places[i].starting;
    }
}
