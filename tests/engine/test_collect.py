"""Errors in their places: an input that fails in a batch fails alone, with the error that it raises alone."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

import rasp
from rasp.engine import evaluate, exact_elementwise
from rasp.errors import BadInput, BadMean, DivisionByZero, EmptyInput, MixedKinds, RaspError, SequenceTooLong
from rasp.graph.builders import aggregate, apply, compare, constant, full, indices, selector_width, tokens
from rasp.parallel.work import CheckedInputs, Work, check_inputs, evaluate_batch
from rasp.present.names import Names
from tests.engine import strategies
from tests.engine.test_random_graphs import plain

INVERSE = apply("/", constant(6), tokens("int"))
HIST = selector_width(compare("==", tokens(), tokens()))


def told(outcome):
    """A value, or all that an error says."""
    if isinstance(outcome, RaspError):
        return type(outcome), outcome.position, outcome.operands, outcome.node, outcome.diagnostic.title
    return plain(outcome)


def alone(node, row):
    try:
        return evaluate([node], [row])[0][0]
    except RaspError as error:
        return error


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(strategies.graphs(), strategies.batches(most=6, kinds=strategies.SUMMED))
def test_each_input_has_what_it_has_alone(nodes, batch):
    expected = [[told(alone(node, row)) for node in nodes] for row in batch]
    outcomes = evaluate(nodes, batch, errors="collect")
    assert [list(map(told, row)) for row in outcomes] == expected
    for place, row in enumerate(outcomes):
        assert {outcome.row for outcome in row if isinstance(outcome, RaspError)} <= {place}
    for node, column in zip(nodes, zip(*expected, strict=True), strict=True):
        assert [told(row[0]) for row in evaluate([node], batch, errors="collect")] == list(column)


def test_several_failures_at_several_nodes():
    second = apply("/", INVERSE, apply("-", tokens("int"), constant(2)))
    inputs = ["11", "10", "3", "12", "x", "24", "31", "0", "13"]
    outcomes = [row[0] for row in evaluate([second], inputs, errors="collect")]
    codes = [outcome.code if isinstance(outcome, RaspError) else outcome.values for outcome in outcomes]
    assert codes == [[-6.0, -6.0], "R310", [2.0], "R310", "R403", "R310", [2.0, -6.0], "R310", [-6.0, 2.0]]
    assert [outcome.row for outcome in outcomes if isinstance(outcome, RaspError)] == [1, 3, 4, 5, 7]
    assert [outcomes[place].node is second for place in (1, 3, 5, 7)] == [False, True, True, False]


def test_a_node_that_fails_leaves_the_others():
    rows = evaluate([INVERSE, HIST], ["10", "12"], errors="collect")
    assert isinstance(rows[0][0], DivisionByZero)
    assert [rows[0][1].values, rows[1][0].values, rows[1][1].values] == [[1, 1], [6.0, 3.0], [1, 1]]


def test_long_inputs_fail_alone():
    inputs = ["1" * 500, "1" * 499 + "0", "1" * 500]
    outcomes = evaluate([aggregate(full(), INVERSE)], inputs, errors="collect")
    assert [isinstance(row[0], RaspError) for row in outcomes] == [False, True, False]
    assert (outcomes[1][0].row, outcomes[1][0].position) == (1, 499)


def test_inputs_that_are_too_long_fail_alone(monkeypatch):
    monkeypatch.setattr(rasp.limits, "pairs", 25)
    outcomes = evaluate([HIST, indices()], ["aa", "a" * 6, "b" * 6, "aa"], errors="collect")
    assert [isinstance(row[0], SequenceTooLong) for row in outcomes] == [False, True, True, False]
    assert [row[0].row for row in outcomes[1:3]] == [1, 2]
    assert [row[1].values for row in outcomes] == [[0, 1], [*range(6)], [*range(6)], [0, 1]]


def test_batch_tells_errors_as_a_call_does():
    session = rasp.Session()
    session.run("inverse = 6 / tokens_int;")
    inputs = ["123", "1203", "", None, "x", [1, None], "6"]
    outcomes = session["inverse"].batch(inputs, errors="collect")
    for place in (1, 2, 3, 4, 5):
        with pytest.raises(RaspError) as caught:
            session["inverse"](inputs[place])
        assert (str(outcomes[place]), type(outcomes[place])) == (str(caught.value), type(caught.value))
        assert (outcomes[place].row, outcomes[place].position) == (place, caught.value.position)
    assert [outcomes[0], outcomes[6]] == [[6.0, 3.0, 2.0], [1.0]]
    assert [type(outcomes[place]) for place in (2, 3, 5)] == [EmptyInput, BadInput, BadInput]


def test_several_sops_collect_together():
    nodes = [INVERSE, HIST]
    work = Work(nodes, Names(), evaluate_batch)
    outcomes = work.here(CheckedInputs.of(list(check_inputs(["12", "", "10", "x"])), first=5))
    rows = list(outcomes.rows())
    told = [[result.code if isinstance(result, RaspError) else result.values for result in row] for row in rows]
    assert told == [[[6.0, 3.0], [1, 1]], ["R401", "R401"], ["R310", [1, 1]], ["R403", [1]]]
    assert outcomes.failed == {1, 2, 3}
    assert [rows[place][0].row for place in (1, 2, 3)] == [6, 7, 8]


def test_selectors_collect_too():
    outcomes = rasp.select(rasp.tokens_int, 1, "==").batch(["12", "1x"], errors="collect")
    assert outcomes[0] == [[True, False], [True, False]]
    assert outcomes[1].code == "R403"


def test_how_errors_are_taken_is_checked():
    with pytest.raises(ValueError, match="errors is 'raise' or 'collect', not 'drop'"):
        rasp.indices.batch(["a"], errors="drop")


def test_many_failing_inputs_take_few_runs_of_a_step(monkeypatch):
    """A step that fails on most inputs of a batch is not tried on each of them."""
    runs = []
    apply_exactly = exact_elementwise.apply_exactly

    def counted(*given):
        runs.append(1)
        return apply_exactly(*given)

    monkeypatch.setattr(exact_elementwise, "apply_exactly", counted)
    outcomes = [row[0] for row in evaluate([INVERSE], ["10", "12", "03", "00", "45"] * 40, errors="collect")]
    assert [isinstance(outcome, DivisionByZero) for outcome in outcomes] == [True, False, True, True, False] * 40
    assert [outcome.position for outcome in outcomes[::5]] == [1] * 40
    assert len(runs) <= 2


def test_inputs_that_fail_alike_have_each_their_own_error():
    outcomes = (rasp.select(1 / rasp.indices, 0, "==")).batch(["ab", "cde", "cd"], errors="collect")
    assert [outcome.row for outcome in outcomes] == [0, 1, 2]
    assert [str(outcome).count("on the input") for outcome in outcomes] == [1, 1, 1]
    assert [given in str(outcome) for given, outcome in zip(["ab", "cde", "cd"], outcomes, strict=True)] == [True] * 3


def test_a_step_may_fail_for_two_reasons():
    """A mean of strings is refused before a row that mixes strings and numbers."""
    node = aggregate(compare("<", indices(), tokens("int")), tokens("asis"))
    inputs = [("0", "1"), ("1", "1"), ("2", "2"), (0, 1), ("1", "2")]
    expected = [told(alone(node, row)) for row in inputs]
    assert {kind for kind, *_ in expected if isinstance(kind, type)} == {MixedKinds, BadMean}
    outcomes = [row[0] for row in evaluate([node], inputs, errors="collect")]
    assert [told(outcome) for outcome in outcomes] == expected
    assert [str(outcome) for outcome in outcomes] == [str(alone(node, row)) for row in inputs]


EQUAL_ROWS = rasp.aggregate(rasp.select(rasp.tokens, rasp.tokens, "=="), rasp.Session()["length"])  # ints, or means


@pytest.mark.parametrize(
    "sop",
    [
        rasp.where(rasp.indices < 1, "a", EQUAL_ROWS),
        "b" * EQUAL_ROWS,
        rasp.selector_width(rasp.select(EQUAL_ROWS, "a", "<")),
        rasp.selector_width(rasp.select(rasp.tokens, EQUAL_ROWS, "<")),
        rasp.aggregate(rasp.select(rasp.indices, 0, "=="), rasp.where(rasp.indices == 0, EQUAL_ROWS, "a")),
        rasp.aggregate(rasp.select(rasp.indices, 0, ">="), EQUAL_ROWS * 10**30),
        rasp.aggregate(rasp.select(rasp.indices, 0, ">="), EQUAL_ROWS == 2),
    ],
)
def test_equal_rows_of_several_kinds(sop):
    batch = [(1, 2), (2, 2), (1, 1), (2, 1)]
    expected = [told(alone(sop.node, row)) for row in batch]
    assert [told(row[0]) for row in evaluate([sop.node], batch, errors="collect")] == expected
