"""The sizes that are trained, and the settings of a training."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from rasp.architecture.report import Architecture
from rasp.base.quantities import many
from rasp.errors import WrongOperand

SINUSOIDAL, LEARNED = "sinusoidal", "learned"
POSITIONS = (SINUSOIDAL, LEARNED)
CHECKSUMS = {"program": "another program", "examples": "other examples"}  # settings whose values mean nothing to a user


@dataclass(frozen=True)
class EncoderSize:
    """The size of an encoder. `why` says where it comes from, such as "as counted" or "a layer less".

    >>> EncoderSize(2, 1, 64, "as counted").words, EncoderSize(1, 2, 128).slug
    ('2 layers, 1 head', '1-layer-2-heads-width-128')
    """

    layers: int
    heads: int
    width: int
    why: str = ""

    @property
    def words(self) -> str:
        """The size in words, without its width."""
        return f"{many(self.layers, 'layer')}, {many(self.heads, 'head')}"

    @property
    def slug(self) -> str:
        """The size as a part of the name of a file."""
        return f"{self.words.replace(', ', '-').replace(' ', '-')}-width-{self.width}"

    @property
    def d_head(self) -> int:
        """The width of a head."""
        return max(1, self.width // self.heads)

    @property
    def d_mlp(self) -> int:
        """The width of the feed-forwards."""
        return 4 * self.width


@dataclass(frozen=True)
class TrainingSettings:
    """How sizes are trained. `seeds` trainings run at once, with the seeds from `seed` on.

    `bos` puts a BOS position before the input; `positions` are "sinusoidal" or "learned"; `supervise` adds
    an attention loss, which trains heads to match the program's selectors; `device` is one of PyTorch's, and `threads`
    those of the CPU, None for as many as PyTorch chooses.
    """

    steps: int = 4000
    batch: int = 128
    lr: float = 1e-3
    seeds: int = 3
    seed: int = 0
    positions: str = SINUSOIDAL
    causal: bool = False
    bos: bool = False
    supervise: bool = False
    device: str = "cpu"
    threads: int | None = None

    def check(self) -> None:
        """Raises WrongOperand for a setting of the wrong type or out of range."""
        for name, least in (("steps", 1), ("batch", 1), ("seeds", 1), ("seed", 0)):
            check_least(name, getattr(self, name), least)
        if self.threads is not None:
            check_least("threads", self.threads, 1)
        for name in ("causal", "bos", "supervise"):
            if not isinstance(getattr(self, name), bool):
                raise WrongOperand(f"`{name}` must be True or False, not {getattr(self, name)!r:.40}")
        if not isinstance(self.device, str):
            raise WrongOperand(f"`device` must be the name of a device, such as cpu or cuda, not {self.device!r:.40}")
        if isinstance(self.lr, bool) or not isinstance(self.lr, (int, float)) or not 0 < self.lr < math.inf:
            raise WrongOperand(f"`lr` must be a number above 0, not {self.lr!r:.40}")
        if self.positions not in POSITIONS:
            raise WrongOperand(f"`positions` are {' or '.join(POSITIONS)}, not {self.positions!r:.40}")

    def to_dict(self) -> dict[str, Any]:
        """The fields as a dict for JSON."""
        return asdict(self)

    @property
    def warm_up(self) -> int:
        """The steps in which the learning rate rises."""
        return max(1, min(200, self.steps // 10))

    def rate(self, step: int) -> float:
        """The learning rate of a step, counted from 0: it rises linearly (warm-up), then falls to 0 as a half cosine.

        >>> settings = TrainingSettings(steps=100, lr=1.0)
        >>> [round(settings.rate(step), 2) for step in (0, 9, 55, 99)]
        [0.1, 1.0, 0.5, 0.0]
        """
        if step < self.warm_up:
            return self.lr * (step + 1) / self.warm_up
        share = (step - self.warm_up) / max(1, self.steps - self.warm_up)
        return self.lr * (1 + math.cos(math.pi * share)) / 2


def check_least(name: str, value: Any, least: int) -> None:
    """Raises WrongOperand unless the value is an int of at least `least`."""
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise WrongOperand(f"`{name}` must be an int from {least} on, not {value!r:.40}")


def changed_setting(own: dict[str, Any], other: dict[str, Any]) -> str:
    """The first setting that differs in `other`, in words; empty if there is none.

    >>> changed_setting({"steps": 5, "lr": 0.1}, {"steps": 5, "lr": 0.2})
    'lr 0.2, not 0.1'
    >>> changed_setting({"program": "1f"}, {"program": "2a"}), changed_setting({"program": "1f"}, {"examples": "1f"})
    ('another program', 'another program')
    """
    name = next((name for name, value in own.items() if other.get(name) != value), "")
    if not name or name in CHECKSUMS:
        return CHECKSUMS.get(name, "")
    return f"{name} {other.get(name)!r:.60}, not {own[name]!r:.60}"


def sizes_of(
    report: Architecture | None, layers: int | None, heads: int | None, width: int, tight: bool = False
) -> tuple[EncoderSize, ...]:
    """The sizes to train: as requested, else as counted for the program; with `tight`, smaller ones as well.

    Without a program there is no count, and the default is 2 layers of 2 heads. Raises WrongOperand.

    >>> import rasp
    >>> report = rasp.load("histogram")["hist"].architecture()
    >>> [f"{size.words}, {size.width}: {size.why}" for size in sizes_of(report, None, None, 64, tight=True)]
    ['1 layer, 2 heads, 64: as counted', '1 layer, 1 head, 64: a head less']
    """
    for name, value in (("layers", layers), ("heads", heads), ("width", width)):
        if value is not None:
            check_least(name, value, 1 if name != "width" else 2)
    if width % 2:
        raise WrongOperand(f"`width` must be even, for sinusoidal positions, not {width}")
    if tight and (report is None or layers or heads):
        raise WrongOperand(
            "smaller sizes are those below the counted one, so neither layers nor heads nor pairs go with them"
        )
    if report is None:
        return (EncoderSize(layers or 2, heads or 2, width, "as given" if layers or heads else "by default"),)
    first = EncoderSize(
        layers or max(1, report.layers), heads or max(1, report.heads), width, _why(report, layers, heads)
    )
    return (first, *(_smaller(first) if tight else ()))


def _why(report: Architecture, layers: int | None, heads: int | None) -> str:
    if layers or heads:
        return "as given"
    return "as counted" if report.layers else "counted: no attention"


def _smaller(size: EncoderSize) -> Iterable[EncoderSize]:
    """The sizes below one: a layer less, a head less, a layer less with twice the heads and the width."""
    if size.layers > 1:
        yield EncoderSize(size.layers - 1, size.heads, size.width, "a layer less")
    if size.heads > 1:
        yield EncoderSize(size.layers, size.heads - 1, size.width, "a head less")
    if size.layers > 1:
        yield EncoderSize(
            size.layers - 1, 2 * size.heads, 2 * size.width, "a layer less, twice the heads and the width"
        )
