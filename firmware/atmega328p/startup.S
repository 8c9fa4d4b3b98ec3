; SPDX-License-Identifier: Apache-2.0
; Before C: the reset's flags, the watchdog, a march test of the whole SRAM. And the piecewise march test.
;
; The section .noinit is carried past the test: what is behind it is tested first, then it is put at the end of that, and then all
; before is tested, its own place too. At each instant one of the two holds it whole, so that another reset, which begins
; all of this anew, does not lose it.
;
; The march is March C- on whole bytes: up w0; up r0 w1; up r1 w0; down r0 w1; down r1 w0; up r0, with 0x00 and 0xFF for 0
; and 1 and then with 0x55 and 0xAA. Nothing but registers is used.

#include <avr/io.h>

#include "firmware/atmega328p/board.h"
#include "firmware/atmega328p/mark.h"
#include "firmware/atmega328p/phase.h"
#include "firmware/atmega328p/retain.h"

#define IO(reg) _SFR_IO_ADDR(reg)
#define SRAM_END (RAMEND + 1)

#if BOARD_LED_FAULT_PORT == 'B'
#define LED_PORT PORTB
#define LED_DIRECTION DDRB
#elif BOARD_LED_FAULT_PORT == 'C'
#define LED_PORT PORTC
#define LED_DIRECTION DDRC
#else
#define LED_PORT PORTD
#define LED_DIRECTION DDRD
#endif

; ---- all of it, before anything is in it --------------------------------------------------------------------------

; One element over the range: from r27:r26 to before r25:r24. Reads \read, writes \write.
.macro march_all_up read, write
    movw r30, r26
1:  ld r18, Z
    cpse r18, \read
    rjmp memory_is_bad
    st Z+, \write
    cp r30, r24
    cpc r31, r25
    brne 1b
.endm

.macro march_all_down read, write
    movw r30, r24
1:  ld r18, -Z
    cpse r18, \read
    rjmp memory_is_bad
    st Z, \write
    cp r30, r26
    cpc r31, r27
    brne 1b
.endm

; Copies from \from to \to, until \to_end.
.macro carry from, to, to_end
    ldi r28, lo8(\from)
    ldi r29, hi8(\from)
    ldi r30, lo8(\to)
    ldi r31, hi8(\to)
    ldi r19, hi8(\to_end)
1:  ld r18, Y+
    st Z+, r18
    cpi r30, lo8(\to_end)
    cpc r31, r19
    brne 1b
.endm

; Goes to \whole if that copy is (retain.h).
.macro if_whole copy, whole
    ldi r28, lo8(\copy)
    ldi r29, hi8(\copy)
    ldi r30, lo8(\copy + RETAIN_BYTES)
    ldi r31, hi8(\copy + RETAIN_BYTES)
    ldi r20, RETAIN_BYTES
1:  ld r18, Y+
    ld r19, Z+
    com r19
    cp r18, r19
    brne 2f
    dec r20
    brne 1b
    cpi r18, RETAIN_MARK ; the last byte
    brne 2f
    rjmp \whole
2:
.endm

    .section .init3,"ax",@progbits
    .global startup
startup:
    ldi r24, PHASE_STARTING
    out IO(GPIOR0), r24
    in r2, IO(MCUSR)
    out IO(MCUSR), r1
    wdr
    ldi r24, (1 << WDCE) | (1 << WDE)
    sts WDTCSR, r24
    ldi r24, (1 << WDE) | (1 << WDP2) ; 250 ms
    sts WDTCSR, r24

    if_whole retain_copies, is_in_place
    if_whole retain_copies + 2 * RETAIN_BYTES, is_in_place
    if_whole retain_aside, is_aside
    if_whole retain_aside + 2 * RETAIN_BYTES, is_aside
    rjmp is_in_place
is_aside: ; the last start was ended by a reset
    carry carried_aside, __noinit_start, __noinit_end
is_in_place:
    clt ; first what is behind it
    ldi r26, lo8(__noinit_end)
    ldi r27, hi8(__noinit_end)
    ldi r24, lo8(SRAM_END)
    ldi r25, hi8(SRAM_END)
march_range:
    ldi r20, 0x00
    ldi r21, 0xFF
march_with_background:
    movw r30, r26
