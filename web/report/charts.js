/* SPDX-License-Identifier: Apache-2.0 */
/* ---- A plot is built, resized and recoloured. ---- */

function legendKey(chart, entry, index) {
    const out = element("output", {});
    const swatch = element("i", { "aria-hidden": "true" });
    const key = element("button", { type: "button", class: "key", "aria-pressed": "true", "aria-label": entry.full || entry.name, title: "Hide or show this line" },
        swatch, element("span", { class: "name" }, element("span", { class: "word" }, entry.word || ""), entry.name), out);
    key.addEventListener("click", () => {
        const show = !chart.u.series[index + 1].show;
        chart.u.setSeries(index + 1, { show });
        key.setAttribute("aria-pressed", String(show));
    });
    chart.outs.push(out);
    chart.keys.push(key);
    return key;
}

function plotLegend(chart) {
    const box = element("div", { class: "legend" });
    let group = null;
    let items = null;
    chart.plot.lines.forEach((entry, index) => {
        if (items === null || entry.group !== group) {
            group = entry.group;
            items = element("div", { class: "legend-items" });
            box.append(...(group ? [element("div", { class: "legend-battery" }, group)] : []), items);
        }
        items.append(legendKey(chart, entry, index));
    });
    if (chart.plot.lines.length > 8) {
        box.querySelectorAll(".legend-battery").forEach((node) => node.append(", cells"));
        box.querySelectorAll(".legend-items").forEach((node) => node.classList.add("pairs"));
    }
    return box;
}

function stripLegend(chart) {
    const items = element("div", { class: "legend-items" });
    for (const output of outputs) {
        const out = element("output", {});
        const note = element("small", {});
        chart.outs.push(out);
        chart.notes.push(note);
        items.append(element("div", { class: "state" }, element("span", { class: "name" }, KINDS[output.what].name), out, note));
    }
    return element("div", { class: "legend" }, items);
}

function stripCaption() {
    const wash = (color, text) => {
        const swatch = element("i", { "aria-hidden": "true" });
        swatch.style.background = `var(${color})`;
        return element("span", {}, swatch, text);
    };
    return element("figcaption", {}, "Outputs ", element("span", { class: "washes" },
        wash("--wash-load", "Load floating"), wash("--wash-prealarm", "pre-alarm high")));
}

function lineOptions(entry, count) {
    return { label: entry.full || entry.name, stroke: entry.color, width: count > 8 ? 1.2 : 1.5, spanGaps: false, points: { size: 5 } };
}

function options(chart) {
    const { plot } = chart;
    const hooks = { setCursor: [(u) => onCursor(chart, u)], setSelect: [dragged],
        setSeries: [(u, index, change) => focusKey(chart, index, change)] };
    hooks.drawClear = [(u) => plot.strip || drawWashes(u), drawSelected];
    hooks.draw = [(u) => (plot.strip ? drawStrip(u) : drawMarks(u, plot))];
    const lines = plot.strip ? [{ paths: () => null, points: { show: false } }] : plot.lines.map((entry) => lineOptions(entry, plot.lines.length));
    return {
        width: 600, height: plot.height, padding: [plot.strip ? 2 : 8, RIGHT_PX, 0, 0], legend: { show: false },
        scales: { x: { time: false, range: () => [view.min, view.max] }, y: { range: plot.strip ? [0, 1] : yRange(plot) } },
        cursor: { y: false, sync: { key: "run", scales: ["x", null] }, drag: { x: true, y: false, setScale: false, dist: 4 },
            focus: { prox: plot.lines && plot.lines.length > 1 ? 20 : -1 }, points: { show: !plot.strip, size: 7 }, bind: { dblclick: () => () => zoomTo(whole.min, whole.max) } },
        focus: { alpha: 0.3 },
        series: [{}, ...lines], axes: axes(plot), hooks,
    };
}

function focusKey(chart, index, change) {
    if (change && change.focus !== undefined) {
        chart.keys.forEach((key, at) => key.classList.toggle("focus", at + 1 === index && change.focus));
    }
}

function plotSummary(plot) {
    const flat = plot.lines.flatMap((entry) => entry.values.filter(isNumber));
    const low = flat.reduce((a, b) => Math.min(a, b), Infinity);
    const high = flat.reduce((a, b) => Math.max(a, b), -Infinity);
    return `${plot.title} over time, from ${numberText(low, 2)} to ${numberText(high, 2)} ${plot.unit}`;
}

function addChart(plot) {
    const chart = { plot, outs: [], notes: [], keys: [], u: null };
    const canvas = element("div", { class: "canvas", role: "img",
        "aria-label": plot.strip ? "The outputs Load, Pre-alarm and Charger over time; the events table lists every edge" : plotSummary(plot) });
    const caption = plot.strip ? stripCaption() : element("figcaption", {}, `${plot.title} `, element("span", {}, plot.unit + (plot.note || "")));
    const legend = plot.strip ? stripLegend(chart) : plotLegend(chart);
    byId("stack").append(element("figure", { class: plot.strip ? "panel strip" : "panel" }, caption, canvas, legend));
    const columns = plot.strip ? [times.map(() => null)] : plot.lines.map((entry) => times.map((t, at) => entry.values[at] ?? null));
    charts.push(chart);
    chart.u = new uPlot(options(chart), [times, ...columns], canvas);
    chart.canvas = canvas;
    if (plot.strip) {
        bindStrip(chart.u);
        stripStates(chart, null);
    }
}

function buildPlots() {
    for (const plot of plotList()) {
        if (plot.strip) {
            plot.height = LANE_PX * 3 + 28;
            addChart(plot);
        } else {
            plot.lines = plot.lines.filter((entry) => entry.values.some(isNumber));
            plot.marks = plot.marks.filter(Boolean);
            if (plot.lines.length > 0) {
                addChart(plot);
            }
        }
    }
    const watch = new ResizeObserver(fit);
    watch.observe(byId("stack"));
    watch.observe(byId("toolbar"));
    fit();
}

function fit() {
    byId("plots").style.setProperty("--bar-height", `${byId("toolbar").offsetHeight}px`);
    const size = parseInt(css("--gutter"), 10);
    for (const { u, canvas, plot } of charts) {
        const width = Math.floor(canvas.clientWidth);
        const height = innerWidth <= 620 && !plot.strip ? Math.round(plot.height * 0.88) : plot.height;
        if (width > 0 && (width !== u.width || height !== u.height)) {
            u.axes[1].size = () => size;
            u.setSize({ width, height });
        }
    }
}

function recolor() {
    for (const { u, plot, keys } of charts) {
        keys.forEach((key, at) => { key.querySelector("i").style.background = plot.lines[at].color(); });
        u.redraw(true, true);
    }
}
