// SPDX-License-Identifier: Apache-2.0
// The second simulator's device: the part with the board around it, powered, started, and run tick by tick.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Part } from './part.mjs';
import { readCauseWords, readConstants, readHex, readSramSymbols } from './image.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const board = readConstants(join(root, 'firmware/atmega328p/board_product.h'));
const { PHASE_WAITING } = readConstants(join(root, 'firmware/atmega328p/phase.h'));
const { SENSE_BAND_GAP_MV } = readConstants(join(root, 'firmware/atmega328p/sense.h'));

export const TICKS_PER_S = 8;
// The words of sbms_cause, by number.
export const causeWords = readCauseWords(join(root, 'core/control.h'));
// Healthy, remote terminals open.
export const defaultInputs = {
    vbat_mv: 12800, remote_l_mv: 5000, remote_h_mv: 0, atc: true, atd: true, no_prealarm: true,
};

const START_S_MAX = 10;
const SRAM_BYTES = 2048;
const CODES = 1024;
const CHANNEL_BAND_GAP = 14;
const CAUSES_AT = 5; // in `decided`, behind the five outputs

function pin(name) {
    return { port: board[`BOARD_${name}_PORT`], bit: board[`BOARD_${name}_BIT`] };
}

const outputPins = ['LOAD', 'PREALARM', 'CHARGER', 'LED_LOAD', 'LED_FAULT'].map(pin);
// A pin that follows a driven one, always or while a signal is present.
const wires = [
    { from: pin('LOAD'), to: pin('LOAD_BACK') },
    { from: pin('PREALARM'), to: pin('PREALARM_BACK') },
    { from: pin('CHARGER'), to: pin('CHARGER_BACK') },
    { from: pin('ATC_DRIVE'), to: pin('ATC_RETURN'), signal: 'atc' },
    { from: pin('ATD_DRIVE'), to: pin('ATD_RETURN'), signal: 'atd' },
    { from: pin('NO_PREALARM_DRIVE'), to: pin('NO_PREALARM_RETURN'), signal: 'no_prealarm' },
];
const dividersPin = pin('DIVIDERS');
const adapterPin = pin('ADAPTER');
const terminals = { VBAT: 'vbat_mv', REMOTE_L: 'remote_l_mv', REMOTE_H: 'remote_h_mv' };

// mulberry32: a generator of numbers 0 <= x < 1, the same for a seed everywhere.
export function random(seed) {
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
}

// The greatest code whose lowest voltage, CODE * NUMERATOR / DENOMINATOR rounded down + OFFSET, is `mv` at most.
export function codeOf(terminal, mv) {
    const numerator = board[`BOARD_${terminal}_NUMERATOR`];
    const denominator = board[`BOARD_${terminal}_DENOMINATOR`];
    const above = mv - board[`BOARD_${terminal}_OFFSET_MV`] + 1;
    const code = Math.ceil((above * denominator) / numerator) - 1;
    return Math.min(Math.max(code, 0), CODES - 1);
}

export class Device {
    inputs = { ...defaultInputs };
    bandGapMv = SENSE_BAND_GAP_MV;
    // How a tick passes; for one who moves pins meanwhile.
    pass = (end) => this.part.runTo(end);
    #decided;
    #faultFound;
    #seed;
    #adapter;
    #tickCycles;
    #end = 0; // cycle

    // `image`: path of the .hex or of the .elf; both must be there, side by side. `seed`: of the SRAM's contents at
    // power-on. `adapter`: a serial adapter is plugged in. `crystalCycles`: see Part.
    constructor(image, { seed = 1, adapter = false, crystalCycles = undefined } = {}) {
        const path = image.replace(/\.(hex|elf)$/, '');
        const symbols = readSramSymbols(`${path}.elf`);
        this.#decided = symbols.get('decided');
        this.#faultFound = symbols.get('fault_found');
        if (this.#decided === undefined || this.#faultFound === undefined) {
            throw new Error(`${path}.elf lacks the symbols decided and fault_found`);
        }
        this.#seed = seed;
        this.#adapter = adapter;
        this.part = new Part(readHex(`${path}.hex`), crystalCycles);
        this.#tickCycles = this.part.hz / TICKS_PER_S;
        this.part.onReset = () => this.#connect();
        this.part.onConvert = (channel) => this.#convert(channel);
    }

    // Switches power on and runs until the image waits for its first tick, then half a tick further, so that each tick's
    // work comes in the middle of a period. Returns when it waited, in us since power-on.
    start() {
        const { part } = this;
        const next = random(this.#seed);
        part.onPhase = (phase) => {
            if (phase === PHASE_WAITING) {
                part.stop();
            }
        };
        part.powerOn(Uint8Array.from({ length: SRAM_BYTES }, () => next() * 256));
        part.runTo(START_S_MAX * part.hz);
        if (!part.stopped) {
            throw new Error('the image does not reach PHASE_WAITING within 10 s');
        }
        part.onPhase = () => {};
        this.#end = part.cycles + this.#tickCycles / 2;
        const us = Math.round((part.cycles / part.hz) * 1e6);
        part.runTo(this.#end);
        return us;
    }

    // Runs up to `ticks` ticks, and ends with the first that moves a pin of outputs(). Returns how many.
    run(ticks) {
        const before = this.outputs().join('');
        this.#wire();
        for (let tick = 1; tick <= ticks; tick++) {
            this.#end += this.#tickCycles;
            this.pass(this.#end);
            if (this.outputs().join('') !== before) {
                return tick;
            }
        }
        return ticks;
    }

    // Levels of the pins: load, prealarm, charger, led_load, led_fault.
    outputs() {
        return outputPins.map((output) => (this.part.isHigh(output) ? 1 : 0));
    }

    // What the last tick decided: { load, prealarm, charger } as sbms_cause.
    causes() {
        const [load, prealarm, charger] = [0, 1, 2].map((i) => this.part.peek(this.#decided + CAUSES_AT + i));
        return { load, prealarm, charger };
    }

    // The sbms_fault in force.
    fault() {
        return this.part.peek(this.#faultFound);
    }

    setAdapter(present) {
        this.#adapter = present;
        this.part.setPin(adapterPin, present);
    }

    #connect() {
        for (const port of Object.values(this.part.ports)) {
            port.addListener(() => this.#wire());
        }
        this.#wire();
        this.part.setPin(adapterPin, this.#adapter);
    }

    #wire() {
        for (const { from, to, signal } of wires) {
            this.part.setPin(to, this.part.isHigh(from) && (signal === undefined || this.inputs[signal]));
        }
    }

    #convert(channel) {
        if (channel === CHANNEL_BAND_GAP) {
            return Math.floor((this.bandGapMv * CODES) / board.BOARD_VCC_MV);
        }
        for (const [terminal, input] of Object.entries(terminals)) {
            if (channel === board[`BOARD_${terminal}_CHANNEL`]) {
                return this.part.isHigh(dividersPin) ? codeOf(terminal, this.inputs[input]) : 0;
            }
        }
        throw new Error(`the image converts channel ${channel}, where nothing is connected`);
    }
}
