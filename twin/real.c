/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/real.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

double real_floor(double x)
{
    int64_t whole = 0;

    assert(x > -9e15 && x < 9e15);
    whole = (int64_t)x;
    return (double)whole > x ? (double)(whole - 1) : (double)whole;
}

/* 2^n for n in the range of normal doubles. */
static double power_of_two(int64_t n)
{
    uint64_t bits = 0u;
    double value = 0.0;

    assert(n > -1023 && n < 1024);
    bits = (uint64_t)(n + 1023) << 52;
    memcpy(&value, &bits, sizeof value);
    return value;
}

double real_exp(double x)
{
    const double ln2_high = 6.93147180369123816490e-01;
    const double ln2_low = 1.90821492927058770002e-10;
    const double cut = x < -700.0 ? -700.0 : (x > 700.0 ? 700.0 : x);
    const double n = real_floor(cut / (ln2_high + ln2_low) + 0.5);
    const double r = (cut - n * ln2_high) - n * ln2_low;
    double sum = 1.0;

    for (int term = 13; term > 0; term--) {
        sum = 1.0 + sum * (r * (1.0 / term)); /* unrolled: a division takes several times as long */
    }
    return sum * power_of_two((int64_t)n);
}

/*
 * x = 2^n m with m from sqrt(1/2) to sqrt(2); ln m = 2 artanh((m - 1) / (m + 1)). Without a branch, so that a loop takes two
 * numbers at a time.
 */
static inline double log_of(double x)
{
    const double ln2 = 0.69314718055994530942;
    const double two_52 = 4503599627370496.0; /* its last bits count ones: the exponent, as a number */
    const uint64_t two_52_bits = 0x4330000000000000u;
    const uint64_t half = 0x3FE0000000000000u; /* exponent of 0.5..1 */
    uint64_t bits = 0u;
    uint64_t exponent_bits = 0u;
    double n = 0.0;
    double m = 0.0;
    double s = 0.0;
    double square = 0.0;
    double sum = 0.0;
    bool is_low = false;

    memcpy(&bits, &x, sizeof bits);
    exponent_bits = bits >> 52 | two_52_bits;
    memcpy(&n, &exponent_bits, sizeof n);
    bits = (bits & 0x000FFFFFFFFFFFFFu) | half;
    memcpy(&m, &bits, sizeof m);
    is_low = m < 0.70710678118654752440;
    n -= two_52 + 1022.0 + (is_low ? 1.0 : 0.0);
    m += is_low ? m : 0.0;
    s = (m - 1.0) / (m + 1.0);
    square = s * s;
    for (int term = 17; term > 0; term -= 2) {
        sum = 1.0 / term + square * sum;
    }
    return n * ln2 + 2.0 * s * sum;
}

double real_log(double x)
{
    assert(x > 1e-300);
    return log_of(x);
}

static inline double asinh_of(double x)
{
    const double size = fabs(x);

    return copysign(log_of(size + sqrt(size * size + 1.0)), x);
}

double real_asinh(double x)
{
    assert(fabs(x) < 1e100);
    return asinh_of(x);
}

void real_asinh_each(const double *restrict x, double *restrict value, int count)
{
    for (int i = 0; i < count; i++) {
        value[i] = asinh_of(x[i]);
    }
}

double real_sin(double x)
{
    double r = 0.0;
    double term = 0.0;
    double sum = 0.0;

    assert(x > -1e6 - 2.0 && x < 1e6 + 2.0); /* real_cos() adds a quarter of a turn */
    r = x - real_floor(x / (2.0 * REAL_PI) + 0.5) * 2.0 * REAL_PI;
    if (r > REAL_PI / 2.0) {
        r = REAL_PI - r;
    } else if (r < -REAL_PI / 2.0) {
        r = -REAL_PI - r;
    }
    term = r;
    for (int n = 1; n < 24; n += 2) {
        sum += term;
        term = -term * r * r / ((n + 1) * (n + 2));
    }
    return sum;
}

double real_cos(double x)
{
    return real_sin(x + REAL_PI / 2.0);
}

/* The finaliser of splitmix64 (Steele, Lea, Flood 2014). */
static uint64_t mixed(uint64_t x)
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

double real_random(uint64_t seed, uint64_t stream, uint64_t index, uint64_t draw)
{
    const uint64_t bits = mixed(mixed(mixed(mixed(seed) ^ stream) ^ index) ^ draw);

    return (double)(bits >> 11) * (1.0 / 9007199254740992.0);
}

double real_random_normal(uint64_t seed, uint64_t stream, uint64_t index)
{
    double sum = 0.0;

    for (uint64_t draw = 0; draw < 12; draw++) {
        sum += real_random(seed, stream, index, draw);
    }
    return sum - 6.0;
}
