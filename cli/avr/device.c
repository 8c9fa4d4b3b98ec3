/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/avr/device.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/record/eeprom_image.h"
#include "core/fault.h"
#include "result/wording.h"

#define TICKS_MAX 2000u /* in one command, so that each is answered in a fraction of a second */
#define DIGITS 10
#define STEPS 7 /* the converter's of the supply, in STEPS_MV: docs/SPEC.md, section 10, LOAD-6 */
#define STEPS_MV 500

/* One answer to `run`. */
struct answer {
    uint32_t ticks; /* that passed */
    struct sbms_decision decision;
    uint8_t fault;
};

/* ---- failing ------------------------------------------------------------------------------------ */

/* Notes the first failure only. */
__attribute__((format(printf, 3, 4))) static void
fail(struct avr_device *avr, enum avr_device_failure failure, const char *format, ...)
{
    va_list arguments;
    assert(failure != AVR_DEVICE_GOOD);
    if (avr->failure != AVR_DEVICE_GOOD) {
        return;
    }
    avr->failure = failure;
    va_start(arguments, format);
    vsnprintf(avr->message, sizeof avr->message, format, arguments);
    va_end(arguments);
}

bool avr_device_failed(const struct avr_device *avr)
{
    assert(avr != NULL);
    return avr->failure != AVR_DEVICE_GOOD;
}

int avr_device_report(const struct avr_device *avr, const char *again)
{
    assert(avr != NULL);
    assert(again != NULL);
    if (avr->failure == AVR_DEVICE_GOOD) {
        return COMMAND_DONE;
    }
    command_error("%s; again: %s", avr->message, again);
    return avr->failure == AVR_DEVICE_DIFFERS ? COMMAND_UNMET : COMMAND_BAD_INPUT;
}

/* ---- what `run` answers --------------------------------------------------------------------------- */

/* Reads a number of at most `max` and the letter `after` it. */
static bool read_number(const char **at, unsigned long max, char after, unsigned long *number)
{
    char *end = NULL;
    if (**at < '0' || **at > '9') {
        return false;
    }
    errno = 0;
    *number = strtoul(*at, &end, DIGITS);
    if (errno != 0 || *number > max || *end != after) {
        return false;
    }
    *at = end + 1;
    return true;
}

/* Reads the five levels, as OOOOO and a space. */
static bool read_outputs(const char **at, struct sbms_outputs *outputs)
{
    bool levels[5];
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        if (**at != '0' && **at != '1') {
            return false;
        }
        levels[i] = **at == '1';
        *at += 1;
    }
    *outputs = (struct sbms_outputs){.load = levels[0],
                                     .prealarm = levels[1],
                                     .charger = levels[2],
                                     .led_load = levels[3],
                                     .led_fault = levels[4]};
    return *(*at)++ == ' ';
}

/* ran N OOOOO LC PC CC F */
static bool read_answer(const char *line, uint32_t ticks, struct answer *answer)
{
    static const char beginning[] = "ran ";
    const unsigned long cause_max = SBMS_CAUSE_COUNT - 1;
    unsigned long numbers[5] = {0};
    const char *at = line + strlen(beginning);
    if (strncmp(line, beginning, strlen(beginning)) != 0 || !read_number(&at, ticks, ' ', &numbers[0]) ||
        numbers[0] == 0 || !read_outputs(&at, &answer->decision.outputs)) {
        return false;
    }
    for (int i = 1; i < 4; i++) {
        if (!read_number(&at, cause_max, ' ', &numbers[i])) {
            return false;
        }
    }
    if (!read_number(&at, SBMS_FAULT_COUNT - 1, '\0', &numbers[4])) {
        return false;
    }
    answer->ticks = (uint32_t)numbers[0];
    answer->decision.load_cause = (uint8_t)numbers[1];
    answer->decision.prealarm_cause = (uint8_t)numbers[2];
    answer->decision.charger_cause = (uint8_t)numbers[3];
    answer->fault = (uint8_t)numbers[4];
    return true;
}

