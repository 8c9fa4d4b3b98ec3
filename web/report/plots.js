/* SPDX-License-Identifier: Apache-2.0 */
/* ---- What is drawn: lines, thresholds, axes, washes and marks. ---- */

const charts = [];
let selected = null;
let cursorTime = null;

const palette = (index) => () => css(`--c${(index % 8) + 1}`);

function mix(from, to, share) {
    const part = (hex, at) => parseInt(hex.slice(at, at + 2), 16);
    const channel = (at) => Math.round(part(from, at) * (1 - share) + part(to, at) * share);
    return `rgb(${channel(1)}, ${channel(3)}, ${channel(5)})`;
}

/* One battery: a hue a cell. Several: a hue a battery, its cells in steps of lightness. */
function cellLines() {
    const cells = (Array.isArray(series.cells) ? series.cells : []).filter((cell) => Array.isArray(cell.mv));
    const named = cells.map((cell) => /^battery (\d+) cell (\d+)$/.exec(cell.name || ""));
    const batteries = [...new Set(named.filter(Boolean).map((match) => match[1]))];
    return cells.map((cell, index) => {
        const match = named[index];
        const line = { name: cell.name || `cell ${index + 1}`, values: cell.mv.map((mv) => (isNumber(mv) ? mv / 1000 : null)), decimals: 3, color: palette(index) };
        if (match && batteries.length > 1) {
            const at = batteries.indexOf(match[1]);
            line.color = () => mix(css(`--c${(at % 8) + 1}`), css("--surface"), 0.13 * ((Number(match[2]) - 1) % 4));
        }
        if (match) {
            line.group = `Battery ${match[1]}`;
            line.word = "cell ";
            line.name = match[2];
            line.full = cell.name;
        }
        return line;
    });
}

function line(name, values, color, decimals, scale) {
    const list = Array.isArray(values) ? values : [];
    return { name, values: list.map((value) => (isNumber(value) ? value * (scale || 1) : null)), decimals, color: () => css(color) };
}

function threshold(name, value, scale, decimals, unit) {
    return isNumber(value) ? { value: value * scale, label: `${name} ${numberText(value * scale, decimals)} ${unit}` } : null;
}

function plotList() {
    const volts = (name, key) => threshold(name, thresholds[key], 0.001, 2, "V");
    const cellTop = totals.cell_mv_max && totals.cell_mv_max.mv;
    const clears = cellTop >= thresholds.over_voltage_clear_mv ? volts("over-voltage clears", "over_voltage_clear_mv") : null;
    const degrees = (name, key) => threshold(name, thresholds[key], 0.1, 1, "\u00b0C");
    return [
        { title: "Cell voltage", unit: "V", height: 310, near: 0.1, pad: 0.01, lines: cellLines(),
            showAll: true, marks: [volts("under-voltage", "under_voltage_mv"), volts("pre-alarm", "pre_alarm_mv"),
                volts("return", "discharge_return_mv"), volts("over-voltage", "over_voltage_mv"), clears] },
        { strip: true },
        { title: "Bus voltage", unit: "V", height: 170, near: 0, pad: 0.05, lines: [line("bus", series.bus_mv, "--c1", 2, 0.001)], marks: [] },
        { title: "Current", unit: "A", note: "; the battery's is positive while it charges", height: 190, near: 0, pad: 0.2, include: [0],
            lines: [line("battery", series.battery_a, "--c1", 2), line("chargers", series.solar_a, "--c2", 2), line("loads", series.load_a, "--c4", 2)], marks: [] },
        { title: "State of charge", unit: "%", height: 160, fixed: [-2, 102], steps: [5, 10, 25, 50], lines: [line("bank", series.soc_pct, "--c3", 1)], marks: [] },
        { title: "Temperature", unit: "\u00b0C", height: 180, near: 6, pad: 0.8,
            lines: [line("coldest battery", series.temp_c, "--c1", 1), line("warmest battery", series.temp_max_c, "--c2", 1), line("ambient", series.ambient_c, "--c8", 1)],
            marks: [degrees("low temperature", "low_temp_dc"), degrees("high temperature", "high_temp_dc")] },
    ];
}

const wholeInView = () => view.min <= whole.min && view.max >= whole.max;

/* The data in view, and those thresholds that are near it; over the whole run, all of the cells' thresholds. */
function yRange(plot) {
    return (u, low, high) => {
        if (plot.fixed) {
            return plot.fixed;
        }
        const values = [...(plot.include || [])];
        if (isNumber(low) && isNumber(high)) {
            values.push(low, high);
        }
        if (values.length === 0) {
            values.push(...plot.marks.map((mark) => mark.value), 0);
        }
        const [bottom, top] = [Math.min(...values), Math.max(...values)];
        const near = plot.near === 0 ? 0 : Math.max(plot.near, (top - bottom) / 2);
        for (const mark of plot.marks) {
            if ((plot.showAll && wholeInView()) || (mark.value >= bottom - near && mark.value <= top + near)) {
                values.push(mark.value);
            }
        }
        const pad = Math.max((Math.max(...values) - Math.min(...values)) * 0.07, plot.pad);
        return [Math.min(...values) - pad, Math.max(...values) + pad];
    };
}

const STEPS_S = [0.125, 0.25, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200,
    ...[1, 2, 5, 7, 10, 14, 20, 30, 50, 60, 90, 180, 365, 730, 1825, 3650, 7300].map((days) => days * DAY_S)];
