/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/watchdog.h"

#include <assert.h>

#include "firmware/atmega328p/board.h"

#define WDE WATCHDOG_WDE
#define WDCE 0x10u
#define WDP_LOW 0x07u
#define WDP_HIGH 0x20u
#define WDP_MAX 9u
#define FUSE_WDTON 0x10u /* of the high byte; 0 = programmed */
#define ALWAYS_ON ((BOARD_FUSE_HIGH & FUSE_WDTON) == 0)
#define SHORTEST_NS 16000000u
#define UNLOCKED_CYCLES 4u

static uint64_t period_ns(const struct watchdog *watchdog, uint8_t wdtcsr)
{
    unsigned wdp = (wdtcsr & WDP_LOW) | ((wdtcsr & WDP_HIGH) != 0 ? 8u : 0u);
    uint64_t nominal = (uint64_t)SHORTEST_NS << (wdp > WDP_MAX ? WDP_MAX : wdp);
    return silicon_watchdog_ns(&watchdog->part->silicon, nominal);
}

static avr_cycle_count_t fire(avr_t *avr, avr_cycle_count_t when, void *param)
{
    const struct watchdog *watchdog = param;
    (void)when;
    (void)avr;
    if (!watchdog->never_fires) {
        watchdog->part->reset_flags |= RESET_WATCHDOG;
    }
    return 0;
}

void watchdog_schedule(struct watchdog *watchdog)
{
    avr_t *avr = watchdog->part->avr;
    uint8_t wdtcsr = avr->data[REG_WDTCSR];
    assert(watchdog->part->powered);
    if ((wdtcsr & WDE) == 0) {
        avr_cycle_timer_cancel(avr, fire, watchdog);
        return;
    }
    part_call_at(watchdog->part, watchdog->fed_ns + period_ns(watchdog, wdtcsr), fire, watchdog);
}

static int see_wdr(avr_io_t *io, uint32_t control, void *param)
{
    struct watchdog *watchdog = (struct watchdog *)io;
    (void)param;
    if (control != AVR_IOCTL_WATCHDOG_RESET) {
        return -1;
    }
    part_tell(watchdog->part, PART_WDR, 0);
    watchdog->fed_ns = part_ns(watchdog->part);
    watchdog_schedule(watchdog);
    return 0;
}

void watchdog_force(struct watchdog *watchdog, uint8_t value)
{
    uint8_t *data = watchdog->part->avr->data;
    bool stays_on = ALWAYS_ON || (data[REG_MCUSR] & RESET_WATCHDOG) != 0;
    value &= (uint8_t)(WDP_LOW | WDP_HIGH | WDE);
    data[REG_WDTCSR] = stays_on ? (uint8_t)(value | WDE) : value;
    watchdog_schedule(watchdog);
}

/* WDE can be set at any time; all else takes the timed sequence. */
static void write_wdtcsr(avr_t *avr, avr_io_addr_t address, uint8_t value, void *param)
{
    struct watchdog *watchdog = param;
    if (watchdog->unlocked && avr->cycle - watchdog->unlocked_cycle <= UNLOCKED_CYCLES &&
        (value & WDCE) == 0) {
        watchdog->unlocked = false;
        watchdog_force(watchdog, value);
        return;
    }
    watchdog->unlocked = (value & WDCE) != 0 && (value & WDE) != 0;
    watchdog->unlocked_cycle = avr->cycle;
    watchdog_force(watchdog, (uint8_t)(avr->data[address] | (value & WDE)));
}

void watchdog_make(struct watchdog *watchdog, struct part *part)
{
    *watchdog = (struct watchdog){.io = {.kind = "smallbms watchdog", .ioctl = see_wdr}, .part = part};
    avr_register_io(part->avr, &watchdog->io);
    assert(part->avr->io_port == &watchdog->io); /* asked first */
    part_own_write(part, REG_WDTCSR, write_wdtcsr, watchdog);
}

void watchdog_reset(struct watchdog *watchdog, uint64_t ns)
{
    watchdog->unlocked = false;
    watchdog->fed_ns = ns;
    watchdog_force(watchdog, 0);
}
