/* The tables: what is documented here is what is there. */
#include "query/schema.h"

#include "query/store.h"

#include <strings.h>

/* By analyze_event_kinds, enum order_state, order_range and order_metric; then by schema.h. */
static const char *const kind_words[] = {
    "status",    "create",      "end",      "block",        "unblock",    "start",       "stop",
    "syscall",   "syscall-end", "switch",   "proc-start",   "proc-stop",  "range-begin", "range-active",
    "range-end", "task-begin",  "task-end", "region-begin", "region-end", "log",         "label",
    "sample",    "metric",      "sync",     "experimental", NULL,
};
static const char *const state_words[] = {"undetermined", "none",    "runnable", "running",
                                          "waiting",      "syscall", "idle",     NULL};
static const char *const range_words[] = {"stw", "gc", "sweep", "assist", NULL};
static const char *const metric_words[] = {"/sched/gomaxprocs:threads", "/memory/classes/heap/objects:bytes",
                                           "/gc/heap/goal:bytes", NULL};
static const char *const wakeup_words[] = {"wake", "create", "syscall", NULL};

static const struct query_column goroutines_columns[GOROUTINES_COLUMNS] = {
    [GOROUTINES_ID] = {"id", "id", "its number in the program; NULL is none's", {.kind = QUERY_NUMBER}},
    [GOROUTINES_LIFE] = {"life",
                         "",
                         "its number in this trace, from 1 on: unlike ids, no two share one",
                         {.kind = QUERY_SMALL}},
    [GOROUTINES_NAME] = {"name", "", "the function that it began in", {.kind = QUERY_NAME}},
    [GOROUTINES_START] = {"start_ns", "ns", "when the trace first knows of it", {.kind = QUERY_NUMBER}},
    [GOROUTINES_END] = {"end_ns", "ns", "when it ended, or the trace did", {.kind = QUERY_NUMBER}},
    [GOROUTINES_DURATION] = {"duration_ns",
                             "ns",
                             "end_ns - start_ns",
                             {.kind = QUERY_SPAN, .of = GOROUTINES_END, .less = GOROUTINES_START}},
    [GOROUTINES_CREATED] = {"created", "0 or 1", "1 if it was created within the trace", {.kind = QUERY_FLAG}},
    [GOROUTINES_ENDED] = {"ended", "0 or 1", "1 if it ended within the trace", {.kind = QUERY_FLAG}},
    [GOROUTINES_CREATOR] = {"creator", "goroutines.id", "the goroutine that created it", {.kind = QUERY_NUMBER}},
    [GOROUTINES_CREATOR_STACK] = {"creator_stack",
                                  "stacks.id",
                                  "where that was, at its go statement",
                                  {.kind = QUERY_STACK}},
    [GOROUTINES_RUNNING] = {"running_ns", "ns", "how long it ran", {.kind = QUERY_NUMBER}},
    [GOROUTINES_RUNNABLE] = {"runnable_ns", "ns", "how long it waited for a processor", {.kind = QUERY_NUMBER}},
    [GOROUTINES_WAITING] = {"waiting_ns", "ns", "how long it was blocked", {.kind = QUERY_NUMBER}},
    [GOROUTINES_SYSCALL] = {"syscall_ns", "ns", "how long it was in syscalls", {.kind = QUERY_NUMBER}},
    [GOROUTINES_STATES] = {"states", "", "how many rows of states it has", {.kind = QUERY_NUMBER}},
    [GOROUTINES_LAST_STATE] = {"last_state",
                               "",
                               "the state that it was in at end_ns; NULL if it had ended before",
                               {.kind = QUERY_WORD, .words = state_words}},
    [GOROUTINES_LAST_REASON] = {"last_reason", "", "why, as the runtime puts it", {.kind = QUERY_NAME}},
    [GOROUTINES_LAST_STACK] = {"last_stack", "stacks.id", "where it was then", {.kind = QUERY_STACK}},
};

