/* The tables as SQLite sees them: which rows and columns it has to look at. Internal to src/query.
 *
 * A constraint of equality is answered from an order of the rows (query/store.h), one on the time that rows are sorted
 * by with two searches, others on numbers and words by looking at that column alone before SQLite sees the row. Rows
 * come grouped or sorted where that is asked for, from an order too. SQLite checks all of it again.
 */
#ifndef KYMO_QUERY_VTAB_H
#define KYMO_QUERY_VTAB_H

#include "query/trace.h"

#include <sqlite3.h>

/* What the tables of one connection have in common. */
struct query_tables_of {
    struct query_trace *trace;
    struct query_wants wants; /* of the statements prepared so far */
    uint64_t visited;
    bool declaring; /* a CREATE TABLE that is not the statement's */
};

/* An SQLite error code. */
int query_tables_add(sqlite3 *db, struct query_tables_of *tables);

#endif
