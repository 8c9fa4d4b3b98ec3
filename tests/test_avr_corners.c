/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the device promises, at every corner of the silicon table (simulator/silicon.h) and on either board, not only where
 * nothing is off: in time that is true, against voltages that are. DEPTH=soak sees every corner on both boards.
 */
#include <math.h>

#include "simulator/silicon.h"
#include "tests/simulator_fixture.h"

#define START_MS 1500.0    /* SAFE-1, from the first sample */
#define POWER_ON_MS 2500.0 /* the part's own tests and the start of its oscillators come before that */
#define UP_S 30u           /* that a healthy device is watched */
#define WARNING_MS 30000.0 /* LOAD-3 */
#define WARNING_MS_MAX 31000.0
#define CHARGER_MS 500.0 /* CHG-3 */
#define CHARGER_STOPS 20u
#define WATCHDOG_MS 2500.0 /* SAFE-5 */
#define BAUD 19200.0       /* TEL-1 */
#define BAUD_PERCENT 2.5 /* what a receiver tolerates, with a frame of ten bits and a bit of its own error */
#define PERCENT 2.5      /* supply and divider together (simulator/silicon.h) */
#define CODES 3.0        /* two of noise, and one of the converter's steps */
#define VBAT_CODE_MV 71.43    /* firmware/atmega328p/board_product.h, board_nano.h */
#define VBAT_FLOATS_MV 6600.0 /* hardware/divider.toml: below it the product floats in every part */
#define REMOTE_CODE_MV 10.0   /* the same */
#define L_OPEN_MV 4200   /* tests/test_avr_boards.sh: where an open L rests on either board, at the least */
#define SETTLED_MS 1000u /* after a change of an input, or of the supply by a step */
#define CALM_MS 62000u   /* after which no wait of LOAD-8 or CHG-5 goes on */
#define DWELL_MS 6000u   /* at each voltage, for chattering */
#define NEVER 1e6        /* the figure where nothing came */
#define VECTORS 26u
#define VECTOR_BYTES 4u
#define RJMP_SELF 0xCFFFu
#define EEPROM_WRITES 8u
#define EEPROM_STEP_US 50u

static struct bench device;

/* A check's outcome. */
struct outcome {
    bool good;
    double figure; /* what was measured */
};

/* ---- what the checks share ------------------------------------------------------------------------------------ */

static struct outcome at_most(double figure, double most)
{
    return (struct outcome){figure <= most, figure};
}

static struct outcome within(double figure, double low, double high)
{
    return (struct outcome){figure >= low && figure <= high, figure};
}

/* When `pin` moved to `high` first since `from_ns`, in ms; NEVER: it has not. */
static double edge_ms(uint64_t from_ns, enum bench_pin pin, bool high)
{
    for (unsigned i = 0u; i < device.edge_count; i++) {
        const struct bench_edge *edge = &device.edges[i];
        if (edge->ns >= from_ns && edge->pin == (uint8_t)pin && edge->high == high) {
            return (double)(edge->ns - from_ns) / (double)MS_NS;
        }
    }
    return NEVER;
}

static unsigned count_edges(enum bench_pin pin)
{
    unsigned count = 0u;

    for (unsigned i = 0u; i < device.edge_count; i++) {
        count += device.edges[i].pin == (uint8_t)pin ? 1u : 0u;
    }
    return count;
}

/* Terminals that bench_set() does not know: L and H by their voltages. */
static void set_mv(int vbat_mv, int remote_l_mv, int remote_h_mv)
{
    bench_ask(&device, "set %d %d %d 111", vbat_mv, remote_l_mv, remote_h_mv);
}

static void start(void)
{
    bench_set(&device, bench_healthy);
    bench_power_on(&device);
    bench_advance_ms(&device, 4000u);
    bench_forget_edges(&device);
}

/* ---- the checks ----------------------------------------------------------------------------------------------- */

