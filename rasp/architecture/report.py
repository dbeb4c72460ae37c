"""The report of layers and heads: a plan in the names of a session, as data (`Architecture`), text or JSON."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any

from rasp.architecture import sublayers
from rasp.architecture.naming import NodeNames, Wording
from rasp.architecture.plan import Plan, PlannedHead
from rasp.architecture.sublayers import SublayerOrder, shortest_order
from rasp.base import html
from rasp.base.tables import USUAL, table, wrap_text
from rasp.errors import WrongOperand
from rasp.graph.nodes import Node

NARROWEST = 22  # least number of columns of a report
LONGEST, ENDING = 160, 40  # characters of a formula in a table, and of its end if the middle is left out
HEADINGS = ("layer", "selector", "reads", "writes")  # of the table
LINKS = 20  # links of a critical path, and layers in the header, that are shown


@dataclass(frozen=True)
class Value:
    """An elementwise value: the user's name for it, if there is one, and its formula."""

    name: str | None
    formula: str


@dataclass(frozen=True)
class Head:
    """A head: the user's name for its selector, if there is one; the selector's formula; what is read and written.

    `single_head` is false if no single head can compute the pattern.
    """

    name: str | None
    selector: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    single_head: bool


@dataclass(frozen=True)
class Layer:
    """A layer, counted from 1: its heads, and the elementwise values that are computed after them."""

    number: int
    heads: tuple[Head, ...]
    feed_forward: tuple[Value, ...]


@dataclass(frozen=True)
class Architecture:
    """Layers and heads that suffice for given s-ops ("Thinking Like Transformers", section 4).

    `names` are the s-ops. `heads_per_layer` has the number of heads of each layer, and `blocks` the layers with their
    heads. `embedding` are the elementwise values of the tokens alone or of the indices alone, `before` those of both,
    which need a feed-forward sublayer before the first attention. `critical_path` is a chain of values that determines
    the number of layers, from the result to the input. `proved` is true if no placement has fewer heads in its widest
    layer, and `fewest` if none of the same width has fewer heads in all. `assume_bos`: the model has a BOS position of
    its own.

    >>> import rasp
    >>> sorted = rasp.load("sort")["sorted"].architecture()
    >>> sorted.layers, sorted.heads, sorted.heads_per_layer
    (2, 2, (2, 1))
    >>> sorted.critical_path
    ('sorted', 'rank', 'tokens_asis')
    """

    names: tuple[str, ...]
    heads_per_layer: tuple[int, ...]
    blocks: tuple[Layer, ...]
    embedding: tuple[Value, ...]
    before: tuple[Value, ...]
    critical_path: tuple[str, ...]
    definitions: dict[str, str] = field(hash=False)
    proved: bool
    fewest: bool
    assume_bos: bool
    plan: Plan = field(repr=False, compare=False)
    words: Wording = field(repr=False, compare=False)

    @property
    def layers(self) -> int:
        """The number of layers."""
        return len(self.heads_per_layer)

    @property
    def heads(self) -> int:
        """The number of heads in the widest layer."""
        return max(self.heads_per_layer, default=0)

    @property
    def summary(self) -> str:
        """The header line of the report."""
        return summary_line(self.names, self.heads_per_layer, self.assume_bos)

    def sublayers(self) -> str:
        """The shortest order of attention (a) and feed-forward (f) sublayers that can compute the s-ops.

        >>> import rasp
        >>> rasp.load("sort")["sorted"].architecture().sublayers()
        'a f a'
        """
        return " ".join(self._order.sublayers)

    @property
    def is_shortest(self) -> bool:
        """Whether the order of `sublayers` is proved to be the shortest; the search for it has a bounded size."""
        return self._order.proved

    @cached_property
    def _order(self) -> SublayerOrder:
        return shortest_order(self.plan)

    def missing(self, order: str) -> tuple[str, ...]:
        """The values that an order of sublayers cannot compute; none if the s-ops fit it.

        Raises WrongOperand for an order of other letters than a and f.

        >>> import rasp
        >>> architecture = rasp.load("sort")["sorted"].architecture()
        >>> architecture.missing("aff"), architecture.missing("aafa")
        (('sorted',), ())
        """
        return tuple(map(self.words.words_for_write, sublayers.missing(self.plan, parse_order(order))))

    def fits(self, order: str) -> bool:
        """Whether the s-ops fit an order of sublayers, such as "aaffaf". Raises WrongOperand."""
        return not self.missing(order)

    def whole(self) -> Architecture:
        """The same report with whole formulas, where this one writes `…` for their deep or long parts.

        Only formulas of more than about 5,000 characters are still cut: some would not fit into any memory.

        >>> import rasp
        >>> report = (rasp.tokens + "x" * 41).architecture()
        >>> report.names[0][-8:], report.whole().names[0][-8:]
        ('xxxxxx…"', 'xxxxxxx"')
        """
        if self.words.whole:
            return self
        report = report_of(self.plan, self.words.names, whole=True)
        shorts = map(self.words.short, self.plan.outputs)
        names = zip(self.names, shorts, report.names, strict=True)
        return replace(report, names=tuple(full if name == short else name for name, short, full in names))

    def to_dict(self) -> dict[str, Any]:
        """The report as lists and dicts of strings, numbers and bools, ready for JSON, with `whole` formulas."""
        report = self.whole()
        fields = ("names", "heads_per_layer", "critical_path", "proved", "fewest", "assume_bos", "definitions")
        return {
            "layers": report.layers,
            "heads": report.heads,
            **{name: getattr(report, name) for name in fields},
            "embedding": [asdict(value) for value in report.embedding],
            "before": [asdict(value) for value in report.before],
            "blocks": [asdict(block) for block in report.blocks],
        }

    def text(self, width: int = USUAL) -> str:
        """The report in lines of at most `width` columns; less than 22 count as 22.

        >>> import rasp
        >>> print((rasp.indices + 1).architecture().text(30))
        indices + 1: 0 layers, no
        attention
        <BLANKLINE>
        layer  selector  reads  writes
        embed  indices + 1
        """
        return "\n".join(_text(self, max(width, NARROWEST)))

    def __str__(self) -> str:
        return self.text()

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """The report as text, for IPython in a terminal."""
        printer.text(self.text())

    def _repr_html_(self) -> str:
        """The report as a table, for notebooks."""
        shown = html.html_table([HEADINGS, *_rows(self)])
        notes = [f"{_count(self.layers, 'layer')} because: {_chain(self.critical_path)}", *_proofs(self)]
        definitions = (f"{name} = {elide(formula)}" for name, formula in _missing(self).items())
        return html.with_title(
            self.summary, shown, notes=[*(notes if self.layers else []), *definitions, *_explain_mark(self)]
        )


