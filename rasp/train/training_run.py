"""Trains transformers of each size, one size after the other, and measures them on test inputs."""

from __future__ import annotations

import functools
import hashlib
import importlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from rasp.base.json_ints import dumps
from rasp.errors import BadInput, ProgramFails, RaspError, WrongOperand
from rasp.graph.nodes import Atom
from rasp.model.arrays import Array
from rasp.model.files import load_network as load_network
from rasp.model.files import save_network, write_bytes
from rasp.model.network import GELU, Network, config_of
from rasp.source.program import program as program_text
from rasp.train import memory, plots
from rasp.train.answers import LabelledProgram
from rasp.train.attention import Aim, Match, matches
from rasp.train.checkpoint import (
    CURVES,
    LENGTHS,
    REPORT,
    REPORT_DATA,
    Checkpoint,
    CheckpointKeeper,
    TrainingProgress,
    load_checkpoint,
    make_training_folder,
)
from rasp.train.events import TrainingListener
from rasp.train.inputs import LengthGroup, TrainingInputs
from rasp.train.measure import WRONG, by_length, score, wrong
from rasp.train.report_text import report_text
from rasp.train.results import SeedResult, SizeResult, TrainingReport, WrongInput
from rasp.train.settings import EncoderSize, TrainingSettings

if TYPE_CHECKING:
    from rasp.train.gradients.loop import Trainer


@dataclass(frozen=True)
class TrainingRequest:
    """What is to be trained: inputs with their answers, sizes, settings, and the program, if there is one."""

    name: str
    count: str
    inputs: TrainingInputs
    sizes: tuple[EncoderSize, ...]
    settings: TrainingSettings
    program: LabelledProgram | None = None
    aims: tuple[Aim, ...] = ()
    warning: str = ""  # a reason to expect a bad result

    @property
    def origin(self) -> dict[str, Any]:
        """What must match when a training continues; the checksum comes last, because it is the least informative."""
        return {
            "sizes": ", ".join(size.slug for size in self.sizes),
            "vocabulary": list(self.inputs.vocabulary),
            "max_length": self.inputs.max_length,
            **{name: value for name, value in self.settings.to_dict().items() if name != "threads"},
            "program" if self.program else "examples": self._checksum(),
        }

    def _checksum(self) -> str:
        digest = hashlib.sha256()
        if self.program is not None:
            digest.update(program_text([self.program.node]).source.encode("utf-8", "surrogatepass"))
        for group in (*self.inputs.test, *self.inputs.validation, *self.inputs.examples):
            digest.update(np.ascontiguousarray(group.ids).tobytes())
            digest.update(np.ascontiguousarray(group.labels).tobytes())
        return digest.hexdigest()[:16]


@dataclass(frozen=True)
class TrainingOutcome:
    """The results of a training, and the best model of each size; `failure` is the error that ended it early."""

    report: TrainingReport
    networks: tuple[Network, ...]
    failure: RaspError | None = None


@dataclass
class _Run:
    """A running training."""

    wanted: TrainingRequest
    listener: TrainingListener
    keeper: CheckpointKeeper
    resumed: Checkpoint | None
    networks: list[Network] = field(default_factory=list)

    def size(self, size: EncoderSize) -> bool:
        """Trains a size; returns whether Ctrl-C ended it."""
        loop = gradients("rasp.train.gradients.loop")
        aims = tuple((number, aim.layer, aim.head) for number, aim in enumerate(self.wanted.aims))
        trainer = loop.Trainer(size, self.wanted.inputs, self.wanted.settings, aims)
        if self.resumed is not None and self.resumed.arrays and len(self.resumed.done) == len(self.keeper.done):
            trainer.restore(self.resumed.arrays, self.resumed.progress)
        try:
            stopped: bool = trainer.run(self.listener, self._keep)
        except (BadInput, ProgramFails):  # there are no inputs for the next step; what was trained is whole
            self.keeper.keep(trainer.progress, trainer.arrays)
            raise
        if stopped:
            self.keeper.keep(trainer.progress, trainer.arrays)
            if not trainer.progress.best:
                trainer.measure(self.listener)
        trainer.take_best()
        network = self._network(trainer)
        self.networks.append(network)
        self.keeper.done.append(_result(self.wanted, trainer, network, stopped))
        self.keeper.put(model_file(size), lambda path: save_network(network, path))
        if not stopped:
            self.keeper.keep(TrainingProgress(), dict)
        return stopped

    def _keep(self, trainer: Trainer, measured: bool) -> None:
        before = self.keeper.failure
        if measured:
            self.keeper.measured(trainer.progress)
        if self.keeper.due:
            self.keeper.keep(trainer.progress, trainer.arrays)
        if before is None and self.keeper.failure is not None:
            self.listener.unwritten(self.keeper.failure)

    def _network(self, trainer: Trainer) -> Network:
        """The best seed as a network."""
        wanted, index = self.wanted, best_index(trainer.progress)
        settings, size = wanted.settings, trainer.size
        weights = trainer.weights(index)
        config = config_of(
            weights,
            settings.causal,
            wanted.inputs.vocabulary,
            {wanted.name: list(wanted.inputs.classes.values)},
            bos=0 if settings.bos else None,
            activation=GELU,
            layer_norm=trainer.epsilon,
            trained_length=wanted.inputs.max_length,
        )
        bare = Network(config, weights, (), [["trained"] * size.heads] * size.layers)
        found = matches(bare, wanted.aims, wanted.program, wanted.inputs.validation) if wanted.program else []
        return Network(config, weights, (), _heads(size, found), _training(wanted, found))


