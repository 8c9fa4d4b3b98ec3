/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Flipped bits at random, in the SRAM, in the CPU's registers and in those of the peripherals, at random instants of the
 * image's cycle and in each of its situations, with inputs after them that make a wrong device show itself (SAFE-4,
 * SAFE-7). None may end in an unsafe output, and what becomes of each must be read in the record.
 *
 *   DEPTH=soak           10000 of them; otherwise a sample of 1000
 *   RUNS=N               how many
 *   SEED=N               of all of them
 *   SMALLBMS_FLIP=N      replays that one alone: the group of GROUP that it is in, up to it, in a new simulator
 *
 * And each bit of the registers with which a peripheral takes a pin from its port; with DEPTH=soak of every I/O register.
 */
#include "tests/simulator_fixture.h"

#define WATCHDOG_MS_MAX 12000u /* its longest period, 8.2 s, a slow oscillator and a start */
#define FLIPS 10000u
#define SAMPLE 1000u
#define SEED 20u
#define GROUP 25u          /* flips on one device; each group begins at power-on */
#define STACK_FIRST 0x870u /* the deepest stack is 130 bytes */
#define SHOWN_MS 8000u     /* a restart, and a round of blinks before the outputs return */
#define UNRECORDED_ONE_IN \
    2000u /* a flip can hit the entry that is being written, or the return address from a tick */
#define IDLE_ONE_IN 2000u   /* flips after which the device may wait for power-on */
#define SHOWN_MAX 20u       /* failures that are printed */
#define TICK_LASTS_US 1150u /* from waking to sleeping; once a second it is 1 ms longer */
#define STEP_US 100u        /* with which the waking is looked for */

/* I/O registers of the ATmega328P, by their addresses in the data space, and two bits. */
enum {
    IO_FIRST = 0x20,
    PINB = 0x23,
    PINC = 0x26,
    PIND = 0x29,
    TCCR0A = 0x44,
    TCCR0B = 0x45,
    SPCR = 0x4C,
    TCCR1A = 0x80,
    TCCR2A = 0xB0,
    TWCR = 0xBC,
    UCSR0B = 0xC1,
    IO_LAST = 0xFF,
    TWEN = 1 << 2,
    RXEN0 = 1 << 4
};

enum target {
    TARGET_DATA = 0,
    TARGET_STACK,
    TARGET_FREE,
    TARGET_REGISTER,
    TARGET_SREG,
    TARGET_SP,
    TARGET_IO,
    TARGETS
};

static const struct {
    const char *name;
    unsigned weight;
} targets[TARGETS] = {{"data", 34u}, {"stack", 18u}, {"free SRAM", 4u},    {"register r", 18u},
                      {"SREG", 5u},  {"SP", 5u},     {"I/O register", 16u}};

enum situation {
    SITUATION_HEALTHY = 0,
    SITUATION_PREALARM,
    SITUATION_CUT,
    SITUATION_ATC_LOST,
    SITUATION_REMOTE_OFF,
    SITUATION_SUPPLY_LOW,
    SITUATION_WAITING,
    SITUATION_SHORT,
    SITUATION_BLIND,
    SITUATION_FAULT,
    SITUATIONS
};

static const struct {
    const char *name;
    unsigned weight;
    struct bench_inputs inputs;
} situations[SITUATIONS] = {
    {"healthy", 5u, {12800, true, true, true, true}},
    {"pre-alarm running", 4u, {12800, true, true, false, false}},
    {"cut", 1u, {12800, true, true, false, false}},
    {"ATC lost", 3u, {12800, true, false, true, true}},
    {"remote off", 2u, {12800, false, true, true, true}},
    {"supply low", 2u, {7000, true, true, true, true}},
    {"Load waiting", 1u, {12800, true, true, true, true}},
    {"Charger shorted", 1u, {12800, true, true, true, true}},
    {"the reference lost", 1u, {12800, true, true, true, true}},
    {"the clock stopped", 1u, {12800, true, true, true, true}},
};

struct flip {
    unsigned index;
    enum target target;
    unsigned address; /* SRAM, number of a register, or address of one */
    unsigned bit;
    enum situation situation;
    unsigned situation_ms; /* how long it has lasted */
    unsigned us;           /* after the tick's waking */
    bool full;             /* all of the 33 s after it */
    bool timer0_counts;    /* a second flip, which lets it count */
};

