/* Reading on past damage: bytes that are wrong, parts that are missing, files that are cut off. */
#include "salvage.h"

#include "wire/event.h"
#include "wire/generation.h"

#include <stdlib.h>

/* What of write_generations(VERSION, 3) is damaged, by the numbers of its batches (find_batches). */
struct damaged {
    const char *what;
    enum wire_version version;
    enum { OVERWRITE, CUT_OUT, SET } how; /* OVERWRITE: with 0xff */
    struct at {
        size_t batch;
        enum { BEGIN, BODY, END } of;
        int plus;
    } from, to; /* SET: only from */
    uint8_t set;
    const char *expected, *losses;
};

/* Generations that are read whole. */
#define WHOLE_1                                                                                                        \
    "sync 1\n"                                                                                                         \
    "M=1 P=-1 G=-1 1010: ProcID=0 Undetermined->Running\n"                                                             \
    "M=1 P=0 G=-1 1011: GoID=1 Undetermined->Running\n"                                                                \
    "M=1 P=0 G=1 1012: GoID=11 NotExist->Runnable\n"                                                                   \
    "M=2 P=-1 G=-1 1013: ProcID=1 Undetermined->Idle\n"                                                                \
    "M=2 P=-1 G=-1 1014: ProcID=1 Idle->Running\n"                                                                     \
    "M=1 P=0 G=1 1020: GoID=1 Running->Runnable Reason=\"alpha\"\n"                                                    \
    "M=1 P=0 G=-1 1021: GoID=11 Runnable->Running\n"                                                                   \
    "M=1 P=0 G=11 1030: GoID=11 Running->NotExist\n"                                                                   \
    "M=1 P=0 G=-1 1031: GoID=1 Runnable->Running\n"                                                                    \
    "M=2 P=1 G=-1 1040: ProcID=1 Running->Idle\n"                                                                      \
    "M=1 P=0 G=1 1050: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(100)}\n"
#define WHOLE_2                                                                                                        \
    "sync 2\n"                                                                                                         \
    "M=1 P=0 G=1 2010: ProcID=0 Running->Running\n"                                                                    \
    "M=1 P=0 G=1 2011: GoID=1 Running->Running\n"                                                                      \
    "M=1 P=0 G=1 2012: GoID=12 NotExist->Runnable\n"                                                                   \
    "M=2 P=-1 G=-1 2013: ProcID=1 Idle->Idle\n"                                                                        \
    "M=2 P=-1 G=-1 2014: ProcID=1 Idle->Running\n"                                                                     \
    "M=1 P=0 G=1 2020: GoID=1 Running->Runnable Reason=\"alpha\"\n"                                                    \
    "M=1 P=0 G=-1 2021: GoID=12 Runnable->Running\n"                                                                   \
    "M=1 P=0 G=12 2030: GoID=12 Running->NotExist\n"                                                                   \
    "M=1 P=0 G=-1 2031: GoID=1 Runnable->Running\n"                                                                    \
    "M=2 P=1 G=-1 2040: ProcID=1 Running->Idle\n"                                                                      \
    "M=1 P=0 G=1 2050: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(100)}\n"
#define WHOLE_2_AFTER_GAP                                                                                              \
    "sync 2 after a gap\n"                                                                                             \
    "M=1 P=-1 G=-1 2010: ProcID=0 Undetermined->Running\n"                                                             \
    "M=1 P=0 G=-1 2011: GoID=1 Undetermined->Running\n"                                                                \
    "M=1 P=0 G=1 2012: GoID=12 NotExist->Runnable\n"                                                                   \
    "M=2 P=-1 G=-1 2013: ProcID=1 Undetermined->Idle\n"                                                                \
    "M=2 P=-1 G=-1 2014: ProcID=1 Idle->Running\n"                                                                     \
    "M=1 P=0 G=1 2020: GoID=1 Running->Runnable Reason=\"alpha\"\n"                                                    \
    "M=1 P=0 G=-1 2021: GoID=12 Runnable->Running\n"                                                                   \
    "M=1 P=0 G=12 2030: GoID=12 Running->NotExist\n"                                                                   \
    "M=1 P=0 G=-1 2031: GoID=1 Runnable->Running\n"                                                                    \
    "M=2 P=1 G=-1 2040: ProcID=1 Running->Idle\n"                                                                      \
    "M=1 P=0 G=1 2050: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(100)}\n"
