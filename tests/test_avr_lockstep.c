/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The image against the law, in lock-step: random stimuli through `replay` with either device; the rows, their times and
 * their causes must be the same (SPEC section 9), also at corners of simulator/silicon.h where only oscillators are off. A
 * sample of 250, with DEPTH=soak 1000; RUNS says how many, SEED (1) from which seed on. Of one
 * that differs the stimulus is left in a file, with the command that replays it.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/environment.h"
#include "tests/files.h"

#define STIMULI 1000
#define SAMPLE 120
#define CHANGES 60
#define TEXT_SIZE (CHANGES * 96 + 256)
#define ROWS_SIZE 65536

/* ---- random stimuli -------------------------------------------------------------------------------------- */

/* splitmix64: every seed a stream of its own. */
static uint64_t draw(uint64_t *stream)
{
    uint64_t z = (*stream += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static int32_t between(uint64_t *stream, int32_t low, int32_t high)
{
    return low + (int32_t)(draw(stream) % (uint64_t)((int64_t)high - low + 1));
}

static bool chance(uint64_t *stream, int percent)
{
    return between(stream, 1, 100) <= percent;
}

#define PICK(stream, list) ((list)[draw(stream) % (sizeof(list) / sizeof *(list))])

/* Milliseconds to the next change: glitches, debounces, and waits longer than the 30 s. */
static int32_t wait_ms(uint64_t *stream)
{
    int32_t kind = between(stream, 1, 100);
    if (kind <= 20) {
        return between(stream, 0, 300);
    }
    if (kind <= 60) {
        return between(stream, 300, 2000);
    }
    return kind <= 94 ? between(stream, 2000, 12000) : between(stream, 29000, 40000);
}

/* Mostly healthy; else around the thresholds of SUP-3, or anything (SUP-1). */
static int32_t vbat_mv(uint64_t *stream)
{
    static const int32_t edges[] = {7400, 7499, 7500, 7501, 7700, 7999, 8000, 8001, 0};
    static const int32_t healthy[] = {12800, 26400, 51200};
    if (chance(stream, 75)) {
        return PICK(stream, healthy);
    }
    return chance(stream, 70) ? PICK(stream, edges) : between(stream, 0, 73000);
}

/* REM-1, REM-4: either terminal around its thresholds, open, or anything that it withstands (REM-3). */
static int32_t remote_mv(uint64_t *stream, const int32_t *edges, size_t edge_count, int32_t open_mv)
{
    if (chance(stream, 50)) {
        return open_mv;
    }
    return chance(stream, 80) ? edges[draw(stream) % edge_count] : between(stream, -70000, 70000);
}

static void signals(uint64_t *stream, int levels[3])
{
    static const int all[][3] = {{1, 1, 1}, {1, 1, 0}, {1, 0, 0}, {0, 1, 1}, {0, 0, 0}, {1, 0, 1}};
    memcpy(levels, PICK(stream, all), sizeof all[0]);
}

static void make_stimulus(uint64_t seed, char *text)
{
    static const int32_t l_edges[] = {0, 3499, 3500, 3501, 3549, 3550, 3551, 5000};
    static const int32_t h_edges[] = {0, 2850, 2851, 2849, 2900, 2901, 2899, 12800};
    uint64_t stream = seed * UINT64_C(0x2545F4914F6CDD1D) + 1u;
    int64_t t_ms = 0;
    int32_t values[3] = {12800, 0, 0};
    int levels[3] = {1, 1, 1};
    int length = sprintf(text, "t_s,vbat_mv,remote_l_mv,remote_h_mv,atc,atd,no_prealarm\n");
    for (int change = 0; change <= CHANGES; change++) {
        length +=
            sprintf(text + length, "%" PRId64 ".%03d,%d,%d,%d,%d,%d,%d\n", t_ms / 1000, (int)(t_ms % 1000),
                    values[0], values[1], values[2], levels[0], levels[1], levels[2]);
        t_ms += wait_ms(&stream);
        if (chance(&stream, 65)) {
            signals(&stream, levels);
        } else if (chance(&stream, 50)) {
            values[0] = vbat_mv(&stream);
        } else if (chance(&stream, 60)) { /* L closed: on */
            values[1] = 0;
        } else {
            values[1] = remote_mv(&stream, l_edges, sizeof l_edges / sizeof *l_edges, 5000);
            values[2] = remote_mv(&stream, h_edges, sizeof h_edges / sizeof *h_edges, 0);
        }
        assert_in_range(length, 1, TEXT_SIZE - 128);
    }
}

/* ---- both devices ---------------------------------------------------------------------------------------- */

/* Half of the stimuli where an oscillator is off. */
static const char *device_of(uint64_t seed)
{
    static const char *const devices[] = {
        "avr", "avr --corner fast", "avr", "avr --corner early-watchdog", "avr", "avr --corner cold-crystal"};
    return devices[seed % (sizeof devices / sizeof devices[0])];
}

/* What `replay` prints of the stimulus in `path` with that device, into `rows`; returns its exit status. */
static int replay(const char *path, const char *device, char *rows, size_t size)
{
    char command[4096];
    size_t length = 0;
    int written = snprintf(command, sizeof command, "%s replay --device %s %s", SMALLBMS_PATH, device, path);
    assert_in_range(written, 1, sizeof command - 1);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    length = fread(rows, 1, size - 1, pipe);
    assert_true(length < size - 1);
    rows[length] = '\0';
    return pclose(pipe);
}

static size_t count_rows(const char *rows)
{
    size_t count = 0;
    for (const char *at = rows; *at != '\0'; at++) {
        count += *at == '\n' ? 1u : 0u;
    }
    return count;
}

/* Runs both with the stimulus of `seed`; returns how many rows each printed. */
static size_t same_rows_of(uint64_t seed)
{
    static char text[TEXT_SIZE];
    static char native[ROWS_SIZE];
    static char avr[ROWS_SIZE];
    char path[64];
    snprintf(path, sizeof path, "lockstep-%" PRIu64 ".csv", seed);
    make_stimulus(seed, text);
    files_put(path, text);
    assert_int_equal(replay(path, "native", native, sizeof native), 0);
    if (replay(path, device_of(seed), avr, sizeof avr) != 0 || strcmp(native, avr) != 0) {
        print_message("replay: %s replay --device %s build/tests/%s\n", SMALLBMS_PATH, device_of(seed), path);
        fail_msg("seed %" PRIu64 "\n--- native\n%s--- avr\n%s", seed, native, avr);
    }
    assert_int_equal(remove(path), 0);
    return count_rows(native);
}

static void test_image_and_law_print_the_same_rows(void **state)
{
    const uint64_t count = environment_runs(environment_is_soak() ? STIMULI : SAMPLE);
    const uint64_t first = environment_seed(1);
    size_t rows = 0;
    (void)state;
    for (uint64_t seed = first; seed < first + count; seed++) {
        rows += same_rows_of(seed);
    }
    print_message("%" PRIu64 " stimuli of %d changes, seeds from %" PRIu64 ": %zu rows, the same from both\n",
                  count, CHANGES, first, rows);
    assert_true(rows > 10u * count); /* they do something */
}

/* SAFE-5: the oscillators were compared at a tick that the record's work had delayed by more than a millisecond; the comparison
 * then waited for the next one, and the watchdog ended it. */
static void test_work_that_delays_a_tick(void **state)
{
    (void)state;
    assert_true(same_rows_of(31109641) > 10u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_image_and_law_print_the_same_rows),
                                       cmocka_unit_test(test_work_that_delays_a_tick)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
