"""Writes the formula of a graph node: an expression that would build it, with the user's names for its parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    Nearest,
    Node,
    Not,
    Or,
    SelectorWidth,
    Tokens,
    operands,
)
from rasp.graph.operators import OPERATORS
from rasp.syntax import tree
from rasp.syntax.printer import str_of, to_source

NameOf = Callable[[Node], str | None]

LEVELS = 6  # nested operators that a formula shows
MOST_CHARACTERS = 5_000  # approximate limit of a whole formula; longer ones, of up to 2^1000, are cut
ENTRIES, CHARACTERS = 4, 40  # the most entries of a table, and characters of an atom, that a formula shows
CUT: tree.SyntaxNode = tree.Name("…")

LOGIC: dict[type[Node], str] = {And: "and", Or: "or"}


def formula(node: Node, name_of: NameOf, whole: bool = False) -> str:
    """The formula of a node as source text; parts that have names appear by their names.

    Deep and long parts are replaced by `…`; with `whole`, only if the formula has more than `MOST_CHARACTERS`.

    >>> from rasp.graph.builders import aggregate, compare, indices, tokens
    >>> node = aggregate(compare("<", indices(), indices()), tokens())
    >>> formula(node, lambda part: None)
    'aggregate(select(indices, indices, <), tokens)'
    >>> formula(node, lambda part: "earlier" if part is node.selector else None)
    'aggregate(earlier, tokens)'
    """
    written = _in_full(node, name_of) if whole else None
    return to_source(written or _to_depth(node, name_of, LEVELS))


class Spelling(NamedTuple):
    """How to write the values in a node: an atom, an entry of a table, and the most entries."""

    atom: Callable[[Any], tree.SyntaxNode]
    entry: Callable[[Any], tree.SyntaxNode]
    most: int | None = None


def expression(node: Node, parts: Sequence[tree.SyntaxNode], spelling: Spelling) -> tree.SyntaxNode:
    """The expression of a node's operator on `parts`, the expressions of its operands."""
    match node:
        case Constant():
            return spelling.atom(node.value)
        case Indices():
            return tree.Name("indices")
        case Tokens(kind=kind):
            return tree.Name("tokens" if kind == "str" else f"tokens_{kind}")
        case Map():
            return _elementwise(node, parts, spelling)
        case Aggregate(default=default):
            usual = type(default) is int and default == 0
            return tree.AggregateCall(parts[0], parts[1], None if usual else spelling.atom(default))
        case SelectorWidth():
            return tree.Call(tree.Name("selector_width"), tuple(parts))
        case Best():
            return tree.Call(tree.Name("best"), tuple(parts))
        case Nearest():
            return tree.Call(tree.Name("best"), (*parts, tree.Name("near")))
        case Compare():
            return tree.SelectCall(parts[0], parts[1], node.op)
        case And() | Or():
            return tree.Binary(LOGIC[type(node)], *parts)
        case Not():
            return tree.Unary("not", *parts)
    raise TypeError(f"no formula for {node!r}")


def _elementwise(node: Map, parts: Sequence[tree.SyntaxNode], spelling: Spelling) -> tree.SyntaxNode:
    """The expression of an elementwise operation."""
    first = parts[0]
    match node.op:
        case "where":
            return tree.Conditional(parts[1], first, parts[2])
        case "lookup":
            return tree.Index(_table(node, spelling), first)
        case "lookup_or":
            return tree.Call(tree.Name("lookup"), (_table(node, spelling), *parts))
        case "in":
            return tree.Binary("in", first, tree.List(_entries(node.table or (), spelling)))
    operator = OPERATORS[node.op]
    match operator.notation:
        case "prefix":
            return tree.Unary(operator.sign, first)
        case "call":
            return tree.Call(tree.Name(node.op), tuple(parts))
    return tree.Binary(node.op, *parts)


def _table(node: Map, spelling: Spelling) -> tree.SyntaxNode:
    """The list or dict of a look-up."""
    table = node.table or ()
    return _dict(table, spelling) if node.keyed else tree.List(_entries(table, spelling))


def _dict(table: Sequence[Any], spelling: Spelling) -> tree.SyntaxNode:
    pairs = [(spelling.atom(key), spelling.entry(value)) for key, value in table[: spelling.most]]
    return tree.Dict(tuple(pairs if len(pairs) == len(table) else [*pairs, (CUT, CUT)]))


def _entries(table: Sequence[Any], spelling: Spelling) -> tuple[tree.SyntaxNode, ...]:
    shown = [spelling.entry(entry) for entry in table[: spelling.most]]
    return tuple(shown if len(shown) == len(table) else [*shown, CUT])


# ------------------------------------------------------------------------------------------------------- as shown


def _to_depth(node: Node, name_of: NameOf, levels: int) -> tree.SyntaxNode:
    """The operator of a node, even if the node has a name, on its parts, down to `levels` levels."""
    return expression(node, [_part(part, name_of, levels - 1) for part in operands(node)], LITTLE)


def _part(node: Node, name_of: NameOf, levels: int) -> tree.SyntaxNode:
    name = name_of(node)
    if name is not None:
        return tree.Name(name)
    return _to_depth(node, name_of, levels) if levels or not operands(node) else CUT


def _in_full(node: Node, name_of: NameOf) -> tree.SyntaxNode | None:
    """The operator of a node on its parts, at any depth; None if that would be too long."""
    made: dict[Node, tree.SyntaxNode] = {}
    sizes: dict[Node, int] = {}  # estimated number of characters of each
    for part in _parts_of(node, name_of):
        name = name_of(part) if part is not node else None
        if name is not None:
            made[part], sizes[part] = tree.Name(name), len(name)
            continue
        sizes[part] = _own_size(part) + sum(sizes[operand] for operand in operands(part))
        if sizes[part] > MOST_CHARACTERS:
            return None
        made[part] = expression(part, [made[operand] for operand in operands(part)], ALL)
    return made.get(node)


def _parts_of(node: Node, name_of: NameOf) -> list[Node]:
    """The nodes that the formula of a node shows, each once and after its operands; empty if there are too many."""
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
    """An estimate of the number of characters of a node's operator with its atoms."""
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


def _spelling(entries: int, characters: int) -> Spelling:
    """Writes atoms for display, with at most `entries` of a table and `characters` of an atom."""

    def atom(value: Any) -> tree.SyntaxNode:
        return _atom(value, characters)

    def entry(value: Any) -> tree.SyntaxNode:
        return tree.Name(f"a {value.kind}") if isinstance(value, Illegal) else atom(value)

    return Spelling(atom, entry, entries)


def _atom(value: Any, characters: int) -> tree.SyntaxNode:
    """An atom; a long one, or one that no literal can express, is written for display only."""
    if isinstance(value, str) and (len(value) > characters or any(char in value for char in '"\r\n')):
        cut = value if len(value) <= characters else value[:characters] + "…"
        return tree.Name(repr(cut) if any(char in cut for char in '"\r\n') else f'"{cut}"')
    if isinstance(value, int) and value.bit_length() > 3 * characters:
        digits = str_of(value)
        return tree.Name(digits if len(digits) <= characters else f"{digits[:characters]}…")
    return tree.Literal(value)


LITTLE, ALL = _spelling(ENTRIES, CHARACTERS), _spelling(MOST_CHARACTERS, MOST_CHARACTERS)
