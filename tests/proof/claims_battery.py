# SPDX-License-Identifier: Apache-2.0
"""What is claimed of a battery's rules (core/battery.c): section 8 of the rules.

The claims are about a battery of six cells and six temperatures, with any values, settings and counter. One sample of six stands for
one of any number from one on: the rules see of the readings of a kind the lowest and the highest of the good values, the same of
those that stand, and whether one stands, has failed, or has changed (struct judged). Five readings can be all of that at once, for
what stands has changed, and the sixth is any further one that a claim is about. What sees the readings one by one is the loop of
judge_readings(), and `good_is_seen` and `failed_is_seen` claim of one turn of it, after any number of others, that it adds this
reading and no more. The claims of several samples follow from those of one, but for `nothing_moves`, which is of six readings. No
temperatures at all are claimed by themselves; no cells at all are not claimed.
"""
from z3 import And, BitVec, BitVecVal, Extract, If, Implies, Not, Or, UGE, ULE, ULT

from ground import claim, equal, equal_but
from law import Record

OF_A_KIND = 6
UNDER_VOLTAGE, PRE_ALARM, OVER_VOLTAGE, HIGH_TEMP, LOW_TEMP, CELL_SENSOR, TEMP_SENSOR = range(7)  # bits of causes, places of counts
LIMITS = range(5)
CELLS, TEMPS = range(OF_A_KIND), range(OF_A_KIND, 2 * OF_A_KIND)
BOTH = [*CELLS, *TEMPS]

# ---- words -------------------------------------------------------------------------------------------------------------


class Sample:
    """A battery before and after one sample: .s, .a, the signals .d after it, and its readings."""

    def __init__(self, x, s=None, values="v", cells=OF_A_KIND, temps=OF_A_KIND):
        self.s = x.fresh("proof_battery", "b") if s is None else s
        self.v = x.fresh("proof_sample", values) if isinstance(values, str) else values
        self.d, (self.a, *_) = x.law.call("proof_battery_step", self.s, self.v, cells, temps)

    def value(self, n):
        return self.v["cell_mv[%d]" % n] if n in CELLS else self.v["temp_dc[%d]" % (n - OF_A_KIND)]

    def good(self, n):
        low, high = (500, 5000) if n in CELLS else (-400, 1000)
        return And(self.v["conversion"] != self.s["battery.conversion"], self.value(n) >= low, self.value(n) <= high)

    def stands(self, n):
        return And(Not(self.good(n)), ULT(failures(self.a, n), 3))

    def any_good(self, kind, test):
        return Or(*[And(self.good(n), test(self.value(n))) for n in kind])

    def any_stands(self, kind, test=lambda value: True):
        return Or(*[And(self.stands(n), test(last_good(self.s, n))) for n in kind])

    def all_good(self, kind, test=lambda value: True):
        return And(*[And(self.good(n), test(self.value(n))) for n in kind])


def failures(s, n):
    return s["readings[%d].failures" % n]


def last_good(s, n):
    return s["readings[%d].last_good" % n]


def holds(s, cause):
    return Extract(cause, cause, s["battery.causes"]) == 1


def count(s, limit):
    return s["battery.counts[%d]" % limit]


def has_alarm(s):
    return s["battery.settings.has_pre_alarm"]


def settings_fit(settings):
    return And(*[And(settings[name] >= low, settings[name] <= high) for name, low, high in
                 (("under_voltage_mv", 2600, 2800), ("pre_alarm_mv", 2850, 3150), ("low_temp_dc", -200, 200))])


def settings_of(x, s):
    return x.law.part(s, "battery.settings", "sbms_battery_settings")


def limits(s):
    """(limit, its readings, what passes it, what is far enough back) for all five."""
    b = {k[len("battery.settings."):]: v for k, v in s.items() if k.startswith("battery.settings.")}
    under_mv, alarm_mv, low_dc = b["under_voltage_mv"], b["pre_alarm_mv"], b["low_temp_dc"]
    return {UNDER_VOLTAGE: (CELLS, lambda v: v < under_mv, lambda v: v >= 3200),
            PRE_ALARM: (CELLS, lambda v: v < alarm_mv, lambda v: v >= alarm_mv + 50),
            OVER_VOLTAGE: (CELLS, lambda v: v > 3750, lambda v: v < 3600),
            HIGH_TEMP: (TEMPS, lambda v: v > 500, lambda v: v <= 480),
            LOW_TEMP: (TEMPS, lambda v: v < low_dc, lambda v: v >= low_dc + 20)}


