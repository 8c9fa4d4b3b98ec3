/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cell/fit_log.h"

#include <assert.h>
#include <math.h>

#define TURN_PCT 5.0
#define NEAR_END_PCT 0.5 /* of full or empty, where the last direction is known */

double fit_log_added_pct(const struct fit_log *log, size_t i, double seconds)
{
    return log->log.rows[i].current_a * seconds / 36.0 / log->start.capacity_ah;
}

double fit_log_soc_pct_at(const struct fit_log *log, double t_s)
{
    double soc_pct = log->start.soc_pct;
    for (size_t i = 0; i + 1 < log->log.count && log->log.rows[i].t_s < t_s; i++) {
        soc_pct += fit_log_added_pct(log, i, fmin(log->log.rows[i + 1].t_s, t_s) - log->log.rows[i].t_s);
    }
    return soc_pct;
}

void fit_log_count_charge(const struct fit_log *log, double *soc_pct)
{
    soc_pct[0] = log->start.soc_pct;
    for (size_t i = 0; i + 1 < log->log.count; i++) {
        soc_pct[i + 1] =
            soc_pct[i] + fit_log_added_pct(log, i, log->log.rows[i + 1].t_s - log->log.rows[i].t_s);
    }
}

void fit_way_follow(struct fit_way *way, double soc_pct)
{
    if (way->rises ? soc_pct >= way->extreme_pct : soc_pct <= way->extreme_pct) {
        way->extreme_pct = soc_pct;
    } else if (fabs(soc_pct - way->extreme_pct) > TURN_PCT) {
        way->extreme_pct = soc_pct;
        way->rises = !way->rises;
    }
}

void fit_log_find_start(struct fit_log *log)
{
    assert(log->has_start || log->has_full);
    if (!log->has_start) {
        log->start.soc_pct = 0.0;
        log->start.soc_pct = 100.0 - fit_log_soc_pct_at(log, log->full_at_s);
    }
    log->start.hysteresis = log->start.soc_pct >= 100.0 - NEAR_END_PCT ? 1.0
                            : log->start.soc_pct <= NEAR_END_PCT       ? -1.0
                                                                       : 0.0;
    if (log->log.has_temp) {
        log->start.temp_c = log->log.rows[0].temp_c;
    }
}