def report_of(plan: Plan, names: NodeNames, whole: bool = False) -> Architecture:
    """The report of a plan, with long formulas cut unless `whole` is true."""
    words = Wording(plan, names, whole)
    kept = {node for node in plan.layer_of if node in plan.lasting or words.name(node)}
    early = [node for node in plan.layers[0].computed if node in kept]
    mixed = sublayers.mixed_values(plan)
    planned = [head for layer in plan.layers for head in layer.heads]
    return Architecture(
        names=tuple(map(words.short, plan.outputs)),
        heads_per_layer=plan.heads_per_layer,
        blocks=tuple(
            Layer(number, tuple(_head(head, words) for head in layer.heads), _values(layer.computed, kept, words))
            for number, layer in enumerate(plan.layers)
            if number
        ),
        embedding=_values([node for node in early if node not in mixed], kept, words),
        before=_values([node for node in early if node in mixed], kept, words),
        critical_path=words.path(),
        definitions=words.definitions(head.selector for head in planned),
        proved=plan.proved,
        fewest=plan.fewest,
        assume_bos=plan.assume_bos,
        plan=plan,
        words=words,
    )


def summary_line(names: Iterable[str], heads_per_layer: Sequence[int], with_bos: bool) -> str:
    """One line with the numbers of layers and heads; it says for which model: with or without a BOS position.

    >>> summary_line(["sorted"], (2, 1), False), summary_line(["tokens"], (), True)
    ('sorted: 2 layers, 2 heads at most (2, 1) without BOS', 'tokens: 0 layers, no attention')
    """
    title = ", ".join(names)
    if not heads_per_layer:
        return f"{title}: 0 layers, no attention"
    return f"{title}: {_count(len(heads_per_layer), 'layer')}, {heads_text(heads_per_layer, with_bos)}"


def heads_text(heads_per_layer: Sequence[int], with_bos: bool) -> str:
    """The number of heads of at least one layer, for a model with or without a BOS position.

    >>> heads_text((2, 1), False), heads_text((1, 1), True)
    ('2 heads at most (2, 1) without BOS', '1 head at most (1, 1) with BOS')
    """
    numbers = _elide_middle([str(number) for number in heads_per_layer], ", ")
    return f"{_count(max(heads_per_layer), 'head')} at most ({numbers}) {'with' if with_bos else 'without'} BOS"


def parse_order(order: str) -> str:
    """The letters of an order of sublayers. Raises WrongOperand.

    >>> parse_order("aa ff")
    'aaff'
    """
    if not isinstance(order, str):
        raise WrongOperand(
            f"an order of sublayers is a text such as aaffaf, not a value of type {type(order).__name__}"
        )
    letters = "".join(order.split())
    if not set(letters) <= {"a", "f"}:
        raise WrongOperand(f"an order of sublayers is written with a and f, such as aaffaf, not {order!r:.40}")
    return letters


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def _head(head: PlannedHead, words: Wording) -> Head:
    return Head(
        name=words.name(head.selector),
        selector=words.formula(head.selector),
        reads=tuple(dict.fromkeys(words.words_for_read(use) for use in head.uses if words.words_for_read(use))),
        writes=tuple(dict.fromkeys(words.words_for_write(use.result) for use in head.uses)),
        single_head=head.single,
    )


