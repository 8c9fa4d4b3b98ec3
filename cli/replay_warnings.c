/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/replay_warnings.h"

#include <assert.h>
#include <inttypes.h>

#include "core/control.h"
#include "result/wording.h"

#define NS_PER_TICK ((int64_t)SBMS_TICK_MS * 1000000)
#define LONE_ROW_TOLD_NS INT64_C(2000000000) /* it counts as two samples or more */
#define SUPPLY_MV_MAX 70000                  /* SUP-1 */

/* What one row can do to one battery, as bits in the order of these words. */
static const char *const passed_words[] = {
    "a cell is below --under-voltage-mv",
    "a cell is below --pre-alarm-mv",
    "a cell is above 3.75 V",
    "a temperature is above 50.0 degC",
    "a temperature is below --low-temp-dc",
    "a cell has no reading in its range",
    "a temperature has no reading in its range",
};
enum { PASSED_COUNT = sizeof passed_words / sizeof passed_words[0] };

/* Rows of one kind: the first of them, and how many. */
struct found {
    size_t count;
    size_t line;
    int64_t span_ns;
    int what; /* place in passed_words */
    int battery;
};

struct scan {
    const struct stimulus *stimulus;
    const struct cell_log_options *options;
    struct cell_log_layout layout;
    unsigned before[SBMS_BATTERIES_MAX]; /* what the row before did to each battery */
    unsigned here[SBMS_BATTERIES_MAX];
    int cell_mv_max; /* of all readings */
    struct found gap;
    struct found lone;
    struct found high_supply; /* span_ns: the supply in mV */
};

static bool is_in(int16_t value, int low, int high)
{
    return value >= low && value <= high;
}

static unsigned cell_passes(const struct scan *scan, int16_t mv)
{
    const struct sbms_battery_settings *settings = &scan->options->settings;
    if (!is_in(mv, SBMS_CELL_MV_PLAUSIBLE_MIN, SBMS_CELL_MV_PLAUSIBLE_MAX)) {
        return 1u << 5;
    }
    return (mv < settings->under_voltage_mv ? 1u << 0 : 0u) | (mv < settings->pre_alarm_mv ? 1u << 1 : 0u) |
           (mv > SBMS_OVER_VOLTAGE_MV ? 1u << 2 : 0u);
}

static unsigned temp_passes(const struct scan *scan, int16_t dc)
{
    if (!is_in(dc, SBMS_TEMP_DC_PLAUSIBLE_MIN, SBMS_TEMP_DC_PLAUSIBLE_MAX)) {
        return 1u << 6;
    }
    return (dc > SBMS_HIGH_TEMP_DC ? 1u << 3 : 0u) |
           (dc < scan->options->settings.low_temp_dc ? 1u << 4 : 0u);
}

static unsigned row_passes(const struct scan *scan, const struct stimulus_row *row, int battery)
{
    const struct cell_log_layout *layout = &scan->layout;
    const int16_t *temp_dc = &row->temp_dc[layout->is_temp_shared ? 0 : battery * layout->temps];
    unsigned passed = 0;
    for (int i = 0; i < layout->cells; i++) {
        passed |= cell_passes(scan, row->cell_mv[battery * layout->cells + i]);
    }
    for (int i = 0; i < layout->temps; i++) {
        passed |= temp_passes(scan, temp_dc[i]);
    }
    return passed;
}

static void note(struct found *found, size_t line, int64_t span_ns)
{
    if (found->count == 0) {
        found->line = line;
        found->span_ns = span_ns;
    }
    found->count++;
}

/* The first of what `passed` holds. */
static int first_of(unsigned passed)
{
    int what = 0;
    assert(passed != 0);
    while ((passed & 1u << what) == 0) {
        what++;
    }
    assert(what < PASSED_COUNT);
    return what;
}

/* `row` holds for `span_ns`; what it does to a battery and neither of its neighbours does is one reading, not several. */
static void look_for_lone(struct scan *scan, const struct stimulus_row *row, const struct stimulus_row *next,
                          int64_t span_ns)
{
    const int64_t max_gap_ns = scan->options->max_gap_ns;
    const bool stands = span_ns > LONE_ROW_TOLD_NS && (max_gap_ns == 0 || max_gap_ns > LONE_ROW_TOLD_NS);
    unsigned lone = 0;
    int of_battery = 0;
    for (int battery = 0; battery < scan->layout.batteries; battery++) {
        const unsigned after = row_passes(scan, next, battery);
        if (lone == 0) {
            lone = scan->here[battery] & ~scan->before[battery] & ~after;
            of_battery = battery + 1;
        }
        scan->before[battery] = scan->here[battery];
        scan->here[battery] = after;
    }
    if (!stands || lone == 0) {
        return;
    }
    note(&scan->lone, row->line, max_gap_ns > 0 && max_gap_ns < span_ns ? max_gap_ns : span_ns);
    if (scan->lone.count == 1) {
        scan->lone.what = first_of(lone);
        scan->lone.battery = of_battery;
    }
}

