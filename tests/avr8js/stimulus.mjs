// SPDX-License-Identifier: Apache-2.0
// Prints a random stimulus of 60 changes for smallbms replay:  node tests/avr8js/stimulus.mjs SEED
// Holds from under a tick to beyond the 30 s of pre-alarm; the voltages at the thresholds come often.
import { random } from './device.mjs';

const CHANGES = 60;
const COLUMNS = ['vbat_mv', 'remote_l_mv', 'remote_h_mv', 'atc', 'atd', 'no_prealarm'];
const HEALTHY = { vbat_mv: 12800, remote_l_mv: 0, remote_h_mv: 0, atc: 1, atd: 1, no_prealarm: 1 };
const SIGNALS = ['atc', 'atd', 'no_prealarm'];
const SUPPLY_MV = [12800, 12800, 12800, 52000, 70000, 8000, 8000, 7999, 7999, 7500, 7500, 7499, 7499, 0];
// One terminal at a time decides; the other rests where it leaves the system off.
const REMOTE = [
    ...[0, 0, 3499, 3499, 3499, 3500, 3549, 3549, 3550, 5000, 70000, -70000]
        .map((mv) => ({ remote_l_mv: mv, remote_h_mv: 0 })),
    ...[0, 2900, 2901, 2901, 2901, 2850, 2851, 2851, 12800, 70000]
        .map((mv) => ({ remote_l_mv: 5000, remote_h_mv: mv })),
];
// How likely a hold is of each length, in ms; the rest is the last.
const HOLDS = [
    { part: 0.15, from: 10, to: 125 },
    { part: 0.35, from: 125, to: 1500 },
    { part: 0.3, from: 1000, to: 6000 },
    { part: 0.08, from: 6000, to: 30000 },
    { part: 0.12, from: 30500, to: 38000 },
];

function pick(next, list) {
    return list[Math.floor(next() * list.length)];
}

function pickHold(next) {
    let at = next();
    for (const hold of HOLDS) {
        if (at < hold.part) {
            return Math.round(hold.from + next() * (hold.to - hold.from));
        }
        at -= hold.part;
    }
    return HOLDS.at(-1).to;
}

// One change: now and then everything back to healthy or the whole chain, mostly one column.
function change(next, row) {
    const what = next();
    if (what < 0.12) {
        return { ...HEALTHY };
    }
    if (what < 0.2) {
        const level = next() < 0.6 ? 0 : 1;
        return { ...row, atc: level, atd: level, no_prealarm: level };
    }
    if (what < 0.6) {
        const signal = pick(next, SIGNALS);
        return { ...row, [signal]: 1 - row[signal] };
    }
    return what < 0.75 ? { ...row, vbat_mv: pick(next, SUPPLY_MV) } : { ...row, ...pick(next, REMOTE) };
}

function print(ms, row) {
    console.log([(ms / 1000).toFixed(3), ...COLUMNS.map((column) => row[column])].join(','));
}

const seed = Number(process.argv[2]);
if (!Number.isInteger(seed)) {
    throw new Error('SEED must be a whole number');
}
const next = random(seed);
let ms = Math.round(next() * 2000); // the first row's time is the reset's
let row = HEALTHY;
console.log(['t_s', ...COLUMNS].join(','));
print(ms, row);
for (let i = 0; i < CHANGES; i++) {
    ms += pickHold(next);
    row = change(next, row);
    print(ms, row);
}
print(ms + pickHold(next), row);
