"""Trains constrained transformers, all seeds at once, and keeps the best discrete program of each.

The sampled model is noisy, so programs are judged in their final form: with hard choices, on validation data.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from rasp.errors import UnreadableFile
from rasp.model.arrays import Array
from rasp.train.answers import NOT_ASKED
from rasp.train.discrete import MEASURED, CodedExamples, ConstrainedShape, DiscreteProgram, GradientSettings
from rasp.train.gradients.constrained import ConstrainedTransformer
from rasp.train.interrupts import remember_interrupts

BETAS = (0.9, 0.95)
PERFECT = 2  # training ends after so many consecutive measures with a program without validation errors

ProgramJudge = Callable[[DiscreteProgram], float]  # the loss of a program on validation data; 0: it has no errors
Heard = Callable[[int, list[float]], None]  # epochs so far, and for each seed the loss of its best program


@dataclass
class SeedProgram:
    """The best discrete program of a seed, and its loss on validation data."""

    program: DiscreteProgram
    wrong: float


@dataclass
class ConstrainedProgress:
    """How far a training is: steps in all, and consecutive measures with a perfect program."""

    steps: int = 0
    perfect: int = 0
    wrong: list[float] = field(default_factory=list)  # the losses of the best programs


class ConstrainedTrainer:
    """The training of all seeds. `run` continues from the present step, to the end or to Ctrl-C."""

    def __init__(self, shape: ConstrainedShape, settings: GradientSettings, classes: Array | None = None) -> None:
        self.shape, self.settings = shape, settings
        seeds = list(range(settings.seed, settings.seed + settings.seeds))
        self.model = ConstrainedTransformer(shape, seeds, settings.device, classes, settings.equal)
        dense = {**self.model.parameters, **{f"{name}.net": one for name, one in self.model.perceptrons.items()}}
        self.dense = {**dense, "weight": self.model.weight}
        self.optimizers = [torch.optim.Adam(list(self.dense.values()), lr=settings.lr, betas=BETAS, fused=True)]
        if self.model.table is not None:
            self.optimizers.append(torch.optim.SparseAdam([self.model.table], lr=settings.lr, betas=BETAS))
        self.found: list[SeedProgram] = []
        self.progress = ConstrainedProgress()
        self._each = 1  # steps of an epoch
        self._batches: tuple[int, list[Array]] | None = None  # of an epoch

    @property
    def epochs(self) -> int:
        """The number of epochs that have ended."""
        return self.progress.steps // self._each

    def run(self, training: CodedExamples, judge: ProgramJudge, heard: Heard, keep: Callable[[], None]) -> bool:
        """Trains to the end; returns whether Ctrl-C ended it early. `keep` is called after each step."""
        self._each = -(-len(training) // self.settings.batch)
        with remember_interrupts() as pressed:
            try:
                stopped = self._train(training, judge, heard, keep, pressed)
            except KeyboardInterrupt:
                stopped = True
            if not self.found:
                self._judge(judge)
                self.progress.perfect = 0
            return stopped

    def _train(
        self,
        training: CodedExamples,
        judge: ProgramJudge,
        heard: Heard,
        keep: Callable[[], None],
        pressed: Callable[[], bool],
    ) -> bool:
        progress, last = self.progress, self._each * self.settings.epochs
        every = max(1, self.settings.epochs // MEASURED)
        while progress.steps < last and progress.perfect < PERFECT:
            self._step(training.rows(self._batch(training)), progress.steps / last)
            progress.steps += 1
            if progress.steps % (self._each * every) == 0:
                self._judge(judge)
                heard(self.epochs, progress.wrong)
            keep()
            if pressed():
                return True
        return False

    def _batch(self, training: CodedExamples) -> Array:
        """The rows of the present step; the order of an epoch depends on its number and the seed alone."""
        epoch, place = divmod(self.progress.steps, self._each)
        if self._batches is None or self._batches[0] != epoch:
            random = np.random.default_rng([self.settings.seed, epoch])
            self._batches = epoch, training.batches(self.settings.batch, random, self.settings.mixed)
        return self._batches[1][place]

    def _step(self, batch: CodedExamples, share: float) -> None:
        """A step of the optimizers, for the summed gradient of parts of the batch that fit into the memory."""
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = self.settings.rate(share)
            optimizer.zero_grad(set_to_none=True)
        self.model.begin(self.progress.steps + 1)
        asked = max(1, int((batch.labels != NOT_ASKED).sum()))
        size = self.shape.most_inputs(batch.given.shape[1], self.model.seeds)
        for start in range(0, len(batch), size):
            part = batch if size >= len(batch) else batch.rows(np.arange(start, min(start + size, len(batch))))
            (self._loss(part, self.settings.temperature(share)) / asked).backward()
        for optimizer in self.optimizers:
            optimizer.step()

    def _loss(self, batch: CodedExamples, temperature: float) -> Any:
        """The summed cross-entropy of all labels and seeds, with choices that are drawn for it."""
        given, lengths, labels = (self._tensor(one) for one in (batch.given, batch.lengths, batch.labels))
        words, places = None, None
        if batch.words is not None:
            seen, there = np.unique(batch.words, return_inverse=True)
            words, places = self._tensor(seen), self._tensor(there.reshape(batch.words.shape))
        draws = next(draws for draws in range(self.settings.draws, 0, -1) if len(batch) % draws == 0)
        choices = self.model.sample(temperature, words, draws)
        logits = self.model.logits(self.model.run(choices, given, lengths, places, temperature, draws))
        wanted = labels.unflatten(0, (draws, -1)).repeat(self.model.seeds, *[1] * labels.ndim)
        return functional.cross_entropy(logits, wanted, ignore_index=NOT_ASKED, reduction="sum")

    def _tensor(self, array: Array) -> Any:
        return torch.from_numpy(array.astype(np.int64)).to(self.settings.device)

    def _judge(self, judge: ProgramJudge) -> None:
        """Judges the present discrete programs, and keeps each that is at least as good as its seed's best."""
        for seed in range(self.model.seeds):
            program = self.model.program(seed)
            wrong = judge(program)
            if len(self.found) <= seed or wrong <= self.found[seed].wrong:
                self.found[seed : seed + 1] = [SeedProgram(program, wrong)]
        self.progress.wrong = [one.wrong for one in self.found]
        self.progress.perfect = 0 if all(self.progress.wrong) else self.progress.perfect + 1

    # ----------------------------------------------------------------------------------------------------- checkpoints

    def arrays(self) -> dict[str, Array]:
        """The state of the training as arrays."""
        found = {f"now.{name}": tensor.detach().cpu().numpy().copy() for name, tensor in self._tensors().items()}
        for optimizer in self.optimizers:
            for name, tensor in self._tensors().items():
                if moments := optimizer.state.get(tensor):
                    found[f"mean.{name}"] = moments["exp_avg"].cpu().numpy().copy()
                    found[f"square.{name}"] = moments["exp_avg_sq"].cpu().numpy().copy()
        for seed, best in enumerate(self.found):
            found[f"best.{seed}.weights"] = best.program.weights
            found |= {f"best.{seed}.choice.{name}": chosen for name, chosen in best.program.choices.items()}
        return found

    def _tensors(self) -> dict[str, Any]:
        return self.dense if self.model.table is None else {**self.dense, "table": self.model.table}

    def restore(self, arrays: dict[str, Array], progress: ConstrainedProgress) -> None:
        """Restores the state of a training. Raises UnreadableFile if it is incomplete, or has impossible choices."""
        self.progress = progress
        try:
            for name, tensor in self._tensors().items():
                with torch.no_grad():
                    tensor.copy_(torch.from_numpy(arrays[f"now.{name}"]))
                if f"mean.{name}" in arrays:
                    self._optimizer(name).state[tensor] = self._moments(arrays, name)
            self.found = [self._best(arrays, seed) for seed in range(len(progress.wrong))]
        except (KeyError, RuntimeError, TypeError, ValueError) as error:
            raise UnreadableFile(f"the checkpoint is damaged: {error}"[:200]) from None

    def _optimizer(self, name: str) -> Any:
        return self.optimizers[-1 if name == "table" else 0]

    def _moments(self, arrays: dict[str, Array], name: str) -> dict[str, Any]:
        steps = self.progress.steps
        made = {
            moment: torch.from_numpy(arrays[f"{own}.{name}"].copy()).to(self.settings.device)
            for moment, own in (("exp_avg", "mean"), ("exp_avg_sq", "square"))
        }
        return {"step": steps if name == "table" else torch.tensor(float(steps)), **made}

    def _best(self, arrays: dict[str, Array], seed: int) -> SeedProgram:
        start = f"best.{seed}.choice."
        choices = {name.removeprefix(start): array for name, array in arrays.items() if name.startswith(start)}
        made = DiscreteProgram(self.shape, choices, arrays[f"best.{seed}.weights"])
        self._check_like(made, self.model.program(seed))
        return SeedProgram(made, self.progress.wrong[seed])

    def _check_like(self, made: DiscreteProgram, other: DiscreteProgram) -> None:
        """Raises ValueError if a program has other choices than another one, or choices that are none."""
        own, others = ({**one.choices, "weights": one.weights} for one in (made, other))
        if {name: array.shape for name, array in own.items()} != {name: array.shape for name, array in others.items()}:
            raise ValueError("the choices of a program are not those of this training")
        sizes = self.shape.choices()
        for name, chosen in made.choices.items():
            most = sizes[name][-1] if name in sizes else self.shape.codes
            if chosen.size and not 0 <= chosen.min() <= chosen.max() < most:
                raise ValueError(f"{name} has a choice that there is not")
