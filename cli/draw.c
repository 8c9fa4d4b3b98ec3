/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/draw.h"

#include <stdlib.h>

#include "cli/command.h"
#include "cli/load_scenario.h"
#include "cli/output.h"
#include "scenario/file.h"
#include "wiring/draw.h"

static const char draw_summary[] =
    "Draws how the system of a scenario is wired, as SVG: the device with its terminals,\n"
    "the batteries with their chain, buses, switches, sources on the left, loads on the\n"
    "right. SCENARIO is a YAML file (docs/SCENARIOS.md), or - for standard input.\n";

static const char draw_details[] =
    "The picture has the colours of light and of dark; a browser takes those that its\n"
    "system asks for, and light ones on paper. Nothing is run.\n"
    "\n"
    "Exit status: 0 done, 2 bad usage, bad input, or the picture could not be written.\n"
    "\n"
    "Examples:\n"
    "  smallbms draw scenarios/off-grid.yaml > off-grid.svg\n"
    "  smallbms draw scenarios/vehicle.yaml --output vehicle.svg\n";

static int write_picture(const struct scenario *described, struct output *output)
{
    if (!output_open(output, 1)) {
        return COMMAND_BAD_INPUT;
    }
    if (!draw_wiring(described, output_stream(output))) {
        output_discard(output, 1);
        return command_error("not enough memory");
    }
    return output_commit(output, 1) ? command_finish_output() : COMMAND_BAD_INPUT;
}

static int draw_checked(const char *path, struct output *output)
{
    const struct output_input input = {path, "scenario"};
    struct scenario *described = calloc(1, sizeof *described);
    int code = COMMAND_BAD_INPUT;

    if (described == NULL) {
        return command_error("not enough memory");
    }
    if (output_check("draw", output, 1, &input, 1) && load_scenario("draw", path, output, 1, described)) {
        code = write_picture(described, output);
        scenario_file_free(described);
    }
    free(described);
    return code;
}

int draw_command(int argc, char **argv)
{
    struct output output = {.name = "--output"};
    const struct command_option options[] = {
        {"output", "FILE", &output.path, NULL, "write it to FILE; - is standard output, the default"},
    };
    const struct command command = {"draw",       "SCENARIO", draw_summary,
                                    draw_details, options,    sizeof options / sizeof options[0]};
    const char *path = NULL;
    size_t operand_count = 0;
    const enum command_parsed parsed = command_parse(&command, argc, argv, &path, 1, &operand_count);

    if (parsed != COMMAND_PARSED) {
        return parsed == COMMAND_HELPED ? COMMAND_DONE : COMMAND_BAD_INPUT;
    }
    if (operand_count == 0) {
        return command_usage_error("draw", "no SCENARIO given");
    }
    if (output.path == NULL) {
        output = (struct output){.name = "standard output", .path = "-"};
    }
    return draw_checked(path, &output);
}
