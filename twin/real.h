/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Elementary functions from IEEE basic operations only, so that a run gives the same bytes on every machine:
 * C libraries differ in the last bit of theirs. Compile with -ffp-contract=off.
 */
#ifndef TWIN_REAL_H
#define TWIN_REAL_H

#include <stdint.h>

#define REAL_PI 3.14159265358979323846

/* e^x, relative error below 1e-14; x is cut to -700..700 and must be a number. */
double real_exp(double x);

/* ln(x), x above 0 and normal; absolute error below 1e-14 for x in 1e-6..1e6. */
double real_log(double x);

/* asinh(x), |x| up to 1e100; absolute error below 1e-14 for |x| up to 1e9, relative error beyond. */
double real_asinh(double x);

/* real_asinh() of each of `count` numbers, the same bytes; two at a time, so the arrays do not overlap. */
void real_asinh_each(const double *restrict x, double *restrict value, int count);

/* cos(x), x in radians, |x| up to 1e6; absolute error below 2e-10 at that end. */
double real_cos(double x);

/* sin(x), as real_cos(). */
double real_sin(double x);

/* The largest whole number that is not above x; |x| below 9e15. */
double real_floor(double x);

/* A number in 0..1 (1 not included) that depends on the four arguments and nothing else. */
double real_random(uint64_t seed, uint64_t stream, uint64_t index, uint64_t draw);

/* A standard normal number likewise: the sum of twelve real_random(), so it stays within -6..6. */
double real_random_normal(uint64_t seed, uint64_t stream, uint64_t index);

#endif
