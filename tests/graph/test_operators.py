"""What is declared about operators is true of their functions, and a declaration is all that a new one needs."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasp.engine import elementwise, look_up_kernels
from rasp.engine.plan import ExecutionPlan, plan
from rasp.engine.running import EvaluationBatch, run_plan
from rasp.engine.values import Values, atoms
from rasp.errors import RaspError
from rasp.graph.atoms import kind_of
from rasp.graph.operators import COMPARISONS, OPERATORS
from tests.engine import reference, strategies

PLAIN = [operator for operator in OPERATORS.values() if not operator.tabled]
NUMBERS = ("bool", "int", "float")


def name_of(operator):
    return operator.name


def numbers(most):
    return st.integers(-most, most) | st.floats(-most, most) | st.booleans()


def operands(operator, atoms=None):
    """Lists of operands; by default of atoms of any kind."""
    count = operator.arity
    return strategies.rows(count, ("any",)) if atoms is None else st.lists(atoms, min_size=count, max_size=count)


def result(operator, values):
    """The result and its kind; None and "" where the operator fails."""
    try:
        made = operator.function(*values)
    except RaspError:
        return None, ""
    return made, kind_of(made)


def test_declarations_are_whole():
    assert [operator.name for operator in OPERATORS.values()] == list(OPERATORS)
    assert set(COMPARISONS) <= set(OPERATORS)
    for operator in OPERATORS.values():
        assert bool(operator.sign) == (operator.notation == "prefix")
        assert len(operator.parameters) == operator.arity * (operator.notation == "call")
        assert operator.doc.endswith(".") == (operator.notation == "call")
        assert operator.result != "any" or operator.fails == "sometimes"  # of both kinds, a sequence is none
        assert operator.tabled or operator.result in ("bool", "int") or operator.rounding != "exact"


@pytest.mark.parametrize("operator", PLAIN, ids=name_of)
@given(st.data())
def test_results_and_failures(operator, data):
    values = data.draw(operands(operator))
    _, kind = result(operator, values)
    if kind:
        assert kind in {"number": NUMBERS, "any": (*NUMBERS, "string")}.get(operator.result, (operator.result,))
    else:
        assert operator.fails != "never"
        assert operator.fails != "mixed" or len({kind_of(value) == "string" for value in values}) == 2


@pytest.mark.parametrize("operator", [operator for operator in PLAIN if operator.commutes != "never"], ids=name_of)
@given(st.data())
def test_commuting(operator, data):
    values = data.draw(operands(operator, numbers(10**6) if operator.commutes == "numbers" else None))
    assert result(operator, values) == result(operator, values[::-1])


@pytest.mark.parametrize("operator", [operator for operator in PLAIN if operator.injective], ids=name_of)
@given(st.data())
def test_injective(operator, data):
    one, other = data.draw(st.lists(st.integers(-(2**48), 2**48), min_size=2, max_size=2, unique=True))
    rest = data.draw(operands(operator, numbers(2**48)))
    for place in range(operator.arity):
        results = [result(operator, [*rest[:place], value, *rest[place + 1 :]]) for value in (one, other)]
        assert results[0] != results[1]


@pytest.mark.parametrize("operator", [op for op in PLAIN if op.result == "any" and op.name != "*"], ids=name_of)
@given(st.data())
def test_longest(operator, data):
    """How often `*` repeats a string is not known."""
    values = data.draw(operands(operator, strategies.texts | strategies.ints))
    made, kind = result(operator, values)
    if kind == "string":
        assert len(made) <= operator.longest([len(value) if isinstance(value, str) else 0 for value in values])


def test_kernels_are_of_operators():
    assert set(elementwise.KERNELS) <= {operator.name for operator in PLAIN}
    assert set(look_up_kernels.KERNELS) == set(OPERATORS) - {operator.name for operator in PLAIN}


@given(strategies.graphs(), strategies.rows(3))
def test_without_kernels_the_exact_path_runs(nodes, row):
    for node in nodes:
        expected = outcome([node], plan([node]), row)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(elementwise, "KERNELS", {})
            elementwise._of_operator.cache_clear()
            made = ExecutionPlan([node])
        elementwise._of_operator.cache_clear()
        assert outcome([node], made, row) == expected


def outcome(nodes, made, row):
    """The one value of a plan, or its error."""
    try:
        with np.errstate(all="ignore"):  # as in every evaluation
            (found,) = run_plan(made, nodes, EvaluationBatch([row], [0], None)) or ()
    except RaspError as error:
        return type(error), error.position
    if not isinstance(found, Values):
        return np.broadcast_to(found, (1, len(row), len(row))).tolist()
    return found.kinds.tolist(), reference.spelled(atoms(found, (1, len(row)))[0])


# A process in which an operator is declared that has no kernel, and nothing else is said. It answers all commands.
ADDED = """
import contextlib, io, json, sys
from rasp.graph import operators
from rasp.graph.atoms import is_number

