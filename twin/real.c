/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/real.h"

#include <assert.h>
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
        sum = 1.0 + sum * r / term;
    }
    return sum * power_of_two((int64_t)n);
}

double real_tanh(double x)
{
    const double e = real_exp(-2.0 * (x < 0.0 ? -x : x));
    const double size = (1.0 - e) / (1.0 + e);

    return x < 0.0 ? -size : size;
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
