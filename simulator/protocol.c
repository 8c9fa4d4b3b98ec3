/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/protocol.h"

#include <assert.h>
#include <string.h>

#include "simulator/commands.h"
#include "simulator/fault_commands.h"

#define LINE_BYTES 1024

/* `word` is NULL beyond the end of the line. */
static bool is_word(const char *word, const char *name)
{
    return word != NULL && strcmp(word, name) == 0;
}

static const struct command *find_in(const struct command *table, char **words)
{
    for (const struct command *command = table; command->first != NULL; command++) {
        if (is_word(words[0], command->first) &&
            (command->second == NULL || is_word(words[1], command->second))) {
            return command;
        }
    }
    return NULL;
}

static const struct command *find_command(char **words)
{
    const struct command *found = find_in(commands, words);
    return found != NULL ? found : find_in(fault_commands, words);
}

static void refuse(FILE *output, const char *error)
{
    fprintf(output, "error %s\n", error);
}

static void answer(struct machine *machine, char *line, FILE *output)
{
    char *words[LINE_WORDS_MAX] = {NULL};
    int count = line_split(line, words);
    const struct command *command = find_command(words);
    if (command == NULL) {
        refuse(output, count == 0 ? "an empty line" : "no such command");
        return;
    }
    int own = command->second == NULL ? 1 : 2;
    if (count != own + command->wanted) {
        refuse(output, "the command takes another number of words");
        return;
    }
    assert(own + command->wanted <= LINE_WORDS_MAX);
    struct call call = {machine, output, words + own};
    const char *error = command->run(&call);
    if (error != NULL) {
        refuse(output, error);
    } else if (!command->answers) {
        fputs("ok\n", output);
    }
}

/* Reads the rest of a line that was too long. */
static void skip_line(FILE *input)
{
    int character = fgetc(input);
    while (character != '\n' && character != EOF) {
        character = fgetc(input);
    }
}

bool protocol_run(struct machine *machine, FILE *input, FILE *output)
{
    char line[LINE_BYTES];
    bool good = true;
    while (good && fgets(line, sizeof line, input) != NULL) {
        if (strlen(line) == sizeof line - 1 && line[sizeof line - 2] != '\n') {
            skip_line(input);
            refuse(output, "the line is too long");
        } else {
            answer(machine, line, output);
        }
        good = fflush(output) == 0;
    }
    return good;
}
