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

/* ---- constants of the rules --------------------------------------------------------------------- */

#define SBMS_TICK_MS 125u             /* sampling period, SPEC section 1 */
#define SBMS_TICKS_PER_S 8u           /* 1 s in ticks */
#define SBMS_LOST_TICKS 2u            /* SAFE-2: a battery signal is lost after this many ticks in a row */
#define SBMS_RETURNED_TICKS 8u        /* SAFE-2: ... and has returned after this many */
#define SBMS_REMOTE_TICKS 2u          /* SAFE-2: remote on/off, either way */
#define SBMS_SUPPLY_TICKS 2u          /* SUP-3, SAFE-2: supply, either way */
#define SBMS_PRE_ALARM_TICKS 241u     /* LOAD-3: 240 ticks are 30 s; one more covers a clock 0.4 % fast */
#define SBMS_SUPPLY_LOW_MV 7500       /* SUP-3: below this every output floats */
#define SBMS_SUPPLY_OK_MV 8000        /* SUP-3: at this or more the device starts anew */
#define SBMS_REMOTE_L_ON_MV 3500      /* REM-1: on when L is below */
#define SBMS_REMOTE_H_ON_MV 2900      /* REM-1: on when H is above */
#define SBMS_REMOTE_HYSTERESIS_MV 50  /* REM-4: on the off side only */
#define SBMS_LOCKOUT_CLEAR_TICKS 240u /* LOAD-6: supply this long at lockout_clear_mv ends a lock-out */

#define SBMS_RECONNECT_DELAY_S_MAX 3600u
#define SBMS_LOCKOUT_RETRIES_MAX 10u
#define SBMS_LOCKOUT_CLEAR_MV_MIN 8000
#define SBMS_LOCKOUT_CLEAR_MV_MAX 70000
#define SBMS_FAULT_MAX 9u /* LED-3 */

/* sbms_control_step() can pass any number of ticks up to this one in one call of sbms_control_skip() */
#define SBMS_TICKS_FOREVER UINT32_MAX

/* ---- what goes in ------------------------------------------------------------------------------- */

/* LOAD-6. All zero is the default: both features off. */
struct sbms_control_settings {
    uint16_t reconnect_delay_s; /* ATD must be back this long before Load returns; 0..3600, 0 = off */
    uint8_t lockout_retries;    /* returns allowed after under-voltage cuts; 0..10, 0 = no lock-out */
    int32_t lockout_clear_mv;   /* supply that, held 30 s, forgets the cuts; 8000..70000, unused when
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
    uint8_t fault;       /* internal fault found by the caller, 1..9 (SAFE-4); 0 = none */
};

/* ---- what comes out ----------------------------------------------------------------------------- */

/* Why an output changed (SAFE-7). SBMS_CAUSE_NONE: it did not. */
enum sbms_cause {
    SBMS_CAUSE_NONE = 0,
    SBMS_CAUSE_START_UP,             /* reset, or the first decision after it */
    SBMS_CAUSE_SUPPLY_LOW,           /* SUP-3 */
    SBMS_CAUSE_REMOTE_ON,            /* REM-1 */
    SBMS_CAUSE_REMOTE_OFF,           /* LOAD-4, REM-5 */
    SBMS_CAUSE_ATC_LOST,             /* CHG-1 */
    SBMS_CAUSE_ATC_RETURNED,         /* CHG-1 */
    SBMS_CAUSE_ATD_LOST,             /* LOAD-3, PRE-2 */
    SBMS_CAUSE_ATD_RETURNED,         /* LOAD-6, PRE-4 */
    SBMS_CAUSE_NO_PREALARM_LOST,     /* PRE-2 */
    SBMS_CAUSE_NO_PREALARM_RETURNED, /* PRE-4 */
    SBMS_CAUSE_CHAIN_OPEN,           /* SAFE-3: all three signals lost together */
    SBMS_CAUSE_RECONNECT_DELAY,      /* LOAD-6: the delay is over */
    SBMS_CAUSE_LOCKOUT_CLEARED,      /* LOAD-6: the supply came up, Load may return */
    SBMS_CAUSE_INTERNAL_FAULT,       /* SAFE-4 */
    SBMS_CAUSE_COUNT
};

