/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What all subcommands of `smallbms` share: options from a table, help, usage errors with a suggestion,
 * and when a stream may have colour.
 *
 * A subcommand is `int name_command(int argc, char **argv)`: argv[0] is its own name, the rest is what the
 * user wrote after it; it returns one of the exit codes below. Data goes to stdout, messages to stderr.
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Exit codes, SPEC section 9. */
enum {
    COMMAND_DONE = 0,
    COMMAND_UNMET = 1,         /* the run failed an expectation, or the check found something */
    COMMAND_INTERRUPTED = 130, /* by Ctrl-C; what was computed until then has been written */
    COMMAND_BAD_INPUT = 2      /* bad usage or bad input, or the result could not be written */
};

#define COMMAND_OPTIONS_MAX 32u /* in one subcommand's table */

/* One option of a subcommand: `--name value` or `--name=value`; the last one given wins. */
struct command_option {
    const char *name;     /* without the dashes */
    const char *argument; /* what help calls its value, such as "FILE"; NULL: a flag without value */
    const char **value;   /* where the value goes, untouched when not given; NULL for a flag */
    bool *flag;           /* set to true when given; may be NULL when there is a value */
    const char *help;     /* one line, or several with line ends between */
};

/* A subcommand as seen by the parser and by help. `--help` and `-h` come by themselves. */
struct command {
    const char *name;     /* "replay" */
    const char *operands; /* what follows the options in the usage line, such as "STIMULUS.csv" */
    const char *summary;  /* what it does, whole lines */
    const char *details;  /* what follows the options in help, whole lines, examples included */
    const struct command_option *options;
    size_t option_count; /* 0..COMMAND_OPTIONS_MAX */
};

enum command_parsed {
    COMMAND_PARSED, /* go on */
    COMMAND_HELPED, /* help has been printed: return COMMAND_DONE */
    COMMAND_REFUSED /* a usage error has been printed: return COMMAND_BAD_INPUT */
};

/*
 * Reads a subcommand's arguments. `--` ends the options; a lone `-` is an operand. Operands go to
 * `operands` (room for `operand_max`), their number to `*operand_count`; one more than that is a usage error, and so
 * are an unknown option, a missing value, a value for a flag, and the name of a file that is empty.
 */
enum command_parsed command_parse(const struct command *command, int argc, char **argv, const char **operands,
                                  size_t operand_max, size_t *operand_count);

/* Prints the help of a subcommand. Returns COMMAND_DONE, or COMMAND_BAD_INPUT when it could not be written. */
int command_help(const struct command *command, FILE *stream);

/*
 * Prints one line "smallbms NAME: MESSAGE (see 'smallbms NAME --help')" to stderr and returns
 * COMMAND_BAD_INPUT. `name`: NULL for the command itself.
 */
int command_usage_error(const char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * The command line that the user wrote, "smallbms NAME ARGUMENT...", quoted for a shell where it must be and cut to `size`:
 * what shows a failure again. Arguments as the subcommand has them.
 */
void command_line(int argc, char **argv, char *text, size_t size);

/* Prints one line "smallbms: MESSAGE" to stderr and returns COMMAND_BAD_INPUT. */
int command_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * Reads a whole number with an optional '-' and nothing else: no spaces, no '+', no decimals.
 * false: not one, or outside min..max; `*number` is then untouched.
 */
bool command_parse_integer(const char *text, int64_t min, int64_t max, int64_t *number);

/*
 * Writes out what is buffered for stdout and says whether everything so far has arrived. If not, it
 * prints why and gives COMMAND_BAD_INPUT, else COMMAND_DONE.
 */
int command_finish_output(void);

/* Says whether `stream` is a terminal: progress bars only there. */
bool command_is_terminal(FILE *stream);

/* Says whether `stream` may have colour: a terminal, TERM not "dumb", NO_COLOR unset or empty. */
bool command_has_colour(FILE *stream);

/* How many columns `stream` has; 0: it is no terminal, or does not tell. */
unsigned command_terminal_width(FILE *stream);

#endif
