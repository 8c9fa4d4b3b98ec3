/* SPDX-License-Identifier: Apache-2.0 */
/* ---- Who gave and who used the energy, day by day: sources stand above the axis, users hang below it. ---- */

const NAMED_MAX = 7; /* those who used less are one entry, "n others" */
const SOURCE_COLORS = ["--c2", "--c6", "--c5", "--c7"];
const USER_COLORS = ["--c1", "--c4", "--c3", "--c7", "--c6", "--c5", "--c2", "--c8"];
const sumOf = (list) => list.reduce((sum, value) => sum + value, 0);

function energyOf(list, colors) {
    const all = listOf(list).filter((one) => one && Array.isArray(one.wh))
        .map((one) => ({ name: String(one.name), wh: one.wh.map((value) => (isNumber(value) ? value : 0)) }))
        .map((one) => ({ ...one, total: sumOf(one.wh) })).filter((one) => one.total !== 0).sort((a, b) => b.total - a.total);
    if (all.length > NAMED_MAX + 1) {
        const rest = all.splice(NAMED_MAX);
        const longest = Math.max(...rest.map((one) => one.wh.length));
        const wh = Array.from({ length: longest }, (unused, at) => sumOf(rest.map((one) => one.wh[at] || 0)));
        all.push({ name: `${rest.length} others`, wh, total: sumOf(wh) });
    }
    return all.map((one, at) => ({ ...one, color: () => mix(css(colors[at % colors.length]), css("--surface"), at < colors.length ? 0 : 0.35) }));
}

function energyPlot() {
    const energy = objectOf(head.energy);
    if (!(isNumber(energy.span_days) && energy.span_days > 0)) {
        return null;
    }
    const groups = [{ title: "From", sign: 1, entries: energyOf(energy.sources, SOURCE_COLORS) }, { title: "Used by", sign: -1, entries: energyOf(energy.users, USER_COLORS) }];
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
                bars.push({ entry, at, from: at * energy.spanS, to: Math.min((at + 1) * energy.spanS, whole.max), base: level, top: level + kwh });
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
            u.ctx.fillStyle = bar.entry.color();
            u.ctx.fillRect(x + gap, y, Math.max(end - x - 2 * gap, 1), foot - y);
        }
        u.ctx.fillStyle = css("--muted");
        u.ctx.fillRect(u.bbox.left, Math.round(places.y(0)) - ratio / 2, u.bbox.width, ratio);
    });
}

const valueOf = (entry, at) => (at === null ? entry.total : entry.wh[at] || 0);

function energyLegend(chart) {
    const box = element("div", { class: "legend" });
    const say = (text) => {
        const out = element("span", { class: "value" });
        chart.outs.push({ out, text });
        return out;
    };
    for (const group of chart.plot.energy.groups.filter((one) => one.entries.length > 0)) {
        const title = say((at) => `${group.title}, ${at === null ? "in all" : spanName(chart.plot.energy.spanS, at)}`);
        box.append(element("div", { class: "legend-group" }, title, say((at) => energyText(sumOf(group.entries.map((entry) => valueOf(entry, at)))))));
        for (const entry of group.entries) {
            const swatch = element("i", { class: "block", "aria-hidden": "true" });
            chart.swatches.push({ swatch, color: entry.color });
            box.append(element("div", { class: "key" }, swatch, element("span", { class: "name" }, entry.name), say((at) => energyText(valueOf(entry, at)))));
        }
    }
    return box;
}

function spanName(spanS, at) {
    const [first, last] = [Math.round(at * spanS / DAY_S), Math.round((at + 1) * spanS / DAY_S) - 1];
    return last > first ? `${dayText(first)} to ${dayText(last)}` : dayText(first);
}

/* Of the day under the cursor; with no cursor, of the whole run. */
function energyValues(chart) {
    const at = cursorTime === null ? null : Math.floor(Math.min(cursorTime, whole.max - 1e-6) / chart.plot.energy.spanS);
    chart.outs.forEach(({ out, text }) => { out.textContent = text(at); });
}
