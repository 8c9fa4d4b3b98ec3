/* SPDX-License-Identifier: Apache-2.0 */
#include "result/edge_list.h"

#include <assert.h>
#include <stdlib.h>

#define ROOM_START 256u
#define HOUR_TICKS ((int64_t)3600 * SBMS_TICKS_PER_S)
#define DAY_TICKS (24 * HOUR_TICKS)
#define A_DAY_MAX 64 /* of one kind, at first, where there are too many */
#define A_DAY_MIN 2

void edge_list_init(struct edge_list *list)
{
    assert(list != NULL);
    *list = (struct edge_list){.dense_ticks = HOUR_TICKS};
}

void edge_list_free(struct edge_list *list)
{
    assert(list != NULL);
    free(list->edges);
    *list = (struct edge_list){0};
}

bool edge_is_of_output(const struct system_edge *edge)
{
    return edge->kind <= EDGE_CHARGER && !edge->stays;
}

static size_t count_of(const struct edge_list *list, bool of_output)
{
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++) {
        count += edge_is_of_output(&list->edges[i].edge) == of_output ? 1u : 0u;
    }
    return count;
}

/* Drops the entries that stand for none any more. */
static void pack(struct edge_list *list)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (list->edges[i].count > 0) {
            list->edges[kept++] = list->edges[i];
        }
    }
    list->count = kept;
}

/* ---- outputs: dense stretches -------------------------------------------------------------------- */

/* Takes the later entry into the earlier one, of the same output. */
static void join(struct recording_edge *one, struct recording_edge *other)
{
    assert(one->edge.kind == other->edge.kind);
    assert(one->count > 0 && other->count > 0 && other->edge.tick >= one->until_tick);
    one->high_ticks += one->last_on ? other->edge.tick - one->until_tick : 0;
    one->high_ticks += other->high_ticks;
    one->count += other->count;
    one->until_tick = other->until_tick;
    one->last_on = other->last_on;
    other->count = 0;
}

/* The places of that output's entries, into list->places; how many. */
static size_t collect(struct edge_list *list, enum system_edge_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (list->edges[i].edge.kind == kind && edge_is_of_output(&list->edges[i].edge)) {
            list->places[count++] = (uint16_t)i;
        }
    }
    return count;
}

/* Whether one of two entries is a stretch already and the other as near as its edges are to each other. */
static bool is_continued(const struct recording_edge *one, const struct recording_edge *other)
{
    return (one->count >= EDGE_LIST_DENSE || other->count >= EDGE_LIST_DENSE) &&
           other->edge.tick - one->until_tick <= HOUR_TICKS / (EDGE_LIST_DENSE - 1);
}

/* Joins the entries of one output that any hour with EDGE_LIST_DENSE of them covers. */
static void join_dense(struct edge_list *list, enum system_edge_kind kind)
{
    const size_t count = collect(list, kind);
    struct recording_edge *into = NULL;
    size_t end = 0;     /* of the hour that begins at: */
    size_t covered = 0; /* entries up to this one belong together */
    for (size_t i = 0; i + 1 < count; i++) {
        struct recording_edge *one = &list->edges[list->places[i]];
        struct recording_edge *other = &list->edges[list->places[i + 1]];
        while (end < count && list->edges[list->places[end]].edge.tick - one->until_tick <= HOUR_TICKS) {
            end++;
        }
        if (end >= i + EDGE_LIST_DENSE) {
            covered = end - 1;
        }
        into = into == NULL ? one : into;
        if (i < covered || is_continued(into, other)) {
            join(into, other);
        } else {
            into = NULL;
        }
    }
}

/* ---- outputs: too many ---------------------------------------------------------------------------- */

/* EDGE_LIST_DENSE entries in a row of one output, the first of them at this place of its places. */
struct block {
    int64_t ticks; /* from the first to the last */
    size_t first;
};

static struct block block_at(const struct edge_list *list, size_t first)
{
    const struct recording_edge *one = &list->edges[list->places[first]];
    const struct recording_edge *last = &list->edges[list->places[first + EDGE_LIST_DENSE - 1]];
    return (struct block){last->until_tick - one->edge.tick, first};
}

static int by_length(const void *left, const void *right)
{
    const int64_t one = *(const int64_t *)left;
    const int64_t other = *(const int64_t *)right;
    return (one > other) - (one < other);
}

/* How long a block may be so that joining all that are no longer leaves no more than `most` entries of outputs; at most the longest. */
static int64_t length_to_join(struct edge_list *list, size_t most)
{
    int64_t lengths[EDGE_LIST_RAW_MAX / EDGE_LIST_DENSE] = {0};
    const size_t over = count_of(list, true) - most;
    const size_t wanted = (over + EDGE_LIST_DENSE - 2) / (EDGE_LIST_DENSE - 1);
    size_t blocks = 0;
    for (int kind = EDGE_LOAD; kind <= EDGE_CHARGER; kind++) {
        const size_t count = collect(list, (enum system_edge_kind)kind);
        for (size_t first = 0; first + EDGE_LIST_DENSE <= count; first += EDGE_LIST_DENSE) {
            lengths[blocks++] = block_at(list, first).ticks;
        }
    }
    assert(blocks > 0);
    qsort(lengths, blocks, sizeof *lengths, by_length);
    return lengths[(wanted < blocks ? wanted : blocks) - 1];
}

