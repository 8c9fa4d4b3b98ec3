/* SPDX-License-Identifier: Apache-2.0 */
/* ---- The plots: voltage and error of a log over time, the curves over state of charge. ---- */

const HOUR_S = 3600;
const charts = []; /* over time, those of the log that is shown */
const resized = []; /* all */
const axisFont = () => `12px ${css("--font")}`;

function axis(unit, decimals) {
    return {
        stroke: () => css("--muted"), font: axisFont(), grid: { stroke: () => css("--grid"), width: 1 },
        ticks: { stroke: () => css("--line"), width: 1, size: 5 }, gap: 4, incrs: STEPS,
        values: (u, splits, index, space, step) => splits.map((value) => `${numberText(value, decimals(step))}${unit}`),
    };
}

/* 1, 2 or 5 of a power of ten, so that a label needs no digit more than it shows. */
const STEPS = [-3, -2, -1, 0, 1, 2, 3, 4].flatMap((power) => [1, 2, 5].map((digit) => Number(`${digit}e${power}`)));
const decimalsOf = (step) => Math.min(Math.max(-Math.floor(Math.log10(step) + 1e-9), 0), 3);

/* The last third of a log. */
function drawHeldOut(u, from) {
    const left = Math.max(u.valToPos(from, "x", true), u.bbox.left);
    const right = u.bbox.left + u.bbox.width;
    if (left < right) {
        u.ctx.save();
        u.ctx.fillStyle = css("--wash");
        u.ctx.fillRect(left, u.bbox.top, right - left, u.bbox.height);
        u.ctx.restore();
    }
}

/* A figure with a caption that says what each line is and, where the cursor is, how much. */
function addFigure(place, plot) {
    const outs = plot.lines.map(() => element("output", {}));
    const keys = plot.lines.map((line, at) => {
        const swatch = element("i", { "aria-hidden": "true" });
        swatch.style.background = `var(${line.color})`;
        return element("span", { class: "key" }, swatch, line.name, outs[at]);
    });
    const canvas = element("div", { class: "canvas", role: "img", "aria-label": plot.title });
    place.append(element("figure", {}, element("figcaption", {}, plot.title, element("span", { class: "unit" }, plot.note || ""), ...keys), canvas));
    const u = new uPlot({
        width: 600, height: plot.height, padding: [8, 26, 0, 0], legend: { show: false },
        scales: { x: { time: false, ...(plot.x || {}) }, y: plot.range ? { range: plot.range } : {} },
        cursor: { y: false, drag: { x: true, y: false, setScale: true }, ...(plot.sync ? { sync: { key: plot.sync, scales: ["x", null] } } : {}) },
        series: [{}, ...plot.lines.map((line) => ({ label: line.name, stroke: () => css(line.color), width: line.width || 1.5, dash: line.dash, points: { show: false } }))],
        axes: [{ ...axis(plot.xUnit, decimalsOf), size: 28, space: 70 }, { ...axis(plot.unit, decimalsOf), size: 64, space: 26 }],
        hooks: {
            drawClear: plot.heldOut === undefined ? [] : [(self) => drawHeldOut(self, plot.heldOut)],
            setCursor: [(self) => outs.forEach((out, at) => {
                const value = self.cursor.idx === null || self.cursor.idx === undefined ? null : self.data[at + 1][self.cursor.idx];
                out.textContent = typeof value === "number" ? `${numberText(value, plot.decimals)}${plot.unit}` : "";
            })],
            setScale: plot.sync ? [follow] : [],
        },
    }, [plot.at, ...plot.lines.map((line) => line.values)], canvas);
    resized.push({ u, canvas, height: plot.height });
    return u;
}

/* The plots over time show the same time. */
function follow(self, key) {
    if (key !== "x") {
        return;
    }
    for (const u of charts) {
        if (u !== self && (u.scales.x.min !== self.scales.x.min || u.scales.x.max !== self.scales.x.max)) {
            u.setScale("x", { min: self.scales.x.min, max: self.scales.x.max });
        }
    }
}

/* Errors where the cell was measured too low to be scored would hide the others. */
function errorsOf(log, values) {
    return values.map((value, at) => (value === null || log.v[at] < 2.5 ? null : 1000 * (value - log.v[at])));
}

/* Symmetrical, and not ruled by a single row. */
function errorRange(log) {
    const sizes = [...errorsOf(log, log.fitted), ...errorsOf(log, log.held_out)].filter((mv) => mv !== null).map(Math.abs).sort((a, b) => a - b);
    const most = Math.max(5, 1.3 * (sizes[Math.floor(0.99 * (sizes.length - 1))] || 0));
    return (u, low, high) => {
        const seen = Math.max(Math.abs(low ?? 0), Math.abs(high ?? 0));
        const size = Math.min(most, Math.max(5, 1.1 * seen));
        return [-size, size];
    };
}

