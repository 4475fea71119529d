#include "output/bar.h"

/* Each block character takes three bytes. */
static void add_block(struct base_text *out, unsigned code)
{
    const char bytes[3] = {(char)0xe2, (char)0x96, (char)(0x80 | (code & 0x3f))};
    base_text_bytes(out, bytes, sizeof bytes);
}

void output_bar(struct base_text *out, double share, int width)
{
    double wanted = share * width * 8 + 0.5;
    int eighths = wanted >= width * 8 ? width * 8 : (int)wanted;
    if (!eighths && share > 0)
        eighths = 1;
    for (int i = 0; i < eighths / 8; i++)
        add_block(out, 0x2588);
    if (eighths % 8)
        add_block(out, 0x2590 - (unsigned)eighths % 8); /* U+258F is one eighth, U+2589 seven */
}

void output_column(struct base_text *out, int eighths)
{
    if (eighths <= 0)
        base_text_char(out, ' ');
    else
        add_block(out, 0x2580 + (unsigned)(eighths < 8 ? eighths : 8));
}
