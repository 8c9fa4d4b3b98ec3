# SPDX-License-Identifier: Apache-2.0
"""The circuits that measure a part's model at the points of its data sheet, one function for each quantity.

A bench function takes the part's connection (what stands in a netlist for it) and the figure's conditions, named as in the
part's file with their units last, and returns netlist, analyses and the expression of the result. Signs are those of the data
sheet: a P-channel's or PNP's voltages and currents are negative, resistances and gains are not.
"""
import dataclasses

QUANTITIES = {}


@dataclasses.dataclass
class Quantity:
    """How a quantity is measured; `unit` is that of the result."""
    function: object
    unit: str
    title: str


def quantity(unit, title):
    def register(function):
        QUANTITIES[function.__name__] = Quantity(function, unit, title)
        return function
    return register


OP = ["op"]


def last(vector):
    """The end of a transient."""
    return f"{vector}[length({vector})-1]"


def instance(device, model, name, *nodes):
    """The netlist's line for one part between its nodes, in the order of its data file's `device`."""
    letter = {"pfet": "M", "nfet": "M", "npn": "Q", "pnp": "Q", "diode": "D"}.get(device, "X")
    return f"{letter}{name} {' '.join(nodes)} {model}"


class Part:
    """A model under test: its kind of device and its name in the netlist."""

    def __init__(self, device, model):
        self.device = device
        self.model = model

    def __call__(self, *nodes, name="dut"):
        return instance(self.device, self.model, name, *nodes)


# ---- field-effect transistors: drain, gate, source ----------------------------------------------------------------------


@quantity("ohm", "RDS(on)")
def rds_on(part, vgs_v, id_a):
    return [f"Vg g 0 {vgs_v}", f"Id 0 d {id_a}", part("d", "g", "0")], OP, f"v(d)/({id_a})"


def gate_sweep(part, vds_v, id_a):
    """The gate from 6 V below to 6 V above the source; without vds_v the drain is at the gate. ID is measured in the drain."""
    drain = "Ed e 0 g 0 1" if vds_v is None else f"Ve e 0 {vds_v}"
    sign = -1 if id_a < 0 else 1
    return ["Vg g 0 0", drain, "Vd e d 0", part("d", "g", "0")], [f"dc vg {-6 * sign} {6 * sign} {5e-3 * sign}"]


@quantity("V", "VGS(th)")
def vgs_th(part, id_a, vds_v=None):
    netlist, analyses = gate_sweep(part, vds_v, id_a)
    return netlist, [*analyses, f"meas dc result find v(g) when i(vd)={id_a}"], "result"


@quantity("A", "ID")
def i_d(part, vgs_v, vds_v):
    return [f"Vg g 0 {vgs_v}", f"Vd d 0 {vds_v}", part("d", "g", "0")], OP, "-i(vd)"


@quantity("S", "gfs")
def g_fs(part, vds_v, id_a):
    netlist, analyses = gate_sweep(part, vds_v, id_a)
    return (netlist, [*analyses, f"meas dc less find v(g) when i(vd)={0.98 * id_a}", f"meas dc more find v(g) when i(vd)={1.02 * id_a}"],
            f"{0.04 * id_a}/(more-less)")


@quantity("V", "V(BR)DSS")
def v_br(part, id_a, vgs_v=0):
    return [f"Vg g 0 {vgs_v}", f"Id 0 d {id_a}", part("d", "g", "0")], OP, "v(d)"


@quantity("V", "VSD")
def v_sd(part, is_a):
    """The body's diode: the current from source to drain, the gate at the source."""
    return [f"Id d 0 {is_a}", part("d", "0", "0")], OP, "-v(d)"


def charging(part, vds_v, id_a, vgs_v, from_v):
    """The gate is charged through a resistor, slowly enough that the drain's fall is resolved; the drain's current comes from a
    source that lets go within 1 V of the supply. The gate's charge is summed up in Cq, 1 V a nC."""
    gate_ohm = 20e3 if abs(id_a) > 5 else 400e3 if abs(id_a) > 0.1 else 1e6
    return [f"Vdd vdd 0 {vds_v}", f"Bd vdd d I={abs(id_a)}*tanh(V(vdd,d)/0.5)", f".nodeset v(d)={vds_v}",
            f"Vg drive 0 pwl(0 {from_v} 1m {vgs_v})", f"Rg drive g {gate_ohm}", part("d", "g", "0"),
            "Fq 0 q vg -1", "Cq q 0 1n", "Rq q 0 1g"], ["tran 2u 5m"]


@quantity("C", "Qg")
def q_g(part, vds_v, id_a, vgs_v, from_v=0):
    netlist, analyses = charging(part, vds_v, id_a, vgs_v, from_v)
    return netlist, analyses, f"abs({last('v(q)')})*1e-9"


