/* SPDX-License-Identifier: Apache-2.0 */
#include "result/incidents.h"

#include <assert.h>
#include <string.h>

#include "twin/consumer.h"
#include "twin/millivolts.h"

#define SPACING_START ((int64_t)60 * SBMS_TICKS_PER_S)
#define CHARGED_AS_MIN 36.0

static const size_t kept_max[INCIDENT_KINDS] = {[INCIDENT_CUT] = INCIDENTS_CUT_MAX,
                                                [INCIDENT_WARNING] = INCIDENTS_WARNING_MAX,
                                                [INCIDENT_CHARGER] = INCIDENTS_CHARGER_MAX,
                                                [INCIDENT_COLD] = INCIDENTS_COLD_MAX,
                                                [INCIDENT_FAULT] = INCIDENTS_FAULT_MAX};

void incidents_init(struct incidents *incidents)
{
    assert(incidents != NULL);
    *incidents = (struct incidents){.is_discharge_allowed = true, .off = {.tick = -1}, .unfed_tick = -1};
}

/* ---- which are kept ------------------------------------------------------------------------------- */

/* Finds those that are not over again, after places have changed. */
static void find_open(struct incidents *incidents)
{
    for (int kind = 0; kind < INCIDENT_KINDS; kind++) {
        incidents->open[kind] = 0;
        incidents->kept[kind] = 0;
    }
    for (size_t i = 0; i < incidents->count; i++) {
        const struct incident *one = &incidents->list[i];
        incidents->kept[one->kind]++;
        if (!one->is_over) {
            incidents->open[one->kind] = i + 1;
        }
    }
}

/* The place of the longest of a kind that is over; the count: there is none. */
static size_t longest_of(const struct incidents *incidents, enum incident_kind kind)
{
    size_t longest = incidents->count;
    for (size_t i = 0; i < incidents->count; i++) {
        const struct incident *one = &incidents->list[i];
        if (one->kind == kind && one->is_over &&
            (longest == incidents->count ||
             incident_ticks_to_supply(one, 0) > incident_ticks_to_supply(&incidents->list[longest], 0))) {
            longest = i;
        }
    }
    return longest;
}

/* Drops those of a kind that are nearer than its spacing to the one before that is kept; the first has none before. */
static void drop_near_ones(struct incidents *incidents, enum incident_kind kind)
{
    const size_t longest = longest_of(incidents, kind);
    struct incident *before = NULL;
    size_t kept = 0;
    for (size_t i = 0; i < incidents->count; i++) {
        const struct incident *one = &incidents->list[i];
        if (one->kind == kind && before != NULL && one->is_over && i != longest &&
            one->begin.tick - before->begin.tick < incidents->spacing_ticks[kind]) {
            before->left_out += 1 + one->left_out;
            continue;
        }
        if (kept < i) {
            incidents->list[kept] = *one;
        }
        before = incidents->list[kept].kind == kind ? &incidents->list[kept] : before;
        kept++;
    }
    incidents->count = kept;
    find_open(incidents);
}

/* Makes room for more of a kind. */
static void thin(struct incidents *incidents, enum incident_kind kind)
{
    const size_t aimed = kept_max[kind] - kept_max[kind] / 8;
    drop_near_ones(incidents, kind);
    while (incidents->kept[kind] > aimed) {
        const int64_t ticks = incidents->spacing_ticks[kind];
        incidents->spacing_ticks[kind] = ticks == 0 ? SPACING_START : ticks + ticks / 4;
        drop_near_ones(incidents, kind);
    }
}

/* Takes the one at `place` away, and forgets it. */
static void take_back(struct incidents *incidents, size_t place)
{
    struct incident *one = &incidents->list[place];
    incidents->counts[one->kind]--;
    memmove(one, one + 1, (incidents->count - place - 1) * sizeof *one);
    incidents->count--;
    find_open(incidents);
}

/* ---- from begin to end ------------------------------------------------------------------------------ */

/* What is measured of one runs from its begin on: less the totals there, and with those at its end. */
static void measure(struct incident *one, const struct system_run *run, int sign)
{
    if (run != NULL) {
        one->is_of_run = true;
        one->dark_ticks += sign * run->totals.dark_ticks;
        one->charged_as += sign * run->totals.charge_in_as;
    }
}

