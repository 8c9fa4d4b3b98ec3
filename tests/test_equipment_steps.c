/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each scenario of equipment with long steps and with those of 1 s: the same phases in the same order. Each change depends on all
 * before it, so the times may drift apart, by a part of the time that has gone.
 */
#include <dirent.h>

#include "tests/equipment_fixture.h"
#include "tests/files.h"

enum { EDGES_MAX = 400 };

#define DRIFT_PART 1e-3
#define DRIFT_S 2.0

static struct equipment_run whole;

struct changes {
    int count;
    struct system_edge edges[EDGES_MAX];
};

static void run_both(const char *text, struct changes *changes)
{
    for (int i = 0; i < 2; i++) {
        changes[i].count = 0;
        equipment_run(&whole, text, i == 1);
        for (int k = 0; k < whole.record.count; k++) {
            if (whole.record.edges[k].kind == EDGE_EQUIPMENT) {
                assert_true(changes[i].count < EDGES_MAX);
                changes[i].edges[changes[i].count++] = whole.record.edges[k];
            }
        }
    }
}

static void compare(const char *name, const struct changes *changes, double *drift)
{
    assert_int_equal(changes[0].count, changes[1].count);
    for (int k = 0; k < changes[0].count; k++) {
        const struct system_edge *edge = &changes[0].edges[k];
        const struct system_edge *other = &changes[1].edges[k];
        const double seconds = (double)edge->tick / SBMS_TICKS_PER_S;
        const double apart_s = fabs((double)(edge->tick - other->tick)) / SBMS_TICKS_PER_S;

        if (edge->value != other->value || edge->phase != other->phase ||
            apart_s > DRIFT_S + DRIFT_PART * seconds) {
            fail_msg("%s: change %d at %.1f s is another or %.1f s apart", name, k, seconds, apart_s);
        }
        *drift = fmax(*drift, apart_s / (DRIFT_S + DRIFT_PART * seconds));
    }
}

static void test_long_steps_and_short(void **state)
{
    static struct changes changes[2];
    static char text[16384];
    DIR *folder = opendir(PROJECT_ROOT "/scenarios");
    struct dirent *entry = NULL;
    int count = 0;

    (void)state;
    assert_non_null(folder);
    while ((entry = readdir(folder)) != NULL) {
        if (strncmp(entry->d_name, "equipment-", 10) == 0) {
            double drift = 0.0;
            char path[512];

            snprintf(path, sizeof path, PROJECT_ROOT "/scenarios/%s", entry->d_name);
            assert_true(files_read(path, text, sizeof text));
            run_both(text, changes);
            compare(entry->d_name, changes, &drift);
            print_message("%-40s %3d changes, %.2f of the drift allowed\n", entry->d_name, changes[0].count,
                          drift);
            count++;
        }
    }
    closedir(folder);
    assert_true(count >= 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_long_steps_and_short)};

    return cmocka_run_group_tests_name("equipment, long steps and short", tests, NULL, NULL);
}
