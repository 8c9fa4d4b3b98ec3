/* SPDX-License-Identifier: Apache-2.0 */
#include "wiring/draw_svg.h"

#include <assert.h>
#include <string.h>

#include "wiring/markup.h"

static const char *const net_words[DRAW_NET_COUNT] = {
    [DRAW_POWER] = "power",   [DRAW_NEGATIVE] = "minus",      [DRAW_OUTLET] = "outlet",
    [DRAW_SUPPLY] = "supply", [DRAW_REMOTE] = "remote",       [DRAW_CHAIN] = "chain",
    [DRAW_LOAD] = "load",     [DRAW_PRE_ALARM] = "pre-alarm", [DRAW_CHARGER] = "charger",
};

static const char *const what_words[DRAW_WHAT_COUNT] = {
    [DRAW_DEVICE] = "device",
    [DRAW_BATTERY] = "battery",
    [DRAW_EQUIPMENT] = "equipment",
    [DRAW_LOAD_BOX] = "consumer",
    [DRAW_LEAD_ACID] = "lead-acid",
    [DRAW_LOAD_RELAY] = "load-relay",
    [DRAW_PRE_ALARM_DEVICE] = "pre-alarm-device",
    [DRAW_CONNECTOR] = "connector",
    [DRAW_BANK] = "bank",
};

static const char *const style_words[DRAW_STYLE_COUNT] = {
    [DRAW_TITLE] = "title", [DRAW_NAME] = "name", [DRAW_PLAIN] = "plain", [DRAW_NOTE] = "note"};

static const char *const anchor_words[] = {"start", "middle", "end"};

/* All colours of text and wires have a contrast of 4.5 or more against the ground and the boxes (WCAG 2, AA). */
#define LIGHT \
    "{\n" \
    "  --wire-ground: #ffffff; --wire-box: #f4f6f8; --wire-edge: #566370; --wire-ink: #1a2530;\n" \
    "  --wire-note: #4a5764; --wire-power: #b3261e; --wire-outlet: #7a4a00; --wire-chain: #7b2fa6;\n" \
    "  --wire-load: #005a9c; --wire-pre-alarm: #8a5a00; --wire-charger: #00694b;\n" \
    "}\n"
#define DARK \
    "{\n" \
    "  --wire-ground: #171e25; --wire-box: #212b35; --wire-edge: #9ba8b4; --wire-ink: #e3e9ee;\n" \
    "  --wire-note: #b4bfc9; --wire-power: #ff8f80; --wire-outlet: #e3b778; --wire-chain: #d3a6f5;\n" \
    "  --wire-load: #6bb7f2; --wire-pre-alarm: #f0b03c; --wire-charger: #4fcfa5;\n" \
    "}\n"
#define FONT \
    "system-ui, -apple-system, \"Segoe UI\", Roboto, \"Noto Sans\", \"Liberation Sans\", \"DejaVu Sans\", " \
    "sans-serif"

static const char light_palette[] = LIGHT;

static const char style_sheet[] =
    "svg.smallbms-wiring { font-family: " FONT "; }\n"
    "svg.smallbms-wiring, [data-theme=\"light\"] svg.smallbms-wiring " LIGHT
    "@media (prefers-color-scheme: dark) {\nsvg.smallbms-wiring " DARK "}\n"
    "[data-theme=\"dark\"] svg.smallbms-wiring " DARK
    "@media print {\nsvg.smallbms-wiring, [data-theme] svg.smallbms-wiring " LIGHT
    "svg.smallbms-wiring { max-width: 100%; height: auto; }\n}\n";

