/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ground of every model: simavr's core with the time, the registers and the pins. A model includes this
 * header and no other of the simulator but those that this one includes. What happens in the part is told to observers,
 * so that a model knows nobody who looks at it.
 */
#ifndef SIMULATOR_PART_H
#define SIMULATOR_PART_H

#include <stdbool.h>
#include <stdint.h>

#include "simulator/pins.h"
#include "simulator/silicon.h"
#include "simulator/sim_time.h"
#include "simulator/simavr.h"

/* Bits of MCUSR. */
#define RESET_POWER_ON 0x01u
#define RESET_EXTERNAL 0x02u
#define RESET_BROWN_OUT 0x04u
#define RESET_WATCHDOG 0x08u

#define PART_PORTS 3
#define PART_OBSERVERS 5

/* What can happen. Each is told with a value; where none is named it is 0. */
enum part_event {
    PART_POWER_ON = 0,
    PART_RESET, /* any; nothing runs yet and every pin floats; 1: the part had power before, 0: it has just got it */
    PART_PHASE,        /* the value is being written to GPIOR0 (firmware/atmega328p/phase.h) */
    PART_WDR,          /* the instruction is being executed */
    PART_SLEEP,        /* the instruction is being executed */
    PART_ASLEEP,       /* it has taken effect */
    PART_IDLE,         /* the part has been in idle mode for that many cycles */
    PART_WAKE,         /* from now on cycles are counted as awake */
    PART_INTERRUPT,    /* one has begun */
    PART_PIN_MOVED,    /* enum driven_pin: it has gone high, or is no longer; part_is_high() says which */
    PART_PIN_TURNED,   /* enum driven_pin: it has become an output or an input, after it may have moved */
    PART_CONVERTER,    /* the value is being written to ADCSRA */
    PART_EEPROM_WRITE, /* a byte is about to be written */
    PART_BREACH,       /* enum part_breach: the program does what it must never do */
    PART_EVENTS
};

enum part_breach { BREACH_WILD = 0, BREACH_UDR0_FULL, BREACH_RECEIVES, BREACH_DETECTOR_ON };

typedef void (*part_notice)(void *self, uint64_t value);

/* Who looks at the part. `notice[EVENT]` is called with `self` and the value; NULL: not of interest. */
struct part_observer {
    void *self;
    part_notice notice[PART_EVENTS];
};

/* Who wants to be told of an event. */
struct part_audience {
    unsigned count;
    part_notice notice[PART_OBSERVERS];
    void *self[PART_OBSERVERS];
};

/* Called before a register is written. */
typedef void (*part_watch)(void *self, uint8_t value);

/* A register that is watched. */
struct part_watched {
    part_watch notify;
    void *self;
    avr_io_write_t write; /* what simavr does with it; NULL: nothing but to store it */
    void *param;
};

struct part;

/* One of simavr's ports, and whose it is. */
struct part_port {
    struct part *part;
    avr_ioport_t *module;
    unsigned high; /* pins that are driven high */
    unsigned outputs;
};

struct part {
    avr_t *avr;
    struct sim_time time;
    struct silicon silicon;
    bool started;                       /* has been powered on */
    bool powered;                       /* and still is */
    uint8_t reset_flags;                /* of the reset that is due; 0 = none */
    bool power_fails;                   /* at the end of this instruction */
    uint32_t levels;                    /* bit n: enum driven_pin n is driven high */
    uint32_t outputs;                   /* bit n: it is an output */
    struct part_port ports[PART_PORTS]; /* B, C, D */
    struct part_watched watched[REGISTERS];
    struct part_audience audiences[PART_EVENTS];
};

/* Takes simavr's ports; part->avr and part->silicon are there already. */
void part_make(struct part *part);

/* ---- observers ----------------------------------------------------------------------------------------------- */

/* Adds an observer, PART_OBSERVERS at most. */
void part_observe(struct part *part, struct part_observer observer);

void part_tell(const struct part *part, enum part_event event, uint64_t value);

/* ---- time ---------------------------------------------------------------------------------------------------- */

/* Nanoseconds since power-on. */
uint64_t part_ns(const struct part *part);

/* Calls `timer` with `param` at `ns`, or as soon as may be when that is past. A call that is already due moves to there. */
void part_call_at(struct part *part, uint64_t ns, avr_cycle_timer_t timer, void *param);

/* ---- registers ----------------------------------------------------------------------------------------------- */

/* Calls `notify` with `self` before each write to the register at `address`, which simavr then does as ever. */
void part_watch_write(struct part *part, uint8_t address, part_watch notify, void *self);

/* Makes `write` do the writing to the register at `address`, in simavr's place. */
void part_own_write(struct part *part, uint8_t address, avr_io_write_t write, void *param);

/* simavr's interrupt vector `number`; never NULL for one that the ATmega328P has. */
avr_int_vector_t *part_vector(const struct part *part, uint8_t number);

/* simavr's module of that kind; with `name`, the port of that name. Never NULL for one that the ATmega328P has. */
avr_io_t *part_module(const struct part *part, const char *kind, char name);

/* ---- pins ---------------------------------------------------------------------------------------------------- */

/* Whether the part drives `pin` high. Otherwise it drives it low, or floats it and a pull-down holds it low. */
bool part_is_high(const struct part *part, enum driven_pin pin);

bool part_is_output(const struct part *part, enum driven_pin pin);

/* Puts a level on a pin from outside. */
void part_feed(struct part *part, enum fed_pin pin, bool high);

/* The same of any pin. */
void part_feed_place(struct part *part, struct pin place, bool high);

/* After a reset or without power: every pin floats at once. */
void part_float_pins(struct part *part);

/* ---- power --------------------------------------------------------------------------------------------------- */

/* Lets the power fail at the end of this instruction. */
void part_cut(struct part *part);

#endif
