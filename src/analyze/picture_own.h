/* What the parts of a picture share. Internal to src/analyze: picture.c draws what processors and the runtime do,
 * picture_goroutines.c what goroutines do.
 */
#ifndef KYMO_ANALYZE_PICTURE_OWN_H
#define KYMO_ANALYZE_PICTURE_OWN_H

#include "analyze/picture.h"

/* Why a goroutine will start. */
enum cause { NO_CAUSE, CAUSE_CREATED, CAUSE_UNBLOCKED, CAUSE_SYSCALL };

/* A range that has begun. */
struct open_range {
    uint32_t name, stack;
    int64_t start_ns; /* NOT_YET: since the goroutine executes again */
};

/* A range that has ended while its goroutine executed nowhere. */
struct done_range {
    uint32_t name, stack, end_stack; /* name: SYSCALL_NAME, or a symbol */
    int64_t start_ns, end_ns;
    enum analyze_mark_detail detail;
};

struct artist {
    bool used, named, executing, in_syscall;
    goroutine_id id;
    uint32_t func, label;   /* of its name */
    int64_t lane, since_ns; /* while executing */
    uint32_t last_stop_stack;
    BASE_VEC(struct open_range) open;
    BASE_VEC(struct done_range) done;
    int64_t syscall_ns;
    proc_id syscall_proc; /* that it began on */
    uint32_t syscall_stack, block_reason;
    enum cause cause;
    uint32_t cause_reason, cause_stack;
    int64_t cause_ns, cause_lane;
};

/* A range of a processor, or of none. */
struct loose_range {
    uint32_t name, stack;
    int64_t start_ns;
    bool of_proc;
    proc_id proc;
};

/* Classes of goroutines in the counter. */
enum { CLASS_DEAD, CLASS_RUNNABLE, CLASS_RUNNING, CLASS_WAITING, CLASS_GC, CLASSES };

struct picture_work {
    BASE_VEC(struct artist) artists;
    BASE_VEC(uint32_t) free;
    struct base_map artist_by_id,
        syscall_by_proc;                /* places in artists; ids of goroutines come again only as outliving */
    BASE_VEC(struct loose_range) loose; /* a processor has one kind of ranges, and so have all together */
    struct base_map loose_by_key;
    BASE_VEC(int64_t) lanes; /* those seen */
    struct base_map lane_seen;
    int64_t most_proc;
    bool begun, fresh; /* fresh: what is told to be active has been since begin_ns */
    int64_t begin_ns;
    int64_t classes[CLASSES], shown_classes[CLASSES];
    int64_t running_procs;
    uint64_t heap_bytes, goal_bytes, shown_heap_bytes, shown_goal_bytes;
    uint32_t assist; /* the symbol of its name; 0: not known yet */
    struct base_text name;
};

/* What drawing takes: the event that it is about, NULL at the end. */
struct pen {
    struct analyze_picture *picture;
    struct picture_work *work;
    const struct order_symbols *symbols;
    const struct order_event *event;
};

void analyze_picture_draw(const struct pen *pen, const struct analyze_mark *mark);
void analyze_picture_draw_counter(const struct pen *pen, int64_t time_ns, const struct analyze_mark *values);

/* Something at the time of the event. */
void analyze_picture_draw_instant(const struct pen *pen, struct base_str name, int64_t lane, goroutine_id goroutine,
                                  uint32_t stack);
void analyze_picture_draw_lane(const struct pen *pen, int64_t id, goroutine_id goroutine, struct base_str name);

/* An empty text for a name, which lasts until the next one. */
struct base_text *analyze_picture_new_name(const struct pen *pen);

/* Where what an event does is drawn; -1: nowhere. */
int64_t analyze_picture_lane_of(const struct analyze_picture *picture, const struct order_context *context);

/* Notes a lane, to be named at the end. */
void analyze_picture_saw_lane(struct picture_work *work, int64_t id);

void analyze_picture_go_transition(const struct pen *pen);
void analyze_picture_goroutine_range(const struct pen *pen);
void analyze_picture_label(const struct pen *pen);

/* The event's processor was taken from a goroutine in a syscall. */
void analyze_picture_take_proc(const struct pen *pen);

/* Draws what goroutines are still in, and forgets them. */
void analyze_picture_end_goroutines(const struct pen *pen, int64_t time_ns);
void analyze_picture_release_goroutines(struct picture_work *work);

#endif
