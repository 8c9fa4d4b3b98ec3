/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A scenario file made of bytes: every key that the schema has, at an end of its range or anywhere within it, as the bytes say; keys
 * that are not needed are there or not. All of it is in range, so the reader takes it but for keys that contradict
 * one another; the settings of equipment may.
 */
#ifndef TESTS_RANDOM_SCENARIO_H
#define TESTS_RANDOM_SCENARIO_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "scenario/schema.h"

#define RANDOM_SCENARIO_SIZE 32768u

struct random_bytes {
    const uint8_t *data;
    size_t size; /* after the last byte come zeros */
    size_t at;
};

static inline uint32_t random_bytes_below(struct random_bytes *bytes, uint32_t count)
{
    uint32_t value = 0;

    for (int i = 0; i < 2; i++) {
        value = value << 8 | (bytes->at < bytes->size ? bytes->data[bytes->at] : 0u);
        bytes->at++;
    }
    return value * count >> 16;
}

/* Ends of the range, or a value within: evenly, or evenly in its logarithm, so that small ones come too. */
static inline double random_scenario_number(struct random_bytes *bytes, const struct scenario_row *row)
{
    const double part = random_bytes_below(bytes, 10001) / 10000.0;
    const double span = row->maximum - row->minimum;

    switch (random_bytes_below(bytes, 8)) {
    case 0:
        return row->minimum;
    case 1:
        return row->maximum;
    case 2:
    case 3:
        return row->minimum + part * span;
    default:
        return row->minimum + span * (exp(part * 9.0) - 1.0) / (exp(9.0) - 1.0);
    }
}

/* Adds `key: "mon-fri 06:00-07:30:15, ...", `. */
static inline size_t random_scenario_hours(struct random_bytes *bytes, const char *key, char *text,
                                           size_t size)
{
    static const char *const days[] = {"", "", "mon ", "sat-sun ", "fri-mon "};
    const uint32_t count = 1 + random_bytes_below(bytes, HOURS_WINDOWS_MAX);
    size_t used = (size_t)snprintf(text, size, "%s: \"", key);

    for (uint32_t i = 0; i < count; i++) {
        used += (size_t)snprintf(
            text + used, size - used, "%s%s%02u:%02u-%02u:%02u:%02u", i > 0 ? ", " : "",
            days[random_bytes_below(bytes, 5)], (unsigned)random_bytes_below(bytes, 24),
            (unsigned)random_bytes_below(bytes, 60), (unsigned)random_bytes_below(bytes, 24),
            (unsigned)random_bytes_below(bytes, 60), (unsigned)random_bytes_below(bytes, 60));
    }
    return used + (size_t)snprintf(text + used, size - used, "\", ");
}

/* Adds "key: value, ", or nothing. */
static inline size_t random_scenario_key(struct random_bytes *bytes, const struct scenario_row *row,
                                         char *text, size_t size)
{
    size_t words = 0;

    if (row->presence != SCENARIO_REQUIRED &&
        strcmp(row->key, "pull_in_ms") != 0 && /* what pull_in_a needs */
        random_bytes_below(bytes, 3) == 0) {
        return 0;
    }
    switch (row->kind) {
    case SCENARIO_NUMBER:
        return (size_t)snprintf(text, size, "%s: %.6f, ", row->key, random_scenario_number(bytes, row));
    case SCENARIO_WHOLE:
        return (size_t)snprintf(text, size, "%s: %.0f, ", row->key,
                                floor(random_scenario_number(bytes, row)));
    case SCENARIO_BOOLEAN:
        return (size_t)snprintf(text, size, "%s: %s, ", row->key,
                                random_bytes_below(bytes, 4) == 0 ? "false" : "true");
    case SCENARIO_TIME_OF_DAY:
        return (size_t)snprintf(text, size, "%s: \"%02u:%02u\", ", row->key,
                                (unsigned)random_bytes_below(bytes, 24),
                                (unsigned)random_bytes_below(bytes, 60));
    case SCENARIO_HOURS:
        return random_scenario_hours(bytes, row->key, text, size);
    case SCENARIO_WORD:
        while (row->words[words].text != NULL) {
            words++;
        }
        return (size_t)snprintf(text, size, "%s: %s, ", row->key,
                                row->words[random_bytes_below(bytes, (uint32_t)words)].text);
    case SCENARIO_TEXT: /* its name has been written; the other one is a file's */
        return strcmp(row->key, "profile") != 0
                   ? 0
                   : (size_t)snprintf(text, size, "%s: \"" PROJECT_ROOT "/tests/profile.csv\", ", row->key);
    default:
        return 0;
    }
}

