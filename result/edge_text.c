/* SPDX-License-Identifier: Apache-2.0 */
#include "result/edge_text_internal.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "result/wording.h"
#include "twin/schedule.h"

/* The last event of the scenario of this kind up to the edge, for that battery (0: whichever); NULL: none. */
static const struct scenario_event *last_event(const struct edge_story *story, enum scenario_event_what what,
                                               int battery)
{
    const struct scenario_event *found = NULL;
    assert(battery >= 0);
    assert(story->described->event_count <= SCENARIO_EVENTS_MAX);
    for (int i = 0; i < story->described->event_count; i++) {
        const struct scenario_event *event = &story->described->events[i];
        if (schedule_tick_of(event->at_s) > story->edge->tick) {
            break;
        }
        if (event->what == what && (battery == 0 || event->battery == battery)) {
            found = event;
        }
    }
    return found;
}

/* ---- why a battery has lost a signal, and got it back ------------------------------------------------- */

/* BAT-6 */
static void say_sensor(struct sentence *sentence, const struct chain_reason *reason)
{
    const bool is_cell = reason->cause == SBMS_BATTERY_CELL_SENSOR;
    assert(is_cell || reason->cause == SBMS_BATTERY_TEMP_SENSOR);
    if (reason->cell == 0) {
        sentence_add(sentence, "battery %d: %s", reason->battery,
                     is_cell ? "its readings do not change any more" : "no temperature reading");
        return;
    }
    sentence_add(sentence, "battery %d cell %d: ", reason->battery, reason->cell);
    if (reason->value == SBMS_READING_MISSING) {
        sentence_add(sentence, "no %sreading", is_cell ? "" : "temperature ");
    } else {
        sentence_add(sentence, "a reading of %s is not plausible",
                     is_cell ? wording_volts(reason->value).text : wording_degrees(reason->value).text);
    }
}

static void say_cell(struct sentence *sentence, const struct chain_reason *reason, const char *side,
                     int limit_mv)
{
    assert(limit_mv > 0);
    sentence_add(sentence, "battery %d cell %d %s %s", reason->battery, reason->cell, side,
                 wording_volts(limit_mv).text);
}

static void say_temperature(struct sentence *sentence, const struct chain_reason *reason, const char *side,
                            int limit_dc)
{
    sentence_add(sentence, "battery %d cell %d at %s, %s %s", reason->battery, reason->cell,
                 wording_degrees(reason->value).text, side, wording_degrees(limit_dc).text);
}

/* Why a signal has been lost. */
static void say_loss(struct sentence *sentence, const struct edge_story *story)
{
    const struct chain_reason *reason = &story->edge->reason;
    const struct sbms_battery_settings *settings = &story->described->bank.settings;
    assert(reason->battery >= 0 && reason->battery <= SCENARIO_BATTERIES_MAX);
    assert(reason->cell >= 0);
    if (reason->battery == 0) {
        sentence_add(sentence, "battery cable open");
        return;
    }
    switch (reason->cause) {
    case SBMS_BATTERY_CELL_SENSOR:
    case SBMS_BATTERY_TEMP_SENSOR:
        say_sensor(sentence, reason);
        break;
    case SBMS_BATTERY_UNDER_VOLTAGE:
        say_cell(sentence, reason, "below", settings->under_voltage_mv);
        break;
    case SBMS_BATTERY_PRE_ALARM:
        say_cell(sentence, reason, "below", settings->pre_alarm_mv);
        break;
    case SBMS_BATTERY_OVER_VOLTAGE:
        say_cell(sentence, reason, "above", SBMS_OVER_VOLTAGE_MV);
        break;
    case SBMS_BATTERY_HIGH_TEMP:
        say_temperature(sentence, reason, "above", SBMS_HIGH_TEMP_DC);
        break;
    case SBMS_BATTERY_LOW_TEMP:
        say_temperature(sentence, reason, "below", settings->low_temp_dc);
        break;
    default:
        sentence_add(sentence, "battery %d", reason->battery);
        break;
    }
}

