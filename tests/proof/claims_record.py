# SPDX-License-Identifier: Apache-2.0
"""What is claimed of the record and the stored settings (core/record.c).

That every flipped bit is found is claimed in three parts, for a proof over all bytes at once is out of a solver's reach. What is
accepted is sealed: its last two bytes are the CRC of those before, byte by byte from the same start. The CRC is linear: of two inputs
that differ, the CRCs differ by the CRC, from 0, of the difference. So a difference turns sealed bytes into sealed bytes exactly when
its own last two bytes are the CRC, from 0, of those before; and no difference of one or two bits, or in a burst, is like that.
"""
from z3 import And, BitVec, BitVecVal, Concat, Distinct, Extract, If, Implies, LShR, Not, Or, ULE, ULT, ZeroExt

from ground import claim, equal

ENTRY_BYTES, SETTINGS_BYTES = 22, 12
START = 0xFFFF
GOOD, NONE, BAD = range(3)

# ---- words -------------------------------------------------------------------------------------------------------------


def bytes_of(b):
    return list(b.values())


def crc(x, data, start):
    """The CRC of bytes, one by one."""
    value = BitVecVal(start, 16)
    for byte in data:
        value = x.law.call("sbms_crc16", value, byte)[0]
    return value


def sealed(x, data, start=START):
    return Concat(data[-1], data[-2]) == crc(x, data[:-2], start)


def fits(entry):
    """The entry has no more than its bytes hold."""
    return And(ULE(entry["kind"], 15), ULE(entry["outputs"], 7), ULE(entry["output"], 3))


