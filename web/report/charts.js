/* SPDX-License-Identifier: Apache-2.0 */
/* ---- A plot is built, resized and recoloured. ---- */

/* A value in a legend; `text` says what it is now. */
function valueOf(chart, text, tag) {
    const node = element(tag || "span", { class: tag ? null : "value" });
    chart.values.push({ node, text });
    return node;
}

const swatchOf = (kind, color) => element("i", { class: kind, "aria-hidden": "true", style: color && `--swatch: var(${color})` });
const nameOf = (name) => element("span", { class: "name" }, name);

function lineKey(chart, line) {
    const key = element("button", { class: "key", "aria-pressed": String(!line.hidden), title: "Hide or show this line" },
        swatchOf(line.dash ? "dashed" : null, line.color), nameOf(line.name), valueOf(chart, () => lineText(chart, line)));
    key.addEventListener("click", () => {
        hiddenLines[line.hidden ? "delete" : "add"](line.name);
        line.hidden = !line.hidden;
        key.setAttribute("aria-pressed", String(!line.hidden));
        drawSoon();
    });
    return key;
}

function plotLegend(chart) {
    const { plot, lines } = chart;
    const marks = [...plot.marks].sort((a, b) => b.value - a.value);
    const box = element("div", { class: "legend" }, element("div", { class: "legend-items" }, ...lines.map((line) => lineKey(chart, line)),
        ...marks.map((mark) => element("div", { class: "key mark" }, swatchOf("dashed"), nameOf(mark.name), `${mark.text} ${plot.unit}`))));
    if (plot.cells && main.cells.length > 0) {
        const who = valueOf(chart, whoText, "p");
        who.className = "who";
        box.append(who, cellChooser());
    }
    return box;
}

function stripLegend(chart) {
    const states = chart.plot.run.outputs.map((output) => element("div", { class: "state" }, nameOf(KINDS[output.what].name),
        valueOf(chart, () => stateAt(output)), valueOf(chart, () => sinceText(output), "small")));
    return element("div", { class: "legend" }, element("div", { class: "legend-items" }, ...states));
}

function stripCaption(run) {
    const wash = (color, text, name) => element("span", { class: name }, swatchOf(null, color), text);
    const hasDense = run.outputs.some((output) => output.runs.some((held) => held.dense));
    const washes = [...(main.hasSeries && run === main ? [wash("--wash-load", "Load floating"), wash("--wash-prealarm", "pre-alarm high")] : []), wash("--night", "night", "night"),
        hasDense ? element("span", {}, swatchOf("hatched"), "changes too dense to be drawn") : null].filter(Boolean);
    return element("figcaption", {}, run === main ? "Outputs" : "Outputs of the second run", element("span", { class: "washes" }, ...washes));
}

function options(chart) {
    const { plot } = chart;
    const draw = plot.strip ? (u) => drawStrip(u, plot.run) : plot.energy ? (u) => drawEnergy(u, plot.energy) : (u) => drawLines(chart, u);
    return {
        width: 600, height: plot.height, padding: [plot.strip ? 2 : 8, RIGHT_PX, 0, 0], legend: { show: false }, cursor: { show: false }, select: { show: false },
        scales: { x: { time: false, auto: false, range: () => [view.min, view.max] }, y: { auto: false, range: () => chart.range } },
        series: [{}, { paths: () => null, points: { show: false } }], axes: axes(plot), hooks: { drawClear: [(u) => drawBehind(u, plot)], draw: [draw] },
    };
}

const rangeOf = (chart) => (chart.plot.strip ? [0, 1] : chart.plot.energy ? energyScale(chart.plot) : scaleOf(chart));

function plotSummary({ plot, lines }) {
    const told = lines.map((line) => {
        const { quantity, scale, decimals, name } = line;
        const found = extremesOf(quantity);
        return found ? `${name} ${spanText(found[0] * scale, found[1] * scale, decimals, plot.unit)}` : name;
    });
    return `${plot.title} over time: ${told.join(", ")}`;
}

function chartLabel(chart) {
    const { strip, run, energy } = chart.plot;
    if (strip) {
        const highFor = (held) => (held.dense ? held.dense.high_s || 0 : held.on ? held.to - held.from : 0);
        const told = run.outputs.map(({ what, runs }) => `${KINDS[what].name} high for ${durationText(sumOf(runs.map(highFor)))}`);
        return `Outputs over ${durationText(run.end)}: ${told.join(", ")}; the tables of incidents and events list when`;
    }
    const told = energy && energy.groups.map(({ title, entries }) => `${title}: ${entries.map(({ name, total }) => `${name} ${energyText(total)}`).join(", ")}`);
    return energy ? `Energy over time. ${told.join(". ")}` : plotSummary(chart);
}

