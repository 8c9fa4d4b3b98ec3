// SPDX-License-Identifier: Apache-2.0
// The second simulator: the firmware's image in avr8js, behind the part of simulator/protocol.h that cli/avr/device.c needs.
//   node tests/avr8js/main.mjs [--eeprom FILE] [--adapter] IMAGE.hex
// Commands on standard input, one a line, each answered by one line:
//   start                                  started US, without the 65 ms that the fuses add to each reset
//   run TICKS VBAT_MV L_MV H_MV SSS        ran N OOOOO LC PC CC F
//   eeprom save FILE                       ok
//   uart FILE                              ok; bytes sent on TX are appended from now on
// and anything else by error TEXT. The end of the input ends it.
import { openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { Device } from './device.mjs';
import { EEPROM_BYTES } from './part.mjs';

let started = false;

function start(device) {
    const us = device.start();
    started = true;
    return `started ${us}`;
}

function run(device, [ticks, vbat, l, h, signals]) {
    if (!started) {
        throw new Error('not started');
    }
    const [atc, atd, no_prealarm] = Array.from(signals, (signal) => signal === '1');
    device.inputs = {
        vbat_mv: Number(vbat), remote_l_mv: Number(l), remote_h_mv: Number(h), atc, atd, no_prealarm,
    };
    const passed = device.run(Number(ticks));
    const { load, prealarm, charger } = device.causes();
    return `ran ${passed} ${device.outputs().join('')} ${load} ${prealarm} ${charger} ${device.fault()}`;
}

function saveEeprom(device, [path]) {
    writeFileSync(path, device.part.eeprom.memory);
    return 'ok';
}

function recordUart(device, [path]) {
    const file = openSync(path, 'a');
    device.part.onByte = (byte) => writeSync(file, Uint8Array.of(byte));
    return 'ok';
}

const commands = [
    { pattern: /^start$/, answer: start },
    { pattern: /^run ([1-9]\d{0,8}) (-?\d{1,6}) (-?\d{1,6}) (-?\d{1,6}) ([01]{3})$/, answer: run },
    { pattern: /^eeprom save (.+)$/, answer: saveEeprom },
    { pattern: /^uart (.+)$/, answer: recordUart },
];

function answer(device, line) {
    for (const command of commands) {
        const match = command.pattern.exec(line);
        if (match !== null) {
            return command.answer(device, match.slice(1));
        }
    }
    throw new Error(`unknown command: ${line}`);
}

function loadEeprom(device, path) {
    const bytes = readFileSync(path);
    if (bytes.length !== EEPROM_BYTES) {
        throw new Error(`${path} has ${bytes.length} bytes, not ${EEPROM_BYTES}`);
    }
    device.part.eeprom.memory.set(bytes);
}

function open() {
    const options = { eeprom: { type: 'string' }, adapter: { type: 'boolean' } };
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    if (positionals.length !== 1) {
        throw new Error('one IMAGE.hex must be given');
    }
    const device = new Device(positionals[0], { adapter: values.adapter });
    if (values.eeprom !== undefined) {
        loadEeprom(device, values.eeprom);
    }
    return device;
}

async function main() {
    let device;
    try {
        device = open();
    } catch (error) {
        process.stderr.write(`second simulator: ${error.message}\n`);
        process.exitCode = 2;
        return;
    }
    for await (const line of createInterface({ input: process.stdin })) {
        let text;
        try {
            text = answer(device, line);
        } catch (error) {
            text = `error ${error.message}`;
        }
        process.stdout.write(`${text}\n`);
    }
}

await main();
