/* SPDX-License-Identifier: Apache-2.0 */
/* Dates: day by day against a count of their own, how a scenario gives one, how it is shown, and the weather that follows. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "result/wording.h"
#include "scenario/file.h"
#include "scenario/value.h"
#include "tests/system_fixture.h"
#include "twin/calendar.h"
#include "twin/weather.h"

#define SLOTS_A_DAY 144
#define DAY_TICKS INT64_C(691200)

static void test_every_day_of_300_years(void **state)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t number = 0;

    (void)state;
    for (int year = 2000; year < 2300; year++) {
        const bool leap = year % 4 == 0 && year != 2100 && year != 2200;
        int day_of_year = 0;

        for (int month = 1; month <= 12; month++) {
            const int length = lengths[month - 1] + (month == 2 && leap ? 1 : 0);

            for (int day = 1; day <= length; day++, number++) {
                const struct calendar_date date = calendar_date(number);

                day_of_year++;
                assert_true(date.year == year && date.month == month && date.day == day);
                assert_true(date.day_of_year == day_of_year && date.year_days == (leap ? 366 : 365));
                assert_int_equal(date.weekday, (5 + number) % 7); /* 2000-01-01 was a Saturday */
                assert_int_equal(calendar_day(year, month, day), year < 2200 ? number : -1);
            }
            assert_int_equal(calendar_day(year, month, length + 1), -1);
            assert_int_equal(calendar_day(year, month, 0), -1);
        }
        assert_int_equal(calendar_day(year, 13, 1), -1);
        assert_int_equal(calendar_day(year, 0, 1), -1);
    }
    assert_int_equal(calendar_day(1999, 12, 31), -1);
    assert_int_equal(calendar_date(calendar_day(2026, 11, 29)).weekday, 6); /* a Sunday */
}

static void test_dates_as_text(void **state)
{
    static const char *const bad[] = {"",           "2026-3-1",   "2026-03-01 ", "26-03-01",   "2026/03/01",
                                      "2026-02-29", "2100-02-29", "2026-04-31",  "2026-00-01", "2026-13-01",
                                      "2026-01-00", "2026-01-32", "1999-12-31",  "2200-01-01", "2026-03-01x",
                                      "20260301",   "+026-03-01", "2026-03"};
    int32_t date = 42;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (scenario_value_date(bad[i], &date)) {
            fail_msg("\"%s\" is taken for a date", bad[i]);
        }
    }
    assert_int_equal(date, 42);
    assert_true(scenario_value_date("2000-01-01", &date) && date == 1);
    assert_true(scenario_value_date("2000-02-29", &date) && date == 60);
    assert_true(scenario_value_date("2199-12-31", &date) && date == 73049);
}

/* Reads a scenario whose `run` has `keys`; false: it is refused, with `error`. */
static bool read_run(const char *keys, struct scenario *made, char *error)
{
    char text[512];

    snprintf(text, sizeof text,
             "title: t\nrun: {duration: 7 days, %s}\n"
             "bank: {battery: 12.8 V, capacity_ah: 100, state_of_charge_pct: 50}\n",
             keys);
    return scenario_file_read(text, strlen(text), "x", made, error, SCENARIO_FILE_ERROR_SIZE);
}

static void test_a_scenario_starts_on_a_date(void **state)
{
    static struct scenario made;
    char error[SCENARIO_FILE_ERROR_SIZE];

    (void)state;
    assert_true(read_run("start: 2028-12-31", &made, error));
    assert_int_equal(made.start_day_of_year, 366);
    assert_int_equal(made.first_weekday, 6);
    assert_true(read_run("start: \"2026-03-01\"", &made, error));
    assert_int_equal(made.start_day_of_year, 60);
    assert_int_equal(made.first_weekday, 6);
    assert_true(read_run("start_day_of_year: 60", &made, error));
    assert_int_equal(made.start_date, 0);
    assert_int_equal(made.first_weekday, 0);
    assert_false(read_run("start: 2026-02-29", &made, error));
    assert_string_equal(
        error, "x:2:32: start 2026-02-29 is not a date; it takes one of \"2000-01-01\"..\"2199-12-31\"");
    assert_false(read_run("start: 2026-03-01, start_day_of_year: 60", &made, error));
    assert_string_equal(error, "x:2:63: start_day_of_year stands beside start; run takes one of them");
}

