/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a wiring picture again, from the text of its SVG and from nothing else, and says what is wrong with it as a picture: boxes or
 * texts that overlap, wires through them or along one another, ends that are nowhere, joints that look like crossings.
 */
#ifndef TESTS_DRAWING_H
#define TESTS_DRAWING_H

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DRAWING_ITEMS_MAX = 4096, DRAWING_POINTS_MAX = 8, DRAWING_WORD = 24, DRAWING_TEXT = 256 };

struct rectangle {
    double left;
    double top;
    double right;
    double bottom;
};

struct drawing_box {
    char what[DRAWING_WORD];
    int number;
    struct rectangle place;
};

struct drawing_text {
    char style[DRAWING_WORD];
    char text[DRAWING_TEXT]; /* as it is read, not as it is written */
    struct rectangle place;
};

struct drawing_wire {
    char net[DRAWING_WORD];
    int count;
    double x[DRAWING_POINTS_MAX];
    double y[DRAWING_POINTS_MAX];
};

struct drawing_bus {
    bool is_outlet;
    int number;
    double x;
    double top;
    double bottom;
};

struct drawing_mark {
    char what[DRAWING_WORD];
    double x;
    double y;
};

struct drawing {
    double width;
    double height;
    int box_count;
    int text_count;
    int wire_count;
    int bus_count;
    int mark_count;
    struct drawing_box boxes[DRAWING_ITEMS_MAX];
    struct drawing_text texts[DRAWING_ITEMS_MAX];
    struct drawing_wire wires[DRAWING_ITEMS_MAX];
    struct drawing_bus buses[DRAWING_ITEMS_MAX];
    struct drawing_mark marks[DRAWING_ITEMS_MAX];
    char error[512]; /* the first thing that is wrong; empty: nothing */
};

#define DRAWING_FAIL(drawing, ...) \
    do { \
        if ((drawing)->error[0] == '\0') { \
            snprintf((drawing)->error, sizeof(drawing)->error, __VA_ARGS__); \
        } \
    } while (false)

/* ---- reading -------------------------------------------------------------------------------------- */

/* The attribute `name` of the element at `line`; false: it has none. */
static inline bool drawing_attribute(const char *line, const char *name, char *value, size_t size)
{
    char wanted[48];
    const char *at = NULL;
    size_t length = 0;

    snprintf(wanted, sizeof wanted, " %s=\"", name);
    at = strstr(line, wanted);
    if (at == NULL) {
        return false;
    }
    at += strlen(wanted);
    length = strcspn(at, "\"");
    if (length >= size) {
        return false;
    }
    memcpy(value, at, length);
    value[length] = '\0';
    return true;
}

static inline double drawing_number(struct drawing *drawing, const char *line, const char *name)
{
    char value[64];

    if (!drawing_attribute(line, name, value, sizeof value)) {
        DRAWING_FAIL(drawing, "no %s: %.60s", name, line);
        return 0.0;
    }
    return atof(value);
}

/* The last word of an element's class. */
static inline void drawing_last_class(const char *line, char *word)
{
    char value[96] = "";
    const char *last = NULL;

    drawing_attribute(line, "class", value, sizeof value);
    last = strrchr(value, ' ');
    snprintf(word, DRAWING_WORD, "%.23s", last != NULL ? last + 1 : value);
}

static inline void drawing_read_box(struct drawing *drawing, const char *line)
{
    struct drawing_box *box = &drawing->boxes[drawing->box_count];

    if (strstr(line, "class=\"box ") == NULL) {
        return;
    }
    drawing_last_class(line, box->what);
    box->number = (int)drawing_number(drawing, line, "data-number");
    box->place.left = drawing_number(drawing, line, "x");
    box->place.top = drawing_number(drawing, line, "y");
    box->place.right = box->place.left + drawing_number(drawing, line, "width");
    box->place.bottom = box->place.top + drawing_number(drawing, line, "height");
    drawing->box_count++;
}

static inline void drawing_read_wire(struct drawing *drawing, const char *line)
{
    struct drawing_wire *wire = &drawing->wires[drawing->wire_count];
    char points[256] = "";
    char *at = points;

    drawing_last_class(line, wire->net);
    drawing_attribute(line, "points", points, sizeof points);
    for (wire->count = 0; *at != '\0' && wire->count < DRAWING_POINTS_MAX; wire->count++) {
        wire->x[wire->count] = strtod(at, &at);
        at += *at == ',' ? 1 : 0;
        wire->y[wire->count] = strtod(at, &at);
        at += *at == ' ' ? 1 : 0;
    }
    if (wire->count < 2 || *at != '\0') {
        DRAWING_FAIL(drawing, "a wire of %d points: %.80s", wire->count, line);
    }
    drawing->wire_count++;
}