/* Why allowed-to-discharge or no-pre-alarm is back: BAT-3, BAT-6. */
static void say_discharge_return(struct sentence *sentence, const struct edge_story *story)
{
    const struct chain_reason *reason = &story->edge->reason;
    const int warned_mv = story->described->bank.settings.pre_alarm_mv + SBMS_PRE_ALARM_HYSTERESIS_MV;
    assert(reason->battery >= 0);
    assert(story->edge->on == (story->edge->kind == EDGE_LOAD));
    if (reason->battery == 0) {
        sentence_add(sentence, "battery cable plugged in again");
    } else if (reason->cause == SBMS_BATTERY_CELL_SENSOR) {
        sentence_add(sentence, "readings of battery %d good again", reason->battery);
    } else {
        sentence_add(
            sentence, "all cells at %s or more again",
            wording_volts(reason->cause == SBMS_BATTERY_PRE_ALARM ? warned_mv : SBMS_DISCHARGE_RETURN_MV)
                .text);
    }
}

/* Why allowed-to-charge is back: BAT-4, BAT-5. */
static void say_charge_return(struct sentence *sentence, const struct edge_story *story)
{
    const struct chain_reason *reason = &story->edge->reason;
    const int low_dc = story->described->bank.settings.low_temp_dc + SBMS_LOW_TEMP_HYSTERESIS_DC;
    assert(story->edge->kind == EDGE_CHARGER && story->edge->on);
    assert(reason->battery >= 0);
    if (reason->battery == 0) {
        sentence_add(sentence, "battery cable plugged in again");
    } else if (reason->cause == SBMS_BATTERY_OVER_VOLTAGE) {
        sentence_add(sentence, "all cells below %s again", wording_volts(SBMS_OVER_VOLTAGE_CLEAR_MV).text);
    } else if (reason->cause == SBMS_BATTERY_HIGH_TEMP) {
        sentence_add(sentence, "all cells at %s or less again",
                     wording_degrees(SBMS_HIGH_TEMP_CLEAR_DC).text);
    } else if (reason->cause == SBMS_BATTERY_LOW_TEMP) {
        sentence_add(sentence, "all cells at %s or more again", wording_degrees(low_dc).text);
    } else {
        sentence_add(sentence, "readings of battery %d good again", reason->battery);
    }
}

/* ---- causes ------------------------------------------------------------------------------------------- */

static void say_chain_open(struct sentence *sentence, const struct edge_story *story)
{
    assert(story->edge->cause == SBMS_CAUSE_CHAIN_OPEN);
    assert(!story->edge->on || story->edge->kind == EDGE_PRE_ALARM);
    if (story->edge->reason.battery == 0) {
        sentence_add(sentence, "battery cable open: all three signals lost together");
    } else {
        say_loss(sentence, story);
        sentence_add(sentence, " (all three signals lost together)");
    }
}

static void say_fault(struct sentence *sentence, const struct edge_story *story)
{
    assert(story->edge->cause == SBMS_CAUSE_INTERNAL_FAULT);
    const struct scenario_event *event = last_event(story, EVENT_INTERNAL_FAULT, 0);
    if (event == NULL) {
        sentence_add(sentence, "internal fault");
    } else {
        sentence_add(sentence, "internal fault %d", event->value);
    }
}

/* LOAD-6: a cut, and what ends its consequences. */
static void say_lockout(struct sentence *sentence, const struct edge_story *story)
{
    const struct sbms_control_settings *settings = &story->described->bms.settings;
    const struct wording volts = wording_volts((int)settings->lockout_clear_mv);
    if (story->edge->cause == SBMS_CAUSE_LOCKED_OUT) {
        sentence_add(sentence, "locked out until the supply is at %s or more for 30 s", volts.text);
    } else {
        sentence_add(sentence, "lock-out cleared, supply at %s or more for 30 s", volts.text);
    }
}

/* LOAD-6, LOAD-8, CHG-5: waits that are over, or at a start are not. */
static void say_wait(struct sentence *sentence, const struct edge_story *story)
{
    const struct sbms_control_settings *settings = &story->described->bms.settings;
    const char *end = story->edge->stays ? "is not over" : "is over";
    if (story->edge->cause == SBMS_CAUSE_RECONNECT_DELAY) {
        sentence_add(sentence, "the reconnect delay of %s %s",
                     wording_span((int64_t)settings->reconnect_delay_s * SBMS_TICKS_PER_S).text, end);
    } else {
        sentence_add(sentence, "the wait after %s %s",
                     story->edge->cause == SBMS_CAUSE_HOLD_OFF ? "the last cut" : "the last loss", end);
    }
}

