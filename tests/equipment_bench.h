/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One piece of equipment by itself: read from the text that a user would write, it looks at what a test shows it, when the test says so
 * or tick by tick.
 */
#ifndef TESTS_EQUIPMENT_BENCH_H
#define TESTS_EQUIPMENT_BENCH_H

#include <inttypes.h>

#include "scenario/file.h"
#include "tests/system_fixture.h"
#include "twin/equipment.h"

#define TICKS_PER_S ((int64_t)SBMS_TICKS_PER_S)
#define SECONDS(s) ((int64_t)((s) * (double)TICKS_PER_S))

/* ---- from text ------------------------------------------------------------------------------------ */

/* What a piece of equipment stands in: a bank of `series` times 12.8 V, a starter's bus, an empty one, and one of 24 V. */
static const char equipment_surroundings[] =
    "title: a test\n"
    "run: {duration: 1 h}\n"
    "bank: {battery: 12.8 V, capacity_ah: 100, series: %d, state_of_charge_pct: 50}\n"
    "buses:\n"
    "  - {name: starter, battery: lead_acid, capacity_ah: 95}\n"
    "  - {name: cabin}\n"
    "  - {name: high, voltage: 24 V}\n"
    "equipment:\n";

/* The surroundings with `entries`, lines of two spaces and "- {...}"; into one buffer for all. */
static inline const char *equipment_text_in(int series, const char *entries)
{
    static char text[8192];
    int length = snprintf(text, sizeof text, equipment_surroundings, series);

    assert_in_range(length, 1, sizeof text - 1);
    length += snprintf(text + length, sizeof text - (size_t)length, "%s", entries);
    assert_in_range(length, 1, sizeof text - 1);
    return text;
}

static inline const char *equipment_text(const char *entries)
{
    return equipment_text_in(1, entries);
}

