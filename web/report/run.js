/* SPDX-License-Identifier: Apache-2.0 */
/* ---- The run that the command wrote into the page, made safe to read. ---- */

const data = run && typeof run === "object" ? run : {};
const series = data.series || {};
const totals = data.totals || {};
const thresholds = data.thresholds || {};
const times = Array.isArray(series.t_s) && series.t_s.length > 0 ? series.t_s : [0];
const events = (Array.isArray(data.events) ? data.events : [])
    .filter((event) => event && isNumber(event.t_s))
    .map((event, index) => ({ ...event, index }))
    .sort((a, b) => a.t_s - b.t_s || a.index - b.index);
const whole = { min: Math.min(0, times[0]), max: Math.max(isNumber(data.duration_s) ? data.duration_s : 0, times[times.length - 1]) };
if (!(whole.max > whole.min)) {
    whole.max = whole.min + 1;
}
const VIEW_MIN_S = Math.min(10, whole.max - whole.min);
const view = { ...whole };

const KINDS = {
    load: { name: "Load", on: "high", off: "floating", color: "--load" },
    prealarm: { name: "Pre-alarm", on: "high", off: "floating", color: "--prealarm" },
    charger: { name: "Charger", on: "high", off: "floating", color: "--charger" },
    relay: { name: "Relay", on: "closed", off: "open" },
    stage: { name: "Charger stage", on: "", off: "" },
    switch: { name: "On/off switch", on: "on", off: "off" },
    event: { name: "Event", on: "", off: "" },
    warning: { name: "Warning", on: "", off: "" },
    fault: { name: "Fault", on: "found", off: "over" },
    drop: { name: "Low voltage", on: "load on", off: "load off" },
    led_load: { name: "LED Load ON", on: "lit", off: "dark" },
    led_fault: { name: "LED Temp or OVP", on: "lit", off: "dark" },
};
const kindOf = (what) => KINDS[what] || { name: String(what), on: "", off: "" };
const stateText = (event) =>
    (event.stays ? "stays " : "") + (typeof event.on === "boolean" ? kindOf(event.what)[event.on ? "on" : "off"] : "");
const eventTime = (event) =>
    (isNumber(event.day) && event.clock ? `day ${event.day} ${event.clock}` : clockText(event.t_s, true)) +
    (event.date ? `, ${event.date}` : "");
const eventText = (event) => event.text || `${kindOf(event.what).name} ${stateText(event)}`;
/* Outputs often change at the same tick: one line tells all of them. */
const edgesText = (t) => edges.filter((edge) => edge.t_s === t).map(eventText).join(" \u00b7 ");

/* An output changes exactly at its events; between two of them it holds. */
function outputRuns(what) {
    const edges = events.filter((event) => event.what === what && typeof event.on === "boolean");
    const samples = Array.isArray(series[what]) ? series[what] : [];
    let on = isNumber(samples[0]) ? samples[0] === 1 : null;
    if (on === null && edges.length > 0) {
        on = edges[0].stays ? false : !edges[0].on;
    }
    const runs = [];
    let from = whole.min;
    let by = null;
    for (const edge of edges) {
        if (edge.t_s > from) {
            runs.push({ from, to: edge.t_s, on, by });
        }
        from = edge.t_s;
        on = edge.on;
        by = edge;
    }
    runs.push({ from, to: Math.max(whole.max, from), on, by });
    return { what, runs, edges };
}

const outputs = ["load", "prealarm", "charger"].map(outputRuns);
const edges = events.filter((event) => ["load", "prealarm", "charger"].includes(event.what));

/* Index of the last item that starts at or before t; -1 when none does. */
function lastAtOrBefore(items, t, timeOf) {
    let low = 0;
    let high = items.length;
    while (low < high) {
        const middle = (low + high) >> 1;
        if (timeOf(items[middle]) <= t) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low - 1;
}

const runAt = (output, t) => output.runs[Math.max(0, lastAtOrBefore(output.runs, t, (r) => r.from))];

function nearestEvent(list, t) {
    const before = lastAtOrBefore(list, t, (event) => event.t_s);
    const around = [list[before], list[before + 1]].filter(Boolean);
    around.sort((a, b) => Math.abs(a.t_s - t) - Math.abs(b.t_s - t));
    return around[0] || null;
}
