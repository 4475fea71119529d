/* What SQL over traces knows beside SQLite's own functions:
 *
 *     duration(ns)          text as Go prints it: '1.5ms'
 *     bytes(n)              text as the official tool prints it: '1.5 MiB'
 *     percentile(x, p)      aggregate: the smallest whole x that p percent of all are not above (analyze/durations.h)
 *
 * Internal to src/query.
 */
#ifndef KYMO_QUERY_FUNCTIONS_H
#define KYMO_QUERY_FUNCTIONS_H

#include <sqlite3.h>

/* An SQLite error code. */
int query_functions_add(sqlite3 *db);

#endif
