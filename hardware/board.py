#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the board, hardware/board/smallbms.kicad_pcb, against the sheets:  hardware/board.py [--update] [--hardware DIRECTORY]

The board is a source: it is placed and routed in KiCad. What must be on it comes from the sheets: each part with its footprint and
value, each pad with its net, and nothing else. The rules of the board, which nets keep a distance and what carries amperes, are in
hardware/board/board.toml. KiCad's own check of the design rules must find nothing, and nothing unconnected.
--update puts into the board what the sheets have and it lacks (new parts beside its outline), takes away what they do not have, and
writes the project and its rules. It places and routes nothing.
Needs pcbnew, the module of Debian's kicad, and so the system's python3.
Exit 0: it is as drawn; 1: it is not, a line each; 2: a sheet or a data file does not hold together.
"""
import argparse
import collections
import json
import math
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pcbnew

import components
import pads
import parts
import tables

HERE = Path(__file__).resolve().parent
LIBRARIES = Path("/usr/share/kicad/footprints")


def project(rules, nets):
    """The text of smallbms.kicad_pro: a class of nets for each group, what KiCad's check asks for, and that all of it is an error."""
    within = rules.data["within_mm"]
    sizes = {"clearance": within, "track_width": within, "via_diameter": 0.6, "via_drill": 0.3, "microvia_diameter": 0.3,
             "microvia_drill": 0.1,
             "diff_pair_gap": 0.25,
             "diff_pair_via_gap": 0.25, "diff_pair_width": 0.2, "bus_width": 12.0, "line_style": 0, "wire_width": 6.0,
             "pcb_color": "rgba(0, 0, 0, 0.000)", "schematic_color": "rgba(0, 0, 0, 0.000)"}
    classes = [{"name": name, "nets": members if name != components.NEAR_MINUS else [], **sizes}
               for name, members in rules.classes(nets).items()]
    least = {"min_clearance": within, "min_track_width": within, "min_via_diameter": 0.6, "min_through_hole_diameter": 0.3,
             "min_via_annular_width": 0.15, "min_hole_to_hole": 0.25, "min_hole_clearance": 0.25, "min_copper_edge_clearance": 0.5,
             "min_silk_clearance": 0.0, "min_microvia_diameter": 0.2, "min_microvia_drill": 0.1, "solder_mask_clearance": 0.0,
             "solder_mask_min_width": 0.0, "allow_blind_buried_vias": False, "allow_microvias": False}
    made = {"board": {"design_settings": {"rules": least, "rule_severities": dict.fromkeys(SEVERE, "error"), "meta": {"version": 2}}},
            "meta": {"filename": "smallbms.kicad_pro", "version": 1},
            "net_settings": {"classes": classes, "meta": {"version": 2}}}
    return json.dumps(made, indent=1) + "\n"


SEVERE = ("clearance", "copper_edge_clearance", "courtyards_overlap", "drill_out_of_range", "duplicate_footprints", "hole_clearance",
          "hole_near_hole", "invalid_outline", "items_not_allowed", "malformed_courtyard", "shorting_items", "silk_over_copper",
          "track_dangling", "track_width", "tracks_crossing", "unconnected_items", "via_annulus", "via_dangling", "zones_intersect")


def custom_rules(rules):
    """The text of smallbms.kicad_dru: nets of two groups keep the distance of 70 V, those that are farther apart more. A pad on no net keeps
    half of it, so that what it bridges keeps all; one with a hole is the shell of a connector, which is on a net of another device, and
    keeps all of it. The last rule that fits is the one that counts."""

    def any_of(item, groups):
        return " || ".join(f"{item}.NetClass == '{name}'" for name in groups)

    far = "".join(f"""(rule far{index}
  (condition "({any_of('A', each['groups'])}) && ({any_of('B', each['others'])})")
  (constraint clearance (min {rules.data["far_mm"]}mm)))
""" for index, each in enumerate(rules.data["far"]))
    return f"""(version 1)
(rule unconnected
  (condition "A.NetName == '' && A.Type == 'Pad'")
  (constraint clearance (min {rules.data["clearance_mm"] / 2}mm)))
(rule shells
  (condition "A.NetName == '' && A.Pad_Type == 'Through-hole'")
  (constraint clearance (min {rules.data["clearance_mm"]}mm)))
(rule groups
  (condition "A.NetClass != B.NetClass && A.NetName != '' && B.NetName != ''")
  (constraint clearance (min {rules.data["clearance_mm"]}mm)))
{far}"""


