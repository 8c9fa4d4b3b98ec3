/* SPDX-License-Identifier: Apache-2.0 */
/* ---- Who gave and who used the energy, day by day: sources stand above the axis, users hang below it. ---- */

const NAMED_MAX = 7; /* those who used less are one entry, "n others" */
const COLORS = [1, 4, 3, 7, 9, 10, 11, 8, 12, 5, 6, 2]; /* users from the first on, sources from the last */
const sumOf = (list) => list.reduce((sum, value) => sum + value, 0);

function energyOf(list, most, colors) {
    const all = listOf(list).filter((one) => one && Array.isArray(one.wh))
        .map((one) => ({ name: String(one.name), wh: one.wh.map((value) => (isNumber(value) ? value : 0)) }))
        .map((one) => ({ ...one, total: sumOf(one.wh) })).filter((one) => one.total !== 0).sort((a, b) => b.total - a.total);
    if (all.length > most + 1) {
        const rest = all.splice(most);
        const longest = Math.max(...rest.map((one) => one.wh.length));
        const wh = Array.from({ length: longest }, (unused, at) => sumOf(rest.map((one) => one.wh[at] || 0)));
        all.push({ name: `${rest.length} others`, wh, total: sumOf(wh) });
    }
    return all.map((one, at) => ({ ...one, color: `--c${colors[at]}` }));
}

function energyPlot() {
    const energy = objectOf(head.energy);
    if (!(isNumber(energy.span_days) && energy.span_days > 0)) {
        return null;
    }
    const users = energyOf(energy.users, NAMED_MAX, COLORS);
    const groups = [{ title: "From", sign: 1, entries: energyOf(energy.sources, Math.min(NAMED_MAX, COLORS.length - 1 - users.length), [...COLORS].reverse()) },
        { title: "Used by", sign: -1, entries: users }];
    if (groups.every((group) => group.entries.length === 0)) {
        return null;
    }
    const days = energy.span_days;
    const note = `, ${days > 1 ? `every ${days} days` : "by day"}: sources above the line, users below`;
    return { title: "Energy", unit: "kWh", note, height: 220, energy: { spanS: days * DAY_S, groups }, mirrored: true, marks: [], pad: 0 };
}

function energySpans(energy) {
    const count = Math.max(...energy.groups.flatMap((group) => group.entries.map((entry) => entry.wh.length)));
    return { first: clamp(Math.floor(view.min / energy.spanS), 0, count - 1), last: clamp(Math.ceil(view.max / energy.spanS) - 1, 0, count - 1) };
}

function energyScale({ energy }) {
    const { first, last } = energySpans(energy);
    const most = energy.groups.map((group) => {
        let top = 0;
        for (let at = first; at <= last; at++) {
            top = Math.max(top, sumOf(group.entries.map((entry) => Math.max(entry.wh[at] || 0, 0))) / 1000);
        }
        return top;
    });
    const pad = Math.max(most[0] + most[1], 0.001) * 0.06;
    return [-most[1] - pad, most[0] + pad];
}

/* The bars of the spans in view: entry, span, from and to in time, from and to in kWh. */
function energyBars(energy) {
    const { first, last } = energySpans(energy);
    const bars = [];
    for (let at = first; at <= last; at++) {
        for (const group of energy.groups) {
            let level = 0;
            for (const entry of group.entries) {
                const kwh = Math.max(entry.wh[at] || 0, 0) / 1000 * group.sign;
                bars.push({ entry, at, from: at * energy.spanS, to: Math.min((at + 1) * energy.spanS, main.end), base: level, top: level + kwh });
                level += kwh;
            }
        }
    }
    return bars;
}

function drawEnergy(u, energy) {
    const places = placesOf(u);
    const ratio = uPlot.pxRatio;
    inPlot(u, () => {
        for (const bar of energyBars(energy)) {
            const [x, end] = [places.x(bar.from), places.x(bar.to)];
            const gap = Math.min((end - x) * 0.08, 3 * ratio);
            const [y, foot] = [places.y(Math.max(bar.base, bar.top)), places.y(Math.min(bar.base, bar.top))];
            u.ctx.fillStyle = css(bar.entry.color);
            u.ctx.fillRect(x + gap, y, Math.max(end - x - 2 * gap, 1), foot - y);
        }
        u.ctx.fillStyle = css("--muted");
        u.ctx.fillRect(u.bbox.left, Math.round(places.y(0)) - ratio / 2, u.bbox.width, ratio);
    });
}

/* Of the day under the cursor; with no cursor, of the whole run; behind its end, of none. */
function energyLegend(chart) {
    const box = element("div", { class: "legend" }, element("div", { class: "legend-group" }, valueOf(chart, () => (second ? `First run only: ${titleOf(main)}` : ""))));
    const { spanS, groups } = chart.plot.energy;
    const spanAt = () => (cursorTime === null ? null : Math.floor(Math.min(cursorTime, main.end - 1e-6) / spanS));
    const whOf = (entry) => (spanAt() === null ? entry.total : entry.wh[spanAt()] || 0);
    const isOver = () => cursorTime > main.end;
    const textOf = (list) => valueOf(chart, () => (isOver() ? "" : energyText(sumOf(list.map(whOf)))));
    for (const { title, entries } of groups.filter((group) => group.entries.length > 0)) {
        box.append(element("div", { class: "legend-group" }, valueOf(chart, () => `${title}, ${isOver() ? "over" : spanAt() === null ? "in all" : spanName(spanS, spanAt())}`), textOf(entries)));
        box.append(...entries.map((entry) => element("div", { class: "key" }, swatchOf("block", entry.color), nameOf(entry.name), textOf([entry]))));
    }
    return box;
}

function spanName(spanS, at) {
    const [first, last] = [Math.round(at * spanS / DAY_S), Math.ceil(Math.min((at + 1) * spanS, Math.max(main.end, DAY_S)) / DAY_S - 1e-6) - 1];
    return last > first ? `${dayText(first)} to ${dayText(last)}` : dayText(first);
}
