/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Frama-C's Eva runs the core from (tests/eva.sh): every function of its headers, once, with every argument that its
 * contract allows. One call is enough: it starts from any bytes at all in the state, which are more than what any number of
 * calls before it can leave. What a call is to set up, it gets uninitialised.
 *
 * The split annotations tell Eva to look at both cases by themselves. They only make it more exact.
 */
#include "core/battery.h"
#include "core/control.h"
#include "core/record.h"

#include <__fc_builtin.h>
#include <stddef.h>

#define CELLS 4u
#define TEMPERATURES 2u

/* Every value of every byte. Not of a bool, where all but 0 and 1 are undefined behaviour of the caller's. */
#define SET_ANY(object) Frama_C_make_unknown((char *)&(object), sizeof(object))

int main(void);

static bool any_bool(void)
{
    return Frama_C_interval(0, 1) != 0;
}

static uint8_t any_byte(void)
{
    return (uint8_t)Frama_C_interval(0, UINT8_MAX);
}

/* ---- the law ----------------------------------------------------------------------------------------- */

static struct sbms_inputs any_inputs(void)
{
    struct sbms_inputs inputs;

    SET_ANY(inputs);
    inputs.atc = any_bool();
    inputs.atd = any_bool();
    inputs.no_prealarm = any_bool();
    return inputs;
}

static struct sbms_control any_control(void)
{
    struct sbms_control control;

    SET_ANY(control);
    return control;
}

static void start(void)
{
    struct sbms_control control;
    struct sbms_control_settings settings;
    struct sbms_retained retained;
    const struct sbms_inputs inputs = any_inputs();

    SET_ANY(settings);
    SET_ANY(retained);
    (void)sbms_control_check(&settings);
    (void)sbms_control_warning_ticks(&settings);
    (void)sbms_control_init(&control, any_bool() ? &settings : NULL);
    if (any_bool()) {
        (void)sbms_control_restore(&control, &retained);
    }
    (void)sbms_control_step(&control, &inputs);
}

static void restore(void)
{
    struct sbms_control control = any_control();
    struct sbms_retained retained;

    SET_ANY(retained);
    (void)sbms_control_restore(&control, &retained);
}

static void step(void)
{
    struct sbms_control control = any_control();
    const struct sbms_inputs inputs = any_inputs();

    /*@ split control.retained.shorts[0].step == 0; */
    /*@ split control.retained.shorts[1].step == 0; */
    /*@ split control.retained.shorts[2].step == 0; */
    (void)sbms_control_step(&control, &inputs);
}

static void skip(void)
{
    struct sbms_control control = any_control();
    const struct sbms_inputs inputs = any_inputs();
    uint32_t quiet_ticks = 0u;

    /*@ split control.law.fault == 0; */
    quiet_ticks = sbms_control_quiet_ticks(&control, &inputs);
    sbms_control_skip(&control, &inputs, Frama_C_unsigned_long_interval(0, quiet_ticks));
}

static void look(void)
{
    const struct sbms_control control = any_control();
    const struct sbms_inputs inputs = any_inputs();
    const struct sbms_inputs other = any_inputs();

    (void)sbms_control_outputs(&control);
    (void)sbms_control_blue(&control);
    (void)sbms_control_output_faults(&control);
    (void)sbms_control_standing(&control);
    (void)sbms_control_same(&control, &inputs, &other);
    (void)sbms_control_blink_ticks(any_byte());
    (void)sbms_cause_word(any_byte());
    (void)sbms_fault_word(any_byte());
}

/* ---- the battery's rules ------------------------------------------------------------------------------- */

static struct sbms_battery_settings any_battery_settings(void)
{
    struct sbms_battery_settings settings;

    SET_ANY(settings);
    settings.has_pre_alarm = any_bool();
    return settings;
}

/* As sbms_battery_check() accepts them. */
static struct sbms_battery_settings good_battery_settings(void)
{
    struct sbms_battery_settings settings = any_battery_settings();

