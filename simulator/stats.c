/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/stats.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "simulator/machine.h"

#define ADEN 0x80u
#define STACK_MARGIN 16u /* below SP when the image first waits */

static uint64_t now(const struct machine *machine)
{
    assert(machine->avr != NULL);
    return machine->avr->cycle;
}

static uint16_t stack_pointer(const struct machine *machine)
{
    assert(machine->avr->data != NULL);
    return (uint16_t)(machine->avr->data[REG_SPL] | machine->avr->data[REG_SPH] << 8);
}

void stats_begin(struct machine *machine)
{
    struct stats *stats = &machine->stats;
    assert(stats != NULL);
    *stats = (struct stats){.begun_cycle = now(machine), .sp_min = SRAM_END - 1};
}

void stats_reset(struct machine *machine)
{
    struct stats *stats = &machine->stats;
    stats->in_tick = false;
    stats->active_since = now(machine);
    stats->adc_on = false;
    memset(stats->tick_cycles, 0, sizeof stats->tick_cycles);
    assert(machine->front_end.levels == 0);
}

void stats_woke(struct machine *machine)
{
    assert(machine != NULL);
    machine->stats.active_since = now(machine);
}

void stats_slept(struct machine *machine)
{
    struct stats *stats = &machine->stats;
    assert(now(machine) >= stats->active_since);
    stats->tick_cycles[STATS_AWAKE] += now(machine) - stats->active_since;
}

void stats_idled(struct machine *machine, uint64_t cycles)
{
    assert(machine != NULL);
    machine->stats.tick_cycles[STATS_IDLE] += cycles;
}

void stats_pin(struct machine *machine, unsigned pin, bool high)
{
    struct stats *stats = &machine->stats;
    assert(pin < FRONT_PINS && FRONT_PINS <= sizeof stats->pin_since / sizeof stats->pin_since[0]);
    if (high) {
        stats->pin_since[pin] = now(machine);
        return;
    }
    uint64_t cycles = now(machine) - stats->pin_since[pin];
    stats->pin_cycles[pin] += cycles;
    if (pin == FRONT_DIVIDERS) {
        stats->tick_cycles[STATS_DIVIDERS] += cycles;
    } else if (pin >= FRONT_ATC_DRIVE) {
        stats->tick_cycles[STATS_LOOPS] += cycles;
    }
}

void stats_adc(struct machine *machine, uint8_t adcsra)
{
    struct stats *stats = &machine->stats;
    bool on = (adcsra & ADEN) != 0;
    assert(stats->adc_since <= now(machine));
    if (on && !stats->adc_on) {
        stats->adc_since = now(machine);
    } else if (!on && stats->adc_on) {
        stats->tick_cycles[STATS_ADC] += now(machine) - stats->adc_since;
    }
    stats->adc_on = on;
}

void stats_sample_stack(struct machine *machine)
{
    uint16_t sp = stack_pointer(machine);
    assert(machine->powered);
    if (machine->waits && sp < machine->stats.sp_min) {
        machine->stats.sp_min = sp;
    }
}

void stats_tick(struct machine *machine)
{
    struct stats *stats = &machine->stats;
    for (unsigned kind = 0; kind < STATS_KINDS && stats->in_tick; kind++) {
        uint64_t cycles = stats->tick_cycles[kind];
        stats->sum_cycles[kind] += cycles;
        if (cycles > stats->max_cycles[kind]) {
            stats->max_cycles[kind] = cycles;
        }
        assert(stats->max_cycles[kind] <= stats->sum_cycles[kind]);
    }
    stats->ticks += stats->in_tick ? 1 : 0;
    stats->in_tick = true;
    memset(stats->tick_cycles, 0, sizeof stats->tick_cycles);
    assert(stats->tick_cycles[STATS_AWAKE] == 0);
}

void stats_keep_sram(struct machine *machine)
{
    struct stats *stats = &machine->stats;
    uint16_t sp = stack_pointer(machine);
    assert(machine->image.heap_start >= SRAM_START);
    stats->sram_from = machine->image.heap_start;
    stats->sram_to = stats->sram_from;
    if (sp < SRAM_END && sp >= stats->sram_from + STACK_MARGIN) {
        stats->sram_to = (uint16_t)(sp - STACK_MARGIN);
    }
    memcpy(stats->sram, machine->avr->data, SRAM_END);
    assert(stats->sram_to <= SRAM_END);
}

static uint16_t stack_min(const struct machine *machine)
{
    const struct stats *stats = &machine->stats;
    uint16_t address = stats->sram_from;
    assert(stats->sram_from <= stats->sram_to);
    while (address < stats->sram_to && machine->avr->data[address] == stats->sram[address]) {
        address++;
    }
    assert(address <= stats->sram_to);
    return address < stats->sram_to && address < stats->sp_min ? address : stats->sp_min;
}

static double share(const struct machine *machine, enum front_pin pin)
{
    const struct stats *stats = &machine->stats;
    uint64_t all = now(machine) - stats->begun_cycle;
    uint64_t high = stats->pin_cycles[pin];
    if (front_end_is_high(machine, pin)) {
        high += now(machine) - stats->pin_since[pin];
    }
    assert(high <= all);
    return all == 0 ? 0.0 : (double)high / (double)all;
}

static double mean(const struct stats *stats, enum stats_kind kind)
{
    assert(kind < STATS_KINDS);
    return stats->ticks == 0 ? 0.0 : (double)stats->sum_cycles[kind] / (double)stats->ticks;
}

void stats_write(const struct machine *machine, char *text, size_t size)
{
    const struct stats *stats = &machine->stats;
    double us = 1e6 / machine->clock.hz; /* a cycle */
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
                     share(machine, FRONT_LED_LOAD), share(machine, FRONT_LED_FAULT), stats->eeprom_writes,
                     stats->resets, stack_min(machine));
    assert((size_t)used < size);
}