const STEPS_Y = [-3, -2, -1, 0, 1, 2, 3, 4].flatMap((power) => [1, 2, 5].map((digit) => Number(`${digit}e${power}`)));
const RIGHT_PX = 14;
const axisFont = () => `12px ${css("--font")}`;

function tickSpace(u, axisIndex, min, max, width) {
    const span = max - min;
    return span / (width / 70) > DAY_S / 2 ? 70 : span / (width / 122) < 1 ? 150 : 122;
}

function tickText(u, splits, axisIndex, space, step) {
    const text = (t) => (step >= DAY_S ? `day ${Math.round(t / DAY_S) + 1}` : clockText(t, step < 60, step < 1));
    const width = u.width - parseInt(css("--gutter"), 10) - RIGHT_PX;
    return splits.map((t) => {
        const label = t < whole.min || t > whole.max ? "" : text(t);
        const place = (t - view.min) / (view.max - view.min) * width;
        return place + label.length * 3.2 > width + RIGHT_PX ? "" : label;
    });
}

function axes(plot) {
    const common = { stroke: () => css("--muted"), font: axisFont(), ticks: { stroke: () => css("--line"), width: 1, size: 5 } };
    const size = parseInt(css("--gutter"), 10);
    const x = { ...common, incrs: STEPS_S, space: tickSpace, values: tickText, size: 26, gap: 4, grid: { stroke: () => css("--grid"), width: 1 } };
    const yText = (u, splits, axisIndex, space, step) => {
        const decimals = clamp(-Math.floor(Math.log10(step) + 1e-9), 0, 3);
        return splits.map((value) => `${numberText(value, decimals)} ${plot.unit}`);
    };
    const y = { ...common, incrs: plot.steps || STEPS_Y, size, gap: 5, space: 26, values: yText, grid: { stroke: () => css("--grid"), width: 1 } };
    if (plot.strip) {
        return [{ ...x, grid: { show: false } }, { ...y, values: () => [], grid: { show: false }, ticks: { show: false } }];
    }
    return [x, y];
}

function washColumns(u, output, on, color) {
    const right = u.bbox.left + u.bbox.width;
    let painted = u.bbox.left;
    u.ctx.fillStyle = css(color);
    for (const held of output.runs) {
        if (held.on === on && held.to >= view.min && held.from <= view.max) {
            /* Never over a column that is already washed: many short runs would add up to a solid block. */
            const start = Math.round(u.valToPos(held.from, "x", true));
            const end = Math.min(Math.max(Math.round(u.valToPos(held.to, "x", true)), start + 1), right);
            const from = Math.max(start, painted);
            if (end > from) {
                u.ctx.fillRect(from, u.bbox.top, end - from, u.bbox.height);
                painted = end;
            }
        }
    }
}

function drawWashes(u) {
    u.ctx.save();
    washColumns(u, outputs[0], false, "--wash-load");
    washColumns(u, outputs[1], true, "--wash-prealarm");
    u.ctx.restore();
}

function drawDashed(u, y) {
    u.ctx.beginPath();
    u.ctx.moveTo(u.bbox.left, y);
    u.ctx.lineTo(u.bbox.left + u.bbox.width, y);
    u.ctx.stroke();
}

function drawLabel(u, text, right, y) {
    const ratio = uPlot.pxRatio;
    const width = u.ctx.measureText(text).width + 8 * ratio;
    u.ctx.globalAlpha = 0.86;
    u.ctx.fillStyle = css("--surface");
    u.ctx.fillRect(right - width, y - 15 * ratio, width, 14 * ratio);
    u.ctx.globalAlpha = 1;
    u.ctx.fillStyle = css("--threshold");
    u.ctx.fillText(text, right - 4 * ratio, y - 3.5 * ratio);
}

/* Labels stand above their lines; one that would cover its neighbour moves to the left of it. */
function drawMarks(u, plot) {
    const ratio = uPlot.pxRatio;
    const shown = plot.marks.filter((mark) => mark.value >= u.scales.y.min && mark.value <= u.scales.y.max)
        .sort((a, b) => a.value - b.value);
    let last = null;
    u.ctx.save();
    u.ctx.lineWidth = ratio;
    u.ctx.strokeStyle = css("--threshold");
    u.ctx.setLineDash([6 * ratio, 4 * ratio]);
    u.ctx.font = `${12 * ratio}px ${css("--font")}`;
    u.ctx.textAlign = "right";
    u.ctx.textBaseline = "alphabetic";
    for (const mark of shown) {
        const y = Math.round(u.valToPos(mark.value, "y", true)) + 0.5;
        let right = u.bbox.left + u.bbox.width - 4 * ratio;
        if (last && last.y - y < 15 * ratio) {
            right = last.right - u.ctx.measureText(last.label).width - 14 * ratio;
        }
        drawDashed(u, y);
        drawLabel(u, mark.label, right, Math.max(y, u.bbox.top + 16 * ratio));
        last = { y, right, label: mark.label };
    }
    u.ctx.restore();
}

function drawSelected(u) {
    if (selected === null || selected.t_s < view.min || selected.t_s > view.max) {
        return;
    }
    const x = Math.round(u.valToPos(selected.t_s, "x", true)) + 0.5;
    u.ctx.save();
    u.ctx.strokeStyle = css("--accent");
    u.ctx.lineWidth = 1.5 * uPlot.pxRatio;
    u.ctx.beginPath();
    u.ctx.moveTo(x, u.bbox.top);
    u.ctx.lineTo(x, u.bbox.top + u.bbox.height);
    u.ctx.stroke();
    u.ctx.restore();
}
