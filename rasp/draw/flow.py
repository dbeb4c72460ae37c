"""What a drawing shows: the values and heads of one computation on one input, layer by layer.

A `Flow` is made of texts and booleans alone, so what draws one needs no graph and no NumPy. Values and heads refer to
one another by `id`, which is unique within a flow and the same from run to run.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Value:
    """A row over the n positions: what an s-op holds on the input.

    `name` is the user's name for it, or its formula where it has none; `formula` is what it is made of, in the user's
    names. `kind` is "ints", "floats", "strings" or "bools", `cells` has one text a position. `sources` are the ids of
    the values and heads that it is computed from. A `minor` value belongs to an expression that uses it: a drawing
    folds it away, and may show it on demand. `definitions` are the names of selectors that the formula speaks of, and
    their formulas.
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
class Head:
    """An attention head: a pattern, and what is read through it.

    `name` is the user's name for the selector, or empty. `matrix` has n rows, one a query, of n keys. `keys` and
    `queries` are the ids of the values that the selector compares, `reads` those that the head averages over the
    selected keys, `writes` those that it gives or helps to give. `note` says what the head is for, where the user's
    program does not show it. `definitions` are the names of other selectors that the formula speaks of, and their
    formulas.
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


@dataclass(frozen=True)
class Layer:
    """Attention and then feed-forward. Layer 0 has no heads: its values are the input and what is computed from it.

    `attended` are the values that the heads give, `computed` the elementwise ones after that; sources come first.
    """

    number: int
    heads: tuple[Head, ...] = ()
    attended: tuple[Value, ...] = ()
    computed: tuple[Value, ...] = ()

    @property
    def values(self) -> tuple[Value, ...]:
        return (*self.attended, *self.computed)


@dataclass(frozen=True)
class Flow:
    """The computation of s-ops on one input.

    `title` is what is drawn, such as `sorted("hello")`; `summary` its layers and heads in a line; `tokens` the input's
    elements as texts; `results` the ids of the drawn values (or the one head, for a selector).
    """

    title: str
    summary: str
    tokens: tuple[str, ...]
    layers: tuple[Layer, ...]
    results: tuple[str, ...]

    @property
    def values(self) -> dict[str, Value]:
        """All values by id, in the order of their layers."""
        return {value.id: value for layer in self.layers for value in layer.values}

    @property
    def heads(self) -> dict[str, Head]:
        """All heads by id, in the order of their layers."""
        return {head.id: head for layer in self.layers for head in layer.heads}

    @property
    def definitions(self) -> dict[str, str]:
        """What the names of selectors in formulas stand for, where no head of that name shows it."""
        heads = self.heads.values()
        shown = {head.name for head in heads}
        known = [*(head.definitions for head in heads), *(value.definitions for value in self.values.values())]
        found = {name: formula for definitions in known for name, formula in definitions}
        return {name: formula for name, formula in found.items() if name not in shown}
