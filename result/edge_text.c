/* SPDX-License-Identifier: Apache-2.0 */
#include "result/edge_text.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "result/wording.h"
#include "twin/schedule.h"

/* A text that grows and never overflows. */
struct sentence {
    char *text;
    size_t size;
    size_t used;
};

/* What the words of one edge are made from. */
struct story {
    const struct scenario *described;
    const struct system_edge *edge;
    int64_t held_ticks;
};

__attribute__((format(printf, 2, 3))) static void say(struct sentence *sentence, const char *format, ...)
{
    va_list arguments;
    assert(sentence->used < sentence->size);
    va_start(arguments, format);
    int length =
        vsnprintf(sentence->text + sentence->used, sentence->size - sentence->used, format, arguments);
    va_end(arguments);
    assert(length >= 0);
    size_t left = sentence->size - sentence->used - 1;
    sentence->used += (size_t)length < left ? (size_t)length : left;
}

/* The last event of the scenario of this kind up to the edge, for that battery (0: whichever); NULL: none. */
static const struct scenario_event *last_event(const struct story *story, enum scenario_event_what what,
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
        say(sentence, "battery %d: %s", reason->battery,
            is_cell ? "its readings do not change any more" : "no temperature reading");
        return;
    }
    say(sentence, "battery %d cell %d: ", reason->battery, reason->cell);
    if (reason->value == SBMS_READING_MISSING) {
        say(sentence, "no %sreading", is_cell ? "" : "temperature ");
    } else {
        say(sentence, "a reading of %s is not plausible",
            is_cell ? wording_volts(reason->value).text : wording_degrees(reason->value).text);
    }
}

static void say_cell(struct sentence *sentence, const struct chain_reason *reason, const char *side,
                     int limit_mv)
{
    assert(limit_mv > 0);
    say(sentence, "battery %d cell %d %s %s", reason->battery, reason->cell, side,
        wording_volts(limit_mv).text);
}

static void say_temperature(struct sentence *sentence, const struct chain_reason *reason, const char *side,
                            int limit_dc)
{
    say(sentence, "battery %d cell %d at %s, %s %s", reason->battery, reason->cell,
        wording_degrees(reason->value).text, side, wording_degrees(limit_dc).text);
}

/* Why a signal has been lost. */
static void say_loss(struct sentence *sentence, const struct story *story)
{
    const struct chain_reason *reason = &story->edge->reason;
    const struct sbms_battery_settings *settings = &story->described->bank.settings;
    assert(reason->battery >= 0 && reason->battery <= SCENARIO_BATTERIES_MAX);
    assert(reason->cell >= 0);
    if (reason->battery == 0) {
        say(sentence, "battery cable open");
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
        say(sentence, "battery %d", reason->battery);
        break;
    }
}

/* Why allowed-to-discharge or no-pre-alarm is back: BAT-3, BAT-6. */
static void say_discharge_return(struct sentence *sentence, const struct story *story)
{
    const struct chain_reason *reason = &story->edge->reason;
    const int warned_mv = story->described->bank.settings.pre_alarm_mv + SBMS_PRE_ALARM_HYSTERESIS_MV;
    assert(reason->battery >= 0);
    assert(story->edge->on == (story->edge->kind == EDGE_LOAD));
    if (reason->battery == 0) {
        say(sentence, "battery cable plugged in again");
    } else if (reason->cause == SBMS_BATTERY_CELL_SENSOR) {
        say(sentence, "readings of battery %d good again", reason->battery);
    } else {
        say(sentence, "all cells at %s or more again",
            wording_volts(reason->cause == SBMS_BATTERY_PRE_ALARM ? warned_mv : SBMS_DISCHARGE_RETURN_MV)
                .text);
    }
}

/* Why allowed-to-charge is back: BAT-4, BAT-5. */
static void say_charge_return(struct sentence *sentence, const struct story *story)
{
    const struct chain_reason *reason = &story->edge->reason;
    const int low_dc = story->described->bank.settings.low_temp_dc + SBMS_LOW_TEMP_HYSTERESIS_DC;
    assert(story->edge->kind == EDGE_CHARGER && story->edge->on);
    assert(reason->battery >= 0);
    if (reason->battery == 0) {
        say(sentence, "battery cable plugged in again");
    } else if (reason->cause == SBMS_BATTERY_OVER_VOLTAGE) {
        say(sentence, "all cells below %s again", wording_volts(SBMS_OVER_VOLTAGE_CLEAR_MV).text);
    } else if (reason->cause == SBMS_BATTERY_HIGH_TEMP) {
        say(sentence, "all cells at %s or less again", wording_degrees(SBMS_HIGH_TEMP_CLEAR_DC).text);
    } else if (reason->cause == SBMS_BATTERY_LOW_TEMP) {
        say(sentence, "all cells at %s or more again", wording_degrees(low_dc).text);
    } else {
        say(sentence, "readings of battery %d good again", reason->battery);
    }
}