struct tally {
    unsigned flips;
    unsigned in_tick; /* between waking and sleeping */
    unsigned restarts;
    unsigned faults;
    unsigned silent;
    unsigned unsafe;
    unsigned unrecorded;
    unsigned idle;     /* the device did not work again by itself */
    unsigned settings; /* groups after which the settings were others */
};

static struct bench device;
static unsigned data_last;
static unsigned fault_found;
static uint64_t seed;
static unsigned shown;

/* ---- drawing -------------------------------------------------------------------------------------------------- */

static unsigned draw_weighted(uint64_t *random, const unsigned *weights, unsigned count)
{
    unsigned sum = 0u;
    unsigned choice = 0u;

    for (unsigned i = 0u; i < count; i++) {
        sum += weights[i];
    }
    for (unsigned left = bench_below(random, sum); left >= weights[choice]; choice++) {
        left -= weights[choice];
    }
    assert_true(choice < count);
    return choice;
}

static enum target draw_target(uint64_t *random)
{
    unsigned weights[TARGETS];

    for (unsigned i = 0u; i < TARGETS; i++) {
        weights[i] = targets[i].weight;
    }
    return (enum target)draw_weighted(random, weights, TARGETS);
}

static enum situation draw_situation(uint64_t *random)
{
    unsigned weights[SITUATIONS];

    for (unsigned i = 0u; i < SITUATIONS; i++) {
        weights[i] = situations[i].weight;
    }
    return (enum situation)draw_weighted(random, weights, SITUATIONS);
}

static bool holds_no_state(unsigned address)
{
    return address == PINB || address == PINC || address == PIND;
}

static unsigned draw_io(uint64_t *random)
{
    unsigned address = PINB;

    while (holds_no_state(address)) {
        address = bench_between(random, IO_FIRST, IO_LAST);
    }
    return address;
}

static unsigned draw_address(uint64_t *random, enum target target)
{
    switch (target) {
    case TARGET_DATA:
        return bench_between(random, SRAM_FIRST, data_last);
    case TARGET_STACK:
        return bench_between(random, STACK_FIRST, SRAM_LAST);
    case TARGET_FREE:
        return bench_between(random, data_last + 1u, STACK_FIRST - 1u);
    case TARGET_REGISTER:
        return bench_below(random, 32u);
    case TARGET_IO:
        return draw_io(random);
    default:
        return 0u;
    }
}

static struct flip draw(unsigned index)
{
    uint64_t random = seed * UINT64_C(0xD1B54A32D192ED03) + index;
    struct flip f = {.index = index, .target = draw_target(&random), .situation = draw_situation(&random)};
    const bool awake = bench_below(&random, 2u) == 0u;

    f.address = draw_address(&random, f.target);
    f.bit = bench_below(&random, f.target == TARGET_SP ? 16u : 8u);
    f.situation_ms = f.situation == SITUATION_PREALARM ? 1000u + bench_below(&random, 27000u)
                     : f.situation == SITUATION_CUT    ? 31500u
                                                       : 500u + bench_below(&random, 700u);
    f.us = awake ? bench_below(&random, TICK_LASTS_US) : bench_between(&random, 3000u, TICK_US - 5000u);
    f.full = bench_below(&random, 3u) == 0u;
    return f;
}

/* ---- saying --------------------------------------------------------------------------------------------------- */

static void say(const struct flip *f, const char *what)
{
    shown++;
    if (shown > SHOWN_MAX) {
        return;
    }
    printf("flip %u: %s 0x%X bit %u, %u us after waking, %s for %u ms: %s\n", f->index,
           targets[f->target].name, f->address, f->bit, f->us, situations[f->situation].name, f->situation_ms,
           what);
    printf("    again: SEED=%" PRIu64 " SMALLBMS_FLIP=%u build/tests/test_avr_bit_flips\n", seed, f->index);
}

/* ---- one flip ----------------------------------------------------------------------------------------------------- */