#define WHOLE_3                                                                                                        \
    "sync 3\n"                                                                                                         \
    "M=1 P=0 G=1 3010: ProcID=0 Running->Running\n"                                                                    \
    "M=1 P=0 G=1 3011: GoID=1 Running->Running\n"                                                                      \
    "M=1 P=0 G=1 3012: GoID=13 NotExist->Runnable\n"                                                                   \
    "M=2 P=-1 G=-1 3013: ProcID=1 Idle->Idle\n"                                                                        \
    "M=2 P=-1 G=-1 3014: ProcID=1 Idle->Running\n"                                                                     \
    "M=1 P=0 G=1 3020: GoID=1 Running->Runnable Reason=\"alpha\"\n"                                                    \
    "M=1 P=0 G=-1 3021: GoID=13 Runnable->Running\n"                                                                   \
    "M=1 P=0 G=13 3030: GoID=13 Running->NotExist\n"                                                                   \
    "M=1 P=0 G=-1 3031: GoID=1 Runnable->Running\n"                                                                    \
    "M=2 P=1 G=-1 3040: ProcID=1 Running->Idle\n"                                                                      \
    "M=1 P=0 G=1 3050: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(100)}\n"
#define WHOLE_3_AFTER_GAP                                                                                              \
    "sync 3 after a gap\n"                                                                                             \
    "M=1 P=-1 G=-1 3010: ProcID=0 Undetermined->Running\n"                                                             \
    "M=1 P=0 G=-1 3011: GoID=1 Undetermined->Running\n"                                                                \
    "M=1 P=0 G=1 3012: GoID=13 NotExist->Runnable\n"                                                                   \
    "M=2 P=-1 G=-1 3013: ProcID=1 Undetermined->Idle\n"                                                                \
    "M=2 P=-1 G=-1 3014: ProcID=1 Idle->Running\n"                                                                     \
    "M=1 P=0 G=1 3020: GoID=1 Running->Runnable Reason=\"alpha\"\n"                                                    \
    "M=1 P=0 G=-1 3021: GoID=13 Runnable->Running\n"                                                                   \
    "M=1 P=0 G=13 3030: GoID=13 Running->NotExist\n"                                                                   \
    "M=1 P=0 G=-1 3031: GoID=1 Runnable->Running\n"                                                                    \
    "M=2 P=1 G=-1 3040: ProcID=1 Running->Idle\n"                                                                      \
    "M=1 P=0 G=1 3050: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(100)}\n"

static uint64_t place_of(const struct batch_places *places, struct at at)
{
    const struct batch_place *place = &places->list.at[at.batch];
    assert_true(at.batch < places->list.count);
    return (at.of == BEGIN ? place->begin : at.of == BODY ? place->body : place->end) + (uint64_t)at.plus;
}

static struct base_mapping write_damaged(const struct damaged *damaged)
{
    struct base_mapping file = write_generations(damaged->version, 3);
    struct batch_places places = find_batches(&file);
    uint64_t from = place_of(&places, damaged->from), to = place_of(&places, damaged->to);
    if (damaged->how == SET)
        bytes_of(&file)[from] = damaged->set;
    else if (damaged->how == CUT_OUT)
        cut_out(&file, from, to);
    else
        memset(bytes_of(&file) + from, 0xff, to - from);
    base_vec_release(&places.list);
    return file;
}

static void check_damaged(const struct damaged *damaged, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct base_mapping file = write_damaged(&damaged[i]);
        struct salvaged salvaged = salvage(&file, ORDER_GO_ON, true);
        print_message("%s\n", damaged[i].what);
        assert_false(salvaged.failed);
        test_assert_text(&salvaged.text, damaged[i].expected);
        test_assert_text(&salvaged.losses, damaged[i].losses);
        salvaged_release(&salvaged);
        test_mapping_free(&file);
    }
}

