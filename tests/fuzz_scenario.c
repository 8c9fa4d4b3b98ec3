/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a scenario file: refused with one line that names a place, or accepted with every number in
 * its range. The ranges are here once more, apart from the schema.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/file.h"
#include "tests/consumer_settings.h"
#include "wiring/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds) {
        abort();
    }
}

/* False for what is not a number, too. */
static bool is_within(double value, double minimum, double maximum)
{
    return value >= minimum && value <= maximum;
}

static void check_text(const char *text, size_t size, size_t length_min)
{
    require(memchr(text, '\0', size) != NULL);
    require(strlen(text) >= length_min);
    for (; *text != '\0'; text++) {
        require((unsigned char)*text >= ' ' || *text == '\n');
    }
}

static void check_difference(const struct scenario_bank *bank, const struct scenario_difference *difference)
{
    require(difference->battery >= 1 && difference->battery <= bank->series * bank->parallel);
    require(difference->cell >= 0 && difference->cell <= bank->cells);
    require(difference->capacity_pct == 0.0 || is_within(difference->capacity_pct, 10, 200));
    require(difference->resistance_pct == 0.0 || is_within(difference->resistance_pct, 10, 1000));
    require(difference->soc_pct == -1.0 || is_within(difference->soc_pct, 0, 100));
    require(difference->self_discharge_pct_per_month == -1.0 ||
            is_within(difference->self_discharge_pct_per_month, 0, 100));
    require(is_within(difference->temp_offset_c, -20, 20) &&
            (difference->cell == 0 || difference->temp_offset_c == 0.0));
}

static void check_bank(const struct scenario_bank *bank)
{
    require(bank->cells == 4 || bank->cells == 8);
    require(bank->series >= 1 && bank->series <= (bank->cells == 4 ? 4 : 2)); /* BAT-8 */
    require(bank->parallel >= 1 && bank->series * bank->parallel <= 20);
    require(is_within(bank->capacity_ah, 1, 1000) && is_within(bank->soc_pct, 0, 100));
    require(bank->spread <= SPREAD_AGED && bank->cell < CELL_KIND_COUNT);
    require(is_within(bank->balancing_a, 0, 5) && is_within(bank->self_discharge_pct_per_month, 0, 10));
    require(is_within(bank->board_mohm_ah, 0, 5000));
    require(sbms_battery_check(&bank->settings) == SBMS_BATTERY_OK); /* BAT-7 */
    require(bank->difference_count >= 0 && bank->difference_count <= 180);
    for (int i = 0; i < bank->difference_count; i++) {
        check_difference(bank, &bank->differences[i]);
    }
}

static void check_points(const struct cell_point *points, int count, double v_min, double v_max)
{
    require(count >= 2 && count <= 48);
    for (int i = 0; i < count; i++) {
        require(is_within(points[i].z, -0.05, 1.05) && is_within(points[i].value, v_min, v_max));
        require(i == 0 || points[i].z > points[i - 1].z);
    }
    require(points[0].z <= 0.0 && points[count - 1].z >= 1.0);
}

static void check_activated(struct cell_activated number, double minimum, double maximum)
{
    require(is_within(number.at_25, minimum, maximum) && is_within(number.j_per_mol, 0, 100000));
}

static void check_cell(const struct cell_model *cell)
{
    if (cell->ocv_count == 0) {
        require(cell->hysteresis_count == 0 && cell->name[0] == '\0');
        return;
    }
    check_text(cell->name, sizeof cell->name, 1);
    check_text(cell->evidence, sizeof cell->evidence, 1);
    require(is_within(cell->temp_c_min, -60, 120) && is_within(cell->temp_c_max, -60, 120));
    require(is_within(cell->discharge_c_max, 0, 100) && is_within(cell->charge_c_max, 0, 100));
    check_activated(cell->r0_ohm_ah[0], 0.0001, 1);
    check_activated(cell->r0_ohm_ah[1], 0, 1);
    check_activated(cell->r2_ohm_ah, 0, 2);
    require(is_within(cell->exchange_per_h, 0.001, 1000) && is_within(cell->exchange_j_per_mol, 0, 100000));
    require(is_within(cell->tau1_s, 1, 1e5) && is_within(cell->tau2_s, 1, 1e6));
    require(is_within(cell->r0_cold_c, -60, 25) && is_within(cell->hysteresis_gamma, 0, 500));
    for (int k = 0; k < CELL_DIFFUSIONS; k++) {
        check_activated(cell->diffusion_h[k], 0, 1);
        require(is_within(cell->diffusion_tau_s[k], 60, 1e6));
    }
    check_points(cell->ocv_v, cell->ocv_count, -1, 5);
    check_points(cell->hysteresis_v, cell->hysteresis_count, 0, 0.2);
    for (int i = 1; i < cell->ocv_count; i++) {
        require(cell->ocv_v[i].value > cell->ocv_v[i - 1].value);
    }
}

