#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The board is what the sheets say (hardware/board.py), keeps KiCad's rules, and what is spoiled on either side is seen. Its groups of nets are
# those that the simulated device has (hardware/voltages.py), and its pictures are its own.
set -euo pipefail
ROOT=${ROOT:-$(cd "$(dirname "$0")/.." && pwd)}
cd "$ROOT"

. tests/hardware.bash

board() { # STATUS WORDS...: of the copy
    local status=0 words
    /usr/bin/python3 -B "$copy/board.py" >"$directory/said" 2>&1 || status=$?
    [[ $status == "$1" ]] || fail "board.py: exit $status, not $1"
    for words in "${@:2}"; do
        grep --quiet --extended-regexp -- "$words" "$directory/said" || fail "board.py does not say: $words"
    done
}
within() { # SED: in the copy's board, a field of an expression of KiCad's file a line
    change "$copy/board/smallbms.kicad_pcb" "$1"
}

fresh
board 0 '^100 x 37 mm, 227 parts .*; 0 differences$'
cooling=$(sed -n 's/.*, \([0-9]*\) mm2 of CHARGER[.]k;.*/\1/p' "$directory/said")
grep --quiet "BSP316P.* has $cooling mm2 of copper" hardware/README.md || fail "hardware/README.md does not say that BSP316P has $cooling mm2 of copper"
# docs/MANUAL.md and the section of hardware/README.md have the count and the price of the bill of materials; the latter how many parts' pads are
# held against a symbol of KiCad's, and how many of these symbols are another part's
read -r count price siblings symbols < <(python3 - <<'PY'
import csv, io, sys
sys.path.insert(0, "hardware")
import components
known = {part.name: part.data["board"] for part in (each.part for each in components.read().values()) if "symbol" in part.data["board"]}
rows = list(csv.DictReader(io.StringIO(components.bill_of_materials(components.read()))))
for part, words in (("BSS126", "threshold band M"), ("resistor 0.1pct", "25 ppm/K"), ("ABS07-32.768kHz-6", "6 pF")): # without which it is not the circuit
    assert all(words in row["what"] for row in rows if row["part"] == part) and any(row["part"] == part for row in rows), part
print(sum(int(row["quantity"]) for row in rows), round(sum(int(row["quantity"]) * float(row["price_eur_unverified"]) for row in rows)),
      sum(board.get("sibling", False) for board in known.values()), len(known))
PY
)
for page in docs/MANUAL.md hardware/README.md; do
    grep --quiet "$count" "$page" && grep --quiet "$price EUR" "$page" || fail "$page does not say that there are $count parts for $price EUR"
done
grep --quiet "$siblings of $symbols parts" hardware/README.md || fail "hardware/README.md does not say that $siblings of $symbols parts have the symbol of a sibling"
unnamed=$(python3 -c 'import tomllib; print(len(tomllib.load(open("hardware/board/board.toml", "rb"))["print"]["unnamed"]))')
grep --quiet "[.] $unnamed parts have no room" hardware/README.md || fail "hardware/README.md does not say that $unnamed parts have no room for their names"
((failed == 0)) || exit 1
/usr/bin/python3 -B hardware/fabricate.py --check 2>"$directory/said" || fail 'a picture in docs/circuit/ is not that of the board'
# what a manufacturer gets: print without a dot on each hole, masks that leave no via open, a hole for each via and each lead
/usr/bin/python3 -B hardware/fabricate.py --to "$directory/made" --pictures "$directory/pictures" >"$directory/said" 2>&1 || fail 'fabricate.py fails'
for file in smallbms-{F,B}_{Cu,Mask,Paste,Silkscreen}.gbr smallbms-Edge_Cuts.gbr smallbms-{N,}PTH.drl smallbms-assembly-{top,bottom}.pdf bom.csv places.csv notes.txt; do
    [[ -s $directory/made/$file ]] || fail "fabricate.py makes no $file"
