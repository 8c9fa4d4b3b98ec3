/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cell/fit_page.h"

#include "result/assets.h"
#include "result/json_string.h"
#include "result/page.h"

struct page {
    const struct fit_result *result;
    const struct fit_scores *scores;
};

/* ---- the logs ----------------------------------------------------------------------------------- */

/* The rows that the page has of a log: called with `*row` 0 first, gives the next one, false at the end. */
struct thinning {
    const struct fit_log *log;
    size_t bucket;
    size_t waiting; /* the second row of a bucket, 0: none (it is never the log's first) */
};

static size_t start_of(const struct thinning *thinning, size_t bucket)
{
    const size_t count = thinning->log->log.count;
    return count > 2 * FIT_PAGE_BUCKETS ? bucket * count / FIT_PAGE_BUCKETS : bucket;
}

static bool next_row(struct thinning *thinning, size_t *row)
{
    const struct measured_row *rows = thinning->log->log.rows;
    const size_t first = start_of(thinning, thinning->bucket);
    const size_t end = start_of(thinning, thinning->bucket + 1);
    size_t lowest = first;
    size_t highest = first;
    if (thinning->waiting > 0) {
        *row = thinning->waiting;
        thinning->waiting = 0;
        return true;
    }
    if (first >= thinning->log->log.count) {
        return false;
    }
    for (size_t i = first + 1; i < end && i < thinning->log->log.count; i++) {
        lowest = rows[i].voltage_v < rows[lowest].voltage_v ? i : lowest;
        highest = rows[i].voltage_v > rows[highest].voltage_v ? i : highest;
    }
    thinning->bucket++;
    *row = lowest < highest ? lowest : highest;
    thinning->waiting = lowest == highest ? 0 : (lowest < highest ? highest : lowest);
    return true;
}

static void write_times(const struct fit_log *log, FILE *stream)
{
    struct thinning thinning = {.log = log};
    const char *comma = "";
    fputs("\"t\":[", stream);
    for (size_t row = 0; next_row(&thinning, &row); comma = ",") {
        fprintf(stream, "%s%.10g", comma, log->log.rows[row].t_s);
    }
    fputs("],\n", stream);
}

static void write_measured(const struct fit_log *log, FILE *stream)
{
    struct thinning thinning = {.log = log};
    const char *comma = "";
    fputs("\"v\":[", stream);
    for (size_t row = 0; next_row(&thinning, &row); comma = ",") {
        fprintf(stream, "%s%.4f", comma, log->log.rows[row].voltage_v);
    }
    fputs("],\n", stream);
}

/* Rows before `first` are null. */
static void write_fitted(const struct fit_log *log, const char *key, const double *voltages_v, size_t first,
                         FILE *stream)
{
    struct thinning thinning = {.log = log};
    const char *comma = "";
    fprintf(stream, "\"%s\":[", key);
    for (size_t row = 0; next_row(&thinning, &row); comma = ",") {
        if (row < first) {
            fprintf(stream, "%snull", comma);
        } else {
            fprintf(stream, "%s%.4f", comma, voltages_v[row]);
        }
    }
    fputs("],\n", stream);
}

static void write_log(const struct page *page, size_t index, FILE *stream)
{
    const struct fit_log *log = &page->result->logs[index];
    const size_t early_rows = page->result->early_rows[index];
    fputs("{\"name\":", stream);
    write_json_string(stream, log->name);
    fprintf(stream, ",\"rows\":%zu,\"capacity_ah\":%.10g,\"temp_c\":%.4g,\"early_s\":%.10g,\n",
            log->log.count, log->start.capacity_ah, log->start.temp_c,
            log->log.rows[early_rows < log->log.count ? early_rows : log->log.count - 1].t_s);
    write_times(log, stream);
    write_measured(log, stream);
    write_fitted(log, "fitted", page->result->fitted_v[index], 0, stream);
    write_fitted(log, "held_out", page->result->early_v[index], early_rows, stream);
    fprintf(stream, "\"soc_pct\":%.4g}", log->start.soc_pct);
}

/* ---- errors, curves and numbers ----------------------------------------------------------------- */

