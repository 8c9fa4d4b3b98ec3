/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/silicon.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#define RC_HZ 8000000
#define PPM 1000000
#define RC_CYCLES_PER_US 8u
#define EEPROM_ONE_PART 14400u /* of the EEPROM_BOTH_PART that erase and write together take */
#define EEPROM_BOTH_PART 26368u

/* In parts of the supply: above the one a pin reads high for sure, below the other low; in between it reads what it has
 * read. 328PB, DC Characteristics: VIH, VIL. */
#define READS_HIGH 0.6
#define READS_LOW 0.3

/* ---- the table --------------------------------------------------------------------------------------------- */

/* Where a value is between its extremes. */
enum place { KIND = 0, LOW, TYPICAL, HIGH, PLACES };

/*
 * `kind` is libsimavr's and the board header's. A source is a data sheet and its chapter: Atmel 8161 and 8271 are editions of
 * the ATmega48A/PA/88A/PA/168A/PA/328/P, Microchip's 328PB and 168PB are its successors, read where the older one was not at
 * hand. "unverified": the figure is usual, but no sheet that gives it has been opened.
 */
static const struct {
    const char *name;
    int32_t values[PLACES]; /* kind, low, typical, high */
    const char *source;
} rows[SILICON_QUANTITIES] = {
    [SILICON_WAKE_US] = {"wake_us", {0, 60, 60, 60}, "Atmel 8271, BOD Disable: approximately 60 us"},
    [SILICON_RC_PPM] =
        {"rc_ppm",
         {0, -100000, 0, 100000},
         "Atmel 8161, Calibrated Internal RC Oscillator Accuracy: factory +-10 % at 3 V, 25 degC"},
    [SILICON_RC_SUPPLY_PPM] = {"rc_supply_ppm",
                               {0, -20000, 0, 20000},
                               "unverified: Typical Characteristics, Internal Oscillator Speed"},
    [SILICON_RESONATOR_PPM] = {"resonator_ppm",
                               {0, -5000, 0, 5000},
                               "unverified: a three-terminal ceramic resonator's sheet"},
    [SILICON_CRYSTAL_START_MS] = {"crystal_start_ms",
                                  {0, 100, 300, 1000},
                                  "Atmel 8271, Asynchronous Operation of Timer/Counter2: one second; "
                                  "the other figures unverified"},
    [SILICON_CRYSTAL_PPM] =
        {"crystal_ppm",
         {0, -100, 0, 100},
         "unverified: 20 ppm as made, -0.034 ppm a square degree from 25 degC, wrong load"},
    [SILICON_WATCHDOG_PPM] = {"watchdog_ppm",
                              {0, -300000, 0, 300000},
                              "unverified: Typical Characteristics, Watchdog Oscillator Frequency"},
    [SILICON_NOISE_CODES] = {"noise_codes",
                             {0, 0, 1, 2},
                             "168PB, ADC Characteristics: absolute accuracy 2 LSB; as noise unverified"},
    [SILICON_SUPPLY_PPM] = {"supply_ppm", {0, -15000, 0, 15000}, "unverified: a regulator's sheet"},
    [SILICON_BAND_GAP_MV] = {"band_gap_mv",
                             {1100, 1000, 1100, 1200},
                             "168PB, ADC Characteristics, Internal Voltage Reference"},
    [SILICON_DIVIDER_PPM] = {"divider_ppm",
                             {0, -10000, 0, 10000},
                             "a choice of the circuit: two resistors of 0.5 %"},
    [SILICON_GUARD_PERCENT] = {"guard_percent",
                               {0, 100, 100, 100},
                               "the resistors of firmware/atmega328p/board_*.h"},
    [SILICON_LOOP_PF] = {"loop_pf",
                         {0, 100, 1000, 10000},
                         "unverified: 100 pF a metre of cable, 60 m, and the protection's capacitor"},
    [SILICON_LOOP_SERIES_OHM] = {"loop_series_ohm",
                                 {10000, 10000, 10000, 10000},
                                 "a choice of the circuit: the protection's resistor"},
    [SILICON_LOOP_PULL_OHM] = {"loop_pull_ohm",
                               {30100, 30100, 30100, 30100},
                               "a choice of the circuit: the pull-down's resistor"},
    [SILICON_EEPROM_US] = {"eeprom_us",
                           {3296, 3296, 3400, 3400},
                           "unverified: EEPROM Programming Time: 26368 cycles, 3.4 ms typical"},
};

