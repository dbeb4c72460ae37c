"""Maps: elementwise functions of one or two candidates, in the order of their prices.

There are sums and differences, comparisons, `a if flag else 0`, and the key `a * length + b`, which orders by `a` and
then by `b`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter

import numpy as np

from rasp.graph.nodes import Atom
from rasp.learning.expressions.expression import (
    LENGTH,
    Expression,
    OperatorTerm,
    Variable,
    constant,
    operands,
    parts_of,
)
from rasp.learning.expressions.operations import OPERATIONS
from rasp.learning.expressions.prices import FORMULA, formulas, own_price, price
from rasp.learning.expressions.simplify import both_true, either_true

INTS, COMPARED, CHOSEN, FLAGS, KEYS, SYMBOLS = 110, 60, 90, 150, 45, 40  # most candidates for each map
NAMED, DOUBLED, JOINED = 8, 20, 30
Priced = tuple[int, Expression]


def flags(candidates: Sequence[Expression], vocabulary: Sequence[Atom]) -> list[Expression]:
    """Conditions on candidates, the cheapest first."""
    ints, symbols = _cheapest(candidates, "int", INTS), _cheapest(candidates, "string", SYMBOLS)
    compared, made = ints[:COMPARED], list[Expression]()
    for one in ints:
        made += [OperatorTerm("==", (one, constant(value)), "bool") for value in (0, 1)]
        made.append(OperatorTerm("<", (one, constant(0)), "bool"))
        made.append(OperatorTerm("==", (OperatorTerm("%", (one, constant(2)), "int"), constant(1)), "bool"))
    made += [OperatorTerm(op, pair, "bool") for pair in itertools.combinations(symbols, 2) for op in ("==", "!=")]
    for one in (one for one in symbols[:NAMED] if not isinstance(one, Variable)):
        made += [OperatorTerm("==", (one, constant(token)), "bool") for token in vocabulary[:NAMED]]
    for one in (one for one in ints[:DOUBLED] if LENGTH in ints and one != LENGTH):
        made += [
            OperatorTerm(op, (OperatorTerm("*", (constant(2), one), "int"), LENGTH), "bool") for op in ("<", "==", ">")
        ]
    prices = Prices(compared, exact=True)
    priced = [(price(one), one) for one in made]
    priced += [(prices.of("<", *pair), OperatorTerm("<", pair, "bool")) for pair in itertools.permutations(compared, 2)]
    priced += [
        (prices.of("==", *pair), OperatorTerm("==", pair, "bool")) for pair in itertools.combinations(compared, 2)
    ]
    return _in_order(priced)


def conjunctions(conditions: Sequence[Expression]) -> list[Expression]:
    """The conjunction and the disjunction of each pair of cheap conditions, the cheapest first.

    Conditions on strings are chosen separately, because the more numerous ones on ints would leave no room for them.
    """
    flags = [one for one in conditions if one.kind == "bool"]
    ints = [one for one in flags if any(part.kind == "int" for part in operands(one)[:1])]
    symbols = [one for one in flags if all(part.kind != "int" for part in operands(one)[:1])]
    joined = [*symbols[:JOINED], *ints[:JOINED]]
    prices = Prices(joined, exact=True)
    priced: list[Priced] = []
    for pair in itertools.combinations(joined, 2):
        for op, join in (("and", both_true), ("or", either_true)):
            made = join(*pair)
            whole = isinstance(made, OperatorTerm) and made.parts == pair  # not in a simpler form
            priced.append((prices.of(op, *pair) if whole else price(made), made))
    return _in_order(priced)


def numbers(candidates: Sequence[Expression], conditions: Sequence[Expression], causal: bool) -> dict[Expression, int]:
    """Arithmetic on candidates, and choices by conditions, with their approximate prices, the cheapest first."""
    ints = _cheapest(candidates, "int", INTS)
    chosen_by = [one for one in conditions if one.kind == "bool"][:FLAGS]
    prices = Prices([*ints, *chosen_by])
    made = list(_arithmetic(ints, prices))
    made += _choices(ints[:CHOSEN], chosen_by, prices)
    if not causal:
        made += _keys([one for one in ints if one != LENGTH][:KEYS], prices)
    return {expression: cost for cost, expression in sorted(made, key=itemgetter(0))}


def _in_order(priced: list[Priced]) -> list[Expression]:
    return [one for _, one in sorted(priced, key=itemgetter(0))]


def _cheapest(candidates: Iterable[Expression], kind: str, most: int) -> list[Expression]:
    return sorted((one for one in candidates if one.kind == kind), key=price)[:most]


class Prices:
    """The prices of pairs of expressions, shared parts counted once: one product of matrices for all pairs.

    They are those of `prices.price` if they are to be exact; else the formulas that heads read cost nothing.
    """

    def __init__(self, expressions: Sequence[Expression], exact: bool = False) -> None:
        self.number = {expression: number for number, expression in enumerate(expressions)}
        parts = {part: number for number, part in enumerate(parts_of(*expressions))}
        read = {part: number for number, part in enumerate(formulas(parts, ()) if exact else (), len(parts))}
        has = np.zeros((len(expressions), len(parts) + len(read)), np.int64)
        for number, expression in enumerate(expressions):
            own_parts = parts_of(expression)
            has[number, [parts[part] for part in own_parts]] = 1
            has[number, [read[part] for part in formulas(own_parts, ()) if exact]] = 1
        own = has * np.array([*map(own_price, parts), *[FORMULA] * len(read)], np.int64)
        alone = own.sum(1)
        self.table = (alone[:, None] + alone[None, :] - own @ has.T).tolist()

    def of(self, op: str, left: Expression, right: Expression) -> int:
        """The price of a definition that applies an operation to two expressions."""
        together: int = self.table[self.number[left]][self.number[right]]
        return together + OPERATIONS[op].price + FORMULA


def _arithmetic(ints: Sequence[Expression], prices: Prices) -> Iterator[Priced]:
    for one in ints:
        yield price(one) + FORMULA + OPERATIONS["half"].price, OperatorTerm("half", (one,), "int")
    for left, right in itertools.permutations(ints, 2):
        yield prices.of("-", left, right), OperatorTerm("-", (left, right), "int")
    for left, right in itertools.combinations(ints, 2):
        yield prices.of("+", left, right), OperatorTerm("+", (left, right), "int")


def _choices(ints: Sequence[Expression], conditions: Sequence[Expression], prices: Prices) -> Iterator[Priced]:
    """A number where a flag is True, or where it is False, and 0 elsewhere."""
    zero = constant(0)
    for condition, one in itertools.product(conditions, ints):
        cost = prices.of("where", condition, one)
        yield cost, OperatorTerm("where", (condition, one, zero), "int")
        yield cost + 5, OperatorTerm("where", (condition, zero, one), "int")


def _keys(ints: Sequence[Expression], prices: Prices) -> Iterator[Priced]:
    for major, minor in itertools.permutations(ints, 2):
        scaled = OperatorTerm("*", (major, LENGTH), "int")
        for op in ("+", "-"):
            yield prices.of(op, major, minor) + 40, OperatorTerm(op, (scaled, minor), "int")
