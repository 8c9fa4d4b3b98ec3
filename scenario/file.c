/* SPDX-License-Identifier: Apache-2.0 */
#include "scenario/file.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/check.h"
#include "scenario/reader.h"
#include "scenario/schema.h"
#include "scenario/suggest.h"
#include "scenario/value.h"
#include "scenario/yaml_tree.h"

/* ---- values ------------------------------------------------------------------------------------- */

static bool refuse_value(struct scenario_reader *reader, const struct scenario_row *row,
                         const yaml_node_t *node, const char *text, const char *why)
{
    char range[SCENARIO_RANGE_SIZE];
    struct scenario_shown shown = scenario_reader_show(text);
    assert(why != NULL);
    assert(row->kind != SCENARIO_MAPPING && row->kind != SCENARIO_LIST);
    return scenario_reader_fail(reader, node, "%s %s %s %s", row->key, shown.text, why,
                                scenario_row_range(row, range, sizeof range));
}

static bool is_in_range(const struct scenario_row *row, double value)
{
    assert(row->minimum <= row->maximum);
    return value >= row->minimum && value <= row->maximum;
}

/* Puts a whole number into an integer of `size` bytes, or into a bool. */
static void store_whole(void *field, size_t size, int64_t value)
{
    int8_t value8 = (int8_t)value;
    int16_t value16 = (int16_t)value;
    int32_t value32 = (int32_t)value;
    assert(field != NULL);
    if (size == sizeof value8) {
        memcpy(field, &value8, size);
    } else if (size == sizeof value16) {
        memcpy(field, &value16, size);
    } else if (size == sizeof value32) {
        memcpy(field, &value32, size);
    } else {
        assert(size == sizeof value);
        memcpy(field, &value, size);
    }
}

static bool store_text(struct scenario_reader *reader, const struct scenario_row *row,
                       const yaml_node_t *node, const char *text, void *field)
{
    size_t length = strlen(text);
    while (length > 0 && text[length - 1] == '\n') { /* a folded text ends in one */
        length--;
    }
    assert((size_t)row->maximum + 1 == row->size);
    if (row->kind == SCENARIO_TEXT && memchr(text, '\n', length) != NULL) {
        return scenario_reader_fail(reader, node, "%s is one line; here are several", row->key);
    }
    if (!is_in_range(row, (double)length)) {
        return scenario_reader_fail(reader, node, "%s is %zu bytes long, outside %.0f..%.0f", row->key,
                                    length, row->minimum, row->maximum);
    }
    memcpy(field, text, length);
    memset((char *)field + length, 0, row->size - length);
    return true;
}

static bool store_number(struct scenario_reader *reader, const struct scenario_row *row,
                         const yaml_node_t *node, const char *text, void *field)
{
    double number = 0;
    enum scenario_number result = scenario_value_number(text, &number);
    assert(field != NULL);
    if (result == SCENARIO_NUMBER_BAD) {
        return refuse_value(reader, row, node, text, "is not a number; it takes");
    }
    if (result == SCENARIO_NUMBER_LONG) {
        return refuse_value(reader, row, node, text, "has more than 15 digits; it takes");
    }
    if (row->kind == SCENARIO_WHOLE && strchr(text, '.') != NULL) {
        return refuse_value(reader, row, node, text, "is not a whole number; it takes");
    }
    if (!is_in_range(row, number)) {
        return refuse_value(reader, row, node, text, "is outside");
    }
    if (row->kind == SCENARIO_WHOLE) {
        store_whole(field, row->size, (int64_t)number);
    } else {
        assert(row->size == sizeof number);
        memcpy(field, &number, sizeof number);
    }
    return true;
}

static bool store_boolean(struct scenario_reader *reader, const struct scenario_row *row,
                          const yaml_node_t *node, const char *text, void *field)
{
    bool value = strcmp(text, "true") == 0;
    assert(row->size == sizeof value);
    if (!value && strcmp(text, "false") != 0) {
        return refuse_value(reader, row, node, text, "is not");
    }
    memcpy(field, &value, sizeof value);
    return true;
}

enum { WORDS_MAX = 32 };

