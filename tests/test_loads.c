/* SPDX-License-Identifier: Apache-2.0 */
/* Loads by the clock and by hand: duty cycles, inrush, shedding, events, measured profiles and their files. */
#include "tests/system_fixture.h"

#include <sys/stat.h>
#include <unistd.h>

#include "scenario/file.h"
#include "tests/files.h"
#include "twin/schedule.h"

static struct test_record record;

/* ---- duty cycle ------------------------------------------------------------------------------------------ */

static struct scenario scenario_of_fridges(int count, double duty_pct, double period_min)
{
    struct scenario made = scenario_quiet();

    made.load_count = count;
    for (int i = 0; i < count; i++) {
        made.loads[i] = (struct scenario_load){.name = "fridge",
                                               .power_w = 45.0,
                                               .chance_pct = 100.0,
                                               .duty_pct = duty_pct,
                                               .period_min = period_min};
    }
    return made;
}

/* On for its part of each period, in one piece, to the tick; what is announced is when it changes. */
static void test_duty_cycle(void **state)
{
    static const struct {
        double duty_pct;
        double period_min;
        int64_t on_ticks;
        int64_t period_ticks;
    } cycles[] = {{35.0, 20.0, 3360, 9600},
                  {0.01, 0.1, 0, 48},
                  {99.99, 0.1, 48, 48},
                  {50.0, 0.1, 24, 48},
                  {0.0, 20.0, 0, 9600}};

    (void)state;
    for (size_t c = 0; c < sizeof cycles / sizeof cycles[0]; c++) {
        const struct scenario made = scenario_of_fridges(1, cycles[c].duty_pct, cycles[c].period_min);
        int64_t next = 1;
        bool before = schedule_load_runs(&made, 0, 0);

        next = schedule_next_tick(&made, 0);
        for (int64_t tick = 1; tick < 3 * cycles[c].period_ticks; tick++) {
            const bool runs = schedule_load_runs(&made, 0, tick);
            int64_t on_ticks = 0;

            assert_true(runs == before || next == tick);
            next = next == tick ? schedule_next_tick(&made, tick) : next;
            before = runs;
            if (tick % 1000 == 0) {
                for (int64_t i = 0; i < cycles[c].period_ticks; i++) {
                    on_ticks += schedule_load_runs(&made, 0, tick + i);
                }
                assert_int_equal(on_ticks, cycles[c].on_ticks);
            }
        }
    }
}

/* All day long without a cycle, whatever the part, and at 100 %. */
static void test_no_duty_cycle(void **state)
{
    const struct scenario none = scenario_of_fridges(1, 0.0, 0.0);
    const struct scenario whole = scenario_of_fridges(1, 100.0, 20.0);

    (void)state;
    for (int64_t tick = 0; tick < SCHEDULE_DAY_TICKS; tick += 999) {
        assert_true(schedule_load_runs(&none, 0, tick) && schedule_load_runs(&whole, 0, tick));
    }
    assert_int_equal(schedule_next_tick(&whole, 0), SCHEDULE_DAY_TICKS);
}

/* Each load has a phase of its own from the seed: of 32 that are on for a half, about half are on at any time. */
static void test_phases_differ(void **state)
{
    struct scenario made = scenario_of_fridges(SCENARIO_LOADS_MAX, 50.0, 20.0);
    uint32_t masks[2] = {0u, 0u};

    (void)state;
    for (int seed = 0; seed < 2; seed++) {
        made.seed = (uint64_t)seed + 1u;
        for (int64_t tick = 0; tick < 9600; tick += 240) {
            int on = 0;

            for (int i = 0; i < made.load_count; i++) {
                on += schedule_load_runs(&made, i, tick);
                masks[seed] |= (tick == 0 && schedule_load_runs(&made, i, tick) ? 1u : 0u) << i;
            }
            assert_real_in(on, 6, 26);
        }
    }
    assert_true(masks[0] != masks[1]);
}

