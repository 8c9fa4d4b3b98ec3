#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The SPICE cards of hardware/parts/ hold the figures of their data sheets (hardware/models.py), and what is spoiled is seen: each
# parameter of each typical card, the name of a measure, a card that ngspice does not read, a data file that does not hold together.
set -euo pipefail
ROOT=${ROOT:-$(cd "$(dirname "$0")/.." && pwd)}
cd "$ROOT"

. tests/hardware.bash

from=hardware
models() { # STATUS WORDS [ARGUMENT...]: of the folder `from`
    local status=0
    python3 "$from/models.py" "${@:3}" >"$directory/said" 2>&1 || status=$?
    [[ $status == "$1" ]] || fail "models.py ${*:3}: exit $status, not $1"
    grep --quiet --fixed-strings -- "$2" "$directory/said" || fail "models.py ${*:3} does not say: $2"
}
models 0 ', 0 fail;'
if ((failed)); then
    exit 1
fi
for part in hardware/parts/*.toml; do
    name=$(sed --quiet 's/^name = "\(.*\)"$/\1/p' "$part")
    grep --quiet --fixed-strings "$name: " "$directory/said" || fail "the table has no part $name"
done

from=$copy
fresh
sed -i 's/^typical = {vto = -2.169,/typical = {vto = -2.5,/' "$copy/parts/bss126.toml"
models 1 'typical is -2.4' BSS126
fresh
sed -i 's/echo measure {name}/echo measured {name}/' "$copy/spice.py"
models 1 'measured nothing, not resistance' 'resistor 1pct'
fresh
sed -i 's/"op"\]/"opp"]/' "$copy/benches.py"
models 1 FAIL 'resistor 1pct'
fresh
sed -i 's/^R1 a b/R1 a/' "$copy/parts/resistor.toml"
models 1 FAIL 'resistor 1pct'
fresh
sed -i 's/quantity = "g_fs"/quantity = "g_fz"/' "$copy/parts/bss126.toml"
models 2 'bss126.toml: no bench measures the quantity g_fz' BSS126
fresh
sed -i 's/source = "transcript"/source = "nobody"/' "$copy/parts/bss126.toml"
models 2 'bss126.toml: q_g: no source nobody' BSS126
fresh
sed -i 's/id_a = 8e-6, min/id = 8e-6, min/' "$copy/parts/bss126.toml"
models 2 'bss126.toml: vgs_th has no condition id' BSS126
fresh
sed -i 's/k_w = 250/k_w = 260/' "$copy/parts/bss126.toml"
models 2 'the stages sum to 250, not 260 K/W' BSS126
fresh
sed -i 's/^minimum = {vto = -2.266, /minimum = {/' "$copy/parts/bss126.toml"
models 2 "bss126.toml: minimum: the card's parameters are" BSS126
fresh
sed -i 's/"ngspice", "-n"/"ngspice-that-is-not-here", "-n"/' "$copy/spice.py"
models 1 'ngspice is not here' 'resistor 1pct'
from=hardware
models 2 'there is no part BSS127' BSS127

PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=hardware python3 - <<'PY' || failed=1
import concurrent.futures
import copy
import sys

import models
import parts
import spice

failed = False


def fail(message):
    global failed
    print(message, file=sys.stderr)
    failed = True


# each parameter of a typical card three times as large, or as on another card where it is 0
def spoiled(part):
    for name, value in part.corners["typical"].items():
        other = copy.deepcopy(part)
        changed = [corner[name] for corner in part.corners.values() if corner[name] != value]
        other.corners["typical"][name] = 3 * value if value or not changed else changed[-1]
        yield name, other


def is_seen(part):
    return any(faults for _, _, faults in models.measure(part, ("typical",)))


cases = [(part.name, name, other) for part in parts.read() for name, other in spoiled(part)]
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    for (part, name, _), seen in zip(cases, pool.map(is_seen, [case[2] for case in cases])):
        if not seen:
            fail(f"{part}: no figure sees that {name} is three times as large on the typical card")

# what ngspice may say, and what must not be believed
bench = spice.Bench("a bench", [], [], {"x": "1"})
good = "measure x 1.5\nbench ended\n"
if spice.check(good, [bench]) != [{"x": 1.5}]:
    fail("a good run is not read")
for text in ("bench ended\n", "measure x 1.5\n", "measure y 1.5\nbench ended\n", "measure x 1\nmeasure x 1\nbench ended\n",
             "measure x nan\nbench ended\n", "measure x inf\nbench ended\n", "measure x \nbench ended\n", good + good,
             "Note: Starting dynamic gmin stepping\n" + good, "Error: measure x failed\n" + good,
             "Warning: singular matrix: check node g\n" + good, "doAnalyses: TRAN: Timestep too small\n" + good):
    try:
        spice.check(text, [bench])
        fail(f"believed: {text!r}")
    except spice.Doubtful:
        pass
print(f"{len(cases)} parameters of typical cards spoiled, each seen")
sys.exit(failed)
PY
exit $failed
