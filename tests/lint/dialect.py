# SPDX-License-Identifier: Apache-2.0
"""Names each place where a C source leaves the project's dialect:  tests/lint/dialect.py FILE..."""
import pathlib
import re
import sys

HIDDEN = re.compile(
    r"""/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'"""
    r"""|^[ \t]*\#[ \t]*(?:include|if|ifdef|ifndef|elif|else|endif|error)\b[^\n]*""",
    re.DOTALL | re.MULTILINE,
)
BODY = re.compile(r"\b(if|for|while|else|do)\b")


def visible(text):
    """`text` with comments, literals, conditionals of the preprocessor and continuations blank, line ends kept."""
    hidden = HIDDEN.sub(lambda found: re.sub(r"[^\n]", " ", found.group(0)), text)
    return hidden.replace("\\\n", " \n")


def behind_parentheses(text, at):
    depth = 0
    for place in range(at, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if depth == 0:
            return place + 1
    return len(text)


def next_word(text, at):
    return at + len(text[at:]) - len(text[at:].lstrip())


def bare_bodies(text):
    for found in BODY.finditer(text):
        keyword, at = found.group(1), next_word(text, found.end())
        if keyword in ("if", "for", "while"):
            if not text.startswith("(", at):
                continue
            at = next_word(text, behind_parentheses(text, at))
        ends_do = keyword == "while" and text[: found.start()].rstrip(" ").endswith("}")
        else_if = keyword == "else" and re.match(r"if\b", text[at:])
        if not (text.startswith("{", at) or ends_do or else_if):
            yield found.start(), f"the body of {keyword} has no braces"


def typedefs(text):
    for found in re.finditer(r"\btypedef\s+(?:const\s+)?(struct|enum|union)\b", text):
        yield found.start(), f"a typedef of a {found.group(1)}: name the type by its tag"


def main():
    failed = False
    for name in sys.argv[1:]:
        text = visible(pathlib.Path(name).read_text())
        for at, what in sorted([*bare_bodies(text), *typedefs(text)]):
            print(f"{name}:{text.count(chr(10), 0, at) + 1}: {what}", file=sys.stderr)
            failed = True
    return failed


sys.exit(main())