def steady(x, s):
    """What is true of a battery after any sample."""
    each = [settings_fit(settings_of(x, s)), s["battery.sampled"], ULT(s["battery.causes"], 0x80), ULT(s["battery.good_samples"], 5),
            Or(s["battery.good_samples"] == 0, holds(s, CELL_SENSOR), holds(s, TEMP_SENSOR)),
            Or(has_alarm(s), Not(holds(s, PRE_ALARM)))]
    for kind, sensor, low, high in ((CELLS, CELL_SENSOR, 500, 5000), (TEMPS, TEMP_SENSOR, -400, 1000)):
        for n in kind:
            each += [ULE(failures(s, n), 3), Or(failures(s, n) != 3, holds(s, sensor)),
                     Or(failures(s, n) == 3, And(last_good(s, n) >= low, last_good(s, n) <= high))]
    for limit, (kind, _, back) in limits(s).items():
        returned = 5 if limit == PRE_ALARM else 2
        returning = And(*[And(failures(s, n) == 0, back(last_good(s, n))) for n in kind])
        each += [If(holds(s, limit), ULT(count(s, limit), returned), ULT(count(s, limit), 2)),
                 Implies(And(holds(s, limit), count(s, limit) != 0), And(returning, *[Or(failures(s, n) == 0, failures(s, n) == 3)
                                                                                     for n in BOTH]))]
    return And(*each)


def new(x, s):
    """A battery before its first sample."""
    zero = [s[k] == 0 for k in s if k.startswith("battery.") and ".settings." not in k and k not in
            ("battery.sampled", "battery.moved")]
    return And(settings_fit(settings_of(x, s)), Not(s["battery.sampled"]), *zero)


def follows(p, limit, samples=2):
    """BAT-9: a limit's cause comes and goes after so many samples in a row, and what stands does neither."""
    s, a = p.s, p.a
    kind, beyond, back = limits(s)[limit]
    passed, stood = p.any_good(kind, beyond), p.any_stands(kind, beyond)
    cleared = And(p.all_good(kind, back), Not(p.any_stands(BOTH)))
    n = count(s, limit)
    lost = And(passed, n == 1)
    returned = And(cleared, n == samples - 1)
    comes = And(holds(a, limit) == lost, count(a, limit) == If(lost, 0, If(passed, 1, If(stood, n, 0))))
    goes = And(holds(a, limit) != returned, count(a, limit) == If(And(cleared, Not(returned)), n + 1, 0))
    return If(holds(s, limit), goes, comes)


# ---- the state ---------------------------------------------------------------------------------------------------------


@claim("BAT-9", "the first sample leaves a steady state, from which each further sample leaves one")
def battery_stays_steady(x):
    p = Sample(x)
    return Implies(Or(new(x, p.s), steady(x, p.s)), steady(x, p.a))


@claim("BAT-6 BAT-1 BAT-2 BAT-4 BAT-5", "the signals are those that no cause in force takes")
def signals_are_causes(x):
    p = Sample(x)
    c = [holds(p.a, cause) for cause in range(7)]
    return And(p.d["atd"] == Not(Or(c[UNDER_VOLTAGE], c[CELL_SENSOR])),
               p.d["atc"] == Not(Or(c[OVER_VOLTAGE], c[HIGH_TEMP], c[LOW_TEMP], c[CELL_SENSOR], c[TEMP_SENSOR])),
               p.d["no_prealarm"] == Or(Not(has_alarm(p.s)), Not(Or(c[UNDER_VOLTAGE], c[CELL_SENSOR], c[PRE_ALARM]))))


# ---- the limits --------------------------------------------------------------------------------------------------------


