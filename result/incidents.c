/* SPDX-License-Identifier: Apache-2.0 */
#include "result/incidents.h"

#include <assert.h>
#include <string.h>

void incidents_init(struct incidents *incidents)
{
    assert(incidents != NULL);
    *incidents = (struct incidents){.floats_tick = -1};
}

/* Finds those that are not over again, after places have changed. */
static void find_open(struct incidents *incidents)
{
    for (int kind = 0; kind < INCIDENT_KINDS; kind++) {
        incidents->open[kind] = 0;
    }
    for (size_t i = 0; i < incidents->count; i++) {
        if (!incidents->list[i].is_over) {
            incidents->open[incidents->list[i].kind] = i + 1;
        }
    }
}

/* Makes room by dropping what is over and no cut, as long as there is any. */
static void drop_small_ones(struct incidents *incidents)
{
    size_t kept = 0;
    for (size_t i = 0; i < incidents->count; i++) {
        const struct incident *one = &incidents->list[i];
        if (one->kind == INCIDENT_CUT || !one->is_over) {
            incidents->list[kept++] = *one;
        }
    }
    incidents->count = kept;
    find_open(incidents);
}

/* Makes room where all are cuts: the shortest goes, but never the first, nor one that is not over. */
static void drop_shortest(struct incidents *incidents)
{
    size_t shortest = 0;
    for (size_t i = 1; i < incidents->count; i++) {
        const struct incident *one = &incidents->list[i];
        if (one->is_over &&
            (shortest == 0 || incident_ticks(one, 0) < incident_ticks(&incidents->list[shortest], 0))) {
            shortest = i;
        }
    }
    if (shortest == 0) {
        return;
    }
    memmove(&incidents->list[shortest], &incidents->list[shortest + 1],
            (incidents->count - shortest - 1) * sizeof incidents->list[0]);
    incidents->count--;
    find_open(incidents);
}

/* The one that begins with this edge; NULL: there is no room. */
static struct incident *begin(struct incidents *incidents, enum incident_kind kind,
                              const struct system_edge *edge)
{
    incidents->counts[kind]++;
    incidents->open[kind] = 0;
    if (incidents->count == INCIDENTS_MAX) {
        drop_small_ones(incidents);
    }
    if (incidents->count == INCIDENTS_MAX) {
        drop_shortest(incidents);
    }
    if (incidents->count == INCIDENTS_MAX) {
        return NULL;
    }
    struct incident *one = &incidents->list[incidents->count++];
    *one = (struct incident){.kind = kind, .from_tick = edge->tick, .begin = *edge, .source = -1};
    incidents->open[kind] = incidents->count;
    return one;
}

/* Ends the one of that kind that is not over; NULL: none is kept. */
static struct incident *end(struct incidents *incidents, enum incident_kind kind,
                            const struct system_edge *edge)
{
    if (incidents->open[kind] == 0) {
        return NULL;
    }
    struct incident *one = &incidents->list[incidents->open[kind] - 1];
    one->end = *edge;
    one->is_over = true;
    incidents->ticks[kind] += incident_ticks(one, edge->tick);
    incidents->open[kind] = 0;
    return one;
}

/* Who takes what at a cut. */
static void note_takers(struct incidents *incidents, struct incident *one, const struct system_run *run)
{
    takers_note(&one->takers, run);
    for (int i = 0; i < run->equipment_count; i++) {
        incidents->given_j[i] = run->totals.equipment[i].given_j;
    }
}

/* Who has given most since the cut. */
static void note_source(const struct incidents *incidents, struct incident *one, const struct system_run *run)
{
    double most_j = 0.0;
    for (int i = 0; i < run->equipment_count; i++) {
        const double given_j = run->totals.equipment[i].given_j - incidents->given_j[i];
        if (run->equipment[i].kind->ports != EQUIPMENT_FROM_TO && given_j > most_j) {
            most_j = given_j;
            one->source = i;
        }
    }
}

