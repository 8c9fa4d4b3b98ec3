/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/check.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/load_scenario.h"
#include "cli/output.h"
#include "cli/read_file.h"
#include "result/json_string.h"
#include "result/wording.h"
#include "result/write_findings.h"
#include "scenario/file.h"
#include "wiring/check.h"
#include "wiring/rules.h"

#define INDENT 4 /* of what is said of a finding */
#define YELLOW "\033[33m"
#define BOLD "\033[1m"
#define PLAIN "\033[0m"

/* What the user wrote, and what came of it. */
struct check {
    const char *path;
    bool lists;
    struct output json;
    struct scenario described;
    struct wiring_findings findings;
};

/* How it is printed. */
struct style {
    bool has_colour;
    unsigned width; /* 0: lines are not broken */
};

static struct style style_of(FILE *stream)
{
    return (struct style){command_has_colour(stream), command_terminal_width(stream)};
}

/* ---- findings ----------------------------------------------------------------------------------- */

static size_t all_of(const struct wiring_findings *findings)
{
    assert(findings->count <= WIRING_FINDINGS_MAX);
    return findings->count + findings->left_out;
}

/* "Why: ..." on lines of its own. */
static void print_paragraph(const struct style *style, const char *head, const char *text, FILE *stream)
{
    assert(text != NULL);
    fprintf(stream, "%*s%s%s:%s ", INDENT, "", style->has_colour ? BOLD : "", head,
            style->has_colour ? PLAIN : "");
    wording_print_words(text, INDENT + strlen(head) + 2, INDENT, style->width, stream);
    fputc('\n', stream);
}

/* "FILE:LINE: WIRE-7: what"; without a line where it is of none. */
static void print_finding(const struct style *style, const struct wiring_finding *finding, const char *name,
                          FILE *stream)
{
    const char *colour = style->has_colour ? YELLOW : "";
    const char *end = style->has_colour ? PLAIN : "";
    char place[32] = ":";
    assert(finding->line >= 0);
    if (finding->line > 0) {
        snprintf(place, sizeof place, ":%d:", finding->line);
    }
    fprintf(stream, "%s%s %s%s%s: ", name, place, colour, finding->rule->id, end);
    wording_print_words(finding->what, strlen(name) + strlen(place) + strlen(finding->rule->id) + 3, INDENT,
                        style->width, stream);
    fputc('\n', stream);
    print_paragraph(style, "Why", finding->rule->why, stream);
    print_paragraph(style, "Instead", finding->rule->instead, stream);
    fputc('\n', stream);
}

static void print_findings(const struct wiring_findings *findings, const char *name, FILE *stream)
{
    const struct style style = style_of(stream);
    for (size_t i = 0; i < findings->count; i++) {
        print_finding(&style, &findings->findings[i], name, stream);
    }
    if (findings->left_out > 0) {
        fprintf(stream, "Only the first %zu are shown.\n", findings->count);
    }
    if (all_of(findings) == 0) {
        fprintf(stream, "%s: nothing found, by %zu rules\n", name, wiring_rule_count);
    } else {
        fprintf(stream, "%s: %zu finding%s\n", name, all_of(findings), all_of(findings) == 1 ? "" : "s");
    }
}

void check_print_first(const struct wiring_findings *findings, bool is_short, FILE *stream)
{
    const struct style style = style_of(stream);
    const size_t count = all_of(findings);
    for (size_t i = 0; i < findings->count && !is_short; i++) {
        const struct wiring_finding *finding = &findings->findings[i];
        const char *id = finding->rule->id;
        fprintf(stream, "%s%s%s: ", style.has_colour ? YELLOW : "", id, style.has_colour ? PLAIN : "");
        wording_print_words(finding->what, strlen(id) + 2, INDENT, style.width, stream);
        fputc('\n', stream);
    }
    if (count == 0) {
        return;
    }
    if (is_short) {
        fprintf(stream, "Wiring: %zu finding%s, which smallbms check names\n\n", count,
                count == 1 ? "" : "s");
    } else {
        fputs("smallbms check tells why, and what to do instead\n\n", stream);
    }
}

static void write_json_file(const struct check *check, FILE *stream)
{
    fputs("{\n\"format\":\"smallbms-check-1\",\n\"version\":\"" SMALLBMS_VERSION "\",\n", stream);
    write_findings(&check->findings, stream);
    fputs("\"scenario\":", stream);
    write_json_string(stream, read_file_name(check->path));
    fputs("\n}\n", stream);
}

