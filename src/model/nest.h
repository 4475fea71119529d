/* Bars in tracks: what nests (regions within regions, calls within calls) laid out by depth, so that the bars of a
 * track do not overlap; 40 bytes a bar.
 *
 *     struct model_nest nest = {0};
 *     model_nest_add(&nest, &(struct model_bar){…});          in any order
 *     model_nest_finish(&nest, owners);
 *     … model_nest_track(&nest, owner, depth) …
 *     model_nest_release(&nest);
 *
 * Each owner has tracks of its own. Unless a bar says how deep it lies, it lies below all of its strand that it begins
 * within, in the first track from there on that has room. What finds no room in MODEL_NEST_DEPTH tracks is left out,
 * and counted.
 */
#ifndef KYMO_MODEL_NEST_H
#define KYMO_MODEL_NEST_H

#include "base/memory.h"
#include "model/lane.h"

enum { MODEL_NEST_DEPTH = 48, MODEL_NEST_ANY = 255 };

struct model_bar {
    int64_t start_ns, end_ns; /* not before start_ns */
    int64_t before_ns;        /* after finish: the length of all bars before it in its track */
    uint32_t owner, what;     /* what: up to who adds it */
    uint32_t strand;          /* bars of one strand nest */
    uint8_t depth;            /* or MODEL_NEST_ANY; after finish, of what is left out, MODEL_NEST_DEPTH */
};

struct model_nest {
    BASE_VEC(struct model_bar) bars; /* after finish: by owner, depth and start */
    size_t *firsts;                  /* an owner's lie from firsts[owner] on, up to those of the next */
    size_t owner_count;
};

void model_nest_add(struct model_nest *nest, const struct model_bar *bar);

/* All owners are below owner_count. Bars whose depth was said must not overlap. */
void model_nest_finish(struct model_nest *nest, size_t owner_count);
void model_nest_release(struct model_nest *nest);

/* One track: a view that is valid as long as the nest. */
struct model_nest_track {
    const struct model_bar *bars;
    size_t count;
    enum model_state state; /* of its slices, for the owner to set */
};

/* With depth MODEL_NEST_DEPTH: what is left out. */
struct model_nest_track model_nest_track(const struct model_nest *nest, size_t owner, unsigned depth);

/* How many tracks an owner has. */
unsigned model_nest_depth(const struct model_nest *nest, size_t owner);

/* Like model_lane_read, model_lane_place and model_lane_places. */
size_t model_nest_track_read(const struct model_nest_track *track, size_t first, size_t count,
                             struct model_slice *ret_slices);
void model_nest_track_place(const struct model_nest_track *track, int64_t time_ns, struct model_place *ret_place);
void model_nest_track_places(const struct model_nest_track *track, const int64_t *times_ns, size_t count,
                             struct model_place *ret_places);

#endif