@claim("BAT-1 BAT-3 BAT-9", "ATD's limit: lost at the second sample in a row with a good cell below the setting and not before, back at "
                            "the second with all at 3.200 V or more")
def under_voltage(x):
    p = Sample(x)
    return Implies(steady(x, p.s), follows(p, UNDER_VOLTAGE))


@claim("BAT-4 BAT-9", "ATC's limit: lost at the second sample in a row with a good cell above 3.750 V, clear at the second with all "
                      "below 3.600 V")
def over_voltage(x):
    p = Sample(x)
    return Implies(steady(x, p.s), follows(p, OVER_VOLTAGE))


@claim("BAT-5 BAT-9", "the two limits of the temperatures, each by itself, the same way and with its hysteresis")
def temperatures(x):
    p = Sample(x)
    return Implies(steady(x, p.s), And(follows(p, HIGH_TEMP), follows(p, LOW_TEMP)))


@claim("BAT-2 BAT-3 BAT-9", "no-pre-alarm's limit: lost like ATD's; back with ATD's, or at the fifth sample, the last not counted while "
                            "ATD is lost")
def pre_alarm(x):
    p = Sample(x)
    s, a = p.s, p.a
    charged = And(holds(s, UNDER_VOLTAGE), Not(holds(a, UNDER_VOLTAGE)))
    _, _, back = limits(s)[PRE_ALARM]
    cleared = And(p.all_good(CELLS, back), Not(p.any_stands(BOTH)))
    atd_lost = Or(holds(a, UNDER_VOLTAGE), holds(a, CELL_SENSOR))
    waits = And(atd_lost, cleared, holds(s, PRE_ALARM), count(s, PRE_ALARM) == 4)
    kept = And(holds(a, PRE_ALARM), count(a, PRE_ALARM) == 4)
    return Implies(And(steady(x, s), has_alarm(s)),
                   If(charged, And(Not(holds(a, PRE_ALARM)), count(a, PRE_ALARM) == 0), If(waits, kept, follows(p, PRE_ALARM, 5))))


@claim("BAT-1 BAT-2", "two samples in a row with a good cell below the setting: ATD is lost, and no-pre-alarm with it; three from "
                      "any state whose settings are in range")
def under_voltage_takes(x):
    p = Sample(x)
    q = Sample(x, p.a, "w")
    r = Sample(x, q.a, "u")
    _, beyond, _ = limits(p.s)[UNDER_VOLTAGE]
    twice = And(p.any_good(CELLS, beyond), q.any_good(CELLS, beyond))
    gone = [And(Not(o.d["atd"]), Or(Not(has_alarm(p.s)), Not(o.d["no_prealarm"]))) for o in (q, r)]
    return [Implies(And(twice, steady(x, p.s)), gone[0]),
            Implies(And(twice, r.any_good(CELLS, beyond), settings_fit(settings_of(x, p.s))), gone[1])]


@claim("BAT-2", "whatever the state: while ATD is lost no-pre-alarm is too; without the feature it is never lost")
def no_prealarm_with_atd(x):
    p = Sample(x)
    return If(has_alarm(p.s), Implies(Not(p.d["atd"]), Not(p.d["no_prealarm"])), p.d["no_prealarm"])


@claim("BAT-3", "two samples of all cells good at 3.200 V or more, no temperature standing: no limit takes ATD or no-pre-alarm, if "
                "ATD's did")
def charge_returns(x):
    p = Sample(x)
    q = Sample(x, p.a, "w")
    charged = [And(o.all_good(CELLS, lambda v: v >= 3200), Not(o.any_stands(TEMPS))) for o in (p, q)]
    return Implies(And(steady(x, p.s), holds(p.s, UNDER_VOLTAGE), *charged),
                   And(Not(holds(q.a, UNDER_VOLTAGE)), Not(holds(q.a, PRE_ALARM))))


@claim("BAT-3", "no-pre-alarm returns only with all cells 50 mV above its setting and ATD present, but for a sensor's return; never while "
                "ATD is lost")
