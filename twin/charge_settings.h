/* SPDX-License-Identifier: Apache-2.0 */
/* What a battery charger with stages is set to, whatever feeds it (twin/charge.h). */
#ifndef TWIN_CHARGE_SETTINGS_H
#define TWIN_CHARGE_SETTINGS_H

struct charge_settings {
    double current_a_max; /* 1..1000 */
    double absorption_mv; /* default 14200 for each 12.8 V */
    double float_mv;      /* default 13500 for each 12.8 V */
    double absorption_s;  /* longest absorption, default 7200 */
    double tail_a;        /* a lower current ends absorption, default 2 */
    double cable_mohm;    /* to its bus; 0.01..1000, default 1 % of the voltage at current_a_max */
};

#endif