static const struct query_column states_columns[STATES_COLUMNS] = {
    [STATES_START] = {"start_ns", "ns", "when the goroutine came into the state", {.kind = QUERY_NUMBER}},
    [STATES_END] = {"end_ns", "ns", "when it left it, or the trace ended", {.kind = QUERY_NUMBER}},
    [STATES_DURATION] = {"duration_ns",
                         "ns",
                         "end_ns - start_ns",
                         {.kind = QUERY_SPAN, .of = STATES_END, .less = STATES_START}},
    [STATES_GOROUTINE] = {"goroutine", "goroutines.id", "whose state it is", {.kind = QUERY_NUMBER}},
    [STATES_LIFE] = {"life", "goroutines.life", "the same, where an id comes again", {.kind = QUERY_SMALL}},
    [STATES_STATE] = {"state", "", "running, runnable, waiting or syscall", {.kind = QUERY_WORD, .words = state_words}},
    [STATES_REASON] = {"reason",
                       "",
                       "why it waits, or was stopped, as the runtime puts it: 'chan receive'",
                       {.kind = QUERY_NAME}},
    [STATES_STACK] = {"stack",
                      "stacks.id",
                      "where it is; NULL where the trace does not tell, as when it runs",
                      {.kind = QUERY_STACK}},
    [STATES_PROC] = {"proc", "procs.id", "the processor it runs on, or began its syscall on", {.kind = QUERY_NUMBER}},
    [STATES_THREAD] = {"thread", "threads.id", "likewise the thread", {.kind = QUERY_NUMBER}},
    [STATES_BY] = {"by",
                   "goroutines.id",
                   "who brought it into the state, if that was another goroutine: who woke or created it",
                   {.kind = QUERY_NUMBER}},
    [STATES_BY_STACK] = {"by_stack", "stacks.id", "where that goroutine was", {.kind = QUERY_STACK}},
};

static const struct query_column events_columns[EVENTS_COLUMNS] = {
    [EVENTS_TIME] = {"time_ns", "ns", "when it happened", {.kind = QUERY_NUMBER}},
    [EVENTS_KIND] = {"kind",
                     "",
                     "sync, metric, label, sample, 'range begin', 'range active', 'range end', 'task begin', 'task "
                     "end', 'region begin', 'region end', log, goroutine, proc or experimental",
                     {.kind = QUERY_WORD, .words = kind_words}},
    [EVENTS_GOROUTINE] = {"goroutine", "goroutines.id", "the goroutine that it happened on", {.kind = QUERY_NUMBER}},
    [EVENTS_PROC] = {"proc", "procs.id", "the processor that it happened on", {.kind = QUERY_NUMBER}},
    [EVENTS_THREAD] = {"thread", "threads.id", "the thread that it happened on", {.kind = QUERY_NUMBER}},
    [EVENTS_STACK] = {"stack", "stacks.id", "where that goroutine was", {.kind = QUERY_STACK}},
    [EVENTS_NAME] = {"name",
                     "",
                     "the reason, or what the range, task, region, label or category is called",
                     {.kind = QUERY_NAME}},
    [EVENTS_OF_GOROUTINE] = {"of_goroutine",
                             "goroutines.id",
                             "the goroutine that it is about: whose state changes, who is labelled",
                             {.kind = QUERY_NUMBER}},
    [EVENTS_OF_PROC] = {"of_proc", "procs.id", "the processor that it is about", {.kind = QUERY_NUMBER}},
    [EVENTS_OF_STACK] = {"of_stack", "stacks.id", "where of_goroutine was", {.kind = QUERY_STACK}},
    [EVENTS_FROM] = {"from_state",
                     "",
                     "the state before: undetermined, none, runnable, running, waiting, syscall or idle",
                     {.kind = QUERY_WORD, .words = state_words}},
    [EVENTS_TO] = {"to_state", "", "the state after", {.kind = QUERY_WORD, .words = state_words}},
    [EVENTS_TASK] = {"task", "tasks.id", "of tasks, regions and logs", {.kind = QUERY_NUMBER}},
    [EVENTS_PARENT] = {"parent", "tasks.id", "of tasks: the task that it is part of", {.kind = QUERY_NUMBER}},
    [EVENTS_VALUE] = {"value", "", "of metrics; of the end of a sweep the bytes swept", {.kind = QUERY_NUMBER}},
    [EVENTS_MESSAGE] = {"message", "", "of logs", {.kind = QUERY_MESSAGE}},
};

