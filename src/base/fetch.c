#include "base/fetch.h"

#include "base/os.h"
#include "base/text.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <stdlib.h>

enum { SAID_MOST_BYTES = 200 };

/* ---- the library ---- */

#ifdef __APPLE__
#define LIBRARY "libcurl.4.dylib"
#else
#define LIBRARY "libcurl.so.4"
#endif

/* libcurl is loaded when it is needed: with all that it depends on that takes longer than many a trace. */
static struct {
    __typeof__(curl_global_init) *global_init;
    __typeof__(curl_global_cleanup) *global_cleanup;
    __typeof__(curl_easy_init) *init;
    __typeof__(curl_easy_setopt) *set;
    __typeof__(curl_easy_perform) *perform;
    __typeof__(curl_easy_getinfo) *get;
    __typeof__(curl_easy_strerror) *describe;
    __typeof__(curl_easy_cleanup) *cleanup;
} library;

static bool load_library(struct base_error *ret_error)
{
    const struct {
        const char *name;
        void *function; /* a pointer to the one to set */
    } functions[] = {
        {"curl_global_init", &library.global_init}, {"curl_global_cleanup", &library.global_cleanup},
        {"curl_easy_init", &library.init},          {"curl_easy_setopt", &library.set},
        {"curl_easy_perform", &library.perform},    {"curl_easy_getinfo", &library.get},
        {"curl_easy_strerror", &library.describe},  {"curl_easy_cleanup", &library.cleanup},
    };
    void *handle = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (!handle)
        return base_fail(ret_error, "traces are taken from http addresses by libcurl, which cannot be loaded: %s",
                         dlerror());
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        void *symbol = dlsym(handle, functions[i].name);
        if (!symbol)
            return base_fail(ret_error, "%s", dlerror());
        memcpy(functions[i].function, &symbol, sizeof symbol);
    }
    return true;
}

/* ---- a transfer ---- */

/* Why a transfer was ended from this side. */
enum ending { NOT_ENDED, ENOUGH, STOPPED, SILENT };

struct transfer {
    const struct base_fetch *fetch;
    CURL *curl;
    enum ending ending;
    uint64_t taken_bytes;
    int64_t heard_ns;      /* when something came last */
    struct base_text said; /* the first line of an answer that is an error */
    bool said_all;
    char cause[CURL_ERROR_SIZE];
};

