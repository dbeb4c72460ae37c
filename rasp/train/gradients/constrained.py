"""A transformer that is a program when its choices are hard ("Learning Transformer Programs", NeurIPS 2023, section 3).

Every variable of the residual stream is categorical: at each position it has one of `codes` values, which the model
represents as a distribution over them. The first two are the token and the position. A layer adds variables:

- A *categorical head* reads three variables. A query value selects one key value, by a one-hot row of its predicate. Of
  the keys that match, the head attends to the nearest, the last or the first, and copies its third variable there.
  Where none matches, the result is the last code, which stands for "none".
- A *numerical head* counts the keys that match. Its result is the count, as a variable.
- A *table* is a function of two variables, a one-hot row for each pair of values. Half of them read counts alone.

The output is a linear function of all variables. The choices (which variable is read, the rows of predicates and
tables) are sampled with Gumbel-softmax at a falling temperature, once for each step. On one-hot choices `run` is the
discrete program itself: the nearest match is found by weights s(j) · Π (1 - s(i)) over the keys i nearer than j.

All heads of a layer, and all seeds, are computed together.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch.nn import functional

from rasp.model.arrays import Array
from rasp.train.discrete import ORDERS, ConstrainedShape

Choices = dict[str, Any]


class ConstrainedTransformer:
    """The parameters of all seeds, each with the seed as its first axis, and the forward pass for given choices."""

    def __init__(self, shape: ConstrainedShape, seeds: list[int], device: str) -> None:
        self.shape, self.device = shape, device
        self._noise = [torch.Generator().manual_seed(seed) for seed in seeds]
        self.seeds = len(seeds)
        self.parameters = {name: self._draw(size).requires_grad_() for name, size in shape.choices().items()}
        self.weight = torch.zeros(self.seeds, shape.variables, shape.codes, shape.labels, device=device)
        self.weight.requires_grad_()
        self._before = _before(shape).to(device)

    def _draw(self, size: tuple[int, ...]) -> Any:
        made = [torch.randn(size, generator=noise) for noise in self._noise]
        return torch.stack(made).to(self.device)

    def _gumbel(self, size: tuple[int, ...]) -> Any:
        """Gumbel noise, drawn on the CPU so that it does not depend on the device."""
        made = [torch.rand(size, generator=noise).clamp(min=1e-9) for noise in self._noise]
        return -torch.log(-torch.log(torch.stack(made))).to(self.device)

    def sample(self, temperature: float) -> Choices:
        """Samples the choices as distributions, which are sharper at lower temperatures."""
        drawn = {}
        for name, logits in self._logits().items():
            drawn[name] = ((logits + self._gumbel(tuple(logits.shape[1:]))) / temperature).softmax(dim=-1)
        return drawn

    def harden(self) -> Choices:
        """The choices of the discrete program, one-hot."""
        return {
            name: functional.one_hot(logits.argmax(dim=-1), logits.shape[-1]).to(logits.dtype)
            for name, logits in self._logits().items()
        }

    def _logits(self) -> Choices:
        """The logits of all choices; half of the tables may read counts only."""
        found = dict(self.parameters)
        for layer in range(self.shape.layers if self.shape.counts else 0):
            barred = torch.zeros(self.shape.tables, len(self.shape.counted(layer)), dtype=torch.bool)
            barred[self.shape.tables // 2 :] = ~torch.tensor(self.shape.counted(layer))
            for side in ("left", "right"):
                found[f"{layer}.{side}"] = found[f"{layer}.{side}"].masked_fill(barred.to(self.device), -1e9)
        return found

    # ---------------------------------------------------------------------------------------------------- the function

    def run(self, choices: Choices, tokens: Any, lengths: Any, exact: bool = False) -> Any:
        """All variables, (seeds, inputs, positions, variables, codes), of `tokens` (inputs, positions).

        Positions after the end of an input are not selected. `exact`: the choices are one-hot.
        """
        length, codes = tokens.shape[1], self.shape.codes
        place = torch.arange(length, device=tokens.device)
        there = (place < lengths[:, None])[None, :, None, None, :]  # (1, inputs, 1, 1, keys)
        if self.shape.causal:
            there = there & torch.ones(length, length, dtype=torch.bool, device=tokens.device).tril()
        first = torch.stack([tokens, place.expand_as(tokens)], dim=-1)
        stream = functional.one_hot(first, codes).to(self.weight.dtype).expand(self.seeds, -1, -1, -1, -1)
        for layer in range(self.shape.layers):
            part = {name: choices[f"{layer}.{name}"] for name in ("query", "key", "value", "predicate")}
            stream = torch.cat([stream, self._attend(part, stream, there, exact)], dim=3)
            read = [torch.einsum("sbnrk,str->sbntk", stream, choices[f"{layer}.{side}"]) for side in ("left", "right")]
            made = torch.einsum("sbntj,sbntk,stjkc->sbntc", *read, choices[f"{layer}.table"])
            stream = torch.cat([stream, made], dim=3)
        return stream

    def _attend(self, part: Choices, stream: Any, there: Any, exact: bool) -> Any:
        """The results of the heads of a layer, (seeds, inputs, positions, heads, codes)."""
        wanted = torch.einsum("sbnrk,shr->sbhnk", stream, part["query"]) @ part["predicate"][:, None]
        match = (wanted @ torch.einsum("sbnrk,shr->sbhkn", stream, part["key"])) * there  # (…, queries, keys)
        match = match.clamp(0, 1)
        heads = self.shape.heads
        count = match[:, :, heads:].sum(dim=-1, keepdim=True).movedim(2, 3)
        near = (1 - (count - torch.arange(self.shape.codes, device=count.device)).abs()).clamp(min=0)
        if not heads:
            return near
        value = torch.einsum("sbnrk,shr->sbhnk", stream, part["value"])
        weight = self._first(match[:, :, :heads], exact)
        read = (weight @ value).movedim(2, 3)
        none = (1 - weight.sum(dim=-1)).movedim(2, 3)[..., None]
        last = functional.one_hot(torch.tensor(self.shape.codes - 1, device=none.device), self.shape.codes)
        return torch.cat([read + none * last, near], dim=3)

    def _first(self, match: Any, exact: bool) -> Any:
        """The weights of the first match in each head's order of the keys."""
        size = match.shape[-1]
        before = self._before[:, :size, :size, :size]
        if exact:
            return match * (1 - torch.einsum("sbhqk,hqkj->sbhqj", match, before)).clamp(min=0)
        left = (1 - match).clamp(min=1e-6).log()
        return match * torch.einsum("sbhqk,hqkj->sbhqj", left, before).exp()

    def logits(self, stream: Any) -> Any:
        """The scores of the labels, (seeds, inputs, positions, labels)."""
        return torch.einsum("sbnrk,srkc->sbnc", stream, self.weight)


def _before(shape: ConstrainedShape) -> Any:
    """Whether key k comes before key j in a head's order, (heads, queries, k, j)."""
    here = np.arange(shape.length)
    away = here - here[:, None]
    ranks = {"near": np.abs(4 * away + 1), "last": -here + 0 * away, "first": here + 0 * away}
    found = [ranks[ORDERS[head % len(ORDERS)]] for head in range(shape.heads)]
    made = [rank[:, :, None] < rank[:, None, :] for rank in found]
    size = (shape.heads, *[shape.length] * 3)
    return torch.from_numpy(np.array(made, dtype=np.float32).reshape(size))


def hard_choices(choices: Choices, place: int) -> dict[str, Array]:
    """The one-hot choices of a seed as indices."""
    return {name: chosen[place].argmax(dim=-1).cpu().numpy() for name, chosen in choices.items()}
