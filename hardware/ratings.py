# SPDX-License-Identifier: Apache-2.0
"""Holds every drawn part against its ratings, in every bench that runs: the rows that nobody writes.

`probes` says what is asked of ngspice about each part of a block: highest voltages between its pins, highest and last current, and
of its power the highest, the last and the integral. `shares` makes from the answers, for each rating of the part, which share of it was
taken. A temperature is never below what the part's thermal network would give: of each stage the highest power for ever, or all of
the energy at once, or what the integral of the power's square allows (Cauchy and Schwarz), whichever is the least; and the last power of a run is taken to last for ever.
"""
import dataclasses
import math
import re

AMBIENT_OF_POWER_C = 70  # the ambient that a resistor's power is stated for
EXACT = 1e-3  # ngspice's reltol: a share that is above 1 by less is 1
SURGE_S = 4.15e-3  # half of the half wave of 60 Hz that a diode's surge is stated for: its i2t by the square of its top
LONG_PULSE_S = 1.44e-3  # how long the wave of 10/1000 us that a suppressor is stated for would last at its top with the same charge
PULSE_S = 1e-6  # a transistor's peak that is shorter counts by its i2t, and a power's by its energy: one step of ngspice may overshoot
LASTS_S = 1  # a resistor without a thermal network: shorter than this, its energy counts
SUFFIXES = {"": 1, "m": 1e-3, "u": 1e-6, "n": 1e-9, "p": 1e-12, "k": 1e3, "meg": 1e6}
PIN = "ATmega328P_pin"  # the microcontroller's; the benches have it at the terminals of a block
TRANSISTORS = {"npn": 1, "pnp": -1, "pair": -1}  # by which the base-emitter voltage is multiplied
PINS = {"M": "dgs", "Q": "cbe", "D": "ak"}
AGAIN = "__"  # behind a part's name, and a number: the same part in another of a bench's blocks
SUPPLY_PINS, GROUND_PINS = ("vdd", "vcc", "in"), ("vss",)
# which of a part's rated quantities are compared: what is asked, by the rating
PEAK = {"drain_source_v": "vds", "gate_source_v": "vgs", "pulsed_drain_a": "i_peak", "collector_emitter_v": "vce", "collector_base_v": "vcb",
        "emitter_base_v": "veb", "peak_collector_a": "i_peak", "reverse_v": "vr", "surge_a": "i_peak", "surge_8ms_a": "i_peak",
        "voltage_v": "v", "supply_v": "v_supply", "operating_supply_v": "v_supply", "input_v": "v_supply", "operating_input_v": "v_supply",
        "pin_above_supply_v": "v_above", "pin_below_ground_v": "v_below", "pin_a": "i_peak", "output_a": "i_peak", "pulse_power_w": "p_peak",
        "injection_a": "i_inject", "pulse_power_1ms_w": "p_peak", "pulse_1ms_a": "i_peak", "melting_a2s": "i2t"}
LASTING = {"drain_a": ("pulsed_drain_a",), "collector_a": ("peak_collector_a",), "forward_a": ("surge_a", "surge_8ms_a"),
           "current_a": ("melting_a2s",), "stand_off_v": ("pulse_1ms_a",)}  # for ever, where a pulse has a rating of its own
SHORT_PEAKS = ("pulsed_drain_a", "peak_collector_a", "collector_a")
THERMAL = ("junction_c", "operating_junction_c", "temp_c", "power_w", "ambient_c")


@dataclasses.dataclass
class Instance:
    """A drawn part where it stands in a bench's circuit."""
    name: str
    letter: str
    path: str  # of the subcircuit that it is in, as ngspice writes it
    nodes: list
    value: float
    key: str = ""  # by which it is asked: a bench may have the block several times


@dataclasses.dataclass
class Share:
    """How much of a rating was taken, and what that is: `value` of `limit`, in `unit`."""
    share: float
    rating: str
    value: float
    limit: float
    unit: str
    is_read: bool


def number(text):
    """A value as it is drawn: 4.7, 330k, 1meg."""
    match = re.fullmatch(r"([\d.]+)(meg|[munpk]?)", text.lower())
    return float(match[1]) * SUFFIXES[match[2]] if match else None


