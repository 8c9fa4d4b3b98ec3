/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What acts at a tick besides the device and the consumers: the scenario's events, the weather, and what
 * looks once a second.
 */
#include "twin/system_internal.h"

#include "twin/consumer.h"
#include "twin/schedule.h"
#include "twin/weather.h"

static void turn_switch(struct system_run *run, bool on)
{
    if (run->switch_on != on) {
        system_tell(run, (struct system_edge){.kind = EDGE_SWITCH, .on = on});
    }
    run->switch_on = on;
    run->moved = true;
}

static int first_cell_of(const struct system_run *run, const struct scenario_event *event)
{
    return (event->battery - 1) * run->bank.cells_per_battery + event->cell - 1;
}

static void mend_sensors(struct system_run *run, const struct scenario_event *event)
{
    const int first = (event->battery - 1) * run->bank.cells_per_battery;

    for (int i = first; i < first + run->bank.cells_per_battery; i++) {
        run->chain.cell_sensors[i].state = SENSOR_WORKS;
    }
    run->chain.temp_missing[event->battery - 1] = false;
    run->chain.frozen[event->battery - 1] = false;
}

static void happen_to_sensors(struct system_run *run, const struct scenario_event *event)
{
    switch (event->what) {
    case EVENT_CELL_SENSOR_MISSING:
        run->chain.cell_sensors[first_cell_of(run, event)].state = SENSOR_MISSING;
        break;
    case EVENT_CELL_SENSOR_STUCK:
        run->chain.cell_sensors[first_cell_of(run, event)] =
            (struct chain_sensor){.state = SENSOR_STUCK, .stuck_mv = (int16_t)event->value};
        break;
    case EVENT_TEMP_SENSOR_MISSING:
        run->chain.temp_missing[event->battery - 1] = true;
        break;
    case EVENT_SENSOR_FROZEN:
        run->chain.frozen[event->battery - 1] = true;
        break;
    default:
        mend_sensors(run, event);
        break;
    }
}

static void happen_to_terminal(struct system_run *run, const struct scenario_event *event)
{
    static const enum sbms_output outputs[] = {[OUTPUT_LOAD] = SBMS_OUTPUT_LOAD,
                                               [OUTPUT_PRE_ALARM] = SBMS_OUTPUT_PREALARM,
                                               [OUTPUT_CHARGER] = SBMS_OUTPUT_CHARGER};
    const uint8_t bit = (uint8_t)(1u << outputs[event->output]);

    run->shorted = (uint8_t)(run->shorted & ~bit);
    run->fed = (uint8_t)(run->fed & ~bit);
    if (event->what == EVENT_OUTPUT_SHORTED) {
        run->shorted |= bit;
    } else if (event->what == EVENT_OUTPUT_FED) {
        run->fed |= bit;
    }
}

static void happen_to_device(struct system_run *run, const struct scenario_event *event)
{
    switch (event->what) {
    case EVENT_INTERNAL_FAULT:
        run->fault = (uint8_t)event->value;
        break;
    case EVENT_FAULT_GONE:
        run->fault = 0u;
        break;
    case EVENT_SUPPLY_DIP:
        run->dip_mv = event->value;
        run->dip_end_tick = run->tick + schedule_tick_of(event->for_s);
        break;
    default:
        happen_to_terminal(run, event);
        break;
    }
}

static void happen_elsewhere(struct system_run *run, const struct scenario_event *event)
{
    switch (event->what) {
    case EVENT_LOAD_ON:
    case EVENT_LOAD_OFF:
        run->load_forced[event->load] = event->what == EVENT_LOAD_ON ? 1 : -1;
        break;
    case EVENT_EQUIPMENT_FAULT:
    case EVENT_EQUIPMENT_MENDED:
        system_equipment_happen(run, event);
        break;
    default:
        happen_to_device(run, event);
        break;
    }
}

static void happen(struct system_run *run, int index)
{
    const struct scenario_event *event = &run->described->events[index];

    if (event->what == EVENT_SWITCH_ON || event->what == EVENT_SWITCH_OFF) {
        turn_switch(run, event->what == EVENT_SWITCH_ON);
        return;
    }
    system_tell(run, (struct system_edge){.kind = EDGE_EVENT, .on = true, .value = index});
    switch (event->what) {
    case EVENT_UNPLUG_CHAIN:
    case EVENT_PLUG_CHAIN:
        chain_plug(&run->chain, event->what == EVENT_PLUG_CHAIN);
        break;
    case EVENT_CELL_SENSOR_MISSING:
    case EVENT_CELL_SENSOR_STUCK:
    case EVENT_TEMP_SENSOR_MISSING:
    case EVENT_SENSOR_FROZEN:
    case EVENT_SENSORS_MENDED:
        happen_to_sensors(run, event);
        break;
    default:
        happen_elsewhere(run, event);
        break;
    }
}

/* The next tick after now at which the weather changes or an event of the scenario happens. */
static int64_t next_boundary(const struct system_run *run)
{
    const int64_t slot_end = (run->tick / WEATHER_SLOT_TICKS + 1) * WEATHER_SLOT_TICKS;

    if (run->next_event < run->described->event_count) {
        const int64_t event_tick = schedule_tick_of(run->described->events[run->next_event].at_s);

        return event_tick < slot_end ? event_tick : slot_end;
    }
    return slot_end;
}

/* What the cells do by themselves, at the end of each slot of the weather, in which the sun stays; they age at midnight. */
static void grow_old(struct system_run *run)
{
    if (run->tick == 0 || run->tick % WEATHER_SLOT_TICKS != 0) {
        return;
    }
    bank_look_at_stress(&run->bank, (double)WEATHER_SLOT_TICKS / SBMS_TICKS_PER_S);
    bank_limit_leaks(&run->bank);
    if (run->tick % SCHEDULE_DAY_TICKS == 0) {
        bank_age(&run->bank);
        run->totals.health = bank_health(&run->bank);
    }
}

void system_follow_scenario(struct system_run *run)
{
    const struct scenario *described = run->described;
    const int64_t slot = run->tick / WEATHER_SLOT_TICKS;

    while (run->next_event < described->event_count &&
           schedule_tick_of(described->events[run->next_event].at_s) <= run->tick) {
        happen(run, run->next_event++);
    }
    grow_old(run);
    run->ambient_c = weather_ambient_c(described, slot);
    system_equipment_weather(run, slot);
    run->boundary_tick = next_boundary(run);
    run->moved = true;
}

void system_look(struct system_run *run)
{
    struct chain_readings readings;

    chain_read(&run->chain, &run->bank, false, &readings);
    chain_sample(&run->chain, &readings);
    system_equipment_look(run);
    if (bank_balance(&run->bank)) {
        run->moved = true;
    }
    if (consumers_look(run)) {
        run->moved = true;
    }
}

void system_look_again(struct system_run *run)
{
    chain_take_tried(&run->chain);
    if (consumers_look(run)) { /* what time has brought */
        run->moved = true;
    }
}
