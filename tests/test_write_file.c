/* SPDX-License-Identifier: Apache-2.0 */
/* Result files are whole or not there, and what stood in their place stays until they are. */
#define _GNU_SOURCE /* for O_TMPFILE */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/write_file.h"
#include "tests/files.h"

#define FILES 8u /* open at the same time */

static char folder[] = "test_write_file.XXXXXX"; /* where the test is run */

static void expect_text(const char *path, const char *text)
{
    char read[100];
    assert_true(files_read(path, read, sizeof read));
    assert_string_equal(read, text);
}

static mode_t mode_of(const char *path)
{
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    return status.st_mode & 07777;
}

static int enter_new_folder(void **state)
{
    (void)state;
    strcpy(folder + strlen(folder) - 6, "XXXXXX");
    return mkdtemp(folder) != NULL ? chdir(folder) : -1;
}

/* Fails the test when a file is left that it did not remove. */
static int leave_folder(void **state)
{
    (void)state;
    return chdir("..") == 0 ? rmdir(folder) : -1;
}

static void a_new_file_appears_when_committed(void **state)
{
    (void)state;
    struct write_file file;
    mode_t mask = umask(027);
    assert_true(write_file_open(&file, "new"));
    fputs("whole", file.stream);
    fflush(file.stream);
    assert_int_equal(access("new", F_OK), -1);
    assert_true(write_file_commit(&file));
    umask(mask);
    assert_null(file.stream);
    expect_text("new", "whole");
    assert_int_equal(mode_of("new"), 0640);
    assert_int_equal(files_count(), 1);
    unlink("new");
}

static void an_existing_file_stays_until_then(void **state)
{
    (void)state;
    struct write_file file;
    files_put("old", "before");
    chmod("old", 0604);
    assert_true(write_file_open(&file, "old"));
    fputs("after", file.stream);
    fflush(file.stream);
    expect_text("old", "before");
    assert_true(write_file_commit(&file));
    expect_text("old", "after");
    assert_int_equal(mode_of("old"), 0604);
    assert_int_equal(files_count(), 1);
    unlink("old");
}

static void a_discarded_file_leaves_nothing(void **state)
{
    (void)state;
    struct write_file file;
    files_put("old", "before");
    assert_true(write_file_open(&file, "old"));
    fputs("after", file.stream);
    write_file_discard(&file);
    write_file_discard(&file);
    expect_text("old", "before");
    assert_int_equal(files_count(), 1);
    unlink("old");
}