static const struct query_column stacks_columns[STACKS_COLUMNS] = {
    [STACKS_ID] = {"id", "id", "its number in this trace", {.kind = QUERY_STACK}},
    [STACKS_DEPTH] = {"depth", "frames", "how many frames it has", {.kind = QUERY_SMALL}},
    [STACKS_LEAF] = {"leaf", "", "the innermost function", {.kind = QUERY_NAME}},
    [STACKS_ROOT] = {"root", "", "the outermost function", {.kind = QUERY_NAME}},
    [STACKS_TEXT] = {"text",
                     "",
                     "all of its functions, from the root on, with semicolons between",
                     {.kind = QUERY_PATH, .of = STACKS_ID}},
};

static const struct query_column frames_columns[FRAMES_COLUMNS] = {
    [FRAMES_STACK] = {"stack", "stacks.id", "the stack that it is part of", {.kind = QUERY_STACK}},
    [FRAMES_DEPTH] = {"depth", "", "0 for the leaf, one more for each caller", {.kind = QUERY_SMALL}},
    [FRAMES_FUNCTION] = {"function", "", "the function's full name", {.kind = QUERY_NAME}},
    [FRAMES_FILE] = {"file", "", "its source file", {.kind = QUERY_NAME}},
    [FRAMES_LINE] = {"line", "", "the line there", {.kind = QUERY_NUMBER}},
    [FRAMES_PC] = {"pc", "address", "the program counter", {.kind = QUERY_NUMBER}},
};

static const struct query_column procs_columns[PROCS_COLUMNS] = {
    [PROCS_ID] = {"id", "id", "its number in the program", {.kind = QUERY_NUMBER}},
    [PROCS_START] = {"start_ns", "ns", "when the trace first tells of it", {.kind = QUERY_NUMBER}},
    [PROCS_END] = {"end_ns", "ns", "when it last does", {.kind = QUERY_NUMBER}},
    [PROCS_RUNNING] = {"running_ns", "ns", "how long a thread held it", {.kind = QUERY_NUMBER}},
    [PROCS_GOROUTINES_NS] = {"goroutines_ns", "ns", "how long goroutines ran on it", {.kind = QUERY_NUMBER}},
    [PROCS_SWITCHES] = {"switches", "", "how often one began to", {.kind = QUERY_NUMBER}},
};

static const struct query_column threads_columns[THREADS_COLUMNS] = {
    [THREADS_ID] = {"id", "id", "its number in the system", {.kind = QUERY_NUMBER}},
    [THREADS_START] = {"start_ns", "ns", "its first event", {.kind = QUERY_NUMBER}},
    [THREADS_END] = {"end_ns", "ns", "its last event", {.kind = QUERY_NUMBER}},
    [THREADS_EVENTS] = {"events", "", "how many happened on it", {.kind = QUERY_NUMBER}},
    [THREADS_SAMPLES] = {"samples", "", "how many of these are CPU samples", {.kind = QUERY_NUMBER}},
    [THREADS_RUNNING] = {"running_ns", "ns", "how long goroutines ran on it", {.kind = QUERY_NUMBER}},
};

static const struct query_column ranges_columns[RANGES_COLUMNS] = {
    [RANGES_START] = {"start_ns",
                      "ns",
                      "when it began; if that was before the trace, when that began",
                      {.kind = QUERY_NUMBER}},
    [RANGES_END] = {"end_ns", "ns", "when it ended, or the trace did", {.kind = QUERY_NUMBER}},
    [RANGES_DURATION] = {"duration_ns",
                         "ns",
                         "end_ns - start_ns",
                         {.kind = QUERY_SPAN, .of = RANGES_END, .less = RANGES_START}},
    [RANGES_KIND] = {"kind",
                     "",
                     "stw (the world is stopped), gc (the concurrent mark phase), sweep or assist",
                     {.kind = QUERY_WORD, .words = range_words}},
    [RANGES_NAME] = {"name", "", "as the runtime puts it", {.kind = QUERY_NAME}},
    [RANGES_GOROUTINE] = {"goroutine", "goroutines.id", "who stops the world, or assists", {.kind = QUERY_NUMBER}},
    [RANGES_PROC] = {"proc",
                     "procs.id",
                     "which processor sweeps; of the others, on which it began",
                     {.kind = QUERY_NUMBER}},
    [RANGES_STACK] = {"stack", "stacks.id", "where it began", {.kind = QUERY_STACK}},
    [RANGES_BEGAN] = {"began", "0 or 1", "1 if it began within the trace", {.kind = QUERY_FLAG}},
    [RANGES_ENDED] = {"ended", "0 or 1", "1 if it ended within the trace", {.kind = QUERY_FLAG}},
    [RANGES_SWEPT] = {"swept_bytes", "bytes", "of sweeps: how much was looked at", {.kind = QUERY_NUMBER}},
    [RANGES_RECLAIMED] = {"reclaimed_bytes", "bytes", "of sweeps: how much is free again", {.kind = QUERY_NUMBER}},
};