/* A cycle within hours: off outside of them. */
static void test_duty_within_hours(void **state)
{
    struct scenario made = scenario_of_fridges(1, 50.0, 20.0);
    int64_t on = 0;

    (void)state;
    made.loads[0].hours = (struct hours){1, {{1u << 1, 36000, 39600}}}; /* Tuesday, one hour */
    for (int64_t tick = 0; tick < 7 * SCHEDULE_DAY_TICKS; tick += 8) {
        const bool runs = schedule_load_runs(&made, 0, tick);

        assert_true(!runs || hours_hold(&made.loads[0].hours, 0, tick));
        on += runs;
    }
    assert_real_in((double)on, 1799, 1801);
}

/* ---- a run, tick by tick --------------------------------------------------------------------------------- */

enum { TICKS_WATCHED = 16384 };

/* What the loads took from each tick on, and at which voltage of the bus; the last sample of a tick counts. */
static struct {
    double load_w[TICKS_WATCHED];
    double bus_v[TICKS_WATCHED];
    int64_t pre_alarm_tick; /* the first with it high */
    int64_t last_tick;
} seen;

static void watch(void *self, const struct system_run *run)
{
    (void)self;
    assert_true(run->tick < TICKS_WATCHED);
    for (int64_t tick = seen.last_tick + 1; tick < run->tick; tick++) {
        seen.load_w[tick] = seen.load_w[seen.last_tick];
        seen.bus_v[tick] = seen.bus_v[seen.last_tick];
    }
    if (run->outputs.prealarm && seen.pre_alarm_tick < 0) {
        seen.pre_alarm_tick = run->tick;
    }
    seen.load_w[run->tick] = run->bus.load_w;
    seen.bus_v[run->tick] = run->bus.voltage_v;
    seen.last_tick = run->tick;
}

/* Runs `described`, of TICKS_WATCHED ticks or less, into `seen`. */
static void run_watched(const struct scenario *described)
{
    static struct system_run run;
    struct sbms_control control;

    seen.last_tick = 0;
    seen.pre_alarm_tick = -1;
    record.count = 0;
    assert_int_equal(sbms_control_init(&control, NULL), SBMS_SETTINGS_OK);
    assert_true(system_init(&run, described, device_native(&control),
                            (struct system_observer){.self = &record, .edge = record_edge, .sample = watch},
                            false));
    system_run_to(&run, run.end_tick);
    system_free(&run);
}

/* What is on the bus is the loads alone, but for the device's milliamperes. */
static void draw_nothing_else(struct scenario *made)
{
    set_relay(made, 0.0, 0.0, 0.0);
    set_consumer(made, CONSUMER_PRE_ALARM_DEVICE, "current_a", 0.0);
}

/* A motor on the battery itself, from 00:01:00 to 00:02:00. */
static struct scenario scenario_of_a_motor(double factor, double ms)
{
    struct scenario made = scenario_quiet();

    draw_nothing_else(&made);
    made.duration_s = 300.0;
    made.bank.capacity_ah = 100.0;
    made.bank.soc_pct = 60.0;
    made.load_count = 1;
    made.loads[0] = (struct scenario_load){.name = "motor",
                                           .power_w = 200.0,
                                           .chance_pct = 100.0,
                                           .hours = {1, {{HOURS_EVERY_DAY, 60, 120}}},
                                           .inrush_factor = factor,
                                           .inrush_ms = ms,
                                           .behind = BEHIND_BATTERY};
    return made;
}

/* Its factor for as long as it says, at least a tick, then its power; the bus sags by what the bank's resistance makes of it. */
static void test_inrush(void **state)
{
    static const struct {
        double ms;
        int ticks;
    } lengths[] = {{0.0, 1}, {10.0, 1}, {125.0, 1}, {126.0, 2}, {1000.0, 8}};

    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        const struct scenario made = scenario_of_a_motor(5.0, lengths[i].ms);

        run_watched(&made);
        assert_real_in(seen.load_w[479], 0.0, 1.0);
        for (int tick = 480; tick < 480 + lengths[i].ticks; tick++) {
            assert_near(seen.load_w[tick], 1000.0, 1.0);
        }
        for (int tick = 480 + lengths[i].ticks; tick < 960; tick++) {
            assert_near(seen.load_w[tick], 200.0, 1.0);
        }
        assert_real_in(seen.load_w[960], 0.0, 1.0);
        assert_true(seen.bus_v[479] - seen.bus_v[480] > 3.0 * (seen.bus_v[479] - seen.bus_v[500]));
    }
}

