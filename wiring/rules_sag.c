/* SPDX-License-Identifier: Apache-2.0 */
/*
 * WIRE-15. At half charge and 25 degC, with the most that the week's clock puts together and no source. Two things trip, by different
 * voltages: cells see their own sag alone, no cable; inverters, loads and the device see what boards and cables take on top. What
 * drops out at once spares the cells. A load on a converter's bus sees no sag. Inrush is left out: it is shorter than anything here
 * waits.
 */
#include "wiring/rules.h"

#include <assert.h>
#include <stdio.h>

#include "wiring/sag.h"

#define DEVICE_V_MIN 8.0 /* SUP-1 */
#define HOUR_S 3600.0
#define MV 1000.0

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
};

struct look {
    const struct feed *feed;
    struct low loads[SCENARIO_LOADS_MAX];
    struct low parts[WIRING_PARTS_MAX];
    struct low device;
    struct low cell; /* voltages of a cell */
    const char *cell_biggest;
};

static void keep(struct low *low, const struct sag *sag, double voltage_v, double lowest_v, double own_v)
{
    const double below_v = lowest_v - voltage_v;

    if (below_v > 0.0 && (!low->is_low || below_v > low->below_v)) {
        *low = (struct low){.is_low = true,
                            .below_v = below_v,
                            .lowest_v = lowest_v,
                            .voltage_v = voltage_v,
                            .own_v = own_v,
                            .bank_a = sag->bank_a,
                            .cells_v = sag->cells_v,
                            .boards_v = sag->boards_v,
                            .cable_v = sag->cable_v};
    }
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

        if (place >= 0 && lowest_v > 0.0 && look->feed->is_joined[described->loads[i].outlet]) {
            keep(&look->loads[i], sag, sag->flow.load_v[place], lowest_v, own_drop_v(sag, place));
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

        if (place >= 0 && lowest_v > 0.0) {
            keep(&look->parts[i], sag, sag->flow.load_v[place], lowest_v, own_drop_v(sag, place));
            is_low = is_low || sag->flow.load_v[place] < lowest_v;
        }
    }
    return is_low;
}

/* Where the bus is too low for the device, all outputs float, and nobody else matters. */
static bool look_at_consumers(struct look *look, const struct sag *sag)
{
    const double bus_v = sag->flow.node_v[0];

    keep(&look->device, sag, bus_v, DEVICE_V_MIN, 0.0);
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

    keep(&look->cell, sag, sag->cell_mv / MV, lowest_mv / MV, 0.0);
    if (look->cell.below_v > before_v) {
        look->cell_biggest = biggest(look->feed, sag);
    }
}

static void see(void *self, const struct use_instant *instant)
{
    struct look *look = self;
    const double seconds = instant->seconds < HOUR_S ? instant->seconds : HOUR_S;
    struct sag sag;

    sag_solve(look->feed, instant, &sag_usual, &sag);
    if (look_at_consumers(look, &sag)) {
        return;
    }
    const struct sag_state later = {.z = sag_usual.z, .temp_c = sag_usual.temp_c, .seconds = seconds};

    sag_solve(look->feed, instant, &later, &sag);
    if (!look_at_consumers(look, &sag)) {
        look_at_cells(look, &sag);
    }
}

/* ---- reporting ------------------------------------------------------------------------------------ */

static void report(struct wiring_findings *findings, const struct wiring_rule *rule, int line,
                   const char *name, const struct low *low)
{
    char own[32] = "";

    if (!low->is_low) {
        return;
    }
    if (low->own_v > 0.0) {
        snprintf(own, sizeof own, ", its own %.2f V", low->own_v);
    }
    wiring_report(
        findings, rule, line,
        "with the bank half full %s gets %.0f mV, less than its lowest, %.0f mV: of %s A out of the bank "
        "cells take %.2f V, boards %.2f V, the bank's cable %.2f V%s",
        name, low->voltage_v * MV, low->lowest_v * MV, wiring_number(low->bank_a, 3).text, low->cells_v,
        low->boards_v, low->cable_v, own);
}

static void report_cell(const struct look *look, const struct wiring_rule *rule,
                        struct wiring_findings *findings)
{
    const struct scenario *described = look->feed->described;
    const double mv = look->cell.voltage_v * MV;
    const bool is_cut = mv < described->bank.settings.under_voltage_mv;

    if (look->cell.is_low) {
        wiring_report(
            findings, rule, described->lines.bank,
            "with the bank half full %s A out of it, most of them %s, pull the cells to %.0f mV, below "
            "%s at %d mV. No cable helps: the bank is too small for that",
            wiring_number(look->cell.bank_a, 3).text, look->cell_biggest, mv,
            is_cut ? "the cut" : "Pre-alarm",
            is_cut ? described->bank.settings.under_voltage_mv : described->bank.settings.pre_alarm_mv);
    }
}

static void look_sag(const struct scenario *described, const struct wiring_rule *rule,
                     struct wiring_findings *findings)
{
    struct feed feed;
    struct look look = {.feed = &feed};

    feed_look(described, FEED_WORKING, &feed);
    use_each_instant(described, see, &look);
    report(findings, rule, described->lines.bank, "the device", &look.device);
    for (int i = 0; i < described->load_count; i++) {
        report(findings, rule, described->lines.loads[i], described->loads[i].name, &look.loads[i]);
    }
    for (int i = 0; i < feed.parts.count; i++) {
        report(findings, rule, feed.parts.parts[i].line, feed.parts.parts[i].name, &look.parts[i]);
    }
    report_cell(&look, rule, findings);
}

const struct wiring_rule wiring_rule_15 = {
    .id = "WIRE-15",
    .title = "a cable so thin, or a bank so small, that the sag trips something",
    .why =
        "At half charge what is switched on drops out again, or Pre-alarm and the cut come with most of the "
        "charge still there. When the current is gone the voltage comes back, and it all begins anew.",
    .instead =
        "Shorten or thicken the cable that takes the most, lower the cut-out of what drops out, or take "
        "a larger bank where the cells take the most.",
    .source = "the twin's cells and network at 50 % and 25 degC; SUP-1, BAT-1, BAT-2",
    .look = look_sag,
};
