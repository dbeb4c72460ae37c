"""The LALR(1) parser loop: takes tokens one by one, and calls the builder's method for each rule that is reduced.

The tables are Lark's. The loop is not, for two reasons: it reduces chains of unit rules (a name is a sum is a
comparison …) in one step, with a cache; and it does not import Lark, which takes some 50 ms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from rasp.syntax.parser_tables import ParserTables

END = "$END"


class Automaton:
    """A parse in progress. `states` and `values` are its stack: parser states, and what the builder made of symbols."""

    __slots__ = ("_callbacks", "_end", "_tables", "start", "states", "values")

    def __init__(self, table: ParserTables, start: str, callbacks: Sequence[Callable[[list[Any]], Any] | None]) -> None:
        self._tables = table
        self._callbacks = callbacks
        self._end = table.ends[start]
        self.start = start
        self.states = [table.starts[start]]
        self.values: list[Any] = []

    def feed(self, kind: str, value: Any) -> bool:
        """Read a token; return false if it cannot come next. Raises the errors of the builder."""
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
        """The state after all reductions by unit rules of the top of the stack that the next token requires."""
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
        """The tree, at the end of the text; `accepts(END)` has to hold."""
        self.feed(END, None)
        return self.values[-1]

    def accepts(self, kind: str) -> bool:
        """Whether a token of this kind can come next. Does not change the parse."""
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
        """The kinds of tokens that can come next."""
        kinds = self._tables.rows[self.states[-1]].keys() - {symbol for symbol, _, _ in self._tables.rules}
        return {kind for kind in kinds if self.accepts(kind)}

    def symbols(self) -> list[str]:
        """The grammar symbols (kinds of tokens, and nonterminals) on the stack."""
        symbols = self._tables.accessing_symbols
        return [symbols[state] for state in self.states[1:]]
