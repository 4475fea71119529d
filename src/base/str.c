#include "base/str.h"

bool base_str_contains(struct base_str a, const char *part)
{
    size_t size = strlen(part);
    for (size_t i = 0; i + size <= a.size; i++)
        if (memcmp(a.data + i, part, size) == 0)
            return true;
    return false;
}
