/* SPDX-License-Identifier: Apache-2.0 */
/* `smallbms-avr`: reads the command line, then obeys the line protocol (simulator/protocol.h). */
#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "firmware/atmega328p/board.h"
#include "simulator/machine.h"
#include "simulator/protocol.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_BAD_USAGE = 2 };

struct options {
    struct machine_options machine;
    const char *eeprom; /* NULL: erased */
    const char *image;
};

static struct machine machine; /* too large for the stack */

static void print_corners(void)
{
    const char *words = NULL;
    for (size_t i = 0; silicon_corner(i, &words) != NULL; i++) {
        printf("  %-16s  %s\n", silicon_corner(i, &words), words);
    }
}

static void print_help(void)
{
    fputs("Usage: smallbms-avr [OPTION]... IMAGE.elf\n"
          "\n"
          "Runs the firmware's image in a simulated ATmega328P on board \"" BOARD_NAME "\" and answers\n"
          "commands, a line each, from standard input on standard output.\n"
          "\n"
          "Options:\n"
          "  --corner NAME  how far the silicon is from what it should be, of those below\n"
          "  --cpu-hz HZ    the CPU's true rate, 1000000 to 20000000; without it: the corner's\n"
          "  --eeprom FILE  what the EEPROM holds at first, 1024 raw bytes; without it: erased\n"
          "  --adapter      the service adapter is plugged in (board product)\n"
          "  --seed N       of what the SRAM holds at power-on and of noise, from 1; without it: 1\n"
          "  --silicon      print what a corner is made of, with sources\n"
          "  --help         print this help\n"
          "\n"
          "Corners (simulator/silicon.h):\n",
          stdout);
    print_corners();
    fputs("\n"
          "Example:\n"
          "  printf 'start\\nrun 80 12800 0 0 111\\nstats\\n' | smallbms-avr IMAGE.elf\n"
          "\n"
          "The commands are described in simulator/protocol.h. Messages go to standard error. Exit\n"
          "status: 0 done, 1 the output failed, 2 bad usage or bad input.\n",
          stdout);
}

static bool read_uint(const char *word, unsigned long min, unsigned long max, uint32_t *value)
{
    char *end = NULL;
    assert(min <= max);
    if (word == NULL || word[0] < '0' || word[0] > '9') {
        return false;
    }
    errno = 0;
    unsigned long number = strtoul(word, &end, 10);
    if (*end != '\0' || errno != 0 || number < min || number > max) {
        return false;
    }
    *value = (uint32_t)number;
    return true;
}

/* What is wrong with the corner `name`, or NULL. */
static const char *read_corner(const char *name, struct machine_options *options)
{
    static char error[400];
    struct silicon silicon;
    const char *words = NULL;
    if (name != NULL && silicon_read(&silicon, name)) {
        options->corner = name;
        return NULL;
    }
    int used = name == NULL
                   ? snprintf(error, sizeof error, "takes the name of a corner, one of")
                   : snprintf(error, sizeof error, "%s: there is no such corner, it is one of", name);
    for (size_t i = 0; silicon_corner(i, &words) != NULL && (size_t)used < sizeof error; i++) {
        used += snprintf(error + used, sizeof error - (size_t)used, " %s", silicon_corner(i, &words));
    }
    assert((size_t)used < sizeof error);
    return error;
}

/* Takes the option at argv[*i] and its value; returns what is wrong with it, or NULL. */
static const char *read_option(char **argv, int *i, struct options *options)
{
    const char *name = argv[*i];
    const char *value = argv[*i + 1];
    if (strcmp(name, "--adapter") == 0) {
        options->machine.adapter = true;
        return NULL;
    }
    *i += 1;
    if (strcmp(name, "--cpu-hz") == 0) {
        return read_uint(value, SIM_TIME_HZ_MIN, SIM_TIME_HZ_MAX, &options->machine.hz)
                   ? NULL
                   : "takes a number from 1000000 to 20000000";
    }
    if (strcmp(name, "--seed") == 0) {
        return read_uint(value, 1, UINT32_MAX, &options->machine.seed)
                   ? NULL
                   : "takes a number from 1 to 4294967295";
    }
    if (strcmp(name, "--corner") == 0) {
        return read_corner(value, &options->machine);
    }
    if (strcmp(name, "--eeprom") == 0) {
        options->eeprom = value;
        return value != NULL ? NULL : "takes the name of a file";
    }
    return "is not an option; see --help";
}

static bool read_options(int argc, char **argv, struct options *options)
{
    for (int i = 1; i < argc; i++) {
        const char *name = argv[i];
        const char *error = NULL;
        if (name[0] == '-') {
            error = read_option(argv, &i, options);
        } else if (options->image != NULL) {
            error = "is one file too many: there is one IMAGE.elf";
        } else {
            options->image = name;
        }
        if (error != NULL) {
            fprintf(stderr, "smallbms-avr: %s %s\n", name, error);
            return false;
        }
    }
    if (options->image == NULL) {
        fputs("smallbms-avr: no IMAGE.elf given; see --help\n", stderr);
        return false;
    }
    return true;
}

/* A stream for the protocol alone; what a library prints goes nowhere. NULL: there is none. */
static FILE *take_output(void)
{
    int copy = dup(STDOUT_FILENO);
    if (copy < 0 || freopen("/dev/null", "w", stdout) == NULL) {
        return NULL;
    }
    assert(copy > STDERR_FILENO);
    return fdopen(copy, "w");
}

static bool prepare(const struct options *options)
{
    if (!image_read(&machine.image, options->image)) {
        fprintf(stderr, "smallbms-avr: %s\n", machine.image.error);
        return false;
    }
    const char *error = machine_make(&machine, &options->machine);
    if (error != NULL) {
        fprintf(stderr, "smallbms-avr: %s\n", error);
        return false;
    }
    if (options->eeprom != NULL && !eeprom_load(&machine.eeprom, options->eeprom)) {
        fprintf(stderr, "smallbms-avr: %s: cannot be read or is not of 1024 bytes\n", options->eeprom);
        return false;
    }
    machine.front_end.inputs =
        (struct front_inputs){.vbat_mv = 12800, .remote_l_mv = 5000, .present = {true, true, true}};
    return true;
}

int main(int argc, char **argv)
{
    struct options options = {.machine = {.corner = "kind", .seed = 1}};
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        print_help();
        return EXIT_DONE;
    }
    if (argc == 2 && strcmp(argv[1], "--silicon") == 0) {
        silicon_print(stdout);
        return EXIT_DONE;
    }
    if (!read_options(argc, argv, &options)) {
        return EXIT_BAD_USAGE;
    }
    FILE *output = take_output();
    if (output == NULL) {
        fputs("smallbms-avr: standard output cannot be used\n", stderr);
        return EXIT_FAILED;
    }
    if (!prepare(&options)) {
        return EXIT_BAD_USAGE;
    }
    signal(SIGPIPE, SIG_IGN);
    bool good = protocol_run(&machine, stdin, output);
    machine_free(&machine);
    return good ? EXIT_DONE : EXIT_FAILED;
}
