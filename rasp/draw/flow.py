"""The data of a drawing: the values and heads of a computation on one input, layer by layer.

A `Flow` consists of texts and booleans alone, so renderers need neither a graph nor NumPy. Values and heads refer to
one another by `id`, which is unique within a flow, and the same from run to run.
"""

from __future__ import annotations

from dataclasses import dataclass

LEVELS = 20  # steps of the scale of weights in pictures
LEAST = 0.005  # a smaller weight looks like 0


@dataclass(frozen=True)
class FlowValue:
    """A row over the n positions: the values of an s-op on the input.

    `name` is the user's name for it, or its formula if it has none; `formula` is its definition, in the user's names.
    `kind` is "ints", "floats", "strings" or "bools"; `cells` has one text for each position. `sources` are the ids of
    the values and heads that it is computed from. A `minor` value is only a part of a larger expression; drawings hide
    it, and may show it on demand. `definitions` are the names of selectors in the formula, and their formulas.
    """

    id: str
    name: str
    formula: str
    kind: str
    cells: tuple[str, ...]
    sources: tuple[str, ...] = ()
    minor: bool = False
    definitions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class FlowHead:
    """An attention head: a pattern, and the values that are read through it.

    `name` is the user's name for the selector, or empty. `matrix` has a row for each query, with a bool for each key.
    `keys` and `queries` are the ids of the values that the selector compares, `reads` those that the head averages over
    the selected keys, `writes` those that it computes, or helps to compute. `note` says what the head is for, if the
    user's program does not show that. `definitions` are the names of other selectors in the formula, and their
    formulas. `weights`, if they are known, are the attention weights of the cells of the matrix, by which these are
    shaded. `label` takes the place of "head 1" and so on. `parts` are the heads that the architecture counts for this
    one, if they are others: the heads of which a width is built. `counted` is their number, and `bos` says whether the
    model has a BOS position of its own, which their patterns do not show.
    """

    id: str
    name: str
    formula: str
    matrix: tuple[tuple[bool, ...], ...]
    keys: tuple[str, ...] = ()
    queries: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    note: str = ""
    definitions: tuple[tuple[str, str], ...] = ()
    weights: tuple[tuple[float, ...], ...] = ()
    label: str = ""
    parts: tuple[FlowHead, ...] = ()
    counted: int = 1
    bos: bool = False

    @property
    def levels(self) -> tuple[tuple[int, ...], ...]:
        """For each cell the step of its weight on the scale of pictures, from 0 to 20; only a weight near 0 has step 0.

        >>> FlowHead("h", "", "", ((True, True),), weights=((0.84, 0.01),)).levels
        ((17, 1),)
        """
        return tuple(tuple(max(round(LEVELS * weight), int(weight >= LEAST)) for weight in row) for row in self.weights)

    @property
    def shades(self) -> tuple[tuple[int, ...], ...]:
        """For each cell of the matrix how dark it is, from 0 to 10; at least 1 where the matrix is true.

        >>> FlowHead("h", "", "", ((True, True, False),), weights=((0.84, 0.03, 0.03),)).shades
        ((8, 1, 0),)
        """
        if not self.weights:
            return tuple(tuple(10 * cell for cell in row) for row in self.matrix)
        rows = (zip(*pair, strict=True) for pair in zip(self.weights, self.matrix, strict=True))
        return tuple(tuple(max(int(10 * weight + 0.5), int(cell)) for weight, cell in row) for row in rows)


@dataclass(frozen=True)
class FlowLayer:
    """A layer: attention, then feed-forward. Layer 0 has no heads: it is the input, and what is computed from it alone.

    `attended` are the values that heads compute, `computed` the elementwise ones that follow; sources come first.
    """

    number: int
    heads: tuple[FlowHead, ...] = ()
    attended: tuple[FlowValue, ...] = ()
    computed: tuple[FlowValue, ...] = ()

    @property
    def values(self) -> tuple[FlowValue, ...]:
        return (*self.attended, *self.computed)


@dataclass(frozen=True)
class Flow:
    """The computation of s-ops on one input.

    `title` names it, as in `sorted("hello")`; `summary` has its layers and heads in one line; `tokens` the elements of
    the input, as texts; `results` the ids of the requested values (or of the one head, for a selector). `bos` says
    whether the first of the tokens is a BOS position.
    """

    title: str
    summary: str
    tokens: tuple[str, ...]
    layers: tuple[FlowLayer, ...]
    results: tuple[str, ...]
    bos: bool = False

    @property
    def values(self) -> dict[str, FlowValue]:
        """All values by id, in the order of their layers."""
        return {value.id: value for layer in self.layers for value in layer.values}

    @property
    def heads(self) -> dict[str, FlowHead]:
        """All heads by id, in the order of their layers."""
        return {head.id: head for layer in self.layers for head in layer.heads}

    @property
    def definitions(self) -> dict[str, str]:
        """The formulas of named selectors that occur in formulas, but are not shown as a head."""
        heads = self.heads.values()
        shown = {head.name for head in heads}
        known = [*(head.definitions for head in heads), *(value.definitions for value in self.values.values())]
        found = {name: formula for definitions in known for name, formula in definitions}
        return {name: formula for name, formula in found.items() if name not in shown}
