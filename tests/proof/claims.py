# SPDX-License-Identifier: Apache-2.0
"""What is claimed of the law, by rule id. Each claim is a formula that has to be true of every state, input, setting and count.

`x` is the ground of a claim (ground.py): x.s a state, x.i inputs, x.a the state after a step with them, x.d its decision; x.possible
says that x.s is a state that a run can reach. A claim of many ticks is an induction: what it counts is a free number, and the claim
says that a step keeps what binds the number to the state. A claim of several formulas holds when each does.
"""
from z3 import And, BitVec, BitVecVal, Bool, BoolVal, Extract, If, Implies, Not, Or, UGE, UGT, ULE, ULT, ZeroExt, is_bool

from ground import (ATC, ATD, CHAIN, CHARGER, LOAD, NO_PREALARM, PREALARM, REMOTE, SUPPLY, alarm, at, charger, claim, decided, equal,
                    equal_but, floats, hard, is_off, is_on, lit, load, locked_out, none_of, outputs, present, remote_known, wide,
                    warning_ticks)

FLOATING, HIGH, PRE_ALARM = 0, 1, 2

# ---- the invariant -----------------------------------------------------------------------------------------------------


@claim("SAFE-4", "a step leaves a state that core/possible.c calls possible, whatever the state before")
def invariant(x):
    return x.law.is_possible(x.a)


@claim("SAFE-1", "so do a reset, and a reset in which memory held, whatever it held; both float all outputs")
def invariant_of_a_reset(x):
    refused, (state, _) = x.law.call("sbms_control_init", x.fresh("sbms_control", "garbage"), x.settings)
    good, (restored, _) = x.law.call("sbms_control_restore", state, x.retained)
    return And(x.law.is_possible(state), floats(x, state), x.law.is_possible(restored), floats(x, restored),
               Implies(Not(good), equal(restored, state)))


@claim("SAFE-4", "a state that no run can reach floats all outputs at that tick")
def impossible_floats(x):
    return Implies(Not(x.possible), And(floats(x, x.a), Not(lit(x, x.a, "led_load"))))


# ---- sections 1 and 2: supply -------------------------------------------------------------------------------------------


@claim("SUP-3", "from any state: two ticks below 7.5 V float all outputs, unless nothing can be measured")
def low_supply_floats(x):
    return Implies(And(*[And(i["vbat_mv"] < 7500, i["fault"] != x.REFERENCE) for i in x.inputs(2)]), floats(x, x.after(2)))


@claim("SUP-3", "after that no output rises before a sample of 8.0 V or more")
def low_supply_waits(x):
    return Implies(And(x.possible, Not(present(x.s, SUPPLY)), x.i["vbat_mv"] < 8000, x.i["fault"] != x.REFERENCE),
                   And(floats(x, x.a), Not(present(x.a, SUPPLY))))


@claim("SUP-3", "what is remembered survives: but for what a tick of waiting and a cut change, and the remote off for 1 s")
def low_supply_remembers(x):
    s, a = x.s, x.a
    kept = ["retained.charger_step", "retained.cuts", "retained.is_tripped", "retained.shorts[0].step", "retained.shorts[1].step",
            "retained.shorts[2].step"]
    return Implies(And(x.possible, Not(present(a, SUPPLY)), Not(hard(x.i["fault"])), Not(hard(s["law.fault"])),
                       a["law.off_ticks"] != 8),
                   And(*[a[k] == s[k] for k in kept], Or(a["retained.load_step"] == s["retained.load_step"], load(s))))


@claim("SUP-3", "one tick below 7.5 V changes nothing that ten volts would not leave as it is")
def single_low_sample(x):
    i = x.i
    higher = i.changed(vbat_mv=BitVecVal(8000, 32))
    b, _ = x.law.step(x.s, higher)
    lockout = Or(x.s["settings.lockout_retries"] == 0, x.s["settings.lockout_clear_mv"] > 8000)
    return Implies(And(x.possible, present(x.s, SUPPLY), x.s["law.supply_is_low"] == 0, i["vbat_mv"] < 7500,
                       decided(x.s, LOAD), decided(x.s, CHARGER), i["fault"] != x.REFERENCE, Not(hard(i["fault"])),
                       lockout),
                   equal_but(x.a, b, "law.supply_is_low"))


# ---- section 3: Load -----------------------------------------------------------------------------------------------------


@claim("LOAD-2", "Load rises only with the system on, ATD present, and SAFE-1, LOAD-6, LOAD-8 allowing it")
def load_rises(x):
    s, a = x.s, x.a
    allowed = And(decided(a, LOAD), Not(locked_out(a)), a["retained.load_wait_ticks"] == 0,
                  a["retained.shorts[0].wait_ticks"] == 0)
    return Implies(And(Not(load(s)), load(a)), And(x.possible, is_on(a), present(a, ATD), allowed))


@claim("LOAD-2", "and it rises as soon as all of that is so")
def load_does_rise(x):
    a = x.a
    delayed = And(a["retained.is_tripped"] != 0, wide(a["law.reconnect_ticks"]) < wide(a["settings.reconnect_delay_s"]) * 8)
    allowed = And(decided(a, LOAD), Not(locked_out(a)), a["retained.load_wait_ticks"] == 0,
                  a["retained.shorts[0].wait_ticks"] == 0, Not(delayed))
    return Implies(And(is_on(a), present(a, ATD), allowed), load(a))


def warned(x, s, ticks):
    """`ticks`: how long Pre-alarm has been commanded high without a gap; what it has to do with the state."""
    counted = If(UGT(ticks, warning_ticks(s)), warning_ticks(s), ticks)
    return And(x.law.is_possible(s), Implies(alarm(s), wide(s["law.alarm_ticks"]) == counted))


