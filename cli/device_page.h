/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report page of what a device did without a twin around it: of a replay, or of a device's record. The same page as a run's,
 * with outputs, edges and incidents, and no quantities.
 */
#ifndef CLI_DEVICE_PAGE_H
#define CLI_DEVICE_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "result/edge_list.h"
#include "result/incidents.h"

enum { DEVICE_PAGE_NOTES_MAX = 64, DEVICE_PAGE_TEXT_SIZE = 160 };

struct device_page {
    const char *kind;        /* "replay" or "log" */
    const char *title;       /* kept by the caller */
    const char *description; /* likewise */
    int64_t end_tick;
    struct edge_list edges;
    struct incidents incidents;
    /* ---- this module's own */
    char notes[DEVICE_PAGE_NOTES_MAX]
              [DEVICE_PAGE_TEXT_SIZE]; /* of edges of the kind EDGE_EVENT, by their value */
    int note_count;
    int64_t gap_ticks[DEVICE_PAGE_NOTES_MAX]; /* in order; behind each lies time of an unknown length */
    int gap_count;
    int64_t wire_ticks[EDGE_CHARGER + 1]; /* the last edge of each output; -1: none */
};

/* An empty page. */
void device_page_init(struct device_page *page, const char *kind, const char *title, const char *description);

void device_page_free(struct device_page *page);

/* An output's edge, or, with `stays`, that a start leaves it floating; not before the last one. */
void device_page_edge(struct device_page *page, int64_t tick, enum system_edge_kind kind, bool on, bool stays,
                      uint8_t cause);

/* Something else that is told, in words; what is too much is dropped. */
void device_page_note(struct device_page *page, int64_t tick, const char *text);

/* Behind this tick, not before the last, lies time of an unknown length: what lasts over it lasted at least as long as it says. */
void device_page_gap(struct device_page *page, int64_t tick);

/* What happened, in one line: the first of the page. */
void device_page_story(const struct device_page *page, char *text, size_t size);

/* Writes the page to `stream`, after everything has been added. False: there was not enough memory for the edges. */
bool device_page_write(struct device_page *page, FILE *stream);

/* A cause in words: "allowed-to-discharge lost". `stays`: of what stays floating at a start. */
const char *device_page_cause(uint8_t cause, bool stays);

/* The cause of an output's edge in words; Pre-alarm ends with a cut because Load floats (PRE-3). */
const char *device_page_edge_cause(enum system_edge_kind kind, bool on, uint8_t cause);

#endif
