"""Programs that are learned by gradients: their text is the discrete program, which is what the model computes."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

import numpy as np
import pytest

import rasp
from rasp.errors import BadInput, WrongOperand
from rasp.learning import tasks
from rasp.learning.examples.rows import data_of
from rasp.learning.gradient import GradientProgram, learn_by_gradient
from rasp.learning.gradient_text import GradientText, TokenInputs
from rasp.train.discrete import (
    MEASURED,
    ORDERS,
    CodedExamples,
    ConstrainedShape,
    DiscreteProgram,
    GradientSettings,
    execute,
)

TINY = GradientSettings(epochs=60, seeds=4, layers=1, heads=4, tables=1, batch=10, hot=3.0)


def quiet(epochs: int, all_epochs: int, wrong: Any) -> None:
    """Hears nothing."""


def hist() -> Any:
    """All inputs of up to four of two letters, with how often each token occurs."""
    task = tasks.task("hist", 2, 4)
    return data_of([(given, tuple(task.answers(given))) for given in task.all_inputs()])


def draw(shape: ConstrainedShape, random: np.random.Generator) -> DiscreteProgram:
    """A random program."""
    choices = {name: random.integers(0, size[-1], size[:-1]) for name, size in shape.choices().items()}
    weights = random.integers(-9, 9, (shape.variables, shape.codes, shape.labels))
    weights[random.random(shape.variables) < 0.3] = 0
    return DiscreteProgram(shape, choices, weights)


def run_plainly(program: DiscreteProgram, tokens: list[int]) -> list[list[int]]:
    """The codes of all variables at each position, by definition."""
    shape, chosen, size = program.shape, program.choices, len(tokens)
    columns = [list(tokens), list(range(size))]
    for layer in range(shape.layers):
        made = []
        for head in range(shape.heads + shape.counts):
            queries, keys = (columns[chosen[f"{layer}.{side}"][head]] for side in ("query", "key"))
            wanted = [chosen[f"{layer}.predicate"][head][code] for code in queries]
            matches = [
                [key for key in range(query + 1 if shape.causal else size) if keys[key] == wanted[query]]
                for query in range(size)
            ]
            if head >= shape.heads:
                made.append([len(found) for found in matches])
                continue
            values = columns[chosen[f"{layer}.value"][head]]
            best = [_best(found, query, ORDERS[head % 3]) for query, found in enumerate(matches)]
            made.append([shape.codes - 1 if key is None else values[key] for key in best])
        for offset, value in zip(shape.offsets, chosen.get(f"{layer}.moved", ()), strict=True):
            there = [query + offset for query in range(size)]
            made.append([columns[value][key] if 0 <= key < size else shape.codes - 1 for key in there])
        columns += made
        tables = []
        for table in range(shape.tables):
            left, right = (columns[chosen[f"{layer}.{side}"][table]] for side in ("left", "right"))
            tables.append([int(chosen[f"{layer}.table"][table][pair]) for pair in zip(left, right, strict=True)])
        columns += tables
    return [list(row) for row in zip(*columns, strict=True)]


def _best(keys: list[int], query: int, order: str) -> int | None:
    if not keys:
        return None
    return {"near": min(keys, key=lambda key: (abs(key - query), key)), "last": keys[-1], "first": keys[0]}[order]


def as_input(tokens: list[int], vocabulary: tuple[Any, ...]) -> list[Any]:
    return [vocabulary[token] for token in tokens]


@pytest.mark.parametrize(
    ("vocabulary", "kind", "labels"),
    [(("a", "b", "<s>"), "string", ("x", "-")), ((-1, 0, 7), "int", (1, 2, 3)), ((False, True), "bool", (True, False))],
)
@pytest.mark.parametrize("seed", range(4))
def test_the_text_is_the_program(vocabulary: Any, kind: str, labels: Any, seed: int) -> None:
    random = np.random.default_rng(seed)
    shape = ConstrainedShape(2, 3, 2, 3, 7, len(labels), 5, causal=seed == 3, offsets=(1, -2, -1))
    program = draw(shape, random)
    session = rasp.Session()
    session.run(GradientText(program, TokenInputs(vocabulary, kind, shape.length), labels).text())
    for size in range(1, 6):
        tokens = random.integers(0, len(vocabulary), size).tolist()
        codes = np.array(run_plainly(program, tokens))
        expected = [labels[number] for number in program.scores(codes).argmax(axis=1)]
        assert session["output"](as_input(tokens, vocabulary)).values == expected


@pytest.mark.parametrize("causal", [False, True])
def test_the_model_with_hard_choices_is_the_program(causal: bool) -> None:
    torch = pytest.importorskip("torch")
    from rasp.train.gradients.constrained import ConstrainedTransformer

    shape = ConstrainedShape(2, 3, 2, 2, 7, 2, 5, causal, offsets=(-1, 2))
    random = np.random.default_rng(0)
    lengths = np.array([5, 1, 3, 4])
    tokens = random.integers(0, 3, (4, 5))
    given = np.stack([tokens, np.broadcast_to(np.arange(5), (4, 5))], axis=-1)
    examples = CodedExamples(given, lengths, np.zeros((4, 5), dtype=np.int64))
    model = ConstrainedTransformer(shape, [0], "cpu")
    for _ in range(3):
        program = draw(shape, random)
        hard = {
            name: torch.nn.functional.one_hot(torch.from_numpy(chosen), shape.choices()[name][-1]).float()[None]
            for name, chosen in program.choices.items()
        }
        soft = (
            model.run(hard, torch.from_numpy(given), torch.from_numpy(lengths))[0].argmax(dim=-1).movedim(0, -1).numpy()
        )
        codes = np.split(execute(program, examples), examples.starts[1:])
        for row, size in enumerate(lengths):
            expected = run_plainly(program, tokens[row, :size].tolist())
            assert codes[row].tolist() == soft[row, :size].tolist() == expected


@pytest.fixture(scope="module")
def learned() -> GradientProgram:
    pytest.importorskip("torch")
    return learn_by_gradient(hist(), TINY, quiet)


def test_a_small_task_is_learned(learned: GradientProgram) -> None:
    assert learned.wrong == 0
    assert not learned.interrupted
    session = rasp.Session()
    session.run(learned.text)
    assert session["output"]("abba").values == [2, 2, 2, 2]
    assert session["output"]("aab").values == [2, 2, 1]
    assert learned.history[-1][0] == learned.epochs


def test_equal_seeds_give_equal_programs(learned: GradientProgram) -> None:
    assert learn_by_gradient(hist(), TINY, quiet).text == learned.text


def test_ctrl_c_gives_the_best_so_far() -> None:
    pytest.importorskip("torch")

    def press(epochs: int, all_epochs: int, wrong: Any) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    found = learn_by_gradient(hist(), TINY, press)
    assert found.interrupted
    assert found.epochs == TINY.epochs // MEASURED
    session = rasp.Session()
    session.run(found.text)
    assert len(session["output"]("abba").values) == 4


def test_data_that_no_such_program_fits() -> None:
    with pytest.raises(BadInput, match="100 tokens are too many"):
        learn_by_gradient(data_of([([str(token)], [1]) for token in range(100)]), TINY, quiet)
    with pytest.raises(BadInput, match="double quote"):
        learn_by_gradient(data_of([(['"'], [1])]), TINY, quiet)


def test_a_device_that_there_is_not() -> None:
    pytest.importorskip("torch")
    with pytest.raises(WrongOperand, match="cannot use the device"):
        learn_by_gradient(hist(), GradientSettings(device="nowhere"), quiet)


def test_without_torch_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("rasp.train.gradients.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ModuleNotFoundError, match=r"rasp-lang\[torch\]"):
        learn_by_gradient(hist(), TINY, quiet)
