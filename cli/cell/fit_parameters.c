/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cell/fit_parameters.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>

#define BEND 0.05     /* of a range: where a number begins to bend off before its bound */
#define ON_BOUND 0.01 /* of a range */
#define START_OFF 0.1 /* of the bend: a number that starts on its bound can still be felt */
#define REACH_Z 0.03  /* a surface is ahead of the charge counted */
#define LEVEL_V 0.1
#define OCV_V_MIN \
    (-0.9) /* what a curve is below 0 V or above 4.5 V is no cell's, and a scenario takes -1 to 5 V */
#define OCV_V_MAX 4.5
#define OCV_APART_V 1e-3
#define STEP_RATIO 30.0 /* a step between two points of OCV by the start's, or the inverse */
#define HYSTERESIS_V_MIN 0.001
#define HYSTERESIS_V_MAX 0.08
#define SHARE_MAX 0.05
#define SHARE_SPREAD 0.02
#define NUMBER_SPREAD \
    0.25 /* of a logarithm; cells differ less in them than in the curves, which rows tell more of */

/* ---- the numbers -------------------------------------------------------------------------------- */

struct number {
    const char *name;
    const char *unit;
    double per_unit; /* what is shown of one of the model's */
    size_t offset;   /* in struct cell_model */
    double min;
    double max;
    bool is_log; /* its logarithm is the coordinate; else its size in `spread` */
    bool is_of_temp;
    double spread; /* of the logarithm, or of the number */
};

#define AT(member) offsetof(struct cell_model, member)
#define ENERGY(name, member, min, max) \
    { \
        name, "kJ/mol", 0.001, AT(member), min, max, false, true, 20000.0 \
    }
#define SIZE(name, unit, per_unit, member, min, max) \
    { \
        name, unit, per_unit, AT(member), min, max, true, false, 1.0 \
    }

/* The second share of R0 is here the first one's multiple: without a range of temperatures they cannot be told apart. */
enum { SECOND_SHARE = 2 };

static const struct number numbers[] = {
    SIZE("R0", "mOhm Ah", 1000.0, r0_ohm_ah[0].at_25, 0.001, 1.0),
    ENERGY("E of R0", r0_ohm_ah[0].j_per_mol, 0.0, 60000.0),
    {"R0, second share of the first", "%", 100.0, AT(r0_ohm_ah[1].at_25), 1e-4, 1.0, true, true, 1.0},
    ENERGY("E of R0, second share", r0_ohm_ah[1].j_per_mol, 20000.0, 90000.0),
    SIZE("i0", "Q/h", 1.0, exchange_per_h, 0.01, 30.0),
    ENERGY("E of i0", exchange_j_per_mol, 0.0, 90000.0),
    SIZE("tau1", "s", 1.0, tau1_s, 2.0, 600.0),
    SIZE("R2", "mOhm Ah", 1000.0, r2_ohm_ah.at_25, 0.005, 2.0),
    ENERGY("E of R2", r2_ohm_ah.j_per_mol, 0.0, 90000.0),
    SIZE("tau2", "s", 1.0, tau2_s, 600.0, 30000.0),
    SIZE("kappa1", "h", 1.0, diffusion_h[0].at_25, 0.002, 1.0),
    ENERGY("E of kappa1", diffusion_h[0].j_per_mol, 0.0, 60000.0),
    SIZE("diffusion tau1", "s", 1.0, diffusion_tau_s[0], 60.0, 20000.0),
    SIZE("kappa2", "h", 1.0, diffusion_h[1].at_25, 0.002, 1.0),
    ENERGY("E of kappa2", diffusion_h[1].j_per_mol, 0.0, 60000.0),
    SIZE("diffusion tau2", "s", 1.0, diffusion_tau_s[1], 1000.0, 150000.0),
    SIZE("gamma", "", 1.0, hysteresis_gamma, 5.0, 200.0),
};

#define NUMBERS ((int)(sizeof numbers / sizeof numbers[0]))

static double *place_of(struct cell_model *model, int index)
{
    void *place = (char *)model + numbers[index].offset;
    return place;
}

static double value_of(const struct cell_model *model, int index)
{
    const void *place = (const char *)model + numbers[index].offset;
    const double *value = place;
    return index == SECOND_SHARE ? *value / model->r0_ohm_ah[0].at_25 : *value;
}

/* As a coordinate has it. */
static double coordinate_of(int index, double value)
{
    return numbers[index].is_log ? log(value) : value / numbers[index].spread;
}

static double number_of(int index, double coordinate)
{
    return numbers[index].is_log ? exp(coordinate) : coordinate * numbers[index].spread;
}

int fit_number_count(void)
{
    return NUMBERS;
}

