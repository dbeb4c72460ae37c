"""Checkpoints of a training by gradients, beside the state of `rasp learn`: arrays and JSON, so no code is run."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from rasp.base.json_ints import dumps, loads
from rasp.base.limits import limits
from rasp.errors import FileMissing, UnreadableFile, UnwritableFile, WrongFile
from rasp.learning.state import SUFFIX as STATE
from rasp.model.files import read_arrays, write_arrays
from rasp.train.training_run import gradients

if TYPE_CHECKING:
    from rasp.train.gradients.constrained_loop import ConstrainedTrainer

FORMAT = "rasp learn by gradients 2"
SUFFIX = ".checkpoint.safetensors"
EVERY = 60.0  # seconds between two checkpoints


def checkpoint_of(state: str) -> str:
    """The path of the checkpoint that goes with a state.

    >>> checkpoint_of("learned.state.json")
    'learned.checkpoint.safetensors'
    """
    return state.removesuffix(STATE) + SUFFIX


@dataclass
class GradientKeeper:
    """Writes the state of a training each minute, as a whole or not at all. Without a path it does nothing.

    `origin` says what is trained; a checkpoint of something else is refused. A failed write does not end the
    training; `failure` is the error of the last one.
    """

    path: str | None = None
    origin: str = ""
    resume: bool = False
    clock: Callable[[], float] = time.monotonic
    failure: UnwritableFile | None = None
    _last: float = field(init=False)

    def __post_init__(self) -> None:
        self._last = self.clock()

    def restore(self, trainer: ConstrainedTrainer) -> None:
        """Continues the training of the checkpoint, if there is one. Raises UnreadableFile for another training."""
        if self.path is None or not self.resume:
            return
        try:
            arrays, texts = read_arrays(self.path)
        except FileMissing:
            return
        except WrongFile:
            raise UnreadableFile(f"{self.path} is no checkpoint of a training") from None
        if texts.get("format") != FORMAT or texts.get("origin") != self.origin:
            title = f"{self.path} is the checkpoint of another training, such as one by another version"
            raise UnreadableFile(title, hint="Train on the same device, or remove the file to train anew.")
        loop = gradients("rasp.train.gradients.constrained_loop")
        try:
            progress = loop.ConstrainedProgress(**loads(texts["progress"], limits.int_digits))
        except (KeyError, TypeError, ValueError) as error:
            raise UnreadableFile(f"{self.path} is damaged: {type(error).__name__} {error}"[:200]) from None
        trainer.restore(arrays, progress)

    def keep(self, trainer: ConstrainedTrainer) -> None:
        """Writes the checkpoint, if the last one is a minute old."""
        if self.path is not None and self.clock() - self._last >= EVERY:
            self._write(trainer)

    def close(self, trainer: ConstrainedTrainer) -> None:
        """Writes the checkpoint of a training that has ended, so that Ctrl-C may stop what comes after it, too."""
        if self.path is not None:
            self._write(trainer)

    def remove(self, interrupted: bool) -> None:
        """Removes the checkpoint of a training whose program is made, unless it was interrupted."""
        if self.path is not None and not interrupted:
            with contextlib.suppress(OSError):  # what is left over is of another training than the next one
                Path(self.path).unlink()

    def _write(self, trainer: ConstrainedTrainer) -> None:
        assert self.path is not None
        self._last = self.clock()
        texts = {"format": FORMAT, "origin": self.origin, "progress": dumps(asdict(trainer.progress))}
        try:
            write_arrays(self.path, trainer.arrays(), texts)
            self.failure = None
        except UnwritableFile as error:
            self.failure = error
