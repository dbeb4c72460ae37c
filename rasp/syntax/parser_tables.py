"""The tables of the LALR(1) parser and of the lexer, and their format as JSON.

Lark builds them (`build.py`), which takes some 250 ms with its import. So they are shipped beside this module in
`tables.json`, and Lark is not imported if they fit the grammar (`loading.py`). Because the format is JSON, loading runs
no code.
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

    The *kind* of a token is the name of its terminal (`NAME`), or its text if the terminal has just one (as `for` and
    `(`, but not `==`). A row maps kinds and nonterminals to the action of a state: `n >= 0` is "shift, or go to,
    state n", and `~n` is "reduce by rule n". A rule is its nonterminal, the number of its parts, and the name of the
    alternative, or None for a unit rule, which passes on its only part.
    """

    patterns: dict[str, str]  # kind -> regular expression, in the order in which they are tried
    literals: list[str]  # kinds that are their own text
    ignored: list[str]  # kinds of `patterns` that the automaton never sees
    rules: list[tuple[str, int, str | None]]
    rows: list[dict[str, int]]
    starts: dict[str, int]
    ends: dict[str, int]
    # Cache of the automaton for chains of unit rules: (state below, state, next kind) -> state after the reductions.
    # It is kept here because it is valid for these tables only.
    shortcuts: dict[tuple[int, int, str], int] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def accessing_symbols(self) -> dict[int, str]:
        """The symbol by which each state is entered; in an LR automaton it is unique."""
        return {target: name for row in self.rows for name, target in row.items() if target >= 0}

    @cached_property
    def behind_commas(self) -> dict[int, str]:
        """The states behind a comma of a list or dict, each with the symbol of what stands before that comma."""
        rows = [(row, symbol) for row in self.rows for symbol in ("values", "entries") if symbol in row]
        return {self.rows[row[symbol]][","]: symbol for row, symbol in rows if "," in self.rows[row[symbol]]}


def key_of(grammar: bytes) -> str:
    """A key for the grammar and the format of tables. Line endings do not matter.

    >>> key_of(b"a\\r\\n") == key_of(b"a\\n") != key_of(b"b\\n")
    True
    """
    text = grammar.replace(bytes([13, 10]), bytes([10]))
    return f"{FORMAT}-{len(text)}-{zlib.crc32(text):08x}"  # hashlib takes longer to import than the tables to load


def to_json(key: str, content: ParserTables) -> str:
    """Tables as JSON, one row per line; a row that many states share is written once."""
    rows = sorted({json.dumps(row, sort_keys=True) for row in content.rows})
    indices = {row: index for index, row in enumerate(rows)}
    states = [indices[json.dumps(row, sort_keys=True)] for row in content.rows]
    names = [part.name for part in fields(ParserTables) if part.compare and part.name != "rows"]
    rest = {name: getattr(content, name) for name in names}  # `patterns` stay in the order in which they are tried
    head = json.dumps({"key": key, **rest, "states": states})[:-1]
    return head + ', "rows": [\n' + ",\n".join(rows) + "\n]}\n"


def from_json(content: dict[str, Any]) -> ParserTables:
    """The inverse of `to_json`, for parsed JSON."""
    rows = content["rows"]
    return ParserTables(
        patterns=content["patterns"],
        literals=content["literals"],
        ignored=content["ignored"],
        rules=[(symbol, size, name) for symbol, size, name in content["rules"]],
        rows=[rows[index] for index in content["states"]],
        starts=content["starts"],
        ends=content["ends"],
    )
