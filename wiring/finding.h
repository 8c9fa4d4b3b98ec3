/* SPDX-License-Identifier: Apache-2.0 */
/* What is found wrong with the wiring of a system, before anything runs. */
#ifndef WIRING_FINDING_H
#define WIRING_FINDING_H

#include <stddef.h>

#include "twin/scenario.h"

struct wiring_rule;

enum {
    WIRING_TEXT_SIZE = 320,   /* of a finding, with its NUL */
    WIRING_FINDINGS_MAX = 128 /* of one system; more are counted */
};

struct wiring_finding {
    const struct wiring_rule *rule;
    int line;                    /* of the scenario's file; 0: of no line */
    char what[WIRING_TEXT_SIZE]; /* what is wired how, with its numbers */
};

struct wiring_findings {
    size_t count;
    size_t left_out;
    struct wiring_finding findings[WIRING_FINDINGS_MAX];
};

/* One rule of the checks: what it says whatever the system is. docs/CHECKS.md is made of these. */
struct wiring_rule {
    const char *id;      /* WIRE-1; it is never given to another rule */
    const char *title;   /* what it looks for, a noun phrase without a full stop */
    const char *why;     /* why it matters */
    const char *instead; /* what to do */
    const char *source;  /* where its numbers come from */
    /*
     * Reports each place in `described` that breaks the rule. NULL: no file with that mistake is read; the reader's message ends with the id
     * in brackets.
     */
    void (*look)(const struct scenario *described, const struct wiring_rule *rule,
                 struct wiring_findings *findings);
};

/* Adds a finding of `rule` at `line` of the file. What does not fit is cut, or counted. */
void wiring_report(struct wiring_findings *findings, const struct wiring_rule *rule, int line,
                   const char *format, ...) __attribute__((format(printf, 4, 5)));

/* A number as a text. */
struct wiring_number {
    char text[24];
};

/*
 * `value`, from -1e15 to 1e15, with `digits` significant digits (1..15) or all that it has before the point: 93.1, 1042; no exponent.
 * Of 15 digits it is the number that a file has. What is not 0 but less than 0.001 is called so.
 */
enum { WIRING_DIGITS_MAX = 15 };
struct wiring_number wiring_number(double value, int digits);

#endif
