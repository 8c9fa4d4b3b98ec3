/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The firmware's image in the simulated MCU, for tests that attack it: a child process with pipes, what is done to the
 * device from outside, and a judge of what its pins do then.
 *
 * The judge is not the control law. It knows the inputs and faults that were applied, when, and the edges of the pins,
 * and calls unsafe what the rules forbid for longer than UNSAFE_MS.
 */
#ifndef TESTS_SIMULATOR_FIXTURE_H
#define TESTS_SIMULATOR_FIXTURE_H

/* cmocka.h needs these four before it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/control.h"
#include "core/fault.h"
#include "core/record.h"
#include "firmware/atmega328p/phase.h"
#include "tests/environment.h"

#define FLIP_NS 2000u  /* within which a flipped bit shows at its pin */
#define UNSAFE_MS 500u /* CHG-3, and what the rules leave for the others */
#define CUT_MS 31200u  /* LOAD-3: 30.5 s, on a clock that may be 1.25 % slow, and two ticks of debounce */
#define SHORT_MS 510u  /* SAFE-4: 0.5 s, and the way from the sample to the pin */
#define START_UP_MS_MIN 800u /* SAFE-1: eight samples are seven ticks; a bit for the clock */
#define RESET_MS 65u         /* from a reset to the first instruction, by the fuses */
#define TOGETHER_NS 20000u   /* edges of one write to a port, or of one after the other */
#define TICK_US 125000u
#define MS_NS UINT64_C(1000000)
#define SRAM_FIRST 0x100u
#define SRAM_LAST 0x8FFu
#define ADDRESS_SPL 0x5Du
#define ADDRESS_SPH 0x5Eu
#define ADDRESS_PHASE 0x3Eu /* GPIOR0 */
#define BEFORE_WAKING_US \
    (TICK_US - 5000u) /* after a drive stage; the next one comes 1 to 3 ms after waking */

/* Pins as `edges` names them. */
enum bench_pin { PIN_LOAD = 0, PIN_PREALARM, PIN_CHARGER, PIN_LED_LOAD, PIN_LED_FAULT, PINS };
#define OUTPUT_PINS 3 /* the first are outputs, the others LEDs */

static const char *const bench_pin_names[PINS] = {"load", "prealarm", "charger", "led_load", "led_fault"};

/* What is at the terminals. Remote on: L at battery minus; off: both open. */
struct bench_inputs {
    int32_t vbat_mv;
    bool remote_on;
    bool atc;
    bool atd;
    bool no_prealarm;
};

static const struct bench_inputs bench_healthy = {12800, true, true, true, true};

/* What is never to be, and how long it may last. */
enum bench_rule {
    RULE_CHARGER = 0, /* Charger high: ATC absent, remote off or supply low */
    RULE_LOAD_OFF,    /* Load high: remote off or supply low */
    RULE_ALONE,       /* Pre-alarm high while Load floats */
    RULE_UNWARNED,    /* Load high with ATD absent and Pre-alarm floating, which is not shorted */
    RULE_CUT,         /* Load high with ATD absent for all of CUT_MS */
    RULE_FAULT,       /* any output high while a fault is in force that floats all */
    RULE_SHORT,       /* Load high while its terminal is shorted; the next two: Pre-alarm, Charger */
    RULE_SHORT_LAST = RULE_SHORT + 2,
    RULES
};

static const char *const bench_rule_texts[RULES] = {
    "Charger high with ATC absent, remote off or supply low",
    "Load high with remote off or supply low",
    "Pre-alarm high while Load floats",
    "Load high with ATD absent and no Pre-alarm",
    "Load high with ATD absent for over 31 s",
    "an output high while a fault is in force that floats all",
    "Load high and shorted for over 0.5 s",
    "Pre-alarm high and shorted for over 0.5 s",
    "Charger high and shorted for over 0.5 s",
};

#define BENCH_LINE_BYTES 65536 /* 1024 edges fit */
#define BENCH_EDGES 512
#define BENCH_TEXT_BYTES 160

struct bench_edge {
    uint64_t ns;
    uint8_t pin;
    bool high;
};

/* Which device it is. */
struct bench_device {
    const char *board;  /* "product" or "nano" */
    const char *corner; /* of simulator/silicon.h */
    bool adapter;       /* the service adapter is plugged in */
};