static void test_dates_in_words(void **state)
{
    int32_t date = 0;

    (void)state;
    assert_true(scenario_value_date("2026-03-01", &date));
    assert_string_equal(wording_dated(0, 0).text, "day 1 00:00:00");
    assert_string_equal(wording_dated(date, 0).text, "day 1 00:00:00 (Sun 2026-03-01)");
    assert_string_equal(wording_dated(date, 3 * DAY_TICKS - 1).text, "day 3 23:59:59 (Tue 2026-03-03)");
    assert_string_equal(wording_date(date, 306 * DAY_TICKS - 1).text, "2026-12-31");
    assert_string_equal(wording_date(date, 306 * DAY_TICKS).text, "2027-01-01");
    assert_true(scenario_value_date("2199-12-31", &date));
    assert_string_equal(wording_dated(date, 36500 * DAY_TICKS).text, "day 36501 00:00:00 (Thu 2299-12-07)");
}

static struct scenario of_the_sun(int32_t start_date)
{
    struct scenario made = scenario_quiet();

    made.solar = (struct scenario_solar){.panel_w = 1000.0, .latitude_deg = 45.0, .efficiency_pct = 100.0};
    made.ambient = (struct scenario_ambient){.mean_c = 10.0, .season_c = 10.0, .day_c = 0.0};
    made.start_date = start_date;
    made.start_day_of_year = start_date > 0 ? calendar_date(start_date - 1).day_of_year : 1;
    return made;
}

/* Noon by noon over eight years: no day is far from the one before it, nor equal to it in its air; years come back to where they began. */
static void test_weather_over_leap_years(void **state)
{
    const struct scenario made = of_the_sun(calendar_day(2027, 1, 1) + 1);
    const int64_t years[] = {0, 365, 365 + 366, 365 + 366 + 365};

    (void)state;
    for (int64_t day = 1; day < 8 * 366; day++) {
        const int64_t noon = day * SLOTS_A_DAY + SLOTS_A_DAY / 2;
        const double air_c = weather_ambient_c(&made, noon) - weather_ambient_c(&made, noon - SLOTS_A_DAY);
        const double sun_w = weather_solar_w(&made, &made.solar, noon) -
                             weather_solar_w(&made, &made.solar, noon - SLOTS_A_DAY);

        assert_true(fabs(air_c) < 0.175); /* 10 degC * 2 pi / 365 = 0.172 degC */
        assert_true(fabs(sun_w) < 7.0);
        assert_true(air_c != 0.0);
    }
    for (size_t i = 1; i < sizeof years / sizeof years[0]; i++) {
        assert_near(weather_solar_w(&made, &made.solar, years[i] * SLOTS_A_DAY + 72),
                    weather_solar_w(&made, &made.solar, 72), 1e-9);
        assert_near(weather_ambient_c(&made, years[i] * SLOTS_A_DAY), weather_ambient_c(&made, 0), 0.0011);
    }
}

/* In a year of 365 days a date is nothing but the day of the year. */
static void test_weather_of_a_date_is_that_of_its_day(void **state)
{
    const struct scenario dated = of_the_sun(calendar_day(2026, 1, 1) + 1);
    const struct scenario counted = of_the_sun(0);

    (void)state;
    for (int64_t slot = 0; slot < 365 * SLOTS_A_DAY; slot++) {
        assert_true(weather_ambient_c(&dated, slot) == weather_ambient_c(&counted, slot));
        assert_true(weather_solar_w(&dated, &dated.solar, slot) ==
                    weather_solar_w(&counted, &counted.solar, slot));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_day_of_300_years),
        cmocka_unit_test(test_dates_as_text),
        cmocka_unit_test(test_a_scenario_starts_on_a_date),
        cmocka_unit_test(test_dates_in_words),
        cmocka_unit_test(test_weather_over_leap_years),
        cmocka_unit_test(test_weather_of_a_date_is_that_of_its_day),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
