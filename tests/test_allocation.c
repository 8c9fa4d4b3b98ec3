/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every allocation fails, every other one alone and the rest with all after them (DEPTH=soak: each both ways): the command's own, and
 * what libyaml and the C library allocate for it. Each time the command
 * says in one line that there is no memory and writes no file, or it does without and tells just the same.
 */
#define _GNU_SOURCE /* for memfd_create(), MAP_ANONYMOUS */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/draw.h"
#include "cli/fit.h"
#include "cli/log.h"
#include "cli/replay.h"
#include "cli/run.h"
#include "cli/settings.h"
#include "tests/environment.h"
#include "tests/files.h"

#define TEXT_SIZE 65536
#define ARGUMENTS_MAX 16
#define LAST 2 /* allocations of many */

/* ---- the allocator ------------------------------------------------------------------------------ */

/* glibc's own, under the names that stay when a program brings others */
void *__libc_malloc(size_t size);                /* NOLINT(bugprone-reserved-identifier) */
void *__libc_calloc(size_t count, size_t size);  /* NOLINT(bugprone-reserved-identifier) */
void *__libc_realloc(void *memory, size_t size); /* NOLINT(bugprone-reserved-identifier) */

static struct {
    bool armed;
    unsigned count;
    unsigned failing; /* the one that fails, from 1 */
    bool stays;       /* all after it fail too */
} * allocator;        /* shared with the child that runs the command */

static bool fails(void)
{
    if (allocator == NULL || !allocator->armed) {
        return false;
    }
    allocator->count++;
    if (allocator->count == allocator->failing ||
        (allocator->stays && allocator->failing > 0 && allocator->count > allocator->failing)) {
        errno = ENOMEM;
        return true;
    }
    return false;
}

void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
    return fails() ? NULL : __libc_realloc(memory, size);
}

/* ---- one run ------------------------------------------------------------------------------------ */

struct trial {
    int (*command)(int argc, char **argv);
    char *arguments[ARGUMENTS_MAX]; /* outputs are new and kept */
};

struct told {
    int code; /* -1: it was ended by a signal */
    char out[TEXT_SIZE];
    char err[TEXT_SIZE];
    char new[TEXT_SIZE]; /* beginnings, empty: it is not there */
    char kept[TEXT_SIZE];
    size_t files;
};

static int streams[2]; /* files in memory for what the command says */

static char folder[] = "test_allocation.XXXXXX";

static void read_stream(int stream, char text[TEXT_SIZE])
{
    const ssize_t size = pread(stream, text, TEXT_SIZE - 1, 0);
    assert_true(size >= 0);
    text[size] = '\0';
}

/* Runs it with the `failing`-th allocation failing, 0 for none. */
static void run_once(const struct trial *trial, unsigned failing, bool stays, struct told *told)
{
    int status = 0;
    int argc = 0;
    unlink("new");
    if (strcmp(told->kept, "as it was") != 0) {
        files_put("kept", "as it was");
    }
    while (trial->arguments[argc] != NULL) {
        argc++;
    }
    fflush(NULL);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(ftruncate(streams[i], 0), 0);
        assert_int_equal(lseek(streams[i], 0, SEEK_SET), 0);
    }
    allocator->count = 0;
    allocator->failing = failing;
    allocator->stays = stays;
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        char *arguments[ARGUMENTS_MAX];
        memcpy(arguments, trial->arguments, sizeof arguments);
        if (dup2(streams[0], STDOUT_FILENO) < 0 || dup2(streams[1], STDERR_FILENO) < 0) {
            _exit(100);
        }
        allocator->armed = true;
        const int code = trial->command(argc, arguments);
        allocator->armed = false;
        _exit(code);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    allocator->armed = false;
    told->code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    read_stream(streams[0], told->out);
    read_stream(streams[1], told->err);
    (void)files_read("new", told->new, TEXT_SIZE);
    (void)files_read("kept", told->kept, TEXT_SIZE);
    told->files = files_count();
}

static bool is_same(const struct told *a, const struct told *b)
{
    return a->code == b->code && strcmp(a->out, b->out) == 0 && strcmp(a->err, b->err) == 0 &&
           strcmp(a->new, b->new) == 0 && strcmp(a->kept, b->kept) == 0 && a->files == b->files;
}

static bool is_clear(const struct told *told, const struct told *good)
{
    const char *end = strchr(told->err, '\n');
    const size_t files = good->files - (good->new[0] != '\0' ? 1 : 0);
    return told->code == COMMAND_BAD_INPUT && end != NULL && end[1] == '\0' &&
           strstr(told->err, "memory") != NULL && told->new[0] == '\0' &&
           strcmp(told->kept, "as it was") == 0 && told->files == files;
}

