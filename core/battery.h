/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The battery's rules: cell voltages and temperatures in, the three signals out (SPEC section 8).
 *
 * A Smart battery applies them to its own cells and reports the result; the controller never measures a
 * cell. For the twin, for measured cell logs, and for whoever builds a battery-side monitor.
 */
#ifndef SBMS_BATTERY_H
#define SBMS_BATTERY_H

#include <stdbool.h>
#include <stdint.h>

#define SBMS_UNDER_VOLTAGE_MV_DEFAULT 2800 /* BAT-1 */
#define SBMS_UNDER_VOLTAGE_MV_MIN 2600
#define SBMS_UNDER_VOLTAGE_MV_MAX 2800
#define SBMS_PRE_ALARM_MV_DEFAULT 3100 /* BAT-2 */
#define SBMS_PRE_ALARM_MV_MIN 2850
#define SBMS_PRE_ALARM_MV_MAX 3150
#define SBMS_LOW_TEMP_DC_DEFAULT 50 /* BAT-5, 0.1 degC */
#define SBMS_LOW_TEMP_DC_MIN (-200)
#define SBMS_LOW_TEMP_DC_MAX 200
#define SBMS_DISCHARGE_RETURN_MV 3200   /* BAT-3: all cells at or above */
#define SBMS_OVER_VOLTAGE_MV 3750       /* BAT-4: lost above */
#define SBMS_OVER_VOLTAGE_CLEAR_MV 3600 /* BAT-4: clears when all are below */
#define SBMS_HIGH_TEMP_DC 500           /* BAT-5: lost above */
#define SBMS_HIGH_TEMP_CLEAR_DC 480     /* BAT-5: clears at or below */
#define SBMS_LOW_TEMP_HYSTERESIS_DC 20  /* BAT-5: clears this far above the setting */
#define SBMS_PRE_ALARM_HYSTERESIS_MV 50 /* BAT-3: no-pre-alarm returns this far above its setting */
#define SBMS_CELL_MV_PLAUSIBLE_MIN 500  /* BAT-6 */
#define SBMS_CELL_MV_PLAUSIBLE_MAX 5000
#define SBMS_TEMP_DC_PLAUSIBLE_MIN (-400)
#define SBMS_TEMP_DC_PLAUSIBLE_MAX 1000
#define SBMS_BATTERY_PERIOD_TICKS 8u     /* BAT-9: once a second */
#define SBMS_BATTERY_LIMIT_SAMPLES 2u    /* BAT-9: in a row, for a limit and for a return */
#define SBMS_PRE_ALARM_RETURN_SAMPLES 5u /* BAT-3: in a row, for no-pre-alarm's own return */
#define SBMS_READING_FAILURES 3u         /* BAT-6: in a row, until a reading takes its signals */
#define SBMS_SENSOR_RETURN_SAMPLES 5u    /* BAT-6: in a row with all readings good */
#define SBMS_BATTERIES_MAX 20            /* BAT-8 */
#define SBMS_BATTERY_READINGS_MAX 160u   /* 20 batteries of 8 cells (BAT-8), the most that one call takes */

/* A reading that the sensor did not deliver (BAT-6). */
#define SBMS_READING_MISSING INT16_MIN

struct sbms_battery_settings {
    int16_t under_voltage_mv; /* 2600..2800 */
    int16_t pre_alarm_mv;     /* 2850..3150 */
    int16_t low_temp_dc;      /* -200..200 */
    bool has_pre_alarm; /* false: a battery made before the feature; keeps no-pre-alarm present (BAT-2) */
};

/* Why a signal is absent: any number of them at once. What is not among them does not hold the signal. */
enum {
    SBMS_BATTERY_UNDER_VOLTAGE = 1u << 0, /* BAT-1, until BAT-3; takes ATD and no-pre-alarm */
    SBMS_BATTERY_PRE_ALARM = 1u << 1,     /* BAT-2, until BAT-3; takes no-pre-alarm */
    SBMS_BATTERY_OVER_VOLTAGE = 1u << 2,  /* BAT-4; takes ATC */
    SBMS_BATTERY_HIGH_TEMP = 1u << 3,     /* BAT-5; takes ATC */
    SBMS_BATTERY_LOW_TEMP = 1u << 4,      /* BAT-5; takes ATC */
    SBMS_BATTERY_CELL_SENSOR = 1u << 5,   /* BAT-6: a cell's reading has failed; takes all three */
    SBMS_BATTERY_TEMP_SENSOR = 1u << 6    /* BAT-6: a temperature's reading has failed; takes ATC */
};

