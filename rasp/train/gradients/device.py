"""The devices of PyTorch, and its threads."""

from __future__ import annotations

import torch

from rasp.errors import WrongOperand


def check(device: str) -> None:
    """Raises WrongOperand for a device that PyTorch does not have."""
    try:
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as error:  # AssertionError: PyTorch was built without CUDA
        reason = str(error).splitlines()[0]
        raise WrongOperand(f"PyTorch cannot use the device {device!r:.40}: {reason:.100}") from None


def threads() -> int:
    """The number of threads that PyTorch uses on the CPU."""
    return int(torch.get_num_threads())
