/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/fit_logs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/read_file.h"

#define LOG_BYTES_MAX ((size_t)1 << 30)
#define NUMBER_SIZE 32
#define CELLS_MAX 32
#define BOARD_MOHM_AH 800.0 /* of a battery, as the scenario's key board_mohm_ah has it */

/* ---- options ------------------------------------------------------------------------------------ */

/* A number for each log. */
struct list {
    double numbers[FIT_LOGS_MAX];
    bool is_given[FIT_LOGS_MAX];
};

struct range {
    const char *option;
    double min;
    double max;
    bool may_be_missing; /* "-" */
};

static bool refuse_list(const struct range *range, const char *text)
{
    command_usage_error(
        "fit", "%s must be a number %.10g to %.10g, or one for each log with commas between%s, not %s",
        range->option, range->min, range->max, range->may_be_missing ? " (- where it is not known)" : "",
        text);
    return false;
}

/* One number of a list, `length` letters. */
static bool read_one(const struct range *range, const char *text, size_t length, double *number,
                     bool *is_given)
{
    char copy[NUMBER_SIZE];
    char *end = NULL;
    if (length == 0 || length >= sizeof copy) {
        return false;
    }
    memcpy(copy, text, length);
    copy[length] = '\0';
    *is_given = strcmp(copy, "-") != 0;
    if (!*is_given) {
        return range->may_be_missing;
    }
    *number = strtod(copy, &end);
    return strspn(copy, "-.0123456789") == length && end != copy && *end == '\0' && *number >= range->min &&
           *number <= range->max;
}

/* One number for all logs, or one for each. */
static bool read_list(const struct range *range, const char *text, size_t count, struct list *list)
{
    size_t read = 0;
    *list = (struct list){{0.0}, {false}};
    if (text == NULL) {
        return true;
    }
    for (const char *at = text; at != NULL; read++) {
        const size_t length = strcspn(at, ",");
        if (read == count || !read_one(range, at, length, &list->numbers[read], &list->is_given[read])) {
            return refuse_list(range, text);
        }
        at = at[length] == ',' ? at + length + 1 : NULL;
    }
    if (read != 1 && read != count) {
        return refuse_list(range, text);
    }
    for (size_t i = read; i < count; i++) {
        list->numbers[i] = list->numbers[0];
        list->is_given[i] = list->is_given[0];
    }
    return true;
}

/* What the options say. */
struct request {
    struct list capacity_ah;
    struct list start_soc_pct;
    struct list end_soc_pct;
    struct list full_at_s;
    struct list temp_c;
    int cells;
    double board_mohm_ah;
};

static bool read_battery(const struct fit_given *given, struct request *request)
{
    static const struct range range = {"--board-mohm-ah", 0.0, 5000.0, false};
    int64_t cells = 1;
    struct list board;
    if (given->cells != NULL && !command_parse_integer(given->cells, 1, CELLS_MAX, &cells)) {
        command_usage_error("fit", "--cells must be a whole number, 1 to %d, not %s", CELLS_MAX,
                            given->cells);
        return false;
    }
    if (!read_list(&range, given->board_mohm_ah, 1, &board)) {
        return false;
    }
    request->cells = (int)cells;
    request->board_mohm_ah = board.is_given[0] ? board.numbers[0] : (cells > 1 ? BOARD_MOHM_AH : 0.0);
    return true;
}

static bool check_known(const struct fit_given *given, const struct request *request)
{
    if (given->capacity_ah == NULL) {
        command_usage_error("fit", "--capacity-ah is missing");
        return false;
    }
    for (size_t i = 0; i < given->count; i++) {
        if (!request->start_soc_pct.is_given[i] && !request->full_at_s.is_given[i]) {
            command_usage_error("fit", "%s: --start-soc-pct or --full-at-s is missing: where was it full?",
                                read_file_name(given->paths[i]));
            return false;
        }
    }
    return true;
}

static bool read_request(const struct fit_given *given, struct request *request)
{
    static const struct range capacity = {"--capacity-ah", 0.1, 10000.0, false};
    static const struct range start = {"--start-soc-pct", 0.0, 100.0, true};
    static const struct range end = {"--end-soc-pct", 0.0, 100.0, true};
    static const struct range full = {"--full-at-s", 0.0, 1e10, true};
    static const struct range temp = {"--temp-c", -60.0, 120.0, true};
    return read_list(&capacity, given->capacity_ah, given->count, &request->capacity_ah) &&
           read_list(&start, given->start_soc_pct, given->count, &request->start_soc_pct) &&
           read_list(&end, given->end_soc_pct, given->count, &request->end_soc_pct) &&
           read_list(&full, given->full_at_s, given->count, &request->full_at_s) &&
           read_list(&temp, given->temp_c, given->count, &request->temp_c) && read_battery(given, request) &&
           check_known(given, request);
}