/* The one that begins with this edge, among the others by its time. */
static struct incident *begin(struct incidents *incidents, enum incident_kind kind,
                              const struct system_edge *edge, const struct system_run *run)
{
    incidents->counts[kind]++;
    incidents->starts[kind] += edge->stays ? 1 : 0;
    if (incidents->kept[kind] == kept_max[kind]) {
        thin(incidents, kind);
    }
    size_t place = incidents->count;
    while (place > 0 && incidents->list[place - 1].begin.tick > edge->tick) {
        place--;
    }
    struct incident *one = &incidents->list[place];
    memmove(one + 1, one, (incidents->count - place) * sizeof *one);
    incidents->count++;
    *one = (struct incident){.kind = kind, .from_tick = edge->tick, .begin = *edge, .source = -1};
    measure(one, run, -1);
    if (place + 1 == incidents->count) {
        incidents->kept[kind]++;
        incidents->open[kind] = place + 1;
    } else {
        find_open(incidents);
    }
    return one;
}

/* Counts one that lasts to `tick`. */
static void count_in(struct incidents *incidents, struct incident *one, int64_t tick,
                     const struct system_run *run)
{
    measure(one, run, 1);
    incidents->ticks[one->kind] += one->is_over ? incident_ticks(one, tick) : 0;
    incidents->charged[one->kind] += incident_has_charge(one) ? 1 : 0;
    incidents->dark_cuts += one->is_dark ? 1 : 0;
}

/* Ends the one of that kind that is not over; NULL: there is none. */
static struct incident *end(struct incidents *incidents, enum incident_kind kind,
                            const struct system_edge *edge, const struct system_run *run)
{
    if (incidents->open[kind] == 0) {
        return NULL;
    }
    struct incident *one = &incidents->list[incidents->open[kind] - 1];
    one->end = *edge;
    one->is_over = true;
    count_in(incidents, one, edge->tick, run);
    incidents->open[kind] = 0;
    return one;
}

/* ---- cuts ------------------------------------------------------------------------------------------- */

/* Who takes what from the bank when that brings a cut about. */
static void note_takers(const struct incidents *incidents, struct incident *one, const struct system_run *run)
{
    const uint8_t cause = one->begin.cause;
    one->is_misread = cause == SBMS_CAUSE_ATD_LOST && incidents->has_takers && !incidents->is_cell_under;
    if (cause == SBMS_CAUSE_ATD_LOST && incidents->has_takers) {
        one->takers = incidents->takers;
    } else if (cause == SBMS_CAUSE_ATD_LOST ||
               (cause == SBMS_CAUSE_SUPPLY_LOW && run->tick >= run->dip_end_tick)) {
        takers_note(&one->takers, run);
    }
}

/* One that somebody feeds, at a voltage that it works on. */
static bool has_supply(const struct system_run *run, int load)
{
    return loads_is_fed(run, load) && !run->load_dropped[load];
}

/* Those that have been without supply since the cut before count to this one, too. */
static void note_fed(struct incidents *incidents, const struct system_run *run)
{
    for (int i = 0; i < run->described->load_count; i++) {
        const bool is_still_unfed = incidents->unfed_tick >= 0 && incidents->was_fed[i];
        incidents->was_fed[i] = is_still_unfed || has_supply(run, i);
    }
    incidents->unfed_tick = -1;
}

static void begin_cut(struct incidents *incidents, const struct system_edge *edge,
                      const struct system_run *run)
{
    int64_t from_tick = edge->tick;
    if (incidents->open[INCIDENT_WARNING] > 0) {
        from_tick = incidents->list[incidents->open[INCIDENT_WARNING] - 1].begin.tick;
        take_back(incidents, incidents->open[INCIDENT_WARNING] - 1);
    }
    struct incident *one = begin(incidents, INCIDENT_CUT, edge, run);
    one->from_tick = from_tick;
    if (run != NULL) {
        note_takers(incidents, one, run);
        note_fed(incidents, run);
        for (int i = 0; i < run->equipment_count; i++) {
            incidents->given_j[i] = run->totals.equipment[i].given_j;
        }
    }
}

