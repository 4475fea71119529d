/* The pages' files, compiled in: made by web/build.mjs. */
#ifndef KYMO_WEB_PAGES_H
#define KYMO_WEB_PAGES_H

#include <stddef.h>

struct web_page {
    const char *path; /* "/app.js" */
    const char *content_type;
    const unsigned char *data;
    size_t size;
};

extern const struct web_page web_pages[];
extern const size_t web_page_count;

#endif