#define PICKS_MAX 9

/* A corner: all quantities at `base`, but for these. A pick whose place is KIND ends the list. */
static const struct {
    const char *name;
    const char *words;
    enum place base;
    struct {
        enum silicon_quantity quantity;
        enum place place;
    } picks[PICKS_MAX];
} corners[] = {
    {"kind", "nothing differs from libsimavr (the default)", KIND, {{0, KIND}}},
    {"typical", "all of it as it is usual", TYPICAL, {{0, KIND}}},
    {"fast",
     "all oscillators fast",
     KIND,
     {{SILICON_WAKE_US, TYPICAL},
      {SILICON_RC_PPM, HIGH},
      {SILICON_RC_SUPPLY_PPM, HIGH},
      {SILICON_RESONATOR_PPM, HIGH},
      {SILICON_CRYSTAL_START_MS, LOW},
      {SILICON_CRYSTAL_PPM, HIGH},
      {SILICON_WATCHDOG_PPM, HIGH},
      {SILICON_EEPROM_US, LOW}}},
    {"slow",
     "all oscillators slow",
     KIND,
     {{SILICON_WAKE_US, TYPICAL},
      {SILICON_RC_PPM, LOW},
      {SILICON_RC_SUPPLY_PPM, LOW},
      {SILICON_RESONATOR_PPM, LOW},
      {SILICON_CRYSTAL_START_MS, LOW},
      {SILICON_CRYSTAL_PPM, LOW},
      {SILICON_WATCHDOG_PPM, LOW},
      {SILICON_EEPROM_US, HIGH}}},
    {"early-watchdog",
     "the watchdog fast, the CPU slow",
     KIND,
     {{SILICON_WATCHDOG_PPM, HIGH}, {SILICON_RC_PPM, LOW}, {SILICON_RC_SUPPLY_PPM, LOW}}},
    {"late-watchdog",
     "the watchdog slow, the CPU fast",
     KIND,
     {{SILICON_WATCHDOG_PPM, LOW}, {SILICON_RC_PPM, HIGH}, {SILICON_RC_SUPPLY_PPM, HIGH}}},
    {"cold-crystal", "the watch crystal takes a second to start", KIND, {{SILICON_CRYSTAL_START_MS, HIGH}}},
    {"noisy", "the converter is noisy", KIND, {{SILICON_NOISE_CODES, HIGH}}},
    {"reads-high",
     "the converter reads high, and is noisy",
     KIND,
     {{SILICON_NOISE_CODES, HIGH},
      {SILICON_SUPPLY_PPM, LOW},
      {SILICON_DIVIDER_PPM, HIGH},
      {SILICON_GUARD_PERCENT, HIGH},
      {SILICON_BAND_GAP_MV, HIGH}}},
    {"reads-low",
     "the converter reads low, and is noisy",
     KIND,
     {{SILICON_NOISE_CODES, HIGH},
      {SILICON_SUPPLY_PPM, HIGH},
      {SILICON_DIVIDER_PPM, LOW},
      {SILICON_GUARD_PERCENT, HIGH},
      {SILICON_BAND_GAP_MV, LOW}}},
    {"capacitive-loops",
     "10 nF at each loop's end, and a fast CPU waits the least",
     KIND,
     {{SILICON_LOOP_PF, HIGH}, {SILICON_RC_PPM, HIGH}}},
};
#define CORNERS (sizeof corners / sizeof corners[0])

bool silicon_read(struct silicon *silicon, const char *name)
{
    for (size_t i = 0; i < CORNERS; i++) {
        if (strcmp(corners[i].name, name) != 0) {
            continue;
        }
        silicon->name = corners[i].name;
        for (unsigned quantity = 0; quantity < SILICON_QUANTITIES; quantity++) {
            silicon->values[quantity] = rows[quantity].values[corners[i].base];
        }
        for (unsigned pick = 0; corners[i].picks[pick].place != KIND; pick++) {
            enum silicon_quantity quantity = corners[i].picks[pick].quantity;
            silicon->values[quantity] = rows[quantity].values[corners[i].picks[pick].place];
        }
        return true;
    }
    return false;
}

