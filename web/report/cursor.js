/* SPDX-License-Identifier: Apache-2.0 */
/* ---- The cursor and what is read out at it. ---- */

/* The values under the cursor; with no cursor, those at the chosen event. */
function legendValues(chart, index) {
    const place = index === null && selected ? Math.max(0, lastAtOrBefore(times, selected.t_s, (t) => t)) : index;
    chart.outs.forEach((out, at) => {
        const { values, decimals } = chart.plot.lines[at];
        const value = place === null ? null : values[place];
        out.textContent = isNumber(value) ? withUnit(value, decimals, chart.plot.unit) : "";
    });
}

function stripStates(chart, t) {
    outputs.forEach((output, index) => {
        const at = t === null && selected ? selected.t_s : t;
        const held = at === null ? output.runs[output.runs.length - 1] : runAt(output, at);
        const text = held.on === null ? "not known" : held.on ? "high" : "floating";
        chart.outs[index].textContent = text;
        chart.notes[index].textContent = at === null ? "at the end" : `since ${clockText(held.from, true)}`;
    });
}

function readout() {
    const at = byId("readout");
    const reach = (view.max - view.min) / 150;
    const near = cursorTime === null ? selected : nearestEvent(edges, cursorTime);
    if (cursorTime !== null && (!near || Math.abs(near.t_s - cursorTime) > reach)) {
        at.replaceChildren(element("b", {}, clockText(cursorTime, true, view.max - view.min < 120)));
    } else if (near) {
        at.replaceChildren(element("b", {}, eventTime(near)), `  ${cursorTime === null ? eventText(near) : edgesText(near.t_s)}`);
    } else {
        at.replaceChildren(element("span", { class: "muted" }, "Move over a plot to read its values; near an edge this line gives the cause."));
    }
}

function onCursor(chart, u) {
    const inside = u.cursor.left >= 0 && u.cursor.idx !== null && u.cursor.idx !== undefined;
    const t = inside ? clamp(u.posToVal(u.cursor.left, "x"), whole.min, whole.max) : null;
    if (chart.plot.strip) {
        stripStates(chart, t);
        cursorTime = t;
        readout();
    } else {
        legendValues(chart, inside ? u.cursor.idx : null);
    }
}
