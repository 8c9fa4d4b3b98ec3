/* SPDX-License-Identifier: Apache-2.0 */
/* All that is known of a run when it has ended: what the writers write from. */
#ifndef RESULT_RESULT_H
#define RESULT_RESULT_H

#include "result/expectations.h"
#include "result/recording.h"

struct run_result {
    const struct scenario *described;
    const char *name;   /* of the scenario, such as "off-grid" */
    const char *device; /* "native" */
    const struct recording *recording;
    const struct expectations *expectations; /* finished */
    const struct system_totals *totals;
    int64_t end_tick;
};

#endif
