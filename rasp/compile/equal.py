"""Compares two programs on the inputs of a trial. Two programs that raise an error on an input are equal there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rasp.compile.inputs import Trial
from rasp.compile.proof import NodeResult, engine_answers, first_difference
from rasp.engine import Column
from rasp.engine.tokens import Input
from rasp.errors import RaspError
from rasp.graph.nodes import Node


@dataclass(frozen=True)
class Counterexample:
    """An input on which two programs differ, with the result or error of each."""

    given: Input
    left: NodeResult | RaspError
    right: NodeResult | RaspError


def counterexample(left: Node, right: Node, trial: Trial) -> Counterexample | None:
    """The first input of the trial on which the nodes differ.

    >>> from rasp.compile.inputs import trial
    >>> from rasp.graph.builders import apply, constant, indices
    >>> found = counterexample(indices(), apply("%", indices(), constant(2)), trial("ab", 4))
    >>> found.given, found.left.values, found.right.values
    (('a', 'a', 'a'), [0, 1, 2], [0, 1, 0])
    """
    for inputs in trial:
        pairs = zip(inputs, engine_answers([left], inputs), engine_answers([right], inputs), strict=True)
        for given, first, second in pairs:
            results = [answer if isinstance(answer, RaspError) else answer[0] for answer in (first, second)]
            if _differ(*results):
                return Counterexample(given, *results)
    return None


def _differ(left: NodeResult | RaspError, right: NodeResult | RaspError) -> bool:
    if isinstance(left, RaspError) or isinstance(right, RaspError):
        return isinstance(left, RaspError) != isinstance(right, RaspError)
    if isinstance(left, Column) and isinstance(right, Column):
        return first_difference(left.values, right.values) is not None
    return bool(np.any(left != right))
