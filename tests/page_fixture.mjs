// SPDX-License-Identifier: Apache-2.0
// Runs that never were, in the format of smallbms run --json (result/write_json.h), and the report page filled with them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const DAY_S = 86400;
const THRESHOLDS = {
    under_voltage_mv: 2800, pre_alarm_mv: 3100, discharge_return_mv: 3200, over_voltage_mv: 3750, over_voltage_clear_mv: 3600, low_temp_dc: 50,
    high_temp_dc: 500,
};
export const CUT_S = 239491.125;
export const CUT_MV = 2794;
export const AFTER_CUT_MV = 2931;
export const SPIKE_S = 400000;
export const SPIKE_A = 187.25;
export const DENSE = { from: 450000, until: 470000, count: 293, high: 7200 };

const wave = (t) => Math.sin(2 * Math.PI * t / DAY_S);
const shapes = {
    bus_mv: (t) => 13000 + 400 * wave(t), battery_a: (t) => 12 * wave(t), chargers_a: (t) => Math.max(0, 15 * wave(t)), load_a: () => 3,
    soc_pct: (t) => 50 + 30 * wave(t / 3), temp_min_c: (t) => 15 + 3 * wave(t), temp_max_c: (t) => 17 + 3 * wave(t), ambient_c: (t) => 14 + 5 * wave(t),
    cell_min_mv: (t) => 3250 + 40 * wave(t), cell_max_mv: (t) => 3270 + 40 * wave(t), cell_spread_mv: () => 20,
};

function makeBuckets(durationS, count) {
    const bucketS = durationS / count;
    const buckets = {};
    for (const [name, shape] of Object.entries(shapes)) {
        const mean = Array.from({ length: count }, (unused, at) => Number(shape((at + 0.5) * bucketS).toFixed(3)));
        const reach = name.endsWith('_mv') ? 2 : 0.25;
        buckets[name] = { min: mean.map((value) => value - reach), mean, max: mean.map((value) => value + reach) };
    }
    buckets.load_a.max[Math.floor(SPIKE_S / bucketS)] = SPIKE_A; // a kettle
    for (const output of ['load', 'prealarm', 'charger']) {
        buckets[output] = { mean: Array(count).fill(output === 'prealarm' ? 0 : 1) };
    }
    return { bucket_s: bucketS, count, buckets };
}

function makeCells(series, cells) {
    const count = Math.ceil(series.count / 4);
    const values = (offset) => cells.map((name, at) => Array.from({ length: count }, (unused, bucket) => Math.round(
        shapes.cell_min_mv((bucket + 0.5) * 4 * series.bucket_s)) + (at === 1 ? 0 : 10 + at % 10) + offset));
    return { bucket_s: 4 * series.bucket_s, count, names: cells, min_mv: values(-2), max_mv: values(2) };
}

// Around the cut: each 5 s, and before and after it.
function makeRows(count, cells) {
    const times = Array.from({ length: count }, (unused, at) => CUT_S + (at - Math.floor(count / 2)) * 5);
    times.splice(Math.floor(count / 2), 0, CUT_S);
    const rows = { t_s: times };
    for (const [name, shape] of Object.entries(shapes)) {
        rows[name] = times.map((t) => Number(shape(t).toFixed(3)));
    }
    const at = times.indexOf(CUT_S);
    [rows.cell_min_mv[at], rows.cell_min_mv[at + 1]] = [CUT_MV, AFTER_CUT_MV];
    [rows.cell_max_mv[at], rows.cell_max_mv[at + 1]] = [2830, 2950];
    [rows.cell_spread_mv[at], rows.cell_spread_mv[at + 1]] = [36, 19];
    rows.joined = times.map((unused, row) => (row === 0 ? 0 : 1));
    [rows.load, rows.prealarm, rows.charger] = [times.map((t, row) => (row <= at ? 1 : 0)), times.map((t, row) => (row <= at ? 1 : 0)), times.map(() => 1)];
    if (cells.length <= 16) {
        rows.cells_mv = cells.map((name, cell) => times.map((t, row) => rows.cell_min_mv[row] + (cell === 1 ? 0 : 20)));
    }
    return rows;
}

// A bucket holds the least and the most of its rows.
function holdRows({ bucket_s, buckets, cells, rows }) {
    const hold = (min, max, length, values) => values.forEach((value, row) => {
        const at = Math.min(Math.floor(rows.t_s[row] / length), min.length - 1);
        [min[at], max[at]] = [Math.min(min[at], value), Math.max(max[at], value)];
    });
    Object.keys(shapes).forEach((name) => hold(buckets[name].min, buckets[name].max, bucket_s, rows[name]));
    (rows.cells_mv || []).forEach((values, cell) => hold(cells.min_mv[cell], cells.max_mv[cell], cells.bucket_s, values));
}

