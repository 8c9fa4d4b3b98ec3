/* SPDX-License-Identifier: Apache-2.0 */
#include "scenario/schema.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "scenario/schema_rows.h"
#include "twin/consumer.h"
#include "twin/equipment.h"

/* ---- joining ------------------------------------------------------------------------------------ */

static struct scenario_row *add(struct scenario_schema *schema, const struct scenario_row *row)
{
    assert(schema->count < SCENARIO_ROWS_MAX);
    struct scenario_row *added = &schema->rows[schema->count++];
    *added = *row;
    return added;
}

/* The group of the keys of consumer `id`: its own, or that of the section which they join. */
static int group_of(int id)
{
    const struct scenario_row *section = &consumer_kinds[id]->section;
    if (section->help != NULL) {
        return SCENARIO_CONSUMER + id;
    }
    for (size_t i = 0; i < schema_first_count; i++) {
        if (strcmp(schema_first_rows[i].key, section->key) == 0) {
            return schema_first_rows[i].child;
        }
    }
    assert(false); /* there is no such section */
    return -1;
}

/* The sections of those consumers that are a mapping, or a list. */
static void add_sections(struct scenario_schema *schema, enum scenario_kind kind)
{
    for (int id = 0; id < CONSUMER_KIND_COUNT; id++) {
        const struct scenario_row *section = &consumer_kinds[id]->section;
        if (section->help != NULL && section->kind == kind) {
            struct scenario_row *added = add(schema, section);
            added->group = SCENARIO_TOP;
            added->child = SCENARIO_CONSUMER + id;
        }
    }
}

static void add_keys(struct scenario_schema *schema, int id)
{
    const struct consumer_kind *kind = consumer_kinds[id];
    for (size_t i = 0; i < kind->row_count; i++) {
        struct scenario_row *added = add(schema, &kind->rows[i]);
        added->group = group_of(id);
        if (kind->section.kind != SCENARIO_LIST) {
            assert(added->offset + added->size <= SCENARIO_CONSUMER_SIZE);
            added->offset +=
                offsetof(struct scenario, consumers) + (size_t)id * sizeof(struct scenario_consumer);
        }
    }
}

static void add_moved(struct scenario_schema *schema, const struct scenario_row *row, int group, size_t base)
{
    struct scenario_row *added = add(schema, row);
    added->group = group;
    added->offset += base;
}

/* The keys of the section `solar`: those of one solar charger. */
static void add_solar(struct scenario_schema *schema)
{
    const struct equipment_kind *kind = &equipment_solar_charger;
    for (size_t i = 0; i < kind->row_count; i++) {
        add_moved(schema, &kind->rows[i], SCENARIO_SOLAR, offsetof(struct scenario, solar));
    }
}

/* The keys of a kind of equipment: those that it shares with others, then its own. */
static void add_equipment(struct scenario_schema *schema, int id)
{
    const struct equipment_kind *kind = equipment_kinds[id];
    const int group = SCENARIO_EQUIPMENT_KEYS + id;
    if (kind->ports == EQUIPMENT_ON) {
        add_moved(schema, &schema_on_row, group, 0);
    } else {
        add_moved(schema, &schema_from_row, group, 0);
        add_moved(schema, &schema_to_row, group, 0);
    }
    for (size_t i = 0; kind->is_controlled && i < schema_control_count; i++) {
        add_moved(schema, &schema_control_rows[i], group, 0);
    }
    for (size_t i = 0; i < kind->row_count; i++) {
        assert(kind->rows[i].offset + kind->rows[i].size <= SCENARIO_EQUIPMENT_SIZE);
        add_moved(schema, &kind->rows[i], group, offsetof(struct scenario_equipment, settings));
    }
}

static void join(struct scenario_schema *schema)
{
    for (size_t i = 0; i < schema_first_count; i++) {
        add(schema, &schema_first_rows[i]);
    }
    add_sections(schema, SCENARIO_MAPPING);
    add_sections(schema, SCENARIO_LIST);
    for (int id = 0; id < CONSUMER_KIND_COUNT; id++) {
        add_keys(schema, id);
    }
    add_solar(schema);
    for (size_t i = 0; i < schema_last_count; i++) {
        add(schema, &schema_last_rows[i]);
    }
    for (int id = 0; id < EQUIPMENT_KIND_COUNT; id++) {
        add_equipment(schema, id);
    }
}

const struct scenario_schema *scenario_schema(void)
{
    static struct scenario_schema joined;
    if (joined.count == 0) {
        join(&joined);
    }
    return &joined;
}

/* ---- groups and rows ---------------------------------------------------------------------------- */

/* The word for which a group of keys is: the `what` of an entry of `group`, or its `kind`. */
static const char *what_of(int group, int value)
{
    const struct scenario_row *what = scenario_variant_row(group);
    assert(what->words[value].value == value);
    return what->words[value].text;
}

