#include "output/amounts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct output_unit units[] = {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"hrs", 3.6e12}};
enum { UNITS = sizeof units / sizeof *units, SECONDS = 3 };

/* The largest unit that the amount is at least one of. */
static const struct output_unit *unit_of(double ns)
{
    size_t found = UNITS;
    for (size_t i = 0; i < UNITS; i++)
        if (ns / units[i].size >= 1)
            found = i;
    return &units[found == UNITS ? SECONDS : found];
}

struct output_unit output_unit_for(uint64_t least_ns, uint64_t most_ns)
{
    double least = (double)(least_ns ? least_ns : most_ns), most = (double)most_ns;
    const struct output_unit *unit = unit_of(least);
    /* Where they are far apart the least may be as little as a hundredth. */
    if (unit != unit_of(most) && least * 100 < most)
        unit = unit_of(least * 100);
    return *unit;
}

void output_amount(struct base_text *out, int width, int64_t amount, struct output_unit unit)
{
    char number[64], text[80];
    snprintf(number, sizeof number, "%.2f", (double)amount / unit.size);
    size_t size = strlen(number);
    if (size > 3 && strcmp(number + size - 3, ".00") == 0)
        number[size - 3] = 0;
    bool zero = strcmp(number, "0") == 0 || strcmp(number, "-0") == 0;
    snprintf(text, sizeof text, "%s%s", zero ? "0" : number, zero ? "" : unit.name);
    base_text_format(out, "%*s", width, text);
}

static void share(struct base_text *out, int width, int64_t amount, int64_t total)
{
    double percent = total ? fabs((double)amount / (double)total) * 100 : 0;
    if (percent >= 99.95 && percent <= 100.05)
        base_text_format(out, "%*s%%", width, "100");
    else if (percent >= 1)
        base_text_format(out, "%*.2f%%", width, percent);
    else
        base_text_format(out, "%*.2g%%", width, percent);
}

void output_share(struct base_text *out, int64_t amount, int64_t total)
{
    share(out, 5, amount, total);
}

void output_share_short(struct base_text *out, int64_t amount, int64_t total)
{
    share(out, 0, amount, total);
}