def definitions(netlist):
    """The subcircuits in a netlist: of each its terminals and its lines."""
    found, name = {}, None
    for line in netlist:
        words = line.split()
        if line.startswith(".subckt"):
            name = words[1].lower()
            found[name] = ([word.lower() for word in words[2:] if "=" not in word], [])
        elif line.startswith(".ends"):
            name = None
        elif name and words:
            found[name][1].append(words)
    return found


def instances(netlist, around, drawn):
    """Each drawn part where a bench has it; `around` calls the block."""
    known = definitions(netlist)
    found = []

    def enter(lines, path, names):
        for words in lines:
            words = [word for word in words if "=" not in word]
            called = words[-1].lower()
            nodes = [named(node, path, names) for node in words[1:-1]]
            name = words[0] if words[0] in drawn else words[0][1:]
            if called in known and words[0][0].upper() == "X":
                terminals, inside = known[called]
                enter(inside, f"{path}{words[0].lower()}.", dict(zip(terminals, nodes)))
            elif path and name in drawn:
                found.append(Instance(name, words[0][0].upper(), f"{path}{words[0].lower()}", nodes, number(drawn[name].get("value", ""))))

    enter([line.split() for line in around if line.strip()[:1] in ("X", "x")], "", {})
    return counted(found)


def joined_nodes(lines):
    """The node that stands for each of several that sources of 0 V join: ammeters."""
    stands = {}

    def standing(node):
        while node in stands:
            node = stands[node]
        return node

    for words in lines:
        if len(words) == 4 and words[0][0] in "Vv" and words[3] == "0":
            one, other = standing(words[1].lower()), standing(words[2].lower())
            if one != other and "0" not in (one, other):
                stands[one] = other
    return standing


def pins_of(netlist, around):
    """The microcontroller's pins in a bench, each called by the terminal of the block that it is at: MCU_cmd."""
    name, *terminals = netlist[0].split()[1:]
    lines = [line.split() for line in around if line.strip()]
    standing = joined_nodes(lines)
    at = {}
    for words in lines:
        if words[0][0] in "Xx" and words[-1].lower() == name.lower():
            at |= dict(zip(map(standing, map(str.lower, words[1:-1])), terminals))
    found = []
    for words in lines:
        if words[0][0] in "Xx" and words[-1].startswith(PIN):
            terminal = at.get(standing(words[1].lower()))
            nodes = [words[1], *words[2:4], *words[-3:-1]] if words[-1] == PIN else [words[1], "0", "0", *words[-3:-1]]
            if terminal:
                found.append(Instance(f"MCU_{terminal}", "X", words[0].lower(), [node.lower() for node in nodes], None))
    return counted(found)


def counted(found):
    """Instances with a key of their own each."""
    for index, instance in enumerate(found):
        before = sum(other.name == instance.name for other in found[:index])
        instance.key = f"{instance.name}{AGAIN}{before + 1}" if before else instance.name
    return found


def named(node, path, names):
    """A node of a subcircuit by its name in the whole circuit."""
    node = node.lower()
    return names.get(node, node if not path or node in ("0", "gnd") else f"{path}{node}")


def between(plus, minus):
    """The voltage of one node above another, as an expression."""
    terms = [f"{sign}v({node})" for sign, node in (("", plus), ("-", minus)) if node not in ("0", "gnd")]
    return "".join(terms) if terms and plus != minus else None


def elements(part, instance):
    """What a part's subcircuit consists of that takes power: the device's vector in ngspice, the voltage across it, and the sign with which its
    current counts at the output, 0 for none."""
    terminals, lines = definitions(part.card_of("typical").split("\n"))[part.model().lower()]
    names = dict(zip(terminals, instance.nodes))
    found = []
    for words in lines:
        letter = words[0][0].lower()
        is_current = letter == "b" and words[3].startswith("I=")
        if letter in "rd" or is_current:
            nodes = [named(node, f"{instance.path}.", names) for node in words[1:3]]
            device = f"@{letter}.{instance.path}.{words[0].lower()}"
            outs = out_nodes(terminals, instance)
            found.append((device, "id" if letter == "d" else "i", between(*nodes), (nodes[1] in outs) - (nodes[0] in outs)))
    return found