/* Joins blocks of that length or less, until no more than `most` entries of outputs are left. */
static void join_blocks(struct edge_list *list, int64_t length, size_t most)
{
    size_t left = count_of(list, true);
    for (int kind = EDGE_LOAD; kind <= EDGE_CHARGER; kind++) {
        const size_t count = collect(list, (enum system_edge_kind)kind);
        for (size_t first = 0; first + EDGE_LIST_DENSE <= count && left > most; first += EDGE_LIST_DENSE) {
            if (block_at(list, first).ticks <= length) {
                for (size_t i = 1; i < EDGE_LIST_DENSE; i++) {
                    join(&list->edges[list->places[first]], &list->edges[list->places[first + i]]);
                }
                left -= EDGE_LIST_DENSE - 1;
            }
        }
    }
    list->dense_ticks = length > list->dense_ticks ? length : list->dense_ticks;
    pack(list);
}

static void condense_outputs(struct edge_list *list, size_t most)
{
    for (int kind = EDGE_LOAD; kind <= EDGE_CHARGER; kind++) {
        join_dense(list, (enum system_edge_kind)kind);
    }
    pack(list);
    while (count_of(list, true) > most) {
        join_blocks(list, length_to_join(list, most), most);
    }
}

/* ---- everything else: by its kind and the days ---------------------------------------------------- */

static bool is_same_kind(const struct recording_edge *one, const struct recording_edge *other)
{
    const bool is_current = one->edge.kind == EDGE_LOAD_CURRENT || one->edge.kind == EDGE_PRE_ALARM_CURRENT;
    return one->edge.kind == other->edge.kind && one->edge.stays == other->edge.stays &&
           (is_current || one->edge.value == other->edge.value);
}

/* What is never put together: what the scenario and its user do. */
static bool is_single(const struct recording_edge *entry)
{
    return edge_is_of_output(&entry->edge) || entry->edge.kind == EDGE_SWITCH ||
           entry->edge.kind == EDGE_EVENT;
}

/* Joins the entries of one kind from `first` on within its days, if they stand for more than `most`. */
static void join_days(struct edge_list *list, size_t first, int64_t days_ticks, int64_t most)
{
    struct recording_edge *one = &list->edges[first];
    const int64_t end_tick = (one->edge.tick / days_ticks + 1) * days_ticks;
    int64_t count = one->count;
    size_t after = first + 1;
    for (; after < list->count && list->edges[after].edge.tick < end_tick; after++) {
        count += list->edges[after].count > 0 && is_same_kind(one, &list->edges[after])
                     ? list->edges[after].count
                     : 0;
    }
    if (count <= most) {
        return;
    }
    for (size_t i = first + 1; i < after; i++) {
        struct recording_edge *other = &list->edges[i];
        if (other->count > 0 && is_same_kind(one, other)) {
            one->count += other->count;
            one->until_tick = other->until_tick > one->until_tick ? other->until_tick : one->until_tick;
            one->last_on = other->last_on;
            other->count = 0;
        }
    }
}

static void join_others(struct edge_list *list, int64_t days_ticks, int64_t most)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->edges[i].count > 0 && !is_single(&list->edges[i])) {
            join_days(list, i, days_ticks, most);
        }
    }
    pack(list);
}

static void condense_others(struct edge_list *list)
{
    int64_t most = A_DAY_MAX;
    for (int64_t days_ticks = DAY_TICKS; count_of(list, false) > EDGE_LIST_OTHERS_MAX;
         days_ticks *= most == A_DAY_MIN ? 2 : 1) {
        join_others(list, days_ticks, most);
        most = most > A_DAY_MIN ? most / 2 : A_DAY_MIN;
    }
}

/* ---- from outside -------------------------------------------------------------------------------- */

void edge_list_finish(struct edge_list *list)
{
    const int64_t days = list->count == 0 ? 0 : list->edges[list->count - 1].edge.tick / DAY_TICKS;
    const int64_t most = EDGE_LIST_OUTPUTS_BASE + EDGE_LIST_OUTPUTS_A_DAY * days;
    condense_outputs(list, most < EDGE_LIST_OUTPUTS_MAX ? (size_t)most : EDGE_LIST_OUTPUTS_MAX);
    condense_others(list);
}

void edge_list_add(struct edge_list *list, const struct system_edge *edge, int64_t held_ticks)
{
    if (list->count == EDGE_LIST_RAW_MAX) {
        condense_outputs(list, EDGE_LIST_OUTPUTS_MAX);
        condense_others(list);
    }
    if (list->count == list->room) {
        const size_t room = list->room == 0 ? ROOM_START : list->room + list->room / 2;
        struct recording_edge *larger = realloc(list->edges, room * sizeof *larger);
        if (larger == NULL) {
            list->failed = true;
            return;
        }
        list->edges = larger;
        list->room = room;
    }
    assert(list->count == 0 || edge->tick >= list->edges[list->count - 1].edge.tick);
    list->edges[list->count++] = (struct recording_edge){
        .edge = *edge, .held_ticks = held_ticks, .count = 1, .until_tick = edge->tick, .last_on = edge->on};
}