const edge = (t_s, what, on, cause, text, more) => ({ t_s, what, on, cause, text, ...more });

function makeEvents(extra) {
    const events = [
        edge(0.875, 'charger', true, 'start_up', 'Charger high: start-up'), edge(0.875, 'load', true, 'start_up', 'Load high: start-up'),
        edge(230551.125, 'prealarm', true, 'no_prealarm_lost', 'Pre-alarm high: battery 1 cell 2 below 3.10 V'),
        edge(CUT_S, 'load', false, 'atd_lost', 'Load floats: battery 1 cell 2 below 2.80 V; pre-alarm for 2 h 29 min'),
        edge(CUT_S, 'prealarm', false, 'atd_lost', 'Pre-alarm floats: Load floats'),
        edge(303632, 'load', true, 'atd_returned', 'Load high: all cells at 3.20 V or more again'),
        edge(DENSE.from, 'load', false, 'supply_low', 'Load changed 293 times', { last_on: true, count: DENSE.count, until_s: DENSE.until, high_s: DENSE.high }),
        edge(360000, 'load', false, 'remote_off', 'Load floats: switched off'), edge(360600, 'load', true, 'remote_on', 'Load high: switched on'),
        edge(500000, 'equipment', true, undefined, '412 changes of the combiner, not listed', { count: 412, until_s: 560000 }),
        ...Array.from({ length: extra }, (unused, at) => edge(1000 + at * 30, 'stage', true, undefined, `Solar charger: stage ${at}`)),
    ];
    return events.sort((a, b) => a.t_s - b.t_s);
}

const INCIDENTS = [
    { from_s: 230551.125, cut_s: CUT_S, to_s: 303632, kind: 'cut', cause: 'atd_lost', text: 'the hob took battery 1 cell 2 to 2.80 V; 2 h 29 min of warning' },
    { from_s: 360000, cut_s: 360000, to_s: 360600, kind: 'cut', cause: 'remote_off', text: 'switched off' },
    { from_s: DENSE.from, cut_s: DENSE.from, to_s: DENSE.until, kind: 'cut', cause: 'supply_low', text: 'Load changed 293 times' },
    { from_s: 590000, to_s: null, kind: 'prealarm', cause: 'no_prealarm_lost', text: 'battery 1 cell 3 below 3.10 V' },
];

const banks = (batteries, cells) => Array.from({ length: batteries * cells },
    (unused, at) => `battery ${Math.floor(at / cells) + 1} cell ${at % cells + 1}`);

// A week; `change` may alter it.
export function makeRun({ buckets = 5000, rows = 700, batteries = 1, cells = 4, events = 0, unmet = false, start, change = (run) => run } = {}) {
    const names = banks(batteries, cells);
    const durationS = 604800;
    const series = makeBuckets(durationS, buckets);
    series.cells = makeCells(series, names);
    series.rows = makeRows(rows, names);
    holdRows(series);
    const daily = (wh) => Array.from({ length: 7 }, (unused, day) => wh + day);
    return change({
        format: 'smallbms-run-2', kind: 'run', version: '0.1.0', scenario: 'week', title: 'A week of a cabin & its <hob>', description: 'What it is for.',
        seed: 21, duration_s: durationS, start, start_day_of_year: 60, device: 'native', cell: 'prismatic', cell_validated: false, cell_range_left: false,
        cut_short: false, story: 'Dark three times. First: day 3 18:31, the hob (1500 W) took battery 1 cell 2 to 2.80 V; 2 h 29 min of warning; 17 h 49 min, until the sun.',
        thresholds: THRESHOLDS, findings_left_out: 0, findings: [], incidents: INCIDENTS, events: makeEvents(events),
        summary: [{ label: 'energy', text: '5.06 kWh in from the charger' }, { label: 'lowest cell', text: '2.794 V, battery 1 cell 2' }],
        totals: { cell_mv_min: { mv: CUT_MV, battery: 1, cell: 2, t_s: CUT_S }, load_cuts: 3 },
        equipment: [{ name: 'Solar charger', taken_wh: 0, given_wh: 7021, back_wh: 0, changes: 1, makes: 0 }], loads: [{ name: 'fridge', taken_wh: 2121 }],
        expectations: [{ text: 'Charger never floats', met: true, detail: 'never' },
            { text: 'Load never floats for longer than 12 h', met: !unmet, detail: 'the longest was 17 h 49 min' }],
        daylight: Array.from({ length: 7 }, (unused, day) => ({ t_s: day * DAY_S, rise_s: 25000, set_s: 61000 })),
        energy: { span_days: 1, sources: [{ name: 'Solar charger', wh: daily(1000) }],
            users: [{ name: 'fridge', wh: daily(300) }, { name: 'hob', wh: daily(600) }, { name: 'device', wh: daily(2) }] },
        series,
    });
}

const escape = (text) => String(text).replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const rowsOf = (items, write) => items.map(write).join('\n');

