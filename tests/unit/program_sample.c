/* The program that test_program.c looks into: built with symbols and lines, at fixed addresses. It prints the truth, a
 * line for each function: its name, address and line. */
#include <stdint.h>
#include <stdio.h>

/* On one line, and so all its code belongs to that line. */
#define FUNCTION(name)                                                                                                 \
    static const int name##_line = __LINE__;                                                                           \
    int name(int x);                                                                                                   \
    __attribute__((noinline)) int name(int x)                                                                          \
    {                                                                                                                  \
        return x * name##_line;                                                                                        \
    }

FUNCTION(sample_first)

FUNCTION(sample_second)
FUNCTION(sample_third)

int main(void)
{
    const struct {
        const char *name;
        int (*function)(int);
        int line;
    } all[] = {
        {"sample_first", sample_first, sample_first_line},
        {"sample_second", sample_second, sample_second_line},
        {"sample_third", sample_third, sample_third_line},
    };
    for (int i = 0; i < 3; i++)
        printf("%s %jx %d\n", all[i].name, (uintmax_t)(uintptr_t)all[i].function, all[i].line);
    return all[0].function(0) + all[1].function(0) + all[2].function(0);
}
