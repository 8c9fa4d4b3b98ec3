/* SPDX-License-Identifier: Apache-2.0 */
#include "result/recording.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "twin/millivolts.h"

#define ROOM_START 256u

/* ---- memory ------------------------------------------------------------------------------------- */

/* Makes room for one item more in `*items`; false: there is no memory. */
static bool grow(void **items, size_t count, size_t *room, size_t item_size)
{
    assert(count <= *room);
    if (count < *room) {
        return true;
    }
    size_t wanted = *room == 0 ? ROOM_START : *room + *room / 2;
    void *larger = realloc(*items, wanted * item_size);
    if (larger == NULL) {
        return false;
    }
    *items = larger;
    *room = wanted;
    return true;
}

void recording_init(struct recording *recording, const struct scenario *described, int64_t interval_ticks)
{
    assert(described != NULL);
    assert(interval_ticks >= 1);
    const struct scenario_bank *batteries = &described->bank;
    *recording = (struct recording){
        .described = described,
        .cell_count = (size_t)(batteries->cells * batteries->series * batteries->parallel),
        .interval_ticks = interval_ticks,
    };
    assert(recording->cell_count >= 1 && recording->cell_count <= CHAIN_CELLS_MAX);
    for (int wire = 0; wire < WIRE_COUNT; wire++) {
        recording->wire_ticks[wire] = -1;
    }
    recording->wires[WIRE_REMOTE] = described->remote.on;
}

void recording_free(struct recording *recording)
{
    assert(recording != NULL);
    free(recording->edges);
    free(recording->changes);
    free(recording->points);
    free(recording->cells);
    *recording = (struct recording){0};
}

int64_t recording_interval_s(int64_t run_s)
{
    assert(run_s >= 0);
    int64_t interval_s = (run_s + RECORDING_INTERVALS - 1) / RECORDING_INTERVALS;
    return interval_s > RECORDING_INTERVAL_S_MIN ? interval_s : RECORDING_INTERVAL_S_MIN;
}

/* ---- wires -------------------------------------------------------------------------------------- */

