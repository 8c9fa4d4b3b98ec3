/* SPDX-License-Identifier: Apache-2.0 */
#include "result/expectations.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "result/event_text.h"
#include "result/wording.h"
#include "twin/schedule.h"

#define COUNT_UNLIMITED 1000000 /* count_max when none is given */

void expectations_init(struct expectations *expectations, const struct scenario *described)
{
    assert(described != NULL);
    assert(described->expectation_count <= SCENARIO_EXPECTATIONS_MAX);
    *expectations = (struct expectations){.described = described};
    for (int i = 0; i < SCENARIO_EXPECTATIONS_MAX; i++) {
        expectations->watches[i].met_tick = -1;
        expectations->watches[i].worst = -1;
    }
}

/* ---- while it runs ------------------------------------------------------------------------------ */

static bool is_of(const struct system_edge *edge, enum scenario_output output)
{
    static const enum system_edge_kind kinds[] = {
        [OUTPUT_LOAD] = EDGE_LOAD, [OUTPUT_PRE_ALARM] = EDGE_PRE_ALARM, [OUTPUT_CHARGER] = EDGE_CHARGER};
    assert(output < sizeof kinds / sizeof kinds[0]);
    return edge->kind == kinds[output];
}

/* LOAD-3: what takes ATD is to be warned of; nothing else can be. */
static bool is_to_be_warned(uint8_t cause)
{
    assert(cause != SBMS_CAUSE_NONE); /* SAFE-7 */
    return cause == SBMS_CAUSE_ATD_LOST || cause == SBMS_CAUSE_CHAIN_OPEN ||
           cause == SBMS_CAUSE_REFERENCE_FAULT;
}

static void watch_warning(struct expectation_watch *watch, const struct system_edge *edge)
{
    assert(edge->prealarm_ticks >= 0);
    if (edge->kind != EDGE_LOAD || edge->on || !is_to_be_warned(edge->cause)) {
        return;
    }
    watch->count++;
    if (watch->worst < 0 || edge->prealarm_ticks < watch->worst) {
        watch->worst = edge->prealarm_ticks;
        watch->worst_tick = edge->tick;
    }
}

/* EXPECT_OUTPUT: the level at that time. EXPECT_BY: the level at the first time, and whether it got there. */
static void watch_level(struct expectation_watch *watch, const struct scenario_expectation *expectation,
                        const struct system_edge *edge)
{
    int64_t last_tick = schedule_tick_of(expectation->at_s);
    int64_t first_tick = expectation->what == EXPECT_BY ? schedule_tick_of(expectation->after_s) : last_tick;
    assert(first_tick <= last_tick);
    if (!is_of(edge, expectation->output) || edge->tick > last_tick) {
        return;
    }
    if (edge->tick <= first_tick) {
        watch->level = edge->on;
    } else if (edge->on == expectation->high && watch->met_tick < 0) {
        watch->met_tick = edge->tick;
    }
}

static void watch_edges(struct expectation_watch *watch, const struct scenario_expectation *expectation,
                        const struct system_edge *edge)
{
    assert(expectation->what == EXPECT_EDGES);
    bool is_cause = expectation->cause == SBMS_CAUSE_NONE || expectation->cause == edge->cause;
    if (is_of(edge, expectation->output) && edge->on == expectation->high && is_cause) {
        watch->count++;
    }
}

void expectations_take_edge(struct expectations *expectations, const struct system_edge *edge)
{
    assert(expectations != NULL);
    assert(edge != NULL);
    if (edge->kind > EDGE_CHARGER || edge->stays) {
        return;
    }
    for (int i = 0; i < expectations->described->expectation_count; i++) {
        const struct scenario_expectation *expectation = &expectations->described->expectations[i];
        struct expectation_watch *watch = &expectations->watches[i];
        if (expectation->what == EXPECT_WARNING) {
            watch_warning(watch, edge);
        } else if (expectation->what == EXPECT_OUTPUT || expectation->what == EXPECT_BY) {
            watch_level(watch, expectation, edge);
        } else if (expectation->what == EXPECT_EDGES) {
            watch_edges(watch, expectation, edge);
        }
    }
}

void expectations_finish(struct expectations *expectations, const struct system_totals *totals,
                         int64_t end_tick)
{
    assert(totals != NULL);
    assert(end_tick >= 0);
    expectations->totals = totals;
    expectations->end_tick = end_tick;
}

/* ---- what it asks for --------------------------------------------------------------------------- */

