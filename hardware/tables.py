# SPDX-License-Identifier: Apache-2.0
"""Reads a data file (TOML). What does not hold together is Wrong, with its place; so is a key that somebody asks for and that is not there."""
import sys
import tomllib


class Wrong(Exception):
    """A sheet or a data file that cannot be used; the text says where and why."""


class Table(dict):
    """A table of a file, which knows where it stands."""

    def __init__(self, place, content):
        super().__init__(content)
        self.place = place

    def __missing__(self, key):
        raise Wrong(f"{self.place} lacks {key}")

    def __reduce__(self):
        return Table, (self.place, dict(self))

    def __or__(self, other):
        return Table(getattr(other, "place", self.place), super().__or__(other))

    def __ror__(self, other):
        return Table(self.place, super().__ror__(other))


def placed(value, place):
    """All tables below a value, each with its place."""
    if isinstance(value, dict):
        return Table(place, {key: placed(each, f"{place}: {key}") for key, each in value.items()})
    if isinstance(value, list):
        return [placed(each, f"{place} {each.get('name', number) if isinstance(each, dict) else number}") for number, each in enumerate(value, 1)]
    return value


def read(path, text=None):
    """The file's table; `text` is what it holds, if something was put into it."""
    try:
        return placed(tomllib.loads(path.read_text() if text is None else text), path.name)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise Wrong(f"{path.name}: {wrong}") from None


def refused(wrong):
    """Tells what does not hold together; the exit code of a program that stops there."""
    print(f"{type(wrong).__name__}: {wrong}" if isinstance(wrong, KeyError) else wrong, file=sys.stderr)
    return 2
