"""The devices of PyTorch, and its threads."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import torch

from rasp.errors import WrongOperand
from rasp.train.settings import EncoderSize


def check_available(device: str) -> None:
    """Raises WrongOperand for a device that PyTorch does not have."""
    try:
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as error:  # AssertionError: PyTorch was built without CUDA
        reason = str(error).splitlines()[0]
        raise WrongOperand(f"PyTorch cannot use the device {device!r:.40}: {reason:.100}") from None


@contextlib.contextmanager
def threads(count: int | None) -> Iterator[int]:
    """Uses `count` threads on the CPU within the `with` block, None for PyTorch's own choice; yields their number."""
    before = torch.get_num_threads()
    torch.set_num_threads(count or before)
    try:
        yield count or before
    finally:
        torch.set_num_threads(before)


@contextlib.contextmanager
def no_denormals() -> Iterator[None]:
    """Takes numbers below 1e-38 for 0 within the `with` block, which is several times as fast where there are many."""
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(False)


@contextlib.contextmanager
def memory(size: EncoderSize) -> Iterator[None]:
    """Within the `with` block, lack of memory is a WrongOperand.

    >>> try:
    ...     with memory(EncoderSize(1, 1, 64)):
    ...         torch.zeros(2**50)
    ... except WrongOperand as error:
    ...     print(error.diagnostic.title)
    there is not enough memory on the device for 1 layer, 1 head, width 64
    """
    try:
        yield
    except RuntimeError as error:  # that of a GPU is a subclass
        if not isinstance(error, torch.OutOfMemoryError) and "allocate memory" not in str(error):
            raise
        title = f"there is not enough memory on the device for {size.words}, width {size.width:,}"
        raise WrongOperand(title, hint="Fewer --seeds, a smaller --batch or --width take less.") from None
