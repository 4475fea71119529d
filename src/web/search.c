#include "web/search.h"

#include "web/goroutine_lanes.h"
#include "web/routes.h"

struct web_search *web_search_new(void)
{
    struct web_search *search = base_zalloc(1, sizeof *search);
    pthread_mutex_init(&search->lock, NULL);
    return search;
}

static void forget(struct web_search *search)
{
    if (search->made) {
        analyze_search_release(&search->found);
        model_pass_release(&search->pass);
    }
    base_text_release(&search->text);
    search->text = (struct base_text){0};
    search->made = false;
}

void web_search_free(struct web_search *search)
{
    if (!search)
        return;
    forget(search);
    pthread_mutex_destroy(&search->lock);
    free(search);
}

/* A sink that ends the pass when another text is wanted. */
struct leash {
    struct web_search *search;
    struct model_pass *pass;
    uint64_t text;
    bool ended;
};

static void stop_if_unwanted(void *self, const struct order_block *block, const struct order_symbols *symbols)
{
    struct leash *leash = self;
    (void)block;
    (void)symbols;
    leash->ended = leash->ended || atomic_load(&leash->search->wanted) != leash->text;
    leash->pass->stop = leash->pass->stop || leash->ended;
}

/* False if it was ended, or could not be begun. */
static bool look(struct web_trace *trace, uint64_t text)
{
    struct web_search *search = trace->search;
    struct leash leash = {search, &search->pass, text, false};
    if (!web_trace_begin_pass(trace, &search->pass))
        return false;
    search->made = true;
    analyze_search_init(&search->found, base_text_view(&search->text));
    const struct model_sink sinks[] = {{stop_if_unwanted, &leash, ORDER_KIND_BIT(ORDER_SYNC)},
                                       {analyze_search_add, &search->found, 0}};
    web_trace_run_pass(trace, &search->pass, sinks, sizeof sinks / sizeof *sinks);
    analyze_search_finish(&search->found, model_pass_symbols(&search->pass));
    analyze_search_goroutines(&search->found, search->lanes, &trace->symbols);
    return !leash.ended && !atomic_load(&trace->abandoned);
}

bool web_search_begin(struct web_trace *trace, struct base_str text, struct web_response *response)
{
    struct web_search *search = trace->search;
    uint64_t hash = base_hash_bytes(text.data, text.size);
    const struct model_goroutine_lanes *lanes = web_goroutine_lanes_get(trace);
    if (!lanes) {
        web_fail_to_read(response);
        return false;
    }
    atomic_store(&search->wanted, hash);
    pthread_mutex_lock(&search->lock);
    if (search->made && base_str_equal(base_text_view(&search->text), text))
        return true;
    bool wanted = atomic_load(&search->wanted) == hash;
    if (wanted) {
        forget(search);
        search->lanes = lanes;
        base_text_str(&search->text, text);
        if (look(trace, hash))
            return true;
        forget(search);
    }
    pthread_mutex_unlock(&search->lock);
    if (atomic_load(&trace->abandoned) || atomic_load(&search->wanted) == hash)
        web_fail_to_read(response);
    else
        web_fail(response, 409, "another search has taken the place of this one");
    return false;
}

void web_search_end(struct web_trace *trace)
{
    pthread_mutex_unlock(&trace->search->lock);
}
