"""Reads runs of constants in lists and dicts, such as `"a": 1, "b": -2,`, without the automaton, to load tables fast.

A run begins behind a comma and ends with one, and the items before it are a list on the stack of the automaton. So the
automaton is in the same state before and after the run, and only that list grows.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Callable
from typing import Any

from rasp.base.diagnostics import Source, Span
from rasp.syntax import tree
from rasp.syntax.automaton import Automaton
from rasp.syntax.parser_tables import ParserTables

SPACE = r"[ \t\f\r\n]*"
CONSTANT = r'("[^"\r\n]*"|-?[0-9]{1,15})'  # longer ints are left to the automaton, which knows their limit
ITEM = re.compile(f"{SPACE}{CONSTANT}{SPACE},")
ENTRY = re.compile(f"{SPACE}{CONSTANT}{SPACE}:{SPACE}{CONSTANT}{SPACE},")


class ConstantRuns:
    """Reads the constants behind the commas of lists and dicts."""

    def __init__(self, tables: ParserTables) -> None:
        self._symbols = tables.behind_commas

    def end(self, automaton: Automaton, source: Source, line: str, at: int, base: int) -> int:
        """Reads the constants at an offset of a line into the tree, and returns the offset behind their last comma.

        It is `at` if there are none. `base` is the offset of the line in the source.
        """
        symbol = self._symbols.get(automaton.states[-1])
        if symbol is None:
            return at
        enabled = gc.isenabled()
        try:  # a table makes thousands of objects, none of which is garbage yet
            gc.disable()
            return READERS[symbol](automaton.values[-2], source, line, at, base)
        finally:
            if enabled:
                gc.enable()


def _items(items: list[Any], source: Source, line: str, at: int, base: int) -> int:
    while (match := ITEM.match(line, at)) is not None:
        items.append(_constant(match[1], source, base + match.start(1)))
        at = match.end()
    return at


def _entries(entries: list[Any], source: Source, line: str, at: int, base: int) -> int:
    while (match := ENTRY.match(line, at)) is not None:
        key = _constant(match[1], source, base + match.start(1))
        entries.append((key, _constant(match[2], source, base + match.start(2))))
        at = match.end()
    return at


READERS: dict[str, Callable[[list[Any], Source, str, int, int], int]] = {"values": _items, "entries": _entries}


def _constant(text: str, source: Source, start: int) -> tree.SyntaxNode:
    """The tree of a constant, as the builder makes it."""
    span = Span(source, start, start + len(text))
    if text[0] == '"':
        return tree.Literal(text[1:-1], span=span)
    if text[0] == "-":
        return tree.Unary("-", tree.Literal(int(text[1:]), span=Span(source, start + 1, span.end)), span=span)
    return tree.Literal(int(text), span=span)
