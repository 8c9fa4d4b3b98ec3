/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is kept of a run (result/edge_list.h, result/series.h): nothing is lost however dense and long it is, and what is told in
 * buckets, rows and entries for many is what a plain count of everything gives.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "result/edge_list.h"
#include "result/incidents.h"
#include "result/series.h"

#define SECOND ((int64_t)SBMS_TICKS_PER_S)
#define HOUR (3600 * SECOND)
#define DAY (24 * HOUR)
#define OUTPUTS 3

static uint64_t random_state;

static uint32_t random_below(uint32_t limit)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(random_state >> 33) % limit;
}

/* ---- edges -------------------------------------------------------------------------------------- */

static struct edge_list list;

static void add(int64_t tick, enum system_edge_kind kind, bool on, int value)
{
    const struct system_edge edge = {.tick = tick, .kind = kind, .on = on, .value = value};
    edge_list_add(&list, &edge, -1);
}

static int setup_list(void **state)
{
    (void)state;
    edge_list_init(&list);
    return 0;
}

static int free_list(void **state)
{
    (void)state;
    edge_list_free(&list);
    return 0;
}

/* 61 edges in an hour and no tick more are one entry; an edge fewer or a tick more, and each stands for itself. */
static void an_hour_of_one_a_minute(void **state)
{
    (void)state;
    for (int i = 0; i < EDGE_LIST_DENSE; i++) {
        add(HOUR / 60 * i, EDGE_LOAD, i % 2 == 1, 0);
    }
    edge_list_finish(&list);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.edges[0].count, EDGE_LIST_DENSE);
    assert_int_equal(list.edges[0].until_tick, HOUR);
    assert_int_equal(list.edges[0].high_ticks, HOUR / 2);
    assert_false(list.edges[0].last_on);
    edge_list_free(&list);
    edge_list_init(&list);
    for (int i = 0; i < EDGE_LIST_DENSE; i++) {
        add(HOUR / 60 * i + (i + 1 == EDGE_LIST_DENSE ? 1 : 0), EDGE_LOAD, i % 2 == 1, 0);
    }
    edge_list_finish(&list);
    assert_int_equal(list.count, EDGE_LIST_DENSE);
}

/* A stretch ends where the density does, and those of two outputs are two. */
static void a_stretch_among_others(void **state)
{
    (void)state;
    add(0, EDGE_LOAD, true, 0);
    add(2 * DAY, EDGE_LOAD, false, 0);
    for (int i = 0; i < 200; i++) {
        add(5 * DAY + i * SECOND, EDGE_LOAD, i % 2 == 0, 0);
        add(5 * DAY + i * SECOND, EDGE_PRE_ALARM, i % 2 == 1, 0);
    }
    add(5 * DAY + 100 * HOUR, EDGE_LOAD, true, 0);
    edge_list_finish(&list);
    assert_int_equal(list.count, 5);
    assert_int_equal(list.edges[1].count, 1);
    assert_int_equal(list.edges[2].count, 200);
    assert_int_equal(list.edges[2].edge.kind, EDGE_LOAD);
    assert_int_equal(list.edges[2].until_tick, 5 * DAY + 199 * SECOND);
    assert_int_equal(list.edges[2].high_ticks, 100 * SECOND);
    assert_int_equal(list.edges[3].count, 200);
    assert_int_equal(list.edges[3].edge.kind, EDGE_PRE_ALARM);
    assert_int_equal(list.edges[4].count, 1);
    /* what goes on behind it belongs to it */
    for (int i = 1; i < 30; i++) {
        add(5 * DAY + 100 * HOUR + i * 61 * SECOND, EDGE_LOAD, i % 2 == 0, 0);
    }
    edge_list_finish(&list);
    assert_int_equal(list.count, 34);
}

/* The switch and the scenario's events stay; a frequent kind is counted by the day before a rare one is. */
static void the_frequent_are_counted_first(void **state)
{
    (void)state;
    for (int day = 0; day < 365; day++) {
        add(day * DAY, EDGE_STAGE, true, 0);
        for (int i = 0; i < 200; i++) {
            add(day * DAY + (i + 1) * 60 * SECOND, EDGE_EQUIPMENT, i % 2 == 0, 1);
        }
        if (day < 200) {
            add(day * DAY + 20 * HOUR, day % 2 == 0 ? EDGE_SWITCH : EDGE_EVENT, true, day);
        }
    }
    edge_list_finish(&list);
    size_t stages = 0;
    size_t fixed = 0;
    int64_t equipment = 0;
    for (size_t i = 0; i < list.count; i++) {
        const struct recording_edge *one = &list.edges[i];
        stages += one->edge.kind == EDGE_STAGE && one->count == 1 ? 1 : 0;
        fixed += (one->edge.kind == EDGE_SWITCH || one->edge.kind == EDGE_EVENT) && one->count == 1 ? 1 : 0;
        equipment += one->edge.kind == EDGE_EQUIPMENT ? one->count : 0;
    }
    assert_int_equal(stages, 365);
    assert_int_equal(fixed, 200);
    assert_int_equal(equipment, 365 * 200);
    assert_true(list.count <= EDGE_LIST_OTHERS_MAX);
}