/* Powers on and lets a healthy device come up; returns when its first sample was, in ms from then. */
static double watch_start(void)
{
    bench_set(&device, bench_healthy);
    const char *answer = bench_ask(&device, "start");
    assert_int_equal(strncmp(answer, "started ", 8), 0);
    const double waits_ms = (double)strtoul(answer + 8, NULL, 10) / 1000.0;
    bench_begin(&device);
    bench_advance_ms(&device, 5000u);
    return waits_ms + TICK_US / 1000.0;
}

/* When the later of Load and Charger rose, in ms from power-on. */
static double up_ms(void)
{
    return fmax(edge_ms(0u, PIN_LOAD, true), edge_ms(0u, PIN_CHARGER, true));
}

/* ms from the first sample to both outputs. */
static struct outcome check_start(void)
{
    const double sample_ms = watch_start();

    return within(up_ms() - sample_ms, 0.0, START_MS);
}

/* ms from power-on to both outputs. */
static struct outcome check_power_on(void)
{
    (void)watch_start();
    return at_most(up_ms(), POWER_ON_MS);
}

/* ms from power-on until a healthy device's Load fell, 0: it has not. */
static struct outcome check_stays_up(void)
{
    start();
    bench_advance_ms(&device, UP_S * 1000u);
    if (device.level[PIN_LOAD] && device.level[PIN_CHARGER] && count_edges(PIN_LOAD) == 0u) {
        return (struct outcome){true, 0.0};
    }
    bench_set(&device, bench_healthy);
    bench_power_on(&device);
    bench_advance_ms(&device, UP_S * 1000u);
    return (struct outcome){false, edge_ms(0u, PIN_LOAD, false)};
}

/* LOAD-3: ms from the pre-alarm to the cut. */
static struct outcome check_warning(void)
{
    struct bench_inputs lost = bench_healthy;

    start();
    lost.atd = false;
    lost.no_prealarm = false;
    bench_set(&device, lost);
    bench_advance_ms(&device, 33000u);
    return within(edge_ms(0u, PIN_LOAD, false) - edge_ms(0u, PIN_PREALARM, true), WARNING_MS, WARNING_MS_MAX);
}

/* CHG-3: the longest time in ms from the loss of ATC, anywhere in the tick, to Charger. */
static struct outcome check_charger(void)
{
    struct bench_inputs lost = bench_healthy;
    double longest = 0.0;

    start();
    lost.atc = false;
    for (unsigned i = 0u; i < CHARGER_STOPS; i++) {
        bench_advance(&device, CALM_MS * 1000u + i * TICK_US / CHARGER_STOPS);
        bench_forget_edges(&device);
        const uint64_t from_ns = device.now_ns;
        bench_set(&device, lost);
        bench_advance_ms(&device, SETTLED_MS);
        longest = fmax(longest, edge_ms(from_ns, PIN_CHARGER, false));
        bench_set(&device, bench_healthy);
    }
    return at_most(longest, CHARGER_MS);
}

/* Steps a voltage from `from` to `to` mV until Load is at `high`; returns it, NEVER: it was not. */
static double threshold(void (*set)(int mv), int from, int to, int step, bool high)
{
    for (int mv = from; from < to ? mv <= to : mv >= to; mv += step) {
        set(mv);
        bench_advance_ms(&device, SETTLED_MS);
        if (device.level[PIN_LOAD] == high) {
            return (double)mv;
        }
    }
    return NEVER;
}

/* Whether the board's dividers are as its resistors make them, with their guard bands. */
static bool is_guarded(void)
{
    return strstr(bench_ask(&device, "corner"), " guard_percent=0") == NULL;
}

/* Whether Vbat's divider is among them: that of the product reads high, so that 8.0 V start it in every part (SUP-1). */
static bool is_vbat_guarded(void)
{
    return is_guarded() && strcmp(device.device.board, "product") == 0;
}

static struct outcome near(double mv, double nominal_mv, double code_mv)
{
    const double tolerance = nominal_mv * PERCENT / 100.0 + CODES * code_mv;

    return within(mv, nominal_mv - tolerance, nominal_mv + tolerance);
}

static void set_vbat(int mv)
{
    set_mv(mv, 0, 0);
}

