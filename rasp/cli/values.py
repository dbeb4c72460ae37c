"""Prints the values of s-ops and selectors on the inputs of the command line, as text or as JSON."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rasp.cli.inputs import GivenInput, Inputs
from rasp.cli.json_text import error_fields, json_text, value_fields, writes_utf8
from rasp.cli.many import map_inputs
from rasp.cli.output import say
from rasp.cli.printing import print_error
from rasp.errors import RaspError
from rasp.graph.nodes import Node, is_selector
from rasp.parallel.chunks import Pace
from rasp.parallel.work import ListedResults, Work, evaluate_batch
from rasp.present.names import show_input
from rasp.present.sequences import Selection
from rasp.present.text import matrix_text, sequence_text
from rasp.session.choosing import SOpOrSelector
from rasp.session.session import Session


def show_all(session: Session, operators: dict[str, SOpOrSelector], options: argparse.Namespace) -> bool:
    """Prints the value of each operator on each input, or on the example; returns whether anything failed."""
    nodes = [operator.node for operator in operators.values()]
    work = Work(nodes, session.names_of_nodes, Texts(tuple(operators), options.json, writes_utf8()))
    pace = Pace(first=1) if any(map(is_selector, nodes)) else Pace()  # matrices and their texts are large
    failed = False
    with contextlib.closing(map_inputs(work, Inputs(options, session), pace, options, "inputs")) as chunks:
        for chunk in chunks:
            failed |= _print(list(operators), chunk, options.json)
    return failed


@dataclass(frozen=True)
class Texts:
    """The task of worker processes: evaluates s-ops and selectors, and makes the text to print."""

    names: tuple[str, ...]
    as_json: bool
    utf8: bool  # whether standard output is UTF-8

    def __call__(self, nodes: list[Node], inputs: list[Any]) -> ListedResults:
        found = evaluate_batch(nodes, inputs)
        texts: list[list[str | None]] = [[] for _ in nodes]
        for member, results in enumerate(found.results(nodes, inputs)):
            for index, (result, given) in enumerate(zip(results, inputs, strict=True)):
                try:
                    texts[member].append(self._text(self.names[member], result, given))
                except RaspError as error:  # the text is too large
                    found.failures[index, member] = error
                    texts[member].append(None)
        return ListedResults(texts, found.failures)

    def _text(self, name: str, result: Any, given: Any) -> str | None:
        """The text of a result; None for a result that is None because of an error."""
        match result:
            case None:
                return None
            case _ if self.as_json:
                shown = given if isinstance(given, str) else list(given)
                return json_text({"sop": name, "input": shown, **_json_fields(result)}, self.utf8)
            case Selection():
                return f"{name}({show_input(given)}) =\n{matrix_text(result.matrix, given)}"
        return f"{name}({show_input(given)}) = {sequence_text(result.values, result.kind)}"


def _json_fields(result: Any) -> dict[str, Any]:
    if isinstance(result, Selection):
        return {"matrix": result.matrix.view("int8").tolist()}
    return value_fields(result)


def _print(names: list[str], outcomes: Iterable[tuple[GivenInput, tuple[Any, ...]]], as_json: bool) -> bool:
    """Prints the texts and errors of inputs; returns whether one failed."""
    failed = False
    lines: list[str] = []  # printed in one call
    for given, row in outcomes:
        for name, result in zip(names, row, strict=True):
            if not isinstance(result, RaspError):
                lines.append(result)
                continue
            failed = True
            if as_json:
                lines.append(json_text({"sop": name, "input": given.shown, **error_fields(result)}))
                continue
            _say_all(lines)
            print_error(result)
            if result is given.elements:  # an invalid input: report it once, not for each name
                break
    _say_all(lines)
    return failed


def _say_all(lines: list[str]) -> None:
    if lines:
        say("\n".join(lines))
        lines.clear()
