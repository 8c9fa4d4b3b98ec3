/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as STIMULUS.csv: refused with a place inside the text and one line of reason, or read to the end
 * with every value in its range and replayed.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "cli/replay.h"
#include "cli/replay_warnings.h"
#include "cli/stimulus.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_refusal(const char *text, size_t size, const struct stimulus_error *error)
{
    size_t line = 1;
    const char *start = text;
    const char *end = text + size;
    while (line < error->line && start < end) {
        const char *line_end = memchr(start, '\n', (size_t)(end - start));
        start = line_end == NULL ? end : line_end + 1;
        line++;
    }
    assert(error->line == line);
    const char *line_end = start < end ? memchr(start, '\n', (size_t)(end - start)) : NULL;
    size_t length = (size_t)((line_end == NULL ? end : line_end) - start);
    assert(error->column >= 1);
    assert(error->column <= length + 1);
    assert(error->message[0] != '\0');
    for (const char *letter = error->message; *letter != '\0'; letter++) {
        assert(*letter >= ' ' && *letter <= '~');
    }
}

static void check_row(const struct stimulus *stimulus, const struct stimulus_row *row, int64_t before_ns)
{
    assert(row->t_ns >= before_ns);
    assert(row->t_ns >= stimulus->first_ns);
    assert(row->t_ns <= stimulus->last_ns);
    assert(row->vbat_mv >= 0 && row->vbat_mv <= STIMULUS_VBAT_MV_MAX);
    assert(row->remote_l_mv >= -STIMULUS_REMOTE_MV_MAX && row->remote_l_mv <= STIMULUS_REMOTE_MV_MAX);
    assert(row->remote_h_mv >= -STIMULUS_REMOTE_MV_MAX && row->remote_h_mv <= STIMULUS_REMOTE_MV_MAX);
    assert(stimulus->has_signals || (row->atc && row->atd && row->no_prealarm));
    assert(!stimulus->has_signals || stimulus->cell_count + stimulus->temp_count == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static FILE *nowhere = NULL;
    const char *text = size == 0 ? "" : (const char *)data;
    struct stimulus stimulus;
    struct stimulus_error error;
    if (!stimulus_open(&stimulus, text, size, &error)) {
        check_refusal(text, size, &error);
        return 0;
    }
    struct stimulus again = stimulus;
    struct stimulus_row row;
    int64_t before_ns = 0;
    size_t count = 0;
    while (stimulus_next(&stimulus, &row)) {
        check_row(&stimulus, &row, before_ns);
        before_ns = row.t_ns;
        count++;
    }
    assert(count >= 1);
    assert(before_ns == stimulus.last_ns);
    if (nowhere == NULL) {
        nowhere = fopen("/dev/null", "w");
        assert(nowhere != NULL);
    }
    struct cell_log_options cells = {.settings = sbms_battery_defaults(),
                                     .max_gap_ns = (int64_t)(size % 5) * 1000000000};
    for (uint8_t each = 1; stimulus.cell_count > 0 && each < 12; each++) {
        struct cell_log_layout layout;
        char message[240];
        if (cell_log_share(&stimulus, each, &layout, message, sizeof message)) {
            cells.cells_per_battery = each;
            break;
        }
    }
    struct device_choice choice = {.name = "native"};
    bool opened = device_choice_open(&choice, NULL);
    assert(opened);
    (void)opened;
    replay_warn(&again, &cells, "fuzz", nowhere);
    replay_run(&again, &cells, &choice, NULL, nowhere);
    device_choice_close(&choice);
    return 0;
}
