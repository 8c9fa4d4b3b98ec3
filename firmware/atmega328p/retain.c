/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware/atmega328p/retain.h"

#include "core/record.h"
#include "firmware/atmega328p/watchdog.h"
#include "firmware/device/port.h"

_Static_assert(RETAIN_BYTES == PORT_RETAINED_BYTES + 1, "the port's, and the mark");
_Static_assert(sizeof(struct retain_copy) % RETAIN_ALIGNMENT == 0, "a copy is of whole pieces");

struct retain_copy retain_copies[2] __attribute__((section(".noinit"), aligned(RETAIN_ALIGNMENT)));

/* What comes before is in memory before what comes after: a reset may come that the compiler does not know of. */
static inline void finish_writing(void)
{
    __asm__ __volatile__("" ::: "memory");
}

static bool is_whole(const struct retain_copy *copy)
{
    uint8_t differ = copy->bytes[RETAIN_BYTES - 1] ^ RETAIN_MARK;

    for (uint8_t i = 0u; i < RETAIN_BYTES; i++) {
        differ |= (uint8_t)(copy->bytes[i] ^ (uint8_t)~copy->inverse[i]);
    }
    return differ == 0u;
}

/* All bytes, then all inverses: a copy that is half written is not whole. */
static void __attribute__((noinline)) write(struct retain_copy *copy, const uint8_t *bytes, uint8_t count)
{
    for (uint8_t i = 0u; i < RETAIN_BYTES; i++) {
        copy->bytes[i] = i < count ? bytes[i] : 0u;
    }
    copy->bytes[RETAIN_BYTES - 1] = RETAIN_MARK;
    finish_writing();
    for (uint8_t i = 0u; i < RETAIN_BYTES; i++) {
        copy->inverse[i] = (uint8_t)~copy->bytes[i];
    }
    finish_writing();
}

void retain_start(void)
{
    struct retain_copy *first = &retain_copies[0];
    struct retain_copy *second = &retain_copies[1];

    const bool had_power = (startup_reset_flags & SBMS_RESET_POWER_ON) == 0u;

    if (had_power && is_whole(first)) {
        write(second, first->bytes, PORT_RETAINED_BYTES);
    } else if (had_power && is_whole(second)) {
        write(first, second->bytes, PORT_RETAINED_BYTES);
    } else {
        write(first, first->bytes, 0u);
        write(second, second->bytes, 0u);
    }
}

/* Nearly always: what is remembered changes only while a wait runs. */
static bool is_kept(const uint8_t *bytes, uint8_t count)
{
    uint8_t differ = 0u;

    for (uint8_t i = 0u; i < count; i++) {
        differ |= (uint8_t)(retain_copies[0].bytes[i] ^ bytes[i]);
    }
    return differ == 0u;
}

void port_retain(const uint8_t *bytes, uint8_t count)
{
    if (is_kept(bytes, count)) {
        return;
    }
    write(&retain_copies[0], bytes, count);
    write(&retain_copies[1], bytes, count);
}

bool port_retained(uint8_t *bytes, uint8_t count)
{
    uint8_t any = 0u;

    for (uint8_t i = 0u; i < count; i++) {
        bytes[i] = retain_copies[0].bytes[i];
        any |= bytes[i];
    }
    return any != 0u;
}