static inline bool random_scenario_is_power(const struct scenario_row *row)
{
    return strcmp(row->key, "power_w") == 0 || strcmp(row->key, "current_a") == 0 ||
           strcmp(row->key, "resistance_ohm") == 0 || strcmp(row->key, "profile") == 0;
}

/* Of keys that exclude one another a file has those of the first that it gets. */
static inline bool random_scenario_excludes(const struct scenario_row *row, const char **power,
                                            const char **times)
{
    const bool is_power = random_scenario_is_power(row);
    const bool is_times = strcmp(row->key, "from") == 0 || strcmp(row->key, "to") == 0;
    const char **first = is_power ? power : times;

    if (!is_power && !is_times && row->kind != SCENARIO_HOURS) {
        return false;
    }
    if (*first == NULL) {
        *first = is_times ? "from" : row->key;
    }
    return strcmp(*first, is_times ? "from" : row->key) != 0;
}

/* Whether a file of random values may have the key. */
static inline bool random_scenario_takes(const struct scenario_row *row, int group, const char **power,
                                         const char **times)
{
    if (row->group != group || strcmp(row->key, "behind") == 0 || strcmp(row->key, "lockout_retries") == 0 ||
        strcmp(row->key, "lockout_clear_mv") == 0 ||
        (group == SCENARIO_BANK && (strcmp(row->key, "series") == 0 || strcmp(row->key, "parallel") == 0 ||
                                    strcmp(row->key, "battery") == 0)) ||
        strcmp(row->key, "absorption_mv") == 0 || strcmp(row->key, "float_mv") == 0) {
        return false;
    }
    return group < SCENARIO_CONSUMER || strcmp(row->unit, "mA") == 0 ||
           !random_scenario_excludes(row, power, times);
}

/* Adds all keys of `group`. */
static inline size_t random_scenario_group(struct random_bytes *bytes, int group, char *text, size_t size)
{
    const struct scenario_schema *schema = scenario_schema();
    /* which of the keys that exclude one another comes first */
    const size_t first = random_bytes_below(bytes, (uint32_t)schema->count);
    const char *power = NULL;
    const char *times = NULL;
    size_t used = 0;

    for (size_t i = 0; i < schema->count; i++) {
        const struct scenario_row *row = &schema->rows[(first + i) % schema->count];

        if (random_scenario_takes(row, group, &power, &times)) {
            struct scenario_row needed = *row;

            if (group >= SCENARIO_CONSUMER && random_scenario_is_power(row)) {
                needed.presence = SCENARIO_REQUIRED;
            }
            used += random_scenario_key(bytes, &needed, text + used, size - used);
        }
    }
    return used;
}

/* The name of bus `number`; 0 is the bank's. */
static inline const char *random_bus_name(uint32_t number)
{
    static const char *const names[] = {"bank", "b1", "b2", "b3"};

    return names[number];
}

/* "buses: ..." of so many beside the bank's. */
static inline size_t random_buses(struct random_bytes *bytes, uint32_t count, char *text, size_t size)
{
    static const char *const voltages[] = {"12 V", "24 V", "48 V"};
    size_t used = (size_t)snprintf(text, size, "buses:%s\n", count == 0 ? " []" : "");

    for (uint32_t i = 1; i <= count; i++) {
        used += (size_t)snprintf(text + used, size - used, "  - {name: %s", random_bus_name(i));
        if (random_bytes_below(bytes, 4) > 0) { /* what nothing feeds is refused */
            used += (size_t)snprintf(text + used, size - used, ", battery: lead_acid, capacity_ah: %u",
                                     1 + (unsigned)random_bytes_below(bytes, 300));
            used += (size_t)snprintf(text + used, size - used, ", state_of_charge_pct: %u",
                                     (unsigned)random_bytes_below(bytes, 101));
        }
        if (random_bytes_below(bytes, 3) == 0) {
            used += (size_t)snprintf(text + used, size - used, ", voltage: %s",
                                     voltages[random_bytes_below(bytes, 3)]);
        }
        used += (size_t)snprintf(text + used, size - used, "}\n");
    }
    return used;
}

