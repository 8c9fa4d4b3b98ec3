#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes of the board what a manufacturer wants, and its picture:  hardware/fabricate.py [--to DIRECTORY] [--pictures DIRECTORY] [--check]

Into --to go the Gerber files, the drill file, an assembly drawing a side with the name of each part, the places of the parts (CSV), the
bill of materials and notes. Into --pictures go board-top.svg and board-bottom.svg: the board as it looks, the lower side as it is
seen from below.
--check writes nothing, and says which picture is not that of the board.
"""
import argparse
import csv
import sys
from pathlib import Path

import pcbnew

import board as checked
import components

HERE = Path(__file__).resolve().parent
LAYERS = {"F_Cu": pcbnew.F_Cu, "B_Cu": pcbnew.B_Cu, "F_Mask": pcbnew.F_Mask, "B_Mask": pcbnew.B_Mask, "F_Paste": pcbnew.F_Paste,
          "B_Paste": pcbnew.B_Paste, "F_Silkscreen": pcbnew.F_SilkS, "B_Silkscreen": pcbnew.B_SilkS, "Edge_Cuts": pcbnew.Edge_Cuts}
SIDES = {"top": (pcbnew.F_Cu, pcbnew.F_Mask, pcbnew.F_SilkS, pcbnew.F_Fab),
         "bottom": (pcbnew.B_Cu, pcbnew.B_Mask, pcbnew.B_SilkS, pcbnew.B_Fab)}
STYLE = (".board{fill:#0b4d33}.copper{fill:#1a7a54}.track{fill:none;stroke:#1a7a54;stroke-linecap:round}.mask{fill:#d9c489}"
         ".silk{fill:none;stroke:#fff;stroke-linecap:round}.hole{fill:#20242a}path{fill-rule:evenodd}")


def plotter(board, directory):
    """KiCad's plotter, and its options."""
    control = pcbnew.PLOT_CONTROLLER(board)
    options = control.GetPlotOptions()
    options.SetOutputDirectory(str(directory))
    options.SetPlotFrameRef(False)
    options.SetPlotValue(False)
    options.SetPlotReference(True)
    options.SetPlotInvisibleText(False)
    options.SetSubtractMaskFromSilk(False)
    options.SetSketchPadsOnFabLayers(False)
    options.SetDrillMarksType(pcbnew.PCB_PLOT_PARAMS.NO_DRILL_SHAPE)  # else the print has a dot on each hole
    return control, options


def plot(board, directory, name, layers, form):
    """One file of one layer, or of several on top of one another; its path."""
    control, _ = plotter(board, directory)
    control.SetLayer(layers[0])
    control.OpenPlotfile(name, form, "")
    for layer in layers:
        control.SetLayer(layer)
        control.PlotLayer()
    path = Path(control.GetPlotFileName())
    control.ClosePlot()
    return path


def gerbers(board, directory):
    for name, layer in LAYERS.items():
        plot(board, directory, name, [layer], pcbnew.PLOT_FORMAT_GERBER)
    for side, (_, _, _, fabrication) in SIDES.items():
        plot(board, directory, f"assembly-{side}", [fabrication, pcbnew.Edge_Cuts], pcbnew.PLOT_FORMAT_PDF)
    writer = pcbnew.EXCELLON_WRITER(board)
    writer.SetFormat(True)
    writer.SetOptions(False, False, pcbnew.wxPoint(0, 0), False)
    writer.CreateDrillandMapFilesSet(str(directory), True, False)


def places(board, found):
    """Where the assembler puts each part: mm from the lower left corner, degrees, side."""
    box = board.GetBoardEdgesBoundingBox()
    for footprint in sorted(board.GetFootprints(), key=lambda each: each.GetReference()):
        if footprint.GetReference() in found:
            at = footprint.GetPosition()
            yield (footprint.GetReference(), footprint.GetValue(), str(footprint.GetFPID().GetLibItemName()), f"{(at.x - box.GetLeft()) / 1e6:.2f}",
                   f"{(box.GetBottom() - at.y) / 1e6:.2f}", f"{footprint.GetOrientationDegrees():g}", "bottom" if footprint.IsFlipped() else "top")


