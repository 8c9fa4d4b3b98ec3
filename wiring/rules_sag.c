/* SPDX-License-Identifier: Apache-2.0 */
/*
 * WIRE-15. With the most that the week's clock puts together and no source. Two things trip, by different voltages: cells see their own
 * sag alone, no cable; inverters, loads and the device see what boards and cables take on top. What drops out at once spares the cells.
 * That is looked at three times, and what trips in one of them is named for that alone:
 *
 * - half full at 25 degC: what trips there leaves half of the charge unused;
 * - half full, as cold as the run's air makes the batteries, for half a minute: Load is not cut sooner (LOAD-3), and their own current warms
 *   them;
 * - with the cells, and that current, just above Pre-alarm, at whatever charge that is: what drops out does so without a warning. How far the
 *   cells sag is no matter there: at the end of the charge they must, and Pre-alarm says so.
 *
 * A load on a converter's bus sees no sag. Inrush is left out: it is shorter than anything here waits.
 */
#include "wiring/rules.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

#include "twin/cell.h"
#include "wiring/climate.h"
#include "wiring/sag.h"

#define DEVICE_V_MIN 8.0 /* SUP-1 */
#define WARM_S 3600.0
#define COLD_S 30.0
#define HALF 0.5
#define MV 1000.0

/* In their order. */
enum view { VIEW_WARM = 0, VIEW_COLD, VIEW_END };

/* The worst that one of them sees. */
struct low {
    bool is_low;
    double below_v; /* by so much */
    double lowest_v;
    double voltage_v;
    double own_v; /* that its own cable takes */
    double bank_a;
    double cells_v;
    double boards_v;
    double cable_v;
    enum view view;
    double z; /* state of charge at which it is so */
};

struct look {
    const struct feed *feed;
    double coldest_c;
    enum view view; /* now */
    double z;
    struct low loads[SCENARIO_LOADS_MAX];
    struct low parts[WIRING_PARTS_MAX];
    struct low device;
    struct low cell; /* voltages of a cell */
    const char *cell_biggest;
};

static void keep(const struct look *look, struct low *low, const struct sag *sag, double voltage_v,
                 double lowest_v, double own_v)
{
    const double below_v = lowest_v - voltage_v;

    if (below_v > 0.0 && (!low->is_low || (below_v > low->below_v && low->view == look->view))) {
        *low = (struct low){.is_low = true,
                            .below_v = below_v,
                            .lowest_v = lowest_v,
                            .voltage_v = voltage_v,
                            .own_v = own_v,
                            .bank_a = sag->bank_a,
                            .cells_v = sag->cells_v,
                            .boards_v = sag->boards_v,
                            .cable_v = sag->cable_v,
                            .view = look->view,
                            .z = look->z};
    }
}

/* Whether it stops before Pre-alarm by its setting alone, whatever the current on `bus` is: that is WIRE-16's. */
static bool is_early(const struct look *look, int bus, double lowest_v)
{
    const struct scenario *described = look->feed->described;

    return look->view == VIEW_END &&
           lowest_v * MV >= feed_bus_mv(described, bus, described->bank.settings.pre_alarm_mv);
}

static double own_drop_v(const struct sag *sag, int place)
{
    return sag->flow.load_a[place] * sag->network.loads[place].cable_ohm;
}

/* True: something is too low. */
static bool look_at_loads(struct look *look, const struct sag *sag)
{
    const struct scenario *described = look->feed->described;
    bool is_low = false;

    for (int i = 0; i < described->load_count; i++) {
        const int place = sag->load_place[i];
        const double lowest_v = use_lowest_v(described, &described->loads[i]);

        if (place >= 0 && lowest_v > 0.0 && look->feed->is_joined[described->loads[i].outlet] &&
            !is_early(look, described->loads[i].outlet, lowest_v)) {
            keep(look, &look->loads[i], sag, sag->flow.load_v[place], lowest_v, own_drop_v(sag, place));
            is_low = is_low || sag->flow.load_v[place] < lowest_v;
        }
    }
    return is_low;
}

static bool look_at_parts(struct look *look, const struct sag *sag)
{
    bool is_low = false;

    for (int i = 0; i < look->feed->parts.count; i++) {
        const int place = sag->part_place[i];
        const double lowest_v = look->feed->parts.parts[i].facts.cut_out_mv / MV;

        if (place >= 0 && lowest_v > 0.0 &&
            !is_early(look, look->feed->parts.parts[i].entry.from, lowest_v)) {
            keep(look, &look->parts[i], sag, sag->flow.load_v[place], lowest_v, own_drop_v(sag, place));
            is_low = is_low || sag->flow.load_v[place] < lowest_v;
        }
    }
    return is_low;
}

