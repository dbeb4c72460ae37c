"""The nodes of a graph: what a transformer sees of a program.

A node is immutable and *hash-consed*: building a node that already exists gives the existing object, so equal programs
are one object and `is` answers whether two of them are equal. Nodes are built by `builders.py` alone. A node has no
name; names belong to the session.

S-op nodes: `Constant`, `Tokens`, `Indices`, `Map`, `Aggregate`, `SelectorWidth`.
Selector nodes: `Compare`, `And`, `Or`, `Not`, `Best`.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from typing import NoReturn, Union

Atom = Union[bool, int, float, str]


@dataclass(frozen=True, eq=False, repr=False)
class Node:
    """Base of all nodes. `serial` tells nodes apart in keys; it is no order that two runs would share."""

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
    """The input, each element converted to the `kind`, one of TOKEN_KINDS; "asis" leaves it as it is."""

    kind: str


@dataclass(frozen=True, eq=False, repr=False)
class Indices(Node):
    """0 … n-1."""


@dataclass(frozen=True, eq=False, repr=False)
class Illegal:
    """Stands in a look-up table for an entry that no sequence can hold: a list, dict, function, s-op or selector."""

    kind: str


Entry = Union[Atom, Illegal]


@dataclass(frozen=True, eq=False, repr=False)
class Map(Node):
    """An elementwise operation: `op` is a name of `operators.OPERATORS`, `operands` are s-op nodes.

    `table` belongs to "lookup" (a tuple of entries for a list or string; of (key, entry) pairs for a dict, with
    `keyed` true) and to "in" (a tuple of atoms); elsewhere it is None.
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
    """Entries that both selectors select."""

    left: Node
    right: Node


@dataclass(frozen=True, eq=False, repr=False)
class Or(Node):
    """Entries that at least one of both selectors selects."""

    left: Node
    right: Node


@dataclass(frozen=True, eq=False, repr=False)
class Not(Node):
    """Entries that `selector` does not select."""

    selector: Node


@dataclass(frozen=True, eq=False, repr=False)
class Best(Node):
    """Of the keys that each row of `selector` selects, those whose `scores` are highest; ties are all kept."""

    selector: Node
    scores: Node


SELECTORS = (Compare, And, Or, Not, Best)


def is_selector(node: Node) -> bool:
    """Whether the node is a selector; the others are s-ops."""
    return isinstance(node, SELECTORS)


def operands(node: Node) -> tuple[Node, ...]:
    """The nodes that `node` is made of, in the order they are written."""
    match node:
        case Map():
            return node.operands
        case Aggregate():
            return (node.selector, node.values)
        case SelectorWidth() | Not():
            return (node.selector,)
        case Compare():
            return (node.keys, node.queries)
        case And() | Or():
            return (node.left, node.right)
        case Best():
            return (node.selector, node.scores)
    return ()


Parts = Callable[[Node], tuple[Node, ...]]


def elementwise(node: Node) -> tuple[Node, ...]:
    """The operands of an elementwise operation; none of another node."""
    return node.operands if isinstance(node, Map) else ()


def combined(node: Node) -> tuple[Node, ...]:
    """The selectors that a selector is made of at once; none of an s-op.

    >>> from rasp.graph.builders import best, compare, indices, tokens
    >>> same = compare("==", tokens(), tokens())
    >>> combined(best(same, indices())) == (same,), combined(same)
    (True, ())
    """
    match node:
        case And() | Or():
            return (node.left, node.right)
        case Not() | Best():
            return (node.selector,)
    return ()


def topological(nodes: Iterable[Node], known: Container[Node] = (), parts: Parts = operands) -> list[Node]:
    """All nodes that `nodes` are made of, themselves included, each once and after its operands.

    Nodes that are `known` already are left out, with all that is below them. `parts` tells how a walk goes on from a
    node: by all operands, or by some of them alone. A walk of another make, too, has to remember where it was: there
    may be 2^1000 ways through a graph of 1,000 nodes.

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