static void set_l(int mv)
{
    set_mv(12800, mv, 0);
}

static void set_h(int mv)
{
    set_mv(12800, 5000, mv);
}

/* SUP-3: mV at which all floats, from above. */
static struct outcome check_supply_low(void)
{
    start();
    const double mv = threshold(set_vbat, 8300, 6600, -20, false);
    return is_vbat_guarded() ? within(mv, VBAT_FLOATS_MV, 7500.0) : near(mv, 7500.0, VBAT_CODE_MV);
}

/* SUP-3: mV at which the device starts up again, from below. A start takes longer than SETTLED_MS, so the steps are taken
 * with a wait of its own. */
static struct outcome check_supply_back(void)
{
    start();
    set_vbat(6500);
    bench_advance_ms(&device, SETTLED_MS);
    for (int mv = is_vbat_guarded() ? 7040 : 7400; mv <= 8700; mv += 40) {
        set_vbat(mv);
        bench_advance_ms(&device, 2u * SETTLED_MS);
        if (device.level[PIN_LOAD]) {
            return is_vbat_guarded() ? within((double)mv, 7041.0, 8000.0)
                                     : near((double)mv, 8000.0, VBAT_CODE_MV);
        }
    }
    return near(NEVER, 8000.0, VBAT_CODE_MV);
}

/* REM-1: mV of L at which the system is on, from above. */
static struct outcome check_remote_l(void)
{
    start();
    set_l(5000);
    bench_advance_ms(&device, SETTLED_MS);
    const double mv = threshold(set_l, 3900, 3200, -5, true);
    return is_guarded() ? within(mv, 3500.0, L_OPEN_MV) : near(mv, 3500.0, REMOTE_CODE_MV);
}

/* REM-1: mV of H at which the system is on, from below. */
static struct outcome check_remote_h(void)
{
    start();
    set_h(0);
    bench_advance_ms(&device, SETTLED_MS);
    const double mv = threshold(set_h, 2500, 3200, 5, true);
    return is_guarded() ? within(mv, 0.0, 2900.0) : near(mv, 2900.0, REMOTE_CODE_MV);
}

/* REM-1, REM-2: how often, of L and H at the edges of what is promised, the system is not what it must be. */
static struct outcome check_edges(void)
{
    static const struct {
        int remote_l_mv;
        int remote_h_mv;
        bool on;
    } edges[] = {{L_OPEN_MV, 0, false}, {3499, 0, true}, {L_OPEN_MV, 0, false},   {L_OPEN_MV, 2901, true},
                 {L_OPEN_MV, 0, false}, {0, 0, true},    {L_OPEN_MV, 2500, false}};
    unsigned wrong = 0u;

    start();
    for (unsigned i = 0u; i < sizeof edges / sizeof edges[0]; i++) {
        set_mv(12800, edges[i].remote_l_mv, edges[i].remote_h_mv);
        bench_advance_ms(&device, 2u * SETTLED_MS);
        wrong += device.level[PIN_LOAD] != edges[i].on ? 1u : 0u;
    }
    return at_most((double)wrong, 0.0);
}

/* The most edges that Load makes at one voltage. */
static unsigned chattering(void (*set)(int mv), int from, int to, int step)
{
    unsigned most = 0u;

    for (int mv = from; from < to ? mv <= to : mv >= to; mv += step) {
        bench_forget_edges(&device);
        set(mv);
        bench_advance_ms(&device, DWELL_MS);
        const unsigned edges = count_edges(PIN_LOAD);
        most = edges > most ? edges : most;
    }
    return most;
}

/* At a voltage that holds, a threshold is crossed once: SUP-3's and REM-4's hysteresis is wider than the noise. */
static struct outcome check_chatter(void)
{
    unsigned most = 0u;
    unsigned edges[4];