def _heads(size: EncoderSize, found: Sequence[Match]) -> list[list[str]]:
    """For each head of a model, the selectors that are most like it, in words."""
    texts = [["trained"] * size.heads for _ in range(size.layers)]
    for match in sorted(found, key=lambda match: match.correlation):
        like = f"trained; most like {match.selector} (correlation {match.correlation:.2f})"
        texts[match.layer - 1][match.head - 1] = like
    return texts


def _training(wanted: TrainingRequest, found: Sequence[Match]) -> dict[str, Any]:
    """The description of the training in a model file: the program's selectors, and heads like them."""
    told: dict[str, Any] = {"settings": wanted.settings.to_dict(), "attention": [match.to_dict() for match in found]}
    if wanted.program is not None:
        written = program_text([wanted.program.node, *(aim.selector for aim in wanted.aims)])
        told["program"], told["names"] = written.source, list(written.names)
    return told


def best_index(progress: TrainingProgress) -> int:
    """The index of the seed that is best on validation inputs."""
    return max(range(len(progress.best)), key=lambda index: progress.best[index].order)


def model_file(size: EncoderSize) -> str:
    """The name of the file of a size's best model.

    >>> model_file(EncoderSize(2, 4, 64, "as counted"))
    '2-layers-4-heads-width-64.safetensors'
    """
    return f"{size.slug}.safetensors"


def gradients(name: str) -> ModuleType:
    """Imports a module that needs PyTorch, late, because PyTorch is an extra and takes seconds to import.

    Raises ModuleNotFoundError, which says what to install.
    """
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        message = f"{error.name} is not installed; `pip install 'rasp-lang[torch]'` brings it"
        raise ModuleNotFoundError(message, name=error.name) from None


def check_device(device: str) -> None:
    """Raises ModuleNotFoundError without PyTorch, WrongOperand for a device that it does not have."""
    gradients("rasp.train.gradients.device").check_available(device)


# ------------------------------------------------------------------------------------------------------------- results


def _result(wanted: TrainingRequest, trainer: Trainer, network: Network, stopped: bool) -> SizeResult:
    """Measures the best states on test inputs."""
    inputs, progress, settings = wanted.inputs, trainer.progress, wanted.settings
    test, beyond = trainer.predictions(inputs.test), trainer.predictions(inputs.beyond)
    seeds = tuple(
        SeedResult(
            settings.seed + index,
            progress.best_steps[index],
            progress.best[index],
            score(inputs.test, test, index),
            tuple(by_length(inputs.test, test, index)),
            tuple(by_length(inputs.beyond, beyond, index)),
        )
        for index in range(settings.seeds)
    )
    best = best_index(progress)
    return SizeResult(
        size=trainer.size,
        parameters=trainer.encoder.n_parameters,
        steps=progress.step,
        stopped=stopped,
        seconds=progress.seconds,
        data_seconds=progress.data_seconds,
        seeds=seeds,
        best=best,
        wrong=tuple(_wrong(inputs, inputs.test, test, best)),
        attention=tuple(Match(**match) for match in network.training["attention"]),
        history=tuple(progress.history),
        left_out=progress.left_out,
        left_out_why=progress.left_out_why,
    )