/* ---- causes ------------------------------------------------------------------------------------------- */

static void say_chain_open(struct sentence *sentence, const struct story *story)
{
    assert(story->edge->cause == SBMS_CAUSE_CHAIN_OPEN);
    assert(!story->edge->on || story->edge->kind == EDGE_PRE_ALARM);
    if (story->edge->reason.battery == 0) {
        say(sentence, "battery cable open: all three signals lost together");
    } else {
        say_loss(sentence, story);
        say(sentence, " (all three signals lost together)");
    }
}

static void say_fault(struct sentence *sentence, const struct story *story)
{
    assert(story->edge->cause == SBMS_CAUSE_INTERNAL_FAULT);
    const struct scenario_event *event = last_event(story, EVENT_INTERNAL_FAULT, 0);
    if (event == NULL) {
        say(sentence, "internal fault");
    } else {
        say(sentence, "internal fault %d", event->value);
    }
}

/* Causes that are about the device itself. */
static void say_own_cause(struct sentence *sentence, const struct story *story)
{
    const struct sbms_control_settings *settings = &story->described->bms.settings;
    assert(story->edge->cause != SBMS_CAUSE_NONE); /* SAFE-7 */
    switch (story->edge->cause) {
    case SBMS_CAUSE_START_UP:
        say(sentence, "start-up");
        break;
    case SBMS_CAUSE_SUPPLY_LOW:
        say(sentence, "supply below %s", wording_volts(SBMS_SUPPLY_LOW_MV).text);
        break;
    case SBMS_CAUSE_REMOTE_ON:
        say(sentence, "switched on");
        break;
    case SBMS_CAUSE_REMOTE_OFF:
        say(sentence, "switched off");
        break;
    case SBMS_CAUSE_RECONNECT_DELAY:
        say(sentence, "all cells at %s or more, and the reconnect delay of %s is over",
            wording_volts(SBMS_DISCHARGE_RETURN_MV).text,
            wording_span((int64_t)settings->reconnect_delay_s * SBMS_TICKS_PER_S).text);
        break;
    case SBMS_CAUSE_LOCKOUT_CLEARED:
        say(sentence, "lock-out cleared, supply at %s or more for 30 s",
            wording_volts((int)settings->lockout_clear_mv).text);
        break;
    default:
        say_fault(sentence, story);
        break;
    }
}

static void say_cause(struct sentence *sentence, const struct story *story)
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
        say_charge_return(sentence, story);
        break;
    case SBMS_CAUSE_ATD_RETURNED:
    case SBMS_CAUSE_NO_PREALARM_RETURNED:
        say_discharge_return(sentence, story);
        break;
    default:
        say_own_cause(sentence, story);
        break;
    }
}

/* ---- edges -------------------------------------------------------------------------------------------- */

static void say_load(struct sentence *sentence, const struct story *story)
{
    const struct system_edge *edge = story->edge;
    assert(edge->kind == EDGE_LOAD);
    say(sentence, "Load %s: ", edge->on ? "high" : "floats");
    say_cause(sentence, story);
    if (edge->on && edge->cut_ticks >= 0) {
        say(sentence, "; it floated for %s", wording_span(edge->cut_ticks).text);
    }
    if (!edge->on && (edge->cause == SBMS_CAUSE_ATD_LOST || edge->cause == SBMS_CAUSE_CHAIN_OPEN)) {
        say(sentence, "; pre-alarm for %s", wording_span(edge->prealarm_ticks).text);
    }
}

static void say_prealarm(struct sentence *sentence, const struct story *story)
{
    const struct system_edge *edge = story->edge;
    assert(edge->kind == EDGE_PRE_ALARM);
    say(sentence, "Pre-alarm %s: ", edge->on ? "high" : "floats");
    if (!edge->on && (edge->cause == SBMS_CAUSE_ATD_LOST || edge->cause == SBMS_CAUSE_CHAIN_OPEN)) {
        say(sentence, "Load floats"); /* PRE-3 */
        return;
    }
    say_cause(sentence, story);
    if (!edge->on) {
        say(sentence, "; it was high for %s", wording_span(edge->prealarm_ticks).text);
    }
}

