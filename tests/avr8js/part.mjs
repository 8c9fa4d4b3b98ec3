// SPDX-License-Identifier: Apache-2.0
// The ATmega328P of the second simulator: avr8js, and what it leaves out or has otherwise than the part.
//
// A period of the watch crystal is a whole number of CPU cycles; at first 256, which is 2^23 Hz: an RC oscillator that is
// 4.9 % fast. Added or put right: SLEEP; the instruction that SEI lets pass before an interrupt; a watchdog that is always on
// and resets every register; Timer2's clock; Timer1 that stands still in power-save; flags of the EEPROM and the UART.
// What the image must not do with the real part throws an Error.
import {
    ADCReference, AVRADC, AVRClock, AVREEPROM, AVRIOPort, AVRTimer, AVRUSART, AVRWatchdog, CPU, EEPROMMemoryBackend,
    adcConfig, avrInstruction, eepromConfig, portBConfig, portCConfig, portDConfig, timer1Config, timer2Config,
    usart0Config, watchdogConfig,
} from 'avr8js';

export const EEPROM_BYTES = 1024;
export const CRYSTAL_HZ = 32768;

const SRAM_AT = 0x100;
const SRAM_BYTES = 2048;
const EEPROM_HALF_S = 0.0017; // erase and write take 3.4 ms together

const OPCODE_SEI = 0x9478;
const OPCODE_RETI = 0x9518;
const OPCODE_SLEEP = 0x9588;

// Registers and bits that are looked at here.
const GPIOR0 = 0x3e;
const EECR = 0x3f;
const EERE = 0x01;
const EERIE = 0x08;
const SMCR = 0x53;
const SE = 0x01;
const SM = 0x0e;
const IDLE = 0x00;
const POWER_SAVE = 0x06;
const MCUSR = 0x54;
const POWER_ON = 0x01;
const WATCHDOG = 0x08;
const WDTCSR = 0x60;
const WDE = 0x08;
const WDCE = 0x10;
const PRR = 0x64;
const PRADC = 0x01;
const PRUSART0 = 0x02;
const TIMSK1 = 0x6f;
const ADMUX = 0x7c;
const TCNT1 = 0x84;
const TCCR2B = 0xb1;
const ASSR = 0xb6;
const AS2 = 0x20;
const UCSR0A = 0xc0;
const UCSR0B = 0xc1;
const RXC = 0x80;
const TXC = 0x40;
const UDRE = 0x20;
const RECEIVER = 0x90; // RXCIE0, RXEN0
const TXEN = 0x08;

function must(good, what) {
    if (!good) {
        throw new Error(`the image ${what}`);
    }
}

export class Part {
    // The three ports, by letter; anew after each reset.
    ports = {};
    eeprom = new EEPROMMemoryBackend(EEPROM_BYTES);
    // For the board: the part has been reset, all pins float.
    onReset = () => {};
    // For the board: the code that the converter reads on `channel` now.
    onConvert = () => 0;
    // A byte starts to leave: (byte, cycle, cycles of a bit, cycles of all its bits).
    onByte = () => {};
    // The image has written `value` to GPIOR0.
    onPhase = () => {};

    #flash;
    #crystalCycles;
    #cpu;
    #timer1;
    #adc;
    #eepromUnit;
    #usart;
    #resetIsDue = false;
    #sleepPc = -1; // where a sleep ends; -1: awake
    #sleepSince = 0;
    #sleepIsDeep = false;
    #wokenAt = -Infinity; // from power-save
    #sendingUntil = 0; // cycle

    // `flash`: words, as readHex() returns them. `crystalCycles`: CPU cycles in a period of the watch crystal.
    constructor(flash, crystalCycles = 256) {
        this.#flash = flash;
        this.#crystalCycles = crystalCycles;
        this.hz = crystalCycles * CRYSTAL_HZ;
    }

    get cycles() {
        return this.#cpu.cycles;
    }

    // A byte of the data space as it is stored.
    peek(address) {
        return this.#cpu.data[address];
    }

