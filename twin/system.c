/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/system.h"

#include <assert.h>
#include <stddef.h>

#include "twin/millivolts.h"
#include "twin/remote.h"
#include "twin/schedule.h"
#include "twin/weather.h"

#define SECOND_STEP 3  /* 2^3 ticks = 1 s: the batteries and the charger look once a second */
#define LONGEST_STEP 8 /* 32 s; with what a step may bend a current: docs/DESIGN.md, "Against 1 s steps" */
#define CHANGE_MAX_A_PER_AH 0.000005 /* a step may bend a string's current by this much ... */
#define CHANGE_MAX_PART 0.00002      /* ... or by this part of it */

/* ---- telling the observer ---------------------------------------------------------------------------- */

static void tell(const struct system_run *run, struct system_edge edge)
{
    edge.tick = run->tick;
    if (run->observer.edge != NULL) {
        run->observer.edge(run->observer.self, &edge);
    }
}

static void show(const struct system_run *run)
{
    if (run->observer.sample != NULL) {
        run->observer.sample(run->observer.self, run);
    }
}

/* ---- what the outputs carry and the device draws ------------------------------------------------------- */

double system_load_output_a(const struct system_run *run)
{
    if (!run->outputs.load) {
        return 0.0;
    }
    return run->tick < run->pull_in_end_tick ? run->described->relay.pull_in_a : run->described->relay.hold_a;
}

double system_prealarm_output_a(const struct system_run *run)
{
    return run->outputs.prealarm ? run->described->pre_alarm_device_a : 0.0;
}

static double device_a(const struct system_run *run)
{
    const struct scenario_bms *bms = &run->described->bms;
    const double drawn_ma =
        run->outputs.load ? bms->on_ma : (run->switch_on ? bms->low_cell_ma : bms->off_ma);

    return drawn_ma * 0.001;
}

static void set_demand(struct system_run *run)
{
    const bool closed = run->outputs.load; /* the relay follows Load within the tick */

    run->demand = (struct bus_demand){
        .load_w = run->direct_load_w + (closed ? run->relay_load_w : 0.0),
        .load_a = run->direct_load_a + (closed ? run->relay_load_a : 0.0) + device_a(run) +
                  system_load_output_a(run) + system_prealarm_output_a(run),
        .source_w = run->outputs.charger ? run->solar_w : 0.0,
        .source_a_max = run->described->solar.current_a_max,
        .source_v_max = charger_limit_v(&run->charger, &run->described->solar),
    };
}

static void note_output_currents(struct system_run *run)
{
    const double load_a = system_load_output_a(run);
    const double prealarm_a = system_prealarm_output_a(run);

    if (load_a > run->totals.load_output_a_max) {
        run->totals.load_output_a_max = load_a;
    }
    if (prealarm_a > run->totals.prealarm_output_a_max) {
        run->totals.prealarm_output_a_max = prealarm_a;
    }
}

/* ---- totals ------------------------------------------------------------------------------------------ */

static void note_bank(struct system_run *run)
{
    struct system_totals *totals = &run->totals;
    const double soc_pct = bank_soc_pct(&run->bank);

    for (int i = 0; i < run->bank.cell_count; i++) {
        const int mv = millivolts_of(bank_cell_v(&run->bank, i, false));
        const double temp_c = run->bank.cells[i].temp_c;

        if (mv < totals->cell_mv_min) {
            totals->cell_mv_min = mv;
            totals->cell_min = i;
            totals->cell_min_tick = run->tick;
        }
        if (mv > totals->cell_mv_max) {
            totals->cell_mv_max = mv;
            totals->cell_max = i;
            totals->cell_max_tick = run->tick;
        }
        totals->temp_c_min = temp_c < totals->temp_c_min ? temp_c : totals->temp_c_min;
        totals->temp_c_max = temp_c > totals->temp_c_max ? temp_c : totals->temp_c_max;
    }
    totals->soc_pct_min = soc_pct < totals->soc_pct_min ? soc_pct : totals->soc_pct_min;
    totals->soc_pct_max = soc_pct > totals->soc_pct_max ? soc_pct : totals->soc_pct_max;
}

