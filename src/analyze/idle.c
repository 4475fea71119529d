#include "analyze/idle.h"

/* Reasons of waits that may be for work. */
static const char *const patient[] = {
    "", "chan receive", "select", "network", "sleep", "sync.(*Cond).Wait", "forever",
};

/* Reasons that only the runtime's own goroutines have. */
static const char *const always_idle[] = {"GC background sweeper wait", "system goroutine wait"};

/* The first elements of the standard library's package paths. */
static const char *const standard[] = {
    "archive", "bufio",    "bytes",   "cmp",    "compress", "container", "context", "crypto",  "database", "debug",
    "embed",   "encoding", "errors",  "expvar", "flag",     "fmt",       "go",      "hash",    "html",     "image",
    "index",   "internal", "io",      "iter",   "log",      "maps",      "math",    "mime",    "net",      "os",
    "path",    "plugin",   "reflect", "regexp", "runtime",  "slices",    "sort",    "strconv", "strings",  "structs",
    "sync",    "syscall",  "testing", "text",   "time",     "unicode",   "unique",  "unsafe",  "vendor",   "weak",
};

/* Functions of it that ask something of others and wait for the answer: by how their names begin. */
static const char *const asking[] = {
    "database/sql.(*Conn).",  "database/sql.(*DB).", "database/sql.(*Stmt).", "database/sql.(*Tx).",
    "net.(*Dialer).",         "net.(*Resolver).",    "net/http.(*Client).",   "net/http.(*Transport).",
    "net/rpc.(*Client).Call", "net/smtp.(*Client).", "os.(*Process).",        "os/exec.(*Cmd).",
};

static bool asks(struct base_str function)
{
    for (size_t i = 0; i < sizeof asking / sizeof *asking; i++)
        if (base_str_begins(function, asking[i]))
            return true;
    return false;
}

static bool is_among(struct base_str string, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (base_str_is(string, list[i]))
            return true;
    return false;
}

#define IS_AMONG(string, list) is_among(string, list, sizeof(list) / sizeof *(list))

/* "net/http.(*conn).serve" -> "net" */
static struct base_str first_element(struct base_str function)
{
    size_t size = 0;
    while (size < function.size && function.data[size] != '/' && function.data[size] != '.')
        size++;
    return (struct base_str){function.data, size};
}

static struct base_str function_at(const struct order_symbols *symbols, uint32_t stack, uint32_t depth)
{
    return order_string(symbols, order_stack_frame(symbols, stack, depth)->func);
}

/* Whether all frames but the outermost, or the one that runtime.main called, are of the standard library and ask
 * nothing of others. */
static bool waits_at_the_start(const struct order_symbols *symbols, uint32_t stack)
{
    uint32_t depth = order_stack_depth(symbols, stack);
    if (depth && base_str_is(function_at(symbols, stack, depth - 1), "runtime.main"))
        depth--;
    for (uint32_t i = 0; i + 1 < depth; i++) {
        struct base_str function = function_at(symbols, stack, i);
        if (!IS_AMONG(first_element(function), standard) || asks(function))
            return false;
    }
    return true;
}

static bool is_of_the_runtime(const struct order_symbols *symbols, uint32_t stack)
{
    uint32_t depth = order_stack_depth(symbols, stack);
    if (!depth)
        return false;
    struct base_str root = function_at(symbols, stack, depth - 1);
    return base_str_begins(root, "runtime.") && !base_str_is(root, "runtime.main");
}

bool analyze_wait_is_idle(const struct order_symbols *symbols, uint32_t stack, uint32_t reason)
{
    struct base_str why = order_string(symbols, reason);
    if (IS_AMONG(why, always_idle) || is_of_the_runtime(symbols, stack))
        return true;
    return IS_AMONG(why, patient) && waits_at_the_start(symbols, stack);
}
