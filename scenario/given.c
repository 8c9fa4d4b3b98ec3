/* SPDX-License-Identifier: Apache-2.0 */
#include "scenario/given.h"

#include <assert.h>

#include "scenario/value.h"

/* The value of `key`; NULL: it is not there, or the group has no such key. */
static const yaml_node_t *value_of(const struct scenario_reader *reader, int group, const char *key)
{
    return scenario_row_find(group, key) == NULL ? NULL : scenario_reader_value(reader, group, key);
}

static struct scenario_cable_given cable_of(const struct scenario_reader *reader, int group, const char *key)
{
    const yaml_node_t *value = value_of(reader, group, key);
    struct scenario_cable_given cable = {.is_given = value != NULL};
    if (value != NULL &&
        !scenario_value_cable_size(yaml_tree_text(value), &cable.length_m, &cable.section_mm2)) {
        cable.length_m = 0.0;
        cable.section_mm2 = 0.0;
    }
    return cable;
}

void scenario_note_given(const struct scenario_reader *reader, int group, const struct scenario_row *rows,
                         size_t count, struct scenario_given *given)
{
    assert(count <= 32);
    given->rows = 0;
    for (size_t i = 0; i < count; i++) {
        given->rows |= value_of(reader, group, rows[i].key) != NULL ? UINT32_C(1) << i : 0u;
    }
    given->cable = cable_of(reader, group, "cable_mohm");
    given->input_cable = cable_of(reader, group, "input_cable_mohm");
}
