// SPDX-License-Identifier: Apache-2.0
// What `smallbms replay STIMULUS.csv` prints, from the image in avr8js; signals only, no cells. Its own reading of section 9
// of docs/SPEC.md: nothing of cli/ or core/ but the words of the causes is used.
//   node tests/avr8js/replay.mjs IMAGE.hex STIMULUS.csv [EEPROM]
// EEPROM: file for the EEPROM, a second after the end: records take their time. Tells on standard error when the last
// sample was, in seconds since the reset as the record counts them.
import { readFileSync, writeFileSync } from 'node:fs';
import { Device, TICKS_PER_S, causeWords, defaultInputs } from './device.mjs';

const TICK_NS = 1_000_000_000 / TICKS_PER_S;

// Rows of { ns, inputs }.
function readStimulus(path) {
    const [header, ...lines] = readFileSync(path, 'ascii').trim().split('\n');
    const columns = header.split(',');
    return lines.map((line) => {
        const fields = Object.fromEntries(line.split(',').map((field, i) => [columns[i], Number(field)]));
        const { t_s, atc = 1, atd = 1, no_prealarm = 1, ...voltages } = fields;
        const signals = { atc: atc === 1, atd: atd === 1, no_prealarm: no_prealarm === 1 };
        return {
            ns: Math.round(t_s * 1e9),
            inputs: { ...defaultInputs, ...voltages, ...signals },
        };
    });
}

function sampleCount(rows) {
    return Math.floor((rows.at(-1).ns - rows[0].ns) / TICK_NS) + 1;
}

// Spans of ticks with the same inputs: { tick, ticks, inputs }. A row counts from the first tick at its time or later; of
// several at a tick the last one counts.
function spansOf(rows) {
    const first = rows[0].ns;
    const end = sampleCount(rows);
    const ticks = rows.map((row) => Math.ceil((row.ns - first) / TICK_NS));
    const spans = rows.map((row, i) => ({
        tick: ticks[i], ticks: Math.min(ticks[i + 1] ?? end, end) - ticks[i], inputs: row.inputs,
    }));
    return spans.filter((span) => span.ticks > 0);
}

const FLASH_TICKS = 16;
const COLUMNS = ['load', 'prealarm', 'charger', 'led_load', 'led_fault'];
const parts = { charger: ['charger', 'led_fault'], load: ['load', 'led_load'], prealarm: ['prealarm'] };
const shown = { load: 0, prealarm: 0, charger: 0, led_load: 0, led_fault: 0 };

function printRow(ns, cause) {
    const ms = Math.round(ns / 1e6);
    console.log([(ms / 1000).toFixed(3), ...COLUMNS.map((name) => shown[name]), causeWords[cause]].join(','));
}

// LED-4: blue is as Load, but for a flash of one tick in 16 while Load floats, which is in no row.
let lastFlash = -Infinity; // sample
function withoutFlash(levels, sample) {
    if (levels.led_load === levels.load) {
        return levels;
    }
    if (levels.load === 1) {
        throw new Error(`sample ${sample}: blue is dark while Load is high`);
    }
    if (Number.isFinite(lastFlash) && (sample - lastFlash) % FLASH_TICKS !== 0) {
        throw new Error(`sample ${sample}: blue flashes, and did at ${lastFlash}`);
    }
    lastFlash = sample;
    return { ...levels, led_load: 0 };
}

// A row for each cause of a tick, Charger's first, with what it moved (SAFE-7); what stays floating at a start has one that
// moves nothing (SAFE-1).
function printTick(ns, levels, causes) {
    const order = Object.keys(parts).filter((part) => causes[part] !== 0);
    for (const cause of new Set(order.map((part) => causes[part]))) {
        for (const part of order.filter((other) => causes[other] === cause)) {
            parts[part].forEach((name) => {
                shown[name] = levels[name];
            });
        }
        printRow(ns, cause);
    }
    const moved = COLUMNS.filter((name) => shown[name] !== levels[name]);
    if (moved.length > 0) {
        throw new Error(`${ns / 1e9} s: ${moved.join(', ')} moved without a cause`);
    }
}

function replay(device, rows) {
    const first = rows[0].ns;
    console.log(['t_s', ...COLUMNS, 'cause'].join(','));
    printRow(first, causeWords.indexOf('start_up'));
    for (const { tick, ticks, inputs } of spansOf(rows)) {
        device.inputs = inputs;
        for (let sample = tick; sample < tick + ticks; sample++) {
            device.run(1);
            const ns = first + sample * TICK_NS;
            if (device.fault() !== 0) {
                throw new Error(`${ns / 1e9} s: the image finds fault ${device.fault()}`);
            }
            const pins = device.outputs();
            const levels = Object.fromEntries(COLUMNS.map((name, i) => [name, pins[i]]));
            printTick(ns, withoutFlash(levels, sample), device.causes());
        }
    }
}

function main([image, stimulus, eeprom]) {
    const rows = readStimulus(stimulus);
    const device = new Device(image);
    device.start();
    replay(device, rows);
    for (let tick = 0; tick < TICKS_PER_S; tick++) {
        device.run(1);
    }
    if (eeprom !== undefined) {
        writeFileSync(eeprom, device.part.eeprom.memory);
    }
    console.error((sampleCount(rows) / TICKS_PER_S).toFixed(3));
}

try {
    main(process.argv.slice(2));
} catch (error) {
    console.error(error.message);
    process.exitCode = 1;
}