    start();
    edges[0] = chattering(set_vbat, 8300, 7100, -50);
    edges[1] = chattering(set_vbat, 7100, 8300, 50);
    set_vbat(12800);
    bench_advance_ms(&device, CALM_MS);
    edges[2] = chattering(set_l, 3350, 3850, 10);
    edges[3] = chattering(set_l, 3850, 3350, -10);
    for (unsigned i = 0u; i < 4u; i++) {
        most = edges[i] > most ? edges[i] : most;
    }
    return at_most((double)most, 1.0);
}

/* How many of all states of the loops are taken for another. */
static struct outcome check_loops(void)
{
    unsigned size = 0u;
    unsigned wrong = 0u;
    const unsigned inputs = bench_symbol_of(device.device.board, "inputs", &size);

    start();
    for (unsigned signals = 0u; signals < BENCH_SIGNALS; signals++) {
        bench_set(&device, bench_with_signals(signals));
        bench_advance(&device, 2u * TICK_US);
        wrong += bench_signals_seen(&device, inputs) != signals ? 1u : 0u;
    }
    return at_most((double)wrong, 0.0);
}

/* Bits a second, once some have been sent. */
static struct outcome check_baud(void)
{
    start();
    const char *answer = bench_ask(&device, "baud");
    char *rest = NULL;
    const double baud = (double)strtoul(answer + strlen("baud "), &rest, 10);
    const bool sent = strtoul(rest, NULL, 10) > 0u;

    return sent ? within(baud, BAUD * (1.0 - BAUD_PERCENT / 100.0), BAUD * (1.0 + BAUD_PERCENT / 100.0))
                : within(NEVER, BAUD, BAUD);
}

/* The interrupts' vectors as the image has them. */
static void read_vectors(uint8_t bytes[VECTORS * VECTOR_BYTES])
{
    char image[PATH_MAX];
    char command[PATH_MAX + 80];

    bench_image(device.device.board, image, sizeof image);
    snprintf(command, sizeof command, "avr-objcopy -O binary -j .text '%s' /dev/stdout", image);
    FILE *text = popen(command, "r");
    assert_non_null(text);
    assert_int_equal(fread(bytes, VECTOR_BYTES, VECTORS, text), VECTORS);
    pclose(text); /* it may have had more to say */
}

/* From now on any interrupt stalls the program. */
static void stall(void)
{
    uint8_t bytes[VECTORS * VECTOR_BYTES];

    read_vectors(bytes);
    for (unsigned address = VECTOR_BYTES; address < sizeof bytes; address++) {
        const unsigned wanted = address % VECTOR_BYTES == 0u ? RJMP_SELF & 0xFFu : RJMP_SELF >> 8;
        const unsigned differs = address % VECTOR_BYTES < 2u ? bytes[address] ^ wanted : 0u;
        for (unsigned bit = 0u; bit < 8u; bit++) {
            if (((differs >> bit) & 1u) != 0u) {
                bench_ask(&device, "flip flash %u %u", address, bit);
            }
        }
    }
}

/* ms from a program that stalls to its outputs floating. */
static struct outcome check_watchdog(void)
{
    start();
    const uint64_t resets = bench_stat(&device, "resets");
    bench_advance(&device, TICK_US / 3u);
    stall();
    const uint64_t from_ns = device.now_ns;
    bench_advance_ms(&device, 3000u);
    const bool was_reset = bench_stat(&device, "resets") > resets;
    return at_most(was_reset ? edge_ms(from_ns, PIN_LOAD, false) : NEVER, WATCHDOG_MS);
}

/* How much of the record is not whole: slots that are neither erased nor an entry, and numbers that are missing. */
static struct outcome check_record(void)
{
    struct bench_inputs inputs = bench_healthy;
    uint8_t eeprom[SBMS_EEPROM_BYTES];
    unsigned broken = 0u;
    unsigned used = 0u;

