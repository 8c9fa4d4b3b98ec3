/* SPDX-License-Identifier: Apache-2.0 */
/* The settings of a kind of consumer by their keys: their struct is private to the kind's file. */
#ifndef TESTS_CONSUMER_SETTINGS_H
#define TESTS_CONSUMER_SETTINGS_H

#include <stdlib.h>
#include <string.h>

#include "twin/consumer.h"

/* The bytes of the number `key` of kind `id` (CONSUMER_...); a key that is not there ends the program. */
static inline unsigned char *consumer_setting_place(struct scenario *described, int id, const char *key)
{
    const struct consumer_kind *kind = consumer_kinds[id];

    for (size_t i = 0; i < kind->row_count; i++) {
        if (kind->rows[i].kind == SCENARIO_NUMBER && strcmp(kind->rows[i].key, key) == 0) {
            return described->consumers[id].settings + kind->rows[i].offset;
        }
    }
    abort();
}

static inline double consumer_setting(const struct scenario *described, int id, const char *key)
{
    struct scenario copy = *described;
    double value = 0.0;

    memcpy(&value, consumer_setting_place(&copy, id, key), sizeof value);
    return value;
}

static inline void set_consumer(struct scenario *described, int id, const char *key, double value)
{
    memcpy(consumer_setting_place(described, id, key), &value, sizeof value);
}

#endif
