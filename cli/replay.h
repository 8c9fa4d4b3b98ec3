/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `smallbms replay STIMULUS.csv`: what the device would do with recorded inputs (SPEC section 9).
 *
 * The device is reset at the first row's time t0. It samples at t0, t0 + 125 ms, ... up to and including the last
 * row's time, each time the last row that is not later. Measured cells are one battery or several (cli/cell_log.h), which
 * sample every second from t0 (BAT-9). A gap of years takes no longer than one of seconds.
 *
 * Where several outputs change at one tick for different causes, each cause has a row of its own with the
 * same t_s, Charger and the red LED first, then Load and the blue LED, then Pre-alarm (SAFE-7).
 */
#ifndef CLI_REPLAY_H
#define CLI_REPLAY_H

#include <stdbool.h>
#include <stdio.h>

#include "cli/cell_log.h"
#include "cli/device_choice.h"
#include "cli/device_page.h"
#include "cli/stimulus.h"

/*
 * Replays `stimulus`, just opened, through the device of `choice`, just opened, and prints the rows to `out`; `cells`:
 * how measured readings are to be read, which their columns must fit (cell_log_share()). Ends early when the device
 * fails. That, and whether `out` took the rows, is the caller's to ask. `page` gets the edges, too; NULL: none is wanted.
 */
void replay_run(struct stimulus *stimulus, const struct cell_log_options *cells,
                const struct device_choice *choice, struct device_page *page, FILE *out);

/* The subcommand; see cli/command.h. */
int replay_command(int argc, char **argv);

#endif
