/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/predict.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cell/prediction.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/read_file.h"
#include "scenario/csv_field.h"
#include "scenario/file.h"
#include "scenario/suggest.h"

#define LOG_BYTES_MAX ((size_t)1 << 30)

/* The options as the user wrote them. */
struct given {
    const char *path;
    const char *cell;
    const char *capacity_ah;
    const char *start_soc_pct;
    const char *temp_c;
};

struct request {
    struct cell_model model;
    struct cell_start start;
    bool has_temp;
};

/* ---- what was asked for ------------------------------------------------------------------------- */

static bool read_option(const char *option, const char *text, double min, double max, double *number)
{
    if (text == NULL) {
        command_usage_error("predict", "%s is missing", option);
        return false;
    }
    const struct csv_piece whole = {text, strlen(text)};
    if (!csv_read_decimal(whole, number) || *number < min || *number > max) {
        command_usage_error("predict", "%s must be a number %g to %g, not %s", option, min, max, text);
        return false;
    }
    return true;
}

/* A name of those that come with the project; a name that has a '.' or a '/' is a file's. */
static bool read_named(const char *name, struct cell_model *model)
{
    const char *names[CELL_KIND_COUNT];
    const char *nearest = NULL;
    for (int i = 0; i < CELL_KIND_COUNT; i++) {
        if (strcmp(cell_models[i].name, name) == 0) {
            *model = cell_models[i];
            return true;
        }
        names[i] = cell_models[i].name;
    }
    nearest = suggest_word(name, names, CELL_KIND_COUNT);
    if (nearest != NULL) {
        command_usage_error("predict", "unknown cell %s, did you mean %s?", name, nearest);
    } else {
        command_usage_error("predict", "unknown cell %s, there are prismatic and a123; a file is FILE.yaml",
                            name);
    }
    return false;
}

static bool is_file(const char *cell)
{
    return strpbrk(cell, "./") != NULL;
}

static bool read_model(const char *cell, struct cell_model *model)
{
    char error[SCENARIO_FILE_ERROR_SIZE];
    if (cell == NULL) {
        command_usage_error("predict", "--cell is missing");
        return false;
    }
    if (!is_file(cell)) {
        return read_named(cell, model);
    }
    if (!scenario_file_load_cell(cell, model, error, sizeof error)) {
        fprintf(stderr, "%s\n", error);
        return false;
    }
    return true;
}

/* Whether standard output leads to none of the files that are read. */
static bool check_inputs(const struct given *given)
{
    const char *cell = given->cell != NULL && is_file(given->cell) ? given->cell : NULL;
    const struct output_input inputs[] = {{given->path, "log"}, {cell, "cell"}};
    return output_check("predict", NULL, 0, inputs, sizeof inputs / sizeof inputs[0]);
}

static bool read_request(const struct given *given, struct request *request)
{
    *request = (struct request){.has_temp = given->temp_c != NULL};
    if (!read_model(given->cell, &request->model) ||
        !read_option("--capacity-ah", given->capacity_ah, 0.1, 10000.0, &request->start.capacity_ah) ||
        !read_option("--start-soc-pct", given->start_soc_pct, 0.0, 100.0, &request->start.soc_pct) ||
        (request->has_temp &&
         !read_option("--temp-c", given->temp_c, -60.0, 120.0, &request->start.temp_c))) {
        return false;
    }
    /* A full cell was charged last, an empty one discharged; of another nobody knows. */
    request->start.hysteresis = request->start.soc_pct == 100.0 ? 1.0
                                : request->start.soc_pct == 0.0 ? -1.0
                                                                : 0.0;
    return true;
}

/* ---- what comes out ----------------------------------------------------------------------------- */

static void print_rows(const struct measured_log *log, const double *predicted_v)
{
    fputs("t_s,v,predicted_v\n", stdout);
    for (size_t i = 0; i < log->count; i++) {
        printf("%.10g,%.4f,%.4f\n", log->rows[i].t_s, log->rows[i].voltage_v, predicted_v[i]);
    }
}

static void print_time(const struct measured_log *log, const double *predicted_v, double threshold_v)
{
    const double run_s = log->rows[log->count - 1].t_s - log->rows[0].t_s;
    const double measured_s = prediction_time_below_s(log, NULL, threshold_v);
    const double predicted_s = prediction_time_below_s(log, predicted_v, threshold_v);
    if (measured_s < 0.0 && predicted_s < 0.0) {
        fprintf(stderr, "below %.2f V for a minute: never, neither measured nor predicted\n", threshold_v);
    } else if (measured_s < 0.0 || predicted_s < 0.0) {
        fprintf(stderr, "below %.2f V for a minute: %s at %.0f s, %s never\n", threshold_v,
                measured_s < 0.0 ? "predicted" : "measured", fmax(measured_s, predicted_s),
                measured_s < 0.0 ? "measured" : "predicted");
    } else {
        fprintf(stderr,
                "below %.2f V for a minute: measured at %.0f s, predicted at %.0f s, %+.2f %% of the run\n",
                threshold_v, measured_s, predicted_s, 100.0 * (predicted_s - measured_s) / run_s);
    }
}

static void print_bursts(const struct measured_log *log, const double *predicted_v, double capacity_ah,
                         double threshold_v)
{
    const struct prediction_bursts bursts = prediction_bursts(log, predicted_v, capacity_ah, threshold_v);
    if (bursts.measured > 0 || bursts.predicted > 0) {
        fprintf(stderr,
                "below %.2f V by burst: %zu measured, %zu predicted, in the same %zu at most %.0f s apart\n",
                threshold_v, bursts.measured, bursts.predicted, bursts.both, bursts.apart_s_max);
    }
}

