# SPDX-License-Identifier: Apache-2.0
"""C, as core/ is written, to bit vectors.

Executes functions of core/ symbolically: every variable holds a number where it is known, and a z3 term where it is not. A branch on a
term runs both ways and joins them; a loop is unrolled. What is not understood is an error, never a guess. The width of `int` is a
parameter, 16 for the ATmega328P and 32 for hosts, with C's promotions. Signed overflow, wide shifts and indexes outside an array are
not looked for here: tests/eva does.
"""
import os
import subprocess
import tempfile

import z3
from pycparser import c_ast, c_parser

ARRAYS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "arrays.h")  # what is proved besides core/
UNROLL_MAX = 200  # of a loop, while its condition is a known one
UNROLL_TERM_MAX = 8  # ... while it is a term: what is left is a side condition, to be proved impossible

HEADERS = {
    "stdint.h": """
typedef signed char int8_t; typedef unsigned char uint8_t; typedef short int16_t; typedef unsigned short uint16_t;
typedef long int32_t; typedef unsigned long uint32_t;
#define INT16_MAX 32767
#define INT16_MIN (-32767 - 1)
#define UINT32_MAX 4294967295ul
""",
    "stdbool.h": "#define bool _Bool\n#define true 1\n#define false 0\n",
    "stddef.h": "#define NULL ((void *)0)\ntypedef unsigned int size_t;\n",
}


class Unsupported(Exception):
    pass


# ---- types -------------------------------------------------------------------------------------------------------------


class Int:
    def __init__(self, name, width, signed, rank):
        self.name, self.width, self.signed, self.rank = name, width, signed, rank

    def __repr__(self):
        return self.name


class Void:
    pass


class Pointer:
    def __init__(self, to):
        self.to = to


class Array:
    def __init__(self, of, count):
        self.of, self.count = of, count


class Struct:
    def __init__(self, name, fields):
        self.name, self.fields = name, fields  # [(name, type)], in order


class Types:
    """The integer types for one width of `int`; `long` has 32 bits at either, as int32_t has."""

    def __init__(self, int_width):
        self.bool = Int("bool", 8, False, 0)
        self.schar, self.uchar = Int("schar", 8, True, 1), Int("uchar", 8, False, 1)
        self.short, self.ushort = Int("short", 16, True, 2), Int("ushort", 16, False, 2)
        self.int, self.uint = Int("int", int_width, True, 3), Int("uint", int_width, False, 3)
        self.long, self.ulong = Int("long", 32, True, 4), Int("ulong", 32, False, 4)
        self.void = Void()

    def promoted(self, kind):
        if kind.rank >= self.int.rank:
            return kind
        fits = kind.width < self.int.width or (kind.width == self.int.width and kind.signed)
        return self.int if fits else self.uint

    def common(self, a, b):
        a, b = self.promoted(a), self.promoted(b)
        if a is b:
            return a
        if a.signed == b.signed:
            return a if a.rank > b.rank else b
        u, s = (a, b) if not a.signed else (b, a)
        if u.rank >= s.rank:
            return u
        if s.width > u.width:
            return s
        return self.ulong if s is self.long else self.uint


# ---- values ------------------------------------------------------------------------------------------------------------
# An integer is a Python number, a z3 bit vector of its type's width, or a z3 Bool (0 or 1, of any type). Anything else
# is a Place (a pointer's target), None (a null pointer), or a dict of leaves (a struct).


class Place:
    """Where something is: an object and the way into it."""

    def __init__(self, base, path, kind):
        self.base, self.path, self.kind = base, path, kind

    def field(self, name):
        for field, kind in self.kind.fields:
            if field == name:
                return Place(self.base, self.path + (name,), kind)
        raise Unsupported("no field " + name)

    def element(self, index):
        if not isinstance(index, int) or not 0 <= index < self.kind.count:
            raise Unsupported("index %s of %s" % (index, self.path))
        return Place(self.base, self.path + (index,), self.kind.of)

    def same(self, other):
        return other is not None and self.base == other.base and self.path == other.path


class Value:
    __slots__ = ("kind", "v")

    def __init__(self, kind, v):
        self.kind, self.v = kind, v


def wrap(number, kind):
    number &= (1 << kind.width) - 1
    return number - (1 << kind.width) if kind.signed and number >> (kind.width - 1) else number


def bits(v, kind):
    """The value as a bit vector of the type's width."""
    if isinstance(v, (bool, int)):
        return z3.BitVecVal(int(v), kind.width)
    if z3.is_bool(v):
        return z3.If(v, z3.BitVecVal(1, kind.width), z3.BitVecVal(0, kind.width))
    return v