def _values(computed: Iterable[Node], kept: set[Node], words: Wording) -> tuple[Value, ...]:
    return tuple(Value(words.name(node), words.formula(node)) for node in computed if node in kept)


# ------------------------------------------------------------------------------------------------------------ text


def _text(report: Architecture, width: int) -> Iterator[str]:
    """The lines of a report."""
    yield from wrap_text(report.summary, width)
    if report.layers:
        yield from wrap_text(f"{_count(report.layers, 'layer')} because: {_chain(report.critical_path)}", width)
        for line in _proofs(report):
            yield from wrap_text(line, width)
    rows = list(_rows(report))
    if rows:
        yield ""
        yield from table([HEADINGS, *rows], width)
    missing = _missing(report)
    if missing:
        yield ""
    for name, formula in missing.items():
        yield from wrap_text(f"{name} = {elide(formula)}", width, indent=4)
    for mark in _explain_mark(report):
        yield ""
        yield from wrap_text(mark, width)


def _missing(report: Architecture) -> dict[str, str]:
    """The definitions of names in formulas that no row of the table has."""
    shown = {head.name for block in report.blocks for head in block.heads}
    return {name: formula for name, formula in report.definitions.items() if name not in shown}


def _explain_mark(report: Architecture) -> list[str]:
    """What the mark at a selector means, if one has it."""
    if all(head.single_head for block in report.blocks for head in block.heads):
        return []
    return ["* no single head computes this pattern: `best` is not its outermost operation"]


def _chain(path: tuple[str, ...]) -> str:
    """The critical path, a long one without its middle."""
    return _elide_middle([elide(link) for link in path], " ← ")


def _elide_middle(parts: list[str], between: str) -> str:
    """The parts joined to one text; of many the middle is left out."""
    if len(parts) > LINKS:
        parts = [*parts[: LINKS // 2], f"({len(parts) - LINKS} more)", *parts[-LINKS // 2 :]]
    return between.join(parts)


def _proofs(report: Architecture) -> Iterator[str]:
    """What is proved about the placement, and what is not."""
    layer = "layer" if report.layers == 1 else "widest layer"
    if report.proved:
        yield f"proved: no placement of this program's heads makes the {layer} narrower"
    else:
        yield f"not proved: another placement of this program's heads might make the {layer} narrower"
    if not report.fewest:
        heads = sum(report.heads_per_layer)
        yield f"not proved: another placement might need fewer than the {heads} heads that there are in all"


def _rows(report: Architecture) -> Iterator[tuple[str, ...]]:
    """The rows of the table without the header."""
    for label, values in (("embed", report.embedding), ("0 ff", report.before)):
        if values:
            yield label, _join_values(values)
    defined: set[str | None] = {None}
    for block in report.blocks:
        for head in block.heads:
            yield str(block.number), _selector(head, defined), _join(head.reads), _join(head.writes)
        if block.feed_forward:
            yield f"{block.number} ff", _join_values(block.feed_forward)


def _selector(head: Head, defined: set[str | None]) -> str:
    """The selector's name and formula, or the name alone if it is in `defined`, the names of the rows above."""
    text = elide(head.selector if head.name is None else f"{head.name} = {head.selector}")
    if head.name is not None and head.name in defined:
        text = head.name
    defined.add(head.name)
    return text + " *" * (not head.single_head)


def _join_values(values: Iterable[Value]) -> str:
    return _join(value.name or value.formula for value in values)


def _join(texts: Iterable[str]) -> str:
    """The texts as a list; those that have no room are counted."""
    parts = list(map(elide, texts))
    ends = itertools.accumulate(len(part) + 2 for part in parts)
    count = sum(end <= LONGEST for end in ends) or 1
    rest = [f"… {len(parts) - count} more"] if count < len(parts) else []
    return ", ".join([*parts[:count], *rest])


def elide(text: str) -> str:
    """A long text without its middle. The end is kept, because it may tell formulas apart, as of the heads of a width.

    >>> len(elide("a" * 999 + " or select(indices, 0, ==)")), elide("a" * 999 + " or select(indices, 0, ==)")[118:]
    (160, 'a…aaaaaaaaaaaaaa or select(indices, 0, ==)')
    """
    if len(text) <= LONGEST:
        return text
    return f"{text[: LONGEST - ENDING - 1]}…{text[-ENDING:]}"