static void begin_cut(struct incidents *incidents, const struct system_edge *edge,
                      const struct system_run *run)
{
    struct incident *one = begin(incidents, INCIDENT_CUT, edge);
    if (one == NULL) {
        return;
    }
    one->from_tick = incidents->is_warning ? incidents->prealarm.tick : edge->tick;
    if (run != NULL) {
        note_takers(incidents, one, run);
    }
}

static void take_load(struct incidents *incidents, const struct system_edge *edge,
                      const struct system_run *run)
{
    if (edge->on) {
        struct incident *one = end(incidents, INCIDENT_CUT, edge);
        if (one != NULL && run != NULL) {
            note_source(incidents, one, run);
        }
        return;
    }
    incidents->floats_tick = edge->tick;
    if (edge->cause != SBMS_CAUSE_REMOTE_OFF && !(edge->stays && incidents->open[INCIDENT_CUT] > 0)) {
        begin_cut(incidents, edge, run);
    }
}

static void take_prealarm(struct incidents *incidents, const struct system_edge *edge)
{
    if (edge->on) {
        incidents->prealarm = *edge;
    } else if (incidents->is_warning && edge->tick != incidents->floats_tick &&
               edge->cause != SBMS_CAUSE_REMOTE_OFF &&
               begin(incidents, INCIDENT_WARNING, &incidents->prealarm) != NULL) {
        (void)end(incidents, INCIDENT_WARNING, edge);
    }
    incidents->is_warning = edge->on && edge->cause != SBMS_CAUSE_OUTPUT_RETRY; /* SAFE-4: the same warning */
}

/* One that has begun is over with `is_over`; what begins while it is not over belongs to it. */
static void take_other(struct incidents *incidents, enum incident_kind kind, bool is_over,
                       const struct system_edge *edge)
{
    if (is_over) {
        (void)end(incidents, kind, edge);
    } else if (incidents->open[kind] == 0) {
        (void)begin(incidents, kind, edge);
    }
}

/* BAT-5 */
static bool is_by_cold(const struct system_edge *edge)
{
    return edge->cause == SBMS_CAUSE_ATC_LOST && edge->reason.battery > 0 &&
           edge->reason.cause == SBMS_BATTERY_LOW_TEMP;
}

static void take_charger(struct incidents *incidents, const struct system_edge *edge)
{
    const bool is_cold =
        incidents->open[INCIDENT_COLD] > 0 || (incidents->open[INCIDENT_CHARGER] == 0 && is_by_cold(edge));
    if (edge->on || edge->cause != SBMS_CAUSE_REMOTE_OFF) {
        take_other(incidents, is_cold ? INCIDENT_COLD : INCIDENT_CHARGER, edge->on, edge);
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
        take_prealarm(incidents, edge);
        break;
    case EDGE_CHARGER:
        take_charger(incidents, edge);
        break;
    case EDGE_OUTPUT_FAULT:
        take_other(incidents, INCIDENT_FAULT, !edge->on, edge);
        break;
    default:
        break;
    }
}

int64_t incident_ticks(const struct incident *incident, int64_t end_tick)
{
    const int64_t from = incident->kind == INCIDENT_CUT ? incident->begin.tick : incident->from_tick;
    return (incident->is_over ? incident->end.tick : end_tick) - from;
}

int64_t incidents_ticks(const struct incidents *incidents, enum incident_kind kind, int64_t end_tick)
{
    const size_t open = incidents->open[kind];
    return incidents->ticks[kind] + (open > 0 ? incident_ticks(&incidents->list[open - 1], end_tick) : 0);
}

int64_t incidents_left_out(const struct incidents *incidents)
{
    int64_t left_out = -(int64_t)incidents->count;
    for (int kind = 0; kind < INCIDENT_KINDS; kind++) {
        left_out += incidents->counts[kind];
    }
    return left_out;
}
