/* SPDX-License-Identifier: Apache-2.0 */
/* Looks for wiring mistakes in a system that is described but has not run. */
#ifndef WIRING_CHECK_H
#define WIRING_CHECK_H

#include "wiring/finding.h"

/* Finds what breaks a rule in `described`, in the order of lines, then of rules. */
void wiring_check(const struct scenario *described, struct wiring_findings *findings);

#endif
