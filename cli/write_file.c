/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* for fopencookie(), memfd_create(), O_TMPFILE; NOLINT(bugprone-reserved-identifier) */
#include "cli/write_file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define COPY_SIZE 65536
#define FIFO_TRIES 40           /* to find a reader at its other end, 2 s together */
#define FIFO_PAUSE_NS 50000000L /* between them */
#define NAMES_MAX 1000          /* that are tried for one that is free */
#define PERMISSIONS ((mode_t)07777)
#define NEW_PERMISSIONS ((mode_t)0666) /* less the user's mask */

/* ---- writing ------------------------------------------------------------------------------------ */

static bool write_all(int descriptor, const char *data, size_t size)
{
    while (size > 0) {
        const ssize_t written = write(descriptor, data, size);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            return false;
        }
        data += written;
        size -= (size_t)written;
    }
    return true;
}

/* What the stream calls. The C library forgets why a write failed, so it is noted here; 0 is its word for a failure. */
static ssize_t write_cookie(void *cookie, const char *data, size_t size)
{
    struct write_file *file = cookie;
    if (file->failure == 0 && !write_all(file->descriptor, data, size)) {
        file->failure = errno;
    }
    return file->failure == 0 ? (ssize_t)size : 0;
}

/* ---- opening ------------------------------------------------------------------------------------ */

/* Opens a file without a name in `folder`, or in memory. */
static bool open_in(struct write_file *file, const char *folder)
{
    file->stage = WRITE_FILE_FOLDER;
    file->descriptor = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, NEW_PERMISSIONS);
    if (file->descriptor < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
        file->stage = WRITE_FILE_MEMORY;
        file->descriptor = access(folder, W_OK | X_OK) == 0 ? memfd_create("smallbms", MFD_CLOEXEC) : -1;
    }
    return file->descriptor >= 0;
}

static bool open_nameless(struct write_file *file)
{
    char folder[PATH_MAX];
    const struct place *place = &file->place;
    if (place->exists && access(place->path, W_OK) != 0) {
        return false; /* a file that is write-protected is not replaced behind its owner's back */
    }
    const char *slash = strrchr(place->path, '/');
    assert(slash != NULL);
    snprintf(folder, sizeof folder, "%.*s", (int)(slash - place->path) + 1, place->path);
    return open_in(file, folder) && (!place->exists || file->stage == WRITE_FILE_MEMORY ||
                                     fchmod(file->descriptor, place->mode & PERMISSIONS) == 0);
}