def _wrong(
    inputs: TrainingInputs, groups: Sequence[LengthGroup], predicted: Sequence[Array], index: int
) -> list[WrongInput]:
    values: Sequence[Atom] = inputs.classes.values
    found: list[WrongInput] = []
    for ids, labels, given in wrong(groups, predicted, index):
        if len(found) == WRONG:
            break
        told = tuple(inputs.vocabulary[token] for token in ids.tolist())
        expected = tuple(values[label] if label >= 0 else None for label in labels.tolist())
        found.append(WrongInput(told, expected, tuple(values[number] for number in given.tolist())))
    return found


# ---------------------------------------------------------------------------------------------------------------- all


def train_sizes(
    wanted: TrainingRequest, listener: TrainingListener, keeper: CheckpointKeeper, resumed: Checkpoint | None = None
) -> TrainingOutcome:
    """Trains all sizes. After Ctrl-C, returns the results of what was trained until then.

    Raises BadInput for the checkpoint of another training, ModuleNotFoundError without PyTorch, UnwritableFile if
    nothing can be written, and WrongOperand if a loss is not finite or PyTorch does not have the device. An error in a
    later size is returned with the results of those before it.
    """
    run = _Run(wanted, listener, keeper, resumed)
    if resumed is not None:
        resumed.check(wanted.origin)
        keeper.done.extend(resumed.done)
        assert keeper.folder is not None
        run.networks.extend(load_network(keeper.folder / model_file(result.size)) for result in resumed.done)
    else:
        keeper.begin(_room(wanted))
    with gradients("rasp.train.gradients.device").threads(wanted.settings.threads) as threads:
        failure = _train_remaining(run)
    report = _report(wanted, tuple(keeper.done), threads)
    _write(report, keeper)
    return TrainingOutcome(report, tuple(run.networks), failure)


def _room(wanted: TrainingRequest) -> int:
    """About how many bytes the training takes on the disk."""
    inputs = wanted.inputs
    sizes = len(inputs.vocabulary), len(inputs.classes.values), inputs.max_length
    return memory.room(wanted.sizes, *sizes, wanted.settings)


def _train_remaining(run: _Run) -> RaspError | None:
    """Trains the sizes that are not done, up to Ctrl-C or an error, which is raised if no size has results yet."""
    for size in run.wanted.sizes[len(run.keeper.done) :]:
        try:
            with gradients("rasp.train.gradients.device").memory(size):
                if run.size(size):
                    return None
        except (BadInput, ProgramFails, WrongOperand) as error:
            if not run.keeper.done:
                raise
            return error
    return None


def _report(wanted: TrainingRequest, results: tuple[SizeResult, ...], threads: int) -> TrainingReport:
    inputs = wanted.inputs
    notes = [*inputs.notes, *filter(None, [wanted.warning])]
    if not inputs.beyond:
        notes.append("lengths beyond the trained ones: not applicable")
    return TrainingReport(
        wanted.name,
        wanted.count,
        inputs.vocabulary,
        inputs.max_length,
        inputs.classes.values,
        wanted.settings,
        tuple(notes),
        results,
        len(wanted.sizes),
        threads,
    )


def _write(report: TrainingReport, keeper: CheckpointKeeper) -> None:
    """Writes the report and the plots."""
    files = {
        REPORT: f"{report_text(report)}\n",
        REPORT_DATA: f"{dumps(report.to_dict())}\n",
        CURVES: plots.curves(report),
        LENGTHS: plots.lengths(report),
    }
    for name, text in files.items():
        keeper.put(name, functools.partial(write_bytes, content=text.encode("utf-8", "surrogatepass")))


def folder_ready(path: str, force: bool, resume: bool) -> tuple[Path, Checkpoint | None]:
    """The folder of a training, made if it is missing, and with `resume` its checkpoint.

    Raises UnwritableFile for a folder with files, and FileMissing if there is no checkpoint to continue.
    """
    folder = Path(path)
    if resume:
        return folder, load_checkpoint(folder)
    make_training_folder(folder, force)
    return folder, None
