/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cell/cell_section.h"

#include <math.h>
#include <stdint.h>

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

/* Whether a text of YAML may hold a letter of Unicode as it is. */
static bool is_printable(uint32_t letter)
{
    return letter >= 0x20 && !(letter >= 0x7f && letter < 0xa0) && !(letter >= 0xd800 && letter < 0xe000) &&
           letter != 0xfeff && (letter & 0xfffe) != 0xfffe && letter <= 0x10ffff;
}

/* How many bytes a letter of UTF-8 has that begins so; 0: none does. */
static size_t bytes_from(unsigned char first)
{
    if (first < 0x80) {
        return 1;
    }
    if (first < 0xc0 || first >= 0xf8) {
        return 0;
    }
    return first < 0xe0 ? 2 : (first < 0xf0 ? 3 : 4);
}

/* How many bytes the first letter has, 1 to 4; 0: what is there is none that YAML takes. */
static size_t letter_bytes(const char *text)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char first = (unsigned char)text[0];
    const size_t bytes = bytes_from(first);
    uint32_t letter = bytes <= 1 ? first : first & (0xffU >> (bytes + 1));
    for (size_t i = 1; i < bytes; i++) {
        if (((unsigned char)text[i] & 0xc0) != 0x80) {
            return 0;
        }
        letter = letter << 6 | ((unsigned char)text[i] & 0x3f);
    }
    return letter >= least[bytes] && is_printable(letter) ? bytes : 0;
}

/* A text in double quotes; control characters become spaces, other bytes that are no letter question marks. */
static void write_text(FILE *file, const char *before, const char *text)
{
    fprintf(file, "%s\"", before);
    while (*text != '\0') {
        const size_t bytes = letter_bytes(text);
        if (*text == '"' || *text == '\\') {
            fputc('\\', file);
        }
        if (bytes == 0) {
            fputc((unsigned char)*text < 0x80 ? ' ' : '?', file);
        }
        fwrite(text, 1, bytes, file);
        text += bytes == 0 ? 1 : bytes;
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