/* SAFE-4: faults of the device's own terminals and reference. */
static void say_own_fault(struct sentence *sentence, const struct edge_story *story)
{
    switch (story->edge->cause) {
    case SBMS_CAUSE_OUTPUT_FAULT:
        sentence_add(sentence, "its terminal is shorted");
        break;
    case SBMS_CAUSE_OUTPUT_RETRY:
        sentence_add(sentence, "tried again after a short of its terminal");
        break;
    case SBMS_CAUSE_REFERENCE_FAULT:
        sentence_add(sentence, "the device can measure nothing (internal fault %d)", SBMS_FAULT_REFERENCE);
        break;
    default:
        say_fault(sentence, story);
        break;
    }
}

/* Causes that are about the device itself. */
static void say_own_cause(struct sentence *sentence, const struct edge_story *story)
{
    assert(story->edge->cause != SBMS_CAUSE_NONE); /* SAFE-7 */
    switch (story->edge->cause) {
    case SBMS_CAUSE_START_UP:
        sentence_add(sentence, "start-up");
        break;
    case SBMS_CAUSE_SUPPLY_LOW:
        sentence_add(sentence, "supply below %s", wording_volts(SBMS_SUPPLY_LOW_MV).text);
        break;
    case SBMS_CAUSE_REMOTE_ON:
        sentence_add(sentence, "switched on");
        break;
    case SBMS_CAUSE_REMOTE_OFF:
        sentence_add(sentence, "switched off");
        break;
    case SBMS_CAUSE_LOCKED_OUT:
    case SBMS_CAUSE_LOCKOUT_CLEARED:
        say_lockout(sentence, story);
        break;
    case SBMS_CAUSE_RECONNECT_DELAY:
    case SBMS_CAUSE_HOLD_OFF:
    case SBMS_CAUSE_CHARGER_WAIT:
        say_wait(sentence, story);
        break;
    default:
        say_own_fault(sentence, story);
        break;
    }
}

/* Why a signal is back, whoever had lost it. */
static void say_return(struct sentence *sentence, const struct edge_story *story)
{
    if (story->edge->loss == SBMS_CAUSE_REFERENCE_FAULT) {
        sentence_add(sentence, "the device can measure again");
    } else if (story->edge->cause == SBMS_CAUSE_ATC_RETURNED) {
        say_charge_return(sentence, story);
    } else {
        say_discharge_return(sentence, story);
    }
}

static void say_cause(struct sentence *sentence, const struct edge_story *story)
{
    switch (story->edge->cause) {
    case SBMS_CAUSE_CHAIN_OPEN:
        say_chain_open(sentence, story);
        break;
    case SBMS_CAUSE_ATC_LOST:
    case SBMS_CAUSE_ATD_LOST:
    case SBMS_CAUSE_NO_PREALARM_LOST:
        say_loss(sentence, story);
        break;
    case SBMS_CAUSE_ATC_RETURNED:
    case SBMS_CAUSE_ATD_RETURNED:
    case SBMS_CAUSE_NO_PREALARM_RETURNED:
        say_return(sentence, story);
        break;
    default:
        say_own_cause(sentence, story);
        break;
    }
}

/* ---- edges -------------------------------------------------------------------------------------------- */

static const char *word_of(const struct system_edge *edge)
{
    if (edge->stays) {
        assert(!edge->on);
        return "stays floating";
    }
    return edge->on ? "high" : "floats";
}

/* Whether a Pre-alarm came before, or should have (LOAD-3). */
static bool is_to_be_warned(const struct system_edge *edge)
{
    return !edge->on && !edge->stays &&
           (edge->cause == SBMS_CAUSE_ATD_LOST || edge->cause == SBMS_CAUSE_CHAIN_OPEN ||
            edge->cause == SBMS_CAUSE_REFERENCE_FAULT);
}

static void say_load(struct sentence *sentence, const struct edge_story *story)
{
    const struct system_edge *edge = story->edge;
    assert(edge->kind == EDGE_LOAD);
    sentence_add(sentence, "Load %s: ", word_of(edge));
    say_cause(sentence, story);
    if (edge->on && edge->cut_ticks >= 0) {
        sentence_add(sentence, "; it floated for %s", wording_span(edge->cut_ticks).text);
    }
    if (is_to_be_warned(edge) && edge->prealarm_ticks > 0) {
        sentence_add(sentence, "; pre-alarm for %s", wording_span(edge->prealarm_ticks).text);
    } else if (is_to_be_warned(edge)) {
        sentence_add(sentence, "; Pre-alarm was floating");
    }
}

