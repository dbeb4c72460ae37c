"""`counterexample`: shortest inputs on which s-ops and selectors differ, from a length on."""

from __future__ import annotations

from typing import Any

import pytest

import rasp
from rasp.compile.inputs import trial
from rasp.errors import BadInput, CollectionTooLarge, NotAnSOp, WrongOperand

ENDS = rasp.Session()
ENDS.run("ends = indicator(indices == 0 or indices == length - 1); sum = (indices == 0) + (indices == length - 1);")


def test_s_ops_that_are_equal_from_a_length_on() -> None:
    ends, both = ENDS["ends"], ENDS["sum"]
    assert ends.counterexample(both, vocab="ab", max_length=4) == ("a",)
    assert ends.counterexample(both, vocab="ab", max_length=4, min_length=2) is None
    assert both.counterexample(ends, vocab=[1, 2], max_length=1) == (1,)


def test_selectors() -> None:
    before, beside = (rasp.select(rasp.indices, rasp.indices, op) for op in ("<", "!="))
    assert before.counterexample(beside, vocab="a", max_length=3) == ("a", "a")
    assert before.counterexample(beside, vocab="a", max_length=1) is None
    with pytest.raises(WrongOperand, match="never equal"):
        before.counterexample(rasp.indices, vocab="a", max_length=1)


@pytest.mark.parametrize(
    ("lengths", "error"),
    [
        ({"max_length": 0}, WrongOperand),
        ({"max_length": "3"}, WrongOperand),
        ({"max_length": True}, WrongOperand),
        ({"max_length": 3, "min_length": 0}, WrongOperand),
        ({"max_length": 3, "min_length": 4}, WrongOperand),
        ({"max_length": 3, "min_length": 1.0}, WrongOperand),
        ({"max_length": 90}, CollectionTooLarge),
        ({"max_length": 3, "vocab": "aa"}, BadInput),
    ],
)
def test_comparisons_without_sense(lengths: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        rasp.indices.counterexample(rasp.tokens, **{"vocab": "ab", **lengths})


def test_only_s_ops_and_selectors_are_compared() -> None:
    with pytest.raises(NotAnSOp, match="not with a value of type int"):
        rasp.indices.counterexample(3, vocab="ab", max_length=2)


@pytest.mark.parametrize("shortest", [1, 2, 3, 4])
@pytest.mark.parametrize("whole", [None, 0, 2, 4])
def test_a_trial_counts_what_it_tries(shortest: int, whole: int | None) -> None:
    inputs = trial("abc", 4, whole, drawn=5, shortest=shortest)
    tried = [given for some in inputs for given in some]
    assert inputs.count == len(tried)
    assert {len(given) for given in tried} == set(range(shortest, 5))
    assert tried == [given for some in trial("abc", 4, whole, drawn=5) for given in some if len(given) >= shortest]


def test_the_shortest_input_of_a_model() -> None:
    half = 1 / ENDS.eval("length - 1")
    model = half.compile(vocab="ab", max_length=3, min_length=2)
    assert model("ab").values == [1, 1]
    assert "all inputs of 2 to 3 tokens (12 inputs)" in model.report
    with pytest.raises(WrongOperand, match="from 1 to 3 tokens, not 4"):
        half.compile(vocab="ab", max_length=3, min_length=4)
