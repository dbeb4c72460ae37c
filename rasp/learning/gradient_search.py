"""The interface to learning by gradients: from data and a `LearningTask` to `Findings`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rasp.base.progress import tell
from rasp.learning.adapter import EarlierPrograms, Findings, FindingsCallback, FoundProgram
from rasp.learning.data import Data
from rasp.learning.gradient import learn_by_gradient
from rasp.learning.statements import read_back
from rasp.learning.wanted import Caps, LearningTask
from rasp.train.discrete import GradientSettings

# The sizes for the built-in tasks: layers, and heads and tables of a layer. They are close to those of the paper.
PRESETS = {
    "hist": (1, 4, 2),
    "double_hist": (3, 4, 2),
    "reverse": (3, 8, 2),
    "sort": (2, 10, 4),
    "most_freq": (3, 8, 4),
    "dyck1": (3, 8, 2),
    "dyck2": (3, 4, 4),
    "dyck3": (3, 4, 4),
    "induction": (2, 4, 2),
}


def preset(name: str) -> GradientSettings:
    """The settings for a built-in task; the default ones for other names.

    >>> preset("hist").layers, preset("other") == GradientSettings()
    (1, True)
    """
    usual = GradientSettings()
    layers, heads, tables = PRESETS.get(name, (usual.layers, usual.heads, usual.tables))
    return replace(usual, layers=layers, heads=heads, tables=tables)


def search(data: Data, wanted: LearningTask, progress: FindingsCallback) -> Findings:
    """Trains a program. To continue an earlier training, trains from other seeds, and returns the better program.

    Raises RaspError, and ModuleNotFoundError without PyTorch.
    """
    earlier = EarlierPrograms(wanted.resumed, data)
    settings = settings_of(wanted, earlier.searches)

    def heard(epochs: int, all_epochs: int, wrong: Sequence[float]) -> None:
        tell("epochs", epochs, all_epochs)

    made = learn_by_gradient(data, settings, heard)
    statements = len(read_back(made.text))
    program = FoundProgram(made.text, made.node, len(made.text), statements, made.wrong)
    effort = (made.epochs, settings.seeds, made.seconds, made.interrupted)
    found = earlier.findings([program], *effort)
    progress(found, True)
    return found


def settings_of(wanted: LearningTask, before: int = 0) -> GradientSettings:
    """The settings of a training after `before` earlier ones."""
    usual = preset(wanted.teacher.name if wanted.teacher else "")
    seeds = wanted.seeds or usual.seeds
    return replace(
        usual,
        epochs=wanted.epochs or usual.epochs,
        seeds=seeds,
        seed=wanted.seed + before * seeds,
        layers=usual.layers if wanted.caps.layers is None else wanted.caps.layers,
        heads=usual.heads if wanted.caps.heads is None else _heads(wanted.caps),
        causal=wanted.caps.causal,
        device=wanted.device,
    )


def _heads(caps: Caps) -> int:
    """The most heads of the model, half of them numerical, that need no more heads than the cap, as `rasp arch` counts.

    >>> [_heads(Caps(heads=count)) for count in (1, 3, 8)], _heads(Caps(heads=8, assume_bos=True))
    ([1, 2, 5], 8)
    """
    assert caps.heads is not None
    return caps.heads if caps.assume_bos else (2 * caps.heads + 1) // 3
