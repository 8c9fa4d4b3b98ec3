/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The program smallbms-avr as a child process: it runs the firmware's image, and is spoken to over a socket, a line for a
 * command and a line for its answer (simulator/protocol.h). It dies with the process that started it.
 */
#ifndef CLI_AVR_SIMULATOR_PROCESS_H
#define CLI_AVR_SIMULATOR_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/record.h"

enum { SIMULATOR_PROCESS_LINE_SIZE = 512 };

struct simulator_process {
    pid_t child; /* 0: none */
    int socket;
    int eeprom;   /* a file in memory, by which its EEPROM comes and goes; 0 or less: none */
    bool refused; /* it ended as on bad input, and has said why itself */
    char message[SIMULATOR_PROCESS_LINE_SIZE]; /* why it is of no more use; empty as long as it is */
};

/*
 * Where the simulator and the image are: beside the command, or the image at `image_given` unless that is NULL. Whether they are
 * there is not looked at. `program` and `image` have room for `size`. On failure prints why and returns false.
 */
bool simulator_process_files(const char *image_given, char *program, char *image, size_t size);

/*
 * Starts it with the image at `image` (NULL: that of the build, firmware/smallbms-product.elf beside the command) and with
 * `eeprom`, at the corner `corner` of the silicon table (NULL: the simulator's own choice); the image is then about to
 * take its first sample. On failure prints why, leaves nothing running and returns false. To be stopped after use.
 */
bool simulator_process_start(struct simulator_process *simulator, const char *image, const char *corner,
                             uint8_t eeprom[SBMS_EEPROM_BYTES]);

/* Sends `command`, with its line end, and receives the answer, without its own, into `line`. false: the simulator has
 * ended, or has been ended because it did not answer in 20 s, and `message` says how. */
bool simulator_process_ask(struct simulator_process *simulator, const char *command, char *line, size_t size);

/* Notes in `message` that `line` is no answer to `command`. */
void simulator_process_refuse_answer(struct simulator_process *simulator, const char *command,
                                     const char *line);

/* Reads the simulated part's EEPROM as it is now. false: `message` says why not. */
bool simulator_process_read_eeprom(struct simulator_process *simulator, uint8_t eeprom[SBMS_EEPROM_BYTES]);

/* Ends it, whatever it does, and leaves nothing of it. May be called again, and on one that is all zero. */
void simulator_process_stop(struct simulator_process *simulator);

#endif