/* Runs the image for `ticks`, or up to the first that moves an output; false: the device has failed. */
static bool run_image(struct avr_device *avr, const struct sbms_inputs *inputs, uint32_t ticks,
                      struct answer *answer)
{
    char command[100];
    char line[SIMULATOR_PROCESS_LINE_SIZE];
    assert(ticks > 0 && ticks <= TICKS_MAX);
    snprintf(command, sizeof command, "run %" PRIu32 " %" PRId32 " %" PRId32 " %" PRId32 " %d%d%d\n", ticks,
             inputs->vbat_mv, inputs->remote_l_mv, inputs->remote_h_mv, inputs->atc, inputs->atd,
             inputs->no_prealarm);
    if (simulator_process_ask(&avr->simulator, command, line, sizeof line)) {
        if (read_answer(line, ticks, answer)) {
            return true;
        }
        simulator_process_refuse_answer(&avr->simulator, command, line);
    }
    fail(avr, AVR_DEVICE_BROKEN, "%s", avr->simulator.message);
    return false;
}

/* ---- image and law -------------------------------------------------------------------------------- */

static bool same_outputs(const struct sbms_outputs *a, const struct sbms_outputs *b)
{
    return a->load == b->load && a->prealarm == b->prealarm && a->charger == b->charger &&
           a->led_load == b->led_load && a->led_fault == b->led_fault;
}

static bool same_decision(const struct sbms_decision *a, const struct sbms_decision *b)
{
    return same_outputs(&a->outputs, &b->outputs) && a->load_cause == b->load_cause &&
           a->prealarm_cause == b->prealarm_cause && a->charger_cause == b->charger_cause;
}

/* "load 1 (atd_lost) prealarm 0 (none) charger 1 (none) led_load 1 led_fault 0" */
static void describe(const struct sbms_decision *decision, char *text, size_t size)
{
    const struct sbms_outputs *outputs = &decision->outputs;
    snprintf(text, size, "load %d (%s) prealarm %d (%s) charger %d (%s) led_load %d led_fault %d",
             outputs->load, sbms_cause_word(decision->load_cause), outputs->prealarm,
             sbms_cause_word(decision->prealarm_cause), outputs->charger,
             sbms_cause_word(decision->charger_cause), outputs->led_load, outputs->led_fault);
}

/* Notes what the two did at tick `tick`. */
static void differ(struct avr_device *avr, int64_t tick, const struct answer *image,
                   const struct sbms_decision *law)
{
    char image_words[160];
    char law_words[160];
    describe(&image->decision, image_words, sizeof image_words);
    describe(law, law_words, sizeof law_words);
    fail(avr, AVR_DEVICE_DIFFERS,
         "the image and the law differ at tick %" PRId64
         " (%s s after the reset): image %s, fault %u; law %s",
         tick, wording_number((double)tick * SBMS_TICK_MS / 1000.0, 3).text, image_words, image->fault,
         law_words);
}

/* The inputs as the image has them: with its own fault. */
static struct sbms_inputs with_fault(const struct avr_device *avr, const struct sbms_inputs *inputs)
{
    struct sbms_inputs own = *inputs;
    assert(avr->fault < SBMS_FAULT_COUNT);
    own.fault = avr->fault;
    return own;
}

/* The pins of a device whose law has decided `outputs`, with LED-4's flash. */
static struct sbms_outputs pins_of(const struct sbms_control *law, struct sbms_outputs outputs)
{
    outputs.led_load = sbms_control_blue(law);
    return outputs;
}

static struct sbms_decision avr_step(void *self, const struct sbms_inputs *inputs)
{
    struct avr_device *avr = self;
    struct answer answer;
    const bool runs = !avr_device_failed(avr) && run_image(avr, inputs, 1, &answer);
    if (runs) {
        avr->fault = answer.fault;
    }
    const struct sbms_inputs own = with_fault(avr, inputs);
    const struct sbms_decision law = sbms_control_step(&avr->law, &own);
    struct sbms_decision pins = law;
    pins.outputs = pins_of(&avr->law, law.outputs);
    if (runs && !same_decision(&answer.decision, &pins)) {
        differ(avr, avr->tick, &answer, &pins);
    }
    avr->outputs = law.outputs; /* which are the image's, or it has failed */
    avr->tick++;
    return law;
}

static uint32_t avr_quiet_ticks(void *self, const struct sbms_inputs *inputs)
{
    struct avr_device *avr = self;
    const struct sbms_inputs own = with_fault(avr, inputs);
    return sbms_control_quiet_ticks(&avr->law, &own);
}