static void do_flip(const struct flip *f)
{
    device.flip_ns = device.now_ns;
    switch (f->target) {
    case TARGET_REGISTER:
        bench_ask(&device, "flip reg %u %u", f->address, f->bit);
        break;
    case TARGET_SREG:
        bench_ask(&device, "flip sreg %u", f->bit);
        break;
    case TARGET_SP:
        bench_ask(&device, "flip sp %u", f->bit);
        break;
    case TARGET_IO:
        if (f->timer0_counts) {
            bench_ask(&device, "flip io %u 1", TCCR0B);
        }
        bench_ask(&device, "flip io %u %u", f->address, f->bit);
        break;
    default:
        bench_ask(&device, "flip sram %u %u", f->address, f->bit);
        break;
    }
}

/* Load's wait begins with a dip of the supply (SUP-3, LOAD-8). */
static void begin_wait(void)
{
    struct bench_inputs low = bench_healthy;

    low.vbat_mv = 7000;
    bench_set(&device, low);
    bench_advance_ms(&device, UNSAFE_MS);
}

static void begin_fault(enum situation situation)
{
    if (situation == SITUATION_WAITING) {
        begin_wait();
    } else if (situation == SITUATION_SHORT) {
        bench_short(&device, PIN_CHARGER, true);
    } else if (situation == SITUATION_BLIND) {
        bench_lose_reference(&device, "fault reference 880");
    } else if (situation == SITUATION_FAULT) {
        bench_ask(&device, "fault crystal 1");
        bench_fault(&device, UNSAFE_MS);
    }
}

static void end_fault(enum situation situation)
{
    if (situation == SITUATION_SHORT) {
        bench_short(&device, PIN_CHARGER, false);
    } else if (situation == SITUATION_BLIND) {
        bench_find_reference(&device, "fault reference 1100");
    } else if (situation == SITUATION_FAULT) {
        bench_ask(&device, "fault crystal 0");
        bench_no_fault(&device);
    } else {
        return;
    }
    bench_advance_ms(&device, situation == SITUATION_FAULT ? 2500u : 500u); /* for the device to see it */
}

static bool has_fault(enum situation situation)
{
    return situation >= SITUATION_SHORT;
}

static void begin_situation(const struct flip *f)
{
    begin_fault(f->situation);
    bench_set(&device, situations[f->situation].inputs);
    bench_advance_ms(&device, f->situation_ms);
    if (f->situation == SITUATION_FAULT) { /* no tick of the crystal's to be counted */
        bench_advance(&device, f->us);
        return;
    }
    bench_advance_to(&device, BEFORE_WAKING_US);
    bench_advance_past(&device, PHASE_WAITING, STEP_US);
    bench_advance(&device, f->us);
}

/* Lets time pass; returns whether the device then shows a fault that nobody made: a short is shown until its next try. */
static bool pass(enum situation situation, uint64_t ms)
{
    bench_advance_ms(&device, ms);
    return !has_fault(situation) && bench_peek(&device, fault_found) != 0u;
}

/* Inputs that make a wrong device show itself; returns whether a fault was seen on the way. */
static bool provoke(const struct flip *f)
{
    struct bench_inputs inputs = situations[f->situation].inputs;
    bool fault = pass(f->situation, f->full ? 1000u : 700u);

    end_fault(f->situation);
    inputs.atc = false;
    bench_set(&device, inputs);
    fault |= pass(f->situation, 700u);
    if (f->full) {
        inputs.atd = false;
        inputs.no_prealarm = false;
        bench_set(&device, inputs);
        fault |= pass(f->situation, 33000u);
    }
    inputs.remote_on = false;
    bench_set(&device, inputs);
    return pass(f->situation, 1200u) || fault;
}

/* Healthy again. A program counter that went astray can leave a fault for which power must go off and on: rarely, and with
 * everything floating. */
static void recover(const struct flip *f, struct tally *t)
{
    if (bench_recovers(&device, SHOWN_MS)) {
        return;
    }
    /* A flipped bit of the watchdog's period, in the millisecond in which a stopped crystal is the watchdog's to end (clock.c): all
     * floats, but for longer. */
    if (!bench_any_high(&device) && bench_peek(&device, fault_found) == 0u &&
        bench_recovers(&device, WATCHDOG_MS_MAX)) {
        return;
    }
    t->idle++;
    if (bench_any_high(&device) || bench_peek(&device, fault_found) == 0u) {
        bench_blame(&device, device.now_ns, "neither works nor floats everything with a fault");
    }
    say(f, "the device waits for power-on with a fault");
    bench_start_healthy(&device);
}

