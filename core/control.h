/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The control law: raw inputs in, three outputs and two LEDs out, once a tick.
 *
 * Freestanding C11, integers only, no clock, no I/O, no global state: the caller owns every byte and
 * calls sbms_control_step() every SBMS_TICK_MS. Rule ids (LOAD-3, ...) refer to docs/SPEC.md.
 */
#ifndef SBMS_CONTROL_H
#define SBMS_CONTROL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/fault.h"

/* ---- constants of the rules --------------------------------------------------------------------- */

#define SBMS_TICK_MS 125u        /* sampling period, SPEC section 1 */
#define SBMS_TICKS_PER_S 8u      /* 1 s in ticks */
#define SBMS_LOST_OF_TICKS 4u    /* SAFE-2: a battery signal is lost when absent in 2 of the last 4 ticks */
#define SBMS_RETURNED_TICKS 8u   /* SAFE-2: ... and has returned when present in the last 8 */
#define SBMS_REMOTE_TICKS 2u     /* SAFE-2: remote on/off, either way */
#define SBMS_SUPPLY_TICKS 2u     /* SUP-3, SAFE-2: supply below SBMS_SUPPLY_LOW_MV */
#define SBMS_SUPPLY_LOW_MV 7500  /* SUP-3: below this every output floats */
#define SBMS_SUPPLY_OK_MV 8000   /* SUP-3, SAFE-1: at this or more a sample of a start-up counts */
#define SBMS_START_SAMPLES 25u   /* SAFE-1: at this sample all is decided that is not yet */
#define SBMS_REMOTE_L_ON_MV 3500 /* REM-1: on when L is below */
#define SBMS_REMOTE_H_ON_MV 2900 /* REM-1: on when H is above */
#define SBMS_REMOTE_HYSTERESIS_MV 50 /* REM-4: on the off side only */

#define SBMS_WARNING_TIME_S_DEFAULT 30u /* LOAD-3 */
#define SBMS_WARNING_TIME_S_MIN 30u
#define SBMS_WARNING_TIME_S_MAX 120u
#define SBMS_ALARM_OVER_TICKS 80u      /* PRE-4: both signals present for 10 s end an alarm */
#define SBMS_ALARM_OVER_ATD_TICKS 480u /* PRE-4: ... for 60 s if ATD was lost during it */

#define SBMS_RECONNECT_DELAY_S_MAX 3600u /* LOAD-6 */
#define SBMS_LOCKOUT_RETRIES_MAX 10u
#define SBMS_LOCKOUT_CLEAR_MV_MIN 8000
#define SBMS_LOCKOUT_CLEAR_MV_MAX 70000
#define SBMS_LOCKOUT_CLEAR_TICKS 240u /* LOAD-6: supply this long at lockout_clear_mv ends a lock-out */

#define SBMS_LOAD_STEPS 7u       /* LOAD-8: waits of 5 s, 30 s, 1, 2, 4, 8, 16 min */
#define SBMS_CHARGER_STEPS 3u    /* CHG-5: waits of 5 s, 5 s, 60 s */
#define SBMS_CALM_TICKS 4800u    /* LOAD-8, CHG-5: high for 10 min without a gap goes one step back */
#define SBMS_OFF_CLEAR_TICKS 8u  /* LOAD-6, LOAD-8, CHG-5, SAFE-4: the remote off for 1 s clears all waits */
#define SBMS_SHORT_STEPS 7u      /* SAFE-4: tries after 1, 2, 4, 8, 16, 32, 64 min */
#define SBMS_SHORT_TICKS 4u      /* SAFE-4: commanded high and not high for 0.5 s is a short */
#define SBMS_SHORT_HELD_TICKS 8u /* SAFE-4: a try that is not short by then holds */
#define SBMS_SHORT_CALM_TICKS 14400u /* SAFE-4: high for 30 min starts the waits anew */
#define SBMS_FED_TICKS 240u          /* SAFE-4: floating and high for 30 s is fed from outside */
#define SBMS_LED_WAITING_TICKS 16u   /* LED-4: blue is lit one tick in this many while Load waits */
#define SBMS_FAULT_MAX 9u            /* LED-3 */