/* PRE-3, PRE-4 */
static void say_alarm_end(struct sentence *sentence, const struct edge_story *story)
{
    const struct system_edge *edge = story->edge;
    const bool has_lost_atd = edge->cause == SBMS_CAUSE_ATD_RETURNED;
    if (edge->with_load && edge->cause != SBMS_CAUSE_REMOTE_OFF && edge->cause != SBMS_CAUSE_SUPPLY_LOW &&
        edge->cause != SBMS_CAUSE_INTERNAL_FAULT) {
        sentence_add(sentence, "Load floats");
        return;
    }
    say_cause(sentence, story);
    if (has_lost_atd || edge->cause == SBMS_CAUSE_NO_PREALARM_RETURNED) {
        const unsigned calm_ticks = has_lost_atd ? SBMS_ALARM_OVER_ATD_TICKS : SBMS_ALARM_OVER_TICKS;
        sentence_add(sentence, ", no new alarm for %s", wording_span((int64_t)calm_ticks).text);
    }
    sentence_add(sentence, "; it was high for %s", wording_span(edge->prealarm_ticks).text);
}

static void say_prealarm(struct sentence *sentence, const struct edge_story *story)
{
    assert(story->edge->kind == EDGE_PRE_ALARM);
    sentence_add(sentence, "Pre-alarm %s: ", word_of(story->edge));
    if (story->edge->on) {
        say_cause(sentence, story);
    } else {
        say_alarm_end(sentence, story);
    }
}

static void say_charger(struct sentence *sentence, const struct edge_story *story)
{
    assert(story->edge->kind == EDGE_CHARGER);
    assert(story->held_ticks >= -1);
    sentence_add(sentence, "Charger %s: ", word_of(story->edge));
    say_cause(sentence, story);
    if (story->edge->on && story->held_ticks >= 0) {
        sentence_add(sentence, "; it floated for %s", wording_span(story->held_ticks).text);
    }
}

static void say_edge(struct sentence *sentence, const struct edge_story *story)
{
    switch (story->edge->kind) {
    case EDGE_LOAD:
        say_load(sentence, story);
        break;
    case EDGE_PRE_ALARM:
        say_prealarm(sentence, story);
        break;
    case EDGE_CHARGER:
        say_charger(sentence, story);
        break;
    default:
        edge_text_say_other(sentence, story);
        break;
    }
}

/* What one entry says of many. */
static void say_many(struct sentence *sentence, const struct edge_story *story,
                     const struct recording_edge *edge)
{
    static const char *const outputs[] = {
        [EDGE_LOAD] = "Load", [EDGE_PRE_ALARM] = "Pre-alarm", [EDGE_CHARGER] = "Charger"};
    const struct wording until = wording_dated(story->described->start_date, edge->until_tick);
    if (edge_is_of_output(&edge->edge)) {
        const int64_t ticks = edge->until_tick - edge->edge.tick;
        sentence_add(sentence, "%s: %" PRId64 " edges until %s", outputs[edge->edge.kind], edge->count,
                     until.text);
        sentence_add(sentence, ", high for %s", wording_span(edge->high_ticks).text);
        sentence_add(sentence, " of %s; the first: ", wording_span(ticks).text);
        say_edge(sentence, story);
        return;
    }
    sentence_add(sentence,
                 "%" PRId64 " of one kind until %s, not listed one by one; the first: ", edge->count,
                 until.text);
    say_edge(sentence, story);
}

void edge_text(const struct scenario *described, const struct recording_edge *edge, char *text, size_t size)
{
    assert(described != NULL);
    assert(text != NULL && size > 0);
    struct sentence sentence = sentence_in(text, size);
    const struct edge_story story = {described, &edge->edge, edge->held_ticks};
    if (edge->count > 1) {
        say_many(&sentence, &story, edge);
    } else {
        say_edge(&sentence, &story);
    }
}

void edge_cause_text(const struct scenario *described, const struct system_edge *edge, char *text,
                     size_t size)
{
    assert(described != NULL);
    assert(text != NULL && size > 0);
    struct sentence sentence = sentence_in(text, size);
    const struct edge_story story = {described, edge, -1};
    say_cause(&sentence, &story);
}
