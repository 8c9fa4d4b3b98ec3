/* SPDX-License-Identifier: Apache-2.0 */
#include "result/recording.h"

#include <assert.h>
#include <stdlib.h>

#define ROOM_START 256u

void recording_init(struct recording *recording, const struct scenario *described,
                    struct series_buckets buckets)
{
    assert(described != NULL);
    const struct scenario_bank *batteries = &described->bank;
    *recording = (struct recording){.described = described, .tick = -1};
    edge_list_init(&recording->edges);
    series_init(&recording->series,
                (size_t)batteries->cells * (size_t)batteries->series * (size_t)batteries->parallel, buckets);
    incidents_init(&recording->incidents);
    energy_days_init(&recording->energy, described);
    for (int wire = 0; wire < WIRE_COUNT; wire++) {
        recording->wire_ticks[wire] = -1;
    }
    recording->wires[WIRE_REMOTE] = described->remote.on;
}

void recording_free(struct recording *recording)
{
    assert(recording != NULL);
    edge_list_free(&recording->edges);
    series_free(&recording->series);
    energy_days_free(&recording->energy);
    free(recording->changes);
    *recording = (struct recording){0};
}

/* ---- wires -------------------------------------------------------------------------------------- */

static void add_change(struct recording *recording, struct recording_change change)
{
    if (recording->change_count >= RECORDING_WIRES_MAX) {
        recording->changes_left_out++;
        return;
    }
    if (recording->change_count == recording->change_room) {
        const size_t room = recording->change_room == 0 ? ROOM_START : recording->change_room * 3 / 2;
        struct recording_change *larger = realloc(recording->changes, room * sizeof *larger);
        if (larger == NULL) {
            recording->failed = true;
            return;
        }
        recording->changes = larger;
        recording->change_room = room;
    }
    recording->changes[recording->change_count++] = change;
}

static void set_wire(struct recording *recording, enum recording_wire wire, bool on, int64_t tick)
{
    assert(wire < WIRE_COUNT);
    assert(tick >= recording->wire_ticks[wire]);
    if (recording->wires[wire] == on) {
        return;
    }
    recording->wires[wire] = on;
    recording->wire_ticks[wire] = tick;
    add_change(recording, (struct recording_change){.tick = tick, .wire = (uint8_t)wire, .on = on});
}

/* ---- samples ------------------------------------------------------------------------------------ */

/* The signals that the device saw at the last tick, known once time has moved on. */
static void note_signals(struct recording *recording, const struct system_run *run)
{
    const int64_t tick = recording->tick;
    set_wire(recording, WIRE_ATC, run->inputs.atc, tick);
    set_wire(recording, WIRE_ATD, run->inputs.atd, tick);
    set_wire(recording, WIRE_NO_PREALARM, run->inputs.no_prealarm, tick);
}

/* What the run is at this instant. */
static void look_at(const struct system_run *run, size_t cell_count, struct series_sample *sample)
{
    const struct bank_state *bank = run->bank.now;
    float *values = sample->values;
    float temp_min_c = (float)bank->temp_c[0];
    float temp_max_c = temp_min_c;
    for (size_t i = 0; i < cell_count; i++) {
        const float temp_c = (float)bank->temp_c[i];
        sample->cell_mv[i] = (float)(bank->cell_v[i] * 1000.0);
        temp_min_c = temp_c < temp_min_c ? temp_c : temp_min_c;
        temp_max_c = temp_c > temp_max_c ? temp_c : temp_max_c;
    }
    sample->tick = run->tick;
    values[SERIES_BUS_MV] = (float)(run->bus.voltage_v * 1000.0);
    values[SERIES_BATTERY_A] = (float)run->bus.bank_a;
    values[SERIES_CHARGERS_A] = (float)run->bus.source_a;
    values[SERIES_LOAD_A] = (float)run->bus.load_a;
    values[SERIES_SOC_PCT] = (float)run->soc_pct;
    values[SERIES_TEMP_MIN_C] = temp_min_c;
    values[SERIES_TEMP_MAX_C] = temp_max_c;
    values[SERIES_AMBIENT_C] = (float)run->ambient_c;
    values[SERIES_CELL_MIN_MV] = (float)(bank->cell_v_min * 1000.0);
    values[SERIES_CELL_MAX_MV] = (float)(bank->cell_v_max * 1000.0);
    values[SERIES_CELL_SPREAD_MV] = (float)((bank->cell_v_max - bank->cell_v_min) * 1000.0);
    values[SERIES_LOAD] = run->outputs.load ? 1.0f : 0.0f;
    values[SERIES_PRE_ALARM] = run->outputs.prealarm ? 1.0f : 0.0f;
    values[SERIES_CHARGER] = run->outputs.charger ? 1.0f : 0.0f;
}

