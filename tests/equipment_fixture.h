/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of equipment share: one piece by itself (tests/equipment_bench.h), and whole runs from text, with all phases in them. */
#ifndef TESTS_EQUIPMENT_FIXTURE_H
#define TESTS_EQUIPMENT_FIXTURE_H

#include "tests/equipment_bench.h"

/* ---- whole runs ----------------------------------------------------------------------------------- */

struct equipment_run {
    struct scenario described;
    struct test_record record;
    struct system_run run;
    void (*sample)(void *self, const struct system_run *run); /* or NULL */
    void *self;
};

static inline void equipment_run_edge(void *self, const struct system_edge *edge)
{
    record_edge(&((struct equipment_run *)self)->record, edge);
}

static inline void equipment_run_sample(void *self, const struct system_run *run)
{
    struct equipment_run *whole = self;

    if (whole->sample != NULL) {
        whole->sample(whole->self, run);
    }
}

/* Runs the scenario `text` to its end; the balance of its energy is checked there. */
static inline void equipment_run(struct equipment_run *whole, const char *text, bool fixed_steps)
{
    struct sbms_control control;

    scenario_read(text, &whole->described);
    whole->record.count = 0;
    assert_int_equal(sbms_control_init(&control, &whole->described.bms.settings), SBMS_SETTINGS_OK);
    assert_true(system_init(
        &whole->run, &whole->described, device_native(&control),
        (struct system_observer){.self = whole, .edge = equipment_run_edge, .sample = equipment_run_sample},
        fixed_steps));
    system_run_to(&whole->run, whole->run.end_tick);
    system_free(&whole->run);
}

/* How often the piece called `name` gets to be in a phase called `word`; the tick of time `number` of them, from 0, into `tick`. */
static inline int equipment_phases(const struct equipment_run *whole, const char *name, const char *word,
                                   int number, int64_t *tick)
{
    int count = 0;

    for (int i = 0; i < whole->record.count; i++) {
        const struct system_edge *edge = &whole->record.edges[i];

        if ((edge->kind == EDGE_EQUIPMENT || edge->kind == EDGE_STAGE) &&
            strcmp(equipment_name(&whole->described, edge->value), name) == 0 &&
            strcmp(equipment_phase_word(&whole->described, edge->value, edge->phase), word) == 0) {
            if (count++ == number && tick != NULL) {
                *tick = edge->tick;
            }
        }
    }
    return count;
}

#endif