static void count_trace(const struct flip *f, struct tally *t, bool fault, bool restarted, uint16_t mark)
{
    struct bench_log log;

    bench_advance_ms(&device, 200u);
    log = bench_read_log(&device);
    t->restarts += restarted ? 1u : 0u;
    t->faults += log_has_any_fault(&log, mark) ? 1u : 0u;
    t->silent += !restarted && !fault ? 1u : 0u;
    if ((restarted && !log_has_any_boot(&log, mark)) || (fault && !log_has_any_fault(&log, mark))) {
        t->unrecorded++;
        say(f, restarted ? "a restart that is not in the record" : "a fault that is not in the record");
    }
}

static void attack(const struct flip *f, struct tally *t)
{
    begin_situation(f);
    if (!has_fault(f->situation) && bench_peek(&device, fault_found) != 0u) {
        bench_advance_ms(&device, SHOWN_MS); /* what the flip before has done late */
        begin_situation(f);
    }
    const struct bench_log log = bench_read_log(&device);
    const uint64_t resets = bench_stat(&device, "resets");
    t->flips++;
    t->in_tick += bench_peek(&device, ADDRESS_PHASE) != PHASE_WAITING ? 1u : 0u;
    do_flip(f);
    const bool fault = provoke(f);
    const bool restarted = bench_stat(&device, "resets") != resets;
    recover(f, t);
    if (device.unsafe[0] != '\0') {
        t->unsafe++;
        say(f, device.unsafe);
        device.unsafe[0] = '\0';
    }
    count_trace(f, t, fault, restarted, log_mark(&log));
}

/* ---- all of them ---------------------------------------------------------------------------------------------------- */

/* Half of the groups at corners of simulator/silicon.h. */
static const char *corner_of(unsigned first)
{
    static const char *const corners[] = {"kind", "fast", "kind", "early-watchdog"};

    return corners[first / GROUP % (sizeof corners / sizeof corners[0])];
}

/* The group from flip `first` to before `end`, on a new device with settings of its own. */
static void attack_group(unsigned first, unsigned end, struct tally *t)
{
    const struct sbms_control_settings settings = {.lockout_retries = 10u, .lockout_clear_mv = 12000};
    uint8_t before[SBMS_EEPROM_BYTES];
    uint8_t after[SBMS_EEPROM_BYTES];

    bench_open_device(&device, (struct bench_device){"product", corner_of(first), false});
    memset(before, 0xFF, sizeof before);
    sbms_settings_encode(&settings, before + SBMS_SETTINGS_OFFSET);
    bench_write_eeprom(&device, before);
    bench_start_healthy(&device);
    for (unsigned index = first; index < end; index++) {
        const struct flip f = draw(index);
        attack(&f, t);
    }
    bench_read_eeprom(&device, after);
    if (memcmp(before, after, SBMS_SETTINGS_BYTES) != 0) {
        t->settings++;
        printf("flips %u to %u: the settings are others\n", first, end - 1u);
    }
    bench_close(&device);
}

static void print_tally(const struct tally *t)
{
    printf("%u flips (%u within a tick), seed %" PRIu64
           ": %u restarts, %u faults recorded, %u silent, %u unsafe\n",
           t->flips, t->in_tick, seed, t->restarts, t->faults, t->silent, t->unsafe);
    printf("not recorded %u, waiting for power-on %u, settings changed %u\n", t->unrecorded, t->idle,
           t->settings);
}

/* The README's numbers say what the run without a choice of its own has found. */
static void assert_readme_says(const struct tally *t)
{
    char row[120];
    char line[1024];
    bool says = false;
    FILE *readme = fopen(PROJECT_ROOT "/README.md", "r");

    assert_non_null(readme);
    snprintf(row, sizeof row,
             "| random bit flips in SRAM and registers in `make test`, unsafe outputs | %u, %u |\n", t->flips,
             t->unsafe);
    while (fgets(line, sizeof line, readme) != NULL) {
        says = says || strcmp(line, row) == 0;
    }
    assert_int_equal(fclose(readme), 0);
    if (!says) {
        fail_msg("README.md does not say: %s", row);
    }
}

