/* SPDX-License-Identifier: Apache-2.0 */
/* What the device takes for itself, by its state (SUP-2). */
#include "twin/consumer.h"
#include "twin/equipment.h"
#include "twin/run.h"

struct bms {
    double on_ma;
    double low_cell_ma;
    double off_ma;
};

static const struct scenario_row rows[] = {
    {.key = "on_ma",
     NUMBER(0, 100, "mA"),
     OR("2.2"),
     IN(struct bms, on_ma),
     .help = "own consumption in operation (SUP-2)"},
    {.key = "low_cell_ma",
     NUMBER(0, 100, "mA"),
     OR("1.2"),
     IN(struct bms, low_cell_ma),
     .help = "own consumption with Load floating by under-voltage"},
    {.key = "off_ma",
     NUMBER(0, 100, "mA"),
     OR("1.2"),
     IN(struct bms, off_ma),
     .help = "own consumption with the system off"},
};

static double draw_a(const struct system_run *run)
{
    struct bms bms;
    double drawn_ma = 0.0;

    consumer_settings(run->described, CONSUMER_BMS, &bms, sizeof bms);
    drawn_ma = run->outputs.load ? bms.on_ma : (run->switch_on ? bms.low_cell_ma : bms.off_ma);
    return drawn_ma * 0.001;
}

/* What it takes itself: high, and after a cut. */
static void facts(const struct scenario *described, struct equipment_facts *known)
{
    struct bms bms;

    consumer_settings(described, CONSUMER_BMS, &bms, sizeof bms);
    known->draw_on_a = bms.on_ma * 0.001;
    known->draw_off_a = bms.low_cell_ma * 0.001;
}

const struct consumer_kind consumer_bms = {
    .section = {.key = "bms"}, /* beside the device's settings */
    .rows = rows,
    .row_count = sizeof rows / sizeof rows[0],
    .draw_a = draw_a,
    .facts = facts,
};
