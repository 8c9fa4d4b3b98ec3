/* SPDX-License-Identifier: Apache-2.0 */
/* ---- The run that the command wrote into the page, made safe to read. ---- */

const FORMAT = "smallbms-run-2";
const OUTPUTS = ["load", "prealarm", "charger"];
const QUANTITIES = ["bus_mv", "battery_a", "chargers_a", "load_a", "soc_pct", "temp_min_c", "temp_max_c", "ambient_c", "cell_min_mv", "cell_max_mv", "cell_spread_mv"];
const KINDS = {
    load: { name: "Load", on: "high", off: "floating", color: "--load" },
    prealarm: { name: "Pre-alarm", on: "high", off: "floating", color: "--prealarm" },
    charger: { name: "Charger", on: "high", off: "floating", color: "--charger" },
    stage: { name: "Charger stage" },
    switch: { name: "On/off switch", on: "on", off: "off" },
    event: { name: "Event" },
    warning: { name: "Warning" },
    fault: { name: "Fault", on: "found", off: "over" },
    drop: { name: "Low voltage", on: "load on", off: "load off" },
    equipment: { name: "Equipment" },
    led_load: { name: "LED Load ON", on: "lit", off: "dark" },
    led_fault: { name: "LED Temp or OVP", on: "lit", off: "dark" },
};

/* The number of edges that one event stands for, when it is more than one. */
const manyOf = (event) => (isNumber(event.count) && event.count > 1 && isNumber(event.until_s) && event.until_s > event.t_s ? event.count : 0);

/* An output changes exactly at its events and holds between them; a dense event is a stretch of its own. */
function outputRuns(events, what, end, recorded) {
    const edges = events.filter((event) => event.what === what && typeof event.on === "boolean");
    const before = (edge) => (edge.stays ? false : !edge.on);
    const runs = [];
    const [share] = listOf(objectOf(objectOf(recorded.buckets)[what]).mean);
    let held = { from: 0, on: edges.length > 0 ? before(edges[0]) : isNumber(share) ? share > 0.5 : null, by: null };
    const change = (t, next) => {
        if (t > held.from) {
            runs.push({ ...held, to: t });
        }
        held = { from: t, ...next };
    };
    for (const edge of edges) {
        change(edge.t_s, { on: edge.on, by: edge });
        if (manyOf(edge)) {
            held.dense = edge;
            change(edge.until_s, { on: edge.last_on === true, by: edge });
        }
    }
    runs.push({ ...held, to: Math.max(end, held.from) });
    return { what, runs, edges };
}

/* A page has most events as [ticks since the one before, kind, text, how long before]; numbers in tables but for the first. */
const TICKS_PER_S = 8;

function plainEvents(head) {
    const [kinds, texts] = [listOf(head.event_kinds), listOf(head.event_texts)];
    let ticks = 0;
    return listOf(head.events).map((event) => {
        if (!Array.isArray(event)) {
            ticks = objectOf(event).t_s * TICKS_PER_S;
            return event;
        }
        const [since, kind, text, held] = event;
        const { what, on, cause, stays } = objectOf(kinds[kind]);
        ticks += since;
        return { t_s: ticks / TICKS_PER_S, what, on, cause, stays, text: held === undefined ? texts[text] : `${texts[text]}; ${texts[held]}` };
    });
}

function readEvents(list) {
    const events = list.filter((event) => event && isNumber(event.t_s));
    events.forEach((event, index) => Object.assign(event, { what: String(event.what), index }));
    return events.sort((a, b) => a.t_s - b.t_s || a.index - b.index);
}

function readIncidents(list, end) {
    return listOf(list).filter((one) => one && isNumber(one.from_s)).map((one, index) => {
        const to = isNumber(one.to_s) ? one.to_s : end;
        return { ...one, index, at: isNumber(one.cut_s) ? one.cut_s : one.from_s, to: Math.max(to, one.from_s) };
    });
}

function readCells(recorded, rows, end) {
    const known = objectOf(recorded.cells);
    return listOf(known.names).map((name, at) => {
        const quantity = makeQuantity({ min: listOf(known.min_mv)[at], max: listOf(known.max_mv)[at] }, known.bucket_s, end, rows, (lists) => listOf(lists.cells_mv)[at]);
        const match = /^battery (\d+) cell (\d+)$/.exec(name);
        const lowest = quantity ? extremesOf(quantity) : null;
        return { at, name: String(name), battery: match ? Number(match[1]) : 1, cell: match ? Number(match[2]) : at + 1, quantity, lowest: lowest ? lowest[0] : null };
    }).filter((cell) => cell.quantity !== null);
}