static void no_flip_is_unsafe(void **state)
{
    const unsigned flips = bench_runs(SAMPLE, FLIPS);
    const unsigned only = (unsigned)environment_number("SMALLBMS_FLIP", 0, UINT_MAX);
    struct tally t = {.flips = 0u};
    unsigned size = 0u;

    (void)state;
    seed = environment_seed(SEED);
    data_last = bench_data_end() - 1u;
    fault_found = bench_symbol("fault_found", &size);
    if (only != UINT_MAX) {
        attack_group(only - only % GROUP, only + 1u, &t);
    } else {
        for (unsigned first = 0u; first < flips; first += GROUP) {
            attack_group(first, first + GROUP < flips ? first + GROUP : flips, &t);
        }
    }
    print_tally(&t);
    assert_int_equal(t.unsafe, 0);
    assert_true(t.unrecorded <= t.flips / UNRECORDED_ONE_IN);
    assert_int_equal(t.settings, 0);
    assert_true(t.idle <= t.flips / IDLE_ONE_IN + 1u);
    if (t.flips == SAMPLE && seed == SEED) {
        assert_readme_says(&t);
    }
}

/* What takes a pin from its port, with the bits that do. */
static const struct {
    unsigned address;
    uint8_t bits;
} takers[] = {{TCCR0A, 0xFFu}, {TCCR0B, 0xFFu}, {SPCR, 0xFFu},  {TCCR1A, 0xFFu},
              {TCCR2A, 0xFFu}, {TWCR, TWEN},    {UCSR0B, RXEN0}};

#define TAKERS (sizeof takers / sizeof takers[0])

static void start_one(struct tally *t)
{
    *t = (struct tally){.flips = 0u};
    seed = 0u;
    bench_open_device(&device, (struct bench_device){"product", "kind", false});
    bench_start_healthy(&device);
}

static struct flip of_register(unsigned address, unsigned bit, bool full)
{
    return (struct flip){.target = TARGET_IO,
                         .address = address,
                         .bit = bit,
                         .situation = SITUATION_PREALARM,
                         .situation_ms = 27000u,
                         .us = 40000u,
                         .full = full};
}

/* Random flips miss half of these bits; one of TCCR0A held Pre-alarm high while Load floated. */
static void what_takes_a_pin_is_found(void **state)
{
    struct tally t;

    (void)state;
    start_one(&t);
    for (unsigned i = 0u; i < TAKERS; i++) {
        for (unsigned bit = 0u; bit < 8u; bit++) {
            struct flip f = of_register(takers[i].address, bit, true);

            if ((takers[i].bits >> bit & 1u) != 0u) {
                attack(&f, &t);
            }
            if (takers[i].address == TCCR0A) { /* a timer that counts moves its pins */
                f.timer0_counts = true;
                attack(&f, &t);
            }
        }
    }
    bench_close(&device);
    print_tally(&t);
    assert_int_equal(t.unsafe, 0);
    assert_int_equal(t.unrecorded, 0);
    assert_int_equal(t.faults, t.flips);
}

static void no_bit_of_a_register_is_unsafe(void **state)
{
    struct tally t;

    (void)state;
    if (!environment_is_soak()) {
        skip();
    }
    start_one(&t);
    for (unsigned address = IO_FIRST; address <= IO_LAST; address++) {
        for (unsigned bit = 0u; bit < 8u && !holds_no_state(address); bit++) {
            const struct flip f = of_register(address, bit, false);

            attack(&f, &t);
        }
    }
    bench_close(&device);
    print_tally(&t);
    assert_int_equal(t.unsafe, 0);
    assert_int_equal(t.unrecorded, 0);
    assert_true(t.idle <= 1u); /* a watchdog that takes 8 s fails its test at the start */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(no_flip_is_unsafe),
                                       cmocka_unit_test(what_takes_a_pin_is_found),
                                       cmocka_unit_test(no_bit_of_a_register_is_unsafe)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