#define SBMS_BATTERY_LIMITS 5u /* the first five causes: those that a value passes */
#define SBMS_BATTERY_CAUSES 7u

/* The causes that take each signal (BAT-1, -2, -4, -5, -6). */
#define SBMS_BATTERY_TAKES_ATD (SBMS_BATTERY_UNDER_VOLTAGE | SBMS_BATTERY_CELL_SENSOR)
#define SBMS_BATTERY_TAKES_NO_PREALARM (SBMS_BATTERY_TAKES_ATD | SBMS_BATTERY_PRE_ALARM)
#define SBMS_BATTERY_TAKES_ATC \
    (SBMS_BATTERY_OVER_VOLTAGE | SBMS_BATTERY_HIGH_TEMP | SBMS_BATTERY_LOW_TEMP | SBMS_BATTERY_CELL_SENSOR | \
     SBMS_BATTERY_TEMP_SENSOR)

/* One reading's memory. Below SBMS_READING_FAILURES failures `last_good` is the value that counts (BAT-6). */
struct sbms_battery_reading {
    int16_t last_good; /* mV or 0.1 degC; of no use before the first good reading */
    uint8_t failures;  /* in a row, 0..SBMS_READING_FAILURES */
};

/* One battery's memory but for its readings' own. */
struct sbms_battery {
    struct sbms_battery_settings settings;
    uint8_t causes; /* SBMS_BATTERY_... in force */
    uint8_t counts
        [SBMS_BATTERY_LIMITS]; /* samples in a row towards the loss, or towards the return, of each limit */
    uint8_t good_samples;      /* in a row, while a failed reading holds a signal */
    uint8_t conversion;        /* the sensor's conversion counter at the last sample; 0 before the first */
    bool sampled;              /* there has been one */
    bool
        moved; /* the last sample changed a cause or a count; if not, more of the same readings change nothing */
};

/* One sample, taken once a second (BAT-9). */
struct sbms_battery_sample {
    const int16_t *cell_mv; /* cell_count readings; SBMS_READING_MISSING = none */
    const int16_t *temp_dc; /* temp_count readings in 0.1 degC; SBMS_READING_MISSING = none */
    uint8_t cell_count;     /* 0..SBMS_BATTERY_READINGS_MAX */
    uint8_t temp_count;     /* 0..SBMS_BATTERY_READINGS_MAX */
    uint8_t
        conversion; /* the sensor's conversion counter: unchanged since the last sample = frozen (BAT-6) */
};

/* true = present = healthy. */
struct sbms_signals {
    bool atc;
    bool atd;
    bool no_prealarm;
};

enum sbms_battery_error {
    SBMS_BATTERY_OK = 0,
    SBMS_BATTERY_BAD_UNDER_VOLTAGE, /* outside 2600..2800 mV */
    SBMS_BATTERY_BAD_PRE_ALARM,     /* outside 2850..3150 mV */
    SBMS_BATTERY_BAD_LOW_TEMP       /* outside -200..200 tenths of a degree */
};

/* The settings that a battery leaves the factory with (section 8). */
struct sbms_battery_settings sbms_battery_defaults(void);

/* Says which setting is out of range (BAT-7), the first in the order of the struct; nothing is clamped. */
enum sbms_battery_error sbms_battery_check(const struct sbms_battery_settings *settings);

/*
 * Puts `battery` into the state before its first sample, with `settings` (NULL: the defaults). Returns what
 * sbms_battery_check() says; refused settings leave the defaults in force.
 */
enum sbms_battery_error sbms_battery_init(struct sbms_battery *battery,
                                          const struct sbms_battery_settings *settings);

/*
 * Applies BAT-1 to BAT-6 to one sample, once a second (BAT-9), and returns the signals that the battery gives until
 * the next.
 *
 * `readings`: the memory of the sample's readings, the caller's: cell_count entries for the cells, then temp_count
 * for the temperatures. The first sample sets it up; it belongs to `battery` from then on, and both counts stay as
 * they are. A conversion counter that is 0 in the first sample has not converted yet: all readings have failed.
 */
struct sbms_signals sbms_battery_step(struct sbms_battery *battery, struct sbms_battery_reading *readings,
                                      const struct sbms_battery_sample *sample);

/* BAT-8: what a chain gives of which `a` and `b` are a part each: any that loses a signal opens it for all. */
struct sbms_signals sbms_signals_join(struct sbms_signals a, struct sbms_signals b);

#endif
