/* SPDX-License-Identifier: Apache-2.0 */
#include "wiring/draw_core.h"

#include <assert.h>
#include <stdio.h>

#include "wiring/draw_bank.h"
#include "wiring/finding.h"

enum {
    REMOTE_PX = 150, /* left of the device */
    DEVICE_WIDTH = 300,
    DEVICE_HEIGHT = 190,
    BETWEEN_PX = 84, /* device and bank */
    H_PX = 58,       /* terminals, from the device's upper edge */
    L_PX = 122,
    PLUS_PX = 118,
    MINUS_PX = 148,
    SWITCH_DX = 66,     /* from the device to the remote switch */
    SUPPLY_DX = 48,     /* from the device to where its supply goes down */
    PLUS_DX = 62,       /* and the wire from H to battery plus */
    SUPPLY_DY = 16,     /* below device and bank */
    FUSE_DY = 16,       /* more with a fuse, for what is written at it */
    FUSE_DX = 46,       /* left of the bank's positive */
    CONTACT_DIGITS = 3, /* there is no room for more */
    ABOVE_PX = 16       /* the wire from H to battery plus, above the device */
};

/* Outputs, from the device's left edge. */
static const int terminal_dx[DRAW_TERMINALS] = {52, 148, 246};
static const char *const terminal_names[DRAW_TERMINALS] = {"Load", "Pre-alarm", "Charger"};

void draw_core_measure(struct draw_core *core, const struct scenario *described)
{
    const struct draw_bank_size bank = draw_bank_size(&described->bank);
    const int before = REMOTE_PX + DEVICE_WIDTH + BETWEEN_PX;

    *core = (struct draw_core){
        .described = described, .width = before + bank.width, .plus_dx = before + bank.plus_dx};
}

int draw_core_terminal_dx(int output)
{
    assert(output >= 0 && output < DRAW_TERMINALS);
    return REMOTE_PX + terminal_dx[output];
}

/* ---- the device ----------------------------------------------------------------------------------- */

static void draw_terminal(struct draw_scene *scene, enum draw_anchor anchor, int x, int y, const char *name)
{
    const int dx = anchor == DRAW_START ? 10 : -10;

    draw_mark(scene, DRAW_TERMINAL, x, y, 0);
    draw_text(scene, DRAW_PLAIN, anchor, x + dx, y + 5, name);
}

static void draw_device(struct draw_scene *scene, struct draw_core *core, int x, int y)
{
    const int right = x + DEVICE_WIDTH;

    draw_box(scene, (struct draw_box){DRAW_DEVICE, 0, x, y, DEVICE_WIDTH, DEVICE_HEIGHT});
    draw_text(scene, DRAW_NAME, DRAW_MIDDLE, x + DEVICE_WIDTH / 2, y + 24, "smallBMS");
    draw_mark(scene, DRAW_LED_LOAD, x + 92, y + 66, 0);
    draw_text(scene, DRAW_NOTE, DRAW_START, x + 106, y + 70, "Load ON");
    draw_mark(scene, DRAW_LED_FAULT, x + 92, y + 94, 0);
    draw_text(scene, DRAW_NOTE, DRAW_START, x + 106, y + 98, "Temp or OVP");
    draw_terminal(scene, DRAW_START, x, y + H_PX, "H");
    draw_terminal(scene, DRAW_START, x, y + L_PX, "L");
    draw_terminal(scene, DRAW_END, right, y + DRAW_CHAIN_BACK_PX, "M8");
    draw_terminal(scene, DRAW_END, right, y + DRAW_CHAIN_OUT_PX, "M8");
    draw_terminal(scene, DRAW_END, right, y + PLUS_PX, "battery +");
    draw_terminal(scene, DRAW_END, right, y + MINUS_PX, "battery \xE2\x88\x92");
    for (int i = 0; i < DRAW_TERMINALS; i++) {
        core->terminals[i] = (struct draw_point){x + terminal_dx[i], y + DEVICE_HEIGHT};
        draw_mark(scene, DRAW_TERMINAL, core->terminals[i].x, core->terminals[i].y, 0);
        draw_text(scene, DRAW_PLAIN, DRAW_MIDDLE, core->terminals[i].x, y + DEVICE_HEIGHT - 12,
                  terminal_names[i]);
    }
}

/* Close to the battery, in the wire to the device. */
static void draw_supply_fuse(struct draw_scene *scene, const struct draw_core *core)
{
    const double fuse_a = core->described->bms.supply_fuse_a;
    char text[DRAW_LINE_SIZE];

    assert(fuse_a > 0.0);
    snprintf(text, sizeof text, "%s A fuse", wiring_number(fuse_a, WIRING_DIGITS_MAX).text);
    draw_mark(scene, DRAW_FUSE, core->plus.x - FUSE_DX, core->plus.y, 0);
    draw_text(scene, DRAW_NOTE, DRAW_END, core->plus.x - 10, core->plus.y - 10, text);
}

/* Battery minus to the device, and battery plus from below the bank. */
static void draw_supply(struct draw_scene *scene, const struct draw_core *core, int x, int y)
{
    const int right = x + DEVICE_WIDTH;
    const struct draw_point minus[] = {
        {right, y + MINUS_PX}, {right + 20, y + MINUS_PX}, {right + 20, y + MINUS_PX + 10}};

    draw_wire(scene, DRAW_NEGATIVE, minus, 3);
    draw_mark(scene, DRAW_MINUS, right + 20, y + MINUS_PX + 10, 0);
    draw_wire_level(scene, DRAW_SUPPLY, (struct draw_point){right, y + PLUS_PX}, right + SUPPLY_DX,
                    core->plus);
    draw_mark(scene, DRAW_JUNCTION, core->plus.x, core->plus.y, 0);
    if (core->described->bms.supply_fuse_a > 0.0) {
        draw_supply_fuse(scene, core);
    }
}