struct bench {
    struct bench_device device;
    pid_t child;
    FILE *to;
    FILE *from;
    char eeprom_path[64];
    struct bench_inputs inputs;
    bool fault;                           /* one is applied that floats all outputs */
    uint32_t fault_ms;                    /* ... and within this time */
    bool blind;                           /* nothing can be measured: all signals are absent (SAFE-4) */
    bool shorted[OUTPUT_PINS];            /* the terminal is held low */
    bool level[PINS];                     /* as the edges tell */
    uint64_t now_ns;                      /* since power-on */
    uint64_t forbidden_ns[RULES];         /* since when, UINT64_MAX: it is not */
    struct bench_edge edges[BENCH_EDGES]; /* the newest, since bench_forget_edges() */
    unsigned edge_count;
    uint64_t drive_ns;     /* of the last rising edge: a tick's drive stage, about 1 ms after waking */
    uint64_t load_fell_ns; /* 0: it has not */
    uint64_t resets;       /* as `stats` counts them */
    bool was_reset;        /* in the time that was passed last */
    uint64_t reset_ns;     /* of the last reset that was applied, or of power-on */
    uint64_t flip_ns;      /* of the last bit that was flipped from outside; 0: none */
    char unsafe[BENCH_TEXT_BYTES]; /* the first thing that was unsafe; "" = nothing */
    char line[BENCH_LINE_BYTES];
};

/* ---- random numbers ------------------------------------------------------------------------------------------ */

/* splitmix64; 0 .. count - 1. Every run is a function of where `state` began. */
static inline uint32_t bench_below(uint64_t *state, uint32_t count)
{
    uint64_t mixed = *state += UINT64_C(0x9E3779B97F4A7C15);

    assert_true(count > 0u);
    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (uint32_t)(((mixed ^ (mixed >> 31)) >> 32) % count);
}

/* low .. high */
static inline uint32_t bench_between(uint64_t *state, uint32_t low, uint32_t high)
{
    return low + bench_below(state, high - low + 1u);
}

/* How many of a campaign: RUNS in the environment, else by its depth. */
static inline unsigned bench_runs(unsigned sample, unsigned soak)
{
    return (unsigned)environment_runs(environment_is_soak() ? soak : sample);
}

/* Every how many cases of an exhaustive campaign one is taken. */
static inline unsigned bench_stride(unsigned sample)
{
    return environment_is_soak() ? 1u : sample;
}

/* Which of the first `stride` cases it begins with; printed, for it chooses the sample. */
static inline unsigned bench_first(unsigned stride)
{
    const unsigned first = (unsigned)(environment_seed(0u) % stride);

    print_message("every case in %u, from number %u\n", stride, first);
    return first;
}

/* ---- the process ---------------------------------------------------------------------------------------- */

/* `name` beside the smallbms command, in `path`. */
static inline void bench_path(const char *name, char *path, size_t size)
{
    char command[PATH_MAX] = SMALLBMS_PATH;
    const int length = snprintf(path, size, "%s/%s", dirname(command), name);

    assert_true(length > 0 && (size_t)length < size);
}

/* The board's image: for board "product" SMALLBMS_IMAGE, to see a test fail with another one, else the built one. */
static inline void bench_image(const char *board, char *path, size_t size)
{
    const char *other = getenv("SMALLBMS_IMAGE");
    char name[64];

    if (other != NULL && *other != '\0' && strcmp(board, "product") == 0) {
        assert_true(strlen(other) < size);
        memcpy(path, other, strlen(other) + 1);
    } else {
        snprintf(name, sizeof name, "firmware/smallbms-%s.elf", board);
        bench_path(name, path, size);
    }
}

/* In the child: becomes the simulator with its ends of the pipes. */
static inline void bench_become_simulator(const struct bench_device *device, const int to[2],
                                          const int from[2])
{
    char simulator[PATH_MAX];
    char image[PATH_MAX];
    const bool is_product = strcmp(device->board, "product") == 0;

    bench_path(is_product ? "smallbms-avr" : "smallbms-avr-nano", simulator, sizeof simulator);
    bench_image(device->board, image, sizeof image);
    dup2(to[0], STDIN_FILENO);
    dup2(from[1], STDOUT_FILENO);
    close(to[0]);
    close(to[1]);
    close(from[0]);
    close(from[1]);
    execl(simulator, simulator, "--corner", device->corner, image,
          device->adapter ? "--adapter" : (char *)NULL, (char *)NULL);
    fprintf(stderr, "%s cannot be run\n", simulator);
    _exit(127);
}