void recording_take_sample(struct recording *recording, const struct system_run *run)
{
    assert(recording != NULL);
    assert(run->bank.cell_count == (int)recording->series.cell_count);
    struct series_sample *sample = series_next(&recording->series);
    if (recording->tick >= 0 && run->tick > recording->tick) {
        note_signals(recording, run);
    }
    if (sample != NULL) {
        look_at(run, recording->series.cell_count, sample);
        series_take(&recording->series);
    }
    energy_days_take(&recording->energy, run);
    incidents_look(&recording->incidents, run);
    recording->run = run;
    recording->tick = run->tick;
}

/* ---- edges -------------------------------------------------------------------------------------- */

static void count_edge(struct recording *recording, const struct system_edge *edge)
{
    if (edge->kind == EDGE_PRE_ALARM && edge->on && edge->cause != SBMS_CAUSE_OUTPUT_RETRY) {
        recording->prealarms++; /* SAFE-4: a try is the same */
    }
}

/* Edges that a reader wants to see exactly: of outputs, and what the scenario does. */
static bool is_marked(const struct system_edge *edge)
{
    return edge->kind <= EDGE_CHARGER || edge->kind == EDGE_SWITCH || edge->kind == EDGE_EVENT;
}

/* Those of them that are kept before others: a cut of Load, and what the scenario does. */
static bool is_major(const struct system_edge *edge)
{
    return edge->kind > EDGE_CHARGER || (edge->kind == EDGE_LOAD && !edge->on);
}

void recording_take_edge(struct recording *recording, const struct system_edge *edge)
{
    static const int wires[] = {
        [EDGE_LOAD] = WIRE_LOAD,
        [EDGE_PRE_ALARM] = WIRE_PRE_ALARM,
        [EDGE_CHARGER] = WIRE_CHARGER,
        [EDGE_LED_LOAD] = WIRE_LED_LOAD,
        [EDGE_LED_FAULT] = WIRE_LED_FAULT,
        [EDGE_STAGE] = -1,
        [EDGE_EQUIPMENT] = -1,
        [EDGE_SWITCH] = WIRE_REMOTE,
        [EDGE_EVENT] = -1,
        [EDGE_LOAD_CURRENT] = -1,
        [EDGE_PRE_ALARM_CURRENT] = -1,
        [EDGE_OUTPUT_FAULT] = -1,
        [EDGE_DROP] = -1,
    };
    assert(recording != NULL);
    assert(edge->kind < sizeof wires / sizeof wires[0]);
    int wire = wires[edge->kind];
    int64_t held_ticks = -1;
    if (wire >= 0) {
        int64_t before = recording->wire_ticks[wire];
        held_ticks = before < 0 ? -1 : edge->tick - before;
        set_wire(recording, (enum recording_wire)wire, edge->on, edge->tick);
    }
    if (edge->kind == EDGE_LED_FAULT && edge->cause == SBMS_CAUSE_NONE) {
        return; /* LED-3: blinking */
    }
    edge_list_add(&recording->edges, edge, held_ticks);
    incidents_take(&recording->incidents, edge, recording->run);
    count_edge(recording, edge);
    if (is_marked(edge) && recording->tick >= 0) { /* the first sample is a row, and at the same tick */
        series_mark(&recording->series, is_major(edge));
    }
}

bool recording_finish(struct recording *recording)
{
    assert(recording != NULL);
    edge_list_finish(&recording->edges);
    series_finish(&recording->series);
    incidents_finish(&recording->incidents, recording->run);
    if (recording->run != NULL) {
        energy_days_finish(&recording->energy, recording->run);
    }
    return !recording->failed && !recording->edges.failed && !recording->series.failed &&
           !recording->energy.failed;
}
