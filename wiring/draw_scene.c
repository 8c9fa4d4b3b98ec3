/* SPDX-License-Identifier: Apache-2.0 */
#include "wiring/draw_scene.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

void draw_box(struct draw_scene *scene, struct draw_box box)
{
    assert(scene->box_count < DRAW_BOXES_MAX);
    assert(box.width > 0 && box.height > 0);
    scene->boxes[scene->box_count++] = box;
}

void draw_bus(struct draw_scene *scene, struct draw_bus bus)
{
    assert(scene->bus_count < DRAW_BUSES_MAX);
    assert(bus.top < bus.bottom);
    scene->buses[scene->bus_count++] = bus;
}

void draw_mark(struct draw_scene *scene, enum draw_mark_kind kind, int x, int y, int number)
{
    assert(scene->mark_count < DRAW_MARKS_MAX);
    assert((int)kind >= 0 && kind < DRAW_MARK_COUNT);
    scene->marks[scene->mark_count++] = (struct draw_mark){kind, x, y, number};
}

void draw_sample(struct draw_scene *scene, struct draw_sample sample)
{
    assert(scene->sample_count < DRAW_SAMPLES_MAX);
    scene->samples[scene->sample_count++] = sample;
}

void draw_text(struct draw_scene *scene, enum draw_style style, enum draw_anchor anchor, int x, int y,
               const char *text)
{
    struct draw_text *added = &scene->texts[scene->text_count];

    assert(scene->text_count < DRAW_TEXTS_MAX);
    assert(strlen(text) < sizeof added->text);
    if (*text != '\0') {
        *added = (struct draw_text){.style = style, .anchor = anchor, .x = x, .y = y};
        snprintf(added->text, sizeof added->text, "%s", text);
        scene->text_count++;
    }
}

void draw_wire(struct draw_scene *scene, enum draw_net net, const struct draw_point *points, int count)
{
    struct draw_wire *added = &scene->wires[scene->wire_count];

    assert(scene->wire_count < DRAW_WIRES_MAX);
    assert(count >= 2 && count <= DRAW_POINTS_MAX);
    *added = (struct draw_wire){.net = net};
    for (int i = 0; i < count; i++) {
        const struct draw_point *last = &added->points[added->count > 0 ? added->count - 1 : 0];

        if (added->count > 0 && last->x == points[i].x && last->y == points[i].y) {
            continue;
        }
        assert(added->count == 0 || last->x == points[i].x || last->y == points[i].y);
        added->points[added->count++] = points[i];
    }
    scene->wire_count += added->count > 1 ? 1 : 0;
}

void draw_wire_level(struct draw_scene *scene, enum draw_net net, struct draw_point from, int x_turn,
                     struct draw_point to)
{
    const struct draw_point points[] = {from, {x_turn, from.y}, {x_turn, to.y}, to};

    draw_wire(scene, net, points, 4);
}
