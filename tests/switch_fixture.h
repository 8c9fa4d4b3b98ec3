/* SPDX-License-Identifier: Apache-2.0 */
/* One piece of equipment by itself: read from a file, it looks at what a test shows it, tick by tick. */
#ifndef TESTS_SWITCH_FIXTURE_H
#define TESTS_SWITCH_FIXTURE_H

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/control.h"
#include "scenario/file.h"
#include "twin/equipment.h"

#define SECONDS(s) ((int64_t)((s)*8.0))

struct switch_bench {
    struct scenario described;
    struct scenario_equipment *entry;
    const struct equipment_kind *kind;
    struct equipment_state state;
    struct equipment_seen seen; /* what it is shown; a test writes into it */
};

/* Reads an entry with these keys, such as "kind: relay, from: bank, to: side", beside a bank of `series` times 12.8 V. */
static inline bool switch_bench_reads(struct switch_bench *bench, int series, const char *keys, char *error,
                                      size_t error_size)
{
    char text[1024];

    snprintf(text, sizeof text,
             "title: t\nrun: {duration: 1 h}\n"
             "bank: {battery: 12.8 V, capacity_ah: 100, series: %d, state_of_charge_pct: 50}\n"
             "buses: [{name: side}, {name: other, voltage: 24 V}]\nequipment:\n  - {name: it, %s}\n",
             series, keys);
    *bench = (struct switch_bench){.state = {.timer_tick = EQUIPMENT_NEVER}};
    if (!scenario_file_read(text, strlen(text), "x.yaml", &bench->described, error, error_size)) {
        return false;
    }
    bench->entry = &bench->described.equipment[0];
    bench->kind = equipment_kinds[bench->entry->kind];
    bench->seen =
        (struct equipment_seen){.from_v = 12.8 * series, .to_v = 12.8 * series, .cell_temp_c = 20.0};
    return true;
}

static inline void switch_bench_made(struct switch_bench *bench, int series, const char *keys)
{
    char error[SCENARIO_FILE_ERROR_SIZE];

    if (!switch_bench_reads(bench, series, keys, error, sizeof error)) {
        fail_msg("%s: %s", keys, error);
    }
}

static inline void switch_bench_refuses(int series, const char *keys, const char *message)
{
    static struct switch_bench bench;
    char error[SCENARIO_FILE_ERROR_SIZE];

    assert_false(switch_bench_reads(&bench, series, keys, error, sizeof error));
    if (strstr(error, message) == NULL) {
        fail_msg("%s: says %s, not %s", keys, error, message);
    }
}

/* Lets it look at its tick, at what a test has just changed. */
static inline void switch_bench_look(struct switch_bench *bench)
{
    bench->state = bench->kind->look(bench->entry, &bench->state, &bench->seen);
}

/* Lets so many ticks go by. What changes then is by time alone: it must have named the tick. */
static inline void switch_bench_wait(struct switch_bench *bench, int64_t ticks)
{
    for (int64_t i = 0; i < ticks; i++) {
        const struct equipment_state before = bench->state;
        const int64_t named = bench->kind->next_tick == NULL
                                  ? INT64_MAX
                                  : bench->kind->next_tick(bench->entry, &before, 0, bench->seen.tick);

        bench->seen.tick++;
        switch_bench_look(bench);
        if (!equipment_same(&before, &bench->state) && named != bench->seen.tick) {
            fail_msg("it changes at tick %" PRId64 ", but named %" PRId64, bench->seen.tick, named);
        }
    }
}

/* What the timeline calls it now. */
static inline const char *switch_bench_word(const struct switch_bench *bench)
{
    return bench->kind->phases[bench->state.phase];
}

#define switch_bench_expect(bench, word) assert_string_equal(switch_bench_word(bench), word)

/* For `ticks` - 1 ticks it stays what it is, and is `word` at the last. */
static inline void switch_bench_until_(struct switch_bench *bench, int64_t ticks, const char *word,
                                       const char *file, int line)
{
    const int phase = bench->state.phase;

    switch_bench_wait(bench, ticks - 1);
    _assert_int_equal(cast_to_largest_integral_type(bench->state.phase), cast_to_largest_integral_type(phase),
                      file, line);
    switch_bench_wait(bench, 1);
    _assert_string_equal(switch_bench_word(bench), word, file, line);
}

#define switch_bench_until(bench, ticks, word) switch_bench_until_(bench, ticks, word, __FILE__, __LINE__)

/* Its contact in the network, with conductance_s 0 while it is open. */
static inline struct network_link switch_bench_link(const struct switch_bench *bench)
{
    static struct network network;
    struct equipment_places places = {-1, -1, -1};
    struct equipment_parts parts = {
        .network = &network, .places = &places, .from_node = bench->entry->from, .to_node = bench->entry->to};

    network = (struct network){.node_count = 2};
    bench->kind->add(bench->entry, &bench->state, &parts);
    assert_int_equal(places.link, network.link_count - 1);
    return network.link_count == 0 ? (struct network_link){.conductance_s = 0.0} : network.links[0];
}

static inline bool switch_bench_conducts(const struct switch_bench *bench)
{
    return switch_bench_link(bench).conductance_s > 0.0;
}

#endif