static void test_no_inrush(void **state)
{
    const struct scenario kettle = scenario_of_a_motor(1.0, 1000.0);

    (void)state;
    run_watched(&kettle);
    assert_near(seen.load_w[480], 200.0, 1.0);
}

/* Of a resistance its part is another resistance; of a current another current. */
static void test_inrush_of_resistance_and_current(void **state)
{
    struct scenario made = scenario_of_a_motor(10.0, 20.0);

    (void)state;
    made.loads[0].power_w = 0.0;
    made.loads[0].resistance_ohm = 2.0;
    run_watched(&made);
    assert_real_in(seen.load_w[480] / seen.load_w[481], 6.0, 10.0); /* the bus and the cable sag */
    made.loads[0].resistance_ohm = 0.0;
    made.loads[0].current_a = 10.0;
    run_watched(&made);
    assert_real_in(seen.load_w[480] / seen.load_w[481], 6.0, 10.0);
}

/* A relay that closes again is a start as well. */
static void test_inrush_when_fed_again(void **state)
{
    struct scenario made = scenario_of_a_motor(5.0, 125.0);
    int starts = 0;

    (void)state;
    made.loads[0].behind = BEHIND_RELAY;
    made.loads[0].hours.count = 0;
    made.event_count = 2;
    made.events[0] = (struct scenario_event){.at_s = 60.0, .what = EVENT_SWITCH_OFF};
    made.events[1] = (struct scenario_event){.at_s = 70.0, .what = EVENT_SWITCH_ON};
    run_watched(&made);
    for (int tick = 0; tick < 2400; tick++) {
        starts += seen.load_w[tick] > 900.0;
    }
    assert_int_equal(starts, 2);
    assert_int_equal(record_count(&record, EDGE_LOAD), 3);
}

/* 10 kW pull the device's own supply below 7.5 V: of one tick it takes no notice, two are a low supply (SUP-3). */
static void test_inrush_reaches_the_device(void **state)
{
    struct scenario made = scenario_of_a_motor(50.0, 125.0);
    int cut = 0;

    (void)state;
    made.bank.capacity_ah = 20.0;
    run_watched(&made);
    assert_true(seen.bus_v[480] < 7.5 && seen.bus_v[481] > 8.0);
    assert_int_equal(record_count(&record, EDGE_LOAD), 1);
    made.loads[0].inrush_ms = 126.0;
    run_watched(&made);
    cut = record_find(&record, EDGE_LOAD, record_find(&record, EDGE_LOAD, 0) + 1);
    assert_true(cut >= 0);
    assert_int_equal(record.edges[cut].tick, 481);
    assert_int_equal(record.edges[cut].cause, SBMS_CAUSE_SUPPLY_LOW);
}

/* Whether a lamp on the bus drops out while the motor starts in tick `phase` of a second. */
static bool drops_a_lamp(int phase, double ms)
{
    struct scenario made = scenario_of_a_motor(30.0, ms);

    made.load_count = 2;
    made.loads[0].hours.count = 0;
    made.loads[1] = (struct scenario_load){.name = "lamp",
                                           .power_w = 10.0,
                                           .voltage_mv_min = 10000.0,
                                           .chance_pct = 100.0,
                                           .behind = BEHIND_BATTERY};
    made.event_count = 2;
    made.events[0] = (struct scenario_event){.at_s = 0.0, .what = EVENT_LOAD_OFF, .load = 0};
    made.events[1] = (struct scenario_event){
        .at_s = 60.0 + (double)phase / SBMS_TICKS_PER_S, .what = EVENT_LOAD_ON, .load = 0};
    run_watched(&made);
    assert_true(seen.bus_v[480 + phase] < 10.0 && seen.bus_v[480 + phase + 10] > 11.0);
    return record_count(&record, EDGE_DROP) > 0;
}

/* Where in a second an inrush begins does not matter: one that lasts for a second drops what it makes low, a shorter one does not. */
static void test_inrush_and_a_lowest_voltage(void **state)
{
    (void)state;
    for (int phase = 0; phase < (int)SBMS_TICKS_PER_S; phase++) {
        assert_false(drops_a_lamp(phase, 125.0));
        assert_false(drops_a_lamp(phase, 875.0));
        assert_true(drops_a_lamp(phase, 1000.0));
    }
}

