/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a run leaves behind: its recording, its totals and what became of its expectations. Made before the run, fed by
 * watching it, and written when it has ended (result/formats.h). It needs a scenario and a run, and nothing of the
 * command, so that a page can use it too.
 */
#ifndef RESULT_RESULT_H
#define RESULT_RESULT_H

#include "result/expectations.h"
#include "result/recording.h"
#include "wiring/finding.h"

struct run_result {
    const struct scenario *described;
    const char *name;   /* of the scenario, such as "off-grid" */
    const char *device; /* "native" or "avr" */
    const char *
        wiring; /* SVG for formats that show it, kept by the caller, who may set it before they are written; NULL: none */
    int64_t end_tick; /* of the run, or where it was cut short: */
    bool is_cut_short;
    struct wiring_findings findings; /* what is wrong with the wiring */
    struct recording recording;
    struct expectations expectations;
    const struct system_totals *totals; /* set by run_result_finish() */
};

/*
 * Prepares for a run of `described` to `end_tick`, above 0. `described`, `name` and `device` are kept by the caller.
 */
void run_result_init(struct run_result *result, const struct scenario *described, const char *name,
                     const char *device, int64_t end_tick, struct series_buckets buckets);

/* Gives its memory back. */
void run_result_free(struct run_result *result);

/* Who watches the run (twin/run.h) for `result`. */
struct system_observer run_result_observer(struct run_result *result);

/* The run has ended with `totals`, kept by the caller. False: there was not enough memory to record it. */
bool run_result_finish(struct run_result *result, const struct system_totals *totals);

/* Whether cells that are validated went beyond what they were measured at, in temperature or current. The run has finished. */
bool run_result_leaves_cell_range(const struct run_result *result);

#endif
