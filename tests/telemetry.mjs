// SPDX-License-Identifier: Apache-2.0
// The image's telemetry, sent in avr8js, read by a parser of VE.Direct that others wrote:
//   node tests/telemetry.mjs IMAGE.hex
// Prints a line for each check that fails, and exits 1 then.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Device, TICKS_PER_S, causeWords, defaultInputs, random } from './avr8js/device.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
// by its path: the package exports only what needs a serial port
const parserPath = join(root, 'node_modules/@signalk/vedirect-serial-usb/dist/Parser.js');
const { VEDirectParser } = createRequire(import.meta.url)(parserPath);

const BAUD = 19200;
const BAUD_ERROR_MAX = 0.02;
const LABEL = Buffer.from('Checksum\t');
// What the parser need not know: our own fields, the reason that Load floats, and, as it looks at the sum before it looks at
// lines, the sum's own line.
const UNKNOWN = ['CAUSE', 'CHECKSUM', 'CHG', 'FAULT', 'OR', 'REASON', 'UP', 'WAIT'];

const image = process.argv[2];
let checks = 0;

function check(good, what) {
    checks++;
    if (!good) {
        console.log(what);
        process.exitCode = 1;
    }
}

// Compares the members of `expected` alone.
function checkMembers(actual, expected, what) {
    for (const [name, value] of Object.entries(expected)) {
        check(actual[name] === value, `${what}: ${name} is ${actual[name]}, not ${value}`);
    }
}

// ---- sending ------------------------------------------------------------------------------------------------------

// A started device whose bytes on TX are kept in `sent`.
function startDevice(options) {
    const device = new Device(image, { adapter: true, ...options });
    device.sent = [];
    device.part.onByte = (byte, start, bitCycles, byteCycles) => {
        device.sent.push({ byte, start, bitCycles, byteCycles });
    };
    device.start();
    device.run(1); // a block begins with every eighth tick from the start: now each ends within its second
    return device;
}

// All of `seconds`, past every edge; returns the levels at each edge.
function runSeconds(device, seconds) {
    const edges = [];
    for (let ticks = seconds * TICKS_PER_S; ticks > 0;) {
        const passed = device.run(ticks);
        ticks -= passed;
        edges.push(`${passed} ${device.outputs().join('')}`);
    }
    return edges;
}

// The whole blocks among `sent`: { bytes, start } each; what is left is an error.
function splitBlocks(sent) {
    const bytes = Buffer.from(sent.map(({ byte }) => byte));
    const blocks = [];
    let from = 0;
    for (let at = bytes.indexOf(LABEL); at >= 0; at = bytes.indexOf(LABEL, from)) {
        const to = at + LABEL.length + 1;
        blocks.push({ bytes: bytes.subarray(from, to), start: sent[from].start });
        from = to;
    }
    check(from === bytes.length, `${bytes.length - from} bytes behind the last block`);
    return blocks;
}

function checkBytes(device) {
    const { sent, part } = device;
    for (const [i, { start, bitCycles, byteCycles }] of sent.entries()) {
        const baud = part.hz / bitCycles;
        check(Math.abs(baud / BAUD - 1) < BAUD_ERROR_MAX, `byte ${i} is sent at ${baud.toFixed(0)} Bd`);
        check(byteCycles === 10 * bitCycles, `byte ${i} has ${byteCycles / bitCycles} bits, not 10`);
        check(i === 0 || start >= sent[i - 1].start + sent[i - 1].byteCycles, `byte ${i} overlaps the one before`);
    }
}

function checkPace(device, blocks) {
    for (let i = 1; i < blocks.length; i++) {
        const seconds = (blocks[i].start - blocks[i - 1].start) / device.part.hz;
        check(Math.abs(seconds - 1) < 0.05, `block ${i} comes ${seconds.toFixed(3)} s after the one before`);
    }
}

// ---- reading ------------------------------------------------------------------------------------------------------

// What the parser makes of `blocks`, one chunk each: { deltas, fields, unknown, warnings } with the unknown labels apart.
function parse(blocks) {
    const parser = new VEDirectParser();
    const result = { deltas: 0, fields: {}, unknown: new Set(), warnings: [] };
    parser.on('delta', () => {
        result.deltas++;
    });
    parser.on('set', ({ key, value }) => {
        result.fields[key] = value.value;
    });
    parser.on('warn', (text) => {
        // of a sum that is a white space the parser sees the label alone
        const label = /^No field definition for: (.*), ignoring$|line":\["(Checksum)"\]\}$/.exec(text)
            ?.slice(1).find((word) => word !== undefined).toUpperCase();
        if (label === undefined) {
            result.warnings.push(text);
        } else {
            result.unknown.add(label);
        }
    });
    blocks.forEach((block) => parser.addChunk(block, 0));
    return result;
}

