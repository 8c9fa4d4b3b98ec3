/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/progress.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/command.h"

#define BAR_WIDTH 50
#define FIRST_MS 200 /* what is faster needs no bar */
#define EVERY_MS 50

static int64_t now_ms(void)
{
    struct timespec now = {0};
    int result = clock_gettime(CLOCK_MONOTONIC, &now);
    assert(result == 0);
    (void)result;
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void progress_begin(struct progress *progress, int64_t all)
{
    assert(progress != NULL);
    assert(all >= 1);
    *progress = (struct progress){.allowed = command_is_terminal(stderr), .all = all};
    if (progress->allowed) {
        progress->begun_ms = now_ms();
        progress->next_ms = progress->begun_ms + FIRST_MS;
    }
}

void progress_show(struct progress *progress, int64_t done)
{
    char bar[BAR_WIDTH + 1];
    assert(done >= 0);
    assert(done <= progress->all);
    if (!progress->allowed || now_ms() < progress->next_ms) {
        return;
    }
    double share = (double)done / (double)progress->all;
    size_t full = (size_t)(share * BAR_WIDTH);
    memset(bar, '.', BAR_WIDTH);
    memset(bar, '#', full);
    bar[BAR_WIDTH] = '\0';
    fprintf(stderr, "\r[%s] %3d %%", bar, (int)(share * 100.0));
    fflush(stderr);
    progress->drawn = true;
    progress->next_ms = now_ms() + EVERY_MS;
}

void progress_end(struct progress *progress)
{
    assert(progress != NULL);
    if (progress->drawn) {
        fprintf(stderr, "\r%*s\r", BAR_WIDTH + 9, "");
        fflush(stderr);
    }
    progress->drawn = false;
}
