/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of HTML that every page of edges has, whatever it tells of: a run, a replay, a device's record. */
#ifndef RESULT_PAGE_MARKUP_H
#define RESULT_PAGE_MARKUP_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "result/incidents.h"

/* An element with a text, "<p class="story">...</p>" and the like; a class of NULL: none. */
void page_markup_element(const char *tag, const char *class, const char *text, FILE *stream);

/* The title and what happened, which come first. */
void page_markup_heading(const char *title, const char *story, FILE *stream);

/* Begins and ends the table of incidents, with how many of each kind are not listed. */
void page_markup_begin_incidents(const struct incidents *incidents, FILE *stream);
void page_markup_end_incidents(FILE *stream);

/* One row of it: of `incidents`, when they have ended; when, a cut's own begin, what happened, how long, and how many of its kind are not listed behind it. */
void page_markup_incident(const struct incidents *incidents, const struct incident *incident,
                          const char *when, const char *text, FILE *stream);

/* The word for a kind of incident in data: "cut". */
const char *page_markup_incident_word(enum incident_kind kind);

#endif
