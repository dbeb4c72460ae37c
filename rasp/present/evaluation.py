"""Evaluates nodes and plans their transformer, with errors and reports in a session's names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rasp.errors import NotAnSOp, RaspError
from rasp.graph.nodes import Atom, Node
from rasp.present.names import Names, explain_failure

if TYPE_CHECKING:
    from rasp.architecture.report import Architecture


def evaluate_inputs(
    wanted: list[Node], inputs: Iterable[Any], names: Names
) -> tuple[list[tuple[Atom, ...]], list[list[Any]]]:
    """Evaluates nodes on inputs; returns the checked inputs, and for each of them the engine's results, one per node.

    Raises EmptyInput, BadInput, or the error of the program, explained in the session's names.
    """
    from rasp.engine.evaluate import evaluate  # imported late: imports NumPy
    from rasp.engine.inputs import validate_input

    checked = [validate_input(given) for given in inputs]
    try:
        return checked, evaluate(wanted, checked)
    except RaspError as error:
        raise explain_failure(error, names, checked) from None


def architecture_of(nodes: Iterable[Node], names: Names, assume_bos: bool) -> Architecture:
    """The layers and heads of one transformer that computes all these nodes."""
    from rasp.architecture.plan import make_plan  # imported late: most programs ask for no report
    from rasp.architecture.report import report_of as report

    return report(make_plan(list(nodes), assume_bos), names)


def nodes_of(operators: Iterable[Any]) -> list[Node]:
    """The nodes of s-ops and selectors. Raises NotAnSOp for a value that is neither."""
    wanted = list(operators)
    for operator in wanted:
        if not isinstance(getattr(operator, "node", None), Node):
            kind = type(operator).__name__
            raise NotAnSOp(f"only s-ops and selectors have layers and heads, not a value of type {kind}")
    return [operator.node for operator in wanted]
