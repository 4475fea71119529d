#include "output/chrome.h"

/* Processes of the format: sections of the timeline. */
enum { PID_LANES = 0, PID_STATS = 1 };

static const struct {
    int64_t lane;
    const char *name;
    int64_t sort;
} pseudo_lanes[] = {{ANALYZE_LANE_GC, "GC", -6},
                    {ANALYZE_LANE_NETWORK, "Network", -5},
                    {ANALYZE_LANE_TIMERS, "Timers", -4},
                    {ANALYZE_LANE_SYSCALLS, "Syscalls", -3}};

static const char *const section_names[] = {
    [ANALYZE_VIEW_PROC] = "PROCS", [ANALYZE_VIEW_THREAD] = "OS THREADS", [ANALYZE_VIEW_GOROUTINE] = "G"};

void output_chrome_release(struct output_chrome *chrome)
{
    analyze_picture_release(&chrome->picture);
    base_vec_release(&chrome->nodes);
    base_vec_release(&chrome->node_by_stack);
    base_map_release(&chrome->pc_index);
    base_map_release(&chrome->node_by_pc);
}

/* ---- stacks ---- */

static uint32_t small_pc(struct output_chrome *chrome, uint64_t pc)
{
    uint32_t index = base_map_find(&chrome->pc_index, pc);
    if (index == BASE_MAP_NONE) {
        index = chrome->pcs++;
        base_map_set(&chrome->pc_index, pc, index);
    }
    return index;
}

/* The number of a frame beneath another: frames with the same PC there are one. */
static uint32_t node_beneath(struct output_chrome *chrome, const struct order_symbols *symbols, uint32_t parent,
                             uint32_t frame)
{
    uint64_t key = (uint64_t)parent << 32 | small_pc(chrome, symbols->frames.at[frame].pc);
    uint32_t node = base_map_find(&chrome->node_by_pc, key);
    if (node == BASE_MAP_NONE) {
        *base_vec_add(&chrome->nodes) = (struct output_chrome_node){parent, frame};
        node = (uint32_t)chrome->nodes.count;
        base_map_set(&chrome->node_by_pc, key, node);
    }
    return node;
}

static uint32_t stack_number(struct output_chrome *chrome, const struct order_symbols *symbols, uint32_t stack)
{
    while (stack >= chrome->node_by_stack.count)
        *base_vec_add(&chrome->node_by_stack) = 0;
    uint32_t node = chrome->node_by_stack.at[stack];
    if (node)
        return node;
    for (uint32_t depth = order_stack_depth(symbols, stack); depth--;)
        node = node_beneath(chrome, symbols, node, symbols->frame_refs.at[symbols->stacks.at[stack].first + depth]);
    chrome->node_by_stack.at[stack] = node;
    return node;
}

/* ---- events ---- */

static void put_name(struct output_chrome *chrome, struct base_str name, char phase)
{
    base_text_add(chrome->out, chrome->comma ? ",{" : "{");
    chrome->comma = true;
    if (name.size) {
        base_text_add(chrome->out, "\"name\":");
        base_text_json(chrome->out, name);
        base_text_char(chrome->out, ',');
    }
    base_text_add(chrome->out, "\"ph\":\"");
    base_text_char(chrome->out, phase);
    base_text_add(chrome->out, phase == 'I' ? "\",\"s\":\"t\"" : "\"");
}

/* Microseconds, with as many digits as it takes. */
static void put_us(struct output_chrome *chrome, const char *name, int64_t ns)
{
    uint64_t size = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;
    uint64_t fraction = size % 1000;
    base_text_add(chrome->out, name);
    if (ns < 0)
        base_text_char(chrome->out, '-');
    base_text_u64(chrome->out, size / 1000);
    if (!fraction)
        return;
    base_text_char(chrome->out, '.');
    for (uint64_t unit = 100; fraction; fraction %= unit, unit /= 10)
        base_text_char(chrome->out, (char)('0' + fraction / unit));
}