/* ---- rules -------------------------------------------------------------------------------------- */

static void print_rules(FILE *stream)
{
    const struct style style = style_of(stream);
    for (size_t i = 0; i < wiring_rule_count; i++) {
        const struct wiring_rule *rule = wiring_rules[i];
        fprintf(stream, "%s%s%s%s: ", i == 0 ? "" : "\n", style.has_colour ? YELLOW : "", rule->id,
                style.has_colour ? PLAIN : "");
        wording_print_words(rule->title, strlen(rule->id) + 2, INDENT, style.width, stream);
        fputc('\n', stream);
        print_paragraph(&style, "Why", rule->why, stream);
        print_paragraph(&style, "Instead", rule->instead, stream);
        print_paragraph(&style, "Source", rule->source, stream);
    }
}

/* ---- the command -------------------------------------------------------------------------------- */

static int tell(struct check *check)
{
    FILE *stream = output_stream(&check->json);
    if (stream != NULL) {
        write_json_file(check, stream);
    }
    if (!output_has_stdout(&check->json, 1)) {
        print_findings(&check->findings, read_file_name(check->path), stdout);
    }
    if (!output_commit(&check->json, 1) || command_finish_output() != COMMAND_DONE) {
        return COMMAND_BAD_INPUT;
    }
    return all_of(&check->findings) > 0 ? COMMAND_UNMET : COMMAND_DONE;
}

static int check_scenario(struct check *check)
{
    const struct output_input input = {check->path, "scenario"};
    int code = COMMAND_BAD_INPUT;
    if (!output_check("check", &check->json, 1, &input, 1) ||
        !load_scenario("check", check->path, &check->json, 1, &check->described)) {
        return COMMAND_BAD_INPUT;
    }
    wiring_check(&check->described, &check->findings);
    if (output_open(&check->json, 1)) {
        code = tell(check);
        output_discard(&check->json, 1);
    }
    scenario_file_free(&check->described);
    return code;
}

static const char check_summary[] =
    "Looks for wiring mistakes in a scenario before anything is bought: what is wrong, on\n"
    "which line of the file, why it matters, and what to do instead. Nothing runs. SCENARIO is\n"
    "a YAML file (docs/SCENARIOS.md), or - for standard input.\n";

static const char check_details[] =
    "Each rule has an id that stays, such as WIRE-7; docs/CHECKS.md has them all. FILE may be -\n"
    "for standard output, which then carries nothing else.\n"
    "\n"
    "Exit status: 0 nothing found, 1 findings, 2 bad usage, bad input, or a result could not be\n"
    "written.\n"
    "\n"
    "Examples:\n"
    "  smallbms check scenarios/off-grid.yaml\n"
    "  smallbms check scenarios/equipment-relay.yaml --json findings.json\n"
    "  smallbms check --list\n";

static int run_parsed(struct check *check, size_t operand_count)
{
    if (check->lists && (operand_count > 0 || check->json.path != NULL)) {
        return command_usage_error("check", "--list takes no SCENARIO and no other option");
    }
    if (check->lists) {
        print_rules(stdout);
        return command_finish_output();
    }
    if (operand_count == 0) {
        return command_usage_error("check", "no SCENARIO given");
    }
    return check_scenario(check);
}

int check_command(int argc, char **argv)
{
    struct check *check = calloc(1, sizeof *check);
    if (check == NULL) {
        return command_error("not enough memory");
    }
    check->json.name = "--json";
    const struct command_option options[] = {
        {"json", "FILE", &check->json.path, NULL, "write the findings as JSON"},
        {"list", NULL, NULL, &check->lists, "print all rules"},
    };
    const struct command command = {"check",       "SCENARIO", check_summary,
                                    check_details, options,    sizeof options / sizeof options[0]};
    size_t operand_count = 0;
    int code = COMMAND_BAD_INPUT;
    enum command_parsed parsed = command_parse(&command, argc, argv, &check->path, 1, &operand_count);
    if (parsed == COMMAND_HELPED) {
        code = COMMAND_DONE;
    } else if (parsed == COMMAND_PARSED) {
        code = run_parsed(check, operand_count);
    }
    free(check);
    return code;
}
