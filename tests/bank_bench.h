/* SPDX-License-Identifier: Apache-2.0 */
/* A bank alone, driven with a current into it that is what it is, whatever the voltage. */
#ifndef TESTS_BANK_BENCH_H
#define TESTS_BANK_BENCH_H

#include "twin/bank.h"

enum { BANK_BENCH_STEP_MAX = 13 }; /* 2^13 ticks: BANK_STEP_S_MAX */

static inline double bank_bench_node_v(struct network_store store, double current_a)
{
    return (current_a + store.short_a) / store.conductance_s;
}

/* Settles the bank now; the voltage of its node. */
static inline double bank_bench_settle(struct bank *b, double current_a)
{
    const double node_v = bank_bench_node_v(bank_now(b), current_a);

    bank_settle(b, node_v);
    return node_v;
}

/* Tries a step of 2^k ticks, k 0 to BANK_BENCH_STEP_MAX; the voltage of the bank's node at its end. */
static inline double bank_bench_try(struct bank *b, int k, double current_a, double ambient_c)
{
    const double node_v = bank_bench_node_v(bank_try(b, 1 << k, ambient_c), current_a);

    bank_conclude(b, node_v);
    return node_v;
}

#endif
