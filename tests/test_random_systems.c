/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random systems, every key anywhere in its range: they run to their end, their energy adds up (system_free() asserts it), and from
 * nothing nothing comes. RUNS (100, or 25 in other variants) of them, from SEED (1) on.
 */
#include "scenario/file.h"
#include "tests/environment.h"
#include "tests/random_scenario.h"
#include "tests/system_fixture.h"
#include "wiring/check.h"

#define DAYS 3u
#define BYTES 4096u
#define FAR_V 10.0     /* docs/MODELS.md, "Nothing from nothing" */
#define FAR_PART 0.005 /* of the runs at most, and two */

enum piece { PIECE_NONE = 0, PIECE_SOURCE, PIECE_CONVERTER, PIECE_LOAD, PIECE_SWITCH };

struct watch {
    double lowest_v; /* of all runs */
    double highest_v;
    uint64_t far;     /* runs with a cell beyond FAR_V either way */
    uint64_t refused; /* by the reader */
    /* of one run: */
    double run_lowest_v;
    double run_highest_v;
    enum piece pieces[SYSTEM_EQUIPMENT_MAX]; /* what each has been in the network */
    int64_t tick; /* of the last sample, and what neither loads nor equipment took then */
    double others_w;
    double others_j;
};

/* Whether a lead-acid battery gives current. */
static bool a_lead_acid_gives(const struct system_run *run)
{
    bool gives = false;

    for (int n = 1; n <= run->described->bus_count; n++) {
        gives = gives || network_store_a(&run->network.stores[n], run->flow->node_v[n]) < 0.0;
    }
    return gives;
}

/* ---- what each piece carries ----------------------------------------------------------------------- */

static enum piece piece_of(const struct system_run *run, const struct equipment_places *places)
{
    if (places->link >= 0) {
        return PIECE_SWITCH;
    }
    if (places->source >= 0) {
        return run->network.sources[places->source].has_input ? PIECE_CONVERTER : PIECE_SOURCE;
    }
    return places->load >= 0 ? PIECE_LOAD : PIECE_NONE;
}

/* Of a switch: what it is called says that its contact is closed. */
static bool is_called_closed(const struct system_run *run, int number)
{
    const char *word = equipment_phase_word(run->described, number, run->equipment[number].state.phase);

    return strncmp(word, "closed", 6) == 0 || strcmp(word, "welded closed") == 0 ||
           strcmp(word, "broken, closed") == 0;
}

static void watch_pieces(struct watch *watch, const struct system_run *run)
{
    for (int i = 0; i < run->equipment_count; i++) {
        const enum piece piece = piece_of(run, &run->equipment[i].places);

        assert_true(piece == PIECE_NONE || watch->pieces[i] == PIECE_NONE || piece == watch->pieces[i]);
        watch->pieces[i] = piece == PIECE_NONE ? watch->pieces[i] : piece;
        if (piece == PIECE_SWITCH) { /* one that is called closed may be open for a test */
            if (!is_called_closed(run, i)) {
                fail_msg("tick %lld: %s is \"%s\"", (long long)run->tick, equipment_name(run->described, i),
                         equipment_phase_word(run->described, i, run->equipment[i].state.phase));
            }
        }
    }
    for (int i = 0; i < run->network.link_count; i++) {
        assert_true(!run->network.links[i].is_one_way || run->flow->link_a[i] >= 0.0);
    }
}

/* What the electronics, coils and the device take, in W. */
static double others_w(const struct system_run *run)
{
    bool is_other[NETWORK_LOADS_MAX];
    double sum_w = 0.0;

    memset(is_other, true, sizeof is_other);
    for (int i = 0; i < run->described->load_count; i++) {
        if (run->load_place[i] >= 0) {
            is_other[run->load_place[i]] = false;
        }
    }
    for (int i = 0; i < run->equipment_count; i++) {
        if (run->equipment[i].places.load >= 0) {
            is_other[run->equipment[i].places.load] = false;
        }
    }
    for (int i = 0; i < run->network.load_count; i++) {
        sum_w += is_other[i] ? run->flow->load_v[i] * run->flow->load_a[i] : 0.0;
    }
    return sum_w;
}