const char *scenario_group_name(int group)
{
    static const char *const names[] = {
        [SCENARIO_TOP] = "a scenario",
        [SCENARIO_RUN] = "run",
        [SCENARIO_BANK] = "bank",
        [SCENARIO_BMS] = "bms",
        [SCENARIO_REMOTE] = "remote",
        [SCENARIO_AMBIENT] = "ambient",
        [SCENARIO_CELL] = "cell",
        [SCENARIO_SOLAR] = "solar",
        [SCENARIO_OCV_POINT] = "a point of ocv",
        [SCENARIO_HYSTERESIS_POINT] = "a point of hysteresis",
        [SCENARIO_EVENT] = "an event",
        [SCENARIO_EXPECT] = "an expectation",
        [SCENARIO_BUS_ENTRY] = "a bus",
        [SCENARIO_EQUIPMENT_ENTRY] = "an entry of equipment",
    };
    assert(group >= 0 && group < SCENARIO_GROUPS);
    if (group >= SCENARIO_EQUIPMENT_KEYS) {
        return what_of(SCENARIO_EQUIPMENT_ENTRY, group - SCENARIO_EQUIPMENT_KEYS);
    }
    if (group >= SCENARIO_EXPECT_KEYS) {
        return what_of(SCENARIO_EXPECT, group - SCENARIO_EXPECT_KEYS);
    }
    if (group >= SCENARIO_EVENT_KEYS) {
        return what_of(SCENARIO_EVENT, group - SCENARIO_EVENT_KEYS);
    }
    if (group >= SCENARIO_CONSUMER && group < SCENARIO_EVENT) {
        const struct consumer_kind *kind = consumer_kinds[group - SCENARIO_CONSUMER];
        return kind->entry != NULL ? kind->entry : kind->section.key;
    }
    return names[group];
}

int scenario_group_variant(int group, int value)
{
    assert(value >= 0);
    int variant = -1;
    if (group == SCENARIO_EVENT) {
        variant = SCENARIO_EVENT_KEYS + value;
        assert(variant < SCENARIO_EXPECT_KEYS);
    } else if (group == SCENARIO_EXPECT) {
        variant = SCENARIO_EXPECT_KEYS + value;
        assert(variant < SCENARIO_EQUIPMENT_KEYS);
    } else if (group == SCENARIO_EQUIPMENT_ENTRY) {
        variant = SCENARIO_EQUIPMENT_KEYS + value;
        assert(variant < SCENARIO_GROUPS);
    }
    return variant;
}

const struct scenario_row *scenario_variant_row(int group)
{
    return scenario_row_find(group, group == SCENARIO_EQUIPMENT_ENTRY ? "kind" : "what");
}

const struct scenario_row *scenario_row_find(int group, const char *key)
{
    assert(group >= 0 && group < SCENARIO_GROUPS);
    const struct scenario_schema *schema = scenario_schema();
    for (size_t i = 0; i < schema->count; i++) {
        if (schema->rows[i].group == group && strcmp(schema->rows[i].key, key) == 0) {
            return &schema->rows[i];
        }
    }
    return NULL;
}

/* "a, b or c" */
static void list_words(const struct scenario_word *words, char *text, size_t size)
{
    assert(words[0].text != NULL);
    size_t used = 0;
    for (size_t i = 0; words[i].text != NULL && used < size; i++) {
        const char *before = i == 0 ? "" : (words[i + 1].text == NULL ? " or " : ", ");
        int length = snprintf(text + used, size - used, "%s%s", before, words[i].text);
        assert(length > 0);
        used += (size_t)length;
    }
}

/* The words of all causes but "none". */
static void list_causes(char *text, size_t size)
{
    struct scenario_word words[SBMS_CAUSE_COUNT] = {{0}};
    for (uint8_t cause = 1; cause < SBMS_CAUSE_COUNT; cause++) {
        words[cause - 1].text = sbms_cause_word(cause);
        assert(words[cause - 1].text != NULL);
    }
    list_words(words, text, size);
}

const char *scenario_row_range(const struct scenario_row *row, char *text, size_t size)
{
    static const char *const fixed[] = {
        [SCENARIO_BOOLEAN] = "true or false",
        [SCENARIO_DURATION] = "\"1 s\"..\"100 years\"",
        [SCENARIO_TIME_OF_DAY] = "\"hh:mm\" or \"hh:mm:ss\", \"00:00\"..\"24:00\"",
        [SCENARIO_HOURS] = "\"hh:mm-hh:mm\" or \"mon-fri hh:mm-hh:mm\", 1..8 of them with commas between",
        [SCENARIO_INSTANT] = "\"day N hh:mm\" or \"day N hh:mm:ss\", from \"day 1 00:00\"",
        [SCENARIO_DATE] = "\"2000-01-01\"..\"2199-12-31\"",
        [SCENARIO_MAPPING] = "keys and values",
        [SCENARIO_BUS] = "bank, or the name of a bus",
        [SCENARIO_EQUIPMENT_NAME] = "the name of a piece of equipment",
        [SCENARIO_OUTLET] = "bank, the name of a bus, or of an inverter",
    };
    assert(size > 0);
    if (row->kind == SCENARIO_WORD) {
        list_words(row->words, text, size);
    } else if (row->kind == SCENARIO_CAUSE) {
        list_causes(text, size);
    } else if (row->kind < sizeof fixed / sizeof fixed[0] && fixed[row->kind] != NULL) {
        snprintf(text, size, "%s", fixed[row->kind]);
    } else {
        const char *space = row->unit[0] == '\0' ? "" : " ";
        snprintf(text, size, "%.16g..%.16g%s%s", row->minimum, row->maximum, space, row->unit);
    }
    return text;
}
