/* kymo tasks: the user tasks of a trace, and what became of them. */
#include "output/tasks.h"
#include "analyze/portions.h"
#include "cmd/listing.h"
#include "output/goroutines.h"
#include "output/story.h"

#include <string.h>
#include <unistd.h>

struct request {
    struct cmd_listing listing; /* the first member: what is printed gets it */
    const char *whole;
};

/* ---- one task ---- */

/* Where the goroutines that worked for a task spent the time from its begin to its end: another pass. */
struct workers {
    struct model_pass pass;
    struct analyze_goroutines goroutines;
};

static void workers_release(struct workers *workers)
{
    analyze_goroutines_release(&workers->goroutines);
    model_pass_release(&workers->pass);
}

static struct analyze_selection select_workers(const struct analyze_story *story)
{
    const struct analyze_task *task = story->task;
    struct analyze_selection selection = {.first_ns = story->of->first_ns,
                                          .last_ns = story->of->last_ns,
                                          .span_ns = analyze_story_span(story),
                                          .by_span = true,
                                          .by_scope = true};
    for (uint32_t i = 0; i < task->goroutine_count; i++)
        analyze_scope_add_always(&selection.scope, story->of->tasks.goroutines.at[task->goroutines_first + i]);
    return selection;
}

static bool find_workers(const struct cmd_trace *trace, const struct analyze_story *story, struct workers *ret_workers,
                         struct base_error *ret_error)
{
    struct analyze_portions portions;
    *ret_workers = (struct workers){0};
    if (!model_pass_begin_with(&ret_workers->pass, &trace->input.file, trace->program, ret_error))
        return false;
    struct analyze_selection selection = select_workers(story);
    analyze_goroutines_init(&ret_workers->goroutines);
    analyze_portions_init(&portions, &selection);
    const struct model_sink sinks[] = {{analyze_goroutines_add, &ret_workers->goroutines},
                                       {analyze_portions_add, &portions}};
    model_pass_run(&ret_workers->pass, sinks, sizeof sinks / sizeof *sinks, NULL);
    analyze_goroutines_finish(&ret_workers->goroutines, model_pass_symbols(&ret_workers->pass));
    analyze_portions_finish(&portions, &ret_workers->goroutines);
    analyze_selection_release(&selection);
    return true;
}

static void print_story(const struct analyze_story *story, const struct workers *workers, bool as_json,
                        struct base_text *out)
{
    const struct order_symbols *symbols = model_pass_symbols(&workers->pass);
    struct output_json json = {.out = out};
    if (as_json) {
        output_json_open(&json, NULL, '{');
        output_story_json(&json, story, SIZE_MAX, SIZE_MAX);
        output_goroutines_members(&json, &workers->goroutines, symbols, story->of->first_ns);
        output_json_close(&json, '}');
        base_text_char(out, '\n');
        return;
    }
    output_story_text(out, story);
    base_text_add(out, "\nWhere its goroutines spent the time\n");
    output_goroutines_table(out, &workers->goroutines, symbols, story->of->first_ns, true);
}

static int show_one(const struct request *request, size_t task, struct base_text *out)
{
    const struct cmd_listing *listing = &request->listing;
    struct base_error error = BASE_NO_ERROR;
    struct analyze_story story;
    struct workers workers;
    int status = CMD_DONE;
    analyze_story_make(&story, &listing->of, task, true);
    if (find_workers(&listing->trace, &story, &workers, &error)) {
        print_story(&story, &workers, listing->json, out);
        workers_release(&workers);
    } else {
        status = cmd_failed(listing->trace.path, &error);
    }
    analyze_story_release(&story);
    return status;
}

/* ---- all that are asked for ---- */

static bool is_asked_for(const struct request *request, size_t index)
{
    const struct cmd_listing *listing = &request->listing;
    const struct analyze_task *task = &listing->of.tasks.all.at[index];
    bool complete = analyze_task_is_complete(task);
    if ((listing->longer || listing->shorter) && !(complete && cmd_list_lasts(listing, task->end_ns - task->start_ns)))
        return false;
    return cmd_list_is_of_type(listing, task->name) &&
           (!request->whole || complete == (strcmp(request->whole, "yes") == 0)) &&
           (!listing->log || analyze_annotations_task_says(&listing->of, index, listing->log));
}

