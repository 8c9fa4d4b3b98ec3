/* SPDX-License-Identifier: Apache-2.0 */
#include "wiring/draw_setting.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "twin/consumer.h"
#include "twin/equipment.h"

static double read_whole(const unsigned char *at, size_t size)
{
    int32_t number = 0;

    if (size == 1) {
        return at[0];
    }
    assert(size == sizeof number);
    memcpy(&number, at, sizeof number);
    return number;
}

/* Of `size` bytes of settings that `rows` describe. */
static double find(const struct scenario_row *rows, size_t count, const unsigned char *settings, size_t size,
                   const char *key)
{
    for (size_t i = 0; i < count; i++) {
        const struct scenario_row *row = &rows[i];
        double number = 0.0;

        if (strcmp(row->key, key) != 0) {
            continue;
        }
        assert(row->offset + row->size <= size);
        if (row->kind != SCENARIO_NUMBER) {
            return read_whole(settings + row->offset, row->size);
        }
        memcpy(&number, settings + row->offset, sizeof number);
        return number;
    }
    return NAN;
}

double draw_setting(const struct scenario_equipment *entry, const char *key)
{
    const struct equipment_kind *kind = equipment_kinds[entry->kind];

    return find(kind->rows, kind->row_count, entry->settings, sizeof entry->settings, key);
}

static bool is_noted(const struct scenario_row *rows, size_t count, const struct scenario_given *given,
                     const char *key)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rows[i].key, key) == 0) {
            return (given->rows >> i & 1u) != 0;
        }
    }
    return false;
}

bool draw_is_given(const struct scenario_equipment *entry, const struct scenario_given *given,
                   const char *key)
{
    const struct equipment_kind *kind = equipment_kinds[entry->kind];

    return is_noted(kind->rows, kind->row_count, given, key);
}

double draw_consumer_setting(const struct scenario *described, int kind, const char *key)
{
    assert(kind >= 0 && kind < CONSUMER_KIND_COUNT);
    return find(consumer_kinds[kind]->rows, consumer_kinds[kind]->row_count,
                described->consumers[kind].settings, sizeof described->consumers[kind].settings, key);
}

bool draw_consumer_is_given(const struct scenario *described, int kind, const char *key)
{
    assert(kind >= 0 && kind < CONSUMER_KIND_COUNT);
    return is_noted(consumer_kinds[kind]->rows, consumer_kinds[kind]->row_count,
                    &described->given.consumers[kind], key);
}