static void watch_run(void *self, const struct system_run *run)
{
    struct watch *watch = self;
    const struct bank_state *now = run->bank.now;
    const double taken_w = others_w(run);

    assert_true(isfinite(run->bus.voltage_v) && isfinite(now->cell_v_min) && isfinite(now->cell_v_max));
    if (run->bus.source_a == 0.0 && !a_lead_acid_gives(run)) {
        assert_true(run->bus.bank_a <= 1e-9);
    }
    assert_true(run->bus.load_a >= 0.0 && run->bus.source_a >= 0.0);
    watch_pieces(watch, run);
    watch->others_j +=
        0.5 * (watch->others_w + taken_w) * (double)(run->tick - watch->tick) / SBMS_TICKS_PER_S;
    watch->others_w = taken_w;
    watch->tick = run->tick;
    watch->run_lowest_v = fmin(watch->run_lowest_v, now->cell_v_min);
    watch->run_highest_v = fmax(watch->run_highest_v, now->cell_v_max);
}

/* ---- where the energy has gone ---------------------------------------------------------------------- */

#define PART_MAX 1e-3 /* of a sum of energies that two ways of adding them may differ by, */
#define ROUNDING_J 1.0

static void assert_same_j(double one_j, double other_j)
{
    assert_near(one_j, other_j, PART_MAX * fabs(other_j) + ROUNDING_J);
}

/* Of the loads on the outlet of piece `number`, at their plugs; of -1: of all that are on no outlet. */
static double loads_j(const struct system_run *run, int number)
{
    const int first = run->equipment_count - run->described->equipment_count;
    double sum_j = 0.0;

    for (int i = 0; i < run->described->load_count; i++) {
        const int outlet = run->described->loads[i].outlet - SCENARIO_OUTLET_EQUIPMENT;
        const int on = outlet < 0 ? -1 : first + outlet;

        sum_j += on == number ? run->totals.load_j[i] : 0.0;
    }
    return sum_j;
}

/* The totals of each load and each piece are parts of those of the run; nothing gives more than it takes. */
static void check_totals(const struct watch *watch, const struct system_run *run)
{
    const struct system_totals *totals = &run->totals;
    double in_j = 0.0;
    double out_j = watch->others_j + loads_j(run, -1);
    double converter_j = 0.0;

    for (int i = 0; i < run->equipment_count; i++) {
        const struct equipment_totals *own = &totals->equipment[i];

        in_j += watch->pieces[i] == PIECE_SOURCE ? own->given_j : 0.0;
        out_j += watch->pieces[i] == PIECE_LOAD ? own->taken_j : 0.0;
        converter_j += watch->pieces[i] == PIECE_CONVERTER ? own->taken_j - own->given_j : 0.0;
        assert_true(watch->pieces[i] == PIECE_SOURCE || own->given_j <= own->taken_j + ROUNDING_J);
        assert_true(loads_j(run, i) <= own->taken_j * (1.0 + PART_MAX) + ROUNDING_J);
    }
    assert_same_j(totals->in_j, in_j);
    assert_same_j(totals->out_j, out_j);
    assert_same_j(totals->converter_j, converter_j);
}

/* What does not come back is never negative. */
static void check_heat(const struct system_run *run)
{
    double lead_acid_j = run->totals.lead_acid_j;

    for (int n = 1; n <= run->described->bus_count; n++) {
        if (run->lead_acid[n].capacity_as > 0.0) {
            lead_acid_j -= lead_acid_stored_j(&run->lead_acid[n]) - run->lead_acid[n].stored_start_j;
        }
    }
    assert_true(lead_acid_j >= -ROUNDING_J && run->totals.converter_j >= -ROUNDING_J);
    assert_true(run->totals.cable_j >= -ROUNDING_J && run->bank.energy.cable_j >= -ROUNDING_J);
}

/*
 * No piece of equipment goes on and off all the time because of what it, or another, does to its bus: the quickest that closes and opens
 * for good reason, a Cyrix-Li-ct, needs 4 s to close.
 */
