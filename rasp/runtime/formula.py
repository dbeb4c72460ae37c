"""Formulas: a graph node goes in, the tree of an expression that would build it comes out, in the user's names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

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
MOST_CHARACTERS = 5_000  # about so many has a formula that is shown whole; a longer one is cut, for it may be 2^1000
CUT: tree.Node = tree.Name("…")

PREFIXES = {"not": "not", "negate": "-", "plus": "+"}
LOGIC: dict[type[Node], str] = {And: "and", Or: "or"}


class Room(NamedTuple):
    """How much of an atom or table a formula shows."""

    entries: int  # of a table
    characters: int  # of a string, and digits of an int


LITTLE, ALL = Room(4, 40), Room(MOST_CHARACTERS, MOST_CHARACTERS)


def formula(node: Node, name_of: NameOf, whole: bool = False) -> str:
    """What a node is made of, as source text; its parts appear by their names where they have some.

    What is deep or long is cut, and `…` stands for it; with `whole`, only what has more than `MOST_CHARACTERS`.

    >>> from rasp.graph.nodes import aggregate, compare, indices, tokens
    >>> node = aggregate(compare("<", indices(), indices()), tokens())
    >>> formula(node, lambda part: None)
    'aggregate(select(indices, indices, <), tokens)'
    >>> formula(node, lambda part: "earlier" if part is node.selector else None)
    'aggregate(earlier, tokens)'
    """
    written = _whole(node, name_of) if whole else None
    return to_source(written or _cut(node, name_of, LEVELS))


def _cut(node: Node, name_of: NameOf, levels: int) -> tree.Node:
    """The node's own operator, whatever its name, on its parts, down to so many levels."""
    return _written(node, [_part(part, name_of, levels - 1) for part in operands(node)], LITTLE)


def _part(node: Node, name_of: NameOf, levels: int) -> tree.Node:
    name = name_of(node)
    if name is not None:
        return tree.Name(name)
    return _cut(node, name_of, levels) if levels or not operands(node) else CUT


def _whole(node: Node, name_of: NameOf) -> tree.Node | None:
    """The node's own operator on all of its parts, of any depth; None where that would be too long."""
    made: dict[Node, tree.Node] = {}
    sizes: dict[Node, int] = {}  # about how many characters each takes
    for part in _parts_of(node, name_of):
        name = name_of(part) if part is not node else None
        if name is not None:
            made[part], sizes[part] = tree.Name(name), len(name)
            continue
        sizes[part] = _own_size(part) + sum(sizes[operand] for operand in operands(part))
        if sizes[part] > MOST_CHARACTERS:
            return None
        made[part] = _written(part, [made[operand] for operand in operands(part)], ALL)
    return made.get(node)


def _parts_of(node: Node, name_of: NameOf) -> list[Node]:
    """What the formula of a node speaks of, each once and after its operands; nothing where that is too much."""
    order: list[Node] = []
    seen: set[Node] = set()
    size = 0
    stack = [(node, False)]
    while stack and size <= MOST_CHARACTERS:
        part, ready = stack.pop()
        if ready:
            order.append(part)
        elif part not in seen:
            seen.add(part)
            stack.append((part, True))
            if part is node or name_of(part) is None:
                size += _own_size(part)
                stack += [(operand, False) for operand in operands(part)]
    return [] if stack else order


def _own_size(node: Node) -> int:
    """About how many characters the node's own operator takes, with its atoms."""
    match node:
        case Constant():
            return _atom_size(node.value)
        case Map() if node.table:
            entries: list[Any] = list(node.table)
            return sum(map(_entry_size, entries))
        case Aggregate(default=default):
            return 13 + _atom_size(default)
    return 14 if isinstance(node, Compare) else 3 * len(operands(node)) + 4


def _entry_size(entry: Any) -> int:
    parts = entry if isinstance(entry, tuple) else (entry,)
    return sum(2 + (10 if isinstance(part, Illegal) else _atom_size(part)) for part in parts)


def _atom_size(value: Any) -> int:
    if isinstance(value, str):
        return len(value) + 2
    return value.bit_length() // 3 + 1 if isinstance(value, int) else 8


def _written(node: Node, parts: list[tree.Node], room: Room) -> tree.Node:
    """The node's own operator on its written parts."""
    match node:
        case Constant():
            return _atom(node.value, room)
        case Indices():
            return tree.Name("indices")
        case Tokens(kind=kind):
            return tree.Name("tokens" if kind == "str" else f"tokens_{kind}")
        case Map():
            return _mapped(node, parts, room)
        case Aggregate(default=default):
            usual = type(default) is int and default == 0
            return tree.Aggregate(parts[0], parts[1], None if usual else _atom(default, room))
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


def _mapped(node: Map, parts: list[tree.Node], room: Room) -> tree.Node:
    """An elementwise operation."""
    first = parts[0]
    match node.op:
        case "choose":
            return tree.Conditional(parts[1], first, parts[2])
        case "lookup":
            return tree.Index(_table(node, room), first)
        case "in":
            return tree.Binary("in", first, tree.List(_entries(node.table, room)))
        case op if op in PREFIXES:
            return tree.Unary(PREFIXES[op], first)
        case op if len(parts) == 1:
            return tree.Call(tree.Name(op), tuple(parts))
    return tree.Binary(node.op, *parts)


def _table(node: Map, room: Room) -> tree.Node:
    if not node.keyed:
        return tree.List(_entries(node.table, room))
    shown: list[Any] = list(node.table or ())[: room.entries]
    pairs: list[tuple[tree.Node, tree.Node]] = [(_entry(key, room), _entry(value, room)) for key, value in shown]
    more = [(CUT, CUT)] if len(node.table or ()) > room.entries else []
    return tree.Dict(tuple(pairs + more))


def _entries(table: tuple[object, ...] | None, room: Room) -> tuple[tree.Node, ...]:
    shown: list[Any] = list(table or ())
    more = [CUT] if len(shown) > room.entries else []
    return tuple([_entry(entry, room) for entry in shown[: room.entries]] + more)


def _entry(value: Any, room: Room) -> tree.Node:
    return tree.Name(f"a {value.kind}") if isinstance(value, Illegal) else _atom(value, room)


def _atom(value: Any, room: Room) -> tree.Node:
    """An atom; one that no program can spell, or that is long, stands there as it looks best."""
    if isinstance(value, str) and (len(value) > room.characters or any(char in value for char in '"\r\n')):
        cut = value if len(value) <= room.characters else value[: room.characters] + "…"
        return tree.Name(repr(cut) if any(char in cut for char in '"\r\n') else f'"{cut}"')
    if isinstance(value, int) and value.bit_length() > 3 * room.characters:
        digits = str_of(value)
        return tree.Name(digits if len(digits) <= room.characters else f"{digits[: room.characters]}…")
    return tree.Literal(value)
