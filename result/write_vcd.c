/* SPDX-License-Identifier: Apache-2.0 */
#include "result/write_vcd.h"

#include <assert.h>
#include <inttypes.h>

#include "twin/millivolts.h"

/* Names of the wires, in the order of enum recording_wire; the code of each is a letter from 'a' on. */
static const char *const wire_names[WIRE_COUNT] = {"load", "prealarm", "charger",     "led_load", "led_fault",
                                                   "atc",  "atd",      "no_prealarm", "remote"};

enum { WORD_BUS, WORD_CELL_MIN, WORD_CELL_MAX, WORD_COUNT };
static const char *const word_names[WORD_COUNT] = {"bus_mv", "cell_mv_min", "cell_mv_max"};

/* A dump on its way. */
struct vcd {
    FILE *stream;
    int64_t tick; /* last written */
    int words[WORD_COUNT];
};

static char wire_code(int wire)
{
    assert(wire >= 0);
    assert(wire < WIRE_COUNT);
    return (char)('a' + wire);
}

static char word_code(int word)
{
    assert(word >= 0);
    assert(word < WORD_COUNT);
    return (char)('A' + word);
}

static void write_head(FILE *stream)
{
    fputs("$version smallbms " SMALLBMS_VERSION " $end\n"
          "$timescale 1 ms $end\n"
          "$scope module smallbms $end\n",
          stream);
    for (int wire = 0; wire < WIRE_COUNT; wire++) {
        fprintf(stream, "$var wire 1 %c %s $end\n", wire_code(wire), wire_names[wire]);
    }
    for (int word = 0; word < WORD_COUNT; word++) {
        fprintf(stream, "$var integer 32 %c %s $end\n", word_code(word), word_names[word]);
    }
    fputs("$upscope $end\n$enddefinitions $end\n", stream);
}

static void go_to(struct vcd *vcd, int64_t tick)
{
    assert(tick >= vcd->tick);
    if (tick > vcd->tick) {
        fprintf(vcd->stream, "#%" PRId64 "\n", tick * (int64_t)SBMS_TICK_MS);
    }
    vcd->tick = tick;
}

static void write_word(struct vcd *vcd, int word, int value)
{
    uint32_t bits = (uint32_t)value;
    int top = 31;
    while (top > 0 && (bits >> top & 1u) == 0u) {
        top--;
    }
    fputc('b', vcd->stream);
    for (int bit = top; bit >= 0; bit--) {
        fputc((bits >> bit & 1u) != 0u ? '1' : '0', vcd->stream);
    }
    fprintf(vcd->stream, " %c\n", word_code(word));
    vcd->words[word] = value;
}

static void words_at(const struct recording *recording, size_t index, int words[WORD_COUNT])
{
    assert(index < recording->point_count);
    words[WORD_BUS] = millivolts_of((double)recording->points[index].bus_v);
    recording_cell_range(recording, index, &words[WORD_CELL_MIN], &words[WORD_CELL_MAX]);
}

static void write_point(struct vcd *vcd, const struct recording *recording, size_t index)
{
    int words[WORD_COUNT];
    words_at(recording, index, words);
    for (int word = 0; word < WORD_COUNT; word++) {
        if (words[word] != vcd->words[word]) {
            go_to(vcd, recording->points[index].tick);
            write_word(vcd, word, words[word]);
        }
    }
}

static void write_change(struct vcd *vcd, const struct recording_change *change)
{
    go_to(vcd, change->tick);
    fprintf(vcd->stream, "%d%c\n", change->on, wire_code(change->wire));
}

/* The state of everything at the start. What changes at the first tick is in it. */
static size_t write_start(struct vcd *vcd, const struct recording *recording)
{
    bool levels[WIRE_COUNT] = {[WIRE_REMOTE] = recording->described->remote.on};
    size_t next = 0;
    assert(recording->point_count > 0 && recording->points[0].tick == 0);
    for (; next < recording->change_count && recording->changes[next].tick == 0; next++) {
        assert(recording->changes[next].wire < WIRE_COUNT);
        levels[recording->changes[next].wire] = recording->changes[next].on;
    }
    fputs("#0\n$dumpvars\n", vcd->stream);
    for (int wire = 0; wire < WIRE_COUNT; wire++) {
        fprintf(vcd->stream, "%d%c\n", levels[wire], wire_code(wire));
    }
    words_at(recording, 0, vcd->words);
    for (int word = 0; word < WORD_COUNT; word++) {
        write_word(vcd, word, vcd->words[word]);
    }
    fputs("$end\n", vcd->stream);
    return next;
}

void write_vcd(const struct run_result *result, FILE *stream)
{
    const struct recording *recording = &result->recording;
    struct vcd vcd = {.stream = stream};
    write_head(stream);
    size_t change = write_start(&vcd, recording);
    size_t point = 1;
    while (change < recording->change_count || point < recording->point_count) {
        if (point == recording->point_count ||
            (change < recording->change_count &&
             recording->changes[change].tick <= recording->points[point].tick)) {
            write_change(&vcd, &recording->changes[change++]);
        } else {
            write_point(&vcd, recording, point++);
        }
    }
    go_to(&vcd, result->end_tick);
}
