/* SPDX-License-Identifier: Apache-2.0 */
#include "core/control.h"

const char *sbms_cause_word(uint8_t cause)
{
    static const char *const words[SBMS_CAUSE_COUNT] = {
        [SBMS_CAUSE_NONE] = "none",
        [SBMS_CAUSE_START_UP] = "start_up",
        [SBMS_CAUSE_SUPPLY_LOW] = "supply_low",
        [SBMS_CAUSE_REMOTE_ON] = "remote_on",
        [SBMS_CAUSE_REMOTE_OFF] = "remote_off",
        [SBMS_CAUSE_ATC_LOST] = "atc_lost",
        [SBMS_CAUSE_ATC_RETURNED] = "atc_returned",
        [SBMS_CAUSE_ATD_LOST] = "atd_lost",
        [SBMS_CAUSE_ATD_RETURNED] = "atd_returned",
        [SBMS_CAUSE_NO_PREALARM_LOST] = "no_prealarm_lost",
        [SBMS_CAUSE_NO_PREALARM_RETURNED] = "no_prealarm_returned",
        [SBMS_CAUSE_CHAIN_OPEN] = "chain_open",
        [SBMS_CAUSE_RECONNECT_DELAY] = "reconnect_delay",
        [SBMS_CAUSE_LOCKOUT_CLEARED] = "lockout_cleared",
        [SBMS_CAUSE_INTERNAL_FAULT] = "internal_fault",
        [SBMS_CAUSE_HOLD_OFF] = "hold_off",
        [SBMS_CAUSE_CHARGER_WAIT] = "charger_wait",
        [SBMS_CAUSE_LOCKED_OUT] = "locked_out",
        [SBMS_CAUSE_OUTPUT_FAULT] = "output_fault",
        [SBMS_CAUSE_OUTPUT_RETRY] = "output_retry",
        [SBMS_CAUSE_REFERENCE_FAULT] = "reference_fault",
    };

    return words[cause < SBMS_CAUSE_COUNT ? cause : SBMS_CAUSE_NONE];
}