static void batches(void **state)
{
    static const struct damaged damaged[] = {
        {"a batch's header",
         WIRE_GO_1_26,
         OVERWRITE,
         {10, BEGIN, 0},
         {10, BODY, 0},
         0,
         WHOLE_1 "sync 2\n"
                 "M=1 P=0 G=1 2010: ProcID=0 Running->Running\n"
                 "M=1 P=0 G=1 2011: GoID=1 Running->Running\n"
                 "M=1 P=0 G=1 2012: GoID=12 NotExist->Runnable\n"
                 "M=2 P=-1 G=-1 2013: ProcID=1 Idle->Idle\n"
                 "M=2 P=-1 G=-1 2014: ProcID=1 Idle->Running\n"
                 "M=2 P=1 G=-1 2040: ProcID=1 Running->Idle\n"
                 "M=1 P=0 G=1 2050: Metric Name=\"/memory/classes/heap/objects:bytes\" "
                 "Value=Value{Uint64(100)}\n" WHOLE_3_AFTER_GAP "sync 0\n",
         "2 2010 2050 29 0: expected batch event, got event 255 (generation 2, batch 10, byte 384)\n"},
        {"a batch's header, 1.22",
         WIRE_GO_1_22,
         OVERWRITE,
         {8, BEGIN, 0},
         {8, BODY, 0},
         0,
         "sync 1\n"
         "M=1 P=-1 G=-1 1011: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 1012: GoID=1 Undetermined->Running\n"
         "M=1 P=0 G=1 1013: GoID=11 NotExist->Runnable\n"
         "M=2 P=-1 G=-1 1014: ProcID=1 Undetermined->Idle\n"
         "M=2 P=-1 G=-1 1015: ProcID=1 Idle->Running\n"
         "M=1 P=0 G=1 1020: GoID=1 Running->Runnable Reason=\"alpha\"\n"
         "M=1 P=0 G=-1 1021: GoID=11 Runnable->Running\n"
         "M=1 P=0 G=11 1030: GoID=11 Running->NotExist\n"
         "M=1 P=0 G=-1 1031: GoID=1 Runnable->Running\n"
         "M=2 P=1 G=-1 1040: ProcID=1 Running->Idle\n"
         "M=1 P=0 G=1 1050: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(100)}\n"
         "sync 2\n"
         "M=1 P=0 G=1 2011: ProcID=0 Running->Running\n"
         "M=1 P=0 G=1 2012: GoID=1 Running->Running\n"
         "M=1 P=0 G=1 2013: GoID=12 NotExist->Runnable\n"
         "M=2 P=-1 G=-1 2014: ProcID=1 Idle->Idle\n"
         "M=2 P=-1 G=-1 2015: ProcID=1 Idle->Running\n"
         "M=2 P=1 G=-1 2040: ProcID=1 Running->Idle\n"
         "M=1 P=0 G=1 2050: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(100)}\n"
         "sync 3 after a gap\n"
         "M=1 P=-1 G=-1 3011: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 3012: GoID=1 Undetermined->Running\n"
         "M=1 P=0 G=1 3013: GoID=13 NotExist->Runnable\n"
         "M=2 P=-1 G=-1 3014: ProcID=1 Undetermined->Idle\n"
         "M=2 P=-1 G=-1 3015: ProcID=1 Idle->Running\n"
         "M=1 P=0 G=1 3020: GoID=1 Running->Runnable Reason=\"alpha\"\n"
         "M=1 P=0 G=-1 3021: GoID=13 Runnable->Running\n"
         "M=1 P=0 G=13 3030: GoID=13 Running->NotExist\n"
         "M=1 P=0 G=-1 3031: GoID=1 Runnable->Running\n"
         "M=2 P=1 G=-1 3040: ProcID=1 Running->Idle\n"
         "M=1 P=0 G=1 3050: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(100)}\n"
         "sync 0\n",
         "2 2010 2050 29 0: expected batch event, got event 255 (generation 2, batch 9, byte 341)\n"},
        {"the first generation's first batch",
         WIRE_GO_1_25,
         OVERWRITE,
         {1, BEGIN, 0},
         {1, BODY, 0},
         0,
         "sync 1\n"
         "M=2 P=-1 G=-1 1013: ProcID=1 Undetermined->Idle\n"
         "M=2 P=-1 G=-1 1014: ProcID=1 Idle->Running\n"
         "M=2 P=1 G=-1 1040: ProcID=1 Running->Idle\n"
         "M=1 P=-1 G=-1 1041: GoID=11 Undetermined->Runnable\n"
         "M=1 P=-1 G=-1 1042: GoID=1 Undetermined->Runnable\n" WHOLE_2_AFTER_GAP WHOLE_3 "sync 0\n",
         "1 1 1042 46 5: expected batch event, got event 255 (generation 1, batch 2, byte 52)\n"},
        {"a batch's events, half of them",
         WIRE_GO_1_26,
         OVERWRITE,
         {10, BODY, 5},
         {10, END, 0},
         0,
         WHOLE_1 "sync 2\n"
                 "M=1 P=0 G=1 2010: ProcID=0 Running->Running\n"
                 "M=1 P=0 G=1 2011: GoID=1 Running->Running\n"
                 "M=1 P=0 G=1 2012: GoID=12 NotExist->Runnable\n"
                 "M=2 P=-1 G=-1 2013: ProcID=1 Idle->Idle\n"
                 "M=2 P=-1 G=-1 2014: ProcID=1 Idle->Running\n"
                 "M=1 P=0 G=1 2020: GoID=1 Running->Runnable Reason=\"alpha\"\n"
                 "M=2 P=1 G=-1 2040: ProcID=1 Running->Idle\n"
                 "M=1 P=0 G=-1 2050: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(100)}\n"
                 "sync 3\n"
                 "M=1 P=0 G=-1 3010: ProcID=0 Running->Running\n"
                 "M=1 P=0 G=-1 3011: GoID=1 Runnable->Running\n"
                 "M=1 P=0 G=-1 3012: GoID=1 Running->Running\n"
                 "M=1 P=0 G=1 3013: GoID=13 NotExist->Runnable\n"
                 "M=2 P=-1 G=-1 3014: ProcID=1 Idle->Idle\n"
                 "M=2 P=-1 G=-1 3015: ProcID=1 Idle->Running\n"
                 "M=1 P=0 G=1 3020: GoID=1 Running->Runnable Reason=\"alpha\"\n"
                 "M=1 P=0 G=-1 3021: GoID=13 Runnable->Running\n"
                 "M=1 P=0 G=13 3030: GoID=13 Running->NotExist\n"
                 "M=1 P=0 G=-1 3031: GoID=1 Runnable->Running\n"
                 "M=2 P=1 G=-1 3040: ProcID=1 Running->Idle\n"
                 "M=1 P=0 G=1 3050: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(100)}\n"
                 "sync 0\n",
         "2 2020 2020 10 0: found invalid uvarint for timestamp (generation 2, batch 10, thread 1, byte 403)\n"
         "3 3010 3010 0 1: inconsistent status for goroutine 1: old Runnable vs. new Running (generation 3, batch 16, "
         "thread 1, byte 681)\n"},
        {"a stray batch",
         WIRE_GO_1_26,
         SET,
         {10, BEGIN, 1},
         {10, BEGIN, 1},
         7,
         WHOLE_1 "sync 2\n"
                 "M=1 P=0 G=1 2010: ProcID=0 Running->Running\n"
                 "M=1 P=0 G=1 2011: GoID=1 Running->Running\n"
                 "M=1 P=0 G=1 2012: GoID=12 NotExist->Runnable\n"
                 "M=2 P=-1 G=-1 2013: ProcID=1 Idle->Idle\n"
                 "M=2 P=-1 G=-1 2014: ProcID=1 Idle->Running\n"
                 "M=2 P=1 G=-1 2040: ProcID=1 Running->Idle\n"
                 "M=1 P=0 G=1 2050: Metric Name=\"/memory/classes/heap/objects:bytes\" "
                 "Value=Value{Uint64(100)}\n" WHOLE_3_AFTER_GAP "sync 0\n",
         "2 2010 2050 29 0: generations out of order (generation 2, batch 10, thread 1, byte 383)\n"},
        {"a stray batch, 1.25",
         WIRE_GO_1_25,
         SET,
         {9, BEGIN, 1},
         {9, BEGIN, 1},
         7,
         WHOLE_1 "sync 2\n"
                 "M=1 P=0 G=1 2010: ProcID=0 Running->Running\n"
                 "M=1 P=0 G=1 2011: GoID=1 Running->Running\n"
                 "M=1 P=0 G=1 2012: GoID=12 NotExist->Runnable\n"
                 "M=2 P=-1 G=-1 2013: ProcID=1 Idle->Idle\n"
                 "M=2 P=-1 G=-1 2014: ProcID=1 Idle->Running\n"
                 "M=2 P=1 G=-1 2040: ProcID=1 Running->Idle\n"
                 "M=1 P=0 G=1 2050: Metric Name=\"/memory/classes/heap/objects:bytes\" "
                 "Value=Value{Uint64(100)}\n" WHOLE_3_AFTER_GAP "sync 0\n",
         "2 2010 2050 29 0: generations out of order (generation 2, batch 10, thread 1, byte 382)\n"},
        {"a batch of generation 0",
         WIRE_GO_1_26,
         SET,
         {10, BEGIN, 1},
         {10, BEGIN, 1},
         0,
         WHOLE_1 "sync 2\n"
                 "M=1 P=0 G=1 2010: ProcID=0 Running->Running\n"
                 "M=1 P=0 G=1 2011: GoID=1 Running->Running\n"
                 "M=1 P=0 G=1 2012: GoID=12 NotExist->Runnable\n"
                 "M=2 P=-1 G=-1 2013: ProcID=1 Idle->Idle\n"
                 "M=2 P=-1 G=-1 2014: ProcID=1 Idle->Running\n"
                 "M=2 P=1 G=-1 2040: ProcID=1 Running->Idle\n"
                 "M=1 P=0 G=1 2050: Metric Name=\"/memory/classes/heap/objects:bytes\" "
                 "Value=Value{Uint64(100)}\n" WHOLE_3_AFTER_GAP "sync 0\n",
         "2 2010 2050 29 0: invalid generation number 0 (generation 2, batch 10, byte 383)\n"},
        {"a batch that says it is longer than the file",
         WIRE_GO_1_26,
         SET,
         {10, BODY, -1},
         {10, BODY, 0},
         0x7f,
         WHOLE_1 "sync 2\n"
                 "M=1 P=0 G=1 2010: ProcID=0 Running->Running\n"
                 "M=1 P=0 G=1 2011: GoID=1 Running->Running\n"
                 "M=1 P=0 G=1 2012: GoID=12 NotExist->Runnable\n"
                 "M=2 P=-1 G=-1 2013: ProcID=1 Idle->Idle\n"
                 "M=2 P=-1 G=-1 2014: ProcID=1 Idle->Running\n"
                 "M=2 P=1 G=-1 2040: ProcID=1 Running->Idle\n"
                 "M=1 P=0 G=1 2050: Metric Name=\"/memory/classes/heap/objects:bytes\" "
                 "Value=Value{Uint64(100)}\n" WHOLE_3_AFTER_GAP "sync 0\n",
         "2 2010 2050 29 0: error reading batch size: binary: varint overflows a 64-bit integer (generation 2, batch "
         "10, byte "
         "388)\n"},
    };
    (void)state;
    check_damaged(damaged, COUNT_OF(damaged));
}

