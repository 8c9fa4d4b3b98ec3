/* SPDX-License-Identifier: Apache-2.0 */
/* What is not one of the three outputs, in words: LEDs, the switch, the scenario's events, loads, equipment, faults. */
#include "result/edge_text_internal.h"

#include <assert.h>
#include <string.h>

#include "result/event_text.h"
#include "result/wording.h"

static void say_equipment(struct sentence *sentence, const struct edge_story *story)
{
    const struct system_edge *edge = story->edge;
    const char *words = equipment_phase_word(story->described, edge->value, edge->phase);
    const size_t head = strcspn(words, "#");
    sentence_add(sentence, "%s: %.*s", equipment_name(story->described, edge->value), (int)head, words);
    if (words[head] == '#') {
        sentence_add(sentence, "%s%s", wording_number(edge->amount, 1).text, words + head + 1);
    }
}

static void say_event(struct sentence *sentence, const struct scenario *described, int index)
{
    char text[EVENT_TEXT_SIZE];
    assert(index >= 0);
    assert(index < described->event_count);
    event_text(described, index, text, sizeof text);
    sentence_add(sentence, "Event: %s", text);
}

static void say_warning(struct sentence *sentence, const struct system_edge *edge)
{
    bool is_load = edge->kind == EDGE_LOAD_CURRENT;
    assert(is_load || edge->kind == EDGE_PRE_ALARM_CURRENT);
    assert(edge->value > 0);
    sentence_add(sentence, "Warning: %s output carries %s A, more than its 1 A (%s)",
                 is_load ? "Load" : "Pre-alarm",
                 wording_number(edge->value * 0.001, edge->value % 10 == 0 ? 2 : 3).text,
                 is_load ? "LOAD-1" : "PRE-1");
}

/* SAFE-4 */
static void say_output_fault(struct sentence *sentence, const struct system_edge *edge)
{
    static const char *const names[] = {
        [SBMS_OUTPUT_LOAD] = "Load", [SBMS_OUTPUT_PREALARM] = "Pre-alarm", [SBMS_OUTPUT_CHARGER] = "Charger"};
    assert(edge->value >= 0 && (size_t)edge->value < sizeof names / sizeof names[0]);
    const char *what =
        edge->is_short ? "is shorted" : "is high though it floats: fed from outside, or broken";
    sentence_add(sentence, "Fault %d%s: %s's terminal %s", SBMS_FAULT_OUTPUT, edge->on ? "" : " over",
                 names[edge->value], edge->on ? what : "follows again");
}

static void say_drop(struct sentence *sentence, const struct edge_story *story)
{
    const int index = story->edge->value;
    assert(index >= 0 && index < story->described->load_count);
    const struct scenario_load *load = &story->described->loads[index];
    sentence_add(sentence, story->edge->on ? "%s: on again" : "%s: off, its voltage is too low", load->name);
}

/* What is not the device's: the scenario's events, loads, the charger; and warnings. */
static void say_rest(struct sentence *sentence, const struct edge_story *story)
{
    const struct system_edge *edge = story->edge;
    switch (edge->kind) {
    case EDGE_STAGE:
    case EDGE_EQUIPMENT:
        say_equipment(sentence, story);
        break;
    case EDGE_EVENT:
        say_event(sentence, story->described, edge->value);
        break;
    case EDGE_DROP:
        say_drop(sentence, story);
        break;
    default:
        say_warning(sentence, edge);
        break;
    }
}

void edge_text_say_other(struct sentence *sentence, const struct edge_story *story)
{
    const struct system_edge *edge = story->edge;
    switch (edge->kind) {
    case EDGE_LED_LOAD:
        sentence_add(sentence, "LED \"Load ON\" %s", edge->on ? "lit" : "dark");
        break;
    case EDGE_LED_FAULT:
        sentence_add(sentence, "LED \"Temp or OVP\" %s", edge->on ? "lit" : "dark");
        break;
    case EDGE_SWITCH:
        sentence_add(sentence, "Switch %s", edge->on ? "on" : "off");
        break;
    case EDGE_OUTPUT_FAULT:
        say_output_fault(sentence, edge);
        break;
    default:
        say_rest(sentence, story);
        break;
    }
}