/* Adds a step of `ticks` from the bus as it was to the bus `after`. */
static void add_step(struct system_run *run, const struct bus_state *after, int64_t ticks)
{
    struct system_totals *totals = &run->totals;
    const double seconds = (double)ticks / SBMS_TICKS_PER_S;
    const struct bus_state *before = &run->bus;
    const double bank_a = 0.5 * (before->bank_a + after->bank_a);

    totals->in_j +=
        0.5 * seconds * (before->voltage_v * before->source_a + after->voltage_v * after->source_a);
    totals->out_j += 0.5 * seconds * (before->voltage_v * before->load_a + after->voltage_v * after->load_a);
    if (bank_a > 0.0) {
        totals->charge_in_as += bank_a * seconds;
    } else {
        totals->charge_out_as -= bank_a * seconds;
    }
    totals->load_ticks += run->outputs.load ? ticks : 0;
    totals->prealarm_ticks += run->outputs.prealarm ? ticks : 0;
    totals->charger_ticks += run->outputs.charger ? ticks : 0;
    totals->on_ticks += run->switch_on ? ticks : 0;
    totals->ticks += ticks;
    totals->steps++;
}

/* ---- the world at a tick ------------------------------------------------------------------------------ */

static void turn_switch(struct system_run *run, bool on)
{
    if (run->switch_on != on) {
        tell(run, (struct system_edge){.kind = EDGE_SWITCH, .on = on});
    }
    run->switch_on = on;
    run->moved = true;
}

static int first_cell_of(const struct system_run *run, const struct scenario_event *event)
{
    return (event->battery - 1) * run->bank.cells_per_battery + event->cell - 1;
}

static void mend_sensors(struct system_run *run, const struct scenario_event *event)
{
    const int first = (event->battery - 1) * run->bank.cells_per_battery;

    for (int i = first; i < first + run->bank.cells_per_battery; i++) {
        run->chain.cell_sensors[i].state = SENSOR_WORKS;
    }
    run->chain.temp_missing[event->battery - 1] = false;
    run->chain.frozen[event->battery - 1] = false;
}

static void happen_to_sensors(struct system_run *run, const struct scenario_event *event)
{
    switch (event->what) {
    case EVENT_CELL_SENSOR_MISSING:
        run->chain.cell_sensors[first_cell_of(run, event)].state = SENSOR_MISSING;
        break;
    case EVENT_CELL_SENSOR_STUCK:
        run->chain.cell_sensors[first_cell_of(run, event)] =
            (struct chain_sensor){.state = SENSOR_STUCK, .stuck_mv = (int16_t)event->value};
        break;
    case EVENT_TEMP_SENSOR_MISSING:
        run->chain.temp_missing[event->battery - 1] = true;
        break;
    case EVENT_SENSOR_FROZEN:
        run->chain.frozen[event->battery - 1] = true;
        break;
    default:
        mend_sensors(run, event);
        break;
    }
}

static void happen(struct system_run *run, int index)
{
    const struct scenario_event *event = &run->described->events[index];

    if (event->what != EVENT_SWITCH_ON && event->what != EVENT_SWITCH_OFF) {
        tell(run, (struct system_edge){.kind = EDGE_EVENT, .on = true, .value = index});
    }
    switch (event->what) {
    case EVENT_SWITCH_ON:
    case EVENT_SWITCH_OFF:
        turn_switch(run, event->what == EVENT_SWITCH_ON);
        break;
    case EVENT_UNPLUG_CHAIN:
    case EVENT_PLUG_CHAIN:
        chain_plug(&run->chain, event->what == EVENT_PLUG_CHAIN);
        break;
    case EVENT_INTERNAL_FAULT:
        run->fault = (uint8_t)event->value;
        break;
    case EVENT_FAULT_GONE:
        run->fault = 0u;
        break;
    case EVENT_SUPPLY_DIP:
        run->dip_mv = event->value;
        run->dip_end_tick = run->tick + schedule_tick_of(event->for_s);
        break;
    default:
        happen_to_sensors(run, event);
        break;
    }
}

