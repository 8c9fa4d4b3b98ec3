/* SPDX-License-Identifier: Apache-2.0 */
/* The logs that `smallbms fit` is given, with what its options say of each. */
#ifndef CLI_FIT_LOGS_H
#define CLI_FIT_LOGS_H

#include "cli/cell/fit_check.h"

/* The options of the logs as the user wrote them; NULL: not given. */
struct fit_given {
    const char *paths[FIT_LOGS_MAX];
    size_t count;
    const char *capacity_ah; /* one for all, or one for each log, with commas between; so are these: */
    const char *start_soc_pct;
    const char *end_soc_pct; /* "-": not known of this log; so in these: */
    const char *full_at_s;
    const char *temp_c;
    const char *cells;
    const char *board_mohm_ah;
};

/*
 * Reads and checks everything that `given` says and the logs hold, each by itself. On failure one error has been printed and nothing
 * is to be freed.
 */
bool fit_logs_read(const struct fit_given *given, struct fit_log logs[FIT_LOGS_MAX]);

void fit_logs_free(struct fit_log *logs, size_t count);

#endif
