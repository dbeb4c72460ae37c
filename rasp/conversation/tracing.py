"""The table of `:trace`: every step from the tokens to a result, with its layer and its values on the example."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from rasp.base.diagnostics import clip, display_width, pad, printable
from rasp.conversation.display import BOLD, DIM, Screen
from rasp.errors import RaspError
from rasp.graph.nodes import Atom, Constant, Node, is_selector, operands, topological
from rasp.present.evaluation import run
from rasp.present.text import element_text, one_line
from rasp.session.session import Session

LONGEST = 300  # the most steps that are shown
WIDEST_LABEL, LEAST_LABEL = 40, 16
MARGIN = 15  # columns beside the labels and the values


class TraceStep(NamedTuple):
    """A node that the result depends on: its layer, its name, and its values.

    `cells` are the elements of an s-op, for a selector the number of keys that each query selects, or an error's text.
    """

    layer: int
    label: str
    cells: list[str] | str
    selector: bool = False


def trace_text(node: Node, session: Session, screen: Screen) -> str:
    """The steps of a node on the example, one per line: layer, name, and the values under the tokens.

    >>> session = Session("abb")
    >>> _ = session.run("same = select(tokens, tokens, ==); hist = selector_width(same);")
    >>> print(trace_text(session.scope.find("hist"), session, Screen()))
    layer  step    a  b  b
        0  tokens  a  b  b
        1  same    1  2  2  keys
        1  hist    1  2  2
    """
    settings = session.settings
    given = settings.selector_example if is_selector(node) else settings.sop_example
    shown = list(steps(node, session, given))
    head = [element_text(item) for item in given]
    rows = [head, *(step.cells for step in shown if not isinstance(step.cells, str))]
    widths = [max(map(display_width, column)) for column in zip(*rows, strict=True)]
    needed = sum(widths) + 2 * len(widths) + MARGIN
    widest = min(WIDEST_LABEL, max(LEAST_LABEL, screen.width - needed))
    shown = [step._replace(label=clip(step.label, widest)) for step in shown]
    labels = max(4, *(display_width(step.label) for step in shown))
    columns = _count_fitting(widths, screen.width - labels - MARGIN)
    lines = [f"layer  {'step':<{labels}}  {screen.paint(_cells(head, widths, columns), BOLD)}"]
    left_out = len(topological([node])) - LONGEST
    lines += [f"    …  about {left_out} steps before these"] if left_out > 0 else []
    lines += [_line(step, labels, widths, columns, screen) for step in shown]
    if columns < len(given):
        lines.append(f"(the first {columns} of {len(given)} positions)")
    return "\n".join(line.rstrip() for line in lines)


def _count_fitting(widths: list[int], room: int) -> int:
    """The number of columns that fit in `room`, at least one."""
    used = 0
    for index, width in enumerate(widths):
        used += width + 2
        if used > room and index:
            return index
    return len(widths)


def _cells(cells: list[str], widths: list[int], columns: int) -> str:
    pairs = zip(cells[:columns], widths[:columns], strict=True)
    return "  ".join(pad(cell, width) for cell, width in pairs)


def _line(step: TraceStep, labels: int, widths: list[int], columns: int, screen: Screen) -> str:
    label = pad(step.label, labels)
    if isinstance(step.cells, str):
        return f"{step.layer:>5}  {label}  no value: {step.cells}"
    text = _cells(step.cells, widths, columns)
    return f"{step.layer:>5}  {label}  {screen.paint(f'{text}  keys', DIM) if step.selector else text}"


def steps(node: Node, session: Session, given: tuple[Atom, ...]) -> Iterator[TraceStep]:
    """Yields the steps to a node on an input in the order of evaluation, at most the last `LONGEST`, without constants.

    A step that fails has the error in place of its values, and is the last one.
    """
    names = session.names_of_nodes
    layer_of = layers(node)
    parts = [part for part in layer_of if not isinstance(part, Constant)]
    parts = sorted(parts, key=layer_of.__getitem__)[-LONGEST:]  # stable: operands stay before their users
    for part, value in zip(parts, _values(parts, session, given), strict=False):
        yield TraceStep(layer_of[part], printable(names.describe(part)), _cells_of(value), is_selector(part))


def layers(node: Node) -> dict[Node, int]:
    """The layer in which the plan of an architecture computes each node that a node depends on, operands first.

    A selector is in the layer of the first head that uses it. A node that cannot change the result has no layer.
    """
    from rasp.architecture.plan import make_plan  # no start needs it

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


def _values(nodes: list[Node], session: Session, given: tuple[Atom, ...]) -> list[Any]:
    """The values of nodes on an input, up to the first node that fails, whose error is the last item."""
    try:
        return run(nodes, [given], session.names_of_nodes)[1][0]
    except RaspError as error:
        failed = next((index for index, node in enumerate(nodes) if node is error.node), 0)
        before = _values(nodes[:failed], session, given) if failed else []
        return [*before, error]


def _cells_of(value: Any) -> list[str] | str:
    if isinstance(value, RaspError):
        return one_line(value)
    if hasattr(value, "values"):
        return [element_text(item) for item in value.values]
    return [str(count) for count in value.sum(axis=1).tolist()]