/* sbms_control_step() can pass any number of ticks up to this one in one call of sbms_control_skip() */
#define SBMS_TICKS_FOREVER UINT32_MAX

/* ---- what goes in ------------------------------------------------------------------------------- */

enum sbms_output { SBMS_OUTPUT_LOAD = 0, SBMS_OUTPUT_PREALARM, SBMS_OUTPUT_CHARGER, SBMS_OUTPUT_COUNT };

/* LOAD-3, LOAD-6. All zero is the default. */
struct sbms_control_settings {
    uint16_t
        reconnect_delay_s;   /* ATD must be back this long before Load returns from a cut; 0..3600, 0 = off */
    uint8_t lockout_retries; /* returns allowed after cuts by ATD or chain; 0..10, 0 = no lock-out */
    uint8_t warning_time_s;  /* Pre-alarm is high this long before a cut; 30..120, 0 = 30 */
    int32_t lockout_clear_mv; /* supply that, held 30 s, forgets the cuts; 8000..70000, unused when
                                   lockout_retries is 0 */
};

/* One sample of everything that the device sees. */
struct sbms_inputs {
    int32_t vbat_mv;     /* supply against battery minus */
    int32_t remote_l_mv; /* terminal L; open rests above 3500 (REM-2); -70000..70000 */
    int32_t remote_h_mv; /* terminal H; open rests below 2900 (REM-2); -70000..70000 */
    bool atc;            /* allowed-to-charge is present */
    bool atd;            /* allowed-to-discharge is present */
    bool no_prealarm;    /* no-pre-alarm is present */
    uint8_t
        fault; /* sbms_fault found by the caller, 1..9 (SAFE-4); 0 = none. SBMS_FAULT_REFERENCE: nothing above
                            means anything. SBMS_FAULT_OUTPUT: as 0, the law finds it by `differing`. Every other one
                            floats all outputs. */
    uint8_t
        differing; /* outputs whose terminal is not as the last step commanded (high: below half the supply; floating:
                            above), bit n = sbms_output n (SAFE-4); 0 = all follow, or nobody looks */
};

/* ---- what comes out ----------------------------------------------------------------------------- */

/* Why an output changed, or why it stays floating at a start (SAFE-1, SAFE-7). SBMS_CAUSE_NONE: neither. The numbers are
 * stored in records: new ones go to the end. */
enum sbms_cause {
    SBMS_CAUSE_NONE = 0,
    SBMS_CAUSE_START_UP,             /* reset, or what rises at the first decision after it */
    SBMS_CAUSE_SUPPLY_LOW,           /* SUP-3 */
    SBMS_CAUSE_REMOTE_ON,            /* REM-1 */
    SBMS_CAUSE_REMOTE_OFF,           /* LOAD-4, REM-5 */
    SBMS_CAUSE_ATC_LOST,             /* CHG-1 */
    SBMS_CAUSE_ATC_RETURNED,         /* CHG-1 */
    SBMS_CAUSE_ATD_LOST,             /* LOAD-3, PRE-2 */
    SBMS_CAUSE_ATD_RETURNED,         /* LOAD-2, PRE-4 */
    SBMS_CAUSE_NO_PREALARM_LOST,     /* PRE-2 */
    SBMS_CAUSE_NO_PREALARM_RETURNED, /* PRE-4 */
    SBMS_CAUSE_CHAIN_OPEN,           /* SAFE-3: all three signals lost together */
    SBMS_CAUSE_RECONNECT_DELAY,      /* LOAD-6: the delay is over; at a start: it is not */
    SBMS_CAUSE_LOCKOUT_CLEARED,      /* LOAD-6: the supply came up, Load may return */
    SBMS_CAUSE_INTERNAL_FAULT,       /* SAFE-4: a fault that floats everything */
    SBMS_CAUSE_HOLD_OFF,             /* LOAD-8: Load's wait is over; at a start: it is not */
    SBMS_CAUSE_CHARGER_WAIT,         /* CHG-5: Charger's wait is over; at a start: it is not */
    SBMS_CAUSE_LOCKED_OUT,           /* LOAD-6: Load stays floating at a start */
    SBMS_CAUSE_OUTPUT_FAULT, /* SAFE-4: the terminal does not follow; the red LED begins or ends to show it */
    SBMS_CAUSE_OUTPUT_RETRY, /* SAFE-4: a shorted output is tried again */
    SBMS_CAUSE_REFERENCE_FAULT, /* SAFE-4: nothing can be measured, so the signals count as lost */
    SBMS_CAUSE_COUNT
};

