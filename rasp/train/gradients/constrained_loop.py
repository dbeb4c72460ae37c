"""Trains constrained transformers, all seeds at once, and keeps the best discrete program of each.

The sampled model is noisy, so programs are judged in their final form: with hard choices, on development data. Then
the output layer is fitted anew to the discrete variables, which are fixed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from rasp.model.arrays import Array
from rasp.train.discrete import MEASURED, NOT_ASKED, CodedExamples, ConstrainedShape, DiscreteProgram, GradientSettings
from rasp.train.gradients.constrained import ConstrainedTransformer, hard_choices
from rasp.train.interrupts import remembered

BETAS = (0.9, 0.95)
PERFECT = 2  # training ends after so many consecutive measures with a program without development errors
AT_ONCE = 4_096  # inputs that are judged together
DECAY = 1e-6  # weight decay of an output that is fitted anew
FITTINGS = 100  # most steps of fitting the output

Heard = Callable[[int, list[float]], None]  # epochs so far, and for each seed the share that is wrong


@dataclass
class SeedProgram:
    """The best discrete program of a seed, and how many labels of the development data it gets wrong."""

    program: DiscreteProgram
    wrong: int


class ConstrainedTrainer:
    """The training of all seeds."""

    def __init__(self, shape: ConstrainedShape, settings: GradientSettings) -> None:
        self.shape, self.settings = shape, settings
        seeds = list(range(settings.seed, settings.seed + settings.seeds))
        self.model = ConstrainedTransformer(shape, seeds, settings.device)
        self.optimizer = torch.optim.Adam(
            [*self.model.parameters.values(), self.model.weight], lr=settings.lr, betas=BETAS
        )
        self.found: list[SeedProgram] = []
        self.epochs = 0
        self._perfect = 0  # consecutive measures with a perfect program
        self._order = np.random.default_rng(settings.seed)

    def run(self, training: CodedExamples, development: CodedExamples, heard: Heard) -> bool:
        """Trains to the end; returns whether Ctrl-C ended it early."""
        with remembered() as pressed:
            try:
                stopped = self._train(training, development, heard, pressed)
            except KeyboardInterrupt:
                stopped = True
            if not self.found:
                self._judge(development)
            return stopped

    def _train(
        self, training: CodedExamples, development: CodedExamples, heard: Heard, pressed: Callable[[], bool]
    ) -> bool:
        every = max(1, self.settings.epochs // MEASURED)
        while self.epochs < self.settings.epochs:
            self._epoch(training, pressed)
            if pressed():
                return True
            self.epochs += 1
            if self.epochs % every == 0 and self._judged(development, heard):
                break
        return False

    def _epoch(self, training: CodedExamples, pressed: Callable[[], bool]) -> None:
        temperature = self.settings.temperature(self.epochs)
        order = self._order.permutation(len(training))
        for start in range(0, len(order), self.settings.batch):
            self._step(training.rows(order[start : start + self.settings.batch]), temperature)
            if pressed():
                return

    def _step(self, batch: CodedExamples, temperature: float) -> None:
        tokens, lengths, labels = self._tensors(batch)
        logits = self.model.logits(self.model.run(self.model.sample(temperature), tokens, lengths))
        wanted = labels.expand(logits.shape[:3])
        loss = functional.cross_entropy(logits.flatten(0, 2), wanted.flatten(), ignore_index=NOT_ASKED, reduction="sum")
        self.optimizer.zero_grad(set_to_none=True)
        (loss / max(1, int(batch.asked.sum()))).backward()
        self.optimizer.step()

    def _tensors(self, batch: CodedExamples) -> tuple[Any, Any, Any]:
        arrays = (batch.tokens, batch.lengths, batch.labels)
        tokens, lengths, labels = (torch.from_numpy(array).to(self.settings.device) for array in arrays)
        return tokens, lengths, labels

    # ---------------------------------------------------------------------------------------------- discrete programs

    def _judged(self, development: CodedExamples, heard: Heard) -> bool:
        """Judges the discrete programs; returns whether one was perfect PERFECT times in a row."""
        self._judge(development)
        asked = max(1, int(development.asked.sum()))
        heard(self.epochs, [one.wrong / asked for one in self.found])
        self._perfect = self._perfect + 1 if not all(one.wrong for one in self.found) else 0
        return self._perfect == PERFECT

    def _judge(self, development: CodedExamples) -> None:
        """Judges the present discrete programs, and keeps each that is at least as good as its seed's best."""
        choices = self.model.harden()
        wrong = np.zeros(self.model.seeds, dtype=np.int64)
        with torch.inference_mode():
            for part in _parts(development):
                tokens, lengths, labels = self._tensors(part)
                given = self.model.logits(self.model.run(choices, tokens, lengths, exact=True)).argmax(dim=-1)
                wrong += ((given != labels) & (labels != NOT_ASKED)).flatten(1).sum(dim=1).cpu().numpy()
        for seed, count in enumerate(wrong.tolist()):
            if not self.found or len(self.found) <= seed or count <= self.found[seed].wrong:
                weights = self.model.weight[seed].detach().cpu().numpy().copy()
                made = SeedProgram(DiscreteProgram(self.shape, hard_choices(choices, seed), weights), count)
                self.found[seed : seed + 1] = [made]

    def codes(self, program: DiscreteProgram, examples: CodedExamples) -> Array:
        """The codes of a program's variables, (inputs, positions, variables)."""
        choices = {
            name: functional.one_hot(torch.from_numpy(chosen), self.model.parameters[name].shape[-1]).float()[None]
            for name, chosen in program.choices.items()
        }
        alone = ConstrainedTransformer(self.shape, [0], "cpu")
        with torch.inference_mode():
            found = [
                alone.run(choices, torch.from_numpy(part.tokens), torch.from_numpy(part.lengths), exact=True)[0]
                .argmax(dim=-1)
                .numpy()
                for part in _parts(examples)
            ]
        return np.concatenate(found)


def _parts(examples: CodedExamples) -> Iterator[CodedExamples]:
    for start in range(0, len(examples), AT_ONCE):
        yield examples.rows(np.arange(start, min(start + AT_ONCE, len(examples))))


def fit_output(codes: Array, labels: Array, start: Array) -> Array:
    """The weights (variables, codes, labels) of a logistic regression on codes (rows, variables), from `start`."""
    variables, size, count = start.shape
    rows, numbers = np.unique(codes, axis=0, return_inverse=True)
    wanted = np.zeros((len(rows), count), dtype=np.float32)
    np.add.at(wanted, (numbers.ravel(), labels), 1)
    places = torch.from_numpy(rows + size * np.arange(variables))
    times = torch.from_numpy(wanted / len(codes))
    weights = torch.from_numpy(start.reshape(variables * size, count).astype(np.float32)).requires_grad_()
    optimizer = torch.optim.LBFGS([weights], max_iter=FITTINGS, line_search_fn="strong_wolfe")

    def closure() -> Any:
        optimizer.zero_grad()
        scores = functional.embedding_bag(places, weights, mode="sum")
        loss = -(times * scores.log_softmax(dim=-1)).sum() + DECAY * weights.square().sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    made: Array = weights.detach().numpy().reshape(start.shape)
    return made
