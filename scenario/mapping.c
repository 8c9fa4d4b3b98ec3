/* SPDX-License-Identifier: Apache-2.0 */
#include "scenario/mapping.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "scenario/check.h"
#include "scenario/given.h"
#include "scenario/store.h"
#include "scenario/suggest.h"
#include "twin/consumer.h"

/* ---- keys --------------------------------------------------------------------------------------- */

/* The keys of one mapping: those of `group` and, unless it is -1, those of `variant`. */
struct keys {
    int group;
    int variant;
};

static bool is_among(struct keys keys, const struct scenario_row *row)
{
    return row->group == keys.group || row->group == keys.variant;
}

static const struct scenario_row *find_row(struct keys keys, const char *key)
{
    const struct scenario_row *row = scenario_row_find(keys.group, key);
    return row != NULL || keys.variant < 0 ? row : scenario_row_find(keys.variant, key);
}

static bool refuse_key(struct scenario_reader *reader, struct keys keys, const yaml_node_t *key)
{
    const struct scenario_schema *schema = scenario_schema();
    const char *names[SCENARIO_ROWS_MAX];
    size_t count = 0;
    char list[SCENARIO_RANGE_SIZE] = "";
    size_t used = 0;
    for (size_t i = 0; i < schema->count; i++) {
        if (is_among(keys, &schema->rows[i])) {
            names[count++] = schema->rows[i].key;
            used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", used == 0 ? "" : ", ",
                                     names[count - 1]);
            assert(used < sizeof list);
        }
    }
    assert(count > 0);
    struct scenario_shown shown = scenario_reader_show(yaml_tree_text(key));
    const char *where = scenario_group_name(keys.variant < 0 ? keys.group : keys.variant);
    const char *nearest = suggest_word(yaml_tree_text(key), names, count);
    if (nearest == NULL) {
        return scenario_reader_fail(reader, key, "unknown key %s in %s, which takes %s", shown.text, where,
                                    list);
    }
    return scenario_reader_fail(reader, key, "unknown key %s in %s, did you mean %s?", shown.text, where,
                                nearest);
}

/* Notes the place of one key's value. */
static bool note_key(struct scenario_reader *reader, struct keys keys, const yaml_node_t *key,
                     const yaml_node_t *value)
{
    if (key->type != YAML_SCALAR_NODE) {
        return scenario_reader_fail(reader, key, "a key is a word; here is a list or a mapping");
    }
    const struct scenario_row *row = find_row(keys, yaml_tree_text(key));
    if (row == NULL) {
        return refuse_key(reader, keys, key);
    }
    const yaml_node_t **place = scenario_reader_place(reader, row);
    if (*place != NULL) {
        return scenario_reader_fail(reader, key, "%s stands here a second time; the first is on line %zu",
                                    row->key, (*place)->start_mark.line + 1);
    }
    *place = value;
    return true;
}

/* Notes the places of all values of a mapping, each known and there once. */
static bool note_keys(struct scenario_reader *reader, struct keys keys, const yaml_node_t *node)
{
    const struct scenario_schema *schema = scenario_schema();
    for (size_t i = 0; i < schema->count; i++) {
        if (is_among(keys, &schema->rows[i])) {
            reader->values[i] = NULL;
        }
    }
    size_t count = node == NULL ? 0 : yaml_tree_pair_count(node);
    for (size_t i = 0; i < count; i++) {
        const yaml_node_t *key = NULL;
        const yaml_node_t *value = NULL;
        yaml_tree_pair(reader->tree, node, i, &key, &value);
        if (!note_key(reader, keys, key, value)) {
            return false;
        }
    }
    return true;
}

static bool check_mapping(struct scenario_reader *reader, int group, const yaml_node_t *node)
{
    if (node->type != YAML_MAPPING_NODE) {
        return scenario_reader_fail(reader, node, "%s takes keys and values (key: value); here is %s",
                                    scenario_group_name(group),
                                    node->type == YAML_SEQUENCE_NODE ? "a list" : "a text");
    }
    return true;
}

/* ---- mappings and lists ------------------------------------------------------------------------- */

static bool refuse_absence(struct scenario_reader *reader, const struct scenario_row *row,
                           const yaml_node_t *node)
{
    char range[SCENARIO_RANGE_SIZE];
    return scenario_reader_fail(reader, node, "%s needs %s: %s", scenario_group_name(row->group), row->key,
                                scenario_row_range(row, range, sizeof range));
}

