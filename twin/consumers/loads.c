/* SPDX-License-Identifier: Apache-2.0 */
/* Loads by the clock (twin/schedule.h) or by hand, behind the relay that Load drives or on the battery itself. */
#include <math.h>

#include "twin/cable.h"
#include "twin/consumer.h"
#include "twin/run.h"
#include "twin/schedule.h"
#include "twin/system_internal.h"

#define UNIT_V 12.8 /* of 12 V */
#define LOWEST_PART \
    0.703125 /* 9.0 V of 12.8 V: most that is made for 12 V works down to 9 to 10.5 V (unverified) */
#define RETURN_FACTOR 1.1 /* on its lowest voltage, at the bus, before it tries again */
#define RETRY_TICKS \
    ((int64_t)30 * SBMS_TICKS_PER_S) /* and not before; twice as long each time that it does not last */
#define RETRY_TICKS_MAX ((int64_t)1920 * SBMS_TICKS_PER_S)
#define LASTING_TICKS ((int64_t)60 * SBMS_TICKS_PER_S)
#define RELAY_S 1000.0 /* a contact and its terminals: 1 mOhm */
#define SAME_PART 1e-12

static const struct scenario_word places[] = {
    {"relay", BEHIND_RELAY, NULL}, {"battery", BEHIND_BATTERY, NULL}, {0}};

static const struct scenario_word reasons[] = {
    {"end", UNTIL_END, NULL}, {"pre_alarm", UNTIL_PRE_ALARM, NULL}, {0}};

static const struct scenario_row rows[] = {
    {.key = "name",
     TEXT(1, SCENARIO_NAME_SIZE),
     REQUIRED,
     IN(struct scenario_load, name),
     .help = "for messages"},
    {.key = "power_w",
     NUMBER(0, 100000, "W"),
     OPTIONAL,
     IN(struct scenario_load, power_w),
     .help = "constant power; this, current_a, resistance_ohm or profile"},
    {.key = "current_a",
     NUMBER(0, 1000, "A"),
     OPTIONAL,
     IN(struct scenario_load, current_a),
     .help = "constant current"},
    {.key = "resistance_ohm",
     NUMBER(0.001, 100000, "Ohm"),
     OPTIONAL,
     IN(struct scenario_load, resistance_ohm),
     .help = "constant resistance, such as a heater; it has no lowest voltage"},
    {.key = "profile",
     TEXT(1, SCENARIO_TEXT_SIZE),
     OPTIONAL,
     IN(struct scenario_load, profile_name),
     .help = "a power over time that was measured: a CSV file, relative to the scenario's"},
    {.key = "voltage_mv_min",
     NUMBER(1000, 60000, "mV"),
     COMPUTED("9000 for each 12.8 V"),
     IN(struct scenario_load, voltage_mv_min),
     .help = "at its terminals; below, it drops out until the bus is a tenth higher, for 30 s at first, then "
             "twice as long each time"},
    {.key = "cable_mohm",
     CABLE(0.01, 10000),
     COMPUTED("2 % of the voltage at its power or current"),
     IN(struct scenario_load, cable_mohm),
     .help = "both ways, to the bus"},
    {.key = "from",
     TIME_OF_DAY,
     OR("00:00"),
     IN(struct scenario_load, hours.windows[0].from_s),
     .help = "time of day at which it starts"},
    {.key = "to",
     TIME_OF_DAY,
     OR("24:00"),
     IN(struct scenario_load, hours.windows[0].to_s),
     .help = "time of day at which it stops; before `from`: over midnight; equal: all day"},
    {.key =
         "hours", /* after from and to: where it is given, it takes the place of what they are without it */
     HOURS,
     OPTIONAL,
     IN(struct scenario_load, hours),
     .help = "or several windows, and weekdays; a window over midnight belongs to the day on which it began"},
    {.key = "chance_pct",
     NUMBER(0, 100, "%"),
     OR("100"),
     IN(struct scenario_load, chance_pct),
     .help = "that it runs on a day"},
    {.key = "duty_pct",
     NUMBER(0, 100, "%"),
     OR("100"),
     IN(struct scenario_load, duty_pct),
     .help = "part of each period in which it is on, as a thermostat has it"},
    {.key = "period_min",
     NUMBER(0.1, 1440, "min"),
     OR("20"),
     IN(struct scenario_load, period_min),
     .help = "of `duty_pct`; where in it the run starts is drawn from the seed for each load"},
    {.key = "inrush_factor",
     NUMBER(1, 100, ""),
     OR("1"),
     IN(struct scenario_load, inrush_factor),
     .help = "on its power or current when it starts; 1: none, as a kettle; 10 and 10 to 30 ms are usual for "
             "a motor"},
    {.key = "inrush_ms",
     NUMBER(0, 10000, "ms"),
     OR("125"),
     IN(struct scenario_load, inrush_ms),
     .help = "for how long; a run has no shorter time than 125 ms, so a shorter one takes that long"},
    {.key = "until",
     WORD(reasons),
     OR("end"),
     IN(struct scenario_load, until),
     .help = "pre_alarm: it sheds while Pre-alarm is high"},
    {.key = "on",
     OUTLET,
     OPTIONAL,
     IN(struct scenario_load, outlet),
     .help = "a bus beside the bank's, or an inverter; `bank` is as behind: battery"},
    {.key = "behind",
     WORD(places),
     OR("relay"),
     IN(struct scenario_load, behind),
     .help = "the relay that Load drives, or the battery itself: never cut"},
};