static void write_errors(const char *name, const struct prediction_errors *errors, const char *after,
                         FILE *stream)
{
    fputs("{\"name\":", stream);
    write_json_string(stream, name);
    fputs(",\"rms_mv\":[", stream);
    for (int region = 0; region < REGION_COUNT; region++) {
        fputs(region > 0 ? "," : "", stream);
        if (errors->rows[region] == 0) {
            fputs("null", stream);
        } else {
            fprintf(stream, "%.1f", errors->rms_mv[region]);
        }
    }
    fprintf(stream, "],\"rows\":%zu}%s\n", errors->rows[REGION_ALL], after);
}

static void write_all_errors(const struct page *page, FILE *stream)
{
    fputs("\"errors\":[", stream);
    write_errors("Fitted to all rows, on all rows", &page->scores->parts[FIT_PART_ALL], ",", stream);
    for (size_t i = 0; i < page->result->log_count && page->result->log_count > 1; i++) {
        write_errors(page->result->logs[i].name, &page->scores->logs[i], ",", stream);
    }
    write_errors("Held out: the last third, where the first two have been",
                 &page->scores->parts[FIT_PART_SEEN], ",", stream);
    write_errors("Held out: the last third, elsewhere", &page->scores->parts[FIT_PART_NEW], "],", stream);
}

static void write_points(const char *key, const struct cell_point *points, int count, FILE *stream)
{
    fprintf(stream, "\"%s\":[", key);
    for (int i = 0; i < count; i++) {
        fprintf(stream, "%s[%.5g,%.5f]", i > 0 ? "," : "", 100.0 * points[i].z, points[i].value);
    }
    fputs("],\n", stream);
}

static void write_numbers(const struct fit_result *result, FILE *stream)
{
    fputs("\"numbers\":[", stream);
    for (int i = 0; i < fit_number_count(); i++) {
        double value = 0.0;
        const char *unit = "";
        const char *name = fit_number_name(i, &result->model, &value, &unit);
        fprintf(stream, "%s{\"name\":\"%s\",\"value\":%.4g,\"unit\":\"%s\",\"fitted\":%s}", i > 0 ? "," : "",
                name, value, unit, fit_number_is_fitted(&result->parameters, i) ? "true" : "false");
    }
    fputs("],\n\"bounds\":[", stream);
    const char *comma = "";
    for (int i = 0; i < result->parameters.count; i++) {
        const int side = fit_parameters_on_bound(&result->parameters.list[i], result->coordinates[i]);
        if (side != 0) {
            fprintf(stream, "%s\"%s (%s)\"", comma,
                    fit_parameters_text(&result->parameters, i, &result->model).text,
                    side > 0 ? "highest" : "lowest");
            comma = ",";
        }
    }
    fputs("],\n", stream);
}

static void write_coverage(const struct fit_coverage *coverage, FILE *stream)
{
    fprintf(stream,
            "\"coverage\":{\"soc_pct\":[%.4g,%.4g],\"temp_c\":[%.4g,%.4g],\"charge_c\":%.3g,\"discharge_c\":%"
            ".3g},\n",
            coverage->soc_pct_min, coverage->soc_pct_max, coverage->temp_c_min, coverage->temp_c_max,
            coverage->charge_c_max, coverage->discharge_c_max);
}

static void write_data(const void *data, FILE *stream)
{
    const struct page *page = data;
    const struct fit_result *result = page->result;
    fputs("{\"name\":", stream);
    write_json_string(stream, result->model.name);
    fputs(",\"start\":", stream);
    write_json_string(stream, result->start->name);
    fprintf(stream, ",\"validated\":%s,\n", fit_is_validated(page->scores) ? "true" : "false");
    write_all_errors(page, stream);
    write_points("ocv", result->model.ocv_v, result->model.ocv_count, stream);
    write_points("hysteresis", result->model.hysteresis_v, result->model.hysteresis_count, stream);
    write_numbers(result, stream);
    write_coverage(&result->coverage, stream);
    fputs("\"logs\":[", stream);
    for (size_t i = 0; i < result->log_count; i++) {
        fputs(i > 0 ? ",\n" : "", stream);
        write_log(page, i, stream);
    }
    fputs("]}", stream);
}

void fit_page_write(const struct fit_result *result, const struct fit_scores *scores, FILE *stream)
{
    const struct page page = {result, scores};
    const struct page_parts parts = {.title = result->model.name, .write_data = write_data, .data = &page};
    page_write(asset_fit_html, &parts, stream);
}