@quantity("C", "Qgd")
def q_gd(part, vds_v, id_a, vgs_v, from_v=0):
    """The charge while the drain's voltage goes from 95 to 5 % of the supply."""
    netlist, analyses = charging(part, vds_v, id_a, vgs_v, from_v)
    edge = "fall" if vds_v > 0 else "rise"
    return (netlist, [*analyses, f"meas tran high find v(q) when v(d)={0.95 * vds_v} {edge}=1",
                      f"meas tran low find v(q) when v(d)={0.05 * vds_v} {edge}=1"], "abs(low-high)*1e-9")


# ---- bipolar transistors: collector, base, emitter ----------------------------------------------------------------------


def active(part, vce_v, ic_a):
    return [f"Bc c 0 V=v(e)+({vce_v})", f"Ie e 0 {ic_a}", "Vb b 0 0", part("c", "b", "e")]


@quantity("", "hFE")
def h_fe(part, vce_v, ic_a):
    return active(part, vce_v, ic_a), OP, "i(bc)/i(vb)"


@quantity("V", "VBE")
def v_be(part, vce_v, ic_a):
    return active(part, vce_v, ic_a), OP, "0-v(e)"


def saturated(part, ic_a, ib_a):
    return [f"Ic 0 c {ic_a}", f"Ib 0 b {ib_a}", part("c", "b", "0")]


@quantity("V", "VCE(sat)")
def v_ce_sat(part, ic_a, ib_a):
    return saturated(part, ic_a, ib_a), OP, "v(c)"


@quantity("V", "VBE(sat)")
def v_be_sat(part, ic_a, ib_a):
    return saturated(part, ic_a, ib_a), OP, "v(b)"


@quantity("F", "Cob")
def c_ob(part, vcb_v):
    return [f"Vc c 0 dc {vcb_v} ac 1", "Vb b 0 0", "Ie e 0 0", "Re e 0 1t", part("c", "b", "e")], ["ac lin 1 1meg 1meg"], \
        "abs(imag(i(vb)))/(2*pi*1e6)"


def pair(part, vce_v, ic_a):
    """Both halves of a matched pair at one current: collector, base, emitter of the first, then of the second."""
    return [f"Bc c 0 V=v(e)+({vce_v})", f"Ie e 0 {ic_a}", "Vb b 0 0", f"Bd d 0 V=v(f)+({vce_v})", f"If f 0 {ic_a}", "Va a 0 0",
            f"Q1 c b e {part.model}_first", f"Q2 d a f {part.model}_second"]


@quantity("", "hFE, first half")
def pair_h_fe(part, vce_v, ic_a):
    return pair(part, vce_v, ic_a), OP, "i(bc)/i(vb)"


@quantity("V", "VBE, first half")
def pair_v_be(part, vce_v, ic_a):
    return pair(part, vce_v, ic_a), OP, "0-v(e)"


@quantity("V", "VBE1-VBE2")
def pair_v_be_difference(part, vce_v, ic_a):
    return pair(part, vce_v, ic_a), OP, "v(e)-v(f)"


@quantity("", "hFE1/hFE2")
def pair_h_fe_ratio(part, vce_v, ic_a):
    return pair(part, vce_v, ic_a), OP, "i(bc)/i(vb)/(i(bd)/i(va))"


# ---- diodes: anode, cathode; two-terminal clamps ------------------------------------------------------------------------


@quantity("V", "VF")
def v_f(part, if_a):
    return [f"If 0 a {if_a}", part("a", "0")], OP, "v(a)"


@quantity("A", "IR")
def i_r(part, vr_v):
    return [f"Vr k 0 {vr_v}", part("0", "k")], OP, "-i(vr)"


@quantity("V", "V at a reverse current")
def v_r(part, ir_a):
    return [f"Ir 0 k {ir_a}", part("0", "k")], OP, "v(k)"


@quantity("ohm", "differential resistance")
def r_dif(part, ir_a):
    return ([f"Ir 0 k {ir_a}", part("0", "k"), f"Is 0 l {1.01 * ir_a}", part("0", "l", name="other")], OP,
            f"(v(l)-v(k))/({0.01 * ir_a})")


@quantity("V/K", "temperature coefficient")
def v_r_per_kelvin(part, ir_a, from_c, to_c):
    """Two parts at their own temperatures."""
    return ([f"Ir 0 k {ir_a}", part("0", "k") + f" temp={from_c}", f"Is 0 l {ir_a}", part("0", "l", name="other") + f" temp={to_c}"],
            OP, f"(v(l)-v(k))/({to_c - from_c})")


@quantity("F", "Cd")
def c_d(part, vr_v):
    return [f"Vr k 0 dc {vr_v} ac 1", part("0", "k")], ["ac lin 1 1meg 1meg"], "abs(imag(i(vr)))/(2*pi*1e6)"