/* From the bank's terminal down to where the supply joins. */
static void draw_plus(struct draw_scene *scene, const struct draw_core *core, int terminal_y)
{
    const struct draw_point points[] = {{core->plus.x, terminal_y}, core->plus};

    draw_wire(scene, DRAW_POWER, points, 2);
}

/* ---- the remote switch ---------------------------------------------------------------------------- */

static void draw_switch(struct draw_scene *scene, const struct scenario_remote *remote, int x, int y)
{
    draw_mark(scene, DRAW_SWITCH, x, y, 0);
    draw_mark(scene, DRAW_TERMINAL, x, y, 0);
    draw_mark(scene, DRAW_TERMINAL, x, y + DRAW_SWITCH_PX, 0);
    draw_text(scene, DRAW_PLAIN, DRAW_END, x - 20, y + 12, "Remote");
    draw_text(scene, DRAW_PLAIN, DRAW_END, x - 20, y + 29, "on/off");
    if (remote->contact_kohm > 0.0) {
        char text[DRAW_LINE_SIZE];

        draw_mohm(remote->contact_kohm * 1e6, CONTACT_DIGITS, text, sizeof text);
        draw_text(scene, DRAW_NOTE, DRAW_END, x - 20, y + 46, text);
    }
}

/* x and y: of the device. */
static void draw_joined(struct draw_scene *scene, const struct scenario_remote *remote, int x, int y)
{
    const int switch_x = x - SWITCH_DX;
    const int switch_y = y + (H_PX + L_PX - DRAW_SWITCH_PX) / 2;
    const struct draw_point high[] = {{x, y + H_PX}, {switch_x, y + H_PX}, {switch_x, switch_y}};
    const struct draw_point low[] = {
        {x, y + L_PX}, {switch_x, y + L_PX}, {switch_x, switch_y + DRAW_SWITCH_PX}};

    draw_wire(scene, DRAW_REMOTE, high, 3);
    draw_wire(scene, DRAW_REMOTE, low, 3);
    draw_switch(scene, remote, switch_x, switch_y);
}

static void draw_open(struct draw_scene *scene, int x, int y)
{
    draw_text(scene, DRAW_NOTE, DRAW_END, x - 10, y + 4, "open");
}

static void draw_l_to_minus(struct draw_scene *scene, const struct scenario_remote *remote, int x, int y)
{
    const int switch_x = x - SWITCH_DX;
    const int switch_y = y + L_PX + 14;
    const struct draw_point low[] = {{x, y + L_PX}, {switch_x, y + L_PX}, {switch_x, switch_y}};
    const struct draw_point minus[] = {{switch_x, switch_y + DRAW_SWITCH_PX},
                                       {switch_x, switch_y + DRAW_SWITCH_PX + 12}};

    draw_wire(scene, DRAW_REMOTE, low, 3);
    draw_wire(scene, DRAW_NEGATIVE, minus, 2);
    draw_mark(scene, DRAW_MINUS, switch_x, switch_y + DRAW_SWITCH_PX + 12, 0);
    draw_switch(scene, remote, switch_x, switch_y);
    draw_open(scene, x, y + H_PX);
}

/* From H over the device, and down to what feeds it. */
static void draw_h_to_plus(struct draw_scene *scene, const struct draw_core *core, int x, int y)
{
    const int switch_x = x - SWITCH_DX;
    const int switch_y = y + H_PX - 14 - DRAW_SWITCH_PX;
    const int right = x + DEVICE_WIDTH + PLUS_DX;
    const struct draw_point high[] = {
        {x, y + H_PX}, {switch_x, y + H_PX}, {switch_x, switch_y + DRAW_SWITCH_PX}};
    const struct draw_point plus[] = {
        {switch_x, switch_y}, {switch_x, y - ABOVE_PX}, {right, y - ABOVE_PX}, {right, core->plus.y}};

    draw_wire(scene, DRAW_REMOTE, high, 3);
    draw_wire(scene, DRAW_REMOTE, plus, 4);
    draw_mark(scene, DRAW_JUNCTION, right, core->plus.y, 0);
    draw_switch(scene, &core->described->remote, switch_x, switch_y);
    draw_open(scene, x, y + L_PX);
}

/* ---- all of it ------------------------------------------------------------------------------------ */

void draw_core(struct draw_scene *scene, struct draw_core *core, int x, int y)
{
    const struct draw_bank_size bank = draw_bank_size(&core->described->bank);
    const struct scenario_remote *remote = &core->described->remote;
    const int device_x = x + REMOTE_PX;
    const int bank_x = device_x + DEVICE_WIDTH + BETWEEN_PX;
    const int lower = y + (bank.height > DEVICE_HEIGHT ? bank.height : DEVICE_HEIGHT);

    const int fuse_dy = core->described->bms.supply_fuse_a > 0.0 ? FUSE_DY : 0;

    core->plus = (struct draw_point){bank_x + bank.plus_dx, lower + SUPPLY_DY + fuse_dy};
    core->bottom = core->plus.y;
    draw_device(scene, core, device_x, y);
    draw_bank(scene, &core->described->bank, bank_x, y, device_x + DEVICE_WIDTH);
    draw_supply(scene, core, device_x, y);
    draw_plus(scene, core, y + bank.height);
    if (remote->wiring == WIRING_JOINED) {
        draw_joined(scene, remote, device_x, y);
    } else if (remote->wiring == WIRING_L_TO_MINUS) {
        draw_l_to_minus(scene, remote, device_x, y);
    } else {
        draw_h_to_plus(scene, core, device_x, y);
    }
    assert(core->plus_dx == core->plus.x - x);
}
