/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cell/fit_check.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#define ROW_PCT_MAX 2.0  /* of the capacity in one row: more, and nobody knows when it went */
#define SPREAD_V_MIN 0.1 /* between full and empty there is far more */
#define MEAN_V_MIN 2.8   /* of a LiFePO4 cell over a log that is deep enough */
#define MEAN_V_MAX 3.6
#define STEP_C_RATE 0.1 /* a step of the current that shows in the voltage */
#define STEPS_MIN 20
#define HELD_S 60.0
#define RATES 2000 /* of a hundredth of C */

static bool refuse(struct fit_refusal *refusal, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Always false. */
static bool refuse(struct fit_refusal *refusal, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(refusal->message, sizeof refusal->message, format, arguments);
    va_end(arguments);
    return false;
}

/* ---- one log ------------------------------------------------------------------------------------ */

static bool check_rows(const struct fit_log *log, const double *soc_pct, struct fit_refusal *refusal)
{
    for (size_t i = 0; i + 1 < log->log.count; i++) {
        const struct measured_row *row = &log->log.rows[i];
        if (fabs(soc_pct[i + 1] - soc_pct[i]) > ROW_PCT_MAX) {
            return refuse(refusal,
                          "%s: from t_s %.10g to %.10g, one row, %.3g A move %.1f %% of --capacity-ah %g, at "
                          "most %g %% "
                          "may go in a row",
                          log->name, row->t_s, row[1].t_s, row->current_a, fabs(soc_pct[i + 1] - soc_pct[i]),
                          log->start.capacity_ah, ROW_PCT_MAX);
        }
    }
    return true;
}

static bool check_voltages(const struct fit_log *log, struct fit_refusal *refusal)
{
    const struct measured_row *rows = log->log.rows;
    double min_v = rows[0].voltage_v;
    double max_v = min_v;
    double sum_v = 0.0;
    for (size_t i = 0; i < log->log.count; i++) {
        min_v = fmin(min_v, rows[i].voltage_v);
        max_v = fmax(max_v, rows[i].voltage_v);
        sum_v += rows[i].voltage_v;
    }
    const double mean_v = sum_v / (double)log->log.count;
    if (mean_v < MEAN_V_MIN || mean_v > MEAN_V_MAX) {
        return refuse(
            refusal,
            "%s: the cell is at %.3g V on average, a LiFePO4 cell is at %g to %g V; v must be in volts, and "
            "--cells the cells in series",
            log->name, mean_v, MEAN_V_MIN, MEAN_V_MAX);
    }
    if (max_v - min_v < SPREAD_V_MIN) {
        return refuse(refusal,
                      "%s: the voltage stays within %.0f mV, between full and empty it must move more",
                      log->name, 1000.0 * (max_v - min_v));
    }
    return true;
}

/* Whether the voltage falls where the current rises: by steps of the current, or where there are none over the charge. */
static bool is_turned(const struct fit_log *log, const double *soc_pct)
{
    const struct measured_row *rows = log->log.rows;
    const double least_a = STEP_C_RATE * log->start.capacity_ah;
    double by_steps = 0.0;
    double by_charge = 0.0;
    size_t steps = 0;
    for (size_t i = 1; i < log->log.count; i++) {
        const double change_a = rows[i].current_a - rows[i - 1].current_a;
        const double change_v = rows[i].voltage_v - rows[i - 1].voltage_v;
        if (fabs(change_a) > least_a) {
            by_steps += change_v * change_a;
            steps++;
        }
        by_charge += change_v * (soc_pct[i] - soc_pct[i - 1]);
    }
    return steps >= STEPS_MIN ? by_steps < 0.0 : by_charge < 0.0;
}

static bool check_range(const struct fit_log *log, const double *soc_pct, struct fit_refusal *refusal)
{
    for (size_t i = 0; i < log->log.count; i++) {
        if (soc_pct[i] < -FIT_MISMATCH_PCT_MAX || soc_pct[i] > 100.0 + FIT_MISMATCH_PCT_MAX) {
            return refuse(
                refusal,
                "%s: charge balance: at t_s %.10g the charge counted is at %.2f %%, from %.1f %% at the "
                "first "
                "row; it must stay within 0 to 100 %%, or --capacity-ah %g or the currents are wrong",
                log->name, log->log.rows[i].t_s, soc_pct[i], soc_pct[0], log->start.capacity_ah);
        }
    }
    return true;
}

/* A point that is known beside the start. */
static bool check_point(const struct fit_log *log, const char *where, double counted_pct, double known_pct,
                        struct fit_refusal *refusal)
{
    const double apart_pct = counted_pct - known_pct;
    return fabs(apart_pct) <= FIT_MISMATCH_PCT_MAX ||
           refuse(refusal,
                  "%s: charge balance: %s the charge counted is at %.2f %%, it is said to be at %g %%; they "
                  "may be %g %% "
                  "of the capacity apart, not %.2f %%",
                  log->name, where, counted_pct, known_pct, FIT_MISMATCH_PCT_MAX, fabs(apart_pct));
}

bool fit_check_log(const struct fit_log *log, const double *soc_pct, struct fit_refusal *refusal)
{
    const size_t last = log->log.count - 1;
    if (!check_voltages(log, refusal)) {
        return false;
    }
    if (is_turned(log, soc_pct)) {
        return refuse(refusal, "%s: the voltage falls where the current rises; charging must be positive",
                      log->name);
    }
    return check_rows(log, soc_pct, refusal) && check_range(log, soc_pct, refusal) &&
           (!log->has_end || check_point(log, "at the last row", soc_pct[last], log->end_soc_pct, refusal)) &&
           (!log->has_full ||
            check_point(log, "where it was full", fit_log_soc_pct_at(log, log->full_at_s), 100.0, refusal));
}

bool fit_check_board(const struct fit_log *log, const double *soc_pct, double board_mohm_ah,
                     struct fit_refusal *refusal)
{
    return !is_turned(log, soc_pct) ||
           refuse(refusal,
                  "%s: its resistance is less than that of the board, --board-mohm-ah %g; it must be more",
                  log->name, board_mohm_ah);
}

bool fit_check_mismatch(const struct fit_log *log, double mismatch_pct, bool both_ways,
                        struct fit_refusal *refusal)
{
    return fabs(mismatch_pct) <= FIT_MISMATCH_PCT_MAX ||
           refuse(refusal,
                  "%s: charge balance: the voltages fit %s if what is counted%s is %.1f %% %s; as a fit "
                  "finds it, it may "
                  "be %g %% amiss, and if it is right, --end-soc-pct or --full-at-s must say so",
                  log->name, both_ways ? "together" : "those of the other log",
                  both_ways ? " while it charges" : "", fabs(mismatch_pct),
                  mismatch_pct > 0.0 ? "more" : "less", FIT_MISMATCH_PCT_MAX);
}

/* ---- what the logs cover ------------------------------------------------------------------------ */

struct fit_coverage fit_coverage_none(void)
{
    return (struct fit_coverage){
        .soc_pct_min = INFINITY, .soc_pct_max = -INFINITY, .temp_c_min = INFINITY, .temp_c_max = -INFINITY};
}

/* The largest current in the direction of `sign` that was exceeded for HELD_S in all, in C. */
static double largest_held_c(const struct fit_log *log, double sign)
{
    double seconds[RATES] = {0.0};
    double sum_s = 0.0;
    for (size_t i = 0; i + 1 < log->log.count; i++) {
        const double rate = 100.0 * sign * log->log.rows[i].current_a / log->start.capacity_ah;
        if (rate >= 0.0) {
            seconds[rate < RATES - 1 ? (int)rate : RATES - 1] +=
                log->log.rows[i + 1].t_s - log->log.rows[i].t_s;
        }
    }
    for (int rate = RATES - 1; rate > 0; rate--) {
        sum_s += seconds[rate];
        if (sum_s >= HELD_S) {
            return 0.01 * rate;
        }
    }
    return 0.0;
}

void fit_coverage_add(struct fit_coverage *coverage, const struct fit_log *log, const double *soc_pct)
{
    double highest = soc_pct[0];
    double lowest = soc_pct[0];
    for (size_t i = 0; i < log->log.count; i++) {
        const double temp_c = log->log.has_temp ? log->log.rows[i].temp_c : log->start.temp_c;
        highest = fmax(highest, soc_pct[i]);
        lowest = fmin(lowest, soc_pct[i]);
        coverage->fallen_pct = fmax(coverage->fallen_pct, highest - soc_pct[i]);
        coverage->risen_pct = fmax(coverage->risen_pct, soc_pct[i] - lowest);
        coverage->temp_c_min = fmin(coverage->temp_c_min, temp_c);
        coverage->temp_c_max = fmax(coverage->temp_c_max, temp_c);
    }
    coverage->soc_pct_min = fmin(coverage->soc_pct_min, lowest);
    coverage->soc_pct_max = fmax(coverage->soc_pct_max, highest);
    coverage->charge_c_max = fmax(coverage->charge_c_max, largest_held_c(log, 1.0));
    coverage->discharge_c_max = fmax(coverage->discharge_c_max, largest_held_c(log, -1.0));
}

bool fit_check_coverage(const struct fit_coverage *coverage, struct fit_refusal *refusal)
{
    const bool falls = coverage->fallen_pct >= FIT_DEPTH_PCT_MIN;
    const bool rises = coverage->risen_pct >= FIT_DEPTH_PCT_MIN;
    if (falls && rises) {
        return true;
    }
    if (!falls && !rises) {
        return refuse(
            refusal,
            "too little depth: the logs discharge by %.1f %% and charge by %.1f %% of the capacity at most, "
            "each must go over %g %% in one go",
            coverage->fallen_pct, coverage->risen_pct, FIT_DEPTH_PCT_MIN);
    }
    return refuse(
        refusal,
        "a %s is missing: the logs %s by %.1f %% of the capacity at most, one must go over %g %% in one "
        "go, for the curve and the hysteresis differ between the directions",
        falls ? "charge" : "discharge", falls ? "charge" : "discharge",
        falls ? coverage->risen_pct : coverage->fallen_pct, FIT_DEPTH_PCT_MIN);
}