/* A current that is another each time is one kind; and 32 loads, 21 pieces of equipment and all else at once end, too. */
static void however_many_kinds(void **state)
{
    (void)state;
    for (int i = 0; i < 60000; i++) {
        const enum system_edge_kind kind =
            (enum system_edge_kind)(EDGE_LED_LOAD + i % (EDGE_OUTPUT_FAULT - EDGE_LED_LOAD + 1));
        const bool is_current = kind == EDGE_LOAD_CURRENT || kind == EDGE_PRE_ALARM_CURRENT;
        if (kind != EDGE_SWITCH && kind != EDGE_EVENT) { /* of which a scenario has 256 at most */
            add(i * 3 * HOUR, kind, true, is_current ? i : i % 32);
        }
    }
    edge_list_finish(&list);
    assert_true(list.count <= EDGE_LIST_OTHERS_MAX);
}

struct tally {
    int64_t edges;
    int64_t high_ticks;
    int64_t last_tick;
    bool on;
};

static struct tally tallies[OUTPUTS];

static void toggle(int64_t tick, int output)
{
    struct tally *one = &tallies[output];
    one->high_ticks += one->on ? tick - one->last_tick : 0;
    one->on = !one->on;
    one->last_tick = tick;
    one->edges++;
    add(tick, (enum system_edge_kind)output, one->on, 0);
    assert_true(list.count <= EDGE_LIST_RAW_MAX);
}

/* How many entries of outputs there are, when what they count is what a plain count gives. */
static size_t entries_that_add_up(void)
{
    size_t entries = 0;
    for (int output = 0; output < OUTPUTS; output++) {
        int64_t counted = 0;
        int64_t counted_high = 0;
        int64_t until = -1;
        bool was_on = false;
        for (size_t i = 0; i < list.count; i++) {
            const struct recording_edge *one = &list.edges[i];
            assert_true(i == 0 || one->edge.tick >= one[-1].edge.tick);
            if (one->edge.kind != (enum system_edge_kind)output) {
                continue;
            }
            assert_true(one->edge.tick >= until);
            counted_high += (was_on ? one->edge.tick - until : 0) + one->high_ticks;
            counted += one->count;
            until = one->until_tick;
            was_on = one->last_on;
            entries++;
        }
        assert_int_equal(counted, tallies[output].edges);
        assert_int_equal(counted_high, tallies[output].high_ticks);
        assert_int_equal(was_on, tallies[output].on);
    }
    return entries;
}

static void begin_list(void)
{
    edge_list_free(&list);
    edge_list_init(&list);
    memset(tallies, 0, sizeof tallies);
}

/* Outputs that chatter at random for years: each edge is counted once, the time high is what a plain sum gives, in bounded memory. */
static void no_edge_is_lost(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 9; seed++) {
        int64_t tick = 0;
        begin_list();
        random_state = seed;
        for (int i = 0; i < 150000; i++) {
            /* calm for days, dense for hours, or in between */
            const uint32_t calm = seed % 3 == 0 ? 3000 : (i / 500 % 2 == 0 ? 20 : 100000);
            tick += random_below(calm * 8);
            toggle(tick, (int)random_below(OUTPUTS));
        }
        edge_list_finish(&list);
        const int64_t most = EDGE_LIST_OUTPUTS_BASE + EDGE_LIST_OUTPUTS_A_DAY * (tick / DAY);
        const size_t entries = entries_that_add_up();
        assert_true(entries <= EDGE_LIST_OUTPUTS_MAX && (int64_t)entries <= most);
    }
}

