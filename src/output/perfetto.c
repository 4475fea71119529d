#include "output/perfetto.h"

#include "output/protobuf.h"

#include <inttypes.h>

/* Field numbers; of the messages of perfetto/protos/perfetto/trace/. */
enum { TRACE_PACKET = 1 };
enum {
    PACKET_CLOCK_SNAPSHOT = 6,
    PACKET_TIMESTAMP = 8,
    PACKET_SEQUENCE = 10,
    PACKET_TRACK_EVENT = 11,
    PACKET_INTERNED = 12,
    PACKET_SEQUENCE_FLAGS = 13,
    PACKET_TRACK = 60
};
enum { FLAG_STATE_CLEARED = 1, FLAG_NEEDS_STATE = 2 };
enum { SNAPSHOT_CLOCK = 1, CLOCK_ID = 1, CLOCK_TIMESTAMP = 2 };
enum { CLOCK_REALTIME = 1, CLOCK_MONOTONIC = 3, CLOCK_BOOTTIME = 6 }; /* the last is that of timestamps */
enum { TRACK_UUID = 1, TRACK_NAME = 2, TRACK_PARENT = 5, TRACK_COUNTER = 8, TRACK_ORDERING = 11, TRACK_RANK = 12 };
enum { ORDERING_EXPLICIT = 3, COUNTER_UNIT = 3, UNIT_COUNT = 2, UNIT_BYTES = 3 };
enum {
    EVENT_CATEGORY = 3,
    EVENT_ANNOTATION = 4,
    EVENT_TYPE = 9,
    EVENT_NAME_ID = 10,
    EVENT_TRACK = 11,
    EVENT_NAME = 23,
    EVENT_COUNTER = 30,
    EVENT_FLOW = 47,
    EVENT_LAST_FLOW = 48,
    EVENT_STACK = 56
};
enum { TYPE_BEGIN = 1, TYPE_END = 2, TYPE_INSTANT = 3, TYPE_COUNTER = 4 };
enum { ANNOTATION_INT = 4, ANNOTATION_STRING = 6, ANNOTATION_NAME = 10 };
enum {
    INTERNED_CATEGORY = 1,
    INTERNED_NAME = 2,
    INTERNED_FUNCTION = 5,
    INTERNED_FRAME = 6,
    INTERNED_STACK = 7,
    INTERNED_PATH = 17,
    INTERNED_FILE = 18,
    INTERNED_MAPPING = 19
};
enum { ENTRY_ID = 1, ENTRY_TEXT = 2, MAPPING_PATH = 7 };
enum { FRAME_FUNCTION = 2, FRAME_MAPPING = 3, FRAME_PC = 4, FRAME_FILE = 5, FRAME_LINE = 6, STACK_FRAMES = 2 };

/* Tracks: a kind in the highest bits, and an id below. */
enum { TRACK_SECTION, TRACK_PROC, TRACK_GOROUTINE, TRACK_PSEUDO, TRACK_COUNT, TRACK_KIND_SHIFT = 56 };
enum { SECTION_PROCS = 1, SECTION_GOROUTINES, SECTION_COUNTERS };

enum { CATEGORY_RUN = 1, CATEGORY_STATE, CATEGORY_WAKE, CATEGORY_USER, CATEGORIES };
static const char *const categories[CATEGORIES] = {
    [CATEGORY_RUN] = "run", [CATEGORY_STATE] = "state", [CATEGORY_WAKE] = "wake", [CATEGORY_USER] = "user"};

enum { SEQUENCE = 1, ONLY_MAPPING = 1, MOST_NAMES = 4096 };

/* What a goroutine's next slice ends the flow of. */
struct pending_flow {
    goroutine_id goroutine;
    int64_t time_ns;
    uint64_t flow;
};

