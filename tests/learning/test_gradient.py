"""Programs that are learned by gradients: their text is the discrete program, which is what the model computes."""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import rasp
from rasp.errors import BadInput, WrongOperand
from rasp.learning import tasks
from rasp.learning.adapter import task_teacher
from rasp.learning.events import SearchListener
from rasp.learning.examples.rows import data_of
from rasp.learning.gradient import GradientProgram, learn_by_gradient
from rasp.learning.gradient_checkpoint import GradientKeeper
from rasp.learning.gradient_search import preset
from rasp.learning.gradient_text import GradientText, TokenInputs
from rasp.learning.learning_loop import learn_program
from rasp.learning.lessons import of_teacher
from rasp.learning.methods import GRADIENT, choose_method
from rasp.learning.state import StateKeeper
from rasp.train import discrete
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


@pytest.mark.parametrize("short", [2, 64])
@pytest.mark.parametrize("causal", [False, True])
def test_the_model_with_hard_choices_is_the_program(causal: bool, short: int, monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch")
    from rasp.train.gradients import matching
    from rasp.train.gradients.constrained import ConstrainedTransformer

    monkeypatch.setattr(matching, "SHORT", short)
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
        stream = torch.cat(model.run(hard, torch.from_numpy(given), torch.from_numpy(lengths)), dim=1)[0]
        soft = stream.argmax(dim=1).movedim(0, -1).numpy()
        codes = np.split(execute(program, examples), examples.starts[1:])
        for row, size in enumerate(lengths):
            expected = run_plainly(program, tokens[row, :size].tolist())
            assert codes[row].tolist() == soft[row, :size].tolist() == expected
            assert not stream[:, :, row, size:].any()


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


def test_a_killed_training_goes_on_as_if_it_had_not_been(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    from rasp.train.gradients.constrained_loop import ConstrainedTrainer

    settings = replace(TINY, epochs=12, batch=4, draws=2, mixed=True, equal=3.0)
    path, step = str(tmp_path / "a.checkpoint.safetensors"), ConstrainedTrainer._step

    def die(self: Any, *arguments: Any) -> None:
        step(self, *arguments)
        if self.progress.steps == 50:
            raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(ConstrainedTrainer, "_step", die)
        patch.setattr("rasp.learning.gradient_checkpoint.EVERY", 0.0)
        with pytest.raises(SystemExit):
            learn_by_gradient(hist(), settings, quiet, GradientKeeper(path, "hist"))
    assert Path(path).exists()
    epochs: list[int] = []
    again = learn_by_gradient(hist(), settings, lambda now, *_: epochs.append(now), GradientKeeper(path, "hist", True))
    assert epochs[0] > 50 // 8  # batches of an epoch
    assert again.text == learn_by_gradient(hist(), settings, quiet).text
    assert not Path(path).exists()


# Layers, categorical and numerical heads, and categorical and numerical feed-forwards of a layer, in LTP's repository.
SIZES = {
    "reverse": (3, 4, 4, 1, 1),
    "hist": (1, 2, 2, 1, 1),
    "double_hist": (3, 2, 2, 1, 1),
    "sort": (3, 4, 4, 2, 2),
    "most_freq": (3, 4, 4, 2, 2),
    "dyck1": (3, 4, 4, 1, 1),
    "dyck2": (3, 2, 2, 2, 2),
}


@pytest.mark.parametrize("name", SIZES)
def test_tasks_of_the_paper_are_learned_with_its_sizes(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shapes: list[ConstrainedShape] = []

    def train(shape: ConstrainedShape, *others: Any) -> Any:
        shapes.append(shape)
        raise KeyboardInterrupt

    monkeypatch.setattr("rasp.learning.gradient.train_program", train)
    lesson = of_teacher(*task_teacher(name, None, None, True))
    wanted = choose_method(lesson, GRADIENT).request()
    with pytest.raises(KeyboardInterrupt):
        learn_program(wanted, SearchListener(), StateKeeper(None, wanted.origin()))
    shape, settings = shapes[0], preset(name)
    counting = sum(shape.counted(0)[shape.base :])  # the heads of a layer that count
    numerical = shape.tables - shape.tables // 2
    assert (shape.layers, shape.heads, counting, shape.tables - numerical, numerical) == SIZES[name]
    assert shape.causal == tasks.task(name).causal
    assert (settings.lr, settings.temperature(0), round(settings.temperature(1), 9)) == (0.05, 3.0, 0.01)


def test_data_that_no_such_program_fits() -> None:
    with pytest.raises(BadInput, match="100 tokens are too many"):
        learn_by_gradient(data_of([([str(token)], [1]) for token in range(100)]), TINY, quiet)
    with pytest.raises(BadInput, match="double quote"):
        learn_by_gradient(data_of([(['"'], [1])]), TINY, quiet)
    with pytest.raises(BadInput, match="inputs of 5,000 tokens are too long"):
        learn_by_gradient(data_of([(["a"] * 5_000, [1] * 5_000)]), TINY, quiet)


@pytest.mark.parametrize("device", ["nowhere", "cuda"])
def test_a_device_that_there_is_not(device: str) -> None:
    torch = pytest.importorskip("torch")
    if device == "cuda" and torch.cuda.is_available():
        pytest.skip("there is a GPU")
    with pytest.raises(WrongOperand, match="cannot use the device"):
        learn_by_gradient(hist(), GradientSettings(device=device), quiet)


def test_a_step_in_parts_has_the_gradient_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch")
    from rasp.train.gradients.constrained_loop import ConstrainedTrainer

    random = np.random.default_rng(0)
    given, lengths = random.integers(0, 3, (6, 4, 2)), np.array([4, 1, 2, 3, 4, 4])
    batch = CodedExamples(given, lengths, np.where(np.arange(4) < lengths[:, None], random.integers(0, 2, (6, 4)), -1))
    shape = ConstrainedShape(1, 3, 1, 1, 5, 2, 4)
    trainers = [ConstrainedTrainer(shape, GradientSettings(seeds=2)) for _ in range(2)]
    for trainer in trainers:
        choices = {name: one.detach() for name, one in trainer.model.sample(1.0).items()}
        monkeypatch.setattr(trainer.model, "sample", lambda *_, choices=choices: choices)
    trainers[0]._step(batch, 0.0)
    monkeypatch.setattr(discrete, "FLOATS", 1)
    trainers[1]._step(batch, 0.0)
    whole, parts = (trainer.model.weight.grad for trainer in trainers)
    assert whole.abs().sum() > 0
    assert torch.allclose(whole, parts, atol=1e-6)


def test_without_torch_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("rasp.train.gradients.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ModuleNotFoundError, match=r"rasp-lang\[torch\]"):
        learn_by_gradient(hist(), TINY, quiet)


@pytest.mark.parametrize("size", [1, 2, 9])
def test_sums_over_ranges_are_those_of_the_table(size: int) -> None:
    torch = pytest.importorskip("torch")
    from rasp.train.gradients.matching import before, sums_before

    heads = len(ORDERS) + 1
    each = torch.randn(2, heads, 3, size, size, generator=torch.Generator().manual_seed(0))
    wanted = torch.einsum("shbqk,hqkj->shbqj", each, before(heads, size))
    assert torch.allclose(sums_before(each), wanted, atol=1e-5)


@pytest.mark.parametrize("short", [2, 64])
@pytest.mark.parametrize("causal", [False, True])
def test_gradients_of_heads_are_those_of_small_differences(
    causal: bool, short: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch = pytest.importorskip("torch")
    from rasp.train.gradients import matching

    monkeypatch.setattr(matching, "SHORT", short)
    noise, inside = torch.Generator().manual_seed(0), torch.ones(1, 1, 1, 2, 4, dtype=torch.float64)
    inside[..., 1, 2:] = 0
    read = [
        (torch.rand(2, 3, 5, 2, 4, generator=noise, dtype=torch.float64).softmax(dim=2) * inside).requires_grad_()
        for _ in range(3)
    ]
    assert torch.autograd.gradcheck(
        lambda one, key, value: matching.copy_first_match(one, key, value, inside, causal), read
    )
    assert torch.autograd.gradcheck(lambda one, key: matching.count_matches(one, key, inside, causal), read[:2])


def test_gradients_of_look_ups_are_those_of_small_differences(monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch")
    from rasp.train.gradients import pairs

    noise = torch.Generator().manual_seed(0)
    sizes = (2, 3, 4, 4, 5), (2, 3, 4, 6), (2, 3, 4, 6)
    read = [torch.rand(size, generator=noise, dtype=torch.float64).requires_grad_() for size in sizes]
    expected = torch.einsum("stjkc,stjn,stkn->stcn", *read)
    for floats in (1, 4 * 4 * 6 * 4, 2**17):  # tables one by one, four of them, and all together
        monkeypatch.setattr(pairs, "FLOATS", floats)
        assert torch.allclose(pairs.look_up_pairs(*read), expected)
        assert torch.autograd.gradcheck(pairs.look_up_pairs, read)


def test_gradient_of_a_match_reaches_the_keys_after_it() -> None:
    torch = pytest.importorskip("torch")
    from rasp.train.gradients.matching import copy_first_match

    first = torch.eye(3)[torch.zeros(4, dtype=torch.long)].T[None, None, :, None]
    key, value = first.clone().requires_grad_(), torch.rand(first.shape, generator=torch.Generator().manual_seed(0))
    copy_first_match(first, key, value, torch.ones(1, 1, 1, 1, 4))[0, 0, 0].sum().backward()
    assert key.grad.isfinite().all()
    assert key.grad[0, 0, 0, 0, 0].abs() > 0.01  # what the query would find otherwise


def test_draws_of_a_step_have_a_share_of_the_inputs_each() -> None:
    torch = pytest.importorskip("torch")
    from rasp.train.gradients.constrained import ConstrainedTransformer

    shape = ConstrainedShape(1, 3, 1, 1, 7, 2, 5, offsets=(-1,), hidden=3)
    random, lengths = np.random.default_rng(0), torch.tensor([5, 1, 3, 4])
    given = torch.from_numpy(random.integers(0, 5, (4, 5, 2)))
    model = ConstrainedTransformer(shape, [0, 1], "cpu")
    with torch.no_grad():
        model.weight.normal_()
    choices = model.sample(1.0, draws=2)
    both = model.logits(model.run(choices, given, lengths, draws=2))
    assert both.shape == (4, 2, 2, 5)
    for draw in range(2):
        own, rows = {name: one[draw::2] for name, one in choices.items()}, slice(2 * draw, 2 * draw + 2)
        alone = model.logits(model.run(own, given[rows], lengths[rows]))
        assert torch.allclose(both[draw::2], alone, atol=1e-5)
    assert not torch.equal(choices["0.query"][0], choices["0.query"][1])


def test_predicates_start_near_equality() -> None:
    torch = pytest.importorskip("torch")
    from rasp.train.gradients.constrained import ConstrainedTransformer

    shape = ConstrainedShape(1, 1, 1, 0, 4, 2, 3)
    plain, near = (ConstrainedTransformer(shape, [0], "cpu", equal=equal) for equal in (0.0, 3.0))
    added = near.named(near.parameters)["0.predicate"] - plain.named(plain.parameters)["0.predicate"]
    assert torch.allclose(added, 3 * torch.eye(4).expand_as(added))


def test_denormals_are_zero_while_a_program_is_trained() -> None:
    torch = pytest.importorskip("torch")
    from rasp.train.gradients.device import no_denormals

    if not torch.set_flush_denormal(False):
        pytest.skip("this processor cannot")
    small = torch.full((8,), 1e-30)
    with no_denormals():
        assert not (small * 1e-10).any()
    assert (small * 1e-10).all()


def test_half_of_the_tables_choose_among_counts_alone() -> None:
    torch = pytest.importorskip("torch")
    from rasp.train.gradients.constrained import ConstrainedTransformer

    shape = ConstrainedShape(2, 1, 2, 2, 4, 2, 3)
    model = ConstrainedTransformer(shape, [0, 1], "cpu")
    for layer in range(2):
        counted = torch.tensor(shape.counted(layer))
        for side in ("left", "right"):
            plain, barred = model.sample(3.0, draws=50)[f"{layer}.{side}"].unbind(dim=1)
            assert (plain > 0).all()
            assert not barred[:, ~counted].any()
            assert (barred[:, counted] > 0).all()


def test_noise_depends_on_the_step_and_the_seed_alone() -> None:
    torch = pytest.importorskip("torch")
    from rasp.train.gradients.constrained import ConstrainedTransformer

    shape = ConstrainedShape(1, 1, 1, 1, 4, 2, 3)
    model = ConstrainedTransformer(shape, [0, 1], "cpu")
    other = ConstrainedTransformer(shape, [1], "cpu")
    drawn = []
    for step, one in ((7, model), (8, model), (7, model), (7, other)):
        one.begin(step)
        drawn.append(one.sample(1.0)["0.predicate"])
    assert torch.equal(drawn[0], drawn[2])
    assert not torch.equal(drawn[0], drawn[1])
    assert torch.allclose(drawn[0][1], drawn[3][0])
