#include "base/graphviz.h"

#include <dlfcn.h>
#include <gvc.h>
#include <stdio.h>
#include <string.h>

/* The second since Graphviz 13. */
#ifdef __APPLE__
static const char *const names[] = {"libgvc.6.dylib", "libgvc.7.dylib"};
#else
static const char *const names[] = {"libgvc.so.6", "libgvc.so.7"};
#endif
enum { NAMES = sizeof names / sizeof *names, MOST_SAID_BYTES = 200 };

static struct {
    __typeof__(gvContext) *context;
    __typeof__(gvLayout) *layout;
    __typeof__(gvRenderData) *render;
    __typeof__(gvFreeRenderData) *free_data;
    __typeof__(gvFreeLayout) *free_layout;
    __typeof__(gvFreeContext) *free_context;
    __typeof__(agmemread) *read;
    __typeof__(agclose) *close;
    __typeof__(agseterrf) *set_listener;
} library;

static char said[MOST_SAID_BYTES]; /* the first complaint of the library */

static int listen_to(char *text)
{
    if (!*said)
        snprintf(said, sizeof said, "%s", text);
    return 0;
}

static bool load_library(struct base_error *ret_error)
{
    const struct {
        const char *name;
        void *function; /* a pointer to the one to set */
    } functions[] = {
        {"gvContext", &library.context},        {"gvLayout", &library.layout},
        {"gvRenderData", &library.render},      {"gvFreeRenderData", &library.free_data},
        {"gvFreeLayout", &library.free_layout}, {"gvFreeContext", &library.free_context},
        {"agmemread", &library.read},           {"agclose", &library.close},
        {"agseterrf", &library.set_listener},
    };
    void *handle = NULL;
    for (size_t i = 0; i < NAMES && !handle; i++)
        handle = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    if (!handle)
        return base_fail(ret_error, "graphs are drawn by Graphviz's libgvc, which cannot be loaded: %s", dlerror());
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        void *symbol = dlsym(handle, functions[i].name); /* also of libcgraph, which libgvc needs */
        if (!symbol)
            return base_fail(ret_error, "%s", dlerror());
        memcpy(functions[i].function, &symbol, sizeof symbol);
    }
    return true;
}

static bool draw(GVC_t *context, graph_t *graph, struct base_text *out)
{
    char *data = NULL;
    union {
        unsigned narrow;
        size_t wide;
    } size = {.wide = 0}; /* which of them the library sets has changed; the text is terminated as well */
    if (library.layout(context, graph, "dot") != 0)
        return false;
    bool done = library.render(context, graph, "svg", &data, (void *)&size) == 0 && data;
    if (done)
        base_text_add(out, data);
    library.free_data(data);
    library.free_layout(context, graph);
    return done;
}

bool base_graphviz_svg(const char *graph, struct base_text *out, struct base_error *ret_error)
{
    if (!load_library(ret_error))
        return false;
    *said = 0;
    library.set_listener(listen_to);
    GVC_t *context = library.context();
    graph_t *read = context ? library.read(graph) : NULL;
    bool done = read && draw(context, read, out);
    if (read)
        library.close(read);
    if (context)
        library.free_context(context);
    said[strcspn(said, "\n")] = 0;
    return done || base_fail(ret_error, "Graphviz cannot draw the graph%s%s", *said ? ": " : "", said);
}
