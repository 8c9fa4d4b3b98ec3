/* SPDX-License-Identifier: Apache-2.0 */
#include "result/expectations.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "result/event_text.h"
#include "result/expectation_text.h"
#include "result/wording.h"
#include "twin/schedule.h"

#define DAY_TICKS ((int64_t)SCHEDULE_DAY_TICKS)
#define JOULES_PER_WH 3600.0
#define SPAN_SIZE 112 /* "from day N hh:mm:ss (Tue 2026-03-03) to ..." */

/* Whether it asks for the state of charge at one time. */
static bool is_charge_at(const struct scenario_expectation *expectation)
{
    return expectation->what == EXPECT_STATE_OF_CHARGE && expectation->at_s >= 0.0;
}

void expectations_init(struct expectations *expectations, const struct scenario *described)
{
    assert(described != NULL);
    assert(described->expectation_count <= SCENARIO_EXPECTATIONS_MAX);
    *expectations = (struct expectations){.described = described};
    for (int i = 0; i < SCENARIO_EXPECTATIONS_MAX; i++) {
        expectations->watches[i].met_tick = -1;
        expectations->watches[i].worst = -1;
        expectations->watches[i].day = -1;
    }
    for (int i = 0; i < described->expectation_count; i++) {
        expectations->charges_waiting += is_charge_at(&described->expectations[i]) ? 1 : 0;
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

static void watch_edges_a_day(struct expectation_watch *watch, const struct scenario_expectation *expectation,
                              const struct system_edge *edge)
{
    const int64_t day = edge->tick / DAY_TICKS;
    if (!is_of(edge, expectation->output) || edge->on != expectation->high) {
        return;
    }
    watch->count = day == watch->day ? watch->count + 1 : 1;
    watch->day = day;
    if (watch->count > watch->worst) {
        watch->worst = watch->count;
        watch->worst_tick = day * DAY_TICKS;
    }
}

/* The output is at another level from `tick` on, or the run ends there: how long it was at the one before. */
static void end_span(struct expectation_watch *watch, int64_t tick)
{
    struct expectation_span *longest = &watch->longest[watch->level ? 1 : 0];
    assert(tick >= watch->since_tick);
    if (tick - watch->since_tick > longest->ticks) {
        *longest = (struct expectation_span){watch->since_tick, tick - watch->since_tick};
    }
    watch->since_tick = tick;
}

/* EXPECT_HIGH_SHARE, EXPECT_LONGEST */
static void watch_spans(struct expectation_watch *watch, const struct scenario_expectation *expectation,
                        const struct system_edge *edge)
{
    if (is_of(edge, expectation->output) && edge->on != watch->level) {
        end_span(watch, edge->tick);
        watch->level = edge->on;
    }
}

static void watch_edge(struct expectation_watch *watch, const struct scenario_expectation *expectation,
                       const struct system_edge *edge)
{
    switch (expectation->what) {
    case EXPECT_WARNING:
        watch_warning(watch, edge);
        break;
    case EXPECT_OUTPUT:
    case EXPECT_BY:
        watch_level(watch, expectation, edge);
        break;
    case EXPECT_EDGES:
        watch_edges(watch, expectation, edge);
        break;
    case EXPECT_EDGES_A_DAY:
        watch_edges_a_day(watch, expectation, edge);
        break;
    case EXPECT_HIGH_SHARE:
    case EXPECT_LONGEST:
        watch_spans(watch, expectation, edge);
        break;
    default:
        break;
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
        watch_edge(&expectations->watches[i], &expectations->described->expectations[i], edge);
    }
}

/* The state of charge at the time that is asked for, from the samples before and after it. */
static void watch_charge(struct expectation_watch *watch, int64_t at_tick, int64_t tick, double soc_pct)
{
    if (tick < at_tick || tick == watch->sample_tick) {
        watch->soc_pct = soc_pct;
    } else {
        const double share = (double)(at_tick - watch->sample_tick) / (double)(tick - watch->sample_tick);
        watch->soc_pct += share * (soc_pct - watch->soc_pct);
    }
    watch->sample_tick = tick;
    watch->met_tick = tick >= at_tick ? at_tick : -1;
}

void expectations_take_sample(struct expectations *expectations, const struct system_run *run)
{
    for (int i = 0; expectations->charges_waiting > 0 && i < expectations->described->expectation_count;
         i++) {
        const struct scenario_expectation *expectation = &expectations->described->expectations[i];
        struct expectation_watch *watch = &expectations->watches[i];
        if (is_charge_at(expectation) && watch->met_tick < 0) {
            watch_charge(watch, schedule_tick_of(expectation->at_s), run->tick, run->soc_pct);
            expectations->charges_waiting -= watch->met_tick >= 0 ? 1 : 0;
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
    for (int i = 0; i < expectations->described->expectation_count; i++) {
        end_span(&expectations->watches[i], end_tick);
    }
}

/* ---- whether it was met ------------------------------------------------------------------------- */

static enum expectation_verdict verdict_of(bool met)
{
    return met ? EXPECTATION_MET : EXPECTATION_UNMET;
}

static enum expectation_verdict judge_warning(const struct expectations *expectations, int index,
                                              char *detail, size_t size)
{
    const struct expectation_watch *watch = &expectations->watches[index];
    if (watch->count == 0) {
        snprintf(detail, size, "it was never cut");
        return EXPECTATION_MET;
    }
    snprintf(detail, size, "shortest pre-alarm %s, cut at %s", wording_span(watch->worst).text,
             wording_dated(expectations->described->start_date, watch->worst_tick).text);
    return verdict_of((double)watch->worst / SBMS_TICKS_PER_S >=
                      expectations->described->expectations[index].seconds_min);
}

static enum expectation_verdict judge_output(const struct expectations *expectations, int index, char *detail,
                                             size_t size)
{
    const struct scenario_expectation *expectation = &expectations->described->expectations[index];
    const struct expectation_watch *watch = &expectations->watches[index];
    if (expectations->end_tick < schedule_tick_of(expectation->at_s)) {
        snprintf(detail, size, "the run was ended before");
        return EXPECTATION_NOT_REACHED;
    }
    snprintf(detail, size, "%s was %s", event_output_name(expectation->output),
             watch->level ? "high" : "floating");
    return verdict_of(watch->level == expectation->high);
}

static enum expectation_verdict judge_by(const struct expectations *expectations, int index, char *detail,
                                         size_t size)
{
    const struct scenario_expectation *expectation = &expectations->described->expectations[index];
    const struct expectation_watch *watch = &expectations->watches[index];
    assert(expectation->after_s < expectation->at_s);
    const char *name = event_output_name(expectation->output);
    const char *level = watch->level ? "high" : "floating";
    if (watch->met_tick >= 0) {
        snprintf(detail, size, "at %s",
                 wording_dated(expectations->described->start_date, watch->met_tick).text);
        return EXPECTATION_MET;
    }
    if (watch->level == expectation->high &&
        expectations->end_tick >= schedule_tick_of(expectation->after_s)) {
        snprintf(detail, size, "%s was %s already", name, level);
        return EXPECTATION_MET;
    }
    if (expectations->end_tick < schedule_tick_of(expectation->at_s)) {
        snprintf(detail, size, "the run was ended before");
        return EXPECTATION_NOT_REACHED;
    }
    snprintf(detail, size, "%s was %s all the time", name, level);
    return EXPECTATION_UNMET;
}

static enum expectation_verdict judge_edges(const struct expectations *expectations, int index, char *detail,
                                            size_t size)
{
    const struct scenario_expectation *expectation = &expectations->described->expectations[index];
    const struct expectation_watch *watch = &expectations->watches[index];
    const bool was_ended = expectations->end_tick < schedule_tick_of(expectations->described->duration_s);
    snprintf(detail, size, "%s%s", expectation_times(watch->count).text,
             was_ended ? " up to the end of the run" : "");
    if (was_ended && watch->count < expectation->count_min) {
        return EXPECTATION_NOT_REACHED;
    }
    return verdict_of(watch->count >= expectation->count_min && watch->count <= expectation->count_max);
}

static bool is_within(const struct scenario_expectation *expectation, double pct)
{
    return pct >= expectation->pct_min && pct <= expectation->pct_max;
}

/* What a load takes; what equipment gives or, if it gives nothing, takes. */
static double energy_wh(const struct expectations *expectations, int user)
{
    const struct system_totals *totals = expectations->totals;
    if (user < SCENARIO_LOADS_MAX) {
        return totals->load_j[user] / JOULES_PER_WH;
    }
    const int first = expectations->described->solar.panel_w > 0.0 ? 1 : 0;
    const struct equipment_totals *one = &totals->equipment[first + user - SCENARIO_LOADS_MAX];
    return (one->given_j > 0.0 ? one->given_j : one->taken_j) / JOULES_PER_WH;
}

static enum expectation_verdict judge_energy(const struct expectations *expectations, int index, char *detail,
                                             size_t size)
{
    const struct scenario_expectation *expectation = &expectations->described->expectations[index];
    const double wh = energy_wh(expectations, expectation->user);
    snprintf(detail, size, "it was %s", wording_energy(wh).text);
    if (wh < expectation->wh_min &&
        expectations->end_tick < schedule_tick_of(expectations->described->duration_s)) {
        return EXPECTATION_NOT_REACHED; /* it may yet have come */
    }
    return verdict_of(wh >= expectation->wh_min && wh <= expectation->wh_max);
}

static enum expectation_verdict judge_charge(const struct expectations *expectations, int index, char *detail,
                                             size_t size)
{
    const struct scenario_expectation *expectation = &expectations->described->expectations[index];
    const struct system_totals *totals = expectations->totals;
    const int32_t start_date = expectations->described->start_date;
    if (expectation->at_s < 0.0) {
        snprintf(detail, size, "%s %% at %s, %s %% at %s", wording_number(totals->soc_pct_min, 3).text,
                 wording_dated(start_date, totals->soc_min_tick).text,
                 wording_number(totals->soc_pct_max, 3).text,
                 wording_dated(start_date, totals->soc_max_tick).text);
        return verdict_of(is_within(expectation, totals->soc_pct_min) &&
                          is_within(expectation, totals->soc_pct_max));
    }
    if (expectations->watches[index].met_tick < 0) {
        snprintf(detail, size, "the run was ended before");
        return EXPECTATION_NOT_REACHED;
    }
    snprintf(detail, size, "it was %s %%", wording_number(expectations->watches[index].soc_pct, 3).text);
    return verdict_of(is_within(expectation, expectations->watches[index].soc_pct));
}

/* "from day 3 18:31:31 to day 4 12:20:32" */
static void write_span(const struct expectations *expectations, struct expectation_span span, char *text,
                       size_t size)
{
    const int64_t end_tick = span.from_tick + span.ticks;
    const int32_t start_date = expectations->described->start_date;
    if (end_tick == expectations->end_tick) {
        snprintf(text, size, "from %s to the end of the run", wording_dated(start_date, span.from_tick).text);
    } else {
        snprintf(text, size, "from %s to %s", wording_dated(start_date, span.from_tick).text,
                 wording_dated(start_date, end_tick).text);
    }
}

/* What is too long is told to the tick, lest it looks like what is allowed. */
static enum expectation_verdict judge_longest(const struct expectations *expectations, int index,
                                              char *detail, size_t size)
{
    const struct scenario_expectation *expectation = &expectations->described->expectations[index];
    const struct expectation_span longest = expectations->watches[index].longest[expectation->high ? 1 : 0];
    const bool is_met = (double)longest.ticks / SBMS_TICKS_PER_S <= expectation->for_s_max;
    char span[SPAN_SIZE];
    if (longest.ticks == 0) {
        snprintf(detail, size, "never");
        return EXPECTATION_MET;
    }
    write_span(expectations, longest, span, sizeof span);
    snprintf(detail, size, "longest %s, %s",
             is_met ? wording_span(longest.ticks).text : wording_since(longest.ticks).text, span);
    return verdict_of(is_met);
}

static int64_t high_ticks(const struct system_totals *totals, enum scenario_output output)
{
    return output == OUTPUT_LOAD        ? totals->load_ticks
           : output == OUTPUT_PRE_ALARM ? totals->prealarm_ticks
                                        : totals->charger_ticks;
}

static enum expectation_verdict judge_high_share(const struct expectations *expectations, int index,
                                                 char *detail, size_t size)
{
    const struct scenario_expectation *expectation = &expectations->described->expectations[index];
    const struct system_totals *totals = expectations->totals;
    const double pct = 100.0 * (double)high_ticks(totals, expectation->output) / (double)totals->ticks;
    const bool is_high = pct > expectation->pct_max; /* what there was too much of, or could be */
    const struct expectation_span longest = expectations->watches[index].longest[is_high ? 1 : 0];
    char span[SPAN_SIZE];
    write_span(expectations, longest, span, sizeof span);
    snprintf(detail, size, "%s %%", wording_number(pct, 3).text);
    if (longest.ticks > 0) {
        size_t used = strlen(detail);
        snprintf(detail + used, size - used, "; %s for %s, %s",
                 is_high ? "longest high" : "it floated longest", wording_span(longest.ticks).text, span);
    }
    if (!is_within(expectation, pct) &&
        expectations->end_tick < schedule_tick_of(expectations->described->duration_s)) {
        return EXPECTATION_NOT_REACHED;
    }
    return verdict_of(is_within(expectation, pct));
}

static enum expectation_verdict judge_edges_a_day(const struct expectations *expectations, int index,
                                                  char *detail, size_t size)
{
    const struct expectation_watch *watch = &expectations->watches[index];
    if (watch->worst < 0) {
        snprintf(detail, size, "never");
        return EXPECTATION_MET;
    }
    snprintf(detail, size, "most on day %" PRId64, watch->worst_tick / DAY_TICKS + 1);
    size_t used = strlen(detail);
    if (expectations->described->start_date > 0) {
        used += (size_t)snprintf(detail + used, size - used, " (%s)",
                                 wording_date(expectations->described->start_date, watch->worst_tick).text);
    }
    snprintf(detail + used, size - used, ": %s", expectation_times(watch->worst).text);
    return verdict_of(watch->worst <= expectations->described->expectations[index].count_max);
}

/* Those that are told by the totals alone. */
static enum expectation_verdict judge_totals(const struct expectations *expectations, int index, char *detail,
                                             size_t size)
{
    const struct scenario_expectation *expectation = &expectations->described->expectations[index];
    const struct system_totals *totals = expectations->totals;
    if (expectation->what == EXPECT_CELLS) {
        snprintf(detail, size, "the lowest was at %d mV, the highest at %d mV", totals->cell_mv_min,
                 totals->cell_mv_max);
        return verdict_of(totals->cell_mv_min >= expectation->mv_min &&
                          totals->cell_mv_max <= expectation->mv_max);
    }
    assert(expectation->what == EXPECT_LOAD_CURRENT);
    snprintf(detail, size, "at most %s A", wording_number(totals->load_output_a_max, 3).text);
    return verdict_of(totals->load_output_a_max <= expectation->current_a_max);
}

enum expectation_verdict expectations_judge(const struct expectations *expectations, int index, char *detail,
                                            size_t size)
{
    static enum expectation_verdict (*const judges[EXPECT_COUNT])(const struct expectations *, int, char *,
                                                                  size_t) = {
        [EXPECT_WARNING] = judge_warning,
        [EXPECT_OUTPUT] = judge_output,
        [EXPECT_BY] = judge_by,
        [EXPECT_EDGES] = judge_edges,
        [EXPECT_CELLS] = judge_totals,
        [EXPECT_LOAD_CURRENT] = judge_totals,
        [EXPECT_STATE_OF_CHARGE] = judge_charge,
        [EXPECT_HIGH_SHARE] = judge_high_share,
        [EXPECT_EDGES_A_DAY] = judge_edges_a_day,
        [EXPECT_LONGEST] = judge_longest,
        [EXPECT_ENERGY] = judge_energy,
    };
    assert(index >= 0 && index < expectations->described->expectation_count);
    assert(expectations->totals != NULL);
    return judges[expectations->described->expectations[index].what](expectations, index, detail, size);
}

void expectations_text(const struct expectations *expectations, int index, char *text, size_t size)
{
    assert(index >= 0 && index < expectations->described->expectation_count);
    expectation_text(&expectations->described->expectations[index], text, size);
}
