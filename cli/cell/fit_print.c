/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cell/fit_print.h"

/* ---- errors ------------------------------------------------------------------------------------- */

static void print_errors_head(FILE *stream)
{
    fputs("\nErrors in mV rms, over the rows measured at 2.50 V or more\n", stream);
    fprintf(stream, "%-40s", "");
    for (int region = 0; region < REGION_COUNT; region++) {
        fprintf(stream, "%9s", prediction_region_name((enum prediction_region)region));
    }
    fprintf(stream, "%9s\n", "rows");
}

static void print_errors(const char *name, const struct prediction_errors *errors, FILE *stream)
{
    fprintf(stream, "%-40s", name);
    for (int region = 0; region < REGION_COUNT; region++) {
        if (errors->rows[region] == 0) {
            fprintf(stream, "%9s", "-");
        } else {
            fprintf(stream, "%9.1f", errors->rms_mv[region]);
        }
    }
    fprintf(stream, "%9zu\n", errors->rows[REGION_ALL]);
}

static void print_all_errors(const struct fit_result *result, const struct fit_scores *scores, FILE *stream)
{
    print_errors_head(stream);
    print_errors("fitted to all rows, on all rows", &scores->parts[FIT_PART_ALL], stream);
    for (size_t i = 0; i < result->log_count && result->log_count > 1; i++) {
        char name[48];
        snprintf(name, sizeof name, "  log %zu", i + 1);
        print_errors(name, &scores->logs[i], stream);
    }
    fputs("fitted to the first two thirds, on the last\n", stream);
    print_errors("  where the first have been", &scores->parts[FIT_PART_SEEN], stream);
    print_errors("  elsewhere", &scores->parts[FIT_PART_NEW], stream);
}

/* ---- times -------------------------------------------------------------------------------------- */

static void print_time(const struct fit_log *log, size_t number, double threshold_v, const double *fitted_v,
                       const double *early_v, FILE *stream)
{
    const double run_s = log->log.rows[log->log.count - 1].t_s - log->log.rows[0].t_s;
    const double measured_s = prediction_time_below_s(&log->log, NULL, threshold_v);
    const double *const voltages_v[] = {fitted_v, early_v};
    if (measured_s < 0.0 || log->log.rows[0].voltage_v < threshold_v) { /* never, or from the start */
        return;
    }
    fprintf(stream, "  log %zu, %.2f V: measured at %.0f s", number, threshold_v, measured_s);
    for (int i = 0; i < 2; i++) {
        const double seconds = prediction_time_below_s(&log->log, voltages_v[i], threshold_v);
        const char *name = i == 0 ? "fitted" : "from the first two thirds";
        if (seconds < 0.0) {
            fprintf(stream, ", %s never", name);
        } else {
            fprintf(stream, ", %s %+.0f s (%+.2f %%)", name, seconds - measured_s,
                    100.0 * (seconds - measured_s) / run_s);
        }
    }
    fputc('\n', stream);
}

static void print_times(const struct fit_result *result, FILE *stream)
{
    static const double thresholds_v[] = {3.10, 2.80};
    fputs("\nBelow a threshold for a minute for the first time, and the error in % of the run\n", stream);
    for (size_t i = 0; i < result->log_count; i++) {
        for (int t = 0; t < 2; t++) {
            print_time(&result->logs[i], i + 1, thresholds_v[t], result->fitted_v[i], result->early_v[i],
                       stream);
        }
    }
}

/* ---- numbers ------------------------------------------------------------------------------------ */

static void print_numbers(const struct fit_result *result, FILE *stream)
{
    fputs("\nNumbers at 25 degC\n", stream);
    if (!result->parameters.temps) {
        fprintf(stream,
                "(* not fitted, for the temperatures are less than %g degC apart: of the cell %s, or of a123 "
                "where it has none)\n",
                FIT_TEMP_RANGE_C, result->start->name);
    }
    for (int i = 0; i < fit_number_count(); i++) {
        double value = 0.0;
        const char *unit = "";
        const char *name = fit_number_name(i, &result->model, &value, &unit);
        fprintf(stream, "  %-30s%10.*g %s%s\n", name, fit_number_digits(value), value, unit,
                fit_number_is_fitted(&result->parameters, i) ? "" : " *");
    }
}

static void print_bounds(const struct fit_result *result, FILE *stream)
{
    size_t count = 0;
    fputs("\nOn a bound: ", stream);
    for (int i = 0; i < result->parameters.count; i++) {
        const int side = fit_parameters_on_bound(&result->parameters.list[i], result->coordinates[i]);
        if (side != 0) {
            fprintf(stream, "%s%s (%s)", count++ > 0 ? "; " : "",
                    fit_parameters_text(&result->parameters, i, &result->model).text,
                    side > 0 ? "highest" : "lowest");
        }
    }
    fputs(count > 0 ? "\n" : "none\n", stream);
}

static void print_belief(const struct fit_result *result, const struct fit_scores *scores, FILE *stream)
{
    const struct fit_coverage *coverage = &result->coverage;
    if (!fit_is_validated(scores)) {
        fprintf(stream,
                "\nNot validated: it is %.1f mV rms from the rows that it was fitted to, more than %g mV\n",
                scores->parts[FIT_PART_ALL].rms_mv[REGION_ALL], FIT_VALIDATED_MV_MAX);
        return;
    }
    fputs("\nTo be believed as far as the logs go\n", stream);
    fprintf(stream, "  temperature      %.4g to %.4g degC%s\n", coverage->temp_c_min, coverage->temp_c_max,
            result->parameters.temps ? "" : "; beyond, nothing of it is measured");
    fprintf(stream,
            "  current          charge up to %.2f C, discharge up to %.2f C, held for a minute in all\n",
            coverage->charge_c_max, coverage->discharge_c_max);
    fprintf(stream, "  state of charge  %.1f to %.1f %%; beyond, the curve is that of the cell %s\n",
            coverage->soc_pct_min, coverage->soc_pct_max, result->start->name);
}

/* ---- all ---------------------------------------------------------------------------------------- */

static void print_logs(const struct fit_result *result, FILE *stream)
{
    for (size_t i = 0; i < result->log_count; i++) {
        const struct fit_log *log = &result->logs[i];
        fprintf(stream, "log %zu: %s, %zu rows, %g Ah, from %.1f to %.1f %%", i + 1, log->name,
                log->log.count, log->start.capacity_ah, log->start.soc_pct,
                fit_log_soc_pct_at(log, log->log.rows[log->log.count - 1].t_s));
        if (result->is_balanced[i]) {
            fprintf(stream, "; charge balance: %+.2f %%", result->mismatch_pct[i]);
        }
        fputc('\n', stream);
    }
}

void fit_print(const struct fit_result *result, const struct fit_scores *scores, FILE *stream)
{
    print_logs(result, stream);
    print_all_errors(result, scores, stream);
    print_times(result, stream);
    print_numbers(result, stream);
    print_bounds(result, stream);
    print_belief(result, scores, stream);
}