def calm(x):
    """No other rule takes Load at this tick: remote, supply, faults, a short of Load."""
    return And(is_on(x.a), present(x.a, SUPPLY), Not(hard(x.i["fault"])), Not(hard(x.s["law.fault"])),
               x.a["retained.shorts[0].wait_ticks"] == 0)


@claim("LOAD-3 PRE-5", "the count of the warning is the time that Pre-alarm has been commanded high, without a gap and with no credit")
def warning_is_counted(x):
    ticks = BitVec("ticks_commanded", 32)
    after = If(And(alarm(x.s), alarm(x.a)), ticks + 1, BitVecVal(0, 32))
    return Implies(And(warned(x, x.s, ticks), ULT(ticks, 1 << 31)), warned(x, x.a, after))


@claim("LOAD-3", "never earlier: Load is cut by the batteries only at the 244th tick of Pre-alarm at 30 s, with ATD lost")
def load_is_warned(x):
    ticks = BitVec("ticks_commanded", 32)
    cut = And(load(x.s), Not(load(x.a)), calm(x))
    return Implies(And(warned(x, x.s, ticks), ULT(ticks, 1 << 31), cut),
                   And(alarm(x.s), UGE(ticks + 1, warning_ticks(x.s)), Not(present(x.a, ATD))))


@claim("LOAD-3", "not later: at the first tick at which both hold it is cut")
def load_is_cut(x):
    ticks = BitVec("ticks_commanded", 32)
    return Implies(And(warned(x, x.s, ticks), ULT(ticks, 1 << 31), alarm(x.s), UGE(ticks + 1, warning_ticks(x.s)),
                       Not(present(x.a, ATD))), Not(load(x.a)))


@claim("LOAD-3 SAFE-4", "a Pre-alarm terminal that does not follow stops neither the time nor the cut")
def shorted_prealarm(x):
    t, j = x.twin
    ours = ["retained.shorts[1].step", "retained.shorts[1].is_shorted", "retained.shorts[1].wait_ticks", "law.differ_ticks[1]",
            "law.high_ticks[1]", "law.fault", "law.blink_ticks"]

    def alike(s, t):
        return And(equal_but(s, t, *ours), same_hard_fault(s, t))

    return Implies(And(x.possible, x.law.is_possible(t), alike(x.s, t), equal_but(x.i, j, "differing"),
                       (x.i["differing"] & 5) == (j["differing"] & 5)), alike(x.a, x.twin_after))


@claim("LOAD-4 REM-5 PRE-5", "off floats all outputs, and both LEDs are dark")
def off_is_dark(x):
    return Implies(is_off(x.a), And(floats(x, x.a), *[Not(lit(x, x.a, led)) for led in ("led_load", "led_fault")]))


@claim("LOAD-4", "from any state: within 2 ticks of the remote off all outputs float")
def off_floats(x):
    off = [And(i["remote_l_mv"] >= 3550, i["remote_h_mv"] <= 2850) for i in x.inputs(2)]
    return Implies(And(*off, *[i["fault"] != x.REFERENCE for i in x.inputs(2)]), floats(x, x.after(2)))


@claim("LOAD-5 PRE-1", "with ATD absent a floating Load stays floating, and so does Pre-alarm")
def nothing_to_warn(x):
    return Implies(And(x.possible, Not(load(x.s)), Not(present(x.a, ATD))), And(Not(load(x.a)), Not(alarm(x.a))))


@claim("LOAD-6", "after a cut by ATD or chain ATD has been back for the reconnect delay before Load returns")
def reconnect_delay(x):
    ticks = BitVec("ticks_back", 32)  # since ATD's return, or Load's decision if that was later

    def bound(s, n):
        return And(x.law.is_possible(s), Implies(And(s["retained.is_tripped"] != 0, present(s, ATD), decided(s, LOAD)),
                                                 ULE(wide(s["law.reconnect_ticks"]), n)))

    s, a = x.s, x.a
    stayed = And(present(s, ATD), present(a, ATD), decided(s, LOAD), decided(a, LOAD))
    after = If(stayed, ticks + 1, BitVecVal(0, 32))
    due = wide(s["settings.reconnect_delay_s"]) * 8
    early = And(Not(load(s)), load(a), s["retained.is_tripped"] != 0, a["law.off_ticks"] == 0, ULT(after, due))
    return Implies(And(bound(s, ticks), ULT(ticks, 1 << 31)), And(bound(a, after), Not(early)))


@claim("LOAD-6", "a lock-out ends only by 30 s of the clearing voltage, or by the remote off for 1 s")
def lock_out(x):
    s, a = x.s, x.a
    cleared = Or(a["law.clear_ticks"] == 240, a["law.off_ticks"] == 8)
    return Implies(And(x.possible, locked_out(s), Not(cleared)), And(locked_out(a), Not(load(a))))


@claim("LOAD-6", "the 30 s are ticks in a row at that voltage: one below it starts them anew")
def clear_ticks(x):
    s, a, i = x.s, x.a, x.i
    up = And(s["settings.lockout_retries"] != 0, i["vbat_mv"] >= s["settings.lockout_clear_mv"], i["fault"] != x.REFERENCE)
    return Implies(x.possible, And(Implies(Not(up), a["law.clear_ticks"] == 0),
                                   ULE(wide(a["law.clear_ticks"]), wide(s["law.clear_ticks"]) + 1)))


