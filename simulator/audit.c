/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/audit.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "firmware/atmega328p/board.h"
#include "firmware/atmega328p/phase.h"

#define SE 0x01u
#define SLEEP_MODE 0x0Eu
#define SLEEP_IDLE 0x00u
#define SLEEP_POWER_SAVE 0x06u
#define ADEN 0x80u
#define EEPE 0x02u
#define UART_INTERRUPTS 0xE0u /* RXCIE0, TXCIE0, UDRIE0 */
#define AS2 0x20u
#define OCIE2A 0x02u
#define WDE 0x08u

static const uint8_t order[] = {PHASE_SAMPLE, PHASE_DECIDE, PHASE_DRIVE, PHASE_CHECK};
#define PHASES (sizeof order / sizeof order[0])

static void breach(struct audit *audit, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void breach(struct audit *audit, const char *format, ...)
{
    va_list arguments;
    audit->breaches++;
    if (audit->breaches > 1) {
        return;
    }
    int used =
        snprintf(audit->first, sizeof audit->first, "at %" PRIu64 " us: ", part_ns(audit->part) / 1000);
    assert(used > 0 && used < (int)sizeof audit->first);
    va_start(arguments, format);
    vsnprintf(audit->first + used, sizeof audit->first - (size_t)used, format, arguments);
    va_end(arguments);
}

static void see_power_on(void *self, uint64_t value)
{
    struct audit *audit = self;
    (void)value;
    audit->breaches = 0;
}

static void see_reset(void *self, uint64_t value)
{
    struct audit *audit = self;
    (void)value;
    audit->passed = 0;
    audit->drove = false;
    audit->waited = false;
}

static void see_phase(void *self, uint64_t phase)
{
    struct audit *audit = self;
    if (phase == PHASE_DRIVE) {
        audit->drove = true;
    }
    if (phase == PHASE_WAITING) {
        audit->waited = true;
        return;
    }
    audit->passed =
        audit->passed < PHASES && phase == order[audit->passed] ? (uint8_t)(audit->passed + 1) : 0;
}

static void see_wdr(void *self, uint64_t value)
{
    struct audit *audit = self;
    const uint8_t *data = audit->part->avr->data;
    uint8_t phase = data[REG_GPIOR0];
    (void)value;
    if (!audit->waited) {
        if (phase != PHASE_RESET && phase != PHASE_STARTING) {
            breach(audit, "WDR in phase 0x%02X of the start", phase);
        }
        return;
    }
    if (phase != PHASE_CHECK) {
        breach(audit, "WDR in phase 0x%02X", phase);
    } else if (audit->passed != PHASES) {
        breach(audit, "WDR after %u of %u phases in order", audit->passed, (unsigned)PHASES);
    }
    if ((data[REG_WDTCSR] & WDE) == 0) {
        breach(audit, "WDE is off");
    }
    audit->passed = 0;
}

static void see_pin(void *self, uint64_t pin)
{
    struct audit *audit = self;
    if (pin < PINS_SWITCHED && !audit->drove && part_is_high(audit->part, (enum driven_pin)pin)) {
        breach(audit, "%s is high before the first DRIVE phase", pins_output_names[pin]);
    }
}

static void see_breach(void *self, uint64_t value)
{
    static const char *const texts[] = {[BREACH_WILD] = "the program has gone wild",
                                        [BREACH_UDR0_FULL] = "UDR0 is written while it is full",
                                        [BREACH_RECEIVES] = "RXEN0 is set",
                                        [BREACH_DETECTOR_ON] = "power-save with the brown-out detector on"};
    assert(value < sizeof texts / sizeof texts[0]);
    breach(self, "%s", texts[value]);
}

/* ---- SLEEP ---------------------------------------------------------------------------------------------------- */

struct check {
    bool bad;
    const char *text;
};

static void check_all(struct audit *audit, const struct check *checks, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (checks[i].bad) {
            breach(audit, "%s", checks[i].text);
        }
    }
}

static bool is_energised(const struct part *part)
{
    bool any = false;
    for (unsigned pin = DRIVEN_ATC; pin < DRIVEN_PINS; pin++) {
        any = any || part_is_high(part, (enum driven_pin)pin);
    }
    return any;
}

static void check_power_save(struct audit *audit)
{
    const uint8_t *data = audit->part->avr->data;
    const struct check checks[] = {
        {(data[REG_ADCSRA] & ADEN) != 0, "power-save with the converter on"},
        {(data[REG_EECR] & EEPE) != 0, "power-save during an EEPROM write"},
        {audit->uart->sending, "power-save while a byte is being sent"},
        {(data[REG_UCSR0B] & UART_INTERRUPTS) != 0, "power-save with the UART's interrupts on"},
        {data[REG_TIMSK0] != 0, "power-save with Timer0's interrupts on"},
        {data[REG_TIMSK1] != 0, "power-save with Timer1's interrupts on"},
        {is_energised(audit->part), "power-save with a loop or the dividers energised"},
        {!BOARD_HAS_WATCH_CRYSTAL, "power-save on a board without a watch crystal"},
        {(data[REG_ASSR] & AS2) == 0, "power-save without Timer2 on the crystal"},
        {(data[REG_TIMSK2] & OCIE2A) == 0, "power-save without Timer2's compare interrupt A"},
    };
    check_all(audit, checks, sizeof checks / sizeof checks[0]);
}

static void see_sleep(void *self, uint64_t value)
{
    struct audit *audit = self;
    const avr_t *avr = audit->part->avr;
    uint8_t smcr = avr->data[REG_SMCR];
    unsigned mode = smcr & SLEEP_MODE;
    const struct check checks[] = {
        {(smcr & SE) == 0, "SLEEP without SE"},
        {mode != SLEEP_IDLE && mode != SLEEP_POWER_SAVE, "SLEEP in another mode than idle and power-save"},
        {avr->sreg[S_I] == 0, "SLEEP with interrupts off"},
    };
    (void)value;
    check_all(audit, checks, sizeof checks / sizeof checks[0]);
    if (mode == SLEEP_POWER_SAVE) {
        check_power_save(audit);
    }
}

void audit_make(struct audit *audit, struct part *part, const struct uart *uart)
{
    *audit = (struct audit){.part = part, .uart = uart};
    part_observe(part, (struct part_observer){audit,
                                              {[PART_POWER_ON] = see_power_on,
                                               [PART_RESET] = see_reset,
                                               [PART_PHASE] = see_phase,
                                               [PART_WDR] = see_wdr,
                                               [PART_SLEEP] = see_sleep,
                                               [PART_PIN_MOVED] = see_pin,
                                               [PART_BREACH] = see_breach}});
}