/* What one row shows by itself. */
static void look_at_cells(struct scan *scan, const struct stimulus_row *row)
{
    int32_t sum_mv = 0;
    for (int i = 0; i < scan->stimulus->cell_count; i++) {
        if (row->cell_mv[i] > scan->cell_mv_max) {
            scan->cell_mv_max = row->cell_mv[i];
        }
        if (i < scan->layout.cells && (cell_passes(scan, row->cell_mv[i]) & 1u << 5) == 0) {
            sum_mv += row->cell_mv[i];
        }
    }
    if (!scan->stimulus->has_vbat && sum_mv > SUPPLY_MV_MAX) {
        note(&scan->high_supply, row->line, sum_mv);
    }
}

/* Looks at all rows, each with the one after it. */
static void look_at_rows(struct scan *scan)
{
    struct stimulus rows = *scan->stimulus;
    struct stimulus_row row;
    struct stimulus_row next;
    bool has_row = stimulus_next(&rows, &row);
    assert(has_row);
    look_at_cells(scan, &row);
    for (int battery = 0; battery < scan->layout.batteries; battery++) {
        scan->here[battery] = row_passes(scan, &row, battery);
    }
    while (has_row && stimulus_next(&rows, &next)) {
        const int64_t span_ns = next.t_ns - row.t_ns;
        look_at_cells(scan, &next);
        look_for_lone(scan, &row, &next, span_ns);
        if (scan->options->max_gap_ns == 0 && span_ns > CELL_LOG_GAP_TOLD_NS) {
            note(&scan->gap, next.line, span_ns);
        }
        row = next;
    }
}

static void print_found(const struct scan *scan, const char *name, FILE *stream)
{
    const struct found *lone = &scan->lone;
    if (scan->stimulus->cell_count > 0 && scan->cell_mv_max > 0 &&
        scan->cell_mv_max < SBMS_CELL_MV_PLAUSIBLE_MIN) {
        fprintf(
            stream,
            "%s:1:1: warning: no cell reads more than %d mV, which looks like another unit; 3.31 V is 3310\n",
            name, scan->cell_mv_max);
    }
    if (scan->high_supply.count > 0) {
        fprintf(
            stream,
            "%s:%zu:1: warning: the cells of battery 1 add up to a supply of %s, above the device's 70 V; "
            "--cells-per-battery says how many are one battery, vbat_mv what the supply is\n",
            name, scan->high_supply.line, wording_volts((int)scan->high_supply.span_ns).text);
    }
    if (scan->gap.count > 0) {
        fprintf(stream,
                "%s:%zu:1: warning: a gap of %s before this row (gaps of more than 10 min: %zu), in which "
                "the row "
                "before "
                "holds; --max-gap-s makes older readings missing\n",
                name, scan->gap.line, wording_span(scan->gap.span_ns / NS_PER_TICK).text, scan->gap.count);
    }
    if (lone->count > 0) {
        fprintf(
            stream,
            "%s:%zu:1: warning: in this row alone %s (battery %d), and for %s each second counts as a sample "
            "of it (rows like it: %zu)\n",
            name, lone->line, passed_words[lone->what], lone->battery,
            wording_span(lone->span_ns / NS_PER_TICK).text, lone->count);
    }
}

void replay_warn(const struct stimulus *stimulus, const struct cell_log_options *options, const char *name,
                 FILE *stream)
{
    struct scan scan = {.stimulus = stimulus, .options = options};
    char message[240];
    if (!stimulus_is_measured(stimulus)) {
        if (!stimulus->has_remote) {
            fprintf(stream,
                    "%s:1:1: warning: neither remote_l_mv nor remote_h_mv is a column, so the terminals are "
                    "open and "
                    "the system is off throughout; remote_l_mv at 0 is on\n",
                    name);
        }
        return;
    }
    bool fits = cell_log_share(stimulus, options->cells_per_battery, &scan.layout, message, sizeof message);
    assert(fits);
    (void)fits;
    look_at_rows(&scan);
    print_found(&scan, name, stream);
}