/* ---- shedding and hands ---------------------------------------------------------------------------------- */

static double mean_w(int64_t from_tick, int64_t to_tick)
{
    double sum = 0.0;

    for (int64_t tick = from_tick; tick < to_tick; tick++) {
        sum += seen.load_w[tick];
    }
    return sum / (double)(to_tick - from_tick);
}

/* Two heaters on a bank that is nearly empty: the one that sheds stops when Pre-alarm rises, the other one does not. */
static struct scenario scenario_of_a_pre_alarm(void)
{
    struct scenario made = scenario_quiet();

    draw_nothing_else(&made);
    made.duration_s = 600.0;
    made.load_count = 2;
    for (int i = 0; i < 2; i++) {
        made.loads[i] = (struct scenario_load){
            .power_w = i == 0 ? 100.0 : 10.0, .chance_pct = 100.0, .behind = BEHIND_BATTERY};
    }
    made.loads[0].until = UNTIL_PRE_ALARM;
    made.event_count = 2;
    made.events[0] = (struct scenario_event){
        .at_s = 100.0, .what = EVENT_CELL_SENSOR_STUCK, .battery = 1, .cell = 1, .value = 3050};
    made.events[1] = (struct scenario_event){.at_s = 300.0, .what = EVENT_SENSORS_MENDED, .battery = 1};
    return made;
}

static void test_until_pre_alarm(void **state)
{
    struct scenario made = scenario_of_a_pre_alarm();
    int64_t back_tick = 0;

    (void)state;
    run_watched(&made);
    assert_real_in((double)seen.pre_alarm_tick, 800, 830);
    assert_true(mean_w(100, seen.pre_alarm_tick) > 100.0);
    back_tick =
        record.edges[record_find(&record, EDGE_PRE_ALARM, record_find(&record, EDGE_PRE_ALARM, 0) + 1)].tick;
    assert_true(back_tick > 2400);
    assert_real_in(mean_w(seen.pre_alarm_tick, back_tick), 10.0, 12.0);
    assert_true(mean_w(back_tick, 4800) > 100.0);
    made.loads[0].until = UNTIL_END;
    run_watched(&made);
    assert_true(mean_w(seen.pre_alarm_tick, 2400) > 100.0);
}

/* By hand: on outside of its hours and against its duty cycle, off within them, until the other event. */
static void test_load_on_and_off(void **state)
{
    struct scenario made = scenario_of_a_motor(1.0, 0.0);

    (void)state;
    made.duration_s = 600.0;
    made.loads[0].duty_pct = 0.0;
    made.loads[0].period_min = 20.0;
    made.event_count = 3;
    made.events[0] = (struct scenario_event){.at_s = 10.0, .what = EVENT_LOAD_ON, .load = 0};
    made.events[1] = (struct scenario_event){.at_s = 80.0, .what = EVENT_LOAD_OFF, .load = 0};
    made.events[2] = (struct scenario_event){.at_s = 300.0, .what = EVENT_LOAD_ON, .load = 0};
    run_watched(&made);
    assert_real_in(mean_w(0, 80), 0.0, 1.0);
    assert_near(mean_w(80, 640), 200.0, 1.0);
    assert_real_in(mean_w(640, 2400), 0.0, 1.0);
    assert_near(mean_w(2400, 4800), 200.0, 1.0);
    made.loads[0].duty_pct = 100.0;
    made.event_count = 0;
    run_watched(&made);
    assert_near(mean_w(480, 960), 200.0, 1.0);
    made.event_count = 1;
    made.events[0] = (struct scenario_event){.at_s = 80.0, .what = EVENT_LOAD_OFF, .load = 0};
    run_watched(&made);
    assert_near(mean_w(480, 640), 200.0, 1.0);
    assert_real_in(mean_w(640, 960), 0.0, 1.0); /* within its hours */
}