/* true = high or lit, false = floating or dark. */
struct sbms_outputs {
    bool load;      /* LOAD-1 */
    bool prealarm;  /* PRE-1 */
    bool charger;   /* CHG-1 */
    bool led_load;  /* LED-1, blue "Load ON"; LED-4's flashes are not in it, see sbms_control_blue() */
    bool led_fault; /* LED-2 and LED-3, red "Temp or OVP" */
};

/* The outputs of one tick, with the cause of each edge that they make against the tick before. At the first decision of an
 * output after a reset (SAFE-1) Load and Charger also have a cause when they stay floating. */
struct sbms_decision {
    struct sbms_outputs outputs;
    uint8_t load_cause;     /* sbms_cause of an edge of Load and of the blue LED */
    uint8_t prealarm_cause; /* sbms_cause of an edge of Pre-alarm */
    uint8_t charger_cause;  /* sbms_cause of an edge of Charger or of the red LED; blinking has none */
};

/* ---- state: the caller's to keep, this module's to read ----------------------------------------- */

/* What is debounced: bit n of `levels` belongs to input n. */
enum {
    SBMS_INPUT_SUPPLY = 0, /* enough to run */
    SBMS_INPUT_REMOTE,     /* system on */
    SBMS_INPUT_ATC,
    SBMS_INPUT_ATD,
    SBMS_INPUT_NO_PREALARM,
    SBMS_INPUT_COUNT
};

#define SBMS_SIGNAL_COUNT 3u /* the chain's signals: ATC, ATD, no-pre-alarm */

enum sbms_load_mode { SBMS_LOAD_FLOATING = 0, SBMS_LOAD_HIGH, SBMS_LOAD_PRE_ALARM };

/* What took the signals that are lost (SAFE-3, SAFE-4); decides causes, and no output. */
enum sbms_loss { SBMS_LOSS_SIGNAL = 0, SBMS_LOSS_CHAIN, SBMS_LOSS_REFERENCE };

/* SAFE-4: one output that does not go high. */
struct sbms_short {
    uint16_t wait_ticks; /* until it is tried again; 0 = it may be high */
    uint8_t step;        /* of the next wait, 0..SBMS_SHORT_STEPS - 1 */
    uint8_t is_shorted;  /* 1 from a short until a try holds, or the waits are cleared */
};

/*
 * What LOAD-6, LOAD-8, CHG-5 and SAFE-4 remember over a low supply and over every reset in which memory held (SUP-3). All
 * zero: nothing. The device keeps a copy with its inverse where a reset does not clear it.
 */
