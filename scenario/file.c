/* SPDX-License-Identifier: Apache-2.0 */
#include "scenario/file.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/check.h"
#include "scenario/mapping.h"
#include "scenario/reader.h"
#include "scenario/store.h"

/* Puts the events into the order in which they happen, those of one time in the file's. */
static void sort_events(struct scenario *draft)
{
    assert(draft->event_count >= 0 && draft->event_count <= SCENARIO_EVENTS_MAX);
    for (int i = 1; i < draft->event_count; i++) {
        struct scenario_event event = draft->events[i];
        int place = i;
        for (; place > 0 && draft->events[place - 1].at_s > event.at_s; place--) {
            draft->events[place] = draft->events[place - 1];
        }
        draft->events[place] = event;
    }
}

/* What is read of a file. */
typedef bool part_of_file(struct scenario_reader *reader);

static bool read_whole(struct scenario_reader *reader)
{
    const yaml_node_t *root = yaml_tree_root(reader->tree);
    if (root->type == YAML_SCALAR_NODE && scenario_is_nothing(root)) {
        return scenario_reader_fail(reader, root, "the file is empty; a scenario needs title, run and bank");
    }
    if (!scenario_read_top(reader, root) || !scenario_check_feeding(reader)) {
        return false;
    }
    scenario_leave_out_relay(reader);
    sort_events(reader->draft);
    assert(sbms_battery_check(&reader->draft->bank.settings) == SBMS_BATTERY_OK);
    assert(sbms_control_check(&reader->draft->bms.settings) == SBMS_SETTINGS_OK);
    return true;
}

static bool read_cell(struct scenario_reader *reader)
{
    return scenario_read_cell(reader, yaml_tree_root(reader->tree));
}

static bool read_part(const char *data, size_t size, const char *file_name, part_of_file *part,
                      struct scenario *out, char *error, size_t error_size)
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
    bool is_read = part(&reader);
    yaml_tree_close(&tree);
    if (is_read) {
        *out = draft;
    } else {
        scenario_file_free(&draft);
    }
    return is_read;
}

void scenario_file_free(struct scenario *read)
{
    for (int i = 0; i < SCENARIO_LOADS_MAX; i++) {
        free(read->loads[i].profile);
        read->loads[i].profile = NULL;
    }
}

bool scenario_file_read(const char *data, size_t size, const char *file_name, struct scenario *out,
                        char *error, size_t error_size)
{
    return read_part(data, size, file_name, read_whole, out, error, error_size);
}

/* Reads up to SCENARIO_FILE_SIZE_MAX + 1 bytes; false: errno says why. */
static bool read_stream(FILE *stream, char *data, size_t *size)
{
    errno = 0;
    *size = fread(data, 1, (size_t)SCENARIO_FILE_SIZE_MAX + 1, stream);
    return ferror(stream) == 0;
}

static bool load_part(const char *path, part_of_file *part, struct scenario *out, char *error,
                      size_t error_size)
{
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
        is_read = read_part(data, size, name, part, out, error, error_size);
    } else {
        snprintf(error, error_size, "%s: cannot be read: %s", name, strerror(reason));
    }
    free(data);
    return is_read;
}

bool scenario_file_load(const char *path, struct scenario *out, char *error, size_t error_size)
{
    return load_part(path, read_whole, out, error, error_size);
}

bool scenario_file_load_cell(const char *path, struct cell_model *out, char *error, size_t error_size)
{
    struct scenario part;
    if (!load_part(path, read_cell, &part, error, error_size)) {
        return false;
    }
    *out = part.bank.own_cell;
    return true;
}
