/* SPDX-License-Identifier: Apache-2.0 */
/* Windows of time: their edges, weekdays, midnights, and when they change, against a reading of their own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/system_fixture.h"
#include "twin/hours.h"

#define WHOLE_DAY_S INT64_C(86400)

static int64_t tick_of(int64_t day, int64_t second)
{
    return (day * WHOLE_DAY_S + second) * SBMS_TICKS_PER_S;
}

static void test_a_window_holds_from_its_first_tick_to_its_last(void **state)
{
    const struct hours noon = {1, {{HOURS_EVERY_DAY, 43200, 46815}}};

    (void)state;
    for (int64_t day = 0; day < 9; day++) {
        assert_false(hours_hold(&noon, 0, tick_of(day, 43200) - 1));
        assert_true(hours_hold(&noon, 0, tick_of(day, 43200)));
        assert_true(hours_hold(&noon, 0, tick_of(day, 46815) - 1));
        assert_false(hours_hold(&noon, 0, tick_of(day, 46815)));
        assert_int_equal(hours_next_tick(&noon, 0, tick_of(day, 0)), tick_of(day, 43200));
        assert_int_equal(hours_next_tick(&noon, 0, tick_of(day, 43200) - 1), tick_of(day, 43200));
        assert_int_equal(hours_next_tick(&noon, 0, tick_of(day, 43200)), tick_of(day, 46815));
        assert_int_equal(hours_next_tick(&noon, 0, tick_of(day, 46815)), tick_of(day + 1, 43200));
    }
}

/* Day 0 is the weekday that it is given: a window of Saturdays begins on Saturdays and may end on Sunday. */
static void test_a_window_belongs_to_the_day_on_which_it_began(void **state)
{
    const struct hours night = {1, {{1u << 5, 64800, 3600}}};

    (void)state;
    for (int first = 0; first < HOURS_WEEK_DAYS; first++) {
        for (int64_t day = 0; day < 15; day++) {
            const int weekday = (int)((first + day) % 7);

            assert_int_equal(hours_weekday(first, day), weekday);
            assert_int_equal(hours_hold(&night, first, tick_of(day, 64800)), weekday == 5);
            assert_int_equal(hours_hold(&night, first, tick_of(day, 86399)), weekday == 5);
            assert_int_equal(hours_hold(&night, first, tick_of(day, 0)),
                             weekday == 6); /* of the day before the run, too */
            assert_int_equal(hours_hold(&night, first, tick_of(day, 3600) - 1), weekday == 6);
            assert_false(hours_hold(&night, first, tick_of(day, 3600)));
            assert_int_equal(hours_hold_of_day(&night, first, day - 1, tick_of(day, 0)), weekday == 6);
            assert_false(hours_hold_of_day(&night, first, day, tick_of(day, 0)));
        }
    }
    assert_int_equal(hours_next_tick(&night, 0, 0), tick_of(5, 64800));
    assert_int_equal(hours_next_tick(&night, 0, tick_of(5, 64800)), tick_of(6, 3600));
    assert_int_equal(hours_next_tick(&night, 0, tick_of(6, 3600)), tick_of(12, 64800));
    assert_int_equal(hours_next_tick(&night, 6, 0), tick_of(0, 3600));
}

static void test_equal_times_are_a_whole_day(void **state)
{
    const struct hours sunday = {1, {{1u << 6, 43200, 43200}}};
    const struct hours whole = {1, {{1u << 6, 0, 86400}}};

    (void)state;
    for (int64_t second = 0; second < 14 * WHOLE_DAY_S; second += 600) {
        const int64_t noons = (second + WHOLE_DAY_S / 2) / WHOLE_DAY_S;

        assert_int_equal(hours_hold(&sunday, 0, second * SBMS_TICKS_PER_S), noons % 7 == 0);
        assert_int_equal(hours_hold(&whole, 0, second * SBMS_TICKS_PER_S), second / WHOLE_DAY_S % 7 == 6);
    }
}

static void test_no_window_is_always(void **state)
{
    const struct hours always = {0};

    (void)state;
    assert_true(hours_hold(&always, 3, 0) && hours_hold(&always, 3, tick_of(36500, 1)));
    assert_true(hours_next_tick(&always, 3, tick_of(36500, 1)) == INT64_MAX);
    assert_true(hours_hold_of_day(&always, 3, 2, tick_of(2, 0)) &&
                !hours_hold_of_day(&always, 3, 2, tick_of(3, 0)));
}

/* Of each window's minutes of the week, counted from Monday's midnight. */
static bool holds_by_the_week(const struct hours *hours, int64_t minute_of_week)
{
    bool holds = hours->count == 0;

    for (int i = 0; i < hours->count; i++) {
        const int from = hours->windows[i].from_s / 60;
        const int length = hours->windows[i].to_s / 60 - from;

        for (int day = 0; day < 7; day++) {
            const int64_t since = (minute_of_week - day * 1440 - from + 2 * 10080) % 10080;

            if (((hours->windows[i].weekdays >> day) & 1) != 0 && since < length + (length <= 0 ? 1440 : 0)) {
                holds = true;
            }
        }
    }
    return holds;
}

static void test_random_windows(void **state)
{
    struct test_random random = {.state = 11};

    (void)state;
    for (int run = 0; run < 200; run++) {
        const int first = random_between(&random, 0, 6);
        struct hours hours = {.count = random_between(&random, 0, HOURS_WINDOWS_MAX)};
        int64_t next = 0;

        for (int i = 0; i < hours.count; i++) {
            hours.windows[i] = (struct hours_window){
                .weekdays = (uint8_t)random_between(&random, 1, HOURS_EVERY_DAY),
                .from_s = random_between(&random, 0, 1439) * 60,
                .to_s = random_between(&random, 0, 1440) * 60,
            };
        }
        for (int64_t minute = 0; minute < 2 * 10080; minute++) {
            const int64_t tick = minute * 60 * SBMS_TICKS_PER_S;
            const bool holds = hours_hold(&hours, first, tick);

            assert_int_equal(holds, holds_by_the_week(&hours, (minute + (int64_t)first * 1440) % 10080));
            if (minute > 0 && holds != hours_hold(&hours, first, tick - 1)) {
                assert_int_equal(next, tick);
            }
            assert_true(minute == 0 || next >= tick);
            next = next <= tick ? hours_next_tick(&hours, first, tick) : next;
            assert_true(next > tick);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_window_holds_from_its_first_tick_to_its_last),
        cmocka_unit_test(test_a_window_belongs_to_the_day_on_which_it_began),
        cmocka_unit_test(test_equal_times_are_a_whole_day),
        cmocka_unit_test(test_no_window_is_always),
        cmocka_unit_test(test_random_windows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