/* Where it is, and what controls it. */
static inline size_t random_ports(struct random_bytes *bytes, int group, uint32_t buses, char *text,
                                  size_t size)
{
    const uint32_t from = random_bytes_below(bytes, buses + 1);
    const bool is_joint = scenario_row_find(group, "to") != NULL;
    const uint32_t to = is_joint ? (from + 1 + random_bytes_below(bytes, buses)) % (buses + 1) : from;
    size_t used = 0;

    if (is_joint) {
        used = (size_t)snprintf(text, size, "from: %s, to: %s, ", random_bus_name(from), random_bus_name(to));
    } else {
        used = (size_t)snprintf(text, size, "on: %s, ", random_bus_name(from));
    }
    if (scenario_row_find(group, "coil_mv") != NULL) { /* which an output must feed */
        return used + (size_t)snprintf(text + used, size - used, "control: %s, ",
                                       random_bytes_below(bytes, 2) == 0 ? "load" : "pre_alarm");
    }
    if (scenario_row_find(group, "control") != NULL && random_bytes_below(bytes, 3) > 0) {
        static const char *const controls[] = {"load", "pre_alarm", "charger", "load_and_charger"};

        used += (size_t)snprintf(text + used, size - used, "control: %s, ",
                                 controls[random_bytes_below(bytes, 4)]);
        if (random_bytes_below(bytes, 3) == 0) {
            used += (size_t)snprintf(text + used, size - used, "cable: inverting, input: low, ");
        }
    }
    return used;
}

/*
 * "equipment: ..." of up to five of any kind, their numbers as their defaults have them or, one in four, anywhere in their range: some
 * kinds refuse what does not fit, so a scenario may be refused by one.
 */
static inline size_t random_equipment(struct random_bytes *bytes, uint32_t buses, char *text, size_t size)
{
    const struct scenario_schema *schema = scenario_schema();
    const uint32_t count = random_bytes_below(bytes, 6);
    size_t used = (size_t)snprintf(text, size, "equipment:%s\n", count == 0 ? " []" : "");

    for (uint32_t i = 0; i < count; i++) {
        int kind = (int)random_bytes_below(bytes, EQUIPMENT_KIND_COUNT);
        while (buses == 0 && scenario_row_find(SCENARIO_EQUIPMENT_KEYS + kind, "to") != NULL) {
            kind = (kind + 1) % EQUIPMENT_KIND_COUNT;
        }
        const int group = SCENARIO_EQUIPMENT_KEYS + kind;
        used += (size_t)snprintf(text + used, size - used, "  - {name: e%u, kind: %s, ", (unsigned)i,
                                 scenario_group_name(group));
        used += random_ports(bytes, group, buses, text + used, size - used);
        for (size_t r = 0; r < schema->count; r++) {
            const struct scenario_row *row = &schema->rows[r];
            const bool is_taken = row->presence == SCENARIO_REQUIRED || random_bytes_below(bytes, 4) == 0;

            if (row->group == group && is_taken && strcmp(row->key, "control") != 0 &&
                strcmp(row->key, "cable") != 0 && strcmp(row->key, "input") != 0 &&
                row->presence != SCENARIO_COMPUTED) {
                struct scenario_row needed = *row;

                needed.presence = SCENARIO_REQUIRED;
                used += random_scenario_key(bytes, &needed, text + used, size - used);
            }
        }
        used += (size_t)snprintf(text + used, size - used, "}\n");
    }
    return used;
}

/* Adds one battery of the bank that differs, and one cell of it, or nothing. */
static inline size_t random_scenario_batteries(struct random_bytes *bytes, int batteries, int cells,
                                               char *text, size_t size)
{
    static const char *const keys[] = {"capacity_pct", "resistance_pct", "state_of_charge_pct",
                                       "self_discharge_pct_per_month", "temp_offset_c"};
    const unsigned battery = 1 + (unsigned)random_bytes_below(bytes, (uint32_t)batteries);
    size_t used = 0;

    if (random_bytes_below(bytes, 2) == 0) {
        return 0;
    }
    used = (size_t)snprintf(text, size, "batteries:\n");
    for (int cell = 0; cell < 2; cell++) {
        used += (size_t)snprintf(text + used, size - used, "  - {battery: %u, ", battery);
        if (cell > 0) {
            used += (size_t)snprintf(text + used, size - used, "cell: %u, ",
                                     1 + (unsigned)random_bytes_below(bytes, (uint32_t)cells));
        }
        for (int k = 0; k < 5 - cell; k++) { /* the last is of a battery alone */
            struct scenario_row needed = *scenario_row_find(SCENARIO_BATTERY_ENTRY, keys[k]);

            needed.presence = k == 0 ? SCENARIO_REQUIRED : needed.presence;
            used += random_scenario_key(bytes, &needed, text + used, size - used);
        }
        used += (size_t)snprintf(text + used, size - used, "}\n");
    }
    return used;
}

/* Where a load is. */
static inline size_t random_place(struct random_bytes *bytes, uint32_t buses, char *text, size_t size)
{
    const uint32_t bus = random_bytes_below(bytes, 2 * buses + 2);

    if (bus > 0 && bus <= buses) {
        return (size_t)snprintf(text, size, "on: %s, ", random_bus_name(bus));
    }
    return bus > buses + 1 ? 0 : (size_t)snprintf(text, size, "behind: battery, ");
}

