/* SPDX-License-Identifier: Apache-2.0 */
#define _XOPEN_SOURCE 700 /* for realpath(); NOLINT(bugprone-reserved-identifier) */
#include "cli/write_file.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Names that a signal's handler has to remove; a pointer is set or cleared with all signals held back. */
static char *pending[WRITE_FILES_MAX];

static const int ending_signals[] = {SIGHUP, SIGINT, SIGPIPE, SIGTERM, SIGABRT};
#define ENDING_SIGNALS (sizeof ending_signals / sizeof ending_signals[0])

static void remove_pending(int signal_number)
{
    for (size_t i = 0; i < WRITE_FILES_MAX; i++) {
        if (pending[i] != NULL) {
            unlink(pending[i]);
        }
    }
    raise(signal_number); /* SA_RESETHAND: this time it ends the program */
}

static void install_handlers(void)
{
    static bool installed = false;
    if (installed) {
        return;
    }
    installed = true;
    for (size_t i = 0; i < ENDING_SIGNALS; i++) {
        struct sigaction present;
        struct sigaction action = {.sa_handler = remove_pending, .sa_flags = (int)SA_RESETHAND};
        sigemptyset(&action.sa_mask);
        /* one that is ignored, as under nohup, stays so */
        if (sigaction(ending_signals[i], NULL, &present) == 0 && present.sa_handler == SIG_DFL) {
            sigaction(ending_signals[i], &action, NULL);
        }
    }
}

/* Replaces `before` by `after` in the table of pending names; false: `before` is not in it. */
static bool replace_pending(const char *before, char *after)
{
    assert(before != after);
    sigset_t all;
    sigset_t held;
    bool found = false;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &held);
    for (size_t i = 0; i < WRITE_FILES_MAX && !found; i++) {
        if (pending[i] == before) {
            pending[i] = after;
            found = true;
        }
    }
    sigprocmask(SIG_SETMASK, &held, NULL);
    return found;
}

static char *join(const char *beginning, const char *end)
{
    char *text = malloc(strlen(beginning) + strlen(end) + 1);
    if (text != NULL) {
        strcpy(text, beginning);
        strcat(text, end);
    }
    return text;
}

/* The permissions of the file that will be replaced, or what the user's mask gives a new one. */
static mode_t wanted_mode(const struct stat *existing)
{
    if (existing != NULL) {
        return existing->st_mode & 07777;
    }
    mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

/* Opens the name beside the place and remembers it until it is renamed or removed. */
static bool open_beside(struct write_file *file, const struct stat *existing)
{
    if (existing != NULL && access(file->path, W_OK) != 0) {
        return false; /* a file that is write-protected is not replaced behind its owner's back */
    }
    file->temporary = join(file->path, ".XXXXXX");
    if (file->temporary == NULL) {
        return false;
    }
    install_handlers();
    int descriptor = mkstemp(file->temporary);
    if (descriptor < 0) {
        int reason = errno;
        free(file->temporary);
        file->temporary = NULL;
        errno = reason;
        return false;
    }
    bool remembered = replace_pending(NULL, file->temporary);
    assert(remembered); /* no more than WRITE_FILES_MAX */
    (void)remembered;
    if (fchmod(descriptor, wanted_mode(existing)) == 0) {
        file->stream = fdopen(descriptor, "w");
    }
    if (file->stream == NULL) {
        int reason = errno;
        close(descriptor);
        errno = reason;
    }
    return file->stream != NULL;
}

static bool open_place(struct write_file *file)
{
    file->stream = fopen(file->path, "w");
    return file->stream != NULL;
}

bool write_file_open(struct write_file *file, const char *path)
{
    assert(file != NULL);
    assert(path != NULL);
    *file = (struct write_file){0};
    struct stat existing;
    bool exists = stat(path, &existing) == 0;
    if (path[0] == '\0' || (!exists && errno != ENOENT)) {
        return false; /* an empty path is ENOENT too */
    }
    bool opened = false;
    if (!exists) {
        file->path = strdup(path);
        opened = file->path != NULL && open_beside(file, NULL);
    } else if (S_ISREG(existing.st_mode)) {
        file->path = realpath(path, NULL);
        opened = file->path != NULL && open_beside(file, &existing);
    } else {
        file->path = strdup(path);
        opened = file->path != NULL && open_place(file);
    }
    if (!opened) {
        write_file_discard(file);
    }
    return opened;
}

/* Everything that has been written is with the system, and for a file that will be renamed on the disk. */
static bool is_whole(const struct write_file *file)
{
    assert(file->stream != NULL);
    if (fflush(file->stream) != 0) {
        return false;
    }
    if (ferror(file->stream) != 0) {
        errno = EIO; /* an earlier write failed, its reason is gone */
        return false;
    }
    return file->temporary == NULL || fsync(fileno(file->stream)) == 0;
}

bool write_file_commit(struct write_file *file)
{
    assert(file != NULL);
    assert(file->path != NULL);
    bool placed = false;
    if (is_whole(file)) {
        placed = fclose(file->stream) == 0;
        file->stream = NULL;
    }
    if (placed && file->temporary != NULL) {
        placed = rename(file->temporary, file->path) == 0;
    }
    if (placed && file->temporary != NULL) {
        replace_pending(file->temporary, NULL); /* the name is gone: nothing to remove */
        free(file->temporary);
        file->temporary = NULL;
    }
    write_file_discard(file);
    return placed;
}

void write_file_discard(struct write_file *file)
{
    assert(file != NULL);
    int reason = errno;
    if (file->stream != NULL) {
        fclose(file->stream);
    }
    if (file->temporary != NULL) {
        unlink(file->temporary);
        bool forgotten = replace_pending(file->temporary, NULL);
        assert(forgotten);
        (void)forgotten;
    }
    free(file->temporary);
    free(file->path);
    *file = (struct write_file){0};
    errno = reason;
}
