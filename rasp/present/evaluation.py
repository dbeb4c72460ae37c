"""Evaluates nodes and counts their layers and heads, with the names of a session in errors and reports."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rasp.errors import NotAnSOp, RaspError
from rasp.graph.nodes import Atom, Node
from rasp.present.names import Names, explain_failure

if TYPE_CHECKING:
    from rasp.architecture.report import Architecture


def run(wanted: list[Node], inputs: Iterable[Any], names: Names) -> tuple[list[tuple[Atom, ...]], list[list[Any]]]:
    """The inputs, checked, and for each of them the engine's results for each node.

    Raises EmptyInput, BadInput, or what the program runs into, told with the session's names.
    """
    from rasp.engine.evaluate import evaluate  # NumPy is loaded when something is evaluated first
    from rasp.engine.inputs import validate_input

    checked = [validate_input(given) for given in inputs]
    try:
        return checked, evaluate(wanted, checked)
    except RaspError as error:
        raise explain_failure(error, names, checked) from None


def architecture(nodes: Iterable[Node], names: Names, assume_bos: bool) -> Architecture:
    """The layers and heads of one transformer that gives all these nodes."""
    from rasp.architecture.plan import make_plan  # most runs of programs ask for no report
    from rasp.architecture.report import architecture as report

    return report(make_plan(list(nodes), assume_bos), names)


def nodes_of(operators: Iterable[Any]) -> list[Node]:
    """The nodes of s-ops and selectors. Raises NotAnSOp for a value that is neither."""
    wanted = list(operators)
    for operator in wanted:
        if not isinstance(getattr(operator, "node", None), Node):
            kind = type(operator).__name__
            raise NotAnSOp(f"only s-ops and selectors have layers and heads, not a value of type {kind}")
    return [operator.node for operator in wanted]
