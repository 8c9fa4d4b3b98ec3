/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware/atmega328p/selftest.h"

#include <avr/io.h>
#include <avr/pgmspace.h>
#include <util/atomic.h>

#include "core/fault.h"
#include "core/record.h"
#include "firmware/device/port.h"

#define GUARD 0xC5C5C5C5ul

/* Where the data ends and the stack must not come; set by the linker. */
extern uint32_t stack_guard;

static uint8_t turn; /* ticks */
static uint16_t program_at;
static uint16_t program_crc = SBMS_CRC16_START;
static uint16_t sram_at = RAMSTART;

/* sbms_crc16() over the program's bytes of `from` to before `to`; a byte at a time instead of a bit at a time takes a fifth of
 * its cycles. */
static uint16_t crc_of_program(uint16_t crc, uint16_t from, uint16_t to)
{
    uint8_t high = (uint8_t)(crc >> 8);
    uint8_t low = (uint8_t)crc;

    for (uint16_t address = from; address < to; address++) {
        uint8_t mixed = high ^ pgm_read_byte(address);

        mixed ^= (uint8_t)(mixed >> 4);
        high = low ^ (uint8_t)(mixed << 4) ^ (uint8_t)(mixed >> 3);
        low = mixed ^ (uint8_t)(mixed << 5);
    }
    return (uint16_t)((uint16_t)high << 8 | low);
}

bool selftest_program(void)
{
    return crc_of_program(SBMS_CRC16_START, 0u, SELFTEST_PROGRAM_BYTES) ==
           pgm_read_word(SELFTEST_PROGRAM_BYTES);
}

void selftest_start(void)
{
    stack_guard = GUARD;
}

static bool program_piece(void)
{
    uint16_t to = program_at + SELFTEST_PIECE_PROGRAM_BYTES;

    if (to < SELFTEST_PROGRAM_BYTES) {
        program_crc = crc_of_program(program_crc, program_at, to);
        program_at = to;
        return true;
    }
    to = crc_of_program(program_crc, program_at, SELFTEST_PROGRAM_BYTES);
    program_crc = SBMS_CRC16_START;
    program_at = 0u;
    return to == pgm_read_word(SELFTEST_PROGRAM_BYTES);
}

static bool sram_piece(void)
{
    bool good = false;

    if (sram_at < RAMSTART || sram_at > RAMEND) { /* past the end, or a flipped bit */
        sram_at = RAMSTART;
    }
    ATOMIC_BLOCK(ATOMIC_RESTORESTATE)
    {
        good = selftest_march(sram_at);
    }
    sram_at += SELFTEST_PIECE_SRAM_BYTES;
    return good;
}

uint8_t port_self_test(void)
{
    if (stack_guard != GUARD) {
        return SBMS_FAULT_STACK;
    }
    turn++;
    if (turn % SELFTEST_TURN_TICKS == 0u && !sram_piece()) {
        return SBMS_FAULT_MEMORY;
    }
    if (turn % SELFTEST_TURN_TICKS == 1u && !program_piece()) {
        return SBMS_FAULT_PROGRAM;
    }
    return SBMS_FAULT_NONE;
}