/* Finds `text` among `words`; on failure says what it may have meant. */
static bool find_word(struct scenario_reader *reader, const struct scenario_row *row, const yaml_node_t *node,
                      const char *text, const struct scenario_word *words, int *value)
{
    const char *texts[WORDS_MAX];
    size_t count = 0;
    for (; words[count].text != NULL; count++) {
        assert(count < WORDS_MAX);
        texts[count] = words[count].text;
        if (strcmp(text, texts[count]) == 0) {
            *value = words[count].value;
            return true;
        }
    }
    assert(count > 0);
    const char *nearest = suggest_word(text, texts, count);
    if (nearest == NULL) {
        return refuse_value(reader, row, node, text, "is none of");
    }
    struct scenario_shown shown = scenario_reader_show(text);
    return scenario_reader_fail(reader, node, "%s %s is unknown, did you mean %s?", row->key, shown.text,
                                nearest);
}

static bool store_word(struct scenario_reader *reader, const struct scenario_row *row,
                       const yaml_node_t *node, const char *text, void *field)
{
    int value = 0;
    assert(row->words != NULL);
    if (!find_word(reader, row, node, text, row->words, &value)) {
        return false;
    }
    assert(row->size == sizeof(bool) || row->size == sizeof(int));
    store_whole(field, row->size, value);
    return true;
}

static bool store_cause(struct scenario_reader *reader, const struct scenario_row *row,
                        const yaml_node_t *node, const char *text, void *field)
{
    struct scenario_word words[SBMS_CAUSE_COUNT] = {{0}};
    int value = 0;
    for (uint8_t cause = 1; cause < SBMS_CAUSE_COUNT; cause++) {
        words[cause - 1] = (struct scenario_word){sbms_cause_word(cause), cause, NULL};
    }
    if (!find_word(reader, row, node, text, words, &value)) {
        return false;
    }
    assert(row->size == sizeof(uint8_t));
    assert(value > SBMS_CAUSE_NONE && value < SBMS_CAUSE_COUNT);
    store_whole(field, row->size, value);
    return true;
}

static bool store_duration(struct scenario_reader *reader, const struct scenario_row *row,
                           const yaml_node_t *node, const char *text, void *field)
{
    double seconds = 0;
    assert(row->size == sizeof seconds);
    if (!scenario_value_duration(text, &seconds)) {
        return refuse_value(
            reader, row, node, text,
            "is not a length of time such as \"7 days\", \"36 h\", \"90 min\" or \"1 year\"; it takes");
    }
    if (!is_in_range(row, seconds)) {
        return refuse_value(reader, row, node, text, "is outside");
    }
    memcpy(field, &seconds, sizeof seconds);
    return true;
}

static bool store_clock(struct scenario_reader *reader, const struct scenario_row *row,
                        const yaml_node_t *node, const char *text, void *field)
{
    int32_t seconds = 0;
    assert(row->size == sizeof seconds);
    if (!scenario_value_clock(text, &seconds)) {
        return refuse_value(reader, row, node, text, "is not a time of day; it takes");
    }
    assert(is_in_range(row, seconds));
    memcpy(field, &seconds, sizeof seconds);
    return true;
}

static bool store_instant(struct scenario_reader *reader, const struct scenario_row *row,
                          const yaml_node_t *node, const char *text, void *field)
{
    double seconds = 0;
    assert(row->size == sizeof seconds);
    if (!scenario_value_instant(text, &seconds)) {
        return refuse_value(reader, row, node, text, "is not a time of the run; it takes");
    }
    assert(seconds >= row->minimum);
    memcpy(field, &seconds, sizeof seconds);
    return true;
}

typedef bool store_function(struct scenario_reader *reader, const struct scenario_row *row,
                            const yaml_node_t *node, const char *text, void *field);

/* Stores what `text` says; `node`: where it stands, NULL for a default, which is never refused. */
static bool store(struct scenario_reader *reader, const struct scenario_row *row, const yaml_node_t *node,
                  const char *text, void *base)
{
    static store_function *const stores[] = {
        [SCENARIO_TEXT] = store_text,       [SCENARIO_LINES] = store_text,
        [SCENARIO_NUMBER] = store_number,   [SCENARIO_WHOLE] = store_number,
        [SCENARIO_BOOLEAN] = store_boolean, [SCENARIO_WORD] = store_word,
        [SCENARIO_CAUSE] = store_cause,     [SCENARIO_DURATION] = store_duration,
        [SCENARIO_CLOCK] = store_clock,     [SCENARIO_INSTANT] = store_instant,
    };
    assert(row->kind < sizeof stores / sizeof stores[0]);
    assert(row->size > 0);
    return stores[row->kind](reader, row, node, text, (char *)base + row->offset);
}