static void add_running_loads(struct system_run *run)
{
    run->relay_load_w = 0.0;
    run->relay_load_a = 0.0;
    run->direct_load_w = 0.0;
    run->direct_load_a = 0.0;
    for (int i = 0; i < run->described->load_count; i++) {
        const struct scenario_load *load = &run->described->loads[i];

        if (!schedule_load_runs(run->described, i, run->tick)) {
            continue;
        }
        if (load->behind == BEHIND_RELAY) {
            run->relay_load_w += load->power_w;
            run->relay_load_a += load->current_a;
        } else {
            run->direct_load_w += load->power_w;
            run->direct_load_a += load->current_a;
        }
    }
}

/* The next tick after now at which the schedule, the weather or an event of the scenario acts. */
static int64_t next_boundary(const struct system_run *run)
{
    int64_t next = schedule_next_tick(run->described, run->tick);
    const int64_t slot_end = (run->tick / WEATHER_SLOT_TICKS + 1) * WEATHER_SLOT_TICKS;

    if (slot_end < next) {
        next = slot_end;
    }
    if (run->next_event < run->described->event_count) {
        const int64_t event_tick = schedule_tick_of(run->described->events[run->next_event].at_s);

        if (event_tick < next) {
            next = event_tick;
        }
    }
    return next;
}

static void follow_schedule(struct system_run *run)
{
    const struct scenario *described = run->described;
    const int64_t slot = run->tick / WEATHER_SLOT_TICKS;

    while (run->next_event < described->event_count &&
           schedule_tick_of(described->events[run->next_event].at_s) <= run->tick) {
        happen(run, run->next_event++);
    }
    run->ambient_c = weather_ambient_c(described, slot);
    run->solar_w = weather_solar_w(described, slot);
    add_running_loads(run);
    run->boundary_tick = next_boundary(run);
    run->moved = true;
}

static void look_at_charger(struct system_run *run)
{
    const struct charger next =
        charger_look(&run->charger, &run->described->solar, &run->bus, run->outputs.charger, run->tick);

    if (next.stage != run->charger.stage) {
        if (run->described->solar.panel_w > 0.0) {
            tell(run, (struct system_edge){
                          .kind = EDGE_STAGE, .on = next.stage != CHARGER_OFF, .value = (int)next.stage});
        }
        run->moved = true;
    }
    run->charger = next;
}

/* What is done once a second. */
static void look(struct system_run *run)
{
    struct chain_readings readings;

    chain_read(&run->chain, &run->bank, false, &readings);
    chain_sample(&run->chain, &readings);
    look_at_charger(run);
    if (bank_balance(&run->bank)) {
        run->moved = true;
    }
}

/* ---- the device --------------------------------------------------------------------------------------- */

static struct sbms_inputs inputs_at(const struct system_run *run, double bus_v, int64_t tick)
{
    const int32_t vbat_mv = tick < run->dip_end_tick ? run->dip_mv : millivolts_of(bus_v);
    const struct remote_voltages remote = remote_terminals(&run->described->remote, run->switch_on, vbat_mv);

    return (struct sbms_inputs){
        .vbat_mv = vbat_mv,
        .remote_l_mv = remote.l_mv,
        .remote_h_mv = remote.h_mv,
        .atc = run->chain.all.atc,
        .atd = run->chain.all.atd,
        .no_prealarm = run->chain.all.no_prealarm,
        .fault = run->fault,
    };
}

static void drive_load(struct system_run *run, const struct sbms_decision *decision)
{
    const bool on = decision->outputs.load;
    const double pull_in_s = run->described->relay.pull_in_ms * 0.001;

    tell(run, (struct system_edge){.kind = EDGE_LOAD,
                                   .on = on,
                                   .cause = decision->load_cause,
                                   .reason = run->chain.atd_reason,
                                   .prealarm_ticks = run->tick - run->prealarm_since,
                                   .cut_ticks = run->load_since < 0 ? -1 : run->tick - run->load_since});
    run->load_since = run->tick;
    run->pull_in_end_tick = on ? run->tick + schedule_tick_of(pull_in_s) : run->tick;
}