struct perfetto_work {
    bool begun;
    int64_t shift_ns; /* from the trace's times to timestamps, which are not negative */
    uint64_t flows;
    struct base_text packet, event, interned, entry, name; /* parts of what is being written */
    struct base_map name_by_hash;                          /* texts that were interned: their numbers */
    BASE_VEC(size_t) name_ends;
    struct base_text names;
    BASE_VEC(uint8_t) known_functions, known_files, known_frames, known_stacks; /* by symbol */
    struct base_map tracks;                                                     /* processors whose track is there */
    struct base_map goroutines;                                                 /* those alive whose track is there */
    BASE_VEC(struct pending_flow) pending;
    struct base_map pending_by_goroutine;
    const struct order_symbols *symbols;
};

/* ---- packets ---- */

static uint64_t timestamp(const struct perfetto_work *work, int64_t time_ns)
{
    int64_t shifted_ns = time_ns + work->shift_ns;
    return shifted_ns > 0 ? (uint64_t)shifted_ns : 0;
}

/* Ends the packet that is in work->packet; what was interned meanwhile goes before it. */
static void put_packet(struct output_perfetto *perfetto)
{
    struct perfetto_work *work = perfetto->work;
    if (work->interned.size)
        output_protobuf_part(&work->packet, PACKET_INTERNED, &work->interned);
    output_protobuf_number(&work->packet, PACKET_SEQUENCE, SEQUENCE);
    output_protobuf_number(&work->packet, PACKET_SEQUENCE_FLAGS, work->begun ? FLAG_NEEDS_STATE : FLAG_STATE_CLEARED);
    work->begun = true;
    output_protobuf_part(perfetto->out, TRACE_PACKET, &work->packet);
}

static uint64_t track_id(unsigned kind, int64_t id)
{
    return ((uint64_t)kind + 1) << TRACK_KIND_SHIFT ^ ((uint64_t)id & ((UINT64_C(1) << TRACK_KIND_SHIFT) - 1));
}

struct track {
    uint64_t id, parent; /* parent 0: none */
    struct base_str name;
    bool ordered; /* its children are in the order of their ranks */
    int64_t rank;
    unsigned unit; /* of a counter; 0: it is none */
};

static void put_track(struct output_perfetto *perfetto, const struct track *track)
{
    struct perfetto_work *work = perfetto->work;
    output_protobuf_number(&work->event, TRACK_UUID, track->id);
    output_protobuf_string(&work->event, TRACK_NAME, track->name);
    output_protobuf_optional(&work->event, TRACK_PARENT, track->parent);
    if (track->unit) {
        output_protobuf_number(&work->entry, COUNTER_UNIT, track->unit);
        output_protobuf_part(&work->event, TRACK_COUNTER, &work->entry);
    }
    if (track->ordered)
        output_protobuf_number(&work->event, TRACK_ORDERING, ORDERING_EXPLICIT);
    if (track->rank > INT32_MIN && track->rank <= INT32_MAX)
        output_protobuf_optional(&work->event, TRACK_RANK, (uint64_t)track->rank);
    output_protobuf_part(&work->packet, PACKET_TRACK, &work->event);
    put_packet(perfetto);
}

/* ---- interning ---- */

static void intern_text(struct perfetto_work *work, unsigned field, uint64_t id, struct base_str text)
{
    output_protobuf_number(&work->entry, ENTRY_ID, id);
    output_protobuf_string(&work->entry, ENTRY_TEXT, text);
    output_protobuf_part(&work->interned, field, &work->entry);
}

/* Whether a symbol is new to a list of those that were written; it is on it then. */
#define IS_NEW(work, list, index)                                                                                      \
    (grow_list(&(work)->list.at, &(work)->list.count, &(work)->list.capacity, index),                                  \
     !(work)->list.at[index] && ((work)->list.at[index] = 1))

static void grow_list(uint8_t **at, size_t *count, size_t *capacity, uint32_t index)
{
    if (index < *count)
        return;
    if (index >= *capacity)
        *at = base_grow(*at, capacity, (size_t)index + 1, 1);
    memset(*at + *count, 0, index + 1 - *count);
    *count = (size_t)index + 1;
}

