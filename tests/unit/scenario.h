/* Scenarios for the tests of ordering: a trace written step by step, and the text of what it delivers. */
#ifndef KYMO_TESTS_SCENARIO_H
#define KYMO_TESTS_SCENARIO_H

#include "support.h"

enum { MOST_STEPS = 24 };

struct scenario {
    struct step steps[MOST_STEPS];
    const char *expected;
    enum wire_version version; /* 0: 1.26 */
};

/* Each trace must deliver exactly what is expected of it. */
void check_scenarios(const struct scenario *scenarios, size_t count);

/* Thread 1 runs goroutine 1 on processor 0. */
#define P0_RUNS                                                                                                        \
    {                                                                                                                  \
        1, 10, WIRE_PROC_STATUS,                                                                                       \
        {                                                                                                              \
            0, 1                                                                                                       \
        }                                                                                                              \
    }
#define G1_RUNS                                                                                                        \
    {                                                                                                                  \
        1, 11, WIRE_GO_STATUS,                                                                                         \
        {                                                                                                              \
            1, 1, 2                                                                                                    \
        }                                                                                                              \
    }
#define BOTH P0_RUNS, G1_RUNS
#define P0_RUNS_TEXT "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
#define BOTH_TEXT P0_RUNS_TEXT "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"

/* Goroutine 1 enters a syscall at 20. */
#define IN_SYSCALL                                                                                                     \
    BOTH,                                                                                                              \
    {                                                                                                                  \
        1, 20, WIRE_GO_SYSCALL_BEGIN,                                                                                  \
        {                                                                                                              \
            1, K_F                                                                                                     \
        }                                                                                                              \
    }
#define IN_SYSCALL_TEXT BOTH_TEXT "M=1 P=0 G=1 20: GoID=1 Running->Syscall\n"

#define NO_M "error: expected a thread but didn't have one\n"
#define NO_P "error: expected a proc but didn't have one\n"
#define HAS_P "error: expected no proc but had one\n"
#define NO_G "error: expected a goroutine but didn't have one\n"
#define HAS_G "error: expected no goroutine but had one\n"

#endif
