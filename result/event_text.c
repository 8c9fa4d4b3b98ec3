/* SPDX-License-Identifier: Apache-2.0 */
#include "result/event_text.h"

#include <assert.h>
#include <stdio.h>

#include "result/wording.h"
#include "twin/schedule.h"

const char *event_output_name(enum scenario_output output)
{
    static const char *const names[] = {
        [OUTPUT_LOAD] = "Load", [OUTPUT_PRE_ALARM] = "Pre-alarm", [OUTPUT_CHARGER] = "Charger"};
    assert(output < sizeof names / sizeof names[0]);
    return names[output];
}

static void write_sensor_event(const struct scenario_event *event, char *text, size_t size)
{
    assert(event->battery >= 1);
    assert(event->what >= EVENT_CELL_SENSOR_MISSING && event->what <= EVENT_SENSORS_MENDED);
    switch (event->what) {
    case EVENT_CELL_SENSOR_MISSING:
        snprintf(text, size, "battery %d cell %d, no reading from now on", event->battery, event->cell);
        break;
    case EVENT_CELL_SENSOR_STUCK:
        snprintf(text, size, "battery %d cell %d, its reading sticks at %s", event->battery, event->cell,
                 wording_volts(event->value).text);
        break;
    case EVENT_TEMP_SENSOR_MISSING:
        snprintf(text, size, "battery %d, no temperature reading from now on", event->battery);
        break;
    case EVENT_SENSOR_FROZEN:
        snprintf(text, size, "battery %d, its readings freeze", event->battery);
        break;
    default:
        snprintf(text, size, "battery %d, all sensors work again", event->battery);
        break;
    }
}

static void write_terminal_event(const struct scenario_event *event, char *text, size_t size)
{
    const char *what = "does as it is told again";
    if (event->what == EVENT_OUTPUT_SHORTED) {
        what = "is shorted";
    } else if (event->what == EVENT_OUTPUT_FED) {
        what = "is fed from outside";
    }
    snprintf(text, size, "%s's terminal %s", event_output_name(event->output), what);
}

static void write_equipment_event(const struct scenario *described, const struct scenario_event *event,
                                  char *text, size_t size)
{
    const char *name = described->equipment[event->equipment].name;
    if (event->what == EVENT_EQUIPMENT_MENDED) {
        snprintf(text, size, "%s is mended", name);
    } else {
        snprintf(text, size, "%s has a fault, %s", name, event->fault);
    }
}

static void write_other_event(const struct scenario *described, const struct scenario_event *event,
                              char *text, size_t size)
{
    switch (event->what) {
    case EVENT_LOAD_ON:
    case EVENT_LOAD_OFF:
        snprintf(text, size, "%s switched %s by hand", event->load_name,
                 event->what == EVENT_LOAD_ON ? "on" : "off");
        break;
    case EVENT_EQUIPMENT_FAULT:
    case EVENT_EQUIPMENT_MENDED:
        write_equipment_event(described, event, text, size);
        break;
    default:
        write_sensor_event(event, text, size);
        break;
    }
}

void event_text(const struct scenario *described, int index, char *text, size_t size)
{
    const struct scenario_event *event = &described->events[index];
    assert(size >= EVENT_TEXT_SIZE);
    switch (event->what) {
    case EVENT_UNPLUG_CHAIN:
        snprintf(text, size, "battery cable pulled");
        break;
    case EVENT_PLUG_CHAIN:
        snprintf(text, size, "battery cable plugged in");
        break;
    case EVENT_INTERNAL_FAULT:
        snprintf(text, size, "internal fault %d in the device", event->value);
        break;
    case EVENT_FAULT_GONE:
        snprintf(text, size, "internal fault gone");
        break;
    case EVENT_SUPPLY_DIP:
        snprintf(text, size, "supply lead at %s for %s", wording_volts(event->value).text,
                 wording_span(schedule_tick_of(event->for_s)).text);
        break;
    case EVENT_OUTPUT_SHORTED:
    case EVENT_OUTPUT_FED:
    case EVENT_OUTPUT_MENDED:
        write_terminal_event(event, text, size);
        break;
    default:
        write_other_event(described, event, text, size);
        break;
    }
}
