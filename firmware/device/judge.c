/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware/device/judge.h"

/* A 32-bit division would take as long as the law's step on a part without one: the whole part needs none, and what is left
 * fits 16 bits (port.h). */
static inline int32_t millivolts(uint16_t code, const struct port_scale *scale)
{
    const uint16_t whole_mv = scale->numerator / scale->denominator;
    const uint16_t rest = scale->numerator % scale->denominator;

    return (int32_t)((uint32_t)code * whole_mv + (uint16_t)(code * rest) / scale->denominator) +
           scale->offset_mv;
}

/* Whether an end is high that the driven loop does not reach. */
static bool is_tied(const struct port_sample *sample)
{
    const bool with_atc = sample->with_atc.atd || sample->with_atc.no_prealarm;
    const bool with_atd = sample->with_atd.atc || sample->with_atd.no_prealarm;
    const bool with_no_prealarm = sample->with_no_prealarm.atc || sample->with_no_prealarm.atd;

    return with_atc || with_atd || with_no_prealarm;
}

bool judge_sample(const struct port_sample *sample, struct sbms_inputs *inputs)
{
    const bool tied = is_tied(sample);

    if (sample->band_gap_code < port_scales.band_gap_code_min ||
        sample->band_gap_code > port_scales.band_gap_code_max) {
        return false;
    }
    inputs->vbat_mv = millivolts(sample->vbat_code, &port_scales.vbat);
    inputs->remote_l_mv = millivolts(sample->remote_l_code, &port_scales.remote_l);
    inputs->remote_h_mv = millivolts(sample->remote_h_code, &port_scales.remote_h);
    inputs->atc = !tied && sample->with_atc.atc;
    inputs->atd = !tied && sample->with_atd.atd;
    inputs->no_prealarm = !tied && sample->with_no_prealarm.no_prealarm;
    return true;
}

uint8_t judge_terminals(const struct sbms_outputs *commanded, const struct port_terminals *terminals)
{
    uint8_t differing = 0u;

    if (commanded->load != terminals->load) {
        differing |= (uint8_t)(1u << SBMS_OUTPUT_LOAD);
    }
    if (commanded->prealarm != terminals->prealarm) {
        differing |= (uint8_t)(1u << SBMS_OUTPUT_PREALARM);
    }
    if (commanded->charger != terminals->charger) {
        differing |= (uint8_t)(1u << SBMS_OUTPUT_CHARGER);
    }
    return differing;
}