/* true = high or lit, false = floating or dark. */
struct sbms_outputs {
    bool load;      /* LOAD-1 */
    bool prealarm;  /* PRE-1 */
    bool charger;   /* CHG-1 */
    bool led_load;  /* LED-1, blue "Load ON" */
    bool led_fault; /* LED-2 and LED-3, red "Temp or OVP" */
};

/* The outputs of one tick, with the cause of each edge that they make against the tick before. */
struct sbms_decision {
    struct sbms_outputs outputs;
    uint8_t load_cause;     /* sbms_cause of an edge of Load and of the blue LED */
    uint8_t prealarm_cause; /* sbms_cause of an edge of Pre-alarm */
    uint8_t charger_cause;  /* sbms_cause of an edge of Charger or of the red LED; blinking has none */
};

/* ---- state: the caller's to keep, this module's to read ----------------------------------------- */

/* What is debounced: bit n of `levels` and run[n] belong to input n. */
enum {
    SBMS_INPUT_SUPPLY = 0, /* enough to run */
    SBMS_INPUT_REMOTE,     /* system on */
    SBMS_INPUT_ATC,
    SBMS_INPUT_ATD,
    SBMS_INPUT_NO_PREALARM,
    SBMS_INPUT_COUNT
};

enum sbms_load_mode { SBMS_LOAD_FLOATING = 0, SBMS_LOAD_HIGH, SBMS_LOAD_PRE_ALARM };

/* What a reset forgets (SAFE-1): all zero. */
struct sbms_law {
    uint8_t levels;                /* the debounced levels; before the start the last raw ones */
    uint8_t run[SBMS_INPUT_COUNT]; /* ticks in a row that differ from the level; before the start, equal it */
    struct sbms_outputs outputs;   /* as decided at the last tick */
    uint8_t started;               /* 0 until every input has been steady (SAFE-1) */
    uint8_t chain_open;            /* SAFE-3 */
    uint8_t load_mode;             /* sbms_load_mode */
    uint8_t prealarm_ticks;        /* how long Pre-alarm has been high, 0..SBMS_PRE_ALARM_TICKS */
    uint8_t cuts;                  /* under-voltage cuts since the supply was last up, 0..11 */
    uint8_t tripped;               /* Load floats because of an under-voltage cut */
    uint8_t clear_ticks;           /* how long the supply has been at lockout_clear_mv, 0..240 */
    uint8_t blink_ticks;           /* place in the fault's blink pattern */
    uint8_t fault;                 /* the fault that is being shown, 0 = none */
    uint16_t reconnect_ticks;      /* how long ATD has been back after a cut */
};

struct sbms_control {
    uint32_t tick; /* samples since sbms_control_init(); wraps after 17 years, decides nothing (SAFE-6) */
    struct sbms_control_settings settings;
    struct sbms_law law;
};

/* ---- functions ---------------------------------------------------------------------------------- */

enum sbms_settings_error {
    SBMS_SETTINGS_OK = 0,
    SBMS_SETTINGS_RECONNECT_DELAY, /* outside 0..3600 s */
    SBMS_SETTINGS_RETRIES,         /* outside 0..10 */
    SBMS_SETTINGS_CLEAR_MV         /* outside 8000..70000 mV with a lock-out asked for */
};

/* Says whether `settings` (LOAD-6) are in range; nothing is clamped (as BAT-7). */
enum sbms_settings_error sbms_control_check(const struct sbms_control_settings *settings);

/*
 * Puts `control` into the state after a reset (SAFE-1): every output floats, nothing has been seen.
 * `settings`: NULL for the defaults. Returns what sbms_control_check() says; settings that it refuses are
 * not used and leave `control` in the reset state with the defaults.
 */
enum sbms_settings_error sbms_control_init(struct sbms_control *control,
                                           const struct sbms_control_settings *settings);

/*
 * Decides one tick: sections 3 to 7. `inputs`: the sample of this tick. To be called every SBMS_TICK_MS;
 * the only time that the law knows is the number of calls. Never fails: every value of every input has a
 * decision. While `inputs->fault` is not 0 everything floats and red blinks (a fault above 9 blinks 9); the
 * tick at which the fault is gone is the reset, and the start-up counts from the tick after it. A state that
 * no run can reach (a flipped bit) floats everything, is reset, and loses its settings to the defaults.
 */
struct sbms_decision sbms_control_step(struct sbms_control *control, const struct sbms_inputs *inputs);

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