static void ends_of_generations(void **state)
{
    static const struct damaged damaged[] = {
        {"a hole across a generation's end, 1.26",
         WIRE_GO_1_26,
         OVERWRITE,
         {12, BODY, 4},
         {17, BEGIN, 0},
         0,
         WHOLE_1 "sync 2\n"
                 "M=1 P=0 G=1 2010: ProcID=0 Running->Running\n"
                 "M=1 P=0 G=1 2011: GoID=1 Running->Running\n"
                 "M=1 P=0 G=1 2012: GoID=12 NotExist->Runnable\n"
                 "M=2 P=-1 G=-1 2013: ProcID=1 Idle->Idle\n"
                 "M=1 P=0 G=1 2020: GoID=1 Running->Runnable\n"
                 "M=1 P=0 G=-1 2021: GoID=12 Runnable->Running\n"
                 "M=1 P=0 G=12 2030: GoID=12 Running->NotExist\n"
                 "M=1 P=0 G=-1 2031: GoID=1 Runnable->Running\n"
                 "M=1 P=0 G=1 2050: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(100)}\n"
                 "sync 3 after a gap\n"
                 "M=1 P=-1 G=-1 3011: ProcID=0 Undetermined->Running\n"
                 "M=1 P=0 G=-1 3012: GoID=1 Undetermined->Running\n"
                 "M=1 P=0 G=1 3013: GoID=13 NotExist->Runnable\n"
                 "M=2 P=-1 G=-1 3014: ProcID=1 Undetermined->Idle\n"
                 "M=2 P=-1 G=-1 3015: ProcID=1 Idle->Running\n"
                 "M=1 P=0 G=1 3020: GoID=1 Running->Runnable Reason=\"alpha\"\n"
                 "M=1 P=0 G=-1 3021: GoID=13 Runnable->Running\n"
                 "M=1 P=0 G=13 3030: GoID=13 Running->NotExist\n"
                 "M=1 P=0 G=-1 3031: GoID=1 Runnable->Running\n"
                 "M=2 P=1 G=-1 3040: ProcID=1 Running->Idle\n"
                 "M=1 P=0 G=1 3050: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(100)}\n"
                 "sync 0\n",
         "2 2013 2050 208 0: expected batch event, got event 255 (generation 2, batch 13, byte 456)\n"
         "3 3010 3050 0 0: no frequency event found (generation 3, byte 657)\n"},
        {"a hole across a generation's end, 1.25",
         WIRE_GO_1_25,
         OVERWRITE,
         {11, BODY, 4},
         {15, BEGIN, 0},
         0,
         WHOLE_1 "sync 2\n"
                 "M=1 P=0 G=1 2010: ProcID=0 Running->Running\n"
                 "M=1 P=0 G=1 2011: GoID=1 Running->Running\n"
                 "M=1 P=0 G=1 2012: GoID=12 NotExist->Runnable\n"
                 "M=2 P=-1 G=-1 2013: ProcID=1 Idle->Idle\n"
                 "M=1 P=0 G=1 2020: GoID=1 Running->Runnable\n"
                 "M=1 P=0 G=-1 2021: GoID=12 Runnable->Running\n"
                 "M=1 P=0 G=12 2030: GoID=12 Running->NotExist\n"
                 "M=1 P=0 G=-1 2031: GoID=1 Runnable->Running\n"
                 "M=1 P=0 G=1 2050: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(100)}\n"
                 "sync 3 after a gap\n"
                 "M=1 P=-1 G=-1 3011: ProcID=0 Undetermined->Running\n"
                 "M=1 P=0 G=-1 3012: GoID=1 Undetermined->Running\n"
                 "M=1 P=0 G=1 3013: GoID=13 NotExist->Runnable\n"
                 "M=2 P=-1 G=-1 3014: ProcID=1 Undetermined->Idle\n"
                 "M=2 P=-1 G=-1 3015: ProcID=1 Idle->Running\n"
                 "M=1 P=0 G=1 3020: GoID=1 Running->Runnable Reason=\"alpha\"\n"
                 "M=1 P=0 G=-1 3021: GoID=13 Runnable->Running\n"
                 "M=1 P=0 G=13 3030: GoID=13 Running->NotExist\n"
                 "M=1 P=0 G=-1 3031: GoID=1 Runnable->Running\n"
                 "M=2 P=1 G=-1 3040: ProcID=1 Running->Idle\n"
                 "M=1 P=0 G=1 3050: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(100)}\n"
                 "sync 0\n",
         "2 2013 2050 207 0: expected batch event, got event 255 (generation 2, batch 13, byte 455)\n"
         "3 3010 3050 0 0: no frequency event found (generation 3, byte 655)\n"},
        {"bytes gone across a generation's end, 1.26",
         WIRE_GO_1_26,
         CUT_OUT,
         {12, BODY, 4},
         {18, BEGIN, 0},
         0,
         WHOLE_1 "sync 2\n"
                 "M=1 P=0 G=1 2010: ProcID=0 Running->Running\n"
                 "M=1 P=0 G=1 2011: GoID=1 Running->Running\n"
                 "M=1 P=0 G=1 2012: GoID=12 NotExist->Runnable\n"
                 "M=2 P=-1 G=-1 2013: ProcID=1 Idle->Idle\n"
                 "M=1 P=0 G=1 2020: GoID=1 Running->Runnable\n"
                 "M=1 P=0 G=-1 2021: GoID=12 Runnable->Running\n"
                 "M=1 P=0 G=12 2030: GoID=12 Running->NotExist\n"
                 "M=1 P=0 G=-1 2031: GoID=1 Runnable->Running\n"
                 "M=1 P=0 G=1 2050: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(100)}\n"
                 "sync 3 after a gap\n"
                 "M=2 P=-1 G=-1 3014: ProcID=1 Undetermined->Idle\n"
                 "M=2 P=-1 G=-1 3015: ProcID=1 Idle->Running\n"
                 "M=2 P=1 G=-1 3040: ProcID=1 Running->Idle\n"
                 "sync 0\n",
         "2 2013 2050 29 0: expected batch event, got event 128 (generation 2, batch 13, byte 456)\n"
         "3 3040 3040 3 1: expected a proc but didn't have one (generation 3, batch 13, thread 1, byte 496)\n"},
        {"bytes gone across a generation's end, 1.25",
         WIRE_GO_1_25,
         CUT_OUT,
         {11, BODY, 4},
         {16, BEGIN, 0},
         0,
         WHOLE_1 "sync 2\n"
                 "M=1 P=0 G=1 2010: ProcID=0 Running->Running\n"
                 "M=1 P=0 G=1 2011: GoID=1 Running->Running\n"
                 "M=1 P=0 G=1 2012: GoID=12 NotExist->Runnable\n"
                 "M=2 P=-1 G=-1 2013: ProcID=1 Idle->Idle\n"
                 "M=1 P=0 G=1 2020: GoID=1 Running->Runnable\n"
                 "M=1 P=0 G=-1 2021: GoID=12 Runnable->Running\n"
                 "M=1 P=0 G=12 2030: GoID=12 Running->NotExist\n"
                 "M=1 P=0 G=-1 2031: GoID=1 Runnable->Running\n"
                 "M=1 P=0 G=1 2050: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(100)}\n"
                 "sync 3 after a gap\n"
                 "M=2 P=-1 G=-1 3014: ProcID=1 Undetermined->Idle\n"
                 "M=2 P=-1 G=-1 3015: ProcID=1 Idle->Running\n"
                 "M=2 P=1 G=-1 3040: ProcID=1 Running->Idle\n"
                 "sync 0\n",
         "2 2013 2050 29 0: expected batch event, got event 128 (generation 2, batch 13, byte 455)\n"
         "3 3040 3040 3 1: expected a proc but didn't have one (generation 3, batch 13, thread 1, byte 495)\n"},
        {"a missing mark of a generation's end",
         WIRE_GO_1_26,
         CUT_OUT,
         {15, BEGIN, 0},
         {15, END, 0},
         0,
         WHOLE_1 WHOLE_2 WHOLE_3_AFTER_GAP "sync 0\n",
         "2 2000 2050 0 0: broken trace: missing end-of-generation event, or generations are interleaved (generation "
         "2, batch 15, byte 619)\n"},
        {"a whole generation gone",
         WIRE_GO_1_25,
         CUT_OUT,
         {7, BEGIN, 0},
         {14, BEGIN, 0},
         0,
         WHOLE_1 WHOLE_3_AFTER_GAP "sync 0\n",
         "1 1 1050 0 0: generations out of order (generation 1, batch 8, byte 316)\n"},
        {"a whole generation gone, 1.26",
         WIRE_GO_1_26,
         CUT_OUT,
         {8, BEGIN, 0},
         {16, BEGIN, 0},
         0,
         WHOLE_1 WHOLE_3 "sync 0\n",
         ""},
    };
    (void)state;
    check_damaged(damaged, COUNT_OF(damaged));
}