def outlines(polygons):
    """The data of a path: each outline of a set of polygons, with its holes."""
    made = []
    for index in range(polygons.OutlineCount()):
        chains = [polygons.Outline(index), *(polygons.Hole(index, hole) for hole in range(polygons.HoleCount(index)))]
        for chain in chains:
            points = [f"{chain.CPoint(each).x / 1e6:.2f} {chain.CPoint(each).y / 1e6:.2f}" for each in range(chain.PointCount())]
            made.append(f"M{'L'.join(points)}z")
    return "".join(made)


def copper(board, layer):
    """Zones as areas, tracks as lines of their width."""
    for zone in board.Zones():
        if zone.IsOnLayer(layer):
            yield f'<path d="{outlines(zone.GetFilledPolysList(layer))}"/>'
    widths = {}
    for track in board.GetTracks():
        if isinstance(track, pcbnew.PCB_VIA):
            at = track.GetPosition()
            yield f'<circle cx="{at.x / 1e6:.2f}" cy="{at.y / 1e6:.2f}" r="{track.GetWidth() / 2e6:.2f}"/>'
        elif track.GetLayer() == layer:
            start, end = track.GetStart(), track.GetEnd()
            widths.setdefault(track.GetWidth(), []).append(f"M{start.x / 1e6:.2f} {start.y / 1e6:.2f}L{end.x / 1e6:.2f} {end.y / 1e6:.2f}")
    for width, pieces in sorted(widths.items()):
        yield f'<path class="track" stroke-width="{width / 1e6:g}" d="{"".join(pieces)}"/>'


def pads(board, layer):
    """What the solder mask leaves open."""
    for footprint in board.GetFootprints():
        found = [outlines(pad.GetEffectivePolygon()) for pad in footprint.Pads() if pad.IsOnLayer(layer)]
        if found:
            yield f'<path d="{"".join(found)}"/>'


def point(at):
    return f"{at.x / 1e6:.2f} {at.y / 1e6:.2f}"


def strokes(item):
    """The data of a path for a drawn line, arc, circle or text."""
    if isinstance(item, (pcbnew.FP_TEXT, pcbnew.PCB_TEXT)):
        ends = item.TransformToSegmentList()
        return "".join(f"M{point(start)}L{point(end)}" for start, end in zip(ends[::2], ends[1::2]))
    kind = item.GetShape()
    if kind == pcbnew.SHAPE_T_CIRCLE:
        radius, middle = item.GetRadius() / 1e6, item.GetCenter()
        left, right = (pcbnew.wxPoint(int(middle.x + sign * radius * 1e6), middle.y) for sign in (-1, 1))
        return f"M{point(left)}A{radius:.2f} {radius:.2f} 0 1 0 {point(right)}A{radius:.2f} {radius:.2f} 0 1 0 {point(left)}"
    if kind == pcbnew.SHAPE_T_ARC:
        radius = item.GetRadius() / 1e6
        flags = f"{int(abs(item.GetArcAngle()) > 1800)} {int(item.GetArcAngle() > 0)}"
        return f"M{point(item.GetStart())}A{radius:.2f} {radius:.2f} 0 {flags} {point(item.GetEnd())}"
    if kind == pcbnew.SHAPE_T_POLY:
        return outlines(item.GetPolyShape())
    return f"M{point(item.GetStart())}L{point(item.GetEnd())}"


def silk(board, layer):
    """The lines of the print by their widths, and its texts."""
    items = list(board.GetDrawings())
    for footprint in board.GetFootprints():
        items += [*footprint.GraphicalItems(), footprint.Reference()]
    widths = {}
    for item in items:
        is_text = isinstance(item, (pcbnew.FP_TEXT, pcbnew.PCB_TEXT))
        if item.GetLayer() == layer and (item.IsVisible() if is_text else True):
            width = item.GetTextThickness() if is_text else item.GetWidth()
            widths.setdefault(width, []).append(strokes(item))
    for width, pieces in sorted(widths.items()):
        yield f'<path stroke-width="{width / 1e6:g}" d="{"".join(pieces)}"/>'