def out_nodes(terminals, instance):
    """The nodes whose current is that of the part: its output, or of two terminals the first."""
    return [node for name, node in zip(terminals, instance.nodes) if name in ("out", "pin")] or instance.nodes[:1]


class Asked:
    """What is asked of ngspice in one bench: the vectors to be kept, and what is to be measured, by part and quantity. An expression is
    written out wherever it is needed: to name it by a `let` costs more than to compute it again, for ngspice opens two files at each command."""

    def __init__(self):
        self.saves, self.measures = [], {}

    def peak(self, name, quantity, expression):
        """The highest value of an expression; nothing where its two nodes are one."""
        if expression:
            self.measures[name, quantity] = f"vecmax({expression})"

    def last(self, name, quantity, expression):
        self.measures[name, quantity] = f"({expression})[length(time)-1]"

    def integral(self, name, quantity, expression):
        """Over all of the run; the expression is nowhere below 0."""
        self.measures[name, quantity] = f"vecmax(integ({expression}))"

    def current(self, part, name, expression):
        """Of a current's magnitude the highest, and the last where one rating is for a pulse and one for ever."""
        self.peak(name, "i_peak", expression)
        if LASTING.keys() & set(part.ratings):
            self.last(name, "i_end", expression)

    def power(self, name, expression):
        """Of a power the highest, the last, and the energy."""
        self.peak(name, "p_peak", expression)
        self.last(name, "p_end", expression)
        self.integral(name, "joule", expression)


def ask_transistor(asked, part, instance):
    """Voltages and courses of a FET, a transistor or a diode that is one device of ngspice."""
    pins = dict(zip(PINS[instance.letter], instance.nodes))
    device = f"@{instance.letter.lower()}.{instance.path.rpartition('.')[0]}.{instance.path.rpartition('.')[2]}"
    name = instance.key
    if instance.letter == "M":
        asked.peak(name, "vds", magnitude(between(pins["d"], pins["s"])))
        asked.peak(name, "vgs", magnitude(between(pins["g"], pins["s"])))
    elif instance.letter == "Q":
        asked.peak(name, "vce", magnitude(between(pins["c"], pins["e"])))
        asked.peak(name, "vcb", magnitude(between(pins["c"], pins["b"])))
        polarity = (pins["e"], pins["b"]) if TRANSISTORS[part.device] > 0 else (pins["b"], pins["e"])
        asked.peak(name, "veb", between(*polarity))
    else:
        asked.peak(name, "vr", between(pins["k"], pins["a"]))
    current = {"M": "id", "Q": "ic", "D": "id"}[instance.letter]
    asked.saves.append(f"{device}[{current}]")
    flow = f"abs({device}[{current}])"
    asked.current(part, name, flow)
    if instance.letter == "D":
        across = between(pins["a"], pins["k"])
        if across:  # not ngspice's own power: it is no number where a card has no series resistance
            asked.power(name, f"abs({flow}*({across}))")
        if {"surge_a", "surge_8ms_a"} & set(part.ratings):
            asked.integral(name, "i2t", f"{flow}*{flow}")
        return
    asked.saves.append(f"{device}[p]")
    asked.integral(name, "i2t", f"{flow}*{flow}")
    power = f"abs({device}[p])"
    asked.power(name, power)
    if instance.letter == "M":  # its peak may be one step in which its capacitances are charged
        asked.integral(name, "p2t", f"{power}*{power}")
    for index, point in enumerate(part.data.get("soa", [])):
        asked.integral(name, f"above{index}", f"{power} gt {point['vds_v'] * point['id_a']:g}")


