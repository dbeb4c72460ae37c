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

All heads of a layer, and all seeds, are computed together. Codes come before inputs and positions in the arrays: so the
products of matrices are wide, and softmaxes and sums run along whole rows of memory.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch.nn import functional

from rasp.model.arrays import Array
from rasp.train.discrete import SIDES, WORDS, ConstrainedShape, DiscreteProgram
from rasp.train.gradients.matching import copy_first_match, count_matches
from rasp.train.gradients.pairs import look_up_pairs

Choices = dict[str, Any]
BARRED = -1e9  # the logit of an alternative that is never chosen; its gradient is 0
READ = ("query", "key", "value", "count_query", "count_key", "moved", "pair")  # by a layer, of the variables before it
PARTS = ("in", "in_bias", "out", "out_bias")  # of the perceptron of a table


class ConstrainedTransformer:
    """The parameters of all seeds, each with the seed as its first axis, and the forward pass for given choices.

    Choices may be drawn several times a seed. Then arrays have seeds · draws as their first axis, and each draw has its
    own share of the inputs.

    `parameters` has the logits of all choices of variables in one array and those of all choices of codes in another,
    (seeds, alternatives, choices). Predicates start near equality, with `equal` added to those logits.

    `table` has the logits of the classes of the words, (seeds · words, classes · codes), in one matrix whose gradient
    is sparse; `classes` (words, classes, codes) are their start.
    """

    def __init__(
        self, shape: ConstrainedShape, seeds: list[int], device: str, classes: Array | None = None, equal: float = 0.0
    ) -> None:
        self.shape, self.device = shape, device
        self.seeds, self._seeds = len(seeds), seeds
        self.begin(0)
        self.parameters = {kind: one.to(device).requires_grad_() for kind, one in self._start(equal).items()}
        self.perceptrons = {name: self._draw(size, scale).requires_grad_() for name, size, scale in _perceptrons(shape)}
        self.weight = torch.zeros(self.seeds, shape.variables, shape.codes, shape.labels, device=device)
        self.weight.requires_grad_()
        self.table: Any = None
        if classes is not None:
            start = torch.from_numpy(classes.reshape(len(classes), -1).astype(np.float32))
            self.table = start.repeat(self.seeds, 1).to(device).requires_grad_()

    def begin(self, step: int) -> None:
        """Begins the noise of a step, which depends on its number and the seeds alone."""
        self._noise = [np.random.Generator(np.random.SFC64([seed, step])) for seed in self._seeds]

    def _draw(self, size: tuple[int, ...], scale: float = 1.0) -> Any:
        made = np.stack([noise.standard_normal(size, dtype=np.float32) for noise in self._noise])
        return torch.from_numpy(made * np.float32(scale)).to(self.device)

    def _start(self, equal: float) -> Choices:
        """The first logits of all choices: random ones, except where an alternative is barred."""
        made: dict[str, list[Any]] = {}
        for name, size in self.shape.choices().items():
            logits = self._draw(size).cpu()
            if name.endswith(".predicate"):
                logits += equal * torch.eye(self.shape.codes)
            if name.endswith(SIDES) and self.shape.counts:  # the last half of the tables may read counts only
                counted = torch.tensor(self.shape.counted(int(name.partition(".")[0])))
                logits[:, self.shape.tables // 2 :, ~counted] = BARRED
            kind, most = self._kind(name)
            rows = functional.pad(logits.flatten(1, -2), (0, most - size[-1]), value=BARRED)
            made.setdefault(kind, []).append(rows.transpose(1, 2))
        return {kind: torch.cat(parts, dim=2) for kind, parts in made.items()}

    def _kind(self, name: str) -> tuple[str, int]:
        """What is chosen, and how many alternatives all such choices have in `parameters`."""
        codes = name.endswith((".predicate", ".table"))
        return ("codes", self.shape.codes) if codes else ("variables", self.shape.variables)

    def named(self, together: Choices) -> Choices:
        """Arrays like `parameters`, cut into those of each name of `ConstrainedShape.choices`, (…, alternatives)."""
        made, sizes = {}, self.shape.choices()
        for kind, each in together.items():
            own = [name for name in sizes if self._kind(name)[0] == kind]
            parts = each.split([int(np.prod(sizes[name][:-1])) for name in own], dim=2)
            for name, part in zip(own, parts, strict=True):
                made[name] = part[:, : sizes[name][-1]].movedim(1, -1).unflatten(1, sizes[name][:-1])
        return made

    def _sample(self, logits: Any, temperature: float, axis: int) -> Any:
        """Samples logits (seeds · draws, …) along an axis. The noise does not depend on the device."""
        waits = np.empty((self.seeds, len(logits) // self.seeds, *logits.shape[1:]), dtype=np.float32)
        for random, own in zip(self._noise, waits, strict=True):
            random.standard_exponential(dtype=np.float32, out=own)
        gumbel = torch.from_numpy(waits).flatten(0, 1).clamp_(min=1e-9).log_().neg_()
        return (logits + gumbel.to(self.device)).div_(temperature).softmax(dim=axis)

    def _for_draws(self, parameter: Any, draws: int) -> Any:
        """A parameter of each seed, for each of its draws."""
        return parameter[:, None].expand(-1, draws, *parameter.shape[1:]).flatten(0, 1)

    def sample(self, temperature: float, words: Any = None, draws: int = 1) -> Choices:
        """Samples the choices as distributions, which are sharper at lower temperatures; of some words, the classes."""
        drawn = self.named(
            {kind: self._sample(self._for_draws(one, draws), temperature, 1) for kind, one in self.parameters.items()}
        )
        if words is not None:
            drawn[WORDS] = self._sample(self._classes(words), temperature, -1)
        return drawn

    def _classes(self, words: Any) -> Any:
        """The logits of the classes of some words, (seeds, words, classes, codes)."""
        rows = words + torch.arange(self.seeds, device=words.device)[:, None] * self.shape.words
        found = functional.embedding(rows, self.table, sparse=True)
        return found.view(self.seeds, len(words), self.shape.classes, self.shape.codes)

    # ---------------------------------------------------------------------------------------------------- the function

    def run(
        self, choices: Choices, given: Any, lengths: Any, words: Any = None, temperature: float = 0.0, draws: int = 1
    ) -> list[Any]:
        """All variables, (seeds · draws, variables, codes, inputs / draws, positions), in parts that follow each other.

        `given` (inputs, positions, variables) are codes; `words` (inputs, positions) say which row of the classes in
        `choices` a word has, if there is one draw of each seed. After the end of an input all variables are 0.
        Results of perceptrons are sampled at the `temperature`, or chosen if that is 0.
        """
        place = torch.arange(given.shape[1], device=given.device)
        inside = (place < lengths[:, None]).unflatten(0, (draws, -1))[:, None, None]
        first = (given.unflatten(0, (draws, -1)).movedim(-1, 1)[:, :, None] == self._codes) & inside
        inside, stream = (one.to(self.weight.dtype).repeat(self.seeds, 1, 1, 1, 1) for one in (inside, first))
        if words is not None:
            classes = choices[WORDS].movedim(1, -1)  # (seeds, classes, codes, words)
            found = classes.index_select(3, words.flatten()).unflatten(3, words.shape)
            stream = torch.cat([stream, found * inside], dim=1)
        made = [stream]
        for layer in range(self.shape.layers):
            part = {name.partition(".")[2]: one for name, one in choices.items() if name.startswith(f"{layer}.")}
            stream = _joined(made)
            made = [stream, *self._layer(layer, part, stream, inside, temperature)]
        return made

    def _layer(self, layer: int, part: Choices, stream: Any, inside: Any, temperature: float) -> list[Any]:
        """What a layer adds to the variables, in their order."""
        size, part = stream.shape[1], self._by_kind(part)
        if self.shape.tables:
            part["pair"] = torch.cat([part[side] for side in SIDES], dim=1)
        read = _read(stream, {name: part[name][:, :, :size] for name in READ if name in part})
        found = [*self._attend(part, read, inside), *self._move(read, inside)]
        made = [_joined(found)] if found else []
        if self.shape.tables:
            pair = read["pair"]
            if made:
                pair = torch.baddbmm(pair.flatten(2), part["pair"][:, :, size:], made[0].flatten(2)).view_as(pair)
            left, right = pair.split(self.shape.tables, dim=1)
            made.append(self._tables(layer, part, left, right, inside, temperature))
        return made

    @property
    def _codes(self) -> Any:
        """The numbers of the codes along their axis."""
        return torch.arange(self.shape.codes, device=self.device)[:, None, None]

    @property
    def _none(self) -> Any:
        """The code that stands for "none", as a distribution along the axis of the codes."""
        return (self._codes == self.shape.codes - 1).to(self.weight.dtype)

    def _by_kind(self, part: Choices) -> Choices:
        """The choices of a layer, with those of the heads that count under names of their own."""
        made = dict(part)
        for name in (name for name in ("query", "key", "predicate") if name in part):
            made[name], made[f"count_{name}"] = part[name].split([self.shape.heads, self.shape.counts], dim=1)
        return made

    def _attend(self, part: Choices, read: Choices, inside: Any) -> list[Any]:
        """The results of the heads that search and of those that count, (seeds, heads, codes, inputs, positions)."""
        made = []
        if self.shape.heads:
            wanted = _predict(part["predicate"], read["query"])
            made.append(copy_first_match(wanted, read["key"], read["value"], inside, self.shape.causal))
        if self.shape.counts:
            wanted = _predict(part["count_predicate"], read["count_query"])
            made.append(count_matches(wanted, read["count_key"], inside, self.shape.causal))
        return made

    def _move(self, read: Choices, inside: Any) -> list[Any]:
        """The results of the heads of offsets, (seeds, heads, codes, inputs, positions)."""
        if "moved" not in read:
            return []
        value, none, made = read["moved"], self._none, []
        for head, offset in enumerate(self.shape.offsets):
            place = torch.arange(inside.shape[-1], device=inside.device) + offset
            known = (place >= 0) & (place < inside[:, 0].sum(dim=-1, keepdim=True))
            shifted = torch.roll(value[:, head], -offset, dims=-1)
            made.append(torch.where(known, shifted, none) * inside[:, 0])
        return [torch.stack(made, dim=1)]

    def _tables(self, layer: int, part: Choices, left: Any, right: Any, inside: Any, temperature: float) -> Any:
        """The results of the tables, (seeds, tables, codes, inputs, positions)."""
        if not self.shape.hidden:
            return look_up_pairs(part["table"], left.flatten(3), right.flatten(3)).view_as(left)
        logits = self._perceptron(layer, torch.cat([left, right], dim=2).flatten(3)).view_as(left)
        if temperature:
            return self._sample(logits, temperature, 2) * inside
        return (logits.argmax(dim=2, keepdim=True) == self._codes) * inside

    def _perceptron(self, layer: int, read: Any) -> Any:
        """The logits of tables that are perceptrons (…, codes, rows), for (seeds · draws, tables, 2 · codes, rows)."""
        own = (self._for_draws(self.perceptrons[f"{layer}.{name}"], len(read) // self.seeds) for name in PARTS)
        inner, inner_bias, outer, outer_bias = own
        units = (inner.transpose(-1, -2) @ read + inner_bias[..., None]).relu()
        return outer.transpose(-1, -2) @ units + outer_bias[..., None]

    def logits(self, parts: list[Any]) -> Any:
        """The scores of the labels, (seeds · draws, labels, inputs / draws, positions), or without the positions.

        `parts` is what `run` gives. A sequence that has one label has the sums over its positions.
        """
        weight = self._for_draws(self.weight, len(parts[0]) // self.seeds)
        weights = weight.split([one.shape[1] for one in parts], dim=1)
        each: Any = 0
        for own, part in zip(weights, parts, strict=True):
            each = each + own.flatten(1, 2).transpose(1, 2) @ part.flatten(3).flatten(1, 2)
        each = each.unflatten(2, parts[0].shape[3:])
        return each.sum(dim=-1) if self.shape.pooled else each

    # ----------------------------------------------------------------------------------------------- discrete programs

    def program(self, seed: int) -> DiscreteProgram:
        """The discrete program of a seed, by its index: each choice is that of the largest logit."""
        with torch.no_grad():
            chosen = {
                name: logits[seed].argmax(dim=-1).cpu().numpy() for name, logits in self.named(self.parameters).items()
            }
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
        pairs = torch.cat([each.repeat_interleave(codes, dim=1), each.repeat(1, codes)])  # (2 · codes, pairs)
        read = pairs.expand(self.seeds, tables, -1, -1)
        found: Array = self._perceptron(layer, read)[seed].argmax(dim=1).view(tables, codes, codes).cpu().numpy()
        return found


def _joined(parts: list[Any]) -> Any:
    return torch.cat(parts, dim=1) if len(parts) > 1 else parts[0]


def _read(stream: Any, chosen: Choices) -> Choices:
    """The variables that are read, (seeds, heads, codes, inputs, positions), for some (seeds, heads, variables)."""
    if not chosen:
        return {}
    together = torch.cat([*chosen.values()], dim=1) @ stream.flatten(2)
    parts = together.unflatten(2, stream.shape[2:]).split([one.shape[1] for one in chosen.values()], dim=1)
    return dict(zip(chosen, parts, strict=True))


def _predict(predicate: Any, query: Any) -> Any:
    """The keys that queries select, (seeds, heads, codes, inputs, positions)."""
    return (predicate.transpose(-1, -2) @ query.flatten(3)).view_as(query)


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