/* What a hand does not change: the relay that Load has opened, and shedding. */
static void test_load_on_does_not_feed(void **state)
{
    struct scenario made = scenario_of_a_pre_alarm();

    (void)state;
    made.event_count = 3;
    made.events[2] = made.events[1];
    made.events[1] = (struct scenario_event){.at_s = 150.0, .what = EVENT_LOAD_ON, .load = 0};
    run_watched(&made);
    assert_real_in(mean_w(1300, 2400), 10.0, 12.0);
    made = scenario_of_a_motor(1.0, 0.0);
    made.loads[0].behind = BEHIND_RELAY;
    made.remote.on = false;
    made.event_count = 1;
    made.events[0] = (struct scenario_event){.at_s = 10.0, .what = EVENT_LOAD_ON, .load = 0};
    run_watched(&made);
    assert_real_in(mean_w(0, 2400), 0.0, 1.0);
}

/* ---- profiles -------------------------------------------------------------------------------------------- */

#define BANK \
    "title: t\nrun: {duration: 7 days}\nbank: {battery: 12.8 V, capacity_ah: 100, state_of_charge_pct: " \
    "50}\n"
#define PUMP BANK "loads: [{name: pump, profile: pump.csv}]\n"

static struct scenario described;
static char message[SCENARIO_FILE_ERROR_SIZE];

/* Reads the scenario "folder/x.yaml", whose text is `text`. */
static bool read_here(const char *text)
{
    return scenario_file_read(text, strlen(text), "folder/x.yaml", &described, message, sizeof message);
}

static void accept_profile(const char *csv)
{
    files_put("folder/pump.csv", csv);
    if (!read_here(PUMP)) {
        fail_msg("refused: %s", message);
    }
}

static void refuse_profile(const char *csv, const char *error)
{
    files_put("folder/pump.csv", csv);
    assert_false(read_here(PUMP));
    assert_string_equal(message, error);
}

static void test_profile_is_piecewise_constant_and_repeats(void **state)
{
    const struct profile *profile = NULL;

    (void)state;
    accept_profile("time_s,power_w\r\n0,10\r\n1.5,0\r\n\r\n2,20.5\r\n4,99\r\n");
    profile = described.loads[0].profile;
    for (int64_t turn = 0; turn < 5; turn++) {
        for (int64_t tick = 0; tick < 32; tick++) {
            const int64_t next = tick < 12 ? 12 : (tick < 16 ? 16 : 32);

            assert_true(profile_power_w(profile, turn * 32 + tick) ==
                        (tick < 12 ? 10.0 : (tick < 16 ? 0.0 : 20.5)));
            assert_int_equal(profile_next_tick(profile, turn * 32 + tick), turn * 32 + next);
        }
    }
    assert_true(profile->power_w_max == 20.5);
    scenario_file_free(&described);
    assert_null(described.loads[0].profile);
    accept_profile(
        "\xEF\xBB\xBFtime_s,power_w\n0,1e3\n0.001,2\n0.002,3\n0.126,0"); /* within one tick the last counts */
    assert_true(profile_power_w(described.loads[0].profile, 0) == 1000.0);
    assert_true(profile_power_w(described.loads[0].profile, 1) == 3.0);
    assert_true(profile_power_w(described.loads[0].profile, 2) == 1000.0);
    scenario_file_free(&described);
}