/* Reads one value, or what it is when it is not there; `node`: its mapping, NULL when that is not there either. */
static bool read_value(struct scenario_reader *reader, const struct scenario_row *row,
                       const yaml_node_t *node, void *base)
{
    const yaml_node_t *value = *scenario_reader_place(reader, row);
    assert(row->kind != SCENARIO_MAPPING);
    if (value != NULL && row->kind == SCENARIO_LIST) {
        return true; /* the lists come after the group (read_lists) */
    }
    if (value != NULL) {
        return scenario_read_scalar(reader, row, value, base);
    }
    if (row->presence == SCENARIO_REQUIRED && node != NULL) {
        return refuse_absence(reader, row, node);
    }
    if (row->presence == SCENARIO_DEFAULT) {
        bool is_stored = scenario_store(reader, row, NULL, row->fallback, base);
        assert(is_stored);
        return is_stored;
    }
    return true;
}

/* Reads the mapping `node` of single values into `base`; NULL: every key takes its default. */
static bool read_group(struct scenario_reader *reader, struct keys keys, const yaml_node_t *node, void *base)
{
    const struct scenario_schema *schema = scenario_schema();
    assert(keys.group != SCENARIO_TOP);
    if (!note_keys(reader, keys, node)) {
        return false;
    }
    for (size_t i = 0; i < schema->count; i++) {
        if (is_among(keys, &schema->rows[i]) && !read_value(reader, &schema->rows[i], node, base)) {
            return false;
        }
    }
    return true;
}

/* Finds what kind of entry `node` is, by its key `what` or `kind`, if `group` has several. */
static bool find_variant(struct scenario_reader *reader, int group, const yaml_node_t *node,
                         struct keys *keys)
{
    const struct scenario_row *row = scenario_variant_row(group);
    const yaml_node_t *what = NULL;
    *keys = (struct keys){group, -1};
    if (row == NULL) {
        return true;
    }
    for (size_t i = 0; i < yaml_tree_pair_count(node); i++) {
        const yaml_node_t *key = NULL;
        const yaml_node_t *value = NULL;
        yaml_tree_pair(reader->tree, node, i, &key, &value);
        if (key->type == YAML_SCALAR_NODE && strcmp(yaml_tree_text(key), row->key) == 0) {
            what = value;
        }
    }
    if (what == NULL) {
        char range[SCENARIO_RANGE_SIZE];
        return scenario_reader_fail(reader, node, "%s needs %s: %s", scenario_group_name(group), row->key,
                                    scenario_row_range(row, range, sizeof range));
    }
    union {
        struct scenario_event event;
        struct scenario_expectation expectation;
        struct scenario_equipment equipment;
    } entry = {0};
    int value = 0;
    if (group == SCENARIO_EQUIPMENT_ENTRY && !scenario_check_kind(reader, what)) {
        return false;
    }
    if (!scenario_read_scalar(reader, row, what, &entry)) {
        return false;
    }
    assert(row->size == sizeof value);
    memcpy(&value, (const char *)&entry + row->offset, sizeof value);
    keys->variant = scenario_group_variant(group, value);
    return true;
}

static bool read_entry(struct scenario_reader *reader, int group, const yaml_node_t *node, void *entry)
{
    struct keys keys = {0};
    if (!check_mapping(reader, group, node) || !find_variant(reader, group, node, &keys)) {
        return false;
    }
    if (!read_group(reader, keys, node, entry)) {
        return false;
    }
    switch (group) {
    case SCENARIO_EVENT:
        return scenario_check_event(reader, entry);
    case SCENARIO_EXPECT:
        return scenario_check_expectation(reader, node, entry);
    case SCENARIO_BUS_ENTRY:
        return scenario_check_bus(reader, node, entry);
    case SCENARIO_EQUIPMENT_ENTRY:
        return scenario_check_equipment(reader, node, entry);
    default:
        return scenario_check_entry(reader, group, node, entry);
    }
}

/* Where to note the line of entry `i` of the list `row`; NULL: nowhere. */
static int *line_of_entry(struct scenario_lines *lines, const struct scenario_row *row, size_t i)
{
    switch (row->offset) {
    case offsetof(struct scenario, buses):
        return &lines->buses[i];
    case offsetof(struct scenario, equipment):
        return &lines->equipment[i];
    case offsetof(struct scenario, loads):
        return &lines->loads[i];
    default:
        return NULL;
    }
}

static int *line_of_section(struct scenario_lines *lines, int group)
{
    switch (group) {
    case SCENARIO_BANK:
        return &lines->bank;
    case SCENARIO_BMS:
        return &lines->bms;
    case SCENARIO_REMOTE:
        return &lines->remote;
    case SCENARIO_SOLAR:
        return &lines->solar;
    default:
        return group >= SCENARIO_CONSUMER && group < SCENARIO_EVENT
                   ? &lines->consumers[group - SCENARIO_CONSUMER]
                   : NULL;
    }
}

static void note_line(int *line, const yaml_node_t *node)
{
    if (line != NULL) {
        *line = (int)node->start_mark.line + 1;
    }
}

