// SPDX-License-Identifier: Apache-2.0
// What the second simulator reads of the build: the image, its symbols, and the numbers of headers.
import { readFileSync } from 'node:fs';

const FLASH_BYTES = 0x8000;

// Intel hex record types.
const HEX_DATA = 0;
const HEX_END = 1;
const HEX_SEGMENT = 2;
const HEX_START = 3;
const HEX_LINEAR = 4;

// One record: { type, address, bytes }, its checksum verified.
function parseHexLine(line) {
    const bytes = Buffer.from(line.slice(1), 'hex');
    const sum = bytes.reduce((total, byte) => total + byte, 0);
    if (line[0] !== ':' || bytes.length !== bytes[0] + 5 || sum % 256 !== 0) {
        throw new Error(`not a record of Intel hex: ${line}`);
    }
    return { type: bytes[3], address: bytes.readUInt16BE(1), bytes: bytes.subarray(4, -1) };
}

// The flash as the words that avr8js takes, erased where the file says nothing.
export function readHex(path) {
    const flash = new Uint8Array(FLASH_BYTES).fill(0xff);
    let base = 0;
    for (const line of readFileSync(path, 'ascii').trim().split(/\r?\n/)) {
        const { type, address, bytes } = parseHexLine(line);
        if (type === HEX_DATA) {
            if (base + address + bytes.length > FLASH_BYTES) {
                throw new Error(`${path} is larger than the flash`);
            }
            flash.set(bytes, base + address);
        } else if (type === HEX_SEGMENT || type === HEX_LINEAR) {
            base = bytes.readUInt16BE(0) * (type === HEX_SEGMENT ? 16 : 65536);
        } else if (type !== HEX_END && type !== HEX_START) {
            throw new Error(`${path} has a record of unknown type ${type}`);
        }
    }
    return new Uint16Array(flash.buffer);
}

// ELF32, little-endian: section header and symbol sizes and fields.
const SECTION_SYMTAB = 2;
const SYMBOL_BYTES = 16;
const SRAM_AT = 0x800000; // where avr-gcc's linker puts the data space

function readSection(elf, number) {
    const at = elf.readUInt32LE(32) + number * elf.readUInt16LE(46);
    const offset = elf.readUInt32LE(at + 16);
    return {
        type: elf.readUInt32LE(at + 4),
        bytes: elf.subarray(offset, offset + elf.readUInt32LE(at + 20)),
        link: elf.readUInt32LE(at + 24),
    };
}

function readName(names, offset) {
    return names.toString('latin1', offset, names.indexOf(0, offset));
}

// The addresses of all symbols in SRAM, by name.
export function readSramSymbols(path) {
    const elf = readFileSync(path);
    if (elf.readUInt32BE(0) !== 0x7f454c46 || elf[4] !== 1 || elf[5] !== 1) {
        throw new Error(`${path} is not a 32-bit little-endian ELF file`);
    }
    const sections = Array.from({ length: elf.readUInt16LE(48) }, (_, number) => readSection(elf, number));
    const table = sections.find((section) => section.type === SECTION_SYMTAB);
    if (table === undefined) {
        throw new Error(`${path} has no symbols`);
    }
    const symbols = new Map();
    for (let at = 0; at < table.bytes.length; at += SYMBOL_BYTES) {
        const value = table.bytes.readUInt32LE(at + 4);
        if (value >= SRAM_AT) {
            symbols.set(readName(sections[table.link].bytes, table.bytes.readUInt32LE(at)), value - SRAM_AT);
        }
    }
    return symbols;
}

// The words of sbms_cause in its order, from the enumeration itself.
export function readCauseWords(path) {
    const causes = readFileSync(path, 'utf8').matchAll(/^ {4}SBMS_CAUSE_(\w+)(?: = 0)?,/gm);
    const words = Array.from(causes, ([, name]) => name.toLowerCase());
    if (words[0] !== 'none' || words.at(-1) === 'count') {
        throw new Error(`${path}: the causes are not as they were`);
    }
    return words;
}

// Every `#define NAME VALUE` whose value is a number or a character, by name; a character as a string.
export function readConstants(path) {
    const constants = {};
    const define = /^#define\s+(\w+)\s+(?:'(.)'|\(?(-?(?:0[xX][0-9a-fA-F]+|\d+))u?\)?)\s*(?:\/[/*].*)?$/gm;
    for (const [, name, character, number] of readFileSync(path, 'utf8').matchAll(define)) {
        constants[name] = character ?? Number(number);
    }
    return constants;
}