static const struct query_column counters_columns[COUNTERS_COLUMNS] = {
    [COUNTERS_TIME] = {"time_ns", "ns", "when it changed", {.kind = QUERY_NUMBER}},
    [COUNTERS_NAME] = {"name",
                       "",
                       "'/memory/classes/heap/objects:bytes', '/gc/heap/goal:bytes' or '/sched/gomaxprocs:threads'",
                       {.kind = QUERY_WORD, .words = metric_words}},
    [COUNTERS_VALUE] = {"value", "as named", "the value from then on", {.kind = QUERY_NUMBER}},
    [COUNTERS_GOROUTINE] = {"goroutine", "goroutines.id", "on which it was noticed", {.kind = QUERY_NUMBER}},
    [COUNTERS_PROC] = {"proc", "procs.id", "likewise", {.kind = QUERY_NUMBER}},
    [COUNTERS_STACK] = {"stack", "stacks.id", "where that was", {.kind = QUERY_STACK}},
};

static const struct query_column tasks_columns[TASKS_COLUMNS] = {
    [TASKS_ID] = {"id", "id", "its number in the program", {.kind = QUERY_NUMBER}},
    [TASKS_PARENT] = {"parent", "tasks.id", "the task that it is part of", {.kind = QUERY_NUMBER}},
    [TASKS_NAME] = {"name", "", "its type", {.kind = QUERY_NAME}},
    [TASKS_START] = {"start_ns", "ns", "when it began, or the trace did", {.kind = QUERY_NUMBER}},
    [TASKS_END] = {"end_ns", "ns", "when it ended, or the trace did", {.kind = QUERY_NUMBER}},
    [TASKS_DURATION] = {"duration_ns",
                        "ns",
                        "end_ns - start_ns",
                        {.kind = QUERY_SPAN, .of = TASKS_END, .less = TASKS_START}},
    [TASKS_BEGAN] = {"began", "0 or 1", "1 if it began within the trace", {.kind = QUERY_FLAG}},
    [TASKS_ENDED] = {"ended", "0 or 1", "1 if it ended within the trace", {.kind = QUERY_FLAG}},
    [TASKS_GOROUTINE] = {"goroutine", "goroutines.id", "the goroutine that began it", {.kind = QUERY_NUMBER}},
    [TASKS_END_GOROUTINE] = {"end_goroutine", "goroutines.id", "the goroutine that ended it", {.kind = QUERY_NUMBER}},
    [TASKS_GOROUTINES] = {"goroutines", "", "how many worked for it", {.kind = QUERY_NUMBER}},
    [TASKS_REGIONS] = {"regions", "", "how many regions belong to it", {.kind = QUERY_NUMBER}},
    [TASKS_LOGS] = {"logs", "", "how many logs do", {.kind = QUERY_NUMBER}},
};

