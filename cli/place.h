/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a path leads: to a file that is there, or to a new name in a folder. Links are followed to their end, also those
 * that lead to nothing yet, so that two paths can be told to be one file before it is there.
 */
#ifndef CLI_PLACE_H
#define CLI_PLACE_H

#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

struct place {
    char path
        [PATH_MAX]; /* of a regular file or a new one: absolute, without a link in it; of others: as given */
    bool exists;
    mode_t mode;  /* type and permissions, when it exists */
    dev_t device; /* with `inode`: the file, or the folder that a new one shall be in */
    ino_t inode;
};

/* Finds out where `path` leads. false: nowhere, and errno says why: a folder that is missing, links in a circle. */
bool place_find(struct place *place, const char *path);

/* The file that is open as `descriptor`; its path is empty. false: none is. */
bool place_of_descriptor(struct place *place, int descriptor);

/* Says whether what is written to the one comes out of the other: one regular file or one pipe, there already or not. */
bool place_is_same(const struct place *a, const struct place *b);

#endif