@claim("LOAD-6", "and it does end: each tick at that voltage is counted, and at the 240th nothing is left of the cuts before it")
def lock_out_ends(x):
    s, a, i = x.s, x.a, x.i
    up = And(s["settings.lockout_retries"] != 0, i["vbat_mv"] >= s["settings.lockout_clear_mv"], i["fault"] != x.REFERENCE)
    counted = wide(s["law.clear_ticks"])
    cut = If(And(load(s), Not(load(a))), BitVecVal(1, 8), BitVecVal(0, 8))
    return Implies(And(x.possible, up, Not(x.wiped)),
                   And(wide(a["law.clear_ticks"]) == If(counted == 240, counted, counted + 1),
                       Implies(a["law.clear_ticks"] == 240, ULE(a["retained.cuts"], cut))))


@claim("LOAD-6 LOAD-8 CHG-5 SAFE-4", "the remote off for 1 s has cleared all that is remembered")
def off_clears(x):
    remembered = [leaf for leaf in x.a if leaf.startswith("retained.")]
    return Implies(And(x.possible, x.a["law.off_ticks"] == 8), And(*[x.a[leaf] == 0 for leaf in remembered]))


@claim("LOAD-8 CHG-5", "10 min high goes a step back: the time is counted while there is one, and at each 4800th tick there is one less")
def step_does_go_back(x):
    s, a = x.s, x.a
    each = []
    for n, name, high in ((0, "load", load), (2, "charger", lambda t: charger(x, t))):
        step, ticks = "retained.%s_step" % name, wide(s["law.high_ticks[%d]" % n]) + 1
        stays = And(high(s), high(a), s[step] != 0, Not(x.wiped), a["law.off_ticks"] != 8)
        due = Or(ticks == 4800, ticks == 9600, ticks == 14400)
        left = Or(a[step] != 0, a["retained.shorts[%d].step" % n] != 0)
        each.append(Implies(stays, And(a[step] == If(due, s[step] - 1, s[step]),
                                       Implies(left, wide(a["law.high_ticks[%d]" % n]) == If(ticks == 14400, BitVecVal(9600, 32), ticks)))))
    return Implies(x.possible, And(*each))


@claim("SAFE-4", "a try that has held for 1 s is no short any more, and after 30 min high the waits of a short start anew")
def short_is_forgotten(x):
    s, a = x.s, x.a
    each = []
    for n, name in enumerate(("load", "prealarm", "charger")):
        step, ticks = "retained.shorts[%d].step" % n, wide(s["law.high_ticks[%d]" % n]) + 1
        stays = And(outputs(x, s)[name], outputs(x, a)[name], s[step] != 0, Not(x.wiped), a["law.off_ticks"] != 8)
        each.append(Implies(stays, And(a[step] == If(ticks == 14400, BitVecVal(0, 8), s[step]),
                                       Implies(UGE(ticks, 8), a["retained.shorts[%d].is_shorted" % n] == 0))))
    return Implies(x.possible, And(*each))


def same_hard_fault(s, t):
    return And(hard(s["law.fault"]) == hard(t["law.fault"]),
               Implies(hard(s["law.fault"]), And(s["law.fault"] == t["law.fault"], s["law.blink_ticks"] == t["law.blink_ticks"])))


def started_alike(s):
    """SAFE-1: regions that have both not decided have counted the same samples."""
    return Or(decided(s, LOAD), decided(s, CHARGER), s["law.samples[0]"] == s["law.samples[1]"])


# What is Charger's alone, what is Load's alone, and what is neither's: causes and LEDs.
CHARGERS = ["retained.charger_wait_ticks", "retained.charger_step", "retained.shorts[2].step", "retained.shorts[2].is_shorted",
            "retained.shorts[2].wait_ticks", "law.differ_ticks[2]", "law.high_ticks[2]", "law.history[0]", "law.samples[0]"]
LOADS = ["settings.reconnect_delay_s", "settings.lockout_retries", "settings.lockout_clear_mv", "settings.warning_time_s",
         "retained.load_wait_ticks", "retained.load_step", "retained.load_is_high", "retained.cuts", "retained.is_tripped",
         "law.load_mode", "law.alarm_has_lost_atd", "law.clear_ticks", "law.alarm_ticks", "law.calm_ticks", "law.reconnect_ticks"]
LOADS += ["%s[%d]%s" % (name, i, leaf) for i in (0, 1) for name, leaf in (
    ("retained.shorts", ".step"), ("retained.shorts", ".is_shorted"), ("retained.shorts", ".wait_ticks"),
    ("law.differ_ticks", ""), ("law.high_ticks", ""))]
LOADS += ["law.history[1]", "law.history[2]", "law.samples[1]"]
NOBODYS = ["tick", "law.loss", "law.fault", "law.blink_ticks", "law.levels"]


def apart(x, s, t, theirs, levels):
    """Two states that differ in `theirs` and in the other levels alone."""
    return And(x.law.is_possible(s), x.law.is_possible(t), equal_but(s, t, *theirs, *NOBODYS), same_hard_fault(s, t),
               (s["law.levels"] & levels) == (t["law.levels"] & levels), started_alike(s), started_alike(t))


@claim("LOAD-7 CHG-4", "ATC and Charger's terminal never influence Load or Pre-alarm, at start-up neither")
def load_is_independent(x):
    t, j = x.twin
    levels = at(SUPPLY) | at(REMOTE) | at(ATD) | at(NO_PREALARM)
    given = And(apart(x, x.s, t, CHARGERS, levels), equal_but(x.i, j, "atc", "differing"),
                (x.i["differing"] & 3) == (j["differing"] & 3))
    o, p = outputs(x, x.a), outputs(x, x.twin_after)
    return Implies(given, And(apart(x, x.a, x.twin_after, CHARGERS, levels), o["load"] == p["load"],
                              o["prealarm"] == p["prealarm"], o["led_load"] == p["led_load"]))


