"""Checkpoints, from which a training can be continued: arrays and JSON, so that reading runs no code."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rasp.base.json_ints import dumps, loads
from rasp.base.limits import limits
from rasp.errors import BadInput, UnreadableFile, UnwritableFile, WrongFile
from rasp.model.arrays import Array
from rasp.model.files import read_arrays, write_arrays, write_bytes
from rasp.train.events import TrainingScore
from rasp.train.results import SizeResult
from rasp.train.settings import changed_setting

FORMAT = "rasp train 1"
EVERY = 60.0  # seconds between two checkpoints
CHECKPOINT, METRICS = "checkpoint.safetensors", "metrics.jsonl"
REPORT, REPORT_DATA, CURVES, LENGTHS = "report.txt", "report.json", "curves.svg", "lengths.svg"
RESULTS = (METRICS, REPORT, REPORT_DATA, CURVES, LENGTHS)
MODEL_FILE = re.compile(r"\d+-layers?-\d+-heads?-width-\d+\.safetensors")


@dataclass
class TrainingProgress:
    """The progress of the training of a size, and the part of its state that is not arrays."""

    step: int = 0
    perfect: int = 0
    seconds: float = 0.0
    data_seconds: float = 0.0
    left_out: int = 0  # inputs that were drawn again because the program fails on them
    left_out_why: str = ""  # why the first of them was
    losses: list[float] = field(default_factory=list)  # the latest loss of each seed
    history: list[dict[str, Any]] = field(default_factory=list)
    best: list[TrainingScore] = field(default_factory=list)
    best_steps: list[int] = field(default_factory=list)

    @classmethod
    def from_dict(cls, fields: dict[str, Any]) -> TrainingProgress:
        """Restores the result of `asdict`."""
        return cls(**{**fields, "best": [TrainingScore(**one) for one in fields["best"]]})


@dataclass(frozen=True)
class Checkpoint:
    """An unfinished training: its origin, the finished sizes, and the size in training."""

    origin: dict[str, Any]
    done: tuple[SizeResult, ...]
    progress: TrainingProgress
    arrays: dict[str, Array]

    def check(self, origin: dict[str, Any]) -> None:
        """Raises BadInput if the checkpoint is from another program, size or setting."""
        if found := changed_setting(origin, self.origin):
            raise BadInput(f"the training in the folder is another one: it has {found}")


def load_checkpoint(folder: Path) -> Checkpoint:
    """Reads the checkpoint of a folder. Raises FileMissing, UnreadableFile, WrongFile."""
    path = folder / CHECKPOINT
    no_checkpoint = f"{path} is no checkpoint of a training in the format {FORMAT}"
    try:
        arrays, texts = read_arrays(path)
    except WrongFile:
        raise WrongFile(no_checkpoint) from None
    if texts.get("format") != FORMAT:
        raise WrongFile(no_checkpoint)
    try:
        state = loads(texts["state"], limits.int_digits)
        done = tuple(map(SizeResult.from_dict, state["done"]))
        return Checkpoint(state["origin"], done, TrainingProgress.from_dict(state["progress"]), arrays)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableFile(f"{path} is damaged: {type(error).__name__} {error}"[:200]) from None


def make_training_folder(folder: Path, force: bool) -> None:
    """Makes the folder of a new training. Raises UnwritableFile, also for one with files, unless `force` is set."""
    try:
        if folder.exists() and not folder.is_dir():
            raise UnwritableFile(f"{folder} is there already, and no folder")
        if not force and folder.exists() and any(folder.iterdir()):
            hint = "--resume goes on with a training that it holds, and --force replaces its files."
            raise UnwritableFile(f"{folder} is there already", hint=hint)
        folder.mkdir(exist_ok=True)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = getattr(error, "strerror", None) or str(error)
        raise UnwritableFile(f"the folder {folder} cannot be made: {reason}") from None


def _check_room(path: Path, room: int) -> None:
    """Raises UnwritableFile if a file of so many bytes cannot be written beside a path."""
    trial = path.with_name(f"{path.name}.trial")
    try:
        write_bytes(trial, bytes(room))
        trial.unlink(missing_ok=True)
    except UnwritableFile as error:
        reason = error.diagnostic.title.rpartition(": ")[2]
        raise UnwritableFile(f"{path} of about {room / 10**6:,.1f} MB cannot be written: {reason}") from None
    except OSError as error:
        raise UnwritableFile(f"{trial} cannot be removed: {error.strerror}") from None


def _remove_results(folder: Path) -> None:
    """Removes the files that a training writes, but for the checkpoint. Raises UnwritableFile."""
    for path in folder.iterdir():
        if path.name in RESULTS or MODEL_FILE.fullmatch(path.name):
            try:
                path.unlink()
            except OSError as error:
                raise UnwritableFile(f"{path} cannot be removed: {error.strerror}") from None


@dataclass
class CheckpointKeeper:
    """Keeps a training in a folder: its checkpoint each minute, and a line for each measure. Without one, does nothing.

    A file that cannot be written does not end the training; `failure` is the last error.
    """

    folder: Path | None
    origin: dict[str, Any]
    clock: Callable[[], float] = time.monotonic
    failure: UnwritableFile | None = None
    done: list[SizeResult] = field(default_factory=list)
    _last: float = field(init=False)
    _lines: int = 0

    def __post_init__(self) -> None:
        self._last = self.clock()

    @property
    def due(self) -> bool:
        """Whether it is time to write the checkpoint again."""
        return self.folder is not None and self.clock() - self._last >= EVERY

    def begin(self, room: int) -> None:
        """Writes a checkpoint without arrays, and removes the other files of an earlier training in the folder.

        Raises UnwritableFile, also where there is no room for so many bytes, so that a full disk is found before the
        work, and before anything is removed.
        """
        if self.folder is not None:
            _check_room(self.folder / CHECKPOINT, room)
        self.keep(TrainingProgress(), dict)
        if self.failure is not None:
            raise self.failure
        if self.folder is not None:
            _remove_results(self.folder)

    def keep(self, progress: TrainingProgress, arrays: Callable[[], dict[str, Array]]) -> None:
        """Writes the checkpoint now."""
        self._last = self.clock()
        done = [result.to_dict() for result in self.done]
        state = dumps({"origin": self.origin, "done": done, "progress": asdict(progress)})
        texts = {"format": FORMAT, "state": state}
        self.put(CHECKPOINT, lambda path: write_arrays(path, arrays(), texts))

    def measured(self, progress: TrainingProgress) -> None:
        """Writes the lines of metrics: of the finished sizes, and of the one in training."""
        lines = [line for result in self.done for line in result.history] + progress.history
        text = "".join(f"{dumps(line)}\n" for line in lines)
        self.put(METRICS, lambda path: write_bytes(path, text.encode()))

    def put(self, name: str, make: Callable[[Path], None]) -> None:
        """Writes a file of the folder; an error is recorded, and does not end the training."""
        if self.folder is None:
            return
        try:
            make(self.folder / name)
            self.failure = None if self.failure and name in str(self.failure) else self.failure
        except UnwritableFile as error:
            self.failure = error