/* Narrows the choice. Returns how many are left. */
static size_t narrow(struct request *request)
{
    struct analyze_choice *choice = &request->listing.choice;
    choice->task_count = 0;
    for (size_t i = 0; i < request->listing.of.tasks.all.count; i++)
        choice->task_count += choice->tasks[i] = choice->tasks[i] && is_asked_for(request, i);
    return choice->task_count;
}

static void print_types(const struct cmd_listing *listing, const struct analyze_task_types *types,
                        struct base_text *out)
{
    if (!types->all.count) {
        base_text_add(out, "The trace has no tasks.\n");
        return;
    }
    output_task_types_table(out, types, listing->of.symbols);
    output_task_histograms(out, types, listing->of.symbols);
}

static void show_all(const struct cmd_listing *listing, struct base_text *out)
{
    const struct analyze_annotations *a = &listing->of;
    const bool *chosen = listing->narrowed ? listing->choice.tasks : NULL;
    const struct output_tasks_trace trace = {&a->tasks, a->symbols, a->first_ns, a->last_ns, chosen};
    struct analyze_task_types types;
    analyze_task_types_make(&types, &a->tasks, a->symbols, chosen);
    if (listing->json)
        output_tasks_json(out, &trace, &types);
    else if (listing->type)
        output_tasks_table(out, &trace, &types.all.at[0]);
    else if ((listing->each || listing->log) && types.all.count)
        output_tasks_table(out, &trace, NULL);
    else
        print_types(listing, &types, out);
    analyze_task_types_release(&types);
}

static int fail_to_find(const struct request *request)
{
    const struct cmd_listing *listing = &request->listing;
    struct base_error error = BASE_NO_ERROR;
    if (listing->id)
        base_fail(&error, "the trace has no such task %s", listing->id);
    else if (listing->type)
        base_fail(&error, "the trace has no such task of type %s", listing->type);
    else
        base_fail(&error, "no task of the trace is what was asked for");
    return cmd_failed(listing->trace.path, &error);
}

static int print(struct cmd_listing *listing)
{
    struct request *request = (struct request *)listing;
    struct base_text out = base_text_to_fd(STDOUT_FILENO);
    int status = CMD_DONE;
    size_t task = listing->id ? analyze_annotations_real_task(&listing->of, listing->number) : SIZE_MAX;
    listing->narrowed |= request->whole != NULL;
    if ((listing->narrowed && !narrow(request)) ||
        (listing->id && (task == SIZE_MAX || (listing->narrowed && !listing->choice.tasks[task]))))
        status = fail_to_find(request);
    else if (listing->id)
        status = show_one(request, task, &out);
    else
        show_all(listing, &out);
    return cmd_finish(&out, status);
}

int cmd_tasks(int argc, char **argv)
{
    struct request request = {.listing.of_tasks = true};
    const struct cmd_option options[] = {
        {"id", "N", "one task's story: what happened in it, and on which goroutines", &request.listing.id, NULL},
        CMD_LISTING_OPTIONS(request.listing, "tasks", "that are called so, or have such a log or region"),
        {"whole", "yes|no", "complete tasks, which begin and end in the trace, or the others", &request.whole, NULL,
         "yes no"},
    };
    const struct cmd_usage usage = {
        .synopsis = "kymo tasks [OPTION]... TRACE",
        .about = "Prints the user tasks of a trace (runtime/trace.NewTask): how many, how long, and a histogram.\n"
                 "There is a row for each type, unless one task is asked for, or a list of them.",
        .options = options,
        .option_count = sizeof options / sizeof *options,
        .filter = &request.listing.filter,
        .filters = CMD_ALL_FILTERS};
    return cmd_list(&usage, argc, argv, &request.listing, print);
}