/* Symbols as ids: 0 is none. */
static uint64_t text_id(struct perfetto_work *work, bool file, uint32_t symbol)
{
    bool fresh = file ? IS_NEW(work, known_files, symbol) : IS_NEW(work, known_functions, symbol);
    if (fresh)
        intern_text(work, file ? INTERNED_FILE : INTERNED_FUNCTION, (uint64_t)symbol + 1,
                    order_string(work->symbols, symbol));
    return (uint64_t)symbol + 1;
}

static uint64_t frame_id(struct perfetto_work *work, uint32_t id)
{
    if (!IS_NEW(work, known_frames, id))
        return (uint64_t)id + 1;
    const struct order_frame *frame = &work->symbols->frames.at[id];
    uint64_t function = text_id(work, false, frame->func), file = text_id(work, true, frame->file);
    output_protobuf_number(&work->entry, ENTRY_ID, (uint64_t)id + 1);
    output_protobuf_number(&work->entry, FRAME_FUNCTION, function);
    output_protobuf_number(&work->entry, FRAME_MAPPING, ONLY_MAPPING);
    output_protobuf_number(&work->entry, FRAME_PC, frame->pc);
    output_protobuf_number(&work->entry, FRAME_FILE, file);
    output_protobuf_optional(&work->entry, FRAME_LINE, (uint32_t)frame->line);
    output_protobuf_part(&work->interned, INTERNED_FRAME, &work->entry);
    return (uint64_t)id + 1;
}

/* 0: there is no stack to be told. */
static uint64_t stack_id(struct perfetto_work *work, uint32_t stack)
{
    uint32_t depth = order_stack_depth(work->symbols, stack);
    if (!depth || !IS_NEW(work, known_stacks, stack))
        return depth ? stack : 0;
    const uint32_t *frames = work->symbols->frame_refs.at + work->symbols->stacks.at[stack].first;
    for (uint32_t i = depth; i--;)
        frame_id(work, frames[i]);
    output_protobuf_number(&work->entry, ENTRY_ID, stack);
    for (uint32_t i = depth; i--;) /* the root first */
        output_protobuf_number(&work->entry, STACK_FRAMES, (uint64_t)frames[i] + 1);
    output_protobuf_part(&work->interned, INTERNED_STACK, &work->entry);
    return stack;
}

static struct base_str interned_name(const struct perfetto_work *work, uint32_t index)
{
    size_t start = index ? work->name_ends.at[index - 1] : 0;
    return (struct base_str){work->names.data + start, work->name_ends.at[index] - start};
}

/* The number of a name that comes often; 0: there are too many already. */
static uint64_t name_id(struct perfetto_work *work, struct base_str name)
{
    uint64_t hash = base_hash_bytes(name.data, name.size);
    uint32_t index = base_map_find(&work->name_by_hash, hash);
    if (index != BASE_MAP_NONE)
        return base_str_equal(interned_name(work, index), name) ? (uint64_t)index + 1 : 0;
    if (work->name_ends.count == MOST_NAMES)
        return 0;
    index = (uint32_t)work->name_ends.count;
    base_map_set(&work->name_by_hash, hash, index);
    base_text_str(&work->names, name);
    *base_vec_add(&work->name_ends) = work->names.size;
    intern_text(work, INTERNED_NAME, (uint64_t)index + 1, name);
    return (uint64_t)index + 1;
}

/* ---- events ---- */

static void begin_event(struct perfetto_work *work, int64_t time_ns, unsigned type, uint64_t track)
{
    output_protobuf_number(&work->packet, PACKET_TIMESTAMP, timestamp(work, time_ns));
    output_protobuf_number(&work->event, EVENT_TYPE, type);
    output_protobuf_number(&work->event, EVENT_TRACK, track);
}

static void end_event(struct output_perfetto *perfetto)
{
    output_protobuf_part(&perfetto->work->packet, PACKET_TRACK_EVENT, &perfetto->work->event);
    put_packet(perfetto);
}