/* A page has the rows in a script of their own. */
function makeRun(raw, rowsText) {
    const head = objectOf(raw);
    const end = isNumber(head.duration_s) ? Math.max(head.duration_s, 0) : 0;
    const recorded = objectOf(head.series);
    const rows = makeRows(() => recorded.rows || readRun(rowsText()));
    const events = readEvents(plainEvents(head));
    const run = { head, end, events, rows, quantities: {} };
    for (const name of QUANTITIES) {
        run.quantities[name] = makeQuantity(objectOf(recorded.buckets)[name], recorded.bucket_s, end, rows, (lists) => lists[name]);
    }
    run.cells = readCells(recorded, rows, end);
    run.outputs = OUTPUTS.map((what) => outputRuns(events, what, end, recorded));
    run.edges = events.filter((event) => OUTPUTS.includes(event.what));
    run.incidents = readIncidents(head.incidents, end);
    run.hasSeries = QUANTITIES.some((name) => run.quantities[name] !== null);
    return run;
}

function readRun(text) {
    try {
        return JSON.parse(text);
    } catch (error) {
        return null; /* the template holds no run */
    }
}

const main = makeRun(readRun(byId("run").textContent), () => byId("run-rows").textContent);
const { head, outputs, edges, events, incidents } = main;
const titleOf = (run) => run.head.title || run.head.scenario || "a run without a name";
const thresholds = objectOf(head.thresholds);
const whole = { min: 0, max: Math.max(main.end, 0.125) };
const view = { ...whole };
let second = null; /* the run that is compared */

/* ---- Times: day 1 starts at t = 0; with the date of day 1, dates. ---- */

const startMs = Date.parse(`${head.start}T00:00:00Z`);
const hasDates = /^\d{4}-\d\d-\d\d$/.test(head.start) && Number.isFinite(startMs);

let isDated = hasDates; /* not beside a run of other dates */

/* "day 3", "3 Mar", of a long run "3 Mar 2026", in full "Tue 3 Mar 2026" */
function dayText(day, full) {
    if (!isDated) {
        return `day ${day + 1}`;
    }
    const [weekday, date, month, year] = new Date(startMs + day * DAY_S * 1000).toUTCString().split(/,? /); /* "Tue, 03 Mar 2026 00:00:00 GMT" */
    const text = `${Number(date)} ${month}${full || whole.max > 360 * DAY_S ? ` ${year}` : ""}`;
    return full ? `${weekday} ${text}` : text;
}

/* "day 3 18:37:31"; where a span is short, thousandths are told too */
function clockText(t, withSeconds, withThousandths, full) {
    const ms = withSeconds ? Math.round(t * 1000) : Math.floor((t + 30) / 60) * 60000;
    return `${dayText(Math.floor(ms / 1000 / DAY_S), full)} ${new Date(ms % (DAY_S * 1000)).toISOString().slice(11, withThousandths ? 23 : withSeconds ? 19 : 16)}`;
}

/* ---- Words for events. ---- */

const kindOf = (what) => KINDS[what] || { name: String(what) };
const stateText = (event) =>
    (event.stays ? "stays " : "") + ((typeof event.on === "boolean" && kindOf(event.what)[event.on ? "on" : "off"]) || "");
const eventTime = (event) => clockText(event.t_s, true, false, true);
const eventText = (event) => event.text || `${kindOf(event.what).name} ${stateText(event)}`;
/* Outputs often change at the same tick: one line tells all of them, with their causes. */
const edgesText = (t) => edges.filter((edge) => edge.t_s === t).map((edge) => eventText(edge) + (edge.cause ? ` [${edge.cause}]` : "")).join(" \u00b7 ");

/* Behind its end a run holds nothing. */
function runAt(output, t) {
    const held = output.runs[Math.max(0, lastAtOrBefore(output.runs, t, (one) => one.from))];
    return t > held.to ? { from: held.to, on: null, by: null, isOver: true } : held;
}

function nearestEvent(list, t) {
    const before = lastAtOrBefore(list, t, (event) => event.t_s);
    const around = [list[before], list[before + 1]].filter(Boolean);
    around.sort((a, b) => Math.abs(a.t_s - t) - Math.abs(b.t_s - t));
    return around[0] || null;
}