def library_of(directory, name):
    own = directory / "board" / f"{name}.pretty"
    return own if own.exists() else LIBRARIES / f"{name}.pretty"


def copper_pads(footprint):
    """The pads with a number, which are on copper."""
    return [pad for pad in footprint.Pads() if pad.GetNumber() and pad.IsOnCopperLayer()]


def identifier(footprint):
    return f"{footprint.GetFPID().GetLibNickname()}:{footprint.GetFPID().GetLibItemName()}"


def part_differences(board, wanted, mechanical):
    """What of the parts is not as it is drawn, a text each."""
    found = collections.defaultdict(list)
    for footprint in board.GetFootprints():
        found[footprint.GetReference()].append(footprint)
    yield from (f"{name} is not on the board" for name in wanted if name not in found)
    yield from (f"{name} is on the board {len(each)} times" for name, each in found.items() if len(each) > 1)
    yield from (f"{name} is on the board, and on no sheet" for name in found if name not in wanted and name not in mechanical)
    yield from (f"{name}, a hole, is not on the board" for name in mechanical if name not in found)
    for name, component in wanted.items():
        for footprint in found.get(name, []):
            board_data = component.part.data["board"]
            if identifier(footprint) != board_data["footprint"]:
                yield f"{name} has the footprint {identifier(footprint)}, and its part {board_data['footprint']}"
            if footprint.GetValue() != component.value():
                yield f"{name} is {footprint.GetValue()} on the board, and {component.value()} on its sheet"
            yield from pad_differences(name, footprint, component.pads)


def pad_differences(name, footprint, nets):
    numbers = {pad.GetNumber() for pad in copper_pads(footprint)}
    yield from (f"{name} has no pad {number}" for number in nets if number not in numbers)
    for pad in copper_pads(footprint):
        net = nets.get(pad.GetNumber(), "")
        if pad.GetNetname() != net:
            yield f"{name}.{pad.GetNumber()} is on {pad.GetNetname() or 'no net'}, and drawn on {net or 'no net'}"


def own_shape(footprint, pad):
    """What of a pad is its footprint's, as if it were above and not turned: number, place, size, turn, shape, hole, kind."""
    at, size, mirrored = pad.GetPos0(), pad.GetSize(), -1 if footprint.IsFlipped() else 1
    turned = round(mirrored * (pad.GetOrientationDegrees() - footprint.GetOrientationDegrees())) % 180
    return (pad.GetNumber(), round(at.x / 1e3), round(mirrored * at.y / 1e3), round(size.x / 1e3), round(size.y / 1e3), turned,
            pad.GetShape(), round(pad.GetDrillSize().x / 1e3), pad.GetAttribute())


def library_differences(board, directory):
    """Each footprint has the pads of its library, each number in its place: one that was changed on the board is not the part's."""
    library = {}
    for footprint in board.GetFootprints():
        name = identifier(footprint)
        if name not in library:
            nickname, _, item = name.partition(":")
            found = pcbnew.FootprintLoad(str(library_of(directory, nickname)), item)
            library[name] = None if found is None else {own_shape(found, pad) for pad in found.Pads()}
        if library[name] is None:
            yield f"{footprint.GetReference()}: there is no footprint {name}"
            continue
        changed = library[name] ^ {own_shape(footprint, pad) for pad in footprint.Pads()}
        if changed:
            yield f"{footprint.GetReference()}: the pads {', '.join(sorted({pad[0] for pad in changed}))} are not those of {name}"


def holes(board):
    """Each hole: its middle, its radius in nm, and what it is of."""
    for track in board.GetTracks():
        if isinstance(track, pcbnew.PCB_VIA):
            yield track.GetPosition(), track.GetDrillValue() / 2, f"a via of {track.GetNetname()}"
    for footprint in board.GetFootprints():
        for pad in footprint.Pads():
            if pad.GetDrillSize().x:
                yield pad.GetPosition(), pad.GetDrillSize().x / 2, f"the hole of {footprint.GetReference()}.{pad.GetNumber()}"


