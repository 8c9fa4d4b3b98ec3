/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/output.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/command.h"

static bool is_stdout(const struct output *output)
{
    return output->path != NULL && strcmp(output->path, "-") == 0;
}

static bool is_same_file(const char *a, const char *b)
{
    struct stat of_a;
    struct stat of_b;
    if (strcmp(a, b) == 0) {
        return true;
    }
    return stat(a, &of_a) == 0 && stat(b, &of_b) == 0 && S_ISREG(of_a.st_mode) &&
           of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino;
}

/* Checks outputs[index] against those before it. */
static bool check_others(const char *name, const struct output *outputs, size_t index)
{
    const struct output *output = &outputs[index];
    for (size_t other = 0; other < index; other++) {
        if (outputs[other].path != NULL && is_same_file(output->path, outputs[other].path)) {
            command_usage_error(name, "%s and %s must not both write to %s", outputs[other].name,
                                output->name, is_stdout(output) ? "standard output" : output->path);
            return false;
        }
    }
    return true;
}

/* Checks outputs[index] alone, against those before it, and against the input. */
static bool check(const char *name, const struct output *outputs, size_t index, const char *input,
                  const char *input_word)
{
    const struct output *output = &outputs[index];
    assert(output->path != NULL);
    assert(output->name != NULL);
    if (output->path[0] == '\0' || (output->needs_file && is_stdout(output))) {
        command_usage_error(name, "%s must name a file", output->name);
        return false;
    }
    if (!check_others(name, outputs, index)) {
        return false;
    }
    const bool has_input = input != NULL && strcmp(input, "-") != 0;
    if (has_input && !is_stdout(output) && is_same_file(output->path, input)) {
        command_usage_error(name, "%s %s would overwrite the %s", output->name, output->path, input_word);
        return false;
    }
    return true;
}

bool output_check(const char *name, const struct output *outputs, size_t count, const char *input,
                  const char *input_word)
{
    assert(count <= WRITE_FILES_MAX);
    assert(input == NULL || input_word != NULL);
    for (size_t i = 0; i < count; i++) {
        if (outputs[i].path != NULL && !check(name, outputs, i, input, input_word)) {
            return false;
        }
    }
    return true;
}

bool output_has_stdout(const struct output *outputs, size_t count)
{
    assert(outputs != NULL);
    for (size_t i = 0; i < count; i++) {
        if (is_stdout(&outputs[i])) {
            return true;
        }
    }
    return false;
}

bool output_open(struct output *outputs, size_t count)
{
    assert(outputs != NULL);
    for (size_t i = 0; i < count; i++) {
        assert(outputs[i].file.stream == NULL);
        if (outputs[i].path != NULL && !is_stdout(&outputs[i]) &&
            !write_file_open(&outputs[i].file, outputs[i].path)) {
            command_error("cannot write %s: %s", outputs[i].path, strerror(errno));
            output_discard(outputs, count);
            return false;
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
    for (size_t i = 0; i < count; i++) {
        assert(outputs[i].file.stream == NULL || outputs[i].path != NULL);
        if (outputs[i].file.stream != NULL && !write_file_commit(&outputs[i].file)) {
            command_error("cannot write %s: %s", outputs[i].path, strerror(errno));
            output_discard(outputs, count);
            return false;
        }
    }
    return true;
}

void output_discard(struct output *outputs, size_t count)
{
    assert(outputs != NULL);
    for (size_t i = 0; i < count; i++) {
        if (outputs[i].file.stream != NULL) {
            write_file_discard(&outputs[i].file);
        }
    }
}
