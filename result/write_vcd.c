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
    int64_t tick;  /* last written */
    size_t bucket; /* the next */
    size_t row;    /* likewise */
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

/* What the words are from the start of a bucket on: the bus's mean, the lowest cell at its lowest, the highest at its highest. */
static void words_of_bucket(const struct series *series, size_t index, int words[WORD_COUNT])
{
    const struct series_range *ranges = series->ranges + index * SERIES_QUANTITIES;
    assert(index < series->bucket_count);
    words[WORD_BUS] = nearest_whole((double)ranges[SERIES_BUS_MV].mean);
    words[WORD_CELL_MIN] = nearest_whole((double)ranges[SERIES_CELL_MIN_MV].min);
    words[WORD_CELL_MAX] = nearest_whole((double)ranges[SERIES_CELL_MAX_MV].max);
}

static void words_of_row(const struct series_row *row, int words[WORD_COUNT])
{
    words[WORD_BUS] = nearest_whole((double)row->values[SERIES_BUS_MV]);
    words[WORD_CELL_MIN] = nearest_whole((double)row->values[SERIES_CELL_MIN_MV]);
    words[WORD_CELL_MAX] = nearest_whole((double)row->values[SERIES_CELL_MAX_MV]);
}

static void write_words(struct vcd *vcd, int64_t tick, const int words[WORD_COUNT])
{
    for (int word = 0; word < WORD_COUNT; word++) {
        if (words[word] != vcd->words[word]) {
            go_to(vcd, tick);
            write_word(vcd, word, words[word]);
        }
    }
}

/* Writes the words up to `tick`, with: those of buckets and rows in the order of time. */
static void write_words_to(struct vcd *vcd, const struct series *series, int64_t tick)
{
    for (;;) {
        int words[WORD_COUNT];
        const int64_t bucket_tick =
            vcd->bucket < series->bucket_count ? (int64_t)vcd->bucket * series->bucket_ticks : INT64_MAX;
        const int64_t row_tick = vcd->row < series->row_count ? series->rows[vcd->row].tick : INT64_MAX;
        if (bucket_tick > tick && row_tick > tick) {
            return;
        }
        if (bucket_tick <= row_tick) {
            words_of_bucket(series, vcd->bucket++, words);
            write_words(vcd, bucket_tick, words);
        } else {
            words_of_row(&series->rows[vcd->row++], words);
            write_words(vcd, row_tick, words);
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
    int words[WORD_COUNT] = {0};
    size_t next = 0;
    for (; next < recording->change_count && recording->changes[next].tick == 0; next++) {
        assert(recording->changes[next].wire < WIRE_COUNT);
        levels[recording->changes[next].wire] = recording->changes[next].on;
    }
    fputs("#0\n$dumpvars\n", vcd->stream);
    for (int wire = 0; wire < WIRE_COUNT; wire++) {
        fprintf(vcd->stream, "%d%c\n", levels[wire], wire_code(wire));
    }
    if (recording->series.bucket_count > 0) {
        words_of_bucket(&recording->series, vcd->bucket++, words);
    }
    for (int word = 0; word < WORD_COUNT; word++) {
        write_word(vcd, word, words[word]);
    }
    fputs("$end\n", vcd->stream);
    return next;
}

/* Behind the last change that is kept nothing is known of the wires. */
static void write_unknown(struct vcd *vcd, const struct recording *recording)
{
    go_to(vcd, recording->changes[recording->change_count - 1].tick + 1);
    for (int wire = 0; wire < WIRE_COUNT; wire++) {
        fprintf(vcd->stream, "x%c\n", wire_code(wire));
    }
}

void write_vcd(const struct run_result *result, FILE *stream)
{
    const struct recording *recording = &result->recording;
    struct vcd vcd = {.stream = stream};
    write_head(stream);
    for (size_t change = write_start(&vcd, recording); change < recording->change_count; change++) {
        write_words_to(&vcd, &recording->series, recording->changes[change].tick - 1);
        write_change(&vcd, &recording->changes[change]);
    }
    if (recording->changes_left_out > 0) {
        write_words_to(&vcd, &recording->series, recording->changes[recording->change_count - 1].tick);
        write_unknown(&vcd, recording);
    }
    write_words_to(&vcd, &recording->series, result->end_tick);
    go_to(&vcd, result->end_tick);
}
