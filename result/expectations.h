/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks what a scenario expects of its run, edge by edge while it runs, so that a run of any length needs
 * no more memory than a short one.
 */
#ifndef RESULT_EXPECTATIONS_H
#define RESULT_EXPECTATIONS_H

#include <stddef.h>
#include <stdint.h>

#include "twin/run.h"

enum { EXPECTATION_TEXT_SIZE = 160 };

enum expectation_verdict {
    EXPECTATION_MET,
    EXPECTATION_UNMET,
    EXPECTATION_NOT_REACHED /* the run was ended before it could be told */
};

/* A time for which an output was at one level. */
struct expectation_span {
    int64_t from_tick;
    int64_t ticks; /* 0: there was none */
};

/* One expectation while the run goes on. */
struct expectation_watch {
    bool level;         /* of its output, as far as it matters */
    int64_t met_tick;   /* when the output got there, or the state of charge was seen; -1: not yet */
    int64_t count;      /* of edges, or of cuts; those of `day` alone for EXPECT_EDGES_A_DAY */
    int64_t day;        /* from 0; -1: none yet */
    int64_t worst;      /* the shortest warning in ticks, or the most edges on a day; -1: none yet */
    int64_t worst_tick; /* and when */
    int64_t since_tick; /* since when the output is at `level` */
    struct expectation_span longest[2]; /* floating, high */
    double soc_pct;      /* of the last sample or, once it was seen, at the time that is asked for */
    int64_t sample_tick; /* of the last sample */
};

struct expectations {
    const struct scenario *described;
    struct expectation_watch watches[SCENARIO_EXPECTATIONS_MAX];
    int charges_waiting;                /* states of charge at a time that has not come */
    int64_t end_tick;                   /* set by expectations_finish() */
    const struct system_totals *totals; /* likewise */
};

/* Prepares for a run of `described`, kept by the caller. */
void expectations_init(struct expectations *expectations, const struct scenario *described);

/* To be called with every edge of the run. */
void expectations_take_edge(struct expectations *expectations, const struct system_edge *edge);

/* To be called with every sample of the run. */
void expectations_take_sample(struct expectations *expectations, const struct system_run *run);

/* The run has ended at `end_tick` with `totals`, kept by the caller. */
void expectations_finish(struct expectations *expectations, const struct system_totals *totals,
                         int64_t end_tick);

/* What expectation `index` asks for, in words. */
void expectations_text(const struct expectations *expectations, int index, char *text, size_t size);

/* Whether it was met, and what was observed, in words, into `detail`. After expectations_finish(). */
enum expectation_verdict expectations_judge(const struct expectations *expectations, int index, char *detail,
                                            size_t size);

#endif
