/* SPDX-License-Identifier: Apache-2.0 */
/* What a run adds up (struct system_totals). */
#include "twin/system_internal.h"

#include <limits.h>

#include "twin/consumer.h"
#include "twin/millivolts.h"

struct system_totals system_no_totals(void)
{
    return (struct system_totals){.cell_mv_min = INT_MAX,
                                  .cell_mv_max = INT_MIN,
                                  .temp_c_min = 1e9,
                                  .temp_c_max = -1e9,
                                  .soc_pct_min = 1e9,
                                  .soc_pct_max = -1e9};
}

/* The first cell of those that read `mv`. */
static int cell_at(const struct bank *b, int mv)
{
    int i = 0;

    while (millivolts_of(b->now->cell_v[i]) != mv) {
        i++;
    }
    return i;
}

static void note_cells(struct system_run *run)
{
    struct system_totals *totals = &run->totals;
    const int lowest_mv = millivolts_of(run->bank.now->cell_v_min);
    const int highest_mv = millivolts_of(run->bank.now->cell_v_max);

    if (lowest_mv < totals->cell_mv_min) {
        totals->cell_mv_min = lowest_mv;
        totals->cell_min = cell_at(&run->bank, lowest_mv);
        totals->cell_min_tick = run->tick;
    }
    if (highest_mv > totals->cell_mv_max) {
        totals->cell_mv_max = highest_mv;
        totals->cell_max = cell_at(&run->bank, highest_mv);
        totals->cell_max_tick = run->tick;
    }
}

static void note_currents(struct system_run *run)
{
    struct system_totals *totals = &run->totals;

    for (int i = 0; i < run->bank.strings; i++) {
        const double current_c = run->bank.now->string_a[i] / run->bank.capacity_ah;

        totals->charge_c_max = current_c > totals->charge_c_max ? current_c : totals->charge_c_max;
        totals->discharge_c_max = -current_c > totals->discharge_c_max ? -current_c : totals->discharge_c_max;
    }
}

void system_note_bank(struct system_run *run)
{
    struct system_totals *totals = &run->totals;
    const double soc_pct = bank_soc_pct(&run->bank);
    double temp_c_min = totals->temp_c_min;
    double temp_c_max = totals->temp_c_max;

    note_cells(run);
    note_currents(run);
    for (int i = 0; i < run->bank.cell_count; i++) {
        const double temp_c = run->bank.now->temp_c[i];

        temp_c_min = temp_c < temp_c_min ? temp_c : temp_c_min;
        temp_c_max = temp_c > temp_c_max ? temp_c : temp_c_max;
    }
    totals->temp_c_min = temp_c_min;
    totals->temp_c_max = temp_c_max;
    run->soc_pct = soc_pct;
    if (soc_pct < totals->soc_pct_min) {
        totals->soc_pct_min = soc_pct;
        totals->soc_min_tick = run->tick;
    }
    if (soc_pct > totals->soc_pct_max) {
        totals->soc_pct_max = soc_pct;
        totals->soc_max_tick = run->tick;
    }
}

/* LOAD-8: a remote that stays off for 1 s or more cuts nothing; that is known when it has been, or is on again. */
void system_note_cut(struct system_run *run, uint8_t cause)
{
    if (cause == SBMS_CAUSE_REMOTE_OFF) {
        run->off_since = run->tick;
    } else {
        run->totals.load_cuts[cause]++;
    }
}

void system_settle_cut(struct system_run *run)
{
    if (run->off_since < 0 || !run->standing.system_is_on) {
        return;
    }
    if (run->tick - run->off_since < (int64_t)SBMS_OFF_CLEAR_TICKS) {
        run->totals.load_cuts[SBMS_CAUSE_REMOTE_OFF]++;
    }
    run->off_since = -1;
}

static void add_loads(struct system_run *run, double seconds)
{
    for (int i = 0; i < run->network.load_count; i++) {
        run->place_j[i] += 0.5 * seconds *
                           (run->flow->load_v[i] * run->flow->load_a[i] +
                            run->flow_end->load_v[i] * run->flow_end->load_a[i]);
    }
}