static void say_charger(struct sentence *sentence, const struct story *story)
{
    assert(story->edge->kind == EDGE_CHARGER);
    assert(story->held_ticks >= -1);
    say(sentence, "Charger %s: ", story->edge->on ? "high" : "floats");
    say_cause(sentence, story);
    if (story->edge->on && story->held_ticks >= 0) {
        say(sentence, "; it floated for %s", wording_span(story->held_ticks).text);
    }
}

static void say_stage(struct sentence *sentence, int stage)
{
    static const char *const words[] = {[CHARGER_OFF] = "off",
                                        [CHARGER_BULK] = "bulk",
                                        [CHARGER_ABSORPTION] = "absorption",
                                        [CHARGER_FLOAT] = "float"};
    assert(stage >= 0);
    assert((size_t)stage < sizeof words / sizeof words[0]);
    say(sentence, "Solar charger: %s", words[stage]);
}

static void say_sensor_event(struct sentence *sentence, const struct scenario_event *event)
{
    assert(event->battery >= 1);
    assert(event->what >= EVENT_CELL_SENSOR_MISSING && event->what <= EVENT_SENSORS_MENDED);
    say(sentence, "Event: battery %d", event->battery);
    switch (event->what) {
    case EVENT_CELL_SENSOR_MISSING:
        say(sentence, " cell %d, no reading from now on", event->cell);
        break;
    case EVENT_CELL_SENSOR_STUCK:
        say(sentence, " cell %d, its reading sticks at %s", event->cell, wording_volts(event->value).text);
        break;
    case EVENT_TEMP_SENSOR_MISSING:
        say(sentence, ", no temperature reading from now on");
        break;
    case EVENT_SENSOR_FROZEN:
        say(sentence, ", its readings freeze");
        break;
    default:
        say(sentence, ", all sensors work again");
        break;
    }
}

static void say_event(struct sentence *sentence, const struct scenario *described, int index)
{
    assert(index >= 0);
    assert(index < described->event_count);
    const struct scenario_event *event = &described->events[index];
    switch (event->what) {
    case EVENT_UNPLUG_CHAIN:
        say(sentence, "Event: battery cable pulled");
        break;
    case EVENT_PLUG_CHAIN:
        say(sentence, "Event: battery cable plugged in");
        break;
    case EVENT_INTERNAL_FAULT:
        say(sentence, "Event: internal fault %d in the device", event->value);
        break;
    case EVENT_FAULT_GONE:
        say(sentence, "Event: internal fault gone");
        break;
    case EVENT_SUPPLY_DIP:
        say(sentence, "Event: supply lead at %s for %s", wording_volts(event->value).text,
            wording_span(schedule_tick_of(event->for_s)).text);
        break;
    default:
        say_sensor_event(sentence, event);
        break;
    }
}

static void say_warning(struct sentence *sentence, const struct system_edge *edge)
{
    bool is_load = edge->kind == EDGE_LOAD_CURRENT;
    assert(is_load || edge->kind == EDGE_PRE_ALARM_CURRENT);
    assert(edge->value > 0);
    say(sentence, "Warning: %s output carries %s A, more than its 1 A (%s)", is_load ? "Load" : "Pre-alarm",
        wording_number(edge->value * 0.001, edge->value % 10 == 0 ? 2 : 3).text,
        is_load ? "LOAD-1" : "PRE-1");
}

static void say_other(struct sentence *sentence, const struct story *story)
{
    const struct system_edge *edge = story->edge;
    switch (edge->kind) {
    case EDGE_LED_LOAD:
        say(sentence, "LED \"Load ON\" %s", edge->on ? "lit" : "dark");
        break;
    case EDGE_LED_FAULT:
        say(sentence, "LED \"Temp or OVP\" %s", edge->on ? "lit" : "dark");
        break;
    case EDGE_STAGE:
        say_stage(sentence, edge->value);
        break;
    case EDGE_SWITCH:
        say(sentence, "Switch %s", edge->on ? "on" : "off");
        break;
    case EDGE_EVENT:
        say_event(sentence, story->described, edge->value);
        break;
    default:
        say_warning(sentence, edge);
        break;
    }
}

void edge_text(const struct scenario *described, const struct recording_edge *edge, char *text, size_t size)
{
    assert(described != NULL);
    assert(text != NULL && size > 0);
    struct sentence sentence = {text, size, 0};
    struct story story = {described, &edge->edge, edge->held_ticks};
    text[0] = '\0';
    switch (edge->edge.kind) {
    case EDGE_LOAD:
        say_load(&sentence, &story);
        break;
    case EDGE_PRE_ALARM:
        say_prealarm(&sentence, &story);
        break;
    case EDGE_CHARGER:
        say_charger(&sentence, &story);
        break;
    default:
        say_other(&sentence, &story);
        break;
    }
}
