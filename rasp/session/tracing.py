"""Every step from the tokens to a result on one input: `SOp.trace`, `:trace` and `rasp trace`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, NamedTuple

from rasp.base.diagnostics import clip, display_width, pad, printable
from rasp.errors import RaspError
from rasp.graph.nodes import Atom, Constant, Node, is_selector, operands, topological
from rasp.present.evaluation import evaluate_inputs
from rasp.present.html import trace_html
from rasp.present.names import Names
from rasp.present.text import element_text, error_line

LONGEST = 300  # the most steps that are shown
WIDEST_LABEL, LEAST_LABEL = 40, 16
MARGIN = 15  # columns beside the labels and the values

Emphasis = Callable[[str], str]


class TraceRow(NamedTuple):
    """A step: its layer, its name or formula, its kind, and its value at each position.

    `kind` is that of the values of an s-op ("int", "float", "bool" or "string"), "selector", or "error". The values of
    a selector are the numbers of keys that each query selects. A step that fails has none, and the error's text.
    """

    layer: int
    name: str
    kind: str
    values: tuple[Atom, ...]
    error: str = ""

    @property
    def cells(self) -> list[str]:
        """The values as text."""
        return list(map(element_text, self.values))


class Trace:
    """The steps to an s-op or selector on an input, in the order of evaluation; behaves like a list of rows.

    `input` is the input as a tuple, `rows` are the steps, at most the last 300, `left_out` the number of those before.
    A step that fails has the error in place of its values, and is the last one.

    >>> import rasp
    >>> trace = rasp.load("histogram")["hist"].trace("abb")
    >>> print(trace)
    layer  step    a  b  b
        0  tokens  a  b  b
        1  _same   1  2  2  keys
        1  hist    1  2  2
    >>> trace.rows[-1]
    TraceRow(layer=1, name='hist', kind='int', values=(1, 2, 2), error='')
    """

    def __init__(self, node: Node, names: Names, given: tuple[Atom, ...]) -> None:
        self.input = given
        self._node, self._names = node, names

    @cached_property
    def rows(self) -> tuple[TraceRow, ...]:
        return tuple(_steps(self._node, self._names, self.input))

    @property
    def left_out(self) -> int:
        return max(0, len(topological([self._node])) - LONGEST)

    @property
    def failed(self) -> bool:
        """Whether a step failed."""
        return self.rows[-1].kind == "error"

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[TraceRow]:
        return iter(self.rows)

    def __getitem__(self, index: int) -> TraceRow:
        return self.rows[index]

    def to_pandas(self) -> Any:
        """The values as a `pandas.DataFrame`: a row for each step, a column for each position.

        The index has levels layer, step and kind, the columns position and token. Raises ModuleNotFoundError without
        pandas.
        """
        import pandas  # imported late: few programs have it

        index = pandas.MultiIndex.from_tuples(
            [(row.layer, row.name, row.kind) for row in self.rows], names=["layer", "step", "kind"]
        )
        columns = pandas.MultiIndex.from_arrays([range(len(self.input)), self.input], names=["position", "token"])
        cells = [row.values or (None,) * len(self.input) for row in self.rows]
        return pandas.DataFrame(cells, index=index, columns=columns, dtype=object)

    def text(self, width: int = 80, bold: Emphasis = str, dim: Emphasis = str) -> str:
        """The steps in lines of about `width` columns: layer, name, and the values under the tokens.

        `bold` and `dim` paint the tokens and the numbers of keys.
        """
        head = [element_text(item) for item in self.input]
        widths = [max(map(display_width, column)) for column in zip(head, *self._cells(), strict=True)]
        widest = min(WIDEST_LABEL, max(LEAST_LABEL, width - sum(widths) - 2 * len(widths) - MARGIN))
        labels = [clip(row.name, widest) for row in self.rows]
        room = max(4, *map(display_width, labels))
        columns = _count_fitting(widths, width - room - MARGIN)

        def cells(row: list[str]) -> str:
            return "  ".join(map(pad, row[:columns], widths))

        lines = [f"layer  {'step':<{room}}  {bold(cells(head))}"]
        lines += [f"    …  about {self.left_out} steps before these"] if self.left_out else []
        for row, label in zip(self.rows, labels, strict=True):
            shown = cells(row.cells)
            shown = dim(f"{shown}  keys") if row.kind == "selector" else shown
            shown = f"no value: {row.error}" if row.kind == "error" else shown
            lines.append(f"{row.layer:>5}  {pad(label, room)}  {shown}")
        if columns < len(head):
            lines.append(f"(the first {columns} of {len(head)} positions)")
        return "\n".join(line.rstrip() for line in lines)

    def _cells(self) -> list[list[str]]:
        return [row.cells for row in self.rows if row.kind != "error"]

    def __str__(self) -> str:
        return self.text()

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))

    def _repr_html_(self) -> str:
        steps = ((row.layer, row.name, row.error if row.kind == "error" else row.cells) for row in self.rows)
        counts = (row.kind == "selector" for row in self.rows)
        return trace_html(self.input, ((*step, count) for step, count in zip(steps, counts, strict=True)))

    def __repr__(self) -> str:
        return f"<rasp.Trace of {self.rows[-1].name}: {len(self)} steps>"


def _count_fitting(widths: list[int], room: int) -> int:
    """The number of columns that fit in `room`, at least one."""
    used = 0
    for index, width in enumerate(widths):
        used += width + 2
        if used > room and index:
            return index
    return len(widths)


def _steps(node: Node, names: Names, given: tuple[Atom, ...]) -> Iterator[TraceRow]:
    """The steps without constants, at most the last `LONGEST`, operands before their users."""
    layer_of = layers(node)
    parts = [part for part in layer_of if not isinstance(part, Constant)]
    parts = sorted(parts, key=layer_of.__getitem__)[-LONGEST:]  # stable: operands stay before their users
    for part, value in zip(parts, _values(parts, names, given), strict=False):
        yield _row(layer_of[part], printable(names.describe(part)), value)


def _row(layer: int, name: str, value: Any) -> TraceRow:
    if isinstance(value, RaspError):
        return TraceRow(layer, name, "error", (), error_line(value))
    if hasattr(value, "values"):
        return TraceRow(layer, name, value.kind, tuple(value.values))
    return TraceRow(layer, name, "selector", tuple(value.sum(axis=1).tolist()))


def layers(node: Node) -> dict[Node, int]:
    """The layer in which the plan of an architecture computes each node that a node depends on, operands first.

    A selector is in the layer of the first head that uses it. A node that cannot change the result has no layer.

    >>> import rasp
    >>> width = rasp.selector_width(rasp.select(rasp.tokens, "a", "=="))
    >>> [(type(node).__name__, layer) for node, layer in layers(width.node).items()]
    [('Tokens', 0), ('Constant', 0), ('Compare', 1), ('SelectorWidth', 1)]
    """
    from rasp.architecture.plan import make_plan  # imported late: no start needs it

    plan = make_plan([node])
    found = {part: layer for part, layer in plan.layer_of.items() if not is_selector(part)}
    if is_selector(node):
        found[node] = len(plan.heads_per_layer)
    order = topological([node])
    for part in reversed(order):  # users come before their operands
        for operand in operands(part) if part in found else ():
            if is_selector(operand):
                found[operand] = min(found[part], found.get(operand, found[part]))
    return {part: found[part] for part in order if part in found}


def _values(nodes: list[Node], names: Names, given: tuple[Atom, ...]) -> list[Any]:
    """The values of nodes on an input, up to the first node that fails, whose error is the last item."""
    try:
        return evaluate_inputs(nodes, [given], names)[1][0]
    except RaspError as error:
        failed = next((index for index, node in enumerate(nodes) if node is error.node), 0)
        before = _values(nodes[:failed], names, given) if failed else []
        return [*before, error]
