/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "scenario/suggest.h"

#define OPTION_SHOWN_MAX 64 /* letters of an unknown option that a message repeats */

/* ---- messages ----------------------------------------------------------------------------------- */

int command_usage_error(const char *name, const char *format, ...)
{
    const char *space = name == NULL ? "" : " ";
    const char *word = name == NULL ? "" : name;
    va_list arguments;
    fprintf(stderr, "smallbms%s%s: ", space, word);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fprintf(stderr, " (see 'smallbms%s%s --help')\n", space, word);
    return COMMAND_BAD_INPUT;
}

int command_error(const char *format, ...)
{
    va_list arguments;
    fputs("smallbms: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    return COMMAND_BAD_INPUT;
}

void command_line(int argc, char **argv, char *text, size_t size)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-./:=@_,%";
    assert(argc >= 1);
    assert(size > 0);
    size_t used = (size_t)snprintf(text, size, "smallbms");
    for (int i = 0; i < argc && used < size; i++) {
        const bool is_plain = argv[i][0] != '\0' && argv[i][strspn(argv[i], plain)] == '\0';
        const char *quote = is_plain ? "" : "'";
        used += (size_t)snprintf(text + used, size - used, " %s%s%s", quote, argv[i], quote);
    }
}

int command_finish_output(void)
{
    bool arrived = fflush(stdout) == 0;
    if (arrived &&
        ferror(stdout) != 0) { /* an earlier write failed and its reason is gone: this one says it again */
        errno = 0;
        putchar('\n');
        fflush(stdout);
        arrived = false;
    }
    if (arrived) {
        return COMMAND_DONE;
    }
    const char *reason = errno != 0 ? strerror(errno) : "an earlier write failed";
    return command_error("cannot write to standard output: %s", reason);
}

bool command_is_terminal(FILE *stream)
{
    assert(stream != NULL);
    return isatty(fileno(stream)) == 1;
}

bool command_has_colour(FILE *stream)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    if (no_color != NULL && no_color[0] != '\0') {
        return false;
    }
    if (term == NULL || strcmp(term, "dumb") == 0) {
        return false;
    }
    return command_is_terminal(stream);
}

/* ---- help --------------------------------------------------------------------------------------- */

#define OPTION_WIDTH 26 /* the column where an option's help starts */

static void print_option(FILE *stream, const char *name, const char *argument, const char *help)
{
    int width =
        fprintf(stream, "  --%s%s%s", name, argument == NULL ? "" : " ", argument == NULL ? "" : argument);
    if (width >= OPTION_WIDTH) {
        fputc('\n', stream);
        width = 0;
    }
    for (const char *line = help; line != NULL;) {
        const char *end = strchr(line, '\n');
        int length = end == NULL ? (int)strlen(line) : (int)(end - line);
        fprintf(stream, "%*s%.*s\n", OPTION_WIDTH - (width < 0 ? 0 : width), "", length, line);
        width = 0;
        line = end == NULL ? NULL : end + 1;
    }
}

int command_help(const struct command *command, FILE *stream)
{
    assert(command != NULL);
    assert(stream != NULL);
    assert(command->option_count <= COMMAND_OPTIONS_MAX);
    fprintf(stream, "Usage: smallbms %s [OPTION]... %s\n\n%s\nOptions:\n", command->name, command->operands,
            command->summary);
    for (size_t i = 0; i < command->option_count; i++) {
        const struct command_option *option = &command->options[i];
        print_option(stream, option->name, option->argument, option->help);
    }
    print_option(stream, "help", NULL, "print this help");
    fprintf(stream, "\n%s", command->details);
    return stream == stdout ? command_finish_output() : COMMAND_DONE;
}

/* ---- arguments ---------------------------------------------------------------------------------- */

bool command_parse_integer(const char *text, int64_t min, int64_t max, int64_t *number)
{
    assert(text != NULL);
    assert(number != NULL);
    assert(min <= max);
    const char *digits = text[0] == '-' ? text + 1 : text;
    if (digits[0] == '\0' || strspn(digits, "0123456789") != strlen(digits)) {
        return false;
    }
    errno = 0;
    long long value = strtoll(text, NULL, 10);
    if (errno != 0 || value < min || value > max) {
        return false;
    }
    *number = value;
    return true;
}

/* The option that is written as the first `length` letters of `word`, dashes included. */
static const struct command_option *find_option(const struct command *command, const char *word,
                                                size_t length)
{
    if (length <= 2 || strncmp(word, "--", 2) != 0) {
        return NULL;
    }
    for (size_t i = 0; i < command->option_count; i++) {
        const char *name = command->options[i].name;
        if (strlen(name) == length - 2 && strncmp(name, word + 2, length - 2) == 0) {
            return &command->options[i];
        }
    }
    return NULL;
}