static void tables(void **state)
{
    static const struct damaged damaged[] = {
        {"a strings batch that breaks off at its third",
         WIRE_GO_1_26,
         SET,
         {14, BODY, 16},
         {14, END, 0},
         0xff,
         WHOLE_1 WHOLE_2 WHOLE_3 "sync 0\n",
         "2 2000 2050 69 0: expected string event, got 255 (generation 2, batch 14, byte 550)\n"},
        {"a stacks batch that breaks off at its second",
         WIRE_GO_1_26,
         SET,
         {13, BODY, 14},
         {13, END, 0},
         0xff,
         WHOLE_1 WHOLE_2 WHOLE_3 "sync 0\n",
         "2 2000 2050 15 0: expected stack event, got 255 (generation 2, batch 13, byte 494)\n"},
        {"no strings",
         WIRE_GO_1_26,
         CUT_OUT,
         {14, BEGIN, 0},
         {14, END, 0},
         0,
         WHOLE_1
         "sync 2\n"
         "M=1 P=0 G=1 2010: ProcID=0 Running->Running\n"
         "M=1 P=0 G=1 2011: GoID=1 Running->Running\n"
         "M=1 P=0 G=1 2012: GoID=12 NotExist->Runnable\n"
         "M=2 P=-1 G=-1 2013: ProcID=1 Idle->Idle\n"
         "M=2 P=-1 G=-1 2014: ProcID=1 Idle->Running\n"
         "M=1 P=0 G=1 2020: GoID=1 Running->Runnable\n"
         "M=1 P=0 G=-1 2021: GoID=12 Runnable->Running\n"
         "M=1 P=0 G=12 2030: GoID=12 Running->NotExist\n"
         "M=1 P=0 G=-1 2031: GoID=1 Runnable->Running\n"
         "M=2 P=1 G=-1 2040: ProcID=1 Running->Idle\n"
         "M=1 P=0 G=1 2050: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(100)}\n" WHOLE_3
         "sync 0\n",
         "2 2000 2050 0 0: found invalid func string ID 7 for stack 1 (generation 2, byte 317)\n"},
        {"no stacks",
         WIRE_GO_1_26,
         CUT_OUT,
         {13, BEGIN, 0},
         {13, END, 0},
         0,
         WHOLE_1 WHOLE_2 WHOLE_3 "sync 0\n",
         "2 2000 2050 0 0: found invalid stack ID 2 for event GoCreate (generation 2, byte 317)\n"},
        {"a clock that breaks off before the snapshot",
         WIRE_GO_1_26,
         SET,
         {8, BODY, 7},
         {8, END, 0},
         0xff,
         WHOLE_1 WHOLE_2 WHOLE_3 "sync 0\n",
         "2 2000 2050 5 0: expected frequency or clock snapshot event, got 255 (generation 2, batch 8, byte 349)\n"},
        {"no clock: that of the generation before",
         WIRE_GO_1_26,
         CUT_OUT,
         {8, BEGIN, 0},
         {8, END, 0},
         0,
         WHOLE_1
         "sync 2\n"
         "M=1 P=0 G=1 2011: ProcID=0 Running->Running\n"
         "M=1 P=0 G=1 2012: GoID=1 Running->Running\n"
         "M=1 P=0 G=1 2013: GoID=12 NotExist->Runnable\n"
         "M=2 P=-1 G=-1 2014: ProcID=1 Idle->Idle\n"
         "M=2 P=-1 G=-1 2015: ProcID=1 Idle->Running\n"
         "M=1 P=0 G=1 2020: GoID=1 Running->Runnable Reason=\"alpha\"\n"
         "M=1 P=0 G=-1 2021: GoID=12 Runnable->Running\n"
         "M=1 P=0 G=12 2030: GoID=12 Running->NotExist\n"
         "M=1 P=0 G=-1 2031: GoID=1 Runnable->Running\n"
         "M=2 P=1 G=-1 2040: ProcID=1 Running->Idle\n"
         "M=1 P=0 G=1 2050: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(100)}\n" WHOLE_3
         "sync 0\n",
         "2 2010 2050 0 0: no frequency event found (generation 2, byte 317)\n"},
        {"no clock in the first: the usual one",
         WIRE_GO_1_26,
         CUT_OUT,
         {0, BEGIN, 0},
         {0, END, 0},
         0,
         "sync 1\n"
         "M=1 P=-1 G=-1 64641: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 64704: GoID=1 Undetermined->Running\n"
         "M=1 P=0 G=1 64768: GoID=11 NotExist->Runnable\n"
         "M=2 P=-1 G=-1 64832: ProcID=1 Undetermined->Idle\n"
         "M=2 P=-1 G=-1 64896: ProcID=1 Idle->Running\n"
         "M=1 P=0 G=1 65280: GoID=1 Running->Runnable Reason=\"alpha\"\n"
         "M=1 P=0 G=-1 65344: GoID=11 Runnable->Running\n"
         "M=1 P=0 G=11 65920: GoID=11 Running->NotExist\n"
         "M=1 P=0 G=-1 65984: GoID=1 Runnable->Running\n"
         "M=2 P=1 G=-1 66560: ProcID=1 Running->Idle\n"
         "M=1 P=0 G=1 67200: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(100)}\n"
         "sync 2\n"
         "M=1 P=0 G=1 67202: ProcID=0 Running->Running\n"
         "M=1 P=0 G=1 67203: GoID=1 Running->Running\n"
         "M=1 P=0 G=1 67204: GoID=12 NotExist->Runnable\n"
         "M=2 P=-1 G=-1 67205: ProcID=1 Idle->Idle\n"
         "M=2 P=-1 G=-1 67206: ProcID=1 Idle->Running\n"
         "M=1 P=0 G=1 67207: GoID=1 Running->Runnable Reason=\"alpha\"\n"
         "M=1 P=0 G=-1 67208: GoID=12 Runnable->Running\n"
         "M=1 P=0 G=12 67209: GoID=12 Running->NotExist\n"
         "M=1 P=0 G=-1 67210: GoID=1 Runnable->Running\n"
         "M=2 P=1 G=-1 67211: ProcID=1 Running->Idle\n"
         "M=1 P=0 G=1 67212: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(100)}\n"
         "sync 3\n"
         "M=1 P=0 G=1 67214: ProcID=0 Running->Running\n"
         "M=1 P=0 G=1 67215: GoID=1 Running->Running\n"
         "M=1 P=0 G=1 67216: GoID=13 NotExist->Runnable\n"
         "M=2 P=-1 G=-1 67217: ProcID=1 Idle->Idle\n"
         "M=2 P=-1 G=-1 67218: ProcID=1 Idle->Running\n"
         "M=1 P=0 G=1 67219: GoID=1 Running->Runnable Reason=\"alpha\"\n"
         "M=1 P=0 G=-1 67220: GoID=13 Runnable->Running\n"
         "M=1 P=0 G=13 67221: GoID=13 Running->NotExist\n"
         "M=1 P=0 G=-1 67222: GoID=1 Runnable->Running\n"
         "M=2 P=1 G=-1 67223: ProcID=1 Running->Idle\n"
         "M=1 P=0 G=1 67224: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(100)}\n"
         "sync 0\n",
         "1 64640 67200 0 0: no frequency event found (generation 1, byte 16)\n"},
        {"no frequency, 1.22",
         WIRE_GO_1_22,
         CUT_OUT,
         {9, BEGIN, 0},
         {9, END, 0},
         0,
         "sync 1\n"
         "M=1 P=-1 G=-1 1011: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 1012: GoID=1 Undetermined->Running\n"
         "M=1 P=0 G=1 1013: GoID=11 NotExist->Runnable\n"
         "M=2 P=-1 G=-1 1014: ProcID=1 Undetermined->Idle\n"
         "M=2 P=-1 G=-1 1015: ProcID=1 Idle->Running\n"
         "M=1 P=0 G=1 1020: GoID=1 Running->Runnable Reason=\"alpha\"\n"
         "M=1 P=0 G=-1 1021: GoID=11 Runnable->Running\n"
         "M=1 P=0 G=11 1030: GoID=11 Running->NotExist\n"
         "M=1 P=0 G=-1 1031: GoID=1 Runnable->Running\n"
         "M=2 P=1 G=-1 1040: ProcID=1 Running->Idle\n"
         "M=1 P=0 G=1 1050: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(100)}\n"
         "sync 2\n"
         "M=1 P=0 G=1 2011: ProcID=0 Running->Running\n"
         "M=1 P=0 G=1 2012: GoID=1 Running->Running\n"
         "M=1 P=0 G=1 2013: GoID=12 NotExist->Runnable\n"
         "M=2 P=-1 G=-1 2014: ProcID=1 Idle->Idle\n"
         "M=2 P=-1 G=-1 2015: ProcID=1 Idle->Running\n"
         "M=1 P=0 G=1 2020: GoID=1 Running->Runnable Reason=\"alpha\"\n"
         "M=1 P=0 G=-1 2021: GoID=12 Runnable->Running\n"
         "M=1 P=0 G=12 2030: GoID=12 Running->NotExist\n"
         "M=1 P=0 G=-1 2031: GoID=1 Runnable->Running\n"
         "M=2 P=1 G=-1 2040: ProcID=1 Running->Idle\n"
         "M=1 P=0 G=1 2050: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(100)}\n"
         "sync 3\n"
         "M=1 P=0 G=1 3011: ProcID=0 Running->Running\n"
         "M=1 P=0 G=1 3012: GoID=1 Running->Running\n"
         "M=1 P=0 G=1 3013: GoID=13 NotExist->Runnable\n"
         "M=2 P=-1 G=-1 3014: ProcID=1 Idle->Idle\n"
         "M=2 P=-1 G=-1 3015: ProcID=1 Idle->Running\n"
         "M=1 P=0 G=1 3020: GoID=1 Running->Runnable Reason=\"alpha\"\n"
         "M=1 P=0 G=-1 3021: GoID=13 Runnable->Running\n"
         "M=1 P=0 G=13 3030: GoID=13 Running->NotExist\n"
         "M=1 P=0 G=-1 3031: GoID=1 Runnable->Running\n"
         "M=2 P=1 G=-1 3040: ProcID=1 Running->Idle\n"
         "M=1 P=0 G=1 3050: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(100)}\n"
         "sync 0\n",
         "2 2010 2050 0 0: no frequency event found (generation 2, byte 311)\n"},
    };
    (void)state;
    check_damaged(damaged, COUNT_OF(damaged));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(batches),
        cmocka_unit_test(ends_of_generations),
        cmocka_unit_test(tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
