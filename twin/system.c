/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/system_internal.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>

#include "twin/consumer.h"
#include "twin/schedule.h"
#include "twin/weather.h"

#define STEP_S_MAX 128    /* with what a step may bend a current: docs/DESIGN.md, "Against 1 s steps" */
#define STRAIN_AIMED 0.65 /* of the next step, by the square of its length; above 1 it is dropped */
#define GROWTH_MAX 3.0
#define ENERGY_PART_MAX 0.000001 /* of the throughput may be left over, */
#define ENERGY_J_MAX 0.1         /* and this much, for runs in which next to nothing flows */

/* ---- at a tick ---------------------------------------------------------------------------------- */

static void show(const struct system_run *run)
{
    if (run->observer.sample != NULL) {
        run->observer.sample(run->observer.self, run);
    }
}

/* Everything that hangs on the bus at run->tick. */
static void build_network(struct system_run *run)
{
    struct network *network = &run->network;

    loads_settle(run);
    loads_begin(run);
    network->node_count = 1 + run->described->bus_count;
    network->load_count = 0;
    network->source_count = 0;
    network->link_count = 0;
    system_equipment_add(run, network);
    consumers_add(run, network);
    system_equipment_end(run, network);
}

static void solve_now(struct system_run *run)
{
    build_network(run);
    system_batteries_put(run);
    network_solve(&run->network, run->flow);
    system_batteries_settle(run);
    for (int n = 0; n < NETWORK_NODES_MAX; n++) {
        run->node_v_per_s[n] = 0.0;
    }
    run->bus = bus_read(&run->network, run->flow);
}

/* Solves the bus when something has moved it. */
static void settle(struct system_run *run)
{
    const struct bus_state before = run->bus;

    if (!run->moved) {
        return;
    }
    solve_now(run);
    run->consumer_tick = consumers_next_tick(run);
    system_note_outputs(run);
    system_note_bank(run);
    run->moved = false;
    if (before.bank_a - run->bus.bank_a > 1.0 || run->bus.bank_a - before.bank_a > 1.0) {
        run->step_wanted_s = 1; /* the relaxation that follows is steep */
    }
    show(run);
}

/* What looks by itself at run->tick: all of it once a second, equipment at the ticks that it has named. */
static void look(struct system_run *run)
{
    if (run->tick == run->looked_tick && !run->moved && run->tick != run->equipment_tick) {
        system_look_again(run);
    } else if (run->tick % SBMS_TICKS_PER_S == 0) {
        system_look(run);
    } else if (run->tick == run->equipment_tick) {
        system_equipment_look(run);
    }
}

/* Everything that happens at run->tick, in the order in which it acts. */
static void act(struct system_run *run)
{
    struct sbms_decision decision;

    if (run->tick >= run->boundary_tick) {
        system_follow_scenario(run);
    }
    if (run->tick == run->dip_end_tick || run->tick == run->consumer_tick) {
        run->moved = true;
    }
    look(run);
    if (run->moved) {
        settle(run);
        system_equipment_look(run); /* what trips at once */
        settle(run);
    }
    run->inputs = system_inputs_at(run, run->bus.voltage_v, run->tick);
    decision = run->device.step(run->device.self, &run->inputs);
    if (system_drive(run, &decision)) {
        system_equipment_look(run);
        settle(run);
        system_equipment_look(run); /* what trips at once */
        settle(run);
        run->inputs =
            system_inputs_at(run, run->bus.voltage_v, run->tick); /* what its outputs have changed of them */
    }
}

/* ---- between ticks ------------------------------------------------------------------------------ */

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* The first tick after now at which anything that is known in advance acts. */
static int64_t horizon(const struct system_run *run)
{
    const uint32_t quiet = run->device.quiet_ticks(run->device.self, &run->inputs);
    int64_t tick = earlier(run->end_tick, run->boundary_tick);

    tick = earlier(tick, run->consumer_tick);
    tick = earlier(tick, run->tick + 1 + (int64_t)quiet);
    tick = earlier(tick, run->equipment_tick);
    if (run->dip_end_tick > run->tick) {
        tick = earlier(tick, run->dip_end_tick);
    }
    return tick > run->tick ? tick : run->tick + 1;
}