static void add_change(struct recording *recording, struct recording_change change)
{
    void *items = recording->changes;
    if (recording->change_count >= RECORDING_WIRES_MAX) {
        recording->changes_left_out++;
        return;
    }
    if (!grow(&items, recording->change_count, &recording->change_room, sizeof change)) {
        recording->failed = true;
        return;
    }
    recording->changes = items;
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

static struct sbms_outputs outputs_now(const struct recording *recording)
{
    return (struct sbms_outputs){
        .load = recording->wires[WIRE_LOAD],
        .prealarm = recording->wires[WIRE_PRE_ALARM],
        .charger = recording->wires[WIRE_CHARGER],
        .led_load = recording->wires[WIRE_LED_LOAD],
        .led_fault = recording->wires[WIRE_LED_FAULT],
    };
}

/* ---- points ------------------------------------------------------------------------------------- */

static bool grow_points(struct recording *recording)
{
    void *points = recording->points;
    size_t room = recording->point_room;
    if (!grow(&points, recording->point_count, &room, sizeof *recording->points)) {
        return false;
    }
    recording->points = points;
    if (room == recording->point_room) {
        return true;
    }
    assert(recording->cell_count > 0);
    int16_t *cells = realloc(recording->cells, room * recording->cell_count * sizeof *cells);
    if (cells == NULL) {
        return false;
    }
    recording->cells = cells;
    recording->point_room = room;
    return true;
}

/* Held at what a cell of a run that is not lost can have; in between a balancer may be switched on that a cell cannot feed. */
static int16_t rounded_mv(float mv)
{
    const int32_t whole = nearest_whole((double)mv);
    return (int16_t)(whole < -SYSTEM_CELL_MV_MAX ? -SYSTEM_CELL_MV_MAX
                                                 : (whole > SYSTEM_CELL_MV_MAX ? SYSTEM_CELL_MV_MAX : whole));
}

/* Writes a point over the one at `index`. */
static void put_point(struct recording *recording, size_t index, const struct recording_point *point,
                      const float *cell_mv)
{
    assert(index < recording->point_count);
    recording->points[index] = *point;
    recording->points[index].outputs = outputs_now(recording);
    int16_t *cells = recording->cells + index * recording->cell_count;
    for (size_t i = 0; i < recording->cell_count; i++) {
        cells[i] = rounded_mv(cell_mv[i]);
    }
}

static void add_point(struct recording *recording, const struct recording_point *point, const float *cell_mv)
{
    assert(recording->point_count == 0 || point->tick > recording->points[recording->point_count - 1].tick);
    if (!grow_points(recording)) {
        recording->failed = true;
        return;
    }
    recording->point_count++;
    put_point(recording, recording->point_count - 1, point, cell_mv);
}

static bool has_point_at(const struct recording *recording, int64_t tick)
{
    return recording->point_count > 0 && recording->points[recording->point_count - 1].tick == tick;
}

/* A point at the instant of an edge, which is that of the last sample. */
static void add_edge_point(struct recording *recording, int64_t tick)
{
    if (!recording->is_watching) {
        return; /* the first sample is at the same tick */
    }
    assert(recording->now.tick == tick);
    if (has_point_at(recording, tick)) {
        put_point(recording, recording->point_count - 1, &recording->now, recording->cell_mv_now);
    } else if (recording->edge_points < RECORDING_EDGE_POINTS_MAX) {
        recording->edge_points++;
        add_point(recording, &recording->now, recording->cell_mv_now);
    } else {
        recording->points_left_out++;
    }
}

static float between(float from, float to, float share)
{
    assert(share >= 0.0f && share <= 1.0f);
    return from + (to - from) * share;
}

/* Adds the point that is due on the way from the last sample to `next`. */
static void add_point_between(struct recording *recording, const struct recording_point *next,
                              const float *cell_mv_next)
{
    const struct recording_point *from = &recording->now;
    float cell_mv[CHAIN_CELLS_MAX] = {0};
    assert(recording->due_tick > from->tick && recording->due_tick < next->tick);
    float share = (float)(recording->due_tick - from->tick) / (float)(next->tick - from->tick);
    struct recording_point point = {
        .tick = recording->due_tick,
        .bus_v = between(from->bus_v, next->bus_v, share),
        .battery_a = between(from->battery_a, next->battery_a, share),
        .solar_a = between(from->solar_a, next->solar_a, share),
        .load_a = between(from->load_a, next->load_a, share),
        .soc_pct = between(from->soc_pct, next->soc_pct, share),
        .temp_min_c = between(from->temp_min_c, next->temp_min_c, share),
        .temp_max_c = between(from->temp_max_c, next->temp_max_c, share),
        .ambient_c = between(from->ambient_c, next->ambient_c, share),
    };
    for (size_t i = 0; i < recording->cell_count; i++) {
        cell_mv[i] = between(recording->cell_mv_now[i], cell_mv_next[i], share);
    }
    add_point(recording, &point, cell_mv);
}

static void look_at(const struct system_run *run, struct recording_point *point, float *cell_mv)
{
    double temp_min_c = run->bank.now->temp_c[0];
    double temp_max_c = temp_min_c;
    for (int i = 0; i < run->bank.cell_count; i++) {
        double temp_c = run->bank.now->temp_c[i];
        cell_mv[i] = (float)(run->bank.now->cell_v[i] * 1000.0);
        temp_min_c = temp_c < temp_min_c ? temp_c : temp_min_c;
        temp_max_c = temp_c > temp_max_c ? temp_c : temp_max_c;
    }
    *point = (struct recording_point){
        .tick = run->tick,
        .bus_v = (float)run->bus.voltage_v,
        .battery_a = (float)run->bus.bank_a,
        .solar_a = (float)run->bus.source_a,
        .load_a = (float)run->bus.load_a,
        .soc_pct = (float)bank_soc_pct(&run->bank),
        .temp_min_c = (float)temp_min_c,
        .temp_max_c = (float)temp_max_c,
        .ambient_c = (float)run->ambient_c,
    };
}

/* The signals that the device saw at the last tick, known once time has moved on. */
static void note_signals(struct recording *recording, const struct system_run *run)
{
    int64_t tick = recording->now.tick;
    set_wire(recording, WIRE_ATC, run->inputs.atc, tick);
    set_wire(recording, WIRE_ATD, run->inputs.atd, tick);
    set_wire(recording, WIRE_NO_PREALARM, run->inputs.no_prealarm, tick);
}

void recording_take_sample(struct recording *recording, const struct system_run *run)
{
    struct recording_point next;
    float cell_mv[CHAIN_CELLS_MAX] = {0};
    assert(recording != NULL);
    assert(run->bank.cell_count == (int)recording->cell_count);
    look_at(run, &next, cell_mv);
    if (recording->is_watching && next.tick > recording->now.tick) {
        note_signals(recording, run);
        for (; recording->due_tick < next.tick; recording->due_tick += recording->interval_ticks) {
            add_point_between(recording, &next, cell_mv);
        }
    }
    recording->now = next;
    memcpy(recording->cell_mv_now, cell_mv, recording->cell_count * sizeof *cell_mv);
    recording->is_watching = true;
    if (has_point_at(recording, next.tick)) {
        put_point(recording, recording->point_count - 1, &next, cell_mv);
    } else if (recording->due_tick == next.tick) {
        add_point(recording, &next, cell_mv);
    }
    if (recording->due_tick == next.tick) {
        recording->due_tick += recording->interval_ticks;
    }
}

/* ---- edges -------------------------------------------------------------------------------------- */

static void add_edge(struct recording *recording, const struct system_edge *edge, int64_t held_ticks)
{
    void *items = recording->edges;
    if (recording->edge_count >= RECORDING_EDGES_MAX) {
        recording->edges_left_out++;
        return;
    }
    if (!grow(&items, recording->edge_count, &recording->edge_room, sizeof *recording->edges)) {
        recording->failed = true;
        return;
    }
    recording->edges = items;
    recording->edges[recording->edge_count++] = (struct recording_edge){*edge, held_ticks};
}

/* Whether anything but the remote floats Charger. */
static bool is_charger_cut(const struct system_edge *edge)
{
    return !edge->on && edge->cause != SBMS_CAUSE_REMOTE_OFF;
}

static void count_edge(struct recording *recording, const struct system_edge *edge)
{
    struct recording_counts *counts = &recording->counts;
    if (edge->stays) {
        return;
    }
    if (edge->kind == EDGE_PRE_ALARM) {
        counts->prealarms +=
            edge->on && edge->cause != SBMS_CAUSE_OUTPUT_RETRY ? 1 : 0; /* SAFE-4: the same */
    } else if (edge->kind == EDGE_CHARGER) {
        counts->charger_cuts += is_charger_cut(edge) ? 1 : 0;
    }
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
    add_edge(recording, edge, held_ticks);
    count_edge(recording, edge);
    if (edge->kind != EDGE_STAGE) {
        add_edge_point(recording, edge->tick);
    }
}

/* ---- looking back ------------------------------------------------------------------------------- */

const int16_t *recording_cells(const struct recording *recording, size_t index)
{
    assert(recording != NULL);
    assert(index < recording->point_count);
    return recording->cells + index * recording->cell_count;
}

void recording_cell_range(const struct recording *recording, size_t index, int *lowest_mv, int *highest_mv)
{
    const int16_t *cells = recording_cells(recording, index);
    *lowest_mv = cells[0];
    *highest_mv = cells[0];
    for (size_t i = 1; i < recording->cell_count; i++) {
        *lowest_mv = cells[i] < *lowest_mv ? cells[i] : *lowest_mv;
        *highest_mv = cells[i] > *highest_mv ? cells[i] : *highest_mv;
    }
}
