/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cell/prediction.h"

#include <math.h>

#define PLATEAU_V_MIN 3.1
#define PLATEAU_V_MAX 3.4
#define REST_C_RATE 0.02
#define AVERAGED_S 60.0
#define REST_S_MIN 300.0

const char *prediction_region_name(enum prediction_region region)
{
    static const char *const names[REGION_COUNT] = {"all", "plateau", "knee", "top", "rest"};
    return names[region];
}

bool prediction_run(const struct measured_log *log, const struct cell_model *model,
                    const struct cell_start *start, double *predicted_v)
{
    struct cell_run run;
    struct cell_start at = *start;
    if (log->has_temp) {
        at.temp_c = log->rows[0].temp_c;
    }
    if (!cell_run_init(&run, model, &at)) {
        return false;
    }
    for (size_t i = 0; i < log->count; i++) {
        const struct measured_row *row = &log->rows[i];
        predicted_v[i] = cell_run_voltage_v(&run, row->current_a);
        if (i + 1 < log->count) {
            cell_run_go(&run, row[1].t_s - row->t_s, row->current_a,
                        log->has_temp ? row[1].temp_c : start->temp_c);
        }
    }
    cell_run_free(&run);
    return true;
}

static enum prediction_region region_of(double voltage_v)
{
    if (voltage_v < PLATEAU_V_MIN) {
        return REGION_KNEE;
    }
    return voltage_v > PLATEAU_V_MAX ? REGION_TOP : REGION_PLATEAU;
}

static bool is_rest(const struct measured_row *row, double capacity_ah)
{
    return fabs(row->current_a) < REST_C_RATE * capacity_ah;
}

static void add(struct prediction_errors *errors, enum prediction_region region, double error_mv)
{
    errors->rows[region]++;
    errors->rms_mv[region] += error_mv * error_mv;
}

struct prediction_errors prediction_errors(const struct measured_log *log, const double *predicted_v,
                                           double capacity_ah)
{
    struct prediction_errors errors = {.max_mv = 0.0};
    for (size_t i = 0; i < log->count; i++) {
        const struct measured_row *row = &log->rows[i];
        const double error_mv = 1000.0 * (predicted_v[i] - row->voltage_v);
        if (row->voltage_v < PREDICTION_SCORED_V_MIN) {
            continue;
        }
        add(&errors, REGION_ALL, error_mv);
        add(&errors, region_of(row->voltage_v), error_mv);
        if (is_rest(row, capacity_ah)) {
            add(&errors, REGION_REST, error_mv);
        }
        errors.max_mv = fmax(errors.max_mv, fabs(error_mv));
    }
    for (int region = 0; region < REGION_COUNT; region++) {
        if (errors.rows[region] > 0) {
            errors.rms_mv[region] = sqrt(errors.rms_mv[region] / (double)errors.rows[region]);
        }
    }
    return errors;
}

double prediction_time_below_s(const struct measured_log *log, const double *predicted_v, double threshold_v)
{
    double sum_vs = 0.0;
    double sum_s = 0.0;
    size_t first = 0;
    for (size_t i = 0; i + 1 < log->count; i++) {
        const struct measured_row *row = &log->rows[i];
        const double seconds = row[1].t_s - row->t_s;
        sum_vs += (predicted_v != NULL ? predicted_v[i] : row->voltage_v) * seconds;
        sum_s += seconds;
        while (first < i && sum_s - (log->rows[first + 1].t_s - log->rows[first].t_s) >= AVERAGED_S) {
            const double gone_s = log->rows[first + 1].t_s - log->rows[first].t_s;
            sum_vs -= (predicted_v != NULL ? predicted_v[first] : log->rows[first].voltage_v) * gone_s;
            sum_s -= gone_s;
            first++;
        }
        if (sum_s >= AVERAGED_S && sum_vs < threshold_v * sum_s) {
            return row[1].t_s;
        }
    }
    return -1.0;
}

/* The row behind the burst that begins at `first`: the first one behind a long rest, or the end. */
static size_t end_of_burst(const struct measured_log *log, size_t first, double capacity_ah)
{
    size_t last_moved = first; /* where the rest began that lasts */
    for (size_t i = first; i < log->count; i++) {
        if (!is_rest(&log->rows[i], capacity_ah)) {
            if (log->rows[i].t_s - log->rows[last_moved].t_s >= REST_S_MIN) {
                return i;
            }
            last_moved = i + 1 < log->count ? i + 1 : i;
        }
    }
    return log->count;
}

struct prediction_bursts prediction_bursts(const struct measured_log *log, const double *predicted_v,
                                           double capacity_ah, double threshold_v)
{
    struct prediction_bursts bursts = {.measured = 0};
    for (size_t first = 0, end = 0; first < log->count; first = end) {
        end = end_of_burst(log, first, capacity_ah);
        const struct measured_log burst = {.rows = log->rows + first, .count = end - first};
        const double measured_s = prediction_time_below_s(&burst, NULL, threshold_v);
        const double predicted_s = prediction_time_below_s(&burst, predicted_v + first, threshold_v);
        bursts.measured += measured_s >= 0.0;
        bursts.predicted += predicted_s >= 0.0;
        if (measured_s >= 0.0 && predicted_s >= 0.0) {
            bursts.both++;
            bursts.apart_s_max = fmax(bursts.apart_s_max, fabs(predicted_s - measured_s));
        }
    }
    return bursts;
}
