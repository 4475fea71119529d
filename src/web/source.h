/* Where the program's source is, if --source-root says so. Internal to src/web. */
#ifndef KYMO_WEB_SOURCE_H
#define KYMO_WEB_SOURCE_H

#include "base/beneath.h"
#include "base/str.h"

enum { WEB_MOST_SOURCE_BYTES = 4 << 20 };

struct web_source {
    int folder; /* by base_beneath_folder */
    const char *name;
};

/* Finds the file that a trace names: it was built elsewhere, so the longest end of its path that is a file beneath the
 * folder is taken. *ret_path is that end, a part of `file`. Appends the text. */
enum base_beneath web_source_read(const struct web_source *source, struct base_str file, struct base_str *ret_path,
                                  struct base_text *out);

#endif
