/* The parts of a web address, as written: nothing is decoded (RFC 3986, section 3). */
#ifndef KYMO_BASE_URL_H
#define KYMO_BASE_URL_H

#include "base/str.h"
#include "base/text.h"

#include <stdbool.h>

struct base_url {
    struct base_str scheme; /* "http" */
    struct base_str user;   /* "name:password@", or empty */
    struct base_str host;   /* with the port */
    struct base_str path;   /* "/…", or empty */
    struct base_str query;  /* without the question mark; a fragment is left out */
};

/* Whether it is an http or https address: "http://…", in letters of any case. */
bool base_url_is(const char *text);

/* The parts of what base_url_is an address; they point into it. */
struct base_url base_url_split(const char *text);

void base_url_write(struct base_text *out, const struct base_url *url);

/* The value of the first parameter of this name; data is NULL if there is none. */
struct base_str base_url_parameter(struct base_str query, const char *name);

/* The query with the parameter set to the value, in the place of those of this name that it has. */
void base_url_set_parameter(struct base_text *out, struct base_str query, const char *name, const char *value);

#endif