/* ---- one load ------------------------------------------------------------------------------------- */

static double nominal_v(const struct system_run *run, const struct scenario_load *load)
{
    return UNIT_V * scenario_bus_units(run->described, load->outlet > SCENARIO_BUSES_MAX ? 0 : load->outlet);
}

static double lowest_v(const struct system_run *run, const struct scenario_load *load)
{
    return load->voltage_mv_min > 0.0 ? load->voltage_mv_min * 0.001 : LOWEST_PART * nominal_v(run, load);
}

/* What it takes at the nominal voltage with that power, if it is of one. */
static double nominal_a(const struct system_run *run, const struct scenario_load *load, double power_w)
{
    const double resistance_a =
        load->resistance_ohm > 0.0 ? nominal_v(run, load) / load->resistance_ohm : 0.0;

    return load->current_a + power_w / nominal_v(run, load) + resistance_a;
}

/* A cable is chosen for the most that goes through it, inrush aside. */
static double cable_ohm(const struct system_run *run, const struct scenario_load *load)
{
    double current_a = 0.0;

    if (load->cable_mohm > 0.0) {
        return load->cable_mohm * 0.001;
    }
    current_a = nominal_a(run, load, load->profile != NULL ? load->profile->power_w_max : load->power_w);
    return current_a > 0.0 ? cable_ohm_for(CABLE_LOAD_PART, nominal_v(run, load), current_a) : 0.0;
}

static bool is_fed(const struct system_run *run, const struct scenario_load *load)
{
    if (load->outlet >= SCENARIO_OUTLET_EQUIPMENT) {
        return system_outlet_is_live(run, load->outlet - SCENARIO_OUTLET_EQUIPMENT);
    }
    if (load->outlet > 0) {
        return run->node_is_fed[load->outlet];
    }
    return load->behind == BEHIND_BATTERY || run->outputs.load; /* the relay follows Load within the tick */
}

bool loads_is_fed(const struct system_run *run, int i)
{
    return is_fed(run, &run->described->loads[i]);
}

/* Whether it would take something if it were fed: by hand or by the clock, and not shed. */
static bool is_wanted(const struct system_run *run, int i)
{
    const bool is_shed = run->described->loads[i].until == UNTIL_PRE_ALARM && run->outputs.prealarm;

    return run->load_forced[i] >= 0 && (run->load_forced[i] > 0 || run->load_runs[i]) && !is_shed;
}

/* What it takes now; with a profile that may be nothing. */
static bool takes(const struct system_run *run, int i)
{
    const struct scenario_load *load = &run->described->loads[i];

    return is_wanted(run, i) && is_fed(run, load) && !run->load_dropped[i] &&
           (run->load_power_w[i] > 0.0 || load->current_a > 0.0 || load->resistance_ohm > 0.0);
}

/* ---- by the clock ----------------------------------------------------------------------------------- */

static void follow_clock(struct system_run *run)
{
    if (run->tick < run->load_clock_tick) {
        return;
    }
    for (int i = 0; i < run->described->load_count; i++) {
        run->load_runs[i] = schedule_load_runs(run->described, i, run->tick);
        run->load_power_w[i] = schedule_load_power_w(run->described, i, run->tick);
    }
    run->load_clock_tick = schedule_next_tick(run->described, run->tick);
}

/* A load starts when it takes something and did not when the bus was solved last: by the clock, by hand, or fed again. */
static void start_or_stop(struct system_run *run, int i)
{
    const struct scenario_load *load = &run->described->loads[i];
    const bool is_on = takes(run, i);

    if (is_on && !run->load_takes[i]) {
        run->load_on_tick[i] = run->tick;
    }
    if (is_on && !run->load_takes[i] && load->inrush_factor > 1.0) {
        const int64_t ticks = schedule_tick_of(load->inrush_ms * 0.001);

        run->load_inrush_tick[i] = run->tick + (ticks > 0 ? ticks : 1);
        if (run->load_inrush_tick[i] > run->inrush_tick) {
            run->inrush_tick = run->load_inrush_tick[i];
        }
    }
    run->load_takes[i] = is_on;
}