/* Two cuts a day, each with its warning, all stand for themselves after 20 years; after 25 some do not. */
static void cuts_each_day_stay(void **state)
{
    (void)state;
    const int years[] = {20, 25};
    for (size_t run = 0; run < 2; run++) {
        begin_list();
        for (int half = 0; half < years[run] * 730; half++) {
            const int64_t tick = half * DAY / 2;
            toggle(tick, EDGE_PRE_ALARM);
            toggle(tick + HOUR, EDGE_LOAD);
            toggle(tick + HOUR, EDGE_PRE_ALARM);
            toggle(tick + 3 * HOUR, EDGE_LOAD);
        }
        edge_list_finish(&list);
        const size_t entries = entries_that_add_up();
        if (run == 0) {
            assert_int_equal(entries, 20 * 730 * 4);
            assert_int_equal(list.dense_ticks, HOUR);
        } else {
            assert_true(entries <= EDGE_LIST_OUTPUTS_MAX &&
                        entries > EDGE_LIST_OUTPUTS_MAX - EDGE_LIST_DENSE);
            assert_true(list.dense_ticks < 32 * DAY);
        }
    }
}

/* Of too many the densest are told together, and not one entry more than must; an edge a day before and behind them stays. */
static void the_densest_go_first(void **state)
{
    (void)state;
    enum { CALM = 3000, DENSE = 30000 };
    int64_t tick = 0;
    begin_list();
    for (int i = 0; i < 2 * CALM + DENSE; i++) {
        const int64_t dense_ticks = ((i - CALM) / (DENSE / 3) == 1 ? 200 : 90) * SECOND;
        tick += i < CALM || i >= CALM + DENSE ? DAY / 4 : dense_ticks;
        toggle(tick, EDGE_CHARGER);
    }
    edge_list_finish(&list);
    const size_t most = (size_t)(EDGE_LIST_OUTPUTS_BASE + EDGE_LIST_OUTPUTS_A_DAY * (tick / DAY));
    const size_t entries = entries_that_add_up();
    assert_true(entries <= most && entries > most - EDGE_LIST_DENSE);
    assert_true(list.dense_ticks >= 60 * 90 * SECOND && list.dense_ticks < 2 * HOUR);
    for (size_t i = 0; i < CALM; i++) {
        assert_int_equal(list.edges[i].count, 1);
        assert_int_equal(list.edges[list.count - 1 - i].count, 1);
    }
}

/* ---- incidents ---------------------------------------------------------------------------------- */

static struct incidents incidents;

static void take_load(int64_t tick, bool on)
{
    const struct system_edge edge = {.tick = tick,
                                     .kind = EDGE_LOAD,
                                     .on = on,
                                     .cause = on ? SBMS_CAUSE_ATD_RETURNED : SBMS_CAUSE_ATD_LOST};
    incidents_take(&incidents, &edge, NULL);
}

static void take_prealarm(int64_t tick, bool on, uint8_t cause)
{
    const struct system_edge edge = {.tick = tick, .kind = EDGE_PRE_ALARM, .on = on, .cause = cause};
    incidents_take(&incidents, &edge, NULL);
}

/* In order; those that are kept and those that each says are left out behind it make all. */
static void nothing_is_uncounted(void)
{
    int64_t told[INCIDENT_KINDS] = {0};
    for (size_t i = 0; i < incidents.count; i++) {
        told[incidents.list[i].kind] += 1 + incidents.list[i].left_out;
        assert_true(i == 0 || incidents.list[i].begin.tick >= incidents.list[i - 1].begin.tick);
    }
    for (int kind = 0; kind < INCIDENT_KINDS; kind++) {
        assert_int_equal(told[kind], incidents.counts[kind]);
    }
    assert_true(incidents.count <= INCIDENTS_MAX);
}

/* Of more cuts than are kept the first and the longest stay, and the others are spread over all the time. */
static void the_longest_cut_stays(void **state)
{
    (void)state;
    enum { CUTS = 3000, LONGEST = 2500 };
    incidents_init(&incidents);
    for (int i = 0; i < CUTS; i++) {
        take_load(i * DAY, false);
        take_load(i * DAY + (i == LONGEST ? 20 * HOUR : (1 + i * 7919 % 1000) * SECOND), true);
    }
    incidents_finish(&incidents, NULL);
    bool has_longest = false;
    for (size_t i = 0; i < incidents.count; i++) {
        const struct incident *one = &incidents.list[i];
        assert_true(one->is_over);
        assert_true(i == 0 || one->begin.tick - one[-1].begin.tick <= 12 * DAY);
        has_longest = has_longest || incident_ticks(one, 0) == 20 * HOUR;
    }
    assert_true(has_longest);
    assert_true(incidents.count <= INCIDENTS_CUT_MAX && incidents.count > 250);
    assert_int_equal(incidents.list[0].begin.tick, 0);
    assert_true(incidents.list[incidents.count - 1].begin.tick > (CUTS - 12) * DAY);
    assert_int_equal(incidents.counts[INCIDENT_CUT], CUTS);
    assert_int_equal(incidents_left_out(&incidents), CUTS - (int64_t)incidents.count);
    nothing_is_uncounted();
}

