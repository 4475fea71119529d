/* Whether text is JSON, by RFC 8259 and in UTF-8: written apart from what writes it. */
#ifndef KYMO_FUZZ_JSON_H
#define KYMO_FUZZ_JSON_H

#include <stdbool.h>
#include <stddef.h>

/* At most 64 levels deep. */
bool fuzz_is_json(const char *data, size_t size);

#endif