@claim("CHG-2 CHG-4", "ATD, no-pre-alarm, their outputs' terminals and Load's settings never influence Charger")
def charger_is_independent(x):
    t, j = x.twin
    levels = at(SUPPLY) | at(REMOTE) | at(ATC)
    given = And(apart(x, x.s, t, LOADS, levels), equal_but(x.i, j, "atd", "no_prealarm", "differing"),
                (x.i["differing"] & 4) == (j["differing"] & 4))
    return Implies(given, And(apart(x, x.a, x.twin_after, LOADS, levels),
                              outputs(x, x.a)["charger"] == outputs(x, x.twin_after)["charger"]))


# ---- LOAD-8 and CHG-5 ----------------------------------------------------------------------------------------------------

WAIT_TICKS = [8 * s for s in (5, 30, 60, 120, 240, 480, 960)]


def wait_of(step):
    ticks = BitVecVal(WAIT_TICKS[6], 16)
    for i in range(6):
        ticks = If(step == i, BitVecVal(WAIT_TICKS[i], 16), ticks)
    return ticks


@claim("LOAD-8", "a cut takes its step's wait, and the next cut the next step; by ATD or chain the second at least")
def cut_waits(x):
    s, a = x.s, x.a
    by_signal = And(calm(x), load(s), Not(load(a)))
    step = If(And(by_signal, s["retained.load_step"] == 0), BitVecVal(1, 8), s["retained.load_step"])
    cuts = If(a["law.clear_ticks"] == 240, BitVecVal(0, 8), s["retained.cuts"])
    return Implies(And(x.possible, load(s), Not(load(a)), a["law.off_ticks"] != 8),
                   And(a["retained.load_wait_ticks"] == wait_of(step),
                       a["retained.load_step"] == If(step == 6, step, step + 1),
                       a["retained.cuts"] == cuts + If(And(by_signal, cuts != 11), BitVecVal(1, 8), BitVecVal(0, 8))))


@claim("LOAD-8", "a wait is over after its ticks and not before; no return during it; only the remote off for 1 s ends it")
def wait_runs(x):
    s, a = x.s, x.a
    wait = s["retained.load_wait_ticks"]
    return Implies(And(x.possible, Not(load(s)), a["law.off_ticks"] != 8),
                   And(a["retained.load_wait_ticks"] == If(wait == 0, wait, wait - 1),
                       Implies(load(a), a["retained.load_wait_ticks"] == 0)))


def ticks_since_step_back(s):
    counted = wide(s["law.high_ticks[0]"])
    return If(UGE(counted, 9600), counted - 9600, If(UGE(counted, 4800), counted - 4800, counted))


@claim("LOAD-8", "a step goes back only after 10 min of Load high without a gap")
def step_back(x):
    ticks = BitVec("ticks_high", 32)  # since the rise, or the last step back
    s, a = x.s, x.a

    def bound(t, n):
        return And(x.law.is_possible(t), Implies(load(t), ULE(ticks_since_step_back(t), n)))

    back = And(load(s), load(a), ULT(a["retained.load_step"], s["retained.load_step"]))
    after = If(Or(Not(load(s)), Not(load(a)), back), BitVecVal(0, 32), ticks + 1)
    return Implies(And(bound(s, ticks), ULT(ticks, 1 << 31)),
                   And(bound(a, after), Implies(back, And(UGE(ticks + 1, 4800), a["retained.load_step"] == s["retained.load_step"] - 1))))


@claim("LOAD-8", "a reset that finds the mark is a cut; else a reset that finds memory held keeps step and wait")
def reset_waits(x):
    _, (state, _) = x.law.call("sbms_control_init", x.fresh("sbms_control", "garbage"), x.settings)
    good, (a, _) = x.law.call("sbms_control_restore", state, x.retained)
    r = x.retained
    cut = And(a["retained.load_wait_ticks"] == wait_of(r["load_step"]) + 1,
              a["retained.load_step"] == If(r["load_step"] == 6, r["load_step"], r["load_step"] + 1))
    kept = And(a["retained.load_wait_ticks"] == r["load_wait_ticks"], a["retained.load_step"] == r["load_step"])
    return Implies(good, And(If(r["load_is_high"] != 0, cut, kept), a["retained.charger_wait_ticks"] == r["charger_wait_ticks"],
                             a["retained.charger_step"] == r["charger_step"], a["retained.cuts"] == r["cuts"]))


HOUR_TICKS = 3600 * 8
STEPS = range(7)


def earliest(ticks_warned, first_step):
    """The soonest that Load can close, as the rules of LOAD-8 allow it, in ticks from a window's start. A cut finds `first_step` or
    a later one, and Pre-alarm commanded for `ticks_warned`, 0 for cuts that are not warned of.

    closes[n][step]: the closing after n of the window. While Load is high after n: t is at least rises[n][step] and the ticks since
    the last step back, and at least alarms[n][step] and the ticks that Pre-alarm has been commanded (up to `ticks_warned`)."""
    closes, rises, alarms = [[0] * 7], [None], [None]
    while min(closes[-1]) < HOUR_TICKS:
        rise, alarm_since = list(closes[-1]), list(closes[-1])
        for step in reversed(range(6)):
            back = rise[step + 1] + 4800
            alarm_since[step] = min(alarm_since[step], max(alarm_since[step + 1], back - ticks_warned))
            rise[step] = min(rise[step], back)
        close = [10 * HOUR_TICKS] * 7
        for step in STEPS:
            taken = max(step, first_step)
            following = min(taken + 1, 6)
            close[following] = min(close[following], alarm_since[step] + max(ticks_warned, 1) + WAIT_TICKS[taken])
        rises.append(rise)
        alarms.append(alarm_since)
        closes.append(close)
    return closes, rises, alarms