def no_prealarm_returns(x):
    p = Sample(x)
    _, _, back = limits(p.s)[PRE_ALARM]
    return Implies(And(steady(x, p.s), holds(p.s, PRE_ALARM), Not(holds(p.a, PRE_ALARM))),
                   And(p.all_good(CELLS, back), Or(p.d["atd"], And(holds(p.s, UNDER_VOLTAGE), holds(p.a, CELL_SENSOR)))))


# ---- readings ----------------------------------------------------------------------------------------------------------


@claim("BAT-6", "each reading by itself: a good value is remembered, what is missing, frozen or out of range is counted up to three")
def readings_are_remembered(x):
    p = Sample(x)
    each = []
    for n in BOTH:
        f = failures(p.s, n)
        each += [failures(p.a, n) == If(p.good(n), 0, If(f == 3, f, f + 1)),
                 last_good(p.a, n) == If(p.good(n), p.value(n), last_good(p.s, n))]
    return Implies(steady(x, p.s), And(*each))


@claim("BAT-6", "a value that stands, of whatever kind, ends every count towards a return, and nothing returns")
def standing_returns_nothing(x):
    p = Sample(x)
    counts = [Implies(holds(p.s, limit), And(holds(p.a, limit), count(p.a, limit) == 0)) for limit in LIMITS]
    return Implies(And(steady(x, p.s), p.any_stands(BOTH)), And(p.a["battery.good_samples"] == 0, *counts))


@claim("BAT-6", "no limit's cause comes without a good value beyond the limit: two failed samples, and none of them alone, take nothing")
def failed_passes_no_limit(x):
    p = Sample(x)
    comes = [Implies(And(holds(p.a, limit), Not(holds(p.s, limit))), p.any_good(kind, beyond))
             for limit, (kind, beyond, _) in limits(p.s).items()]
    third = [Or(*[failures(p.a, n) == 3 for n in kind]) for kind in (CELLS, TEMPS)]
    sensors = [Implies(And(holds(p.a, sensor), Not(holds(p.s, sensor))), failed)
               for sensor, failed in zip((CELL_SENSOR, TEMP_SENSOR), third)]
    return Implies(steady(x, p.s), And(*comes, *sensors))


@claim("BAT-6", "the third failure in a row of a cell takes ATC, ATD and no-pre-alarm, of a temperature ATC, from any state")
def third_failure_takes(x):
    p = Sample(x)
    third = [Or(*[And(Not(p.good(n)), UGE(failures(p.s, n), 2)) for n in kind]) for kind in (CELLS, TEMPS)]
    return Implies(p.s["battery.sampled"],
                   And(Implies(third[0], And(Not(p.d["atc"]), Not(p.d["atd"]), Or(Not(has_alarm(p.s)), Not(p.d["no_prealarm"])))),
                       Implies(third[1], Not(p.d["atc"]))))


@claim("BAT-6", "what a failure took returns exactly at the fifth sample in a row in which all readings are good")
def sensors_return(x):
    p = Sample(x)
    s, a = p.s, p.a
    good, n = p.all_good(BOTH), s["battery.good_samples"]
    each = [Implies(holds(s, sensor), holds(a, sensor) == Not(And(good, n == 4))) for sensor in (CELL_SENSOR, TEMP_SENSOR)]
    held = Or(holds(s, CELL_SENSOR), holds(s, TEMP_SENSOR))
    return Implies(steady(x, s), And(*each, a["battery.good_samples"] == If(And(held, good, n != 4), n + 1, 0)))


@claim("BAT-6", "a failed reading's value is of no account: any other that has failed too leaves the same")
def failed_value_counts_nothing(x):
    p = Sample(x)
    missing = {k: If(p.good(n), v, -0x8000) for n, (k, v) in enumerate(list(p.v.items())[:len(BOTH)])}
    q = Sample(x, p.s, x.law.struct("proof_sample", {**p.v, **missing}))
    return And(equal(p.a, q.a), equal(p.d, q.d))


OF_CELLS = (UNDER_VOLTAGE, PRE_ALARM, OVER_VOLTAGE, CELL_SENSOR)


def same_cells(p, q):
    """Samples of the same values of the cells."""
    return And(p.v["conversion"] == q.v["conversion"], *[p.value(n) == q.value(n) for n in CELLS])


