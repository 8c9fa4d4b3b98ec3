/* SPDX-License-Identifier: Apache-2.0 */
/* What a scenario's expectation asks for, in words (result/expectations.h judges it). */
#ifndef RESULT_EXPECTATION_TEXT_H
#define RESULT_EXPECTATION_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "result/wording.h"
#include "twin/scenario.h"

/* Writes what `expectation` asks for into `text`, of at least EXPECTATION_TEXT_SIZE. */
void expectation_text(const struct scenario_expectation *expectation, char *text, size_t size);

/* "never", "once", "5 times" */
struct wording expectation_times(int64_t count);

#endif