static inline void drawing_read_bus(struct drawing *drawing, const char *line)
{
    struct drawing_bus *bus = &drawing->buses[drawing->bus_count];

    bus->is_outlet = strstr(line, "bus-outlet") != NULL;
    bus->number = (int)drawing_number(drawing, line, "data-number");
    bus->x = drawing_number(drawing, line, "x1");
    bus->top = drawing_number(drawing, line, "y1");
    bus->bottom = drawing_number(drawing, line, "y2");
    drawing->bus_count++;
}

static inline void drawing_read_mark(struct drawing *drawing, const char *line)
{
    struct drawing_mark *mark = &drawing->marks[drawing->mark_count];
    char place[64];

    drawing_last_class(line, mark->what);
    if (strstr(line, "class=\"sample ") != NULL) { /* of the legend: no wire */
        return;
    }
    if (drawing_attribute(line, "transform", place, sizeof place)) {
        if (sscanf(place, "translate(%lf,%lf)", &mark->x, &mark->y) != 2) {
            DRAWING_FAIL(drawing, "%s", place);
        }
    } else {
        mark->x = drawing_number(drawing, line, "cx");
        mark->y = drawing_number(drawing, line, "cy");
    }
    drawing->mark_count++;
}

/* The character that an entity stands for, and how long that is; 0: it is none. */
static inline size_t drawing_entity(const char *text, char *character)
{
    static const char *const entities[] = {"&amp;", "&lt;", "&gt;", "&quot;"};

    for (int i = 0; i < 4; i++) {
        if (strncmp(text, entities[i], strlen(entities[i])) == 0) {
            *character = "&<>\""[i];
            return strlen(entities[i]);
        }
    }
    return 0;
}

/* Widths of letters in three classes, in parts of the letters' height: what a usual font needs, not what the drawer reckons with. */
static inline double drawing_text_width(const char *text, double height, bool is_bold)
{
    double width = 0.0;

    for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++) {
        if ((*at & 0xC0u) == 0x80u) {
            continue;
        }
        width += *at >= 0xE0u                                               ? 1.0
                 : *at >= 0xC3u                                             ? 0.62
                 : strchr("iIjl.,:;'|!/()[] ", *at) != NULL || *at == 0xC2u ? 0.30
                 : strchr("mwMW@%", *at) != NULL                            ? 0.88
                                                                            : 0.58;
    }
    return width * height * (is_bold ? 1.06 : 1.0);
}

static inline void drawing_read_text(struct drawing *drawing, const char *line)
{
    struct drawing_text *text = &drawing->texts[drawing->text_count];
    const char *at = strchr(line, '>');
    const char *end = strstr(line, "</text>");
    char anchor[16] = "start";
    size_t used = 0;

    drawing_last_class(line, text->style);
    drawing_attribute(line, "text-anchor", anchor, sizeof anchor);
    for (at++; at < end && used + 1 < sizeof text->text;) {
        char character = *at;
        const size_t length = *at == '&' ? drawing_entity(at, &character) : 1;

        if (length == 0 || *at == '<') {
            DRAWING_FAIL(drawing, "not escaped: %.80s", line);
            return;
        }
        text->text[used++] = character;
        at += length;
    }
    text->text[used] = '\0';
    const bool is_name = strcmp(text->style, "name") == 0 || strcmp(text->style, "letter-text") == 0;
    const bool is_title = strcmp(text->style, "title") == 0;
    const double height = is_title                            ? 20.0
                          : strcmp(text->style, "name") == 0  ? 14.0
                          : strcmp(text->style, "plain") == 0 ? 13.0
                                                              : 12.0;
    const double width = drawing_text_width(text->text, height, is_name || is_title);
    const double x = drawing_number(drawing, line, "x");
    const double y = drawing_number(drawing, line, "y");
    text->place.left = strcmp(anchor, "middle") == 0 ? x - width / 2.0
                       : strcmp(anchor, "end") == 0  ? x - width
                                                     : x;
    text->place.right = text->place.left + width;
    text->place.top = y - 0.74 * height;
    text->place.bottom = y + 0.22 * height;
    drawing->text_count++;
}