def alike_for_cells(s, t):
    return And(*[s[k] == t[k] for k in s if k.startswith("battery.settings") or k in ("battery.conversion", "battery.sampled")],
               *[And(failures(s, n) == failures(t, n), last_good(s, n) == last_good(t, n)) for n in CELLS],
               *[holds(s, cause) == holds(t, cause) for cause in OF_CELLS], *[count(s, limit) == count(t, limit) for limit in OF_CELLS[:3]],
               Implies(holds(s, CELL_SENSOR), s["battery.good_samples"] == t["battery.good_samples"]))


def two_runs(x):
    return Sample(x), Sample(x, x.fresh("proof_battery", "c"), "w")


@claim("BAT-6", "the temperatures take neither ATD nor no-pre-alarm: with the same cells the same is lost, whatever they are")
def temperatures_take_no_atd(x):
    p, q = two_runs(x)
    alike = [Implies(Not(holds(p.s, cause)), holds(p.a, cause) == holds(q.a, cause)) for cause in OF_CELLS]
    alike += [Implies(Not(holds(p.s, limit)), count(p.a, limit) == count(q.a, limit)) for limit in OF_CELLS[:3]]
    return Implies(And(steady(x, p.s), steady(x, q.s), alike_for_cells(p.s, q.s), same_cells(p, q)), And(*alike))


@claim("BAT-6", "and while all temperatures are good they are of no account at all for what the cells take and give back")
def good_temperatures_count_nothing(x):
    p, q = two_runs(x)
    return Implies(And(steady(x, p.s), steady(x, q.s), alike_for_cells(p.s, q.s), same_cells(p, q), p.all_good(TEMPS),
                       q.all_good(TEMPS)), alike_for_cells(p.a, q.a))


def later(s, t):
    """`t` has what takes ATD in force at most where `s` has, and s is no nearer to its end."""
    under, sensor = [(holds(s, c), holds(t, c)) for c in (UNDER_VOLTAGE, CELL_SENSOR)]
    m, n = count(s, UNDER_VOLTAGE), count(t, UNDER_VOLTAGE)
    return And(Implies(under[1], under[0]), Implies(sensor[1], sensor[0]), Implies(Not(under[0]), m == n),
               Implies(under[1], ULE(m, n)), Implies(And(under[0], Not(under[1])), Or(m == 0, n == 0)),
               Implies(sensor[1], ULE(s["battery.good_samples"], t["battery.good_samples"])),
               *[s[k] == t[k] for k in s if k.startswith("battery.settings") or k in ("battery.conversion", "battery.sampled")],
               *[And(failures(s, n) == failures(t, n), last_good(s, n) == last_good(t, n)) for n in CELLS])


@claim("BAT-6", "the most that temperatures do to ATD is to delay its return: it is present only where it is with good ones")
def temperatures_delay(x):
    p, q = two_runs(x)
    return Implies(And(steady(x, p.s), steady(x, q.s), later(p.s, q.s), same_cells(p, q), q.all_good(TEMPS)),
                   And(later(p.a, q.a), Implies(p.d["atd"], q.d["atd"])))


# ---- settings ----------------------------------------------------------------------------------------------------------


@claim("BAT-7", "settings are accepted exactly when in range; refused ones leave the defaults, accepted ones are taken as they are")
def battery_settings(x):
    given = x.fresh("sbms_battery_settings", "given")
    error, _ = x.law.call("sbms_battery_check", given)
    told, (b, _) = x.law.call("sbms_battery_init", x.fresh("sbms_battery", "garbage"), given)
    defaults, _ = x.law.call("sbms_battery_defaults")
    taken = x.law.part(b, "settings", "sbms_battery_settings")
    wrong = [Not(settings_fit({**defaults, name: given[name]})) for name in ("under_voltage_mv", "pre_alarm_mv", "low_temp_dc")]
    first = If(wrong[0], 1, If(wrong[1], 2, If(wrong[2], BitVecVal(3, error.size()), 0)))
    return And((error == 0) == settings_fit(given), error == first, told == error, settings_fit(defaults), defaults["has_pre_alarm"],
               If(error == 0, equal(taken, given), equal(taken, defaults)),
               new(x, Record(None, {"battery." + k: v for k, v in b.items()})))


