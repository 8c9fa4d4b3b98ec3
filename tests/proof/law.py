# SPDX-License-Identifier: Apache-2.0
"""The functions of core/ on terms: what a claim is written with."""
import z3

import translate


class Record(dict):
    """The leaves of a struct, by their C names: record["law.load_mode"], record["retained.shorts[0].step"]."""

    def __init__(self, kind, leaves):
        super().__init__(leaves)
        self.kind = kind

    def __missing__(self, name):
        raise KeyError("struct %s has no %s" % (self.kind.name, name))

    def changed(self, **leaves):
        """A copy with other leaves; "__" in a name stands for a dot."""
        return Record(self.kind, {**self, **{name.replace("__", "."): term for name, term in leaves.items()}})


class Call:
    """A call and what it leaves; `kinds` are the parameters' types."""

    def __init__(self, function, args, kinds, result, result_kind, after):
        self.function, self.args, self.kinds = function, args, kinds
        self.result, self.result_kind, self.after = result, result_kind, after


def name_of(path):
    text = "".join("[%d]" % p if isinstance(p, int) else "." + p for p in path)
    return text[1:]


class Law:
    """core/ for one width of int."""

    def __init__(self, text, int_width):
        self.machine = translate.Machine(text, int_width)
        self.constants = dict(self.machine.enums)
        self.made = {}  # all calls, by function and arguments
        self.calls = {}  # those that the present claim makes

    def fresh(self, struct, name):
        """A struct all of whose leaves are free."""
        kind = self.machine.structs[struct]
        leaves = {}
        for path, leaf in self.machine.leaves(kind):
            text = name + "." + name_of(path)
            leaves[name_of(path)] = z3.Bool(text) if leaf.name == "bool" else z3.BitVec(text, leaf.width)
        return Record(kind, leaves)

    def struct(self, name, leaves):
        return Record(self.machine.structs[name], leaves)

    def part(self, record, name, struct):
        """A struct in a struct."""
        return self.struct(struct, {k[len(name) + 1:]: v for k, v in record.items() if k.startswith(name + ".")})

    def call(self, function, *args):
        """Calls a function. Structs go in as pointers and come back changed; numbers go in as they are.
        Returns (result, structs). The same call is made once."""
        key = (function,) + tuple(self.identity(arg) for arg in args)
        if key not in self.made:
            self.made[key] = self.make(function, args)
        call = self.made[key]
        self.calls.setdefault(key, call)
        return call.result, call.after

    @staticmethod
    def identity(arg):
        if isinstance(arg, Record):
            return (arg.kind.name,) + tuple(term.get_id() for term in arg.values())
        return arg.get_id() if z3.is_expr(arg) else arg

    def make(self, function, args):
        m = self.machine
        before = m.memory
        m.memory = dict(before)
        places, values, kinds = [], [], []
        for arg, parameter in zip(args, m.functions[function].decl.type.args.params):
            kind = m.type_of(parameter.type)
            place = None
            if isinstance(arg, Record):
                place = m.new(arg.kind, "argument")
                for path, leaf in m.leaves(arg.kind):
                    m.memory[(place.base, path)] = arg[name_of(path)]
            places.append(place)
            kinds.append(kind)
            values.append(m.pointer(place) if place is not None else translate.Value(kind, arg))
        result = m.call(function, values)
        after = [None if p is None else self.record(p) for p in places]
        m.memory = before
        if result is None:
            return Call(function, args, kinds, None, None, after)
        if isinstance(result.v, dict):
            leaves = dict(m.leaves(result.kind))
            record = Record(result.kind, {name_of(p): self.term(v, leaves[p]) for p, v in result.v.items()})
            return Call(function, args, kinds, record, result.kind, after)
        return Call(function, args, kinds, self.term(result.v, result.kind), result.kind, after)

    def record(self, place):
        leaves = {name_of(p): self.term(self.machine.memory[(place.base, p)], k)
                  for p, k in self.machine.leaves(place.kind)}
        return Record(place.kind, leaves)

    @staticmethod
    def term(v, kind):
        if kind.name == "bool":
            return z3.BoolVal(bool(v)) if isinstance(v, (bool, int)) else v
        return translate.bits(v, kind)

    # -- the law's own

    def step(self, state, inputs):
        """Returns (state after, decision)."""
        decision, (after, _) = self.call("sbms_control_step", state, inputs)
        return after, decision

    def outputs(self, state):
        return self.call("sbms_control_outputs", state)[0]

    def is_possible(self, state):
        """The invariant, core/possible.c."""
        outputs = self.outputs(state)
        high, _ = self.call("sbms_internal_high_outputs", outputs)
        return self.call("sbms_internal_state_is_possible", state, high)[0]