def ask_subcircuit(asked, part, instance):
    name = instance.key
    terminals = definitions(part.card_of("typical").split("\n"))[part.model().lower()][0]
    pins = dict(zip(terminals, instance.nodes))
    if len(terminals) == 2:
        asked.peak(name, "v", magnitude(between(*instance.nodes)))
    supply, ground = (next((pins[pin] for pin in kind if pin in pins), None) for kind in (SUPPLY_PINS, GROUND_PINS))
    if supply and ground:
        asked.peak(name, "v_supply", between(supply, ground))
        if "pin" in pins:
            asked.peak(name, "v_above", between(pins["pin"], supply))
            asked.peak(name, "v_below", between(ground, pins["pin"]))
    if "injection_a" in part.ratings:
        guards = [(device, kind) for device, kind, _, _ in elements(part, instance) if device.startswith("@d.")]
        asked.saves += [f"{device}[{kind}]" for device, kind in guards]
        asked.peak(name, "i_inject", "+".join(f"abs({device}[{kind}])" for device, kind in guards))
    if "stand_off_v" in part.ratings and between(*instance.nodes):
        asked.last(name, "v_end", magnitude(between(*instance.nodes)))
    voltage, power = (part.ratings.get(rating, [math.inf])[0] for rating in ("voltage_v", "power_w"))
    if instance.value and voltage ** 2 / instance.value < power:
        return  # at its highest voltage for ever it does not get its power
    found = [element for element in elements(part, instance) if element[2]]
    if not {"power_w", "junction_c", "melting_a2s", "pulse_power_1ms_w", "output_a", "pin_a"} & set(part.ratings) or not found:
        return
    asked.saves += [f"{device}[{kind}]" for device, kind, _, _ in found]
    asked.power(name, "+".join(f"abs({device}[{kind}]*({across}))" for device, kind, across, _ in found))
    out = "".join(f"{'+' if sign > 0 else '-'}{device}[{kind}]" for device, kind, _, sign in found if sign)
    if out and {"melting_a2s", "pulse_1ms_a", "output_a", "pin_a"} & set(part.ratings):
        current = f"abs(0{out})"
        asked.current(part, name, current)
        if {"melting_a2s", "pulse_1ms_a"} & set(part.ratings):
            asked.integral(name, "i2t", f"{current}*{current}")


def magnitude(expression):
    return expression and f"abs({expression})"


def probes(block, around):
    """What is asked about the parts of a block in a bench whose lines `around` call it."""
    asked = Asked()
    for instance in [*instances(block.netlist, around, block.drawn), *(pins_of(block.netlist, around) if block.pins else [])]:
        part = block.library[block.rated()[instance.name]["model"]]
        (ask_transistor if instance.letter in PINS else ask_subcircuit)(asked, part, instance)
    return asked


def rise_k(stages, answers, lasts):
    """How much warmer a part gets than what is around it; exact where the course of its power is there, or at the most."""
    end = answers["p_end"] * sum(resistance for resistance, _ in stages) if lasts else 0
    if "course" in answers:
        return max(end, highest_rise_k(stages, answers["course"]))
    return max(end, sum(resistance * min(answers["p_peak"], answers["joule"] / tau, math.sqrt(max(answers.get("p2t", math.inf), 0) / 2 / tau))
                        for resistance, tau in stages))


def highest_rise_k(stages, course):
    """The highest rise through a Foster network, of a course of power: (time, power)."""
    steps = [(before - now, power) for (before, power), (now, _) in zip(course, course[1:])]
    rises = [0.0] * (len(steps) + 1)  # of all stages, at each time
    for resistance, tau in stages:
        rise = 0.0
        for index, (minus_s, power) in enumerate(steps):
            end = power * resistance
            rise = end + (rise - end) * math.exp(minus_s / tau)
            rises[index] += rise
    return max(rises)


def network(part, *kinds):
    """The part's first thermal network of the first of these kinds that it has, or None."""
    return next((each for kind in kinds for name, each in part.thermal.items() if name.startswith(kind)), None)