def three_way(left, right):
    if is_number(left) != is_number(right):
        raise operators._unsuitable("cmp", left, right)
    return (left > right) - (left < right)

operators.OPERATORS["cmp"] = operators._named_operator(
    "cmp", "x, y", three_way, result="int", fails="mixed", doc="Which of both is greater."
)

from pygments.token import Name
from rasp.assist.completion import choices
from rasp.assist.documentation import SessionNames
from rasp.assist.highlighting import RaspLexer
from rasp.cli import main
from rasp.session.session import Session

assert (Name.Builtin, "cmp") in RaspLexer().get_tokens("cmp(1, 2);")
assert "cmp" in [choice.text for choice in choices("x = cm", SessionNames(Session()))]

answers = []
for arguments, given in json.load(sys.stdin):
    sys.stdin = io.TextIOWrapper(io.BytesIO(given.encode()), encoding="utf-8")
    written = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with contextlib.redirect_stdout(written), contextlib.redirect_stderr(written):
        main(arguments)
    answers.append(written.buffer.getvalue().decode())
json.dump(answers, sys.stdout)
"""
PROGRAM = """
before = aggregate(select(indices, indices - 1, ==), tokens_int);
rises = cmp(tokens_int, before) if cmp(2, 1) == 1 else 0;
"""


CASES = [
    (["run", "-s", "rises", "-i", "2314"], 'rises("2314") = [1, 1, -1, 1] (ints)'),
    (["run", "-s", "rises", "-i", "2314" * 200], "1, -1, 1] (ints)"),
    (["arch", "-s", "rises"], "1 layer, 1 head"),
    (["draw", "-s", "rises", "-i", "2314"], "cmp(tokens_int, before)"),
    (["compile", "-s", "rises", "--vocab", "012", "--max-length", "3"], "the model agrees with the program"),
]
CONVERSATION = ':help cmp\ncmp(1, 2);\nx = cmp(tokens, "b");\nset example "abc"\nx;\ncmp = 3;\n'


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """What the command line answers to each case, and last to the conversation, where the new operator is declared."""
    program = tmp_path_factory.mktemp("operators") / "program.rasp"
    program.write_text(PROGRAM, encoding="utf-8")
    asked = [([name, str(program), *arguments], "") for (name, *arguments), _ in CASES] + [([], CONVERSATION)]
    command = [sys.executable, "-c", ADDED]
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, timeout=120, check=False)
    assert not done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("case", range(len(CASES)), ids=[" ".join(command)[:30] for command, _ in CASES])
def test_a_declaration_is_all_that_a_new_operator_needs(case, answers):
    assert CASES[case][1] in answers[case]


def test_the_language_knows_a_new_operator(answers):
    said = answers[-1]
    assert said.startswith("cmp(x, y): function of the language\n  Which of both is greater.\n")
    assert "value: out = -1\n" in said
    assert 'x("abc") = [-1, 0, 1] (ints)' in said
    assert "`cmp` is reserved" in said