const char *fit_number_name(int index, const struct cell_model *model, double *value, const char **unit)
{
    assert(index >= 0 && index < NUMBERS);
    *value = value_of(model, index) * numbers[index].per_unit;
    *unit = numbers[index].unit;
    return numbers[index].name;
}

int fit_number_digits(double value)
{
    return value < 9999.5 ? 4 : (value < 99999.5 ? 5 : 6);
}

bool fit_number_is_fitted(const struct fit_parameters *parameters, int index)
{
    return parameters->temps || !numbers[index].is_of_temp;
}

/* ---- bounds ------------------------------------------------------------------------------------- */

static double bend_of(const struct fit_parameter *parameter)
{
    return BEND * (parameter->max - parameter->min);
}

/* What a coordinate is once it keeps the bounds. */
static double held(const struct fit_parameter *parameter, double coordinate)
{
    const double bend = bend_of(parameter);
    const double over = (coordinate - (parameter->max - bend)) / bend;
    const double under = (parameter->min + bend - coordinate) / bend;
    if (over > 0.0) {
        return parameter->max - bend * exp(-over);
    }
    return under > 0.0 ? parameter->min + bend * exp(-under) : coordinate;
}

/* The coordinate whose number is `kept`, or near it where that is on a bound. */
static double free_of(const struct fit_parameter *parameter, double kept)
{
    const double bend = bend_of(parameter);
    const double below = fmax((parameter->max - kept) / bend, START_OFF);
    const double above = fmax((kept - parameter->min) / bend, START_OFF);
    if (below < 1.0) {
        return parameter->max - bend - bend * log(below);
    }
    return above < 1.0 ? parameter->min + bend + bend * log(above) : kept;
}

int fit_parameters_on_bound(const struct fit_parameter *parameter, double coordinate)
{
    const double near = ON_BOUND * (parameter->max - parameter->min);
    const double kept = held(parameter, coordinate);
    return kept > parameter->max - near ? 1 : (kept < parameter->min + near ? -1 : 0);
}

/* ---- the list ----------------------------------------------------------------------------------- */

static void add(struct fit_parameters *parameters, const struct fit_parameter *parameter, double kept)
{
    assert(parameters->count < FIT_PARAMETERS_MAX);
    struct fit_parameter *added = &parameters->list[parameters->count++];
    *added = *parameter;
    added->start = free_of(parameter, kept);
}

static double step_v(const struct cell_model *model, int point)
{
    return model->ocv_v[point + 1].value - model->ocv_v[point].value;
}

static void add_curves(struct fit_parameters *parameters, double z_min, double z_max)
{
    const struct cell_model *model = &parameters->model;
    add(parameters,
        &(struct fit_parameter){.kind = FIT_OCV_LEVEL, .min = -LEVEL_V, .max = LEVEL_V, .spread = LEVEL_V},
        0.0);
    for (int i = 0; i + 1 < model->ocv_count; i++) {
        if (model->ocv_v[i].z < z_max && model->ocv_v[i + 1].z > z_min) {
            const double start = log(step_v(model, i));
            const struct fit_parameter step = {
                FIT_OCV_STEP, i, 0.0, start - log(STEP_RATIO), start + log(STEP_RATIO), 1.0};
            add(parameters, &step, start);
        }
    }
    for (int i = 0; i < model->hysteresis_count; i++) {
        const bool is_reached = (i == 0 || model->hysteresis_v[i - 1].z < z_max) &&
                                (i + 1 == model->hysteresis_count || model->hysteresis_v[i + 1].z > z_min);
        if (is_reached) {
            const struct fit_parameter point = {FIT_HYSTERESIS,        i,  0.0, log(HYSTERESIS_V_MIN),
                                                log(HYSTERESIS_V_MAX), 1.0};
            add(parameters, &point, log(model->hysteresis_v[i].value));
        }
    }
}

void fit_parameters_init(struct fit_parameters *parameters, const struct cell_model *model,
                         const struct fit_coverage *coverage)
{
    *parameters = (struct fit_parameters){.model = *model};
    parameters->temps = coverage->temp_c_max - coverage->temp_c_min >= FIT_TEMP_RANGE_C;
    add_curves(parameters, 0.01 * coverage->soc_pct_min - REACH_Z, 0.01 * coverage->soc_pct_max + REACH_Z);
    parameters->curve_count = parameters->count;
    for (int i = 0; i < NUMBERS; i++) {
        if (fit_number_is_fitted(parameters, i)) {
            const struct fit_parameter number = {.kind = FIT_NUMBER,
                                                 .index = i,
                                                 .min = coordinate_of(i, numbers[i].min),
                                                 .max = coordinate_of(i, numbers[i].max),
                                                 .spread = NUMBER_SPREAD};
            add(parameters, &number, coordinate_of(i, value_of(model, i)));
        }
    }
}