    start();
    for (unsigned i = 0u; i < 8u; i++) {
        inputs.atc = i % 2u == 1u;
        bench_set(&device, inputs);
        bench_advance_ms(&device, CALM_MS);
    }
    bench_read_eeprom(&device, eeprom);
    const struct bench_log log = bench_decode(eeprom);
    for (unsigned at = SBMS_RECORD_OFFSET; at < SBMS_EEPROM_BYTES; at += SBMS_ENTRY_BYTES) {
        used += eeprom[at] != 0xFFu ? 1u : 0u;
    }
    for (unsigned i = 1u; i < log.count; i++) {
        broken += (uint16_t)(log.records[i].number - log.records[i - 1u].number) != 1u ? 1u : 0u;
    }
    broken += used > log.count ? used - log.count : 0u;
    broken += log.count < 8u ? 8u - log.count : 0u;
    return at_most((double)broken, 0.0);
}

static const struct {
    const char *name;
    struct outcome (*run)(void);
    bool wants_outputs; /* means nothing on a device that floats them */
    bool adapter;       /* with the service adapter, which keeps the part from power-save */
} checks[] = {
    {"stays up", check_stays_up, false, false},           {"start-up, ms", check_start, false, false},
    {"power-on to up, ms", check_power_on, false, false}, {"bit rate, Bd", check_baud, false, true},
    {"warning, ms", check_warning, true, false},          {"charger stop, ms", check_charger, true, false},
    {"supply low, mV", check_supply_low, true, false},    {"supply back, mV", check_supply_back, true, false},
    {"remote L, mV", check_remote_l, true, false},        {"remote H, mV", check_remote_h, true, false},
    {"remote taken wrong", check_edges, true, false},     {"chatter, edges", check_chatter, true, false},
    {"loops taken wrong", check_loops, true, false},      {"watchdog, ms", check_watchdog, true, false},
    {"record broken", check_record, true, false},
};
#define CHECKS (sizeof checks / sizeof checks[0])

/* ---- the table itself ------------------------------------------------------------------------------------------ */

/* us from one EEPROM write to the next while an entry is written, to EEPROM_STEP_US. */
static struct outcome eeprom_us(void)
{
    struct bench_inputs lost = bench_healthy;
    unsigned us = 0u;

    start();
    lost.atc = false;
    bench_set(&device, lost);
    const uint64_t before = bench_stat(&device, "eeprom_writes");
    for (unsigned i = 0u; i < 500000u / EEPROM_STEP_US; i++) {
        bench_ask(&device, "advance %u", EEPROM_STEP_US);
        const uint64_t writes = bench_stat(&device, "eeprom_writes") - before;
        us += writes >= 1u && writes <= EEPROM_WRITES ? EEPROM_STEP_US : 0u;
    }
    return (struct outcome){us > 0u, (double)us / EEPROM_WRITES};
}

/* ms from a tick of the crystal to the drive of the outputs, in a tick at which the oscillators are not compared. */
static struct outcome drive_ms(void)
{
    struct bench_inputs lost = bench_healthy;
    const double sample_ms = watch_start();

    lost.atc = false;
    bench_set(&device, lost);
    bench_advance_ms(&device, SETTLED_MS);
    return (struct outcome){true, fmod(edge_ms(0u, PIN_CHARGER, false) - sample_ms, TICK_US / 1000.0)};
}

static double figure_at(const char *board, const char *corner, struct outcome (*run)(void), bool adapter)
{
    bench_open_device(&device, (struct bench_device){board, corner, adapter});
    const double figure = run().figure;
    bench_close(&device);
    return figure;
}

