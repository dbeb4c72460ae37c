"""The nodes of a graph: what a transformer sees of a program.

A node is immutable and *hash-consed*: building a node that already exists gives the existing object, so equal programs
are one object and `is` answers whether two of them are equal. Build nodes only with the functions at the end of this
module. A node has no name; names belong to the session.

S-op nodes: `Constant`, `Tokens`, `Indices`, `Map`, `Aggregate`, `SelectorWidth`.
Selector nodes: `Compare`, `And`, `Or`, `Not`, `Best`.
"""

from __future__ import annotations

import itertools
import threading
import weakref
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


@dataclass(frozen=True, eq=False, repr=False)
class Tokens(Node):
    """The input, each element converted as `kind` says: "str", "int", "float", "bool", or "asis" for as it is."""

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


# Hash-consing. A key holds the operands' serials, not the operands: a table that held nodes would keep them alive,
# and freeing a deep graph would run through the table's callbacks recursively.

_table: weakref.WeakValueDictionary[tuple[object, ...], Node] = weakref.WeakValueDictionary()
_lock = threading.Lock()
_serials = itertools.count()


def _atom_key(value: object) -> tuple[str, str]:
    """Tells atoms apart that Python takes for equal: 1, 1.0 and True; 0.0 and -0.0."""
    if isinstance(value, Illegal):
        return ("illegal", value.kind)
    if isinstance(value, int) and not isinstance(value, bool):
        return ("int", hex(value))  # hex has no limit on the number of digits
    return (type(value).__name__, repr(value))


def _node(key: tuple[object, ...], make: type[Node], *fields: object) -> Node:
    """The node of this key, made with `fields` where it does not exist yet."""
    with _lock:
        node = _table.get(key)
        if node is None:
            node = make(next(_serials), *fields)
            _table[key] = node
        return node


def constant(value: Atom) -> Node:
    """The constant s-op of an atom.

    >>> constant(1) is constant(1), constant(1) is constant(True)
    (True, False)
    """
    return _node(("constant", _atom_key(value)), Constant, value)


def tokens(kind: str = "str") -> Node:
    """The input as an s-op; `kind` is one of str, int, float, bool, asis."""
    return _node(("tokens", kind), Tokens, kind)


def indices() -> Node:
    """The positions 0 … n-1 as an s-op."""
    return _node(("indices",), Indices)


def apply(op: str, *nodes: Node) -> Node:
    """An elementwise operation on s-op nodes."""
    return _node((op, *(node.serial for node in nodes)), Map, op, nodes)


def lookup(index: Node, entries: Iterable[Entry]) -> Node:
    """Elementwise `entries[index]` in a list or string."""
    table = tuple(entries)
    return _node(("lookup", index.serial, tuple(map(_atom_key, table))), Map, "lookup", (index,), table)


def lookup_key(index: Node, entries: Iterable[tuple[Atom, Entry]]) -> Node:
    """Elementwise `entries[index]` in a dict."""
    table = tuple(entries)
    key = tuple((_atom_key(name), _atom_key(entry)) for name, entry in table)
    return _node(("lookup_key", index.serial, key), Map, "lookup", (index,), table, True)


def member(node: Node, atoms: Iterable[Atom]) -> Node:
    """Elementwise `node in atoms`."""
    table = tuple(atoms)
    return _node(("in", node.serial, tuple(map(_atom_key, table))), Map, "in", (node,), table)


def aggregate(selector: Node, values: Node, default: Atom = 0) -> Node:
    """One attention head."""
    key = ("aggregate", selector.serial, values.serial, _atom_key(default))
    return _node(key, Aggregate, selector, values, default)


def selector_width(selector: Node) -> Node:
    """The number of keys that each row selects."""
    return _node(("width", selector.serial), SelectorWidth, selector)


def compare(op: str, keys: Node, queries: Node) -> Node:
    """`select(keys, queries, op)`."""
    return _node(("select", op, keys.serial, queries.serial), Compare, op, keys, queries)


def both(left: Node, right: Node) -> Node:
    """`left and right` of selectors."""
    return _node(("and selector", left.serial, right.serial), And, left, right)


def either(left: Node, right: Node) -> Node:
    """`left or right` of selectors."""
    return _node(("or selector", left.serial, right.serial), Or, left, right)


def negation(selector: Node) -> Node:
    """`not selector`."""
    return _node(("not selector", selector.serial), Not, selector)


def best(selector: Node, scores: Node) -> Node:
    """`best(selector, scores)`"""
    return _node(("best", selector.serial, scores.serial), Best, selector, scores)


def rebuilt(node: Node, parts: Iterable[Node]) -> Node:
    """The node as it is, but made of other operands; `parts` are as many as `operands(node)` gives.

    >>> rebuilt(aggregate(full(), indices()), [full(), tokens()]) is aggregate(full(), tokens())
    True
    """
    new = list(parts)
    match node:
        case Map(table=None):
            return apply(node.op, *new)
        case Map(table=table):
            make: Callable[..., Node] = member if node.op == "in" else lookup_key if node.keyed else lookup
            return make(new[0], table)
        case Aggregate():
            return aggregate(new[0], new[1], node.default)
        case Compare():
            return compare(node.op, new[0], new[1])
    return _MAKERS[type(node)](*new) if new else node


_MAKERS: dict[type[Node], Callable[..., Node]] = {
    SelectorWidth: selector_width,
    And: both,
    Or: either,
    Not: negation,
    Best: best,
}


# The constructions that indexing, membership and the prelude share.


def full() -> Node:
    """The selector of everything, `select(1, 1, ==)`."""
    return compare("==", constant(1), constant(1))


def length() -> Node:
    """The input's length by one head: `round(1 / aggregate(full_s, indicator(indices == 0)))`."""
    first = apply("indicator", apply("==", indices(), constant(0)))
    return apply("round", apply("/", constant(1), aggregate(full(), first)))


def at(values: Node, position: int) -> Node:
    """`values[position]` at every position, by a head; a negative position counts from the end."""
    place = constant(position) if position >= 0 else apply("+", length(), constant(position))
    return aggregate(compare("==", indices(), place), values)