def truth(value):
    """The value as a condition: True, False or a z3 Bool."""
    v = value.v
    if isinstance(v, (bool, int)):
        return bool(v)
    if v is None:
        return False
    if isinstance(v, Place):
        return True
    if z3.is_bool(v):
        return v
    return v != 0


def convert(v, old, new):
    """C's conversion between integer types."""
    if new.name == "bool":
        t = truth(Value(old, v))
        return int(t) if isinstance(t, bool) else t
    if isinstance(v, (bool, int)):
        return wrap(int(v), new)
    if z3.is_bool(v):
        return v
    if new.width == old.width:
        return v
    if new.width < old.width:
        return narrowed(v, new.width)
    return z3.SignExt(new.width - old.width, v) if old.signed and most(v) >> (old.width - 1) else widened(v, new.width)


def widened(v, width):
    """With zeros in front; nothing is widened twice."""
    if v.size() == width:
        return v
    if z3.is_bv_value(v):
        return z3.BitVecVal(v.as_long(), width)
    if v.decl().kind() == z3.Z3_OP_ZERO_EXT:
        return widened(v.arg(0), width)
    return z3.ZeroExt(width - v.size(), v)


def computed_narrow(op, a, b):
    """a op b of vectors that are no negative numbers, in the fewest bytes that hold operands and result, widened again. So terms
    are small, and are the same for every width of int that is wide enough. None: it needs all of the width."""
    bound = {"+": lambda p, q: p + q, "*": lambda p, q: p * q, "|": lambda p, q: p | q | (1 << max(p.bit_length(), q.bit_length())) - 1,
             "^": lambda p, q: (1 << max(p.bit_length(), q.bit_length())) - 1, "&": min, ">>": lambda p, q: p}[op](most(a), most(b))
    need = max(bound.bit_length(), most(a).bit_length(), most(b).bit_length())
    width = 8 if need <= 8 else 16 if need <= 16 else 32
    if width >= a.size():
        return None
    p, q = narrowed(a, width), narrowed(b, width)
    r = {"+": lambda: p + q, "*": lambda: p * q, "|": lambda: p | q, "^": lambda: p ^ q, "&": lambda: p & q,
         ">>": lambda: z3.LShR(p, q)}[op]()
    return widened(r, a.size())


def narrowed(v, width):
    """The low bits; what was only widened before is taken as it was."""
    if v.size() == width:
        return v
    if z3.is_bv_value(v):
        return z3.BitVecVal(v.as_long(), width)
    if v.decl().kind() in (z3.Z3_OP_ZERO_EXT, z3.Z3_OP_SIGN_EXT):
        inner = v.arg(0)
        if inner.size() >= width:
            return narrowed(inner, width)
        if v.decl().kind() == z3.Z3_OP_ZERO_EXT:
            return widened(inner, width)
    return z3.Extract(width - 1, 0, v)


BOUNDS = {}  # what most() has found: id -> (term, bound); the term is kept, so that its id stays its own


def most(v):
    """An upper bound of a vector taken as unsigned, from how it is made."""
    found = BOUNDS.get(v.get_id())
    if found is None:
        found = BOUNDS[v.get_id()] = (v, bound_of(v))
    return found[1]


def bound_of(v):
    full = (1 << v.size()) - 1
    kind = v.decl().kind()
    if kind == z3.Z3_OP_BNUM:
        return v.as_long()
    if kind == z3.Z3_OP_ZERO_EXT:
        return most(v.arg(0))
    if kind == z3.Z3_OP_ITE:
        return max(most(v.arg(1)), most(v.arg(2)))
    if kind == z3.Z3_OP_BAND:
        return min(most(c) for c in v.children())
    if kind == z3.Z3_OP_BLSHR and z3.is_bv_value(v.arg(1)):
        return most(v.arg(0)) >> v.arg(1).as_long()
    if kind in (z3.Z3_OP_BADD, z3.Z3_OP_BMUL):
        bound = 0 if kind == z3.Z3_OP_BADD else 1
        for c in v.children():
            bound = bound + most(c) if kind == z3.Z3_OP_BADD else bound * most(c)
        return min(bound, full)
    return full


