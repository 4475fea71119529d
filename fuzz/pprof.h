/* The way there and back of profiles: what output_pprof wrote is unpacked and decoded by a decoder of its own, and must
 * say what the profile says. */
#ifndef KYMO_FUZZ_PPROF_H
#define KYMO_FUZZ_PPROF_H

#include "analyze/profile.h"

/* Writes the profile, reads it back, and requires that sample types, counts, nanoseconds, frames and names are the
 * same. One address has one name in a file: that of the first frame of that address. Frames beyond WIRE_MAX_FRAMES are
 * not in it. */
void fuzz_check_pprof(const struct analyze_profile *profile, const struct order_symbols *symbols);

/* The same of a file whose profile is not at hand: it must be whole, and its ids must lead somewhere. */
void fuzz_check_pprof_file(const char *data, size_t size);

#endif
