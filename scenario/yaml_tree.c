/* SPDX-License-Identifier: Apache-2.0 */
#include "scenario/yaml_tree.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* ---- errors ------------------------------------------------------------------------------------- */

static const char no_memory[] = "not enough memory to read the file";

static bool refuse(struct yaml_tree_error *error, yaml_mark_t mark, const char *message)
{
    error->line = mark.line + 1;
    error->column = mark.column + 1;
    snprintf(error->message, sizeof error->message, "%s", message);
    return false;
}

/* The place of byte `offset`, which libyaml does not tell for bytes that are no text. */
static yaml_mark_t mark_of_byte(const char *data, size_t size, size_t offset)
{
    yaml_mark_t mark = {0};
    for (size_t i = 0; i < size && i < offset; i++) {
        bool is_continuation = ((uint8_t)data[i] & 0xC0u) == 0x80u;
        mark.column += is_continuation ? 0 : 1;
        if (data[i] == '\n') {
            mark.line++;
            mark.column = 0;
        }
    }
    return mark;
}

/* Whether a tab is at `mark`, whose index counts characters. */
static bool is_tab_at(const char *data, size_t size, yaml_mark_t mark)
{
    size_t line = 0;
    size_t column = 0;
    for (size_t i = 0; i < size && line <= mark.line; i++) {
        if (line == mark.line && column == mark.column && data[i] == '\t') {
            return true;
        }
        column += ((uint8_t)data[i] & 0xC0u) == 0x80u ? 0 : 1;
        if (data[i] == '\n') {
            line++;
            column = 0;
        }
    }
    return false;
}

static bool refuse_syntax(const yaml_parser_t *parser, const char *data, size_t size,
                          struct yaml_tree_error *error)
{
    if (parser->error == YAML_MEMORY_ERROR ||
        parser->error == YAML_NO_ERROR) { /* libyaml does not always say */
        return refuse(error, parser->mark, no_memory);
    }
    assert(parser->problem != NULL);
    const char *context = parser->context == NULL ? "" : parser->context;
    bool is_bytes = parser->error == YAML_READER_ERROR;
    yaml_mark_t mark = is_bytes ? mark_of_byte(data, size, parser->problem_offset) : parser->problem_mark;
    char message[sizeof error->message];
    if (is_tab_at(data, size, mark)) {
        return refuse(error, mark, "not YAML: a tab stands where spaces are wanted");
    }
    snprintf(message, sizeof message, "not YAML: %s%s%s", context, context[0] == '\0' ? "" : ", ",
             parser->problem);
    return refuse(error, mark, message);
}

/* ---- the first pass: what is refused although it is YAML ------------------------------------------ */

struct scan {
    size_t documents;
    size_t depth;
    size_t nodes;
};

static bool is_control(const uint8_t *text, size_t left)
{
    assert(left > 0);
    bool is_c1 = left > 1 && text[0] == 0xC2u && text[1] < 0xA0u; /* U+0080 to U+009F */
    return (text[0] < 0x20u && text[0] != '\n') || text[0] == 0x7Fu || is_c1;
}

static bool is_between(const uint8_t *text, uint8_t second, uint8_t first_third, uint8_t last_third)
{
    return text[0] == 0xE2u && text[1] == second && text[2] >= first_third && text[2] <= last_third;
}

/* Marks and overrides of the direction of writing: what follows them is shown elsewhere than it stands (U+061C, U+200E,
 * U+200F, U+202A to U+202E, U+2066 to U+2069), and the separators of lines and paragraphs, U+2028 and U+2029. */
static bool is_direction(const uint8_t *text, size_t left)
{
    assert(left > 0);
    const bool is_of_three =
        left > 2 && (is_between(text, 0x80u, 0x8Eu, 0x8Fu) || is_between(text, 0x80u, 0xA8u, 0xAEu) ||
                     is_between(text, 0x81u, 0xA6u, 0xA9u));
    return is_of_three || (left > 1 && text[0] == 0xD8u && text[1] == 0x9Cu);
}

/* U+FFFE and U+FFFF are no characters: a reader of XML refuses a page or a picture that has one. */
static bool is_no_character(const uint8_t *text, size_t left)
{
    assert(left > 0);
    return left > 2 && text[0] == 0xEFu && text[1] == 0xBFu && text[2] >= 0xBEu;
}

static bool has_control(const uint8_t *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (is_control(text + i, length - i) || is_direction(text + i, length - i) ||
            is_no_character(text + i, length - i)) {
            return true;
        }
    }
    return false;
}

/* Checks what scalars, lists and mappings have in common. */
static bool check_node(struct scan *scan, yaml_mark_t mark, const void *anchor, const void *tag,
                       struct yaml_tree_error *error)
{
    assert(scan->depth <= YAML_TREE_DEPTH_MAX);
    scan->nodes++;
    if (anchor != NULL) {
        return refuse(error, mark,
                      "an anchor (&name) is not allowed; write the value out where it is needed");
    }
    if (tag != NULL) {
        return refuse(error, mark, "a tag (!name) is not allowed; leave it out");
    }
    if (scan->nodes > YAML_TREE_NODES_MAX) {
        return refuse(error, mark, "the file holds more than 20000 keys and values");
    }
    return true;
}

static bool check_open(struct scan *scan, const yaml_event_t *event, const void *anchor, const void *tag,
                       struct yaml_tree_error *error)
{
    if (scan->depth == YAML_TREE_DEPTH_MAX) {
        return refuse(error, event->start_mark, "mappings and lists are nested more than 8 deep");
    }
    scan->depth++;
    return check_node(scan, event->start_mark, anchor, tag, error);
}