/* String `s` carries `now_a` before and `next_a` after a step of `ticks`, one of them above what is recommended; the larger. */
static double note_above(struct system_strain *strain, int s, double now_a, double next_a, int64_t tick,
                         int64_t ticks)
{
    const double larger_a = now_a > next_a ? now_a : next_a;

    if (larger_a > strain->string_a_max) {
        strain->string_a_max = larger_a;
        strain->string = s;
        strain->tick = tick + (larger_a > now_a ? ticks : 0);
    }
    return larger_a;
}

static void add_strain(struct system_strain *strain, double largest_a, double recommended_a, double max_a,
                       int64_t ticks)
{
    strain->recommended_ticks += largest_a > recommended_a ? ticks : 0;
    strain->max_ticks += largest_a > max_a ? ticks : 0;
}

/* What the strings carry at the ends of the step that was tried; between them it is a straight line. */
static void note_strain(struct system_run *run, int64_t ticks)
{
    const struct battery_limits *limits = &run->limits;
    double in_a = 0.0;
    double out_a = 0.0;

    for (int s = 0; s < run->bank.strings; s++) {
        const double now_a = run->bank.now->string_a[s];
        const double next_a = run->bank.next->string_a[s];

        if (now_a > limits->charge_a_recommended || next_a > limits->charge_a_recommended) {
            const double here_a = note_above(&run->totals.charge, s, now_a, next_a, run->tick, ticks);

            in_a = here_a > in_a ? here_a : in_a;
        }
        if (-now_a > limits->discharge_a_recommended || -next_a > limits->discharge_a_recommended) {
            const double here_a = note_above(&run->totals.discharge, s, -now_a, -next_a, run->tick, ticks);

            out_a = here_a > out_a ? here_a : out_a;
        }
    }
    if (in_a > 0.0 || out_a > 0.0) {
        add_strain(&run->totals.charge, in_a, limits->charge_a_recommended, limits->charge_a_max, ticks);
        add_strain(&run->totals.discharge, out_a, limits->discharge_a_recommended, limits->discharge_a_max,
                   ticks);
    }
}

void system_add_step(struct system_run *run, const struct bus_state *after, int64_t ticks)
{
    struct system_totals *totals = &run->totals;
    const double seconds = (double)ticks / SBMS_TICKS_PER_S;
    const struct bus_state *before = &run->bus;
    const double bank_a = 0.5 * (before->bank_a + after->bank_a);
    const bool is_dark = run->switch_on && !run->outputs.load;

    totals->in_j += 0.5 * seconds * (before->source_w + after->source_w);
    totals->out_j += 0.5 * seconds * (before->load_w + after->load_w);
    totals->cable_j += 0.5 * seconds * (before->cable_w + after->cable_w);
    totals->converter_j += 0.5 * seconds * (before->converter_w + after->converter_w);
    totals->lead_acid_j += 0.5 * seconds * (before->store_w + after->store_w);
    add_loads(run, seconds);
    system_equipment_add_step(run, seconds);
    if (bank_a > 0.0) {
        totals->charge_in_as += bank_a * seconds;
    } else {
        totals->charge_out_as -= bank_a * seconds;
    }
    totals->load_ticks += run->outputs.load ? ticks : 0;
    totals->prealarm_ticks += run->outputs.prealarm ? ticks : 0;
    totals->charger_ticks += run->outputs.charger ? ticks : 0;
    totals->on_ticks += run->switch_on ? ticks : 0;
    totals->dark_ticks += is_dark ? ticks : 0;
    totals->dark_waiting_ticks += is_dark && run->standing.load_waits ? ticks : 0;
    note_strain(run, ticks);
    totals->ticks += ticks;
    totals->steps++;
}

void system_note_outputs(struct system_run *run)
{
    const double load_a = system_load_output_a(run);
    const double prealarm_a = system_prealarm_output_a(run);

    if (load_a > run->totals.load_output_a_max) {
        run->totals.load_output_a_max = load_a;
    }
    if (prealarm_a > run->totals.prealarm_output_a_max) {
        run->totals.prealarm_output_a_max = prealarm_a;
    }
}
