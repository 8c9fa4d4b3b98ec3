/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `smallbms-mixed`: the image on the simulated part, with a circuit in libngspice around it (simulator/world.h). It reads a
 * script from standard input, a line each, and writes what happens to the part to standard output:
 *
 *   pin NAME VECTOR           the part's pin (PB0, VCC, AREF) is on that node; before the first `advance`
 *   set SOURCE VOLT SECONDS   drives a source of the netlist, on a straight line that takes so long
 *   advance SECONDS           both run up to that time
 *   skip SECONDS              the same, and ticks in which nothing happens are skipped
 *
 * --trace writes every solved instant (simulator/circuit.h), --readings each read of a port or a channel: seconds of the circuit,
 * the port's register or 256 and the channel, and the byte or the code. --eeprom writes at the end what the EEPROM holds.
 *
 * A line of what happens is a time in seconds of the circuit and one of: `skipped SECONDS`, by which it is behind from there on;
 * `forgets` (the SRAM), `power-on`, `released` (from a reset that the SRAM survived), `brown-out`, `reset pin`,
 * `watchdog`; and at the end `wrong TEXT` (of the audit), `written N` bytes of the EEPROM, `instants N` at which a pin or the
 * converter had the circuit be exactly there, and `done`.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "simulator/circuit.h"
#include "simulator/line.h"
#include "simulator/machine.h"
#include "simulator/world.h"

#define LINE_BYTES 256
#define S_MAX 1e3
#define BROWN_OUT_V 2.7 /* the detector's typical level; 2.5 to 2.9 */

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_BAD_USAGE = 2 };

struct options {
    struct machine_options machine;
    double brown_out_v;
    const char *trace;
    const char *readings;
    const char *eeprom;
    const char *image;
    const char *netlist;
};

static struct machine machine; /* too large for the stack */
static struct world world;
static bool has_begun;

static bool read_double(const char *word, double min, double max, double *value)
{
    char *end = NULL;
    errno = 0;
    *value = strtod(word, &end);
    return end != word && *end == '\0' && errno == 0 && *value >= min && *value <= max;
}

/* ---- the script ------------------------------------------------------------------------------------------------ */

static const char *do_pin(char **words)
{
    return !has_begun && world_connect(&world, words[0], words[1]) ? NULL : "no such pin, or no such vector";
}

static const char *do_set(char **words)
{
    double volt = 0.0;
    double over_s = 0.0;
    int source = circuit_source(words[0]);
    if (source == CIRCUIT_NONE) {
        return "no such source";
    }
    if (!read_double(words[1], -1e6, 1e6, &volt) || !read_double(words[2], 0.0, S_MAX, &over_s)) {
        return "VOLT or SECONDS is no number";
    }
    circuit_drive(source, volt, (uint64_t)llround(over_s * 1e9));
    return NULL;
}

static const char *advance(const char *until, bool may_skip)
{
    double until_s = 0.0;
    if (!read_double(until, 0.0, S_MAX, &until_s)) {
        return "SECONDS is no number";
    }
    if (!has_begun && !world_begin(&world)) {
        return "VCC or AREF is on no node";
    }
    has_begun = true;
    return world_advance(&world, (uint64_t)llround(until_s * 1e9), may_skip) ? NULL : "it cannot go on";
}

static const char *do_advance(char **words)
{
    return advance(words[0], false);
}

static const char *do_skip(char **words)
{
    return advance(words[0], true);
}

static const struct {
    const char *name;
    int words;
    const char *(*run)(char **words);
} commands[] = {{"pin", 2, do_pin}, {"set", 3, do_set}, {"advance", 1, do_advance}, {"skip", 1, do_skip}};

static const char *obey(char *line)
{
    char *words[LINE_WORDS_MAX] = {NULL};
    int count = line_split(line, words);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (count == commands[i].words + 1 && strcmp(words[0], commands[i].name) == 0) {
            return commands[i].run(words + 1);
        }
    }
    return "no such command";
}

static bool run_script(void)
{
    char line[LINE_BYTES];
    while (fgets(line, sizeof line, stdin) != NULL) {
        char said[LINE_BYTES];
        strcpy(said, line);
        const char *error = obey(line);
        if (error != NULL) {
            fprintf(stderr, "error: %s: %s", error, said);
            return false;
        }
    }
    return true;
}

/* ---- the command line ------------------------------------------------------------------------------------------ */

