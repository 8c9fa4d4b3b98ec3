/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The wiring picture as plain data: boxes, wires, texts and marks at whole pixels, y downwards. Layout fills it
 * (wiring/draw_core.h, wiring/draw_parts.h), wiring/draw_svg.h writes it.
 */
#ifndef WIRING_DRAW_SCENE_H
#define WIRING_DRAW_SCENE_H

#include <stdbool.h>

#include "wiring/draw_text.h"

enum {
    DRAW_POINTS_MAX = 8,
    DRAW_BOXES_MAX = 160,
    DRAW_WIRES_MAX = 900,
    DRAW_BUSES_MAX = 32,
    DRAW_TEXTS_MAX = 4000,
    DRAW_MARKS_MAX = 2000
};

struct draw_point {
    int x;
    int y;
};

/* What a wire is for. */
enum draw_net {
    DRAW_POWER = 0, /* positive conductor between batteries, equipment and loads */
    DRAW_NEGATIVE,  /* negative conductor of a battery */
    DRAW_OUTLET,    /* an inverter's outlet */
    DRAW_SUPPLY,    /* the device's own positive supply */
    DRAW_REMOTE,    /* at the terminals L and H */
    DRAW_CHAIN,     /* the batteries' M8 cables */
    DRAW_LOAD,      /* on the output Load, as follows */
    DRAW_PRE_ALARM,
    DRAW_CHARGER,
    DRAW_NET_COUNT
};

/* Points joined by straight lines, each level or upright. */
struct draw_wire {
    enum draw_net net;
    int count;
    struct draw_point points[DRAW_POINTS_MAX];
};

/* A thick upright line from `top` to `bottom`. */
struct draw_bus {
    int x;
    int top;
    int bottom;
    bool is_outlet;
    int number; /* of the bus; of an outlet the inverter's in the scenario's list; -1: behind the load's relay */
};

/* What a box stands for. */
enum draw_what {
    DRAW_DEVICE = 0,
    DRAW_BATTERY,   /* of the bank, from 1 */
    DRAW_EQUIPMENT, /* by its number (twin/equipment.h) */
    DRAW_LOAD_BOX,  /* by its number, from 0 */
    DRAW_LEAD_ACID, /* by the number of its bus */
    DRAW_LOAD_RELAY,
    DRAW_PRE_ALARM_DEVICE,
    DRAW_CONNECTOR, /* where a wire goes on elsewhere; by its letter, from 0 */
    DRAW_BANK,      /* the frame around the batteries: wires go through it */
    DRAW_WHAT_COUNT
};

struct draw_box {
    enum draw_what what;
    int number;
    int x;
    int y;
    int width;
    int height;
};

enum draw_anchor { DRAW_START = 0, DRAW_MIDDLE, DRAW_END };

/* y is that of the base line. */
struct draw_text {
    enum draw_style style;
    enum draw_anchor anchor;
    int x;
    int y;
    char text[DRAW_LINE_SIZE];
};

/* Small drawings at a point. Icons have their upper left corner there and are DRAW_ICON_PX wide and high. */
enum draw_mark_kind {
    DRAW_TERMINAL = 0, /* where a wire ends */
    DRAW_JUNCTION,     /* where wires are joined */
    DRAW_MINUS,        /* battery minus; the wire comes from above */
    DRAW_LETTER,       /* a wire that goes on at the same letter; `number` from 0 */
    DRAW_LED_LOAD,
    DRAW_LED_FAULT,
    DRAW_SWITCH, /* an open contact between this point and 28 px below */
    DRAW_FUSE,   /* in a level wire, around the point */
    DRAW_ICON_SUN,
    DRAW_ICON_CHARGER,
    DRAW_ICON_GENERATOR,
    DRAW_ICON_ALTERNATOR,
    DRAW_ICON_RELAY,
    DRAW_ICON_RELAY_CLOSED, /* closed while its coil is off */
    DRAW_ICON_PROTECT,
    DRAW_ICON_COMBINER,
    DRAW_ICON_DC_DC,
    DRAW_ICON_INVERTER,
    DRAW_ICON_HEATER,
    DRAW_ICON_BATTERY,
    DRAW_ICON_LAMP,
    DRAW_MARK_COUNT
};
enum { DRAW_ICON_PX = 32, DRAW_LETTER_PX = 10, DRAW_SWITCH_PX = 28 };

struct draw_mark {
    enum draw_mark_kind kind;
    int x;
    int y;
    int number;
};

/* A line of the legend shows a wire or a mark. */
struct draw_sample {
    int x;
    int y;
    bool is_wire;
    int kind; /* of enum draw_net or enum draw_mark_kind */
};
enum { DRAW_SAMPLES_MAX = 16 };

struct draw_scene {
    int width;
    int height;
    const char *title; /* kept by the caller */
    int box_count;
    int wire_count;
    int bus_count;
    int text_count;
    int mark_count;
    int sample_count;
    struct draw_box boxes[DRAW_BOXES_MAX];
    struct draw_wire wires[DRAW_WIRES_MAX];
    struct draw_bus buses[DRAW_BUSES_MAX];
    struct draw_text texts[DRAW_TEXTS_MAX];
    struct draw_mark marks[DRAW_MARKS_MAX];
    struct draw_sample samples[DRAW_SAMPLES_MAX];
};

/* Each adds one. The limits above hold for any scenario: there is nothing to go wrong. */
void draw_box(struct draw_scene *scene, struct draw_box box);
void draw_bus(struct draw_scene *scene, struct draw_bus bus);
void draw_mark(struct draw_scene *scene, enum draw_mark_kind kind, int x, int y, int number);
void draw_sample(struct draw_scene *scene, struct draw_sample sample);

/* A line of text; an empty one adds nothing. */
void draw_text(struct draw_scene *scene, enum draw_style style, enum draw_anchor anchor, int x, int y,
               const char *text);

/* A wire of `count` points, 2..DRAW_POINTS_MAX; points that are where the one before is are left out, and a wire of one point too. */
void draw_wire(struct draw_scene *scene, enum draw_net net, const struct draw_point *points, int count);

/* The same for a wire of four points at most that goes level, upright, level: from (x1, y1) by `x_turn` to (x2, y2). */
void draw_wire_level(struct draw_scene *scene, enum draw_net net, struct draw_point from, int x_turn,
                     struct draw_point to);

#endif
