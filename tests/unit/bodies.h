/* Files and batches written byte by byte, and what is to come of them. */
#ifndef KYMO_TESTS_BODIES_H
#define KYMO_TESTS_BODIES_H

#include <stddef.h>
#include <stdint.h>

#define BYTES(literal) (const uint8_t *)(literal), sizeof(literal) - 1

#define TEN_FF "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"

struct bad_body {
    int version;
    const uint8_t *bytes;
    size_t size;
    const char *expected;
};

#endif
