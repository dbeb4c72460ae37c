"""The results of statements as text, one form for each kind of value.

`DisplayOptions` are the width of the lines, how much of a long value is shown, and how a selector's matrix is printed.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Listing
from typing import Any, NamedTuple

from rasp.base.diagnostics import printable
from rasp.errors import RaspError
from rasp.graph.nodes import Atom, Node, is_selector
from rasp.present.names import show_input
from rasp.present.text import (
    LINE_WIDTH,
    SHOWN_ELEMENTS,
    align,
    are_equal,
    atom_text,
    error_line,
    indent,
    matrix_text,
    sequence_text,
    value_text,
)
from rasp.runtime.machine import ShownResult
from rasp.runtime.values import Application, Builtin, Scorer, UserFunction
from rasp.session.session import Session

FOLDED_TEXT = 400  # the most characters of an atom that a view with limits shows


class DisplayOptions(NamedTuple):
    """How a conversation shows values. The defaults are those of a pipe."""

    width: int = LINE_WIDTH  # columns, of the lines in which input and output are aligned
    elements: int = SHOWN_ELEMENTS  # of a sequence that are shown
    entries: int | None = None  # of a list or dict that are shown; None for all, and for atoms in full
    matrix: Callable[[Any, Listing[Atom]], str] = lambda matrix, given: matrix_text(matrix, given)  # of a selector


PLAIN = DisplayOptions()


def show_result(shown: ShownResult, session: Session, view: DisplayOptions | None = None) -> str:
    """The text of one result of a statement."""
    name, value, view = shown.name, shown.value, view or PLAIN
    if name is None:
        return _application(value, session, view)
    if isinstance(value, Node):
        return _operator(name, value, session, shown.example, view)
    if isinstance(value, (UserFunction, Builtin)):
        return f"{_origin(value)} function: {name}({', '.join(value.parameters)})"
    if isinstance(value, Scorer):
        return f"scorer: {name}"
    if isinstance(value, tuple):
        return f"list: {name} = {value_text(value, session.names_of_nodes, view.entries)}"
    if isinstance(value, dict):
        return f"dict: {name} = {value_text(value, session.names_of_nodes, view.entries)}"
    return f"value: {name} = {_cut(atom_text(value), view)}"


def _cut(text: str, view: DisplayOptions) -> str:
    """A long text without its middle; the whole text if the view limits nothing."""
    if view.entries is None or len(text) <= FOLDED_TEXT:
        return text
    return f"{text[: FOLDED_TEXT // 2]}… {len(text) - FOLDED_TEXT} more …{text[-FOLDED_TEXT // 2 :]}"


def _origin(function: UserFunction | Builtin) -> str:
    if isinstance(function, Builtin):
        return "built-in"
    name = function.unit.name
    return "console" if name.startswith("<") else printable(name)


def _operator(name: str, node: Node, session: Session, example: bool, view: DisplayOptions) -> str:
    """An s-op or selector with its value on the example, or with the error on it."""
    kind, wanted, given = ("s-op", session.settings.sop_examples, session.settings.sop_example)
    if is_selector(node):
        kind, wanted, given = ("selector", session.settings.selector_examples, session.settings.selector_example)
    head = f"{kind}: {name}"
    if not (wanted and example):
        return head
    try:
        result = session.evaluate(node, given)
    except RaspError as error:
        return f"{head}\n    Example: {name}({show_input(given)}) has no value: {error_line(error)}"
    if is_selector(node):
        return f"{head}\n    Example:\n{indent(view.matrix(result, given), 8)}"
    return f"{head}\n    Example: {_example(name, result, given, session, view)}"


def _example(name: str, result: Any, given: tuple[Atom, ...], session: Session, view: DisplayOptions) -> str:
    if session.settings.full_display and not are_equal(result.values):
        return f"{name}\n{indent(align(given, result.values, result.kind, view.width - 8), 8)}"
    return f"{name}({show_input(given)}) = {sequence_text(result.values, result.kind, view.elements)}"


def _application(value: Application, session: Session, view: DisplayOptions) -> str:
    if not hasattr(value.result, "values"):
        return f"=\n{indent(view.matrix(value.result, value.input), 4)}"
    if session.settings.full_display and not are_equal(value.result.values):
        return f"=\n{indent(align(value.input, value.result.values, value.result.kind, view.width - 4), 4)}"
    return f"= {sequence_text(value.result.values, value.result.kind, view.elements)}"