def entry(table, n, step):
    """table[n][step] of two terms."""
    term = BitVecVal(table[-1][-1], 32)
    for i, row in enumerate(table):
        for j, value in enumerate(row):
            term = If(And(n == i, step == j), BitVecVal(value, 32), term)
    return term


def closed_by(s, n, t, most, ticks_warned, first_step):
    """Load has closed n times by tick t of a window: what binds n and t to a state."""
    closes, rises, alarms = (table[:most + 1] for table in earliest(ticks_warned, first_step))
    rises[0] = alarms[0] = [0] * 7
    step, waits, counted = s["retained.load_step"], wide(s["retained.load_wait_ticks"]), wide(s["law.alarm_ticks"])
    warned_for = If(UGT(counted, ticks_warned), BitVecVal(ticks_warned, 32), counted)
    high = And(t >= entry(rises, n, step) + ticks_since_step_back(s), t >= entry(alarms, n, step) + warned_for)
    return And(ULE(n, most), ULE(t, HOUR_TICKS), If(load(s), Or(n == 0, high), t + waits >= entry(closes, n, step)))


def closings(x, most, ticks_warned, first_step, cut_counts):
    """Load closes at most `most` times in an hour of cuts that count, but for the remote off for 1 s."""
    n, t = BitVec("closed", 8), BitVec("t", 32)
    after = If(And(Not(load(x.s)), load(x.a)), n + 1, n)
    given = And(x.possible, closed_by(x.s, n, t, most, ticks_warned, first_step), ULT(t, HOUR_TICKS), x.a["law.off_ticks"] != 8,
                Implies(And(load(x.s), Not(load(x.a))), cut_counts))
    return [Implies(And(x.possible, t == 0, n == 0), closed_by(x.s, n, t, most, ticks_warned, first_step)),
            Implies(given, closed_by(x.a, after, t + 1, most, ticks_warned, first_step))]


@claim("LOAD-8", "whatever comes, but for the remote off for 1 s and power: Load closes at most 11 times in any hour ...")
def closes_11_times(x):
    return closings(x, 11, 0, 0, BoolVal(True))


@claim("LOAD-8", "... over resets too, if memory holds")
def closes_11_times_over_resets(x):
    _, (state, _) = x.law.call("sbms_control_init", x.fresh("sbms_control", "garbage"), x.settings)
    good, (a, _) = x.law.call("sbms_control_restore", state, x.law.part(x.s, "retained", "sbms_retained"))
    n, t = BitVec("closed", 8), BitVec("t", 32)
    return Implies(And(x.possible, closed_by(x.s, n, t, 11, 0, 0)), And(good, Not(load(a)), closed_by(a, n, t, 11, 0, 0)))


@claim("LOAD-8", "by ATD and chain alone Load closes at most 9 times in any hour")
def closes_9_times(x):
    return closings(x, 9, 244, 1, And(calm(x), Not(present(x.a, ATD))))


def charger_wait_of(step):
    return If(step == 2, BitVecVal(480, 16), BitVecVal(40, 16))


@claim("CHG-5", "a loss by ATC or chain takes its step's wait, and the next loss the next step")
def charger_waits(x):
    s, a = x.s, x.a
    step = s["retained.charger_step"]
    return Implies(And(x.possible, charger(x, s), Not(charger(x, a)), is_on(a), Not(present(a, ATC)), present(a, SUPPLY),
                       Not(hard(a["law.fault"]))),
                   And(a["retained.charger_wait_ticks"] == charger_wait_of(step),
                       a["retained.charger_step"] == If(step == 2, step, step + 1)))


@claim("CHG-5", "no return during the wait; only the remote off for 1 s ends it before its time")
def charger_wait_runs(x):
    s, a = x.s, x.a
    wait = s["retained.charger_wait_ticks"]
    return Implies(And(x.possible, Not(charger(x, s)), a["law.off_ticks"] != 8),
                   And(a["retained.charger_wait_ticks"] == If(wait == 0, wait, wait - 1),
                       Implies(charger(x, a), a["retained.charger_wait_ticks"] == 0)))


# ---- Pre-alarm -----------------------------------------------------------------------------------------------------------


@claim("PRE-2", "while Load is high, Pre-alarm is high when no-pre-alarm or ATD is lost, unless its own terminal is shorted")
def prealarm_rises(x):
    lost = Or(Not(present(x.a, ATD)), Not(present(x.a, NO_PREALARM)))
    return Implies(And(load(x.a), lost, x.a["retained.shorts[1].wait_ticks"] == 0), outputs(x, x.a)["prealarm"])


@claim("PRE-1 PRE-2", "an alarm begins only when one of them is lost and Load is high")
def alarm_begins(x):
    lost = Or(Not(present(x.a, ATD)), Not(present(x.a, NO_PREALARM)))
    return Implies(And(x.possible, Not(alarm(x.s)), alarm(x.a)), And(lost, load(x.a)))


@claim("PRE-3", "Pre-alarm floats at the tick at which Load floats")
def prealarm_needs_load(x):
    return Implies(Not(outputs(x, x.a)["load"]), Not(outputs(x, x.a)["prealarm"]))


