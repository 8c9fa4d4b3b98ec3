/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cell/cell_section.h"

#include <math.h>

#define DIGITS 9
#define DECIMALS_MAX 14 /* the reader takes 15 digits */

/* A decimal fraction without an exponent, which the scenario's reader does not take. */
static void write_number(FILE *file, const char *before, double number, const char *after)
{
    const int whole_digits = number == 0.0 ? 1 : (int)floor(log10(fabs(number))) + 1;
    const int decimals = whole_digits < DIGITS ? DIGITS - whole_digits : 0;
    char text[64];
    int length =
        snprintf(text, sizeof text, "%.*f", decimals < DECIMALS_MAX ? decimals : DECIMALS_MAX, number);
    while (length > 2 && text[length - 1] == '0' && text[length - 2] != '.') {
        text[--length] = '\0';
    }
    fprintf(file, "%s%s%s", before, text, after);
}

/* A text in double quotes; control characters become spaces. */
static void write_text(FILE *file, const char *before, const char *text)
{
    fprintf(file, "%s\"", before);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\') {
            fputc('\\', file);
        }
        fputc((unsigned char)*text < 0x20 || *text == 0x7f ? ' ' : *text, file);
    }
    fputs("\"\n", file);
}

static void write_points(FILE *file, const char *key, const struct cell_point *points, int count)
{
    fprintf(file, "  %s:\n", key);
    for (int i = 0; i < count; i++) {
        write_number(file, "    - {soc: ", points[i].z, ", ");
        write_number(file, "v: ", points[i].value, "}\n");
    }
}

void cell_section_write(FILE *file, const struct cell_model *model)
{
    fputs("cell:\n", file);
    write_text(file, "  name: ", model->name);
    write_text(file, "  evidence: ", model->evidence);
    fprintf(file, "  validated: %s\n", model->is_validated ? "true" : "false");
    write_number(file, "  temp_c_min: ", model->temp_c_min, "\n");
    write_number(file, "  temp_c_max: ", model->temp_c_max, "\n");
    write_number(file, "  discharge_c_max: ", model->discharge_c_max, "\n");
    write_number(file, "  charge_c_max: ", model->charge_c_max, "\n");
    write_number(file, "  r0_ohm_ah: ", model->r0_ohm_ah[0].at_25, "\n");
    write_number(file, "  r0_j_per_mol: ", model->r0_ohm_ah[0].j_per_mol, "\n");
    write_number(file, "  r0_second_ohm_ah: ", model->r0_ohm_ah[1].at_25, "\n");
    write_number(file, "  r0_second_j_per_mol: ", model->r0_ohm_ah[1].j_per_mol, "\n");
    write_number(file, "  r0_cold_c: ", model->r0_cold_c, "\n");
    write_number(file, "  exchange_per_h: ", model->exchange_per_h, "\n");
    write_number(file, "  exchange_j_per_mol: ", model->exchange_j_per_mol, "\n");
    write_number(file, "  tau1_s: ", model->tau1_s, "\n");
    write_number(file, "  r2_ohm_ah: ", model->r2_ohm_ah.at_25, "\n");
    write_number(file, "  r2_j_per_mol: ", model->r2_ohm_ah.j_per_mol, "\n");
    write_number(file, "  tau2_s: ", model->tau2_s, "\n");
    write_number(file, "  diffusion1_h: ", model->diffusion_h[0].at_25, "\n");
    write_number(file, "  diffusion1_j_per_mol: ", model->diffusion_h[0].j_per_mol, "\n");
    write_number(file, "  diffusion1_tau_s: ", model->diffusion_tau_s[0], "\n");
    write_number(file, "  diffusion2_h: ", model->diffusion_h[1].at_25, "\n");
    write_number(file, "  diffusion2_j_per_mol: ", model->diffusion_h[1].j_per_mol, "\n");
    write_number(file, "  diffusion2_tau_s: ", model->diffusion_tau_s[1], "\n");
    write_number(file, "  hysteresis_gamma: ", model->hysteresis_gamma, "\n");
    write_points(file, "ocv", model->ocv_v, model->ocv_count);
    write_points(file, "hysteresis", model->hysteresis_v, model->hysteresis_count);
}