static const char class_sheet[] =
    "svg.smallbms-wiring { background: var(--wire-ground); }\n"
    ".smallbms-wiring .ground { fill: var(--wire-ground); }\n"
    ".smallbms-wiring .box { fill: var(--wire-box); stroke: var(--wire-edge); stroke-width: 1.5; }\n"
    ".smallbms-wiring .device { stroke: var(--wire-ink); stroke-width: 2.5; }\n"
    ".smallbms-wiring .bank { fill: none; stroke: var(--wire-edge); stroke-dasharray: 6 4; }\n"
    ".smallbms-wiring .connector { stroke-dasharray: 3 3; }\n"
    ".smallbms-wiring text { fill: var(--wire-ink); }\n"
    ".smallbms-wiring .title { font-size: 20px; font-weight: 700; }\n"
    ".smallbms-wiring .name { font-size: 14px; font-weight: 700; }\n"
    ".smallbms-wiring .plain { font-size: 13px; }\n"
    ".smallbms-wiring .note { font-size: 12px; fill: var(--wire-note); }\n"
    ".smallbms-wiring .letter-text { font-size: 12px; font-weight: 700; fill: var(--wire-power); }\n"
    ".smallbms-wiring .wire, .smallbms-wiring .sample { fill: none; stroke: var(--wire-ink); stroke-width: "
    "1.75; }\n"
    ".smallbms-wiring .power { stroke: var(--wire-power); stroke-width: 3; }\n"
    ".smallbms-wiring .remote { stroke: var(--wire-ink); }\n"
    ".smallbms-wiring .supply { stroke: var(--wire-power); }\n"
    ".smallbms-wiring .minus { stroke: var(--wire-ink); }\n"
    ".smallbms-wiring .outlet { stroke: var(--wire-outlet); stroke-width: 3; stroke-dasharray: 9 3; }\n"
    ".smallbms-wiring .chain { stroke: var(--wire-chain); stroke-width: 2.5; }\n"
    ".smallbms-wiring .load { stroke: var(--wire-load); }\n"
    ".smallbms-wiring .pre-alarm { stroke: var(--wire-pre-alarm); stroke-dasharray: 7 3; }\n"
    ".smallbms-wiring .charger { stroke: var(--wire-charger); stroke-dasharray: 2 2.5; stroke-width: 2.25; "
    "}\n"
    ".smallbms-wiring .bus { stroke: var(--wire-power); stroke-width: 7; stroke-linecap: round; }\n"
    ".smallbms-wiring .bus-outlet { stroke: var(--wire-outlet); }\n"
    ".smallbms-wiring .terminal { fill: var(--wire-ground); stroke: var(--wire-ink); stroke-width: 1.5; }\n"
    ".smallbms-wiring .junction { fill: var(--wire-ink); }\n"
    ".smallbms-wiring .sign { fill: none; stroke: var(--wire-ink); stroke-width: 1.75; }\n"
    ".smallbms-wiring .letter { fill: var(--wire-ground); stroke: var(--wire-power); stroke-width: 1.75; }\n"
    ".smallbms-wiring .fuse { fill: var(--wire-ground); stroke: var(--wire-power); stroke-width: 1.75; }\n"
    ".smallbms-wiring .led-load { fill: var(--wire-load); }\n"
    ".smallbms-wiring .led-fault { fill: var(--wire-power); }\n"
    ".smallbms-wiring .switch { fill: none; stroke: var(--wire-ink); stroke-width: 2; }\n"
    ".smallbms-wiring .icon { fill: none; stroke: var(--wire-ink); stroke-width: 1.5; stroke-linejoin: "
    "round; }\n";

/* The classes in light colours, for viewers without custom properties: they keep these when they do not understand the next. */
static void write_plain_classes(FILE *stream)
{
    static const char opening[] = "var(";
    const char *at = class_sheet;

    for (const char *use = strstr(at, opening); use != NULL; use = strstr(at, opening)) {
        const char *name = use + sizeof opening - 1;
        const int length = (int)strcspn(name, ")");
        const char *value = light_palette;

        while (strncmp(value, name, (size_t)length) != 0 || value[length] != ':') {
            value++;
            assert(*value != '\0'); /* each colour that is used is in the palette */
        }
        fprintf(stream, "%.*s%.7s", (int)(use - at), at, value + length + 2);
        at = name + length + 1;
    }
    fputs(at, stream);
}

/* ---- text ----------------------------------------------------------------------------------------- */

static void write_text(const struct draw_text *text, FILE *stream)
{
    fprintf(stream, "<text class=\"%s\" x=\"%d\" y=\"%d\"", style_words[text->style], text->x, text->y);
    if (text->anchor != DRAW_START) {
        fprintf(stream, " text-anchor=\"%s\"", anchor_words[text->anchor]);
    }
    fputc('>', stream);
    markup_write(text->text, stream);
    fputs("</text>\n", stream);
}

