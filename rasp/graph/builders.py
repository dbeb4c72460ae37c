"""Functions that build the nodes of a graph. They refuse a node that is not legal by `spec.py`.

>>> apply("+", tokens(), constant("a")) is apply("+", tokens(), constant("a"))
True
>>> apply("round", full())
Traceback (most recent call last):
rasp.errors.InternalError: `round` cannot be made of a selector
"""

from __future__ import annotations

import itertools
import threading
import weakref
from collections.abc import Callable, Iterable

from rasp.graph.nodes import (
    Aggregate,
    And,
    Atom,
    Best,
    Compare,
    Constant,
    Entry,
    Illegal,
    Indices,
    Map,
    Node,
    Not,
    Or,
    SelectorWidth,
    Tokens,
)
from rasp.graph.spec import LEGAL, refusal

# The table of hash-consing. Its keys hold the serials of operands, not the operands: keys that held nodes would keep
# these alive, and freeing a deep graph would call the table's callbacks recursively.

_table: weakref.WeakValueDictionary[tuple[object, ...], Node] = weakref.WeakValueDictionary()
_lock = threading.Lock()
_serials = itertools.count()


def _entry_key(value: object) -> tuple[str, str]:
    """A key that differs between atoms that Python takes for equal: 1, 1.0 and True; 0.0 and -0.0."""
    if isinstance(value, int) and not isinstance(value, bool):
        return ("int", hex(value))  # hex has no limit on the number of digits
    if isinstance(value, Illegal):
        return ("illegal", value.kind)
    return (type(value).__name__, repr(value))


def _node(key: tuple[object, ...], make: type[Node], *fields: object) -> Node:
    """Returns the node of this key, and makes it of `fields` if there is none. Raises InternalError unless it is legal.

    A key holds the node's class and all its fields, so a node that is in the table was checked when it was made.
    """
    with _lock:
        node = _table.get(key)
        if node is None:
            node = make(next(_serials), *fields)
            if not LEGAL[make](node):
                raise refusal(node)
            _table[key] = node
        return node


def constant(value: Atom) -> Node:
    """The constant s-op of an atom.

    >>> constant(1) is constant(1), constant(1) is constant(True)
    (True, False)
    """
    return _node((Constant, _entry_key(value)), Constant, value)


def tokens(kind: str = "str") -> Node:
    """The input as an s-op; `kind` is one of str, int, float, bool, asis."""
    return _node((Tokens, kind), Tokens, kind)


def indices() -> Node:
    """The positions 0 … n-1 as an s-op."""
    return _node((Indices,), Indices)


def apply(op: str, *nodes: Node) -> Node:
    """An elementwise operation on s-op nodes."""
    return _node((Map, op, *[node.serial for node in nodes]), Map, op, nodes)


def lookup(index: Node, entries: Iterable[Entry], default: Node | None = None) -> Node:
    """Elementwise `entries[index]` in a list or string, or `lookup(entries, index, default)`."""
    table = tuple(entries)
    op, parts = _lookup_parts(index, default)
    key = (Map, op, *[part.serial for part in parts], tuple(map(_entry_key, table)))
    return _node(key, Map, op, parts, table)


def lookup_key(index: Node, entries: Iterable[tuple[Atom, Entry]], default: Node | None = None) -> Node:
    """Elementwise `entries[index]` in a dict, or `lookup(entries, index, default)`."""
    table = tuple(entries)
    op, parts = _lookup_parts(index, default)
    key = tuple((_entry_key(name), _entry_key(entry)) for name, entry in table)
    return _node((Map, op, *[part.serial for part in parts], key, "keyed"), Map, op, parts, table, True)


def _lookup_parts(index: Node, default: Node | None) -> tuple[str, tuple[Node, ...]]:
    return ("lookup", (index,)) if default is None else ("lookup_or", (index, default))


def member(node: Node, atoms: Iterable[Atom]) -> Node:
    """Elementwise `node in atoms`."""
    table = tuple(atoms)
    return _node((Map, "in", node.serial, tuple(map(_entry_key, table))), Map, "in", (node,), table)


def aggregate(selector: Node, values: Node, default: Atom = 0) -> Node:
    """The mean of `values` over the selected keys: one attention head."""
    key = (Aggregate, selector.serial, values.serial, _entry_key(default))
    return _node(key, Aggregate, selector, values, default)


def selector_width(selector: Node) -> Node:
    """The number of keys that each row selects."""
    return _node((SelectorWidth, selector.serial), SelectorWidth, selector)


def compare(op: str, keys: Node, queries: Node) -> Node:
    """`select(keys, queries, op)`."""
    return _node((Compare, op, keys.serial, queries.serial), Compare, op, keys, queries)


def both(left: Node, right: Node) -> Node:
    """`left and right` of selectors."""
    return _node((And, left.serial, right.serial), And, left, right)


def either(left: Node, right: Node) -> Node:
    """`left or right` of selectors."""
    return _node((Or, left.serial, right.serial), Or, left, right)


def negation(selector: Node) -> Node:
    """`not selector`."""
    return _node((Not, selector.serial), Not, selector)


def best(selector: Node, scores: Node) -> Node:
    """`best(selector, scores)`"""
    return _node((Best, selector.serial, scores.serial), Best, selector, scores)


def with_operands(node: Node, parts: Iterable[Node]) -> Node:
    """The same kind of node with other operands; `parts` has as many as `operands(node)`.

    >>> with_operands(aggregate(full(), indices()), [full(), tokens()]) is aggregate(full(), tokens())
    True
    """
    new = list(parts)
    match node:
        case Map(table=None):
            return apply(node.op, *new)
        case Map(table=table):
            make: Callable[..., Node] = member if node.op == "in" else lookup_key if node.keyed else lookup
            return make(new[0], table, *new[1:])
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


# Constructions that indexing, membership and the prelude share.


def full() -> Node:
    """The selector that selects every key, `select(1, 1, ==)`."""
    return compare("==", constant(1), constant(1))


def length() -> Node:
    """The length of the input, by one head: `round(1 / aggregate(full_s, indicator(indices == 0)))`."""
    first = apply("indicator", apply("==", indices(), constant(0)))
    return apply("round", apply("/", constant(1), aggregate(full(), first)))


def at(values: Node, position: int) -> Node:
    """`values[position]` at every position, by a head; a negative position counts from the end."""
    where = constant(position) if position >= 0 else apply("+", length(), constant(position))
    return aggregate(compare("==", indices(), where), values)
