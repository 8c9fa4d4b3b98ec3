/* SPDX-License-Identifier: Apache-2.0 */
#include "result/expectation_text.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "result/event_text.h"
#include "twin/schedule.h"

#define COUNT_UNLIMITED 1000000 /* count_max when none is given */

struct wording expectation_times(int64_t count)
{
    struct wording made;
    assert(count >= 0);
    if (count < 2) {
        snprintf(made.text, sizeof made.text, "%s", count == 0 ? "never" : "once");
    } else {
        snprintf(made.text, sizeof made.text, "%" PRId64 " times", count);
    }
    return made;
}

static void name_edges(const struct scenario_expectation *expectation, char *text, size_t size)
{
    char because[48] = "";
    char count[64];
    assert(expectation->what == EXPECT_EDGES);
    assert(expectation->count_min <= expectation->count_max);
    if (expectation->cause != SBMS_CAUSE_NONE) {
        snprintf(because, sizeof because, " by %s", sbms_cause_word(expectation->cause));
    }
    if (expectation->count_min == expectation->count_max) {
        snprintf(count, sizeof count, "%s", expectation_times(expectation->count_min).text);
    } else if (expectation->count_max >= COUNT_UNLIMITED) {
        snprintf(count, sizeof count, "at least %s", expectation_times(expectation->count_min).text);
    } else if (expectation->count_min == 0) {
        snprintf(count, sizeof count, "at most %s", expectation_times(expectation->count_max).text);
    } else {
        snprintf(count, sizeof count, "%d to %s", expectation->count_min,
                 expectation_times(expectation->count_max).text);
    }
    if (expectation->count_max == 0) {
        snprintf(text, size, "%s never %s%s", event_output_name(expectation->output),
                 expectation->high ? "goes high" : "floats", because);
        return;
    }
    snprintf(text, size, "%s %s%s %s", event_output_name(expectation->output),
             expectation->high ? "goes high" : "floats", because, count);
}

static void name_level(const struct scenario_expectation *expectation, char *text, size_t size)
{
    assert(expectation->what == EXPECT_OUTPUT || expectation->what == EXPECT_BY);
    const char *level = expectation->high ? "high" : "floating";
    struct wording at = wording_instant(schedule_tick_of(expectation->at_s));
    if (expectation->what == EXPECT_OUTPUT) {
        snprintf(text, size, "%s is %s at %s", event_output_name(expectation->output), level, at.text);
    } else if (expectation->after_s > 0.0) {
        snprintf(text, size, "%s is %s between %s and %s", event_output_name(expectation->output), level,
                 wording_instant(schedule_tick_of(expectation->after_s)).text, at.text);
    } else {
        snprintf(text, size, "%s is %s by %s", event_output_name(expectation->output), level, at.text);
    }
}

/* "at least 20 %", "at most 95.5 %", "20 to 95.5 %" */
static struct wording percents(const struct scenario_expectation *expectation)
{
    struct wording made;
    if (expectation->pct_max >= EXPECT_PCT_NONE) {
        snprintf(made.text, sizeof made.text, "at least %.7g %%", expectation->pct_min);
    } else if (expectation->pct_min <= -EXPECT_PCT_NONE) {
        snprintf(made.text, sizeof made.text, "at most %.7g %%", expectation->pct_max);
    } else {
        snprintf(made.text, sizeof made.text, "%.7g to %.7g %%", expectation->pct_min, expectation->pct_max);
    }
    return made;
}

static void name_state_of_charge(const struct scenario_expectation *expectation, char *text, size_t size)
{
    if (expectation->at_s < 0.0) {
        snprintf(text, size, "state of charge is always %s", percents(expectation).text);
        return;
    }
    snprintf(text, size, "state of charge is %s at %s", percents(expectation).text,
             wording_instant(schedule_tick_of(expectation->at_s)).text);
}

static void name_edges_a_day(const struct scenario_expectation *expectation, char *text, size_t size)
{
    const char *name = event_output_name(expectation->output);
    const char *edge = expectation->high ? "goes high" : "floats";
    if (expectation->count_max == 0) {
        snprintf(text, size, "%s never %s on any day", name, edge);
    } else {
        snprintf(text, size, "%s %s at most %s a day", name, edge,
                 expectation_times(expectation->count_max).text);
    }
}

static void name_energy(const struct scenario_expectation *expectation, char *text, size_t size)
{
    if (expectation->wh_max >= EXPECT_WH_NONE) {
        snprintf(text, size, "energy of %s is at least %s", expectation->name,
                 wording_energy(expectation->wh_min).text);
    } else if (expectation->wh_min <= 0.0) {
        snprintf(text, size, "energy of %s is at most %s", expectation->name,
                 wording_energy(expectation->wh_max).text);
    } else {
        snprintf(text, size, "energy of %s is %s to %s", expectation->name,
                 wording_energy(expectation->wh_min).text, wording_energy(expectation->wh_max).text);
    }
}

static void name_simple(const struct scenario_expectation *expectation, char *text, size_t size)
{
    switch (expectation->what) {
    case EXPECT_WARNING:
        snprintf(text, size, "Load never floats within %s of pre-alarm",
                 wording_span(schedule_tick_of(expectation->seconds_min)).text);
        break;
    case EXPECT_CELLS:
        snprintf(text, size, "all cells stay within %s to %s mV", wording_number(expectation->mv_min, 0).text,
                 wording_number(expectation->mv_max, 0).text);
        break;
    case EXPECT_HIGH_SHARE:
        snprintf(text, size, "%s is high for %s of the time", event_output_name(expectation->output),
                 percents(expectation).text);
        break;
    case EXPECT_LONGEST:
        snprintf(text, size, "%s %s for longer than %s", event_output_name(expectation->output),
                 expectation->high ? "is never high" : "never floats",
                 wording_span(schedule_tick_of(expectation->for_s_max)).text);
        break;
    default:
        snprintf(text, size, "Load output never carries more than %s A",
                 wording_number(expectation->current_a_max, 2).text);
        break;
    }
}

void expectation_text(const struct scenario_expectation *expectation, char *text, size_t size)
{
    assert(text != NULL && size > 0);
    switch (expectation->what) {
    case EXPECT_OUTPUT:
    case EXPECT_BY:
        name_level(expectation, text, size);
        break;
    case EXPECT_EDGES:
        name_edges(expectation, text, size);
        break;
    case EXPECT_EDGES_A_DAY:
        name_edges_a_day(expectation, text, size);
        break;
    case EXPECT_ENERGY:
        name_energy(expectation, text, size);
        break;
    case EXPECT_STATE_OF_CHARGE:
        name_state_of_charge(expectation, text, size);
        break;
    default:
        name_simple(expectation, text, size);
        break;
    }
}
