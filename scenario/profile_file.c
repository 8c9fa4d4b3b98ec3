/* SPDX-License-Identifier: Apache-2.0 */
#include "scenario/profile_file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/control.h"
#include "scenario/csv_field.h"

#define HEADER "time_s,power_w"
#define POWER_W_MAX 100000.0
#define NS_PER_TICK (INT64_C(1000000000) / SBMS_TICKS_PER_S)

/* A file being read. */
struct source {
    struct scenario_reader *reader;
    const char *path;
    const char *next;
    const char *end;
    size_t line; /* the number of the last line taken, from 1 */
};

/* ---- bytes -------------------------------------------------------------------------------------- */

bool profile_file_path(const char *scenario, const char *name, char *path, size_t size)
{
    const char *slash = name[0] == '/' ? NULL : strrchr(scenario, '/');
    int folder = slash == NULL ? 0 : (int)(slash - scenario) + 1;
    int length = snprintf(path, size, "%.*s%s", folder, scenario, name);
    errno = ENAMETOOLONG;
    return length > 0 && (size_t)length < size;
}

/* Opens a file, no pipe or device, so that any name is safe; -1: errno says why. */
static int open_file(const char *path)
{
    struct stat about;
    int file = open(path, O_RDONLY | O_NONBLOCK);
    int reason = 0;
    if (file < 0 || fstat(file, &about) != 0) {
        reason = errno;
    } else if (!S_ISREG(about.st_mode)) {
        reason = S_ISDIR(about.st_mode) ? EISDIR : EINVAL;
    } else if (about.st_size > PROFILE_FILE_SIZE_MAX) {
        reason = EFBIG;
    }
    if (reason != 0 && file >= 0) {
        close(file);
    }
    errno = reason;
    return reason == 0 ? file : -1;
}

/* Reads the bytes of a file into `data`, of PROFILE_FILE_SIZE_MAX; false: errno says why. */
static bool read_bytes(const char *path, char *data, size_t *size)
{
    int file = open_file(path);
    ssize_t length = 0;
    *size = 0;
    do {
        length = file < 0 ? -1 : read(file, data + *size, PROFILE_FILE_SIZE_MAX - *size);
        *size += length > 0 ? (size_t)length : 0;
    } while (length > 0);
    int reason = errno;
    if (file >= 0) {
        close(file);
    }
    errno = reason;
    return length == 0;
}

/* ---- lines -------------------------------------------------------------------------------------- */

/* Takes the next line that is not empty; false: there is none. */
static bool take_line(struct source *source, struct csv_piece *line)
{
    while (csv_take_line(&source->next, source->end, line)) {
        source->line++;
        if (line->length > 0) {
            return true;
        }
    }
    return false;
}

static bool read_header(struct source *source)
{
    struct csv_piece line;
    source->line = 1;
    if (!csv_skip_mark(&source->next, source->end)) {
        return scenario_reader_fail_in(source->reader, source->path, 1, 1,
                                       "this is UTF-16, the file must be saved as UTF-8");
    }
    source->line = 0;
    if (!take_line(source, &line)) {
        return scenario_reader_fail_in(source->reader, source->path, 1, 1,
                                       "nothing here, the first line must be " HEADER);
    }
    if (line.length != sizeof HEADER - 1 || memcmp(line.text, HEADER, line.length) != 0) {
        return scenario_reader_fail_in(source->reader, source->path, source->line, 1,
                                       "the first line is \"%s\", it must be " HEADER, csv_show(line).text);
    }
    return true;
}

/* Reads the time of a row in ns, which must be above `before_ns`. */
static bool read_time(const struct source *source, struct csv_piece field, int64_t before_ns,
                      int64_t *time_ns)
{
    if (!csv_read_seconds(field, time_ns) ||
        *time_ns / NS_PER_TICK / SBMS_TICKS_PER_S > (int64_t)SCENARIO_DURATION_S_MAX) {
        return scenario_reader_fail_in(source->reader, source->path, source->line, 1,
                                       "time_s is \"%s\", it must be 0..%.0f s", csv_show(field).text,
                                       SCENARIO_DURATION_S_MAX);
    }
    if (before_ns < 0 && *time_ns != 0) {
        return scenario_reader_fail_in(source->reader, source->path, source->line, 1,
                                       "time_s starts with %s, it must start with 0", csv_show(field).text);
    }
    if (*time_ns <= before_ns) {
        return scenario_reader_fail_in(source->reader, source->path, source->line, 1,
                                       "time_s %s is not above that of the row before", csv_show(field).text);
    }
    return true;
}