/* Reads the picture that is in `svg`. */
static inline void drawing_read(struct drawing *drawing, const char *svg)
{
    bool is_style = false;

    memset(drawing, 0, sizeof *drawing);
    drawing->width = drawing_number(drawing, svg, "width");
    drawing->height = drawing_number(drawing, svg, "height");
    for (const char *line = svg; line != NULL && *line != '\0';) {
        const char *next = strchr(line, '\n');
        static char copy[4096];

        snprintf(copy, sizeof copy, "%.*s", next != NULL ? (int)(next - line) : 4000, line);
        is_style = (is_style && strstr(copy, "</style>") == NULL) || strncmp(copy, "<style>", 7) == 0;
        if (strncmp(copy, "<rect ", 6) == 0) {
            drawing_read_box(drawing, copy);
        } else if (strncmp(copy, "<polyline ", 10) == 0) {
            drawing_read_wire(drawing, copy);
        } else if (strncmp(copy, "<line ", 6) == 0) {
            drawing_read_bus(drawing, copy);
        } else if (strncmp(copy, "<circle ", 8) == 0 || strncmp(copy, "<path ", 6) == 0) {
            drawing_read_mark(drawing, copy);
        } else if (strncmp(copy, "<text ", 6) == 0) {
            drawing_read_text(drawing, copy);
        } else if (!is_style && copy[0] == '<' && strncmp(copy, "<svg ", 5) != 0 && copy[1] != '/' &&
                   strncmp(copy, "<title>", 7) != 0 && strncmp(copy, "<desc>", 6) != 0) {
            DRAWING_FAIL(drawing, "an element that is not known: %.60s", copy);
        }
        line = next != NULL ? next + 1 : NULL;
    }
    if (drawing->wire_count == 0 || drawing->text_count == 0 || drawing->bus_count == 0) {
        DRAWING_FAIL(drawing, "no picture");
    }
}

/* ---- boxes and texts ------------------------------------------------------------------------------ */

static inline bool drawing_overlap(const struct rectangle *a, const struct rectangle *b)
{
    return a->left < b->right && b->left < a->right && a->top < b->bottom && b->top < a->bottom;
}

static inline bool drawing_holds(const struct rectangle *outer, const struct rectangle *inner)
{
    return outer->left <= inner->left && inner->right <= outer->right && outer->top <= inner->top &&
           inner->bottom <= outer->bottom;
}

static inline bool drawing_is_frame(const struct drawing_box *box)
{
    return strcmp(box->what, "bank") == 0;
}

static inline void drawing_check_boxes(struct drawing *drawing)
{
    const struct rectangle all = {0.0, 0.0, drawing->width, drawing->height};

    for (int i = 0; i < drawing->box_count; i++) {
        const struct drawing_box *a = &drawing->boxes[i];

        if (!drawing_holds(&all, &a->place)) {
            DRAWING_FAIL(drawing, "%s %d is outside", a->what, a->number);
        }
        for (int j = i + 1; j < drawing->box_count; j++) {
            const struct drawing_box *b = &drawing->boxes[j];
            const bool is_within = (drawing_is_frame(a) && strcmp(b->what, "battery") == 0 &&
                                    drawing_holds(&a->place, &b->place)) ||
                                   (drawing_is_frame(b) && strcmp(a->what, "battery") == 0 &&
                                    drawing_holds(&b->place, &a->place));

            if (!is_within && drawing_overlap(&a->place, &b->place)) {
                DRAWING_FAIL(drawing, "%s %d and %s %d overlap", a->what, a->number, b->what, b->number);
            }
        }
    }
}

static inline void drawing_check_texts(struct drawing *drawing)
{
    const struct rectangle all = {0.0, 0.0, drawing->width, drawing->height};

    for (int i = 0; i < drawing->text_count; i++) {
        const struct drawing_text *text = &drawing->texts[i];

        if (!drawing_holds(&all, &text->place)) {
            DRAWING_FAIL(drawing, "\"%s\" is outside", text->text);
        }
        for (int j = i + 1; j < drawing->text_count; j++) {
            if (drawing_overlap(&text->place, &drawing->texts[j].place)) {
                DRAWING_FAIL(drawing, "\"%s\" and \"%s\" overlap", text->text, drawing->texts[j].text);
            }
        }
        for (int j = 0; j < drawing->box_count; j++) {
            const struct drawing_box *box = &drawing->boxes[j];

            if (drawing_overlap(&text->place, &box->place) && !drawing_holds(&box->place, &text->place)) {
                DRAWING_FAIL(drawing, "\"%s\" goes over the edge of %s %d", text->text, box->what,
                             box->number);
            }
        }
    }
}

