#include "output/parsed.h"
#include "wire/dump.h"
#include <stdio.h>
#include <string.h>
int main(int argc, char **argv)
{
    struct base_mapping file; struct base_error error = BASE_NO_ERROR;
    (void)argc;
    if (!base_os_map(argv[2], &file, &error)) { fprintf(stderr, "%s\n", error.cause); return 1; }
    struct base_text out = base_text_to_fd(1);
    bool ok = true;
    if (!strcmp(argv[1], "-d=wire")) ok = wire_dump_events(&file, &out, &error);
    else if (!strcmp(argv[1], "-d=footprint")) ok = wire_dump_footprint(&file, &out, &error);
    else {
        struct order_reader *r = order_reader_new(&file, &error);
        struct order_block b; enum order_status s;
        if (!r) { fprintf(stderr, "%s\n", error.cause); return 1; }
        size_t n = 0;
        while ((s = order_reader_next(r, &b, &error)) == ORDER_EVENTS) { n += b.count;
            if (argv[1][3] == 'p') for (size_t i = 0; i < b.count; i++) output_parsed_event(&out, order_reader_symbols(r), &b.events[i]); }
        if (argv[1][3] != 'p') printf("%zu events\n", n);
        ok = s == ORDER_END;
    }
    base_text_flush(&out);
    if (!ok) { struct base_text t = base_text_to_fd(2); base_error_describe(&error, &t); base_text_char(&t, '\n'); base_text_flush(&t); }
    return !ok;
}
