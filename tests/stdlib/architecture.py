"""The layers and heads a program needs when every aggregate stands in the earliest layer it can."""

from __future__ import annotations

from rasp.graph.nodes import (
    Aggregate,
    Node,
    SelectorWidth,
    both,
    compare,
    constant,
    either,
    indices,
    operands,
    topological,
)


def patterns(node: Node) -> tuple[Node, ...]:
    """The attention patterns of a node itself; a width is built of two. A selector made by `best` is one pattern."""
    match node:
        case Aggregate():
            return (node.selector,)
        case SelectorWidth():
            front = compare("==", indices(), constant(0))
            return (either(node.selector, front), both(node.selector, front))
    return ()


def layers_and_heads(top: Node) -> tuple[int, int]:
    """The number of layers, and of heads in the widest layer; equal patterns in one layer are one head.

    >>> import rasp
    >>> layers_and_heads(rasp.load("histogram")["hist"].node)
    (1, 2)
    """
    layer: dict[Node, int] = {}
    heads: dict[int, set[Node]] = {}
    for node in topological([top]):
        own = patterns(node)
        layer[node] = max((layer[operand] for operand in operands(node)), default=0) + bool(own)
        heads.setdefault(layer[node], set()).update(own)
    return layer[top], max(map(len, heads.values()))