1:  st Z+, r20
    cp r30, r24
    cpc r31, r25
    brne 1b
    march_all_up r20, r21
    march_all_up r21, r20
    march_all_down r20, r21
    march_all_down r21, r20
    march_all_up r20, r20
    wdr
    cpi r20, 0x55
    breq range_is_done
    ldi r20, 0x55
    ldi r21, 0xAA
    rjmp march_with_background

; A cell does not hold what is written: nothing that needs SRAM can run. Leaves a mark in the EEPROM for the record of the
; next good start, blinks once in 1.6 s (LED-3, count 1) with all outputs floating, and tries again through the watchdog.
memory_is_bad:
    out IO(EEARH), r1
    ldi r24, MARK_ADDRESS
    out IO(EEARL), r24
    sbi IO(EECR), EERE
    in r24, IO(EEDR)
    cpi r24, MARK_MEMORY
    breq marked
    ldi r24, MARK_MEMORY
    out IO(EEDR), r24
    sbi IO(EECR), EEMPE
    sbi IO(EECR), EEPE
marked:
    sbi IO(LED_DIRECTION), BOARD_LED_FAULT_BIT
    sbi IO(LED_PORT), BOARD_LED_FAULT_BIT
    ldi r25, 13
eighth_of_a_second: ; five cycles a round
    wdr
    ldi r20, lo8(BOARD_CPU_HZ / 8 / 5)
    ldi r21, hi8(BOARD_CPU_HZ / 8 / 5)
    ldi r22, hlo8(BOARD_CPU_HZ / 8 / 5)
1:  subi r20, 1
    sbci r21, 0
    sbci r22, 0
    brne 1b
    clr r1 ; dark, and floating even for a program that ran astray into here
    out IO(PORTB), r1
    out IO(PORTC), r1
    out IO(PORTD), r1
    dec r25
    brne eighth_of_a_second
2:  rjmp 2b

range_is_done:
    brts march_is_done
    set ; then all before the end of it, where it is put
    carry __noinit_start, carried_aside, SRAM_END
    ldi r26, lo8(RAMSTART)
    ldi r27, hi8(RAMSTART)
    ldi r24, lo8(carried_aside)
    ldi r25, hi8(carried_aside)
    rjmp march_range

march_is_done:
    carry carried_aside, __noinit_start, __noinit_end
    ldi r30, lo8(carried_aside) ; nobody takes the old one for it
    ldi r31, hi8(carried_aside)
    ldi r19, hi8(SRAM_END)
1:  st Z+, r1
    cpi r30, lo8(SRAM_END)
    cpc r31, r19
    brne 1b
    sts startup_reset_flags, r2

; ---- eight bytes while running: bool selftest_march(uint16_t address), see selftest.h -----------------------------------

; One element over the eight bytes: r31:r30 at their beginning, before and after.
.macro march_piece_up read, write
    .rept 8
    ld r26, Z
    cpse r26, \read
    rjmp piece_is_bad
    st Z+, \write
    .endr
    sbiw r30, 8
.endm

.macro march_piece_down read, write
    adiw r30, 8
    .rept 8
    ld r26, -Z
    cpse r26, \read
    rjmp piece_is_bad
    st Z, \write
    .endr
.endm

    .section .text.selftest_march,"ax",@progbits
    .global selftest_march
selftest_march:
    movw r30, r24
    ld r18, Z
    ldd r19, Z + 1
    ldd r20, Z + 2
    ldd r21, Z + 3
    ldd r22, Z + 4
    ldd r23, Z + 5
    ldd r24, Z + 6
    ldd r25, Z + 7
    clr r1
    mov r0, r1
    com r0
    .rept 8
    st Z+, r1
    .endr
    sbiw r30, 8
    march_piece_up r1, r0
    march_piece_up r0, r1
    march_piece_down r1, r0
    march_piece_down r0, r1
    march_piece_up r1, r1
    set
piece_is_tested: ; r31:r30 at the beginning, T = good
    st Z, r18
    std Z + 1, r19
    std Z + 2, r20
    std Z + 3, r21
    std Z + 4, r22
    std Z + 5, r23
    std Z + 6, r24
    std Z + 7, r25
    clr r1
    clr r24
    bld r24, 0
    ret
piece_is_bad: ; somewhere in the eight
    andi r30, 0xF8
    clt
    rjmp piece_is_tested
