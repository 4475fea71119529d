#include "scenario.h"

void check_scenarios(const struct scenario *scenarios, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct base_text text = {0};
        struct base_mapping file =
            test_write(scenarios[i].version ? scenarios[i].version : WIRE_GO_1_26, scenarios[i].steps);
        test_render(&file, &text);
        test_assert_text(&text, scenarios[i].expected);
        base_text_release(&text);
        test_mapping_free(&file);
    }
}
