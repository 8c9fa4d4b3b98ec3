/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* for memfd_create(); NOLINT(bugprone-reserved-identifier) */
#include "cli/avr/simulator_process.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/command.h"

#define PROGRAM "smallbms-avr"
#define IMAGE "firmware/smallbms-product.elf"
#define CORNER_SIZE 100
#define NAME_SIZE 40
#define WAIT_MS 20000 /* for an answer: a hundred times what the longest command takes */
#define WAITS 200     /* parts of it, see wait_readable() */

/* ---- a line there, a line back ---------------------------------------------------------------------- */

enum received { RECEIVED_LINE, RECEIVED_END, RECEIVED_NOTHING };

/* Notes why the simulator is of no more use. */
__attribute__((format(printf, 2, 3))) static void give_up(struct simulator_process *simulator,
                                                          const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(simulator->message, sizeof simulator->message, format, arguments);
    va_end(arguments);
}

/* Sends all of `line`; MSG_NOSIGNAL: a simulator that has ended is an error here and no signal. */
static bool send_line(const struct simulator_process *simulator, const char *line)
{
    size_t length = strlen(line);
    assert(length > 0 && line[length - 1] == '\n');
    assert(simulator->socket >= 0);
    while (length > 0) {
        const ssize_t sent = send(simulator->socket, line, length, MSG_NOSIGNAL);
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

/* Waits until there is something to receive. false: for WAIT_MS there is not. The time is counted in parts, because this
 * process may be stopped and continued together with the simulator (Ctrl-Z, then fg): that costs one part and not all. */
static bool wait_readable(const struct simulator_process *simulator, int *waits_left)
{
    struct pollfd waited = {.fd = simulator->socket, .events = POLLIN};
    while (*waits_left > 0) {
        if (poll(&waited, 1, WAIT_MS / WAITS) > 0) {
            return true;
        }
        *waits_left -= 1;
    }
    return false;
}

/* Receives one line and leaves it without its end; of one that is too long, the beginning. There is never more than one
 * on the way. */
static enum received receive_line(const struct simulator_process *simulator, char *line, size_t size)
{
    size_t length = 0;
    int waits_left = WAITS;
    assert(size > 1);
    do {
        if (!wait_readable(simulator, &waits_left)) {
            return RECEIVED_NOTHING;
        }
        const ssize_t received = recv(simulator->socket, line + length, size - 1 - length, 0);
        if (received < 0 && errno == EINTR) {
            continue;
        }
        if (received <= 0) {
            return RECEIVED_END;
        }
        length += (size_t)received;
    } while (length < size - 1 && (length == 0 || line[length - 1] != '\n'));
    line[length] = '\0';
    line[strcspn(line, "\n")] = '\0';
    return RECEIVED_LINE;
}

/* Waits for the child, which has closed its end of the socket. false: it does not end. */
static bool wait_end(const struct simulator_process *simulator, int *status)
{
    for (int i = 0; i < WAITS; i++) {
        const pid_t ended = waitpid(simulator->child, status, WNOHANG);
        if (ended == simulator->child) {
            return true;
        }
        poll(NULL, 0, i == 0 ? 1 : WAIT_MS / WAITS);
    }
    return false;
}

static void forget_child(struct simulator_process *simulator)
{
    close(simulator->socket);
    simulator->child = 0;
    simulator->socket = -1;
}

/* The simulator does not do what it should in its time: ends it, and notes that. */
static void note_hang(struct simulator_process *simulator, const char *command)
{
    simulator_process_stop(simulator);
    give_up(simulator, "%s has hung or was stopped: no answer in %d s to command '%.*s'", PROGRAM,
            WAIT_MS / 1000, (int)strcspn(command, "\n"), command);
}

/* The child has closed its end of the socket, so it has ended or is about to: notes how. */
static void note_end(struct simulator_process *simulator, const char *command)
{
    int status = 0;
    const int length = (int)strcspn(command, "\n");
    if (!wait_end(simulator, &status)) {
        note_hang(simulator, command);
        return;
    }
    forget_child(simulator);
    simulator->refused = WIFEXITED(status) && WEXITSTATUS(status) == COMMAND_BAD_INPUT;
    if (WIFSIGNALED(status)) {
        give_up(simulator, "%s was ended by signal %d at command '%.*s'", PROGRAM, WTERMSIG(status), length,
                command);
    } else {
        give_up(simulator, "%s ended with exit code %d at command '%.*s'", PROGRAM, WEXITSTATUS(status),
                length, command);
    }
}

bool simulator_process_ask(struct simulator_process *simulator, const char *command, char *line, size_t size)
{
    assert(simulator->child > 0);
    assert(line != NULL);
    const enum received received =
        send_line(simulator, command) ? receive_line(simulator, line, size) : RECEIVED_END;
    if (received == RECEIVED_NOTHING) {
        note_hang(simulator, command);
    } else if (received == RECEIVED_END) {
        note_end(simulator, command);
    }
    return received == RECEIVED_LINE;
}

void simulator_process_refuse_answer(struct simulator_process *simulator, const char *command,
                                     const char *line)
{
    assert(command != NULL);
    assert(line != NULL);
    give_up(simulator, "%s answered '%.160s' to command '%.*s'", PROGRAM, line, (int)strcspn(command, "\n"),
            command);
}

/* ---- files -------------------------------------------------------------------------------------- */

/* The EEPROM goes there and back in a file that is in memory, so that nothing of it can stay: this is its name in the
 * simulator, which has it open too. */
static void name_eeprom(const struct simulator_process *simulator, char name[NAME_SIZE])
{
    assert(simulator->eeprom >= 0);
    snprintf(name, NAME_SIZE, "/proc/self/fd/%d", simulator->eeprom);
}

/* Reads or writes the whole image at its beginning. */
static bool transfer(int descriptor, uint8_t *image, bool writes)
{
    const ssize_t all = SBMS_EEPROM_BYTES;
    assert(descriptor >= 0);
    const ssize_t done =
        writes ? pwrite(descriptor, image, (size_t)all, 0) : pread(descriptor, image, (size_t)all, 0);
    if (done != all && done >= 0) {
        errno = EIO;
    }
    return done == all;
}

bool simulator_process_read_eeprom(struct simulator_process *simulator, uint8_t eeprom[SBMS_EEPROM_BYTES])
{
    char name[NAME_SIZE];
    char command[NAME_SIZE + 20];
    char line[SIMULATOR_PROCESS_LINE_SIZE];
    assert(eeprom != NULL);
    name_eeprom(simulator, name);
    snprintf(command, sizeof command, "eeprom save %s\n", name);
    if (!simulator_process_ask(simulator, command, line, sizeof line)) {
        return false;
    }
    if (strcmp(line, "ok") != 0) {
        simulator_process_refuse_answer(simulator, command, line);
        return false;
    }
    if (!transfer(simulator->eeprom, eeprom, false)) {
        give_up(simulator, "cannot read what %s saved: %s", PROGRAM, strerror(errno));
        return false;
    }
    return true;
}

/* Makes a file of `eeprom` in memory. On failure prints why. */
static bool make_eeprom(struct simulator_process *simulator, uint8_t eeprom[SBMS_EEPROM_BYTES])
{
    simulator->eeprom = memfd_create("smallbms-eeprom", MFD_CLOEXEC);
    if (simulator->eeprom < 0 || !transfer(simulator->eeprom, eeprom, true)) {
        command_error("cannot make a file in memory: %s", strerror(errno));
        return false;
    }
    return true;
}

/* The path of `name` in the folder of this program; false, with a message printed, when that is not known. */
static bool find_beside(const char *name, char *path, size_t size)
{
    char self[PATH_MAX];
    const ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    self[length < 0 ? 0 : length] = '\0';
    char *slash = strrchr(self, '/');
    if (slash == NULL) {
        command_error("cannot tell where this program is, and so not where %s is", name);
        return false;
    }
    *slash = '\0';
    return (size_t)snprintf(path, size, "%s/%s", self, name) < size;
}

bool simulator_process_files(const char *image_given, char *program, char *image, size_t size)
{
    assert(program != NULL && image != NULL);
    if (!find_beside(PROGRAM, program, size)) {
        return false;
    }
    if (image_given == NULL) {
        return find_beside(IMAGE, image, size);
    }
    snprintf(image, size, "%s", image_given);
    return true;
}

/* Finds the simulator and the image, and that they can be used. */
static bool find_files(const char *image_given, char *program, char *image, size_t size)
{
    if (!simulator_process_files(image_given, program, image, size)) {
        return false;
    }
    if (access(program, X_OK) != 0) {
        command_error("--device avr needs %s: %s; 'make build' builds it", program, strerror(errno));
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

/* In the new process: becomes the simulator, with the socket `its` as standard input and output. It dies with its parent,
 * whatever that dies of, also while it hangs or is stopped. */
__attribute__((noreturn)) static void become(const struct simulator_process *simulator, int its, pid_t parent,
                                             char *const arguments[])
{
    assert(its > STDERR_FILENO);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent &&
        fcntl(simulator->eeprom, F_SETFD, 0) == 0 && dup2(its, STDIN_FILENO) >= 0 &&
        dup2(its, STDOUT_FILENO) >= 0) {
        execv(arguments[0], arguments);
    }
    command_error("cannot start %s: %s", arguments[0], strerror(errno));
    _exit(COMMAND_BAD_INPUT);
}

/* Starts the simulator and connects to it. On failure prints why. */
static bool connect_child(struct simulator_process *simulator, char *program, char *image, const char *corner)
{
    char eeprom_option[] = "--eeprom";
    char eeprom_name[NAME_SIZE];
    char corner_option[] = "--corner";
    char corner_name[CORNER_SIZE];
    name_eeprom(simulator, eeprom_name);
    snprintf(corner_name, sizeof corner_name, "%s", corner != NULL ? corner : "");
    char *const arguments[] = {
        program, eeprom_option, eeprom_name, image, corner != NULL ? corner_option : NULL, corner_name, NULL};
    int sockets[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0) {
        command_error("cannot make a socket: %s", strerror(errno));
        return false;
    }
    const pid_t parent = getpid();
    const pid_t child = fork();
    if (child == 0) {
        become(simulator, sockets[1], parent, arguments);
    }
    close(sockets[1]);
    if (child < 0) {
        command_error("cannot start %s: %s", program, strerror(errno));
        close(sockets[0]);
        return false;
    }
    simulator->child = child;
    simulator->socket = sockets[0];
    return true;
}

/* Waits until the image is about to take its first sample. On failure prints why. */
static bool start_image(struct simulator_process *simulator)
{
    static const char command[] = "start\n";
    char line[SIMULATOR_PROCESS_LINE_SIZE];
    if (simulator_process_ask(simulator, command, line, sizeof line)) {
        if (strncmp(line, "started ", strlen("started ")) == 0) {
            return true;
        }
        simulator_process_refuse_answer(simulator, command, line);
    }
    if (!simulator->refused) {
        command_error("%s", simulator->message);
    }
    return false;
}

bool simulator_process_start(struct simulator_process *simulator, const char *image, const char *corner,
                             uint8_t eeprom[SBMS_EEPROM_BYTES])
{
    char program[PATH_MAX];
    char image_path[PATH_MAX];
    assert(simulator != NULL);
    *simulator = (struct simulator_process){.socket = -1, .eeprom = -1};
    const bool started = find_files(image, program, image_path, sizeof image_path) &&
                         make_eeprom(simulator, eeprom) &&
                         connect_child(simulator, program, image_path, corner) && start_image(simulator);
    if (!started) {
        simulator_process_stop(simulator);
    }
    return started;
}

void simulator_process_stop(struct simulator_process *simulator)
{
    assert(simulator != NULL);
    if (simulator->child > 0) {
        kill(simulator->child, SIGKILL);
        while (waitpid(simulator->child, NULL, 0) < 0 && errno == EINTR) {
        }
        forget_child(simulator);
    }
    if (simulator->eeprom > 0) {
        close(simulator->eeprom);
        simulator->eeprom = -1;
    }
}