static bool check_scalar(struct scan *scan, const yaml_event_t *event, struct yaml_tree_error *error)
{
    if (has_control(event->data.scalar.value, event->data.scalar.length)) {
        return refuse(error, event->start_mark, "control characters are not allowed in a text");
    }
    return check_node(scan, event->start_mark, event->data.scalar.anchor, event->data.scalar.tag, error);
}

static bool check_event(struct scan *scan, const yaml_event_t *event, struct yaml_tree_error *error)
{
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        scan->documents++;
        return scan->documents == 1 ||
               refuse(error, event->start_mark, "a second document starts here; a file holds one");
    case YAML_ALIAS_EVENT:
        return refuse(error, event->start_mark, "an alias (*name) is not allowed; write the value out");
    case YAML_SCALAR_EVENT:
        return check_scalar(scan, event, error);
    case YAML_SEQUENCE_START_EVENT:
        return check_open(scan, event, event->data.sequence_start.anchor, event->data.sequence_start.tag,
                          error);
    case YAML_MAPPING_START_EVENT:
        return check_open(scan, event, event->data.mapping_start.anchor, event->data.mapping_start.tag,
                          error);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        assert(scan->depth > 0);
        scan->depth--;
        return true;
    default:
        return true;
    }
}

static bool start_parser(yaml_parser_t *parser, const char *data, size_t size)
{
    if (yaml_parser_initialize(parser) == 0) {
        return false;
    }
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(parser, (const unsigned char *)data, size);
    return true;
}

static bool check_events(yaml_parser_t *parser, const char *data, size_t size, struct yaml_tree_error *error)
{
    struct scan scan = {0};
    bool is_good = true;
    bool has_ended = false;
    while (is_good && !has_ended) {
        yaml_event_t event;
        if (yaml_parser_parse(parser, &event) == 0) {
            return refuse_syntax(parser, data, size, error);
        }
        is_good = check_event(&scan, &event, error);
        has_ended = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    assert(!is_good || scan.depth == 0);
    if (is_good && scan.documents == 0) {
        return refuse(error, (yaml_mark_t){0}, "the file is empty");
    }
    return is_good;
}

/* ---- the tree ----------------------------------------------------------------------------------- */

static bool is_utf16(const char *data, size_t size)
{
    return size >= 2 && (memcmp(data, "\xFF\xFE", 2) == 0 || memcmp(data, "\xFE\xFF", 2) == 0);
}

bool yaml_tree_open(struct yaml_tree *tree, const char *data, size_t size, struct yaml_tree_error *error)
{
    static const char byte_order_mark[] = "\xEF\xBB\xBF"; /* as some editors begin a file */
    yaml_parser_t parser;
    assert(data != NULL || size == 0);
    if (is_utf16(data, size)) {
        return refuse(error, (yaml_mark_t){0}, "this is UTF-16, the file must be saved as UTF-8");
    }
    if (size >= 3 && memcmp(data, byte_order_mark, 3) == 0) {
        data += 3;
        size -= 3;
    }
    if (!start_parser(&parser, data, size)) {
        return refuse(error, (yaml_mark_t){0}, no_memory);
    }
    bool is_good = check_events(&parser, data, size, error);
    yaml_parser_delete(&parser);
    if (!is_good) {
        return false;
    }
    if (!start_parser(&parser, data, size)) {
        return refuse(error, (yaml_mark_t){0}, no_memory);
    }
    is_good = yaml_parser_load(&parser, &tree->document) != 0;
    if (!is_good) {
        refuse_syntax(&parser, data, size, error);
    }
    yaml_parser_delete(&parser);
    return is_good;
}

void yaml_tree_close(struct yaml_tree *tree)
{
    yaml_document_delete(&tree->document);
}

const yaml_node_t *yaml_tree_root(const struct yaml_tree *tree)
{
    return yaml_tree_node(tree, 1);
}

const yaml_node_t *yaml_tree_node(const struct yaml_tree *tree, int number)
{
    assert(number > 0 && number <= tree->document.nodes.top - tree->document.nodes.start);
    return &tree->document.nodes.start[number - 1];
}

size_t yaml_tree_pair_count(const yaml_node_t *mapping)
{
    assert(mapping->type == YAML_MAPPING_NODE);
    return (size_t)(mapping->data.mapping.pairs.top - mapping->data.mapping.pairs.start);
}

void yaml_tree_pair(const struct yaml_tree *tree, const yaml_node_t *mapping, size_t index,
                    const yaml_node_t **key, const yaml_node_t **value)
{
    assert(index < yaml_tree_pair_count(mapping));
    const yaml_node_pair_t *pair = &mapping->data.mapping.pairs.start[index];
    *key = yaml_tree_node(tree, pair->key);
    *value = yaml_tree_node(tree, pair->value);
}

size_t yaml_tree_item_count(const yaml_node_t *list)
{
    assert(list->type == YAML_SEQUENCE_NODE);
    return (size_t)(list->data.sequence.items.top - list->data.sequence.items.start);
}

const yaml_node_t *yaml_tree_item(const struct yaml_tree *tree, const yaml_node_t *list, size_t index)
{
    assert(index < yaml_tree_item_count(list));
    return yaml_tree_node(tree, list->data.sequence.items.start[index]);
}

const char *yaml_tree_text(const yaml_node_t *scalar)
{
    assert(scalar->type == YAML_SCALAR_NODE);
    return (const char *)scalar->data.scalar.value;
}

bool yaml_tree_is_plain(const yaml_node_t *scalar)
{
    assert(scalar->type == YAML_SCALAR_NODE);
    return scalar->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}