static void put_name(struct perfetto_work *work, struct base_str name, bool often, unsigned category)
{
    uint64_t id = often ? name_id(work, name) : 0;
    if (id)
        output_protobuf_number(&work->event, EVENT_NAME_ID, id);
    else
        output_protobuf_string(&work->event, EVENT_NAME, name);
    output_protobuf_number(&work->event, EVENT_CATEGORY, category);
}

static void put_annotation(struct perfetto_work *work, const char *name, const int64_t *number, struct base_str text)
{
    output_protobuf_string(&work->entry, ANNOTATION_NAME, base_str_of(name));
    if (number)
        output_protobuf_number(&work->entry, ANNOTATION_INT, (uint64_t)*number);
    else
        output_protobuf_string(&work->entry, ANNOTATION_STRING, text);
    output_protobuf_part(&work->event, EVENT_ANNOTATION, &work->entry);
}

static void put_goroutine(struct perfetto_work *work, goroutine_id goroutine)
{
    if (goroutine.n != NO_GOROUTINE.n)
        put_annotation(work, "goroutine", &goroutine.n, (struct base_str){0});
}

static void put_stack(struct perfetto_work *work, uint32_t stack)
{
    output_protobuf_optional(&work->event, EVENT_STACK, stack_id(work, stack));
}

static void put_end(struct output_perfetto *perfetto, int64_t time_ns, uint64_t track)
{
    begin_event(perfetto->work, time_ns, TYPE_END, track);
    end_event(perfetto);
}

/* ---- what processors did ---- */

static const struct {
    int64_t lane;
    const char *name;
} pseudo_lanes[] = {{ANALYZE_LANE_GC, "GC"}, {ANALYZE_LANE_NETWORK, "Network"}, {ANALYZE_LANE_SYSCALLS, "Syscalls"}};

static const char *pseudo_name(int64_t lane)
{
    for (size_t i = 0; i < sizeof pseudo_lanes / sizeof *pseudo_lanes; i++)
        if (pseudo_lanes[i].lane == lane)
            return pseudo_lanes[i].name;
    return NULL;
}

/* The track of a lane, which is written when it is first needed. */
static uint64_t lane_track(struct output_perfetto *perfetto, int64_t lane)
{
    struct perfetto_work *work = perfetto->work;
    const char *name = pseudo_name(lane);
    uint64_t id = track_id(name ? TRACK_PSEUDO : TRACK_PROC, lane);
    if (base_map_find(&work->tracks, id) != BASE_MAP_NONE)
        return id;
    base_map_set(&work->tracks, id, 0);
    work->name.size = 0;
    if (name)
        base_text_add(&work->name, name);
    else
        base_text_format(&work->name, lane == -1 ? "No processor" : "Proc %" PRId64, lane);
    put_track(perfetto, &(struct track){.id = id,
                                        .parent = track_id(TRACK_SECTION, SECTION_PROCS),
                                        .name = base_text_view(&work->name),
                                        .rank = name ? lane - ANALYZE_LANE_GC - 1 : lane});
    return id;
}

static void set_pending(struct perfetto_work *work, const struct analyze_mark *arrow, uint64_t flow)
{
    uint32_t place = base_map_find(&work->pending_by_goroutine, (uint64_t)arrow->goroutine.n);
    if (place == BASE_MAP_NONE) {
        place = (uint32_t)work->pending.count;
        base_map_set(&work->pending_by_goroutine, (uint64_t)arrow->goroutine.n, place);
        (void)base_vec_add(&work->pending);
    }
    work->pending.at[place] = (struct pending_flow){arrow->goroutine, arrow->end_ns, flow};
}

