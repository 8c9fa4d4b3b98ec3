/* SPDX-License-Identifier: Apache-2.0 */
/* What cell_section_write() writes, the scenario's reader gives back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/cell/cell_section.h"
#include "cli/cell/fit_parameters.h"
#include "cli/cell/fit_start.h"
#include "scenario/file.h"
#include "twin/cell.h"

#define HEAD \
    "title: t\nrun: {duration: 1 h}\nbank: {battery: 12.8 V, capacity_ah: 9, state_of_charge_pct: 9}\n"

static struct cell_model read_back(const struct cell_model *model)
{
    static struct scenario read;
    char *text = NULL;
    size_t size = 0;
    char error[SCENARIO_FILE_ERROR_SIZE];
    FILE *file = open_memstream(&text, &size);
    assert_non_null(file);
    fputs(HEAD, file);
    cell_section_write(file, model);
    assert_int_equal(fclose(file), 0);
    if (!scenario_file_read(text, size, "x.yaml", &read, error, sizeof error)) {
        fail_msg("%s\n%s", error, text);
    }
    free(text);
    return read.bank.own_cell;
}

static void check_near(double back, double given)
{
    const double most = 1e-8 * (given < 0.0 ? -given : given);
    if (!(back - given <= most && given - back <= most)) {
        fail_msg("%.17g came back as %.17g", given, back);
    }
}

static void check_points(const struct cell_point *back, const struct cell_point *given, int count)
{
    for (int i = 0; i < count; i++) {
        check_near(back[i].z, given[i].z);
        check_near(back[i].value, given[i].value);
    }
}

static void check_activated(struct cell_activated back, struct cell_activated given)
{
    check_near(back.at_25, given.at_25);
    check_near(back.j_per_mol, given.j_per_mol);
}

static void check_same(const struct cell_model *given)
{
    const struct cell_model back = read_back(given);
    assert_string_equal(back.evidence, given->evidence);
    assert_int_equal(back.is_validated, given->is_validated);
    check_near(back.temp_c_min, given->temp_c_min);
    check_near(back.temp_c_max, given->temp_c_max);
    check_near(back.discharge_c_max, given->discharge_c_max);
    check_near(back.charge_c_max, given->charge_c_max);
    for (int i = 0; i < 2; i++) {
        check_activated(back.r0_ohm_ah[i], given->r0_ohm_ah[i]);
        check_activated(back.diffusion_h[i], given->diffusion_h[i]);
        check_near(back.diffusion_tau_s[i], given->diffusion_tau_s[i]);
    }
    check_near(back.r0_cold_c, given->r0_cold_c);
    check_near(back.exchange_per_h, given->exchange_per_h);
    check_near(back.exchange_j_per_mol, given->exchange_j_per_mol);
    check_near(back.tau1_s, given->tau1_s);
    check_activated(back.r2_ohm_ah, given->r2_ohm_ah);
    check_near(back.tau2_s, given->tau2_s);
    check_near(back.hysteresis_gamma, given->hysteresis_gamma);
    assert_int_equal(back.ocv_count, given->ocv_count);
    assert_int_equal(back.hysteresis_count, given->hysteresis_count);
    check_points(back.ocv_v, given->ocv_v, given->ocv_count);
    check_points(back.hysteresis_v, given->hysteresis_v, given->hysteresis_count);
}

static void the_projects_cells_come_back(void **state)
{
    (void)state;
    for (int kind = 0; kind < CELL_KIND_COUNT; kind++) {
        const struct cell_model back = read_back(&cell_models[kind]);
        assert_string_equal(back.name, cell_models[kind].name);
        check_same(&cell_models[kind]);
    }
}

/* A number is written without an exponent, however large or small. */
static void numbers_at_the_ends_come_back(void **state)
{
    (void)state;
    struct cell_model cell = cell_models[CELL_A123];
    cell.r0_ohm_ah[0] = (struct cell_activated){0.0001, 100000.0};
    cell.r2_ohm_ah.at_25 = 2.0;
    cell.diffusion_h[0].at_25 = 1.0;
    cell.diffusion_tau_s[0] = 60.0;
    cell.r0_ohm_ah[1] = (struct cell_activated){0.0000123456789012, 0.0};
    cell.exchange_per_h = 999.99999951;
    cell.tau1_s = 1.0;
    cell.tau2_s = 1000000.0;
    cell.hysteresis_gamma = 0.0;
    cell.hysteresis_v[0].value = 0.2;
    cell.temp_c_min = -60.0;
    cell.ocv_v[0].value = -1.0;
    check_same(&cell);
}

/* Whatever a fit ends at, a scenario takes: its bounds are within the section's ranges. */
static void what_a_fit_may_end_at_comes_back(void **state)
{
    (void)state;
    static struct fit_parameters parameters;
    struct fit_coverage coverage = {
        .soc_pct_min = 0.0, .soc_pct_max = 100.0, .temp_c_min = -15.0, .temp_c_max = 45.0};
    for (int kind = 0; kind < CELL_KIND_COUNT; kind++) {
        const struct cell_model start = fit_start((enum scenario_cell)kind);
        fit_parameters_init(&parameters, &start, &coverage);
        for (int far = -1; far <= 1; far += 2) {
            double coordinates[FIT_PARAMETERS_MAX];
            struct cell_model model;
            fit_parameters_start(&parameters, coordinates);
            for (int i = 0; i < parameters.count; i++) {
                coordinates[i] += 1e6 * far;
            }
            fit_parameters_model(&parameters, coordinates, &model);
            check_same(&model);
        }
    }
}

static void any_name_is_a_text(void **state)
{
    (void)state;
    struct cell_model cell = cell_models[CELL_A123];
    snprintf(cell.name, sizeof cell.name, "a: \"b\" \\ {c} # 'd'\n\x01 \xC3\xA9");
    const struct cell_model back = read_back(&cell);
    assert_string_equal(back.name, "a: \"b\" \\ {c} # 'd'   \xC3\xA9");
}

/* A file's name may be any bytes, and one that is too long ends within a letter. */
static void any_bytes_are_a_text(void **state)
{
    (void)state;
    struct cell_model cell = cell_models[CELL_A123];
    snprintf(cell.name, sizeof cell.name, "%s",
             "\xE2\x82\xAC \xF0\x9F\x94\x8B \xFF \xC2\x80 \xC0\xAF \xED\xA0\x80 \xEF\xBB\xBF "
             "\xF4\x90\x80\x80 \x80 \xE2\x82");
    assert_string_equal(read_back(&cell).name, "\xE2\x82\xAC \xF0\x9F\x94\x8B ? ?? ?? ??? ??? ???? ? ??");
    static const char seconds[] = "\x01\"\\z\x80\x9F\xA0\xBF\xC3\xFF";
    for (int first = 1; first < 256; first++) {
        for (size_t i = 0; i < sizeof seconds; i++) {
            snprintf(cell.name, sizeof cell.name, "a%c%cz", first, seconds[i]);
            (void)read_back(&cell);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_projects_cells_come_back),
        cmocka_unit_test(numbers_at_the_ends_come_back),
        cmocka_unit_test(what_a_fit_may_end_at_comes_back),
        cmocka_unit_test(any_name_is_a_text),
        cmocka_unit_test(any_bytes_are_a_text),
    };
    return cmocka_run_group_tests_name("cell section", tests, NULL, NULL);
}