/* The key of the top's value `value`: a section may begin on the next line. */
static const yaml_node_t *key_of(const struct scenario_reader *reader, const yaml_node_t *value)
{
    const yaml_node_t *root = yaml_tree_root(reader->tree);
    for (size_t i = 0; i < yaml_tree_pair_count(root); i++) {
        const yaml_node_t *key = NULL;
        const yaml_node_t *other = NULL;
        yaml_tree_pair(reader->tree, root, i, &key, &other);
        if (other == value) {
            return key;
        }
    }
    return value;
}

static bool read_list(struct scenario_reader *reader, const struct scenario_row *row, const yaml_node_t *node)
{
    if (node->type != YAML_SEQUENCE_NODE) {
        return scenario_reader_fail(reader, node, "%s takes a list, each entry a line that starts with '- '",
                                    row->key);
    }
    size_t count = yaml_tree_item_count(node);
    size_t limit = (size_t)row->maximum;
    if (count > limit) {
        return scenario_reader_fail(reader, yaml_tree_item(reader->tree, node, limit),
                                    "%s has %zu entries, at most %zu are allowed", row->key, count, limit);
    }
    for (size_t i = 0; i < count; i++) {
        void *entry = (char *)reader->draft + row->offset + i * row->size;
        const yaml_node_t *item = yaml_tree_item(reader->tree, node, i);
        if (!read_entry(reader, row->child, item, entry)) {
            return false;
        }
        note_line(line_of_entry(&reader->draft->lines, row, i), item);
    }
    scenario_store_whole((char *)reader->draft + row->count_offset, sizeof(int), (int64_t)count);
    return true;
}

/* Reads the lists of the section `group`, which holds their places. */
static bool read_lists(struct scenario_reader *reader, int group)
{
    const struct scenario_schema *schema = scenario_schema();
    for (size_t i = 0; i < schema->count; i++) {
        const struct scenario_row *row = &schema->rows[i];
        if (row->group == group && row->kind == SCENARIO_LIST && reader->values[i] != NULL &&
            !read_list(reader, row, reader->values[i])) {
            return false;
        }
    }
    return true;
}

/* Reads a group of the top, or the defaults of one that is not there. */
static bool read_section(struct scenario_reader *reader, const struct scenario_row *row,
                         const yaml_node_t *value)
{
    assert(row->child > SCENARIO_TOP && row->child < SCENARIO_EVENT);
    if (value != NULL && !check_mapping(reader, row->child, value)) {
        return false;
    }
    if (!read_group(reader, (struct keys){row->child, -1}, value, reader->draft) ||
        !read_lists(reader, row->child)) {
        return false;
    }
    if (value != NULL) {
        note_line(line_of_section(&reader->draft->lines, row->child), key_of(reader, value));
    }
    if (row->child >= SCENARIO_CONSUMER) {
        const int id = row->child - SCENARIO_CONSUMER;

        if (value == NULL) {
            return true;
        }
        scenario_note_given(reader, row->child, consumer_kinds[id]->rows, consumer_kinds[id]->row_count,
                            &reader->draft->given.consumers[id]);
        return scenario_check_consumer(reader, row->child, value);
    }
    return scenario_check_group(reader, row->child);
}

static bool read_top_value(struct scenario_reader *reader, const struct scenario_row *row,
                           const yaml_node_t *root)
{
    const yaml_node_t *value = *scenario_reader_place(reader, row);
    if (value == NULL && row->presence == SCENARIO_REQUIRED) {
        return refuse_absence(reader, row, root);
    }
    if (row->kind == SCENARIO_MAPPING) {
        return read_section(reader, row, value);
    }
    if (row->kind == SCENARIO_LIST) {
        return value == NULL || read_list(reader, row, value);
    }
    return read_value(reader, row, root, reader->draft);
}

bool scenario_read_cell(struct scenario_reader *reader, const yaml_node_t *root)
{
    const struct scenario_row *row = scenario_row_find(SCENARIO_TOP, "cell");
    if (!check_mapping(reader, SCENARIO_TOP, root) ||
        !note_keys(reader, (struct keys){SCENARIO_TOP, -1}, root)) {
        return false;
    }
    if (*scenario_reader_place(reader, row) == NULL) {
        return scenario_reader_fail(reader, root, "there is no section cell here, as smallbms fit writes it");
    }
    return read_section(reader, row, *scenario_reader_place(reader, row));
}

bool scenario_read_top(struct scenario_reader *reader, const yaml_node_t *root)
{
    const struct scenario_schema *schema = scenario_schema();
    if (!check_mapping(reader, SCENARIO_TOP, root) ||
        !note_keys(reader, (struct keys){SCENARIO_TOP, -1}, root)) {
        return false;
    }
    for (size_t i = 0; i < schema->count; i++) {
        if (schema->rows[i].group == SCENARIO_TOP && !read_top_value(reader, &schema->rows[i], root)) {
            return false;
        }
    }
    return true;
}