def printed(board):
    """What is printed on the board, and where it belongs to: texts and lines, not those that are hidden."""
    for item in board.GetDrawings():
        yield item, repr(item.GetText()) if isinstance(item, pcbnew.PCB_TEXT) else "a line"
    for footprint in board.GetFootprints():
        for item in [*footprint.GraphicalItems(), footprint.Reference(), footprint.Value()]:
            yield item, f"the print of {footprint.GetReference()}"


def distance(at, start, end):
    """Of a point from a straight piece, nm."""
    along, across = (end.x - start.x, end.y - start.y), (at.x - start.x, at.y - start.y)
    length = along[0] ** 2 + along[1] ** 2
    share = min(1, max(0, (along[0] * across[0] + along[1] * across[1]) / length)) if length else 0
    return math.hypot(across[0] - share * along[0], across[1] - share * along[1])


def print_reaches(item, at, reach):
    """Print comes nearer than that to a point."""
    if not isinstance(item, (pcbnew.FP_TEXT, pcbnew.PCB_TEXT)):
        return item.HitTest(at, int(reach))
    ends = item.TransformToSegmentList()
    return any(distance(at, start, end) < reach + item.GetTextThickness() / 2 for start, end in zip(ends[::2], ends[1::2]))


def hole_differences(board, rules):
    """Print keeps away from holes, in which it is lost; holes of vias keep away from lands, whose solder would flow into them."""
    found = list(holes(board))
    for item, name in printed(board):
        if item.GetLayer() in (pcbnew.F_SilkS, pcbnew.B_SilkS) and getattr(item, "IsVisible", lambda: True)():
            for at, radius, whose in found:
                if print_reaches(item, at, radius + rules.data["print_mm"] * 1e6):
                    yield f"{name} is printed over {whose} at {place(at)}"
    lands = [(footprint.GetReference(), pad) for footprint in board.GetFootprints() for pad in footprint.Pads()
             if pad.GetAttribute() == pcbnew.PAD_ATTRIB_SMD]
    for at, radius, whose in found:
        for name, pad in lands:
            if pad.GetEffectivePolygon().Collide(pcbnew.VECTOR2I(at), int(radius + rules.data["land_mm"] * 1e6)):
                yield f"{whose} at {place(at)} is in the land {name}.{pad.GetNumber()}"


def place(at):
    return f"({at.x / 1e6:g} mm, {at.y / 1e6:g} mm)"


def name_differences(board, rules):
    """Each terminal has its name on both sides, each side the one that it is read from."""
    texts = [(item.GetText().replace("-\n", "").replace("\n", " "), item.GetLayer(), item.IsMirrored()) for item in board.GetDrawings()
             if isinstance(item, pcbnew.PCB_TEXT)]
    for side, layer in (("top", pcbnew.F_SilkS), ("bottom", pcbnew.B_SilkS)):
        said = [text for text, where, mirrored in texts if where == layer and mirrored == (side == "bottom")]
        yield from (f"{name} is not printed on the {side}" for name in rules.data["print"][side] if name not in said)


def printed_texts(board):
    """Each text that is printed the right way round for its side: the side's layer, its words, its place, and the part that it is of."""
    for item in board.GetDrawings():
        if isinstance(item, pcbnew.PCB_TEXT) and item.IsMirrored() == (item.GetLayer() == pcbnew.B_SilkS):
            yield item.GetLayer(), item.GetText().replace("-\n", ""), item.GetPosition(), None
    for footprint in board.GetFootprints():
        for item in footprint.GraphicalItems():
            if isinstance(item, pcbnew.FP_TEXT) and item.IsVisible() and item.IsMirrored() == (item.GetLayer() == pcbnew.B_SilkS):
                yield item.GetLayer(), item.GetText(), item.GetPosition(), footprint.GetReference()


def apart_mm(at, pads):
    return min(math.hypot(at.x - pad.GetPosition().x, at.y - pad.GetPosition().y) for pad in pads) / 1e6


def part_name_differences(board, wanted, rules):
    """Each part has its name beside it, on its side, or is one of those that have no room for it."""
    beside, unnamed = rules.data["print"]["beside_mm"], rules.data["print"]["unnamed"]
    texts = list(printed_texts(board))
    for footprint in board.GetFootprints():
        name, layer = footprint.GetReference(), pcbnew.B_SilkS if footprint.IsFlipped() else pcbnew.F_SilkS
        if name in wanted:
            is_printed = any(where == layer and words == name.rpartition(".")[2] and whose == name and apart_mm(at, footprint.Pads()) < beside
                             for where, words, at, whose in texts)
            if is_printed == (name in unnamed):
                yield f"the name of {name} is {'printed, and board.toml has no room for it' if is_printed else 'not printed beside it'}"
    yield from (f"board.toml: {name} is unnamed, and no part" for name in unnamed if name not in wanted)