/* Adds the loads x0, x1, ... and what switches them by hand in the first hour. */
static inline void random_scenario_loads(struct random_bytes *bytes, uint32_t buses, char *text, size_t size)
{
    const uint32_t loads = 1 + random_bytes_below(bytes, 5);
    const int group = scenario_row_find(SCENARIO_TOP, "loads")->child;
    size_t used = (size_t)snprintf(text, size, "loads:\n");

    for (uint32_t i = 0; i < loads; i++) {
        used += (size_t)snprintf(text + used, size - used, "  - {name: x%u, ", (unsigned)i);
        used += random_place(bytes, buses, text + used, size - used);
        used += random_scenario_group(bytes, group, text + used, size - used);
        used += (size_t)snprintf(text + used, size - used, "}\n");
    }
    used += (size_t)snprintf(text + used, size - used, "events:%s\n", loads > 3 ? "" : " []");
    for (uint32_t i = 0; loads > 3 && i < loads; i++) {
        used +=
            (size_t)snprintf(text + used, size - used, "  - {at: \"day 1 00:%02u\", what: %s, load: x%u}\n",
                             (unsigned)random_bytes_below(bytes, 60),
                             random_bytes_below(bytes, 2) == 0 ? "load_on" : "load_off",
                             (unsigned)random_bytes_below(bytes, loads));
    }
}

/* Writes a scenario of at most `days` days into `text`, RANDOM_SCENARIO_SIZE bytes. */
static inline void random_scenario(struct random_bytes *bytes, unsigned days, char *text)
{
    static const char *const sections[] = {"bms",   "remote",     "ambient",
                                           "solar", "load_relay", "pre_alarm_device"};
    static const int strings[][3] = {{4, 1, 20}, {4, 2, 10}, {4, 3, 6}, {4, 4, 5}, {8, 1, 20}, {8, 2, 10}};
    const int *kind = strings[random_bytes_below(bytes, 6)];
    const unsigned parallel =
        1 + random_bytes_below(bytes, 3) * random_bytes_below(bytes, (uint32_t)kind[2] / 2u);
    const size_t size = RANDOM_SCENARIO_SIZE;
    size_t used = (size_t)snprintf(text, size, "title: t\nseed: %u\nrun: {duration: %u h, ",
                                   (unsigned)random_bytes_below(bytes, 65536),
                                   1 + (unsigned)random_bytes_below(bytes, days * 24));

    if (random_bytes_below(bytes, 2) == 0) {
        used += (size_t)snprintf(text + used, size - used, "start_day_of_year: %u}\n",
                                 1 + (unsigned)random_bytes_below(bytes, 365));
    } else {
        used += (size_t)snprintf(text + used, size - used, "start: %u-%02u-%02u}\n",
                                 2000 + (unsigned)random_bytes_below(bytes, 200),
                                 1 + (unsigned)random_bytes_below(bytes, 12),
                                 1 + (unsigned)random_bytes_below(bytes, 28));
    }

    used += (size_t)snprintf(text + used, size - used, "bank: {battery: %s, series: %d, parallel: %u, ",
                             kind[0] == 4 ? "12.8 V" : "25.6 V", kind[1], parallel);
    used += random_scenario_group(bytes, SCENARIO_BANK, text + used, size - used);
    used += (size_t)snprintf(text + used, size - used, "}\n");
    used += random_scenario_batteries(bytes, kind[1] * (int)parallel, kind[0], text + used, size - used);
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
        const struct scenario_row *row = scenario_row_find(SCENARIO_TOP, sections[i]);

        if (random_bytes_below(bytes, 3) > 0) {
            used += (size_t)snprintf(text + used, size - used, "%s: {", sections[i]);
            used += random_scenario_group(bytes, row->child, text + used, size - used);
            used += (size_t)snprintf(text + used, size - used, "}\n");
        }
    }
    const uint32_t buses = random_bytes_below(bytes, 4);

    used += random_buses(bytes, buses, text + used, size - used);
    used += random_equipment(bytes, buses, text + used, size - used);
    random_scenario_loads(bytes, buses, text + used, size - used);
}

/* Whether the reader may refuse such a text with this error: keys of one kind of equipment that exclude each other, a pull-in of 0 ms, a
 * bus that nothing feeds. */
static inline bool random_scenario_may_be_refused(const char *text, const char *error)
{
    return strstr(text, "kind:") != NULL || strstr(error, "nothing feeds the bus") != NULL ||
           strstr(error, "pull_in_a needs pull_in_ms") != NULL;
}

#endif
