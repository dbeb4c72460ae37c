"""Verifies that a program computes the same as its model: runs it in the engine on many inputs, and compares both.

A difference would be a bug of rasp, so the program is then not returned.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from rasp.engine.evaluate import evaluate
from rasp.errors import InternalError, RaspError
from rasp.graph.nodes import Node
from rasp.learning.examples.data import Data, Input
from rasp.learning.expressions.batch import CodedBatch
from rasp.learning.expressions.coding import Coding
from rasp.learning.expressions.expression import Expression, Ready, parts_of
from rasp.learning.expressions.ready import strings_of
from rasp.learning.spaces import WHOLE, Questions, Space
from rasp.present.names import show_input

AT_ONCE = 5_000


def inputs_of(training: Data, space: Space | None, seed: int) -> Questions:
    """The inputs of a proof: all inputs of the space, or of the data's tokens and lengths, or 400,000 of these.

    The model knows the tokens that occur in the data, and no others.
    """
    if space is None or space.limited or not set(space.vocabulary) <= set(training.seen):
        space = Space(training.seen, training.longest, training.shortest)
    return space.all(seed, WHOLE)


def prove_node(node: Node, expression: Expression, training: Data, lists: Iterable[Sequence[Input]]) -> int:
    """Compares a node with its model; returns the number of inputs. Raises InternalError if they differ on one.

    >>> from rasp.graph.builders import indices
    >>> from rasp.learning.expressions.expression import INDICES
    >>> from rasp.learning.examples.rows import data_of
    >>> prove_node(indices(), INDICES, data_of([("ab", "ab")]), [[("a", "b"), ("b",)]])
    2
    """
    ready = [part for part in parts_of(expression) if isinstance(part, Ready)]
    coding = Coding.of(training, strings_of(ready, training))
    count = 0
    for some in lists:
        for start in range(0, len(some), AT_ONCE):
            inputs = some[start : start + AT_ONCE]
            count += _compare(node, expression, coding, _known_inputs(inputs, ready, coding) if ready else inputs)
    return count


def _known_inputs(inputs: Sequence[Input], ready: Sequence[Ready], coding: Coding) -> list[Input]:
    """The inputs on which the user's own s-ops have values that the model knows."""
    rows = evaluate([one.node for one in ready], list(inputs), "collect")
    return [
        given
        for given, results in zip(inputs, rows, strict=True)
        if not any(isinstance(one, RaspError) for one in results)
        and all(map(coding.knows, itertools.chain.from_iterable(one.values for one in results)))
    ]


def _compare(node: Node, expression: Expression, coding: Coding, inputs: Sequence[Input]) -> int:
    model = [row[: len(given)] for row, given in zip(_values(coding, expression, inputs), inputs, strict=True)]
    found = (getattr(result, "values", None) for (result,) in evaluate([node], list(inputs), "collect"))
    compare_outputs(inputs, found, model)
    return len(inputs)


def compare_outputs(inputs: Iterable[Input], found: Iterable[Any], expected: Iterable[list[Any]]) -> None:
    """Raises InternalError if a program and its model have different outputs on an input.

    >>> compare_outputs([("a",), ("b",)], [[1], [2]], [[1], [3]])
    Traceback (most recent call last):
    rasp.errors.InternalError: a learned program differs from its model on "b"
    """
    for given, one, other in zip(inputs, found, expected, strict=True):
        if one != other:
            raise InternalError(f"a learned program differs from its model on {show_input(given)}")


def _values(coding: Coding, expression: Expression, inputs: Sequence[Input]) -> list[list[Any]]:
    """The outputs of the model, an atom for each position; those after the end of an input are arbitrary."""
    codes = CodedBatch(coding, inputs).values(expression).T
    if expression.kind == "string":
        return np.array(coding.strings, object)[codes].tolist()  # type: ignore[no-any-return]
    return (codes.astype(bool) if expression.kind == "bool" else codes).tolist()  # type: ignore[no-any-return]