def syndromes(x, size):
    """For each bit of so many bytes what it changes: the CRC of the bytes before the last two, together with these two."""
    found = []
    for bit in range(8 * size):
        data = [1 << bit % 8 if n == bit // 8 else 0 for n in range(size)]
        value = 0
        for byte in data[:-2]:
            value = x.law.call("sbms_crc16", value, byte)[0].as_long()
        found.append(BitVecVal(value ^ data[-2] ^ data[-1] << 8, 16))
    return found


def flips_found(x, size):
    """No difference of one or two bits leaves sealed bytes sealed."""
    every = syndromes(x, size)
    return And(Distinct(*every), *[s != 0 for s in every])


def spots_found(changes):
    """Nor does any difference in some of these bits: what they change is independent."""
    which = BitVec("which_of_%d" % len(changes), len(changes))
    changed = BitVecVal(0, 16)
    for n, change in enumerate(changes):
        changed = changed ^ If(Extract(n, n, which) == 1, change, BitVecVal(0, 16))
    return Implies(changed == 0, which == 0)


def bursts_found(x, size):
    every = syndromes(x, size)
    bursts = [spots_found(every[first:first + 14]) for first in range(len(every) - 13)]
    pairs = [spots_found(every[8 * n:8 * n + 16]) for n in range(size - 1) if n != size - 3]
    return And(*bursts, *pairs)


# ---- the record --------------------------------------------------------------------------------------------------------


@claim("SAFE-7", "each entry that is possible comes back from its bytes as it was, and no other is read from them")
def entry_comes_back(x):
    entry, other = x.fresh("sbms_entry", "entry"), x.fresh("sbms_entry", "other")
    _, (_, data) = x.law.call("proof_entry_encode", entry, x.fresh("proof_entry_bytes", "data"))
    accepted, (_, read) = x.law.call("proof_entry_decode", data, other)
    possible, _ = x.law.call("entry_is_possible", entry)
    return Implies(fits(entry), And(accepted == possible, Implies(accepted, equal(read, entry)),
                                   Implies(Not(accepted), equal(read, other))))


@claim("SAFE-7", "any bytes are accepted only if they are of this version, sealed, and those of the entry that is read, which is possible")
def only_entries_are_read(x):
    data = x.fresh("proof_entry_bytes", "data")
    other = x.fresh("sbms_entry", "other")
    accepted, (_, read) = x.law.call("proof_entry_decode", data, other)
    possible, _ = x.law.call("entry_is_possible", read)
    _, (_, again) = x.law.call("proof_entry_encode", read, x.fresh("proof_entry_bytes", "again"))
    used = [0xFF, 0xFF, 0x9F] + [0xFF] * (ENTRY_BYTES - 5)  # two bits of the outputs' byte are spare
    same = And(*[(a & mask) == (b & mask) for a, b, mask in zip(bytes_of(data), bytes_of(again), used)])
    return And(Implies(accepted, And(sealed(x, bytes_of(data)), LShR(data["bytes[0]"], 4) == 1, possible, fits(read), same)),
               Implies(Not(accepted), equal(read, other)))


@claim("SAFE-7", "an entry is possible exactly when it is of a known kind, with a cause, an output and a detail that the kind has")
def possible_entries(x):
    e = x.fresh("sbms_entry", "entry")
    possible, _ = x.law.call("entry_is_possible", e)
    boot, edge, fault, stays, flicker = (e["kind"] == kind for kind in range(1, 6))
    of_output = And(ULT(0, e["cause"]), ULT(e["cause"], x.law.constants["SBMS_CAUSE_COUNT"]), ULT(e["output"], 3))
    is_output = e["detail"] == x.law.constants["SBMS_FAULT_OUTPUT"]
    return possible == Or(boot, And(edge, of_output), And(stays, of_output, Not(e["high"])),
                          And(fault, is_output, ULT(e["output"], 3), ULT(e["cause"], 3)),
                          And(fault, Not(is_output), e["detail"] != 0, ULT(e["detail"], x.law.constants["SBMS_FAULT_COUNT"])),
                          And(flicker, Or(*[e["detail"] == n for n in (2, 3, 4)])))


# ---- flipped bits ------------------------------------------------------------------------------------------------------


@claim("SAFE-7 LOAD-6", "the CRC is linear: CRCs of what differs differ by the CRC, from 0, of the difference")
def crc_is_linear(x):
    before, difference = BitVec("before", 16), BitVec("difference", 16)
    byte, change = BitVec("byte", 8), BitVec("change", 8)
    both, _ = x.law.call("sbms_crc16", before ^ difference, byte ^ change)
    one, _ = x.law.call("sbms_crc16", before, byte)
    of_difference, _ = x.law.call("sbms_crc16", difference, change)
    return both == one ^ of_difference


@claim("SAFE-7", "of an entry's bytes no one and no two flipped bits are accepted")
def entry_flips(x):
    return flips_found(x, ENTRY_BYTES)


@claim("SAFE-7", "nor any damage within 14 bits in a row, or within two bytes in a row unless these are the last one and its CRC's first")
def entry_bursts(x):
    return bursts_found(x, ENTRY_BYTES)


# ---- the settings ------------------------------------------------------------------------------------------------------


@claim("LOAD-6", "settings in range come back from their bytes as they were")
def settings_come_back(x):
    settings = x.fresh("sbms_control_settings", "settings")
    _, (_, data) = x.law.call("proof_settings_encode", settings, x.fresh("proof_settings_bytes", "stored"))
    stored, (_, read) = x.law.call("proof_settings_decode", data, x.fresh("sbms_control_settings", "garbage"))
    check, _ = x.law.call("sbms_control_check", settings)
    return And((stored == GOOD) == (check == 0), Implies(check == 0, equal(read, settings)))


@claim("LOAD-6", "any bytes: erased exactly when none were stored, good only if of this version, sealed and in range; else the defaults")
def only_settings_are_read(x):
    data = x.fresh("proof_settings_bytes", "stored")
    every = bytes_of(data)
    stored, (_, read) = x.law.call("proof_settings_decode", data, x.fresh("sbms_control_settings", "garbage"))
    check, _ = x.law.call("sbms_control_check", read)
    erased = And(*[byte == 0xFF for byte in every])
    return And((stored == NONE) == erased, ULE(stored, BAD),
               Implies(stored == GOOD, And(sealed(x, every), every[0] == 1, check == 0)),
               Implies(stored != GOOD, And(*[term == 0 for term in read.values()])))


@claim("LOAD-6", "of stored settings no one and no two flipped bits are accepted, and of erased ones these are bad")
def settings_flips(x):
    data = x.fresh("proof_settings_bytes", "stored")
    stored, _ = x.law.call("proof_settings_decode", data, x.fresh("sbms_control_settings", "garbage"))
    zeros = sum_of(8, [~byte for byte in bytes_of(data)])
    return [flips_found(x, SETTINGS_BYTES), Implies(And(zeros != 0, ULE(zeros, 2)), stored == BAD)]


def sum_of(size, vectors):
    """How many bits are set."""
    total = BitVecVal(0, size)
    for vector in vectors:
        for bit in range(vector.size()):
            total = total + ZeroExt(size - 1, Extract(bit, bit, vector))
    return total


@claim("LOAD-6", "nor any damage within 14 bits in a row, or within two bytes in a row unless these are the last one and its CRC's first")
def settings_bursts(x):
    return bursts_found(x, SETTINGS_BYTES)


# What each of these texts of core/ is replaced by, and the rule whose claim then has to fail.
MUTANTS = [
    ("record.c", "    seal(bytes, SBMS_ENTRY_BYTES);", "    put_u16(&bytes[20], record->number);", "SAFE-7"),
    ("record.c", "SBMS_ENTRY_VERSION || !is_sealed(bytes, SBMS_ENTRY_BYTES)", "SBMS_ENTRY_VERSION", "SAFE-7"),
    ("record.c", "high ^= (uint8_t)(high << 5);", "high ^= (uint8_t)(high << 6);", "SAFE-7"),
    ("record.c", "#define OUTPUT_MASK 0x03u", "#define OUTPUT_MASK 0x01u", "SAFE-7"),
    ("record.c", "(record->kind == SBMS_ENTRY_EDGE || !record->high)", "record->output < SBMS_OUTPUT_COUNT", "SAFE-7"),
    ("record.c", "put_u16(&bytes[2], (uint16_t)(value >> 16));", "put_u16(&bytes[2], (uint16_t)(value >> 15));", "SAFE-7"),
    ("record.c", "for (uint8_t i = 0u; i < count; i++) {\n        crc =",
     "for (uint8_t i = 1u; i < count; i++) {\n        crc =", "SAFE-7"),
    ("record.c", "SBMS_SETTINGS_VERSION || !is_sealed(bytes, SBMS_SETTINGS_BYTES) ||", "SBMS_SETTINGS_VERSION ||", "LOAD-6"),
    ("record.c", "        sbms_control_check(&read) != SBMS_SETTINGS_OK) {", "        false) {", "LOAD-6"),
    ("record.c", "all &= bytes[i];", "all |= bytes[i];", "LOAD-6"),
    ("record.c", "bytes[8] = settings->warning_time_s;", "bytes[8] = (uint8_t)(settings->warning_time_s & 0x3Fu);", "LOAD-6"),
]