def divided(op, a, b):
    """a / b or a % b of unsigned vectors. By a constant it is long division, of as many steps as the quotient has bits: most are few."""
    if not z3.is_bv_value(b) or b.as_long() == 0:
        return z3.UDiv(a, b) if op == "/" else z3.URem(a, b)
    by, bound = b.as_long(), most(a)
    quotient, rest = z3.BitVecVal(0, a.size()), a
    for step in reversed(range((bound // by).bit_length())):
        fits = z3.UGE(rest, by << step)
        rest = z3.If(fits, rest - (by << step), rest)
        quotient = z3.If(fits, quotient | (1 << step), quotient)
    return quotient if op == "/" else rest


def negated(c):
    return (not c) if isinstance(c, bool) else z3.Not(c)


def both(a, b):
    if isinstance(a, bool):
        return b if a else False
    if isinstance(b, bool):
        return a if b else False
    return z3.And(a, b)


def either(a, b):
    return negated(both(negated(a), negated(b))) if isinstance(a, bool) or isinstance(b, bool) else z3.Or(a, b)


def choose(c, a, b, kind):
    """a if c else b, of one integer type, or pointers."""
    if isinstance(c, bool):
        return a if c else b
    if a is b:
        return a
    if isinstance(a, Place) or isinstance(b, Place) or a is None or b is None:
        if isinstance(a, Place) and isinstance(b, Place) and a.same(b):
            return a
        raise Unsupported("a pointer that depends on a term")
    if isinstance(a, (bool, int)) and isinstance(b, (bool, int)) and int(a) == int(b):
        return a
    bool_a = z3.is_bool(a) or (isinstance(a, (bool, int)) and a in (0, 1))
    bool_b = z3.is_bool(b) or (isinstance(b, (bool, int)) and b in (0, 1))
    if bool_a and bool_b and (kind.name == "bool" or z3.is_bool(a) or z3.is_bool(b)):
        a = a if z3.is_bool(a) else z3.BoolVal(bool(a))
        b = b if z3.is_bool(b) else z3.BoolVal(bool(b))
        return z3.If(c, a, b)
    a, b = bits(a, kind), bits(b, kind)
    return a if a.eq(b) else z3.If(c, a, b)


# ---- the machine -------------------------------------------------------------------------------------------------------


class Exit:
    """One way out of a statement: by its end, or by return, break or continue."""

    def __init__(self, kind, cond, memory, value=None):
        self.kind, self.cond, self.memory, self.value = kind, cond, memory, value


class Machine:
    """The functions of a translation unit, for one width of int."""

    def __init__(self, text, int_width):
        self.types = Types(int_width)
        self.structs, self.typedefs, self.enums, self.functions, self.globals = {}, {}, {}, {}, {}
        self.memory = {}  # (base, path) -> value of a leaf
        self.kinds = {}  # base -> type of an object
        self.made = 0
        self.returning = []  # types of the functions that are running
        self.path = []  # conditions under which the present statement runs
        self.side_conditions = []  # (what, condition that must not be possible)
        for node in c_parser.CParser().parse(text).ext:
            self.declare(node)

    # -- declarations

    def declare(self, node):
        if isinstance(node, c_ast.FuncDef):
            self.functions[node.decl.name] = node
        elif isinstance(node, c_ast.Typedef):
            self.typedefs[node.name] = self.type_of(node.type)
        elif isinstance(node, c_ast.Decl) and not isinstance(node.type, c_ast.FuncDecl):
            kind = self.type_of(node.type)
            if node.name is not None and "extern" not in node.storage:
                self.globals[node.name] = Place("::" + node.name, (), kind)
                self.kinds["::" + node.name] = kind
                self.clear(self.globals[node.name])
                if node.init is not None:
                    self.initialize(self.globals[node.name], node.init)

    def type_of(self, node):
        t = self.types
        if isinstance(node, c_ast.TypeDecl):
            return self.type_of(node.type)
        if isinstance(node, c_ast.IdentifierType):
            names = sorted(node.names)
            if len(names) == 1 and names[0] in self.typedefs:
                return self.typedefs[names[0]]
            plain = {
                "_Bool": t.bool, "char": t.schar, "char signed": t.schar, "char unsigned": t.uchar, "short": t.short,
                "short unsigned": t.ushort, "int": t.int, "int unsigned": t.uint, "unsigned": t.uint, "long": t.long,
                "long unsigned": t.ulong, "void": t.void,
            }
            return plain[" ".join(names)]
        if isinstance(node, c_ast.Struct):
            if node.decls is not None:
                fields = [(d.name, self.type_of(d.type)) for d in node.decls]
                self.structs[node.name] = Struct(node.name, fields)
            return self.structs[node.name]
        if isinstance(node, c_ast.Enum):
            if node.values is not None:
                following = 0
                for entry in node.values.enumerators:
                    if entry.value is not None:
                        following = self.constant(entry.value)
                    self.enums[entry.name] = following
                    following += 1
            return t.uint  # as the compilers take it when no value is negative
        if isinstance(node, c_ast.PtrDecl):
            return Pointer(self.type_of(node.type))
        if isinstance(node, c_ast.ArrayDecl):
            return Array(self.type_of(node.type), None if node.dim is None else self.constant(node.dim))
        if isinstance(node, c_ast.FuncDecl):
            return Void()
        if isinstance(node, c_ast.Typename):
            return self.type_of(node.type)
        raise Unsupported(type(node).__name__)

    def constant(self, node):
        v = self.evaluate(node, {}).v
        if not isinstance(v, (bool, int)):
            raise Unsupported("not a constant")
        return int(v)

    # -- memory

    def new(self, kind, name="object"):
        """A new object whose leaves are zero."""
        self.made += 1
        base = "%s#%d" % (name, self.made)
        self.kinds[base] = kind
        place = Place(base, (), kind)
        self.clear(place)
        return place

    def leaves(self, kind, path=()):
        if isinstance(kind, Struct):
            for name, of in kind.fields:
                yield from self.leaves(of, path + (name,))
        elif isinstance(kind, Array):
            for i in range(kind.count):
                yield from self.leaves(kind.of, path + (i,))
        else:
            yield path, kind

    def clear(self, place):
        for path, kind in self.leaves(place.kind):
            self.memory[(place.base, place.path + path)] = None if isinstance(kind, Pointer) else 0

    def load(self, place):
        if isinstance(place.kind, Array):
            return Value(Pointer(place.kind.of), Place(place.base, place.path + (0,), place.kind.of))
        if isinstance(place.kind, Struct):
            return Value(place.kind, {p: self.memory[(place.base, place.path + p)] for p, _ in self.leaves(place.kind)})
        return Value(place.kind, self.memory[(place.base, place.path)])

    def store(self, place, value):
        if isinstance(place.kind, Struct):
            for path, _ in self.leaves(place.kind):
                self.memory[(place.base, place.path + path)] = value.v[path]
        elif isinstance(place.kind, Pointer):
            v = value.v
            self.memory[(place.base, place.path)] = None if isinstance(v, int) and v == 0 else v
        else:
            self.memory[(place.base, place.path)] = convert(value.v, value.kind, place.kind)

    def kind_at(self, key):
        kind = self.kinds[key[0]]
        for step in key[1]:
            kind = kind.of if isinstance(step, int) else dict(kind.fields)[step]
        return kind

    def joined(self, c, a, b):
        """The memory that is `a` where c holds and `b` elsewhere; what only one of them has is gone."""
        if a is b or c is True:
            return a
        if c is False:
            return b
        memory = {}
        for key, va in a.items():
            if key in b:
                vb = b[key]
                memory[key] = va if va is vb else choose(c, va, vb, self.kind_at(key))
        return memory

    # -- statements

    def joined_exits(self, exits):
        """Exits of the same kind made one. Their conditions exclude each other."""
        together = {}
        for e in exits:
            if e.cond is False:
                continue
            have = together.get(e.kind)
            if have is None:
                together[e.kind] = e
                continue
            value = None
            if e.value is not None and have.value is not None:
                value = self.chosen_value(e.cond, e.value, have.value)
            together[e.kind] = Exit(e.kind, either(e.cond, have.cond), self.joined(e.cond, e.memory, have.memory), value)
        return list(together.values())

    def chosen_value(self, c, a, b):
        if isinstance(a.v, dict):
            kinds = dict(self.leaves(a.kind))
            return Value(a.kind, {p: choose(c, a.v[p], b.v[p], kinds[p]) for p in a.v})
        return Value(a.kind, choose(c, a.v, b.v, a.kind))

    def under(self, condition, run):
        """Runs with the condition known."""
        self.path.append(condition)
        try:
            return run()
        finally:
            self.path.pop()

    def run_block(self, statements, scope):
        exits = []
        cond = True
        for statement in statements or []:
            depth = len(self.path)
            if cond is not True:
                self.path.append(cond)
            now = self.run(statement, scope)
            del self.path[depth:]
            fall = None
            for e in now:
                if e.kind == "fall":
                    fall = e
                else:
                    exits.append(Exit(e.kind, both(cond, e.cond), e.memory, e.value))
            if fall is None:
                return self.joined_exits(exits)
            cond = both(cond, fall.cond)
            self.memory = fall.memory
        exits.append(Exit("fall", cond, self.memory))
        return self.joined_exits(exits)

    def branch(self, c, run_true, run_false):
        """Both ways of a condition; each gives its exits."""
        if isinstance(c, bool):
            return run_true() if c else run_false()
        before = self.memory
        exits = []
        for cond, run in ((c, run_true), (z3.Not(c), run_false)):
            self.memory = dict(before)
            exits += [Exit(e.kind, both(cond, e.cond), e.memory, e.value) for e in self.under(cond, run)]
        return self.joined_exits(exits)

    def fallen(self):
        return [Exit("fall", True, self.memory)]

    def run(self, node, scope):
        if node is None or isinstance(node, c_ast.EmptyStatement):
            return self.fallen()
        if isinstance(node, c_ast.Compound):
            return self.run_block(node.block_items, dict(scope))
        if isinstance(node, c_ast.Decl):
            kind = self.type_of(node.type)
            if node.name is not None:
                place = self.new(kind, node.name)
                if node.init is not None:
                    self.initialize(place, node.init, scope)
                scope[node.name] = place
            return self.fallen()
        if isinstance(node, c_ast.DeclList):
            return self.run_block(node.decls, scope)
        if isinstance(node, c_ast.If):
            c = truth(self.evaluate(node.cond, scope))
            return self.branch(c, lambda: self.run(node.iftrue, scope), lambda: self.run(node.iffalse, scope))
        if isinstance(node, c_ast.Return):
            value = None if node.expr is None else self.returned(self.evaluate(node.expr, scope), self.returning[-1])
            return [Exit("return", True, self.memory, value)]
        if isinstance(node, c_ast.For):
            inner = dict(scope)
            self.run(node.init, inner) if isinstance(node.init, c_ast.DeclList) else self.evaluate(node.init, inner)
            return self.run_loop(node, inner, 0, 0)
        if isinstance(node, c_ast.Continue):
            return [Exit("continue", True, self.memory)]
        if isinstance(node, c_ast.Break):
            return [Exit("break", True, self.memory)]
        if isinstance(node, c_ast.Switch):
            return self.run_switch(node, scope)
        self.evaluate(node, scope)
        return self.fallen()

    def run_loop(self, node, scope, known, terms):
        c = truth(self.evaluate(node.cond, scope))
        if isinstance(c, bool):
            known += 1
        else:
            terms += 1
        if known > UNROLL_MAX:
            raise Unsupported("a loop of more than %d turns" % UNROLL_MAX)
        if terms > UNROLL_TERM_MAX:
            self.side_conditions.append(("a loop of more than %d turns" % UNROLL_TERM_MAX, self.here(c)))
            return self.fallen()

        def turn():
            exits = []
            for e in self.run(node.stmt, scope):
                if e.kind in ("fall", "continue"):
                    exits.append(Exit("fall", e.cond, e.memory))
                elif e.kind == "break":
                    exits.append(Exit("leave", e.cond, e.memory))
                else:
                    exits.append(e)
            further = []
            for e in self.joined_exits(exits):
                if e.kind != "fall":
                    further.append(Exit("fall" if e.kind == "leave" else e.kind, e.cond, e.memory, e.value))
                    continue
                self.memory = e.memory

                def more():
                    self.evaluate(node.next, scope)
                    return self.run_loop(node, scope, known, terms)

                rest = more() if e.cond is True else self.under(e.cond, more)
                further += [Exit(r.kind, both(e.cond, r.cond), r.memory, r.value) for r in rest]
            return self.joined_exits(further)

        return self.branch(c, turn, self.fallen)

    def run_switch(self, node, scope):
        """A switch whose cases end in break or return, or share a body."""
        subject = self.evaluate(node.cond, scope)
        cases, labels = [], []
        for item in node.stmt.block_items:
            labels.append(None if isinstance(item, c_ast.Default) else item.expr)
            body = item.stmts or []
            if body:
                cases.append((labels, body))
                labels = []

        def run_case(i):
            if i == len(cases):
                return self.fallen()
            labels, body = cases[i]
            if None in labels:
                return self.run_block(body, dict(scope))
            c = False
            for label in labels:
                c = either(c, truth(self.binary("==", subject, self.evaluate(label, scope))))
            return self.branch(c, lambda: self.run_block(body, dict(scope)), lambda: run_case(i + 1))

        if any(None in labels for labels, _ in cases[:-1]):
            raise Unsupported("a default that is not the last case")
        exits = [Exit("fall" if e.kind == "break" else e.kind, e.cond, e.memory, e.value) for e in run_case(0)]
        return self.joined_exits(exits)

    def here(self, c):
        terms = [p for p in self.path + [c] if not isinstance(p, bool)]
        return z3.And(*terms) if terms else z3.BoolVal(True)

    # -- expressions

    def initialize(self, place, node, scope=None):
        scope = scope or {}
        if not isinstance(node, c_ast.InitList):
            self.store(place, self.evaluate(node, scope))
            return
        for i, item in enumerate(node.exprs):
            if isinstance(item, c_ast.NamedInitializer):
                target = place
                for name in item.name:
                    if isinstance(name, c_ast.ID) and isinstance(target.kind, Struct):
                        target = target.field(name.name)
                    else:
                        target = target.element(self.constant(name))
                self.initialize(target, item.expr, scope)
            elif isinstance(place.kind, Struct):
                self.initialize(place.field(place.kind.fields[i][0]), item, scope)
            else:
                self.initialize(place.element(i), item, scope)

    def place(self, node, scope):
        if isinstance(node, c_ast.ID):
            return scope[node.name] if node.name in scope else self.globals[node.name]
        if isinstance(node, c_ast.StructRef):
            if node.type == "->":
                return self.target(self.evaluate(node.name, scope)).field(node.field.name)
            return self.place(node.name, scope).field(node.field.name)
        if isinstance(node, c_ast.ArrayRef):
            pointer = self.evaluate(node.name, scope)
            index = self.evaluate(node.subscript, scope).v
            return self.moved(self.target(pointer), index)
        if isinstance(node, c_ast.UnaryOp) and node.op == "*":
            return self.target(self.evaluate(node.expr, scope))
        if isinstance(node, c_ast.CompoundLiteral):
            place = self.new(self.type_of(node.type), "literal")
            self.initialize(place, node.init, scope)
            return place
        raise Unsupported("a place: " + type(node).__name__)

    def target(self, pointer):
        if not isinstance(pointer.v, Place):
            raise Unsupported("not a pointer to anything")
        return pointer.v

    def moved(self, place, by):
        """by elements further in the array that the place is in."""
        if not isinstance(by, int):
            raise Unsupported("an index that is a term")
        if by == 0:
            return place
        around = self.kind_at((place.base, place.path[:-1])) if place.path else None
        if not isinstance(around, Array) or not 0 <= place.path[-1] + by < around.count:
            raise Unsupported("an index outside an array")
        return Place(place.base, place.path[:-1] + (place.path[-1] + by,), place.kind)

    def evaluate(self, node, scope):
        name = "evaluate_" + type(node).__name__
        return getattr(self, name)(node, scope)

    def evaluate_ExprList(self, node, scope):
        value = None
        for expr in node.exprs:
            value = self.evaluate(expr, scope)
        return value

    def evaluate_Constant(self, node, scope):
        t = self.types
        if node.type == "string":
            return Value(Pointer(t.schar), Place("string:" + node.value, (), t.schar))
        text = node.value.lower()
        digits = text.rstrip("ul")
        suffix = text[len(digits):]
        number = int(digits, 0)
        kinds = [t.uint, t.ulong] if "u" in suffix else [t.int, t.long]
        if "u" not in suffix and digits.startswith("0x"):
            kinds = [t.int, t.uint, t.long, t.ulong]
        if "l" in suffix:
            kinds = [k for k in kinds if k.rank == t.long.rank]
        for kind in kinds:
            if number < 1 << (kind.width - (1 if kind.signed else 0)):
                return Value(kind, number)
        raise Unsupported("constant " + node.value)

    def evaluate_ID(self, node, scope):
        if node.name not in scope and node.name in self.enums:
            return Value(self.types.int, self.enums[node.name])
        return self.load(self.place(node, scope))

    def evaluate_StructRef(self, node, scope):
        if node.type == "." and not isinstance(node.name, (c_ast.ID, c_ast.StructRef, c_ast.ArrayRef, c_ast.UnaryOp)):
            struct = self.evaluate(node.name, scope)  # of a value that has no place
            kind = dict(struct.kind.fields)[node.field.name]
            return Value(kind, struct.v[(node.field.name,)])
        return self.load(self.place(node, scope))

    def evaluate_ArrayRef(self, node, scope):
        return self.load(self.place(node, scope))

    def evaluate_CompoundLiteral(self, node, scope):
        return self.load(self.place(node, scope))

    def evaluate_Cast(self, node, scope):
        value = self.evaluate(node.expr, scope)
        kind = self.type_of(node.to_type)
        if isinstance(kind, Void):
            return Value(kind, 0)
        if isinstance(kind, Pointer):
            return Value(kind, None if isinstance(value.v, int) and value.v == 0 else value.v)
        return Value(kind, convert(value.v, value.kind, kind))

    def evaluate_Assignment(self, node, scope):
        place = self.place(node.lvalue, scope)
        value = self.evaluate(node.rvalue, scope)
        if node.op != "=":
            value = self.binary(node.op[:-1], self.load(place), value)
        self.store(place, value)
        return self.load(place)

    def evaluate_UnaryOp(self, node, scope):
        t = self.types
        if node.op == "&":
            place = self.place(node.expr, scope)
            return Value(Pointer(place.kind), place)
        if node.op == "*":
            return self.load(self.place(node, scope))
        if node.op in ("p++", "++", "p--", "--"):
            place = self.place(node.expr, scope)
            old = self.load(place)
            self.store(place, self.binary("+" if "+" in node.op else "-", old, Value(t.int, 1)))
            return old if node.op.startswith("p") else self.load(place)
        value = self.evaluate(node.expr, scope)
        if node.op == "!":
            c = negated(truth(value))
            return Value(t.int, int(c) if isinstance(c, bool) else c)
        kind = t.promoted(value.kind)
        v = convert(value.v, value.kind, kind)
        if node.op == "+":
            return Value(kind, v)
        if isinstance(v, (bool, int)):
            return Value(kind, wrap(-int(v) if node.op == "-" else ~int(v), kind))
        return Value(kind, -bits(v, kind) if node.op == "-" else ~bits(v, kind))

    def evaluate_TernaryOp(self, node, scope):
        c = truth(self.evaluate(node.cond, scope))
        if isinstance(c, bool):
            return self.evaluate(node.iftrue if c else node.iffalse, scope)
        a, memory_a = self.aside(c, node.iftrue, scope)
        b, memory_b = self.aside(z3.Not(c), node.iffalse, scope)
        self.memory = self.joined(c, memory_a, memory_b)
        if isinstance(a.kind, Int):
            kind = self.types.common(a.kind, b.kind)
            return Value(kind, choose(c, convert(a.v, a.kind, kind), convert(b.v, b.kind, kind), kind))
        return self.chosen_value(c, a, b)

    def aside(self, c, node, scope):
        """Evaluates as if c held; returns the value and the memory after it, and leaves the memory as it was."""
        before = self.memory
        self.memory = dict(before)
        value = self.under(c, lambda: self.evaluate(node, scope))
        after = self.memory
        self.memory = before
        return value, after

    def evaluate_BinaryOp(self, node, scope):
        a = self.evaluate(node.left, scope)
        if node.op in ("&&", "||"):
            c = truth(a)
            if isinstance(c, bool):
                if c == (node.op == "||"):
                    return Value(self.types.int, int(c))
                d = truth(self.evaluate(node.right, scope))
            else:
                needed = c if node.op == "&&" else z3.Not(c)
                value, after = self.aside(needed, node.right, scope)
                self.memory = self.joined(needed, after, self.memory)
                d = truth(value)
                d = both(c, d) if node.op == "&&" else either(c, d)
            return Value(self.types.int, int(d) if isinstance(d, bool) else d)
        return self.binary(node.op, a, self.evaluate(node.right, scope))

    def binary(self, op, a, b):
        t = self.types
        if isinstance(a.kind, Pointer) or isinstance(b.kind, Pointer):
            return self.binary_pointer(op, a, b)
        if op in ("<<", ">>"):
            kind = t.promoted(a.kind)
            return Value(kind, self.shifted(op, convert(a.v, a.kind, kind), b, kind))
        kind = t.common(a.kind, b.kind)
        va, vb = convert(a.v, a.kind, kind), convert(b.v, b.kind, kind)
        known = isinstance(va, (bool, int)) and isinstance(vb, (bool, int))
        if op in ("==", "!=", "<", ">", "<=", ">="):
            return Value(t.int, self.compared(op, va, vb, kind, known))
        if known:
            return Value(kind, wrap(self.computed(op, int(va), int(vb)), kind))
        if op in ("&", "|", "^") and all(z3.is_bool(v) or v in (0, 1) for v in (va, vb)
                                         if z3.is_bool(v) or isinstance(v, (bool, int))) and \
                all(z3.is_bool(v) or isinstance(v, (bool, int)) for v in (va, vb)):
            va, vb = truth(Value(kind, va)), truth(Value(kind, vb))
            r = {"&": both, "|": either, "^": lambda x, y: z3.Xor(x, y)}[op](va, vb)
            return Value(kind, int(r) if isinstance(r, bool) else r)
        va, vb = bits(va, kind), bits(vb, kind)
        if op in ("/", "%") and not kind.signed:
            return Value(kind, divided(op, va, vb))
        if op == "%":
            return Value(kind, z3.SRem(va, vb))
        if op in "+*&|^":
            r = computed_narrow(op, va, vb)
            if r is not None:
                return Value(kind, r)
        r = {"+": lambda: va + vb, "-": lambda: va - vb, "*": lambda: va * vb, "/": lambda: va / vb, "&": lambda: va & vb,
             "|": lambda: va | vb, "^": lambda: va ^ vb}[op]()
        return Value(kind, r)

    def binary_pointer(self, op, a, b):
        if op in ("==", "!="):
            va = None if isinstance(a.v, int) else a.v
            vb = None if isinstance(b.v, int) else b.v
            equal = va is vb or (isinstance(va, Place) and va.same(vb))
            return Value(self.types.int, int(equal == (op == "==")))
        if op == "+" and isinstance(b.kind, Int):
            return Value(a.kind, self.moved(self.target(a), b.v))
        raise Unsupported("pointers and " + op)

    def shifted(self, op, v, by, kind):
        if isinstance(v, (bool, int)) and isinstance(by.v, (bool, int)):
            return wrap(int(v) << by.v if op == "<<" else int(v) >> by.v, kind)
        amount = bits(convert(by.v, by.kind, kind), kind)
        v = bits(v, kind)
        if op == "<<":
            return v << amount
        if most(amount) < 256 and not (kind.signed and most(v) >> (kind.width - 1)):
            r = computed_narrow(">>", v, amount)
            if r is not None:
                return r
        return v >> amount if kind.signed else z3.LShR(v, amount)

    def compared(self, op, a, b, kind, known):
        if known:
            a, b = int(a), int(b)
            return int({"==": a == b, "!=": a != b, "<": a < b, ">": a > b, "<=": a <= b, ">=": a >= b}[op])
        if op in ("==", "!=") and z3.is_bool(a) and isinstance(b, (bool, int)) and b in (0, 1):
            return a if (b == 1) == (op == "==") else z3.Not(a)
        if op in ("==", "!=") and z3.is_bool(a) and z3.is_bool(b):
            return a == b if op == "==" else a != b
        a, b, signed = self.narrow(bits(a, kind), bits(b, kind), kind.signed)
        if op in ("==", "!="):
            return a == b if op == "==" else a != b
        if signed:
            return {"<": a < b, ">": a > b, "<=": a <= b, ">=": a >= b}[op]
        return {"<": z3.ULT, ">": z3.UGT, "<=": z3.ULE, ">=": z3.UGE}[op](a, b)

    @staticmethod
    def narrow(a, b, signed):
        """Two values that were widened from unsigned ones compare as these do."""

        def inner(v):
            if z3.is_app(v) and v.decl().kind() == z3.Z3_OP_ZERO_EXT:
                return v.arg(0)
            return None

        ia, ib = inner(a), inner(b)
        for v, other, swap in ((ia, b, False), (ib, a, True)):
            if v is None:
                continue
            w = inner(other)
            if w is not None and w.size() == v.size():
                return (w, v, False) if swap else (v, w, False)
            if z3.is_bv_value(other) and other.as_long() < 1 << v.size():
                n = z3.BitVecVal(other.as_long(), v.size())
                return (n, v, False) if swap else (v, n, False)
        return a, b, signed

    @staticmethod
    def computed(op, a, b):
        if op == "/":
            return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
        if op == "%":
            return abs(a) % abs(b) * (-1 if a < 0 else 1)
        return {"+": a + b, "-": a - b, "*": a * b, "&": a & b, "|": a | b, "^": a ^ b}[op]

    def evaluate_FuncCall(self, node, scope):
        args = [] if node.args is None else [self.evaluate(a, scope) for a in node.args.exprs]
        return self.call(node.name.name, args)

    def call(self, name, args):
        """Calls a function; `args`: Values. Returns its Value, None of a void function. The memory is as it leaves it."""
        function = self.functions[name]
        parameters = function.decl.type.args
        scope = {}
        names = [] if parameters is None else [p for p in parameters.params if getattr(p, "name", None) is not None]
        for parameter, arg in zip(names, args):
            kind = self.type_of(parameter.type)
            if isinstance(kind, Array):
                kind = Pointer(kind.of)
            place = self.new(kind, parameter.name)
            self.store(place, arg)
            scope[parameter.name] = place
        outer = set(self.memory)
        self.returning.append(self.type_of(function.decl.type.type))
        exits = self.run(function.body, scope)
        self.returning.pop()
        merged = self.joined_exits([Exit("return", e.cond, e.memory, e.value) for e in exits])
        if len(merged) != 1:
            raise Unsupported("no way out of " + name)
        parameters_of_this = {place.base for place in scope.values()}
        self.memory = {k: v for k, v in merged[0].memory.items() if k in outer and k[0] not in parameters_of_this}
        return merged[0].value

    @staticmethod
    def returned(value, kind):
        return Value(kind, convert(value.v, value.kind, kind) if isinstance(kind, Int) else value.v)

    # -- for those who ask

    def pointer(self, place):
        return Value(Pointer(place.kind), place)


# ---- the sources -------------------------------------------------------------------------------------------------------


def preprocess(root, patch=None):
    """All of core/ as one text without directives. `patch`: {file: text} in the place of a file's own."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in HEADERS.items():
            with open(os.path.join(folder, name), "w") as out:
                out.write(text)
        core = os.path.join(root, "core")
        copy = os.path.join(folder, "core")
        os.mkdir(copy)
        sources = sorted(f for f in os.listdir(core) if f.endswith((".c", ".h")))
        for name in sources:
            with open(os.path.join(core, name)) as source:
                text = source.read()
            with open(os.path.join(copy, name), "w") as out:
                out.write((patch or {}).get(name, text))
        unit = "".join('#include "core/%s"\n' % name for name in sources if name.endswith(".c"))
        unit += '#include "%s"\n' % ARRAYS
        command = ["cc", "-E", "-P", "-nostdinc", "-D_Static_assert(a,b)=", "-I", folder, "-x", "c", "-"]
        return subprocess.run(command, input=unit, text=True, check=True, stdout=subprocess.PIPE, cwd=folder).stdout
