/* SPDX-License-Identifier: Apache-2.0 */
/* Loads by hour of day (twin/schedule.h), behind the relay that Load drives or on the battery itself. */
#include "twin/consumer.h"
#include "twin/run.h"
#include "twin/schedule.h"

static const struct scenario_word places[] = {
    {"relay", BEHIND_RELAY, NULL}, {"battery", BEHIND_BATTERY, NULL}, {0}};

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
     .help = "constant power; this or current_a"},
    {.key = "current_a",
     NUMBER(0, 1000, "A"),
     OPTIONAL,
     IN(struct scenario_load, current_a),
     .help = "constant current; this or power_w"},
    {.key = "from",
     TIME_OF_DAY,
     OR("00:00"),
     IN(struct scenario_load, from_s),
     .help = "time of day at which it starts"},
    {.key = "to",
     TIME_OF_DAY,
     OR("24:00"),
     IN(struct scenario_load, to_s),
     .help = "time of day at which it stops; before `from`: over midnight; equal: all day"},
    {.key = "chance_pct",
     NUMBER(0, 100, "%"),
     OR("100"),
     IN(struct scenario_load, chance_pct),
     .help = "that it runs on a day"},
    {.key = "behind",
     WORD(places),
     OR("relay"),
     IN(struct scenario_load, behind),
     .help = "the relay that Load drives, or the battery itself: never cut"},
};

/* What the loads `behind` take that run now, were there a voltage. */
static struct consumer_draw running(const struct system_run *run, enum scenario_behind behind)
{
    struct consumer_draw sum = {0.0, 0.0};

    for (int i = 0; i < run->described->load_count; i++) {
        const struct scenario_load *load = &run->described->loads[i];

        if (load->behind == behind && schedule_load_runs(run->described, i, run->tick)) {
            sum.power_w += load->power_w;
            sum.current_a += load->current_a;
        }
    }
    return sum;
}

static struct consumer_draw draw(const struct system_run *run)
{
    struct consumer_draw sum = running(run, BEHIND_BATTERY);

    if (run->outputs.load) { /* the relay follows Load within the tick */
        const struct consumer_draw behind_relay = running(run, BEHIND_RELAY);

        sum.power_w += behind_relay.power_w;
        sum.current_a += behind_relay.current_a;
    }
    return sum;
}

static int64_t next_tick(const struct system_run *run)
{
    return run->described->load_count > 0 ? schedule_next_tick(run->described, run->tick) : INT64_MAX;
}

const struct consumer_kind consumer_loads = {
    .section = {.key = "loads",
                OPTIONAL,
                LIST(loads, load_count, SCENARIO_LOADS_MAX),
                .help = "what uses energy"},
    .entry = "a load",
    .rows = rows,
    .row_count = sizeof rows / sizeof rows[0],
    .one_of = {"power_w", "current_a"},
    .draw = draw,
    .next_tick = next_tick,
};
