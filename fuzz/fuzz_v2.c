/* Fuzz target: the reader of v2 traces with ordering, and all that is made of them. */
#include "reading.h"
#include "target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int versions[] = {22, 23, 25, 26};
    struct base_mapping file = fuzz_with_header(data, size, versions, sizeof versions / sizeof *versions);
    fuzz_trace(&file);
    free((void *)file.data);
    return 0;
}
