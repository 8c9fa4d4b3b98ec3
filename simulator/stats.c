/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/stats.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "firmware/atmega328p/phase.h"

#define ADEN 0x80u
#define STACK_MARGIN 16u /* below SP when the image first waits */

static uint64_t now(const struct stats *stats)
{
    return stats->part->avr->cycle;
}

static uint16_t stack_pointer(const struct stats *stats)
{
    const uint8_t *data = stats->part->avr->data;
    return (uint16_t)(data[REG_SPL] | data[REG_SPH] << 8);
}

/* ---- what happens -------------------------------------------------------------------------------------------- */

static void see_power_on(void *self, uint64_t value)
{
    struct stats *stats = self;
    (void)value;
    *stats = (struct stats){.part = stats->part,
                            .heap_start = stats->heap_start,
                            .begun_cycle = now(stats),
                            .sp_min = SRAM_END - 1};
}

static void see_reset(void *self, uint64_t had_power)
{
    struct stats *stats = self;
    assert(stats->part->levels == 0); /* so that every pin's time is over */
    stats->resets += had_power;
    stats->in_tick = false;
    stats->waited = false;
    stats->active_since = now(stats);
    stats->adc_on = false;
    memset(stats->tick_cycles, 0, sizeof stats->tick_cycles);
}

static void see_wake(void *self, uint64_t value)
{
    struct stats *stats = self;
    (void)value;
    stats->active_since = now(stats);
}

static void see_asleep(void *self, uint64_t value)
{
    struct stats *stats = self;
    assert(now(stats) >= stats->active_since);
    (void)value;
    stats->tick_cycles[STATS_AWAKE] += now(stats) - stats->active_since;
}

static void see_idle(void *self, uint64_t cycles)
{
    struct stats *stats = self;
    stats->tick_cycles[STATS_IDLE] += cycles;
}

static void see_pin(void *self, uint64_t pin)
{
    struct stats *stats = self;
    assert(pin < DRIVEN_PINS);
    if (part_is_high(stats->part, (enum driven_pin)pin)) {
        stats->pin_since[pin] = now(stats);
        return;
    }
    uint64_t cycles = now(stats) - stats->pin_since[pin];
    stats->pin_cycles[pin] += cycles;
    if (pin == DRIVEN_DIVIDERS) {
        stats->tick_cycles[STATS_DIVIDERS] += cycles;
    } else if (pin >= DRIVEN_ATC) {
        stats->tick_cycles[STATS_LOOPS] += cycles;
    }
}

static void see_converter(void *self, uint64_t adcsra)
{
    struct stats *stats = self;
    bool on = (adcsra & ADEN) != 0;
    if (on && !stats->adc_on) {
        stats->adc_since = now(stats);
    } else if (!on && stats->adc_on) {
        stats->tick_cycles[STATS_ADC] += now(stats) - stats->adc_since;
    }
    stats->adc_on = on;
}

static void see_eeprom_write(void *self, uint64_t value)
{
    struct stats *stats = self;
    (void)value;
    stats->eeprom_writes++;
}

/* Whenever the stack may be deep. */
static void see_stack(void *self, uint64_t value)
{
    struct stats *stats = self;
    uint16_t sp = stack_pointer(stats);
    (void)value;
    if (stats->waited && sp < stats->sp_min) {
        stats->sp_min = sp;
    }
}

/* At PHASE_SAMPLE: one tick ends, the next begins. */
static void turn_tick(struct stats *stats)
{
    for (unsigned kind = 0; kind < STATS_KINDS && stats->in_tick; kind++) {
        uint64_t cycles = stats->tick_cycles[kind];
        stats->sum_cycles[kind] += cycles;
        if (cycles > stats->max_cycles[kind]) {
            stats->max_cycles[kind] = cycles;
        }
    }
    stats->ticks += stats->in_tick ? 1 : 0;
    stats->in_tick = true;
    memset(stats->tick_cycles, 0, sizeof stats->tick_cycles);
}

