/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/avr/simulator_process.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
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

#define PROGRAM "smallbms-avr"
#define IMAGE "firmware/smallbms-product.elf"
#define CORNER_SIZE 100
#define SCRATCH_NAME "/smallbms.XXXXXX"
#define SCRATCH_SIZE 512
#define SCRATCH_FOLDER "/tmp" /* for mkstemp(), when TMPDIR names none */

extern char **environ;

/* ---- a line there, a line back ---------------------------------------------------------------------- */

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

/* Receives one line and leaves it without its end; of one that is too long, the beginning. There is never more than one
 * on the way. false: the simulator has ended. */
static bool receive_line(const struct simulator_process *simulator, char *line, size_t size)
{
    size_t length = 0;
    assert(size > 1);
    do {
        const ssize_t received = recv(simulator->socket, line + length, size - 1 - length, 0);
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

/* The child has closed its end of the socket, so it has ended or is about to: notes how. */
static void note_end(struct simulator_process *simulator, const char *command)
{
    int status = 0;
    const int length = (int)strcspn(command, "\n");
    close(simulator->socket);
    while (waitpid(simulator->child, &status, 0) < 0 && errno == EINTR) {
    }
    simulator->child = 0;
    simulator->socket = -1;
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
    if (!send_line(simulator, command) || !receive_line(simulator, line, size)) {
        note_end(simulator, command);
        return false;
    }
    return true;
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
    const ssize_t done =
        writes ? pwrite(descriptor, image, (size_t)all, 0) : pread(descriptor, image, (size_t)all, 0);
    if (done != all && done >= 0) {
        errno = EIO;
    }
    return done == all;
}

bool simulator_process_read_eeprom(struct simulator_process *simulator, uint8_t eeprom[SBMS_EEPROM_BYTES])
{
    char path[SCRATCH_SIZE];
    char command[SCRATCH_SIZE + 20];
    char line[SIMULATOR_PROCESS_LINE_SIZE];
    assert(eeprom != NULL);
    const int descriptor = open_scratch(path);
    if (descriptor < 0) {
        give_up(simulator, "cannot make a temporary file: %s", strerror(errno));
        return false;
    }
    close(descriptor); /* the simulator puts another file in its place */
    snprintf(command, sizeof command, "eeprom save %s\n", path);
    bool good = simulator_process_ask(simulator, command, line, sizeof line);
    if (good && strcmp(line, "ok") != 0) {
        simulator_process_refuse_answer(simulator, command, line);
        good = false;
    }
    const int saved = good ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (good && (saved < 0 || !transfer(saved, eeprom, false))) {
        give_up(simulator, "cannot read what %s saved: %s", PROGRAM, strerror(errno));
        good = false;
    }
    if (saved >= 0) {
        close(saved);
    }
    unlink(path);
    return good;
}

/* Makes a file of `eeprom`; the caller removes it. On failure prints why. */
static bool make_eeprom(uint8_t eeprom[SBMS_EEPROM_BYTES], char path[SCRATCH_SIZE])
{
    const int descriptor = open_scratch(path);
    const bool good = descriptor >= 0 && transfer(descriptor, eeprom, true);
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

/* Finds the simulator and the image. */
static bool find_files(const char *image_given, char *program, char *image, size_t size)
{
    if (!find_beside(PROGRAM, program, size)) {
        return false;
    }
    if (access(program, X_OK) != 0) {
        command_error("--device avr needs %s: %s; 'make build' builds it", program, strerror(errno));
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
static bool connect_child(struct simulator_process *simulator, char *program, char *eeprom, char *image,
                          const char *corner)
{
    char eeprom_option[] = "--eeprom";
    char corner_option[] = "--corner";
    char corner_name[CORNER_SIZE];
    snprintf(corner_name, sizeof corner_name, "%s", corner != NULL ? corner : "");
    char *const arguments[] = {
        program, eeprom_option, eeprom, image, corner != NULL ? corner_option : NULL, corner_name, NULL};
    int sockets[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) != 0) {
        command_error("cannot make a socket: %s", strerror(errno));
        return false;
    }
    fcntl(sockets[0], F_SETFD, FD_CLOEXEC);
    fcntl(sockets[1], F_SETFD, FD_CLOEXEC);
    const int error = spawn(&simulator->child, sockets[1], arguments);
    close(sockets[1]);
    if (error != 0) {
        close(sockets[0]);
        simulator->child = 0;
        command_error("cannot start %s: %s", program, strerror(error));
        return false;
    }
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
    char eeprom_path[SCRATCH_SIZE];
    assert(simulator != NULL);
    *simulator = (struct simulator_process){.socket = -1};
    if (!find_files(image, program, image_path, sizeof image_path) || !make_eeprom(eeprom, eeprom_path)) {
        return false;
    }
    const bool started =
        connect_child(simulator, program, eeprom_path, image_path, corner) && start_image(simulator);
    unlink(eeprom_path); /* the simulator has read it */
    if (!started) {
        simulator_process_stop(simulator);
    }
    return started;
}

void simulator_process_stop(struct simulator_process *simulator)
{
    assert(simulator != NULL);
    if (simulator->child > 0) {
        close(simulator->socket);
        kill(simulator->child, SIGKILL);
        while (waitpid(simulator->child, NULL, 0) < 0 && errno == EINTR) {
        }
        simulator->child = 0;
        simulator->socket = -1;
    }
}