/* Fails the allocations of a run one after the other; of many, the first `most` and the last few. */
static void fail_most(const struct trial *trial, unsigned most)
{
    static struct told good;
    static struct told told;
    unsigned clear = 0;
    unsigned runs = 0;
    const bool is_long = environment_is_soak();
    good.kept[0] = '\0'; /* what is there is not known yet */
    run_once(trial, 0, false, &good);
    told = good;
    const unsigned all = allocator->count;
    if (good.code != COMMAND_DONE || all == 0) {
        fail_msg("%s: exit %d, %u allocations: %s", trial->arguments[0], good.code, all, good.err);
    }
    for (unsigned i = 0; i < 2 * all; i++) {
        const unsigned n = i / 2 + 1;
        if ((n > most && n + LAST < all) || (!is_long && i % 2 != n % 2)) {
            continue;
        }
        run_once(trial, n, i % 2 == 1, &told);
        runs++;
        clear += is_clear(&told, &good) ? 1 : 0;
        if (!is_clear(&told, &good) && !is_same(&told, &good)) {
            fail_msg("%s, allocation %u of %u fails%s: exit %d: '%s', new '%.20s', kept '%.20s', %zu files",
                     trial->arguments[0], n, all, i % 2 == 1 ? " and all after it" : "", told.code, told.err,
                     told.new, told.kept, told.files);
        }
    }
    print_message("%s: %u allocations, told in %u of %u runs\n", trial->arguments[0], all, clear, runs);
    assert_true(clear > 0);
}

static void fail_each(const struct trial *trial)
{
    fail_most(trial, UINT_MAX);
}

/* ---- the cases ---------------------------------------------------------------------------------- */

static void a_run_with_every_output(void **state)
{
    (void)state;
    const struct trial trial = {run_command,
                                {"run", PROJECT_ROOT "/scenarios/rebound.yaml", "--until", "1 min", "--csv",
                                 "new", "--json", "kept", "--report", "/dev/null"}};
    fail_each(&trial);
}

static void a_run_of_many_rows(void **state)
{
    (void)state;
    files_put("long.yaml", "title: t\nrun: {duration: 2 days}\n"
                           "bank: {battery: 12.8 V, capacity_ah: 50, state_of_charge_pct: 80}\n"
                           "loads: [{name: a, profile: power.csv}]\n");
    files_put("power.csv", "time_s,power_w\n0,1\n3600,2\n7200,0\n");
    const struct trial trial = {run_command,
                                {"run", "long.yaml", "--quiet", "--vcd", "new", "--csv", "kept"}};
    fail_each(&trial);
    unlink("long.yaml");
    unlink("power.csv");
}

static void a_replay_of_a_large_file(void **state)
{
    (void)state;
    FILE *stream = fopen("long.csv", "w");
    assert_non_null(stream);
    fputs("t_s,remote_l_mv\n", stream);
    for (int i = 0; i < 30000; i++) {
        fprintf(stream, "%d,0\n", i);
    }
    assert_int_equal(fclose(stream), 0);
    const struct trial trial = {replay_command, {"replay", "long.csv"}};
    fail_each(&trial);
    unlink("long.csv");
}

static void a_log(void **state)
{
    (void)state;
    files_put("erased.hex", ":00000001FF\n");
    const struct trial trial = {log_command, {"log", "--csv", "new", "--json", "kept", "erased.hex"}};
    fail_each(&trial);
    unlink("erased.hex");
}

static void a_picture(void **state)
{
    (void)state;
    const struct trial trial = {draw_command,
                                {"draw", PROJECT_ROOT "/scenarios/rebound.yaml", "--output", "new"}};
    fail_each(&trial);
}

static void settings(void **state)
{
    (void)state;
    const struct trial trial = {settings_command, {"settings", "--raw", "kept", "new"}};
    fail_each(&trial);
}

/* A fit takes long and makes a cell many thousand times: what fails in between fails as at the beginning. */
static void a_fit(void **state)
{
    (void)state;
    const char *const logs[] = {"down.csv", "up.csv"};
    for (int i = 0; i < 2; i++) {
        FILE *stream = fopen(logs[i], "w");
        assert_non_null(stream);
        fputs("t_s,i_a,v\n", stream);
        for (int row = 0; row <= 90; row++) { /* 1 % each */
            const int pct = i == 0 ? 100 - row : row + 5;
            fprintf(stream, "%d,%s,%.4f\n", 72 * row, i == 0 ? "-1" : "1",
                    3.2 + 0.002 * pct + (i == 0 ? -0.02 : 0.02));
        }
        assert_int_equal(fclose(stream), 0);
    }
    const struct trial trial = {fit_command,
                                {"fit", "down.csv", "up.csv", "--capacity-ah", "2", "--start-soc-pct",
                                 "100,5", "--end-soc-pct", "10,95", "--temp-c", "25", "--output", "new",
                                 "--report", "kept"}};
    fail_most(&trial, 40);
    unlink("down.csv");
    unlink("up.csv");
}

static int enter_new_folder(void **state)
{
    (void)state;
    streams[0] = memfd_create("out", MFD_CLOEXEC);
    streams[1] = memfd_create("err", MFD_CLOEXEC);
    return streams[0] >= 0 && streams[1] >= 0 && mkdtemp(folder) != NULL ? chdir(folder) : -1;
}

static int leave_folder(void **state)
{
    (void)state;
    unlink("new");
    unlink("kept");
    return chdir("..") == 0 ? rmdir(folder) : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_with_every_output),
        cmocka_unit_test(a_run_of_many_rows),
        cmocka_unit_test(a_replay_of_a_large_file),
        cmocka_unit_test(a_log),
        cmocka_unit_test(a_picture),
        cmocka_unit_test(settings),
        cmocka_unit_test(a_fit),
    };
    allocator = mmap(NULL, sizeof *allocator, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (allocator == MAP_FAILED) {
        perror("mmap");
        return 1;
    }
    return cmocka_run_group_tests(tests, enter_new_folder, leave_folder);
}
