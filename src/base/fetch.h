/* Bytes from an http or https address. libcurl does it, which is loaded when it is first needed, and only fetch.c
 * includes its headers; in a build without it, fetch_none.c stands in its place and always fails.
 *
 * At most 5 redirects are followed, to http and https only. No compression is asked for. Proxies are those of the
 * environment, as with curl; SSL_CERT_FILE names the certificates that are trusted, as for Go programs. A connection
 * has to be made within 10 seconds.
 */
#ifndef KYMO_BASE_FETCH_H
#define KYMO_BASE_FETCH_H

#include "base/error.h"
#include "base/progress.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BASE_FETCH_CONNECT_MS = 10000, BASE_FETCH_MOST_REDIRECTS = 5 };

struct base_fetch {
    const char *url;
    int64_t silence_ms; /* how long the server may send nothing; it is noticed within a second */
    /* Gets what comes of a good answer, as it comes. False: enough, end it. */
    bool (*take)(void *self, const void *bytes, size_t size);
    void *self;
    const volatile sig_atomic_t *stop;    /* NULL, or ends it within a second after it is set */
    const struct base_progress *progress; /* may be NULL; is called once a second even if nothing comes */
};

/* True if all was taken, or enough. Otherwise the error says what went wrong: the server cannot be reached, answers
 * with an error (its status and the first line that it says), says nothing, breaks off. What came before that was
 * taken. */
bool base_fetch_run(const struct base_fetch *fetch, struct base_error *ret_error);

#endif
