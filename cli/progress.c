/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/progress.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/command.h"
#include "core/control.h"
#include "result/wording.h"

#define BAR_WIDTH 40 /* at most, and not at all where there is no room for: */
#define BAR_WIDTH_MIN 5
#define LINE_SIZE 160
#define COLUMNS 80 /* of a terminal that does not tell */
#define DAY_TICKS ((int64_t)86400 * SBMS_TICKS_PER_S)
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

void progress_begin(struct progress *progress, int64_t all, int32_t start_date)
{
    assert(progress != NULL);
    assert(all >= 1);
    *progress =
        (struct progress){.allowed = command_is_terminal(stderr), .all = all, .start_date = start_date};
    if (progress->allowed) {
        progress->begun_ms = now_ms();
        progress->next_ms = progress->begun_ms + FIRST_MS;
    }
}

/* Columns that may be used: the last stays free, for a character in it moves some terminals to the next line. */
static size_t columns(void)
{
    const unsigned width = command_terminal_width(stderr);
    return (width == 0 ? COLUMNS : (width < LINE_SIZE ? width : LINE_SIZE)) - 1;
}

/* " 34 %  day 123 (Thu 2026-07-02)  12 s left" */
static void say(const struct progress *progress, int64_t done, char *text, size_t size)
{
    const double share = (double)done / (double)progress->all;
    const double used_s = (double)(now_ms() - progress->begun_ms) / 1000.0;
    const int64_t left_ticks =
        share > 0.0 ? (int64_t)(used_s * (1.0 - share) / share + 0.5) * SBMS_TICKS_PER_S : 0;
    const int64_t day = done / DAY_TICKS;
    int used = snprintf(text, size, "%3d %%  day %" PRId64, (int)(share * 100.0), day + 1);
    if (progress->start_date > 0) {
        used += snprintf(text + used, size - (size_t)used, " (%s)",
                         wording_date(progress->start_date, done).text);
    }
    snprintf(text + used, size - (size_t)used, "  %s left", wording_span(left_ticks).text);
}

void progress_show(struct progress *progress, int64_t done)
{
    char text[LINE_SIZE];
    assert(done >= 0);
    assert(done <= progress->all);
    if (!progress->allowed || now_ms() < progress->next_ms) {
        return;
    }
    say(progress, done, text, sizeof text);
    const size_t room = columns();
    const size_t length = strlen(text);
    size_t width = room > length + 3 ? room - length - 3 : 0;
    width = width > BAR_WIDTH ? BAR_WIDTH : width;
    fputs("\r\033[K", stderr);
    if (width >= BAR_WIDTH_MIN) {
        char bar[BAR_WIDTH + 1];
        memset(bar, '.', width);
        memset(bar, '#', (size_t)((double)done / (double)progress->all * (double)width));
        bar[width] = '\0';
        fprintf(stderr, "[%s] ", bar);
    }
    fprintf(stderr, "%.*s", (int)room, text);
    fflush(stderr);
    progress->drawn = true;
    progress->next_ms = now_ms() + EVERY_MS;
}

void progress_end(struct progress *progress)
{
    assert(progress != NULL);
    if (progress->drawn) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
    }
    progress->drawn = false;
}