/* ---- lines and boxes ------------------------------------------------------------------------------ */

static void write_box(const struct draw_box *box, FILE *stream)
{
    fprintf(stream,
            "<rect class=\"box %s\" data-number=\"%d\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" "
            "rx=\"%d\"/>\n",
            what_words[box->what], box->number, box->x, box->y, box->width, box->height,
            box->what == DRAW_BANK ? 0 : 5);
}

static void write_wire(const struct draw_wire *wire, FILE *stream)
{
    assert(wire->count >= 2);
    fprintf(stream, "<polyline class=\"wire %s\" points=\"", net_words[wire->net]);
    for (int i = 0; i < wire->count; i++) {
        fprintf(stream, "%s%d,%d", i > 0 ? " " : "", wire->points[i].x, wire->points[i].y);
    }
    fputs("\"/>\n", stream);
}

static void write_bus(const struct draw_bus *bus, FILE *stream)
{
    fprintf(stream, "<line class=\"bus%s\" data-number=\"%d\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n",
            bus->is_outlet ? " bus-outlet" : "", bus->number, bus->x, bus->top, bus->x, bus->bottom);
}

/* ---- marks ---------------------------------------------------------------------------------------- */

/* What is drawn from the point on; those of icons are 32 by 32. */
static const struct mark {
    const char *word;
    const char *path; /* NULL: a circle, of: */
    double radius;
} marks[DRAW_MARK_COUNT] = {
    [DRAW_TERMINAL] = {"terminal", NULL, 3.5},
    [DRAW_JUNCTION] = {"junction", NULL, 4.0},
    [DRAW_MINUS] = {"sign", "M-8,0h16M-5,4h10M-2,8h4", 0.0},
    [DRAW_LETTER] = {"letter", NULL, DRAW_LETTER_PX},
    [DRAW_LED_LOAD] = {"led-load", NULL, 5.0},
    [DRAW_LED_FAULT] = {"led-fault", NULL, 5.0},
    [DRAW_SWITCH] = {"switch", "M0,28L-11,2", 0.0},
    [DRAW_FUSE] = {"fuse", "M-12,-5h24v10h-24z", 0.0},
    /* a panel with its cells, and the sun */
    [DRAW_ICON_SUN] = {"icon",
                       "M2,28L8,14h20l-6,14zM5,21h20M15,14l-4,14M22,14l-5,14"
                       "M10,6a4,4 0 1 0 8,0a4,4 0 1 0 -8,0M22,6h4M2,6h4M14,12v0",
                       0.0},
    /* from alternating to direct current */
    [DRAW_ICON_CHARGER] = {"icon", "M1,4h30v24h-30zM1,28L31,4M5,12q3,-6 5,-2t5,-2M18,21h9M18,25h3m3,0h3",
                           0.0},
    [DRAW_ICON_GENERATOR] = {"icon", "M3,16a13,13 0 1 0 26,0a13,13 0 1 0 -26,0M20,11a6,6 0 1 0 1,6h-5", 0.0},
    [DRAW_ICON_ALTERNATOR] = {"icon",
                              "M3,16a13,13 0 1 0 26,0a13,13 0 1 0 -26,0M20,8a5,5 0 1 0 1,5h-4"
                              "M9,23q3.5,-6 7,-1t7,-1",
                              0.0},
    /* a coil under a contact */
    [DRAW_ICON_RELAY] = {"icon", "M0,8h9M23,8h9M9,8L22,1M8,18h16v12h-16zM8,30L24,18M15.5,18v-12", 0.0},
    [DRAW_ICON_RELAY_CLOSED] = {"icon", "M0,8h9M21,3v5h11M9,8L23,4.5M8,18h16v12h-16zM8,30L24,18M15.5,18v-11",
                                0.0},
    /* a switch that conducts one way */
    [DRAW_ICON_PROTECT] = {"icon", "M0,20h8M24,20h8M8,20L22,10M10,28h12m-4,-3l4,3l-4,3M4,3h24v0", 0.0},
    [DRAW_ICON_COMBINER] = {"icon", "M0,12h8M24,12h8M8,12L22,4M6,20h20v9h-20zM6,29L26,20", 0.0},
    [DRAW_ICON_DC_DC] = {"icon", "M1,4h30v24h-30zM1,28L31,4M5,9h9M5,13h3m3,0h3M18,21h9M18,25h3m3,0h3", 0.0},
    [DRAW_ICON_INVERTER] = {"icon", "M1,4h30v24h-30zM1,28L31,4M5,9h9M5,13h3m3,0h3M17,23q3,-6 5,-2t5,-2", 0.0},
    [DRAW_ICON_HEATER] = {"icon", "M0,16h4v-6h24v12h-24v-6M28,16h4M10,10v12M16,10v12M22,10v12", 0.0},
    [DRAW_ICON_BATTERY] = {"icon", "M0,16h9M9,6v20M14,11v10M19,6v20M24,11v10M24,16h8", 0.0},
    /* a lamp that lights: a diode with two arrows */
    [DRAW_ICON_LAMP] =
        {"icon", "M0,20h9M9,12v16L22,20zM22,12v16M22,20h10M14,10l5,-7m-3,1l3,-1l0,3M20,10l5,-7m-3,1l3,-1l0,3",
         0.0},
};