/* The entry of one piece with `keys`, such as "kind: relay, from: bank, to: cabin"; into one buffer for all. */
static inline const char *equipment_entry(const char *keys)
{
    static char text[1024];
    const int length = snprintf(text, sizeof text, "  - {name: it, %s}\n", keys);

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

/* The entry with `keys` is refused; what it says ends with `message`, which may begin with the place in the line. */
static inline void assert_keys_refused(const char *keys, const char *message)
{
    static struct scenario described;
    char error[SCENARIO_FILE_ERROR_SIZE] = "";
    const char *text = equipment_text(equipment_entry(keys));

    assert_false(scenario_file_read(text, strlen(text), "x", &described, error, sizeof error));
    if (strstr(error, message) == NULL) {
        fail_msg("%s: says %s, not %s", keys, error, message);
    }
}

/* ---- at the start --------------------------------------------------------------------------------- */

struct equipment_bench {
    struct scenario described;
    const struct scenario_equipment *entry;
    const struct equipment_kind *kind;
    struct equipment_state state;
    struct equipment_seen seen; /* what it is shown; a test writes into it */
};

/* The last of `entries`, beside a bank of `series` times 12.8 V, which all voltages are: enabled, backed, charging allowed. */
static inline void bench_begin_in(struct equipment_bench *bench, int series, const char *entries)
{
    const double volt = 12.8 * series;

    scenario_read(equipment_text_in(series, entries), &bench->described);
    bench->entry = &bench->described.equipment[bench->described.equipment_count - 1];
    bench->kind = equipment_kinds[bench->entry->kind];
    bench->state = (struct equipment_state){.timer_tick = EQUIPMENT_NEVER};
    bench->seen = (struct equipment_seen){.from_v = volt,
                                          .to_v = volt,
                                          .load_v = volt,
                                          .source_v = volt,
                                          .is_enabled = true,
                                          .is_backed = true,
                                          .may_charge = true};
}

static inline void bench_begin(struct equipment_bench *bench, const char *entries)
{
    bench_begin_in(bench, 1, entries);
}

/* One with `keys`, such as a switch, whose control is off. */
static inline void bench_begin_off(struct equipment_bench *bench, int series, const char *keys)
{
    bench_begin_in(bench, series, equipment_entry(keys));
    bench->seen.is_enabled = false;
}

/* ---- looking -------------------------------------------------------------------------------------- */

/* What it would be if it looked at `tick`. */
static inline struct equipment_state bench_would_be(const struct equipment_bench *bench, int64_t tick)
{
    struct equipment_seen seen = bench->seen;

    seen.tick = tick;
    return bench->kind->look(bench->entry, &bench->state, &seen);
}

/* What the timeline calls it now. */
static inline const char *bench_word(const struct equipment_bench *bench)
{
    return bench->kind->phases[bench->state.phase];
}

#define assert_phase(bench, word) assert_string_equal(bench_word(bench), word)

/* Looks at `tick`; what its phase is called then. */
static inline const char *bench_look(struct equipment_bench *bench, int64_t tick)
{
    bench->seen.tick = tick;
    bench->state = bench_would_be(bench, tick);
    return bench_word(bench);
}

/* Looks at the tick at which it is, at what the test has just changed. */
static inline void bench_look_anew(struct equipment_bench *bench)
{
    (void)bench_look(bench, bench->seen.tick);
}

static inline int64_t bench_next_tick(const struct equipment_bench *bench, int64_t tick)
{
    return bench->kind->next_tick == NULL
               ? INT64_MAX
               : bench->kind->next_tick(bench->entry, &bench->state, HOURS_MONDAY, tick);
}

/* Shows it the fault that the file calls `word`, NULL: none; and lets it look. */
static inline void bench_show_fault(struct equipment_bench *bench, const char *word)
{
    bench->seen.fault = 0;
    for (const struct scenario_word *fault = bench->kind->faults; word != NULL && fault->text != NULL;
         fault++) {
        bench->seen.fault = strcmp(fault->text, word) == 0 ? fault->value : bench->seen.fault;
    }
    assert_true((word == NULL) == (bench->seen.fault == 0));
    bench_look_anew(bench);
}

/* ---- time ----------------------------------------------------------------------------------------- */

/* It changes at `tick`, not a tick before, and says so beforehand; the phase is called `word` then. */
static inline void bench_turns_(struct equipment_bench *bench, int64_t tick, const char *word,
                                const char *file, int line)
{
    const int phase = bench->state.phase;
    const int64_t next = bench_next_tick(bench, tick - 1);

    if (bench_would_be(bench, tick - 1).phase != phase || next != tick) {
        print_error("%s:%d: it would turn before tick %" PRId64 ", or names %" PRId64 "\n", file, line, tick,
                    next);
        _fail(file, line);
    }
    _assert_string_equal(bench_look(bench, tick), word, file, line);
}

#define assert_turns(bench, tick, word) bench_turns_(bench, tick, word, __FILE__, __LINE__)

/* Looks at each of the next `ticks`. What changes then is by time alone: it must have named the tick. */
static inline void bench_wait(struct equipment_bench *bench, int64_t ticks)
{
    for (int64_t i = 0; i < ticks; i++) {
        const struct equipment_state before = bench->state;
        const int64_t named = bench_next_tick(bench, bench->seen.tick);

        (void)bench_look(bench, bench->seen.tick + 1);
        if (!equipment_same(&before, &bench->state) && named != bench->seen.tick) {
            fail_msg("it changes at tick %" PRId64 ", but named %" PRId64, bench->seen.tick, named);
        }
    }
}

/* For `ticks` - 1 ticks it stays what it is, and is `word` at the last. */
static inline void bench_waits_(struct equipment_bench *bench, int64_t ticks, const char *word,
                                const char *file, int line)
{
    const int phase = bench->state.phase;

    bench_wait(bench, ticks - 1);
    _assert_int_equal(cast_to_largest_integral_type(bench->state.phase), cast_to_largest_integral_type(phase),
                      file, line);
    bench_wait(bench, 1);
    _assert_string_equal(bench_word(bench), word, file, line);
}

#define assert_turns_after(bench, ticks, word) bench_waits_(bench, ticks, word, __FILE__, __LINE__)

/* ---- in the network ------------------------------------------------------------------------------- */

/* What it adds to a network of two nodes, of which it takes from 0 and gives to 1, with `outlet_w` on its outlet. */
static inline struct network bench_network(const struct equipment_bench *bench, double outlet_w)
{
    struct network network = {.node_count = 2};
    struct equipment_places places = {-1, -1, -1};
    struct equipment_parts parts = {
        .network = &network, .places = &places, .from_node = 0, .to_node = 1, .outlet_w = outlet_w};

    bench->kind->add(bench->entry, &bench->state, &parts);
    assert_int_equal(places.link, network.link_count - 1);
    return network;
}

/* Its contact there, with conductance_s 0 while it is open. */
static inline struct network_link bench_link(const struct equipment_bench *bench)
{
    return bench_network(bench, 0.0).links[0];
}

static inline bool bench_conducts(const struct equipment_bench *bench)
{
    return bench_link(bench).conductance_s > 0.0;
}

#endif