#define CHANGES_AN_HOUR_MAX 10000

static void check_changes(const struct system_run *run)
{
    const double hours = (double)run->end_tick / (3600.0 * SBMS_TICKS_PER_S);

    for (int i = 0; i < run->equipment_count; i++) {
        const int64_t changes = run->totals.equipment[i].changes;

        if ((double)changes > CHANGES_AN_HOUR_MAX * hours) {
            fail_msg("%s changes %lld times in %.0f h", equipment_name(run->described, i), (long long)changes,
                     hours);
        }
    }
}

/* No system breaks the checks of its wiring, and none has more findings than they keep. */
static void check_wiring(const struct scenario *described)
{
    static struct wiring_findings findings;

    wiring_check(described, &findings);
    assert_int_equal(findings.left_out, 0);
    for (size_t i = 0; i < findings.count; i++) {
        assert_true(findings.findings[i].what[0] != '\0' && findings.findings[i].line >= 0);
        assert_true(strlen(findings.findings[i].what) < WIRING_TEXT_SIZE - 1); /* none is cut */
    }
}

static void note_extremes(struct watch *watch)
{
    watch->lowest_v = fmin(watch->lowest_v, watch->run_lowest_v);
    watch->highest_v = fmax(watch->highest_v, watch->run_highest_v);
    watch->far += watch->run_lowest_v < -FAR_V || watch->run_highest_v > FAR_V;
}

static void run_one(uint64_t seed, struct watch *watch)
{
    static struct scenario described;
    static struct system_run run;
    static char text[RANDOM_SCENARIO_SIZE];
    static uint8_t data[BYTES];
    struct test_random random = {.state = seed};
    struct random_bytes bytes = {data, sizeof data, 0};
    struct sbms_control control;
    char error[SCENARIO_FILE_ERROR_SIZE];

    for (size_t i = 0; i < sizeof data; i++) {
        data[i] = (uint8_t)random_below(&random, 256);
    }
    random_scenario(&bytes, DAYS, text);
    if (!scenario_file_read(text, strlen(text), "x", &described, error, sizeof error)) {
        if (!random_scenario_may_be_refused(text, error)) {
            fail_msg("SEED=%llu: %s\n%s", (unsigned long long)seed, error, text);
        }
        watch->refused++;
        return;
    }
    check_wiring(&described);
    assert_int_equal(sbms_control_init(&control, &described.bms.settings), SBMS_SETTINGS_OK);
    memset(watch->pieces, 0, sizeof watch->pieces);
    watch->run_lowest_v = 1e9;
    watch->run_highest_v = -1e9;
    watch->tick = 0;
    watch->others_w = 0.0;
    watch->others_j = 0.0;
    assert_true(system_init(&run, &described, device_native(&control),
                            (struct system_observer){.self = watch, .sample = watch_run}, false));
    system_run_to(&run, run.end_tick);
    check_totals(watch, &run);
    check_heat(&run);
    check_changes(&run);
    note_extremes(watch);
    system_free(&run);
    scenario_file_free(&described);
}

static void test_random_systems(void **state)
{
    const uint64_t runs = environment_runs(variant_is_whole() ? 100 : 25);
    struct watch watch = {.lowest_v = 1e9, .highest_v = -1e9};

    (void)state;
    for (uint64_t i = 0; i < runs; i++) {
        const uint64_t seed = environment_seed(1) + i;

        fprintf(stderr, "SEED=%llu\r", (unsigned long long)seed); /* what an abort leaves */
        run_one(seed, &watch);
    }
    print_message("%llu refused; cells from %.3f to %.3f V, beyond %.0f V in %llu\n",
                  (unsigned long long)watch.refused, watch.lowest_v, watch.highest_v, FAR_V,
                  (unsigned long long)watch.far);
    assert_true(watch.refused * 2 <= runs || runs < 10);
    assert_true((double)watch.far <= 2.0 + FAR_PART * (double)runs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_random_systems)};

    return cmocka_run_group_tests_name("random systems", tests, NULL, NULL);
}