/* The place that a mark takes, and that nothing else may: an icon, a sign of minus, a letter. Of others it is empty. */
static inline struct rectangle drawing_mark_place(const struct drawing_mark *mark)
{
    const struct rectangle icon = {mark->x, mark->y, mark->x + 32.0, mark->y + 32.0};
    const struct rectangle sign = {mark->x - 8.0, mark->y, mark->x + 8.0, mark->y + 9.0};
    const struct rectangle letter = {mark->x - 9.0, mark->y - 9.0, mark->x + 9.0, mark->y + 9.0};
    const struct rectangle fuse = {mark->x - 12.0, mark->y - 5.0, mark->x + 12.0, mark->y + 5.0};
    const struct rectangle gap = {mark->x - 11.0, mark->y + 1.0, mark->x - 1.0, mark->y + 27.0};

    return strcmp(mark->what, "icon") == 0     ? icon
           : strcmp(mark->what, "sign") == 0   ? sign
           : strcmp(mark->what, "letter") == 0 ? letter
           : strcmp(mark->what, "fuse") == 0   ? fuse
           : strcmp(mark->what, "switch") == 0 ? gap
                                               : (struct rectangle){0.0, 0.0, 0.0, 0.0};
}

static inline void drawing_check_marks(struct drawing *drawing)
{
    for (int i = 0; i < drawing->mark_count; i++) {
        const struct drawing_mark *mark = &drawing->marks[i];
        const struct rectangle place = drawing_mark_place(mark);

        for (int j = 0; j < drawing->text_count; j++) {
            if (drawing_overlap(&place, &drawing->texts[j].place) &&
                strcmp(drawing->texts[j].style, "letter-text") != 0) {
                DRAWING_FAIL(drawing, "a %s and \"%s\" overlap", mark->what, drawing->texts[j].text);
            }
        }
        for (int j = 0; j < drawing->box_count; j++) {
            const struct drawing_box *box = &drawing->boxes[j];

            if (drawing_overlap(&place, &box->place) && !drawing_holds(&box->place, &place)) {
                DRAWING_FAIL(drawing, "a %s goes over the edge of %s %d", mark->what, box->what, box->number);
            }
        }
        for (int j = i + 1; j < drawing->mark_count; j++) {
            const struct rectangle other = drawing_mark_place(&drawing->marks[j]);

            if (drawing_overlap(&place, &other)) {
                DRAWING_FAIL(drawing, "a %s and a %s overlap", mark->what, drawing->marks[j].what);
            }
        }
    }
}

/* ---- wires ---------------------------------------------------------------------------------------- */

/* A piece of a wire or a bus, level or upright. */
struct drawing_piece {
    double x1;
    double y1;
    double x2;
    double y2;
};

static inline struct drawing_piece drawing_piece(const struct drawing_wire *wire, int i)
{
    return (struct drawing_piece){fmin(wire->x[i], wire->x[i + 1]), fmin(wire->y[i], wire->y[i + 1]),
                                  fmax(wire->x[i], wire->x[i + 1]), fmax(wire->y[i], wire->y[i + 1])};
}

/* Whether the piece has a point within the rectangle, not only at its edge. */
static inline bool drawing_goes_through(const struct drawing_piece *piece, const struct rectangle *place)
{
    return piece->x1 < place->right && piece->x2 > place->left && piece->y1 < place->bottom &&
           piece->y2 > place->top;
}

static inline bool drawing_is_on(const struct drawing_piece *piece, double x, double y)
{
    return piece->x1 <= x && x <= piece->x2 && piece->y1 <= y && y <= piece->y2;
}

static inline bool drawing_is_inside(const struct drawing_piece *piece, double x, double y)
{
    return drawing_is_on(piece, x, y) && (x != piece->x1 || y != piece->y1) &&
           (x != piece->x2 || y != piece->y2);
}

static inline bool drawing_has_mark(const struct drawing *drawing, const char *what, double x, double y)
{
    for (int i = 0; i < drawing->mark_count; i++) {
        const struct drawing_mark *mark = &drawing->marks[i];

        if (strcmp(mark->what, what) == 0 && mark->x == x && mark->y == y) {
            return true;
        }
    }
    return false;
}