/* The flow that ends where a goroutine's slice begins; 0: none. */
static uint64_t take_pending(struct perfetto_work *work, const struct analyze_mark *slice)
{
    uint32_t place = base_map_find(&work->pending_by_goroutine, (uint64_t)slice->goroutine.n);
    if (place == BASE_MAP_NONE || work->pending.at[place].time_ns != slice->start_ns)
        return 0;
    uint64_t flow = work->pending.at[place].flow;
    base_map_remove(&work->pending_by_goroutine, (uint64_t)slice->goroutine.n);
    struct pending_flow *last = &work->pending.at[--work->pending.count];
    if (place < work->pending.count) {
        work->pending.at[place] = *last;
        base_map_set(&work->pending_by_goroutine, (uint64_t)last->goroutine.n, place);
    }
    return flow;
}

static bool is_run(const struct analyze_mark *mark)
{
    return mark->kind == ANALYZE_SLICE && mark->detail == ANALYZE_DETAIL_RUN;
}

static void put_slice(struct output_perfetto *perfetto, const struct analyze_mark *mark)
{
    struct perfetto_work *work = perfetto->work;
    uint64_t track = lane_track(perfetto, mark->lane);
    uint64_t flow = is_run(mark) ? take_pending(work, mark) : 0;
    begin_event(work, mark->start_ns, TYPE_BEGIN, track);
    put_name(work, mark->name, !is_run(mark), CATEGORY_RUN);
    if (flow)
        output_protobuf_fixed(&work->event, EVENT_LAST_FLOW, flow);
    put_goroutine(work, mark->goroutine);
    if (mark->detail == ANALYZE_DETAIL_BLOCKED || mark->detail == ANALYZE_DETAIL_NOT_BLOCKED)
        put_annotation(work, "blocked", NULL,
                       mark->detail == ANALYZE_DETAIL_BLOCKED ? BASE_STR("yes") : BASE_STR("no"));
    put_stack(work, mark->stack);
    end_event(perfetto);
    put_end(perfetto, mark->end_ns, track);
}

static void put_instant(struct output_perfetto *perfetto, const struct analyze_mark *mark)
{
    struct perfetto_work *work = perfetto->work;
    bool log = mark->detail == ANALYZE_DETAIL_LOG;
    uint64_t track = lane_track(perfetto, mark->lane);
    begin_event(work, mark->start_ns, TYPE_INSTANT, track);
    put_name(work, mark->name, !log, log ? CATEGORY_USER : CATEGORY_RUN);
    put_goroutine(work, mark->goroutine);
    if (mark->detail == ANALYZE_DETAIL_PROC)
        put_annotation(work, "thread", &mark->thread.n, (struct base_str){0});
    put_stack(work, mark->stack);
    end_event(perfetto);
}

static void put_arrow(struct output_perfetto *perfetto, const struct analyze_mark *mark)
{
    struct perfetto_work *work = perfetto->work;
    uint64_t track = lane_track(perfetto, mark->lane);
    set_pending(work, mark, ++work->flows);
    begin_event(work, mark->start_ns, TYPE_INSTANT, track);
    put_name(work, mark->name, true, CATEGORY_WAKE);
    output_protobuf_fixed(&work->event, EVENT_FLOW, work->flows);
    put_goroutine(work, mark->goroutine);
    put_stack(work, mark->stack);
    end_event(perfetto);
}

/* The same wherever and whenever it is computed: FNV-1a. */
static uint64_t stable_hash(struct base_str text)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < text.size; i++)
        hash = (hash ^ (unsigned char)text.data[i]) * UINT64_C(0x100000001b3);
    return hash;
}

/* A track for each value, "Heap Allocated". */
static uint64_t counter_track(struct output_perfetto *perfetto, struct base_str counter, const char *value)
{
    struct perfetto_work *work = perfetto->work;
    work->name.size = 0;
    base_text_str(&work->name, counter);
    base_text_char(&work->name, ' ');
    base_text_add(&work->name, value);
    uint64_t id = track_id(TRACK_COUNT, (int64_t)stable_hash(base_text_view(&work->name)));
    if (base_map_find(&work->tracks, id) == BASE_MAP_NONE) {
        base_map_set(&work->tracks, id, 0);
        put_track(perfetto, &(struct track){.id = id,
                                            .parent = track_id(TRACK_SECTION, SECTION_COUNTERS),
                                            .name = base_text_view(&work->name),
                                            .unit = base_str_is(counter, "Heap") ? UNIT_BYTES : UNIT_COUNT});
    }
    return id;
}