static long status_of(const struct transfer *transfer)
{
    long status = 0;
    library.get(transfer->curl, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

/* Keeps the first line that is not empty. */
static void listen_to(struct transfer *transfer, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size && !transfer->said_all; i++) {
        bool end = bytes[i] == '\n' || bytes[i] == '\r';
        if (!end && (transfer->said.size || bytes[i] != ' '))
            base_text_char(&transfer->said, bytes[i]);
        transfer->said_all = transfer->said.size == SAID_MOST_BYTES || (end && transfer->said.size);
    }
}

static size_t on_body(char *bytes, size_t one, size_t size, void *self)
{
    struct transfer *transfer = self;
    const struct base_fetch *fetch = transfer->fetch;
    (void)one;
    transfer->heard_ns = base_os_now_ns();
    if (status_of(transfer) / 100 != 2) {
        listen_to(transfer, bytes, size);
        return transfer->said_all ? 0 : size;
    }
    transfer->taken_bytes += size;
    if (fetch->take(fetch->self, bytes, size))
        return size;
    transfer->ending = ENOUGH;
    return 0;
}

static int on_progress(void *self, curl_off_t total, curl_off_t done, curl_off_t sent_total, curl_off_t sent)
{
    struct transfer *transfer = self;
    const struct base_fetch *fetch = transfer->fetch;
    (void)done, (void)sent_total, (void)sent;
    base_progress_report(fetch->progress, transfer->taken_bytes, total > 0 ? (uint64_t)total : 0);
    if (fetch->stop && *fetch->stop)
        transfer->ending = STOPPED;
    else if (base_os_now_ns() - transfer->heard_ns > fetch->silence_ms * 1000000)
        transfer->ending = SILENT;
    return transfer->ending != NOT_ENDED;
}

static bool set_up(struct transfer *transfer)
{
    CURL *curl = transfer->curl;
    const char *authorities = getenv("SSL_CERT_FILE");
    if (authorities && *authorities)
        library.set(curl, CURLOPT_CAINFO, authorities);
    library.set(curl, CURLOPT_URL, transfer->fetch->url);
    library.set(curl, CURLOPT_USERAGENT, "kymo/" KYMO_VERSION);
    library.set(curl, CURLOPT_FOLLOWLOCATION, 1L);
    library.set(curl, CURLOPT_MAXREDIRS, (long)BASE_FETCH_MOST_REDIRECTS);
    library.set(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)BASE_FETCH_CONNECT_MS);
    library.set(curl, CURLOPT_ERRORBUFFER, transfer->cause);
    library.set(curl, CURLOPT_WRITEFUNCTION, on_body);
    library.set(curl, CURLOPT_WRITEDATA, transfer);
    library.set(curl, CURLOPT_NOPROGRESS, 0L);
    library.set(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    library.set(curl, CURLOPT_XFERINFODATA, transfer);
    return library.set(curl, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
           library.set(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https") == CURLE_OK;
}

static bool answered_with_error(struct transfer *transfer, long status, struct base_error *ret_error)
{
    struct base_text said = {0};
    base_text_safely(&said, (struct base_str){transfer->said.data, transfer->said.size});
    base_fail(ret_error, "the server answers with status %ld%s%s", status, said.size ? ": " : "",
              base_text_cstring(&said));
    base_text_release(&said);
    return false;
}

/* "broke off after 1.2 MiB: CAUSE" */
static bool broke_off(const struct transfer *transfer, const char *cause, struct base_error *ret_error)
{
    struct base_text size = {0};
    base_text_size(&size, transfer->taken_bytes);
    base_fail(ret_error, "the answer broke off after %s: %s", base_text_cstring(&size), cause);
    base_text_release(&size);
    return false;
}

static bool went_silent(const struct transfer *transfer, struct base_error *ret_error)
{
    struct base_text wait = {0}, cause = {0};
    base_text_duration(&wait, transfer->fetch->silence_ms * 1000000);
    base_text_format(&cause, "nothing came for %s", base_text_cstring(&wait));
    if (transfer->taken_bytes)
        broke_off(transfer, base_text_cstring(&cause), ret_error);
    else
        base_fail(ret_error, "there is no answer: %s", base_text_cstring(&cause));
    base_text_release(&wait);
    base_text_release(&cause);
    return false;
}

static bool explain(struct transfer *transfer, CURLcode code, struct base_error *ret_error)
{
    const char *cause = *transfer->cause ? transfer->cause : library.describe(code);
    long status = status_of(transfer);
    if (transfer->ending == ENOUGH)
        return true;
    if (transfer->ending == STOPPED)
        return base_fail(ret_error, "interrupted");
    if (status >= 400)
        return answered_with_error(transfer, status, ret_error);
    if (transfer->ending == SILENT)
        return went_silent(transfer, ret_error);
    switch (code) {
    case CURLE_OK: return status / 100 == 2 || answered_with_error(transfer, status, ret_error);
    case CURLE_URL_MALFORMAT: return base_fail(ret_error, "is no valid address: %s", cause);
    case CURLE_TOO_MANY_REDIRECTS:
        return base_fail(ret_error, "the server redirects more than %d times", BASE_FETCH_MOST_REDIRECTS);
    case CURLE_OPERATION_TIMEDOUT:
        return base_fail(ret_error, "cannot be reached: no connection within %d s", BASE_FETCH_CONNECT_MS / 1000);
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION: return base_fail(ret_error, "cannot be reached: %s", cause);
    default:
        return transfer->taken_bytes ? broke_off(transfer, cause, ret_error)
                                     : base_fail(ret_error, "there is no answer: %s", cause);
    }
}

bool base_fetch_run(const struct base_fetch *fetch, struct base_error *ret_error)
{
    struct transfer transfer = {.fetch = fetch, .heard_ns = base_os_now_ns()};
    if (!load_library(ret_error))
        return false;
    if (library.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || !(transfer.curl = library.init()))
        return base_fail(ret_error, "libcurl cannot be set up");
    bool done = set_up(&transfer) ? explain(&transfer, library.perform(transfer.curl), ret_error)
                                  : base_fail(ret_error, "libcurl is older than the one kymo was built with");
    base_text_release(&transfer.said);
    library.cleanup(transfer.curl);
    library.global_cleanup();
    return done;
}
