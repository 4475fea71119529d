#include "base/fetch.h"

bool base_fetch_run(const struct base_fetch *fetch, struct base_error *ret_error)
{
    (void)fetch;
    return base_fail(ret_error, "this kymo was built without libcurl, and takes nothing from http addresses");
}
