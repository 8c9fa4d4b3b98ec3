/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `make bench` prints: the cost of a step of the control law, and how fast the twin runs. Each figure is
 * the best of a few tries, for the machine's noise only ever slows one down.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "core/control.h"
#include "scenario/file.h"
#include "twin/system.h"

enum { TRIES = 3 };

static double now_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ns a step: signals that come and go, so that every region works. */
static double core_step_ns(void)
{
    const uint32_t steps = 20000000u;
    double best_ns = 1e9;

    for (int try = 0; try < TRIES; try++) {
        struct sbms_control control;
        struct sbms_inputs inputs = {
            .vbat_mv = 12800, .remote_l_mv = 0, .atc = true, .atd = true, .no_prealarm = true};
        uint32_t highs = 0u;
        double start_s = 0.0;

        (void)sbms_control_init(&control, NULL);
        start_s = now_s();
        for (uint32_t i = 0; i < steps; i++) {
            inputs.atd = (i & 0xfffu) < 0xc00u;
            inputs.atc = (i & 0x1ffu) < 0x180u;
            highs += sbms_control_step(&control, &inputs).outputs.load;
        }
        if (highs == 0u) {
            abort(); /* the sum keeps the loop from being optimised away */
        }
        start_s = (now_s() - start_s) * 1e9 / steps;
        best_ns = start_s < best_ns ? start_s : best_ns;
    }
    return best_ns;
}

struct run_cost {
    double seconds;
    int64_t steps;
};

static struct run_cost time_run(const struct scenario *described, bool fixed_steps)
{
    struct run_cost best = {.seconds = 1e9};

    for (int try = 0; try < TRIES; try++) {
        static struct system_run run;
        struct sbms_control control;
        const double start_s = now_s();

        (void)sbms_control_init(&control, &described->bms.settings);
        if (!system_init(&run, described, device_native(&control), (struct system_observer){.self = NULL},
                         fixed_steps)) {
            abort();
        }
        system_run_to(&run, run.end_tick);
        if (now_s() - start_s < best.seconds) {
            best = (struct run_cost){.seconds = now_s() - start_s, .steps = run.totals.steps};
        }
        system_free(&run);
    }
    return best;
}

static struct scenario read_scenario(const char *path)
{
    struct scenario read;
    char error[SCENARIO_FILE_ERROR_SIZE];

    if (!scenario_file_load(path, &read, error, sizeof error)) {
        fprintf(stderr, "%s\n", error);
        exit(1);
    }
    return read;
}

/* The system of off-grid.yaml with more batteries, panel and load in step. */
static struct scenario scaled(const struct scenario *base, int series, int parallel)
{
    struct scenario large = *base;
    const double times = series * parallel;

    large.bank.series = series;
    large.bank.parallel = parallel;
    large.solar.panel_w *= times;
    large.solar.charge.current_a_max *= parallel;
    large.solar.charge.absorption_mv *= series;
    large.solar.charge.float_mv *= series;
    for (int i = 0; i < large.load_count; i++) {
        large.loads[i].power_w *= times;
        large.loads[i].current_a *= parallel;
    }
    return large;
}

static void print_row(const char *what, const char *format, double value)
{
    char figure[64];

    (void)snprintf(figure, sizeof figure, format, value);
    printf("| %-66s | %-24s |\n", what, figure);
}

static void print_speed(const char *what, const struct scenario *described, bool fixed_steps)
{
    char row[128];
    const struct run_cost cost = time_run(described, fixed_steps);
    const double cells = (double)described->bank.cells * described->bank.series * described->bank.parallel;

    (void)snprintf(row, sizeof row, "%s: simulated seconds a second", what);
    print_row(row, "%.1e", described->duration_s / cost.seconds);
    (void)snprintf(row, sizeof row, "%s: a step of one cell", what);
    print_row(row, "%.0f ns", 1e9 * cost.seconds / (double)cost.steps / cells);
}

/* A year of off-grid.yaml, and how the cost grows with years and with cells. */
static void print_years(const struct scenario *base)
{
    struct scenario run = *base;
    double year_s = 0.0;

    run.duration_s = 365.0 * 86400.0;
    year_s = time_run(&run, false).seconds;
    print_row("a year of `scenarios/off-grid.yaml` (4 cells)", "%.2f s", year_s);
    run.duration_s *= 3.0;
    print_row("3 years of it", "%.1f times that", time_run(&run, false).seconds / year_s);
    run.duration_s *= 10.0 / 3.0;
    print_row("10 years of it", "%.1f times that", time_run(&run, false).seconds / year_s);
}

/* A year of a system with several buses and equipment. */
static void print_van(void)
{
    struct scenario van = read_scenario(PROJECT_ROOT "/scenarios/van.yaml");

    van.duration_s = 365.0 * 86400.0;
    print_row("a year of `scenarios/van.yaml` (8 cells, three buses)", "%.2f s",
              time_run(&van, false).seconds);
}

/* The same with more cells, all alike: spread cells bring events of their own, which is not what is asked here. */
static void print_sizes(const struct scenario *base)
{
    struct scenario run = *base;
    double year_s = 0.0;

    run.bank.spread = SPREAD_NONE;
    run.duration_s = 365.0 * 86400.0;
    year_s = time_run(&run, false).seconds;
    print_row("a year of 4 cells without spread", "%.2f s", year_s);
    run = scaled(&run, 4, 1);
    print_row("of 16 cells (48 V, 4 batteries)", "%.1f times that", time_run(&run, false).seconds / year_s);
    run = scaled(base, 4, 4);
    run.bank.spread = SPREAD_NONE;
    run.duration_s = 365.0 * 86400.0;
    print_row("of 64 cells (48 V, 16 batteries)", "%.1f times that", time_run(&run, false).seconds / year_s);
}

int main(void)
{
    const double day_s = 86400.0;
    struct scenario base = read_scenario(PROJECT_ROOT "/scenarios/off-grid.yaml");
    struct scenario large = scaled(&base, 4, 4);
    struct rusage usage;

    print_row("a step of the control law on this machine", "%.1f ns", core_step_ns());
    base.duration_s = 30.0 * day_s;
    large.duration_s = 7.0 * day_s;
    print_speed("one 12.8 V battery, 1 s steps", &base, true);
    print_speed("48 V bank of 16 batteries, 1 s steps", &large, true);
    print_speed("one 12.8 V battery, long steps", &base, false);
    print_speed("48 V bank of 16 batteries, long steps", &large, false);
    print_years(&base);
    print_van();
    print_sizes(&base);
    getrusage(RUSAGE_SELF, &usage);
    print_row("memory at most, all of the above", "%.1f MB", (double)usage.ru_maxrss / 1024.0);
    return 0;
}