static void charger(int64_t tick, bool on, uint8_t cause, uint8_t reason)
{
    const struct system_edge edge = {.tick = tick,
                                     .kind = EDGE_CHARGER,
                                     .on = on,
                                     .cause = cause,
                                     .reason = {.battery = 1, .cell = 1, .cause = reason}};
    incidents_take(&incidents, &edge, NULL);
}

/* Charger floats by a sensor; with `stays`: at a start. */
static void take_start(int64_t tick, bool stays)
{
    const struct system_edge edge = {
        .tick = tick, .kind = EDGE_CHARGER, .stays = stays, .cause = SBMS_CAUSE_ATC_LOST};
    incidents_take(&incidents, &edge, NULL);
}

/*
 * However many there are of one kind, the first of each stays, whatever came before: behind starts without
 * Charger, and a time without it that never ends, chatter of the alarm for a week, a cut each day, and a single warning at the end.
 */
static void the_first_of_each_kind_stays(void **state)
{
    (void)state;
    enum { STARTS = 1000, EDGE = 700, CUTS = 1000, CHATTER = 25000 };
    incidents_init(&incidents);
    for (int i = 0; i < STARTS; i++) {
        take_start(i * 2 * SECOND, i != EDGE);
        charger(i * 2 * SECOND + SECOND, true, SBMS_CAUSE_START_UP, 0);
    }
    charger(HOUR - SECOND, false, SBMS_CAUSE_ATC_LOST, SBMS_BATTERY_LOW_TEMP);
    for (int i = 0; i < CHATTER; i++) {
        take_prealarm(HOUR + i * 24 * SECOND, true, SBMS_CAUSE_NO_PREALARM_LOST);
        take_prealarm(HOUR + i * 24 * SECOND + 20 * SECOND, false, SBMS_CAUSE_NO_PREALARM_RETURNED);
    }
    for (int i = 0; i < CUTS; i++) {
        take_load((10 + i) * DAY, false);
        take_load((10 + i) * DAY + HOUR, true);
    }
    take_prealarm((10 + CUTS) * DAY, true, SBMS_CAUSE_NO_PREALARM_LOST);
    take_prealarm((10 + CUTS) * DAY + SECOND, false, SBMS_CAUSE_NO_PREALARM_RETURNED);
    incidents_finish(&incidents, NULL);
    nothing_is_uncounted();
    assert_int_equal(incidents_first(&incidents, INCIDENT_CHARGER)->begin.tick, 0);
    assert_int_equal(incidents.starts[INCIDENT_CHARGER], STARTS - 1);
    assert_int_equal(incidents_charger_cuts(&incidents), 2);
    assert_int_equal(incidents_first(&incidents, INCIDENT_COLD)->begin.tick, HOUR - SECOND);
    assert_int_equal(incidents_first(&incidents, INCIDENT_CUT)->begin.tick, 10 * DAY);
    assert_int_equal(incidents_first(&incidents, INCIDENT_WARNING)->begin.tick, HOUR);
    assert_int_equal(incidents.counts[INCIDENT_WARNING], CHATTER + 1);
    size_t warnings = 0;
    int64_t last = 0;
    for (size_t i = 0; i < incidents.count; i++) {
        if (incidents.list[i].kind == INCIDENT_WARNING) {
            assert_true(warnings == 0 || incidents.list[i].begin.tick - last < DAY ||
                        incidents.list[i].begin.tick == (10 + CUTS) * DAY);
            last = incidents.list[i].begin.tick;
            warnings++;
        }
    }
    assert_true(warnings > 30 && warnings <= INCIDENTS_WARNING_MAX);
    assert_int_equal(last, (10 + CUTS) * DAY);
}

