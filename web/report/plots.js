/* SPDX-License-Identifier: Apache-2.0 */
/* ---- What is drawn: the plots, their lines, thresholds, scales and axes. ---- */

const charts = [];
let selected = null; /* an event */
let cursorTime = null;

/* Lines of a plot, each [quantity, name, colour, ...], of those that a run has; those of a second run are dashed, in colours of their own. */
function linesOfBoth(...lines) {
    return [main, second].filter(Boolean).flatMap((run) => lines.filter(([key]) => run.quantities[key]).map(([key, name, color, more]) => ({
        quantity: run.quantities[key], name: run === main ? name : `2nd: ${name}`, color: `--c${run === main ? color : color + 4}`, scale: 1, dash: run !== main, ...more })));
}

function threshold(name, key, scale, decimals) {
    return isNumber(thresholds[key]) ? { value: thresholds[key] * scale, name, text: numberText(thresholds[key] * scale, decimals) } : null;
}

function cellLines() {
    const volts = { scale: 0.001, decimals: 3 };
    const chosen = chosenCells.map((cell, at) => ({ quantity: cell.quantity, name: cell.name, color: `--c${at < 2 ? at + 3 : at + 5}`, cell, ...volts }));
    return [...linesOfBoth(["cell_min_mv", "lowest", 1, volts], ["cell_max_mv", "highest", 2, volts]), ...chosen];
}

function plotList() {
    const plot = (title, unit, height, more, lines, marks) => ({ title, unit, height, ...more, lines, marks: (marks || []).filter(Boolean) });
    const both = (...lines) => () => linesOfBoth(...lines);
    return [
        { strip: true, run: main, height: LANE_PX * 3 + 28 },
        plot("Cell voltage", "V", 268, { near: 0.12, pad: 0.01, cells: true, always: ["under-voltage", "pre-alarm"] }, cellLines, [
            threshold("under-voltage", "under_voltage_mv", 0.001, 2), threshold("pre-alarm", "pre_alarm_mv", 0.001, 2), threshold("return", "discharge_return_mv", 0.001, 2),
            threshold("over-voltage", "over_voltage_mv", 0.001, 2), threshold("over-voltage clears", "over_voltage_clear_mv", 0.001, 2)]),
        plot("Spread of the cells", "mV", 104, { note: ", highest minus lowest", pad: 1, include: [0] }, both(["cell_spread_mv", "spread", 4, { decimals: 0 }])),
        plot("State of charge", "%", 150, { fixed: [-2, 102], steps: [5, 10, 25, 50] }, both(["soc_pct", "bank", 3, { decimals: 1 }])),
        plot("Current", "A", 190, { note: "; the battery's is positive while it charges", pad: 0.2, include: [0] },
            both(["load_a", "loads", 4, { decimals: 2 }], ["chargers_a", "chargers", 2, { decimals: 2 }], ["battery_a", "battery", 1, { decimals: 2 }])),
        plot("Bus voltage", "V", 150, { pad: 0.05 }, both(["bus_mv", "bus", 1, { scale: 0.001, decimals: 2 }])),
        plot("Temperature", "\u00b0C", 160, { near: 6, pad: 0.8 }, 
            both(["temp_min_c", "coldest battery", 1, { decimals: 1 }], ["temp_max_c", "warmest battery", 2, { decimals: 1 }], ["ambient_c", "ambient", 8, { decimals: 1 }]),
        [threshold("low temperature", "low_temp_dc", 0.1, 1), threshold("high temperature", "high_temp_dc", 0.1, 1)]),
        energyPlot(),
    ].filter(Boolean);
}

const secondsPerPixel = (chart) => (view.max - view.min) / Math.max(chart.u ? chart.u.bbox.width / uPlot.pxRatio : 1000, 1);

function lineExtremes(line, chart) {
    const { quantity, scale } = line;
    const found = extremesIn(quantity, view.min, view.max, levelAt(quantity, secondsPerPixel(chart)));
    return found ? found.map((value) => value * scale) : null;
}

/* The data in view, those thresholds that are near it, and those that always count. */
function scaleOf(chart) {
    const { plot } = chart;
    if (plot.fixed) {
        return plot.fixed;
    }
    const values = [...(plot.include || []), ...chart.lines.filter((line) => !line.hidden).flatMap((line) => lineExtremes(line, chart) || [])];
    if (values.length === 0) {
        values.push(...plot.marks.map((mark) => mark.value), 0);
    }
    const [bottom, top] = [Math.min(...values), Math.max(...values)];
    for (const mark of plot.marks) {
        const isNear = mark.value >= bottom - plot.near && mark.value <= top + plot.near;
        if (isNear || (wholeInView() && (plot.always || []).includes(mark.name))) {
            values.push(mark.value);
        }
    }
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const pad = Math.max((high - low) * 0.07, plot.pad);
    return [(plot.include || []).includes(low) ? low : low - pad, high + pad];
}

