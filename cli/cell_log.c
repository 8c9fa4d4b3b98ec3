/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cell_log.h"

#include <assert.h>
#include <stdio.h>

/* ---- which reading is whose --------------------------------------------------------------------- */

/* "2, 4 or 8": what --cells-per-battery can be with so many cells. */
static void list_divisors(int cells, char *text, size_t size)
{
    int last = 0;
    size_t used = 0;
    for (int n = 1; n <= cells; n++) {
        if (cells % n != 0 || cells / n > SBMS_BATTERIES_MAX) {
            continue;
        }
        int length = snprintf(text + used, size - used, "%s%d",
                              last == 0    ? ""
                              : n == cells ? " or "
                                           : ", ",
                              n);
        assert(length > 0 && (size_t)length < size - used);
        used += (size_t)length;
        last = n;
    }
}

static bool share_cells(int cells, int each, struct cell_log_layout *layout, char *message, size_t size)
{
    if (cells % each != 0 || cells / each > SBMS_BATTERIES_MAX) {
        char right[160];
        list_divisors(cells, right, sizeof right);
        snprintf(message, size, "%d cells are not 1 to %d batteries of %d, --cells-per-battery must be %s",
                 cells, SBMS_BATTERIES_MAX, each, right);
        return false;
    }
    layout->cells = (uint8_t)each;
    layout->batteries = (uint8_t)(cells / each);
    return true;
}

static bool share_temps(int temps, struct cell_log_layout *layout, char *message, size_t size)
{
    layout->is_temp_shared = temps == 1;
    if (temps != 1 && temps % layout->batteries != 0) {
        snprintf(message, size,
                 "%d temperatures do not fit %d batteries, there must be 1 for all, or %d, %d ...", temps,
                 layout->batteries, layout->batteries, 2 * layout->batteries);
        return false;
    }
    layout->temps = (uint8_t)(temps == 1 ? 1 : temps / layout->batteries);
    return true;
}

bool cell_log_share(const struct stimulus *stimulus, uint8_t cells_per_battery,
                    struct cell_log_layout *layout, char *message, size_t size)
{
    assert(stimulus_is_measured(stimulus));
    *layout = (struct cell_log_layout){.batteries = 1, .cells = stimulus->cell_count};
    return (cells_per_battery == 0 ||
            share_cells(stimulus->cell_count, cells_per_battery, layout, message, size)) &&
           share_temps(stimulus->temp_count, layout, message, size);
}

/* ---- samples ------------------------------------------------------------------------------------ */

void cell_log_init(struct cell_log *log, const struct stimulus *stimulus,
                   const struct cell_log_options *options)
{
    char message[240];
    *log = (struct cell_log){.supply_mv = STIMULUS_VBAT_MV};
    bool fits = cell_log_share(stimulus, options->cells_per_battery, &log->layout, message, sizeof message);
    assert(fits);
    (void)fits;
    for (int i = 0; i < log->layout.batteries; i++) {
        enum sbms_battery_error refused = sbms_battery_init(&log->batteries[i], &options->settings);
        assert(refused == SBMS_BATTERY_OK);
        (void)refused;
    }
}

static struct sbms_battery_reading *readings_of(struct cell_log *log, int battery)
{
    return &log->readings[battery * (log->layout.cells + log->layout.temps)];
}

/* The supply that the first battery gives: as it was once one of its cells has failed for good. */
static void note_supply(struct cell_log *log)
{
    const struct sbms_battery_reading *cells = readings_of(log, 0);
    int32_t sum_mv = 0;
    if (log->layout.cells < CELL_LOG_SUPPLY_CELLS_MIN) {
        return;
    }
    for (int i = 0; i < log->layout.cells; i++) {
        if (cells[i].failures >= SBMS_READING_FAILURES) {
            return;
        }
        sum_mv += cells[i].last_good;
    }
    log->supply_mv = sum_mv < STIMULUS_VBAT_MV_MAX ? sum_mv : STIMULUS_VBAT_MV_MAX;
}

static void sample_battery(struct cell_log *log, const struct stimulus_row *row, int battery)
{
    const struct cell_log_layout *layout = &log->layout;
    struct sbms_battery_sample sample = {
        .cell_mv = &row->cell_mv[battery * layout->cells],
        .temp_dc = &row->temp_dc[layout->is_temp_shared ? 0 : battery * layout->temps],
        .cell_count = layout->cells,
        .temp_count = layout->temps,
        .conversion = log->conversion,
    };
    struct sbms_signals signals =
        sbms_battery_step(&log->batteries[battery], readings_of(log, battery), &sample);
    log->signals = sbms_signals_join(log->signals, signals);
    log->moved = log->moved || log->batteries[battery].moved;
}

void cell_log_sample(struct cell_log *log, const struct stimulus_row *row, bool is_stale)
{
    struct stimulus_row missing;
    assert(log->layout.batteries >= 1);
    if (is_stale) {
        for (size_t i = 0; i < STIMULUS_READINGS_MAX; i++) {
            missing.cell_mv[i] = SBMS_READING_MISSING;
            missing.temp_dc[i] = SBMS_READING_MISSING;
        }
    }
    log->conversion++;
    log->signals = (struct sbms_signals){.atc = true, .atd = true, .no_prealarm = true};
    log->moved = false;
    for (int i = 0; i < log->layout.batteries; i++) {
        sample_battery(log, is_stale ? &missing : row, i);
    }
    note_supply(log);
}
