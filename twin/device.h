/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A device under test, in the place of the smallBMS. The native one is core/ itself; the firmware image in a
 * simulated MCU answers through the same five functions.
 */
#ifndef TWIN_DEVICE_H
#define TWIN_DEVICE_H

#include <stdint.h>

#include "core/control.h"

struct device {
    void *self;
    /* One tick: samples `inputs`, decides, drives. */
    struct sbms_decision (*step)(void *self, const struct sbms_inputs *inputs);
    /* How many of the coming ticks with `inputs` change no output; it may say less, never more. */
    uint32_t (*quiet_ticks)(void *self, const struct sbms_inputs *inputs);
    /* Passes that many. */
    void (*skip)(void *self, const struct sbms_inputs *inputs, uint32_t ticks);
    /* Whether it cannot tell two samples apart, so that one may be taken for the other for many ticks. */
    bool (*same)(void *self, const struct sbms_inputs *a, const struct sbms_inputs *b);
    /* What explains its outputs; it stays as it is while ticks are passed. */
    struct sbms_standing (*standing)(void *self);
};

/* core/ in this process. `control`: initialised by sbms_control_init(), kept by the caller. */
struct device device_native(struct sbms_control *control);

#endif