/* Takes the option at argv[*i] and its value; returns whether there is such a one. */
static bool read_option(char **argv, int *i, struct options *options)
{
    const char *name = argv[*i];
    const char *value = argv[*i + 1];
    *i += 1;
    if (value == NULL) {
        return false;
    }
    if (strcmp(name, "--corner") == 0) {
        options->machine.corner = value;
        return true;
    }
    if (strcmp(name, "--trace") == 0) {
        options->trace = value;
        return true;
    }
    if (strcmp(name, "--readings") == 0) {
        options->readings = value;
        return true;
    }
    if (strcmp(name, "--eeprom") == 0) {
        options->eeprom = value;
        return true;
    }
    return strcmp(name, "--brown-out") == 0 && read_double(value, 2.5, 2.9, &options->brown_out_v);
}

static bool read_options(int argc, char **argv, struct options *options)
{
    for (int i = 1; i < argc; i++) {
        bool good = true;
        if (argv[i][0] == '-') {
            good = read_option(argv, &i, options);
        } else if (options->image == NULL) {
            options->image = argv[i];
        } else {
            good = options->netlist == NULL;
            options->netlist = argv[i];
        }
        if (!good) {
            return false;
        }
    }
    return options->netlist != NULL;
}

/* A file that is written; `name` NULL: none is. */
static bool open_file(const char *name, FILE **file)
{
    *file = name != NULL ? fopen(name, "wb") : NULL;
    if (name != NULL && *file == NULL) {
        fprintf(stderr, "error: %s cannot be written\n", name);
        return false;
    }
    return true;
}

static bool prepare(const struct options *options, FILE *events)
{
    FILE *trace = NULL;
    FILE *readings = NULL;
    if (!open_file(options->trace, &trace) || !open_file(options->readings, &readings)) {
        return false;
    }
    if (!image_read(&machine.image, options->image)) {
        fprintf(stderr, "error: %s\n", machine.image.error);
        return false;
    }
    const char *error = machine_make(&machine, &options->machine);
    if (error != NULL) {
        fprintf(stderr, "error: %s\n", error);
        return false;
    }
    if (!circuit_open(options->netlist, trace)) {
        fprintf(stderr, "error: ngspice does not start %s\n", options->netlist);
        return false;
    }
    if (!world_make(&world, &machine, options->brown_out_v, events)) {
        fprintf(stderr, "error: %s lacks a source that the part drives\n", options->netlist);
        return false;
    }
    world.skip.readings = readings;
    return true;
}

/* Writes the EEPROM as it is now; a path of NULL: nothing is wanted. */
static bool save(const char *path)
{
    if (path != NULL && !eeprom_save(&machine.eeprom, path)) {
        fprintf(stderr, "error: %s cannot be written\n", path);
        return false;
    }
    return true;
}

/* What a run tells at its end, when it has come there. */
static void tell_end(FILE *events)
{
    const double now_s = (double)circuit_ns() / 1e9;
    fprintf(events, "%.9f written %" PRIu64 "\n", now_s, machine.stats.eeprom_writes);
    fprintf(events, "%.9f instants %" PRIu32 "\n", now_s, world.instants);
    fprintf(events, "%.9f done\n", now_s);
}

int main(int argc, char **argv)
{
    struct options options = {.machine = {.corner = "kind", .seed = 1, .bare = true},
                              .brown_out_v = BROWN_OUT_V};
    if (!read_options(argc, argv, &options)) {
        fputs("Usage: smallbms-mixed [--corner NAME] [--brown-out VOLT] [--trace FILE] [--readings FILE] "
              "[--eeprom FILE] IMAGE.elf NETLIST\n",
              stderr);
        return EXIT_BAD_USAGE;
    }
    FILE *events = fdopen(dup(STDOUT_FILENO), "w"); /* what libraries print goes to standard error */
    if (events == NULL || dup2(STDERR_FILENO, STDOUT_FILENO) < 0 || !prepare(&options, events)) {
        return EXIT_BAD_USAGE;
    }
    bool good = run_script();
    good = save(options.eeprom) && good;
    if (machine.audit.breaches > 0) {
        fprintf(events, "%.9f wrong %s\n", (double)circuit_ns() / 1e9, machine.audit.first);
    }
    if (good) {
        tell_end(events);
    }
    fflush(NULL);
    _exit(good && fclose(events) == 0 ? EXIT_DONE
                                      : EXIT_FAILED); /* ngspice's thread is in the middle of its transient */
}
