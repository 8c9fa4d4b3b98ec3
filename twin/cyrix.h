/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the Cyrix relays have in common: a big relay with electronics of its own, which an output of the device allows to close. At second
 * hand from the maker: less than 4 mA when open; models of 120 and 230 A; no limit of current. Not published, and chosen here: 160 mA
 * when closed, half of it at 24 V; 1 mA into its control input, which Charger's 10 mA must feed. Too hot a contact opens a real
 * one, at what temperature is not published: here it only tells that it carries more than its model's name says.
 */
#ifndef TWIN_CYRIX_H
#define TWIN_CYRIX_H

#include "twin/equipment.h"

struct cyrix {
    double current_a_max;
    double contact_mohm;
    double closed_ma;
    double open_ma;
    double control_ma;
    double units; /* of 12 V */
};

/* The phases that all have; a kind's own come behind. */
enum cyrix_phase {
    CYRIX_OPEN = 0,
    CYRIX_CLOSED,
    CYRIX_OVERLOADED, /* closed, too */
    CYRIX_WELDED,
    CYRIX_STUCK_OPEN,
    CYRIX_OWN
};

#define CYRIX_WORDS "open", "closed", "closed, # A are more than its name has", "welded closed", "stuck open"

extern const struct scenario_word cyrix_faults[];
extern const struct scenario_row cyrix_rows[];
enum { CYRIX_ROW_COUNT = 5 };

/* What equipment_kind's functions of these names do, for all of them. */
bool cyrix_complete(struct scenario_equipment *entry, int from_units, int to_units,
                    struct equipment_complaint *complaint);
void cyrix_add(const struct scenario_equipment *entry, const struct equipment_state *state,
               struct equipment_parts *parts);
double cyrix_draw_a(const struct scenario_equipment *entry, const struct equipment_state *state);
double cyrix_output_a(const struct scenario_equipment *entry, const struct equipment_state *state,
                      int64_t tick);
void cyrix_facts(const struct scenario_equipment *entry, struct equipment_facts *known);
void cyrix_facts_charging(const struct scenario_equipment *entry,
                          struct equipment_facts *known); /* of one that closes by a voltage */
double cyrix_amount(const struct scenario_equipment *entry, const struct equipment_state *before,
                    const struct equipment_state *now, const struct equipment_seen *seen);

struct cyrix cyrix_settings(const struct scenario_equipment *entry);

/* Whether its contact is closed by what it has decided itself. */
bool cyrix_is_closed(const struct equipment_state *state);

/* Whether a fault decides what it is, or has just gone: then `next` is that. */
bool cyrix_is_broken(const struct equipment_state *state, const struct equipment_seen *seen,
                     struct equipment_state *next);

/* A closed one that stays so: tells once, until it opens, that it carries too much. Its time and its timer go on. */
struct equipment_state cyrix_loaded(const struct cyrix *cyrix, const struct equipment_state *state,
                                    const struct equipment_seen *seen);

#endif
