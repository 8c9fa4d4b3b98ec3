/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/skip.h"

#include <assert.h>

#define QUIET_TICKS 3u /* then one may be skipped */

void skip_disturb(struct skip *skip)
{
    skip->quiet = 0;
}

void skip_wait(struct skip *skip, uint64_t ns)
{
    skip->waited_ns = ns;
    if (!skip->is_on) {
        skip->recorded = skip->reads;
        skip->quiet++;
    }
    skip->reads = 0;
}

void skip_begin(struct skip *skip)
{
    if (skip->is_allowed && !skip->is_on && skip->quiet > QUIET_TICKS) {
        skip->is_on = true;
        skip->begun_ns = skip->waited_ns;
    }
}

uint64_t skip_end(struct skip *skip)
{
    uint64_t ns = skip->is_on ? skip->waited_ns - skip->begun_ns : 0;
    skip->is_on = false;
    skip->behind_ns += ns;
    return ns;
}

void skip_record(struct skip *skip, struct skip_read read, uint64_t ns)
{
    assert(!skip->is_on && skip->reads < SKIP_READS);
    skip->read[skip->reads++] = read;
    if (skip->readings != NULL) {
        fprintf(skip->readings, "%.9f %u %u\n", (double)(ns - skip->behind_ns) / 1e9, read.where, read.value);
    }
}

uint16_t skip_repeat(struct skip *skip, uint16_t where)
{
    assert(skip->is_on);
    if (skip->reads >= skip->recorded || skip->read[skip->reads].where != where) {
        skip->differs = true;
        return 0;
    }
    return skip->read[skip->reads++].value;
}
