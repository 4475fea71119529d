/* Compressing a text as it grows, into the gzip format, without name and time.
 *
 *     struct output_gzip *gzip = output_gzip_new(&out);
 *     output_gzip_add(gzip, &text);          compresses what is in the text, and empties it; as often as there is some
 *     output_gzip_finish(gzip);              writes what is left, and releases
 */
#ifndef KYMO_OUTPUT_GZIP_H
#define KYMO_OUTPUT_GZIP_H

#include "base/text.h"

struct output_gzip;

struct output_gzip *output_gzip_new(struct base_text *out);
void output_gzip_add(struct output_gzip *gzip, struct base_text *text);
void output_gzip_finish(struct output_gzip *gzip);

#endif