static void drive_prealarm(struct system_run *run, const struct sbms_decision *decision)
{
    const bool by_atd = decision->prealarm_cause == SBMS_CAUSE_ATD_LOST;

    tell(run, (struct system_edge){.kind = EDGE_PRE_ALARM,
                                   .on = decision->outputs.prealarm,
                                   .cause = decision->prealarm_cause,
                                   .reason = by_atd ? run->chain.atd_reason : run->chain.no_prealarm_reason,
                                   .prealarm_ticks = run->tick - run->prealarm_since});
    run->prealarm_since = run->tick;
}

/* An output that has just gone high and carries too much. */
static void check_output_currents(struct system_run *run, const struct sbms_outputs *before)
{
    const double load_a = before->load ? 0.0 : system_load_output_a(run);
    const double prealarm_a = before->prealarm ? 0.0 : system_prealarm_output_a(run);

    if (load_a > SYSTEM_OUTPUT_A_MAX) {
        tell(run, (struct system_edge){
                      .kind = EDGE_LOAD_CURRENT, .on = true, .value = nearest_whole(load_a * 1000.0)});
    }
    if (prealarm_a > SYSTEM_OUTPUT_A_MAX) {
        tell(run, (struct system_edge){.kind = EDGE_PRE_ALARM_CURRENT,
                                       .on = true,
                                       .value = nearest_whole(prealarm_a * 1000.0)});
    }
}

static void tell_charger(const struct system_run *run, const struct sbms_decision *decision)
{
    const struct sbms_outputs *now = &decision->outputs;

    if (run->outputs.charger != now->charger) {
        tell(run, (struct system_edge){.kind = EDGE_CHARGER,
                                       .on = now->charger,
                                       .cause = decision->charger_cause,
                                       .reason = run->chain.atc_reason});
    }
    if (run->outputs.led_fault != now->led_fault) {
        tell(run, (struct system_edge){
                      .kind = EDGE_LED_FAULT, .on = now->led_fault, .cause = decision->charger_cause});
    }
}

/* Lets what the device drives take effect: at the tick of the edge. */
static void drive(struct system_run *run, const struct sbms_decision *decision)
{
    const struct sbms_outputs before = run->outputs;
    const struct sbms_outputs now = decision->outputs;
    const bool load_edge = before.load != now.load;
    const bool prealarm_edge = before.prealarm != now.prealarm;

    tell_charger(run, decision);
    run->outputs = now;
    if (load_edge) {
        drive_load(run, decision);
    }
    if (prealarm_edge) {
        drive_prealarm(run, decision);
    }
    if (before.led_load != now.led_load) {
        tell(run,
             (struct system_edge){.kind = EDGE_LED_LOAD, .on = now.led_load, .cause = decision->load_cause});
    }
    if (load_edge || prealarm_edge) {
        check_output_currents(run, &before);
    }
    run->moved = run->moved || load_edge || prealarm_edge || before.charger != now.charger;
}

/* Solves the bus when something has moved it. */
static void settle(struct system_run *run)
{
    const struct bus_state before = run->bus;

    if (!run->moved) {
        return;
    }
    set_demand(run);
    run->bus = bank_solve(&run->bank, &run->demand);
    note_output_currents(run);
    note_bank(run);
    run->moved = false;
    if (before.bank_a - run->bus.bank_a > 1.0 || run->bus.bank_a - before.bank_a > 1.0) {
        run->step_wanted = SECOND_STEP; /* the relaxation that follows is steep */
    }
    show(run);
}

/* Everything that happens at run->tick, in the order in which it acts. */
static void act(struct system_run *run)
{
    struct sbms_decision decision;

    if (run->tick >= run->boundary_tick) {
        follow_schedule(run);
    }
    if (run->tick == run->dip_end_tick || run->tick == run->pull_in_end_tick) {
        run->moved = true;
    }
    if (run->tick % SBMS_TICKS_PER_S == 0) {
        look(run);
    }
    settle(run);
    run->inputs = inputs_at(run, run->bus.voltage_v, run->tick);
    decision = run->device.step(run->device.self, &run->inputs);
    drive(run, &decision);
    settle(run);
}