@claim("PRE-4", "an alarm ends with both signals present for 10 s, 60 s if ATD was lost during it: then, and not before")
def alarm_ends(x):
    ticks = BitVec("ticks_both", 32)  # in a row at which both have counted as present, the first not counted
    had_lost_atd = Bool("had_lost_atd")  # at any tick of this alarm
    s, a = x.s, x.a

    def both(t):
        return And(present(t, ATD), present(t, NO_PREALARM))

    def bound(t, n, lost):
        return And(x.law.is_possible(t),
                   Implies(alarm(t), And((t["law.alarm_has_lost_atd"] != 0) == lost,
                                         Implies(both(t), wide(t["law.calm_ticks"]) == n + 1))))

    goes_on = And(alarm(s), alarm(a))
    lost_after = Or(And(goes_on, had_lost_atd), And(alarm(a), Not(present(a, ATD))))
    after = If(And(goes_on, both(s), both(a)), ticks + 1, BitVecVal(0, 32))
    over = And(alarm(s), load(a), Not(alarm(a)))
    due = If(had_lost_atd, BitVecVal(480, 32), BitVecVal(80, 32))
    ends = And(alarm(s), both(s), both(a), ticks + 1 == due, calm(x))
    return Implies(And(bound(s, ticks, had_lost_atd), ULT(ticks, 1 << 31)),
                   And(bound(a, after, lost_after), Implies(over, ends), Implies(ends, And(load(a), Not(alarm(a))))))


# ---- section 4: Charger --------------------------------------------------------------------------------------------------


@claim("CHG-1", "Charger is high exactly when the system is on, ATC is present, CHG-5 allows it and its terminal is not shorted")
def charger_is_high(x):
    a = x.a
    allowed = And(decided(a, CHARGER), a["retained.charger_wait_ticks"] == 0, a["retained.shorts[2].wait_ticks"] == 0)
    return charger(x, a) == And(is_on(a), present(a, ATC), allowed)


@claim("CHG-3", "from any state: within 2 ticks, 0.25 s, of ATC steadily absent Charger floats")
def charger_floats(x):
    return Implies(And(*[Not(i["atc"]) for i in x.inputs(2)]), Not(charger(x, x.after(2))))


# ---- section 5: remote ---------------------------------------------------------------------------------------------------


@claim("REM-1 REM-4 SAFE-2", "the remote: L below 3.5 V or H above 2.9 V, twice in a row; while on, off needs 50 mV more, twice in a row")
def remote_level(x):
    s, a, i = x.s, x.a, x.i
    on = Or(i["remote_l_mv"] < 3500, i["remote_h_mv"] > 2900)
    off = And(i["remote_l_mv"] >= 3550, i["remote_h_mv"] <= 2850)
    raw = If(is_on(s), Not(off), on)
    differs = raw != is_on(s)
    changes = And(differs, s["law.remote_differs"] == 1)
    samples = And(x.possible, remote_known(s), present(s, SUPPLY), present(a, SUPPLY), i["fault"] != x.REFERENCE,
                  Not(hard(i["fault"])), Not(hard(s["law.fault"])))
    return Implies(samples, And(is_on(a) == If(changes, Not(is_on(s)), is_on(s)),
                                (a["law.remote_differs"] == 1) == And(differs, Not(changes))))


# ---- section 6: LEDs -----------------------------------------------------------------------------------------------------


@claim("LED-1", "blue follows Load")
def blue_follows(x):
    return outputs(x, x.a)["led_load"] == outputs(x, x.a)["load"]


@claim("LED-2", "red is lit exactly when the system is on and Charger floats, but for a fault, and before Charger's decision")
def red_is_lit(x):
    a = x.a
    return Implies(And(a["law.fault"] == 0, decided(a, CHARGER)), lit(x, a, "led_fault") == And(is_on(a), Not(charger(x, a))))


@claim("LED-3", "a fault is shown unless the remote is known to be off, by its number of blinks of one tick, three dark, eight dark")
def red_blinks(x):
    a = x.a
    place, fault = wide(a["law.blink_ticks"]), wide(a["law.fault"])
    blink = And((place & 3) == 0, ULT(place, fault * 4))
    return And(Implies(And(a["law.fault"] != 0, Not(is_off(a))), lit(x, a, "led_fault") == blink),
               Implies(And(a["law.fault"] != 0, a["law.fault"] == x.s["law.fault"], x.possible, Not(x.wiped)),
                       place == If(wide(x.s["law.blink_ticks"]) + 1 == fault * 4 + 8, BitVecVal(0, 32),
                                   wide(x.s["law.blink_ticks"]) + 1)))


# ---- section 7: start-up, debounce, faults ---------------------------------------------------------------------------------


@claim("SAFE-1", "until its decision an output floats and its LED is dark")
def undecided_floats(x):
    a, o = x.a, outputs(x, x.a)
    return And(Implies(Not(decided(a, LOAD)), none_of(o["load"], o["prealarm"], o["led_load"])),
               Implies(And(Not(decided(a, CHARGER)), a["law.fault"] == 0), none_of(o["charger"], o["led_fault"])))


def counts(x):
    """A sample of a start-up counts."""
    return And(x.i["vbat_mv"] >= 8000, x.i["fault"] != x.REFERENCE, Not(hard(x.i["fault"])), Not(hard(x.s["law.fault"])))


@claim("SAFE-1", "an output that has not decided counts each sample at 8.0 V or more and has decided at the 25th; one below starts anew")
def decides_by_the_25th(x):
    s, a = x.s, x.a
    each = []
    for region in (CHARGER, LOAD):
        before, after = wide(x.samples(s, region)), wide(x.samples(a, region))
        each.append(Implies(Not(decided(s, region)),
                            If(counts(x), Or(after == before + 1, decided(a, region)), after == 0)))
    return Implies(x.possible, And(*each))


@claim("SAFE-1", "Charger decides early only with the remote known and ATC present in the last 8 samples or absent in the last 2; "
                 "Load with ATD and no-pre-alarm")
def decides_when_steady(x):
    s, a = x.s, x.a
    each = []
    for region, histories in ((CHARGER, (0,)), (LOAD, (1, 2))):
        steady = [Or(a["law.history[%d]" % h] == 0xFF, (a["law.history[%d]" % h] & 3) == 0) for h in histories]
        early = And(Not(decided(s, region)), decided(a, region), x.samples(s, region) != 24)
        each.append(Implies(early, And(remote_known(a), UGE(x.samples(s, region), 1), *steady)))
        each.append(Implies(And(Not(decided(s, region)), UGE(x.samples(s, region), 1), counts(x), remote_known(a), *steady),
                            decided(a, region)))
    return Implies(And(x.possible, started_alike(s)), And(*each))


