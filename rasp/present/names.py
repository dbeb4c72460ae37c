"""Names of nodes for messages and reports: the user's name if there is one, else the source text, else a formula.

A node itself has no name. A session's `Names` records the names that programs bound to nodes and the places where nodes
were first written, in weak dictionaries, so it keeps no node alive.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable
from typing import Any

from rasp.base.diagnostics import Note, Span, clip, display_width, nearest_names, printable, truncate
from rasp.errors import RaspError
from rasp.graph.atoms import show_atom
from rasp.graph.nodes import Atom, Indices, Node, Tokens
from rasp.runtime.prelude import prelude
from rasp.runtime.scope import Scope

FORMULA_WIDTH = 60
SHOWN_OPERANDS = 4
CHOICES = 12  # the most names that a hint lists


Examples = Callable[[], tuple[tuple[Atom, ...], tuple[Atom, ...]]]
EXAMPLE: tuple[Atom, ...] = tuple("hello")  # for nodes without a session


class Names:
    """The names of nodes in a session, and the places in the source where they were written."""

    def __init__(self, scope: Scope | None = None, examples: Examples | None = None) -> None:
        self.scope = scope  # the session's own names, which take precedence
        self.examples = examples or (lambda: (EXAMPLE, EXAMPLE))  # the inputs for s-ops and for selectors
        self._version = -1  # of the scope, for which `_first` was computed
        self._first: dict[Node, str] = {}
        self._local: weakref.WeakKeyDictionary[Node, str] = weakref.WeakKeyDictionary()
        self._places: weakref.WeakKeyDictionary[Node, Span] = weakref.WeakKeyDictionary()

    def note(self, node: Node, name: str) -> None:
        """Records a name bound inside a function or a loaded file; the first one is kept."""
        self._local.setdefault(node, name)

    def place(self, node: Node, span: Span) -> None:
        """Records the place where a node was written; the first one is kept."""
        self._places.setdefault(node, span)

    def span(self, node: Node) -> Span | None:
        """The place in the source where the node was first written, if any."""
        return self._places.get(node)

    def name(self, node: Node) -> str | None:
        """The name of a node, or None."""
        if self.scope is not None:
            name = self._bound_names().get(node)
            if name is not None:
                return name
        if node in self._local:
            return self._local[node]
        if isinstance(node, Tokens):
            return "tokens" if node.kind == "str" else f"tokens_{node.kind}"
        return "indices" if isinstance(node, Indices) else _prelude_name(node)

    def formula(self, node: Node, name_of: Callable[[Node], str | None] | None = None, whole: bool = False) -> str:
        """The formula of a node in terms of named nodes; `name_of` replaces the session's names.

        A long formula is cut; with `whole`, only after some 5,000 characters.
        """
        from rasp.source.formula import formula  # imported late: no start needs it

        return formula(node, name_of or self.name, whole)

    def _bound_names(self) -> dict[Node, str]:
        """The first name of each node bound in the scope, computed again when the scope has changed."""
        if self.scope is not None and self._version != self.scope.version:
            self._version = self.scope.version
            self._first = {}
            for name, value in self.scope.names.items():
                if isinstance(value, Node) and name != "out":
                    self._first.setdefault(value, name)
        return self._first

    def describe(self, node: Node) -> str:
        """The name of a node, else its source text, else its formula; cut to 60 columns."""
        name = self.name(node)
        if name is not None:
            return name
        span = self._places.get(node)
        text = self.formula(node) if span is None else " ".join(span.text.split())
        return clip(text, FORMULA_WIDTH)


def _prelude_name(node: Node) -> str | None:
    return next((name for name, value in prelude().constants().items() if value is node), None)


def explain_failure(error: RaspError, names: Names, inputs: Any) -> RaspError:
    """Adds to an error of the engine the s-op that failed, the position, the operands, and the place in the source."""
    if error.node is None:
        return error
    assert isinstance(error.node, Node)
    error.sop = names.describe(error.node)
    remark = f"in `{error.sop}`"
    if error.position is not None:
        remark += f" at position {error.position}"
    if error.operands:
        remark += f", with {_operands_text(error.operands)}"
    if error.row is not None:
        remark += f", on the input {show_input(inputs[error.row])}"
    error.diagnostic.details.append(remark)
    span = names.span(error.node)
    if span is not None:
        error.diagnostic.notes.append(Note(span, "written here"))
    return error


def _operands_text(operands: tuple[Any, ...]) -> str:
    """The operands as text, the first few of many."""
    shown = [show_atom(value) for value in operands[:SHOWN_OPERANDS]]
    if len(operands) > SHOWN_OPERANDS:
        return f"{', '.join(shown)} and {len(operands) - SHOWN_OPERANDS} more"
    return " and ".join(shown)


def known_names(known: Iterable[str], name: str = "", kind: str = "s-ops and selectors") -> str:
    """A hint that lists known names, those nearest to a misspelt name first; empty if there are none.

    >>> known_names(["hist", "rank"], "ramk"), known_names([])
    ('The s-ops and selectors are rank, hist.', '')
    """
    rest = list(known)
    close = nearest_names(name, rest)
    listed = [*close, *(other for other in rest if other not in close)]
    shown = ", ".join(f"{other:.40}" for other in listed[:CHOICES])
    more = f" and {len(listed) - CHOICES} more" if len(listed) > CHOICES else ""
    return f"The {kind} are {shown}{more}." if listed else ""


def show_input(given: Any, width: int = 60) -> str:
    """An input as a literal of the language, without control characters, cut to about `width` columns.

    >>> show_input("hello"), show_input((1, "a", True)), show_input("a" * 100, 10)
    ('"hello"', '[1, "a", True]', '"aaaaaaaaaa…" (100 elements)')
    """
    return printable(_input_text(given, width))


def _input_text(given: Any, width: int) -> str:
    if all(isinstance(item, str) and len(item) == 1 for item in given):
        text = "".join(given)
        start = truncate(text, width)
        return f'"{text}"' if start == text else f'"{start}…" ({len(given)} elements)'
    shown: list[str] = []
    size = 0
    for item in given:
        shown.append(show_atom(item))
        size += display_width(shown[-1]) + 2
        if size > width:
            return f"[{', '.join(shown)}, …] ({len(given)} elements)"
    return f"[{', '.join(shown)}]"
