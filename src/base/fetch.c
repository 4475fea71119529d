#include "base/fetch.h"

#include "base/os.h"
#include "base/text.h"

#include <curl/curl.h>
#include <string.h>

enum { SAID_MOST_BYTES = 200 };

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
    curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &status);
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

static void set_up(struct transfer *transfer)
{
    CURL *curl = transfer->curl;
    curl_easy_setopt(curl, CURLOPT_URL, transfer->fetch->url);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "kymo/" KYMO_VERSION);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl, CURLOPT_MAXREDIRS, (long)BASE_FETCH_MOST_REDIRECTS);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)BASE_FETCH_CONNECT_MS);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, transfer->cause);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, transfer);
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
    const char *cause = *transfer->cause ? transfer->cause : curl_easy_strerror(code);
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
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || !(transfer.curl = curl_easy_init()))
        return base_fail(ret_error, "libcurl cannot be set up");
    set_up(&transfer);
    bool done = explain(&transfer, curl_easy_perform(transfer.curl), ret_error);
    base_text_release(&transfer.said);
    curl_easy_cleanup(transfer.curl);
    curl_global_cleanup();
    return done;
}
