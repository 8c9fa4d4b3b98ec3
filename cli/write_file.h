/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Result files that are either whole or not there: written beside their place under another name and
 * renamed when complete. An existing file is left as it was on any failure, a full disk or Ctrl-C included.
 *
 * To write several files together: open all, write all, then commit all.
 */
#ifndef CLI_WRITE_FILE_H
#define CLI_WRITE_FILE_H

#include <stdbool.h>
#include <stdio.h>

#define WRITE_FILES_MAX 8u /* open at the same time */

struct write_file {
    FILE *stream;    /* the caller's to write to; NULL once committed or discarded */
    char *path;      /* the place, links followed */
    char *temporary; /* the name beside it; NULL when the place is no regular file (a terminal, a pipe) and is
                        therefore written to directly */
};

/*
 * Starts a file that shall be at `path`. An existing file keeps its permissions; a link to one keeps
 * pointing where it did. On failure nothing is left open, errno says why and the result is false: a folder that is
 * missing or may not be written to shows here, before any work is done.
 */
bool write_file_open(struct write_file *file, const char *path);

/*
 * Ends the file: everything on the disk, then renamed into place. On failure the file is discarded, errno
 * says why and the result is false.
 */
bool write_file_commit(struct write_file *file);

/* Gives the file up; nothing of it remains. To be called on a file that is open, or has been. */
void write_file_discard(struct write_file *file);

#endif