/* Where the bus is too low for the device, all outputs float, and nobody else matters. */
static bool look_at_consumers(struct look *look, const struct sag *sag)
{
    const double bus_v = sag->flow.node_v[0];

    keep(look, &look->device, sag, bus_v, DEVICE_V_MIN, 0.0);
    if (bus_v < DEVICE_V_MIN) {
        return true;
    }
    const bool is_low = look_at_loads(look, sag);

    return look_at_parts(look, sag) || is_low;
}

/* The name of what takes the most. */
static const char *biggest(const struct feed *feed, const struct sag *sag)
{
    const struct scenario *described = feed->described;
    const char *name = "";
    double most_a = 0.0;

    for (int i = 0; i < described->load_count; i++) {
        const int place = sag->load_place[i];

        if (place >= 0 && sag->flow.load_a[place] > most_a) {
            most_a = sag->flow.load_a[place];
            name = described->loads[i].name;
        }
    }
    for (int i = 0; i < feed->parts.count; i++) {
        const int place = sag->part_place[i];

        if (place >= 0 && sag->flow.load_a[place] > most_a) {
            most_a = sag->flow.load_a[place];
            name = feed->parts.parts[i].name;
        }
    }
    return name;
}

static void look_at_cells(struct look *look, const struct sag *sag)
{
    const struct scenario_bank *bank = &look->feed->described->bank;
    const double lowest_mv =
        bank->settings.has_pre_alarm ? bank->settings.pre_alarm_mv : bank->settings.under_voltage_mv;
    const double before_v = look->cell.below_v;

    keep(look, &look->cell, sag, sag->cell_mv / MV, lowest_mv / MV, 0.0);
    if (look->cell.below_v > before_v) {
        look->cell_biggest = biggest(look->feed, sag);
    }
}

/* At once with `first`, and with `later` of the same charge. */
static void look_at_half(struct look *look, const struct use_instant *instant, const struct sag_state *first,
                         const struct sag_state *later)
{
    struct sag sag;

    look->z = first->z;
    sag_solve(look->feed, instant, first, &sag);
    if (look_at_consumers(look, &sag)) {
        return;
    }
    sag_solve(look->feed, instant, later, &sag);
    if (!look_at_consumers(look, &sag)) {
        look_at_cells(look, &sag);
    }
}

static void see_warm(void *self, const struct use_instant *instant)
{
    const struct sag_state later = {
        .z = HALF, .temp_c = sag_usual.temp_c, .seconds = fmin(instant->seconds, WARM_S)};

    look_at_half(self, instant, &sag_usual, &later);
}

/* By how much the heat of what the cells lose with the current of `state` warms them in `seconds`. */
static double warmer_k(const struct feed *feed, const struct use_instant *instant,
                       const struct sag_state *state, double seconds)
{
    const struct scenario_bank *bank = &feed->described->bank;
    const double j_per_k = CELL_MASS_KG_PER_AH * CELL_HEAT_J_PER_KGK * bank->capacity_ah * bank->cells *
                           bank->series * bank->parallel;
    struct sag sag;

    sag_solve(feed, instant, state, &sag);
    return sag.cells_v * sag.bank_a * seconds / j_per_k;
}

static void see_cold(void *self, const struct use_instant *instant)
{
    struct look *look = self;
    const double seconds = fmin(instant->seconds, COLD_S);
    const struct sag_state first = {.z = HALF, .temp_c = look->coldest_c};
    const double warmed_c = look->coldest_c + warmer_k(look->feed, instant, &first, seconds);
    const struct sag_state later = {
        .z = HALF, .temp_c = fmin(warmed_c, sag_usual.temp_c), .seconds = seconds};

    look_at_half(look, instant, &first, &later);
}

/*
 * Where the cells come down to Pre-alarm's voltage while these loads run. The colder and the longer, the higher that charge is; what gets
 * too little there is the same.
 */
static void see_end(void *self, const struct use_instant *instant)
{
    struct look *look = self;
    const double warned_mv = look->feed->described->bank.settings.pre_alarm_mv;
    struct sag_state cold = {.temp_c = look->coldest_c};
    struct sag_state warm = {.temp_c = sag_usual.temp_c, .seconds = fmin(instant->seconds, WARM_S)};
    struct sag sag;

    sag_solve_at(look->feed, instant, warned_mv, &cold, &sag);
    if (cold.z >= HALF) { /* half full they are below that */
        return;
    }
    sag_solve_at(look->feed, instant, warned_mv, &warm, &sag);
    look->z = fmin(fmax(warm.z, cold.z), HALF);
    look_at_consumers(look, &sag);
}

