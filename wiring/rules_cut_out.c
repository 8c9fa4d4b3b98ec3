/* SPDX-License-Identifier: Apache-2.0 */
/*
 * WIRE-16. What has a lowest voltage of its own, an inverter or a converter: that must lie between the cells' two settings, or
 * Load must stop it. Above the pre-alarm it stops without a warning, and at every sag; below the cut, with nothing else to stop it, it
 * goes on into what is left. A DC-DC charger is looked at for the second alone: it is meant to stop as soon as nothing charges its input. A
 * load of power or current with its own lowest voltage is looked at for the first alone: the second is what WIRE-12 adds up.
 */
#include "wiring/rules.h"

#include <assert.h>

#include "wiring/feed.h"
#include "wiring/use.h"

static void look_at_part(const struct feed *feed, const struct feed *cut, int i,
                         const struct wiring_rule *rule, struct wiring_findings *findings)
{
    const struct scenario *described = feed->described;
    const struct wiring_part *part = &feed->parts.parts[i];
    const int from = part->entry.from;
    const double cut_out_mv = part->facts.cut_out_mv;
    const double warned_mv = feed_bus_mv(described, from, described->bank.settings.pre_alarm_mv);
    const double empty_mv = feed_bus_mv(described, from, described->bank.settings.under_voltage_mv);

    if (cut_out_mv <= 0.0 || !feed->is_fed[from]) {
        return;
    }
    if (cut_out_mv >= warned_mv && described->bank.settings.has_pre_alarm &&
        !part->facts.needs_charged_input) {
        wiring_report(findings, rule, part->line,
                      "%s stops below %.0f mV; Pre-alarm comes at %.0f mV only (%d mV a cell)", part->name,
                      cut_out_mv, warned_mv, described->bank.settings.pre_alarm_mv);
    } else if (cut_out_mv < empty_mv && cut->works[i] && cut->is_fed[from]) {
        wiring_report(
            findings, rule, part->line,
            "Load does not stop %s, and it goes on down to %.0f mV, %.0f mV a cell; the cut is at %d "
            "mV a cell",
            part->name, cut_out_mv, cut_out_mv / feed_bus_mv(described, from, 1.0),
            described->bank.settings.under_voltage_mv);
    }
}

static void look_at_load(const struct feed *feed, int i, const struct wiring_rule *rule,
                         struct wiring_findings *findings)
{
    const struct scenario *described = feed->described;
    const struct scenario_load *load = &described->loads[i];
    const double lowest_mv = use_lowest_v(described, load) * 1000.0;
    double warned_mv = 0.0;

    if (load->outlet > SCENARIO_BUSES_MAX || !feed->is_joined[load->outlet]) {
        return;
    }
    warned_mv = feed_bus_mv(described, load->outlet, described->bank.settings.pre_alarm_mv);
    if (lowest_mv >= warned_mv && described->bank.settings.has_pre_alarm) {
        wiring_report(findings, rule, described->lines.loads[i],
                      "%s drops out below %.0f mV; Pre-alarm comes at %.0f mV only (%d mV a cell)",
                      load->name, lowest_mv, warned_mv, described->bank.settings.pre_alarm_mv);
    }
}

static void look(const struct scenario *described, const struct wiring_rule *rule,
                 struct wiring_findings *findings)
{
    struct feed feed;
    struct feed cut;

    assert(described->bank.settings.under_voltage_mv < described->bank.settings.pre_alarm_mv);
    feed_look(described, FEED_WORKING, &feed);
    feed_look(described, FEED_CUT, &cut);
    for (int i = 0; i < feed.parts.count; i++) {
        look_at_part(&feed, &cut, i, rule, findings);
    }
    for (int i = 0; i < described->load_count; i++) {
        look_at_load(&feed, i, rule, findings);
    }
}

const struct wiring_rule wiring_rule_16 = {
    .id = "WIRE-16",
    .title = "an inverter or the like that stops before the pre-alarm, or never",
    .why =
        "Above the pre-alarm's voltage it stops without a warning. Below the cut, and with nothing else that "
        "stops it, it takes what is left in the batteries, and ruins them.",
    .instead = "Set its cut-out, and restart_mv above it, between the cells' under-voltage and pre-alarm; "
               "below them "
               "only where Load stops it by its remote input. Of loads take one that works at less "
               "(voltage_mv_min).",
    .source = "BAT-1, BAT-2; LOAD-1",
    .look = look,
};
