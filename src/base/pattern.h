/* A name, or a regular expression that names are held against: what users give to options such as --group.
 *
 * Expressions are POSIX extended ones, matched anywhere in the name unless they say ^ or $. Names come from traces: one
 * that holds a NUL is matched up to it.
 */
#ifndef KYMO_BASE_PATTERN_H
#define KYMO_BASE_PATTERN_H

#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>

struct base_pattern {
    const char *text; /* as it was given; not owned */
    void *compiled;
};

/* The text must stay as long as the pattern. False if it is no expression: *ret_error says why. */
bool base_pattern_init(struct base_pattern *pattern, const char *text, struct base_error *ret_error);

/* The same for what is first of all a name, such as net/http.(*conn).serve: one that is no expression matches itself
 * alone. */
void base_pattern_init_name(struct base_pattern *pattern, const char *text);
void base_pattern_release(struct base_pattern *pattern);

/* Whether the expression matches somewhere in the name. */
bool base_pattern_matches(const struct base_pattern *pattern, struct base_str name);

/* Whether the name is the pattern's text itself. */
static inline bool base_pattern_is(const struct base_pattern *pattern, struct base_str name)
{
    return base_str_is(name, pattern->text);
}

/* Whether the name is the pattern's text, or the expression matches somewhere in it. */
static inline bool base_pattern_fits(const struct base_pattern *pattern, struct base_str name)
{
    return base_pattern_is(pattern, name) || base_pattern_matches(pattern, name);
}

#endif
