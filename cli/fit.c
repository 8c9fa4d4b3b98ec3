/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/fit.h"

#include <stdlib.h>
#include <string.h>

#include "cli/cell/cell_section.h"
#include "cli/cell/fit_cell.h"
#include "cli/cell/fit_page.h"
#include "cli/cell/fit_print.h"
#include "cli/command.h"
#include "cli/fit_logs.h"
#include "cli/output.h"

enum { OUTPUT_CELL, OUTPUT_REPORT, OUTPUTS };

struct fit {
    struct fit_given given;
    const char *name;
    struct output outputs[OUTPUTS];
    struct fit_log logs[FIT_LOGS_MAX];
    struct fit_result result;
    struct fit_scores scores;
};

/* ---- what comes out ----------------------------------------------------------------------------- */

/* A text that is as long as there is room for. */
static void join(char *text, size_t size, const char *more)
{
    const size_t length = strlen(text);
    snprintf(text + length, size - length, "%s", more);
}

/* What the cell is called, and what it rests on. */
static void name_cell(struct fit *fit)
{
    struct cell_model *model = &fit->result.model;
    snprintf(model->name, sizeof model->name, "%s", fit->name);
    model->is_validated = fit_is_validated(&fit->scores);
    model->evidence[0] = '\0';
    join(model->evidence, sizeof model->evidence, "fitted to ");
    for (size_t i = 0; i < fit->given.count; i++) {
        const char *slash = strrchr(fit->logs[i].name, '/');
        join(model->evidence, sizeof model->evidence, i == 0 ? "" : ", ");
        join(model->evidence, sizeof model->evidence, slash == NULL ? fit->logs[i].name : slash + 1);
    }
}

static bool write_outputs(struct fit *fit)
{
    FILE *cell = output_stream(&fit->outputs[OUTPUT_CELL]);
    FILE *report = output_stream(&fit->outputs[OUTPUT_REPORT]);
    name_cell(fit);
    if (cell != NULL) {
        cell_section_write(cell, &fit->result.model);
    }
    if (report != NULL) {
        fit_page_write(&fit->result, &fit->scores, report);
    }
    fit_print(&fit->result, &fit->scores, output_has_stdout(fit->outputs, OUTPUTS) ? stderr : stdout);
    return output_commit(fit->outputs, OUTPUTS);
}

/* ---- the work ----------------------------------------------------------------------------------- */

static int fit_and_tell(struct fit *fit)
{
    struct fit_refusal refusal;
    const enum fit_ended ended = fit_cell(&fit->result, fit->logs, fit->given.count, &refusal);
    if (ended == FIT_REFUSED) {
        return command_error("%s", refusal.message);
    }
    if (ended == FIT_NO_MEMORY || !fit_score(&fit->result, &fit->scores)) {
        return command_error("not enough memory");
    }
    return write_outputs(fit) ? COMMAND_DONE : COMMAND_BAD_INPUT;
}

static int run(struct fit *fit)
{
    struct output_input inputs[FIT_LOGS_MAX];
    int code = COMMAND_BAD_INPUT;
    for (size_t i = 0; i < fit->given.count; i++) {
        inputs[i] = (struct output_input){fit->given.paths[i], "log"};
    }
    if (!output_check("fit", fit->outputs, OUTPUTS, inputs, fit->given.count) ||
        !fit_logs_read(&fit->given, fit->logs)) {
        return COMMAND_BAD_INPUT;
    }
    if (output_open(fit->outputs, OUTPUTS)) {
        code = fit_and_tell(fit);
        output_discard(fit->outputs, OUTPUTS);
        fit_result_free(&fit->result);
    }
    fit_logs_free(fit->logs, fit->given.count);
    return code;
}

/* ---- the command -------------------------------------------------------------------------------- */

static const char fit_summary[] =
    "Fits a cell of the twin to logs of a measured LiFePO4 cell or battery, and prints how far it\n"
    "is from them. One discharge and one charge, each over 80 % of the capacity in one go, must be\n"
    "among the logs. LOG.csv may be - for standard input.\n";