function checkBlocks(blocks, what) {
    const result = parse(blocks.map(({ bytes }) => bytes));
    check(blocks.length > 0, `${what}: no block`);
    check(result.deltas === blocks.length, `${what}: the parser takes ${result.deltas} of ${blocks.length} blocks`);
    check(result.warnings.length === 0, `${what}: the parser warns: ${result.warnings[0]}`);
    const unknown = [...result.unknown].sort().join();
    check(unknown === UNKNOWN.join(), `${what}: the parser does not know ${unknown}, not ${UNKNOWN}`);
    return result.fields;
}

// The fields of a block that are not the parser's.
function ownFields(block) {
    const lines = block.bytes.toString('latin1').split('\r\n').map((line) => line.split('\t'));
    return Object.fromEntries(lines);
}

// ---- what a device says in each of its states ------------------------------------------------------------------------

function causeNumber(word) {
    return String(causeWords.indexOf(word));
}

const on = { remote_l_mv: 0 };
const healthy = { loadOutputState: 'on', relay: 0, alarm: 0, alarmReason: undefined, mainBattVoltage: 12.78 };
const remoteOff = {
    name: 'remote off',
    inputs: {},
    seconds: 4,
    fields: { ...healthy, loadOutputState: 'off' },
    own: { OR: '0x00000008', CHG: 'OFF', FAULT: '0', AR: '0', WAIT: 'OFF' },
};
const remoteOn = {
    name: 'healthy',
    inputs: on,
    seconds: 4,
    fields: { ...healthy, firmwareVersion: '10', productId: '0xFFFF', productName: 'Unknown' },
    own: { OR: '0x00000000', CHG: 'ON', FAULT: '0', AR: '0', CAUSE: causeNumber('remote_on') },
};
const states = [
    remoteOff,
    remoteOn,
    {
        name: 'pre-alarm',
        inputs: { ...on, no_prealarm: false },
        seconds: 4,
        fields: { ...healthy, relay: 1, alarm: 1, alarmReason: 'Low voltage' },
        own: { OR: '0x00000000', CHG: 'ON', AR: '1', CAUSE: causeNumber('no_prealarm_lost') },
    },
    {
        name: 'ATD lost, cut',
        inputs: { ...on, no_prealarm: false, atd: false },
        seconds: 34,
        fields: { ...healthy, loadOutputState: 'off', relay: 0, alarm: 1, alarmReason: 'Low voltage' },
        own: { OR: '0x00000040', CHG: 'ON', AR: '1', CAUSE: causeNumber('atd_lost') },
    },
    {
        name: 'Load waits', // LOAD-8
        inputs: on,
        seconds: 6,
        fields: { ...healthy, loadOutputState: 'off' },
        own: { OR: '0x00000010', WAIT: 'ON', AR: '0', FAULT: '0' },
    },
    remoteOff,
    remoteOn,
    {
        name: 'charger stopped', // the parser has no word for AR 8192
        inputs: { ...on, atc: false, vbat_mv: 52000 },
        seconds: 5,
        fields: { ...healthy, alarm: 1, mainBattVoltage: 52 },
        own: { OR: '0x00000000', CHG: 'OFF', AR: '8192', REASON: '8192' },
    },
    {
        name: 'charger stopped and pre-alarm', // one reason, which the parser knows
        inputs: { ...on, atc: false, no_prealarm: false },
        seconds: 5,
        fields: { ...healthy, relay: 1, alarm: 1, alarmReason: 'Low voltage' },
        own: { OR: '0x00000000', CHG: 'OFF', AR: '1', REASON: '8193' },
    },
    {
        name: 'supply low',
        inputs: { ...on, vbat_mv: 7499 },
        seconds: 4,
        fields: { ...healthy, loadOutputState: 'off', mainBattVoltage: 7.42 },
        own: { OR: '0x00000001', CHG: 'OFF', AR: '0', CAUSE: causeNumber('supply_low') },
    },
    remoteOff,
    remoteOn,
    {
        name: 'fault of the reference', // the warning time runs, and nobody knows the supply (SAFE-4)
        inputs: on,
        bandGapMv: 800,
        seconds: 4,
        fields: { loadOutputState: 'on', relay: 1, alarm: 1, alarmReason: undefined, mainBattVoltage: undefined },
        own: { V: undefined, OR: '0x00000000', CHG: 'OFF', FAULT: '4', AR: '0', REASON: '0' },
    },
    {
        name: 'healthy again, the alarm goes on', // PRE-4
        inputs: { ...on, vbat_mv: 70000 },
        seconds: 12,
        fields: { ...healthy, relay: 1, mainBattVoltage: 70 },
        own: { OR: '0x00000000', CHG: 'ON', FAULT: '0', AR: '0' },
    },
];

