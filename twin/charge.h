/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stages of a battery charger, whatever feeds it: bulk, absorption, float, as docs/MODELS.md has them. Its control is its
 * remote on/off.
 */
#ifndef TWIN_CHARGE_H
#define TWIN_CHARGE_H

#include "twin/charge_settings.h"
#include "twin/equipment.h"

#define CHARGE_REBULK_TICKS 480 /* below float for 1 min */

/* The phases of a charger; its timer runs while it is below float. */
enum charge_stage { CHARGE_OFF = 0, CHARGE_BULK, CHARGE_ABSORPTION, CHARGE_FLOAT };

/* What the timeline calls them, ending with NULL. */
extern const char *const charge_words[];

/* The keys of a charger with stages, of which `type` has the charge_settings as `member`. */
#define CHARGE_ROWS(type, member) \
    {.key = "current_a_max", \
     NUMBER(1, 1000, "A"), \
     OR("30"), \
     IN(type, member.current_a_max), \
     .help = "the charger's limit"}, \
        {.key = "absorption_mv", \
         NUMBER(12000, 60000, "mV"), \
         COMPUTED("14200 for each 12.8 V"), \
         IN(type, member.absorption_mv), \
         .help = "the charger's absorption voltage; 12000..15000 for each 12.8 V"}, \
        {.key = "float_mv", \
         NUMBER(12000, 60000, "mV"), \
         COMPUTED("13500 for each 12.8 V"), \
         IN(type, member.float_mv), \
         .help = "its float voltage, below absorption; 12000..15000 for each 12.8 V"}, \
        {.key = "absorption_s", \
         NUMBER(0, 86400, "s"), \
         OR("7200"), \
         IN(type, member.absorption_s), \
         .help = "longest absorption"}, \
        {.key = "tail_a", \
         NUMBER(0, 1000, "A"), \
         OR("2"), \
         IN(type, member.tail_a), \
         .help = "a lower charge current ends absorption early"}, \
    { \
        .key = "cable_mohm", CABLE(0.01, 1000), COMPUTED("1 % of the voltage at current_a_max"), \
        IN(type, member.cable_mohm), .help = "from the charger to the bus, both ways" \
    }

/* Fills in what has a computed default, for a bus of so many `units` of 12 V, and says what does not fit. */
bool charge_complete(struct charge_settings *settings, int units, struct equipment_complaint *complaint);

/* complete() of a kind whose settings begin with a charge_settings, and that has nothing else to fill in or to check. */
bool charge_complete_entry(struct scenario_equipment *entry, int from_units, int to_units,
                           struct equipment_complaint *complaint);

/* The charger as a source, of `power_w` at its terminals at most, in its present stage; without a node. */
struct network_source charge_source(const struct charge_settings *settings,
                                    const struct equipment_state *state, double power_w);

/* More power than it can give, for one that has enough of it: its current and its voltage alone limit it. */
double charge_ample_w(const struct charge_settings *settings);

/* What is known of its output. */
void charge_facts(const struct charge_settings *settings, struct equipment_facts *known);

/* What it is after it has looked. */
struct equipment_state charge_look(const struct charge_settings *settings,
                                   const struct equipment_state *state, const struct equipment_seen *seen);

/* The tick at which it acts though nothing else changes; INT64_MAX: never. */
int64_t charge_next_tick(const struct charge_settings *settings, const struct equipment_state *state);

#endif