/* The disk is full at the second of two pages; `until_commit`: it has room again when the file is ended. */
static void fill_disk(bool until_commit)
{
    struct write_file file;
    struct rlimit before;
    files_put("old", "before");
    assert_true(write_file_open(&file, "old"));
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    struct rlimit limit = {4096, before.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    for (int i = 0; i < 100000; i++) {
        fputc('x', file.stream);
    }
    if (until_commit) {
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    }
    bool committed = write_file_commit(&file);
    int reason = errno;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_false(committed);
    assert_int_equal(reason, EFBIG);
    expect_text("old", "before");
    assert_int_equal(files_count(), 1);
    unlink("old");
}

static void a_full_disk_leaves_the_old_file(void **state)
{
    (void)state;
    fill_disk(false);
}

static void a_disk_that_was_full_leaves_the_old_file(void **state)
{
    (void)state;
    fill_disk(true);
}

static void a_place_that_cannot_be_is_refused_at_once(void **state)
{
    (void)state;
    struct write_file file;
    assert_false(write_file_open(&file, "missing/new"));
    assert_int_equal(errno, ENOENT);
    assert_null(file.stream);
    assert_false(write_file_open(&file, "."));
    assert_int_equal(errno, EISDIR);
    assert_false(write_file_open(&file, ""));
    files_put("old", "before");
    assert_false(write_file_open(&file, "old/new"));
    assert_int_equal(errno, ENOTDIR);
    assert_int_equal(files_count(), 1);
    unlink("old");
}

static void a_link_stays_a_link(void **state)
{
    (void)state;
    struct write_file file;
    struct stat status;
    files_put("target", "before");
    assert_int_equal(symlink("target", "link"), 0);
    assert_true(write_file_open(&file, "link"));
    fputs("after", file.stream);
    assert_true(write_file_commit(&file));
    assert_int_equal(lstat("link", &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    expect_text("target", "after");
    assert_int_equal(files_count(), 2);
    unlink("link");
    unlink("target");
}

/* As a link whose target is there: the target is made, and the link stays. */
static void a_link_to_nothing_stays_a_link(void **state)
{
    (void)state;
    struct write_file file;
    struct stat status;
    assert_int_equal(mkdir("below", 0700), 0);
    assert_int_equal(symlink("below/second", "first"), 0);
    assert_int_equal(symlink("../target", "below/second"), 0);
    assert_true(write_file_open(&file, "first"));
    fputs("text", file.stream);
    assert_true(write_file_commit(&file));
    assert_int_equal(lstat("first", &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    assert_int_equal(lstat("below/second", &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    assert_int_equal(lstat("target", &status), 0);
    assert_true(S_ISREG(status.st_mode));
    expect_text("first", "text");
    assert_int_equal(files_count(), 3);
    unlink("below/second");
    rmdir("below");
    unlink("first");
    unlink("target");
}

static void a_link_to_nowhere_is_refused_at_once(void **state)
{
    (void)state;
    struct write_file file;
    assert_int_equal(symlink("missing/target", "astray"), 0);
    assert_int_equal(symlink("round", "circle"), 0);
    assert_int_equal(symlink("circle", "round"), 0);
    assert_int_equal(symlink("folder/", "slash"), 0);
    assert_false(write_file_open(&file, "astray"));
    assert_int_equal(errno, ENOENT);
    assert_false(write_file_open(&file, "circle"));
    assert_int_equal(errno, ELOOP);
    assert_false(write_file_open(&file, "slash"));
    assert_int_equal(errno, EISDIR);
    assert_int_equal(files_count(), 4);
    unlink("astray");
    unlink("circle");
    unlink("round");
    unlink("slash");
}

/* What failed first is what is told, whatever fails or works after it. */
static void a_full_device_is_called_full(void **state)
{
    (void)state;
    struct write_file file;
    assert_true(write_file_open(&file, "/dev/full"));
    for (int i = 0; i < 100000; i++) {
        fputc('x', file.stream);
    }
    assert_false(write_file_commit(&file));
    assert_int_equal(errno, ENOSPC);
}

/* From now on this process has a file system without files that have no name, or no /proc. */
static void forbid(unsigned call, unsigned argument, unsigned flag, unsigned reason)
{
    struct sock_filter instructions[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)(offsetof(struct seccomp_data, args) + 8u * argument)),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, flag, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | reason),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = {sizeof instructions / sizeof instructions[0], instructions};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
        _exit(100);
    }
}

/* Writes a new file and over an existing one, as a child that is to end with 0. */
static void write_both(void)
{
    struct write_file files[2];
    bool good = write_file_open(&files[0], "old") && write_file_open(&files[1], "new") && files_count() == 1;
    good = good && fputs("after", files[0].stream) >= 0 && fputs("whole", files[1].stream) >= 0;
    good = good && write_file_finish(&files[0]) && write_file_finish(&files[1]) && files_count() == 1;
    good = good && write_file_commit(&files[0]) && write_file_commit(&files[1]);
    _exit(good ? 0 : 1);
}

static void any_file_system_will_do(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        int status = 0;
        files_put("old", "before");
        chmod("old", 0604);
        const mode_t mask = umask(027);
        const pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0 && i == 0) {
            forbid(SYS_openat, 2, O_TMPFILE & ~O_DIRECTORY, EOPNOTSUPP);
            write_both();
        } else if (child == 0) {
            forbid(SYS_linkat, 4, AT_SYMLINK_FOLLOW, ENOENT);
            write_both();
        }
        umask(mask);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(status, 0);
        expect_text("old", "after");
        expect_text("new", "whole");
        assert_int_equal(mode_of("old"), 0604);
        assert_int_equal(mode_of("new"), 0640);
        assert_int_equal(files_count(), 2);
        unlink("old");
        unlink("new");
    }
}

/* Renaming over a pipe or a device would cut off whoever reads it, or break the machine. */
static void a_pipe_is_written_to_and_not_replaced(void **state)
{
    (void)state;
    struct write_file file;
    struct stat status;
    char read_back[10] = "";
    assert_int_equal(mkfifo("pipe", 0600), 0);
    int reader = open("pipe", O_RDONLY | O_NONBLOCK);
    assert_true(reader >= 0);
    assert_true(write_file_open(&file, "pipe"));
    fputs("text", file.stream);
    assert_true(write_file_commit(&file));
    assert_int_equal(read(reader, read_back, sizeof read_back), 4);
    assert_string_equal(read_back, "text");
    close(reader);
    assert_int_equal(stat("pipe", &status), 0);
    assert_true(S_ISFIFO(status.st_mode));
    unlink("pipe");
}

/* Ctrl-C, and whatever else ends a program, between opening and committing. */
static void a_signal_leaves_nothing(void **state)
{
    (void)state;
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGABRT};
    files_put("old", "before");
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            struct write_file files[2];
            bool opened = write_file_open(&files[0], "old") && write_file_open(&files[1], "new");
            raise(opened ? signals[i] : SIGKILL);
            _exit(1);
        }
        int status = 0;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        assert_int_equal(WTERMSIG(status), signals[i]);
        assert_int_equal(files_count(), 1);
    }
    expect_text("old", "before");
    unlink("old");
}

static void many_files_at_once(void **state)
{
    (void)state;
    struct write_file files[FILES];
    for (int round = 0; round < 3; round++) {
        char name[] = "a";
        for (size_t i = 0; i < FILES; i++, name[0]++) {
            assert_true(write_file_open(&files[i], name));
        }
        assert_int_equal(files_count(), round == 0 ? 0 : FILES);
        for (size_t i = 0; i < FILES; i++) {
            assert_true(write_file_commit(&files[i]));
        }
        assert_int_equal(files_count(), FILES);
    }
    char name[] = "a";
    for (size_t i = 0; i < FILES; i++, name[0]++) {
        unlink(name);
    }
}

#define IN_NEW_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter_new_folder, leave_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_NEW_FOLDER(a_new_file_appears_when_committed),
        IN_NEW_FOLDER(an_existing_file_stays_until_then),
        IN_NEW_FOLDER(a_discarded_file_leaves_nothing),
        IN_NEW_FOLDER(a_full_disk_leaves_the_old_file),
        IN_NEW_FOLDER(a_disk_that_was_full_leaves_the_old_file),
        IN_NEW_FOLDER(a_place_that_cannot_be_is_refused_at_once),
        IN_NEW_FOLDER(a_link_stays_a_link),
        IN_NEW_FOLDER(a_link_to_nothing_stays_a_link),
        IN_NEW_FOLDER(a_link_to_nowhere_is_refused_at_once),
        IN_NEW_FOLDER(a_full_device_is_called_full),
        IN_NEW_FOLDER(any_file_system_will_do),
        IN_NEW_FOLDER(a_pipe_is_written_to_and_not_replaced),
        IN_NEW_FOLDER(a_signal_leaves_nothing),
        IN_NEW_FOLDER(many_files_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
