"""Formulas: a graph node goes in, the tree of an expression that would build it comes out, in the user's names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rasp.graph.nodes import (
    Aggregate,
    And,
    Best,
    Compare,
    Constant,
    Illegal,
    Indices,
    Map,
    Node,
    Not,
    Or,
    SelectorWidth,
    Tokens,
    operands,
)
from rasp.syntax import tree
from rasp.syntax.printer import str_of, to_source

NameOf = Callable[[Node], str | None]

LEVELS = 6  # operators inside one another that a formula shows
ENTRIES = 4  # entries of a table that it shows
CHARACTERS = 40  # of a string
CUT: tree.Node = tree.Name("…")

PREFIXES = {"not": "not", "negate": "-", "plus": "+"}
LOGIC: dict[type[Node], str] = {And: "and", Or: "or"}


def formula(node: Node, name_of: NameOf) -> str:
    """What a node is made of, as source text; its parts appear by their names where they have some.

    What is deep or long is cut, and `…` stands for it.

    >>> from rasp.graph.nodes import aggregate, compare, indices, tokens
    >>> node = aggregate(compare("<", indices(), indices()), tokens())
    >>> formula(node, lambda part: None)
    'aggregate(select(indices, indices, <), tokens)'
    >>> formula(node, lambda part: "earlier" if part is node.selector else None)
    'aggregate(earlier, tokens)'
    """
    return to_source(_written(node, name_of, LEVELS))


def _written(node: Node, name_of: NameOf, levels: int) -> tree.Node:
    """The node's own operator, whatever its name, on its parts."""
    parts = [_part(part, name_of, levels - 1) for part in operands(node)]
    match node:
        case Constant():
            return _atom(node.value)
        case Indices():
            return tree.Name("indices")
        case Tokens(kind=kind):
            return tree.Name("tokens" if kind == "str" else f"tokens_{kind}")
        case Map():
            return _mapped(node, parts)
        case Aggregate(default=default):
            usual = type(default) is int and default == 0
            return tree.Aggregate(parts[0], parts[1], None if usual else _atom(default))
        case SelectorWidth():
            return tree.Call(tree.Name("selector_width"), tuple(parts))
        case Best():
            return tree.Call(tree.Name("best"), tuple(parts))
        case Compare():
            return tree.Select(parts[0], parts[1], node.op)
        case And() | Or():
            return tree.Binary(LOGIC[type(node)], *parts)
        case Not():
            return tree.Unary("not", *parts)
    raise TypeError(f"no formula for {node!r}")


def _part(node: Node, name_of: NameOf, levels: int) -> tree.Node:
    name = name_of(node)
    if name is not None:
        return tree.Name(name)
    return _written(node, name_of, levels) if levels or not operands(node) else CUT


def _mapped(node: Map, parts: list[tree.Node]) -> tree.Node:
    """An elementwise operation."""
    first = parts[0]
    match node.op:
        case "choose":
            return tree.Conditional(parts[1], first, parts[2])
        case "lookup":
            return tree.Index(_table(node), first)
        case "in":
            return tree.Binary("in", first, tree.List(_entries(node.table)))
        case op if op in PREFIXES:
            return tree.Unary(PREFIXES[op], first)
        case op if len(parts) == 1:
            return tree.Call(tree.Name(op), tuple(parts))
    return tree.Binary(node.op, *parts)


def _table(node: Map) -> tree.Node:
    if not node.keyed:
        return tree.List(_entries(node.table))
    shown: list[Any] = list(node.table or ())[:ENTRIES]
    pairs: list[tuple[tree.Node, tree.Node]] = [(_entry(key), _entry(value)) for key, value in shown]
    more = [(CUT, CUT)] if len(node.table or ()) > ENTRIES else []
    return tree.Dict(tuple(pairs + more))


def _entries(table: tuple[object, ...] | None) -> tuple[tree.Node, ...]:
    shown: list[Any] = list(table or ())
    more = [CUT] if len(shown) > ENTRIES else []
    return tuple([_entry(entry) for entry in shown[:ENTRIES]] + more)


def _entry(value: Any) -> tree.Node:
    return tree.Name(f"a {value.kind}") if isinstance(value, Illegal) else _atom(value)


def _atom(value: Any) -> tree.Node:
    """An atom; one that no program can spell, or that is long, stands there as it looks best."""
    if isinstance(value, str) and (len(value) > CHARACTERS or any(char in value for char in '"\r\n')):
        cut = value[:CHARACTERS] + "…" if len(value) > CHARACTERS else value
        return tree.Name(repr(cut) if any(char in cut for char in '"\r\n') else f'"{cut}"')
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**CHARACTERS:
        return tree.Name(f"{str_of(value)[:CHARACTERS]}…")
    return tree.Literal(value)