/* Of the coming `ticks`, in which the law moves nothing, those up to the first at which blue changes (LED-4). */
static uint32_t ticks_to_flash(const struct sbms_control *law, uint32_t ticks)
{
    struct sbms_control ahead = *law;
    const bool blue = sbms_control_blue(&ahead);
    for (uint32_t i = 1; i <= SBMS_LED_WAITING_TICKS && i < ticks; i++) {
        ahead.tick++;
        if (sbms_control_blue(&ahead) != blue) {
            return i;
        }
    }
    return ticks < TICKS_MAX ? ticks : TICKS_MAX;
}

/* Runs the image through ticks in which the law moves nothing; a fault that it finds there is a difference too. */
static void skip_image(struct avr_device *avr, const struct sbms_inputs *inputs, uint32_t ticks)
{
    struct sbms_control law = avr->law;
    struct sbms_decision quiet = {.outputs = avr->outputs};
    struct answer answer;
    int64_t tick = avr->tick;
    while (ticks > 0 && !avr_device_failed(avr)) {
        const uint32_t part = ticks_to_flash(&law, ticks);
        if (!run_image(avr, inputs, part, &answer)) {
            return;
        }
        assert(answer.ticks > 0 && answer.ticks <= part);
        law.tick += answer.ticks;
        quiet.outputs = pins_of(&law, avr->outputs);
        tick += answer.ticks;
        ticks -= answer.ticks;
        if (!same_decision(&answer.decision, &quiet) || answer.fault != avr->fault || answer.ticks != part) {
            differ(avr, tick - 1, &answer, &quiet);
        }
    }
}

static void avr_skip(void *self, const struct sbms_inputs *inputs, uint32_t ticks)
{
    struct avr_device *avr = self;
    const struct sbms_inputs own = with_fault(avr, inputs);
    assert(ticks <= sbms_control_quiet_ticks(&avr->law, &own));
    skip_image(avr, inputs, ticks);
    sbms_control_skip(&avr->law, &own, ticks);
    avr->tick += ticks;
}

static bool avr_same(void *self, const struct sbms_inputs *a, const struct sbms_inputs *b)
{
    struct avr_device *avr = self;
    return sbms_control_same(&avr->law, a, b);
}

static struct sbms_standing avr_standing(void *self)
{
    struct avr_device *avr = self;
    return sbms_control_standing(&avr->law);
}

struct device avr_device_interface(struct avr_device *avr)
{
    assert(avr != NULL);
    assert(avr->simulator.child > 0);
    return (struct device){
        .self = avr,
        .step = avr_step,
        .quiet_ticks = avr_quiet_ticks,
        .skip = avr_skip,
        .same = avr_same,
        .standing = avr_standing,
    };
}

/* ---- from outside ---------------------------------------------------------------------------------- */

bool avr_device_read_eeprom(struct avr_device *avr, uint8_t image[SBMS_EEPROM_BYTES])
{
    assert(image != NULL);
    if (avr_device_failed(avr)) {
        return false;
    }
    if (!simulator_process_read_eeprom(&avr->simulator, image)) {
        fail(avr, AVR_DEVICE_BROKEN, "%s", avr->simulator.message);
    }
    return !avr_device_failed(avr);
}

/* LOAD-6: the settings with the supply at which the image acts, its converter's next step up. */
static struct sbms_control_settings as_converted(const struct sbms_control_settings *settings)
{
    struct sbms_control_settings converted = *settings;
    const int32_t step = (settings->lockout_clear_mv * STEPS + STEPS_MV - 1) / STEPS_MV;
    converted.lockout_clear_mv = step * STEPS_MV / STEPS;
    return converted;
}

bool avr_device_start(struct avr_device *avr, const char *image, const char *corner,
                      const struct sbms_control_settings *settings)
{
    uint8_t eeprom[SBMS_EEPROM_BYTES];
    assert(avr != NULL);
    *avr = (struct avr_device){.tick = 0};
    const struct sbms_control_settings converted = as_converted(settings);
    const enum sbms_settings_error refused = sbms_control_init(&avr->law, &converted);
    assert(refused == SBMS_SETTINGS_OK);
    (void)refused;
    memset(eeprom, (int)EEPROM_IMAGE_ERASED, sizeof eeprom);
    sbms_settings_encode(settings, eeprom + SBMS_SETTINGS_OFFSET);
    return simulator_process_start(&avr->simulator, image, corner, eeprom);
}

void avr_device_stop(struct avr_device *avr)
{
    assert(avr != NULL);
    simulator_process_stop(&avr->simulator);
}