def picture(board, side):
    """The board as it looks from one side."""
    copper_layer, mask_layer, silk_layer, _ = SIDES[side]
    box = board.GetBoardEdgesBoundingBox()
    left, top, wide, high = (value / 1e6 for value in (box.GetLeft(), box.GetTop(), box.GetWidth(), box.GetHeight()))
    mirror = f' transform="translate({2 * left + wide:g} 0) scale(-1 1)"' if side == "bottom" else ""
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left - 1:g} {top - 1:g} {wide + 2:g} {high + 2:g}" role="img">',
             "<!-- made by make board -->", f"<title>the board, {side}</title>", f"<style>{STYLE}</style>", f"<g{mirror}>",
             f'<rect class="board" x="{left:g}" y="{top:g}" width="{wide:g}" height="{high:g}" rx="1"/>']
    for name, elements in (("copper", copper(board, copper_layer)), ("mask", pads(board, mask_layer)), ("silk", silk(board, silk_layer))):
        lines += [f'<g class="{name}">', *elements, "</g>"]
    lines += [f'<circle class="hole" cx="{at.x / 1e6:.2f}" cy="{at.y / 1e6:.2f}" r="{radius / 1e6:.2f}"/>' for at, radius, _ in checked.holes(board)]
    return "\n".join([*lines, "</g>", "</svg>", ""])


def notes(board, rules):
    """What a manufacturer and who solders have to know and no Gerber file says."""
    wide, high = checked.size_mm(board)
    narrowest = min(track.GetWidth() for track in board.GetTracks() if not isinstance(track, pcbnew.PCB_VIA))
    drills = sorted({radius * 2 for _, radius, _ in checked.holes(board)})
    letters = [item for item, _ in checked.printed(board) if isinstance(item, (pcbnew.FP_TEXT, pcbnew.PCB_TEXT)) and item.IsVisible()
               and item.GetLayer() in (pcbnew.F_SilkS, pcbnew.B_SilkS)]
    least = [min(found) / 1e6 for found in zip(*((item.GetTextHeight(), item.GetTextThickness()) for item in letters))]
    thick = board.GetDesignSettings().GetBoardThickness() / 1e6
    return f"""smallBMS, {wide:g} x {high:g} mm, {board.GetCopperLayerCount()} layers, {thick:g} mm, FR-4, copper of 35 um
tracks of {narrowest / 1e6:g} mm and more, gaps of {rules.data["within_mm"]:g} mm and more, the smallest hole {drills[0] / 1e6:g} mm
vias: under the solder mask on both sides, not filled; none is in a land
print: letters of {least[0]:g} mm and more, of lines of {least[1]:g} mm and more
parts on both sides; leads of parts with holes: cut to 2.4 mm below the board
FIRST: the holes of J2 and J3 are not verified. Before you order, lay the M8 plug and socket that you bought on a print of this board, 1 : 1
THEN: compare footprint and pads of each part of bom.csv with its data sheet: heights and lands are as remembered
bom.csv's column `what` is a part of the order: BSS126 of the threshold band M alone, resistors of 25 ppm/K, a crystal for 6 pF
clean the board after soldering, and coat it: nodes of megohms are moved by dirt and water
"""


def main(arguments):
    parser = argparse.ArgumentParser(description="Makes Gerber files, drill file and pictures of the board.")
    parser.add_argument("--to", type=Path, default=HERE.parent / "build" / "board", help="the directory of what a manufacturer wants")
    parser.add_argument("--pictures", type=Path, default=HERE.parent / "docs" / "circuit", help="the directory of the pictures")
    parser.add_argument("--check", action="store_true", help="write nothing, and say which picture is not that of the board")
    parser.add_argument("--hardware", type=Path, default=HERE, help="the directory of sheets and data files")
    options = parser.parse_args(arguments)
    board = checked.load(options.hardware / "board" / "smallbms.kicad_pcb")
    failed = 0
    for side in SIDES:
        file, made = options.pictures / f"board-{side}.svg", picture(board, side)
        if options.check and (not file.exists() or file.read_text() != made):
            print(f"{file.name} is not the picture of the board: make board makes it", file=sys.stderr)
            failed = 1
        elif not options.check:
            options.pictures.mkdir(parents=True, exist_ok=True)
            file.write_text(made)
    if options.check:
        return failed
    found = components.read(options.hardware)
    options.to.mkdir(parents=True, exist_ok=True)
    gerbers(board, options.to)
    (options.to / "notes.txt").write_text(notes(board, components.read_rules(options.hardware)))
    (options.to / "bom.csv").write_text(components.bill_of_materials(found))
    with (options.to / "places.csv").open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([("name", "value", "footprint", "x_mm", "y_mm", "turned_deg", "side"), *places(board, found)])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