const wholeInView = () => view.min <= whole.min && view.max >= whole.max;

/* ---- Axes. ---- */

const STEPS_S = [0.125, 0.25, 0.5, 1, 2, 3, 5, 10, 15, 30, 60, 120, 180, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200,
    ...[1, 2, 3, 5, 7, 10, 14, 20, 30, 50, 60, 90, 180, 360, 730, 1095, 1460, 1825, 2555, 3650, 7300].map((days) => days * DAY_S)];
const STEPS_Y = [-3, -2, -1, 0, 1, 2, 3, 4].flatMap((power) => [1, 2, 5].map((digit) => Number(`${digit}e${power}`)));
const RIGHT_PX = 48; /* where the thresholds' values stand, beside the data */
const axisFont = () => `12px ${css("--font")}`;

/* No label is wider. With steps that at most double there are two ticks on a phone, too. */
const tickSpace = (u, axisIndex, min, max, width) => ((max - min) / width * 96 <= 0.5 ? 96 : 66);

/* Ticks at the first of a month, where there are dates and the step is a month or more. */
function monthTicks(min, max, step) {
    const months = [1, 2, 3, 4, 6, 12, 24, 36, 48, 60, 84].find((count) => count * 31 * DAY_S >= step) || 120;
    const first = new Date(startMs + min * 1000);
    const ticks = [];
    for (let month = Math.floor(first.getUTCMonth() / months) * months; ; month += months) {
        const t = (Date.UTC(first.getUTCFullYear(), month, 1) - startMs) / 1000;
        if (t > max) {
            return ticks;
        }
        if (t >= min) {
            ticks.push(t);
        }
    }
}

function tickPlaces(u, axisIndex, min, max, step) {
    if (isDated && step > 21 * DAY_S) {
        return monthTicks(min, max, step);
    }
    const first = Math.ceil(min / step - 1e-9);
    return Array.from({ length: Math.max(0, Math.floor(max / step + 1e-9) - first + 1) }, (unused, at) => (first + at) * step);
}

/* The day, or the year, is told where it is another than at the tick before, if there is room for it. */
function tickText(u, splits, axisIndex, space, step) {
    const width = u.width - parseInt(css("--gutter"), 10) - RIGHT_PX;
    const perSecond = width / (view.max - view.min);
    const wide = (label) => u.ctx.measureText(label).width / 2 + 1;
    u.ctx.font = axisFont();
    let [told, last] = ["", ""];
    return splits.map((t) => {
        const day = dayText(Math.floor(t / DAY_S + 1e-6), isDated && step > 21 * DAY_S).replace(/^\w+ \d+ (?=\w+ \d{4})/, ""); /* "May 2026" */
        const date = day.replace(/^(\d+ \w+) \d+$/, "$1");
        const all = step < DAY_S ? clockText(t, step < 60, step < 1) : day;
        const short = step < DAY_S ? all.slice(day.length + 1) : date;
        const group = all.replace(short, "");
        const room = t <= whole.max ? RIGHT_PX + (view.max - t) * perSecond : 0;
        const isNew = group !== told && wide(all) + Math.max(...[short, date, last].map(wide)) < step * perSecond && wide(all) < room;
        const isMidnight = step < DAY_S && t % DAY_S === 0;
        told = isNew || isMidnight ? group : told;
        last = isNew ? all : isMidnight ? date : short;
        return wide(last) < room ? last : "";
    });
}

function axes(plot) {
    const common = { stroke: () => css("--muted"), font: axisFont(), ticks: { stroke: () => css("--line"), width: 1, size: 5 } };
    const size = parseInt(css("--gutter"), 10);
    const x = { ...common, incrs: STEPS_S, space: tickSpace, splits: tickPlaces, values: tickText, size: 26, gap: 4, grid: { stroke: () => css("--grid"), width: 1 } };
    if (plot.strip) {
        return [{ ...x, grid: { show: false } }, { ...common, size, values: () => [], grid: { show: false }, ticks: { show: false } }];
    }
    const yText = (u, splits, axisIndex, space, step) => {
        const decimals = clamp(-Math.floor(Math.log10(step) + 1e-9), 0, 3);
        return splits.map((value) => `${numberText(plot.mirrored ? Math.abs(value) : value, decimals)} ${plot.mirrored ? "" : plot.unit}`); /* "0.05 kWh" is too long for a phone */
    };
    return [x, { ...common, incrs: plot.steps || STEPS_Y, size, gap: 5, space: 23, values: yText, grid: { stroke: () => css("--grid"), width: 1 } }];
}
