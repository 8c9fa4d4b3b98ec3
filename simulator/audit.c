/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/audit.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "firmware/atmega328p/board.h"
#include "firmware/atmega328p/phase.h"
#include "simulator/machine.h"

#define SE 0x01u
#define SLEEP_MODE 0x0Eu
#define SLEEP_IDLE 0x00u
#define SLEEP_POWER_SAVE 0x06u
#define ADEN 0x80u
#define UART_INTERRUPTS 0xE0u /* RXCIE0, TXCIE0, UDRIE0 */
#define AS2 0x20u
#define OCIE2A 0x02u

static const uint8_t order[] = {PHASE_SAMPLE, PHASE_DECIDE, PHASE_DRIVE, PHASE_CHECK};
#define PHASES (sizeof order / sizeof order[0])

void audit_fail(struct machine *machine, const char *format, ...)
{
    struct audit *audit = &machine->audit;
    va_list arguments;
    assert(format != NULL);
    audit->breaches++;
    if (audit->breaches > 1) {
        return;
    }
    int used = snprintf(audit->first, sizeof audit->first, "at %" PRIu64 " us: ", machine_ns(machine) / 1000);
    assert(used > 0 && used < (int)sizeof audit->first);
    va_start(arguments, format);
    vsnprintf(audit->first + used, sizeof audit->first - (size_t)used, format, arguments);
    va_end(arguments);
}

void audit_begin(struct machine *machine)
{
    assert(machine != NULL);
    machine->audit = (struct audit){0};
}

void audit_reset(struct machine *machine)
{
    assert(machine != NULL);
    machine->audit.passed = 0;
    machine->audit.drove = false;
}

void audit_phase(struct machine *machine, uint8_t phase)
{
    struct audit *audit = &machine->audit;
    assert(audit->passed <= PHASES);
    if (phase == PHASE_DRIVE) {
        audit->drove = true;
    }
    if (phase == PHASE_WAITING) {
        return;
    }
    audit->passed =
        audit->passed < PHASES && phase == order[audit->passed] ? (uint8_t)(audit->passed + 1) : 0;
}

void audit_wdr(struct machine *machine)
{
    struct audit *audit = &machine->audit;
    const uint8_t *data = machine->avr->data;
    uint8_t phase = data[REG_GPIOR0];
    assert(audit->passed <= PHASES);
    if (!machine->waits) {
        if (phase != PHASE_RESET && phase != PHASE_STARTING) {
            audit_fail(machine, "WDR in phase 0x%02X of the start", phase);
        }
        return;
    }
    if (phase != PHASE_CHECK) {
        audit_fail(machine, "WDR in phase 0x%02X", phase);
    } else if (audit->passed != PHASES) {
        audit_fail(machine, "WDR after %u of %u phases in order", audit->passed, (unsigned)PHASES);
    }
    if ((data[REG_WDTCSR] & WATCHDOG_WDE) == 0) {
        audit_fail(machine, "WDE is off");
    }
    audit->passed = 0;
}

void audit_output(struct machine *machine, unsigned pin, bool high)
{
    assert(pin < FRONT_OUTPUTS);
    if (high && !machine->audit.drove) {
        audit_fail(machine, "%s is high before the first DRIVE phase", front_output_names[pin]);
    }
}

/* ---- SLEEP ---------------------------------------------------------------------------------------------------- */

struct check {
    bool bad;
    const char *text;
};

static void check_all(struct machine *machine, const struct check *checks, unsigned count)
{
    assert(checks != NULL);
    for (unsigned i = 0; i < count; i++) {
        assert(checks[i].text != NULL);
        if (checks[i].bad) {
            audit_fail(machine, "%s", checks[i].text);
        }
    }
}

static bool is_energised(const struct machine *machine)
{
    bool any = false;
    for (unsigned pin = FRONT_ATC_DRIVE; pin < FRONT_PINS; pin++) {
        assert(pin >= FRONT_OUTPUTS);
        any = any || front_end_is_high(machine, (enum front_pin)pin);
    }
    return any;
}

static void audit_power_save(struct machine *machine)
{
    const uint8_t *data = machine->avr->data;
    const struct check checks[] = {
        {(data[REG_ADCSRA] & ADEN) != 0, "power-save with the converter on"},
        {machine->eeprom.busy, "power-save during an EEPROM write"},
        {machine->uart.sending, "power-save while a byte is being sent"},
        {(data[REG_UCSR0B] & UART_INTERRUPTS) != 0, "power-save with the UART's interrupts on"},
        {data[REG_TIMSK0] != 0, "power-save with Timer0's interrupts on"},
        {data[REG_TIMSK1] != 0, "power-save with Timer1's interrupts on"},
        {is_energised(machine), "power-save with a loop or the dividers energised"},
        {!BOARD_HAS_WATCH_CRYSTAL, "power-save on a board without a watch crystal"},
        {(data[REG_ASSR] & AS2) == 0, "power-save without Timer2 on the crystal"},
        {(data[REG_TIMSK2] & OCIE2A) == 0, "power-save without Timer2's compare interrupt A"},
    };
    assert(data != NULL);
    check_all(machine, checks, sizeof checks / sizeof checks[0]);
}

void audit_sleep(struct machine *machine)
{
    uint8_t smcr = machine->avr->data[REG_SMCR];
    unsigned mode = smcr & SLEEP_MODE;
    const struct check checks[] = {
        {(smcr & SE) == 0, "SLEEP without SE"},
        {mode != SLEEP_IDLE && mode != SLEEP_POWER_SAVE, "SLEEP in another mode than idle and power-save"},
        {machine->avr->sreg[S_I] == 0, "SLEEP with interrupts off"},
    };
    assert(machine->powered);
    check_all(machine, checks, sizeof checks / sizeof checks[0]);
    if (mode == SLEEP_POWER_SAVE) {
        audit_power_save(machine);
    }
}
