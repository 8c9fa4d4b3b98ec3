/* SPDX-License-Identifier: Apache-2.0 */
#include "wiring/draw_legend.h"

#include <assert.h>

enum {
    SAMPLE_PX = 36,
    TEXT_DX = 46,
    ROW_PX = 24,
    BETWEEN_PX = 28,
    NOTE_LINES_MAX = 8,
    NOTES_WIDTH_MAX = 900
};

struct entry {
    bool is_wire;
    int kind;
    const char *text;
};

static const struct entry entries[] = {
    {true, DRAW_POWER, "positive cable"},
    {true, DRAW_OUTLET, "inverter's outlet, AC"},
    {false, DRAW_MINUS, "battery minus, common to all: join all of these"},
    {true, DRAW_LOAD, "wire on Load"},
    {true, DRAW_PRE_ALARM, "wire on Pre-alarm"},
    {true, DRAW_CHARGER, "wire on Charger"},
    {true, DRAW_CHAIN, "M8 cable from battery to battery"},
    {false, DRAW_JUNCTION, "joined; wires that cross without a dot are not"},
    {false, DRAW_FUSE, "fuse"},
    {false, DRAW_LETTER, "goes on at the same letter"},
};

static const char *const notes[] = {
    "At a cable: its length one way and its cross-section, or its resistance, there and back.",
    "A load's cable without any may lose 2 % of the voltage.",
    "In brackets is what the scenario does not say: it is assumed. Choose it, and write it there.",
    "H: the input is on while it is high. L: it is on while it is pulled to battery minus.",
    "Only fuses that the scenario names are drawn.",
    "Each positive cable needs one, at the battery that feeds it.",
};

static bool is_shown(const struct draw_scene *scene, const struct entry *entry)
{
    for (int i = 0; !entry->is_wire && i < scene->mark_count; i++) {
        if ((int)scene->marks[i].kind == entry->kind) {
            return true;
        }
    }
    for (int i = 0; entry->is_wire && i < scene->wire_count; i++) {
        if ((int)scene->wires[i].net == entry->kind) {
            return true;
        }
    }
    return false;
}

static int draw_notes(struct draw_scene *scene, int x, int y, int width)
{
    char lines[NOTE_LINES_MAX][DRAW_LINE_SIZE];

    for (size_t note = 0; note < sizeof notes / sizeof notes[0]; note++) {
        const int count = draw_text_wrap(
            notes[note], DRAW_NOTE, width < NOTES_WIDTH_MAX ? width : NOTES_WIDTH_MAX, lines, NOTE_LINES_MAX);

        for (int i = 0; i < count; i++) {
            y += draw_line_px(DRAW_NOTE) + 2;
            draw_text(scene, DRAW_NOTE, DRAW_START, x, y - 4, lines[i]);
        }
    }
    return y;
}

int draw_legend(struct draw_scene *scene, int x, int y, int width)
{
    int at_x = x;

    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++) {
        const int px = TEXT_DX + draw_text_px(entries[i].text, DRAW_NOTE);

        if (!is_shown(scene, &entries[i])) {
            continue;
        }
        if (at_x > x && at_x + px > x + width) {
            at_x = x;
            y += ROW_PX;
        }
        draw_sample(scene, (struct draw_sample){at_x, y + ROW_PX / 2, entries[i].is_wire, entries[i].kind});
        draw_text(scene, DRAW_NOTE, DRAW_START, at_x + TEXT_DX, y + ROW_PX / 2 + 4, entries[i].text);
        at_x += px + BETWEEN_PX;
    }
    return draw_notes(scene, x, y + ROW_PX + 6, width);
}