# ---- samples -----------------------------------------------------------------------------------------------------------


@claim("BAT-9", "the first sample: what passes a limit or has failed there is lost at once, and nothing else is")
def first_sample(x):
    p = Sample(x)
    each = [holds(p.a, limit) == And(p.any_good(kind, beyond), Or(limit != PRE_ALARM, has_alarm(p.s)))
            for limit, (kind, beyond, _) in limits(p.s).items()]
    each += [holds(p.a, sensor) == Not(p.all_good(kind)) for kind, sensor in ((CELLS, CELL_SENSOR), (TEMPS, TEMP_SENSOR))]
    return Implies(new(x, p.s), And(*each))


def quiet(s):
    return And(s["battery.good_samples"] == 0, *[count(s, limit) == 0 for limit in LIMITS if limit != PRE_ALARM],
               Or(Not(has_alarm(s)), count(s, PRE_ALARM) == 0), *[failures(s, n) == 0 for n in BOTH])


@claim("BAT-9", "one sample of whatever kind changes no signal of a battery in which nothing is being counted ...")
def wild_sample(x):
    p = Sample(x)
    return Implies(And(steady(x, p.s), quiet(p.s)), p.a["battery.causes"] == p.s["battery.causes"])


@claim("BAT-9", "... and after it one good sample within all limits leaves nothing of it")
def wild_sample_is_forgotten(x):
    p = Sample(x)
    inside = [p.all_good(kind, lambda v, beyond=beyond: Not(beyond(v))) for kind, beyond, _ in limits(p.s).values()]
    return Implies(And(steady(x, p.s), p.s["battery.causes"] == 0, *inside), And(quiet(p.a), p.a["battery.causes"] == 0))


@claim("BAT-9", "after a sample that moved nothing another of the same readings leaves the same")
def nothing_moves(x):
    p = Sample(x)
    again = p.v.changed(conversion=BitVec("conversion", 8))
    q = Sample(x, p.a, again)
    frozen = [o.v["conversion"] == o.s["battery.conversion"] for o in (p, q)]
    return Implies(And(steady(x, p.s), Not(p.a["battery.moved"]), frozen[0] == frozen[1]),
                   And(equal_but(p.a, q.a, "battery.conversion"), equal(p.d, q.d)))


# ---- any number of readings, any number of batteries -------------------------------------------------------------------------


def one_more(x, function, *value):
    """A turn of the loop over readings, after any others: (what they were judged, reading before, judged, reading after)."""
    j, r = x.fresh("judged", "j"), x.fresh("sbms_battery_reading", "r")
    _, (k, q, *_) = x.law.call(function, j, r, *value)
    return j, r, k, q


def seen(j, k, extremes, test, value):
    """The extremes are those of the values so far, and of this one where `test` holds: for any level the same are beyond it."""
    level = BitVec("level", 16)
    return And((k[extremes + ".min"] < level) == Or(j[extremes + ".min"] < level, And(test, value < level)),
               (k[extremes + ".max"] > level) == Or(j[extremes + ".max"] > level, And(test, value > level)))


@claim("BAT-6 BAT-9", "any number of readings: a good one counts in minimum and maximum, whatever the others are")
def good_is_seen(x):
    value = BitVec("value", 16)
    j, r, k, q = one_more(x, "note_good", value)
    return And(seen(j, k, "fresh", True, value), seen(j, k, "stood", False, value), k["stands"] == j["stands"],
               k["failed"] == j["failed"], k["moved"] == Or(j["moved"], r["failures"] != 0), q["failures"] == 0, q["last_good"] == value)


@claim("BAT-6 BAT-9", "any number of readings: a failed one stands with its last good value twice, and has failed at the third")
def failed_is_seen(x):
    j, r, k, q = one_more(x, "note_failed")
    stands = ULT(q["failures"], 3)
    return And(seen(j, k, "fresh", False, r["last_good"]), seen(j, k, "stood", stands, r["last_good"]),
               k["stands"] == Or(j["stands"], stands), k["failed"] == Or(j["failed"], Not(stands)),
               k["moved"] == Or(j["moved"], ULT(r["failures"], 3)), q["last_good"] == r["last_good"],
               q["failures"] == If(ULT(r["failures"], 3), r["failures"] + 1, r["failures"]))