    // Whether a pin, as { port, bit }, is driven high.
    isHigh({ port, bit }) {
        const { DDR, PORT } = this.ports[port].portConfig;
        return (this.#cpu.data[DDR] & this.#cpu.data[PORT] & (1 << bit)) !== 0;
    }

    setPin({ port, bit }, level) {
        this.ports[port].setPin(bit, level);
    }

    // `sram`: what it holds when power comes.
    powerOn(sram) {
        this.#make(sram, 0, POWER_ON);
    }

    // Runs to cycle `end`, or a few past it; stops earlier when stop() is called.
    runTo(end) {
        this.stopped = false;
        while (this.#cpu.cycles < end && !this.stopped) {
            if (this.#sleepPc >= 0) {
                this.#doze(end);
            } else {
                this.#step();
            }
            if (this.#resetIsDue) {
                const { data, cycles } = this.#cpu;
                this.#make(data.slice(SRAM_AT), cycles, data[MCUSR] | WATCHDOG);
            }
        }
    }

    stop() {
        this.stopped = true;
    }

    // ---- the run -----------------------------------------------------------------------------------------------

    #step() {
        const cpu = this.#cpu;
        const opcode = this.#flash[cpu.pc];
        if (opcode === OPCODE_SLEEP && (cpu.data[SMCR] & SE) !== 0) {
            this.#sleep();
            return;
        }
        avrInstruction(cpu);
        if (opcode !== OPCODE_SEI && opcode !== OPCODE_RETI) {
            cpu.tick(); // one event that is due, one interrupt
        }
    }