/* LOAD-8: a remote that is off for less than 1 s has cut Load; that is known behind it. */
static void settle_remote(struct incidents *incidents, const struct system_run *run)
{
    const int64_t cuts = run->totals.load_cuts[SBMS_CAUSE_REMOTE_OFF];
    if (cuts > incidents->remote_cuts && incidents->off.tick >= 0) {
        begin_cut(incidents, &incidents->off, run);
    }
    incidents->remote_cuts = cuts;
}

static void take_load(struct incidents *incidents, const struct system_edge *edge,
                      const struct system_run *run)
{
    incidents->load_has_been_high = incidents->load_has_been_high || !edge->stays;
    if (run != NULL) {
        settle_remote(incidents, run);
    }
    if (edge->on) {
        struct incident *one = end(incidents, INCIDENT_CUT, edge, run);
        if (one != NULL && run != NULL) {
            one->source = takers_charger(run, incidents->given_j);
            incidents->unfed_tick = one->begin.tick;
        }
    } else if (edge->cause == SBMS_CAUSE_REMOTE_OFF) {
        incidents->off = *edge;
    } else if (!edge->stays || incidents->open[INCIDENT_CUT] == 0) {
        begin_cut(incidents, edge, run);
    }
}

/* ---- all others ------------------------------------------------------------------------------------- */

/* A cut takes the warning that goes on as its own; what is tried again after a short is the same warning (SAFE-4). */
static void take_prealarm(struct incidents *incidents, const struct system_edge *edge,
                          const struct system_run *run)
{
    if (!edge->on) {
        (void)end(incidents, INCIDENT_WARNING, edge, run);
    } else if (edge->cause != SBMS_CAUSE_OUTPUT_RETRY && incidents->open[INCIDENT_WARNING] == 0) {
        (void)begin(incidents, INCIDENT_WARNING, edge, run);
    }
}

/* One that has begun is over with `is_over`; what begins while it is not over belongs to it. */
static void take_other(struct incidents *incidents, enum incident_kind kind, bool is_over,
                       const struct system_edge *edge, const struct system_run *run)
{
    if (is_over) {
        (void)end(incidents, kind, edge, run);
    } else if (incidents->open[kind] == 0) {
        (void)begin(incidents, kind, edge, run);
    }
}

/* BAT-5 */
static bool is_by_cold(const struct system_edge *edge)
{
    return edge->cause == SBMS_CAUSE_ATC_LOST && edge->reason.battery > 0 &&
           edge->reason.cause == SBMS_BATTERY_LOW_TEMP;
}

static void take_charger(struct incidents *incidents, const struct system_edge *edge,
                         const struct system_run *run)
{
    const bool is_cold =
        incidents->open[INCIDENT_COLD] > 0 || (incidents->open[INCIDENT_CHARGER] == 0 && is_by_cold(edge));
    if (edge->on || edge->cause != SBMS_CAUSE_REMOTE_OFF) {
        take_other(incidents, is_cold ? INCIDENT_COLD : INCIDENT_CHARGER, edge->on, edge, run);
    }
}

void incidents_take(struct incidents *incidents, const struct system_edge *edge, const struct system_run *run)
{
    assert(incidents != NULL);
    switch (edge->kind) {
    case EDGE_LOAD:
        take_load(incidents, edge, run);
        break;
    case EDGE_PRE_ALARM:
        take_prealarm(incidents, edge, run);
        break;
    case EDGE_CHARGER:
        take_charger(incidents, edge, run);
        break;
    case EDGE_OUTPUT_FAULT:
        take_other(incidents, INCIDENT_FAULT, !edge->on, edge, run);
        break;
    default:
        break;
    }
}

/* ---- between edges ---------------------------------------------------------------------------------- */

/* A cell that is under is so before the batteries say it: who takes then has taken it there. */
static void look_for_takers(struct incidents *incidents, const struct system_run *run)
{
    const bool is_allowed = run->chain.all.atd;
    if (is_allowed) {
        incidents->is_cell_under =
            millivolts_of(run->bank.now->cell_v_min) < run->described->bank.settings.under_voltage_mv;
        incidents->has_takers = incidents->is_cell_under;
    }
    if ((is_allowed && incidents->has_takers) || (!is_allowed && !incidents->has_takers)) {
        takers_note(&incidents->takers, run);
        incidents->has_takers = true;
    }
}

