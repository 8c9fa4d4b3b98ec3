/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware/device/faults.h"

#include "core/control.h"
#include "core/fault.h"
#include "firmware/device/port.h"

static uint8_t shown_ticks;     /* for which the fault that ended the last life is still to be shown */
static uint8_t converter_ticks; /* in a row that the converter has been bad */

void faults_start(void)
{
    const uint8_t fault = port_restart_fault();

    converter_ticks = 0u;
    shown_ticks = fault == SBMS_FAULT_NONE ? 0u : sbms_control_blink_ticks(fault);
}

static uint8_t restart_fault(void)
{
    const uint8_t fault = port_restart_fault();

    if (shown_ticks > 0u) {
        shown_ticks--;
    }
    if (shown_ticks == 0u) {
        port_forget_restart_fault();
    }
    return fault;
}

static bool converter_is_good(bool good_now)
{
    if (good_now) {
        converter_ticks = 0u;
    } else if (converter_ticks < FAULTS_CONVERTER_TICKS) {
        converter_ticks++;
    }
    return converter_ticks < FAULTS_CONVERTER_TICKS;
}

uint8_t faults_in_force(const struct faults_signs *signs)
{
    const bool converter_good = converter_is_good(signs->converter_good);

    if (port_lasting_fault() != SBMS_FAULT_NONE) {
        return port_lasting_fault();
    }
    if (port_restart_fault() != SBMS_FAULT_NONE) {
        return restart_fault();
    }
    if (!signs->clock_good) {
        return SBMS_FAULT_CLOCK;
    }
    return converter_good ? SBMS_FAULT_NONE : SBMS_FAULT_REFERENCE;
}