struct sbms_retained {
    uint16_t load_wait_ticks;    /* LOAD-8: Load may not return before they are over */
    uint16_t charger_wait_ticks; /* CHG-5: likewise */
    uint8_t load_step;           /* LOAD-8: the step that the next cut finds, 0..SBMS_LOAD_STEPS - 1 */
    uint8_t charger_step;        /* CHG-5: of the next wait, 0..SBMS_CHARGER_STEPS - 1 */
    uint8_t load_is_high;        /* LOAD-8's mark: a reset that finds it is a cut */
    uint8_t cuts;                /* LOAD-6: by ATD or chain since the supply was last up, 0..11 */
    uint8_t is_tripped; /* LOAD-6: the last cut was by ATD or chain, and Load has not returned since */
    struct sbms_short shorts[SBMS_OUTPUT_COUNT];
};

/* What a reset forgets (SAFE-1): all zero. */
struct sbms_law {
    uint8_t levels;                     /* the debounced levels, a bit each (SBMS_INPUT_...) */
    uint8_t history[SBMS_SIGNAL_COUNT]; /* the last 8 samples of each signal, newest in bit 0, 1 = present */
    uint8_t samples[2];     /* SAFE-1, of Charger and of Load: counted so far; SBMS_START_SAMPLES = decided */
    uint8_t remote_samples; /* SAFE-1: equal samples in a row; SBMS_REMOTE_TICKS = the level is known */
    uint8_t remote_differs; /* SAFE-2: the last sample was not as the level; before it is known: the sample */
    uint8_t supply_is_low;  /* SAFE-2: the last sample was below SBMS_SUPPLY_LOW_MV */
    uint8_t loss;           /* sbms_loss */
    uint8_t load_mode;      /* sbms_load_mode */
    uint8_t alarm_has_lost_atd;              /* PRE-4: during this alarm */
    uint8_t off_ticks;                       /* how long the remote has been off, 0..SBMS_OFF_CLEAR_TICKS */
    uint8_t clear_ticks;                     /* how long the supply has been at lockout_clear_mv, 0..240 */
    uint8_t differ_ticks[SBMS_OUTPUT_COUNT]; /* how long a terminal has not followed, 0..SBMS_FED_TICKS */
    uint8_t fault;                           /* sbms_fault that the red LED shows, 0 = none */
    uint8_t blink_ticks;                     /* place in the fault's blink pattern */
    uint16_t alarm_ticks;     /* how long Pre-alarm has been commanded high, up to the warning time */
    uint16_t calm_ticks;      /* PRE-4: how long both signals have been back during an alarm */
    uint16_t reconnect_ticks; /* LOAD-6: how long ATD has been back after a cut */
    uint16_t high_ticks
        [SBMS_OUTPUT_COUNT]; /* how long an output has been high, while there is a step to go back */
};

struct sbms_control {
    uint32_t tick; /* samples since sbms_control_init(); wraps after 17 years, decides nothing (SAFE-6) */
    struct sbms_control_settings settings;
    struct sbms_retained retained;
    struct sbms_law law;
};

/* ---- functions ---------------------------------------------------------------------------------- */

enum sbms_settings_error {
    SBMS_SETTINGS_OK = 0,
    SBMS_SETTINGS_RECONNECT_DELAY, /* outside 0..3600 s */
    SBMS_SETTINGS_RETRIES,         /* outside 0..10 */
    SBMS_SETTINGS_CLEAR_MV,        /* outside 8000..70000 mV with a lock-out asked for */
    SBMS_SETTINGS_WARNING_TIME     /* neither 0 nor 30..120 s */
};

/* Says whether `settings` (LOAD-3, LOAD-6) are in range; nothing is clamped (as BAT-7). */
enum sbms_settings_error sbms_control_check(const struct sbms_control_settings *settings);

/* LOAD-3: the ticks from Pre-alarm's rise to a cut, with the clock's error in them: 244 at 30 s. `settings` as
 * sbms_control_check() accepts them. */
uint16_t sbms_control_warning_ticks(const struct sbms_control_settings *settings);

/*
 * Puts `control` into the state after power came (SAFE-1): every output floats, nothing has been seen, nothing is
 * remembered. `settings`: NULL for the defaults. Returns what sbms_control_check() says; settings that it refuses are
 * not used and leave `control` in the reset state with the defaults.
 */
