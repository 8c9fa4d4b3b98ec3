# SPDX-License-Identifier: Apache-2.0
"""Terms to Python functions: what a term is when its variables are numbers."""
import z3


def signed(text, width):
    half = 1 << (width - 1)
    return "((%s ^ %d) - %d)" % (text, half, half)


def expression(term, arg):
    """Python for a term whose arguments are the names `arg`. Vectors are numbers from 0 on, conditions are booleans."""
    kind = term.decl().kind()
    width = term.size() if z3.is_bv(term) else 0
    mask = (1 << width) - 1
    inner = term.arg(0).size() if term.num_args() > 0 and z3.is_bv(term.arg(0)) else 0
    plain = {
        z3.Z3_OP_BADD: " + ", z3.Z3_OP_BSUB: " - ", z3.Z3_OP_BMUL: " * ", z3.Z3_OP_BAND: " & ", z3.Z3_OP_BOR: " | ",
        z3.Z3_OP_BXOR: " ^ ", z3.Z3_OP_AND: " and ", z3.Z3_OP_OR: " or ", z3.Z3_OP_EQ: " == ", z3.Z3_OP_XOR: " != ",
        z3.Z3_OP_DISTINCT: " != ",
    }
    if kind in plain:
        text = "(" + plain[kind].join(arg) + ")"
        return "(%s & %d)" % (text, mask) if width else text
    compared = {
        z3.Z3_OP_ULT: "<", z3.Z3_OP_ULEQ: "<=", z3.Z3_OP_UGT: ">", z3.Z3_OP_UGEQ: ">=",
        z3.Z3_OP_SLT: "<", z3.Z3_OP_SLEQ: "<=", z3.Z3_OP_SGT: ">", z3.Z3_OP_SGEQ: ">=",
    }
    if kind in compared:
        is_signed = kind in (z3.Z3_OP_SLT, z3.Z3_OP_SLEQ, z3.Z3_OP_SGT, z3.Z3_OP_SGEQ)
        a, b = (signed(x, inner) if is_signed else x for x in arg)
        return "(%s %s %s)" % (a, compared[kind], b)
    if kind == z3.Z3_OP_BNUM:
        return str(term.as_long())
    if kind in (z3.Z3_OP_TRUE, z3.Z3_OP_FALSE):
        return str(kind == z3.Z3_OP_TRUE)
    if kind == z3.Z3_OP_NOT:
        return "(not %s)" % arg[0]
    if kind == z3.Z3_OP_ITE:
        return "(%s if %s else %s)" % (arg[1], arg[0], arg[2])
    if kind == z3.Z3_OP_BNEG:
        return "(-%s & %d)" % (arg[0], mask)
    if kind == z3.Z3_OP_BNOT:
        return "(~%s & %d)" % (arg[0], mask)
    if kind == z3.Z3_OP_ZERO_EXT:
        return arg[0]
    if kind == z3.Z3_OP_SIGN_EXT:
        return "(%s & %d)" % (signed(arg[0], inner), mask)
    if kind == z3.Z3_OP_EXTRACT:
        return "(%s >> %d & %d)" % (arg[0], term.params()[1], mask)
    if kind == z3.Z3_OP_CONCAT:
        return "(%s << %d | %s)" % (arg[0], term.arg(1).size(), arg[1])
    if kind in (z3.Z3_OP_BSHL, z3.Z3_OP_BLSHR, z3.Z3_OP_BASHR):
        if kind == z3.Z3_OP_BSHL:
            return "(%s << min(%s, %d) & %d)" % (arg[0], arg[1], width, mask)
        a = signed(arg[0], width) if kind == z3.Z3_OP_BASHR else arg[0]
        return "(%s >> min(%s, %d) & %d)" % (a, arg[1], width, mask)
    if kind in (z3.Z3_OP_BUDIV, z3.Z3_OP_BUDIV_I):
        return "(%s // %s if %s else %d)" % (arg[0], arg[1], arg[1], mask)
    if kind in (z3.Z3_OP_BUREM, z3.Z3_OP_BUREM_I):
        return "(%s %% %s if %s else %s)" % (arg[0], arg[1], arg[1], arg[0])
    raise NotImplementedError(str(term.decl()))


def function(terms, variables):
    """A function of as many numbers as `variables`, in their order, that returns what `terms` are then. Signed numbers go
    in as C has them; all come out as bit patterns."""
    lines, names = [], {}
    for i, v in enumerate(variables):
        names[v.get_id()] = "v%d" % i
    todo = [(t, False) for t in reversed(terms)]
    while todo:
        term, ready = todo.pop()
        if term.get_id() in names:
            continue
        if not ready:
            if term.num_args() == 0 and term.decl().kind() == z3.Z3_OP_UNINTERPRETED:
                raise ValueError("a variable too few: %s" % term)
            todo.append((term, True))
            todo.extend((c, False) for c in term.children())
            continue
        name = "t%d" % len(names)
        lines.append("    %s = %s" % (name, expression(term, [names[c.get_id()] for c in term.children()])))
        names[term.get_id()] = name
    head = "def f(%s):\n" % ", ".join("v%d" % i for i in range(len(variables)))
    tail = "\n    return [%s]\n" % ", ".join("int(%s)" % names[t.get_id()] for t in terms)
    scope = {}
    exec(head + "\n".join(lines) + tail, scope)  # pylint: disable=exec-used
    return scope["f"]