/* When the image first waits: what the free SRAM holds. */
static void keep_sram(struct stats *stats)
{
    uint16_t sp = stack_pointer(stats);
    stats->sram_from = stats->heap_start;
    stats->sram_to = stats->sram_from;
    if (sp < SRAM_END && sp >= stats->sram_from + STACK_MARGIN) {
        stats->sram_to = (uint16_t)(sp - STACK_MARGIN);
    }
    memcpy(stats->sram, stats->part->avr->data, SRAM_END);
}

static void see_phase(void *self, uint64_t phase)
{
    struct stats *stats = self;
    see_stack(stats, 0);
    if (phase == PHASE_SAMPLE) {
        turn_tick(stats);
    }
    if (phase == PHASE_WAITING && !stats->waited) {
        stats->waited = true;
        keep_sram(stats);
    }
}

void stats_make(struct stats *stats, struct part *part, uint16_t heap_start)
{
    assert(heap_start >= SRAM_START);
    *stats = (struct stats){.part = part, .heap_start = heap_start};
    part_observe(part, (struct part_observer){stats,
                                              {[PART_POWER_ON] = see_power_on,
                                               [PART_RESET] = see_reset,
                                               [PART_PHASE] = see_phase,
                                               [PART_WDR] = see_stack,
                                               [PART_ASLEEP] = see_asleep,
                                               [PART_IDLE] = see_idle,
                                               [PART_WAKE] = see_wake,
                                               [PART_INTERRUPT] = see_stack,
                                               [PART_PIN_MOVED] = see_pin,
                                               [PART_CONVERTER] = see_converter,
                                               [PART_EEPROM_WRITE] = see_eeprom_write}});
}

/* ---- what is told -------------------------------------------------------------------------------------------- */

static uint16_t stack_min(const struct stats *stats)
{
    const uint8_t *data = stats->part->avr->data;
    uint16_t address = stats->sram_from;
    while (address < stats->sram_to && data[address] == stats->sram[address]) {
        address++;
    }
    return address < stats->sram_to && address < stats->sp_min ? address : stats->sp_min;
}

static double share(const struct stats *stats, enum driven_pin pin)
{
    uint64_t all = now(stats) - stats->begun_cycle;
    uint64_t high = stats->pin_cycles[pin];
    if (part_is_high(stats->part, pin)) {
        high += now(stats) - stats->pin_since[pin];
    }
    assert(high <= all);
    return all == 0 ? 0.0 : (double)high / (double)all;
}

static double mean(const struct stats *stats, enum stats_kind kind)
{
    return stats->ticks == 0 ? 0.0 : (double)stats->sum_cycles[kind] / (double)stats->ticks;
}

void stats_write(const struct stats *stats, char *text, size_t size)
{
    double us = 1e6 / stats->part->time.hz; /* a cycle */
    int used = snprintf(
        text, size,
        "ticks=%" PRIu64 " awake_cycles_max=%" PRIu64 " awake_cycles_mean=%.1f idle_us_mean=%.1f"
        " idle_us_max=%.1f adc_on_us_mean=%.1f loops_on_us_mean=%.1f dividers_on_us_mean=%.1f",
        stats->ticks, stats->max_cycles[STATS_AWAKE], mean(stats, STATS_AWAKE), mean(stats, STATS_IDLE) * us,
        (double)stats->max_cycles[STATS_IDLE] * us, mean(stats, STATS_ADC) * us,
        mean(stats, STATS_LOOPS) * us, mean(stats, STATS_DIVIDERS) * us);
    assert(used > 0 && (size_t)used < size);
    used += snprintf(text + used, size - (size_t)used,
                     " led_load_on_share=%.6f led_fault_on_share=%.6f eeprom_writes=%" PRIu64
                     " resets=%" PRIu64 " stack_min=%u",
                     share(stats, DRIVEN_LED_LOAD), share(stats, DRIVEN_LED_FAULT), stats->eeprom_writes,
                     stats->resets, stack_min(stats));
    assert((size_t)used < size);
}