/* Opens a FIFO, for which its reader must come soon: one that was started together with this program may be late. */
static bool open_fifo(struct write_file *file)
{
    const struct timespec pause = {.tv_nsec = FIFO_PAUSE_NS};
    for (int i = 0; i < FIFO_TRIES; i++) {
        file->descriptor = open(file->place.path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
        if (file->descriptor >= 0) {
            return fcntl(file->descriptor, F_SETFL, O_WRONLY) == 0; /* it waits while the reader is slow */
        }
        if (errno != ENXIO) {
            return false;
        }
        nanosleep(&pause, NULL);
    }
    errno = EPIPE;
    return false;
}

static bool open_direct(struct write_file *file)
{
    file->stage = WRITE_FILE_DIRECT;
    if (S_ISFIFO(file->place.mode)) {
        return open_fifo(file);
    }
    file->descriptor = open(file->place.path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
    return file->descriptor >= 0;
}

bool write_file_open(struct write_file *file, const char *path)
{
    assert(file != NULL);
    assert(path != NULL);
    *file = (struct write_file){.descriptor = -1};
    if (!place_find(&file->place, path)) {
        return false;
    }
    const bool is_regular = !file->place.exists || S_ISREG(file->place.mode);
    if (is_regular ? open_nameless(file) : open_direct(file)) {
        file->stream = fopencookie(file, "w", (cookie_io_functions_t){.write = write_cookie});
    }
    if (file->stream == NULL) {
        write_file_discard(file);
        return false;
    }
    return true;
}

/* ---- putting it in its place -------------------------------------------------------------------- */

/* Gives the file without a name this one, if it is free. */
static bool link_to(const struct write_file *file, const char *name)
{
    char self[40];
    assert(file->stage == WRITE_FILE_FOLDER);
    snprintf(self, sizeof self, "/proc/self/fd/%d", file->descriptor);
    return linkat(AT_FDCWD, self, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0;
}

static bool copy(int from, int to)
{
    char data[COPY_SIZE];
    off_t offset = 0;
    ssize_t size = pread(from, data, sizeof data, offset);
    while (size > 0 && write_all(to, data, (size_t)size)) {
        offset += size;
        size = pread(from, data, sizeof data, offset);
    }
    return size == 0;
}

/* Makes a copy of the file under this name, if it is free. */
static bool copy_to(const struct write_file *file, const char *name)
{
    const int descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, NEW_PERMISSIONS);
    if (descriptor < 0) {
        return false;
    }
    bool good = (!file->place.exists || fchmod(descriptor, file->place.mode & PERMISSIONS) == 0) &&
                copy(file->descriptor, descriptor) && fsync(descriptor) == 0;
    int reason = errno;
    if (close(descriptor) != 0 && good) {
        good = false;
        reason = errno;
    }
    if (!good) {
        unlink(name);
        errno = reason;
    }
    return good;
}

/* Gives the file, or a copy of it, this name, if it is free. */
static bool name_it(const struct write_file *file, const char *name)
{
    if (file->stage == WRITE_FILE_FOLDER) {
        if (link_to(file, name)) {
            return true;
        }
        if (errno == EEXIST) {
            return false;
        } /* else there is no /proc to link it by */
    }
    return copy_to(file, name);
}

/* Gives the file a free name in the folder of its place, and renames it from there. */
static bool replace(const struct write_file *file)
{
    char name[PATH_MAX + 32];
    const int folder = (int)(strrchr(file->place.path, '/') - file->place.path);
    bool named = false;
    errno = EEXIST;
    for (unsigned i = 0; !named && errno == EEXIST && i < NAMES_MAX; i++) {
        snprintf(name, sizeof name, "%.*s/.smallbms.%06lx", folder, file->place.path,
                 ((unsigned long)getpid() * NAMES_MAX + i) & 0xFFFFFFu);
        named = name_it(file, name);
    }
    if (!named) {
        return false;
    }
    if (rename(name, file->place.path) != 0) {
        const int reason = errno;
        unlink(name);
        errno = reason;
        return false;
    }
    return true;
}

/* With all signals held back, so that none leaves the other name. */
static bool put_in_place(const struct write_file *file)
{
    sigset_t all;
    sigset_t held;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &held);
    const bool is_new = !file->place.exists && file->stage == WRITE_FILE_FOLDER;
    const bool placed = (is_new && link_to(file, file->place.path)) || replace(file);
    const int reason = errno;
    sigprocmask(SIG_SETMASK, &held, NULL);
    errno = reason;
    return placed;
}

bool write_file_finish(struct write_file *file)
{
    assert(file != NULL);
    assert(file->stage != WRITE_FILE_CLOSED);
    if (file->stream != NULL) {
        const bool has_failed = ferror(file->stream) != 0;
        const bool closed = fclose(file->stream) == 0; /* which leaves the descriptor open */
        file->stream = NULL;
        if (file->failure == 0 && (has_failed || !closed)) {
            file->failure = EIO;
        }
        if (file->failure == 0 && file->stage == WRITE_FILE_FOLDER && fsync(file->descriptor) != 0) {
            file->failure = errno;
        }
    }
    errno = file->failure;
    return file->failure == 0;
}

bool write_file_commit(struct write_file *file)
{
    assert(file != NULL);
    bool placed = write_file_finish(file);
    if (placed && file->stage == WRITE_FILE_DIRECT) {
        placed = close(file->descriptor) == 0;
        file->descriptor = -1;
    } else if (placed) {
        placed = put_in_place(file);
    }
    write_file_discard(file);
    return placed;
}

void write_file_discard(struct write_file *file)
{
    assert(file != NULL);
    const int reason = errno;
    if (file->stream != NULL) {
        fclose(file->stream);
    }
    if (file->stage != WRITE_FILE_CLOSED && file->descriptor >= 0) {
        close(file->descriptor);
    }
    *file = (struct write_file){.descriptor = -1};
    errno = reason;
}