static void test_profile_errors_name_the_place(void **state)
{
    (void)state;
    refuse_profile("", "folder/pump.csv:1:1: nothing here, the first line must be time_s,power_w");
    refuse_profile("\xFF\xFEt", "folder/pump.csv:1:1: this is UTF-16, the file must be saved as UTF-8");
    refuse_profile("time,power\n0,1\n1,1\n",
                   "folder/pump.csv:1:1: the first line is \"time,power\", it must be time_s,power_w");
    refuse_profile("time_s,power_w\n",
                   "folder/pump.csv:2:1: no row, a profile takes at least two: the time of the "
                   "last is when it begins again");
    refuse_profile("time_s,power_w\n0,1\n",
                   "folder/pump.csv:3:1: only one row, a profile takes at least two: the "
                   "time of the last is when it begins again");
    refuse_profile("time_s,power_w\n1,1\n2,1\n",
                   "folder/pump.csv:2:1: time_s starts with 1, it must start with 0");
    refuse_profile("time_s,power_w\n0,1\n2,1\n2,1\n",
                   "folder/pump.csv:4:1: time_s 2 is not above that of the row before");
    refuse_profile("time_s,power_w\n0,1\n\n-1,1\n",
                   "folder/pump.csv:4:1: time_s is \"-1\", it must be 0..3153600000 s");
    refuse_profile("time_s,power_w\n0,1\n3153600001,1\n",
                   "folder/pump.csv:3:1: time_s is \"3153600001\", it must be 0..3153600000 s");
    refuse_profile("time_s,power_w\n0,-1\n1,1\n",
                   "folder/pump.csv:2:3: power_w is \"-1\", it must be 0..100000 W");
    refuse_profile("time_s,power_w\n0,1\n10.5,100001\n",
                   "folder/pump.csv:3:6: power_w is \"100001\", it must be 0..100000 W");
    refuse_profile("time_s,power_w\n0,nan\n",
                   "folder/pump.csv:2:3: power_w is \"nan\", it must be 0..100000 W");
    refuse_profile("time_s,power_w\n0,1,2\n",
                   "folder/pump.csv:2:1: the row has 3 fields, it must have 2: time_s,power_w");
    refuse_profile("time_s,power_w\n0\n",
                   "folder/pump.csv:2:1: the row has 1 fields, it must have 2: time_s,power_w");
}

/* 20,000 rows are read, one more is not; nor is a file above 1 MiB. */
static void test_profile_has_limits(void **state)
{
    static char csv[1100000];
    size_t used = (size_t)snprintf(csv, sizeof csv, "time_s,power_w\n");

    (void)state;
    for (int row = 0; row < PROFILE_STEPS_MAX; row++) {
        used += (size_t)snprintf(csv + used, sizeof csv - used, "%d,%d\n", row, row % 7);
    }
    accept_profile(csv);
    assert_int_equal(described.loads[0].profile->count, PROFILE_STEPS_MAX - 1);
    assert_int_equal(described.loads[0].profile->period_ticks, INT64_C(8) * (PROFILE_STEPS_MAX - 1));
    assert_true(profile_power_w(described.loads[0].profile, 8 * 12345) == 12345 % 7);
    scenario_file_free(&described);
    snprintf(csv + used, sizeof csv - used, "20000,1\n");
    refuse_profile(csv, "folder/pump.csv:20002:1: more than 20000 rows");
    memset(csv, '\n', sizeof csv - 1);
    refuse_profile(csv, "folder/x.yaml:4:31: profile pump.csv cannot be read: it is larger than 1 MiB");
}

static void test_profile_files(void **state)
{
    char folder[512];
    char text[1024];

    (void)state;
    unlink("folder/pump.csv");
    assert_false(read_here(PUMP));
    assert_string_equal(message,
                        "folder/x.yaml:4:31: profile pump.csv cannot be read: No such file or directory");
    assert_false(read_here(BANK "loads: [{name: pump, profile: ../folder}]\n"));
    assert_string_equal(message, "folder/x.yaml:4:31: profile ../folder cannot be read: Is a directory");
    assert_false(read_here(BANK "loads: [{name: pump, profile: /dev/zero}]\n"));
    assert_string_equal(message, "folder/x.yaml:4:31: profile /dev/zero cannot be read: Invalid argument");
    files_put("here.csv", "time_s,power_w\n0,7\n1,0\n");
    assert_true(scenario_file_read(BANK "loads: [{name: a, profile: here.csv}]\n",
                                   sizeof BANK "loads: [{name: a, profile: here.csv}]\n" - 1, "<stdin>",
                                   &described, message, sizeof message)); /* from the working directory */
    assert_true(described.loads[0].profile->power_w_max == 7.0);
    scenario_file_free(&described);
    assert_non_null(getcwd(folder, sizeof folder));
    snprintf(text, sizeof text, BANK "loads: [{name: a, profile: \"%.240s/here.csv\"}]\n", folder);
    assert_true(read_here(text));
    scenario_file_free(&described);
    /* one good and one bad: nothing is left behind, which the sanitizers see */
    assert_false(read_here(BANK "loads: [{name: a, profile: ../here.csv}, {name: b, profile: none.csv}]\n"));
    assert_false(read_here(BANK "loads: [{name: a, profile: ../here.csv, power_w: 1}]\n"));
    assert_string_equal(message,
                        "folder/x.yaml:4:28: profile stands beside power_w; a load takes one of them");
}

