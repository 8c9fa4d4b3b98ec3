/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cell/fit_rows.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "cli/cell/prediction.h"
#include "twin/cell_run.h"
#include "twin/real.h"

#define HIGH_V 3.75
#define LOW_WEIGHT \
    0.15 /* of rows above it, and below PREDICTION_SCORED_V_MIN: a battery has been cut long before */

/* ---- which rows --------------------------------------------------------------------------------- */

/* One row of each `stride`, by chance, so that no pulse is always missed. */
static size_t choose_rows(struct fit_rows *rows, size_t log, size_t stride)
{
    const struct fit_log *from = &rows->logs[log];
    const size_t first = rows->count;
    double sum = 0.0;
    for (size_t block = 0; block * stride < rows->last_row[log]; block++) {
        const size_t length =
            rows->last_row[log] - block * stride < stride ? rows->last_row[log] - block * stride : stride;
        const size_t row = block * stride + (size_t)(real_random(0, log, block, 0) * (double)length);
        const double measured_v = from->log.rows[row].voltage_v;
        const bool is_beyond = measured_v < PREDICTION_SCORED_V_MIN || measured_v > HIGH_V;
        const double weight = is_beyond ? LOW_WEIGHT : 1.0;
        rows->rows[rows->count++] = (struct fit_row){row, weight, measured_v};
        sum += weight * weight;
    }
    for (size_t i = first; i < rows->count; i++) {
        rows->rows[i].weight *= 1000.0 / sqrt(sum); /* residuals are in mV */
    }
    return first;
}

bool fit_rows_init(struct fit_rows *rows, const struct fit_log *logs, size_t log_count, double share)
{
    size_t all = 0;
    assert(share > 0.0 && share <= 1.0);
    assert(log_count > 0 && log_count <= FIT_LOGS_MAX);
    *rows = (struct fit_rows){.logs = logs, .log_count = log_count};
    for (size_t i = 0; i < log_count; i++) {
        rows->last_row[i] = (size_t)ceil(share * (double)logs[i].log.count);
        all += rows->last_row[i];
    }
    rows->rows = malloc((all < FIT_ROWS_MAX ? all : FIT_ROWS_MAX + log_count) * sizeof *rows->rows);
    if (rows->rows == NULL) {
        return false;
    }
    for (size_t i = 0; i < log_count; i++) {
        rows->first[i] = choose_rows(rows, i, (all + FIT_ROWS_MAX - 1) / FIT_ROWS_MAX);
    }
    rows->first[log_count] = rows->count;
    return true;
}

void fit_rows_free(struct fit_rows *rows)
{
    free(rows->rows);
    *rows = (struct fit_rows){.count = 0};
}

/* ---- a cell through them ------------------------------------------------------------------------ */

static struct fit_state look(const struct cell_run *run, double current_a)
{
    const struct bank_state *now = run->bank.now;
    const double voltage_v = cell_run_voltage_v(run, current_a);
    return (struct fit_state){
        .surface_z = now->z[0] + now->w[0][0] + now->w[1][0],
        .z = now->z[0],
        .h = now->h[0],
        .other_v = voltage_v - now->ocv_v[0] - now->hysteresis_v[0] * now->h[0],
        .voltage_v = voltage_v,
    };
}

static bool run_log(const struct fit_rows *rows, size_t log, const struct cell_model *model,
                    const struct fit_share *share, struct fit_state *states)
{
    const struct fit_log *from = &rows->logs[log];
    struct cell_start start = from->start;
    struct cell_run run;
    struct fit_way way = {.extreme_pct = start.soc_pct};
    double soc_pct = start.soc_pct;
    size_t next = rows->first[log];
    start.soc_pct = fmin(fmax(start.soc_pct, 0.0), 100.0);
    if (!cell_run_init(&run, model, &start)) {
        return false;
    }
    for (size_t i = 0; next < rows->first[log + 1]; i++) {
        const struct measured_row *row = &from->log.rows[i];
        const double current_a = row->current_a * (way.rises ? share->risen : share->fallen);
        if (rows->rows[next].row == i) {
            states[next++] = look(&run, current_a);
        }
        if (i + 1 < from->log.count) {
            soc_pct += fit_log_added_pct(from, i, row[1].t_s - row->t_s);
            fit_way_follow(&way, soc_pct);
            cell_run_go(&run, row[1].t_s - row->t_s, current_a,
                        from->log.has_temp ? row[1].temp_c : start.temp_c);
        }
    }
    cell_run_free(&run);
    return true;
}

bool fit_rows_run(const struct fit_rows *rows, const struct fit_parameters *parameters,
                  const double *coordinates, struct fit_state *states)
{
    struct cell_model model;
    fit_parameters_model(parameters, coordinates, &model);
    for (size_t log = 0; log < rows->log_count; log++) {
        const struct fit_share share = fit_parameters_share(parameters, coordinates, (int)log);
        if (!run_log(rows, log, &model, &share, states)) {
            return false;
        }
    }
    return true;
}

double fit_rows_voltage_v(const struct fit_state *state, const struct cell_curves *curves)
{
    const double per_z = CELL_CHARGE_NODES / (CELL_Z_MAX - CELL_Z_MIN);
    const double place = (state->surface_z - CELL_Z_MIN) * per_z;
    const double inner = fmin(fmax((state->z - CELL_Z_MIN) * per_z, 0.0), CELL_CHARGE_NODES);
    const int node = (int)fmin(fmax(place, 0.0), CELL_CHARGE_NODES - 1);
    const int inner_node = (int)fmin(inner, CELL_CHARGE_NODES - 1);
    const struct cell_charge_node *at = &curves->charge[node];
    const struct cell_charge_node *in = &curves->charge[inner_node];
    const double ocv_v = at->ocv_v + (at[1].ocv_v - at->ocv_v) * (place - node);
    const double hysteresis_v =
        in->hysteresis_v + (in[1].hysteresis_v - in->hysteresis_v) * (inner - inner_node);
    return state->other_v + ocv_v + hysteresis_v * state->h;
}
