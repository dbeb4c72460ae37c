"""Compares a program with itself under an attention mask: which results change, and which heads lose selected keys.

The program is evaluated twice on each input: as it is, and with each selector intersected with the mask.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Any, NamedTuple

from rasp.architecture.masks import confine, mask
from rasp.architecture.plan import PlannedHead, Use, selectors_of
from rasp.architecture.report import NARROWEST, Architecture, elide
from rasp.base.tables import USUAL, table, wrap_text
from rasp.engine.inputs import validate_input
from rasp.errors import CollectionTooLarge, RaspError, SequenceTooLong
from rasp.graph import builders as graph
from rasp.graph.atoms import repr_atoms
from rasp.graph.nodes import Atom, Best, Nearest, Node, SelectorWidth
from rasp.present.evaluation import evaluate_inputs
from rasp.present.names import Names, show_input
from rasp.present.text import error_line, sequence_text

LONGEST = 2_000  # elements of an input
MOST_INPUTS, MOST_PAIRS = 10_000, 400_000_000  # the pairs: 100 inputs of the greatest length, half a GB
LINES = 6  # of a result in the report


@dataclass(frozen=True)
class Loss:
    """A head (by layer and number, both from 1), and the number of inputs on which the mask hides keys it selects."""

    layer: int
    head: int
    selector: str
    inputs: int


@dataclass(frozen=True)
class MaskEffect:
    """The effect of a mask on s-ops.

    The s-ops have values on `inputs` inputs; under the mask the values change on `changed` of them. `first` is the
    first such input, `before` and `after` are the values on it as text. On `failed` more inputs the s-ops fail even
    without the mask. Each head compares `pairs` of `all_pairs` query-key pairs, over all inputs. `bos_hidden`: the mask
    hides position 0, which stands in for BOS: the two heads of a `selector_width` read it besides the selected keys.
    """

    mask: str
    inputs: int
    failed: int
    changed: int
    first: tuple[Atom, ...] | None
    before: str
    after: str
    losses: tuple[Loss, ...]
    pairs: int
    all_pairs: int
    bos_hidden: bool

    def to_dict(self) -> dict[str, Any]:
        """The report as lists and dicts of strings, numbers and bools, for JSON."""
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {
            **plain,
            "first": None if self.first is None else list(self.first),
            "losses": [vars(x) for x in self.losses],
        }

    def text(self, width: int = USUAL) -> str:
        """The report as text, in lines of at most `width` columns (at least 22)."""
        return "\n".join(_text(self, max(width, NARROWEST)))

    def __str__(self) -> str:
        return self.text()


def measure_mask(architecture: Architecture, names: Names, name: str, inputs: Iterable[Any]) -> MaskEffect:
    """Evaluates the s-ops of a report on inputs, without and with every selector restricted to a mask.

    Raises WrongOperand for an unknown mask, EmptyInput, BadInput, the errors of `check_amount`, and the program's error
    if it fails on all inputs.

    >>> import rasp
    >>> hist = rasp.load("histogram")["hist"]
    >>> report = measure_mask(hist.architecture(), Names(), "causal", ["abc", "aab"])
    >>> report.changed, report.first, report.before, report.after
    (1, ('a', 'a', 'b'), '[2, 2, 1] (ints)', '[1, 2, 1] (ints)')
    """
    allowed = mask(name)
    given = list(map(validate_input, inputs))
    lengths = list(map(len, given))
    check_amount(len(given), max(lengths, default=0), sum(length**2 for length in lengths))
    outputs = list(architecture.plan.outputs)
    lost = [_count_lost_keys(head, allowed) for layer in architecture.plan.layers for head in layer.heads]
    checked, plain = _each([*outputs, *lost, allowed], given, names)
    _, narrow = _each(confine(outputs, allowed), checked, names)
    trials = [
        _Trial(given, row[: len(outputs)], other, row[len(outputs) : -1], row[-1])
        for given, row, other in zip(checked, plain, narrow, strict=True)
        if not isinstance(row, RaspError)
    ]
    if plain and not trials:
        raise plain[0]
    changed = [trial for trial in trials if trial.changed]
    return MaskEffect(
        mask=name,
        inputs=len(trials),
        failed=len(plain) - len(trials),
        changed=len(changed),
        first=changed[0].given if changed else None,
        before=_row_text(changed[0].before) if changed else "",
        after=_row_text(changed[0].after) if changed else "",
        losses=_losses(architecture, trials),
        pairs=sum(int(trial.mask.sum()) for trial in trials),
        all_pairs=sum(trial.mask.size for trial in trials),
        bos_hidden=_reads_bos(architecture) and not all(trial.mask[:, 0].all() for trial in trials),
    )


def check_amount(count: int, longest: int, pairs: int) -> None:
    """Raises SequenceTooLong or CollectionTooLarge for inputs that are too long or too many to try a mask on.

    `longest` is the length of the longest of `count` inputs, `pairs` the sum of the squares of their lengths.

    >>> check_amount(1, 3000, 3000**2)
    Traceback (most recent call last):
        ...
    rasp.errors.SequenceTooLong: error[R606]: an input of 3000 elements is too long to try a mask on...
    """
    if longest > LONGEST:
        hint = f"The limit is {LONGEST} elements, for every head is compared key by key."
        raise SequenceTooLong(f"an input of {longest} elements is too long to try a mask on", hint=hint)
    if count > MOST_INPUTS or pairs > MOST_PAIRS:
        hint = f"The limits are {MOST_INPUTS} inputs, and {MOST_PAIRS} query-key pairs in all, n * n for n elements."
        raise CollectionTooLarge(f"{count} inputs of up to {longest} elements are too many to try a mask on", hint=hint)


class _Trial(NamedTuple):
    """One input: the results without and with the mask, for each head the number of keys lost per query, the mask."""

    given: tuple[Atom, ...]
    before: list[Any]
    after: Any
    lost: list[Any]
    mask: Any

    @property
    def changed(self) -> bool:
        """Whether the mask changes a result, beyond rounding in the last bits of a mean."""
        if isinstance(self.after, RaspError):
            return True
        return not all(_is_same(one, other) for one, other in zip(self.before, self.after, strict=True))


def _count_lost_keys(head: PlannedHead, allowed: Node) -> Node:
    """An s-op: for each query, the number of keys that the head selects and the mask hides.

    Position 0, which a head of a `selector_width` reads in place of BOS, does not count.
    """
    selectors: list[Node] = []
    for use in head.uses:
        plain = use.result if use.role == "or BOS" else use
        selectors.append(plain.selector if isinstance(plain, (Use, SelectorWidth)) else use.selector)
    hard = (Best, Nearest)  # losing a key may change which is the best
    inner = [part for part in selectors_of(*selectors) if isinstance(part, hard)]
    return graph.selector_width(graph.both(reduce(graph.either, [*selectors, *inner]), graph.negation(allowed)))


def _losses(architecture: Architecture, trials: list[_Trial]) -> tuple[Loss, ...]:
    heads = [(block.number, index, head) for block in architecture.blocks for index, head in enumerate(block.heads, 1)]
    counts = (sum(any(trial.lost[number].values) for trial in trials) for number in range(len(heads)))
    return tuple(
        Loss(layer, index, head.selector, count) for (layer, index, head), count in zip(heads, counts, strict=True)
    )


def _reads_bos(architecture: Architecture) -> bool:
    layers = architecture.plan.layers
    return any(use.role == "or BOS" for layer in layers for head in layer.heads for use in head.uses)


def _each(wanted: list[Node], inputs: Iterable[Any], names: Names) -> tuple[list[tuple[Atom, ...]], list[Any]]:
    """The inputs, checked, and for each the engine's results, or the error of the first node that fails."""
    given = list(inputs)
    try:
        return evaluate_inputs(wanted, given, names)
    except RaspError as error:
        if error.node is None or len(given) == 1:  # the input itself is invalid, or it is the only one
            if error.node is None:
                raise
            return evaluate_inputs([], given, names)[0], [error]
    parts = [_each(wanted, [one], names) for one in given]
    return [checked[0] for checked, _ in parts], [rows[0] for _, rows in parts]


