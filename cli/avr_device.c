/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/avr_device.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/eeprom_image.h"
#include "cli/wording.h"
#include "core/fault.h"

#define SIMULATOR "smallbms-avr"
#define IMAGE "firmware/smallbms-product.elf"
#define TICKS_MAX 100000u /* in one command, so that each is answered soon */
#define DIGITS 10
#define SCRATCH_NAME "/smallbms.XXXXXX"
#define SCRATCH_SIZE 512
#define SCRATCH_FOLDER "/tmp" /* for mkstemp(), when TMPDIR names none */

extern char **environ;

/* One answer to `run`. */
struct answer {
    uint32_t ticks; /* that passed */
    sbms_decision decision;
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
    assert(avr->message[0] != '\0');
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

/* ---- a line there, a line back ---------------------------------------------------------------------- */

/* Sends all of `line`; MSG_NOSIGNAL: a simulator that has ended is an error here and no signal. */
static bool send_line(const struct avr_device *avr, const char *line)
{
    size_t length = strlen(line);
    assert(length > 0 && line[length - 1] == '\n');
    assert(avr->socket >= 0);
    while (length > 0) {
        const ssize_t sent = send(avr->socket, line, length, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) {
            continue;
        }
        if (sent < 0) {
            return false;
        }
        line += sent;
        length -= (size_t)sent;
    }
    return true;
}

/* Receives one line and leaves it without its end; of one that is too long, the beginning. There is never more than one
 * on the way. false: the simulator has ended. */
static bool receive_line(const struct avr_device *avr, char *line, size_t size)
{
    size_t length = 0;
    assert(size > 1);
    assert(avr->socket >= 0);
    do {
        const ssize_t received = recv(avr->socket, line + length, size - 1 - length, 0);
        if (received < 0 && errno == EINTR) {
            continue;
        }
        if (received <= 0) {
            return false;
        }
        length += (size_t)received;
    } while (length < size - 1 && (length == 0 || line[length - 1] != '\n'));
    line[length] = '\0';
    line[strcspn(line, "\n")] = '\0';
    return true;
}

/* The child has closed its end of the socket, so it has ended or is about to: says how. */
static void say_end(struct avr_device *avr, const char *command)
{
    int status = 0;
    const int length = (int)strcspn(command, "\n");
    assert(avr->child > 0);
    assert(length > 0);
    close(avr->socket);
    while (waitpid(avr->child, &status, 0) < 0 && errno == EINTR) {
    }
    avr->child = 0;
    avr->socket = -1;
    avr->refused = WIFEXITED(status) && WEXITSTATUS(status) == COMMAND_BAD_INPUT;
    if (WIFSIGNALED(status)) {
        fail(avr, AVR_DEVICE_BROKEN, "%s was ended by signal %d at command '%.*s'", SIMULATOR,
             WTERMSIG(status), length, command);
    } else {
        fail(avr, AVR_DEVICE_BROKEN, "%s ended with exit code %d at command '%.*s'", SIMULATOR,
             WEXITSTATUS(status), length, command);
    }
}

/* Sends a command and receives its answer; false: the device has failed. */
static bool ask(struct avr_device *avr, const char *command, char *line, size_t size)
{
    assert(avr->failure == AVR_DEVICE_GOOD);
    assert(avr->child > 0);
    if (!send_line(avr, command) || !receive_line(avr, line, size)) {
        say_end(avr, command);
        return false;
    }
    return true;
}

static void refuse_answer(struct avr_device *avr, const char *command, const char *line)
{
    assert(command != NULL);
    assert(line != NULL);
    fail(avr, AVR_DEVICE_BROKEN, "%s answered '%.160s' to command '%.*s'", SIMULATOR, line,
         (int)strcspn(command, "\n"), command);
}

/* ---- what `run` answers --------------------------------------------------------------------------- */

/* Reads a number of at most `max` and the letter `after` it. */
static bool read_number(const char **at, unsigned long max, char after, unsigned long *number)
{
    char *end = NULL;
    assert(at != NULL && *at != NULL);
    assert(number != NULL);
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
static bool read_outputs(const char **at, sbms_outputs *outputs)
{
    bool levels[5];
    assert(at != NULL && *at != NULL);
    assert(outputs != NULL);
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        if (**at != '0' && **at != '1') {
            return false;
        }
        levels[i] = **at == '1';
        *at += 1;
    }
    *outputs = (sbms_outputs){.load = levels[0],
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
    assert(ticks > 0);
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
static bool run_image(struct avr_device *avr, const sbms_inputs *inputs, uint32_t ticks,
                      struct answer *answer)
{
    char command[100];
    char line[AVR_DEVICE_LINE_SIZE];
    assert(ticks > 0 && ticks <= TICKS_MAX);
    snprintf(command, sizeof command, "run %" PRIu32 " %" PRId32 " %" PRId32 " %" PRId32 " %d%d%d\n", ticks,
             inputs->vbat_mv, inputs->remote_l_mv, inputs->remote_h_mv, inputs->atc, inputs->atd,
             inputs->no_prealarm);
    if (!ask(avr, command, line, sizeof line)) {
        return false;
    }
    if (!read_answer(line, ticks, answer)) {
        refuse_answer(avr, command, line);
        return false;
    }
    return true;
}

/* ---- image and law -------------------------------------------------------------------------------- */

static bool same_outputs(const sbms_outputs *a, const sbms_outputs *b)
{
    assert(a != NULL && b != NULL);
    return a->load == b->load && a->prealarm == b->prealarm && a->charger == b->charger &&
           a->led_load == b->led_load && a->led_fault == b->led_fault;
}

static bool same_decision(const sbms_decision *a, const sbms_decision *b)
{
    return same_outputs(&a->outputs, &b->outputs) && a->load_cause == b->load_cause &&
           a->prealarm_cause == b->prealarm_cause && a->charger_cause == b->charger_cause;
}

/* "load 1 (atd_lost) prealarm 0 (none) charger 1 (none) led_load 1 led_fault 0" */
static void describe(const sbms_decision *decision, char *text, size_t size)
{
    const sbms_outputs *outputs = &decision->outputs;
    const int length = snprintf(
        text, size, "load %d (%s) prealarm %d (%s) charger %d (%s) led_load %d led_fault %d", outputs->load,
        sbms_cause_word(decision->load_cause), outputs->prealarm, sbms_cause_word(decision->prealarm_cause),
        outputs->charger, sbms_cause_word(decision->charger_cause), outputs->led_load, outputs->led_fault);
    assert(length > 0);
    (void)length;
}

/* Notes what the two did at tick `tick`. */
static void differ(struct avr_device *avr, int64_t tick, const struct answer *image, const sbms_decision *law)
{
    char image_words[160];
    char law_words[160];
    assert(tick >= 0);
    describe(&image->decision, image_words, sizeof image_words);
    describe(law, law_words, sizeof law_words);
    fail(avr, AVR_DEVICE_DIFFERS,
         "the image and the law differ at tick %" PRId64
         " (%s s after the reset): image %s, fault %u; law %s",
         tick, wording_number((double)tick * SBMS_TICK_MS / 1000.0, 3).text, image_words, image->fault,
         law_words);
}

/* The inputs as the image has them: with its own fault. */
static sbms_inputs with_fault(const struct avr_device *avr, const sbms_inputs *inputs)
{
    sbms_inputs own = *inputs;
    assert(avr->fault < SBMS_FAULT_COUNT);
    own.fault = avr->fault;
    return own;
}

static sbms_decision avr_step(void *self, const sbms_inputs *inputs)
{
    struct avr_device *avr = self;
    struct answer answer;
    assert(avr->tick >= 0);
    const bool runs = !avr_device_failed(avr) && run_image(avr, inputs, 1, &answer);
    if (runs) {
        avr->fault = answer.fault;
    }
    const sbms_inputs own = with_fault(avr, inputs);
    const sbms_decision law = sbms_control_step(&avr->law, &own);
    if (runs && !same_decision(&answer.decision, &law)) {
        differ(avr, avr->tick, &answer, &law);
    }
    avr->outputs = law.outputs; /* which are the image's, or it has failed */
    avr->tick++;
    return law;
}

static uint32_t avr_quiet_ticks(void *self, const sbms_inputs *inputs)
{
    struct avr_device *avr = self;
    const sbms_inputs own = with_fault(avr, inputs);
    return sbms_control_quiet_ticks(&avr->law, &own);
}

/* Runs the image through ticks in which the law moves nothing; a fault that it finds there is a difference too. */
static void skip_image(struct avr_device *avr, const sbms_inputs *inputs, uint32_t ticks)
{
    const sbms_decision quiet = {.outputs = avr->outputs};
    struct answer answer;
    int64_t tick = avr->tick;
    while (ticks > 0 && !avr_device_failed(avr)) {
        const uint32_t part = ticks < TICKS_MAX ? ticks : TICKS_MAX;
        if (!run_image(avr, inputs, part, &answer)) {
            return;
        }
        assert(answer.ticks > 0 && answer.ticks <= part);
        tick += answer.ticks;
        ticks -= answer.ticks;
        if (!same_decision(&answer.decision, &quiet) || answer.fault != avr->fault || answer.ticks != part) {
            differ(avr, tick - 1, &answer, &quiet);
        }
    }
}

static void avr_skip(void *self, const sbms_inputs *inputs, uint32_t ticks)
{
    struct avr_device *avr = self;
    const sbms_inputs own = with_fault(avr, inputs);
    assert(ticks <= sbms_control_quiet_ticks(&avr->law, &own));
    skip_image(avr, inputs, ticks);
    sbms_control_skip(&avr->law, &own, ticks);
    avr->tick += ticks;
}

static bool avr_same(void *self, const sbms_inputs *a, const sbms_inputs *b)
{
    struct avr_device *avr = self;
    assert(avr != NULL);
    return sbms_control_same(&avr->law, a, b);
}

device avr_device_interface(struct avr_device *avr)
{
    assert(avr != NULL);
    assert(avr->child > 0);
    return (device){
        .self = avr, .step = avr_step, .quiet_ticks = avr_quiet_ticks, .skip = avr_skip, .same = avr_same};
}

/* ---- files -------------------------------------------------------------------------------------- */

/* A new file for the simulator to read or write, in TMPDIR if the protocol can name that: no blanks in it, and not too
 * long. -1: errno says why. */
static int open_scratch(char path[SCRATCH_SIZE])
{
    const char *given = getenv("TMPDIR");
    const bool is_usable = given != NULL && given[0] == '/' && strpbrk(given, " \t\r\n") == NULL &&
                           strlen(given) + sizeof SCRATCH_NAME <= SCRATCH_SIZE;
    const int length = snprintf(path, SCRATCH_SIZE, "%s%s", is_usable ? given : SCRATCH_FOLDER, SCRATCH_NAME);
    assert(length > 0 && length < SCRATCH_SIZE);
    (void)length;
    return mkstemp(path);
}

/* Reads or writes the whole image at its beginning. */
static bool transfer(int descriptor, uint8_t *image, bool writes)
{
    const ssize_t all = SBMS_EEPROM_BYTES;
    assert(descriptor >= 0);
    assert(image != NULL);
    const ssize_t done =
        writes ? pwrite(descriptor, image, (size_t)all, 0) : pread(descriptor, image, (size_t)all, 0);
    if (done != all && done >= 0) {
        errno = EIO;
    }
    return done == all;
}

bool avr_device_read_eeprom(struct avr_device *avr, uint8_t image[SBMS_EEPROM_BYTES])
{
    char path[SCRATCH_SIZE];
    char command[SCRATCH_SIZE + 20];
    char line[AVR_DEVICE_LINE_SIZE];
    assert(image != NULL);
    if (avr_device_failed(avr)) {
        return false;
    }
    const int descriptor = open_scratch(path);
    if (descriptor < 0) {
        fail(avr, AVR_DEVICE_BROKEN, "cannot make a temporary file: %s", strerror(errno));
        return false;
    }
    snprintf(command, sizeof command, "eeprom save %s\n", path);
    if (ask(avr, command, line, sizeof line) && strcmp(line, "ok") != 0) {
        refuse_answer(avr, command, line);
    }
    close(descriptor); /* the simulator may have put another file in its place */
    const int saved = avr_device_failed(avr) ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    if (!avr_device_failed(avr) && (saved < 0 || !transfer(saved, image, false))) {
        fail(avr, AVR_DEVICE_BROKEN, "cannot read what %s saved: %s", SIMULATOR, strerror(errno));
    }
    if (saved >= 0) {
        close(saved);
    }
    unlink(path);
    return !avr_device_failed(avr);
}

/* Makes an EEPROM with the settings; the caller removes it. On failure prints why. */
static bool make_eeprom(const sbms_control_settings *settings, char path[SCRATCH_SIZE])
{
    uint8_t image[SBMS_EEPROM_BYTES];
    assert(sbms_control_check(settings) == SBMS_SETTINGS_OK);
    memset(image, (int)EEPROM_IMAGE_ERASED, sizeof image);
    sbms_settings_encode(settings, image + SBMS_SETTINGS_OFFSET);
    const int descriptor = open_scratch(path);
    const bool good = descriptor >= 0 && transfer(descriptor, image, true);
    if (!good) {
        command_error("cannot make a temporary file: %s", strerror(errno));
    }
    if (descriptor >= 0) {
        close(descriptor);
    }
    if (!good && descriptor >= 0) {
        unlink(path);
    }
    return good;
}

/* The path of `name` in the folder of this program; false, with a message printed, when that is not known. */
static bool find_beside(const char *name, char *path, size_t size)
{
    char self[PATH_MAX];
    assert(name != NULL);
    const ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    self[length < 0 ? 0 : length] = '\0';
    char *slash = strrchr(self, '/');
    if (slash == NULL) {
        command_error("cannot tell where this program is, and so not where %s is", name);
        return false;
    }
    *slash = '\0';
    const int written = snprintf(path, size, "%s/%s", self, name);
    assert(written > 0);
    return (size_t)written < size;
}

/* Finds the simulator and the image. */
static bool find_files(const char *image_given, char *simulator, char *image, size_t size)
{
    if (!find_beside(SIMULATOR, simulator, size)) {
        return false;
    }
    if (access(simulator, X_OK) != 0) {
        command_error("--device avr needs %s: %s; 'make build' builds it", simulator, strerror(errno));
        return false;
    }
    if (image_given != NULL) {
        snprintf(image, size, "%s", image_given);
    } else if (!find_beside(IMAGE, image, size)) {
        return false;
    }
    if (access(image, R_OK) != 0) {
        command_error("cannot read the image %s: %s%s", image, strerror(errno),
                      image_given == NULL ? "; 'make hex' builds it" : "");
        return false;
    }
    return true;
}

/* ---- the child ---------------------------------------------------------------------------------- */

/* Starts it with the socket `its` as its standard input and output. Returns 0 or an error number. */
static int spawn(pid_t *child, int its, char *const arguments[])
{
    posix_spawn_file_actions_t actions;
    assert(its > STDERR_FILENO);
    assert(arguments[0] != NULL);
    int error = posix_spawn_file_actions_init(&actions);
    if (error != 0) {
        return error;
    }
    error = posix_spawn_file_actions_adddup2(&actions, its, STDIN_FILENO);
    if (error == 0) {
        error = posix_spawn_file_actions_adddup2(&actions, its, STDOUT_FILENO);
    }
    if (error == 0) {
        error = posix_spawn(child, arguments[0], &actions, NULL, arguments, environ);
    }
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

/* Starts the simulator and connects to it. On failure prints why. */
static bool connect_child(struct avr_device *avr, char *simulator, char *eeprom, char *image)
{
    char option[] = "--eeprom";
    char *const arguments[] = {simulator, option, eeprom, image, NULL};
    int sockets[2];
    assert(avr->child == 0);
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) != 0) {
        command_error("cannot make a socket: %s", strerror(errno));
        return false;
    }
    fcntl(sockets[0], F_SETFD, FD_CLOEXEC);
    fcntl(sockets[1], F_SETFD, FD_CLOEXEC);
    const int error = spawn(&avr->child, sockets[1], arguments);
    close(sockets[1]);
    if (error != 0) {
        close(sockets[0]);
        avr->child = 0;
        command_error("cannot start %s: %s", simulator, strerror(error));
        return false;
    }
    avr->socket = sockets[0];
    assert(avr->child > 0);
    return true;
}

/* Waits until the image is about to take its first sample. */
static bool start_image(struct avr_device *avr)
{
    static const char command[] = "start\n";
    char line[AVR_DEVICE_LINE_SIZE];
    assert(avr->tick == 0);
    if (ask(avr, command, line, sizeof line) && strncmp(line, "started ", strlen("started ")) != 0) {
        refuse_answer(avr, command, line);
    }
    if (avr_device_failed(avr) && !avr->refused) {
        command_error("%s", avr->message);
    }
    return !avr_device_failed(avr);
}

bool avr_device_start(struct avr_device *avr, const char *image, const sbms_control_settings *settings)
{
    char simulator[PATH_MAX];
    char image_path[PATH_MAX];
    char eeprom[SCRATCH_SIZE];
    assert(avr != NULL);
    *avr = (struct avr_device){.socket = -1};
    const sbms_settings_error refused = sbms_control_init(&avr->law, settings);
    assert(refused == SBMS_SETTINGS_OK);
    (void)refused;
    if (!find_files(image, simulator, image_path, sizeof image_path) || !make_eeprom(settings, eeprom)) {
        return false;
    }
    const bool started = connect_child(avr, simulator, eeprom, image_path) && start_image(avr);
    unlink(eeprom); /* the simulator has read it */
    if (!started) {
        avr_device_stop(avr);
    }
    return started;
}

void avr_device_stop(struct avr_device *avr)
{
    assert(avr != NULL);
    if (avr->child > 0) {
        close(avr->socket);
        kill(avr->child, SIGKILL);
        while (waitpid(avr->child, NULL, 0) < 0 && errno == EINTR) {
        }
        avr->child = 0;
        avr->socket = -1;
    }
    assert(avr->child == 0);
}