static bool is_nothing(const yaml_node_t *node)
{
    const char *text = yaml_tree_text(node);
    assert(text != NULL);
    return yaml_tree_is_plain(node) &&
           (text[0] == '\0' || strcmp(text, "~") == 0 || strcmp(text, "null") == 0);
}

/* Numbers and booleans are told from text by having no quotes. */
static bool is_quoted(const struct scenario_row *row, const yaml_node_t *node)
{
    bool is_bare =
        row->kind == SCENARIO_NUMBER || row->kind == SCENARIO_WHOLE || row->kind == SCENARIO_BOOLEAN;
    assert(node->type == YAML_SCALAR_NODE);
    return is_bare && !yaml_tree_is_plain(node);
}

static bool read_scalar(struct scenario_reader *reader, const struct scenario_row *row,
                        const yaml_node_t *node, void *base)
{
    char range[SCENARIO_RANGE_SIZE];
    assert(base != NULL);
    scenario_row_range(row, range, sizeof range);
    if (node->type != YAML_SCALAR_NODE) {
        const char *found = node->type == YAML_MAPPING_NODE ? "keys and values" : "a list";
        return scenario_reader_fail(reader, node, "%s takes %s; here is %s", row->key, range, found);
    }
    if (is_nothing(node)) {
        return scenario_reader_fail(reader, node, "%s has no value; it takes %s", row->key, range);
    }
    if (is_quoted(row, node)) {
        return scenario_reader_fail(reader, node, "%s takes %s without quotes; here is a text", row->key,
                                    range);
    }
    return store(reader, row, node, yaml_tree_text(node), base);
}

/* ---- keys --------------------------------------------------------------------------------------- */

/* The keys of one mapping: those of `group` and, unless it is -1, those of `variant`. */
struct keys {
    int group;
    int variant;
};

static bool is_among(struct keys keys, const struct scenario_row *row)
{
    assert(keys.group >= 0);
    return row->group == keys.group || row->group == keys.variant;
}

static const struct scenario_row *find_row(struct keys keys, const char *key)
{
    assert(key != NULL);
    const struct scenario_row *row = scenario_row_find(keys.group, key);
    return row != NULL || keys.variant < 0 ? row : scenario_row_find(keys.variant, key);
}