/* A warning is one whatever ends it, and also if nothing does; that of a cut is the cut's. */
static void warnings_that_nothing_ends(void **state)
{
    (void)state;
    incidents_init(&incidents);
    take_prealarm(HOUR, true, SBMS_CAUSE_NO_PREALARM_LOST);
    take_prealarm(2 * HOUR, false, SBMS_CAUSE_REMOTE_OFF);
    take_prealarm(3 * HOUR, true, SBMS_CAUSE_NO_PREALARM_LOST);
    take_load(4 * HOUR, false);
    take_prealarm(4 * HOUR, false, SBMS_CAUSE_ATD_LOST);
    take_load(5 * HOUR, true);
    take_prealarm(6 * HOUR, true, SBMS_CAUSE_NO_PREALARM_LOST);
    assert_int_equal(incidents.count, 3);
    assert_int_equal(incidents.counts[INCIDENT_WARNING], 2);
    assert_int_equal(incidents.list[0].end.cause, SBMS_CAUSE_REMOTE_OFF);
    assert_int_equal(incidents.list[1].kind, INCIDENT_CUT);
    assert_int_equal(incidents.list[1].from_tick, 3 * HOUR);
    assert_int_equal(incidents.list[1].begin.tick, 4 * HOUR);
    assert_true(incidents.list[2].kind == INCIDENT_WARNING && !incidents.list[2].is_over);
    nothing_is_uncounted();
}

/* LOAD-8: a remote that is off for less than 1 s has cut Load, at the edge that it was; one that is off for longer has not. */
static void a_flick_of_the_switch_is_a_cut(void **state)
{
    (void)state;
    static const struct scenario described;
    static struct system_run run = {.described = &described, .chain = {.all = {.atd = true}}};
    static struct bank_state bank = {.cell_v_min = 3.3};
    struct system_edge edge = {.tick = HOUR, .kind = EDGE_LOAD, .cause = SBMS_CAUSE_REMOTE_OFF};
    run.bank.now = &bank;
    incidents_init(&incidents);
    incidents_take(&incidents, &edge, &run);
    incidents_look(&incidents, &run);
    assert_int_equal(incidents.count, 0);
    edge.tick = 2 * HOUR;
    incidents_take(&incidents, &edge, &run);
    run.tick = 2 * HOUR + 4;
    run.totals.load_cuts[SBMS_CAUSE_REMOTE_OFF] = 1;
    incidents_look(&incidents, &run);
    incidents_look(&incidents, &run);
    assert_int_equal(incidents.count, 1);
    assert_int_equal(incidents.list[0].begin.tick, 2 * HOUR);
    assert_int_equal(incidents.counts[INCIDENT_CUT], 1);
}

/* A Charger that floats on frosty nights is no fault, and counted by itself; what floats it meanwhile belongs to that night. */
static void frost_is_no_fault(void **state)
{
    (void)state;
    incidents_init(&incidents);
    for (int i = 0; i < 3; i++) {
        charger(i * DAY, false, SBMS_CAUSE_ATC_LOST, SBMS_BATTERY_LOW_TEMP);
        charger(i * DAY + HOUR, false, SBMS_CAUSE_SUPPLY_LOW, 0);
        charger(i * DAY + 5 * HOUR, true, SBMS_CAUSE_ATC_RETURNED, SBMS_BATTERY_LOW_TEMP);
        charger(i * DAY + 9 * HOUR, false, SBMS_CAUSE_ATC_LOST, SBMS_BATTERY_OVER_VOLTAGE);
        charger(i * DAY + 10 * HOUR, true, SBMS_CAUSE_ATC_RETURNED, SBMS_BATTERY_OVER_VOLTAGE);
    }
    charger(3 * DAY, false, SBMS_CAUSE_ATC_LOST, SBMS_BATTERY_LOW_TEMP);
    assert_int_equal(incidents.counts[INCIDENT_COLD], 4);
    assert_int_equal(incidents.counts[INCIDENT_CHARGER], 3);
    assert_int_equal(incidents_ticks(&incidents, INCIDENT_COLD, 3 * DAY + HOUR), 16 * HOUR);
    assert_int_equal(incidents_ticks(&incidents, INCIDENT_CHARGER, 3 * DAY + HOUR), 3 * HOUR);
}

/* ---- quantities --------------------------------------------------------------------------------- */

static struct series series;

static void take(int64_t tick, float bus_mv, float cell_mv)
{
    struct series_sample *sample = series_next(&series);
    *sample = (struct series_sample){.tick = tick};
    sample->values[SERIES_BUS_MV] = bus_mv;
    sample->values[SERIES_CELL_MIN_MV] = cell_mv;
    sample->values[SERIES_CELL_MAX_MV] = cell_mv;
    sample->cell_mv[0] = cell_mv;
    series_take(&series);
}

static const struct series_range *range_at(size_t bucket, enum series_quantity quantity)
{
    assert_true(bucket < series.bucket_count);
    return &series.ranges[bucket * SERIES_QUANTITIES + quantity];
}