/* Starts a simulator without power. To be followed by bench_start() and ended with bench_close(). */
static inline void bench_open_device(struct bench *b, struct bench_device device)
{
    int to[2];
    int from[2];

    *b = (struct bench){.device = device, .inputs = bench_healthy};
    assert_int_equal(pipe(to), 0);
    assert_int_equal(pipe(from), 0);
    strcpy(b->eeprom_path, "/tmp/smallbms-test.XXXXXX"); /* for mkstemp() */
    const int file = mkstemp(b->eeprom_path);
    assert_true(file >= 0);
    close(file);
    signal(SIGPIPE, SIG_IGN); /* a simulator that has ended is seen at the answer */
    b->child = fork();
    assert_true(b->child >= 0);
    if (b->child == 0) {
        bench_become_simulator(&device, to, from);
    }
    close(to[0]);
    close(from[1]);
    b->to = fdopen(to[1], "w");
    b->from = fdopen(from[0], "r");
    assert_non_null(b->to);
    assert_non_null(b->from);
}

/* The same with board "product", at the corner SMALLBMS_CORNER if that is set. */
static inline void bench_open(struct bench *b)
{
    const char *corner = getenv("SMALLBMS_CORNER");

    bench_open_device(
        b, (struct bench_device){"product", corner != NULL && *corner != '\0' ? corner : "kind", false});
}