    #sleep() {
        const cpu = this.#cpu;
        const mode = cpu.data[SMCR] & SM;
        must(mode === IDLE || mode === POWER_SAVE, `sleeps in mode ${mode >> 1}, which the second simulator does not know`);
        cpu.pc++;
        cpu.cycles++;
        this.#sleepPc = cpu.pc;
        this.#sleepSince = cpu.cycles;
        this.#sleepIsDeep = mode === POWER_SAVE;
        if (this.#sleepIsDeep) {
            this.#checkDeepSleep();
        }
    }

    // What stands still in power-save must not be needed.
    #checkDeepSleep() {
        const cpu = this.#cpu;
        must(!this.#adc.converting, 'sleeps in power-save during a conversion');
        must(cpu.cycles >= this.#eepromUnit.writeCompleteCycles, 'sleeps in power-save while it writes the EEPROM');
        must(cpu.cycles >= this.#sendingUntil, 'sleeps in power-save while a byte is on its way');
        must(cpu.cycles - this.#wokenAt >= this.#crystalCycles, 'sleeps in power-save within a crystal period of waking');
        must(cpu.data[TIMSK1] === 0, 'sleeps in power-save with an interrupt of Timer1 on');
    }

    // Asleep: on to the next event, `end` at most.
    #doze(end) {
        const cpu = this.#cpu;
        if (!cpu.interruptsEnabled || cpu.nextInterrupt < 0) {
            cpu.cycles = Math.max(cpu.cycles, Math.min(cpu.nextClockEvent.cycles, end));
        }
        cpu.tick();
        if (cpu.pc !== this.#sleepPc) { // an interrupt
            if (this.#sleepIsDeep) {
                this.#timer1.lastCycle += cpu.cycles - this.#sleepSince;
                this.#wokenAt = cpu.cycles;
            }
            this.#sleepPc = -1;
        }
    }

    // ---- the part after a reset ----------------------------------------------------------------------------------

    #make(sram, cycles, flags) {
        const cpu = new CPU(this.#flash, SRAM_BYTES);
        cpu.data.set(sram, SRAM_AT);
        cpu.data[MCUSR] = flags;
        cpu.cycles = cycles;
        cpu.reset = () => { // the watchdog's
            this.#resetIsDue = true;
        };
        this.#cpu = cpu;
        this.#resetIsDue = false;
        this.#sleepPc = -1;
        this.#sendingUntil = 0;
        this.#wokenAt = -Infinity;
        this.ports = {
            B: new AVRIOPort(cpu, portBConfig), C: new AVRIOPort(cpu, portCConfig), D: new AVRIOPort(cpu, portDConfig),
        };
        cpu.writeHooks[GPIOR0] = (value) => {
            cpu.data[GPIOR0] = value;
            this.onPhase(value);
            return true;
        };
        this.#makeWatchdog();
        this.#makeTimer1();
        this.#makeTimer2();
        this.#makeConverter();
        this.#makeEeprom();
        this.#makeUart();
        this.onReset();
    }

    // On by fuse, 16 ms from the reset. avr8js plans its look at the time-out once, so a shorter period comes too late.
    #makeWatchdog() {
        const cpu = this.#cpu;
        const watchdog = new AVRWatchdog(cpu, watchdogConfig, new AVRClock(cpu, this.hz));
        const write = cpu.writeHooks[WDTCSR];
        cpu.writeHooks[WDTCSR] = (value, old, address, mask) => {
            write((value & WDCE) !== 0 ? value : value | WDE, old, address, mask);
            while (cpu.clearClockEvent(watchdog.checkWatchdog)) {
                // it may have been planned more than once
            }
            cpu.addClockEvent(watchdog.checkWatchdog, watchdog.watchdogTimeout - cpu.cycles);
            return true;
        };
        cpu.writeData(WDTCSR, WDCE | WDE);
        cpu.writeData(WDTCSR, WDE);
    }

    // avr8js plans an event for each count, which Timer1 has every cycle here. Without an interrupt on nothing but a read
    // needs to know the count, and a read makes up for all counts since.
    #makeTimer1() {
        const cpu = this.#cpu;
        const timer = new AVRTimer(cpu, timer1Config);
        const { count } = timer;
        const write = cpu.writeHooks[TCNT1];
        timer.count = (reschedule = true, external = false) =>
            count(reschedule && cpu.data[TIMSK1] !== 0, external);
        cpu.writeHooks[TCNT1] = (value, old, address, mask) => {
            cpu.clearClockEvent(timer.count);
            cpu.addClockEvent(timer.count, 0); // takes the value over
            return write(value, old, address, mask);
        };
        this.#timer1 = timer;
    }

    // On the watch crystal; its busy flags stay 0.
    #makeTimer2() {
        const cpu = this.#cpu;
        const dividers = {};
        for (const [setting, divider] of Object.entries(timer2Config.dividers)) {
            dividers[setting] = divider * this.#crystalCycles;
        }
        new AVRTimer(cpu, { ...timer2Config, dividers }); // lives in the CPU's hooks
        const write = cpu.writeHooks[TCCR2B];
        cpu.writeHooks[TCCR2B] = (value, old, address, mask) => {
            must(value === 0 || cpu.data[ASSR] === AS2, 'starts Timer2 on another clock than the watch crystal');
            return write(value, old, address, mask);
        };
    }

    #makeConverter() {
        const cpu = this.#cpu;
        const adc = new AVRADC(cpu, adcConfig);
        adc.onADCRead = () => {
            must((cpu.data[PRR] & PRADC) === 0, 'starts a conversion with the converter off in PRR');
            must(adc.referenceVoltageType === ADCReference.AVCC, 'converts against another reference than AVCC');
            const code = this.onConvert(cpu.data[ADMUX] & adcConfig.muxInputMask);
            cpu.addClockEvent(() => adc.completeADCRead(code), adc.sampleCycles);
        };
        this.#adc = adc;
    }

    // avr8js takes a write to EECR during a write for a new one without EEMPE, and ends the first.
    #makeEeprom() {
        const cpu = this.#cpu;
        const half = Math.round(EEPROM_HALF_S * this.hz);
        const unit = new AVREEPROM(cpu, this.eeprom, { ...eepromConfig, eraseCycles: half, writeCycles: half });
        const write = cpu.writeHooks[EECR];
        cpu.writeHooks[EECR] = (value, old, address, mask) => {
            if (cpu.cycles >= unit.writeCompleteCycles) {
                return write(value, old, address, mask);
            }
            must((value & EERE) === 0, 'reads the EEPROM while it is being written');
            cpu.data[EECR] = (old & ~EERIE) | (value & EERIE);
            cpu.updateInterruptEnable(unit.EER, value);
            return true;
        };
        this.#eepromUnit = unit;
    }

    // avr8js loses UDRE at a write to UCSR0A and when its interrupt is taken; the part does not.
    #makeUart() {
        const cpu = this.#cpu;
        const usart = new AVRUSART(cpu, usart0Config, this.hz);
        const writeA = cpu.writeHooks[UCSR0A];
        const writeB = cpu.writeHooks[UCSR0B];
        usart.UDRE.constant = true;
        cpu.writeHooks[UCSR0A] = (value, old, address, mask) => {
            writeA(value, old, address, mask);
            cpu.data[UCSR0A] |= old & (RXC | UDRE | (TXC & ~value));
            return true;
        };
        cpu.writeHooks[UCSR0B] = (value, old, address, mask) => {
            must((value & RECEIVER) === 0, 'switches the receiver on');
            return writeB(value, old, address, mask);
        };
        usart.onByteTransmit = (byte) => {
            must((cpu.data[PRR] & PRUSART0) === 0, 'sends with the UART off in PRR');
            must((cpu.data[UCSR0B] & TXEN) !== 0, 'sends with the transmitter off');
            must((cpu.data[UCSR0A] & UDRE) !== 0, 'sends a byte before there is room for it');
            this.#sendingUntil = cpu.cycles + usart.cyclesPerChar;
            this.onByte(byte, cpu.cycles, usart.multiplier * (usart.UBRR + 1), usart.cyclesPerChar);
        };
        this.#usart = usart;
    }

    // A byte arrives on RX; returns whether the receiver takes it.
    receive(byte) {
        return this.#usart.writeByte(byte) === true;
    }
}
