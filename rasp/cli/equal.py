"""`rasp equal FILE:NAME FILE:NAME`: compares two s-ops or selectors on all inputs of up to a length."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from rasp.cli.inputs import reader
from rasp.cli.json_text import error_fields, json_text, value_fields
from rasp.cli.output import say
from rasp.cli.printing import print_error
from rasp.cli.programs import operators_at
from rasp.cli.progress import show_progress
from rasp.compile.equal import Counterexample
from rasp.compile.proof import NodeResult
from rasp.engine.values import Column
from rasp.errors import RaspError
from rasp.model.report import lengths_text
from rasp.present.names import show_input
from rasp.session.compiling import compare_operators, outcome_text
from rasp.session.session import Session


def run(options: argparse.Namespace) -> int:
    """Runs the command; returns its exit status, 1 if they differ."""
    try:
        left, right = operators_at(options.programs)
        vocabulary = reader(options, Session())(options.vocab)
        with show_progress(f"comparing {' with '.join(options.programs)}"):
            found, count = compare_operators(left, right, vocabulary, options.max_length, options.min_length)
    except RaspError as error:
        print_error(error)
        return 1
    say(json_text(_fields(found, count)) if options.json else "\n".join(_lines(found, count, options)))
    return int(found is not None)


def _lines(found: Counterexample | None, count: int, options: argparse.Namespace) -> Iterator[str]:
    if found is None:
        yield f"equal on all inputs of {lengths_text(options.min_length, options.max_length)} tokens ({count:,} inputs)"
        return
    yield f"different on the input {show_input(found.given)}, a shortest one:"
    for index, result in zip(options.programs, (found.left, found.right), strict=True):
        yield f"  {index}: {outcome_text(result, found.given)}"


def _fields(found: Counterexample | None, count: int) -> dict[str, Any]:
    if found is None:
        return {"equal": True, "inputs": count}
    return {"equal": False, "input": found.given, "left": _result(found.left), "right": _result(found.right)}


def _result(result: NodeResult | RaspError) -> dict[str, Any]:
    if isinstance(result, RaspError):
        return error_fields(result)
    if isinstance(result, Column):
        return value_fields(result)
    return {"matrix": result.astype(int).tolist()}