static bool read_row(const struct source *source, struct csv_piece line, int64_t before_ns, int64_t *time_ns,
                     double *power_w)
{
    const struct csv_piece first = csv_field_at(line, 0);
    if (csv_count_fields(line) != 2) {
        return scenario_reader_fail_in(source->reader, source->path, source->line, 1,
                                       "the row has %zu fields, it must have 2: " HEADER,
                                       csv_count_fields(line));
    }
    if (!read_time(source, first, before_ns, time_ns)) {
        return false;
    }
    const struct csv_piece second = csv_field_at(line, first.length + 1);
    if (!csv_read_decimal(second, power_w) || !(*power_w >= 0.0 && *power_w <= POWER_W_MAX)) {
        return scenario_reader_fail_in(source->reader, source->path, source->line, first.length + 2,
                                       "power_w is \"%s\", it must be 0..%.0f W", csv_show(second).text,
                                       POWER_W_MAX);
    }
    return true;
}

/* ---- the whole ---------------------------------------------------------------------------------- */

/* Fills in `profile`, which has room for PROFILE_STEPS_MAX steps. The last row only ends it. */
static bool read_rows(struct source *source, struct profile *profile)
{
    struct csv_piece line;
    int64_t time_ns = -1;
    double power_w = 0.0;
    int rows = 0;
    for (; take_line(source, &line); rows++) {
        if (rows == PROFILE_STEPS_MAX) {
            return scenario_reader_fail_in(source->reader, source->path, source->line, 1, "more than %d rows",
                                           PROFILE_STEPS_MAX);
        }
        if (!read_row(source, line, time_ns, &time_ns, &power_w)) {
            return false;
        }
        profile->steps[rows] =
            (struct profile_step){(time_ns + NS_PER_TICK - 1) / NS_PER_TICK, power_w > 0.0 ? power_w : 0.0};
    }
    if (rows < 2) {
        return scenario_reader_fail_in(
            source->reader, source->path, source->line + 1, 1,
            "%s, a profile takes at least two: the time of the last is when it begins again",
            rows == 0 ? "no row" : "only one row");
    }
    profile->count = rows - 1;
    profile->period_ticks = profile->steps[rows - 1].from_tick;
    for (int i = 0; i < profile->count; i++) {
        const double here_w = profile->steps[i].power_w;
        profile->power_w_max = here_w > profile->power_w_max ? here_w : profile->power_w_max;
    }
    return true;
}

static struct profile *read_profile(struct source *source)
{
    const size_t room = sizeof(struct profile) + PROFILE_STEPS_MAX * sizeof(struct profile_step);
    struct profile *profile = calloc(1, room);
    if (profile == NULL) {
        scenario_reader_fail_in(source->reader, source->path, 1, 1, "not enough memory");
        return NULL;
    }
    if (!read_header(source) || !read_rows(source, profile)) {
        free(profile);
        return NULL;
    }
    struct profile *smaller =
        realloc(profile, sizeof *profile + (size_t)profile->count * sizeof profile->steps[0]);
    if (smaller != NULL) {
        profile = smaller;
    }
    return profile;
}

struct profile *profile_file_read(struct scenario_reader *reader, const yaml_node_t *place, const char *name)
{
    char path[PATH_MAX];
    size_t size = 0;
    char *data = malloc(PROFILE_FILE_SIZE_MAX);
    struct profile *profile = NULL;
    if (data == NULL || !profile_file_path(reader->file_name, name, path, sizeof path) ||
        !read_bytes(path, data, &size)) {
        scenario_reader_fail(reader, place, "profile %s cannot be read: %s", scenario_reader_show(name).text,
                             errno == EFBIG ? "it is larger than 1 MiB" : strerror(errno));
    } else {
        struct source source = {.reader = reader, .path = path, .next = data, .end = data + size};
        profile = read_profile(&source);
    }
    free(data);
    return profile;
}
