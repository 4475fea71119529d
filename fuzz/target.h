/* What the fuzz targets share.
 *
 * A target is fuzz_NAME.c with the function below; it is linked with main.c, which replays and mutates files, and with
 * clang's libFuzzer. What it finds is a crash, a sanitizer's report, a run that takes too long, or something that must
 * hold and does not.
 */
#ifndef KYMO_FUZZ_TARGET_H
#define KYMO_FUZZ_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Set while files are replayed: then nothing is left out to save time. */
extern bool fuzz_replaying;

/* Ends the program, and so makes a finding of it, if something does not hold. */
static inline void fuzz_require(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "fuzz: this does not hold: %s\n", what);
    abort();
}

#endif
