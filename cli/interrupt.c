/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/interrupt.h"

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

/* timeout(1), and who else signals a process and its group, sends it twice at once; hands are slower */
#define TWICE_MS 100

/* what a handler may set, as who watches a run has it */
_Static_assert(_Generic((sig_atomic_t)0, int : 1, default : 0), "sig_atomic_t is int");

static volatile sig_atomic_t came;
static struct timespec came_at;

/* Calls only what a handler may call. */
static void note(int signal_number)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    if (came == 0) {
        came_at = now;
        came = 1;
        return;
    }
    const int64_t since_ms =
        (int64_t)(now.tv_sec - came_at.tv_sec) * 1000 + (now.tv_nsec - came_at.tv_nsec) / 1000000;
    if (since_ms >= TWICE_MS) {
        (void)signal(signal_number, SIG_DFL);
        (void)raise(signal_number);
    }
}

const volatile int *interrupt_begin(void)
{
    struct sigaction before;
    struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART};
    came = 0;
    sigemptyset(&action.sa_mask);
    if (sigaction(SIGINT, NULL, &before) == 0 && before.sa_handler != SIG_IGN) {
        sigaction(SIGINT, &action, NULL);
    }
    return &came;
}

bool interrupt_came(void)
{
    return came != 0;
}