static bool is_any_load_without_supply(const struct system_run *run)
{
    for (int i = 0; i < run->described->load_count; i++) {
        if (!has_supply(run, i)) {
            return true;
        }
    }
    return false;
}

/* Load is high again; a switch of another kind may wait for more than that. */
static void look_after_cut(struct incidents *incidents, const struct system_run *run)
{
    bool is_unfed = false;
    for (int i = 0; i < run->described->load_count && run->switch_on; i++) {
        is_unfed = is_unfed || (incidents->was_fed[i] && !has_supply(run, i));
    }
    for (size_t i = incidents->count; is_unfed && i > 0; i--) {
        struct incident *one = &incidents->list[i - 1];
        if (one->kind == INCIDENT_CUT && one->begin.tick == incidents->unfed_tick) {
            one->after_ticks = run->tick - one->end.tick;
            return;
        }
    }
    incidents->unfed_tick = -1;
}

void incidents_look(struct incidents *incidents, const struct system_run *run)
{
    assert(incidents != NULL && run != NULL);
    settle_remote(incidents, run);
    look_for_takers(incidents, run);
    if (incidents->unfed_tick >= 0) {
        look_after_cut(incidents, run);
    }
    if (incidents->open[INCIDENT_CUT] > 0 && run->switch_on) {
        struct incident *cut = &incidents->list[incidents->open[INCIDENT_CUT] - 1];
        if (!cut->is_dark && is_any_load_without_supply(run)) {
            cut->is_dark = true;
            cut->lit_ticks = run->tick - cut->begin.tick;
        }
    }
}

void incidents_finish(struct incidents *incidents, const struct system_run *run)
{
    assert(incidents != NULL);
    incidents->is_ever_charged = run != NULL && run->totals.charge_in_as > CHARGED_AS_MIN;
    for (int kind = 0; kind < INCIDENT_KINDS; kind++) {
        drop_near_ones(incidents, (enum incident_kind)kind);
        if (incidents->open[kind] > 0 && run != NULL) {
            count_in(incidents, &incidents->list[incidents->open[kind] - 1], run->tick, run);
        }
    }
}

/* ---- told of them ----------------------------------------------------------------------------------- */

int64_t incident_ticks(const struct incident *incident, int64_t end_tick)
{
    if (incident->kind == INCIDENT_CUT && incident->is_of_run) {
        return incident->dark_ticks;
    }
    return (incident->is_over ? incident->end.tick : end_tick) - incident->begin.tick;
}

int64_t incident_ticks_to_supply(const struct incident *incident, int64_t end_tick)
{
    return incident_ticks(incident, end_tick) + incident->after_ticks;
}

int64_t incidents_ticks(const struct incidents *incidents, enum incident_kind kind, int64_t end_tick)
{
    const size_t open = incidents->open[kind];
    return incidents->ticks[kind] + (open > 0 ? incident_ticks(&incidents->list[open - 1], end_tick) : 0);
}

bool incident_has_charge(const struct incident *incident)
{
    return incident->charged_as > CHARGED_AS_MIN;
}

bool incident_is_uncharged(const struct incidents *incidents, const struct incident *incident)
{
    return incidents->is_ever_charged && !incident_has_charge(incident);
}

const struct incident *incidents_first(const struct incidents *incidents, enum incident_kind kind)
{
    for (size_t i = 0; i < incidents->count; i++) {
        if (incidents->list[i].kind == kind) {
            return &incidents->list[i];
        }
    }
    return NULL;
}

int64_t incidents_charger_cuts(const struct incidents *incidents)
{
    return incidents->counts[INCIDENT_CHARGER] - incidents->starts[INCIDENT_CHARGER] +
           incidents->counts[INCIDENT_COLD] - incidents->starts[INCIDENT_COLD];
}

int64_t incidents_left_out_of(const struct incidents *incidents, enum incident_kind kind)
{
    return incidents->counts[kind] - (int64_t)incidents->kept[kind];
}

int64_t incidents_left_out(const struct incidents *incidents)
{
    int64_t left_out = 0;
    for (int kind = 0; kind < INCIDENT_KINDS; kind++) {
        left_out += incidents_left_out_of(incidents, (enum incident_kind)kind);
    }
    return left_out;
}
