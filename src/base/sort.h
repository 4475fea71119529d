/* The two sorts that results depend on, and one for very many numbers.
 *
 * base_sort_go is Go's slices.SortFunc / sort.Slice (pattern-defeating quicksort): unstable, but fully determined by
 * its algorithm, which the official tool's output shows wherever keys are equal. base_sort_stable keeps equal elements
 * in order. Source of the algorithm: Go's sort/zsortfunc.go, as described in go-trace-ordering.md, appendix A.
 */
#ifndef KYMO_BASE_SORT_H
#define KYMO_BASE_SORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BASE_SORT_GO_MOST_BYTES = 256 };

/* Whether a comes before b. */
typedef bool base_less(const void *a, const void *b, void *context);

/* Both sort `count` elements of `size` bytes each. For base_sort_go, size is at most BASE_SORT_GO_MOST_BYTES. */
void base_sort_go(void *elements, size_t count, size_t size, base_less *less, void *context);
void base_sort_stable(void *elements, size_t count, size_t size, base_less *less, void *context);

/* Sorts values by the keys beside them, which are sorted too; values of equal keys stay in order. Takes time in
 * proportion to the count, and for a while as much memory again. */
void base_sort_by_keys(uint64_t *keys, uint32_t *values, size_t count);

#endif
