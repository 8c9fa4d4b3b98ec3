# SPDX-License-Identifier: Apache-2.0
"""What the claims stand on: states, inputs, steps, and the words of the rules for them."""
import z3
from z3 import And, BitVecVal, If, Implies, Not, Or, UGT

SUPPLY, REMOTE, ATC, ATD, NO_PREALARM = range(5)  # the bits of law.levels, enum SBMS_INPUT_...
LOAD, PREALARM, CHARGER = 1, 1, 0  # the places of law.samples, enum SBMS_REGION_...
CHAIN = 0x1C

CLAIMS = []


class Claim:
    def __init__(self, rules, text, formula, slow):
        self.rules, self.text, self.name, self.formula, self.slow = rules.split(), text, formula.__name__, formula, slow


def claim(rules, text, slow=False):
    """Adds what the function makes to the claims: a formula, or several. `slow` ones are begun first."""

    def add(formula):
        CLAIMS.append(Claim(rules, text, formula, slow))
        return formula

    return add


class Ground:
    """Terms that claims share. All free: x.s a state, x.i inputs; x.twin another pair, for claims about two runs."""

    def __init__(self, law):
        self.law = law
        self.REFERENCE = law.constants["SBMS_FAULT_REFERENCE"]
        self.s, self.i = law.fresh("sbms_control", "s"), law.fresh("sbms_inputs", "i")
        self.a, self.d = law.step(self.s, self.i)
        self.possible = law.is_possible(self.s)
        self.settings, self.retained = law.fresh("sbms_control_settings", "settings"), law.fresh("sbms_retained", "retained")
        self.states, self.steps = [self.s, self.a], [self.i]
        self._twin = None
        # what passes ticks with outputs running, and not with a fault that floats everything or without supply
        self.running = Not(Or(hard(self.i["fault"]), law.call("is_unsupplied", self.s, self.i)[0]))
        self.calls = dict(law.calls)
        # SAFE-4, SUP-3: the law's part of the state is forgotten at this tick
        self.wiped = Or(hard(self.i["fault"]), hard(self.s["law.fault"]), Not(present(self.a, SUPPLY)))

    def fresh(self, struct, name):
        return self.law.fresh(struct, name)

    def inputs(self, count):
        while len(self.steps) < count:
            self.steps.append(self.law.fresh("sbms_inputs", "i%d" % (len(self.steps) + 1)))
        return self.steps[:count]

    def after(self, count):
        """The state after that many steps with x.inputs(count)."""
        for n in range(len(self.states), count + 1):
            self.states.append(self.law.step(self.states[n - 1], self.inputs(n)[n - 1])[0])
        return self.states[count]

    @property
    def twin(self):
        if self._twin is None:
            self._twin = self.law.fresh("sbms_control", "t"), self.law.fresh("sbms_inputs", "j")
            self._twin_after = self.law.step(*self._twin)[0]
        return self._twin

    @property
    def twin_after(self):
        return self.twin and self._twin_after

    @staticmethod
    def samples(s, region):
        return s["law.samples[%d]" % region]


# ---- words -------------------------------------------------------------------------------------------------------------


def wide(term):
    """With room for sums."""
    return z3.ZeroExt(32 - term.size(), term)


def at(bit):
    return 1 << bit


def present(s, level):
    return z3.Extract(level, level, s["law.levels"]) == 1


def decided(s, region):
    return s["law.samples[%d]" % region] == 25


def remote_known(s):
    return s["law.remote_samples"] == 2


def is_on(s):
    return present(s, REMOTE)


def is_off(s):
    return And(remote_known(s), Not(is_on(s)))


def load(s):
    """Load is commanded high."""
    return s["law.load_mode"] != 0


def alarm(s):
    """Pre-alarm is commanded high, whatever its terminal does (SAFE-4)."""
    return s["law.load_mode"] == 2


def outputs(x, s):
    return x.law.outputs(s)


def charger(x, s):
    return outputs(x, s)["charger"]


def lit(x, s, led):
    return outputs(x, s)[led]


def none_of(*conditions):
    return Not(Or(*conditions))


def floats(x, s):
    o = outputs(x, s)
    return none_of(o["load"], o["prealarm"], o["charger"])


def hard(fault):
    """A fault that floats everything: neither none (0) nor the reference (4) nor an output (5), core/fault.h."""
    return And(fault != 0, fault != 4, fault != 5)


def locked_out(s):
    return And(s["settings.lockout_retries"] != 0, UGT(s["retained.cuts"], s["settings.lockout_retries"]))


def warning_ticks(s):
    """LOAD-3: ceil(8 T 1.0125) + 1, with 0 for 30 s."""
    t = wide(If(s["settings.warning_time_s"] == 0, BitVecVal(30, 8), s["settings.warning_time_s"]))
    return z3.UDiv(t * 81 + 9, BitVecVal(10, 32)) + 1


def equal(a, b):
    return And(*[a[k] == b[k] for k in a])


def equal_but(a, b, *names):
    unknown = set(names) - set(a)
    if unknown:
        raise KeyError(unknown)
    return And(*[a[k] == b[k] for k in a if k not in names])
