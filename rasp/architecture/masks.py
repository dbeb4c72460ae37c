"""Restricted attention: a mask's name goes in, its selector comes out; a program goes in, the same confined to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from rasp.errors import WrongOperand
from rasp.graph import builders as graph
from rasp.graph.nodes import Aggregate, Best, Node, SelectorWidth, is_selector, operands, topological

FORMS = "causal, local:W, strided:S or window+global:W,G"


def mask(name: str) -> Node:
    """The selector that a mask lets through: j is the key's position, i the query's.

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


def _strided(stride: int) -> Node:
    place = graph.apply("%", graph.indices(), graph.constant(stride))
    return graph.either(_local(stride - 1), graph.compare("==", place, place))


def _window_and_global(reach: int, count: int) -> Node:
    global_keys = graph.compare("<", graph.indices(), graph.constant(count))
    global_queries = graph.compare(">", graph.constant(count), graph.indices())
    return graph.either(_local(reach), graph.either(global_keys, global_queries))


MASKS: dict[str, tuple[int, int, Callable[..., Node]]] = {  # how many numbers, the least one, the selector
    "causal": (0, 0, _causal),
    "local": (1, 0, _local),
    "strided": (1, 1, _strided),
    "window+global": (2, 0, _window_and_global),
}


def confined(outputs: Iterable[Node], allowed: Node) -> list[Node]:
    """The s-ops and selectors with every pattern of attention confined to a mask, those further down included.

    >>> from rasp.graph.builders import aggregate, full, indices
    >>> [node] = confined([aggregate(full(), indices())], mask("causal"))
    >>> node is aggregate(graph.both(full(), mask("causal")), indices())
    True
    """
    wanted = list(outputs)
    known: dict[Node, Node] = {}
    for node in topological(wanted):
        parts = [known[part] for part in operands(node)]
        if isinstance(node, (Aggregate, SelectorWidth, Best)):
            parts[0] = narrowed(parts[0], allowed)
        known[node] = graph.with_operands(node, parts)
    return [narrowed(known[node], allowed) if is_selector(node) else known[node] for node in wanted]


def narrowed(selector: Node, allowed: Node) -> Node:
    """The selector where the mask lets it through."""
    return graph.both(selector, allowed)
