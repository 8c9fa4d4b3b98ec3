/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/output.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/place.h"

static bool is_stdout(const struct output *output)
{
    return output->path != NULL && strcmp(output->path, "-") == 0;
}

static const char told[] = "standard output"; /* what is told on it unless an output takes it */

/* ---- checking ----------------------------------------------------------------------------------- */

/* Where an output or an input leads; `place` is of no use when that is nowhere, which shows when it is opened. */
struct end {
    const char *name;
    const char *path;
    bool is_found;
    struct place place;
};

static struct end end_of(const char *name, const char *path, int descriptor)
{
    struct end end = {.name = name, .path = path};
    end.is_found =
        strcmp(path, "-") == 0 ? place_of_descriptor(&end.place, descriptor) : place_find(&end.place, path);
    return end;
}

static bool is_same(const struct end *a, const struct end *b)
{
    return strcmp(a->path, b->path) == 0 ||
           (a->is_found && b->is_found && place_is_same(&a->place, &b->place));
}

/* Whether an output may be one. */
static bool check_name(const char *name, const struct output *output)
{
    assert(output->path != NULL);
    assert(output->name != NULL);
    const bool is_good = output->path[0] != '\0' && !(output->needs_file && is_stdout(output));
    if (!is_good) {
        command_usage_error(name, "%s must name a file", output->name);
    }
    return is_good;
}

/* Checks `ends[index]` against those before it, of which the first is standard output. */
static bool check_others(const char *name, const struct end *ends, size_t index)
{
    for (size_t other = 0; other < index; other++) {
        if (is_same(&ends[index], &ends[other])) {
            const bool is_told = ends[other].name == told; /* nobody wrote its name */
            command_usage_error(name, "%s%s%s and %s %s must not both write to %s", ends[other].name,
                                is_told ? "" : " ", is_told ? "" : ends[other].path, ends[index].name,
                                ends[index].path,
                                strcmp(ends[index].path, "-") == 0 ? told : ends[index].path);
            return false;
        }
    }
    return true;
}

static bool check_inputs(const char *name, const struct end *ends, size_t count,
                         const struct output_input *input)
{
    if (input->path == NULL) {
        return true;
    }
    const struct end read = end_of(input->word, input->path, STDIN_FILENO);
    for (size_t i = 0; i < count; i++) {
        if (read.place.exists && ends[i].is_found && place_is_same(&ends[i].place, &read.place)) {
            command_usage_error(name, "%s%s%s would overwrite the %s", ends[i].name, i > 0 ? " " : "",
                                i > 0 ? ends[i].path : "", read.name);
            return false;
        }
    }
    return true;
}

/* The output that standard output is given to by its name; NULL: none is. */
static const struct output *first_on_stdout(const struct output *outputs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (is_stdout(&outputs[i])) {
            return &outputs[i];
        }
    }
    return NULL;
}

bool output_check(const char *name, const struct output *outputs, size_t count,
                  const struct output_input *inputs, size_t input_count)
{
    struct end ends[1 + OUTPUT_COUNT_MAX];
    size_t end_count = 1;
    assert(count <= OUTPUT_COUNT_MAX);
    const struct output *on_stdout = first_on_stdout(outputs, count);
    ends[0] = end_of(on_stdout == NULL ? told : on_stdout->name, "-", STDOUT_FILENO);
    for (size_t i = 0; i < count; i++) {
        if (outputs[i].path == NULL) {
            continue;
        }
        if (!check_name(name, &outputs[i])) {
            return false;
        }
        if (&outputs[i] == on_stdout) {
            continue;
        }
        ends[end_count] = end_of(outputs[i].name, outputs[i].path, STDOUT_FILENO);
        if (!check_others(name, ends, end_count)) {
            return false;
        }
        end_count++;
    }
    for (size_t i = 0; i < input_count; i++) {
        if (!check_inputs(name, ends, end_count, &inputs[i])) {
            return false;
        }
    }
    return true;
}

/* ---- writing ------------------------------------------------------------------------------------ */

bool output_has_stdout(const struct output *outputs, size_t count)
{
    assert(outputs != NULL);
    return first_on_stdout(outputs, count) != NULL;
}

/* Tells why, and gives up what is not in its place. Always false. */
static bool give_up(struct output *outputs, size_t count, const struct output *failed)
{
    command_error("cannot write %s: %s", failed->path, errno == EPIPE ? "nobody reads it" : strerror(errno));
    output_discard(outputs, count);
    return false;
}

static bool is_open(const struct output *output)
{
    assert(output->file.stage == WRITE_FILE_CLOSED || output->path != NULL);
    return output->file.stage != WRITE_FILE_CLOSED;
}

bool output_open(struct output *outputs, size_t count)
{
    assert(outputs != NULL);
    for (size_t i = 0; i < count; i++) {
        assert(outputs[i].file.stage == WRITE_FILE_CLOSED);
        if (outputs[i].path != NULL && !is_stdout(&outputs[i]) &&
            !write_file_open(&outputs[i].file, outputs[i].path)) {
            return give_up(outputs, count, &outputs[i]);
        }
    }
    return true;
}

FILE *output_stream(const struct output *output)
{
    assert(output != NULL);
    return is_stdout(output) ? stdout : output->file.stream;
}

bool output_commit(struct output *outputs, size_t count)
{
    assert(outputs != NULL);
    if (command_finish_output() != COMMAND_DONE) {
        output_discard(outputs, count);
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (is_open(&outputs[i]) && !write_file_finish(&outputs[i].file)) {
            return give_up(outputs, count, &outputs[i]);
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (is_open(&outputs[i]) && !write_file_commit(&outputs[i].file)) {
            return give_up(outputs, count, &outputs[i]);
        }
    }
    return true;
}

void output_discard(struct output *outputs, size_t count)
{
    assert(outputs != NULL);
    for (size_t i = 0; i < count; i++) {
        if (is_open(&outputs[i])) {
            write_file_discard(&outputs[i].file);
        }
    }
}