function showLog(index) {
    const log = fit.logs[index];
    const at = log.t.map((t) => (t - log.t[0]) / HOUR_S);
    const heldOut = (log.early_s - log.t[0]) / HOUR_S;
    const place = byId("over-time");
    for (const u of charts.splice(0)) {
        resized.splice(resized.findIndex((entry) => entry.u === u), 1);
        u.destroy();
    }
    place.replaceChildren();
    byId("choice").querySelectorAll("button").forEach((button, number) => button.setAttribute("aria-pressed", String(number === index)));
    byId("log-note").textContent = `${log.name}: ${log.rows} rows, ${log.capacity_ah} Ah, from ${numberText(log.soc_pct, 1)} %${log.t.length < log.rows ? `; the plots have the lowest and the highest of each few rows, ${log.t.length} in all` : ""}`;
    const common = { at, xUnit: " h", sync: "time", heldOut };
    charts.push(addFigure(place, { ...common, title: "Cell voltage", height: 300, unit: " V", decimals: 3, lines: [
        { name: "fitted to all rows", values: log.fitted, color: "--fitted", width: 2.5 },
        { name: "held out: fitted to the first two thirds", values: log.held_out, color: "--held-out", width: 2.5 },
        { name: "measured", values: log.v, color: "--measured", width: 0.75 }] }));
    charts.push(addFigure(place, { ...common, title: "Error", note: "fitted less measured, at 2.50 V or more", height: 200, unit: " mV", decimals: 1, range: errorRange(log), lines: [
        { name: "fitted to all rows", values: errorsOf(log, log.fitted), color: "--fitted", width: 1 },
        { name: "held out", values: errorsOf(log, log.held_out), color: "--held-out", width: 1 }] }));
    resize();
}

/* A straight line between points, their ends beyond. */
function between(points, x) {
    const next = points.findIndex((point) => point[0] >= x);
    if (next <= 0) {
        return points.at(next)[1];
    }
    const [x0, y0] = points[next - 1];
    const [x1, y1] = points[next];
    return y0 + (y1 - y0) * (x - x0) / (x1 - x0);
}

function showCurve() {
    const at = fit.ocv.map((point) => point[0]).filter((pct) => pct > -2 && pct < 102);
    const ocv = at.map((pct) => between(fit.ocv, pct));
    const gap = at.map((pct) => between(fit.hysteresis, pct));
    const place = byId("over-charge");
    const lowest = Math.max(2.4, Math.min(...ocv));
    const highest = Math.min(3.7, Math.max(...ocv));
    const voltages = () => [lowest - 0.02, highest + 0.02];
    addFigure(place, { at, title: "Open-circuit voltage", xUnit: " %", unit: " V", decimals: 4, height: 300, range: voltages, lines: [
        { name: "after a charge", values: ocv.map((v, i) => v + gap[i]), color: "--charged", width: 1.5, dash: [6, 4] },
        { name: "between", values: ocv, color: "--fitted", width: 2 },
        { name: "after a discharge", values: ocv.map((v, i) => v - gap[i]), color: "--discharged", width: 1.5, dash: [6, 4] }] });
    const inner = at.map((pct) => pct >= 0 && pct <= 100);
    addFigure(place, { at: at.filter((pct, i) => inner[i]), title: "Hysteresis", note: "half the gap", xUnit: " %", unit: " mV", decimals: 1, height: 150,
        range: (u, low, high) => [0, 1.1 * high], lines: [{ name: "M", values: gap.filter((v, i) => inner[i]).map((v) => 1000 * v), color: "--fitted" }] });
    byId("curve-note").textContent = `Over the state of charge. The logs reach ${fit.coverage.soc_pct.map((pct) => numberText(pct, 1)).join(" to ")} %.`;
}

function resize() {
    for (const { u, canvas, height } of resized) {
        const width = Math.floor(canvas.clientWidth);
        if (width > 0 && width !== u.width) {
            u.setSize({ width, height });
        }
    }
}

function buildCharts() {
    if (fit.logs.length > 1) {
        fit.logs.forEach((log, index) => {
            const button = element("button", { type: "button", "aria-pressed": "false" }, fileName(log.name));
            button.addEventListener("click", () => showLog(index));
            byId("choice").append(button);
        });
    }
    showCurve();
    showLog(0);
    new ResizeObserver(resize).observe(document.querySelector("main"));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => resized.forEach(({ u }) => u.redraw(true, true)));
}
