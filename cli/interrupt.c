/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/interrupt.h"

#include <stddef.h>

static volatile sig_atomic_t came;
static struct sigaction before;

static void note(int signal_number)
{
    (void)signal_number;
    came = 1;
}

const volatile sig_atomic_t *interrupt_begin(void)
{
    struct sigaction action = {.sa_handler = note, .sa_flags = (int)(SA_RESETHAND | SA_RESTART)};
    came = 0;
    sigemptyset(&action.sa_mask);
    if (sigaction(SIGINT, NULL, &before) == 0 && before.sa_handler != SIG_IGN) {
        sigaction(SIGINT, &action, NULL);
    }
    return &came;
}

bool interrupt_end(void)
{
    sigaction(SIGINT, &before, NULL);
    return came != 0;
}
