/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/read_file.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"

#define READ_START ((size_t)64 * 1024)

static bool is_stdin(const char *path)
{
    assert(path != NULL);
    return strcmp(path, "-") == 0;
}

const char *read_file_name(const char *path)
{
    return is_stdin(path) ? "<stdin>" : path;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Reads all that is left of `stream`; the caller frees `*data`. false: errno says why. */
static bool read_all(FILE *stream, size_t size_max, char **data, size_t *size)
{
    size_t room = smaller(READ_START, size_max);
    *size = 0;
    *data = malloc(room);
    errno = *data == NULL ? ENOMEM : 0;
    while (*data != NULL && feof(stream) == 0 && ferror(stream) == 0) {
        *size += fread(*data + *size, 1, room - *size, stream);
        if (*size < room) {
            continue; /* the end, or an error */
        }
        if (room >= size_max) {
            errno = EFBIG;
            return false;
        }
        room = smaller(room * 2, size_max);
        char *larger = realloc(*data, room);
        if (larger == NULL) {
            errno = ENOMEM;
            return false;
        }
        *data = larger;
    }
    return *data != NULL && ferror(stream) == 0;
}

bool read_file(const char *path, size_t size_max, char **data, size_t *size)
{
    assert(size_max > 0);
    assert(data != NULL && size != NULL);
    *data = NULL;
    FILE *stream = is_stdin(path) ? stdin : fopen(path, "rb");
    bool good = stream != NULL && read_all(stream, size_max, data, size);
    int reason = errno;
    if (stream != NULL && stream != stdin) {
        fclose(stream);
    }
    if (!good) {
        command_error("cannot read %s: %s", is_stdin(path) ? "standard input" : path, strerror(reason));
    }
    return good;
}