static const struct query_column regions_columns[REGIONS_COLUMNS] = {
    [REGIONS_START] = {"start_ns",
                       "ns",
                       "when it began; if that was before the trace, when the trace first knows of its goroutine",
                       {.kind = QUERY_NUMBER}},
    [REGIONS_END] = {"end_ns", "ns", "when it ended, or its goroutine or the trace did", {.kind = QUERY_NUMBER}},
    [REGIONS_DURATION] = {"duration_ns",
                          "ns",
                          "end_ns - start_ns",
                          {.kind = QUERY_SPAN, .of = REGIONS_END, .less = REGIONS_START}},
    [REGIONS_NAME] = {"name", "", "its type", {.kind = QUERY_NAME}},
    [REGIONS_GOROUTINE] = {"goroutine", "goroutines.id", "the goroutine that is in it", {.kind = QUERY_NUMBER}},
    [REGIONS_TASK] = {"task", "tasks.id", "the task that it belongs to; 0: none", {.kind = QUERY_NUMBER}},
    [REGIONS_DEPTH] = {"depth", "", "how many regions of the goroutine it lies in", {.kind = QUERY_SMALL}},
    [REGIONS_STACK] = {"stack", "stacks.id", "where it began", {.kind = QUERY_STACK}},
    [REGIONS_BEGAN] = {"began", "0 or 1", "1 if it began within the trace", {.kind = QUERY_FLAG}},
    [REGIONS_ENDED] = {"ended", "0 or 1", "1 if it ended within the trace", {.kind = QUERY_FLAG}},
};

static const struct query_column logs_columns[LOGS_COLUMNS] = {
    [LOGS_TIME] = {"time_ns", "ns", "when", {.kind = QUERY_NUMBER}},
    [LOGS_TASK] = {"task", "tasks.id", "the task that it belongs to; 0: none", {.kind = QUERY_NUMBER}},
    [LOGS_CATEGORY] = {"category", "", "its category", {.kind = QUERY_NAME}},
    [LOGS_MESSAGE] = {"message", "", "its text", {.kind = QUERY_MESSAGE}},
    [LOGS_GOROUTINE] = {"goroutine", "goroutines.id", "who logged it", {.kind = QUERY_NUMBER}},
    [LOGS_PROC] = {"proc", "procs.id", "on which processor", {.kind = QUERY_NUMBER}},
    [LOGS_THREAD] = {"thread", "threads.id", "on which thread", {.kind = QUERY_NUMBER}},
    [LOGS_STACK] = {"stack", "stacks.id", "where", {.kind = QUERY_STACK}},
};

static const struct query_column samples_columns[SAMPLES_COLUMNS] = {
    [SAMPLES_TIME] = {"time_ns", "ns", "when", {.kind = QUERY_NUMBER}},
    [SAMPLES_STACK] = {"stack", "stacks.id", "where", {.kind = QUERY_STACK}},
    [SAMPLES_GOROUTINE] = {"goroutine", "goroutines.id", "who ran", {.kind = QUERY_NUMBER}},
    [SAMPLES_PROC] = {"proc", "procs.id", "on which processor", {.kind = QUERY_NUMBER}},
    [SAMPLES_THREAD] = {"thread", "threads.id", "on which thread", {.kind = QUERY_NUMBER}},
};

static const struct query_column wakeups_columns[WAKEUPS_COLUMNS] = {
    [WAKEUPS_TIME] = {"time_ns", "ns", "when it became runnable", {.kind = QUERY_NUMBER}},
    [WAKEUPS_KIND] = {"kind", "", "wake, create or syscall", {.kind = QUERY_WORD, .words = wakeup_words}},
    [WAKEUPS_GOROUTINE] = {"goroutine", "goroutines.id", "who became runnable", {.kind = QUERY_NUMBER}},
    [WAKEUPS_LIFE] = {"life", "goroutines.life", "the same, where an id comes again", {.kind = QUERY_SMALL}},
    [WAKEUPS_BY] = {"by",
                    "goroutines.id",
                    "who did it; NULL: the runtime, or the goroutine itself",
                    {.kind = QUERY_NUMBER}},
    [WAKEUPS_BY_STACK] = {"by_stack", "stacks.id", "where that goroutine was", {.kind = QUERY_STACK}},
    [WAKEUPS_BY_PROC] = {"by_proc", "procs.id", "on which processor it was done", {.kind = QUERY_NUMBER}},
    [WAKEUPS_REASON] = {"reason", "", "of wake-ups: why it had waited", {.kind = QUERY_NAME}},
    [WAKEUPS_STACK] = {"stack", "stacks.id", "where it had waited", {.kind = QUERY_STACK}},
    [WAKEUPS_WAITED_SINCE] = {"since_ns",
                              "ns",
                              "since when it had waited, or been in the syscall",
                              {.kind = QUERY_NUMBER}},
    [WAKEUPS_WAITED] = {"waited_ns",
                        "ns",
                        "time_ns - since_ns",
                        {.kind = QUERY_SPAN, .of = WAKEUPS_TIME, .less = WAKEUPS_WAITED_SINCE}},
    [WAKEUPS_RAN] = {"ran_ns", "ns", "when it then ran; NULL: not within the trace", {.kind = QUERY_NUMBER}},
    [WAKEUPS_LATENCY] = {"latency_ns",
                         "ns",
                         "ran_ns - time_ns: how long it waited for a processor",
                         {.kind = QUERY_SPAN, .of = WAKEUPS_RAN, .less = WAKEUPS_TIME}},
    [WAKEUPS_PROC] = {"proc", "procs.id", "on which processor it ran", {.kind = QUERY_NUMBER}},
};