/* Whether more charge goes out than in: when a cell gets low says something of a discharge alone. */
static bool is_discharge(const struct measured_log *log)
{
    double charge_as = 0.0;
    for (size_t i = 0; i + 1 < log->count; i++) {
        charge_as += log->rows[i].current_a * (log->rows[i + 1].t_s - log->rows[i].t_s);
    }
    return charge_as < 0.0;
}

static void print_thresholds(const struct measured_log *log, const double *predicted_v, double capacity_ah)
{
    static const double thresholds_v[] = {3.10, 2.80};
    for (size_t i = 0; i < sizeof thresholds_v / sizeof thresholds_v[0]; i++) {
        print_time(log, predicted_v, thresholds_v[i]);
        print_bursts(log, predicted_v, capacity_ah, thresholds_v[i]);
    }
}

static void print_errors(const struct measured_log *log, const double *predicted_v,
                         const struct request *request)
{
    const struct prediction_errors errors = prediction_errors(log, predicted_v, request->start.capacity_ah);
    fprintf(stderr, "cell %s%s: %s\n", request->model.name,
            request->model.is_validated ? "" : ", cell model not validated", request->model.evidence);
    if (errors.rows[REGION_ALL] == 0) {
        fprintf(stderr, "%zu rows, none at 2.50 V or more: there is nothing to judge by\n", log->count);
        return;
    }
    fprintf(stderr, "%zu rows, of which %zu at 2.50 V or more; worst %.0f mV there\n", log->count,
            errors.rows[REGION_ALL], errors.max_mv);
    for (int region = 0; region < REGION_COUNT; region++) {
        if (errors.rows[region] > 0) {
            fprintf(stderr, "%-8s%7.1f mV rms  %8zu rows\n",
                    prediction_region_name((enum prediction_region)region), errors.rms_mv[region],
                    errors.rows[region]);
        }
    }
    if (is_discharge(log)) {
        print_thresholds(log, predicted_v, request->start.capacity_ah);
    }
}

/* ---- the command -------------------------------------------------------------------------------- */

static int predict(const struct measured_log *log, const struct request *request)
{
    double *predicted_v = malloc(log->count * sizeof *predicted_v);
    if (predicted_v == NULL || !prediction_run(log, &request->model, &request->start, predicted_v)) {
        free(predicted_v);
        return command_error("no memory");
    }
    print_rows(log, predicted_v);
    print_errors(log, predicted_v, request);
    free(predicted_v);
    return command_finish_output();
}

static int predict_log(const struct given *given, const struct request *request)
{
    char *data = NULL;
    size_t size = 0;
    struct measured_log log;
    struct measured_error error;
    int status = COMMAND_BAD_INPUT;
    if (!read_file(given->path, LOG_BYTES_MAX, &data, &size)) {
        free(data);
        return COMMAND_BAD_INPUT;
    }
    if (!measured_log_read(data, size, &log, &error)) {
        fprintf(stderr, "%s:%zu:%zu: %s\n", read_file_name(given->path), error.line, error.column,
                error.message);
    } else {
        if (log.has_temp == request->has_temp) {
            command_usage_error("predict", log.has_temp
                                               ? "the log has temp_c, so --temp-c must not be given"
                                               : "--temp-c is missing, for the log has no column temp_c");
        } else {
            status = predict(&log, request);
        }
        measured_log_free(&log);
    }
    free(data);
    return status;
}

static const char predict_summary[] =
    "Runs a cell of the twin on the currents of a measured cell's log and prints both voltages\n"
    "as CSV: t_s,v,predicted_v. Errors by region, in mV rms over the rows at 2.50 V or more, go\n"
    "to standard error. LOG.csv may be - for standard input.\n";

static const char predict_details[] =
    "The log has the columns t_s, i_a (amperes, charging is positive, the mean until the next row),\n"
    "v (volts of one cell) and, if it was measured, temp_c. Lines that begin with # are skipped.\n"
    "\n"
    "Exit status: 0 done, 2 bad usage or bad input.\n"
    "\n"
    "Examples:\n"
    "  smallbms predict log.csv --cell a123 --capacity-ah 2.05 --start-soc-pct 100 --temp-c 25\n";

int predict_command(int argc, char **argv)
{
    struct given given = {0};
    const struct command_option options[] = {
        {"cell", "NAME|FILE", &given.cell, NULL,
         "what the cell is: prismatic, a123, or a file with a section\ncell, as smallbms fit writes it"},
        {"capacity-ah", "AH", &given.capacity_ah, NULL, "its capacity, 0.1..10000"},
        {"start-soc-pct", "PERCENT", &given.start_soc_pct, NULL,
         "state of charge at the first row, 0..100; at 100 the cell has\njust been charged, at 0 discharged"},
        {"temp-c", "DEGC", &given.temp_c, NULL, "temperature of a log without temp_c, -60..120"},
    };
    const struct command command = {"predict",       "LOG.csv", predict_summary,
                                    predict_details, options,   sizeof options / sizeof options[0]};
    struct request request;
    size_t operand_count = 0;
    const enum command_parsed parsed = command_parse(&command, argc, argv, &given.path, 1, &operand_count);
    if (parsed != COMMAND_PARSED) {
        return parsed == COMMAND_HELPED ? COMMAND_DONE : COMMAND_BAD_INPUT;
    }
    if (operand_count == 0) {
        return command_usage_error("predict", "LOG.csv is missing");
    }
    return check_inputs(&given) && read_request(&given, &request) ? predict_log(&given, &request)
                                                                  : COMMAND_BAD_INPUT;
}