static void put_counter(struct output_perfetto *perfetto, const struct analyze_mark *mark)
{
    for (size_t i = 0; i < ANALYZE_MOST_VALUES && mark->values[i].name; i++) {
        uint64_t track = counter_track(perfetto, mark->name, mark->values[i].name);
        begin_event(perfetto->work, mark->start_ns, TYPE_COUNTER, track);
        output_protobuf_number(&perfetto->work->event, EVENT_COUNTER, mark->values[i].value);
        end_event(perfetto);
    }
}

static void draw(void *context, const struct analyze_mark *mark, const struct order_symbols *symbols)
{
    struct output_perfetto *perfetto = context;
    perfetto->work->symbols = symbols;
    switch (mark->kind) {
    case ANALYZE_SLICE: put_slice(perfetto, mark); break;
    case ANALYZE_INSTANT: put_instant(perfetto, mark); break;
    case ANALYZE_ARROW: put_arrow(perfetto, mark); break;
    case ANALYZE_COUNTER: put_counter(perfetto, mark); break;
    case ANALYZE_LANE: lane_track(perfetto, mark->lane); break;
    }
}

/* ---- what goroutines did ---- */

/* Written with its first state, and forgotten with the goroutine: the next one of that id has the same. */
static uint64_t goroutine_track(struct output_perfetto *perfetto, const struct analyze_state *state)
{
    struct perfetto_work *work = perfetto->work;
    uint64_t id = track_id(TRACK_GOROUTINE, state->goroutine.n);
    bool named = state->func != ORDER_EMPTY_STRING;
    uint32_t known = base_map_find(&work->goroutines, id);
    if (known != BASE_MAP_NONE && (known || !named))
        return id;
    base_map_set(&work->goroutines, id, named);
    work->name.size = 0;
    base_text_format(&work->name, "G%" PRId64 "%s", state->goroutine.n, named ? " " : "");
    base_text_str(&work->name, order_string(work->symbols, state->func));
    put_track(perfetto, &(struct track){.id = id,
                                        .parent = track_id(TRACK_SECTION, SECTION_GOROUTINES),
                                        .name = base_text_view(&work->name),
                                        .rank = state->goroutine.n});
    return id;
}

static void take_state(void *context, const struct analyze_state *state, const struct order_symbols *symbols)
{
    struct output_perfetto *perfetto = context;
    struct perfetto_work *work = perfetto->work;
    const struct analyze_selection *selection = perfetto->selection;
    if (selection && !analyze_selection_touches(selection, state->goroutine, state->start_ns, state->end_ns))
        return;
    work->symbols = symbols;
    uint64_t track = goroutine_track(perfetto, state);
    struct base_str reason = order_string(symbols, state->reason);
    begin_event(work, state->start_ns, TYPE_BEGIN, track);
    put_name(work, base_str_of(order_state_name(state->state)), true, CATEGORY_STATE);
    if (reason.size)
        put_annotation(work, "reason", NULL, reason);
    put_stack(work, state->stack);
    end_event(perfetto);
    put_end(perfetto, state->end_ns, track);
    if (state->last)
        base_map_remove(&work->goroutines, track);
}

/* ---- the whole ---- */

static void put_clock(struct perfetto_work *work, unsigned clock, uint64_t ns)
{
    output_protobuf_number(&work->entry, CLOCK_ID, clock);
    output_protobuf_number(&work->entry, CLOCK_TIMESTAMP, ns);
    output_protobuf_part(&work->event, SNAPSHOT_CLOCK, &work->entry);
}