/* The longest step within `ticks`, in ticks: whole seconds from whole seconds, else up to the next second. */
static int longest_step(const struct system_run *run, int64_t ticks)
{
    const int beyond = (int)(run->tick % BANK_TICKS_PER_S);

    if (beyond != 0 || ticks < BANK_TICKS_PER_S) {
        return (int)earlier(ticks, BANK_TICKS_PER_S - beyond);
    }
    return (int)earlier(ticks / BANK_TICKS_PER_S, run->step_wanted_s) * BANK_TICKS_PER_S;
}

/* How long, in s, a step is to be in place of one of `ticks` that had this strain: 1 s at least, and no more than GROWTH_MAX times as long. */
static int aimed_s(int ticks, double strain)
{
    const double growth =
        strain * GROWTH_MAX * GROWTH_MAX > STRAIN_AIMED ? sqrt(STRAIN_AIMED / strain) : GROWTH_MAX;
    const int before_s = ticks / BANK_TICKS_PER_S;
    const int seconds = (int)(before_s * growth);

    return seconds > 1 ? seconds : 1;
}

/* Whether a source stands on another limit, or a one-way link is shut or open that was not, at the end of the step that was tried. */
static bool limits_differ(const struct system_run *run)
{
    bool differ = false;

    for (int i = 0; i < run->network.source_count; i++) {
        differ = differ || run->flow_end->source_limit[i] != run->flow->source_limit[i];
    }
    for (int i = 0; i < run->network.link_count; i++) {
        differ = differ || (run->network.links[i].is_one_way &&
                            (run->flow_end->link_a[i] > 0.0) != (run->flow->link_a[i] > 0.0));
    }
    return differ;
}

/* Whether something that was not known in advance happens at the end of the step that was tried. */
static bool something_happens(struct system_run *run, const struct bus_state *end, int64_t end_tick)
{

    const struct sbms_inputs inputs = system_inputs_at(run, end->voltage_v, end_tick);
    struct chain_readings readings;

    if (limits_differ(run) || consumers_would_look(run, run->flow_end) ||
        system_equipment_would_look(run, run->flow_end, end_tick)) {
        return true;
    }
    if (!run->device.same(run->device.self, &run->inputs, &inputs) ||
        bank_balancing_changes(&run->bank, true)) {
        return true;
    }
    chain_read(&run->chain, &run->bank, true, &readings);
    return chain_would_change(&run->chain, &readings);
}

/* Makes what was tried so, of the network. */
static void accept_step(struct system_run *run)
{
    struct network_flow *const before = run->flow;

    for (int n = 0; n < run->network.node_count; n++) {
        run->node_v_per_s[n] =
            (run->flow_end->node_v[n] - run->flow->node_v[n]) * run->bank.tried->per_second;
    }
    run->flow = run->flow_end;
    run->flow_end = before;
}

/* Tries a step of `ticks` ticks; the bus at its end. */
static struct bus_state try_step(struct system_run *run, int ticks)
{
    const double seconds = bank_step_of(&run->bank, ticks)->seconds;

    bank_warm(&run->bank, system_equipment_heat_w(run));
    for (int n = 0; n < run->network.node_count; n++) { /* where the line of the step before leads */
        run->flow_end->node_v[n] = run->flow->node_v[n] + run->node_v_per_s[n] * seconds;
    }
    system_batteries_try(run, ticks);
    network_solve(&run->network, run->flow_end);
    system_batteries_conclude(run);
    return bus_read(&run->network, run->flow_end);
}

/* How long the step after one of `ticks` is to be. One that ended earlier for another reason says less. */
static void want_step(struct system_run *run, int ticks, double strain)
{
    const int next_s = aimed_s(ticks, strain);
    const bool is_whole = ticks == run->step_wanted_s * BANK_TICKS_PER_S;

    if (is_whole || next_s > run->step_wanted_s) {
        run->step_wanted_s = next_s < run->step_s_max ? next_s : run->step_s_max;
    }
}