/* Ends it; it must not have come to grief. */
static inline void bench_close(struct bench *b)
{
    int status = 0;

    fclose(b->to);
    fclose(b->from);
    unlink(b->eeprom_path);
    assert_int_equal(waitpid(b->child, &status, 0), b->child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* Sends a command, returns the answer, which may begin with "error". */
__attribute__((format(printf, 2, 0))) static inline const char *
bench_vask(struct bench *b, const char *format, va_list arguments)
{
    vfprintf(b->to, format, arguments);
    fputc('\n', b->to);
    fflush(b->to);
    if (fgets(b->line, sizeof b->line, b->from) == NULL) {
        fail_msg("the simulator has ended at a command that begins with %.12s", format);
    }
    b->line[strcspn(b->line, "\n")] = '\0';
    return b->line;
}

/* The same; the command must be understood. */
__attribute__((format(printf, 2, 3))) static inline const char *bench_ask(struct bench *b, const char *format,
                                                                          ...)
{
    va_list arguments;

    va_start(arguments, format);
    const char *answer = bench_vask(b, format, arguments);
    va_end(arguments);
    if (strncmp(answer, "error", 5) == 0) {
        fail_msg("command %s: %s", format, answer);
    }
    return answer;
}

/* The same; false: it was answered "error". */
__attribute__((format(printf, 2, 3))) static inline bool bench_try(struct bench *b, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    const char *answer = bench_vask(b, format, arguments);
    va_end(arguments);
    return strncmp(answer, "error", 5) != 0;
}

/* A number of `stats`. */
static inline uint64_t bench_stat(struct bench *b, const char *key)
{
    char word[40];

    snprintf(word, sizeof word, " %s=", key);
    const char *found = strstr(bench_ask(b, "stats"), word);
    assert_non_null(found);
    return strtoull(found + strlen(word), NULL, 10);
}

/* ---- the judge ------------------------------------------------------------------------------------------ */

static inline bool bench_any_high(const struct bench *b)
{
    return b->level[PIN_LOAD] || b->level[PIN_PREALARM] || b->level[PIN_CHARGER];
}

static inline bool bench_is_off(const struct bench *b)
{
    return !b->inputs.remote_on || b->inputs.vbat_mv < SBMS_SUPPLY_LOW_MV;
}

/* SAFE-4: a lost reference counts as the loss of every signal. */
static inline bool bench_has_atc(const struct bench *b)
{
    return b->inputs.atc && !b->blind;
}

static inline bool bench_has_atd(const struct bench *b)
{
    return b->inputs.atd && !b->blind;
}

/* Whether `rule`, one of Load and Pre-alarm, forbids what is there now, were it to last. */
static inline bool bench_load_is_forbidden(const struct bench *b, enum bench_rule rule)
{
    switch (rule) {
    case RULE_LOAD_OFF:
        return b->level[PIN_LOAD] && bench_is_off(b);
    case RULE_ALONE:
        return b->level[PIN_PREALARM] && !b->level[PIN_LOAD];
    case RULE_UNWARNED:
        return b->level[PIN_LOAD] && !bench_has_atd(b) && !b->level[PIN_PREALARM] &&
               !b->shorted[PIN_PREALARM];
    default:
        return b->level[PIN_LOAD] && !bench_has_atd(b); /* RULE_CUT */
    }
}

/* The same of all rules. */
static inline bool bench_is_forbidden(const struct bench *b, enum bench_rule rule)
{
    if (rule == RULE_CHARGER) {
        return b->level[PIN_CHARGER] && (bench_is_off(b) || !bench_has_atc(b));
    }
    if (rule >= RULE_SHORT) {
        return b->level[rule - RULE_SHORT] && b->shorted[rule - RULE_SHORT];
    }
    if (rule == RULE_FAULT) {
        return bench_any_high(b) && b->fault;
    }
    return bench_load_is_forbidden(b, rule);
}

static inline uint64_t bench_patience_ns(const struct bench *b, enum bench_rule rule)
{
    if (rule == RULE_CUT) {
        return (CUT_MS + UNSAFE_MS) * MS_NS;
    }
    if (rule >= RULE_SHORT) {
        return SHORT_MS * MS_NS;
    }
    return (rule == RULE_FAULT ? b->fault_ms : UNSAFE_MS) * MS_NS;
}

__attribute__((format(printf, 3, 4))) static inline void bench_blame(struct bench *b, uint64_t ns,
                                                                     const char *format, ...)
{
    va_list arguments;

    if (b->unsafe[0] != '\0') {
        return;
    }
    const int used = snprintf(b->unsafe, sizeof b->unsafe, "at %" PRIu64 " us: ", ns / 1000u);
    va_start(arguments, format);
    vsnprintf(b->unsafe + used, sizeof b->unsafe - (size_t)used, format, arguments);
    va_end(arguments);
}

/* What was forbidden until `ns`, with what was there before. */
static inline void bench_judge_until(struct bench *b, uint64_t ns)
{
    for (enum bench_rule rule = RULE_CHARGER; rule < RULES; rule++) {
        if (b->forbidden_ns[rule] != UINT64_MAX && ns - b->forbidden_ns[rule] > bench_patience_ns(b, rule)) {
            bench_blame(b, ns, "%s", bench_rule_texts[rule]);
        }
    }
}

/* After a change at `ns`: what is forbidden from here on. */
static inline void bench_judge_from(struct bench *b, uint64_t ns)
{
    for (enum bench_rule rule = RULE_CHARGER; rule < RULES; rule++) {
        if (!bench_is_forbidden(b, rule)) {
            b->forbidden_ns[rule] = UINT64_MAX;
        } else if (b->forbidden_ns[rule] == UINT64_MAX) {
            b->forbidden_ns[rule] = ns;
        }
    }
}

/* SAFE-1: nothing rises before the start-up's debounce is over. Sooner than RESET_MS nothing runs after a reset: that was a
 * program astray before one. A flipped bit of a port's register is itself the rise; how long it lasts is judged. */
static inline void bench_judge_rise(struct bench *b, const struct bench_edge *edge)
{
    const uint64_t since_ns = edge->ns - b->reset_ns;
    const bool is_flip = b->flip_ns != 0u && edge->ns >= b->flip_ns && edge->ns - b->flip_ns < FLIP_NS;

    if (edge->pin < OUTPUT_PINS && !is_flip && since_ns > RESET_MS * MS_NS &&
        since_ns < START_UP_MS_MIN * MS_NS) {
        bench_blame(b, edge->ns, "%s rises within the start-up", bench_pin_names[edge->pin]);
    }
}

/* Where there was a reset, Load and Charger that fall together fell because of it: the start-up follows. */
static inline void bench_see_reset(struct bench *b, const struct bench_edge *edge)
{
    if (edge->pin == PIN_LOAD) {
        b->load_fell_ns = edge->ns;
    }
    if (b->was_reset && edge->pin == PIN_CHARGER && b->load_fell_ns != 0u &&
        edge->ns - b->load_fell_ns < TOGETHER_NS) {
        b->reset_ns = edge->ns;
    }
}

static inline void bench_take_edge(struct bench *b, struct bench_edge edge)
{
    bench_judge_until(b, edge.ns);
    if (edge.high) {
        bench_judge_rise(b, &edge);
        b->drive_ns = edge.ns;
    } else {
        bench_see_reset(b, &edge);
    }
    b->level[edge.pin] = edge.high;
    bench_judge_from(b, edge.ns);
    if (b->edge_count == BENCH_EDGES) {
        memmove(b->edges, b->edges + 1, (BENCH_EDGES - 1u) * sizeof b->edges[0]);
        b->edge_count--;
    }
    b->edges[b->edge_count++] = edge;
}

static inline uint8_t bench_pin_of(const char *name, size_t length)
{
    uint8_t pin = 0u;

    while (pin < PINS &&
           (strlen(bench_pin_names[pin]) != length || strncmp(bench_pin_names[pin], name, length) != 0)) {
        pin++;
    }
    assert_true(pin < PINS);
    return pin;
}

/* More edges than the simulator keeps, of a program astray: what is there now counts from `ns` on. */
static inline void bench_take_levels(struct bench *b, uint64_t ns)
{
    const char *levels = strrchr(bench_ask(b, "advance 0"), ' ') + 1;

    for (unsigned pin = 0u; pin < PINS; pin++) {
        b->level[pin] = levels[pin] == '1';
    }
    bench_judge_from(b, ns);
}

/* Reads what `edges` answers up to `ns`: edges N NAME:LEVEL:US.NNN ... */
static inline void bench_take_edges(struct bench *b, uint64_t ns)
{
    char *at = strchr(strchr(bench_ask(b, "edges"), ' ') + 1, ' ');

    while (at != NULL && strncmp(at, " lost=", 6) != 0) {
        struct bench_edge edge;
        char *colon = strchr(++at, ':');
        assert_non_null(colon);
        edge.pin = bench_pin_of(at, (size_t)(colon - at));
        edge.high = colon[1] == '1';
        edge.ns = strtoull(colon + 3, &at, 10) * 1000u;
        assert_int_equal(*at, '.');
        edge.ns += strtoull(at + 1, &at, 10);
        bench_take_edge(b, edge);
        at = *at == ' ' ? at : NULL;
    }
    if (at != NULL) {
        bench_take_levels(b, ns);
    }
}

/* Lets time pass; the edges in it are judged. */
static inline void bench_advance(struct bench *b, uint64_t us)
{
    const char *answer = bench_ask(b, "advance %" PRIu64, us);

    assert_int_equal(strncmp(answer, "at ", 3), 0);
    const uint64_t now_ns = strtoull(answer + 3, NULL, 10) * 1000u;
    const uint64_t resets = bench_stat(b, "resets");
    b->was_reset = resets != b->resets;
    b->resets = resets;
    bench_take_edges(b, now_ns);
    b->now_ns = now_ns;
    bench_judge_until(b, b->now_ns);
}

static inline void bench_advance_ms(struct bench *b, uint64_t ms)
{
    bench_advance(b, ms * 1000u);
}

static inline void bench_assert_safe(const struct bench *b)
{
    if (b->unsafe[0] != '\0') {
        fail_msg("unsafe %s", b->unsafe);
    }
}

/* ---- what is done to it ---------------------------------------------------------------------------------- */

static inline void bench_set(struct bench *b, struct bench_inputs inputs)
{
    bench_judge_until(b, b->now_ns);
    b->inputs = inputs;
    bench_ask(b, "set %" PRId32 " %d 0 %d%d%d", inputs.vbat_mv, inputs.remote_on ? 0 : 5000, inputs.atc,
              inputs.atd, inputs.no_prealarm);
    bench_judge_from(b, b->now_ns);
}

/* A fault that floats all: from now on the outputs must float within `ms`, whatever the inputs. */
static inline void bench_fault(struct bench *b, uint32_t ms)
{
    b->fault = true;
    b->fault_ms = ms;
    bench_judge_from(b, b->now_ns);
}

static inline void bench_no_fault(struct bench *b)
{
    bench_judge_until(b, b->now_ns);
    b->fault = false;
    bench_judge_from(b, b->now_ns);
}

/* Does `fault`, after which nothing can be measured. */
static inline void bench_lose_reference(struct bench *b, const char *fault)
{
    bench_ask(b, "%s", fault);
    bench_judge_until(b, b->now_ns);
    b->blind = true;
    bench_judge_from(b, b->now_ns);
}

/* ... and `none`, which ends it. */
static inline void bench_find_reference(struct bench *b, const char *none)
{
    bench_ask(b, "%s", none);
    bench_judge_until(b, b->now_ns);
    b->blind = false;
    bench_judge_from(b, b->now_ns);
}

/* Holds the terminal of `output` low, or lets it go. */
static inline void bench_short(struct bench *b, enum bench_pin output, bool shorted)
{
    bench_ask(b, "fault output %s %s", bench_pin_names[output], shorted ? "low" : "none");
    bench_judge_until(b, b->now_ns);
    b->shorted[output] = shorted;
    bench_judge_from(b, b->now_ns);
}

static inline void bench_forget_edges(struct bench *b)
{
    b->edge_count = 0u;
}

/* Nothing is driven from here on and the clock begins anew. */
static inline void bench_begin(struct bench *b)
{
    memset(b->level, 0, sizeof b->level);
    b->drive_ns = 0u;
    b->load_fell_ns = 0u;
    b->now_ns = 0u;
    b->reset_ns = 0u;
    b->flip_ns = 0u;
    b->edge_count = 0u;
    bench_judge_from(b, 0u);
}

/* Powers on, off first; false: the image does not come to its first sleep. */
static inline bool bench_power_on(struct bench *b)
{
    const bool started = bench_try(b, "start");

    bench_begin(b);
    bench_advance(b, 0u);
    return started;
}

static inline void bench_start(struct bench *b)
{
    assert_true(bench_power_on(b));
}

/* A reset now; the outputs must float at once. */
static inline void bench_reset(struct bench *b, const char *kind)
{
    bench_ask(b, "reset %s", kind);
    bench_take_edges(b, b->now_ns);
    if (bench_any_high(b)) {
        bench_blame(b, b->now_ns, "an output stays high in a reset");
    }
    b->reset_ns = b->now_ns;
}

static inline bool bench_is_up(const struct bench *b)
{
    return b->level[PIN_LOAD] && b->level[PIN_CHARGER] && !b->level[PIN_PREALARM];
}

/* Healthy, and Load and Charger are high; false: they are not within `ms`. */
static inline bool bench_comes_up(struct bench *b, uint32_t ms)
{
    uint32_t passed_ms = 0u;

    bench_set(b, bench_healthy);
    while (!bench_is_up(b) && passed_ms < ms) {
        bench_advance_ms(b, 125u);
        passed_ms += 125u;
    }
    return passed_ms < ms;
}

#define REMOTE_OFF_MS 1500u /* 1 s, the debounce, and a bit for the clock */

/* LOAD-8, CHG-5, SAFE-4: the remote goes off for more than 1 s and on again, so that nothing has to wait any more. */
static inline void bench_forget_waits(struct bench *b)
{
    struct bench_inputs off = bench_healthy;

    off.remote_on = false;
    bench_set(b, off);
    bench_advance_ms(b, REMOTE_OFF_MS);
    bench_set(b, bench_healthy);
}

/* The same, again and again: whether Load and Charger are high in the end, which is soon after `ms` at the latest. */
static inline bool bench_recovers(struct bench *b, uint32_t ms)
{
    const uint64_t end_ns = b->now_ns + ms * MS_NS;
    bool is_up = false;

    while (!is_up && b->now_ns <= end_ns) {
        bench_forget_waits(b);
        is_up = bench_comes_up(b, 1250u);
    }
    return is_up;
}

/* To a place in the device's tick: `us` after a drive stage, 1 tick from now at the soonest, 3 at the latest. Ticks are
 * counted from the last edge that rose. */
static inline void bench_advance_to(struct bench *b, unsigned us)
{
    const uint64_t since_us = (b->now_ns - b->drive_ns) / 1000u;

    assert_true(us < TICK_US);
    bench_advance(b, 2u * TICK_US + us - since_us % TICK_US);
}

/* Powers on, and is up and quiet: all is recorded. */
static inline void bench_start_healthy(struct bench *b)
{
    bench_set(b, bench_healthy);
    bench_start(b);
    assert_true(bench_comes_up(b, 1500u));
    bench_advance_ms(b, 1000u);
    bench_forget_edges(b);
}

/* ---- what can be read out ---------------------------------------------------------------------------------- */

static inline unsigned bench_peek(struct bench *b, unsigned address)
{
    const char *answer = bench_ask(b, "peek sram %u", address);

    assert_int_equal(strncmp(answer, "value ", 6), 0);
    return (unsigned)strtoul(answer + 6, NULL, 10);
}

/* Puts `value` into the SRAM, by flips. */
static inline void bench_poke(struct bench *b, unsigned address, unsigned value)
{
    const unsigned differs = bench_peek(b, address) ^ value;

    for (unsigned bit = 0u; bit < 8u; bit++) {
        if (((differs >> bit) & 1u) != 0u) {
            bench_ask(b, "flip sram %u %u", address, bit);
        }
    }
}

static inline unsigned bench_stack_pointer(struct bench *b)
{
    const unsigned low = bench_peek(b, ADDRESS_SPL);

    return low | bench_peek(b, ADDRESS_SPH) << 8;
}

static inline void bench_read_eeprom(struct bench *b, uint8_t bytes[SBMS_EEPROM_BYTES])
{
    bench_ask(b, "eeprom save %s", b->eeprom_path);
    FILE *file = fopen(b->eeprom_path, "rb");
    assert_non_null(file);
    assert_int_equal(fread(bytes, 1u, SBMS_EEPROM_BYTES, file), SBMS_EEPROM_BYTES);
    fclose(file);
}

static inline void bench_write_eeprom(struct bench *b, const uint8_t bytes[SBMS_EEPROM_BYTES])
{
    FILE *file = fopen(b->eeprom_path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1u, SBMS_EEPROM_BYTES, file), SBMS_EEPROM_BYTES);
    fclose(file);
    bench_ask(b, "eeprom load %s", b->eeprom_path);
}

/* The address of a variable in the image of `board`; `*size` its bytes, 0: a mere place. */
static inline unsigned bench_symbol_of(const char *board, const char *name, unsigned *size)
{
    char image[PATH_MAX];
    char command[PATH_MAX + 20];
    char line[200];
    unsigned found = 0u;

    bench_image(board, image, sizeof image);
    snprintf(command, sizeof command, "avr-nm -S '%s'", image);
    FILE *names = popen(command, "r");
    assert_non_null(names);
    while (fgets(line, sizeof line, names) != NULL) {
        char words[4][100]; /* address, size, kind and name; a mere place has no size */
        const int count = sscanf(line, "%99s %99s %99s %99s", words[0], words[1], words[2], words[3]);
        char *word = words[count == 4 ? 3 : 2];
        if (count < 3) {
            continue;
        }
        word[strcspn(word, ".")] = '\0'; /* name.lto_priv.N */
        if (strcmp(word, name) == 0) {
            found = (unsigned)strtoul(words[0], NULL, 16) & 0xFFFFu;
            *size = count == 4 ? (unsigned)strtoul(words[1], NULL, 16) : 0u;
        }
    }
    assert_int_equal(pclose(names), 0);
    if (found < SRAM_FIRST) {
        fail_msg("the image has no variable %s", name);
    }
    return found;
}

/* The same of board "product". */
static inline unsigned bench_symbol(const char *name, unsigned *size)
{
    return bench_symbol_of("product", name, size);
}

/* Where the data end. */
static inline unsigned bench_data_end(void)
{
    unsigned size = 0u;

    return bench_symbol("stack_guard", &size);
}

/* The chain's three signals: bit 0 ATC, 1 ATD, 2 no-pre-alarm; 1 = present. */
#define BENCH_LOOPS 3u
#define BENCH_SIGNALS (1u << BENCH_LOOPS)

static inline struct bench_inputs bench_with_signals(unsigned signals)
{
    struct bench_inputs inputs = bench_healthy;

    inputs.atc = (signals & 1u) != 0u;
    inputs.atd = (signals & 2u) != 0u;
    inputs.no_prealarm = (signals & 4u) != 0u;
    return inputs;
}

/* What the image took them for at its last sample. `inputs`: the address of its variable of that name. */
static inline unsigned bench_signals_seen(struct bench *b, unsigned inputs)
{
    return bench_peek(b, inputs + (unsigned)offsetof(struct sbms_inputs, atc)) |
           bench_peek(b, inputs + (unsigned)offsetof(struct sbms_inputs, atd)) << 1 |
           bench_peek(b, inputs + (unsigned)offsetof(struct sbms_inputs, no_prealarm)) << 2;
}

/* From the image's sleep to where its stage is no longer `stage`, found to `step_us`; see firmware/atmega328p/phase.h. */
static inline void bench_advance_past(struct bench *b, unsigned stage, unsigned step_us)
{
    unsigned steps = 0u;

    while (bench_peek(b, ADDRESS_PHASE) == stage && steps < 2u * TICK_US / step_us) {
        bench_ask(b, "advance %u", step_us);
        steps++;
    }
    bench_advance(b, 0u);
}

/* ---- the record --------------------------------------------------------------------------------------------- */

struct bench_log {
    struct sbms_entry records[SBMS_RECORD_SLOTS]; /* the oldest first */
    unsigned count;
    unsigned torn; /* slots that were written and hold no record */
};

static inline bool record_is_before(const struct sbms_entry *a, const struct sbms_entry *b)
{
    return (int16_t)(uint16_t)(a->number - b->number) < 0;
}

static inline bool bench_is_erased(const uint8_t *bytes, unsigned count)
{
    bool erased = true;

    for (unsigned i = 0u; i < count; i++) {
        erased = erased && bytes[i] == 0xFFu;
    }
    return erased;
}

/* The records of an EEPROM, in order. */
static inline struct bench_log bench_decode(const uint8_t bytes[SBMS_EEPROM_BYTES])
{
    struct bench_log log = {.count = 0u};

    for (unsigned slot = 0u; slot < SBMS_RECORD_SLOTS; slot++) {
        struct sbms_entry record;
        unsigned at = log.count;
        const uint8_t *stored = &bytes[SBMS_RECORD_OFFSET + slot * SBMS_ENTRY_BYTES];
        if (!sbms_entry_decode(stored, &record)) {
            log.torn += bench_is_erased(stored, SBMS_ENTRY_BYTES) ? 0u : 1u;
            continue;
        }
        for (; at > 0u && record_is_before(&record, &log.records[at - 1u]); at--) {
            log.records[at] = log.records[at - 1u];
        }
        log.records[at] = record;
        log.count++;
    }
    return log;
}

static inline struct bench_log bench_read_log(struct bench *b)
{
    uint8_t bytes[SBMS_EEPROM_BYTES];

    bench_read_eeprom(b, bytes);
    return bench_decode(bytes);
}

/* The number of the newest record, as a mark for what is newer; UINT16_MAX: there is none yet. */
static inline uint16_t log_mark(const struct bench_log *log)
{
    return log->count == 0u ? UINT16_MAX : log->records[log->count - 1u].number;
}

/* Whether a record newer than `mark` is of that kind, `high` and detail; `mask`: the bits of detail that count. */
static inline bool log_has(const struct bench_log *log, uint16_t mark, uint8_t kind, bool high,
                           uint8_t detail, uint8_t mask)
{
    for (unsigned i = 0u; i < log->count; i++) {
        const struct sbms_entry *record = &log->records[i];
        if ((int16_t)(uint16_t)(record->number - mark) > 0 && record->kind == kind && record->high == high &&
            (record->detail & mask) == (detail & mask)) {
            return true;
        }
    }
    return false;
}

/* Whether a start is recorded for `reset_flag`, SBMS_RESET_... */
static inline bool log_has_boot(const struct bench_log *log, uint16_t mark, uint8_t reset_flag)
{
    return log_has(log, mark, SBMS_ENTRY_BOOT, false, reset_flag, reset_flag) ||
           log_has(log, mark, SBMS_ENTRY_BOOT, true, reset_flag, reset_flag); /* one that cut Load */
}

static inline bool log_has_any_boot(const struct bench_log *log, uint16_t mark)
{
    return log_has_boot(log, mark, 0u);
}

/* Whether it is recorded that `fault` came. */
static inline bool log_has_fault(const struct bench_log *log, uint16_t mark, uint8_t fault)
{
    return log_has(log, mark, SBMS_ENTRY_FAULT, true, fault, 0xFFu);
}

static inline bool log_has_any_fault(const struct bench_log *log, uint16_t mark)
{
    return log_has(log, mark, SBMS_ENTRY_FAULT, true, 0u, 0u);
}

#endif
