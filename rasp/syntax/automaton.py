"""Runs the parser tables: tokens go in one by one, the builder's methods are called, a finished tree comes out.

This is the LALR(1) loop that Lark has too, with Lark's tables. It stands here because it does two things that Lark's
does not: it follows a chain of rules that only pass on their part (a name is a sum is a comparison …) in one step, and
it runs without importing Lark, which would take longer than everything else a start does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from rasp.syntax.tables import ParserTables

END = "$END"


class Automaton:
    """A parse under way. `states` and `values` are its stack: what has been read, and what the builder made of it."""

    __slots__ = ("_callbacks", "_end", "_tables", "start", "states", "values")

    def __init__(self, table: ParserTables, start: str, callbacks: Sequence[Callable[[list[Any]], Any] | None]) -> None:
        self._tables = table
        self._callbacks = callbacks
        self._end = table.ends[start]
        self.start = start
        self.states = [table.starts[start]]
        self.values: list[Any] = []

    def feed(self, kind: str, value: Any) -> bool:
        """Takes a token, unless it cannot come next. Raises what the builder raises."""
        rows, states, values = self._tables.rows, self.states, self.values
        while True:
            action = rows[states[-1]].get(kind)
            if action is None:
                return False
            if action >= 0:
                states.append(action)
                values.append(value)
                return True
            symbol, size, _ = self._tables.rules[~action]
            build = self._callbacks[~action]
            if build is None:
                states[-1] = self._follow_unit_rules(kind)
                continue
            parts = values[len(values) - size :]
            value_built = build(parts)
            if size:
                del states[-size:]
                del values[-size:]
            states.append(rows[states[-1]][symbol])
            values.append(value_built)
            if kind == END and states[-1] == self._end:
                return True

    def _follow_unit_rules(self, kind: str) -> int:
        """The state after all the rules that pass on the top of the stack, as far as the next kind calls for them."""
        below, top = self.states[-2:]
        key, shortcuts = (below, top, kind), self._tables.shortcuts
        found = shortcuts.get(key)
        if found is None:
            rows, found = self._tables.rows, top
            while (action := rows[found].get(kind, 0)) < 0 and self._callbacks[~action] is None:
                found = rows[below][self._tables.rules[~action][0]]
            shortcuts[key] = found
        return found

    def finish(self) -> Any:
        """The tree, when everything is read (see `accepts`)."""
        self.feed(END, None)
        return self.values[-1]

    def accepts(self, kind: str) -> bool:
        """Whether a token of this kind can come next. Builds nothing."""
        rows, states = self._tables.rows, list(self.states)
        while kind != END or states[-1] != self._end:
            action = rows[states[-1]].get(kind)
            if action is None or action >= 0:
                return action is not None
            symbol, size, _ = self._tables.rules[~action]
            if size:
                del states[-size:]
            states.append(rows[states[-1]][symbol])
        return True

    def expected(self) -> set[str]:
        """The kinds of which a token can come next."""
        kinds = self._tables.rows[self.states[-1]].keys() - {symbol for symbol, _, _ in self._tables.rules}
        return {kind for kind in kinds if self.accepts(kind)}

    def symbols(self) -> list[str]:
        """What has been read, as the grammar names it: kinds of tokens and symbols."""
        symbols = self._tables.accessing_symbols
        return [symbols[state] for state in self.states[1:]]