@claim("BAT-6 BAT-9", "a battery without temperatures is one whose temperatures are good and within their limits, and the same of cells")
def none_of_a_kind(x):
    p = Sample(x)
    cells = Sample(x, p.s, "v", OF_A_KIND, 0)
    inside = And(*[p.all_good(kind, lambda v, test=test, back=back: And(Not(test(v)), back(v)))
                   for kind, test, back in list(limits(p.s).values())[HIGH_TEMP:]], *[failures(p.s, n) == 0 for n in TEMPS])
    battery = [k for k in p.a if k.startswith("battery.")]
    return Implies(And(steady(x, p.s), inside), And(equal(p.d, cells.d), *[p.a[k] == cells.a[k] for k in battery]))


@claim("BAT-8", "a signal of two batteries on a chain is present exactly when it is in both; so that of any number is when it is in all")
def chain_of_batteries(x):
    a, b = x.fresh("sbms_signals", "a"), x.fresh("sbms_signals", "b")
    joined, _ = x.law.call("proof_join", a, b)
    return And(*[joined[name] == And(a[name], b[name]) for name in joined])


# What each of these texts of core/ is replaced by, and the rule whose claim then has to fail.
MUTANTS = [
    ("battery.c", "        .passed = judged->fresh.min < limit,", "        .passed = judged->fresh.min <= limit,", "BAT-1"),
    ("battery.c", ".no_prealarm = !battery->settings.has_pre_alarm || (causes", ".no_prealarm = (causes", "BAT-2"),
    ("battery.c", "(causes & SBMS_BATTERY_TAKES_NO_PREALARM) == 0u,", "(causes & SBMS_BATTERY_PRE_ALARM) == 0u,", "BAT-2"),
    ("battery.c", "        .cleared = known && judged->fresh.min >= return_at,",
     "        .cleared = known && judged->fresh.min > return_at,", "BAT-3"),
    ("battery.c", "    } else if (!(atd_lost && verdict.cleared &&", "    } else if (!(false && verdict.cleared &&", "BAT-3"),
    ("battery.c", "    if (charged) {", "    if (charged && verdict.stood) {", "BAT-3"),
    ("battery.c", "SBMS_OVER_VOLTAGE_CLEAR_MV - 1, known", "SBMS_OVER_VOLTAGE_CLEAR_MV, known", "BAT-4"),
    ("battery.c", "(int16_t)(low_dc + SBMS_LOW_TEMP_HYSTERESIS_DC)", "low_dc", "BAT-5"),
    ("battery.c", "    } else if (!verdict.stood) {", "    } else {", "BAT-9"),
    ("battery.c", "value >= low && value <= high", "value >= low && value < high", "BAT-6"),
    ("battery.c", "if (!frozen && in_range(values[i]", "if (in_range(values[i]", "BAT-6"),
    ("battery.c", "const bool stands = cells->stands || temps->stands;", "const bool stands = cells->stands;", "BAT-6"),
    ("battery.c", "!all_good(cells) || !all_good(temps)) {", "!all_good(cells)) {", "BAT-6"),
    ("battery.c", "    if (cells->failed) {", "    if (cells->failed || temps->failed) {", "BAT-6"),
    ("battery.c", "    if (value > extremes->max) {", "    if (value > extremes->max && extremes->max == INT16_MIN) {", "BAT-6"),
    ("battery.c", "    if (error == SBMS_BATTERY_OK) {\n        battery->settings = *settings;\n    }",
     "    battery->settings = *settings;", "BAT-7"),
    ("battery.c", ".atd = a.atd && b.atd", ".atd = a.atd || b.atd", "BAT-8"),
    ("battery.c", "battery->counts[limit] = SBMS_BATTERY_LIMIT_SAMPLES - 1u;", "battery->counts[limit] = 0u;", "BAT-9"),
]
