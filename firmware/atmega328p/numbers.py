#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Currents and times of the image, measured in the simulator:  firmware/atmega328p/numbers.py BUILD_DIRECTORY [--speed]

Prints rows of a table, the same at each run, and holds them against their limits (SUP-2, CHG-3, LOAD-3): exit 1 when one is
over. With --speed prints instead the one row that depends on the machine: how fast the image runs.
Currents are the image's times multiplied with the part's datasheet currents (ATmega328P, table "DC characteristics";
4 MHz, 3 V scaled to the board's clock and supply) and those of the sensing networks.
"""
import pathlib
import re
import subprocess
import sys
import time

TICK_US = 125000
HEALTHY = (12800, 0, 0, "111")

# mA at 4 MHz and 3 V: typical, maximum; scaled by clock and voltage
ACTIVE_MA = (1.7, 2.5)
IDLE_MA = (0.3, 0.7)
SCALE = (8.0 / 4.0) * (3.3 / 3.0)
# microamperes at 3 V: typical, maximum
POWER_SAVE_UA = (0.9, 2.6)
WATCHDOG_UA = (4.2 - 0.1, 8.0 - 2.0)  # power-down with it less power-down without
CONVERTER_UA = (250.0, 350.0)  # while it is on; charts "ADC current" and table "PRADC"
BOARD = {name: int(value) for name, value in re.findall(
    r"#define (BOARD_\w+) (-?\d+)", pathlib.Path(__file__).with_name("board_product.h").read_text())}
# the sensing networks: Vbat's divider at 58 V while it is on; L's bias all the time; a loop's resistors while it is driven, and the charge of the three cables at each tick, at the most that the board is made for
LOOP_OHM = BOARD["BOARD_LOOP_SERIES_OHM"] + BOARD["BOARD_LOOP_PULL_OHM"]
LOOP_UA = BOARD["BOARD_VCC_MV"] * 1e3 / LOOP_OHM
CABLES_UA = (3 * BOARD["BOARD_LOOP_PF"] * 1e-6 * BOARD["BOARD_VCC_MV"] / 1e3
             * BOARD["BOARD_LOOP_PULL_OHM"] / LOOP_OHM / (TICK_US * 1e-6))
DIVIDERS_UA = 58e6 / (BOARD["BOARD_VBAT_TOP_OHM"] + BOARD["BOARD_VBAT_BOTTOM_OHM"])


def bias_ua(remote_l_mv):
    return (BOARD["BOARD_REMOTE_L_BIAS_MV"] - remote_l_mv) * 1e3 / BOARD["BOARD_REMOTE_L_BIAS_OHM"]


SENSING_LIMIT_UA = 60.0
AWAKE_LIMIT = 0.10
LATENCY_LIMIT_MS = 500.0  # CHG-3
POWER_ON_LIMIT_MS = 2500.0  # SAFE-1's 1.5 s from the first sample, and what comes before it


class Simulator:
    """The protocol of simulator/protocol.h."""

    def __init__(self, build, *options):
        self.process = subprocess.Popen(
            [build / "smallbms-avr", *options, build / "firmware/smallbms-product.elf"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, *words):
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        reply = self.process.stdout.readline().split()
        if not reply or reply[0] == "error":
            sys.exit(f"numbers: {words}: {' '.join(reply)}")
        return reply

    def run(self, ticks, inputs):
        """Passes all `ticks`, whatever moves; returns the pins at their end."""
        while ticks > 0:
            reply = self.ask("run", ticks, *inputs)
            ticks -= int(reply[1])
        return reply[2]

    def stats(self):
        return {key: float(value) for key, value in (word.split("=") for word in self.ask("stats")[1:])}

    def edges(self):
        return [(name, level, float(us)) for name, level, us in (word.split(":") for word in self.ask("edges")[2:])]


def total(stats, ticks):
    """A mean of a tick as a sum over the run."""
    keys = ("awake_cycles_mean", "idle_us_mean", "adc_on_us_mean", "loops_on_us_mean", "dividers_on_us_mean")
    return {key: stats[key] * stats["ticks"] for key in keys}


def steady(build, until_there, inputs, ticks=8000):
    """Means of a tick in a state that lasts: a run that goes there, and what `ticks` more add."""
    simulator = Simulator(build)
    simulator.ask("start")
    for count, there in until_there:
        simulator.run(count, there)
    before = simulator.stats()
    pins = simulator.run(ticks, inputs)
    after = simulator.stats()
    sums, base = total(after, ticks), total(before, ticks)
    means = {key: (sums[key] - base[key]) / (after["ticks"] - before["ticks"]) for key in sums}
    return means, pins


def current_ua(means, remote_l_mv, column):
    def share(us):
        return us / TICK_US

    awake = share(means["awake_cycles_mean"] / 8.0)
    return (awake * ACTIVE_MA[column] * SCALE * 1000.0
            + share(means["idle_us_mean"]) * IDLE_MA[column] * SCALE * 1000.0
            + share(means["adc_on_us_mean"]) * CONVERTER_UA[column]
            + share(means["loops_on_us_mean"]) * LOOP_UA
            + CABLES_UA
            + bias_ua(remote_l_mv)
            + share(means["dividers_on_us_mean"]) * DIVIDERS_UA
            + POWER_SAVE_UA[column] + WATCHDOG_UA[column])


def currents(build):
    cut = (12800, 0, 0, "100")
    off = (12800, 4350, 0, "111")  # where an open L rests
    states = (  # name, how to get there, inputs, pins
        ("normal operation", [(80, HEALTHY)], HEALTHY, "10110"),
        ("low cell voltage", [(80, HEALTHY), (400, cut)], cut, "00100"),
        ("remote off", [(80, HEALTHY), (40, off)], off, "00000"),
    )
    for name, until_there, inputs, expected in states:
        means, pins = steady(build, until_there, inputs)
        if pins != expected:
            sys.exit(f"numbers: {name}: the pins are {pins}, not {expected}")
        yield name, means, current_ua(means, inputs[1], 0), current_ua(means, inputs[1], 1)


def worst_awake(build):
    """The longest tick in cycles: with edges, records and a reset in it."""
    simulator = Simulator(build, "--adapter")
    simulator.ask("start")
    for count, signals in ((80, "111"), (40, "110"), (300, "000"), (80, "111"), (40, "011"), (80, "111")):
        simulator.run(count, (12800, 0, 0, signals))
        simulator.run(20, (12800, 5000, 0, signals))
    return simulator.stats()["awake_cycles_max"]


def latency_ms(build, cpu_hz):
    """From ATC lost at the pin to Charger's pin, the worst of all instants within a tick."""
    simulator = Simulator(build, "--cpu-hz", str(cpu_hz))
    simulator.ask("start")
    simulator.run(80, HEALTHY)
    worst = 0.0
    steps_us = list(range(0, TICK_US, 1000)) + list(range(62500, 66000, 20))
    for step_us in steps_us:
        simulator.ask("advance", step_us)
        lost_us = float(simulator.ask("advance", 0)[1])
        simulator.ask("edges")
        simulator.ask("set", 12800, 0, 0, "011")
        simulator.ask("advance", 4 * TICK_US)
        floats = [us for name, level, us in simulator.edges() if name == "charger" and level == "0"]
        worst = max(worst, floats[0] - lost_us)
        simulator.ask("set", 12800, 5000, 0, "111")  # off for more than 1 s: Charger need not wait (CHG-5)
        simulator.ask("advance", 12 * TICK_US)
        simulator.ask("set", *HEALTHY)
        simulator.ask("advance", 14 * TICK_US - step_us)
    return worst / 1000.0


def warning_s(build, cpu_hz):
    """From Pre-alarm's edge to the cut."""
    simulator = Simulator(build, "--cpu-hz", str(cpu_hz))
    simulator.ask("start")
    simulator.run(80, HEALTHY)
    simulator.ask("edges")
    simulator.run(300, (12800, 0, 0, "100"))
    at = {(name, level): us for name, level, us in simulator.edges()}
    return (at["load", "0"] - at["prealarm", "1"]) / 1e6


def power_on_ms(build, corner):
    """From power-on to Load and Charger of a healthy device."""
    simulator = Simulator(build, "--corner", corner)
    simulator.ask("set", *HEALTHY)
    simulator.ask("start")
    simulator.ask("advance", 5000000)
    return max(us for name, level, us in simulator.edges() if name in ("load", "charger")) / 1000.0


def speed(build):
    simulator = Simulator(build)
    simulator.ask("start")
    simulator.run(80, HEALTHY)
    ticks, began = 80000, time.perf_counter()
    simulator.run(ticks, HEALTHY)
    times = ticks * TICK_US / 1e6 / (time.perf_counter() - began)
    print(f"| the image in the simulator (`--device avr`) | {times:.0f} times real time |")


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    failed = []
    if "--speed" in sys.argv:
        speed(build)
        return 0

    def hold(what, value, limit):
        if value > limit:
            failed.append(f"{what}: {value:g} is over {limit:g}")

    budget = (build / "firmware/smallbms-product.budget").read_text().splitlines()
    flash, sram = budget[0].split(), budget[1].split()
    print(f"| the image: flash | {flash[1]} of {flash[3]} bytes |")
    print(f"| the image: SRAM, with the deepest stack | {sram[1]} of {sram[3]} bytes |")
    print(f"| of it the deepest stack | {sram[-5]} bytes |")
    cycles = worst_awake(build)
    states = list(currents(build))
    mean_us = max(means["awake_cycles_mean"] for _, means, *_ in states) / 8
    print(f"| awake in a tick of 125 ms: mean, longest | {mean_us:.0f} µs, {cycles / 8:.0f} µs:"
          f" {mean_us / TICK_US * 100:.2f} %, {cycles / 8 / TICK_US * 100:.2f} % |")
    hold("awake share", cycles / 8 / TICK_US, AWAKE_LIMIT)
    for name, means, typical, maximum in states:
        print(f"| MCU and sensing, {name} | {typical:.1f} µA typical, {maximum:.1f} µA at the datasheet's maxima |")
        hold(f"current, {name}", typical, SENSING_LIMIT_UA)
    latencies = [latency_ms(build, hz) for hz in (7200000, 8000000, 8800000)]
    print(f"| ATC lost at the pin to Charger floating, at worst, RC ±10 % | {max(latencies):.1f} ms |")
    hold("latency", max(latencies), LATENCY_LIMIT_MS)
    usual, latest = power_on_ms(build, "typical"), power_on_ms(build, "cold-crystal")
    print(f"| from power-on to the outputs: typical, with a watch crystal that takes a second to start |"
          f" {usual / 1000:.2f} s, {latest / 1000:.2f} s |")
    hold("from power-on to the outputs", latest, POWER_ON_LIMIT_MS)
    warnings = [warning_s(build, hz) for hz in (7200000, 8000000, 8800000)]
    shortest, longest = min(warnings) * (1 - 1e-4), max(warnings) * (1 + 1e-4)
    print(f"| pre-alarm to cut, crystal ±100 ppm, RC ±10 % | {shortest:.4f} to {longest:.4f} s |")
    hold("30 s less the warning", 30.0 - shortest, 0.0)
    for text in failed:
        print(f"numbers: {text}", file=sys.stderr)
    return 1 if failed else 0


sys.exit(main())
