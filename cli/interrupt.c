/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/interrupt.h"

#include <signal.h>
#include <stddef.h>

/* what a handler may set, as who watches a run has it */
_Static_assert(_Generic((sig_atomic_t)0, int : 1, default : 0), "sig_atomic_t is int");

static volatile sig_atomic_t came;
static struct sigaction before;

static void note(int signal_number)
{
    (void)signal_number;
    came = 1;
}

const volatile int *interrupt_begin(void)
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
