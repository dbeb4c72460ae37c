"""Trains the encoders of one size with AdamW, all seeds at once, and keeps the best state of each."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from rasp.errors import UnreadableFile, WrongOperand
from rasp.model.arrays import Array
from rasp.train.answers import NOT_ASKED
from rasp.train.checkpoint import TrainingProgress
from rasp.train.events import TrainingListener, TrainingScore, TrainingStanding
from rasp.train.gradients.encoder import EPSILON, Encoder, Shape, network_weights
from rasp.train.inputs import AT_ONCE, LengthGroup, RowPool, TrainingInputs, row_orders
from rasp.train.interrupts import remember_interrupts
from rasp.train.measure import score
from rasp.train.settings import EncoderSize, TrainingSettings

BETAS, DECAY, CLIP = (0.9, 0.98), 0.01, 1.0
MEASURES = 40  # measures of validation inputs in a training
PERFECT = 4  # training ends after so many consecutive measures in which no seed has validation errors
LOOK = 10  # steps between two readings of the loss
TELL = 0.2  # seconds between two reports
USUAL_RATE = 1e-3  # a learning rate that is rarely too large
POSITIONS = 8_192  # positions of the inputs that are measured together

Keep = Callable[["Trainer", bool], None]  # second argument: whether validation inputs were just measured


class Trainer:
    """The training of one size. `run` continues from the present step, to the end or to Ctrl-C."""

    epsilon = EPSILON  # of the layer norms
    patience: int | None = None  # measures without a better score that end the training

    def __init__(
        self,
        size: EncoderSize,
        inputs: TrainingInputs,
        settings: TrainingSettings,
        aims: tuple[tuple[int, int, int], ...] = (),
    ) -> None:
        self.size = size
        self.inputs = inputs
        self.settings = settings
        self.aims = [aim for aim in aims if aim[1] < size.layers and aim[2] < size.heads]  # (selector, layer, head)
        first = int(settings.bos)
        longest = inputs.max_length * (2 if settings.positions == "sinusoidal" else 1)
        self.shape = Shape(
            size, len(inputs.vocabulary) + first, len(inputs.classes.values), longest + first, settings.positions
        )
        seeds = range(settings.seed, settings.seed + settings.seeds)
        self.encoder = Encoder(self.shape, seeds, settings.device, settings.causal)
        self.best = self.encoder.state()
        self.progress = TrainingProgress()
        self.optimizer = _optimizer(self.encoder.parameters, settings)
        self._pool: tuple[int, RowPool, Array] | None = None  # its number, its rows, their order for each seed
        self._told = time.monotonic()

    # ------------------------------------------------------------------------------------------------------- state

    def arrays(self) -> dict[str, Array]:
        """The part of the state that a checkpoint stores as arrays."""
        found = {f"now.{name}": array for name, array in self.encoder.state().items()}
        found |= {f"best.{name}": array for name, array in self.best.items()}
        for name, tensor in self.encoder.parameters.items():
            moments = self.optimizer.state[tensor]
            if moments:
                found[f"mean.{name}"] = moments["exp_avg"].cpu().numpy().copy()
                found[f"square.{name}"] = moments["exp_avg_sq"].cpu().numpy().copy()
        return found

    def restore(self, arrays: dict[str, Array], progress: TrainingProgress) -> None:
        """Restores the state of a checkpoint. Raises UnreadableFile if it is incomplete."""
        names = self.encoder.parameters
        for kind in ("now", "best", *(("mean", "square") if progress.step else ())):
            for name, tensor in names.items():
                if getattr(arrays.get(f"{kind}.{name}"), "shape", None) != tuple(tensor.shape):
                    raise UnreadableFile(f"the checkpoint is damaged: it has no fitting array {kind}.{name}")
        self.progress = progress
        self.encoder.restore({name: arrays[f"now.{name}"] for name in names})
        self.best = {name: arrays[f"best.{name}"].copy() for name in names}
        device = self.settings.device
        for name, tensor in names.items() if progress.step else ():
            self.optimizer.state[tensor] = {
                "step": torch.tensor(
                    float(progress.step), device=device if self.optimizer.defaults["fused"] else "cpu"
                ),
                "exp_avg": torch.from_numpy(arrays[f"mean.{name}"].copy()).to(device),
                "exp_avg_sq": torch.from_numpy(arrays[f"square.{name}"].copy()).to(device),
            }

    def weights(self, index: int) -> dict[str, Array]:
        """The weights of a seed, by its index, under the names of `Network`."""
        return network_weights(self.shape, self.encoder.state(), index)

    # -------------------------------------------------------------------------------------------------------- steps

    def run(self, listener: TrainingListener, keep: Keep) -> bool:
        """Trains to the end; returns whether Ctrl-C ended it early. `keep` is called after each step."""
        with remember_interrupts() as pressed:
            try:
                while not self._done():
                    self.step()
                    keep(self, self._tell(listener))
                    if pressed():
                        return True
            except KeyboardInterrupt:
                return True
        return False

    def _done(self) -> bool:
        """Whether the last step is done, or validation inputs say that more steps do not help."""
        progress = self.progress
        if self.patience is not None:
            best = max(progress.best_steps, default=0)
            worse = sum(measure["step"] > best for measure in progress.history)
            if worse >= self.patience:
                return True
        return progress.step >= self.settings.steps or progress.perfect >= PERFECT

    def _tell(self, listener: TrainingListener) -> bool:
        """Measures if that is due, or else reports the progress; returns whether it measured."""
        step, now = self.progress.step, time.monotonic()
        due = step % max(1, self.settings.steps // MEASURES) == 0 or step == self.settings.steps
        if due:
            self.measure(listener)
        elif now - self._told >= TELL:
            listener.working(self._standing())
            self._told = now
        return due

    def step(self) -> None:
        """Trains all seeds on the next batch."""
        begun, step = time.monotonic(), self.progress.step
        for group in self.optimizer.param_groups:
            group["lr"] = self.settings.rate(step)
        batch = self._batch(step)
        losses = self._loss(*batch)
        if step % LOOK == 0:
            self.progress.losses = self._finite(losses)
        self.optimizer.zero_grad(set_to_none=True)
        losses.sum().backward()
        _clip(self.encoder.parameters.values())
        self.optimizer.step()
        self.progress.step += 1
        self.progress.seconds += time.monotonic() - begun

    def _batch(self, step: int) -> tuple[Any, ...]:
        """Ids, positions, segments, labels and targets of a step, (seeds, rows, …), on the device."""
        begun = time.perf_counter()
        number, place = divmod(step, AT_ONCE)
        if self._pool is None or self._pool[0] != number:
            drawn = self.inputs.pool(number, self.settings)
            self._pool = number, drawn, row_orders(len(drawn), number, self.settings)
            if drawn.left_out and not place:  # else they were counted before the training was continued
                self.progress.left_out += len(drawn.left_out)
                self.progress.left_out_why = self.progress.left_out_why or drawn.left_out[0]
        _, pool, orders = self._pool
        rows = self.inputs.rows(self.settings)
        chosen = orders[:, place * rows : (place + 1) * rows]
        arrays = (pool.ids, pool.positions, pool.segments, pool.labels, pool.targets)
        made = tuple(
            None if array is None else torch.from_numpy(array[chosen]).to(self.settings.device) for array in arrays
        )
        self.progress.data_seconds += time.perf_counter() - begun
        return made

    def _loss(self, ids: Any, positions: Any, segments: Any, labels: Any, targets: Any) -> Any:
        """The loss of each seed, (seeds,)."""
        patterns: list[Any] | None = [] if targets is not None else None
        logits = self.encoder.forward(ids, positions, segments[..., :, None] == segments[..., None, :], patterns)
        asked = labels.clamp(min=NOT_ASKED)
        each = functional.cross_entropy(logits.flatten(0, 2), asked.flatten(), ignore_index=NOT_ASKED, reduction="none")
        each = each.view(len(ids), -1).sum(dim=1) / (asked >= 0).flatten(1).sum(dim=1).clamp(min=1)
        return each if patterns is None else each + self._apart(patterns, targets)

    def _apart(self, patterns: list[Any], targets: Any) -> Any:
        """The attention loss: the mean squared distance of heads' rows from the row-normalised selectors, (seeds,)."""
        total = torch.zeros(len(targets), device=targets.device)
        for selector, layer, head in self.aims:
            wanted = targets[:, :, selector].float()
            counts = wanted.sum(dim=-1, keepdim=True)
            squares = ((patterns[layer][:, :, head] - wanted / counts.clamp(min=1)) ** 2).sum(dim=-1)
            asked = counts[..., 0] > 0
            total = total + (squares * asked).flatten(1).sum(dim=1) / asked.flatten(1).sum(dim=1).clamp(min=1)
        return total

    def _finite(self, losses: Any) -> list[float]:
        """The losses as floats. Raises WrongOperand if one is not finite."""
        found: list[float] = losses.detach().cpu().tolist()
        for seed, loss in enumerate(found, self.settings.seed):
            if not np.isfinite(loss):
                raise WrongOperand(
                    f"the loss of seed {seed} is {loss} at step {self.progress.step:,} of {self.size.words}",
                    hint=f"A smaller learning rate helps, such as --lr {min(self.settings.lr / 10, USUAL_RATE):g}.",
                )
        return found

    # ------------------------------------------------------------------------------------------------------ measures

    def _standing(self, scores: tuple[TrainingScore, ...] | None = None) -> TrainingStanding:
        progress = self.progress
        left = (self.settings.steps - progress.step) * progress.seconds / max(1, progress.step)
        shown = tuple(TrainingScore(**last) for last in progress.history[-1]["validation"]) if progress.history else ()
        return TrainingStanding(
            self.size,
            progress.step,
            self.settings.steps,
            tuple(progress.losses),
            scores or shown,
            progress.seconds,
            left,
        )

    def measure(self, listener: TrainingListener) -> None:
        """Measures validation inputs, and keeps the state of each seed that is better than before."""
        progress, begun = self.progress, time.monotonic()
        predicted = self.predictions(self.inputs.validation)
        scores = [score(self.inputs.validation, predicted, seed) for seed in range(self.settings.seeds)]
        progress.best = progress.best or [TrainingScore(-1.0, -1.0)] * len(scores)
        progress.best_steps = progress.best_steps or [0] * len(scores)
        state = self.encoder.state()
        for seed, found in enumerate(scores):
            if found.order >= progress.best[seed].order:
                progress.best[seed], progress.best_steps[seed] = found, progress.step
                for name, array in self.best.items():
                    array[seed] = state[name][seed]
        progress.perfect = progress.perfect + 1 if all(found.sequences == 1 for found in scores) else 0
        progress.seconds += time.monotonic() - begun
        standing = self._standing(tuple(scores))
        progress.history.append(standing.to_dict())
        listener.measured(standing)

    def predictions(self, groups: Iterable[LengthGroup]) -> list[Array]:
        """For each group, the indices of the values with the largest logits, (seeds, count, n)."""
        with torch.inference_mode():
            return [self._predict(group.ids) for group in groups]

    def _predict(self, ids: Array) -> Array:
        first = int(self.settings.bos)
        given = np.pad(ids + first, ((0, 0), (first, 0)))
        at_once = max(1, POSITIONS // given.shape[1])
        parts = []
        for start in range(0, len(given), at_once):
            part = torch.from_numpy(given[start : start + at_once]).to(self.settings.device)
            part = part.expand(self.settings.seeds, -1, -1)
            positions = torch.arange(given.shape[1], device=part.device).expand_as(part)
            parts.append(self.encoder.forward(part, positions, None).argmax(dim=-1)[:, :, first:].cpu().numpy())
        return np.concatenate(parts, axis=1)

    def take_best(self) -> None:
        """Replaces the last state of each seed by its best one."""
        self.encoder.restore(self.best)


def _optimizer(parameters: dict[str, Any], settings: TrainingSettings) -> Any:
    """AdamW; weight decay applies to matrices only."""
    matrices = [tensor for name, tensor in parameters.items() if name.split(".")[-1].startswith("W_")]
    others = [tensor for name, tensor in parameters.items() if not name.split(".")[-1].startswith("W_")]
    groups = [{"params": matrices, "weight_decay": DECAY}, {"params": others, "weight_decay": 0.0}]
    fused = torch.device(settings.device).type in ("cpu", "cuda")
    return torch.optim.AdamW([group for group in groups if group["params"]], lr=settings.lr, betas=BETAS, fused=fused)


def _clip(parameters: Iterable[Any]) -> None:
    """Scales the gradient of each seed down to the norm CLIP, where it is greater."""
    gradients = [tensor.grad for tensor in parameters]
    squares = torch.stack([gradient.flatten(1).square().sum(dim=1) for gradient in gradients]).sum(dim=0)
    scale = (CLIP / (squares.sqrt() + 1e-6)).clamp(max=1)
    for gradient in gradients:
        gradient.mul_(scale.view(-1, *[1] * (gradient.ndim - 1)))