static inline void drawing_check_piece(struct drawing *drawing, const char *net,
                                       const struct drawing_piece *piece)
{
    for (int i = 0; i < drawing->box_count; i++) {
        const struct drawing_box *box = &drawing->boxes[i];

        if (!drawing_is_frame(box) && drawing_goes_through(piece, &box->place)) {
            DRAWING_FAIL(drawing, "a wire (%s) goes through %s %d", net, box->what, box->number);
        }
    }
    for (int i = 0; i < drawing->text_count; i++) {
        if (drawing_goes_through(piece, &drawing->texts[i].place)) {
            DRAWING_FAIL(drawing, "a wire (%s) goes through \"%s\"", net, drawing->texts[i].text);
        }
    }
    for (int i = 0; i < drawing->mark_count; i++) {
        const struct rectangle place = drawing_mark_place(&drawing->marks[i]);

        if (strcmp(drawing->marks[i].what, "fuse") != 0 && drawing_goes_through(piece, &place)) {
            DRAWING_FAIL(drawing, "a wire (%s) goes through a %s", net, drawing->marks[i].what);
        }
    }
    if (piece->x1 < 0.0 || piece->y1 < 0.0 || piece->x2 > drawing->width || piece->y2 > drawing->height) {
        DRAWING_FAIL(drawing, "a wire (%s) goes outside", net);
    }
}

/* Whether two pieces lie along one another for more than a point, or so close that they look like it. */
static inline bool drawing_lie_along(const struct drawing_piece *a, const struct drawing_piece *b)
{
    const double width = fmin(a->x2, b->x2) - fmax(a->x1, b->x1);
    const double height = fmin(a->y2, b->y2) - fmax(a->y1, b->y1);

    return (width > 0.0 && height > -4.0 && a->y1 == a->y2 && b->y1 == b->y2) ||
           (height > 0.0 && width > -4.0 && a->x1 == a->x2 && b->x1 == b->x2);
}

static inline void drawing_check_pair(struct drawing *drawing, const struct drawing_wire *a,
                                      const struct drawing_wire *b)
{
    for (int i = 0; i + 1 < a->count; i++) {
        const struct drawing_piece one = drawing_piece(a, i);

        for (int j = 0; j + 1 < b->count; j++) {
            const struct drawing_piece other = drawing_piece(b, j);
            const bool is_upright = one.x1 == one.x2;
            const double x = is_upright ? one.x1 : other.x1;
            const double y = is_upright ? other.y1 : one.y1;

            if (drawing_lie_along(&one, &other)) {
                DRAWING_FAIL(drawing, "wires (%s, %s) lie along one another at %.0f,%.0f", a->net, b->net,
                             one.x1, one.y1);
            }
            if (is_upright != (other.x1 == other.x2) && drawing_is_inside(&one, x, y) &&
                drawing_is_inside(&other, x, y) && drawing_has_mark(drawing, "junction", x, y)) {
                DRAWING_FAIL(drawing, "wires (%s, %s) that cross have a dot at %.0f,%.0f", a->net, b->net, x,
                             y);
            }
        }
    }
}

/* What the end of a wire is at. A wire that goes on from it without a dot makes a corner with it. */
static inline bool drawing_is_end(struct drawing *drawing, int wire, double x, double y)
{
    const char *net = drawing->wires[wire].net;
    int ends = 0;

    for (int i = 0; i < drawing->wire_count; i++) {
        const struct drawing_wire *other = &drawing->wires[i];
        const int last = other->count - 1;

        for (int j = 0; j < last && i != wire; j++) {
            const struct drawing_piece piece = drawing_piece(other, j);

            if (drawing_is_inside(&piece, x, y) && !drawing_has_mark(drawing, "junction", x, y)) {
                DRAWING_FAIL(drawing, "a wire (%s) meets another (%s) without a dot at %.0f,%.0f", net,
                             other->net, x, y);
            }
        }
        if (i != wire && strcmp(net, other->net) == 0 &&
            ((other->x[0] == x && other->y[0] == y) || (other->x[last] == x && other->y[last] == y))) {
            ends++;
        }
    }
    if (drawing_has_mark(drawing, "terminal", x, y) || drawing_has_mark(drawing, "sign", x, y) ||
        drawing_has_mark(drawing, "letter", x - 10.0, y) || drawing_has_mark(drawing, "junction", x, y)) {
        return true;
    }
    for (int i = 0; i < drawing->bus_count; i++) {
        if (drawing->buses[i].x == x && drawing->buses[i].top == y) { /* the bank's cable, from above */
            return true;
        }
    }
    return ends == 1;
}