def taken(part, rating, limit, answers, ambient_c, lasts):
    """What was taken of a rating, and which share of it that is; None where nothing was asked that says it."""
    if set(LASTING.get(rating, ())) & set(part.ratings):
        value = answers.get("v_end" if rating.endswith("_v") else "i_end") if lasts else None
        return value and (value, value / limit)
    if rating in ("surge_a", "surge_8ms_a") and "i2t" in answers:
        value = min(answers["i_peak"], math.sqrt(max(answers["i2t"], 0) / SURGE_S))
        return value, value / limit
    if rating in PEAK or rating in LASTING:
        value = answers.get(PEAK.get(rating, "i_peak"))
        if value is None:
            return None
        if rating in SHORT_PEAKS:
            value = min(value, math.sqrt(max(answers["i2t"], 0) / PULSE_S))
        elif rating == "pulse_1ms_a":
            value = min(value, math.sqrt(max(answers["i2t"], 0) / (LONG_PULSE_S / 2)))
        elif rating in ("pulse_power_w", "pulse_power_1ms_w"):
            value = min(value, answers["joule"] / (PULSE_S if rating == "pulse_power_w" else LONG_PULSE_S))
        return value, value / limit
    if rating == "ambient_c":
        return ambient_c, ambient_c / limit
    to_ambient = network(part, "junction_ambient")
    stages = to_ambient and to_ambient["stages_k_w_s"]
    if rating in ("junction_c", "operating_junction_c", "temp_c") and stages and "p_peak" in answers:
        rise = rise_k(stages, answers, lasts)
        return ambient_c + rise, rise / (limit - ambient_c)
    if rating == "power_w" and not stages:
        if "p_peak" in answers:
            value = max(answers["p_end"] if lasts else 0, min(answers["p_peak"], answers["joule"] / LASTS_S))
            return value, value / limit
        if "ohm" in answers and "v" in answers:
            value = answers["v"] ** 2 / answers["ohm"]
            return value, value / limit
    return None


def shares(part, answers, ambient_c, lasts):
    """Of each rating of a part the share that one run took, by what the run answered about it."""
    found = []
    for rating, (limit, unit, source) in part.ratings.items():
        share = taken(part, rating, limit, answers, ambient_c, lasts)
        if share:
            found.append(Share(share[1], rating, share[0], limit, unit, part.sources[source]["read"]))
    for index, point in enumerate(part.data.get("soa", [])):
        name = f"soa at {point['vds_v'] * point['id_a']:.3g} W"
        if f"above{index}" in answers:
            value = answers[f"above{index}"]
            found.append(Share(value / point["pulse_s"], name, value, point["pulse_s"], "s", part.sources[point["source"]]["read"]))
    return found


def is_sum(quantity):
    """What grows with each pulse."""
    return quantity in ("joule", "i2t", "p2t") or quantity.startswith("above")


def worst(block, name, bench, result, temp_c):
    """The highest share of any of a drawn part's ratings in one bench: `lasts = false` in its data says that what it ends in does not
    last, `repeats` that all of it comes so many times at once; the heat that is around its parts is not around those that make it."""
    drawn = block.rated()[name]
    part = block.library[drawn["model"]]
    found = [Share(0, "nothing is asked", 0, 0, "", True)]
    course = result.get(f"power_{name.lower()}")
    ambient_c = temp_c + (0 if course else bench.get("warmer_k", 0))
    runs = [answers for key, several in result["probes"].items() if key.partition(AGAIN)[0] == name for answers in several]
    for answers in runs:
        answers = answers | {key: bench.get("repeats", 1) * value for key, value in answers.items() if is_sum(key)}
        more = {"ohm": number(drawn["value"])} if drawn.get("value") else {}
        if course and len(runs) == 1:
            more["course"] = course
        found += shares(part, answers | more, ambient_c, bench.get("lasts", True))
    most = max(found, key=lambda share: share.share)
    return dataclasses.replace(most, share=1) if 1 < most.share <= 1 + EXACT else most


def is_spiked(block, result):
    """A transistor had more current than it may have as a peak, for so short that its charge passes: it may be one step of ngspice."""
    limits = {name: min((part.ratings[rating][0] for rating in SHORT_PEAKS if rating in part.ratings), default=math.inf)
              for name, part in ((name, block.library[drawn["model"]]) for name, drawn in block.rated().items())}
    return any(answers.get("i_peak", 0) > limits[key.partition(AGAIN)[0]] for key, several in result["probes"].items() for answers in several)


def not_compared(block):
    """The ratings that nothing here compares, by the part."""
    known = {*PEAK, *LASTING, *THERMAL}
    used = {block.library[part["model"]].name: block.library[part["model"]] for part in block.drawn.values()}
    return {name: missing for name, part in sorted(used.items()) if (missing := [rating for rating in part.ratings if rating not in known])}
