#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The drawings of docs/drawings/ are well-formed, are coloured for light and for dark, say only what the tree has (rules, source
# paths, names in the code), and are shown by a document. Those that smallbms draw has made are tested by tests/test_draw.sh.
set -euo pipefail
cd "${ROOT:-$(dirname "$0")/..}"

python3 - <<'PY'
import pathlib
import re
import sys
import xml.etree.ElementTree

failed = False
rules = set(re.findall(r"^\| ([A-Z]+-\d+) \|", pathlib.Path("docs/SPEC.md").read_text(), re.MULTILINE))
sources = [*pathlib.Path("core").rglob("*.[ch]"), *pathlib.Path("firmware").rglob("*.[ch]")]
code = "\n".join(source.read_text() for source in sources)
documents = "\n".join(document.read_text() for document in [*pathlib.Path(".").glob("*.md"), *pathlib.Path("docs").glob("*.md")])


def fail(drawing, message):
    global failed
    print(f"{drawing}: {message}", file=sys.stderr)
    failed = True


def colours(style):
    """Of a style sheet: each selector with the properties that colour something."""
    return {
        (selector.strip(), name)
        for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", style)
        for name, value in re.findall(r"(fill|stroke)\s*:\s*([^;}]+)", body)
        if value.strip() != "none"
    }


def check_style(drawing, root):
    style = root.findtext("{*}style") or ""
    light, _, dark = style.partition("@media (prefers-color-scheme: dark) {")
    for selector, name in sorted(colours(light) ^ colours(dark)):
        fail(drawing, f"{selector} has a {name} in one of light and dark only")
    if not colours(light):
        fail(drawing, "has no colours")
    for element in root.iter():
        for name in element.get("class", "").split():
            if f".{name} " not in light:
                fail(drawing, f"the class {name} is not in its style")
        if element.tag.endswith("}rect") and "class" not in element.attrib or {"fill", "stroke", "style"} & set(element.attrib):
            fail(drawing, f"{element.attrib} is coloured without a class")


def check_words(drawing, root):
    text = " ".join(word for element in root.iter() if not element.tag.endswith("style") for word in element.itertext())
    for rule in sorted(set(re.findall(r"\b[A-Z]{3,4}-\d+\b", text)) - rules):
        fail(drawing, f"{rule} is no rule of docs/SPEC.md")
    for path in sorted(set(re.findall(r"\b[a-z]\w*/[\w./]*", text))):
        if not pathlib.Path(path).exists():
            fail(drawing, f"{path} is not there")
    for name in sorted(set(re.findall(r"\b(?:SBMS|PHASE)_\w+|\b\w+(?=\(\))", text))):
        if not re.search(rf"\b{name}\b", code):
            fail(drawing, f"no source of core/ or firmware/ has {name}")
    if not re.search(r"\b[a-z]\w*/\w", text):
        fail(drawing, "names no source")


made = 0  # by smallbms draw
drawings = sorted(pathlib.Path("docs/drawings").glob("*"))
for drawing in drawings:
    try:
        root = xml.etree.ElementTree.parse(drawing).getroot()
    except xml.etree.ElementTree.ParseError as error:
        fail(drawing, f"is not well-formed: {error}")
        continue
    if root.get("class") == "smallbms-wiring":
        made += 1
        continue
    if not root.findtext("{*}title") or not root.findtext("{*}desc"):
        fail(drawing, "has no title and description")
    check_style(drawing, root)
    check_words(drawing, root)
    if f"drawings/{drawing.name}" not in documents:
        fail(drawing, "is shown by no document")
if len(drawings) - made < 3:
    fail("docs/drawings", f"{len(drawings) - made} drawings, not 3")
if not failed:
    print(f"docs/drawings: {len(drawings) - made} drawings say what is there")
sys.exit(failed)
PY
