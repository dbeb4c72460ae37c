"""The abstract syntax tree, which the parser builds and the printer writes as source.

Every node has a `span`, which equality ignores: two trees are equal if they are the same program. Expressions come
first, then statements.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, Union

from rasp.base.diagnostics import Span


# Dataclasses generate only `__init__` and what makes nodes immutable; `__eq__` and `__repr__` are written once, below.
# To generate them for every class would cost each start some ten milliseconds.
@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class SyntaxNode:
    """Base of all nodes."""

    span: Span | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SyntaxNode) and _equal(self, other)

    def __hash__(self) -> int:
        return hash(tuple(outline(self)))

    def __repr__(self) -> str:
        shown = (f"{field.name}={getattr(self, field.name)!r}" for field in fields(self) if field.name != "span")
        return f"{type(self).__name__}({', '.join(shown)})"


def _equal(first: SyntaxNode, second: SyntaxNode) -> bool:
    """Whether two trees have equal outlines, without building these."""
    left: list[Any] = [first]
    right: list[Any] = [second]
    while left:
        one, other = left.pop(), right.pop()
        kind = type(one)
        if kind is not type(other):
            return False
        if kind is str:
            if one != other:
                return False
        elif kind is tuple:
            if len(one) != len(other):
                return False
            left += one
            right += other
        elif isinstance(one, SyntaxNode):
            for name in PARTS.get(kind) or _parts(kind):
                left.append(getattr(one, name))
                right.append(getattr(other, name))
        elif (repr(one) != repr(other)) if kind is float else (one != other):
            return False
    return True


def outline(node: SyntaxNode) -> list[object]:
    """The tree without spans as a flat list; equal trees have equal outlines. Iterative, because trees may be deep.

    >>> len(outline(Name("a"))), outline(Name("a")) == outline(Name("a")), outline(Literal(1)) == outline(Literal(True))
    (2, True, False)
    """
    flat: list[object] = []
    stack: list[object] = [node]
    while stack:
        item = stack.pop()
        kind = type(item)
        if kind is tuple:
            flat.append(len(item))  # type: ignore[arg-type]
            stack.extend(item)  # type: ignore[arg-type]
        elif isinstance(item, SyntaxNode):
            flat.append(kind)
            stack += [getattr(item, name) for name in PARTS.get(kind) or _parts(kind)]
        else:
            flat.append((kind, repr(item)) if kind is float else (kind, item))
    return flat


PARTS: dict[type, tuple[str, ...]] = {}  # cache: the fields of each class of nodes, without the span


def _parts(kind: Any) -> tuple[str, ...]:
    return PARTS.setdefault(kind, tuple(field.name for field in fields(kind) if field.name != "span"))


def children(node: SyntaxNode) -> Iterator[SyntaxNode]:
    """The direct children of a node, with the names that it binds.

    >>> list(children(Unary("-", Name("x"))))
    [Name(id='x')]
    """
    for name in PARTS.get(type(node)) or _parts(type(node)):
        value = getattr(node, name)
        if isinstance(value, SyntaxNode):
            yield value
        elif isinstance(value, tuple):
            for item in value:
                yield from item if isinstance(item, tuple) else (item,)


# ----------------------------------------------------------------------------------------------------- expressions


@dataclass(frozen=True, eq=False, repr=False)
class Literal(SyntaxNode):
    """An int, float, string or bool."""

    value: Union[bool, int, float, str]


@dataclass(frozen=True, eq=False, repr=False)
class Name(SyntaxNode):
    """A name, where it is used or where it is bound."""

    id: str


@dataclass(frozen=True, eq=False, repr=False)
class List(SyntaxNode):
    """`[a, b]`"""

    items: tuple[SyntaxNode, ...]


@dataclass(frozen=True, eq=False, repr=False)
class Dict(SyntaxNode):
    """`{k: v, l: w}`"""

    entries: tuple[tuple[SyntaxNode, SyntaxNode], ...]


@dataclass(frozen=True, eq=False, repr=False)
class ListComprehension(SyntaxNode):
    """`[item for a, b in iterable]`"""

    item: SyntaxNode
    targets: tuple[Name, ...]
    iterable: SyntaxNode


@dataclass(frozen=True, eq=False, repr=False)
class DictComprehension(SyntaxNode):
    """`{key: value for a, b in iterable}`"""

    key: SyntaxNode
    value: SyntaxNode
    targets: tuple[Name, ...]
    iterable: SyntaxNode


@dataclass(frozen=True, eq=False, repr=False)
class SelectCall(SyntaxNode):
    """`select(keys, queries, op)`"""

    keys: SyntaxNode
    queries: SyntaxNode
    op: str


@dataclass(frozen=True, eq=False, repr=False)
class AggregateCall(SyntaxNode):
    """`aggregate(selector, values)` or `aggregate(selector, values, default)`"""

    selector: SyntaxNode
    values: SyntaxNode
    default: SyntaxNode | None = None


@dataclass(frozen=True, eq=False, repr=False)
class Index(SyntaxNode):
    """`operand[index]`"""

    operand: SyntaxNode
    index: SyntaxNode


@dataclass(frozen=True, eq=False, repr=False)
class Call(SyntaxNode):
    """`function(a, b)`: a call of a function, or an s-op or selector applied to an input."""

    function: SyntaxNode
    arguments: tuple[SyntaxNode, ...]


@dataclass(frozen=True, eq=False, repr=False)
class Unary(SyntaxNode):
    """`not x`, `-x`, `+x`"""

    op: str
    operand: SyntaxNode


@dataclass(frozen=True, eq=False, repr=False)
class Binary(SyntaxNode):
    """`left op right`, where op is one of ^ * / % + - == != <= >= < > and or in `not in`."""

    op: str
    left: SyntaxNode
    right: SyntaxNode


@dataclass(frozen=True, eq=False, repr=False)
class Conditional(SyntaxNode):
    """`value if condition else otherwise`"""

    value: SyntaxNode
    condition: SyntaxNode
    otherwise: SyntaxNode


# ------------------------------------------------------------------------------------------------------ statements


@dataclass(frozen=True, eq=False, repr=False)
class ExpressionStatement(SyntaxNode):
    """`expression;`"""

    expression: SyntaxNode


@dataclass(frozen=True, eq=False, repr=False)
class Assign(SyntaxNode):
    """`a, b = e1, e2;`"""

    targets: tuple[Name, ...]
    values: tuple[SyntaxNode, ...]


@dataclass(frozen=True, eq=False, repr=False)
class For(SyntaxNode):
    """`for a, b in iterable { body }`"""

    targets: tuple[Name, ...]
    iterable: SyntaxNode
    body: tuple[SyntaxNode, ...]


@dataclass(frozen=True, eq=False, repr=False)
class Def(SyntaxNode):
    """`def name(parameters) { body return e1, e2; }`"""

    name: Name
    parameters: tuple[Name, ...]
    body: tuple[SyntaxNode, ...]
    returns: tuple[SyntaxNode, ...]


@dataclass(frozen=True, eq=False, repr=False)
class Load(SyntaxNode):
    """`load "path";`"""

    path: Literal


@dataclass(frozen=True, eq=False, repr=False)
class Draw(SyntaxNode):
    """`draw(sop);` or `draw(sop, input);`"""

    arguments: tuple[SyntaxNode, ...]


@dataclass(frozen=True, eq=False, repr=False)
class SessionCommand(SyntaxNode):
    """A command of the session, which programs may hold, too: its words joined by one blank (`set example`, `show s-op
    example`, `examples on`, `exit`), and the expression that `set` takes. Commands with `:` are not statements.
    """

    words: str
    argument: SyntaxNode | None = None