/* ---- all of them ---------------------------------------------------------------------------------- */

/* The node behind the relay, after those of the buses, made for the first load there. */
static int node_behind_relay(const struct scenario *described, struct network *network)
{
    const int node = 1 + described->bus_count;

    if (network->node_count == node) {
        network->links[network->link_count++] =
            (struct network_link){.from = 0, .to = node, .conductance_s = RELAY_S};
        network->node_count++;
    }
    return node;
}

/*
 * Its place among the network's loads. Those that fall to the same part of their node's voltage are one there: their cables are in
 * proportion, and so each is at the same voltage as if it were alone.
 */
static int place_of(struct network *network, const struct network_load *load)
{
    const double drop_v = load->cable_ohm * (load->power_w + load->current_a);

    for (int i = 0; i < network->load_count; i++) {
        struct network_load *other = &network->loads[i];
        const double other_drop_v = other->cable_ohm * (other->power_w + other->current_a);

        if (other->node == load->node && other->voltage_v_min == load->voltage_v_min &&
            (other->power_w > 0.0) == (load->power_w > 0.0) && other->is_resistance == load->is_resistance &&
            fabs(other_drop_v - drop_v) <= SAME_PART * drop_v) {
            other->power_w += load->power_w;
            other->current_a += load->current_a;
            other->cable_ohm = drop_v / (other->power_w + other->current_a);
            return i;
        }
    }
    network->loads[network->load_count] = *load;
    return network->load_count++;
}

/* As the network has it. A resistance is given as the current that it takes at its lowest voltage, whatever that is. */
static struct network_load load_on(const struct system_run *run, int i, int node)
{
    const struct scenario_load *load = &run->described->loads[i];
    const double low_v = lowest_v(run, load);
    const bool is_resistance = load->resistance_ohm > 0.0;
    const double inrush = run->tick < run->load_inrush_tick[i] ? load->inrush_factor : 1.0;

    return (struct network_load){
        .node = node,
        .power_w = run->load_power_w[i] * inrush,
        .current_a = (is_resistance ? low_v / load->resistance_ohm : load->current_a) * inrush,
        .voltage_v_min = low_v,
        .cable_ohm = cable_ohm(run, load),
        .is_resistance = is_resistance,
    };
}

static bool is_on_outlet(const struct system_run *run, int i)
{
    return run->described->loads[i].outlet >= SCENARIO_OUTLET_EQUIPMENT;
}

static int node_of(const struct system_run *run, const struct scenario_load *load, struct network *network)
{
    if (load->outlet > 0) {
        return load->outlet;
    }
    return load->behind == BEHIND_RELAY ? node_behind_relay(run->described, network) : 0;
}

void loads_begin(struct system_run *run)
{
    follow_clock(run);
    for (int i = 0; i < run->described->equipment_count; i++) {
        run->outlet_w[i] = 0.0;
    }
    for (int i = 0; i < run->described->load_count; i++) {
        if (is_on_outlet(run, i)) {
            start_or_stop(run, i);
            run->outlet_w[run->described->loads[i].outlet - SCENARIO_OUTLET_EQUIPMENT] +=
                is_wanted(run, i) ? load_on(run, i, 0).power_w : 0.0;
        }
    }
}

static void add(struct system_run *run, struct network *network)
{
    for (int i = 0; i < run->described->load_count; i++) {
        run->load_place[i] = LOAD_OFF;
        if (is_on_outlet(run, i)) {
            run->load_place[i] = run->load_takes[i] ? LOAD_ON_OUTLET : LOAD_OFF;
            run->load_own[i] = load_on(run, i, 0).power_w;
            continue;
        }
        start_or_stop(run, i);
        if (run->load_takes[i]) {
            const struct network_load added =
                load_on(run, i, node_of(run, &run->described->loads[i], network));

            run->load_place[i] = place_of(network, &added);
            run->load_own[i] = added.power_w + added.current_a;
        }
    }
}

/* Whether load `i` hangs on the network and is below its lowest voltage with `flow`. */
static bool is_low(const struct system_run *run, const struct network_flow *flow, int i)
{
    const int place = run->load_place[i];

    return place >= 0 && !run->network.loads[place].is_resistance &&
           flow->load_v[place] < run->network.loads[place].voltage_v_min;
}

/* Whether what flows up to now has an inrush in it that lasts for less than a second: a voltage that it makes low drops nothing. */
static bool is_short_inrush(const struct system_run *run)
{
    bool is_so = false;

    for (int i = 0; run->inrush_tick >= run->tick && i < run->described->load_count; i++) {
        is_so = is_so || (run->load_takes[i] && run->load_inrush_tick[i] >= run->tick &&
                          run->described->loads[i].inrush_ms < 1000.0);
    }
    return is_so;
}

