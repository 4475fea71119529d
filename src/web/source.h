/* Where the program's source is, if --source-root says so. Internal to src/web. */
#ifndef KYMO_WEB_SOURCE_H
#define KYMO_WEB_SOURCE_H

struct web_source {
    int folder; /* by base_beneath_folder */
    const char *name;
};

#endif
