#include "base/pattern.h"

#include "base/memory.h"

#include <regex.h>

bool base_pattern_init(struct base_pattern *pattern, const char *text, struct base_error *ret_error)
{
    regex_t *compiled = base_zalloc(1, sizeof *compiled);
    int status = regcomp(compiled, text, REG_EXTENDED | REG_NOSUB);
    *pattern = (struct base_pattern){text, compiled};
    if (!status)
        return true;
    char why[200];
    regerror(status, compiled, why, sizeof why);
    free(compiled);
    pattern->compiled = NULL;
    return base_fail(ret_error, "%s is no regular expression: %s", text, why);
}

void base_pattern_init_name(struct base_pattern *pattern, const char *text)
{
    struct base_error error = BASE_NO_ERROR;
    base_pattern_init(pattern, text, &error);
    base_error_release(&error);
}

void base_pattern_release(struct base_pattern *pattern)
{
    if (pattern->compiled)
        regfree(pattern->compiled);
    free(pattern->compiled);
    *pattern = (struct base_pattern){0};
}

bool base_pattern_matches(const struct base_pattern *pattern, struct base_str name)
{
    if (!pattern->compiled)
        return base_pattern_is(pattern, name);
    struct base_text terminated = {0};
    base_text_str(&terminated, name);
    bool matches = regexec(pattern->compiled, base_text_cstring(&terminated), 0, NULL, 0) == 0;
    base_text_release(&terminated);
    return matches;
}