static void put_snapshot(struct output_perfetto *perfetto, const struct order_sync *sync)
{
    struct perfetto_work *work = perfetto->work;
    put_clock(work, CLOCK_BOOTTIME, timestamp(work, sync->trace_ns));
    put_clock(work, CLOCK_MONOTONIC, sync->monotonic_ns);
    put_clock(work, CLOCK_REALTIME, sync->wall_seconds * 1000000000 + sync->wall_ns);
    output_protobuf_part(&work->packet, PACKET_CLOCK_SNAPSHOT, &work->event);
    put_packet(perfetto);
}

static void put_sections(struct output_perfetto *perfetto)
{
    static const char *const names[] = {
        [SECTION_PROCS] = "Processors", [SECTION_GOROUTINES] = "Goroutines", [SECTION_COUNTERS] = "Counters"};
    for (int64_t i = SECTION_PROCS; i <= SECTION_COUNTERS; i++)
        put_track(perfetto, &(struct track){.id = track_id(TRACK_SECTION, i),
                                            .name = base_str_of(names[i]),
                                            .rank = i,
                                            .ordered = i != SECTION_COUNTERS});
}

void output_perfetto_begin(struct output_perfetto *perfetto, const struct analyze_selection *selection,
                           struct base_text *out)
{
    *perfetto = (struct output_perfetto){.out = out, .selection = selection};
    struct perfetto_work *work = perfetto->work = base_zalloc(1, sizeof *work);
    analyze_picture_init(&perfetto->picture, ANALYZE_VIEW_PROC, draw, perfetto);
    perfetto->picture.selection = selection;
    perfetto->picture.official = false;
    analyze_states_init(&perfetto->states, take_state, perfetto);
    for (uint64_t i = 1; i < CATEGORIES; i++)
        intern_text(work, INTERNED_CATEGORY, i, base_str_of(categories[i]));
    intern_text(work, INTERNED_PATH, 1, BASE_STR("go"));
    output_protobuf_number(&work->entry, ENTRY_ID, ONLY_MAPPING);
    output_protobuf_number(&work->entry, MAPPING_PATH, 1);
    output_protobuf_part(&work->interned, INTERNED_MAPPING, &work->entry);
    put_sections(perfetto);
}

void output_perfetto_add(void *self, const struct order_block *block, const struct order_symbols *symbols)
{
    struct output_perfetto *perfetto = self;
    const struct order_event *first = block->events; /* a Sync is the first of its block */
    if (block->count && first->kind == ORDER_SYNC) {
        if (first->time_ns < 0)
            perfetto->work->shift_ns = -first->time_ns;
        if (first->sync.facts->has_snapshot)
            put_snapshot(perfetto, first->sync.facts);
    }
    analyze_picture_add(&perfetto->picture, block, symbols);
    analyze_states_add(&perfetto->states, block, symbols);
}

void output_perfetto_end(struct output_perfetto *perfetto, const struct order_symbols *symbols, int64_t last_ns)
{
    analyze_picture_finish(&perfetto->picture, symbols, last_ns);
    analyze_states_finish(&perfetto->states, symbols, last_ns);
}

void output_perfetto_release(struct output_perfetto *perfetto)
{
    struct perfetto_work *work = perfetto->work;
    if (!work)
        return;
    analyze_picture_release(&perfetto->picture);
    analyze_states_release(&perfetto->states);
    struct base_text *texts[] = {&work->packet, &work->event, &work->interned, &work->entry, &work->name, &work->names};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        base_text_release(texts[i]);
    base_map_release(&work->name_by_hash);
    base_map_release(&work->tracks);
    base_map_release(&work->goroutines);
    base_map_release(&work->pending_by_goroutine);
    base_vec_release(&work->name_ends);
    base_vec_release(&work->known_functions);
    base_vec_release(&work->known_files);
    base_vec_release(&work->known_frames);
    base_vec_release(&work->known_stacks);
    base_vec_release(&work->pending);
    free(work);
    perfetto->work = NULL;
}
