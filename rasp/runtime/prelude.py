"""The outermost scopes: the language's own names, and the prelude, which every program and loaded file sees.

The prelude is lazy: a definition is parsed and run when its name is first used, once per process, so that start-up does
not wait for definitions that nobody uses. `selector_width` is built in, because a graph has a node of its own for it.
"""

from __future__ import annotations

import re
import threading
from functools import cache
from typing import Any

from rasp.base.resources import folder
from rasp.graph import builders as graph
from rasp.graph.nodes import TOKEN_KINDS
from rasp.runtime.builtins import BUILTINS, REBINDABLE, SELECTOR_WIDTH
from rasp.runtime.machine import Machine
from rasp.runtime.operations import NEAR
from rasp.runtime.scope import MISSING, Scope, SourceUnit
from rasp.syntax.parser import parse

TOKENS = {f"tokens_{kind}": kind for kind in TOKEN_KINDS}

_DEFINITION = re.compile(r"^(?:def ([a-z_]+)|([a-z_]+) =)", re.MULTILINE)

PRELUDE = SourceUnit("prelude.rasp", folder("stdlib"), library=True, prelude=True)


def _language_scope() -> Scope:
    """The names of the language. A program can rebind `tokens`, at first strings, and what other RASPs lack."""
    scope = Scope(None, PRELUDE)
    for name, kind in TOKENS.items():
        scope.bind(name, graph.tokens(kind))
    scope.bind("tokens", graph.tokens("str"))
    scope.bind("indices", graph.indices())
    for name, builtin in BUILTINS.items():
        scope.bind(name, builtin)
    for builtin in REBINDABLE:
        scope.bind(builtin.name, builtin)
    scope.bind(NEAR.name, NEAR)
    return scope


class QuietHost:
    """A host that ignores all events, for texts that no user wrote: the prelude, and programs generated from graphs.

    These only build functions, selectors and s-ops, so the methods for other effects are missing.
    """

    def is_reserved(self, name: str) -> bool:
        return False

    def on_node(self, node: object, span: object) -> None:
        return

    def on_binding(self, name: str, value: object, scope: object) -> None:
        return

    def on_lost_name(self, target: object, statement: object) -> None:
        return


class Prelude(Scope):
    """A scope whose definitions run when their names are first looked up."""

    __slots__ = ("_lock", "_texts")

    def __init__(self, text: str) -> None:
        super().__init__(_language_scope(), PRELUDE)
        self._lock = threading.RLock()
        self._texts = _definitions(text)
        self.bind("selector_width", SELECTOR_WIDTH)

    def find_here(self, name: str) -> Any:
        value = self.names.get(name, MISSING)
        if value is MISSING and name in self._texts:
            with self._lock:
                if name in self.names:  # another thread has run it
                    return self.names[name]
                for statement in parse(self._texts[name], PRELUDE.name):
                    Machine(QuietHost()).run(statement, self)  # type: ignore[arg-type]
                self.names.pop("out", None)
                value = self.names[name]
        return value

    def names_here(self) -> set[str]:
        return {*self._texts, *self.names}

    def constants(self) -> dict[str, Any]:
        """The definitions that are not functions: s-ops and selectors."""
        return {name: self.find_here(name) for name, text in self._texts.items() if not text.startswith("def ")}


def _definitions(text: str) -> dict[str, str]:
    """Each name that the prelude defines, with the text of its definition."""
    starts = [(match[1] or match[2], match.start()) for match in _DEFINITION.finditer(text)]
    ends = [start for _, start in starts[1:]] + [len(text)]
    return {name: text[start:end] for (name, start), end in zip(starts, ends, strict=True)}


@cache
def prelude() -> Prelude:
    """The prelude of this process."""
    return Prelude((folder("stdlib") / "prelude.rasp").read_text(encoding="utf-8"))