def contact_differences(board, wanted, rules):
    """Each contact of a connector has its name printed: nearer to it than to any other of the connector, or with its number behind the title."""
    texts, wishes = list(printed_texts(board)), rules.data["print"]
    for footprint in board.GetFootprints():
        name = footprint.GetReference()
        if name not in wanted or wanted[name].part.device != "connector":
            continue
        found = {pad.GetNumber(): pad for pad in copper_pads(footprint)}
        for number, contact in wanted[name].part.data["board"]["pads"].items():
            called = wishes["called"].get(contact, contact)
            near = [at for where, words, at, _ in texts if words == called and where in (pcbnew.F_SilkS, pcbnew.B_SilkS)]
            is_near = number in found and any(apart_mm(at, [found[number]]) < wishes["beside_mm"] and
                                              found[number] == min(found.values(), key=lambda pad: apart_mm(at, [pad])) for at in near)
            title = wishes["titles"].get(name)
            if not is_near and not (title and any(words.startswith(title) and f"{number} {called}" in words.removeprefix(title).split(", ")
                                                  for _, words, _, _ in texts)):
                yield f"{name}: {called} is not printed beside contact {number}"


def bare_differences(board, rules):
    """Nothing is under the shell of a connector but its own pads: no track, no via, no pour, with the mask alone between."""
    for name in rules.data["bare"]:
        footprint = next((each for each in board.GetFootprints() if each.GetReference() == name), None)
        if footprint is None:
            continue
        box = pcbnew.EDA_RECT()
        for item in footprint.GraphicalItems():
            if item.GetLayer() == pcbnew.F_Fab and not isinstance(item, pcbnew.FP_TEXT):
                box.Merge(item.GetBoundingBox())
        for track in board.GetTracks():
            if (isinstance(track, pcbnew.PCB_VIA) or track.GetLayer() == pcbnew.F_Cu) and track.HitTest(box, False):
                yield f"copper of {track.GetNetname()} is under {name} at {place(track.GetPosition())}"
        corners = pcbnew.SHAPE_LINE_CHAIN()
        left, right, top, bottom = box.GetLeft(), box.GetRight(), box.GetTop(), box.GetBottom()
        for x, y in ((left, top), (right, top), (right, bottom), (left, bottom)):
            corners.Append(x, y)
        corners.SetClosed(True)
        body = pcbnew.SHAPE_POLY_SET()
        body.AddOutline(corners)
        for zone in board.Zones():
            if not zone.GetIsRuleArea() and zone.IsOnLayer(pcbnew.F_Cu):
                both = pcbnew.SHAPE_POLY_SET(zone.GetFilledPolysList(pcbnew.F_Cu))
                both.BooleanIntersection(body, pcbnew.SHAPE_POLY_SET.PM_FAST)
                if both.Area() > 1e9:
                    yield f"a pour of {zone.GetNetname()} is under {name}"


def size_mm(board):
    box = board.GetBoardEdgesBoundingBox()
    line = 100000  # of the outline, nm, half on each side
    return [(box.GetWidth() - line) / 1e6, (box.GetHeight() - line) / 1e6]


def size_differences(board, wanted, rules):
    """The outline, the layers, the heights."""
    size = size_mm(board)
    if size[0] > rules.data["outline_mm"][0] + 0.001 or size[1] > rules.data["outline_mm"][1] + 0.001 or min(size) <= 0:
        yield f"the board is {size[0]:g} x {size[1]:g} mm"
    edge = board.GetBoardEdgesBoundingBox()
    for footprint in board.GetFootprints():
        if not all(edge.Contains(pad.GetBoundingBox()) for pad in footprint.Pads()):
            yield f"{footprint.GetReference()} has a pad beside the board"
    if board.GetCopperLayerCount() != rules.data["layers"]:
        yield f"the board has {board.GetCopperLayerCount()} layers"
    above, below = (highest(board, wanted, is_below) for is_below in (False, True))
    if above + below > rules.data["parts_mm"]:
        yield f"the parts are {above:g} mm high above the board and {below:g} below it, together more than {rules.data['parts_mm']}"


