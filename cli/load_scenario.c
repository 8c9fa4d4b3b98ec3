/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/load_scenario.h"

#include <assert.h>
#include <limits.h>
#include <stdio.h>

#include "scenario/file.h"
#include "scenario/profile_file.h"

/* Whether none of the outputs is a load's profile. */
static bool check_profiles(const char *name, const char *path, const struct output *outputs, size_t count,
                           const struct scenario *read)
{
    for (int i = 0; i < read->load_count; i++) {
        char profile[PATH_MAX];
        const struct output_input input = {profile, "profile of a load"};

        if (read->loads[i].profile == NULL) {
            continue;
        }
        const bool fits = profile_file_path(path, read->loads[i].profile_name, profile, sizeof profile);
        assert(fits); /* it has been read */
        if (!fits || !output_check(name, outputs, count, &input, 1)) {
            return false;
        }
    }
    return true;
}

bool load_scenario(const char *name, const char *path, const struct output *outputs, size_t count,
                   struct scenario *read)
{
    char error[SCENARIO_FILE_ERROR_SIZE];

    assert(path != NULL && read != NULL);
    if (!scenario_file_load(path, read, error, sizeof error)) {
        fprintf(stderr, "%s\n", error);
        return false;
    }
    if (!check_profiles(name, path, outputs, count, read)) {
        scenario_file_free(read);
        return false;
    }
    return true;
}