static bool refuse_key(struct scenario_reader *reader, struct keys keys, const yaml_node_t *key)
{
    const char *names[SCENARIO_ROWS_MAX];
    size_t count = 0;
    char list[SCENARIO_RANGE_SIZE] = "";
    size_t used = 0;
    for (size_t i = 0; i < scenario_row_count; i++) {
        if (is_among(keys, &scenario_rows[i])) {
            names[count++] = scenario_rows[i].key;
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
    const yaml_node_t **place = &reader->values[row - scenario_rows];
    assert(place < reader->values + SCENARIO_ROWS_MAX);
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
    assert(scenario_row_count <= SCENARIO_ROWS_MAX);
    for (size_t i = 0; i < scenario_row_count; i++) {
        if (is_among(keys, &scenario_rows[i])) {
            reader->values[i] = NULL;
        }
    }
    size_t count = node == NULL ? 0 : yaml_tree_pair_count(node);
    for (size_t i = 0; i < count; i++) {
        const yaml_node_t *key = NULL;
        const yaml_node_t *value = NULL;
        yaml_tree_pair(reader->tree, node, i, &key, &value);
        assert(key != NULL && value != NULL);
        if (!note_key(reader, keys, key, value)) {
            return false;
        }
    }
    return true;
}

static bool check_mapping(struct scenario_reader *reader, int group, const yaml_node_t *node)
{
    assert(node != NULL);
    assert(group >= 0 && group < SCENARIO_GROUPS);
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
    assert(row->presence == SCENARIO_REQUIRED);
    assert(node != NULL);
    return scenario_reader_fail(reader, node, "%s needs %s: %s", scenario_group_name(row->group), row->key,
                                scenario_row_range(row, range, sizeof range));
}

/* Reads one value, or what it is when it is not there; `node`: its mapping, NULL when that is not there either. */
static bool read_value(struct scenario_reader *reader, const struct scenario_row *row,
                       const yaml_node_t *node, void *base)
{
    const yaml_node_t *value = reader->values[row - scenario_rows];
    assert(row->kind != SCENARIO_MAPPING && row->kind != SCENARIO_LIST);
    if (value != NULL) {
        return read_scalar(reader, row, value, base);
    }
    if (row->presence == SCENARIO_REQUIRED && node != NULL) {
        return refuse_absence(reader, row, node);
    }
    if (row->presence == SCENARIO_DEFAULT) {
        assert(row->fallback != NULL);
        bool is_stored = store(reader, row, NULL, row->fallback, base);
        assert(is_stored);
        return is_stored;
    }
    return true;
}

/* Reads the mapping `node` of single values into `base`; NULL: every key takes its default. */
static bool read_group(struct scenario_reader *reader, struct keys keys, const yaml_node_t *node, void *base)
{
    assert(keys.group != SCENARIO_TOP);
    assert(base != NULL);
    if (!note_keys(reader, keys, node)) {
        return false;
    }
    for (size_t i = 0; i < scenario_row_count; i++) {
        if (is_among(keys, &scenario_rows[i]) && !read_value(reader, &scenario_rows[i], node, base)) {
            return false;
        }
    }
    return true;
}

/* Finds what kind of entry `node` is, by its key `what`, if `group` has several. */
static bool find_variant(struct scenario_reader *reader, int group, const yaml_node_t *node,
                         struct keys *keys)
{
    const struct scenario_row *row = scenario_row_find(group, "what");
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
        return scenario_reader_fail(reader, node, "%s needs what: %s", scenario_group_name(group),
                                    scenario_row_range(row, range, sizeof range));
    }
    union {
        struct scenario_event event;
        struct scenario_expectation expectation;
    } entry = {0};
    int value = 0;
    if (!read_scalar(reader, row, what, &entry)) {
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
    assert(entry != NULL);
    if (!check_mapping(reader, group, node) || !find_variant(reader, group, node, &keys)) {
        return false;
    }
    if (!read_group(reader, keys, node, entry)) {
        return false;
    }
    switch (group) {
    case SCENARIO_LOAD:
        return scenario_check_load(reader, node);
    case SCENARIO_EVENT:
        return scenario_check_event(reader, entry);
    default:
        assert(group == SCENARIO_EXPECT);
        return scenario_check_expectation(reader, node, entry);
    }
}

static bool read_list(struct scenario_reader *reader, const struct scenario_row *row, const yaml_node_t *node)
{
    assert(row->kind == SCENARIO_LIST);
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
        if (!read_entry(reader, row->child, yaml_tree_item(reader->tree, node, i), entry)) {
            return false;
        }
    }
    store_whole((char *)reader->draft + row->count_offset, sizeof(int), (int64_t)count);
    return true;
}

/* Reads a group of the top, or the defaults of one that is not there. */
static bool read_section(struct scenario_reader *reader, const struct scenario_row *row,
                         const yaml_node_t *value)
{
    assert(row->kind == SCENARIO_MAPPING);
    assert(row->child < SCENARIO_LOAD);
    if (value != NULL && !check_mapping(reader, row->child, value)) {
        return false;
    }
    return read_group(reader, (struct keys){row->child, -1}, value, reader->draft) &&
           scenario_check_group(reader, row->child);
}

static bool read_top_value(struct scenario_reader *reader, const struct scenario_row *row,
                           const yaml_node_t *root)
{
    const yaml_node_t *value = reader->values[row - scenario_rows];
    assert(row->group == SCENARIO_TOP);
    assert(root != NULL);
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

/* Reads the whole file, in the table's order, so that what others depend on comes first. */
static bool read_top(struct scenario_reader *reader, const yaml_node_t *root)
{
    assert(root->type == YAML_MAPPING_NODE);
    if (!note_keys(reader, (struct keys){SCENARIO_TOP, -1}, root)) {
        return false;
    }
    for (size_t i = 0; i < scenario_row_count; i++) {
        if (scenario_rows[i].group == SCENARIO_TOP && !read_top_value(reader, &scenario_rows[i], root)) {
            return false;
        }
    }
    assert(reader->draft->bank.cells > 0);
    return true;
}

/* ---- files -------------------------------------------------------------------------------------- */

/* Puts the events into the order in which they happen, those of one time in the file's. */
static void sort_events(struct scenario *draft)
{
    assert(draft->event_count >= 0);
    assert(draft->event_count <= SCENARIO_EVENTS_MAX);
    for (int i = 1; i < draft->event_count; i++) {
        struct scenario_event event = draft->events[i];
        int place = i;
        for (; place > 0 && draft->events[place - 1].at_s > event.at_s; place--) {
            draft->events[place] = draft->events[place - 1];
        }
        draft->events[place] = event;
    }
}

static bool read_tree(struct scenario_reader *reader)
{
    const yaml_node_t *root = yaml_tree_root(reader->tree);
    if (root->type == YAML_SCALAR_NODE && is_nothing(root)) {
        return scenario_reader_fail(reader, root, "the file is empty; a scenario needs title, run and bank");
    }
    if (!check_mapping(reader, SCENARIO_TOP, root) || !read_top(reader, root)) {
        return false;
    }
    sort_events(reader->draft);
    assert(sbms_battery_check(&reader->draft->bank.settings) == SBMS_BATTERY_OK);
    assert(sbms_control_check(&reader->draft->bms.settings) == SBMS_SETTINGS_OK);
    return true;
}

bool scenario_file_read(const char *data, size_t size, const char *file_name, struct scenario *out,
                        char *error, size_t error_size)
{
    struct yaml_tree tree;
    struct yaml_tree_error tree_error;
    assert(data != NULL || size == 0);
    assert(out != NULL && file_name != NULL);
    assert(error != NULL && error_size > 0);
    if (size > SCENARIO_FILE_SIZE_MAX) {
        snprintf(error, error_size, "%s:1:1: the file is larger than %d bytes", file_name,
                 SCENARIO_FILE_SIZE_MAX);
        return false;
    }
    if (!yaml_tree_open(&tree, data, size, &tree_error)) {
        snprintf(error, error_size, "%s:%zu:%zu: %s", file_name, tree_error.line, tree_error.column,
                 tree_error.message);
        return false;
    }
    struct scenario draft;
    memset(&draft, 0, sizeof draft);
    struct scenario_reader reader = {
        .tree = &tree, .file_name = file_name, .error = error, .error_size = error_size, .draft = &draft};
    bool is_read = read_tree(&reader);
    yaml_tree_close(&tree);
    if (is_read) {
        *out = draft;
    }
    return is_read;
}

/* Reads up to SCENARIO_FILE_SIZE_MAX + 1 bytes; false: errno says why. */
static bool read_stream(FILE *stream, char *data, size_t *size)
{
    assert(data != NULL);
    errno = 0;
    *size = fread(data, 1, (size_t)SCENARIO_FILE_SIZE_MAX + 1, stream);
    assert(*size <= (size_t)SCENARIO_FILE_SIZE_MAX + 1);
    return ferror(stream) == 0;
}

bool scenario_file_load(const char *path, struct scenario *out, char *error, size_t error_size)
{
    assert(path != NULL && out != NULL);
    assert(error != NULL && error_size > 0);
    bool is_stdin = strcmp(path, "-") == 0;
    const char *name = is_stdin ? "<stdin>" : path;
    size_t size = 0;
    char *data = malloc((size_t)SCENARIO_FILE_SIZE_MAX + 1);
    FILE *stream = data == NULL ? NULL : (is_stdin ? stdin : fopen(path, "rb"));
    bool is_read = stream != NULL && read_stream(stream, data, &size);
    int reason = errno;
    if (stream != NULL && !is_stdin) {
        fclose(stream);
    }
    if (is_read) {
        is_read = scenario_file_read(data, size, name, out, error, error_size);
    } else {
        snprintf(error, error_size, "%s: cannot be read: %s", name, strerror(reason));
    }
    free(data);
    return is_read;
}
