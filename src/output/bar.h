/* A bar of block characters, an eighth of a column exact. */
#ifndef KYMO_OUTPUT_BAR_H
#define KYMO_OUTPUT_BAR_H

#include "base/text.h"

/* share: of the width, 0 to 1. What is more than nothing shows as an eighth at least. */
void output_bar(struct base_text *out, double share, int width);

/* One column of a plot that grows upwards: how many eighths of it are filled, 0 to 8. */
void output_column(struct base_text *out, int eighths);

#endif