def highest(board, wanted, is_below):
    return max((wanted[footprint.GetReference()].part.data["board"]["height_mm"] for footprint in board.GetFootprints()
                if footprint.GetReference() in wanted and footprint.IsFlipped() == is_below), default=0)


def islands(board, net):
    """Each piece of filled copper of a net: its polygon, its layer, and the least width of its zone."""
    for zone in board.Zones():
        if zone.GetNetname() == net:
            for layer in zone.GetLayerSet().Seq():
                filled = zone.GetFilledPolysList(layer)
                for index in range(filled.OutlineCount()):
                    piece = pcbnew.SHAPE_POLY_SET()
                    piece.AddOutline(filled.Outline(index))
                    yield piece, layer, zone.GetMinThickness() / 1e6


def copper_differences(board, rules):
    """What carries amperes, and what cools."""
    pads = {f"{footprint.GetReference()}.{pad.GetNumber()}": pad for footprint in board.GetFootprints() for pad in footprint.Pads()
            if pad.IsOnCopperLayer()}
    for current in rules.data["current"]:
        pieces = [(piece, layer) for piece, layer, width in islands(board, current["net"]) if width >= current["width_mm"]]
        missing = [name for name in current["pads"] if name not in pads]
        if missing or not any(all(touches(piece, layer, pads[name]) for name in current["pads"]) for piece, layer in pieces):
            yield f"{current['net']} does not join {', '.join(current['pads'])} by copper of {current['width_mm']:g} mm"
    for cooling in rules.data["cooling"]:
        area = copper_area(board, cooling["net"])
        if area < cooling["area_mm2"]:
            yield f"{cooling['net']} has {area:.0f} mm2 of copper, less than {cooling['area_mm2']}: {cooling['why']}"


def touches(piece, layer, pad):
    """A piece of copper reaches a pad: a point of the pad's edge, or its middle, is in it."""
    if not pad.IsOnLayer(layer):
        return False
    box, middle = pad.GetBoundingBox(), pad.GetPosition()
    points = [(x, y) for x in (box.GetLeft(), middle.x, box.GetRight()) for y in (box.GetTop(), middle.y, box.GetBottom())]
    return any(piece.Contains(pcbnew.VECTOR2I(x, y)) for x, y in points)


def copper_area(board, net):
    """The copper of a net's zones on all layers, mm2."""
    return sum(abs(piece.Outline(0).Area()) for piece, _, _ in islands(board, net)) / 1e12


def rule_differences(file, board):
    """What KiCad's check of the design rules says, a text each."""
    with tempfile.TemporaryDirectory() as directory:
        report = Path(directory) / "drc.txt"
        if not pcbnew.WriteDRCReport(board, str(report), pcbnew.EDA_UNITS_MILLIMETRES, True):
            yield f"{file.name}: KiCad makes no report"
            return
        text = report.read_text()
    counts = re.findall(r"^\*\* Found (\d+) ", text, re.MULTILINE)
    if len(counts) != 3:
        yield f"{file.name}: KiCad's report has {len(counts)} counts, not 3"
    entries = re.findall(r"^\[(\w+)\]: (.*)\n.*\n((?:    @.*\n)*)", text, re.MULTILINE)
    if len(entries) != sum(map(int, counts)):
        yield f"{file.name}: KiCad's report counts {' + '.join(counts)}, and has {len(entries)} entries"
    for kind, what, where in entries:
        yield f"{kind}: {what} {' and '.join(line.strip() for line in where.splitlines())}"


def file_differences(directory, rules, nets):
    """The project and its rules are those of board.toml and of the sheets."""
    for name, text in written(rules, nets).items():
        file = directory / "board" / name
        if not file.exists() or file.read_text() != text:
            yield f"{name} is not what board.toml and the sheets say: hardware/board.py --update writes it"


def written(rules, nets):
    return {"smallbms.kicad_pro": project(rules, nets), "smallbms.kicad_dru": custom_rules(rules)}