done
! grep --quiet 'D03[*]' "$directory"/made/*_Silkscreen.gbr || fail 'the print has dots'
/usr/bin/python3 -B - "$directory/made" >"$directory/said" 2>&1 <<'PY' || fail 'holes and openings of the mask are not those of the board'
import re
import sys
from pathlib import Path

import pcbnew

board = pcbnew.LoadBoard("hardware/board/smallbms.kicad_pcb")
vias = {(track.GetPosition().x, track.GetPosition().y) for track in board.GetTracks() if isinstance(track, pcbnew.PCB_VIA)}
leads = [pad for footprint in board.GetFootprints() for pad in footprint.Pads() if pad.GetAttribute() == pcbnew.PAD_ATTRIB_PTH]
drilled = re.findall(r"^X[-\d.]+Y[-\d.]+$", (Path(sys.argv[1]) / "smallbms-PTH.drl").read_text(), re.MULTILINE)
assert len(drilled) == len(vias) + len(leads), (len(drilled), len(vias), len(leads))
for side in "FB":
    opened = set(re.findall(r"^X(-?\d+)Y(-?\d+)D03", (Path(sys.argv[1]) / f"smallbms-{side}_Mask.gbr").read_text(), re.MULTILINE))
    assert opened and not [at for at in vias if (str(at[0]), str(-at[1])) in opened], side
PY
python3 hardware/voltages.py >"$directory/said" || fail 'a group of nets in board.toml is not what is simulated'

# the sheets
change "$copy/load.sch" '/name=RGS /s/value=1meg/value=1.2meg/'
change "$copy/parts/bc847b.toml" 's/^pads = {1 = "B", 2 = "E"/pads = {1 = "E", 2 = "B"/'
change "$copy/parts/bss126.toml" 's/^pads = .*/pads = {1 = "S", 2 = "G", 3 = "D"}/'
change "$copy/parts/led-red.toml" '/^symbol = /d; /^sibling = /d'
change "$copy/supervisor.sym" 's/name=vdd/name=x/; s/name=vss/name=vdd/; s/name=x/name=vss/'
change "$copy/parts/s1g.toml" 's/Diode_SMD:D_SMA"/Diode_SMD:D_SMB"/'
change "$copy/parts/capacitor-22u-100v.toml" 's/^height_mm = .*/height_mm = 14/'
change "$copy/device.sch" '/model=M8S_03PMMR_SF8001/s/name=J2/name=J7/'
change "$copy/board/board.toml" 's/^store = .*/store = ["SUPPLY[.]STORE", "SENSE_L"]/; s/^area_mm2 = .*/area_mm2 = 6000/; s/^width_mm = 0.5/width_mm = 0.9/; s/"REMOTE.RLB",/"SUPPLY.U1",/'
rm "$copy/board/smallbms.kicad_dru"
board 1 'LOAD.RGS is 1meg on the board, and 1.2meg on its sheet' 'PREALARM.QC.1 is on ' 'SUPPLY.D2 has the footprint Diode_SMD:D_SMA, ' \
    'the parts are 14 mm high above the board and 2.4 below it' 'J7 is not on the board' 'J2 is on the board, and on no sheet' \
    'smallbms.kicad_pro is not what board.toml and the sheets say' 'smallbms.kicad_dru is not what board.toml and the sheets say' 'CHARGER.k has .* mm2 of copper, less than 6000' \
    'LOAD does not join LOAD.M2.2, J1.3 by copper of 0.9 mm' \
    'BC847B: pad 1 is E, and pin 1 of Transistor_BJT:BC847 is B' 'BSS126: pad 2 is G, and pin 2 of Transistor_FET:BSS127S is S' \
    'LTST-C190KRKT: its file names no symbol' 'the name of SUPPLY.U1 is printed, and board.toml has no room for it' \
    'the name of REMOTE.RLB is not printed beside it' 'supply.sch: U2 is drawn with the pins VSS, RESET, VDD, and TPS3839K33 has VDD, RESET, VSS'

# the board: a part that is gone, a net that is another one, a track that is moved, one that is gone, a part beside the board, base and
# emitter exchanged in a footprint, copper that is too thin for its current, print over a hole and over a land, a name that is missing, a hole in a
# land, copper under a shell, copper that is too near to what is 140 V away
fresh
/usr/bin/python3 -B - "$copy/board/smallbms.kicad_pcb" <<'PY'
import sys

import pcbnew

board = pcbnew.LoadBoard(sys.argv[1])
parts = {footprint.GetReference(): footprint for footprint in board.GetFootprints()}
board.Remove(parts["LEDS.RB"])
board.Remove(parts["H2"])
next(iter(parts["HEADER.RT"].Pads())).SetNet(board.FindNet("RESET"))
tracks = [track for track in board.GetTracks() if not isinstance(track, pcbnew.PCB_VIA)]
moved = max((track for track in tracks if track.GetNetname() == "PERMIT"), key=lambda track: track.GetLength())
moved.Move(pcbnew.wxPoint(400000, 400000))
board.Remove(max((track for track in tracks if track.GetNetname() == "SENSE_H"), key=lambda track: track.GetLength()))
parts["LEDS.RR"].Move(pcbnew.wxPoint(40000000, 0))
base, emitter = (next(pad for pad in parts["LOAD.QN"].Pads() if pad.GetNumber() == number) for number in "12")
base.SetNumber("2"), emitter.SetNumber("1")
nets = base.GetNet(), emitter.GetNet()
base.SetNet(nets[1]), emitter.SetNet(nets[0])
for zone in board.Zones():
    if zone.GetNetname() == "PRE":
        zone.SetMinThickness(300000)
