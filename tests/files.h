/* SPDX-License-Identifier: Apache-2.0 */
/* Small texts in files, for tests of what reads and writes them. */
#ifndef TESTS_FILES_H
#define TESTS_FILES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Makes a file of `text` at `path`; a failure fails the test. */
static inline void files_put(const char *path, const char *text)
{
    FILE *stream = fopen(path, "w");
    assert_non_null(stream);
    assert_true(fputs(text, stream) >= 0);
    assert_int_equal(fclose(stream), 0);
}

/* Reads the beginning of a file into `text` of `size` bytes, with a 0 behind it; false, and an empty text: it is not there. */
static inline bool files_read(const char *path, char *text, size_t size)
{
    FILE *stream = fopen(path, "r");
    const size_t length = stream != NULL ? fread(text, 1, size - 1, stream) : 0;
    text[length] = '\0';
    return stream != NULL && fclose(stream) == 0;
}

/* How many names the present folder has. */
static inline size_t files_count(void)
{
    DIR *directory = opendir(".");
    size_t count = 0;
    assert_non_null(directory);
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    }
    closedir(directory);
    return count;
}

#endif