# ---- the regulator: in, out, ground ---------------------------------------------------------------------------------------


def regulator(part, vin, iout_a):
    """The load dies with its voltage: a constant current would latch the output below ground."""
    return [f"Vin in 0 {vin}", "Vss vss 0 0", part("in", "out", "vss"), f"Bload out 0 I={iout_a}*tanh(v(out)/0.05)", "Cout out 0 1u"]


@quantity("V", "output voltage")
def ldo_vout(part, vin_v, iout_a):
    return regulator(part, vin_v, iout_a), OP, "v(out)"


@quantity("V", "dropout")
def ldo_dropout(part, vin_v, iout_a):
    """Input less output where the input is too low to regulate, 20 ms after the supply came."""
    return regulator(part, f"pwl(0 0 1m {vin_v})", iout_a), ["tran 20u 20m"], f"{vin_v}-{last('v(out)')}"


@quantity("A", "quiescent current")
def ldo_iq(part, vin_v, iout_a=0):
    return regulator(part, vin_v, iout_a), OP, "i(vss)"


@quantity("V", "input at which it starts")
def ldo_start_v(part, iout_a):
    """The input rises by 1 V/s; the output passes 0.5 V."""
    return (regulator(part, "pwl(0 0 6 6)", iout_a), ["tran 5m 6", "meas tran result find v(in) when v(out)=0.5 rise=1"], "result")


@quantity("s", "start-up time")
def ldo_start_s(part, vin_v, iout_a):
    """From the step of the input to 95 % of the output's end value."""
    return (regulator(part, f"pwl(0 0 1u {vin_v} 1 {vin_v})", iout_a),
            ["tran 5u 10m", f"let share = v(out)/{last('v(out)')}", "meas tran reached when share=0.95 rise=1"], "reached")


@quantity("A", "output current limit")
def ldo_limit(part, vin_v, vout_v):
    return [f"Vin in 0 {vin_v}", f"Vout out 0 {vout_v}", part("in", "out", "0")], OP, "i(vout)"


# ---- the supervisor: supply, reset output, ground -------------------------------------------------------------------------


def supervisor(part, vdd):
    return [f"Vdd vdd 0 {vdd}", "Vss vss 0 0", part("vdd", "reset", "vss"), "Rload reset 0 10meg"]


@quantity("V", "threshold, falling")
def reset_falling(part):
    return (supervisor(part, "pwl(0 0 1u 5 2 5 3 0)"), ["tran 1m 3",
            "meas tran result find v(vdd) when v(reset)=1 fall=1"], "result")


@quantity("V", "threshold, rising, above the falling one")
def reset_hysteresis(part):
    """Slowly up, 10 V/s, and down. The delay is taken out by its own figure: the output follows after it, so the node is looked at."""
    return (supervisor(part, "pwl(0 0 1 5 2 0)"), ["tran 0.2m 2", "meas tran up find v(vdd) when v(xdut.ok)=0.5 rise=1",
            "meas tran down find v(vdd) when v(xdut.ok)=0.5 fall=1"], "up-down")


@quantity("s", "reset delay")
def reset_delay(part, vdd_v):
    return (supervisor(part, f"pwl(0 0 1m {vdd_v} 1 {vdd_v})"), ["tran 0.2m 1", f"meas tran reached when v(reset)={vdd_v / 2} rise=1"],
            "reached-1m")


@quantity("A", "supply current")
def reset_idd(part, vdd_v):
    """Long after the reset has ended."""
    return supervisor(part, f"pwl(0 0 1m {vdd_v} 1 {vdd_v})"), ["tran 1m 1"], last("i(vss)")


@quantity("V", "reset output, low")
def reset_vol(part, vdd_v, iol_a):
    return [f"Vdd vdd 0 {vdd_v}", f"Iol 0 reset {iol_a}", part("vdd", "reset", "0")], OP, "v(reset)"


# ---- the operational amplifier: plus, minus, supply, ground, output ---------------------------------------------------------


def follower(part, vdd_v, vin):
    return [f"Vdd vdd 0 {vdd_v}", "Vss vss 0 0", f"Vin plus 0 {vin}", part("plus", "out", "vdd", "vss", "out"), "Rl out 0 10meg"]


@quantity("V", "input offset")
def amp_offset(part, vdd_v, vin_v):
    """The input goes from half the supply to its value; 20 ms later."""
    return follower(part, vdd_v, f"pwl(0 {vdd_v / 2} 1m {vin_v})"), ["tran 20u 20m"], f"{last('v(out)')}-({vin_v})"


@quantity("A", "quiescent current")
def amp_iq(part, vdd_v):
    return follower(part, vdd_v, vdd_v / 2), OP, f"-i(vdd)-v(out)/10meg"