/* Moves the bank to the next tick at which something may act, and the device with it. */
static void move(struct system_run *run)
{
    int ticks = longest_step(run, horizon(run) - run->tick);
    struct bus_state end = try_step(run, ticks);
    double strain = system_batteries_strain(run);

    run->looked_tick = -1;
    while (ticks > BANK_TICKS_PER_S && (strain > 1.0 || something_happens(run, &end, run->tick + ticks))) {
        run->step_wanted_s = strain > 1.0 ? aimed_s(ticks, strain) : ticks / BANK_TICKS_PER_S / 2;
        ticks = run->step_wanted_s * BANK_TICKS_PER_S;
        end = try_step(run, ticks);
        strain = system_batteries_strain(run);
    }
    if (ticks > BANK_TICKS_PER_S) {
        run->looked_tick = run->tick + ticks;
    }
    want_step(run, ticks, strain);
    system_add_step(run, &end, ticks);
    accept_step(run);
    system_batteries_accept(run);
    run->bus = end;
    run->device.skip(run->device.self, &run->inputs, (uint32_t)ticks - 1u);
    run->tick += ticks;
    system_note_bank(run);
}

/* ---- from outside ------------------------------------------------------------------------------- */

bool system_init(struct system_run *run, const struct scenario *described, struct device dev,
                 struct system_observer observer, bool fixed_steps)
{
    const double ambient_c = weather_ambient_c(described, 0);

    *run = (struct system_run){
        .described = described,
        .device = dev,
        .observer = observer,
        .step_s_max = fixed_steps ? 1 : STEP_S_MAX,
        .end_tick = schedule_tick_of(described->duration_s),
        .switch_on = described->remote.on,
        .load_since = -1,
        .off_since = -1,
        .looked_tick = -1,
        .step_wanted_s = 1,
        .limits = battery_limits_of(described->bank.cells, described->bank.capacity_ah),
        .ambient_c = ambient_c,
        .totals = system_no_totals(),
    };
    run->flow = &run->flows[0];
    run->flow_end = &run->flows[1];
    if (!bank_init(&run->bank, &described->bank, described->seed, ambient_c)) {
        return false;
    }
    run->totals.health = bank_health(&run->bank);
    run->stored_start_j = bank_stored_j(&run->bank);
    chain_init(&run->chain, &described->bank);
    system_batteries_init(run);
    system_equipment_init(run);
    system_follow_scenario(run);
    settle(run);
    return true;
}

/* Not before there has been a step: of nothing nothing can be told. */
static bool is_stopped(const struct system_run *run)
{
    return run->observer.stops != NULL && *run->observer.stops != 0 && run->tick > 0;
}

void system_run_to(struct system_run *run, int64_t tick)
{
    const int64_t end_tick = run->end_tick;

    assert(tick >= run->tick);
    run->end_tick = earlier(tick, end_tick);
    while (run->tick < run->end_tick && !system_is_lost(run) && !is_stopped(run)) {
        act(run);
        move(run);
        show(run);
    }
    loads_settle(run);
    run->end_tick = end_tick;
}

bool system_is_lost(const struct system_run *run)
{
    const struct system_totals *totals = &run->totals;

    return run->tick > 0 &&
           !(totals->cell_mv_min > -SYSTEM_CELL_MV_MAX && totals->cell_mv_max < SYSTEM_CELL_MV_MAX &&
             totals->temp_c_min > SYSTEM_CELL_TEMP_C_MIN && totals->temp_c_max < SYSTEM_CELL_TEMP_C_MAX);
}

void system_free(struct system_run *run)
{
    const struct system_energy energy = system_energy(run);

    assert(system_is_lost(run) ||
           fabs(energy.left_over_j) <= ENERGY_PART_MAX * energy.throughput_j + ENERGY_J_MAX);
    bank_free(&run->bank);
}