void fit_parameters_add_share(struct fit_parameters *parameters, enum fit_kind kind, int log)
{
    assert(kind == FIT_CHARGED || kind == FIT_COUNTED);
    const struct fit_parameter share = {kind, log, 0.0, -SHARE_MAX, SHARE_MAX, SHARE_SPREAD};
    add(parameters, &share, 0.0);
}

void fit_parameters_start(const struct fit_parameters *parameters, double *coordinates)
{
    for (int i = 0; i < parameters->count; i++) {
        coordinates[i] = parameters->list[i].start;
    }
}

/* ---- what coordinates stand for ----------------------------------------------------------------- */

/* The curve's points from its steps, about the point in its middle. */
static void rebuild_ocv(struct cell_model *model, const double *steps_v, double level_v)
{
    const int middle = model->ocv_count / 2;
    model->ocv_v[middle].value += level_v;
    for (int i = middle; i + 1 < model->ocv_count; i++) {
        model->ocv_v[i + 1].value = model->ocv_v[i].value + steps_v[i];
    }
    for (int i = middle - 1; i >= 0; i--) {
        model->ocv_v[i].value = model->ocv_v[i + 1].value - steps_v[i];
    }
    for (int i = 0; i < model->ocv_count; i++) { /* still rising */
        const double value = fmax(model->ocv_v[i].value, OCV_V_MIN + OCV_APART_V * i);
        model->ocv_v[i].value = fmin(value, OCV_V_MAX + OCV_APART_V * i);
    }
}

void fit_parameters_model(const struct fit_parameters *parameters, const double *coordinates,
                          struct cell_model *model)
{
    double steps_v[CELL_POINTS_MAX];
    double level_v = 0.0;
    double share = value_of(&parameters->model, SECOND_SHARE);
    *model = parameters->model;
    for (int i = 0; i + 1 < model->ocv_count; i++) {
        steps_v[i] = step_v(&parameters->model, i);
    }
    for (int i = 0; i < parameters->count; i++) {
        const struct fit_parameter *parameter = &parameters->list[i];
        const double kept = held(parameter, coordinates[i]);
        if (parameter->kind == FIT_OCV_LEVEL) {
            level_v = kept;
        } else if (parameter->kind == FIT_OCV_STEP) {
            steps_v[parameter->index] = exp(kept);
        } else if (parameter->kind == FIT_HYSTERESIS) {
            model->hysteresis_v[parameter->index].value = exp(kept);
        } else if (parameter->kind == FIT_NUMBER && parameter->index == SECOND_SHARE) {
            share = number_of(SECOND_SHARE, kept);
        } else if (parameter->kind == FIT_NUMBER) {
            *place_of(model, parameter->index) = number_of(parameter->index, kept);
        }
    }
    model->r0_ohm_ah[1].at_25 = share * model->r0_ohm_ah[0].at_25;
    rebuild_ocv(model, steps_v, level_v);
}

struct fit_share fit_parameters_share(const struct fit_parameters *parameters, const double *coordinates,
                                      int log)
{
    struct fit_share share = {1.0, 1.0};
    for (int i = parameters->curve_count; i < parameters->count; i++) {
        const struct fit_parameter *parameter = &parameters->list[i];
        if (parameter->index == log && parameter->kind >= FIT_CHARGED) {
            share.risen = 1.0 + held(parameter, coordinates[i]);
            share.fallen = parameter->kind == FIT_COUNTED ? share.risen : 1.0;
        }
    }
    return share;
}

/* ---- in words ----------------------------------------------------------------------------------- */

struct fit_text fit_parameters_text(const struct fit_parameters *parameters, int parameter,
                                    const struct cell_model *model)
{
    const struct fit_parameter *shown = &parameters->list[parameter];
    struct fit_text text = {""};
    double value = 0.0;
    const char *unit = "";
    switch (shown->kind) {
    case FIT_OCV_LEVEL:
        snprintf(text.text, sizeof text.text, "the level of OCV");
        break;
    case FIT_OCV_STEP:
        snprintf(text.text, sizeof text.text, "OCV from %.1f to %.1f %%, %.4g mV",
                 100.0 * model->ocv_v[shown->index].z, 100.0 * model->ocv_v[shown->index + 1].z,
                 1000.0 * step_v(model, shown->index));
        break;
    case FIT_HYSTERESIS:
        snprintf(text.text, sizeof text.text, "hysteresis at %.0f %%, %.4g mV",
                 100.0 * model->hysteresis_v[shown->index].z,
                 1000.0 * model->hysteresis_v[shown->index].value);
        break;
    default: {
        const char *name = fit_number_name(shown->index, model, &value, &unit);
        snprintf(text.text, sizeof text.text, "%s %.*g%s%s", name, fit_number_digits(value), value,
                 unit[0] != '\0' ? " " : "", unit);
    }
    }
    return text;
}
