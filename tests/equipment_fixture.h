/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of equipment share: one piece by itself, read from the text that a user would write and made to look at what a test
 * says; whole runs from such text, with all phases in them.
 */
#ifndef TESTS_EQUIPMENT_FIXTURE_H
#define TESTS_EQUIPMENT_FIXTURE_H

#include "scenario/file.h"
#include "tests/system_fixture.h"
#include "twin/equipment.h"

#define TICKS_PER_S ((int64_t)SBMS_TICKS_PER_S)

/* ---- from text ------------------------------------------------------------------------------------ */

/* What a piece of equipment stands in: a bank of 12.8 V, a starter's bus, an empty one, and one of 24 V. */
static const char equipment_surroundings[] =
    "title: a test\n"
    "run: {duration: 1 h}\n"
    "bank: {battery: 12.8 V, capacity_ah: 100, state_of_charge_pct: 50}\n"
    "buses:\n"
    "  - {name: starter, battery: lead_acid, capacity_ah: 95}\n"
    "  - {name: cabin}\n"
    "  - {name: high, voltage: 24 V}\n"
    "equipment:\n";

/* The surroundings with `entries`, lines of two spaces and "- {...}"; into one buffer for all. */
static inline const char *equipment_text(const char *entries)
{
    static char text[8192];
    const int length = snprintf(text, sizeof text, "%s%s", equipment_surroundings, entries);

    assert_in_range(length, 1, sizeof text - 1);
    return text;
}

static inline void scenario_read(const char *text, struct scenario *described)
{
    char error[SCENARIO_FILE_ERROR_SIZE];

    if (!scenario_file_read(text, strlen(text), "x", described, error, sizeof error)) {
        fail_msg("%s\n%s", error, text);
    }
}

/* The file with `entries` is refused; what it says has `message` in it, after line and column `place` ("9:5"). */
static inline void assert_entry_refused(const char *entries, const char *place, const char *message)
{
    static struct scenario described;
    char error[SCENARIO_FILE_ERROR_SIZE] = "";
    const char *text = equipment_text(entries);
    char wanted[SCENARIO_FILE_ERROR_SIZE];

    assert_false(scenario_file_read(text, strlen(text), "x", &described, error, sizeof error));
    snprintf(wanted, sizeof wanted, "x:%s: %s", place, message);
    assert_string_equal(error, wanted);
}

/* ---- one by itself -------------------------------------------------------------------------------- */

struct equipment_bench {
    struct scenario described;
    const struct scenario_equipment *entry;
    const struct equipment_kind *kind;
    struct equipment_state state;
    struct equipment_seen seen;
};

/* The last of `entries`, as at the start of a run: enabled, backed, charging allowed, 12.8 V everywhere. */
static inline void bench_begin(struct equipment_bench *bench, const char *entries)
{
    scenario_read(equipment_text(entries), &bench->described);
    bench->entry = &bench->described.equipment[bench->described.equipment_count - 1];
    bench->kind = equipment_kinds[bench->entry->kind];
    bench->state = (struct equipment_state){.timer_tick = EQUIPMENT_NEVER};
    bench->seen = (struct equipment_seen){.from_v = 12.8,
                                          .to_v = 12.8,
                                          .load_v = 12.8,
                                          .source_v = 12.8,
                                          .is_enabled = true,
                                          .is_backed = true,
                                          .may_charge = true};
}

/* What it would be if it looked at `tick`. */
static inline struct equipment_state bench_would_be(const struct equipment_bench *bench, int64_t tick)
{
    struct equipment_seen seen = bench->seen;

    seen.tick = tick;
    return bench->kind->look(bench->entry, &bench->state, &seen);
}

/* Looks at `tick`; what its phase is called then. */
static inline const char *bench_look(struct equipment_bench *bench, int64_t tick)
{
    bench->seen.tick = tick;
    bench->state = bench_would_be(bench, tick);
    return bench->kind->phases[bench->state.phase];
}

static inline int64_t bench_next_tick(const struct equipment_bench *bench, int64_t tick)
{
    return bench->kind->next_tick(bench->entry, &bench->state, HOURS_MONDAY, tick);
}

/* It changes at `tick`, not a tick before, and says so beforehand; the phase is called `word` then. */
static inline void bench_turns_(struct equipment_bench *bench, int64_t tick, const char *word,
                                const char *file, int line)
{
    const int phase = bench->state.phase;
    const int64_t next = bench_next_tick(bench, tick - 1);

    if (bench_would_be(bench, tick - 1).phase != phase || next != tick) {
        print_error("%s:%d: it would turn before tick %lld, or names %lld\n", file, line, (long long)tick,
                    (long long)next);
        _fail(file, line);
    }
    _assert_string_equal(bench_look(bench, tick), word, file, line);
}

#define assert_turns(bench, tick, word) bench_turns_(bench, tick, word, __FILE__, __LINE__)

/* What it adds to a network of two nodes, of which it takes from 0 and gives to 1, with `outlet_w` on its outlet. */
static inline struct network bench_network(const struct equipment_bench *bench, double outlet_w)
{
    struct network network = {.node_count = 2};
    struct equipment_places places = {-1, -1, -1};
    struct equipment_parts parts = {
        .network = &network, .places = &places, .from_node = 0, .to_node = 1, .outlet_w = outlet_w};

    bench->kind->add(bench->entry, &bench->state, &parts);
    return network;
}

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