/* A run takes what the profile says, tick by tick; 0 is off, and what follows a start. */
static void test_profile_in_a_run(void **state)
{
    struct scenario made = scenario_of_a_motor(3.0, 125.0);

    (void)state;
    accept_profile("time_s,power_w\n0,100\n20,0\n30,150\n50,300\n60,0\n");
    made.loads[0].power_w = 0.0;
    made.loads[0].hours.count = 0;
    made.loads[0].profile = described.loads[0].profile;
    run_watched(&made);
    for (int64_t turn = 0; turn < 4; turn++) {
        const int64_t start = turn * 480;

        /* at 60 s it goes on from 300 W to 100 W: no start but the first */
        assert_near(mean_w(start + 1, start + 160), 100.0, 1.0);
        assert_near(seen.load_w[start], turn == 0 ? 300.0 : 100.0, 1.0);
        assert_real_in(mean_w(start + 160, start + 240), 0.0, 1.0);
        assert_near(seen.load_w[start + 240], 450.0, 1.0);
        assert_near(mean_w(start + 241, start + 400), 150.0, 1.0);
        assert_near(mean_w(start + 400, start + 480), 300.0, 1.0);
    }
    scenario_file_free(&described);
}

/* ---- events name a load ---------------------------------------------------------------------------------- */

static void test_events_find_their_load(void **state)
{
    (void)state;
    assert_true(read_here(BANK "loads: [{name: a, power_w: 1}, {name: hot plate, power_w: 1}]\n"
                               "events: [{at: day 1 00:00, what: load_off, load: hot plate}]\n"));
    assert_int_equal(described.events[0].load, 1);
    assert_false(read_here(BANK "loads: [{name: a, power_w: 1}, {name: hot plate, power_w: 1}]\n"
                                "events: [{at: day 1 00:00, what: load_on, load: hotplate}]\n"));
    assert_string_equal(message, "folder/x.yaml:5:49: there is no load hotplate, did you mean hot plate?");
    assert_false(read_here(BANK "events: [{at: day 1 00:00, what: load_on, load: zebra}]\n"));
    assert_string_equal(message, "folder/x.yaml:4:49: there is no load zebra");
    assert_false(read_here(BANK "loads: [{name: a, power_w: 1}, {name: a, power_w: 1}]\n"
                                "events: [{at: day 1 00:00, what: load_on, load: a}]\n"));
    assert_string_equal(message, "folder/x.yaml:5:49: 2 loads have the name a; give each its own");
}

static char new_folder[] = "test_loads.XXXXXX";

static int enter_new_folder(void **state)
{
    (void)state;
    return mkdtemp(new_folder) != NULL && chdir(new_folder) == 0 ? mkdir("folder", 0777) : -1;
}

static int leave_folder(void **state)
{
    (void)state;
    unlink("folder/pump.csv");
    unlink("here.csv");
    return rmdir("folder") == 0 && chdir("..") == 0 ? rmdir(new_folder) : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_duty_cycle),
        cmocka_unit_test(test_no_duty_cycle),
        cmocka_unit_test(test_phases_differ),
        cmocka_unit_test(test_duty_within_hours),
        cmocka_unit_test(test_inrush),
        cmocka_unit_test(test_no_inrush),
        cmocka_unit_test(test_inrush_of_resistance_and_current),
        cmocka_unit_test(test_inrush_when_fed_again),
        cmocka_unit_test(test_inrush_reaches_the_device),
        cmocka_unit_test(test_inrush_and_a_lowest_voltage),
        cmocka_unit_test(test_until_pre_alarm),
        cmocka_unit_test(test_load_on_and_off),
        cmocka_unit_test(test_load_on_does_not_feed),
        cmocka_unit_test(test_profile_is_piecewise_constant_and_repeats),
        cmocka_unit_test(test_profile_errors_name_the_place),
        cmocka_unit_test(test_profile_has_limits),
        cmocka_unit_test(test_profile_files),
        cmocka_unit_test(test_profile_in_a_run),
        cmocka_unit_test(test_events_find_their_load),
    };

    return cmocka_run_group_tests(tests, enter_new_folder, leave_folder);
}