static const char fit_details[] =
    "A log has the columns t_s, i_a (amperes, charging is positive, the mean until the next row),\n"
    "v (volts) and, if it was measured, temp_c. Lines that begin with # are skipped. LIST is one\n"
    "number for all logs, or one for each with commas between.\n"
    "\n"
    "Charge balance: a log has a capacity and a charge count of its own. The count must stay within\n"
    "0 to 100 % of the capacity, to 0.5 %. Where a second point is known (--end-soc-pct, or\n"
    "--full-at-s beside --start-soc-pct), the count must meet it, to 0.5 % of the capacity. Where none\n"
    "is, the fit finds what must be counted for the voltages to fit, in a log that goes both ways or\n"
    "two logs that go one way each: it knows that to half a percent at best, and refuses more than\n"
    "that. Of more logs it cannot tell: say where they end.\n"
    "\n"
    "Held out: the cell is fitted to the first two thirds of each log and tried on the last one, then\n"
    "fitted to all rows, from which the result is. Errors elsewhere than the first two thirds have\n"
    "been say what the fit makes of a region that it has not seen.\n"
    "\n"
    "Fitted to all rows and more than 20 mV rms from them, the cell is called not validated.\n"
    "\n"
    "Exit status: 0 done, 2 bad usage, bad input, or a result could not be written.\n"
    "\n"
    "Examples:\n"
    "  smallbms fit cycle.csv --capacity-ah 2.05 --start-soc-pct 100 --temp-c 25 --output cell.yaml\n"
    "  smallbms fit down.csv up.csv --capacity-ah 100 --start-soc-pct 100,0 --temp-c 25 --cells 4\n";

static enum command_parsed parse(struct fit *fit, int argc, char **argv)
{
    struct fit_given *given = &fit->given;
    const struct command_option options[] = {
        {"capacity-ah", "LIST", &given->capacity_ah, NULL, "capacity, 0.1..10000"},
        {"start-soc-pct", "LIST", &given->start_soc_pct, NULL,
         "state of charge at the first row, 0..100; - : not known"},
        {"full-at-s", "LIST", &given->full_at_s, NULL,
         "a t_s at which it was full, instead of the start or\nbeside it; - : not known"},
        {"end-soc-pct", "LIST", &given->end_soc_pct, NULL,
         "state of charge at the last row, 0..100; - : not known"},
        {"temp-c", "LIST", &given->temp_c, NULL, "temperature of a log without temp_c, -60..120"},
        {"cells", "N", &given->cells, NULL, "cells in series, of which v is the voltage; default 1"},
        {"board-mohm-ah", "N", &given->board_mohm_ah, NULL,
         "what of the resistance is the battery's board, straps and\nterminals, times the capacity: a "
         "scenario's battery adds its\nown; default 800 with --cells, else 0"},
        {"name", "NAME", &fit->name, NULL, "what the cell is called; default \"fitted\""},
        {"output", "FILE", &fit->outputs[OUTPUT_CELL].path, NULL,
         "write the cell as a section `cell:` of a scenario"},
        {"report", "FILE", &fit->outputs[OUTPUT_REPORT].path, NULL,
         "write a page with plots, measured against fitted"},
    };
    const struct command command = {"fit",       "LOG.csv...", fit_summary,
                                    fit_details, options,      sizeof options / sizeof options[0]};
    return command_parse(&command, argc, argv, given->paths, FIT_LOGS_MAX, &given->count);
}

static bool check_name(const struct fit *fit)
{
    if (fit->name[0] == '\0' || strlen(fit->name) >= CELL_NAME_SIZE) {
        command_usage_error("fit", "--name must have 1 to %d letters", CELL_NAME_SIZE - 1);
        return false;
    }
    return true;
}

int fit_command(int argc, char **argv)
{
    struct fit *fit = calloc(1, sizeof *fit);
    int code = COMMAND_BAD_INPUT;
    if (fit == NULL) {
        return command_error("not enough memory");
    }
    fit->name = "fitted";
    fit->outputs[OUTPUT_CELL].name = "--output";
    fit->outputs[OUTPUT_REPORT] = (struct output){.name = "--report", .needs_file = true};
    const enum command_parsed parsed = parse(fit, argc, argv);
    if (parsed == COMMAND_HELPED) {
        code = COMMAND_DONE;
    } else if (parsed == COMMAND_PARSED && fit->given.count == 0) {
        code = command_usage_error("fit", "LOG.csv is missing");
    } else if (parsed == COMMAND_PARSED && check_name(fit)) {
        code = run(fit);
    }
    free(fit);
    return code;
}
