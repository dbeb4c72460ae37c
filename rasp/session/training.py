"""Trains transformers on the answers of an s-op, or on examples: the body of `SOp.train` and of `rasp train`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rasp.architecture.report import summary_line
from rasp.base.quantities import many
from rasp.compile.inputs import DrawInput
from rasp.engine.inputs import validate_input
from rasp.errors import BadInput, NotAnSOp, RaspError, UnwritableFile, WrongOperand
from rasp.graph.atoms import show_atom
from rasp.graph.nodes import Atom, is_selector
from rasp.present.evaluation import architecture_of
from rasp.present.names import show_input
from rasp.present.text import element_text
from rasp.session.compiling import model_vocabulary
from rasp.session.transformer import Transformer
from rasp.train import training_run
from rasp.train.answers import LabelledProgram, check_labels
from rasp.train.attention import aims_of, looking_ahead
from rasp.train.checkpoint import CheckpointKeeper
from rasp.train.events import TrainingListener, TrainingStanding, share_text, training_status
from rasp.train.inputs import pair_inputs, program_inputs
from rasp.train.memory import check_memory
from rasp.train.report_text import report_text
from rasp.train.results import TrainingReport
from rasp.train.sampling import sampler_of
from rasp.train.settings import TrainingSettings, check_least, sizes_of
from rasp.train.training_run import TrainingOutcome, TrainingRequest

TrainingCallback = Callable[[TrainingStanding], object]
LIVE: list[Callable[[], TrainingListener]] = []  # each makes a listener that can redraw a line; the last one is used
ExamplePair = tuple[Sequence[Atom], Sequence[Any]]
WIDTH = 64


@dataclass(frozen=True)
class Sizes:
    """The sizes to train: the given ones, else the counted one; with `tight`, smaller ones as well."""

    layers: int | None = None
    heads: int | None = None
    width: int = WIDTH
    tight: bool = False


class Training:
    """What was trained: `models` has the best model of each size, by its name; `model` is the first of them.

    `report` has all that was measured, `to_dict()` as JSON; `str` of it is the report as text. `failure` is the error
    that ended the training in a later size, or that of a file that could not be written; else None.
    """

    def __init__(self, outcome: TrainingOutcome, failure: UnwritableFile | None = None) -> None:
        self.failure: RaspError | None = outcome.failure or failure
        self.report: TrainingReport = outcome.report
        self.models: dict[str, Transformer] = {
            f"{result.size.words}, width {result.size.width}": Transformer(network)
            for result, network in zip(outcome.report.results, outcome.networks, strict=True)
        }

    @property
    def model(self) -> Transformer:
        """The best model of the first size."""
        return next(iter(self.models.values()))

    @property
    def accuracy(self) -> float:
        """The share of whole test sequences that `model` gets right."""
        return self.report.results[0].best_seed.test.sequences

    def draw(self, given: Any, path: str | Path | None = None, *, max_n: int | None = None) -> str:
        """Draws `model` on an input: the selectors of the program and the heads beside one another."""
        return self.model.draw(given, path, max_n=max_n)

    def to_dict(self) -> dict[str, Any]:
        """All results, as `report.json` has them."""
        return self.report.to_dict()

    def __str__(self) -> str:
        text = report_text(self.report)
        return text if self.failure is None else f"{text}\n{self.failure.diagnostic.title}"

    def _repr_html_(self) -> str:
        from rasp.session.training_html import training_html  # imported late: only notebooks need it

        return training_html(self.report)

    def __repr__(self) -> str:
        sizes = many(len(self.models), "size")
        return f"<Training of {self.report.name}: {sizes}, {share_text(self.accuracy)} % of sequences right>"


def train(
    wanted: TrainingRequest,
    folder: str | os.PathLike[str] | None = None,
    listener: TrainingListener | None = None,
    force: bool = False,
    resume: bool = False,
) -> tuple[Training, CheckpointKeeper]:
    """Trains the transformers of a request: the body of `SOp.train` and of `rasp train`.

    `folder` is where models, metrics, checkpoints and the report are written. Raises ModuleNotFoundError without
    PyTorch, UnwritableFile for a folder that has files (unless `force`), FileMissing if there is no checkpoint to
    resume from, and WrongOperand for `resume` without a folder or with `force`.
    """
    if resume and (folder is None or force):
        wrong = "goes on with what `force` would replace" if force else "needs the `folder` of the training"
        raise WrongOperand(f"`resume` {wrong}")
    training_run.check_device(wanted.settings.device)
    if folder is None:
        path, resumed = None, None
    else:
        path, resumed = training_run.folder_ready(os.fspath(folder), force, resume)
    keeper = CheckpointKeeper(path, wanted.origin)
    shown = listener or TrainingListener()
    try:
        outcome = training_run.train_sizes(wanted, shown, keeper, resumed)
        return Training(outcome, keeper.failure), keeper
    finally:
        shown.close()


def of_program(
    sop: Any,
    name: str,
    vocab: Any,
    max_length: int,
    settings: TrainingSettings,
    sizes: Sizes,
    draw: DrawInput | str | None = None,
    drawn_by: str = "",
) -> TrainingRequest:
    """The request to train on the answers of an s-op. Raises NotAnSOp, BadInput, ProgramFails, WrongOperand."""
    if is_selector(sop.node):
        raise NotAnSOp(f"`{name}` is a selector; only s-ops can be trained", hint="An s-op that uses it can.")
    settings.check()
    check_least("max_length", max_length, 1)
    vocabulary = model_vocabulary(vocab)
    if len(vocabulary) == 1:
        raise BadInput(f"the vocabulary has one token, {show_atom(vocabulary[0])}; training takes two or more")
    report = architecture_of([sop.node], sop.names, settings.bos)
    aims = aims_of(report)
    program = LabelledProgram(sop.node, name, vocabulary, sop.names, tuple(aim.selector for aim in aims))
    made = sizes_of(report, sizes.layers, sizes.heads, sizes.width, sizes.tight)
    for size in made:
        check_memory(size, len(vocabulary), len(vocabulary), max_length, settings)
    sampler = sampler_of(vocabulary, draw, drawn_by)
    inputs = program_inputs(program, sampler, max_length, settings, tuple(aim.counts for aim in aims))
    _check_values(name, inputs.classes.values)
    ahead = looking_ahead(aims, program, inputs.validation) if settings.causal else ""
    warning = f"the program looks ahead, which a causal model cannot: {ahead}" if ahead else ""
    count = f"counted: {summary_line([name], report.heads_per_layer, settings.bos).removeprefix(f'{name}: ')}"
    return TrainingRequest(name, count, inputs, made, settings, program, aims, warning)


def of_pairs(pairs: Sequence[ExamplePair], name: str, settings: TrainingSettings, sizes: Sizes) -> TrainingRequest:
    """The request to train on examples. Raises BadInput for examples that contradict, WrongOperand."""
    settings.check()
    if settings.supervise:
        raise WrongOperand("attention is supervised by the selectors of a program, which examples do not have")
    _check_pairs(pairs)
    made = sizes_of(None, sizes.layers, sizes.heads, sizes.width, sizes.tight)
    inputs = pair_inputs(pairs, settings)
    tokens, values = len(inputs.vocabulary), len(inputs.classes.values)
    for size in made:
        check_memory(size, tokens, values, inputs.max_length, settings)
    if len(inputs.vocabulary) == 1:
        raise BadInput("the examples have one token; training takes two or more")
    _check_values(name, inputs.classes.values)
    return TrainingRequest(name, "from examples, so no size is counted", inputs, made, settings)


def _check_pairs(pairs: Sequence[ExamplePair]) -> None:
    known: dict[tuple[Atom, ...], tuple[int, tuple[Any, ...]]] = {}
    for number, (given, wanted) in enumerate(pairs, 1):
        checked, told = validate_input(given), tuple(wanted)
        if len(checked) != len(told):
            title = f"example {number} has {len(checked)} tokens and {len(told)} outputs; each token has one, or null"
            raise BadInput(title)
        check_labels(f"example {number}", [value for value in told if value is not None])
        first, before = known.setdefault(checked, (number, told))
        if before != told:
            outputs = [f"first: {_values_text(before)}", f"then: {_values_text(told)}"]
            title = f"the examples {first} and {number} contradict one another on {show_input(checked)}"
            raise BadInput(title, details=outputs)


def _values_text(values: Sequence[Any]) -> str:
    return ", ".join("null" if value is None else element_text(value) for value in values)


def _check_values(name: str, values: Sequence[Atom]) -> None:
    if len(values) < 2:
        known = f"only {show_atom(values[0])}" if values else "nothing"
        raise WrongOperand(f"`{name}` gives {known} on all inputs that were drawn, so there is nothing to learn")


class CallbackListener(TrainingListener):
    """Passes each measure on to a function."""

    def __init__(self, heard: TrainingCallback) -> None:
        self._heard = heard

    def measured(self, standing: TrainingStanding) -> None:
        self._heard(standing)


def listener_of(progress: bool | TrainingCallback | None) -> TrainingListener:
    """The listener of a training: a function, a line that is redrawn, or a line printed for each measure."""
    if callable(progress):
        return CallbackListener(progress)
    if LIVE and progress in (None, True):
        return LIVE[-1]()
    shown = hasattr(sys, "ps1") if progress is None else progress
    return (
        CallbackListener(lambda standing: print(training_status(standing), flush=True)) if shown else TrainingListener()
    )


def of_sop(sop: Any, vocab: Any, max_length: int, **given: Any) -> Training:
    """The body of `SOp.train`."""
    taken = {name: given.pop(name) for name in ("folder", "force", "resume", "progress", "draw")}
    sizes = Sizes(*(given.pop(name) for name in ("layers", "heads", "width", "tight")))
    wanted = of_program(sop, sop.name or "output", vocab, max_length, TrainingSettings(**given), sizes, taken["draw"])
    listener = listener_of(taken["progress"])
    return train(wanted, taken["folder"], listener, taken["force"], taken["resume"])[0]