def _is_same(one: Any, other: Any) -> bool:
    """Whether two results are equal as the language compares: 1, 1.0 and True are equal."""
    if not hasattr(one, "values"):
        return one.tolist() == other.tolist()  # type: ignore[no-any-return]
    return all(_is_close(*pair) for pair in zip(one.values, other.values, strict=True))


def _is_close(one: Atom, other: Atom) -> bool:
    """Whether two atoms are equal, up to rounding in the last bits of a mean."""
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    return one == other


def _row_text(row: Any) -> str:
    """The results as text; floats with all digits, so that a small difference can be seen."""
    return f"no value: {error_line(row)}" if isinstance(row, RaspError) else "; ".join(map(_result_text, row))


def _result_text(result: Any) -> str:
    if hasattr(result, "values"):
        return (
            f"{repr_atoms(result.values)} (floats)"
            if result.kind == "float"
            else sequence_text(result.values, result.kind, LONGEST)
        )
    return str(result.view("int8").tolist())


def _text(report: MaskEffect, width: int) -> list[str]:
    """The lines of a report."""
    share = f"each head compares {report.pairs} of {report.all_pairs} query-key pairs"
    lines = wrap_text(f"mask {report.mask}: {share}", width)
    if report.failed:
        lines += wrap_text(f"left out: {report.failed}, on which there is no value without the mask either", width)
    if report.first is None:
        lines += wrap_text(f"the result stays on all {report.inputs} inputs", width)
    else:
        lines += wrap_text(f"the result changes on {report.changed} of {report.inputs} inputs", width)
        most = LINES * USUAL // width
        lines += wrap_text(f"first on {show_input(report.first)}: {report.before}", width, 4, most)
        lines += wrap_text(f"under the mask: {report.after}", width, 4, most)
    rows = [(str(loss.layer), elide(loss.selector), f"{loss.inputs or 'none'}") for loss in report.losses]
    lines += ["", *table([("layer", "selector", "inputs on which keys are lost"), *rows], width)] if rows else []
    if report.bos_hidden:
        note = "The two heads of a width also read position 0, which this mask hides from some queries."
        lines += ["", *wrap_text(f"{note} A BOS position of the model's own avoids that: --assume-bos.", width)]
    return lines
