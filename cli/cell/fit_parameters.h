/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a fit may change of a cell's model: each number with its bounds, as one coordinate. A coordinate may be any
 * number: the number that it stands for follows it and bends off before a bound, which it never passes. So a solver that knows of no
 * bounds keeps them.
 */
#ifndef CLI_CELL_FIT_PARAMETERS_H
#define CLI_CELL_FIT_PARAMETERS_H

#include "cli/cell/fit_check.h"
#include "twin/cell_model.h"

#define FIT_TEMP_RANGE_C 10.0 /* without it energies say nothing */

enum { FIT_PARAMETERS_MAX = 2 * CELL_POINTS_MAX + 32 + FIT_LOGS_MAX };

enum fit_kind {
    FIT_OCV_LEVEL,  /* moves the whole curve */
    FIT_OCV_STEP,   /* from point `index` to the next */
    FIT_HYSTERESIS, /* point `index` */
    FIT_NUMBER,     /* number `index` of the model */
    FIT_CHARGED, /* what is counted of log `index` while its charge rises: 0 as the log has it, 0.01 is 1 % more */
    FIT_COUNTED /* what is counted of it both ways */
};

struct fit_parameter {
    enum fit_kind kind;
    int index;
    double start; /* the coordinate at which it starts */
    double min;   /* of the coordinate, or of its logarithm's number: the bounds */
    double max;
    double spread; /* one standard deviation of the weak pull back to the start */
};

/* All of a fit. The parameters of the curves come first. */
struct fit_parameters {
    struct cell_model model; /* where it starts, and what is not fitted stays */
    struct fit_parameter list[FIT_PARAMETERS_MAX];
    int count;
    int curve_count; /* parameters that change the curves alone */
    bool temps;      /* how the numbers change with the temperature is fitted too */
};

/*
 * The parameters of a fit that starts at `model` and whose logs cover `coverage`. Points of the curves that no log comes near
 * and, without FIT_TEMP_RANGE_C between the coldest and the warmest row, the energies are not among them.
 */
void fit_parameters_init(struct fit_parameters *parameters, const struct cell_model *model,
                         const struct fit_coverage *coverage);

/*
 * Adds a share of what log `log` counts: FIT_CHARGED or FIT_COUNTED. With it the fit finds what the log must count for the
 * voltages to fit.
 */
void fit_parameters_add_share(struct fit_parameters *parameters, enum fit_kind kind, int log);

/* The coordinates at which a fit starts. */
void fit_parameters_start(const struct fit_parameters *parameters, double *coordinates);

/* Fills `model` with what the coordinates stand for. */
void fit_parameters_model(const struct fit_parameters *parameters, const double *coordinates,
                          struct cell_model *model);

/* What is counted of a log's currents: 1 when that is no parameter. */
struct fit_share {
    double risen; /* while the charge counted rises (struct fit_way) */
    double fallen;
};

struct fit_share fit_parameters_share(const struct fit_parameters *parameters, const double *coordinates,
                                      int log);

/* Whether a coordinate's number is within a hundredth of its range of a bound: -1 the lower, 1 the upper, 0 neither. */
int fit_parameters_on_bound(const struct fit_parameter *parameter, double coordinate);

/* The bound itself, as the text has it: "tau2_s 30000", and a parameter's name alone. */
struct fit_text {
    char text[80];
};

/* What a parameter is called, with the value that `model` has: "tau2 30000 s". */
struct fit_text fit_parameters_text(const struct fit_parameters *parameters, int parameter,
                                    const struct cell_model *model);

/* ---- the numbers of a model that are not curves ---- */

int fit_number_count(void);

/* "tau2", of number `index`; *value is what `model` has in `*unit`. */
const char *fit_number_name(int index, const struct cell_model *model, double *value, const char **unit);

/* How many digits show a value of a number without an exponent: 4, or all before its point. */
int fit_number_digits(double value);

/* Whether number `index` is fitted. */
bool fit_number_is_fitted(const struct fit_parameters *parameters, int index);

#endif