@quantity("A", "input bias current")
def amp_bias(part, vdd_v):
    return follower(part, vdd_v, vdd_v / 2), OP, "-i(vin)"


@quantity("Hz", "gain-bandwidth product")
def amp_gbw(part, vdd_v):
    """The follower's -3 dB frequency."""
    return (follower(part, vdd_v, f"dc {vdd_v / 2} ac 1"), ["ac dec 200 100 1meg", "meas ac result when vdb(out)=-3.0103 fall=1"], "result")


@quantity("V/s", "slew rate")
def amp_slew(part, vdd_v):
    return (follower(part, vdd_v, f"pwl(0 {vdd_v / 2} 1m 0.5 4m 0.5 4.001m {vdd_v - 0.5})"), ["tran 2u 6m",
            "meas tran early when v(out)=1 rise=last", "meas tran late when v(out)=2 rise=last"], "1/(late-early)")


@quantity("V", "output below the supply")
def amp_high(part, vdd_v):
    return follower(part, vdd_v, f"pwl(0 {vdd_v / 2} 1m {vdd_v + 0.3})"), ["tran 20u 20m"], f"{vdd_v}-{last('v(out)')}"


# ---- the microcontroller's own current: awake, idle, converting, supply, ground ---------------------------------------------


def taken(part, vcc_v, awake, idle, converting, clock_hz):
    return ([f"Vcc vcc 0 {vcc_v}", f"Va awake 0 {awake}", f"Vi idle 0 {idle}", f"Vc converting 0 {converting}",
             f"{part('awake', 'idle', 'converting', 'vcc', '0')} clock={clock_hz:g}"], OP)


@quantity("A", "current, power-save")
def mcu_sleep(part, vcc_v):
    return (*taken(part, vcc_v, 0, 0, 0, 8e6), "-i(vcc)")


def above_sleep(part, vcc_v, clock_hz, *inputs):
    """Two of them, one that sleeps: what the other takes beside that."""
    netlist, analyses = taken(part, vcc_v, *inputs, clock_hz)
    return ([*netlist, "Vrest rest 0 " + str(vcc_v), part("0", "0", "0", "rest", "0", name="sleeps")], analyses, "i(vrest)-i(vcc)")


@quantity("A", "current, active")
def mcu_active(part, vcc_v, clock_hz):
    return above_sleep(part, vcc_v, clock_hz, 1, 0, 0)


@quantity("A", "current, idle")
def mcu_idle(part, vcc_v, clock_hz):
    return above_sleep(part, vcc_v, clock_hz, 0, 1, 0)


@quantity("A", "current of the converter")
def mcu_converter(part, vcc_v):
    return above_sleep(part, vcc_v, 8e6, 0, 0, 1)


# ---- a pin of the microcontroller: pin, drive on, level, supply, ground -----------------------------------------------------


def pin(part, vcc_v, driven, level, *more):
    return [f"Vcc vcc 0 {vcc_v}", f"Von on 0 {driven}", f"Vlevel level 0 {level}", part("pin", "on", "level", "vcc", "0"), *more]


@quantity("V", "output high")
def pin_high(part, vcc_v, ioh_a):
    return pin(part, vcc_v, 1, 1, f"Io 0 pin {ioh_a}"), OP, "v(pin)"


@quantity("V", "output low")
def pin_low(part, vcc_v, iol_a):
    return pin(part, vcc_v, 1, 0, f"Io 0 pin {iol_a}"), OP, "v(pin)"


@quantity("A", "leakage out of a floating pin")
def pin_leakage(part, vcc_v, vpin_v):
    return pin(part, vcc_v, 0, 0, f"Vp pin 0 {vpin_v}"), OP, "i(vp)"


@quantity("A", "leakage into a floating pin")
def pin_leakage_in(part, vcc_v, vpin_v):
    return pin(part, vcc_v, 0, 0, f"Vp pin 0 {vpin_v}"), OP, "-i(vp)"


# ---- capacitors, resistors, fuses: two terminals ----------------------------------------------------------------------------


@quantity("F", "capacitance")
def capacitance(part, bias_v=0):
    return [f"Vb a 0 dc {bias_v} ac 1", part("a", "0")], ["ac lin 1 100 100"], "-1/(2*pi*100*imag(1/(0-i(vb))))"


@quantity("ohm", "series resistance")
def esr(part, at_hz):
    return [f"Vb a 0 dc 0 ac 1", part("a", "0")], [f"ac lin 1 {at_hz} {at_hz}"], "real(1/(0-i(vb)))"


@quantity("ohm", "resistance")
def resistance(part, i_a):
    return [f"Ia 0 a {i_a}", part("a", "0")], OP, f"v(a)/({i_a})"