static void check_solar(const struct scenario_solar *solar)
{
    const struct charge_settings *charge = &solar->charge;

    require(is_within(solar->panel_w, 0, 100000) && is_within(solar->latitude_deg, -66, 66));
    require(is_within(solar->cloud_pct, 0, 95) && is_within(solar->efficiency_pct, 10, 100));
    require(is_within(charge->current_a_max, 1, 1000) && is_within(charge->tail_a, 0, 1000));
    require(is_within(charge->absorption_mv, 12000, 60000) && is_within(charge->float_mv, 12000, 60000));
    require(charge->float_mv < charge->absorption_mv && is_within(charge->absorption_s, 0, 86400));
}

static void check_setting(const struct scenario *system, int id, const char *key, double maximum)
{
    require(is_within(consumer_setting(system, id, key), 0, maximum));
}

static void check_system(const struct scenario *system)
{
    check_text(system->title, sizeof system->title, 1);
    check_text(system->description, sizeof system->description, 0);
    require(system->seed <= UINT64_C(9007199254740991) && is_within(system->duration_s, 1, 3153600000.0));
    require(system->start_date >= 0 && system->start_date <= 73049); /* 2199-12-31 */
    require(system->start_day_of_year >= 1 &&
            system->start_day_of_year <= (system->start_date > 0 ? 366 : 365));
    require(system->first_weekday >= 0 && system->first_weekday <= 6);
    check_bank(&system->bank);
    check_cell(&system->bank.own_cell);
    check_solar(&system->solar);
    require(sbms_control_check(&system->bms.settings) == SBMS_SETTINGS_OK); /* LOAD-6 */
    require(system->remote.wiring <= WIRING_H_TO_PLUS && is_within(system->remote.contact_kohm, 0, 10000));
    require(is_within(system->ambient.mean_c, -40, 60) && is_within(system->ambient.season_c, 0, 40));
    require(is_within(system->ambient.day_c, 0, 30));
    check_setting(system, CONSUMER_BMS, "on_ma", 100);
    check_setting(system, CONSUMER_BMS, "low_cell_ma", 100);
    check_setting(system, CONSUMER_BMS, "off_ma", 100);
    check_setting(system, CONSUMER_LOAD_RELAY, "pull_in_a", 20);
    check_setting(system, CONSUMER_LOAD_RELAY, "pull_in_ms", 1000);
    check_setting(system, CONSUMER_LOAD_RELAY, "hold_a", 5);
    check_setting(system, CONSUMER_PRE_ALARM_DEVICE, "current_a", 5);
}

static void check_hours(const struct hours *hours)
{
    require(hours->count >= 0 && hours->count <= 8);
    for (int i = 0; i < hours->count; i++) {
        require(hours->windows[i].weekdays >= 1 && hours->windows[i].weekdays <= 127);
        require(is_within(hours->windows[i].from_s, 0, 86400) && is_within(hours->windows[i].to_s, 0, 86400));
    }
}

static void check_load(const struct scenario_load *load)
{
    check_text(load->name, sizeof load->name, 1);
    require(is_within(load->power_w, 0, 100000) && is_within(load->current_a, 0, 1000));
    require(load->power_w <= 0 || load->current_a <= 0);
    require((load->profile != NULL) == (load->profile_name[0] != '\0'));
    require(is_within(load->duty_pct, 0, 100) && is_within(load->period_min, 0.1, 1440));
    require(is_within(load->inrush_factor, 1, 100) && is_within(load->inrush_ms, 0, 10000));
    require(load->until <= UNTIL_PRE_ALARM);
    check_hours(&load->hours);
    require(is_within(load->chance_pct, 0, 100) && load->behind <= BEHIND_BATTERY);
}

