"""Look-ups of pairs of distributions in tables, without keeping the pairs of all rows for the gradient."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch

FLOATS = 2**17  # of the pairs that are made together; they stay in a core's cache


def look_up_pairs(table: Any, left: Any, right: Any) -> Any:
    """The expected entries of tables, (…, entries, rows), for distributions over both of their axes.

    `table` (…, left codes, right codes, entries), `left` and `right` (…, codes, rows).

    >>> table = torch.tensor([[[[1.0, 0.0], [0.0, 1.0]], [[0.0, 1.0], [0.0, 1.0]]]])
    >>> left, right = torch.tensor([[[1.0, 0.5], [0.0, 0.5]]]), torch.tensor([[[1.0, 1.0], [0.0, 0.0]]])
    >>> look_up_pairs(table, left, right).tolist()
    [[[1.0, 0.5], [0.0, 0.5]]]
    """
    outer, size = left.shape[:-2], left.shape[-2]
    own = table.flatten(-3, -2).transpose(-1, -2).reshape(-1, table.shape[-1], size * size)
    return _LookUp.apply(own, left.flatten(0, -3), right.flatten(0, -3)).unflatten(0, outer)


class _LookUp(torch.autograd.Function):  # type: ignore[misc]
    """The product of tables (tables, entries, pairs) and pairs, which are made again for the gradient."""

    @staticmethod
    def forward(context: Any, table: Any, left: Any, right: Any) -> Any:
        context.save_for_backward(table, left, right)
        made = left.new_empty(len(table), table.shape[1], left.shape[2])
        for part, pairs in _parts(left, right):
            _pair(left[part], right[part], pairs)
            torch.bmm(table[part], pairs.flatten(1, 2), out=made[part])
        return made

    @staticmethod
    def backward(context: Any, gradient: Any) -> Any:
        table, left, right = context.saved_tensors
        gradient = gradient.contiguous()
        tables, lefts, rights = (torch.empty_like(one) for one in (table, left, right))
        for part, pairs in _parts(left, right):
            own = gradient[part]
            torch.bmm(own, _pair(left[part], right[part], pairs).flatten(1, 2).transpose(1, 2), out=tables[part])
            of_pairs = (table[part].transpose(1, 2) @ own).view_as(pairs)
            torch.sum(torch.mul(of_pairs, right[part, None], out=pairs), 2, out=lefts[part])
            torch.sum(torch.mul(of_pairs, left[part, :, None], out=pairs), 1, out=rights[part])
        return tables, lefts, rights


def _parts(left: Any, right: Any) -> Iterator[tuple[slice, Any]]:
    """Parts of the tables, and for each an array for its pairs (tables, left codes, right codes, rows)."""
    sizes = left.shape[1], right.shape[1], left.shape[2]
    count = max(1, FLOATS // max(1, sizes[0] * sizes[1] * sizes[2]))
    pairs = left.new_empty(min(count, len(left)), *sizes)
    for start in range(0, len(left), count):
        yield slice(start, start + count), pairs[: len(left) - start]


def _pair(left: Any, right: Any, pairs: Any) -> Any:
    return torch.mul(left[:, :, None], right[:, None], out=pairs)