// What the command writes into the page as text (result/write_report.c), in the same markup.
function storyMarkup(run) {
    const unmet = run.expectations.filter((one) => one.met === false);
    const banner = `<div class="banner" role="region" aria-label="Expectations not met">
<strong>${unmet.length} of ${run.expectations.length} expectations NOT met</strong>
<ul>${rowsOf(unmet, (one) => `<li>${escape(one.text)} <small>${escape(one.detail)}</small></li>`)}</ul></div>`;
    return `<h1>${escape(run.title)}</h1>\n<p class="story">${escape(run.story)}</p>\n${unmet.length ? banner : ''}
<p class="description">${escape(run.description)}</p>`;
}

function tablesMarkup(run) {
    return `<section class="card" id="incidents"><h2>Incidents <span class="count">${run.incidents.length}</span></h2><table class="incidents" aria-label="Incidents">
<thead><tr><th scope="col">When</th><th scope="col">What</th><th scope="col">What happened</th><th scope="col">For</th><th scope="col">Cause</th></tr></thead><tbody>
${rowsOf(run.incidents, (one) => `<tr class="${one.kind}"><td class="when">day 210 04:25:14 (Sun 2026-11-01)</td><td class="kind">${one.kind}</td>
<td class="text">${escape(one.text)}</td><td class="for">13 h 10 min</td><td class="cause"><code>${one.cause}</code></td></tr>`)}</tbody></table></section>
<section class="card" id="expectations"><h2>Expectations</h2><ul class="expect">${rowsOf(run.expectations, (one) => `<li>
<span class="badge ${one.met ? 'met' : 'unmet'}">${one.met ? 'met' : 'NOT met'}</span><span>${escape(one.text)}<small>${escape(one.detail)}</small></span></li>`)}</ul></section>
<section class="card" id="totals"><h2>Totals</h2><dl class="summary">
${rowsOf(run.summary, (one) => `<div><dt>${escape(one.label)}</dt><dd>${escape(one.text)}</dd></div>`)}</dl></section>
<section class="card" id="users"><h2>Energy by name</h2><table class="energy" aria-label="Energy of loads"><thead><tr><th scope="col">Load</th><th scope="col" class="number">Energy</th></tr></thead>
<tbody>${rowsOf(run.loads, (one) => `<tr><td>${escape(one.name)}</td><td class="number">${one.taken_wh} Wh</td></tr>`)}</tbody></table></section>`;
}

// As the command writes rows into a page (docs/RESULTS.md).
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function lettersOf(number) {
    return number < 32 ? LETTERS[number] : LETTERS[number % 32 + 32] + lettersOf(Math.floor(number / 32));
}

function shortList(values, perUnit) {
    const whole = values.map((value) => Math.round(value * perUnit));
    const steps = whole.map((value, at) => value - (at === 0 ? 0 : whole[at - 1]));
    let text = '';
    for (let at = 0, next = 1; at < steps.length; at = next, next++) {
        while (steps[at] === 0 && steps[next] === 0) {
            next++;
        }
        text += next > at + 2 ? `B${lettersOf(next - at)}` : lettersOf(2 * Math.abs(steps[at]) + (steps[at] < 0 ? 1 : 0)).repeat(next - at);
    }
    return [perUnit, text];
}

const shortRows = (rows) => Object.fromEntries(Object.entries(rows).map(([name, list]) =>
    [name, name === 'cells_mv' ? list.map((cell) => shortList(cell, 1)) : shortList(list, 1000)]));

// The page of `template`, the report as the build joins it.
export function fillPage(root, template, { series: { rows, ...series } = {}, ...run }) {
    const plot = (name) => readFileSync(join(root, 'node_modules/uplot/dist', name), 'utf8');
    const unmet = run.expectations.filter((one) => one.met === false).length;
    const parts = {
        '{{TITLE}}': `${unmet ? `${unmet} of ${run.expectations.length} NOT met \u2013 ` : ''}${escape(run.title)}`, '/*{{UPLOT_CSS}}*/': plot('uPlot.min.css'),
        '<!--{{STORY}}-->': storyMarkup(run), '<!--{{TABLES}}-->': tablesMarkup(run), '<!--{{MARKUP}}-->': '<svg width="300" height="40"><text y="20">wiring</text></svg>',
        '/*{{UPLOT_JS}}*/': plot('uPlot.iife.min.js'), '/*{{DATA}}*/null': JSON.stringify({ ...run, series }).replace(/</g, '\\u003c'),
        '/*{{ROWS}}*/null': rows ? JSON.stringify(shortRows(rows)) : 'null',
    };
    return Object.entries(parts).reduce((page, [place, text]) => {
        if (!page.includes(place)) {
            throw new Error(`the page has no ${place}`);
        }
        return page.replace(place, () => text);
    }, template);
}
