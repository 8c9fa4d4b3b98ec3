/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Result files that are either whole or not there: written into a file without a name, which gets its name when it is
 * complete. An existing file is left as it was on any failure, a full disk or Ctrl-C included, and no signal leaves
 * anything behind. Only SIGKILL can, and only between two system calls: of a new name while an existing file is replaced,
 * or where the file system has no files without a name.
 *
 * To write several files together: open all, write all, finish all, then commit all.
 */
#ifndef CLI_WRITE_FILE_H
#define CLI_WRITE_FILE_H

#include <stdbool.h>
#include <stdio.h>

#include "cli/place.h"

enum write_file_stage {
    WRITE_FILE_CLOSED, /* so is one that is all zero */
    WRITE_FILE_FOLDER, /* without a name, in the folder of its place */
    WRITE_FILE_MEMORY, /* in memory: the folder's file system has no files without a name */
    WRITE_FILE_DIRECT  /* at its place: no regular file (a terminal, a pipe) */
};

/* It must stay where it is while it is open. */
struct write_file {
    FILE *stream; /* the caller's to write to; NULL once finished, committed or discarded */
    enum write_file_stage stage;
    struct place place;
    int descriptor;
    int failure; /* the first error number of a write; 0: none */
};

/*
 * Starts a file that shall be at `path`. An existing file keeps its permissions; a link keeps pointing where it did, to a
 * file that is there or not yet. On failure nothing is left open, errno says why and the result is false: a folder that is
 * missing or may not be written to shows here, before any work is done, and so does a FIFO that nobody reads within 2 s
 * (EPIPE).
 */
bool write_file_open(struct write_file *file, const char *path);

/* Ends the writing: everything is with the system, and what will get a name on the disk. false: errno says what the first
 * write that failed did, and the file is to be discarded. */
bool write_file_finish(struct write_file *file);

/* Finishes the file if that has not been, and puts it in its place. On failure the file is discarded, errno says why and
 * the result is false. */
bool write_file_commit(struct write_file *file);

/* Gives the file up; nothing of it remains. To be called on a file that is open, or has been. */
void write_file_discard(struct write_file *file);

#endif