@claim("SAFE-1 SAFE-7", "at the tick of its decision an output has a cause, whether it rises or stays floating")
def decisions_have_causes(x):
    s, a, d = x.s, x.a, x.d
    return Implies(x.possible, And(Implies(And(Not(decided(s, LOAD)), decided(a, LOAD)), d["load_cause"] != 0),
                                   Implies(And(Not(decided(s, CHARGER)), decided(a, CHARGER)), d["charger_cause"] != 0)))


@claim("SAFE-1", "what a decision finds present has been so in the last 8 samples")
def decides_from_samples(x):
    s, a = x.s, x.a
    return And(*[Implies(And(x.possible, Not(decided(s, r)), decided(a, r), present(a, n)), a["law.history[%d]" % (n - ATC)] == 0xFF)
                 for r, n in ((CHARGER, ATC), (LOAD, ATD), (LOAD, NO_PREALARM))])


@claim("SAFE-1", "regions that have not decided have counted the same samples")
def regions_start_alike(x):
    return Implies(And(x.possible, started_alike(x.s)), started_alike(x.a))


def raw_of(x, i, signal):
    return And(i["fault"] != x.REFERENCE, i[{ATC: "atc", ATD: "atd", NO_PREALARM: "no_prealarm"}[signal]])


@claim("SAFE-2", "a history is the last 8 samples of its signal, while the output that listens to it has decided")
def history_is_samples(x):
    s, a = x.s, x.a
    each = []
    for n, r in ((ATC, CHARGER), (ATD, LOAD), (NO_PREALARM, LOAD)):
        h = "law.history[%d]" % (n - ATC)
        sampled = (s[h] << 1) | If(raw_of(x, x.i, n), BitVecVal(1, 8), BitVecVal(0, 8))
        each.append(Implies(And(x.possible, decided(s, r), decided(a, r), x.i["fault"] != x.REFERENCE), a[h] == sampled))
    return And(*each)


@claim("SAFE-2", "a signal is lost exactly when absent in 2 of the last 4 samples, and returns exactly when present in the last 8")
def debounce(x):
    s, a = x.s, x.a
    each = []
    for n, r in ((ATC, CHARGER), (ATD, LOAD), (NO_PREALARM, LOAD)):
        h = a["law.history[%d]" % (n - ATC)]
        absent = [Extract(b, b, h) == 0 for b in range(4)]
        two = Or(*[And(absent[i], absent[j]) for i in range(4) for j in range(i)])
        each.append(Implies(And(decided(s, r), decided(a, r)),
                            present(a, n) == If(present(s, n), Not(two), h == 0xFF)))
    return Implies(x.possible, And(*each))


@claim("SAFE-2", "one absent sample of a signal that stays present leaves every output, timer and count as it was")
def glitch(x):
    each = []
    for n, field in ((ATC, "atc"), (ATD, "atd"), (NO_PREALARM, "no_prealarm")):
        b, _ = x.law.step(x.s, x.i.changed(**{field: BoolVal(True)}))
        region = CHARGER if n == ATC else LOAD
        each.append(Implies(And(decided(x.s, region), present(x.s, n), present(x.a, n)),
                            equal_but(x.a, b, "law.history[%d]" % (n - ATC), "law.loss")))
    return Implies(x.possible, And(*each))


@claim("SAFE-4", "a fault that floats everything does so at that tick, from any state")
def fault_floats(x):
    return Implies(hard(x.i["fault"]), floats(x, x.a))


@claim("SAFE-4", "when nothing can be measured all signals are lost at that tick with empty histories; remote and supply keep their level")
def reference_is_lost(x):
    s, a = x.s, x.a
    blind = And(x.possible, x.i["fault"] == x.REFERENCE, Not(hard(s["law.fault"])))
    levels = at(SUPPLY) | at(REMOTE)
    return Implies(blind, And((a["law.levels"] & CHAIN) == 0, *[a["law.history[%d]" % h] == 0 for h in range(3)],
                              (a["law.levels"] & levels) == (s["law.levels"] & levels), Not(charger(x, a))))


@claim("SAFE-4", "an output that is commanded high and low at its terminal at 4 ticks in a row floats at the fourth, and not before")
def short_is_found(x):
    s, a = x.s, x.a
    each = []
    for n, name in enumerate(("load", "prealarm", "charger")):
        wait = "retained.shorts[%d].wait_ticks" % n
        differs = (x.i["differing"] & at(n)) != 0
        found = And(outputs(x, s)[name], differs, s["law.differ_ticks[%d]" % n] == 3, Not(x.wiped), a["law.off_ticks"] != 8)
        tries = s["retained.shorts[%d].step" % n]
        ticks = BitVecVal(480, 32) << wide(tries)
        each.append(Implies(And(found, ULT(wide(tries), 7)), And(wide(a[wait]) == ticks, Not(outputs(x, a)[name]),
                                                                 a["retained.shorts[%d].step" % n] == If(tries == 6, tries, tries + 1))))
        each.append(Implies(And(s[wait] == 0, a[wait] != 0), found))
        each.append(Implies(And(s[wait] != 0, a["law.off_ticks"] != 8), a[wait] == s[wait] - 1))
        each.append(Implies(Not(differs), a["law.differ_ticks[%d]" % n] == 0))
        each.append(ULE(wide(a["law.differ_ticks[%d]" % n]), wide(s["law.differ_ticks[%d]" % n]) + 1))
    return Implies(x.possible, And(*each))