static inline void drawing_check_wire(struct drawing *drawing, int index)
{
    const struct drawing_wire *wire = &drawing->wires[index];
    const int last = wire->count - 1;

    for (int i = 0; i < last; i++) {
        const struct drawing_piece piece = drawing_piece(wire, i);

        if (piece.x1 != piece.x2 && piece.y1 != piece.y2) {
            DRAWING_FAIL(drawing, "a wire (%s) is neither level nor upright", wire->net);
        }
        drawing_check_piece(drawing, wire->net, &piece);
    }
    for (int other = index + 1; other < drawing->wire_count; other++) {
        drawing_check_pair(drawing, wire, &drawing->wires[other]);
    }
    if (!drawing_is_end(drawing, index, wire->x[0], wire->y[0]) ||
        !drawing_is_end(drawing, index, wire->x[last], wire->y[last])) {
        DRAWING_FAIL(drawing, "a wire (%s) from %.0f,%.0f to %.0f,%.0f ends nowhere", wire->net, wire->x[0],
                     wire->y[0], wire->x[last], wire->y[last]);
    }
}

/* A wire meets a bus at its end, with a dot there, or not at all. */
static inline void drawing_check_bus(struct drawing *drawing, const struct drawing_bus *bus)
{
    const struct drawing_piece own = {bus->x, bus->top, bus->x, bus->bottom};

    drawing_check_piece(drawing, "bus", &own);
    for (int i = 0; i < drawing->bus_count; i++) {
        const struct drawing_bus *other = &drawing->buses[i];

        if (other != bus && other->x == bus->x && other->top <= bus->bottom && bus->top <= other->bottom) {
            DRAWING_FAIL(drawing, "two buses (%d, %d) are one line", bus->number, other->number);
        }
    }
    for (int i = 0; i < drawing->wire_count; i++) {
        const struct drawing_wire *wire = &drawing->wires[i];

        for (int j = 0; j + 1 < wire->count; j++) {
            const struct drawing_piece piece = drawing_piece(wire, j);

            if (piece.y1 == piece.y2 && piece.x1 < bus->x && bus->x < piece.x2 && bus->top <= piece.y1 &&
                piece.y1 <= bus->bottom) {
                DRAWING_FAIL(drawing, "a wire (%s) crosses the bus %d", wire->net, bus->number);
            }
            if (piece.x1 == piece.x2 && fabs(piece.x1 - bus->x) < 8.0 && piece.y1 < bus->bottom &&
                bus->top < piece.y2) {
                DRAWING_FAIL(drawing, "a wire (%s) lies along the bus %d", wire->net, bus->number);
            }
        }
    }
}

/* ---- all of it ------------------------------------------------------------------------------------ */

/* A dot joins at least two things: wires, or a wire and a bus. */
static inline void drawing_check_junction(struct drawing *drawing, const struct drawing_mark *mark)
{
    int joined = 0;

    for (int i = 0; i < drawing->wire_count; i++) {
        bool is_on = false;

        for (int j = 0; j + 1 < drawing->wires[i].count; j++) {
            const struct drawing_piece piece = drawing_piece(&drawing->wires[i], j);

            is_on = is_on || drawing_is_on(&piece, mark->x, mark->y);
        }
        joined += is_on ? 1 : 0;
    }
    for (int i = 0; i < drawing->bus_count; i++) {
        const struct drawing_bus *bus = &drawing->buses[i];

        joined += bus->x == mark->x && bus->top <= mark->y && mark->y <= bus->bottom ? 1 : 0;
    }
    if (joined < 2) {
        DRAWING_FAIL(drawing, "a dot at %.0f,%.0f joins nothing", mark->x, mark->y);
    }
}

/* Dots, of a radius of 4, are at one place or do not touch. */
static inline void drawing_check_dots(struct drawing *drawing)
{
    for (int i = 0; i < drawing->mark_count; i++) {
        for (int j = 0; j < i; j++) {
            const struct drawing_mark *a = &drawing->marks[i];
            const struct drawing_mark *b = &drawing->marks[j];
            const double apart = hypot(a->x - b->x, a->y - b->y);

            if (strcmp(a->what, "junction") == 0 && strcmp(b->what, "junction") == 0 && apart > 0.0 &&
                apart < 10.0) {
                DRAWING_FAIL(drawing, "dots at %.0f,%.0f and %.0f,%.0f melt together", a->x, a->y, b->x,
                             b->y);
            }
        }
    }
}

