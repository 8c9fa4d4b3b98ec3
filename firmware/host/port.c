/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <setjmp.h>
#include <string.h>

#include "core/fault.h"
#include "firmware/host/host.h"

/* The converter's codes here: one a millivolt, for the supply one for two. */
#define CODE_MAX 65535
#define VBAT_MV_PER_CODE 2
#define REFERENCE_PERCENT 15

const struct port_scales port_scales = {
    .band_gap_code_min = HOST_REFERENCE_MV - HOST_REFERENCE_MV * REFERENCE_PERCENT / 100,
    .band_gap_code_max = HOST_REFERENCE_MV + HOST_REFERENCE_MV * REFERENCE_PERCENT / 100,
    .vbat = {.numerator = VBAT_MV_PER_CODE, .denominator = 1u, .offset_mv = 0},
    .remote_l = {.numerator = 1u, .denominator = 1u, .offset_mv = 0},
    .remote_h = {.numerator = 1u, .denominator = 1u, .offset_mv = 0},
};

struct host host;

static jmp_buf restart; /* of the tick that is going on */
static uint8_t reset_flags;
static uint8_t lasting_fault;
static uint8_t restart_fault;
static uint8_t current_phase;
static bool drove; /* since the watchdog was fed */
static unsigned feeds;

/* ---- for the caller ------------------------------------------------------------------------------------------- */

void host_make(void)
{
    host = (struct host){.vbat_mv = 12800,
                         .remote_l_mv = 5000,
                         .present = {true, true, true},
                         .reference_mv = HOST_REFERENCE_MV};
    memset(host.eeprom, 0xFF, sizeof host.eeprom);
    restart_fault = SBMS_FAULT_NONE;
}

static void begin(uint8_t flags)
{
    reset_flags = flags;
    current_phase = 0u;
    drove = false;
    host.register_changed = false;
    host.uart_bytes = 0u;
    host.uart_is_on = false;
    device_start();
    assert(current_phase == PORT_PHASE_WAITING);
}

void host_start(uint8_t flags)
{
    if ((flags & SBMS_RESET_POWER_ON) != 0u) {
        restart_fault = SBMS_FAULT_NONE;
        memset(host.retained, 0, sizeof host.retained);
    }
    begin(flags);
}

void host_tick(void)
{
    feeds = 0u;
    if (setjmp(restart) == 0) {
        device_tick();
        assert(feeds == 1u && current_phase == PORT_PHASE_WAITING);
        while (device_work() && host.uart_bytes < HOST_UART_BYTES) {
        }
    } else {
        assert(feeds == 0u);
        host.restarts++;
        begin(SBMS_RESET_WATCHDOG);
    }
}

size_t host_take_uart(uint8_t bytes[HOST_UART_BYTES])
{
    const size_t taken = host.uart_bytes;

    memcpy(bytes, host.uart, taken);
    host.uart_bytes = 0u;
    return taken;
}

/* ---- the start, and the end ------------------------------------------------------------------------------------ */

static void float_outputs(void)
{
    host.pins = (struct sbms_outputs){.load = false};
}

void port_start(void)
{
    float_outputs();
    lasting_fault = host.found_at_start;
}

uint8_t port_reset_flags(void)
{
    return reset_flags;
}

uint8_t port_lasting_fault(void)
{
    return lasting_fault;
}

uint8_t port_restart_fault(void)
{
    return restart_fault;
}

void port_forget_restart_fault(void)
{
    restart_fault = SBMS_FAULT_NONE;
}

void port_retain(const uint8_t *bytes, uint8_t count)
{
    assert(count <= PORT_RETAINED_BYTES);
    memset(host.retained, 0, sizeof host.retained);
    memcpy(host.retained, bytes, count);
}

bool port_retained(uint8_t *bytes, uint8_t count)
{
    static const uint8_t nothing[PORT_RETAINED_BYTES];

    assert(count <= PORT_RETAINED_BYTES);
    memcpy(bytes, host.retained, count);
    return memcmp(host.retained, nothing, count) != 0;
}

bool port_memory_has_failed(void)
{
    const bool failed = host.memory_failed;

    host.memory_failed = false;
    return failed;
}

bool port_start_clock(void)
{
    return !host.clock_stands;
}

