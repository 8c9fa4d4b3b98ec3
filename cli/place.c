/* SPDX-License-Identifier: Apache-2.0 */
#define _XOPEN_SOURCE 700 /* for realpath(); NOLINT(bugprone-reserved-identifier) */
#include "cli/place.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINKS_MAX 40 /* one behind the other, as the kernel has it */

static void take_status(struct place *place, const struct stat *status)
{
    place->mode = status->st_mode;
    place->device = status->st_dev;
    place->inode = status->st_ino;
}

static bool refuse(int reason)
{
    errno = reason;
    return false;
}

/* If there is a link at `path`, puts what it leads to there. false: there is none, or errno is neither EINVAL nor
 * ENOENT. */
static bool follow_link(char path[PATH_MAX])
{
    char target[PATH_MAX];
    const ssize_t length = readlink(path, target, sizeof target);
    if (length < 0) {
        return false;
    }
    const char *slash = target[0] == '/' ? NULL : strrchr(path, '/');
    const size_t folder = slash == NULL ? 0 : (size_t)(slash - path) + 1;
    if (folder + (size_t)length >= PATH_MAX) {
        return refuse(ENAMETOOLONG);
    }
    memcpy(path + folder, target, (size_t)length);
    path[folder + (size_t)length] = '\0';
    return true;
}

/* Follows links until there is none; false: errno says why. */
static bool follow_links(char path[PATH_MAX])
{
    for (int links = 0; follow_link(path); links++) {
        if (links == LINKS_MAX) {
            return refuse(ELOOP);
        }
    }
    return errno == EINVAL || errno == ENOENT;
}

/* Puts the folder `folder`, which must be there, and `name` in it together. */
static bool take_folder(struct place *place, const char *folder, const char *name)
{
    struct stat status;
    if (realpath(folder, place->path) == NULL || stat(place->path, &status) != 0) {
        return false;
    }
    take_status(place, &status);
    const char *between = strcmp(place->path, "/") == 0 ? "" : "/";
    const size_t length = strlen(place->path);
    const size_t room = PATH_MAX - length;
    return (size_t)snprintf(place->path + length, room, "%s%s", between, name) < room || refuse(ENAMETOOLONG);
}

/* Of what is not there. */
static bool find_new(struct place *place, const char *path)
{
    char at[PATH_MAX];
    char folder[PATH_MAX] = ".";
    if ((size_t)snprintf(at, sizeof at, "%s", path) >= sizeof at) {
        return refuse(ENAMETOOLONG);
    }
    if (!follow_links(at)) {
        return false;
    }
    const char *slash = strrchr(at, '/');
    const char *name = slash == NULL ? at : slash + 1;
    if (slash != NULL) {
        snprintf(folder, sizeof folder, "%.*s", (int)(name - at), at);
    }
    if (name[0] == '\0') {
        return refuse(path[0] == '\0' ? ENOENT : EISDIR);
    }
    return take_folder(place, folder, name);
}

bool place_find(struct place *place, const char *path)
{
    struct stat status;
    assert(place != NULL);
    assert(path != NULL);
    *place = (struct place){.exists = stat(path, &status) == 0};
    if (!place->exists) {
        return errno == ENOENT && find_new(place, path);
    }
    take_status(place, &status);
    if (S_ISREG(place->mode)) {
        return realpath(path, place->path) != NULL;
    }
    return (size_t)snprintf(place->path, PATH_MAX, "%s", path) < PATH_MAX || refuse(ENAMETOOLONG);
}

bool place_of_descriptor(struct place *place, int descriptor)
{
    struct stat status;
    assert(place != NULL);
    *place = (struct place){.exists = fstat(descriptor, &status) == 0};
    if (place->exists) {
        take_status(place, &status);
    }
    return place->exists;
}

bool place_is_same(const struct place *a, const struct place *b)
{
    assert(a != NULL && b != NULL);
    if (a->exists != b->exists || a->device != b->device || a->inode != b->inode) {
        return false;
    }
    if (a->exists) { /* of devices, /dev/null and a terminal take anything from anyone */
        return S_ISREG(a->mode) || S_ISFIFO(a->mode);
    }
    return strcmp(strrchr(a->path, '/'), strrchr(b->path, '/')) == 0;
}