/* Checks the picture that has been read; what is wrong is in `error`. */
static inline void drawing_check(struct drawing *drawing)
{
    drawing_check_boxes(drawing);
    drawing_check_texts(drawing);
    drawing_check_marks(drawing);
    drawing_check_dots(drawing);
    for (int i = 0; i < drawing->wire_count; i++) {
        drawing_check_wire(drawing, i);
    }
    for (int i = 0; i < drawing->bus_count; i++) {
        drawing_check_bus(drawing, &drawing->buses[i]);
    }
    for (int i = 0; i < drawing->mark_count; i++) {
        if (strcmp(drawing->marks[i].what, "junction") == 0) {
            drawing_check_junction(drawing, &drawing->marks[i]);
        }
    }
}

/* ---- what it says is joined ----------------------------------------------------------------------- */

static inline bool drawing_is_at_edge(const struct drawing_box *box, double x, double y)
{
    return (x == box->place.left || x == box->place.right) && box->place.top < y && y < box->place.bottom;
}

/* The bus that a point is on: its number, or that plus DRAWING_OUTLET of an outlet; DRAWING_NOWHERE: on none. */
enum { DRAWING_OUTLET = 1000, DRAWING_NOWHERE = -1000 };

static inline int drawing_bus_at(const struct drawing *drawing, double x, double y)
{
    for (int i = 0; i < drawing->bus_count; i++) {
        const struct drawing_bus *bus = &drawing->buses[i];

        if (bus->x == x && bus->top <= y && y <= bus->bottom) {
            return bus->number + (bus->is_outlet ? DRAWING_OUTLET : 0);
        }
    }
    return DRAWING_NOWHERE;
}

static inline int drawing_buses_of(const struct drawing *drawing, const struct drawing_box *box, int *buses,
                                   int max);

/* The bus that a wire goes on to at the letter left of a point. */
static inline int drawing_bus_behind(const struct drawing *drawing, double x, double y)
{
    for (int i = 0; i < drawing->text_count; i++) {
        const struct drawing_text *text = &drawing->texts[i];
        const bool is_here = text->place.left > x - 20.0 && text->place.right < x && text->place.top < y &&
                             y < text->place.bottom + 2.0;

        for (int j = 0; is_here && strcmp(text->style, "letter-text") == 0 && j < drawing->box_count; j++) {
            int bus = DRAWING_NOWHERE;

            if (strcmp(drawing->boxes[j].what, "connector") == 0 &&
                drawing->boxes[j].number == text->text[0] - 'A') {
                return drawing_buses_of(drawing, &drawing->boxes[j], &bus, 1) == 1 ? bus : DRAWING_NOWHERE;
            }
        }
    }
    return DRAWING_NOWHERE;
}

/* The buses that the power wires from the sides of a box go to, from left to right; returns how many. */
static inline int drawing_buses_of(const struct drawing *drawing, const struct drawing_box *box, int *buses,
                                   int max)
{
    int count = 0;

    for (int side = 0; side < 2; side++) {
        for (int i = 0; i < drawing->wire_count && count < max; i++) {
            const struct drawing_wire *wire = &drawing->wires[i];
            const double x = side == 0 ? box->place.left : box->place.right;

            if (strcmp(wire->net, "power") != 0 && strcmp(wire->net, "outlet") != 0) {
                continue;
            }
            for (int end = 0; end < 2; end++) {
                const int here = end == 0 ? 0 : wire->count - 1;
                const int there = end == 0 ? wire->count - 1 : 0;

                if (wire->x[here] == x && drawing_is_at_edge(box, wire->x[here], wire->y[here])) {
                    const int bus = drawing_bus_at(drawing, wire->x[there], wire->y[there]);

                    buses[count++] = bus != DRAWING_NOWHERE
                                         ? bus
                                         : drawing_bus_behind(drawing, wire->x[there], wire->y[there]);
                }
            }
        }
    }
    return count;
}

/* How many wires of an output end at the box. */
static inline int drawing_controls_of(const struct drawing *drawing, const struct drawing_box *box,
                                      const char *net)
{
    int count = 0;

    for (int i = 0; i < drawing->wire_count; i++) {
        const struct drawing_wire *wire = &drawing->wires[i];
        const int last = wire->count - 1;

        count += strcmp(wire->net, net) == 0 && (drawing_is_at_edge(box, wire->x[0], wire->y[0]) ||
                                                 drawing_is_at_edge(box, wire->x[last], wire->y[last]))
                     ? 1
                     : 0;
    }
    return count;
}

