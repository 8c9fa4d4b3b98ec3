/* SPDX-License-Identifier: Apache-2.0 */
/* What the schema's ranges cannot say of the batteries and cells that are not like the others. */
#include <assert.h>

#include "scenario/check.h"

static const yaml_node_t *place_of(const struct scenario_reader *reader, const char *key)
{
    return scenario_reader_value(reader, SCENARIO_BATTERY_ENTRY, key);
}

static bool is_in_bank(struct scenario_reader *reader, const struct scenario_difference *difference)
{
    const struct scenario_bank *bank = &reader->draft->bank;
    if (difference->battery > bank->series * bank->parallel) {
        return scenario_reader_fail(reader, place_of(reader, "battery"),
                                    "battery %d is outside 1..%d of this bank", difference->battery,
                                    bank->series * bank->parallel);
    }
    if (difference->cell > bank->cells) {
        return scenario_reader_fail(reader, place_of(reader, "cell"), "cell %d is outside 1..%d of this bank",
                                    difference->cell, bank->cells);
    }
    return true;
}

static bool is_there_once(struct scenario_reader *reader, const yaml_node_t *place,
                          const struct scenario_difference *difference)
{
    const struct scenario_difference *first = reader->draft->bank.differences;
    const yaml_node_t *list = scenario_reader_value(reader, SCENARIO_TOP, "batteries");
    assert(difference >= first && difference < first + SCENARIO_DIFFERENCES_MAX);
    for (const struct scenario_difference *other = first; other < difference; other++) {
        if (other->battery != difference->battery || other->cell != difference->cell) {
            continue;
        }
        size_t line = yaml_tree_item(reader->tree, list, (size_t)(other - first))->start_mark.line + 1;
        if (difference->cell == 0) {
            return scenario_reader_fail(reader, place,
                                        "battery %d stands here a second time; the first is on line %zu",
                                        difference->battery, line);
        }
        return scenario_reader_fail(reader, place,
                                    "battery %d cell %d stands here a second time; the first is on line %zu",
                                    difference->battery, difference->cell, line);
    }
    return true;
}

static bool says_something(struct scenario_reader *reader, const yaml_node_t *place)
{
    static const char *const keys[] = {"capacity_pct", "resistance_pct", "state_of_charge_pct",
                                       "self_discharge_pct_per_month", "temp_offset_c"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (place_of(reader, keys[i]) != NULL) {
            return true;
        }
    }
    return scenario_reader_fail(reader, place,
                                "nothing differs here; a battery takes capacity_pct, resistance_pct, "
                                "state_of_charge_pct, self_discharge_pct_per_month or temp_offset_c");
}

bool scenario_check_difference(struct scenario_reader *reader, const yaml_node_t *place,
                               struct scenario_difference *difference)
{
    const yaml_node_t *temp_offset = place_of(reader, "temp_offset_c");
    if (!is_in_bank(reader, difference) || !is_there_once(reader, place, difference) ||
        !says_something(reader, place)) {
        return false;
    }
    if (difference->cell > 0 && temp_offset != NULL) {
        return scenario_reader_fail(reader, temp_offset,
                                    "temp_offset_c is of a whole battery; take it out, or take cell out");
    }
    if (place_of(reader, "state_of_charge_pct") == NULL) {
        difference->soc_pct = -1.0;
    }
    if (place_of(reader, "self_discharge_pct_per_month") == NULL) {
        difference->self_discharge_pct_per_month = -1.0;
    }
    return true;
}