function showLegend(chart) {
    chart.values = [];
    const legend = chart.plot.strip ? stripLegend(chart) : chart.plot.energy ? energyLegend(chart) : plotLegend(chart);
    chart.figure.querySelector(".legend").replaceWith(legend);
}

const hiddenLines = new Set();
const linesOf = (plot) => (plot.lines ? plot.lines().map((line) => ({ ...line, hidden: hiddenLines.has(line.name) })) : []);

function addChart(plot, after) {
    const chart = { plot, lines: linesOf(plot), range: [0, 1], values: [], u: null };
    if (!plot.strip && !plot.energy && chart.lines.length === 0) {
        return null;
    }
    const canvas = element("div", { class: "canvas", role: "img", "aria-label": chartLabel(chart) });
    const caption = plot.strip ? stripCaption(plot.run) : element("figcaption", {}, `${plot.title} `, element("span", {}, plot.unit + (plot.note || "")));
    chart.figure = element("figure", { class: `panel${plot.strip ? " strip" : ""}`, "aria-label": plot.title || caption.firstChild.textContent }, caption, canvas, element("div", { class: "legend" }));
    chart.canvas = canvas;
    after ? after.figure.after(chart.figure) : byId("stack").append(chart.figure);
    charts.splice(after ? charts.indexOf(after) + 1 : charts.length, 0, chart);
    chart.range = rangeOf(chart);
    chart.u = new uPlot(options(chart), [[whole.min, whole.max], [null, null]], canvas);
    chart.line = element("div", { class: "cursor-line", hidden: "" });
    chart.drag = element("div", { class: "drag", hidden: "" });
    chart.u.over.append(chart.line, chart.drag);
    bindPointer(chart);
    if (plot.strip) {
        bindStrip(chart);
    }
    showLegend(chart);
    return chart;
}

/* Other lines in the same plots: cells were chosen, or a second run came or went. */
function relineCharts() {
    for (const chart of charts.filter((one) => one.plot.lines)) {
        const isOpen = chart.figure.querySelector("details[open]") !== null;
        chart.lines = linesOf(chart.plot);
        showLegend(chart);
        chart.canvas.setAttribute("aria-label", chartLabel(chart));
        if (isOpen) {
            chart.figure.querySelector("details").open = true;
        }
    }
    drawSoon();
}

function buildPlots() {
    plotList().forEach((plot) => addChart(plot, null));
    byId("bands").hidden = !main.hasSeries;
    const watch = new ResizeObserver(fit);
    watch.observe(byId("stack"));
    watch.observe(byId("toolbar"));
    fit();
}

function fit() {
    byId("plots").style.setProperty("--bar-height", `${byId("toolbar").offsetHeight}px`);
    styles.delete("--gutter");
    const size = parseInt(css("--gutter"), 10);
    const widths = charts.map(({ canvas }) => Math.floor(canvas.clientWidth));
    let isOther = false;
    charts.forEach(({ u, plot }, at) => {
        if (widths[at] > 0 && widths[at] !== u.width) {
            isOther = true;
            u.axes[1].size = () => size;
            u.setSize({ width: widths[at], height: plot.height });
        }
    });
    if (isOther) {
        drawNow();
    }
}

/* All plots at the view, at once. */
function drawNow() {
    for (const chart of charts) {
        chart.range = rangeOf(chart);
        chart.u.batch(() => {
            chart.u.setScale("x", { min: view.min, max: view.max });
            chart.u.setScale("y", { min: chart.range[0], max: chart.range[1] });
        });
        chart.u.redraw(false, false);
    }
    const drawn = firstLines().filter(({ line }) => !line.cell).map(({ name, line }) => name + intervalText(line));
    byId("interval").textContent = drawn.length > 0 ? ` (here ${drawn.join("; ")})` : "";
    charts.filter(({ plot }) => plot.strip).forEach(({ figure, plot }) => { figure.querySelector(".night").hidden = nightsInView(plot.run).length === 0; });
    showCursor();
}

let isDrawWaiting = false;
function drawSoon() {
    if (!isDrawWaiting) {
        isDrawWaiting = true;
        requestAnimationFrame(() => {
            isDrawWaiting = false;
            drawNow();
        });
    }
}

function recolor() {
    charts.forEach(({ u }) => u.redraw(false, true));
}