/* The largest of those that are low, lest one that cannot be fed take the others with it; -1: none is. */
static int largest_low(const struct system_run *run)
{
    int largest = -1;
    double largest_a = -1.0;

    for (int i = 0; run->flow->is_low && i < run->described->load_count; i++) {
        const double here_a = nominal_a(run, &run->described->loads[i], run->load_power_w[i]);

        if (is_low(run, run->flow, i) && here_a > largest_a) {
            largest = i;
            largest_a = here_a;
        }
    }
    return largest;
}

/* It waits twice as long as the last time if it has not run for a minute since. */
static void drop(struct system_run *run, int i)
{
    const int64_t last_ticks = run->load_wait_ticks[i];
    const bool has_run = run->tick - run->load_back_tick[i] >= LASTING_TICKS;
    const int64_t wait_ticks = has_run || last_ticks == 0 ? RETRY_TICKS : 2 * last_ticks;

    run->load_wait_ticks[i] = wait_ticks < RETRY_TICKS_MAX ? wait_ticks : RETRY_TICKS_MAX;
    run->load_back_tick[i] = run->tick + run->load_wait_ticks[i];
    run->load_dropped[i] = true;
    run->loads_dropped++;
    system_tell(run, (struct system_edge){.kind = EDGE_DROP, .on = false, .value = i});
}

/* Where it looks whether its voltage is back. */
static int bus_of(const struct scenario_load *load)
{
    return load->outlet <= SCENARIO_BUSES_MAX ? load->outlet : 0;
}

/* Whether a load that has dropped out would try again with the bus of `flow`. */
static bool may_return(const struct system_run *run, const struct network_flow *flow, int i, int64_t tick)
{
    const struct scenario_load *load = &run->described->loads[i];

    return run->load_dropped[i] && tick >= run->load_back_tick[i] && is_fed(run, load) &&
           flow->node_v[bus_of(load)] >= RETURN_FACTOR * lowest_v(run, load);
}

/* At the end of its hours, or of a period's part, a load that has dropped out is off like any other, and starts like any other at the next. */
static void forget_those_off(struct system_run *run)
{
    for (int i = 0; run->loads_dropped > 0 && i < run->described->load_count; i++) {
        if (run->load_dropped[i] && !is_wanted(run, i)) {
            run->load_dropped[i] = false;
            run->loads_dropped--;
        }
    }
}

static bool would_look(const struct system_run *run, const struct network_flow *flow)
{
    bool would = false;

    for (int i = 0; (flow->is_low || run->loads_dropped > 0) && i < run->described->load_count; i++) {
        would = would || is_low(run, flow, i) || may_return(run, flow, i, run->tick);
    }
    return would;
}

static bool look(struct system_run *run)
{
    const int low = is_short_inrush(run) ? -1 : largest_low(run);
    bool has_changed = low >= 0;

    if (low >= 0) {
        drop(run, low);
    }
    follow_clock(run);
    forget_those_off(run);
    for (int i = 0; run->loads_dropped > 0 && i < run->described->load_count; i++) {
        if (may_return(run, run->flow, i, run->tick)) {
            run->load_dropped[i] = false;
            run->loads_dropped--;
            run->load_back_tick[i] = run->tick;
            system_tell(run, (struct system_edge){.kind = EDGE_DROP, .on = true, .value = i});
            has_changed = true;
        }
    }
    return has_changed;
}

/* The first of `ticks`, one for each load, that is after now and before `tick`; `tick`: there is none. */
static int64_t first_of(const struct system_run *run, const int64_t *ticks, int64_t tick)
{
    int64_t first = tick;

    for (int i = 0; i < run->described->load_count; i++) {
        if (ticks[i] > run->tick && ticks[i] < first) {
            first = ticks[i];
        }
    }
    return first;
}

static int64_t next_tick(const struct system_run *run)
{
    int64_t tick = run->described->load_count > 0 ? run->load_clock_tick : INT64_MAX;

    if (run->inrush_tick > run->tick) {
        tick = first_of(run, run->load_inrush_tick, tick);
    }
    for (int i = 0; run->loads_dropped > 0 && i < run->described->load_count; i++) {
        if (run->load_dropped[i] && run->load_back_tick[i] > run->tick && run->load_back_tick[i] < tick) {
            tick = run->load_back_tick[i];
        }
    }
    return tick;
}

const struct consumer_kind consumer_loads = {
    .section = {.key = "loads",
                OPTIONAL,
                LIST(loads, load_count, SCENARIO_LOADS_MAX),
                .help = "what uses energy"},
    .entry = "a load",
    .rows = rows,
    .row_count = sizeof rows / sizeof rows[0],
    .one_of = {"power_w", "current_a", "resistance_ohm", "profile"},
    .add = add,
    .would_look = would_look,
    .look = look,
    .next_tick = next_tick,
};
