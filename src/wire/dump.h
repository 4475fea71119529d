/* The raw dumps: every wire event of a v2 file in file order, and how many bytes each kind takes.
 *
 * The text is that of `go tool trace -d=wire` and `-d=footprint`; go-trace-ordering.md, section 12.
 */
#ifndef KYMO_WIRE_DUMP_H
#define KYMO_WIRE_DUMP_H

#include "base/error.h"
#include "base/os.h"
#include "base/text.h"

#include <stdbool.h>

/* What comes before an error is written. */
bool wire_dump_events(const struct base_mapping *file, struct base_text *out, struct base_error *ret_error);

/* Writes nothing if there is an error. */
bool wire_dump_footprint(const struct base_mapping *file, struct base_text *out, struct base_error *ret_error);

#endif
