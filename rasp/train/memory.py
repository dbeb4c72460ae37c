"""How much memory and room on the disk a training takes, so that one that is too large is refused before the work."""

from __future__ import annotations

from collections.abc import Iterable

from rasp.base.limits import limits
from rasp.errors import WrongOperand
from rasp.train.inputs import AT_ONCE
from rasp.train.settings import LEARNED, EncoderSize, TrainingSettings

FLOAT, INT = 4, 8  # bytes
STATES = 6  # arrays of the shape of the parameters: these, gradients, two moments, the best ones, a copy
WIDTHS = 24  # activations of a layer at a position, as multiples of the width
WEIGHTS = 4  # arrays of the shape of the attention weights of a layer
LOGITS = 4  # arrays of the shape of the logits
SAVED = 4  # arrays of the shape of the parameters in a checkpoint
IDS = 4  # arrays of ints of the shape of the inputs


def n_parameters(size: EncoderSize, tokens: int, values: int, positions: int = 0) -> int:
    """The number of parameters of an encoder; `positions` is the number of learned positions.

    >>> n_parameters(EncoderSize(2, 1, 32), 3, 3)
    25664
    """
    width, read, inner = size.width, size.heads * size.d_head, size.d_mlp
    attention = 3 * (width * read + read) + read * width + width
    feed_forward = 2 * width * inner + inner + width
    return (tokens + values + positions + 2) * width + size.layers * (attention + feed_forward + 4 * width)


def estimate(size: EncoderSize, tokens: int, values: int, longest: int, settings: TrainingSettings) -> int:
    """About how many bytes the training of a size takes, besides PyTorch itself.

    >>> estimate(EncoderSize(2, 1, 64), 10, 10, 16, TrainingSettings()) // 10**6
    58
    """
    rows, length = -(-settings.batch // 2), longest + 1 + 2 * settings.bos
    learned = longest if settings.positions == LEARNED else 0
    elements = settings.seeds * rows * length
    state = STATES * settings.seeds * n_parameters(size, tokens, values, learned)
    layer = elements * (WIDTHS * size.width + WEIGHTS * size.heads * length)
    pool = AT_ONCE * rows * length * (1 + settings.seeds) * INT * IDS
    return FLOAT * (state + size.layers * layer + LOGITS * elements * values) + pool


def room(sizes: Iterable[EncoderSize], tokens: int, values: int, longest: int, settings: TrainingSettings) -> int:
    """About how many bytes a training takes on the disk: its largest checkpoint, and a model of each size.

    >>> room([EncoderSize(2, 1, 64)], 10, 10, 16, TrainingSettings()) // 10**6
    5
    """
    learned = longest if settings.positions == LEARNED else 0
    counts = [n_parameters(size, tokens, values, learned) for size in sizes]
    return FLOAT * (SAVED * settings.seeds * max(counts) + sum(counts))


def check_memory(size: EncoderSize, tokens: int, values: int, longest: int, settings: TrainingSettings) -> None:
    """Raises WrongOperand for a training on the CPU that exceeds the limit `memory`."""
    taken = estimate(size, tokens, values, longest, settings)
    if settings.device == "cpu" and taken > limits.memory:
        raise WrongOperand(
            f"{size.words}, width {size.width:,}, with {settings.seeds:,} seeds, {settings.batch:,} inputs a step and "
            f"lengths up to {longest:,} would take about {taken / 10**9:,.0f} GB of memory",
            hint=f"Less of one of them takes less. {limits.hint('memory')}",
        )