/* What is measured moves with the corner as the table says: by at least so much, and not by more than three times that. */
static void each_corner_has_its_effect(void **state)
{
    static const struct {
        const char *board;
        const char *corner;
        struct outcome (*run)(void);
        double moves;
    } effects[] = {
        {"product", "typical", drive_ms, 0.05},
        {"product", "cold-crystal", check_power_on, 900.0},
        {"product", "fast", check_warning, -2.0},
        {"product", "slow", check_power_on, 150.0},
        {"nano", "fast", check_warning, -100.0},
        {"nano", "slow", check_warning, 100.0},
        {"nano", "early-watchdog", check_watchdog, -40.0},
        {"nano", "late-watchdog", check_watchdog, 80.0},
        {"product", "noisy", check_remote_l, 10.0},
        {"product", "reads-high", check_supply_low, -200.0}, /* with the guard band */
        {"product", "reads-low", check_supply_low, -60.0},   /* which is more than what it reads low */
        {"product", "fast", eeprom_us, -200.0},
        {"product", "early-watchdog", eeprom_us, 400.0},
        {"nano", "slow", eeprom_us, 400.0},
    };

    (void)state;
    for (size_t i = 0u; i < sizeof effects / sizeof effects[0]; i++) {
        const bool adapter = effects[i].run == check_baud;
        const double kind = figure_at(effects[i].board, "kind", effects[i].run, adapter);
        const double there = figure_at(effects[i].board, effects[i].corner, effects[i].run, adapter);
        const double part = (there - kind) / effects[i].moves;
        if (!(part >= 1.0 && part <= 3.0)) {
            fail_msg("%s, %s, number %zu: %.3f, at kind %.3f", effects[i].board, effects[i].corner, i, there,
                     kind);
        }
    }
}

/* The answer to `corner` is the table's row for it. */
static void the_device_says_which_corner_it_is(void **state)
{
    const char *words = NULL;

    (void)state;
    for (size_t i = 0u; silicon_corner(i, &words) != NULL; i++) {
        char said[BENCH_LINE_BYTES];
        struct silicon silicon;
        assert_true(silicon_read(&silicon, silicon_corner(i, &words)));
        int length = snprintf(said, sizeof said, "corner %s", silicon.name);
        for (unsigned quantity = 0u; quantity < SILICON_QUANTITIES; quantity++) {
            length += snprintf(said + length, sizeof said - (size_t)length, " %s=%d",
                               silicon_name((enum silicon_quantity)quantity),
                               (int)silicon_value(&silicon, (enum silicon_quantity)quantity));
        }
        bench_open_device(&device, (struct bench_device){"product", silicon.name, false});
        assert_string_equal(bench_ask(&device, "corner"), said);
        bench_close(&device);
    }
}

/* ---- every check at every corner ------------------------------------------------------------------------------- */

static bool judge(const char *check, struct outcome outcome)
{
    print_message("%-8s %-17s %-18s %9.1f%s\n", device.device.board, device.device.corner, check,
                  outcome.figure, outcome.good ? "" : " FAILS");
    return outcome.good;
}

static unsigned run_checks(const char *board, const char *corner)
{
    unsigned bad = 0u;
    bool up = true;

    for (size_t i = 0u; i < CHECKS; i++) {
        if (checks[i].wants_outputs && !up) {
            continue;
        }
        bench_open_device(&device, (struct bench_device){board, corner, checks[i].adapter});
        const struct outcome outcome = checks[i].run();
        bad += judge(checks[i].name, outcome) ? 0u : 1u;
        up = up && (checks[i].run != check_stays_up || outcome.good);
        if (strcmp(bench_ask(&device, "audit"), "audit ok") != 0) {
            print_message("%s %s %s: %s\n", board, corner, checks[i].name, device.line);
            bad++;
        }
        bench_close(&device);
    }
    return bad;
}

/* Every corner; without DEPTH=soak the first, which is off in nothing, and every other of the rest, for a corner is seen on one
 * of the two boards. */
static void run_board(const char *board, size_t turn)
{
    const size_t stride = bench_stride(2u);
    const char *words = NULL;
    unsigned bad = 0u;

    for (size_t i = 0u; silicon_corner(i, &words) != NULL; i++) {
        bad += i == 0u || i % stride == turn % stride ? run_checks(board, silicon_corner(i, &words)) : 0u;
    }
    assert_int_equal(bad, 0);
}

static void the_product_keeps_its_promises(void **state)
{
    (void)state;
    run_board("product", 0u);
}

static void the_nano_keeps_its_promises(void **state)
{
    (void)state;
    run_board("nano", 1u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_device_says_which_corner_it_is),
        cmocka_unit_test(each_corner_has_its_effect),
        cmocka_unit_test(the_product_keeps_its_promises),
        cmocka_unit_test(the_nano_keeps_its_promises),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