static void put_u64(struct output_chrome *chrome, const char *name, uint64_t value)
{
    base_text_add(chrome->out, name);
    base_text_u64(chrome->out, value);
}

static void put_optional(struct output_chrome *chrome, const char *name, uint64_t value)
{
    if (value)
        put_u64(chrome, name, value);
}

static void put_place(struct output_chrome *chrome, uint64_t pid, int64_t lane)
{
    put_u64(chrome, ",\"pid\":", pid);
    put_u64(chrome, ",\"tid\":", (uint64_t)lane);
}

static void put_proc(struct output_chrome *chrome, const struct analyze_mark *mark)
{
    base_text_add(chrome->out, ",\"args\":{");
    put_optional(chrome, "\"thread\":", (uint64_t)mark->thread.n);
    put_optional(chrome, mark->thread.n ? ",\"proc\":" : "\"proc\":", (uint64_t)mark->proc.n);
    base_text_char(chrome->out, '}');
}

static void put_values(struct output_chrome *chrome, const struct analyze_mark *mark)
{
    base_text_add(chrome->out, ",\"args\":{");
    for (size_t i = 0; i < ANALYZE_MOST_VALUES && mark->values[i].name; i++) {
        base_text_add(chrome->out, i ? ",\"" : "\"");
        base_text_add(chrome->out, mark->values[i].name);
        put_u64(chrome, "\":", mark->values[i].value);
    }
    base_text_char(chrome->out, '}');
}

static void put_detail(struct output_chrome *chrome, const struct analyze_mark *mark)
{
    switch (mark->detail) {
    case ANALYZE_DETAIL_BLOCKED: base_text_add(chrome->out, ",\"args\":{\"blocked\":\"yes\"}"); break;
    case ANALYZE_DETAIL_NOT_BLOCKED: base_text_add(chrome->out, ",\"args\":{\"blocked\":\"no\"}"); break;
    case ANALYZE_DETAIL_PROC: put_proc(chrome, mark); break;
    case ANALYZE_DETAIL_LOG: base_text_add(chrome->out, ",\"cat\":\"user event\""); break;
    default: break;
    }
}

static void end_event(struct output_chrome *chrome)
{
    base_text_add(chrome->out, "}\n");
}

static void put_span(struct output_chrome *chrome, const struct analyze_mark *mark, const struct order_symbols *symbols)
{
    put_name(chrome, mark->name, mark->kind == ANALYZE_SLICE ? 'X' : 'I');
    put_us(chrome, ",\"ts\":", mark->start_ns - chrome->picture.first_ns);
    if (mark->end_ns != mark->start_ns)
        put_us(chrome, ",\"dur\":", mark->end_ns - mark->start_ns);
    put_place(chrome, PID_LANES, mark->lane);
    put_optional(chrome, ",\"sf\":", stack_number(chrome, symbols, mark->stack));
    put_optional(chrome, ",\"esf\":", stack_number(chrome, symbols, mark->end_stack));
    put_detail(chrome, mark);
    end_event(chrome);
}

static void put_arrow(struct output_chrome *chrome, const struct analyze_mark *mark,
                      const struct order_symbols *symbols)
{
    chrome->arrows++;
    put_name(chrome, mark->name, 's');
    put_us(chrome, ",\"ts\":", mark->start_ns - chrome->picture.first_ns);
    put_place(chrome, PID_LANES, mark->lane);
    put_u64(chrome, ",\"id\":", chrome->arrows);
    put_optional(chrome, ",\"sf\":", stack_number(chrome, symbols, mark->stack));
    end_event(chrome);
    put_name(chrome, mark->name, 't');
    put_us(chrome, ",\"ts\":", mark->end_ns - chrome->picture.first_ns);
    put_place(chrome, PID_LANES, mark->end_lane);
    put_u64(chrome, ",\"id\":", chrome->arrows);
    end_event(chrome);
}

static void put_counter(struct output_chrome *chrome, const struct analyze_mark *mark)
{
    put_name(chrome, mark->name, 'C');
    put_us(chrome, ",\"ts\":", mark->start_ns - chrome->picture.first_ns);
    put_place(chrome, PID_STATS, 0);
    put_values(chrome, mark);
    end_event(chrome);
}