void port_restart(uint8_t fault)
{
    float_outputs();
    restart_fault = fault;
    longjmp(restart, 1);
}

/* ---- a tick ----------------------------------------------------------------------------------------------------- */

uint8_t port_phase(void)
{
    return current_phase;
}

void port_set_phase(enum port_phase phase)
{
    current_phase = (uint8_t)phase;
}

bool port_is_intact(void)
{
    return !host.register_changed;
}

bool port_clock_is_good(void)
{
    return !host.clock_stands;
}

static bool terminal(enum sbms_output output, bool driven)
{
    return host.terminals[output] == HOST_FOLLOWS ? driven : host.terminals[output] == HOST_STUCK_HIGH;
}

struct port_terminals port_read_terminals(void)
{
    return (struct port_terminals){.load = terminal(SBMS_OUTPUT_LOAD, host.pins.load),
                                   .prealarm = terminal(SBMS_OUTPUT_PREALARM, host.pins.prealarm),
                                   .charger = terminal(SBMS_OUTPUT_CHARGER, host.pins.charger)};
}

static uint16_t code_of(int32_t mv)
{
    if (mv < 0) {
        return 0u;
    }
    return (uint16_t)(mv < CODE_MAX ? mv : CODE_MAX);
}

/* Whether an end is high: its loop is driven and closed, or it is tied. */
static bool end(bool tied, bool driven, bool present)
{
    return tied || (driven && present);
}

/* The ends while `driven` says which loop is. */
static struct port_loop_ends ends(struct port_loop_ends driven)
{
    const struct port_loop_ends *tied = &host.tied_high;
    struct port_loop_ends high = {.atc = end(tied->atc, driven.atc, host.present.atc),
                                  .atd = end(tied->atd, driven.atd, host.present.atd),
                                  .no_prealarm =
                                      end(tied->no_prealarm, driven.no_prealarm, host.present.no_prealarm)};

    if (host.loops_joined) {
        const bool any = high.atc || high.atd || high.no_prealarm;
        high = (struct port_loop_ends){any, any, any};
    }
    return high;
}

void port_sample(struct port_sample *sample)
{
    *sample = (struct port_sample){.band_gap_code = code_of(host.reference_mv),
                                   .vbat_code = code_of(host.vbat_mv / VBAT_MV_PER_CODE),
                                   .remote_l_code = code_of(host.remote_l_mv),
                                   .remote_h_code = code_of(host.remote_h_mv),
                                   .with_atc = ends((struct port_loop_ends){.atc = true}),
                                   .with_atd = ends((struct port_loop_ends){.atd = true}),
                                   .with_no_prealarm = ends((struct port_loop_ends){.no_prealarm = true})};
}

void port_drive(const struct sbms_outputs *outputs)
{
    assert(current_phase == PORT_PHASE_DRIVE);
    host.pins = *outputs;
    drove = true;
}

uint8_t port_self_test(void)
{
    const uint8_t fault = host.found_by_piece;

    host.found_by_piece = SBMS_FAULT_NONE;
    return fault;
}

void port_feed_watchdog(void)
{
    assert(current_phase == PORT_PHASE_CHECK && drove); /* SAFE-5 */
    drove = false;
    feeds++;
}

/* ---- EEPROM and UART: nothing takes time ------------------------------------------------------------------------- */

bool port_eeprom_is_busy(void)
{
    return false;
}

uint8_t port_eeprom_read(uint16_t address)
{
    assert(address < SBMS_EEPROM_BYTES);
    return host.eeprom[address];
}

void port_eeprom_write(uint16_t address, uint8_t value)
{
    assert(address < SBMS_EEPROM_BYTES);
    host.eeprom[address] = value;
    host.eeprom_writes[address]++;
}

bool port_uart_is_wanted(void)
{
    return host.listens;
}

void port_uart_start(void)
{
    host.uart_is_on = true;
}

bool port_uart_send(uint8_t byte)
{
    assert(host.uart_is_on);
    if (host.uart_bytes == HOST_UART_BYTES) {
        return false;
    }
    host.uart[host.uart_bytes] = byte;
    host.uart_bytes++;
    return true;
}

bool port_uart_is_sending(void)
{
    return false;
}

void port_uart_stop(void)
{
    host.uart_is_on = false;
}
