/* Fuzz target: the readers of the v1 formats with ordering, and all that is made of them. */
#include "reading.h"
#include "target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int versions[] = {5, 7, 8, 9, 10, 11, 19, 21};
    struct base_mapping file = fuzz_with_header(data, size, versions, sizeof versions / sizeof *versions);
    fuzz_trace(&file);
    free((void *)file.data);
    return 0;
}