const struct query_table query_tables[QUERY_TABLES] = {
    [QUERY_GOROUTINES] = {"goroutines",
                          "Goroutines, in order of appearance. An id that comes again is a row of its own.",
                          goroutines_columns, GOROUTINES_COLUMNS, QUERY_NO_TIME},
    [QUERY_STATES] = {"states", "What goroutines did: an interval for each state that one was in.", states_columns,
                      STATES_COLUMNS, STATES_START},
    [QUERY_EVENTS] = {"events", "All events of the trace, in order.", events_columns, EVENTS_COLUMNS, EVENTS_TIME},
    [QUERY_STACKS] = {"stacks", "Stacks, each once.", stacks_columns, STACKS_COLUMNS, QUERY_NO_TIME},
    [QUERY_FRAMES] = {"frames", "The frames of all stacks, from the leaf on.", frames_columns, FRAMES_COLUMNS,
                      QUERY_NO_TIME},
    [QUERY_PROCS] = {"procs", "Processors: Go's P, which a thread needs to run goroutines.", procs_columns,
                     PROCS_COLUMNS, QUERY_NO_TIME},
    [QUERY_THREADS] = {"threads", "Threads of the operating system: Go's M.", threads_columns, THREADS_COLUMNS,
                       QUERY_NO_TIME},
    [QUERY_RANGES] = {"ranges", "What goes on for some time: stops of the world, the collector's phases.",
                      ranges_columns, RANGES_COLUMNS, RANGES_START},
    [QUERY_COUNTERS] = {"counters", "Values that change over time, each time that they do.", counters_columns,
                        COUNTERS_COLUMNS, COUNTERS_TIME},
    [QUERY_TASKS] = {"tasks",
                     "User tasks (runtime/trace.NewTask), and what else is named as one; 0 stands for no task.",
                     tasks_columns, TASKS_COLUMNS, QUERY_NO_TIME},
    [QUERY_REGIONS] = {"regions", "User regions (runtime/trace.WithRegion, StartRegion).", regions_columns,
                       REGIONS_COLUMNS, REGIONS_START},
    [QUERY_LOGS] = {"logs", "Messages that the program logged (runtime/trace.Log).", logs_columns, LOGS_COLUMNS,
                    LOGS_TIME},
    [QUERY_SAMPLES] = {"samples", "CPU samples: where the program was, a hundred times a second.", samples_columns,
                       SAMPLES_COLUMNS, SAMPLES_TIME},
    [QUERY_WAKEUPS] = {"wakeups",
                       "Who let whom run: wake-ups, creations, and ends of syscalls that had lost their processor.",
                       wakeups_columns, WAKEUPS_COLUMNS, WAKEUPS_TIME},
};

enum query_type query_column_type(const struct query_column *column)
{
    switch (column->storage.kind) {
    case QUERY_NAME:
    case QUERY_WORD:
    case QUERY_MESSAGE:
    case QUERY_PATH: return QUERY_TEXT;
    default: return QUERY_INTEGER;
    }
}

const struct query_table *query_table_find(struct base_str name)
{
    for (size_t i = 0; i < QUERY_TABLES; i++)
        if (strlen(query_tables[i].name) == name.size && strncasecmp(query_tables[i].name, name.data, name.size) == 0)
            return &query_tables[i];
    return NULL;
}