texts = {text.GetText(): text for text in board.GetDrawings() if isinstance(text, pcbnew.PCB_TEXT) and text.GetLayer() == pcbnew.F_SilkS}
via = next(track for track in board.GetTracks() if isinstance(track, pcbnew.PCB_VIA) and track.GetNetname() == "CHARGER.k")
texts["smallBMS"].SetPosition(via.GetPosition())
texts["SERIAL"].SetPosition(parts["MCU"].GetPosition() + pcbnew.wxPoint(4200000, 0))
texts["L"].SetText("l")
texts["TXD"].SetText("ADAPTER"), texts["ADAPTER"].SetText("TXD")
legend = next(text for name, text in texts.items() if name.startswith("PROGRAM: "))
legend.SetText(legend.GetText().replace("3 SCK", "3 MOSI"))
next(text for text in parts["SUPPLY.D2"].GraphicalItems() if text.GetLayer() == pcbnew.F_SilkS and getattr(text, "GetText", str)() == "D2").SetText("D3")
drilled = pcbnew.PCB_VIA(board)
drilled.SetPosition(next(iter(parts["SUPPLY.C5"].Pads())).GetPosition())
max((track for track in tracks if track.GetNetname() == "H"), key=lambda track: track.GetLength()).Move(pcbnew.wxPoint(200000, 0))
under = pcbnew.PCB_TRACK(board)
under.SetStart(parts["J2"].GetPosition() + pcbnew.wxPoint(3000000, 0))
under.SetEnd(parts["J2"].GetPosition() + pcbnew.wxPoint(4000000, 0))
under.SetLayer(pcbnew.F_Cu)
for added in (drilled, under):
    added.SetNet(board.FindNet("GND"))
    board.Add(added)
board.Save(sys.argv[1])
PY
board 1 'LEDS.RB is not on the board' 'H2, a hole, is not on the board' 'HEADER.RT.[12] is on RESET, and drawn on TX' 'unconnected_items: .*SENSE_H' \
    'clearance: .*PERMIT|tracks_crossing: .*PERMIT|unconnected_items: .*PERMIT' 'LEDS.RR has a pad beside the board' \
    'LOAD.QN: the pads 1, 2 are not those of Package_TO_SOT_SMD:SOT-23' 'PRE does not join PREALARM.M2.2, J1.4 by copper of 0.5 mm' \
    "'smallBMS' is printed over a via of CHARGER.k at " 'silk_over_copper: ' 'L is not printed on the top' 'a via of .* is in the land SUPPLY.C5' \
    'J5: ADAPTER is not printed beside contact 1' 'J5: TXD is not printed beside contact 3' 'J4: SCK is not printed beside contact 3' \
    'the name of SUPPLY.D2 is not printed beside it' \
    'copper of GND is under J2 at ' 'clearance: .*rule far1 clearance 0.8000 mm; actual 0.6.*Track .H. '
fresh
within 's/(gr_arc (start \(.*\)) (layer "Edge.Cuts")/(gr_line (start 50 50) (end 155 60) (layer "Edge.Cuts")/'
board 1 'the board is 10'

# a group of nets too few
spoil board/board.toml '/^charger_drain/d'
status=0
python3 "$copy/voltages.py" --hardware "$copy" >"$directory/said" 2>&1 || status=$?
[[ $status == 1 ]] && grep --quiet 'of no group CHARGER.k is at' "$directory/said" || fail 'a net that is missing in its group is not seen'
spoil board/board.toml '/^groups = \["store"\]/,/^others/s/"battery"/"load_foldback"/'
status=0
python3 "$copy/voltages.py" --hardware "$copy" >"$directory/said" 2>&1 || status=$?
[[ $status == 1 ]] && grep --quiet 'reversed, the store charged: battery and store are 139.* V apart, and not listed as far' "$directory/said" &&
    grep --quiet 'load_foldback and store are listed as far .*, and in no state' "$directory/said" || fail 'groups that are too far apart, or listed as if they were, are not seen'
exit $failed