/* A kettle of 3 min in a bucket of two hours is in its extremes and, by its length, in its mean. */
static void a_short_spike_is_kept(void **state)
{
    (void)state;
    series_init(&series, 1, series_buckets_of(7200));
    take(0, 13000, 3300);
    take(HOUR, 13000, 3300);
    take(HOUR, 12000, 3100);
    take(HOUR + 180 * SECOND, 12000, 3100);
    take(HOUR + 180 * SECOND, 13000, 3300);
    take(5 * HOUR, 13000, 3300);
    series_finish(&series);
    assert_int_equal(series.bucket_count, 3);
    assert_true(range_at(0, SERIES_BUS_MV)->min == 12000 && range_at(0, SERIES_BUS_MV)->max == 13000);
    assert_true(fabs((double)range_at(0, SERIES_BUS_MV)->mean - (13000.0 - 1000.0 * 180 / 7200)) < 0.01);
    assert_int_equal(series.cell_ranges[0].min_mv, 3100);
    assert_int_equal(series.cell_ranges[0].max_mv, 3300);
    assert_true(range_at(1, SERIES_BUS_MV)->min == 13000);
    assert_true(range_at(2, SERIES_BUS_MV)->mean == 13000);
    series_free(&series);
}

/* A long step over several buckets is a straight line in each. */
static void a_line_over_buckets(void **state)
{
    (void)state;
    series_init(&series, 1, series_buckets_of(60));
    take(0, 0, 0);
    take(240 * SECOND, 2400, 240);
    take(270 * SECOND, 2700, 270);
    series_finish(&series);
    assert_int_equal(series.bucket_count, 5);
    for (size_t i = 0; i < 5; i++) {
        const float end = i < 4 ? 600.0f * (float)(i + 1) : 2700.0f;
        assert_true(fabsf(range_at(i, SERIES_BUS_MV)->min - 600.0f * (float)i) < 0.01f);
        assert_true(fabsf(range_at(i, SERIES_BUS_MV)->max - end) < 0.01f);
        assert_true(fabsf(range_at(i, SERIES_BUS_MV)->mean - (600.0f * (float)i + end) / 2) < 0.01f);
    }
    series_free(&series);
}

/* Steps of any length, marks anywhere, against a plain pass over all samples. */
static void buckets_and_rows_are_what_happened(void **state)
{
    (void)state;
    enum { SAMPLES = 3000 };
    static int64_t ticks[SAMPLES];
    static float values[SAMPLES];
    for (uint32_t seed = 1; seed <= 20; seed++) {
        const int64_t bucket = (int64_t)(1 + random_below(400)) * SECOND;
        int64_t tick = 0;
        size_t marks = 0;
        random_state = seed;
        series_init(&series, 1, series_buckets_of(bucket / SECOND));
        for (int i = 0; i < SAMPLES; i++) {
            ticks[i] = tick;
            values[i] = (float)random_below(4000);
            take(tick, values[i], values[i]);
            if (random_below(100) == 0) {
                series_mark(&series, false);
                marks++;
            }
            tick += random_below(4) == 0 ? 0 : (int64_t)random_below(1000);
        }
        series_finish(&series);
        assert_int_equal(series.bucket_count, (ticks[SAMPLES - 1] + bucket - 1) / bucket);
        float least = 1e9f;
        for (int i = 0; i < SAMPLES; i++) {
            const size_t at = (size_t)(ticks[i] / bucket);
            least = values[i] < least ? values[i] : least;
            if (at < series.bucket_count) {
                const struct series_range *range = range_at(at, SERIES_BUS_MV);
                assert_true(range->min <= values[i] && values[i] <= range->max && range->min <= range->mean);
            }
        }
        float row_least = 1e9f;
        size_t marked = 0;
        for (size_t i = 0; i < series.row_count; i++) {
            const struct series_row *row = &series.rows[i];
            assert_true(row->values[SERIES_BUS_MV] == values[row->number] && row->tick == ticks[row->number]);
            assert_true(i == 0 || row[-1].number < row->number);
            row_least = row->values[SERIES_BUS_MV] < row_least ? row->values[SERIES_BUS_MV] : row_least;
            marked += row->rank == 0 ? 1 : 0;
        }
        assert_true(row_least == least);
        assert_true(marked >= marks);
        series_free(&series);
    }
}