@claim("SAFE-6", "the count of ticks decides nothing: a run that differs in it alone goes on the same")
def tick_decides_nothing(x):
    t, _ = x.twin
    b, decision = x.law.step(t, x.i)
    return Implies(equal_but(x.s, t, "tick"), And(equal_but(x.a, b, "tick"), equal(x.d, decision)))


@claim("SAFE-7", "every edge of an output or LED has a cause, and Load and Charger have none without an edge, a decision or a fault")
def edges_have_causes(x):
    s, a, d = outputs(x, x.s), outputs(x, x.a), x.d
    blinks = Or(x.s["law.fault"] != 0, x.a["law.fault"] != 0)
    known = And(*[ULT(d[c], x.law.constants["SBMS_CAUSE_COUNT"]) for c in ("load_cause", "prealarm_cause", "charger_cause")])
    return And(known, equal(x.law.part(d, "outputs", "sbms_outputs"), a),
               Implies(s["load"] != a["load"], d["load_cause"] != 0),
               Implies(s["prealarm"] != a["prealarm"], d["prealarm_cause"] != 0),
               Implies(s["charger"] != a["charger"], d["charger_cause"] != 0),
               Implies(And(s["led_fault"] != a["led_fault"], Not(blinks)), d["charger_cause"] != 0),
               Implies(And(d["load_cause"] != 0, s["load"] == a["load"]), And(decided(x.a, LOAD), Not(decided(x.s, LOAD)))),
               Implies(d["prealarm_cause"] != 0, s["prealarm"] != a["prealarm"]))


# ---- from any state --------------------------------------------------------------------------------------------------------


@claim("LOAD-3 SAFE-4", "from any state: after 2 ticks of ATD steadily absent Load floats, or its warning runs ...")
def any_state_warns(x):
    a = x.after(2)
    return Implies(And(*[Not(i["atd"]) for i in x.inputs(2)]), Or(Not(load(a)), running_out(x, a)))


def running_out(x, s):
    return And(x.law.is_possible(s), load(s), alarm(s), Not(present(s, ATD)), Extract(0, 0, s["law.history[1]"]) == 0,
               ULT(wide(s["law.alarm_ticks"]), warning_ticks(s)))


@claim("LOAD-3 SAFE-4", "... and each further tick of it floats Load or is one tick of the warning: so it floats within the warning time "
                        "and 2 ticks")
def any_state_cuts(x):
    s, a = x.s, x.a
    nearer = And(running_out(x, a), a["law.alarm_ticks"] == s["law.alarm_ticks"] + 1,
                 a["settings.warning_time_s"] == s["settings.warning_time_s"])
    return Implies(And(running_out(x, s), Not(x.i["atd"])), Or(Not(load(a)), nearer))


# ---- many ticks at once ----------------------------------------------------------------------------------------------------


@claim("SAFE-6", "skip(n) is n steps: of ticks that are quiet the first moves no output and has no cause ...")
def quiet_is_quiet(x):
    quiet, _ = x.law.call("sbms_control_quiet_ticks", x.s, x.i)
    silent = [x.d[c] == 0 for c in ("load_cause", "prealarm_cause", "charger_cause")]
    return Implies(quiet != 0, And(equal(outputs(x, x.s), outputs(x, x.a)), *silent))


def quiet_parts(x, s):
    """What sbms_control_quiet_ticks() takes the lowest of, and whether it looks at it at any time or only with outputs running."""
    high, _ = x.law.call("high_outputs", s)
    always = [x.law.call(part, s)[0] for part in ("waits_quiet", "fault_quiet", "off_quiet")]
    running = [x.law.call("load_quiet", s, x.i)[0]]
    running += [x.law.call("output_quiet", s, x.i, n, Extract(n, n, high) == 1)[0] for n in range(3)]
    return [(part, BoolVal(True)) for part in always] + [(part, x.running) for part in running]


@claim("SAFE-6", "... the rest stay quiet: each part by itself, and so the lowest of them ...", slow=True)
def quiet_stays_quiet(x):
    quiet, _ = x.law.call("sbms_control_quiet_ticks", x.s, x.i)
    rest, _ = x.law.call("sbms_control_quiet_ticks", x.a, x.i)
    parts = []
    for (before, matters), (after, _) in zip(quiet_parts(x, x.s), quiet_parts(x, x.a)):
        stays = If(before == 0xFFFFFFFF, Or(after == before, UGE(after, quiet - 1)), UGE(after, quiet - 1))
        parts.append(Implies(And(quiet != 0, matters, ULE(quiet, before)), stays))
    lowest = If(quiet == 0xFFFFFFFF, rest == quiet, UGE(rest, quiet - 1))
    return parts + [Implies(And(quiet != 0, *parts), lowest)]


@claim("SAFE-6", "... and skip(n) leaves what a step and skip(n - 1) do", slow=True)
def skip_is_steps(x):
    n = BitVec("n", 32)
    quiet, _ = x.law.call("sbms_control_quiet_ticks", x.s, x.i)
    _, (skipped, _, _) = x.law.call("sbms_control_skip", x.s, x.i, n)
    _, (stepped, _, _) = x.law.call("sbms_control_skip", x.a, x.i, n - 1)
    return [Implies(And(n != 0, ULE(n, quiet)), skipped[leaf] == stepped[leaf]) for leaf in skipped]


@claim("SAFE-2", "inputs that sbms_control_same() calls the same leave the same state, with the same decision")
def same_is_same(x):
    j = x.twin[1]
    same, _ = x.law.call("sbms_control_same", x.s, x.i, j)
    b, decision = x.law.step(x.s, j)
    return Implies(same, And(equal(x.a, b), equal(x.d, decision)))
