/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ticks that a mixed run skips (world.h): the part runs on, each read gives what it gave in the last tick that was simulated, and
 * the circuit stands still with its time.
 */
#ifndef SIMULATOR_SKIP_H
#define SIMULATOR_SKIP_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define SKIP_READS 64 /* of a tick */

/* What a read gave. */
struct skip_read {
    uint16_t where; /* a port's register, or a converter's channel from REGISTERS on */
    uint16_t value; /* a byte, or a code */
};

struct skip {
    bool is_allowed;
    bool is_on;
    bool differs;       /* a skipped tick has read something else than the one before it */
    uint64_t behind_ns; /* the circuit's time is behind the part's by that */
    uint64_t begun_ns;  /* of the part, when the present skip began ... */
    uint64_t waited_ns; /* ... and when it last waited for a tick */
    unsigned quiet;     /* ticks since something happened */
    unsigned reads;     /* in this tick */
    unsigned recorded;  /* in the last */
    struct skip_read read[SKIP_READS];
    FILE *
        readings; /* each read that is none of a skipped tick: seconds of the circuit, where, value; NULL: nowhere */
};

/* Something happens that does not at each tick. */
void skip_disturb(struct skip *skip);

/* The image waits for a tick, at that time of the part. */
void skip_wait(struct skip *skip, uint64_t ns);

/* The part sleeps until the next tick: from here on ticks are skipped, if that is allowed and nothing has happened for long. */
void skip_begin(struct skip *skip);

/* The circuit goes on where it stood, at the part's place in the tick. Returns how long was skipped. */
uint64_t skip_end(struct skip *skip);

/* A read in a tick that is simulated, at that time of the part. */
void skip_record(struct skip *skip, struct skip_read read, uint64_t ns);

/* A read in a tick that is skipped. */
uint16_t skip_repeat(struct skip *skip, uint16_t where);

#endif
