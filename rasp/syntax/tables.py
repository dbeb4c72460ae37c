"""The parser tables of the grammar: LALR(1) tables for `automaton.py` and `lexer.py`, and their form as JSON.

Lark makes them (`build.py`), which takes some 150 ms. So they are shipped beside this module in `tables.json`, and Lark
is not even imported when they fit the grammar (`loading.py`). Tables are plain JSON: loading them runs no code.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any

FORMAT = 1  # of the JSON; raise it when the layout of `ParserTables` changes
SHIPPED = Path(__file__).with_name("tables.json")


@dataclass(frozen=True)
class ParserTables:
    """What the lexer and the automaton need.

    A kind is the name of a terminal (`NAME`), or its text if it has just one (`==` has not, `for` and `(` have).
    A row maps the kinds and the grammar's symbols of a state to what to do: `n >= 0` is "go to state n", `~n` is
    "reduce by rule n". A rule is its symbol, the number of its parts, and the name of the alternative, or None if it
    passes on its only part.
    """

    patterns: dict[str, str]  # kind -> regular expression, in the order in which they are tried
    literals: list[str]  # kinds that are their own text
    ignored: list[str]  # kinds of `patterns` that the automaton never sees
    rules: list[tuple[str, int, str | None]]
    rows: list[dict[str, int]]
    starts: dict[str, int]
    ends: dict[str, int]
    # Where chains of rules that pass on their part lead to: state below, state, next kind -> state. The automaton finds
    # them out; they live and die with the tables that they hold for.
    shortcuts: dict[tuple[int, int, str], int] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def accessing_symbols(self) -> dict[int, str]:
        """By what each state is reached: only one symbol or kind leads to a state."""
        return {target: name for row in self.rows for name, target in row.items() if target >= 0}


def key_of(grammar: bytes) -> str:
    """Says for which grammar, in which format, tables were made. Line ends do not matter.

    >>> key_of(b"a\\r\\n") == key_of(b"a\\n") != key_of(b"b\\n")
    True
    """
    text = grammar.replace(bytes([13, 10]), bytes([10]))
    return f"{FORMAT}-{len(text)}-{zlib.crc32(text):08x}"  # hashlib would take longer to import than the tables to load


def to_json(key: str, content: ParserTables) -> str:
    """Tables as JSON, a row a line; many states have the same row, which is written once."""
    rows = sorted({json.dumps(row, sort_keys=True) for row in content.rows})
    places = {row: place for place, row in enumerate(rows)}
    states = [places[json.dumps(row, sort_keys=True)] for row in content.rows]
    names = [part.name for part in fields(ParserTables) if part.compare and part.name != "rows"]
    rest = {name: getattr(content, name) for name in names}  # `patterns` stay in the order in which they are tried
    head = json.dumps({"key": key, **rest, "states": states})[:-1]
    return head + ', "rows": [\n' + ",\n".join(rows) + "\n]}\n"


def from_json(content: dict[str, Any]) -> ParserTables:
    """The reverse of `to_json`."""
    rows = content["rows"]
    return ParserTables(
        patterns=content["patterns"],
        literals=content["literals"],
        ignored=content["ignored"],
        rules=[(symbol, size, name) for symbol, size, name in content["rules"]],
        rows=[rows[place] for place in content["states"]],
        starts=content["starts"],
        ends=content["ends"],
    )
