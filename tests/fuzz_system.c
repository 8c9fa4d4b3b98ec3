/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a system in which every key is in its range (tests/random_scenario.h): it runs to its end, its energy adds up
 * (system_free() asserts it), and without a source no charge goes into the bank.
 */
#include <stdint.h>
#include <stdlib.h>

#include "core/control.h"
#include "scenario/file.h"
#include "tests/random_scenario.h"
#include "twin/system.h"

#define DAYS 1u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void watch(void *self, const struct system_run *run)
{
    (void)self;
    if (!(run->bus.load_a >= 0.0 && run->bus.source_a >= 0.0) ||
        (run->bus.source_a == 0.0 && run->described->bus_count == 0 && run->bus.bank_a > 0.0) ||
        !isfinite(run->bank.now->cell_v_min) || !isfinite(run->bank.now->cell_v_max)) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct scenario described;
    static struct system_run run;
    static char text[RANDOM_SCENARIO_SIZE];
    struct random_bytes bytes = {data, size, 0};
    struct sbms_control control;
    char error[SCENARIO_FILE_ERROR_SIZE];

    random_scenario(&bytes, DAYS, text);
    if (!scenario_file_read(text, strlen(text), "x", &described, error, sizeof error)) {
        if (!random_scenario_may_be_refused(text, error)) {
            abort();
        }
        return 0;
    }
    if (sbms_control_init(&control, &described.bms.settings) != SBMS_SETTINGS_OK ||
        !system_init(&run, &described, device_native(&control), (struct system_observer){.sample = watch},
                     false)) {
        abort();
    }
    system_run_to(&run, run.end_tick);
    system_free(&run);
    scenario_file_free(&described);
    return 0;
}