const char *silicon_corner(size_t index, const char **words)
{
    if (index >= CORNERS) {
        return NULL;
    }
    *words = corners[index].words;
    return corners[index].name;
}

const char *silicon_name(enum silicon_quantity quantity)
{
    assert(quantity < SILICON_QUANTITIES);
    return rows[quantity].name;
}

void silicon_print(FILE *output)
{
    fprintf(output, "%-16s %8s %8s %8s %8s  source\n", "quantity", "kind", "low", "typical", "high");
    for (unsigned i = 0; i < SILICON_QUANTITIES; i++) {
        const int32_t *values = rows[i].values;
        fprintf(output, "%-16s %8d %8d %8d %8d  %s\n", rows[i].name, (int)values[KIND], (int)values[LOW],
                (int)values[TYPICAL], (int)values[HIGH], rows[i].source);
    }
}

/* ---- what follows from it ---------------------------------------------------------------------------------- */

int32_t silicon_value(const struct silicon *silicon, enum silicon_quantity quantity)
{
    assert(quantity < SILICON_QUANTITIES);
    return silicon->values[quantity];
}

static int64_t scaled(int64_t value, int64_t ppm)
{
    assert(ppm > -PPM);
    return value * (PPM + ppm) / PPM;
}

uint32_t silicon_rc_hz(const struct silicon *silicon)
{
    return silicon_cpu_hz(silicon, RC_HZ, false);
}

uint32_t silicon_cpu_hz(const struct silicon *silicon, uint32_t nominal_hz, bool resonator)
{
    int32_t ppm =
        resonator ? silicon_value(silicon, SILICON_RESONATOR_PPM)
                  : silicon_value(silicon, SILICON_RC_PPM) + silicon_value(silicon, SILICON_RC_SUPPLY_PPM);
    return (uint32_t)scaled(nominal_hz, ppm);
}

uint64_t silicon_watchdog_ns(const struct silicon *silicon, uint64_t nominal_ns)
{
    int32_t ppm = silicon_value(silicon, SILICON_WATCHDOG_PPM);
    assert(ppm > -PPM);
    return nominal_ns * PPM / (uint64_t)(PPM + ppm);
}

uint64_t silicon_eeprom_rc_cycles(const struct silicon *silicon, bool both)
{
    uint64_t cycles = (uint64_t)silicon_value(silicon, SILICON_EEPROM_US) * RC_CYCLES_PER_US;
    return both ? cycles : cycles * EEPROM_ONE_PART / EEPROM_BOTH_PART;
}

/* The time constant in ns; the pull-down is always there. */
static double loop_tau(const struct silicon *silicon, bool driven)
{
    double pull = silicon_value(silicon, SILICON_LOOP_PULL_OHM);
    double series = silicon_value(silicon, SILICON_LOOP_SERIES_OHM);
    double ohm = driven ? pull * series / (pull + series) : pull;
    return ohm * silicon_value(silicon, SILICON_LOOP_PF) / 1000.0;
}

/* Where it tends to, in parts of the supply. */
static double loop_level(const struct silicon *silicon, bool high)
{
    double pull = silicon_value(silicon, SILICON_LOOP_PULL_OHM);
    return high ? pull / (pull + silicon_value(silicon, SILICON_LOOP_SERIES_OHM)) : 0.0;
}

uint64_t silicon_loop_ns(const struct silicon *silicon, double from_volt, bool high, bool driven)
{
    double to_volt = loop_level(silicon, high);
    double part = (to_volt - from_volt) / (to_volt - (high ? READS_HIGH : READS_LOW));
    return part > 1.0 ? (uint64_t)(loop_tau(silicon, driven) * log(part)) : 0; /* else it has been crossed */
}

double silicon_loop_volt(const struct silicon *silicon, double from_volt, bool high, bool driven, uint64_t ns)
{
    double to_volt = loop_level(silicon, high);
    double tau = loop_tau(silicon, driven);
    return tau > 0.0 ? to_volt + (from_volt - to_volt) * exp(-(double)ns / tau) : to_volt;
}