/* "never", "once", "5 times" */
static struct wording times(int64_t count)
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
        snprintf(count, sizeof count, "%s", times(expectation->count_min).text);
    } else if (expectation->count_max >= COUNT_UNLIMITED) {
        snprintf(count, sizeof count, "at least %s", times(expectation->count_min).text);
    } else if (expectation->count_min == 0) {
        snprintf(count, sizeof count, "at most %s", times(expectation->count_max).text);
    } else {
        snprintf(count, sizeof count, "%d to %s", expectation->count_min, times(expectation->count_max).text);
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

void expectations_text(const struct expectations *expectations, int index, char *text, size_t size)
{
    assert(index >= 0 && index < expectations->described->expectation_count);
    assert(text != NULL && size > 0);
    const struct scenario_expectation *expectation = &expectations->described->expectations[index];
    switch (expectation->what) {
    case EXPECT_WARNING:
        snprintf(text, size, "Load never floats within %s of pre-alarm",
                 wording_span(schedule_tick_of(expectation->seconds_min)).text);
        break;
    case EXPECT_OUTPUT:
    case EXPECT_BY:
        name_level(expectation, text, size);
        break;
    case EXPECT_EDGES:
        name_edges(expectation, text, size);
        break;
    case EXPECT_CELLS:
        snprintf(text, size, "all cells stay within %s to %s mV", wording_number(expectation->mv_min, 0).text,
                 wording_number(expectation->mv_max, 0).text);
        break;
    default:
        snprintf(text, size, "Load output never carries more than %s A",
                 wording_number(expectation->current_a_max, 2).text);
        break;
    }
}

/* ---- whether it was met ------------------------------------------------------------------------- */

static enum expectation_verdict verdict_of(bool met)
{
    return met ? EXPECTATION_MET : EXPECTATION_UNMET;
}

static enum expectation_verdict judge_warning(const struct expectation_watch *watch,
                                              const struct scenario_expectation *expectation, char *detail,
                                              size_t size)
{
    assert(expectation->what == EXPECT_WARNING);
    if (watch->count == 0) {
        snprintf(detail, size, "it was never cut");
        return EXPECTATION_MET;
    }
    snprintf(detail, size, "shortest pre-alarm %s, cut at %s", wording_span(watch->worst).text,
             wording_instant(watch->worst_tick).text);
    return verdict_of((double)watch->worst / SBMS_TICKS_PER_S >= expectation->seconds_min);
}

/* EXPECT_OUTPUT */
static enum expectation_verdict judge_output(const struct expectation_watch *watch,
                                             const struct scenario_expectation *expectation, int64_t end_tick,
                                             char *detail, size_t size)
{
    assert(expectation->what == EXPECT_OUTPUT);
    if (end_tick < schedule_tick_of(expectation->at_s)) {
        snprintf(detail, size, "the run was ended before");
        return EXPECTATION_NOT_REACHED;
    }
    snprintf(detail, size, "%s was %s", event_output_name(expectation->output),
             watch->level ? "high" : "floating");
    return verdict_of(watch->level == expectation->high);
}

/* EXPECT_BY */
static enum expectation_verdict judge_by(const struct expectation_watch *watch,
                                         const struct scenario_expectation *expectation, int64_t end_tick,
                                         char *detail, size_t size)
{
    assert(expectation->what == EXPECT_BY);
    assert(expectation->after_s < expectation->at_s);
    const char *name = event_output_name(expectation->output);
    const char *level = watch->level ? "high" : "floating";
    if (watch->met_tick >= 0) {
        snprintf(detail, size, "at %s", wording_instant(watch->met_tick).text);
        return EXPECTATION_MET;
    }
    if (watch->level == expectation->high && end_tick >= schedule_tick_of(expectation->after_s)) {
        snprintf(detail, size, "%s was %s already", name, level);
        return EXPECTATION_MET;
    }
    if (end_tick < schedule_tick_of(expectation->at_s)) {
        snprintf(detail, size, "the run was ended before");
        return EXPECTATION_NOT_REACHED;
    }
    snprintf(detail, size, "%s was %s all the time", name, level);
    return EXPECTATION_UNMET;
}

static enum expectation_verdict judge_edges(const struct expectation_watch *watch,
                                            const struct scenario_expectation *expectation, bool was_ended,
                                            char *detail, size_t size)
{
    assert(expectation->what == EXPECT_EDGES);
    snprintf(detail, size, "%s%s", times(watch->count).text, was_ended ? " up to the end of the run" : "");
    if (was_ended && watch->count < expectation->count_min) {
        return EXPECTATION_NOT_REACHED;
    }
    return verdict_of(watch->count >= expectation->count_min && watch->count <= expectation->count_max);
}

enum expectation_verdict expectations_judge(const struct expectations *expectations, int index, char *detail,
                                            size_t size)
{
    assert(index >= 0 && index < expectations->described->expectation_count);
    assert(expectations->totals != NULL);
    const struct scenario_expectation *expectation = &expectations->described->expectations[index];
    const struct expectation_watch *watch = &expectations->watches[index];
    const struct system_totals *totals = expectations->totals;
    bool was_ended = expectations->end_tick < schedule_tick_of(expectations->described->duration_s);
    switch (expectation->what) {
    case EXPECT_WARNING:
        return judge_warning(watch, expectation, detail, size);
    case EXPECT_OUTPUT:
        return judge_output(watch, expectation, expectations->end_tick, detail, size);
    case EXPECT_BY:
        return judge_by(watch, expectation, expectations->end_tick, detail, size);
    case EXPECT_EDGES:
        return judge_edges(watch, expectation, was_ended, detail, size);
    case EXPECT_CELLS:
        snprintf(detail, size, "the lowest was at %d mV, the highest at %d mV", totals->cell_mv_min,
                 totals->cell_mv_max);
        return verdict_of(totals->cell_mv_min >= expectation->mv_min &&
                          totals->cell_mv_max <= expectation->mv_max);
    default:
        snprintf(detail, size, "at most %s A", wording_number(totals->load_output_a_max, 3).text);
        return verdict_of(totals->load_output_a_max <= expectation->current_a_max);
    }
}
