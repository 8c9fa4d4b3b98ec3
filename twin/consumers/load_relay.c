/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The coil of the relay or contactor that Load drives: a pull-in current at first, then a hold current. What a coil without a diode
 * leaves to the output's clamp the checks of the wiring say (WIRE-3); a run shows it of a relay in `equipment` alone.
 */
#include <math.h>

#include "twin/consumer.h"
#include "twin/equipment.h"
#include "twin/run.h"
#include "twin/schedule.h"

static const struct scenario_word suppressions[] = {{"diode", 0, NULL}, {"none", 1, NULL}, {0}};

struct load_relay {
    double pull_in_a;
    double pull_in_ms;
    double hold_a;
    bool has_no_diode;
};

static const struct scenario_row rows[] = {
    {.key = "pull_in_a",
     NUMBER(0, 20, "A"),
     OR("0.2"),
     IN(struct load_relay, pull_in_a),
     .help = "coil, at first; with pull_in_ms"},
    {.key = "pull_in_ms",
     NUMBER(0, 1000, "ms"),
     OR("0"),
     IN(struct load_relay, pull_in_ms),
     .help = "for how long; 0: a plain relay"},
    {.key = "hold_a",
     NUMBER(0, 5, "A"),
     OR("0.15"),
     IN(struct load_relay, hold_a),
     .help = "coil, from then on"},
    {.key = "suppression",
     WORD(suppressions),
     OR("diode"),
     IN(struct load_relay, has_no_diode),
     .help = "across the coil; `smallbms check` asks it (WIRE-3), no run shows it"},
};

static struct load_relay settings_of(const struct scenario *described)
{
    struct load_relay relay;

    consumer_settings(described, CONSUMER_LOAD_RELAY, &relay, sizeof relay);
    return relay;
}

/* Load is high: when the coil needs only its hold current. */
static int64_t pull_in_end_tick(const struct system_run *run, const struct load_relay *relay)
{
    return run->load_since + schedule_tick_of(relay->pull_in_ms * 0.001);
}

static double draw_a(const struct system_run *run)
{
    const struct load_relay relay = settings_of(run->described);
    const bool pulls_in = run->tick < pull_in_end_tick(run, &relay);

    return pulls_in ? relay.pull_in_a : relay.hold_a;
}

static int64_t next_tick(const struct system_run *run)
{
    const struct load_relay relay = settings_of(run->described);
    const int64_t end_tick = pull_in_end_tick(run, &relay);

    return run->outputs.load && end_tick > run->tick ? end_tick : INT64_MAX;
}

/* Without a current there is no coil. */
static void facts(const struct scenario *described, struct equipment_facts *known)
{
    const struct load_relay relay = settings_of(described);

    known->output_a = relay.hold_a;
    known->output_peak_a = relay.pull_in_ms > 0.0 ? fmax(relay.pull_in_a, relay.hold_a) : relay.hold_a;
    known->has_coil = known->output_peak_a > 0.0;
    known->has_diode = known->has_coil && !relay.has_no_diode;
}

const struct consumer_kind consumer_load_relay = {
    .section = {.key = "load_relay", OPTIONAL, MAPPING, .help = "the relay or contactor that Load drives"},
    .rows = rows,
    .row_count = sizeof rows / sizeof rows[0],
    .feed = FEED_LOAD_OUTPUT,
    .draw_a = draw_a,
    .next_tick = next_tick,
    .facts = facts,
};