/* With marks without end there are rows all over the run, of the major marks before others, and no more memory. */
static void rows_have_an_end(void **state)
{
    (void)state;
    enum { STEPS = 100000, MAJOR = 100 /* steps from one major mark to the next */, SPAN = STEPS / 10 };
    size_t major = 0;
    size_t in_span[10] = {0};
    series_init(&series, 1, series_buckets_of(3600));
    for (int i = 0; i < STEPS; i++) {
        take(i * 100 * SECOND, (float)(i % 7), 0);
        if (i % 10 == 5) {
            series_mark(&series, i % MAJOR == 55);
            take(i * 100 * SECOND, (float)(i % 7 + 10), 0);
        }
        assert_true(series.row_count <= series_rows_most(&series, i * 100 * SECOND) + SERIES_RANKS);
    }
    for (size_t i = 0; i < series.row_count; i++) {
        const int64_t step = series.rows[i].tick / (100 * SECOND);
        const bool is_after = i > 0 && series.rows[i].tick == series.rows[i - 1].tick;
        assert_true(i == 0 || step % 10 == 5);
        assert_true(series.rows[i].values[SERIES_BUS_MV] == (float)(step % 7) + (is_after ? 10.0f : 0.0f));
        in_span[step / SPAN]++;
        major += is_after && step % MAJOR == 55 ? 1 : 0;
    }
    assert_int_equal(major, STEPS / MAJOR);
    const size_t most = series_rows_most(&series, STEPS * 100 * SECOND);
    for (size_t span = 0; span < 10; span++) {
        assert_in_range(in_span[span], most / 30, most / 10 * 3 / 2);
    }
    series_free(&series);
}

/* Whether there are rows before and behind what happened at that tick. */
static bool has_rows_at(int64_t tick)
{
    static size_t at; /* is asked in the order of time */
    at = at < series.row_count && series.rows[at].tick <= tick ? at : 0;
    while (at < series.row_count && series.rows[at].tick < tick) {
        at++;
    }
    return at + 1 < series.row_count && series.rows[at].tick == tick && series.rows[at + 1].tick == tick;
}

/* Two cuts a day with their warnings and a day of chatter: in 20 years each edge has its rows but in the chatter; in 60 all cuts do. */
static void rows_at_each_edge_of_years(void **state)
{
    (void)state;
    enum { EDGES = 3, HALF_DAYS = 14600 };
    const int64_t edges[EDGES] = {2 * HOUR, 3 * HOUR, 5 * HOUR}; /* the second is the cut */
    const int64_t chatter = 100 * DAY + 6 * HOUR;
    for (int thirds = 1; thirds <= 3; thirds += 2) {
        series_init(&series, 4, series_buckets_of_run(INT64_C(7300) * 86400));
        for (int half = 0; half < thirds * HALF_DAYS; half++) {
            const int64_t begin = half * (DAY / 2);
            take(begin, 13000, 3300);
            for (int edge = 0; edge < EDGES; edge++) {
                take(begin + edges[edge], 12000, 3100);
                series_mark(&series, edge == 1);
                take(begin + edges[edge], 12500, 3200);
            }
            for (int i = 0; begin + 6 * HOUR == chatter && i < 5 * 3600 / 10; i++) {
                take(chatter + i * 10 * SECOND, 12000, 3100);
                series_mark(&series, false);
            }
            assert_true(series.row_count <= series_rows_most(&series, begin) + SERIES_RANKS);
        }
        series_finish(&series);
        for (int half = 0; half < thirds * HALF_DAYS; half++) {
            for (int edge = thirds == 1 ? 0 : 1; edge < (thirds == 1 ? EDGES : 2); edge++) {
                assert_true(has_rows_at(half * (DAY / 2) + edges[edge]));
            }
        }
        assert_true(series.row_count <= SERIES_ROWS_MAX);
        series_free(&series);
    }
}

/* Around an edge that is far from others: steps in a row, then at distances that double. */
static void rows_go_out_from_an_edge(void **state)
{
    (void)state;
    enum { STEP = 20, EDGE = 9 * 3600 };
    series_init(&series, 1, series_buckets_of(86400));
    for (int second = 0; second <= 2 * EDGE; second += STEP) {
        take(second * SECOND, (float)second, 3300);
        if (second == EDGE) {
            series_mark(&series, false);
            take(second * SECOND, 0, 3300);
        }
    }
    series_finish(&series);
    for (int minutes = 0; minutes <= 256; minutes = minutes == 0 ? 1 : 2 * minutes) {
        size_t found = 0;
        for (size_t i = 0; i < series.row_count; i++) {
            const int64_t from_edge = series.rows[i].tick - EDGE * SECOND;
            found += from_edge == minutes * 60 * SECOND || from_edge == -minutes * 60 * SECOND ? 1 : 0;
        }
        assert_int_equal(found, 2);
    }
    size_t joined = 0;
    for (size_t i = 0; i < series.row_count; i++) {
        joined += series_row_is_joined(&series, i) ? 1 : 0;
        assert_true(i == 0 || series.rows[i].number > series.rows[i - 1].number);
    }
    assert_true(joined >= 2 * SERIES_STEPS + 1);
    series_free(&series);
}

