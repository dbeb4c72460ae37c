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

from rasp.errors import InternalError
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
    Nearest,
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


def _entry_key(value: object) -> str:
    """A key that differs between atoms that Python takes for equal: 1, 1.0 and True; 0.0 and -0.0.

    It is one string, because large tables have thousands of keys, and the garbage collector looks at tuples.
    """
    kind = type(value)
    if kind is str:
        return f'"{value}'
    if isinstance(value, int) and kind is not bool:
        return hex(value)  # hex has no limit on the number of digits
    if isinstance(value, Illegal):
        return f"illegal {value.kind}"
    return f"{kind.__name__} {value!r}"


def _node(key: tuple[object, ...], make: type[Node], *fields: object) -> Node:
    """Returns the node of this key, and makes it of `fields` if there is none. Raises InternalError unless it is legal.

    A key holds the node's class and all its fields, so a node that is in the table was checked when it was made.
    """
    with _lock:
        try:
            node = _table.get(key)
        except TypeError as error:  # an operator or kind that cannot be hashed
            raise _refusal(make, *fields) from error
        if node is None:
            node = make(next(_serials), *fields)
            if not LEGAL[make](node):
                raise refusal(node)
            _table[key] = node
        return node


def _refusal(make: type[Node], *fields: object) -> InternalError:
    """The error for what is not legal and has no key, such as None as an operand, which has no serial.

    Builders catch Python's error instead of looking at each operand first: that costs legal nodes no time.
    """
    return refusal(make(-1, *fields))


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
    try:
        return _node((Map, op, *[node.serial for node in nodes]), Map, op, nodes)
    except AttributeError as error:
        raise _refusal(Map, op, nodes) from error


def lookup(index: Node, entries: Iterable[Entry], default: Node | None = None) -> Node:
    """Elementwise `entries[index]` in a list or string, or `lookup(entries, index, default)`."""
    op, parts = _lookup_parts(index, default)
    try:
        table = tuple(entries)
        key = (Map, op, *[part.serial for part in parts], tuple(map(_entry_key, table)))
        return _node(key, Map, op, parts, table)
    except (AttributeError, TypeError) as error:
        raise _refusal(Map, op, parts, entries) from error


def lookup_key(index: Node, entries: Iterable[tuple[Atom, Entry]], default: Node | None = None) -> Node:
    """Elementwise `entries[index]` in a dict, or `lookup(entries, index, default)`.

    >>> lookup_key(tokens(), [("a", 1), ("b", 2)], constant(0)).table
    (('a', 1), ('b', 2))
    """
    op, parts = _lookup_parts(index, default)
    try:
        table = tuple(entries)
        key = tuple(_entry_key(part) for name, entry in table for part in (name, entry))
        return _node((Map, op, *[part.serial for part in parts], key, "keyed"), Map, op, parts, table, True)
    except (AttributeError, TypeError, ValueError) as error:  # ValueError: an entry that is no pair
        raise _refusal(Map, op, parts, entries, True) from error


def _lookup_parts(index: Node, default: Node | None) -> tuple[str, tuple[Node, ...]]:
    return ("lookup", (index,)) if default is None else ("lookup_or", (index, default))


def member(node: Node, atoms: Iterable[Atom]) -> Node:
    """Elementwise `node in atoms`.

    >>> member(tokens(), "ab").op, member(tokens(), "ab").table
    ('in', ('a', 'b'))
    """
    try:
        table = tuple(atoms)
        return _node((Map, "in", node.serial, tuple(map(_entry_key, table))), Map, "in", (node,), table)
    except (AttributeError, TypeError) as error:
        raise _refusal(Map, "in", (node,), atoms) from error


def aggregate(selector: Node, values: Node, default: Atom = 0) -> Node:
    """The mean of `values` over the selected keys: one attention head."""
    try:
        key = (Aggregate, selector.serial, values.serial, _entry_key(default))
        return _node(key, Aggregate, selector, values, default)
    except AttributeError as error:
        raise _refusal(Aggregate, selector, values, default) from error


def selector_width(selector: Node) -> Node:
    """The number of keys that each row selects."""
    try:
        return _node((SelectorWidth, selector.serial), SelectorWidth, selector)
    except AttributeError as error:
        raise _refusal(SelectorWidth, selector) from error


def compare(op: str, keys: Node, queries: Node) -> Node:
    """`select(keys, queries, op)`."""
    try:
        return _node((Compare, op, keys.serial, queries.serial), Compare, op, keys, queries)
    except AttributeError as error:
        raise _refusal(Compare, op, keys, queries) from error


def both(left: Node, right: Node) -> Node:
    """`left and right` of selectors."""
    try:
        return _node((And, left.serial, right.serial), And, left, right)
    except AttributeError as error:
        raise _refusal(And, left, right) from error


def either(left: Node, right: Node) -> Node:
    """`left or right` of selectors."""
    try:
        return _node((Or, left.serial, right.serial), Or, left, right)
    except AttributeError as error:
        raise _refusal(Or, left, right) from error


def negation(selector: Node) -> Node:
    """`not selector`.

    >>> negation(full()).selector is full()
    True
    """
    try:
        return _node((Not, selector.serial), Not, selector)
    except AttributeError as error:
        raise _refusal(Not, selector) from error


def best(selector: Node, scores: Node) -> Node:
    """`best(selector, scores)`"""
    try:
        return _node((Best, selector.serial, scores.serial), Best, selector, scores)
    except AttributeError as error:
        raise _refusal(Best, selector, scores) from error


def nearest(selector: Node) -> Node:
    """`best(selector, near)`"""
    try:
        return _node((Nearest, selector.serial), Nearest, selector)
    except AttributeError as error:
        raise _refusal(Nearest, selector) from error


def with_operands(node: Node, parts: Iterable[Node]) -> Node:
    """The same kind of node with other operands; `parts` has as many as `operands(node)`.

    >>> with_operands(aggregate(full(), indices()), [full(), tokens()]) is aggregate(full(), tokens())
    True
    """
    try:
        new = list(parts)
        match node:
            case Map(table=None):
                return apply(node.op, *new)
            case Map(table=table):
                make: Callable[..., Node] = member if node.op == "in" else lookup_key if node.keyed else lookup
                index, *default = new
                return make(index, table, *default)
            case Aggregate():
                selector, values = new
                return aggregate(selector, values, node.default)
            case Compare():
                keys, queries = new
                return compare(node.op, keys, queries)
            case Constant() | Tokens() | Indices() if not new:
                return node
        return _MAKERS[type(node)](*new)
    except (KeyError, TypeError, ValueError) as error:  # no node, or not as many operands as it has
        raise InternalError(f"{node!r:.60} cannot be made of {parts!r:.60}") from error


_MAKERS: dict[type[Node], Callable[..., Node]] = {
    SelectorWidth: selector_width,
    And: both,
    Or: either,
    Not: negation,
    Best: best,
    Nearest: nearest,
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
    try:
        where = constant(position) if position >= 0 else apply("+", length(), constant(position))
    except TypeError as error:
        raise InternalError(f"{position!r:.60} is no position") from error
    return aggregate(compare("==", indices(), where), values)
