/* SPDX-License-Identifier: Apache-2.0 */
/* ---- The cursor and what is read out at it. ---- */

/* A step is told as "before → after", a bucket as its mean and its least and most. */
function valueText(line, unit, t) {
    const { quantity, scale, decimals } = line;
    const value = valueAt(quantity, t);
    if (value === null) {
        return "";
    }
    const text = (number) => numberText(number * scale, decimals);
    if (value.before !== undefined) {
        const [before, after] = [text(value.before), text(isNumber(value.after) ? value.after : value.before)];
        return before === after ? `${after} ${unit}` : `${before} \u2192 ${after} ${unit}`;
    }
    const span = spanText(value.min * scale, value.max * scale, decimals, "").trim();
    return isNumber(value.mean) && text(value.min) !== text(value.max) ? `${text(value.mean)} (${span}) ${unit}` : `${span} ${unit}`;
}

/* Under the cursor; with no cursor, what the view spans. */
function lineText(chart, line) {
    const { unit } = chart.plot;
    const spans = cursorTime === null ? lineExtremes(line, chart) : null;
    return cursorTime !== null ? valueText(line, unit, cursorTime) : spans ? spanText(spans[0], spans[1], line.decimals, unit) : "";
}

const heldAt = (output) => (cursorTime === null ? output.runs.at(-1) : runAt(output, cursorTime));

function stateAt(output) {
    const held = heldAt(output);
    return held.isOver ? "over" : held.on === null ? "not known" : held.dense && cursorTime !== null ? "changing" : held.on ? "high" : "floating";
}

function sinceText(output) {
    const held = heldAt(output);
    return cursorTime === null ? "at the end" : held.dense ? `${held.dense.count} times` : `since ${clockText(held.from, true)}`;
}

const cursorText = (t) => clockText(t, true, view.max - view.min < 120, true);

/* The time that the values are of, an edge at it or near it, and how long an interval they stand for. */
function readoutParts() {
    const muted = (text) => element("span", { class: "muted" }, text);
    if (cursorTime === null) {
        return [muted(viewNote || "Point at a plot or touch it to read its values.")];
    }
    const edge = nearestEvent(edges, cursorTime);
    const away = edge ? Math.abs(edge.t_s - cursorTime) : Infinity;
    const isNear = away <= (view.max - view.min) / 150;
    const told = isNear ? `  ${away > 0 ? `near ${cursorText(edge.t_s)}: ` : ""}${edgesText(edge.t_s)}` : "";
    const dense = outputs.map((output) => runAt(output, cursorTime)).find((held) => held.dense);
    return [element("b", {}, cursorText(cursorTime)), told, muted(`  ${dense && away > 0 ? denseText(dense.dense) : spanNote()}`)];
}

/* A line of each run, and of the cells that are chosen: each has buckets of a length of its own. */
function firstLines() {
    const lines = charts.flatMap((chart) => chart.lines);
    return [["", (line) => !line.dash && !line.cell], ["2nd: ", (line) => line.dash], ["cells: ", (line) => line.cell]]
        .map(([name, is]) => ({ name, line: lines.find(is) })).filter(({ line }) => line);
}

/* How long an interval is that is drawn. */
const intervalText = ({ quantity }) => durationText(quantity.bucketS * quantity.levels[levelAt(quantity, secondsPerPixel(charts[0]))].size);

/* Between the rows a value stands for a time, not for an instant. */
function spanNote() {
    const told = firstLines().filter(({ line }) => objectOf(valueAt(line.quantity, cursorTime)).max !== undefined).map(({ name, line }) => name + durationText(line.quantity.bucketS));
    return told.length > 0 ? `mean (least\u2013most) of ${told.join(", ")}` : "";
}

function denseText(event) {
    const high = isNumber(event.high_s) ? `, high for ${durationText(event.high_s)} of ${durationText(event.until_s - event.t_s)}` : "";
    return `${kindOf(event.what).name} changed ${event.count} times from ${clockText(event.t_s, true)} to ${clockText(event.until_s, true)}${high}`;
}

function showCursor() {
    document.body.classList.toggle("at-the-end", cursorTime === null);
    for (const chart of charts) {
        const inside = cursorTime !== null && cursorTime >= view.min && cursorTime <= view.max;
        chart.line.hidden = !inside;
        if (inside) {
            chart.line.style.left = `${(cursorTime - view.min) / (view.max - view.min) * 100}%`;
        }
        chart.values.forEach(({ node, text }) => { node.textContent = text(); });
    }
    byId("stack").classList.toggle("no-cursor", cursorTime === null);
    byId("readout").replaceChildren(...readoutParts());
}

function setCursor(t) {
    cursorTime = t === null ? null : clamp(t, whole.min, whole.max);
    showCursor();
}

/* For a screen reader, when the cursor was moved with the keyboard: the time, the outputs, the lines of the plots on top. */
let sayTimer = 0;
function sayCursor() {
    clearTimeout(sayTimer);
    sayTimer = setTimeout(() => {
        const states = outputs.map((output) => `${KINDS[output.what].name} ${stateAt(output)}`);
        const values = charts.filter((chart) => chart.lines.length > 0).slice(0, 3)
            .flatMap((chart) => chart.lines.filter((line) => !line.hidden && valueText(line, chart.plot.unit, cursorTime)).map((line) => `${line.name} ${valueText(line, chart.plot.unit, cursorTime)}`));
        byId("say").textContent = cursorTime === null ? "" : [cursorText(cursorTime), ...states, ...values].join(", ");
    }, 250);
}