static void look_three_times(struct look *look)
{
    const struct scenario *described = look->feed->described;

    look->view = VIEW_WARM;
    use_each_instant(described, see_warm, look);
    if (look->coldest_c < sag_usual.temp_c) {
        look->view = VIEW_COLD;
        use_each_instant(described, see_cold, look);
    }
    if (described->bank.settings.has_pre_alarm) {
        look->view = VIEW_END;
        use_each_instant(described, see_end, look);
    }
}

/* ---- reporting ------------------------------------------------------------------------------------ */

static void name_state(const struct look *look, const struct low *low, char *text, size_t size)
{
    if (low->view == VIEW_WARM) {
        snprintf(text, size, "half full");
    } else if (low->view == VIEW_COLD) {
        snprintf(text, size, "half full, at %.1f degC,", look->coldest_c);
    } else {
        snprintf(text, size, "at %.0f %%, where the cells are just above Pre-alarm,", low->z * 100.0);
    }
}

static void report(const struct look *look, struct wiring_findings *findings, const struct wiring_rule *rule,
                   int line, const char *name, const struct low *low)
{
    char own[32] = "";
    char where[64];

    if (!low->is_low) {
        return;
    }
    if (low->own_v > 0.0) {
        snprintf(own, sizeof own, ", its own %.2f V", low->own_v);
    }
    name_state(look, low, where, sizeof where);
    wiring_report(findings, rule, line,
                  "with the bank %s %s gets %.0f mV, less than its lowest, %.0f mV: of %s A out of the bank "
                  "cells take %.2f V, boards %.2f V, the bank's cable %.2f V%s",
                  where, name, low->voltage_v * MV, low->lowest_v * MV, wiring_number(low->bank_a, 3).text,
                  low->cells_v, low->boards_v, low->cable_v, own);
}

static void report_cell(const struct look *look, const struct wiring_rule *rule,
                        struct wiring_findings *findings)
{
    const struct scenario *described = look->feed->described;
    const double mv = look->cell.voltage_v * MV;
    const bool is_cut = mv < described->bank.settings.under_voltage_mv;
    char where[64];

    if (look->cell.is_low) {
        name_state(look, &look->cell, where, sizeof where);
        wiring_report(findings, rule, described->lines.bank,
                      "with the bank %s %s A out of it, most of them %s, pull the cells to %.0f mV, below "
                      "%s at %d mV. No cable helps: the bank is too small for that",
                      where, wiring_number(look->cell.bank_a, 3).text, look->cell_biggest, mv,
                      is_cut ? "the cut" : "Pre-alarm",
                      is_cut ? described->bank.settings.under_voltage_mv
                             : described->bank.settings.pre_alarm_mv);
    }
}

static void look_sag(const struct scenario *described, const struct wiring_rule *rule,
                     struct wiring_findings *findings)
{
    struct feed feed;
    struct look look = {.feed = &feed};

    feed_look(described, FEED_WORKING, &feed);
    look.coldest_c = fmin(climate_coldest_c(&feed), sag_usual.temp_c);
    look_three_times(&look);
    report(&look, findings, rule, described->lines.bank, "the device", &look.device);
    for (int i = 0; i < described->load_count; i++) {
        report(&look, findings, rule, described->lines.loads[i], described->loads[i].name, &look.loads[i]);
    }
    for (int i = 0; i < feed.parts.count; i++) {
        report(&look, findings, rule, feed.parts.parts[i].line, feed.parts.parts[i].name, &look.parts[i]);
    }
    report_cell(&look, rule, findings);
}

const struct wiring_rule wiring_rule_15 = {
    .id = "WIRE-15",
    .title = "a cable so thin, or a bank so small, that the sag trips something",
    .why =
        "What is switched on drops out again with half of the charge still there, or near its end without a "
        "warning, or Pre-alarm and the cut come with half of it there. When the current is gone the voltage "
        "comes back, and it all begins anew.",
    .instead =
        "Shorten or thicken the cable that takes the most, lower the cut-out of what drops out, or take "
        "a larger bank, and keep it warm, where the cells take the most.",
    .source =
        "the twin's cells and network at 50 % and 25 degC, at 50 % and the coldest of the run for 30 s, and "
        "with the cells just above Pre-alarm; SUP-1, BAT-1, BAT-2, LOAD-3",
    .look = look_sag,
};
