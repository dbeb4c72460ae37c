"""Restricted attention: masks by their names, as selectors, and programs confined to a mask."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from rasp.errors import WrongOperand
from rasp.graph import builders as graph
from rasp.graph.nodes import Aggregate, Best, Nearest, Node, SelectorWidth, is_selector, operands, topological

FORMS = "causal, local:W, strided:S or window+global:W,G"


def mask(name: str) -> Node:
    """The selector of the pairs that a mask admits: j is the position of the key, i that of the query.

    "causal": j <= i. "local:W": |i-j| <= W. "strided:S": |i-j| < S, or S divides i-j. "window+global:W,G": |i-j| <= W,
    or i < G, or j < G. Raises WrongOperand.

    >>> mask("causal") is graph.compare("<=", graph.indices(), graph.indices())
    True
    """
    kind, _, rest = name.partition(":")
    if kind in MASKS:
        count, least, make = MASKS[kind]
        numbers = [int(part) for part in rest.split(",") if re.fullmatch(r" *[0-9]{1,9} *", part)]
        if len(numbers) == (rest.count(",") + 1 if rest else 0) == count and all(number >= least for number in numbers):
            return make(*numbers)
    raise WrongOperand(f"a mask is {FORMS}, not {name!r:.60}", hint="W and G are at least 0, S is at least 1.")


def _causal() -> Node:
    return graph.compare("<=", graph.indices(), graph.indices())


def _local(reach: int) -> Node:
    here, reach_node = graph.indices(), graph.constant(reach)
    not_before = graph.compare(">=", here, graph.apply("-", here, reach_node))
    not_behind = graph.compare("<=", here, graph.apply("+", here, reach_node))
    return graph.both(not_before, not_behind)


def _strided_mask(stride: int) -> Node:
    remainder = graph.apply("%", graph.indices(), graph.constant(stride))
    return graph.either(_local(stride - 1), graph.compare("==", remainder, remainder))


def _window_and_global(reach: int, count: int) -> Node:
    global_keys = graph.compare("<", graph.indices(), graph.constant(count))
    global_queries = graph.compare(">", graph.constant(count), graph.indices())
    return graph.either(_local(reach), graph.either(global_keys, global_queries))


MASKS: dict[
    str, tuple[int, int, Callable[..., Node]]
] = {  # by name: how many numbers, the least that each may be, the function that builds the selector
    "causal": (0, 0, _causal),
    "local": (1, 0, _local),
    "strided": (1, 1, _strided_mask),
    "window+global": (2, 0, _window_and_global),
}


def confine(outputs: Iterable[Node], allowed: Node) -> list[Node]:
    """The s-ops and selectors with every attention pattern in them confined to a mask.

    >>> from rasp.graph.builders import aggregate, full, indices
    >>> [node] = confine([aggregate(full(), indices())], mask("causal"))
    >>> node is aggregate(graph.both(full(), mask("causal")), indices())
    True
    """
    wanted = list(outputs)
    known: dict[Node, Node] = {}
    for node in topological(wanted):
        parts = [known[part] for part in operands(node)]
        if isinstance(node, (Aggregate, SelectorWidth, Best, Nearest)):
            parts[0] = _narrow(parts[0], allowed)
        known[node] = graph.with_operands(node, parts)
    return [_narrow(known[node], allowed) if is_selector(node) else known[node] for node in wanted]


def _narrow(selector: Node, allowed: Node) -> Node:
    """The part of the selector that the mask admits."""
    return graph.both(selector, allowed)
