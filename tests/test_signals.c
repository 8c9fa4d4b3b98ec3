/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A signal after each system call of a run, SIGKILL and another one in turn: the outputs are as they were before, or whole,
 * and nothing else is left in their folder.
 */
#define _DEFAULT_SOURCE /* for SIGPOLL, SIGRTMIN */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/files.h"

#define TEXT_SIZE 65536
#define SCRATCH ".smallbms." /* how the name begins by which a file is replaced */

static char folder[] = "test_signals.XXXXXX";

/* ---- the folder ---------------------------------------------------------------------------------- */

/* Removes what is there besides the scenario and the two outputs; returns how many of it had a name for replacing, and
 * fails the test at any other. */
static unsigned count_left(void)
{
    static const char *const known[] = {".", "..", "a.yaml", "new", "kept"};
    unsigned left = 0;
    DIR *directory = opendir(".");
    assert_non_null(directory);
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        bool is_known = false;
        for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
            is_known = is_known || strcmp(entry->d_name, known[i]) == 0;
        }
        if (is_known) {
            continue;
        }
        if (strncmp(entry->d_name, SCRATCH, strlen(SCRATCH)) != 0) {
            fail_msg("%s is left", entry->d_name);
        }
        unlink(entry->d_name);
        left++;
    }
    closedir(directory);
    return left;
}

/* ---- one run -------------------------------------------------------------------------------------- */

static void become_command(void)
{
    const struct rlimit no_core = {0, 0};
    const int nowhere = open("/dev/null", O_RDWR);
    setrlimit(RLIMIT_CORE, &no_core);
    if (nowhere >= 0 && dup2(nowhere, STDOUT_FILENO) >= 0 && dup2(nowhere, STDERR_FILENO) >= 0 &&
        ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0) {
        execl(SMALLBMS_PATH, "smallbms", "run", "a.yaml", "--csv", "new", "--json", "kept", (char *)NULL);
    }
    _exit(100);
}

static int wait_for(pid_t child)
{
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

/* Runs the command and sends it the signal after its `call`-th system call. Returns how it ended; `*ended_before`: it had
 * not so many. */
static int run_until(unsigned call, int signal_number, bool *ended_before)
{
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        become_command();
    }
    int status = wait_for(child); /* at its exec */
    if (!WIFSTOPPED(status)) {
        fail_msg("the command cannot be run and traced (ptrace): status %x", (unsigned)status);
    }
    for (unsigned i = 0; i < 2 * call && WIFSTOPPED(status); i++) { /* into the call, and out of it */
        assert_int_equal(ptrace(PTRACE_SYSCALL, child, NULL, NULL), 0);
        status = wait_for(child);
    }
    *ended_before = !WIFSTOPPED(status);
    if (*ended_before) {
        return status;
    }
    assert_int_equal(kill(child, signal_number), 0);
    (void)ptrace(PTRACE_DETACH, child, NULL, NULL); /* SIGKILL may have been faster */
    return wait_for(child);
}

/* ---- the test --------------------------------------------------------------------------------------- */

static char whole_new[TEXT_SIZE];
static char whole_kept[TEXT_SIZE];
static bool has_new; /* since the last time that they were put back */
static bool has_replaced;

/* Checks what a run left and puts it back; returns how many names for replacing there were. */
static unsigned check(unsigned call, int signal_number)
{
    static char text[TEXT_SIZE];
    has_new = files_read("new", text, TEXT_SIZE);
    if (has_new && strcmp(text, whole_new) != 0) {
        fail_msg("signal %d after system call %u: new is not whole", signal_number, call);
    }
    assert_true(files_read("kept", text, TEXT_SIZE));
    has_replaced = strcmp(text, "as it was") != 0;
    if (has_replaced && strcmp(text, whole_kept) != 0) {
        fail_msg("signal %d after system call %u: kept is neither old nor whole", signal_number, call);
    }
    if (has_new) {
        unlink("new");
    }
    if (has_replaced) {
        files_put("kept", "as it was");
    }
    return count_left();
}

/* Whether Ctrl-C came while the run was going on, or its results were written. In the first case what there is was computed until
 * then, and is put back; in the second it is whole, which check() looks at. */
