/* SPDX-License-Identifier: Apache-2.0 */
/* Ctrl-C in a long run: the first ends it where it is, so that what was computed is written; the second ends the command.
 * What comes within a tenth of a second of the first is the same one: timeout(1) sends it to the process and to its group. */
#ifndef CLI_INTERRUPT_H
#define CLI_INTERRUPT_H

#include <stdbool.h>

/* From now on SIGINT only sets what the result points at from 0 to 1, once. Where SIGINT is ignored, it stays so. */
const volatile int *interrupt_begin(void);

/* Whether there was one. */
bool interrupt_came(void);

#endif
