"""Exports networks to ONNX files.

Needs the extra `rasp-lang[torch]`.
"""

from __future__ import annotations

from pathlib import Path

import torch

from rasp.model import to_torch
from rasp.model.files import write_bytes
from rasp.model.network import Network


def export(network: Network, path: str | Path) -> None:
    """Writes an ONNX file with input `ids` (batch, n + 1), int64, and output `logits`; both axes are dynamic.

    Raises UnwritableFile.
    """
    example = torch.zeros((2, max(2, network.config.n_ctx)), dtype=torch.int64)
    free = {0: torch.export.Dim("batch"), 1: torch.export.Dim("position", max=network.config.n_ctx)}
    program = torch.onnx.export(
        to_torch.export(network),
        (example,),
        input_names=["ids"],
        output_names=["logits"],
        dynamic_shapes=(free,),
        dynamo=True,
        verbose=False,
    )
    write_bytes(path, program.model_proto.SerializeToString())
