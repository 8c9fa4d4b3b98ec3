/* SPDX-License-Identifier: Apache-2.0 */
#include "scenario/store.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "scenario/suggest.h"
#include "scenario/value.h"
#include "twin/equipment.h"

/* ---- one kind of value each --------------------------------------------------------------------- */

static bool refuse_value(struct scenario_reader *reader, const struct scenario_row *row,
                         const yaml_node_t *node, const char *text, const char *why)
{
    char range[SCENARIO_RANGE_SIZE];
    struct scenario_shown shown = scenario_reader_show(text);
    return scenario_reader_fail(reader, node, "%s %s %s %s", row->key, shown.text, why,
                                scenario_row_range(row, range, sizeof range));
}

static bool is_in_range(const struct scenario_row *row, double value)
{
    assert(row->minimum <= row->maximum);
    return value >= row->minimum && value <= row->maximum;
}

void scenario_store_whole(void *field, size_t size, int64_t value)
{
    int8_t value8 = (int8_t)value;
    int16_t value16 = (int16_t)value;
    int32_t value32 = (int32_t)value;
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

static bool refuse_number(struct scenario_reader *reader, const struct scenario_row *row,
                          const yaml_node_t *node, const char *text)
{
    char what[SCENARIO_RANGE_SIZE];
    if (row->rules == NULL) {
        return refuse_value(reader, row, node, text, "is outside");
    }
    scenario_row_range(row, what, sizeof what);
    return scenario_reader_fail(reader, node, "%s %s is outside %s (%s)", row->key,
                                scenario_reader_show(text).text, what, row->rules);
}

static bool store_number(struct scenario_reader *reader, const struct scenario_row *row,
                         const yaml_node_t *node, const char *text, void *field)
{
    double number = 0;
    bool is_cable = strcmp(row->unit, SCENARIO_CABLE_UNIT) == 0 && scenario_value_cable(text, &number);
    enum scenario_number result = is_cable ? SCENARIO_NUMBER_READ : scenario_value_number(text, &number);
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
        return refuse_number(reader, row, node, text);
    }
    if (row->kind == SCENARIO_WHOLE) {
        scenario_store_whole(field, row->size, (int64_t)number);
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
    if (!find_word(reader, row, node, text, row->words, &value)) {
        return false;
    }
    assert(row->size == sizeof(bool) || row->size == sizeof(int));
    scenario_store_whole(field, row->size, value);
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
    scenario_store_whole(field, row->size, value);
    return true;
}

/* ---- names --------------------------------------------------------------------------------------- */

enum { NAMES_MAX = 1 + SCENARIO_BUSES_MAX + SCENARIO_EQUIPMENT_MAX };

/* The names that a bus or an outlet has, and the number of each; `bank` is 0. */
struct names {
    const char *texts[NAMES_MAX];
    int values[NAMES_MAX];
    size_t count;
};

static void add_name(struct names *names, const char *text, int value)
{
    assert(names->count < NAMES_MAX);
    names->texts[names->count] = text;
    names->values[names->count++] = value;
}

static struct names names_of(const struct scenario *draft, enum scenario_kind kind)
{
    struct names names = {.count = 0};
    for (int i = 0; kind == SCENARIO_EQUIPMENT_NAME && i < draft->equipment_count; i++) {
        add_name(&names, draft->equipment[i].name, i);
    }
    if (kind == SCENARIO_EQUIPMENT_NAME) {
        return names;
    }
    add_name(&names, "bank", 0);
    for (int i = 0; i < draft->bus_count; i++) {
        add_name(&names, draft->buses[i].name, i + 1);
    }
    for (int i = 0; kind == SCENARIO_OUTLET && i < draft->equipment_count; i++) {
        if (equipment_kinds[draft->equipment[i].kind]->is_live != NULL) {
            add_name(&names, draft->equipment[i].name, SCENARIO_OUTLET_EQUIPMENT + i);
        }
    }
    return names;
}

/* "a, b, c", or as many whole names as fit and "and 4 more". */
static void list_names(const struct names *names, char *list, size_t size)
{
    size_t used = 0;
    list[0] = '\0';
    for (size_t i = 0; i < names->count; i++) {
        struct scenario_shown shown = scenario_reader_show(names->texts[i]);
        if (used + strlen(shown.text) + sizeof ", and 26 more" > size) {
            snprintf(list + used, size - used, " and %zu more", names->count - i);
            return;
        }
        used += (size_t)snprintf(list + used, size - used, "%s%s", i == 0 ? "" : ", ", shown.text);
    }
}

static bool store_name(struct scenario_reader *reader, const struct scenario_row *row,
                       const yaml_node_t *node, const char *text, void *field)
{
    const struct names names = names_of(reader->draft, row->kind);
    char list[SCENARIO_RANGE_SIZE];
    assert(row->size == sizeof(int));
    for (size_t i = 0; i < names.count; i++) {
        if (strcmp(text, names.texts[i]) == 0) {
            scenario_store_whole(field, row->size, names.values[i]);
            return true;
        }
    }
    list_names(&names, list, sizeof list);
    struct scenario_shown shown = scenario_reader_show(text);
    const char *nearest = names.count > 0 ? suggest_word(text, names.texts, names.count) : NULL;
    if (nearest != NULL) {
        return scenario_reader_fail(reader, node, "%s %s is unknown, did you mean %s?", row->key, shown.text,
                                    scenario_reader_show(nearest).text);
    }
    return scenario_reader_fail(reader, node, "%s %s is unknown; there %s %s", row->key, shown.text,
                                names.count > 1 ? "are" : "is", names.count > 0 ? list : "no equipment");
}

/* ---- times --------------------------------------------------------------------------------------- */

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

static bool store_time_of_day(struct scenario_reader *reader, const struct scenario_row *row,
                              const yaml_node_t *node, const char *text, void *field)
{
    int32_t seconds = 0;
    assert(row->size == sizeof seconds);
    if (!scenario_value_time_of_day(text, &seconds)) {
        return refuse_value(reader, row, node, text, "is not a time of day; it takes");
    }
    assert(is_in_range(row, seconds));
    memcpy(field, &seconds, sizeof seconds);
    return true;
}

/* The length of the window at the start of `text`: up to a comma behind a time. One behind a weekday belongs to it. */
static size_t window_length(const char *text)
{
    size_t length = strcspn(text, ",");
    while (text[length] == ',' && (length == 0 || text[length - 1] < '0' || text[length - 1] > '9')) {
        length += 1 + strcspn(text + length + 1, ",");
    }
    return length;
}

/* Refuses the window at `wrong` in `text`: it is none, or one too many. */
static bool refuse_window(struct scenario_reader *reader, const struct scenario_row *row,
                          const yaml_node_t *node, const char *text, const char *wrong)
{
    char range[SCENARIO_RANGE_SIZE];
    char window[64];
    int number = 1;
    for (const char *at = text; at + window_length(at) < wrong; at += window_length(at) + 1) {
        number++;
    }
    if (number > HOURS_WINDOWS_MAX) {
        return scenario_reader_fail(reader, node, "%s has more than %d windows", row->key, HOURS_WINDOWS_MAX);
    }
    snprintf(window, sizeof window, "%.*s", (int)window_length(wrong), wrong);
    struct scenario_shown shown = scenario_reader_show(window);
    return scenario_reader_fail(reader, node, "%s: window %d, \"%s\", is none; it takes %s", row->key, number,
                                shown.text, scenario_row_range(row, range, sizeof range));
}

static bool store_hours(struct scenario_reader *reader, const struct scenario_row *row,
                        const yaml_node_t *node, const char *text, void *field)
{
    struct hours hours;
    assert(row->size == sizeof hours);
    const char *wrong = scenario_value_hours(text, &hours);
    if (wrong != NULL) {
        return refuse_window(reader, row, node, text, wrong);
    }
    memcpy(field, &hours, sizeof hours);
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

static bool store_date(struct scenario_reader *reader, const struct scenario_row *row,
                       const yaml_node_t *node, const char *text, void *field)
{
    int32_t date = 0;
    assert(row->size == sizeof date);
    if (!scenario_value_date(text, &date)) {
        return refuse_value(reader, row, node, text, "is not a date; it takes one of");
    }
    memcpy(field, &date, sizeof date);
    return true;
}

typedef bool store_function(struct scenario_reader *reader, const struct scenario_row *row,
                            const yaml_node_t *node, const char *text, void *field);

bool scenario_store(struct scenario_reader *reader, const struct scenario_row *row, const yaml_node_t *node,
                    const char *text, void *base)
{
    static store_function *const stores[] = {
        [SCENARIO_TEXT] = store_text,         [SCENARIO_LINES] = store_text,
        [SCENARIO_NUMBER] = store_number,     [SCENARIO_WHOLE] = store_number,
        [SCENARIO_BOOLEAN] = store_boolean,   [SCENARIO_WORD] = store_word,
        [SCENARIO_CAUSE] = store_cause,       [SCENARIO_BUS] = store_name,
        [SCENARIO_OUTLET] = store_name,       [SCENARIO_EQUIPMENT_NAME] = store_name,
        [SCENARIO_DURATION] = store_duration, [SCENARIO_TIME_OF_DAY] = store_time_of_day,
        [SCENARIO_HOURS] = store_hours,       [SCENARIO_INSTANT] = store_instant,
        [SCENARIO_DATE] = store_date,
    };
    assert(row->kind < sizeof stores / sizeof stores[0]);
    return stores[row->kind](reader, row, node, text, (char *)base + row->offset);
}

bool scenario_is_nothing(const yaml_node_t *node)
{
    const char *text = yaml_tree_text(node);
    return yaml_tree_is_plain(node) &&
           (text[0] == '\0' || strcmp(text, "~") == 0 || strcmp(text, "null") == 0);
}

/* Numbers and booleans are told from text by having no quotes. */
static bool is_quoted(const struct scenario_row *row, const yaml_node_t *node)
{
    bool is_bare =
        row->kind == SCENARIO_NUMBER || row->kind == SCENARIO_WHOLE || row->kind == SCENARIO_BOOLEAN;
    return is_bare && !yaml_tree_is_plain(node);
}

bool scenario_read_scalar(struct scenario_reader *reader, const struct scenario_row *row,
                          const yaml_node_t *node, void *base)
{
    char range[SCENARIO_RANGE_SIZE];
    scenario_row_range(row, range, sizeof range);
    if (node->type != YAML_SCALAR_NODE) {
        const char *found = node->type == YAML_MAPPING_NODE ? "keys and values" : "a list";
        return scenario_reader_fail(reader, node, "%s takes %s; here is %s", row->key, range, found);
    }
    if (scenario_is_nothing(node)) {
        return scenario_reader_fail(reader, node, "%s has no value; it takes %s", row->key, range);
    }
    if (is_quoted(row, node)) {
        return scenario_reader_fail(reader, node, "%s takes %s without quotes; here is a text", row->key,
                                    range);
    }
    return scenario_store(reader, row, node, yaml_tree_text(node), base);
}
