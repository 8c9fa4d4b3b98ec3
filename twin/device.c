/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/device.h"

#include <assert.h>
#include <stddef.h>

static struct sbms_decision native_step(void *self, const struct sbms_inputs *inputs)
{
    return sbms_control_step(self, inputs);
}

static uint32_t native_quiet_ticks(void *self, const struct sbms_inputs *inputs)
{
    return sbms_control_quiet_ticks(self, inputs);
}

static void native_skip(void *self, const struct sbms_inputs *inputs, uint32_t ticks)
{
    assert(ticks <= sbms_control_quiet_ticks(self, inputs));
    sbms_control_skip(self, inputs, ticks);
}

static bool native_same(void *self, const struct sbms_inputs *a, const struct sbms_inputs *b)
{
    return sbms_control_same(self, a, b);
}

static struct sbms_standing native_standing(void *self)
{
    return sbms_control_standing(self);
}

struct device device_native(struct sbms_control *control)
{
    assert(control != NULL);
    return (struct device){.self = control,
                           .step = native_step,
                           .quiet_ticks = native_quiet_ticks,
                           .skip = native_skip,
                           .same = native_same,
                           .standing = native_standing};
}