/* ---- between ticks ------------------------------------------------------------------------------------ */

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* The first tick after now at which anything that is known in advance acts. */
static int64_t horizon(const struct system_run *run)
{
    const uint32_t quiet = run->device.quiet_ticks(run->device.self, &run->inputs);
    int64_t tick = earlier(run->end_tick, run->boundary_tick);

    tick = earlier(tick, run->tick + 1 + (int64_t)quiet);
    tick = earlier(tick, charger_deadline_tick(&run->charger, &run->described->solar));
    if (run->dip_end_tick > run->tick) {
        tick = earlier(tick, run->dip_end_tick);
    }
    if (run->pull_in_end_tick > run->tick) {
        tick = earlier(tick, run->pull_in_end_tick);
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

/* Whether something that was not known in advance happens at the end of the step that was tried. */
static bool something_happens(const struct system_run *run, const struct bus_state *end, int64_t end_tick)
{
    const struct sbms_inputs inputs = inputs_at(run, end->voltage_v, end_tick);
    const struct charger next =
        charger_look(&run->charger, &run->described->solar, end, run->outputs.charger, end_tick);
    struct chain_readings readings;

    if (end->source_mode != run->bus.source_mode) {
        return true;
    }
    if (next.stage != run->charger.stage || (next.below_tick < 0) != (run->charger.below_tick < 0)) {
        return true;
    }
    if (!run->device.same(run->device.self, &run->inputs, &inputs) ||
        bank_balancing_changes(&run->bank, true)) {
        return true;
    }
    chain_read(&run->chain, &run->bank, true, &readings);
    return chain_would_change(&run->chain, &readings);
}

static double change_allowed_a(const struct system_run *run)
{
    const double bank_a = run->bus.bank_a < 0.0 ? -run->bus.bank_a : run->bus.bank_a;
    const double by_part_a = CHANGE_MAX_PART * bank_a / run->bank.strings;
    const double by_size_a = CHANGE_MAX_A_PER_AH * run->bank.capacity_ah;

    return by_part_a > by_size_a ? by_part_a : by_size_a;
}

/* Moves the bank to the next tick at which something may act, and the device with it. */
static void move(struct system_run *run)
{
    int k = longest_step(run, horizon(run) - run->tick);
    struct bus_state end = bank_try(&run->bank, k, &run->demand, run->ambient_c);
    double change_a = bank_current_change_a(&run->bank);

    while (k > SECOND_STEP && (change_a > change_allowed_a(run) ||
                               something_happens(run, &end, run->tick + ((int64_t)1 << k)))) {
        k--;
        run->step_wanted = k;
        end = bank_try(&run->bank, k, &run->demand, run->ambient_c);
        change_a = bank_current_change_a(&run->bank);
    }
    if (k == run->step_wanted && k < run->step_max && change_a < 0.25 * change_allowed_a(run)) {
        run->step_wanted++;
    }
    if (run->step_wanted < SECOND_STEP) {
        run->step_wanted = SECOND_STEP;
    }
    add_step(run, &end, (int64_t)1 << k);
    bank_accept(&run->bank);
    run->bus = end;
    run->device.skip(run->device.self, &run->inputs, (uint32_t)((1u << k) - 1u));
    run->tick += (int64_t)1 << k;
    note_bank(run);
}

/* ---- from outside ------------------------------------------------------------------------------------- */

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
        .charger = {.stage = CHARGER_OFF, .below_tick = -1},
        .switch_on = described->remote.on,
        .load_since = -1,
        .step_wanted = SECOND_STEP,
        .ambient_c = ambient_c,
        .totals = {.cell_mv_min = 100000,
                   .cell_mv_max = -100000,
                   .temp_c_min = 1e9,
                   .temp_c_max = -1e9,
                   .soc_pct_min = 1e9,
                   .soc_pct_max = -1e9},
    };
    if (!bank_init(&run->bank, &described->bank, described->seed, ambient_c)) {
        return false;
    }
    chain_init(&run->chain, &described->bank);
    follow_schedule(run);
    settle(run);
    return true;
}

void system_run_to(struct system_run *run, int64_t tick)
{
    const int64_t end_tick = run->end_tick;

    assert(tick >= run->tick);
    run->end_tick = earlier(tick, end_tick);
    while (run->tick < run->end_tick) {
        act(run);
        move(run);
        show(run);
    }
    run->end_tick = end_tick;
}

void system_free(struct system_run *run)
{
    bank_free(&run->bank);
}
