/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random systems, every key anywhere in its range: they run to their end, their energy adds up (system_free() asserts it), and from
 * nothing nothing comes. RUNS (200) of them, from SEED (1) on.
 */
#include "scenario/file.h"
#include "tests/environment.h"
#include "tests/random_scenario.h"
#include "tests/system_fixture.h"

#define DAYS 3u
#define BYTES 4096u

struct watch {
    double lowest_v;
    double highest_v;
    uint64_t refused; /* by a kind of equipment */
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

static void watch_run(void *self, const struct system_run *run)
{
    struct watch *watch = self;
    const struct bank_state *now = run->bank.now;

    assert_true(isfinite(run->bus.voltage_v) && isfinite(now->cell_v_min) && isfinite(now->cell_v_max));
    if (run->bus.source_a == 0.0 && !a_lead_acid_gives(run)) {
        assert_true(run->bus.bank_a <= 1e-9);
    }
    assert_true(run->bus.load_a >= 0.0 && run->bus.source_a >= 0.0);
    watch->lowest_v = fmin(watch->lowest_v, now->cell_v_min);
    watch->highest_v = fmax(watch->highest_v, now->cell_v_max);
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
        if (strstr(text, "kind:") == NULL) {
            fail_msg("SEED=%llu: %s\n%s", (unsigned long long)seed, error, text);
        }
        watch->refused++;
        return;
    }
    assert_int_equal(sbms_control_init(&control, &described.bms.settings), SBMS_SETTINGS_OK);
    assert_true(system_init(&run, &described, device_native(&control),
                            (struct system_observer){.self = watch, .sample = watch_run}, false));
    system_run_to(&run, run.end_tick);
    system_free(&run);
    scenario_file_free(&described);
}

static void test_random_systems(void **state)
{
    const uint64_t runs = environment_runs(200);
    struct watch watch = {.lowest_v = 1e9, .highest_v = -1e9};

    (void)state;
    for (uint64_t i = 0; i < runs; i++) {
        const uint64_t seed = environment_seed(1) + i;

        fprintf(stderr, "SEED=%llu\r", (unsigned long long)seed); /* what an abort leaves */
        run_one(seed, &watch);
    }
    assert_true(watch.refused * 2 <= runs);
    print_message("%llu refused; cells from %.3f to %.3f V\n", (unsigned long long)watch.refused,
                  watch.lowest_v, watch.highest_v);
    assert_true(watch.lowest_v > -10.0); /* docs/MODELS.md, "The network" */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_random_systems)};

    return cmocka_run_group_tests_name("random systems", tests, NULL, NULL);
}
