"""A transformer that is a program when its choices are hard ("Learning Transformer Programs", NeurIPS 2023, section 3).

Every variable of the residual stream is categorical: at each position it has one of `codes` values, which the model
represents as a distribution over them. The first ones are given with the input, such as the token and the position,
or are learned classes of a word. A layer adds variables:

- A *categorical head* reads three variables. A query value selects one key value, by a one-hot row of its predicate. Of
  the keys that match, the head attends to the nearest, the last or the first, and copies its third variable there.
  Where none matches, the result is the last code, which stands for "none".
- A *numerical head* counts the keys that match. Its result is the count, as a variable.
- A *head of an offset* copies a variable of the position that is so many positions before or after.
- A *table* is a function of two variables: a one-hot row for each pair of values, or a multilayer perceptron whose
  result is sampled. Some of them read counts alone.

The output is a linear function of all variables, added up over the positions where a sequence has one label. The
choices (which variable is read, the rows of predicates and tables, the classes of words) are sampled with
Gumbel-softmax at a falling temperature, once for each step. On one-hot choices `run` is the discrete program itself:
the nearest match is found by weights s(j) · Π (1 - s(i)) over the keys i nearer than j.

All heads of a layer, and all seeds, are computed together.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch.nn import functional

from rasp.model.arrays import Array
from rasp.train.discrete import ORDERS, SIDES, WORDS, ConstrainedShape, DiscreteProgram, ranks_of

Choices = dict[str, Any]
SHORT = 64  # longest inputs for which the order of the keys is a table, whose size is cubic
PARTS = ("in", "in_bias", "out", "out_bias")  # of the perceptron of a table


class ConstrainedTransformer:
    """The parameters of all seeds, each with the seed as its first axis, and the forward pass for given choices.

    Choices may be drawn several times a seed. Then arrays have seeds · draws as their first axis, and each draw has its
    own share of the inputs.

    Predicates start near equality, with `equal` added to those logits.

    `table` has the logits of the classes of the words, (seeds · words, classes · codes), in one matrix whose gradient
    is sparse; `classes` (words, classes, codes) are their start.
    """

    def __init__(
        self, shape: ConstrainedShape, seeds: list[int], device: str, classes: Array | None = None, equal: float = 0.0
    ) -> None:
        self.shape, self.device = shape, device
        self.noise = [torch.Generator().manual_seed(seed) for seed in seeds]
        self.seeds = len(seeds)
        self.parameters = {name: self._draw(size) for name, size in shape.choices().items()}
        for name, logits in self.parameters.items():
            if name.endswith(".predicate"):
                logits += equal * torch.eye(shape.codes, device=device)
            logits.requires_grad_()
        self.perceptrons = {name: self._draw(size, scale).requires_grad_() for name, size, scale in _perceptrons(shape)}
        self.weight = torch.zeros(self.seeds, shape.variables, shape.codes, shape.labels, device=device)
        self.weight.requires_grad_()
        self.table: Any = None
        if classes is not None:
            start = torch.from_numpy(classes.reshape(len(classes), -1).astype(np.float32))
            self.table = start.repeat(self.seeds, 1).to(device).requires_grad_()
        self._before: dict[int, Any] = {}

    def _draw(self, size: tuple[int, ...], scale: float = 1.0) -> Any:
        made = [torch.randn(size, generator=noise) * scale for noise in self.noise]
        return torch.stack(made).to(self.device)

    def _gumbel(self, size: tuple[int, ...]) -> Any:
        """Gumbel noise (seeds · draws, …), drawn on the CPU so that it does not depend on the device."""
        made = [torch.rand(size, generator=noise).clamp_(min=1e-9) for noise in self.noise]
        return torch.cat(made).log_().neg_().log_().neg_().to(self.device)

    def _sample(self, logits: Any, temperature: float) -> Any:
        noise = self._gumbel((len(logits) // self.seeds, *logits.shape[1:]))
        return ((logits + noise) / temperature).softmax(dim=-1)

    def _for_draws(self, parameter: Any, draws: int) -> Any:
        """A parameter of each seed, for each of its draws."""
        return parameter.repeat_interleave(draws, dim=0) if draws > 1 else parameter

    def sample(self, temperature: float, words: Any = None, draws: int = 1) -> Choices:
        """Samples the choices as distributions, which are sharper at lower temperatures; of some words, the classes."""
        drawn = {
            name: self._sample(self._for_draws(logits, draws), temperature) for name, logits in self._logits().items()
        }
        if words is not None:
            drawn[WORDS] = self._sample(self._classes(words), temperature)
        return drawn

    def _classes(self, words: Any) -> Any:
        """The logits of the classes of some words, (seeds, words, classes, codes)."""
        rows = words + torch.arange(self.seeds, device=words.device)[:, None] * self.shape.words
        found = functional.embedding(rows, self.table, sparse=True)
        return found.view(self.seeds, len(words), self.shape.classes, self.shape.codes)

    def _logits(self) -> Choices:
        """The logits of all choices; the last half of the tables may read counts only."""
        found = dict(self.parameters)
        for layer in range(self.shape.layers if self.shape.counts and self.shape.tables else 0):
            counted = torch.tensor(self.shape.counted(layer))
            barred = torch.zeros(self.shape.tables, len(counted), dtype=torch.bool)
            barred[self.shape.tables // 2 :] = ~counted
            for side in SIDES:
                found[f"{layer}.{side}"] = found[f"{layer}.{side}"].masked_fill(barred.to(self.device), -1e9)
        return found

    # ---------------------------------------------------------------------------------------------------- the function

    def run(
        self, choices: Choices, given: Any, lengths: Any, words: Any = None, temperature: float = 0.0, draws: int = 1
    ) -> Any:
        """All variables, (seeds · draws, variables, inputs / draws, positions, codes).

        `given` (inputs, positions, variables) are codes; `words` (inputs, positions) say which row of the classes in
        `choices` a word has, if there is one draw of each seed. Positions after the end of an input are not selected.
        Results of perceptrons are sampled at the `temperature`, or chosen if that is 0.
        """
        length = given.shape[1]
        place = torch.arange(length, device=given.device)
        inside = (place < lengths[:, None]).unflatten(0, (draws, -1)).repeat(self.seeds, 1, 1)
        there = inside[:, None, :, None, :]  # (seeds · draws, 1, inputs / draws, 1, keys)
        if self.shape.causal:
            there = there & torch.ones(length, length, dtype=torch.bool, device=given.device).tril()
        first = functional.one_hot(given.unflatten(0, (draws, -1)).movedim(-1, 1), self.shape.codes)
        stream = first.to(self.weight.dtype).repeat(self.seeds, 1, 1, 1, 1)
        if words is not None:
            classes = choices[WORDS].movedim(2, 1)  # (seeds, classes, words, codes)
            found = classes.index_select(2, words.flatten()).view(*classes.shape[:2], *words.shape, -1)
            stream = torch.cat([stream, found], dim=1)
        for layer in range(self.shape.layers):
            part = {name.partition(".")[2]: one for name, one in choices.items() if name.startswith(f"{layer}.")}
            stream = torch.cat([stream, *self._attend(part, stream, there), *self._move(part, stream, inside)], dim=1)
            if self.shape.tables:
                stream = torch.cat([stream, self._tables(layer, part, stream, temperature)], dim=1)
        return stream

    def _attend(self, part: Choices, stream: Any, there: Any) -> list[Any]:
        """The results of the heads that search and of those that count, (seeds, heads, inputs, positions, codes)."""
        if "query" not in part:
            return []
        heads, made = self.shape.heads, []
        query, key, *values = _read(stream, *(part[name] for name in ("query", "key", "value") if name in part))
        wanted = (query.flatten(2, 3) @ part["predicate"]).view_as(query)
        match = ((wanted @ key.transpose(-1, -2)) * there).clamp(0, 1)  # (…, queries, keys)
        if values:
            weight = self._first(match[:, :heads])
            none = (1 - weight.sum(dim=-1, keepdim=True)) * self._none
            made.append(weight @ values[0] + none)
        if self.shape.counts:
            count = match[:, heads:].sum(dim=-1, keepdim=True).clamp(max=self.shape.codes - 2)
            made.append((1 - (count - torch.arange(self.shape.codes, device=count.device)).abs()).clamp(min=0))
        return made

    @property
    def _none(self) -> Any:
        last = torch.tensor(self.shape.codes - 1, device=self.weight.device)
        return functional.one_hot(last, self.shape.codes).to(self.weight.dtype)

    def _first(self, match: Any) -> Any:
        """The weights of the first match in each head's order of the keys."""
        size = match.shape[-1]
        left = (1 - match).clamp(min=1e-6).log()
        if size > SHORT:
            return match * _sums_before(left).exp()
        if size not in self._before:
            self._before[size] = _before(self.shape.heads, size).to(match.device)
        return match * torch.einsum("shbqk,hqkj->shbqj", left, self._before[size]).exp()

    def _move(self, part: Choices, stream: Any, inside: Any) -> list[Any]:
        """The results of the heads of offsets, (seeds, heads, inputs, positions, codes)."""
        if "moved" not in part:
            return []
        (value,), none, made = _read(stream, part["moved"]), self._none, []
        for head, offset in enumerate(self.shape.offsets):
            place = torch.arange(inside.shape[-1], device=inside.device) + offset
            known = (place >= 0) & (place < inside.sum(dim=-1, keepdim=True))
            shifted = torch.roll(value[:, head], -offset, dims=2)
            made.append(torch.where(known[..., None], shifted, none))
        return [torch.stack(made, dim=1)]

    def _tables(self, layer: int, part: Choices, stream: Any, temperature: float) -> Any:
        """The results of the tables, (seeds, tables, inputs, positions, codes)."""
        left, right = _read(stream, *(part[side] for side in SIDES))
        if not self.shape.hidden:
            return torch.einsum("stbnj,stbnk,stjkc->stbnc", left, right, part["table"])
        logits = self._perceptron(layer, torch.cat([left, right], dim=-1).flatten(2, 3)).view_as(left)
        if temperature:
            return self._sample(logits, temperature)
        return functional.one_hot(logits.argmax(dim=-1), self.shape.codes).to(logits.dtype)

    def _perceptron(self, layer: int, read: Any) -> Any:
        """The logits of tables that are perceptrons, for (seeds, tables, rows, 2 · codes)."""
        own = (self._for_draws(self.perceptrons[f"{layer}.{name}"], len(read) // self.seeds) for name in PARTS)
        inner, inner_bias, outer, outer_bias = own
        units = (read @ inner + inner_bias[:, :, None]).relu()
        return units @ outer + outer_bias[:, :, None]

    def logits(self, stream: Any, lengths: Any) -> Any:
        """The scores of the labels, (seeds, inputs, positions, labels); of a sequence, (seeds, inputs, labels)."""
        weight = self._for_draws(self.weight, len(stream) // self.seeds)
        each = (stream.flatten(2, 3) @ weight).sum(dim=1).view(self.seeds, len(lengths), stream.shape[3], -1)
        if not self.shape.pooled:
            return each
        inside = torch.arange(stream.shape[3], device=lengths.device) < lengths[:, None]
        return (each * inside[..., None]).sum(dim=2)

    # ----------------------------------------------------------------------------------------------- discrete programs

    def program(self, seed: int) -> DiscreteProgram:
        """The discrete program of a seed, by its index: each choice is that of the largest logit."""
        with torch.no_grad():
            chosen = {name: logits[seed].argmax(dim=-1).cpu().numpy() for name, logits in self._logits().items()}
            if self.table is not None:
                own = self.table.view(self.seeds, self.shape.words, self.shape.classes, -1)[seed]
                chosen[WORDS] = own.argmax(dim=-1).cpu().numpy()
            for layer in range(self.shape.layers if self.shape.hidden and self.shape.tables else 0):
                chosen[f"{layer}.table"] = self._entries(layer, seed)
        return DiscreteProgram(self.shape, chosen, self.weight[seed].detach().cpu().numpy().copy())

    def _entries(self, layer: int, seed: int) -> Array:
        """The entries of tables that are perceptrons, (tables, codes, codes)."""
        codes, tables = self.shape.codes, self.shape.tables
        each = torch.eye(codes, device=self.device)
        pairs = torch.cat([each[:, None].expand(-1, codes, -1), each.expand(codes, -1, -1)], dim=-1).flatten(0, 1)
        read = pairs.expand(self.seeds, tables, -1, -1)
        found: Array = self._perceptron(layer, read)[seed].argmax(dim=-1).view(tables, codes, codes).cpu().numpy()
        return found


def _read(stream: Any, *chosen: Any) -> Any:
    """The variables that heads read, (seeds, heads, inputs, positions, codes), for some (seeds, heads, variables)."""
    together = torch.cat(chosen, dim=1) @ stream.flatten(2)
    found = together.view(*together.shape[:2], *stream.shape[2:])
    return found.split([one.shape[1] for one in chosen], dim=1)


def _perceptrons(shape: ConstrainedShape) -> list[tuple[str, tuple[int, ...], float]]:
    """The parameters of perceptrons: their names, shapes and initial sizes."""
    tables, codes, hidden = shape.tables, shape.codes, shape.hidden
    if not hidden or not tables:
        return []
    sizes = ((tables, 2 * codes, hidden), (tables, hidden), (tables, hidden, codes), (tables, codes))
    scales = (1.0, 0.0, 2 * hidden**-0.5, 0.0)
    return [
        (f"{layer}.{name}", size, scale)
        for layer in range(shape.layers)
        for name, size, scale in zip(PARTS, sizes, scales, strict=True)
    ]


def _sums_before(each: Any) -> Any:
    """For each key, the sum over the keys that come before it in a head's order, (…, heads, inputs, queries, keys).

    Those keys are a range of keys. `_before` says the same with a table, whose size is cubic.
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


def _before(heads: int, size: int) -> Any:
    """Whether key k comes before key j in a head's order, (heads, queries, k, j)."""
    found = [ranks_of(ORDERS[head % len(ORDERS)], size) for head in range(heads)]
    made = [rank[:, :, None] < rank[:, None, :] for rank in found]
    return torch.from_numpy(np.array(made, dtype=np.float32).reshape(heads, size, size, size))