static void check_event(const struct scenario *system, const struct scenario_event *event)
{
    require(event->what < EVENT_COUNT);
    require(event->output <= OUTPUT_CHARGER);
    require(event->what != EVENT_INTERNAL_FAULT || event->value != SBMS_FAULT_OUTPUT);
    require(event->at_s >= 0 && event->at_s < system->duration_s);
    require(event->battery >= 0 && event->battery <= system->bank.series * system->bank.parallel);
    require(event->cell >= 0 && event->cell <= system->bank.cells);
    require(event->what != EVENT_CELL_SENSOR_MISSING || (event->battery > 0 && event->cell > 0));
    require(event->what != EVENT_CELL_SENSOR_STUCK ||
            (event->battery > 0 && is_within(event->value, 0, 10000)));
    require(event->what != EVENT_INTERNAL_FAULT || is_within(event->value, 1, 9));
    require(event->what != EVENT_SUPPLY_DIP || is_within(event->for_s, 0.125, 86400));
    require(is_within(event->value, 0, 70000));
    require(event->load >= 0 && (event->load == 0 || event->load < system->load_count));
}

static void check_expectation(const struct scenario *system, const struct scenario_expectation *expectation)
{
    require(expectation->what < EXPECT_COUNT && expectation->output <= OUTPUT_CHARGER);
    require(expectation->line >= 1 && expectation->cause < SBMS_CAUSE_COUNT);
    require(is_within(expectation->at_s, expectation->what == EXPECT_STATE_OF_CHARGE ? -1 : 0,
                      system->duration_s));
    require(expectation->pct_min <= expectation->pct_max &&
            is_within(expectation->for_s_max, 0, 3153600000.0));
    require(expectation->what != EXPECT_BY || expectation->after_s < expectation->at_s);
    require(expectation->what != EXPECT_EDGES || expectation->count_min <= expectation->count_max);
    require(expectation->what != EXPECT_CELLS || expectation->mv_min < expectation->mv_max);
    require(is_within(expectation->count_min, 0, 1000000) && is_within(expectation->count_max, 0, 1000000));
    require(is_within(expectation->seconds_min, 0, 86400) && is_within(expectation->current_a_max, 0, 20));
}

static void check_scenario(const struct scenario *system)
{
    check_system(system);
    require(system->load_count >= 0 && system->load_count <= SCENARIO_LOADS_MAX);
    require(system->event_count >= 0 && system->event_count <= SCENARIO_EVENTS_MAX);
    require(system->expectation_count >= 0 && system->expectation_count <= SCENARIO_EXPECTATIONS_MAX);
    for (int i = 0; i < system->load_count; i++) {
        check_load(&system->loads[i]);
    }
    for (int i = 0; i < system->event_count; i++) {
        check_event(system, &system->events[i]);
        require(i == 0 || system->events[i - 1].at_s <= system->events[i].at_s);
    }
    for (int i = 0; i < system->expectation_count; i++) {
        check_expectation(system, &system->expectations[i]);
    }
}

/* What is read can be checked, whatever it is, and each finding has its words. */
static void check_findings(const struct scenario *system)
{
    static struct wiring_findings findings;
    wiring_check(system, &findings);
    require(findings.count <= WIRING_FINDINGS_MAX);
    for (size_t i = 0; i < findings.count; i++) {
        require(findings.findings[i].rule != NULL && findings.findings[i].what[0] != '\0');
    }
}

/* "x:LINE:COLUMN: words" on one line */
static void check_error(const char *error)
{
    const char *rest = error + 2;
    require(strncmp(error, "x:", 2) == 0 && *rest >= '1' && *rest <= '9');
    rest += strspn(rest, "0123456789");
    require(rest[0] == ':' && rest[1] >= '1' && rest[1] <= '9');
    rest += 1 + strspn(rest + 1, "0123456789");
    require(rest[0] == ':' && rest[1] == ' ' && strlen(rest) > 4);
    for (; *rest != '\0'; rest++) {
        require((unsigned char)*rest >= ' ');
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct scenario before;
    static struct scenario system;
    char error[SCENARIO_FILE_ERROR_SIZE];
    memset(&before, 0x5A, sizeof before);
    memcpy(&system, &before, sizeof system);
    if (scenario_file_read((const char *)data, size, "x", &system, error, sizeof error)) {
        check_scenario(&system);
        check_findings(&system);
        scenario_file_free(&system);
    } else {
        check_error(error);
        require(memcmp(&system, &before, sizeof system) == 0);
    }
    return 0;
}