static void write_letter(const struct draw_mark *mark, const char *legend, FILE *stream)
{
    assert(mark->number >= 0 && mark->number < 26);
    fprintf(stream, "<text class=\"letter-text%s\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">%c</text>\n",
            legend, mark->x, mark->y + 4, 'A' + mark->number);
}

/* `legend` is "" or, in the legend, " legend". */
static void write_mark(const struct draw_mark *mark, const char *legend, FILE *stream)
{
    const struct mark *drawn = &marks[mark->kind];

    if (drawn->path == NULL) {
        fprintf(stream, "<circle class=\"%s%s\" cx=\"%d\" cy=\"%d\" r=\"%.3g\"/>\n", drawn->word, legend,
                mark->x, mark->y, drawn->radius);
    } else {
        fprintf(stream, "<path class=\"%s%s\" transform=\"translate(%d,%d)\" d=\"%s\"/>\n", drawn->word,
                legend, mark->x, mark->y, drawn->path);
    }
    if (mark->kind == DRAW_LETTER) {
        write_letter(mark, legend, stream);
    }
}

static void write_sample(const struct draw_sample *sample, FILE *stream)
{
    if (sample->is_wire) {
        fprintf(stream, "<path class=\"sample %s\" d=\"M%d,%dh36\"/>\n", net_words[sample->kind], sample->x,
                sample->y);
    } else {
        write_mark(&(struct draw_mark){(enum draw_mark_kind)sample->kind, sample->x + 18, sample->y, 0},
                   " legend", stream);
    }
}

/* ---- the picture ---------------------------------------------------------------------------------- */

/* In the order in which one covers another: the ground, boxes, wires, buses, marks, texts. */
void draw_svg(const struct draw_scene *scene, FILE *stream)
{
    assert(scene->width > 0 && scene->height > 0);
    fprintf(stream,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"smallbms-wiring\" width=\"%d\" height=\"%d\" "
            "viewBox=\"0 0 %d %d\" role=\"img\">\n<title>",
            scene->width, scene->height, scene->width, scene->height);
    markup_write(scene->title, stream);
    fputs("</title>\n<desc>How the system is wired: sources left of their bus, what it feeds on the right."
          "</desc>\n<style>\n",
          stream);
    fputs(style_sheet, stream);
    write_plain_classes(stream);
    fputs(class_sheet, stream);
    fprintf(stream, "</style>\n<rect class=\"ground\" width=\"%d\" height=\"%d\"/>\n", scene->width,
            scene->height);
    for (int i = 0; i < scene->box_count; i++) {
        write_box(&scene->boxes[i], stream);
    }
    for (int i = 0; i < scene->wire_count; i++) {
        write_wire(&scene->wires[i], stream);
    }
    for (int i = 0; i < scene->bus_count; i++) {
        write_bus(&scene->buses[i], stream);
    }
    for (int i = 0; i < scene->mark_count; i++) {
        write_mark(&scene->marks[i], "", stream);
    }
    for (int i = 0; i < scene->sample_count; i++) {
        write_sample(&scene->samples[i], stream);
    }
    for (int i = 0; i < scene->text_count; i++) {
        write_text(&scene->texts[i], stream);
    }
    fputs("</svg>\n", stream);
}