static enum command_parsed refuse_option(const struct command *command, const char *argument, int length)
{
    assert(command->option_count <= COMMAND_OPTIONS_MAX);
    const char *names[COMMAND_OPTIONS_MAX + 1];
    char word[OPTION_SHOWN_MAX + 1];
    for (size_t i = 0; i < command->option_count; i++) {
        names[i] = command->options[i].name;
    }
    names[command->option_count] = "help";
    snprintf(word, sizeof word, "%.*s", length, argument);
    const char *bare = word + strspn(word, "-");
    const char *nearest = suggest_word(bare, names, command->option_count + 1);
    if (nearest != NULL) {
        command_usage_error(command->name, "unknown option %s, did you mean --%s?", word, nearest);
    } else {
        command_usage_error(command->name, "unknown option %s", word);
    }
    return COMMAND_REFUSED;
}

/* Whether `value` (NULL: none was given) is one for `option`; if not, says so. */
static bool check_value(const struct command *command, const struct command_option *option, const char *value)
{
    const bool takes_value = option->value != NULL;
    assert(takes_value == (option->argument != NULL));
    if (!takes_value && value != NULL) {
        command_usage_error(command->name, "--%s takes no value", option->name);
        return false;
    }
    if (takes_value && value == NULL) {
        command_usage_error(command->name, "--%s needs a value: --%s %s", option->name, option->name,
                            option->argument);
        return false;
    }
    if (takes_value && value[0] == '\0' && strstr(option->argument, "FILE") != NULL) {
        command_usage_error(command->name, "--%s must name a file", option->name);
        return false;
    }
    return true;
}

/* Puts `value` where `option` wants it. */
static enum command_parsed store_option(const struct command *command, const struct command_option *option,
                                        const char *value)
{
    assert(option->flag != NULL || option->value != NULL);
    if (!check_value(command, option, value)) {
        return COMMAND_REFUSED;
    }
    if (option->value != NULL) {
        *option->value = value;
    }
    if (option->flag != NULL) {
        *option->flag = true;
    }
    return COMMAND_PARSED;
}

/* Takes the option at argv[*index], and its value from the next argument if it is there. */
static enum command_parsed take_option(const struct command *command, int argc, char **argv, int *index)
{
    assert(*index < argc);
    const char *argument = argv[*index];
    if (strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0) {
        return command_help(command, stdout) == COMMAND_DONE ? COMMAND_HELPED : COMMAND_REFUSED;
    }
    size_t length = strcspn(argument, "=");
    const struct command_option *option = find_option(command, argument, length);
    if (option == NULL) {
        return refuse_option(command, argument, length < OPTION_SHOWN_MAX ? (int)length : OPTION_SHOWN_MAX);
    }
    const char *value = argument[length] == '=' ? argument + length + 1 : NULL;
    if (option->value != NULL && value == NULL && *index + 1 < argc) {
        *index += 1;
        value = argv[*index];
    }
    return store_option(command, option, value);
}

/* Whether there is room for an operand, and it names something; if not, says so. */
static bool check_operand(const struct command *command, const char *operand, size_t room)
{
    if (operand[0] == '\0') {
        command_usage_error(command->name, "an argument is empty: it must name a file");
        return false;
    }
    if (room == 0) {
        command_usage_error(command->name, "one argument too many: %s", operand);
        return false;
    }
    return true;
}

enum command_parsed command_parse(const struct command *command, int argc, char **argv, const char **operands,
                                  size_t operand_max, size_t *operand_count)
{
    assert(command != NULL);
    assert(operand_count != NULL);
    assert(operands != NULL || operand_max == 0);
    bool options_ended = false;
    *operand_count = 0;
    for (int i = 1; i < argc; i++) {
        bool is_option = !options_ended && argv[i][0] == '-' && argv[i][1] != '\0';
        if (is_option && strcmp(argv[i], "--") == 0) {
            options_ended = true;
        } else if (is_option) {
            enum command_parsed parsed = take_option(command, argc, argv, &i);
            if (parsed != COMMAND_PARSED) {
                return parsed;
            }
        } else if (!check_operand(command, argv[i], operand_max - *operand_count)) {
            return COMMAND_REFUSED;
        } else {
            operands[(*operand_count)++] = argv[i];
        }
    }
    return COMMAND_PARSED;
}

unsigned command_terminal_width(FILE *stream)
{
    struct winsize size;
    const int descriptor = fileno(stream);
    if (descriptor < 0 || !command_is_terminal(stream) || ioctl(descriptor, TIOCGWINSZ, &size) != 0) {
        return 0;
    }
    return size.ws_col;
}