/* Whether a wire is of `net`, with both ends in `part` or on its edge. */
static inline bool drawing_is_in(const struct drawing_wire *wire, const char *net,
                                 const struct rectangle *part)
{
    const int last = wire->count - 1;
    const struct rectangle ends = {fmin(wire->x[0], wire->x[last]), fmin(wire->y[0], wire->y[last]),
                                   fmax(wire->x[0], wire->x[last]), fmax(wire->y[0], wire->y[last])};

    return strcmp(wire->net, net) == 0 && drawing_holds(part, &ends);
}

/* Whether all wires of a net that are in `part` hang together. */
static inline bool drawing_hangs_together_in(const struct drawing *drawing, const char *net,
                                             const struct rectangle *part)
{
    bool reached[DRAWING_ITEMS_MAX] = {false};
    bool has_grown = true;
    bool has_first = false;
    bool all = true;

    while (has_grown) {
        has_grown = false;
        for (int i = 0; i < drawing->wire_count; i++) {
            const struct drawing_wire *wire = &drawing->wires[i];
            const int last = wire->count - 1;

            if (reached[i] || !drawing_is_in(wire, net, part)) {
                continue;
            }
            if (!has_first) {
                reached[i] = true;
                has_first = true;
                has_grown = true;
                continue;
            }
            for (int j = 0; j < drawing->wire_count && !reached[i]; j++) {
                const struct drawing_wire *other = &drawing->wires[j];

                if (!reached[j]) {
                    continue;
                }
                for (int k = 0; k + 1 < other->count; k++) {
                    const struct drawing_piece piece = drawing_piece(other, k);

                    reached[i] = reached[i] || drawing_is_on(&piece, wire->x[0], wire->y[0]) ||
                                 drawing_is_on(&piece, wire->x[last], wire->y[last]);
                }
                for (int k = 0; k < last; k++) {
                    const struct drawing_piece piece = drawing_piece(wire, k);

                    reached[i] =
                        reached[i] || drawing_is_on(&piece, other->x[0], other->y[0]) ||
                        drawing_is_on(&piece, other->x[other->count - 1], other->y[other->count - 1]);
                }
            }
            has_grown = has_grown || reached[i];
        }
    }
    for (int i = 0; i < drawing->wire_count; i++) {
        all = all && (reached[i] || !drawing_is_in(&drawing->wires[i], net, part));
    }
    return all;
}

/* The same of all wires of a net: with the device, where that has some. */
static inline bool drawing_hangs_together(const struct drawing *drawing, const char *net)
{
    const struct rectangle all = {0.0, 0.0, drawing->width, drawing->height};

    return drawing_hangs_together_in(drawing, net, &all);
}

/* The box of a thing, or NULL. */
static inline const struct drawing_box *drawing_box(const struct drawing *drawing, const char *what,
                                                    int number)
{
    for (int i = 0; i < drawing->box_count; i++) {
        if (strcmp(drawing->boxes[i].what, what) == 0 && drawing->boxes[i].number == number) {
            return &drawing->boxes[i];
        }
    }
    return NULL;
}

/* How many boxes there are of a thing. */
static inline int drawing_count(const struct drawing *drawing, const char *what, int number)
{
    int count = 0;

    for (int i = 0; i < drawing->box_count; i++) {
        count += strcmp(drawing->boxes[i].what, what) == 0 && drawing->boxes[i].number == number ? 1 : 0;
    }
    return count;
}

/* Whether the texts say `name`, in one line or broken into several that follow one another; spaces do not count. */
static inline bool drawing_says(const struct drawing *drawing, const char *name)
{
    for (int first = 0; first < drawing->text_count; first++) {
        const char *wanted = name;

        for (int i = first; i < drawing->text_count; i++) {
            const char *at = drawing->texts[i].text;

            for (; *at != '\0' && *wanted != '\0'; at++) {
                wanted += strspn(wanted, " ");
                if (*at != ' ' && *at != *wanted) {
                    break;
                }
                wanted += *at != ' ' ? 1 : 0;
            }
            if (*wanted == '\0') {
                return true;
            }
            if (*at != '\0') {
                break;
            }
        }
    }
    return false;
}

#endif
