"""The nodes of a graph: the part of a program that a transformer computes.

A node is immutable and *hash-consed*: building a node that already exists returns the existing object. Equal programs
are therefore one object: `is` compares them, a shared part is computed once, and no cache has to compare values. Only
`builders.py` makes nodes. A node has no name; names belong to the session.

There are twelve kinds of nodes. The six s-ops, and what a transformer computes them with:

    Constant, Tokens, Indices    the input
    Map                          a feed-forward: arithmetic, comparison, logic, choice, rounding, look-up, membership
    Aggregate                    an attention head
    SelectorWidth                two heads, or one with a BOS position (the engine simply counts)

The six selectors:

    Compare, And, Or, Not        an attention pattern
    Best, Nearest                a pattern of hard attention

A graph may be deeper than Python's call stack allows, so walks over it (`topological`) keep a stack of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from typing import NoReturn, Union

Atom = Union[bool, int, float, str]


@dataclass(frozen=True, eq=False, repr=False)
class Node:
    """Base of all nodes. `serial` identifies a node in keys; its order may differ from run to run."""

    serial: int

    def __copy__(self) -> Node:
        return self

    def __deepcopy__(self, memo: object) -> Node:
        return self

    def __reduce__(self) -> NoReturn:
        # A serial means nothing in another process, where it may be another node's.
        raise TypeError("nodes of a graph cannot be pickled; send the program's source and the name instead")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.serial}>"


@dataclass(frozen=True, eq=False, repr=False)
class Constant(Node):
    """The same atom at every position."""

    value: Atom


TOKEN_KINDS = ("str", "int", "float", "bool", "asis")


@dataclass(frozen=True, eq=False, repr=False)
class Tokens(Node):
    """The input, each element converted to `kind`, one of TOKEN_KINDS; "asis" converts nothing."""

    kind: str


@dataclass(frozen=True, eq=False, repr=False)
class Indices(Node):
    """The positions 0 … n-1."""


@dataclass(frozen=True, eq=False, repr=False)
class Illegal:
    """An entry of a look-up table that no sequence can hold: a list, dict, function, s-op or selector."""

    kind: str


Entry = Union[Atom, Illegal]


@dataclass(frozen=True, eq=False, repr=False)
class Map(Node):
    """An elementwise operation: `op` is a name of `operators.OPERATORS`, `operands` are s-op nodes.

    `table` belongs to "lookup" and "lookup_or" (a tuple of entries for a list or string; of (key, entry) pairs for a
    dict, with `keyed` true) and to "in" (a tuple of atoms); elsewhere it is None.
    """

    op: str
    operands: tuple[Node, ...]
    table: tuple[object, ...] | None = None
    keyed: bool = False


@dataclass(frozen=True, eq=False, repr=False)
class Aggregate(Node):
    """The mean of `values` over the keys that each row of `selector` selects; `default` where it selects none."""

    selector: Node
    values: Node
    default: Atom


@dataclass(frozen=True, eq=False, repr=False)
class SelectorWidth(Node):
    """How many keys each row of `selector` selects."""

    selector: Node


@dataclass(frozen=True, eq=False, repr=False)
class Compare(Node):
    """The selector whose entry (query i, key j) is `keys[j] op queries[i]`; `op` is one of == != < <= > >=."""

    op: str
    keys: Node
    queries: Node


@dataclass(frozen=True, eq=False, repr=False)
class And(Node):
    """The pairs (query, key) that both selectors select."""

    left: Node
    right: Node


@dataclass(frozen=True, eq=False, repr=False)
class Or(Node):
    """The pairs (query, key) that at least one of the selectors selects."""

    left: Node
    right: Node


@dataclass(frozen=True, eq=False, repr=False)
class Not(Node):
    """The pairs (query, key) that `selector` does not select."""

    selector: Node


@dataclass(frozen=True, eq=False, repr=False)
class Best(Node):
    """Of the keys that each row of `selector` selects, those with the highest `scores`, all of them if several tie."""

    selector: Node
    scores: Node


@dataclass(frozen=True, eq=False, repr=False)
class Nearest(Node):
    """Of the keys that each row of `selector` selects, the one nearest to the query; of two as near, the left one.

    One head finds it: -2 (key - query)² - (key - query) is highest there, and is a product of a vector of the key and
    one of the query. It is 0 at the query itself, -1 one to the left, -3 one to the right, then -6, -10, …
    """

    selector: Node


SELECTORS = (Compare, And, Or, Not, Best, Nearest)


def is_selector(node: Node) -> bool:
    """Whether the node is a selector; the others are s-ops.

    >>> from rasp.graph.builders import full, tokens
    >>> is_selector(full()), is_selector(tokens())
    (True, False)
    """
    return isinstance(node, SELECTORS)


def operands(node: Node) -> tuple[Node, ...]:
    """The operands of a node, in the order in which a program writes them."""
    match node:
        case Map():
            return node.operands
        case Aggregate():
            return (node.selector, node.values)
        case SelectorWidth() | Not() | Nearest():
            return (node.selector,)
        case Compare():
            return (node.keys, node.queries)
        case And() | Or():
            return (node.left, node.right)
        case Best():
            return (node.selector, node.scores)
    return ()


OperandsOf = Callable[[Node], tuple[Node, ...]]


def elementwise(node: Node) -> tuple[Node, ...]:
    """The operands of an elementwise operation; empty for every other node.

    >>> from rasp.graph.builders import apply, full, indices, negation
    >>> elementwise(apply("+", indices(), indices())) == (indices(), indices()), elementwise(negation(full()))
    (True, ())
    """
    return node.operands if isinstance(node, Map) else ()


def selector_operands(node: Node) -> tuple[Node, ...]:
    """The selectors among the operands of a selector; empty for an s-op.

    >>> from rasp.graph.builders import best, compare, indices, tokens
    >>> same = compare("==", tokens(), tokens())
    >>> selector_operands(best(same, indices())) == (same,), selector_operands(same)
    (True, ())
    """
    match node:
        case And() | Or():
            return (node.left, node.right)
        case Not() | Best() | Nearest():
            return (node.selector,)
    return ()


def topological(nodes: Iterable[Node], known: Container[Node] = (), parts: OperandsOf = operands) -> list[Node]:
    """The nodes and all that they depend on, in topological order: each once, after its operands.

    `known` nodes are left out, and so is what only they depend on. `parts` returns the operands that the walk follows.
    Any other walk over a graph must remember which nodes it visited, too: a graph of 1,000 nodes may have 2^1000 paths.

    >>> from rasp.graph.builders import apply, constant, indices
    >>> top = apply("+", indices(), constant(1))
    >>> [type(node).__name__ for node in topological([top])]
    ['Indices', 'Constant', 'Map']
    """
    order: list[Node] = []
    seen: set[Node] = set()
    stack = [(node, False) for node in reversed(list(nodes))]
    while stack:
        node, ready = stack.pop()
        if ready:
            order.append(node)
        elif node not in seen and node not in known:
            seen.add(node)
            stack.append((node, True))
            stack.extend((part, False) for part in reversed(parts(node)))
    return order
