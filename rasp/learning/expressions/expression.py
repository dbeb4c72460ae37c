"""Typed expressions: the search's representation of programs.

An expression is a value object: equal programs are equal. Its kind is that of its value at each position: a string of
the vocabulary (`symbol`), an `int`, or a `bool`. Every expression is a program of the language (`to_graph.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import repeat
from typing import Any, ClassVar

from rasp.graph.nodes import Atom, Node
from rasp.learning.examples.kinds import Kind, atom_kind
from rasp.source.program import ProgramText, program
from rasp.source.reading import load_nodes


class Expression:
    """Base of all expressions. Hashes and operands are cached, because expressions share large parts."""

    kind: Kind
    _hash: int
    __dataclass_fields__: ClassVar[dict[str, Any]]

    def __hash__(self) -> int:
        try:
            return self._hash
        except AttributeError:
            values = map(getattr, repeat(self), self.__dataclass_fields__)
            known: int = self.__dict__.setdefault("_hash", hash((type(self).__name__, *values)))
            return known

    def __reduce__(self) -> tuple[Any, ...]:
        """Leaves out what is cached: the hash differs in another process."""
        return type(self), tuple(getattr(self, name) for name, one in self.__dataclass_fields__.items() if one.init)

    @cached_property
    def _operands(self) -> tuple[Expression, ...]:
        return tuple([part for part in _parts(self) if not isinstance(part, ConstantTerm)])

    @cached_property
    def _order(self) -> dict[Expression, None]:
        """What `parts_of` gives for this expression. A dict, because those of others take its hashes over."""
        return dict.fromkeys(parts_of(self))


@dataclass(frozen=True)
class Variable(Expression):
    """`tokens`, `indices` or `length`."""

    name: str
    kind: Kind

    __hash__ = Expression.__hash__


@dataclass(frozen=True)
class Ready(Expression):
    """An s-op of the user's own, with its name, and the number of its layers of attention."""

    name: str
    node: Node
    kind: Kind
    layers: int

    __hash__ = Expression.__hash__

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles the program text, because a node is valid in its own process only."""
        return _read_ready, (self.name, program([self.node]), self.kind, self.layers)


def _read_ready(name: str, text: ProgramText, kind: Kind, layers: int) -> Ready:
    return Ready(name, load_nodes(text)[0], kind, layers)


@dataclass(frozen=True)
class ConstantTerm(Expression):
    """The same atom at every position."""

    value: Atom
    kind: Kind

    __hash__ = Expression.__hash__


@dataclass(frozen=True)
class OperatorTerm(Expression):
    """An elementwise operation, by its name in `operations.py`; `table` belongs to `in` and `table`."""

    op: str
    parts: tuple[Expression, ...]
    kind: Kind
    table: tuple[Atom, ...] = ()

    __hash__ = Expression.__hash__


@dataclass(frozen=True)
class Clause:
    """Selects the keys with `key op query`.

    Two operators break ties by position: with "before" a key is less than the query, or equal and earlier; with
    "behind" it is greater, or equal and earlier.
    """

    keys: Expression
    op: str
    queries: Expression


@dataclass(frozen=True)
class SelectorTerm:
    """The keys that satisfy all clauses; `positions` compares theirs with the query's: `<` allows earlier keys."""

    clauses: tuple[Clause, ...]
    positions: str = ""

    def parts(self) -> Iterator[Expression]:
        """The expressions that the clauses compare."""
        for clause in self.clauses:
            yield clause.keys
            yield clause.queries


@dataclass(frozen=True)
class Count(Expression):
    """How many keys are selected."""

    selector: SelectorTerm
    kind: Kind = field(default="int", init=False)

    __hash__ = Expression.__hash__


@dataclass(frozen=True)
class Read(Expression):
    """The value at the `first` or `last` selected key; `default` if none is selected."""

    selector: SelectorTerm
    which: str
    values: Expression
    default: Atom
    kind: Kind

    __hash__ = Expression.__hash__


INDICES = Variable("indices", "int")
LENGTH = Variable("length", "int")
TRUE = ConstantTerm(True, "bool")


def constant(value: Atom) -> ConstantTerm:
    """The constant of an atom.

    >>> constant(1) == constant(1), constant(1) == constant(True), constant("a").kind
    (True, False, 'string')
    """
    return ConstantTerm(value, atom_kind(value))


def constant_sop(value: ConstantTerm) -> OperatorTerm:
    """A constant as an s-op, because a bare atom is not an s-op of the language.

    >>> constant_sop(constant(1)).op
    'where'
    """
    return OperatorTerm("where", (OperatorTerm("<", (INDICES, constant(0)), "bool"), value, value), value.kind)


def flag_clause(flag: Expression) -> Clause:
    """Selects the keys at which a flag is True; if it compares with a constant, the selector makes the comparison.

    >>> tokens = Variable("tokens", "string")
    >>> flag_clause(OperatorTerm("==", (tokens, constant("a")), "bool")) == Clause(tokens, "==", constant("a"))
    True
    """
    match flag:
        case OperatorTerm(op="==" | "<" | ">" | "<=" | ">=", parts=(left, ConstantTerm() as right)):
            return Clause(left, flag.op, right)
    return Clause(flag, "==", TRUE)


def operands(expression: Expression) -> tuple[Expression, ...]:
    """The direct parts of an expression, without constants."""
    return expression._operands


def _parts(expression: Expression) -> Iterable[Expression]:
    match expression:
        case OperatorTerm():
            return expression.parts
        case Count():
            return expression.selector.parts()
        case Read():
            return (*expression.selector.parts(), expression.values)
    return ()


def rebuild(part: Expression, new: Callable[[Expression], Expression]) -> Expression:
    """The expression with other operands: what `new` gives for each.

    >>> rebuild(OperatorTerm("-", (LENGTH, INDICES), "int"), lambda one: LENGTH).parts == (LENGTH, LENGTH)
    True
    """
    if not operands(part):
        return part
    match part:
        case OperatorTerm():
            return replace(part, parts=tuple(map(new, part.parts)))
        case Count():
            return Count(_rebuild_selector(part.selector, new))
        case Read():
            return replace(part, selector=_rebuild_selector(part.selector, new), values=new(part.values))
    return part


def _rebuild_selector(selector: SelectorTerm, new: Callable[[Expression], Expression]) -> SelectorTerm:
    clauses = (Clause(new(clause.keys), clause.op, new(clause.queries)) for clause in selector.clauses)
    return replace(selector, clauses=tuple(clauses))


def parts_of(*tops: Expression) -> list[Expression]:
    """All parts of some expressions, and these themselves, each once and after its operands (post-order).

    >>> total = OperatorTerm("+", (INDICES, LENGTH), "int")
    >>> parts_of(total, LENGTH) == [INDICES, LENGTH, total]
    True
    """
    order: dict[Expression, None] = {}
    for top in tops:
        for operand in top._operands:
            order.update(operand._order)
        order[top] = None
    return list(order)


def depth(expression: Expression) -> int:
    """The number of layers of attention that computing the expression takes; `length` takes one.

    >>> same = SelectorTerm((Clause(INDICES, "==", INDICES),))
    >>> depth(INDICES), depth(Count(same)), depth(LENGTH)
    (0, 1, 1)
    """
    depths: dict[Expression, int] = {}
    for part in parts_of(expression):
        below = max((depths[operand] for operand in operands(part)), default=0)
        own = part.layers if isinstance(part, Ready) else isinstance(part, (Count, Read)) or part == LENGTH
        depths[part] = below + own
    return depths[expression]
