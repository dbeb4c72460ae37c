"""What heads find: the first match of a query in their order of the keys, or the number of the matches.

The gradients are written out: these functions keep few arrays and change them in place, which takes half of the time.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from rasp.train.discrete import ORDERS, ranks_of

SHORT = 64  # longest inputs for which the order of the keys is a table, whose size is cubic
REST = 1e-6  # what a key that matches leaves to those after it, so that these have a gradient


def copy_first_match(wanted: Any, key: Any, value: Any, inside: Any, causal: bool = False) -> Any:
    """What heads copy from the first match, or the last code, "none", (seeds, heads, codes, inputs, queries).

    `wanted` (seeds, heads, codes, inputs, queries), `key` and `value` (seeds, heads, codes, inputs, keys) are 0 where
    `inside` (seeds, 1, 1, inputs, positions) is 0. There the result is 0, too, and 1 elsewhere, summed over the codes.
    A match s(j) has the weight s(j) · Π (1 - s(i)) over the keys i before j.

    >>> wanted, key, value = (torch.eye(3)[row].T[None, None, :, None] for row in ([1, 0, 2], [0, 1, 1], [1, 0, 2]))
    >>> copy_first_match(wanted, key, value, torch.ones(1, 1, 1, 1, 3)).argmax(dim=2).tolist()
    [[[[0, 1, 2]]]]
    """
    return _Find.apply(wanted, key, value, inside, causal)


class _Find(torch.autograd.Function):  # type: ignore[misc]
    @staticmethod
    def forward(context: Any, wanted: Any, key: Any, value: Any, inside: Any, causal: bool) -> Any:
        sizes = *key.shape[:2], key.shape[3]
        wanted, key, value = (_by_input(one) for one in (wanted, key, value))
        match = (wanted.transpose(1, 2) @ key).clamp_(max=1)  # (seeds · heads · inputs, queries, keys)
        if causal:
            match.tril_()
        skipped = _sum_before(_left(match).log_().unflatten(0, sizes)).exp_().flatten(0, 2)
        context.save_for_backward(wanted, key, value, match, skipped)
        context.sizes, context.causal = sizes, causal
        weight = match * skipped
        found = value @ weight.transpose(1, 2)
        found = found.unflatten(0, sizes).transpose(2, 3)
        found[:, :, -1:] += inside - weight.sum(dim=-1).unflatten(0, sizes)[:, :, None]
        return found

    @staticmethod
    def backward(context: Any, gradient: Any) -> Any:
        wanted, key, value, match, skipped = context.saved_tensors
        gradient, weight = _by_input(gradient), match * skipped
        of_value = gradient @ weight
        of_weight = (gradient.transpose(1, 2) @ value).sub_(gradient[:, -1, :, None])
        after = _sum_after(weight.mul_(of_weight).unflatten(0, context.sizes)).flatten(0, 2)
        of_match = of_weight.mul_(skipped).addcdiv_(after, _left(match), value=REST - 1)
        if context.causal:
            of_match.tril_()
        made = key @ of_match.transpose(1, 2), wanted @ of_match, of_value
        return *(one.unflatten(0, context.sizes).transpose(2, 3) for one in made), None, None


def count_matches(wanted: Any, key: Any, inside: Any, causal: bool = False) -> Any:
    """The number of keys that match, as a code (seeds, heads, codes, inputs, queries): at most the last code.

    The arguments are those of `copy_first_match`.

    >>> wanted, key = (torch.eye(3)[row].T[None, None, :, None] for row in ([1, 0, 2], [0, 1, 1]))
    >>> inside = torch.ones(1, 1, 1, 1, 3)
    >>> count_matches(wanted, key, inside).argmax(dim=2).tolist()
    [[[[2, 1, 0]]]]
    >>> count_matches(wanted, key, inside, causal=True).argmax(dim=2).tolist()
    [[[[0, 1, 0]]]]
    """
    keys = key.cumsum(dim=-1) if causal else key.sum(dim=-1, keepdim=True)
    matches = (wanted * keys).sum(dim=2, keepdim=True)
    known = torch.where(inside.bool(), matches.clamp(max=key.shape[2] - 1), -1)
    return _Code.apply(known, key.shape[2])


class _Code(torch.autograd.Function):  # type: ignore[misc]
    """Numbers between two codes as mixtures of these, along the axis 2, and -1 as 0.

    At a code, the gradient is that to the next.
    """

    @staticmethod
    def forward(context: Any, numbers: Any, codes: int) -> Any:
        context.save_for_backward(numbers)
        away = numbers - torch.arange(codes, dtype=numbers.dtype, device=numbers.device)[:, None, None]
        return away.abs_().neg_().add_(1).relu_()

    @staticmethod
    def backward(context: Any, gradient: Any) -> Any:
        (numbers,) = context.saved_tensors
        below = numbers.clamp(0, gradient.shape[2] - 2).long()
        return gradient.gather(2, below + 1) - gradient.gather(2, below), None


def _by_input(each: Any) -> Any:
    """(seeds, heads, codes, inputs, positions) as (seeds · heads · inputs, codes, positions)."""
    return each.transpose(2, 3).flatten(0, 2)


def _left(match: Any) -> Any:
    """What matches leave to the keys after them."""
    return (match * (REST - 1)).add_(1)


def _sum_before(each: Any) -> Any:
    """For each key, the sum over the keys that come before it in a head's order, (…, heads, inputs, queries, keys)."""
    if each.shape[-1] > SHORT:
        return sums_before(each)
    return torch.einsum("shbqk,hqkj->shbqj", each, before(each.shape[1], each.shape[-1]).to(each))


def _sum_after(each: Any) -> Any:
    """For each key, the sum over the keys that come after it: the gradient of `_sum_before`."""
    if each.shape[-1] <= SHORT:
        return torch.einsum("shbqj,hqkj->shbqk", each, before(each.shape[1], each.shape[-1]).to(each))
    with torch.enable_grad():
        place = torch.zeros_like(each, requires_grad=True)
        (found,) = torch.autograd.grad(sums_before(place), place, each)
    return found


def sums_before(each: Any) -> Any:
    """For each key, the sum over the keys that come before it in a head's order, (…, heads, inputs, queries, keys).

    Those keys are a range of keys. `before` says the same with a table, whose size is cubic.
    """
    size = each.shape[-1]
    sums = functional.pad(each.cumsum(dim=-1), (1, 0))  # of the first keys
    key = torch.arange(size, device=each.device).expand(size, -1)
    other = 2 * key.T - key  # as far away from the query, on its other side
    left, zero = other > key, torch.zeros_like(key)
    ranges = {
        "near": (torch.where(left, key + 1, other), torch.where(left, other, key)),
        "last": (key + 1, zero + size),
        "first": (zero, key),
    }
    made = []
    for head in range(each.shape[1]):
        places = (one.clamp(0, size).expand_as(each[:, head]) for one in ranges[ORDERS[head % len(ORDERS)]])
        start, end = (sums[:, head].gather(-1, place) for place in places)
        made.append(end - start)
    return torch.stack(made, dim=1)


@lru_cache(maxsize=100)
def before(heads: int, size: int) -> Any:
    """Whether key k comes before key j in a head's order, (heads, queries, k, j)."""
    found = [ranks_of(ORDERS[head % len(ORDERS)], size) for head in range(heads)]
    made = [rank[:, :, None] < rank[:, None, :] for rank in found]
    return torch.from_numpy(np.array(made, dtype=np.float32).reshape(heads, size, size, size))
