/* SPDX-License-Identifier: Apache-2.0 */
/* The lamp or buzzer that Pre-alarm drives. */
#include "twin/consumer.h"
#include "twin/equipment.h"
#include "twin/run.h"

struct pre_alarm_device {
    double current_a;
};

static const struct scenario_row rows[] = {
    {.key = "current_a",
     NUMBER(0, 5, "A"),
     OR("0.02"),
     IN(struct pre_alarm_device, current_a),
     .help = "while Pre-alarm is high"},
};

static double current_a(const struct scenario *described)
{
    struct pre_alarm_device lamp;

    consumer_settings(described, CONSUMER_PRE_ALARM_DEVICE, &lamp, sizeof lamp);
    return lamp.current_a;
}

static double draw_a(const struct system_run *run)
{
    return current_a(run->described);
}

static void facts(const struct scenario *described, struct equipment_facts *known)
{
    known->output_a = current_a(described);
    known->output_peak_a = known->output_a;
}

const struct consumer_kind consumer_pre_alarm_device = {
    .section = {.key = "pre_alarm_device",
                OPTIONAL,
                MAPPING,
                .help = "the lamp or buzzer that Pre-alarm drives"},
    .rows = rows,
    .row_count = sizeof rows / sizeof rows[0],
    .feed = FEED_PRE_ALARM_OUTPUT,
    .draw_a = draw_a,
    .facts = facts,
};