/* Each bucket that two have become is what they were together, wherever the run ends. */
static void buckets_double(void **state)
{
    (void)state;
    enum { MOST = 8, SAMPLES = 4000 };
    static float values[SAMPLES];
    for (int samples = 2; samples < SAMPLES; samples += 1 + samples / 3) {
        series_init(&series, 1, (struct series_buckets){60 * SECOND, MOST});
        random_state = (uint64_t)samples;
        for (int i = 0; i <= samples; i++) {
            values[i % SAMPLES] = (float)random_below(4000);
            take(i * 60 * SECOND, values[i % SAMPLES], values[i % SAMPLES]);
        }
        series_finish(&series);
        const size_t minutes = (size_t)(series.bucket_ticks / (60 * SECOND));
        assert_true(series.bucket_count <= MOST && (minutes == 1 || series.bucket_count > MOST / 2));
        assert_int_equal(series.bucket_count, ((size_t)samples + minutes - 1) / minutes);
        for (size_t bucket = 0; bucket < series.bucket_count; bucket++) {
            const size_t end =
                (bucket + 1) * minutes < (size_t)samples ? (bucket + 1) * minutes : (size_t)samples;
            const struct series_range *range = range_at(bucket, SERIES_BUS_MV);
            float least = values[bucket * minutes];
            float most = least;
            double sum = 0.0;
            for (size_t i = bucket * minutes + 1; i <= end; i++) {
                least = fminf(least, values[i]);
                most = fmaxf(most, values[i]);
                sum += ((double)values[i] + (double)values[i - 1]) / 2;
            }
            assert_true(range->min == least && range->max == most);
            assert_true(fabs((double)range->mean - sum / (double)(end - bucket * minutes)) < 0.01);
            assert_true(series.cell_ranges[bucket].min_mv == least &&
                        series.cell_ranges[bucket].max_mv == most);
        }
        series_free(&series);
    }
}

/* A whole run has nearly as many buckets as there may be, and one of 20 years that is ended after weeks has thousands. */
static void buckets_of_a_run(void **state)
{
    (void)state;
    for (int64_t run_s = 1; run_s < INT64_C(20) * 366 * 86400; run_s += run_s / 7 + 1) {
        const struct series_buckets buckets = series_buckets_of_run(run_s);
        int64_t ticks = buckets.ticks;
        assert_int_equal(buckets.most, SERIES_BUCKETS);
        assert_true(ticks >= 60 * SECOND && ticks < 120 * SECOND);
        while (ticks * SERIES_BUCKETS < run_s * SECOND) {
            ticks *= 2;
        }
        const int64_t count = (run_s * SECOND + ticks - 1) / ticks;
        assert_true(count >= SERIES_BUCKETS * 99 / 100 || ticks == 60 * SECOND);
        assert_true(ticks % SECOND == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_hour_of_one_a_minute, setup_list, free_list),
        cmocka_unit_test_setup_teardown(a_stretch_among_others, setup_list, free_list),
        cmocka_unit_test_setup_teardown(the_frequent_are_counted_first, setup_list, free_list),
        cmocka_unit_test_setup_teardown(however_many_kinds, setup_list, free_list),
        cmocka_unit_test_setup_teardown(no_edge_is_lost, setup_list, free_list),
        cmocka_unit_test_setup_teardown(cuts_each_day_stay, setup_list, free_list),
        cmocka_unit_test_setup_teardown(the_densest_go_first, setup_list, free_list),
        cmocka_unit_test(the_longest_cut_stays),
        cmocka_unit_test(the_first_of_each_kind_stays),
        cmocka_unit_test(warnings_that_nothing_ends),
        cmocka_unit_test(a_flick_of_the_switch_is_a_cut),
        cmocka_unit_test(frost_is_no_fault),
        cmocka_unit_test(a_short_spike_is_kept),
        cmocka_unit_test(a_line_over_buckets),
        cmocka_unit_test(buckets_and_rows_are_what_happened),
        cmocka_unit_test(rows_have_an_end),
        cmocka_unit_test(rows_at_each_edge_of_years),
        cmocka_unit_test(rows_go_out_from_an_edge),
        cmocka_unit_test(buckets_double),
        cmocka_unit_test(buckets_of_a_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