// Runs a state and checks its blocks; of the last two what they say.
function checkState(device, { name, inputs, seconds, fields, own, bandGapMv = 1100 }) {
    const before = device.sent.length;
    device.inputs = { ...defaultInputs, ...inputs };
    device.bandGapMv = bandGapMv;
    runSeconds(device, seconds);
    const blocks = splitBlocks(device.sent.slice(before));
    check(Math.abs(blocks.length - seconds) <= 1, `${name}: ${blocks.length} blocks in ${seconds} s`);
    checkBlocks(blocks, name);
    checkMembers(checkBlocks(blocks.slice(-2), name), fields, name);
    checkMembers(ownFields(blocks.at(-1)), own, name);
}

function checkStates() {
    const device = startDevice({});
    states.forEach((state) => checkState(device, state));
    const blocks = splitBlocks(device.sent);
    checkBytes(device);
    checkPace(device, blocks);
    checkUptimes(blocks);
    return { device, blocks };
}

// The uptime makes each block another one, with another sum while nothing else changes.
function checkUptimes(blocks) {
    const uptimes = blocks.map((block) => Number(ownFields(block).UP));
    for (let i = 1; i < blocks.length; i++) {
        check(uptimes[i] === uptimes[i - 1] + 1, `block ${i} is of ${uptimes[i]} s, after one of ${uptimes[i - 1]} s`);
        const [before, after] = [blocks[i - 1], blocks[i]].map(({ bytes }) => bytes);
        check(!before.equals(after), `block ${i} is the same as the one before`);
    }
}

// Without an adapter nothing is sent; with it again, whole blocks.
function checkUnplugged(device) {
    device.setAdapter(false);
    runSeconds(device, 2);
    device.sent.length = 0;
    runSeconds(device, 5);
    check(device.sent.length === 0, `${device.sent.length} bytes without an adapter`);
    device.setAdapter(true);
    runSeconds(device, 3);
    checkBlocks(splitBlocks(device.sent), 'plugged in again');
}

// The bit rate follows the RC oscillator: 9 % slow and fast.
function checkOscillator(crystalCycles) {
    const device = startDevice({ crystalCycles });
    runSeconds(device, 6);
    checkBytes(device);
    checkBlocks(splitBlocks(device.sent), `at ${device.part.hz} Hz`);
    return device.part.hz / device.sent[0].bitCycles;
}

// One flipped bit, anywhere in a block: the parser refuses it.
function checkBroken(block) {
    for (let i = 0; i < block.bytes.length; i++) {
        const broken = Buffer.from(block.bytes);
        broken[i] ^= 1 << (i % 7); // the parser drops bit 7
        const { deltas, fields, warnings } = parse([broken]);
        const isLabel = i >= block.bytes.length - LABEL.length - 1 && i < block.bytes.length - 2;
        check(deltas === 0 && Object.keys(fields).length === 0, `the parser takes a block whose byte ${i} is broken`);
        check(isLabel || /checksum/.test(warnings[0]), `byte ${i} is broken: the parser says ${warnings[0]}`);
    }
}

// ---- the other direction ---------------------------------------------------------------------------------------------

// Serial data on PD0, which is RX on the part and the adapter's pin on the board, bit by bit.
function disturb(device, next) {
    const bitCycles = device.part.hz / BAUD;
    let refused = 0;
    device.pass = (end) => {
        while (device.part.cycles < end) {
            refused += device.part.receive(Math.floor(next() * 256)) ? 0 : 1;
            for (let bit = 0; bit < 10 && device.part.cycles < end; bit++) {
                device.setAdapter(bit > 0 && (bit === 9 || next() < 0.5));
                device.part.runTo(Math.min(device.part.cycles + bitCycles, end));
            }
        }
    };
    return () => refused;
}

// The same run with and without data that comes in: the same edges and the same EEPROM. That the receiver stays off is
// checked by the part, at each write to its register.
function checkDeaf() {
    const quiet = startDevice({});
    const disturbed = startDevice({});
    const refused = disturb(disturbed, random(7));
    for (const inputs of [on, { ...on, atc: false }, { ...on, no_prealarm: false }]) {
        const [edges, others] = [quiet, disturbed].map((device) => {
            device.inputs = { ...defaultInputs, ...inputs };
            return runSeconds(device, 5).join();
        });
        check(edges === others, `data on RX changes the outputs: ${others}, not ${edges}`);
    }
    check(refused() > 15 * 1000, `only ${refused()} bytes came on RX`);
    check(quiet.part.eeprom.memory.every((byte, i) => byte === disturbed.part.eeprom.memory[i]),
        'data on RX changes the EEPROM');
    checkBlocks(splitBlocks(disturbed.sent), 'with data on RX');
}

function main() {
    const { device, blocks } = checkStates();
    checkUnplugged(device);
    checkBroken(blocks[2]);
    checkDeaf();
    const bauds = [223, 256, 266].map((cycles) => checkOscillator(cycles).toFixed(0)).join(', ');
    console.log(`${blocks.length} blocks, ${checks} checks; ${bauds} Bd with the RC oscillator 9 % slow, 5 % and 9 % fast`);
}

try {
    main();
} catch (error) {
    check(false, error.message);
}
