/* Reports on who calls whom, of profiles whose names and figures may be anything. */
#ifndef KYMO_FUZZ_CALLS_H
#define KYMO_FUZZ_CALLS_H

#include "analyze/profile.h"

/* Makes every report of the profile that needs no file, and requires of the graph that nothing gets lost: flats add up
 * to the profile, less what has no frames; of the folded stacks and the drawing's description that names are only
 * names there. */
void fuzz_check_calls(const struct analyze_profile *profile, const struct order_symbols *symbols);

#endif