enum sbms_settings_error sbms_control_init(struct sbms_control *control,
                                           const struct sbms_control_settings *settings);

/*
 * After sbms_control_init(), for a reset in which memory held: goes on with what was remembered, `control->retained` of the
 * life before. A mark that says that Load was high counts as a cut now (LOAD-8). Values that no run leaves are
 * garbage, and read as nothing remembered; returns false then.
 */
bool sbms_control_restore(struct sbms_control *control, const struct sbms_retained *retained);

/*
 * Decides one tick: sections 3 to 7. `inputs`: the sample of this tick. To be called every SBMS_TICK_MS;
 * the only time that the law knows is the number of calls. Never fails: every value of every input has a
 * decision. While `inputs->fault` is one that floats everything, red blinks its number (one above 9 blinks 9); the
 * tick at which the fault is gone is the reset, and the start-up counts from the tick after it. A state that
 * no run can reach (a flipped bit) floats everything at that tick, is reset, and loses settings and what was remembered.
 */
struct sbms_decision sbms_control_step(struct sbms_control *control, const struct sbms_inputs *inputs);

/* The outputs as the last step decided them. */
struct sbms_outputs sbms_control_outputs(const struct sbms_control *control);

/* Whether blue is lit at this tick: as Load, and LED-4's flash while Load waits with ATD present. */
bool sbms_control_blue(const struct sbms_control *control);

/* SAFE-4: outputs that do not follow, bit n = sbms_output n: `shorted` from a short until a try holds or the waits are
 * cleared; `fed` from 30 s of a high terminal until it is low or the output is to be high. */
struct sbms_output_faults {
    uint8_t shorted;
    uint8_t fed;
};
struct sbms_output_faults sbms_control_output_faults(const struct sbms_control *control);

/* What explains outputs that stay as they are, for those who account for a run. It changes only at a step that is not
 * among sbms_control_quiet_ticks(). */
struct sbms_standing {
    bool system_is_on;       /* the remote is known, and on (section 5) */
    bool load_is_decided;    /* SAFE-1: Load and Pre-alarm have been decided since the last reset */
    bool charger_is_decided; /* likewise Charger */
    bool load_waits; /* LOAD-6, LOAD-8: Load would be high, were there not a delay, a lock-out or a wait */
    struct sbms_output_faults faults;
};
struct sbms_standing sbms_control_standing(const struct sbms_control *control);

/*
 * How many of the coming ticks, all with `inputs`, leave every output as it is: that many may be passed
 * with sbms_control_skip(). 0: the very next tick changes one. SBMS_TICKS_FOREVER: none ever will. The
 * number may be lower than the true one, never higher.
 */
uint32_t sbms_control_quiet_ticks(const struct sbms_control *control, const struct sbms_inputs *inputs);

/*
 * Passes `ticks` ticks, all with `inputs`, at once: leaves exactly the state that as many calls of
 * sbms_control_step() would. `ticks`: at most what sbms_control_quiet_ticks() says for the same inputs.
 */
void sbms_control_skip(struct sbms_control *control, const struct sbms_inputs *inputs, uint32_t ticks);

/*
 * Says whether the law cannot tell `a` from `b` in its present state: the same levels and the same side
 * of every threshold. A caller whose voltages drift may then hold one sample for many ticks.
 */
bool sbms_control_same(const struct sbms_control *control, const struct sbms_inputs *a,
                       const struct sbms_inputs *b);

/* LED-3: how long one round of the blinks of `fault` (1..9) takes, its pause included. */
uint8_t sbms_control_blink_ticks(uint8_t fault);

/* The stable lower-case word for `cause`, for logs and other programs (SPEC section 9); "none" for
 * SBMS_CAUSE_NONE and for anything that is not a cause. */
const char *sbms_cause_word(uint8_t cause);

#endif
