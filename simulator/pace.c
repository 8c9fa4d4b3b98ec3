/* SPDX-License-Identifier: Apache-2.0 */
/* Of a mixed run (world.h): who goes first, part or circuit, and what the supply does to the part. */
#include <assert.h>

#include "simulator/circuit.h"
#include "simulator/world.h"

#define RESET_LOW 0.2
#define RESET_BIT 6u /* of port C */
#define BROWN_OUT_HYSTERESIS_V 0.05
#define FORGETS_V 1.6 /* the highest level of the power-on reset while the supply falls */
#define AWAKE_SLICE_NS 100000u
#define TIMER_SLICE_NS 1000u    /* in which a timer that is due is served */
#define HELD_SLICE_NS 50000000u /* shorter than the start after a reset */
#define FORCED_V 1e9
#define SKIP_SLICE_NS 5000000u

/* ---- reset and power ------------------------------------------------------------------------------------------ */

static bool is_reset_pin_low(const struct world *world)
{
    int vector = world->ports['C' - 'B'].pins[RESET_BIT].vector;
    return vector != CIRCUIT_NONE && circuit_volt(vector) < RESET_LOW * world_supply(world);
}

static bool is_detector_off(const struct world *world)
{
    return world_avr(world)->state == cpu_Sleeping && world->machine->bod_off;
}

static void hold_in_reset(struct world *world, uint8_t flag)
{
    world->flag = flag;
    world->held = true;
    machine_reset(world->machine, flag);
    world_take(world, IN_RESET_A);
}

static void release(struct world *world)
{
    machine_reset(world->machine, world->forgot ? RESET_POWER_ON : world->flag);
    world_tell(world, world->forgot ? "power-on" : "released");
    world->held = false;
    world->forgot = false;
    world->starting = true;
}

/* The circuit has come to the part's instant: what its supply does to the part. */
static void supervise(struct world *world)
{
    double volt = world_supply(world);
    if (volt < FORGETS_V && !world->forgot) {
        world->forgot = true;
        world_tell(world, "forgets");
    }
    if (world->held) {
        if (volt > world->brown_out_v + BROWN_OUT_HYSTERESIS_V && !is_reset_pin_low(world)) {
            release(world);
        } else {
            machine_reset(world->machine, world->flag); /* so that the start after it does not come */
        }
        return;
    }
    if (is_reset_pin_low(world)) {
        world_tell(world, "reset pin");
        hold_in_reset(world, RESET_EXTERNAL);
    } else if (world->forgot || (volt < world->brown_out_v && !is_detector_off(world))) {
        world_tell(world, "brown-out");
        hold_in_reset(world, RESET_BROWN_OUT);
    }
}

void world_see_reset(void *self, uint64_t had_power)
{
    struct world *world = self;
    (void)had_power;
    world_end_skip(world);
    skip_disturb(&world->skip);
    world->skip.reads = 0;
    if (!world->held && (world_avr(world)->data[REG_MCUSR] & RESET_WATCHDOG) != 0) {
        world_tell(world, "watchdog");
        world->starting = true;
        world_take(world, IN_RESET_A);
    }
}

/* ---- time ----------------------------------------------------------------------------------------------------- */

/* Nothing is executed: the circuit goes first, until something happens to the supply or the part's next timer is due. */
static void rest(struct world *world, uint64_t until_ns)
{
    struct circuit_watch watch = {.vector = world->supply_vector, .low = -FORCED_V, .high = FORCED_V};
    if (world->held) {
        watch.low = world->forgot ? -FORCED_V : FORGETS_V;
        watch.high = is_reset_pin_low(world) ? FORCED_V : world->brown_out_v + BROWN_OUT_HYSTERESIS_V;
    } else {
        watch.low = is_detector_off(world) ? FORGETS_V : world->brown_out_v;
    }
    world->failed = !circuit_reach(until_ns - world->skip.behind_ns, watch) || world->failed;
}

static void run_part_until(struct world *world, uint64_t ns)
{
    struct machine *machine = world->machine;
    if (ns > machine->until_ns) {
        machine_advance(machine, ns - machine->until_ns);
    }
}

/* Up to `end` or the part's next timer. */
static void rest_and_follow(struct world *world, uint64_t end, uint64_t next)
{
    uint64_t until = next < end ? next : end;
    rest(world, until);
    uint64_t come = circuit_ns() + world->skip.behind_ns;
    run_part_until(world, come < until ? come : until);
}

/* It runs first, by a slice; when it executes, the circuit follows at the latest at the slice's end. */
static void run_and_lead(struct world *world, uint64_t end, uint64_t slice_ns)
{
    const struct part *part = &world->machine->part;
    uint64_t until = part_ns(part) + slice_ns;
    run_part_until(world, until < end ? until : end);
    if (!world->skip.is_on && part->avr->state == cpu_Running) {
        world_reach(world, part_ns(part));
    }
}

/* When the part's next timer is due. */
static uint64_t next_timer(const struct part *part)
{
    const avr_cycle_timer_slot_t *timer = part->avr->cycle_timers.timer;
    return timer != NULL ? sim_time_ns(&part->time, timer->when) : UINT64_MAX;
}

static void begin_to_run(struct world *world)
{
    if (world->starting && world_avr(world)->state == cpu_Running) {
        world->starting = false;
        world_take(world, ACTIVE_A);
    }
}

static void advance(struct world *world, uint64_t end)
{
    const struct part *part = &world->machine->part;
    bool rests = part->avr->state != cpu_Running;
    uint64_t now = part_ns(part);
    if (world->skip.is_on) {
        run_and_lead(world, end, SKIP_SLICE_NS);
        return;
    }
    begin_to_run(world);
    if (world->held) {
        rest_and_follow(world, end, now + HELD_SLICE_NS);
    } else if (rests && part->avr->interrupt_state == 0 && next_timer(part) > now + TIMER_SLICE_NS) {
        rest_and_follow(world, end, next_timer(part));
    } else {
        run_and_lead(world, end, rests ? TIMER_SLICE_NS : AWAKE_SLICE_NS);
    }
    if (!world->skip.is_on) {
        supervise(world);
    }
}

bool world_advance(struct world *world, uint64_t ns, bool may_skip)
{
    world->skip.is_allowed = may_skip;
    skip_disturb(&world->skip);
    while (world->machine->until_ns < ns && !world->failed && !world->skip.differs) {
        advance(world, ns);
    }
    world_end_skip(world);
    world_reach(world, ns);
    return !world->failed && !world->skip.differs;
}