def differences(directory, wanted):
    """The board, and all that is wrong with it, a text each."""
    rules = components.read_rules(directory)
    nets = components.nets_of(wanted)
    said = list(file_differences(directory, rules, nets))
    file = directory / "board" / "smallbms.kicad_pcb"
    board = load(file)
    said += part_differences(board, wanted, rules.data["mechanical"])
    said += size_differences(board, wanted, rules)
    said += copper_differences(board, rules)
    said += library_differences(board, directory)
    said += pads.differences(directory, wanted)
    said += hole_differences(board, rules)
    said += name_differences(board, rules)
    said += part_name_differences(board, wanted, rules)
    said += contact_differences(board, wanted, rules)
    said += bare_differences(board, rules)
    said += rule_differences(file, board)
    return board, said


def load(file):
    if not file.exists():
        raise FileNotFoundError(f"{file} is not there")
    return pcbnew.LoadBoard(str(file.resolve()))


def update(directory):
    """Brings the board to what the sheets say, as far as that is no placing and no routing."""
    wanted, rules = components.read(directory), components.read_rules(directory)
    nets = components.nets_of(wanted)
    file = directory / "board" / "smallbms.kicad_pcb"
    board = load(file)
    found = {footprint.GetReference(): footprint for footprint in board.GetFootprints()}
    for name, footprint in found.items():
        if name not in wanted and name not in rules.data["mechanical"]:
            board.Remove(footprint)
    for index, (name, component) in enumerate(wanted.items()):
        board_data = component.part.data["board"]
        footprint = found.get(name)
        if footprint is None or identifier(footprint) != board_data["footprint"]:
            footprint = new_footprint(board, directory, name, board_data["footprint"], footprint, index)
        footprint.SetValue(component.value())
        for pad in copper_pads(footprint):
            net = component.pads.get(pad.GetNumber(), "")
            if net and not board.FindNet(net):
                board.Add(pcbnew.NETINFO_ITEM(board, net))
            pad.SetNet(board.FindNet(net))
    board.Save(str(file))
    for name, text in written(rules, nets).items():
        (directory / "board" / name).write_text(text)


def new_footprint(board, directory, name, wanted, before, index):
    """A footprint in the place of the one before, else beside the board."""
    library, _, item = wanted.partition(":")
    made = pcbnew.FootprintLoad(str(library_of(directory, library)), item)
    if made is None:
        raise tables.Wrong(f"{name}: there is no footprint {wanted}")
    made.SetFPID(pcbnew.LIB_ID(library, item))
    made.SetReference(name)
    made.Reference().SetVisible(False)
    made.Value().SetVisible(False)
    board.Add(made)
    edge = board.GetBoardEdgesBoundingBox()
    beside = pcbnew.wxPoint(edge.GetRight() + 10_000_000 * (index % 10 + 1), edge.GetTop() + 1_000_000 * index)
    made.SetPosition(before.GetPosition() if before else beside)
    if before:
        if before.IsFlipped():
            made.Flip(made.GetPosition(), False)
        made.SetOrientation(before.GetOrientation())
        board.Remove(before)
    return made


def summary(board, wanted, rules):
    """What one wants to know of the board in a line."""
    cooling = "".join(f", {copper_area(board, each['net']):.0f} mm2 of {each['net']}" for each in rules.data["cooling"])
    wide, high = size_mm(board)
    vias = sum(1 for track in board.GetTracks() if isinstance(track, pcbnew.PCB_VIA))
    below = [footprint.IsFlipped() for footprint in board.GetFootprints() if footprint.GetReference() in wanted]
    return (f"{wide:g} x {high:g} mm, {len(wanted)} parts "
            f"({below.count(False)} above, {below.count(True)} below), "
            f"{len(components.nets_of(wanted))} nets, {vias} vias, "
            f"{highest(board, wanted, False):g} mm high above and {highest(board, wanted, True):g} below{cooling}")


def main(arguments):
    parser = argparse.ArgumentParser(description="Holds the board against the sheets.")
    parser.add_argument("--update", action="store_true", help="bring parts, values and nets of the sheets into the board")
    parser.add_argument("--hardware", type=Path, default=HERE, help="the directory of sheets and data files")
    options = parser.parse_args(arguments)
    try:
        if options.update:
            update(options.hardware)  # pcbnew bears no second board after one that it took parts from
            return subprocess.call([sys.executable, __file__, "--hardware", options.hardware])
        wanted = components.read(options.hardware)
        board, said = differences(options.hardware, wanted)
    except (tables.Wrong, KeyError, OSError) as wrong:
        return tables.refused(wrong)
    return parts.told(said, f"{summary(board, wanted, components.read_rules(options.hardware))}; {len(said)} differences")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