/* ---- files -------------------------------------------------------------------------------------- */

static bool read_log(const char *path, int cells, struct measured_log *log)
{
    char *data = NULL;
    size_t size = 0;
    struct measured_error error;
    bool done = read_file(path, LOG_BYTES_MAX, &data, &size);
    if (done && !measured_log_read_battery(data, size, cells, log, &error)) {
        fprintf(stderr, "%s:%zu:%zu: %s%s\n", read_file_name(path), error.line, error.column, error.message,
                cells == 1 && strstr(error.message, "volts") != NULL ? ", or --cells must say how many" : "");
        done = false;
    }
    free(data);
    return done;
}

static bool check_temp(const struct fit_log *log, bool is_given)
{
    if (log->log.has_temp == is_given) {
        command_usage_error("fit", "%s: %s", log->name,
                            is_given ? "the log has temp_c, so --temp-c must not be given (- for this one)"
                                     : "--temp-c is missing, for the log has no column temp_c");
        return false;
    }
    return true;
}

static bool check_full(const struct fit_log *log)
{
    const double first_s = log->log.rows[0].t_s;
    const double last_s = log->log.rows[log->log.count - 1].t_s;
    if (log->has_full && (log->full_at_s < first_s || log->full_at_s > last_s)) {
        command_usage_error("fit", "%s: --full-at-s %.10g is not in the log, which goes from %.10g to %.10g",
                            log->name, log->full_at_s, first_s, last_s);
        return false;
    }
    return true;
}

/* The board's share, which a scenario's battery adds for itself. */
static void take_board_off(struct fit_log *log, const struct request *request)
{
    const double ohm = 0.001 * request->board_mohm_ah / log->start.capacity_ah / request->cells;
    for (size_t i = 0; i < log->log.count; i++) {
        log->log.rows[i].voltage_v -= ohm * log->log.rows[i].current_a;
    }
}

/* What the log says, and what is left of it without the board. */
static bool check_charge(struct fit_log *log, const struct request *request)
{
    struct fit_refusal refusal;
    double *soc_pct = malloc(log->log.count * sizeof *soc_pct);
    if (soc_pct == NULL) {
        command_error("no memory for %s", log->name);
        return false;
    }
    fit_log_count_charge(log, soc_pct);
    bool done = fit_check_log(log, soc_pct, &refusal);
    take_board_off(log, request);
    done = done && fit_check_board(log, soc_pct, request->board_mohm_ah, &refusal);
    if (!done) {
        command_error("%s", refusal.message);
    }
    free(soc_pct);
    return done;
}

/* Everything of one log that has been read. */
static bool complete(struct fit_log *log, const struct request *request, size_t index)
{
    log->start.capacity_ah = request->capacity_ah.numbers[index];
    log->start.soc_pct = request->start_soc_pct.numbers[index];
    log->start.temp_c = request->temp_c.numbers[index];
    log->has_start = request->start_soc_pct.is_given[index];
    log->has_end = request->end_soc_pct.is_given[index];
    log->end_soc_pct = request->end_soc_pct.numbers[index];
    log->has_full = request->full_at_s.is_given[index];
    log->full_at_s = request->full_at_s.numbers[index];
    if (!check_temp(log, request->temp_c.is_given[index]) || !check_full(log)) {
        return false;
    }
    fit_log_find_start(log);
    return check_charge(log, request);
}

bool fit_logs_read(const struct fit_given *given, struct fit_log logs[FIT_LOGS_MAX])
{
    struct request request;
    if (!read_request(given, &request)) {
        return false;
    }
    for (size_t i = 0; i < given->count; i++) {
        logs[i] = (struct fit_log){.name = read_file_name(given->paths[i])};
        if (!read_log(given->paths[i], request.cells, &logs[i].log)) {
            fit_logs_free(logs, i);
            return false;
        }
        if (!complete(&logs[i], &request, i)) {
            fit_logs_free(logs, i + 1);
            return false;
        }
    }
    return true;
}

void fit_logs_free(struct fit_log *logs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        measured_log_free(&logs[i].log);
    }
}
