/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/system_internal.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>

#include "twin/consumer.h"
#include "twin/schedule.h"
#include "twin/weather.h"

#define SECOND_STEP 3   /* 2^3 ticks = 1 s: the batteries and the charger look once a second */
#define LONGEST_STEP 10 /* 128 s; with what a step may bend a current: docs/DESIGN.md, "Against 1 s steps" */
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
        run->step_wanted = SECOND_STEP; /* the relaxation that follows is steep */
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

/* The longest step that fits: whole seconds from whole seconds, ticks up to the next second otherwise. */
static int longest_step(const struct system_run *run, int64_t ticks)
{
    int k = run->step_wanted;

    while (k > 0 && ((int64_t)1 << k) > ticks) {
        k--;
    }
    while (k > 0 && run->tick % ((int64_t)1 << (k < SECOND_STEP ? k : SECOND_STEP)) != 0) {
        k--;
    }
    return k;
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

/* Tries a step of 2^k ticks; the bus at its end. */
static struct bus_state try_step(struct system_run *run, int k)
{
    const double seconds = run->bank.steps[k].seconds;

    bank_warm(&run->bank, system_equipment_heat_w(run));
    for (int n = 0; n < run->network.node_count; n++) { /* where the line of the step before leads */
        run->flow_end->node_v[n] = run->flow->node_v[n] + run->node_v_per_s[n] * seconds;
    }
    system_batteries_try(run, k);
    network_solve(&run->network, run->flow_end);
    system_batteries_conclude(run, k);
    return bus_read(&run->network, run->flow_end);
}

/* Moves the bank to the next tick at which something may act, and the device with it. */
static void move(struct system_run *run)
{
    int k = longest_step(run, horizon(run) - run->tick);
    struct bus_state end = try_step(run, k);
    double strain = system_batteries_strain(run, k);

    run->looked_tick = -1;
    while (k > SECOND_STEP && (strain > 1.0 || something_happens(run, &end, run->tick + ((int64_t)1 << k)))) {
        k--;
        run->step_wanted = k;
        end = try_step(run, k);
        strain = system_batteries_strain(run, k);
    }
    if (k > SECOND_STEP) {
        run->looked_tick = run->tick + ((int64_t)1 << k);
    }
    if (k == run->step_wanted && k < run->step_max && strain < 0.25) {
        run->step_wanted++;
    }
    if (run->step_wanted < SECOND_STEP) {
        run->step_wanted = SECOND_STEP;
    }
    system_add_step(run, &end, (int64_t)1 << k);
    accept_step(run);
    system_batteries_accept(run);
    run->bus = end;
    run->device.skip(run->device.self, &run->inputs, (uint32_t)((1u << k) - 1u));
    run->tick += (int64_t)1 << k;
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
        .step_max = fixed_steps ? SECOND_STEP : LONGEST_STEP,
        .end_tick = schedule_tick_of(described->duration_s),
        .switch_on = described->remote.on,
        .load_since = -1,
        .off_since = -1,
        .looked_tick = -1,
        .step_wanted = SECOND_STEP,
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

void system_run_to(struct system_run *run, int64_t tick)
{
    const int64_t end_tick = run->end_tick;

    assert(tick >= run->tick);
    run->end_tick = earlier(tick, end_tick);
    while (run->tick < run->end_tick && !system_is_lost(run)) {
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
