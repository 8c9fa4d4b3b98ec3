/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the image remembers over a reset, over the image's own source: a reset after any number of the bytes that
 * port_retain() writes leaves what was kept before or what was to be kept, whole (SUP-3).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/record.h"
#include "firmware/atmega328p/retain.h"
#include "firmware/atmega328p/watchdog.h"
#include "firmware/device/port.h"

#define BYTES sizeof retain_copies

uint8_t startup_reset_flags;

static void fill(uint8_t bytes[PORT_RETAINED_BYTES], uint8_t first)
{
    for (unsigned i = 0u; i < PORT_RETAINED_BYTES; i++) {
        bytes[i] = (uint8_t)(first + 37u * i);
    }
}

static void what_is_kept_is_answered(void **state)
{
    uint8_t kept[PORT_RETAINED_BYTES];
    uint8_t answered[PORT_RETAINED_BYTES];

    (void)state;
    startup_reset_flags = SBMS_RESET_BROWN_OUT;
    for (uint8_t count = 1u; count <= PORT_RETAINED_BYTES; count++) {
        fill(kept, count);
        port_retain(kept, count);
        memset(kept + count, 0, PORT_RETAINED_BYTES - (size_t)count);
        retain_start();
        assert_true(port_retained(answered, PORT_RETAINED_BYTES));
        assert_memory_equal(answered, kept, PORT_RETAINED_BYTES);
    }
    startup_reset_flags = SBMS_RESET_POWER_ON | SBMS_RESET_BROWN_OUT;
    retain_start();
    assert_false(port_retained(answered, PORT_RETAINED_BYTES));
    memset(kept, 0, sizeof kept);
    assert_memory_equal(answered, kept, PORT_RETAINED_BYTES);
}

/* The bytes are written in the order in which they lie: all of a copy, all of its inverse, then the other copy. */
static void a_reset_while_it_is_written(void **state)
{
    uint8_t before[BYTES];
    uint8_t after[BYTES];
    uint8_t old[PORT_RETAINED_BYTES];
    uint8_t new[PORT_RETAINED_BYTES];
    uint8_t answered[PORT_RETAINED_BYTES];

    (void)state;
    startup_reset_flags = SBMS_RESET_EXTERNAL;
    for (unsigned differing = 1u; differing <= PORT_RETAINED_BYTES; differing++) {
        fill(old, 11u);
        fill(new, 11u);
        for (unsigned i = PORT_RETAINED_BYTES - differing; i < PORT_RETAINED_BYTES; i++) {
            new[i] ^= (uint8_t)(1u << i % 8u);
        }
        port_retain(old, PORT_RETAINED_BYTES);
        memcpy(before, retain_copies, BYTES);
        port_retain(new, PORT_RETAINED_BYTES);
        memcpy(after, retain_copies, BYTES);
        for (size_t written = 0u; written <= BYTES; written++) {
            memcpy(retain_copies, before, BYTES);
            memcpy(retain_copies, after, written);
            retain_start();
            assert_true(port_retained(answered, PORT_RETAINED_BYTES));
            assert_true(memcmp(answered, old, sizeof old) == 0 || memcmp(answered, new, sizeof new) == 0);
            assert_memory_equal(&retain_copies[0], &retain_copies[1], sizeof retain_copies[0]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_kept_is_answered),
                                       cmocka_unit_test(a_reset_while_it_is_written)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
