/* SPDX-License-Identifier: Apache-2.0 */
/* `smallbms`: finds the subcommand that the first word names and hands it the rest. */
#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/check.h"
#include "cli/command.h"
#include "cli/draw.h"
#include "cli/fit.h"
#include "cli/log.h"
#include "cli/predict.h"
#include "cli/replay.h"
#include "cli/run.h"
#include "cli/settings.h"
#include "scenario/suggest.h"

#ifndef SMALLBMS_VERSION
#define SMALLBMS_VERSION "0.0.0" /* the build gives the real one */
#endif

struct subcommand {
    const char *name;
    int (*command)(int argc, char **argv); /* see cli/command.h */
    const char *summary;
};

static const struct subcommand subcommands[] = {
    {"run", run_command, "run a scenario: batteries, chargers, loads and the BMS between them"},
    {"check", check_command, "name wiring mistakes of a scenario before anything is bought"},
    {"draw", draw_command, "draw how a scenario's system is wired, as SVG"},
    {"replay", replay_command, "run recorded inputs through the control law"},
    {"log", log_command, "print the events that a device has recorded in its EEPROM"},
    {"settings", settings_command, "write settings for a device's EEPROM"},
    {"predict", predict_command, "run a cell of the twin on a measured cell's log"},
    {"fit", fit_command, "fit a cell of the twin to logs of a measured cell"},
};
#define SUBCOMMANDS (sizeof subcommands / sizeof subcommands[0])

static void print_help(FILE *stream)
{
    fputs("Usage: smallbms SUBCOMMAND [OPTION]... [FILE]\n"
          "\n"
          "An open controller between Smart LiFePO4 batteries and what charges or\n"
          "discharges them, run on this computer.\n"
          "\n"
          "Subcommands:\n",
          stream);
    for (size_t i = 0; i < SUBCOMMANDS; i++) {
        fprintf(stream, "  %-10s%s\n", subcommands[i].name, subcommands[i].summary);
    }
    fputs("  help      print this help, or that of a subcommand\n"
          "\n"
          "Options:\n"
          "  --help    print this help\n"
          "  --version print the version\n"
          "\n"
          "Examples:\n"
          "  smallbms run scenarios/off-grid.yaml\n"
          "  smallbms check scenarios/off-grid.yaml\n"
          "  smallbms draw scenarios/off-grid.yaml --output off-grid.svg\n"
          "  smallbms replay stimulus.csv\n"
          "  smallbms log eeprom.hex\n"
          "  smallbms run --help\n"
          "\n"
          "Data goes to standard output, messages to standard error. Exit status: 0 done,\n"
          "1 the run failed an expectation or the check found something, 2 bad usage or bad\n"
          "input.\n",
          stream);
}

static const struct subcommand *find_subcommand(const char *name)
{
    for (size_t i = 0; i < SUBCOMMANDS; i++) {
        if (strcmp(subcommands[i].name, name) == 0) {
            return &subcommands[i];
        }
    }
    return NULL;
}

static int refuse(const char *name)
{
    static const char *const words[] = {"--help", "--version", "help"};
    const char *candidates[SUBCOMMANDS + sizeof words / sizeof words[0]];
    size_t count = 0;
    for (size_t i = 0; i < SUBCOMMANDS; i++) {
        candidates[count++] = subcommands[i].name;
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        candidates[count++] = words[i];
    }
    const char *kind = name[0] == '-' ? "option" : "subcommand";
    const char *nearest = suggest_word(name, candidates, count);
    if (nearest != NULL) {
        return command_usage_error(NULL, "unknown %s %s, did you mean %s?", kind, name, nearest);
    }
    return command_usage_error(NULL, name[0] == '\0' ? "unknown %s '%s'" : "unknown %s %s", kind, name);
}

/* `smallbms help` and `smallbms help SUBCOMMAND`. */
static int help(int argc, char **argv)
{
    static char option[] = "--help";
    assert(argc >= 1);
    if (argc == 1) {
        print_help(stdout);
        return command_finish_output();
    }
    const struct subcommand *subcommand = find_subcommand(argv[1]);
    if (subcommand == NULL) {
        return refuse(argv[1]);
    }
    char *arguments[] = {argv[1], option, NULL};
    return subcommand->command(2, arguments);
}

static bool is_one_of(const char *word, const char *a, const char *b)
{
    return strcmp(word, a) == 0 || strcmp(word, b) == 0;
}

/* A stream that the caller closed must not become the next file that is opened. Reading from and writing to
 * the stand-in fails or gives nothing, as it did before. */
static void fill_closed_streams(void)
{
    for (int descriptor = 0; descriptor <= 2; descriptor++) {
        if (fcntl(descriptor, F_GETFD) == -1) {
            int opened = open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY);
            assert(opened == -1 || opened == descriptor);
            (void)opened;
        }
    }
}

int main(int argc, char **argv)
{
    fill_closed_streams();
    if (argc < 2) {
        print_help(stderr);
        return COMMAND_BAD_INPUT;
    }
    if (is_one_of(argv[1], "--help", "-h")) {
        return help(1, argv + 1);
    }
    if (strcmp(argv[1], "help") == 0) {
        return help(argc - 1, argv + 1);
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("smallbms " SMALLBMS_VERSION);
        return command_finish_output();
    }
    const struct subcommand *subcommand = find_subcommand(argv[1]);
    if (subcommand == NULL) {
        return refuse(argv[1]);
    }
    return subcommand->command(argc - 1, argv + 1);
}