static bool was_interrupted(int status, int signal_number)
{
    static char text[TEXT_SIZE];
    if (signal_number != SIGINT || !WIFEXITED(status) || WEXITSTATUS(status) != 130) {
        return false;
    }
    assert_true(files_read("kept", text, TEXT_SIZE));
    if (strstr(text, "\"cut_short\":true") != NULL) {
        unlink("new");
        files_put("kept", "as it was");
    } else {
        assert_string_equal(text, whole_kept);
    }
    return true;
}

/* Ctrl-C ends the command where nothing has been computed yet, and from then on leaves results. */
static void interrupt_after(unsigned call, bool *has_begun)
{
    bool ended_before = false;
    const int status = run_until(call, SIGINT, &ended_before);
    const bool interrupted = was_interrupted(status, SIGINT);
    *has_begun = *has_begun || interrupted;
    if (!ended_before && !interrupted && status != 0 && (*has_begun || !WIFSIGNALED(status))) {
        fail_msg("SIGINT after system call %u: status %x", call, (unsigned)status);
    }
    (void)check(call, SIGINT);
    assert_true(status != 0 || (has_new && has_replaced));
}

static void a_signal_after_each_system_call(void **state)
{
    (void)state;
    const int signals[] = {SIGINT,  SIGTERM, SIGHUP,  SIGPIPE, SIGQUIT, SIGALRM, SIGUSR1, SIGABRT,
                           SIGSEGV, SIGXCPU, SIGXFSZ, SIGPROF, SIGPOLL, SIGSYS,  SIGBUS,  SIGRTMIN};
    unsigned left_by_kill = 0;
    unsigned runs_with_new = 0;
    unsigned runs_replaced = 0;
    bool ended_before = false;
    bool has_begun = false; /* a run, as far as Ctrl-C is concerned */
    unsigned call = 1;
    for (; !ended_before; call++) {
        const int other = signals[call % (sizeof signals / sizeof signals[0])];
        int status = run_until(call, other, &ended_before);
        if (!ended_before && !was_interrupted(status, other) &&
            !(WIFSIGNALED(status) && WTERMSIG(status) == other)) {
            fail_msg("signal %d after system call %u did not end it: status %x", other, call,
                     (unsigned)status);
        }
        if (check(call, other) > 0) {
            fail_msg("signal %d after system call %u: a scratch file is left", other, call);
        }
        runs_with_new += has_new && !ended_before ? 1 : 0;
        if (!ended_before) {
            (void)run_until(call, SIGKILL, &ended_before);
            left_by_kill += check(call, SIGKILL);
            runs_replaced += has_replaced && !ended_before ? 1 : 0;
            interrupt_after(call, &has_begun);
        }
    }
    assert_true(has_begun);
    print_message("%u system calls; SIGKILL left %u name\n", call, left_by_kill);
    assert_true(runs_with_new > 0 && runs_replaced > 0); /* signals came before, between and after */
    assert_true(left_by_kill <= 1); /* between the name and the renaming, which no program can hold back */
}

static int enter_new_folder(void **state)
{
    (void)state;
    bool ended_before = false;
    if (mkdtemp(folder) == NULL || chdir(folder) != 0) {
        return -1;
    }
    files_put("a.yaml", "title: t\nrun: {duration: 10 s}\n"
                        "bank: {battery: 12.8 V, capacity_ah: 50, state_of_charge_pct: 80}\n");
    files_put("kept", "as it was");
    if (run_until(1000000, SIGKILL, &ended_before) != 0 || !files_read("new", whole_new, TEXT_SIZE) ||
        !files_read("kept", whole_kept, TEXT_SIZE)) {
        return -1;
    }
    unlink("new");
    files_put("kept", "as it was");
    return 0;
}

static int leave_folder(void **state)
{
    (void)state;
    static const char *const files[] = {"a.yaml", "new", "kept"};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        unlink(files[i]);
    }
    return chdir("..") == 0 ? rmdir(folder) : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_signal_after_each_system_call)};
    return cmocka_run_group_tests(tests, enter_new_folder, leave_folder);
}