static void begin_metadata(struct output_chrome *chrome, const char *what, uint64_t pid, int64_t lane)
{
    put_name(chrome, base_str_of(what), 'M');
    base_text_add(chrome->out, ",\"ts\":0");
    put_place(chrome, pid, lane);
    base_text_add(chrome->out, ",\"args\":{");
}

static void put_metadata(struct output_chrome *chrome, bool lane, uint64_t pid, int64_t tid, struct base_str name,
                         int64_t sort)
{
    begin_metadata(chrome, lane ? "thread_name" : "process_name", pid, tid);
    base_text_add(chrome->out, "\"name\":");
    base_text_json(chrome->out, name);
    base_text_add(chrome->out, "}}\n");
    begin_metadata(chrome, lane ? "thread_sort_index" : "process_sort_index", pid, tid);
    base_text_add(chrome->out, "\"sort_index\":");
    base_text_i64(chrome->out, sort);
    base_text_add(chrome->out, "}}\n");
}

static void draw(void *context, const struct analyze_mark *mark, const struct order_symbols *symbols)
{
    struct output_chrome *chrome = context;
    switch (mark->kind) {
    case ANALYZE_SLICE:
    case ANALYZE_INSTANT: put_span(chrome, mark, symbols); break;
    case ANALYZE_ARROW: put_arrow(chrome, mark, symbols); break;
    case ANALYZE_COUNTER: put_counter(chrome, mark); break;
    case ANALYZE_LANE: put_metadata(chrome, true, PID_LANES, mark->lane, mark->name, mark->lane); break;
    }
}

void output_chrome_begin(struct output_chrome *chrome, enum analyze_view view,
                         const struct analyze_selection *selection, struct base_text *out)
{
    *chrome = (struct output_chrome){.out = out};
    analyze_picture_init(&chrome->picture, view, draw, chrome);
    chrome->picture.selection = selection;
    base_text_add(out, "{\"displayTimeUnit\":\"ns\"\n,\"traceEvents\": [");
}

void output_chrome_add(void *self, const struct order_block *block, const struct order_symbols *symbols)
{
    struct output_chrome *chrome = self;
    analyze_picture_add(&chrome->picture, block, symbols);
}

static void put_frames(struct output_chrome *chrome, const struct order_symbols *symbols)
{
    struct base_text name = {0};
    for (size_t i = 0; i < chrome->nodes.count; i++) {
        const struct output_chrome_node *node = &chrome->nodes.at[i];
        const struct order_frame *frame = &symbols->frames.at[node->frame];
        name.size = 0;
        base_text_str(&name, order_string(symbols, frame->func));
        base_text_char(&name, ':');
        base_text_u64(&name, frame->line);
        base_text_add(chrome->out, i ? ",\"" : "\"");
        base_text_u64(chrome->out, i + 1);
        base_text_add(chrome->out, "\":{\"name\":");
        base_text_json(chrome->out, base_text_view(&name));
        put_optional(chrome, ",\"parent\":", node->parent);
        base_text_char(chrome->out, '}');
    }
    base_text_release(&name);
}

void output_chrome_end(struct output_chrome *chrome, const struct order_symbols *symbols, int64_t last_ns)
{
    analyze_picture_finish(&chrome->picture, symbols, last_ns);
    put_metadata(chrome, false, PID_STATS, 0, BASE_STR("STATS"), 0);
    put_metadata(chrome, false, PID_LANES, 0, base_str_of(section_names[chrome->picture.view]), 2);
    for (size_t i = 0; i < sizeof pseudo_lanes / sizeof *pseudo_lanes; i++)
        put_metadata(chrome, true, PID_LANES, pseudo_lanes[i].lane, base_str_of(pseudo_lanes[i].name),
                     pseudo_lanes[i].sort);
    base_text_add(chrome->out, "], \"stackFrames\":{");
    put_frames(chrome, symbols);
    base_text_add(chrome->out, "}\n}\n");
}
