/* SPDX-License-Identifier: Apache-2.0 */
#include "core/fault.h"

const char *sbms_fault_word(uint8_t fault)
{
    static const char *const words[SBMS_FAULT_COUNT] = {
        [SBMS_FAULT_NONE] = "none",           [SBMS_FAULT_MEMORY] = "memory",
        [SBMS_FAULT_PROGRAM] = "program",     [SBMS_FAULT_CLOCK] = "clock",
        [SBMS_FAULT_REFERENCE] = "reference", [SBMS_FAULT_OUTPUT] = "output",
        [SBMS_FAULT_WATCHDOG] = "watchdog",   [SBMS_FAULT_STACK] = "stack",
        [SBMS_FAULT_SETTINGS] = "settings",   [SBMS_FAULT_REGISTER] = "register",
    };

    return words[fault < SBMS_FAULT_COUNT ? fault : SBMS_FAULT_NONE];
}