    settings.under_voltage_mv =
        (int16_t)Frama_C_interval(SBMS_UNDER_VOLTAGE_MV_MIN, SBMS_UNDER_VOLTAGE_MV_MAX);
    settings.pre_alarm_mv = (int16_t)Frama_C_interval(SBMS_PRE_ALARM_MV_MIN, SBMS_PRE_ALARM_MV_MAX);
    settings.low_temp_dc = (int16_t)Frama_C_interval(SBMS_LOW_TEMP_DC_MIN, SBMS_LOW_TEMP_DC_MAX);
    return settings;
}

static struct sbms_battery any_battery(void)
{
    struct sbms_battery battery;

    SET_ANY(battery);
    battery.settings = good_battery_settings();
    battery.sampled = any_bool();
    battery.moved = any_bool();
    return battery;
}

static struct sbms_signals any_signals(void)
{
    return (struct sbms_signals){.atc = any_bool(), .atd = any_bool(), .no_prealarm = any_bool()};
}

/* The first sample sets the memory of its readings up. */
static void first_sample(void)
{
    struct sbms_battery battery;
    const struct sbms_battery_settings settings = any_battery_settings();
    struct sbms_battery_reading readings[CELLS + TEMPERATURES];
    int16_t cell_mv[CELLS];
    int16_t temp_dc[TEMPERATURES];
    const struct sbms_battery_sample sample = {.cell_mv = cell_mv,
                                               .temp_dc = temp_dc,
                                               .cell_count = CELLS,
                                               .temp_count = TEMPERATURES,
                                               .conversion = any_byte()};

    SET_ANY(cell_mv);
    SET_ANY(temp_dc);
    (void)sbms_battery_check(&settings);
    (void)sbms_battery_init(&battery, any_bool() ? &settings : NULL);
    battery.settings = good_battery_settings(); /* which Eva does not know to be so */
    (void)sbms_battery_step(&battery, readings, &sample);
}

static void later_sample(void)
{
    struct sbms_battery battery = any_battery();
    struct sbms_battery_reading readings[2u * SBMS_BATTERY_READINGS_MAX];
    int16_t cell_mv[SBMS_BATTERY_READINGS_MAX];
    int16_t temp_dc[SBMS_BATTERY_READINGS_MAX];
    const struct sbms_battery_sample sample = {
        .cell_mv = cell_mv,
        .temp_dc = temp_dc,
        .cell_count = (uint8_t)Frama_C_interval(0, SBMS_BATTERY_READINGS_MAX),
        .temp_count = (uint8_t)Frama_C_interval(0, SBMS_BATTERY_READINGS_MAX),
        .conversion = any_byte()};

    SET_ANY(readings);
    SET_ANY(cell_mv);
    SET_ANY(temp_dc);
    (void)sbms_signals_join(sbms_battery_step(&battery, readings, &sample), any_signals());
}

/* ---- the record ---------------------------------------------------------------------------------------- */

static void entry(void)
{
    uint8_t bytes[SBMS_ENTRY_BYTES];
    uint8_t stored[SBMS_ENTRY_BYTES];
    struct sbms_entry record;
    struct sbms_entry read;

    SET_ANY(record);
    record.high = any_bool();
    (void)sbms_entry_is_cut(&record);
    sbms_entry_encode(&record, bytes);
    SET_ANY(stored);
    if (sbms_entry_decode(any_bool() ? stored : bytes, &read)) {
        (void)sbms_entry_is_cut(&read);
    }
}

static void stored_settings(void)
{
    uint8_t bytes[SBMS_SETTINGS_BYTES];
    uint8_t stored[SBMS_SETTINGS_BYTES];
    struct sbms_control_settings settings;
    struct sbms_control_settings read;

    SET_ANY(settings);
    sbms_settings_encode(&settings, bytes);
    SET_ANY(stored);
    (void)sbms_settings_decode(any_bool() ? stored : bytes, &read);
    (void)sbms_control_check(&read);
}

int main(void)
{
    start();
    restore();
    step();
    skip();
    look();
    first_sample();
    later_sample();
    entry();
    stored_settings();
    return 0;
}
