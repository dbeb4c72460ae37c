"""Finds the shortest expression for a function that is given by a finite table.

The arguments are one or two expressions. A *cell* is a combination of their values, with the wanted result. The
expression that is found is right in every cell, and it is total: comparisons, arithmetic and choices have a value
outside the cells, too. Shortest means the lowest price of its operations (`prices.py`).

The search is a recursion over sets of cells. A set on which a *leaf* is right (a constant, an argument, an argument
with a constant, a sum or difference of two) is done. Else a *test* (an argument is equal to or less than a value, or
one of few values, or the arguments compare) splits it in two, and the cheapest choice between both halves is taken.
The remaining price bounds the search; of tests with the same split, only the cheapest is tried.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from rasp.learning.deadlines import check_deadline, checked
from rasp.learning.examples.kinds import Kind
from rasp.learning.expressions.coding import Coding, is_writable
from rasp.learning.expressions.expression import ConstantTerm, Expression, OperatorTerm, constant
from rasp.learning.expressions.operations import MEMBER, OPERATIONS, TABLE
from rasp.learning.expressions.prices import FORMULA, NAMED, ORDER, price
from rasp.learning.expressions.simplify import linear_term, opposite, where_term
from rasp.model.arrays import Array

CONSTANT, ARGUMENT = 0, 0  # prices of leaves
CHOICE = OPERATIONS["where"].price
DEAREST = 400  # highest price of a function: a dearer one is hardly a rule
MERGED, MERGED_STRINGS = OPERATIONS["or"].price, NAMED  # the least that a choice adds, where two are merged
MOST_CELLS = 400
MOST_ENTRIES = 1000  # entries of a dict
LONGEST = 4000  # characters of a dict, about, so that it fits in one statement
MOST_TESTS = 120  # tests at the first choice; deeper ones try INNER_TESTS, to save time
INNER_TESTS = 40
MEMBERS = 4  # most strings in the list of a membership test
EFFORT = 1500  # most sets of cells to solve
STEP = 40  # by which the bound on the price rises (iterative deepening)


@dataclass(frozen=True)
class FiniteFunction:
    """A finite function: arguments, their codes in each cell, and the codes of the results."""

    arguments: tuple[Expression, ...]
    columns: tuple[tuple[int, ...], ...]
    results: tuple[int, ...]
    kind: Kind
    coding: Coding
    positive: tuple[bool, ...]  # whether an argument is above 0 on every input


Made = tuple[int, Expression]
Leaf = tuple[int, int, Expression]  # price, cells where it is right as bits, expression


def tabulate(
    arguments: Sequence[Expression],
    values: Sequence[Array],
    results: Array,
    kind: Kind,
    coding: Coding,
    positive: Sequence[bool] = (),
) -> FiniteFunction | None:
    """Makes a cell of each combination of argument values; None if equal arguments have different results.

    >>> from rasp.learning.examples.rows import data_of
    >>> from rasp.learning.expressions.expression import INDICES
    >>> coding = Coding.of(data_of([("ab", [1, 2])]))
    >>> tabulate([INDICES], [np.array([1, 0, 1])], np.array([2, 1, 2]), "int", coding).columns
    ((0, 1),)
    """
    rows = np.unique(np.stack([*(np.ravel(value) for value in values), np.ravel(results)]), axis=1)
    if len(np.unique(rows[:-1], axis=1).T) != rows.shape[1]:
        return None
    columns = tuple(tuple(column) for column in rows[:-1].tolist())
    return FiniteFunction(
        tuple(arguments), columns, tuple(rows[-1].tolist()), kind, coding, tuple(positive) or (False,) * len(arguments)
    )


def shortest(cells: FiniteFunction, most: int = DEAREST, effort: int = EFFORT) -> Expression | None:
    """The cheapest expression that is right in every cell; None if all cost more than `most`.

    If the search needs more than `effort` sets of cells, a greedy decision tree is returned instead.

    >>> from rasp.learning.examples.rows import data_of
    >>> from rasp.learning.expressions.expression import INDICES
    >>> coding = Coding.of(data_of([("ab", [1, 2])]))
    >>> function = tabulate([INDICES], [np.arange(6)], np.array([0, 0, 1, 2, 3, 4]), "int", coding)
    >>> made = shortest(function)  # 0 if indices == 0 else indices - 1
    >>> made.op, made.parts[0].op, made.parts[1].value, made.parts[2].op
    ('where', '==', 0, '-')
    """
    table = table_of(cells)
    if len(cells.results) > MOST_CELLS:
        return table
    if table is not None:
        most = min(most, _added_price(table, cells))
    search = _Search(cells, effort)
    for bound in (*range(STEP, most, STEP), most):
        found = search.solve(search.everything, bound, 0)
        if found:
            return found[1]
        if search.effort <= 0:
            strings = any(argument.kind == "string" for argument in cells.arguments)
            search.choices = most // (MERGED_STRINGS if strings else MERGED)
            grown = search.grow_tree(search.everything)
            cheap = grown is not None and _added_price(grown, cells) <= most
            return grown if cheap else table
    return table


def _added_price(made: Expression, cells: FiniteFunction) -> int:
    """The price of a function without its arguments and without the definition that contains it."""
    return price(made) - price(*cells.arguments) - FORMULA


def table_of(cells: FiniteFunction) -> Expression | None:
    """A look-up in a dict, for a function of one string; total, because other strings are replaced by the first key.

    >>> from rasp.learning.expressions.expression import Variable
    >>> from rasp.learning.examples.rows import data_of
    >>> coding = Coding.of(data_of([("abc", "cab")]))
    >>> tokens = Variable("tokens", "string")
    >>> table_of(tabulate([tokens], [np.array([1, 2, 3])], np.array([3, 1, 2]), "string", coding)).table
    ('a', 'c', 'b', 'a', 'c', 'b')
    """
    if len(cells.arguments) > 1 or cells.arguments[0].kind != "string" or not 2 < len(cells.results) <= MOST_ENTRIES:
        return None
    keys = tuple(cells.coding.atom("string", code) for code in cells.columns[0])
    entries = [cells.coding.atom(cells.kind, code) for code in cells.results]
    if not all(map(is_writable, (*keys, *entries))) or sum(len(str(atom)) + 4 for atom in (*keys, *entries)) > LONGEST:
        return None
    known = OperatorTerm(MEMBER, cells.arguments, "bool", keys)
    key = OperatorTerm("where", (known, cells.arguments[0], constant(keys[0])), "string")
    pairs = itertools.chain.from_iterable(zip(keys, entries, strict=True))
    return OperatorTerm(TABLE, (key,), cells.kind, tuple(pairs))


class CellTest(NamedTuple):
    """A condition on the arguments, and the cells where it holds, as bits."""

    price: int
    holds: int
    expression: Expression


class _Search:
    """The recursion over sets of cells, which are bits of ints; results are cached for each set."""

    def __init__(self, cells: FiniteFunction, effort: int) -> None:
        self.cells = cells
        self.effort = effort
        self.choices = 0  # that a greedy tree may still have
        columns = [np.array(column, np.int64) for column in cells.columns]
        results = np.array(cells.results, np.int64)
        self.everything = (1 << len(cells.results)) - 1
        self.tests = _drop_equivalent(_tests(cells, columns), self.everything)
        self.leaves = _drop_dominated(sorted(_leaves(cells, columns, results), key=lambda leaf: leaf[0]))
        self.done: dict[int, Made] = {}
        self.failed: dict[int, int] = {}  # by set: the highest price at which none was found

    def solve(self, rows: int, most: int, level: int) -> Made | None:
        """The cheapest expression for some cells that costs no more than `most`."""
        known = self.done.get(rows)
        if known is not None:
            return known if known[0] <= most else None
        if self.failed.get(rows, -1) >= most or self.effort <= 0:
            return None
        self.effort -= 1
        check_deadline()
        best = self._leaf(rows)
        if best is None or best[0] > CHOICE:
            best = self._choice(rows, min(best[0] - 1 if best else most, most), level) or best
        if best and best[0] <= most:
            if self.effort > 0:
                self.done[rows] = best
            return best
        self.failed[rows] = most
        return None

    def grow_tree(self, rows: int) -> Expression | None:
        """A greedy decision tree for some cells: by the test that settles most of them, or else separates them best.

        None if no test separates the cells, because a program cannot write their strings, or if it gets too dear.
        """
        check_deadline()
        leaf = self._leaf(rows)
        if leaf is not None:
            return leaf[1]
        self.choices -= 1
        if self.choices < 0:
            return None
        tests = [test for test in self.tests if rows & test.holds and rows & ~test.holds]
        if not tests:
            return None
        best = max(tests, key=lambda test: (self._count_settled(rows, test), -test.price))
        if not self._count_settled(rows, best):
            best = max(tests, key=lambda test: self._purity(rows & test.holds) + self._purity(rows & ~test.holds))
        yes = self.grow_tree(rows & best.holds)
        no = None if yes is None else self.grow_tree(rows & ~best.holds)
        return None if yes is None or no is None else where_term(best.expression, yes, no)

    def _leaf(self, rows: int) -> Made | None:
        """The cheapest expression without a choice for some cells."""
        return next(((cost, made) for cost, right, made in self.leaves if not rows & ~right), None)

    def _count_settled(self, rows: int, test: CellTest) -> int:
        """The number of cells in halves of a test that one leaf solves."""
        halves = (rows & test.holds, rows & ~test.holds)
        return sum(half.bit_count() for half in halves if self._leaf(half))

    def _purity(self, rows: int) -> int:
        """The highest number of the cells in which one leaf is right."""
        return max(((rows & right).bit_count() for _, right, _ in self.leaves), default=0)

    def _choice(self, rows: int, most: int, level: int) -> Made | None:
        """The cheapest choice between two halves of the cells."""
        best: Made | None = None
        tried: set[int] = set()
        for test in self.tests[: MOST_TESTS if level == 0 else INNER_TESTS]:
            if test.price + CHOICE > most:
                break
            yes = rows & test.holds
            if not yes or yes == rows or yes in tried:
                continue
            tried.add(yes)
            found = self._halves(test, yes, rows & ~yes, most, level)
            if found:
                best, most = found, found[0] - 1
        return best

    def _halves(self, test: CellTest, yes: int, no: int, most: int, level: int) -> Made | None:
        spent = test.price + CHOICE
        first = self.solve(yes, most - spent, level + 1)
        if first is None:
            return None
        second = self.solve(no, most - spent - first[0], level + 1)
        if second is None:
            return None
        return spent + first[0] + second[0], where_term(test.expression, first[1], second[1])


def _drop_dominated(leaves: list[Leaf]) -> list[Leaf]:
    """Leaves in the order of their prices, without those that are right only where a cheaper one is, too."""
    kept: list[Leaf] = []
    for leaf in checked(leaves):
        if all(leaf[1] & ~other for _, other, _ in kept):
            kept.append(leaf)
    return kept


def _drop_equivalent(tests: Iterator[CellTest], everything: int) -> list[CellTest]:
    """Tests in the order of their prices, without those that split the cells as a cheaper one does."""
    kept: dict[int, CellTest] = {}
    for test in sorted(tests, key=lambda test: test.price):
        if test.holds not in (0, everything) and test.holds not in kept and everything & ~test.holds not in kept:
            kept[test.holds] = test
    return list(kept.values())


def _where(condition: Array) -> int:
    """The cells where a condition holds, as bits."""
    return int.from_bytes(np.packbits(np.asarray(condition, bool), bitorder="little").tobytes(), "little")


def _where_each(values: Array) -> dict[int, int]:
    """The cells with each value, as bits; in the order of the values."""
    found: dict[int, int] = {}
    for cell, value in enumerate(values.tolist()):
        found[value] = found.get(value, 0) | 1 << cell
    return dict(sorted(found.items()))


def _tests(cells: FiniteFunction, columns: list[Array]) -> Iterator[CellTest]:
    for argument, column in zip(cells.arguments, columns, strict=True):
        yield from _single_tests(cells, argument, column)
    if len(columns) == 2:
        yield from _pair_tests(cells, columns)


def _single_tests(cells: FiniteFunction, argument: Expression, column: Array) -> Iterator[CellTest]:
    if argument.kind == "bool":
        yield CellTest(0, _where(column), argument)
        return
    below, holds = 0, _where_each(column)
    for value, cells_there in holds.items():
        atom = constant(cells.coding.atom(argument.kind, value))
        if is_writable(atom.value):
            yield _test("==", argument, atom, cells_there)
            if argument.kind == "int" and below:
                yield _test("<", argument, atom, below)
        below |= cells_there
    if argument.kind == "string":
        yield from _member_tests(cells, argument, column, holds)
    else:
        yield from _remainder_tests(argument, column)


def _test(op: str, left: Expression, right: Expression, holds: int) -> CellTest:
    named = NAMED if isinstance(right, ConstantTerm) and right.kind == "string" else 0
    return CellTest(OPERATIONS[op].price + named, holds, OperatorTerm(op, (left, right), "bool"))


def _member_tests(
    cells: FiniteFunction, argument: Expression, column: Array, holds: dict[int, int]
) -> Iterator[CellTest]:
    """Tests whether a symbol is in a set: all sets of a small alphabet, else sets with the same result."""
    groups: set[tuple[int, ...]] = set()
    if len(holds) <= 8:
        for size in range(2, min(MEMBERS, len(holds) - 1) + 1):
            groups.update(itertools.combinations(holds, size))
    for result in set(cells.results):
        groups.add(tuple(np.unique(column[np.array(cells.results) == result]).tolist()))
    for group in sorted(groups):
        if 1 < len(group) < len(holds):
            atoms = tuple(cells.coding.atom("string", value) for value in group)
            if not all(map(is_writable, atoms)):
                continue
            made = OperatorTerm("in", (argument,), "bool", atoms)
            yield CellTest(price(made) - price(argument) - 50 + 5, sum(map(holds.__getitem__, group)), made)


def _remainder_tests(argument: Expression, column: Array) -> Iterator[CellTest]:
    for divisor in (2, 3):
        rest = OperatorTerm("%", (argument, constant(divisor)), "int")
        for value in range(divisor - 1):
            made = OperatorTerm("==", (rest, constant(value)), "bool")
            yield CellTest(30 + 10 * divisor, _where(column % divisor == value), made)


def _pair_tests(cells: FiniteFunction, columns: list[Array]) -> Iterator[CellTest]:
    left, right = cells.arguments
    if left.kind == right.kind != "bool":
        yield _test("==", left, right, _where(columns[0] == columns[1]))
        for op, holds in (("<", columns[0] < columns[1]), (">", columns[0] > columns[1])):
            test = _test(op, left, right, _where(holds))
            yield test._replace(price=test.price + (ORDER if left.kind == "string" else 0))
    if left.kind == right.kind == "int":
        for shift in (1, -1):
            moved = OperatorTerm("+" if shift > 0 else "-", (right, constant(1)), "int")
            made = OperatorTerm("==", (left, moved), "bool")
            yield CellTest(25, _where(columns[0] == columns[1] + shift), made)


def _leaves(cells: FiniteFunction, columns: list[Array], results: Array) -> Iterator[Leaf]:
    """Expressions without a choice, with the cells where they are right."""
    for code, right in _where_each(results).items():
        atom = ConstantTerm(cells.coding.atom(cells.kind, code), cells.kind)
        if is_writable(atom.value):
            yield CONSTANT, right, atom
    for leaf in _formulas(cells, columns, results):
        if leaf[1]:
            yield leaf


def _formulas(cells: FiniteFunction, columns: list[Array], results: Array) -> Iterator[Leaf]:
    for argument, column in zip(cells.arguments, columns, strict=True):
        if argument.kind == cells.kind:
            yield ARGUMENT, _where(column == results), argument
        if argument.kind == "bool" and cells.kind == "int":
            yield 10, _where(column == results), OperatorTerm("number", (argument,), "int")
        elif argument.kind == cells.kind == "int":
            yield from _of_int(argument, column, results)
    if cells.kind == "bool":
        yield from _conditions(cells, columns, _where(results))
    if len(columns) == 2 and cells.kind == "int" and all(argument.kind == "int" for argument in cells.arguments):
        for cost, values, made in _of_pair(cells, columns):
            yield cost, _where(values == results), made


def _conditions(cells: FiniteFunction, columns: list[Array], true: int) -> Iterator[Leaf]:
    """The tests, and their opposites; `true` are the cells where True is wanted."""
    everything = (1 << len(cells.results)) - 1
    for test in _tests(cells, columns):
        wrong = test.holds ^ true
        yield test.price, everything ^ wrong, test.expression
        yield test.price + 5, wrong, opposite(test.expression)


def _of_int(argument: Expression, column: Array, results: Array) -> Iterator[Leaf]:
    for shift, right in _where_each(results - column).items():
        if shift:
            op = "+" if shift > 0 else "-"
            yield 10, right, OperatorTerm(op, (argument, constant(abs(shift))), "int")
    for total, right in _where_each(results + column).items():
        yield 15, right, OperatorTerm("-", (constant(total), argument), "int")
    yield 20, _where(column * 2 == results), OperatorTerm("*", (constant(2), argument), "int")
    yield from _linear(argument, column, results)
    yield 40, _where(column >> 1 == results), OperatorTerm("half", (argument,), "int")
    for divisor in (2, 3):
        rest = OperatorTerm("%", (argument, constant(divisor)), "int")
        yield 20 + 5 * divisor, _where(column % divisor == results), rest
    for bound in np.unique(results).tolist():
        for op in ("min", "max"):
            right = _where(OPERATIONS[op].compute(column, bound) == results)
            yield 25, right, OperatorTerm(op, (argument, constant(bound)), "int")


def _linear(argument: Expression, column: Array, results: Array) -> Iterator[Leaf]:
    """The linear function of an argument, if the results are one."""
    run, rise = int(column[-1] - column[0]), int(results[-1] - results[0])
    if not run or not rise or rise % run:
        return
    factor = rise // run
    summand = int(results[0] - factor * column[0])
    if (factor * column + summand == results).all():
        yield 20 + 10 * bool(summand), (1 << len(results)) - 1, linear_term(argument, factor, summand)


def _of_pair(cells: FiniteFunction, columns: list[Array]) -> Iterator[tuple[int, Array, Expression]]:
    left, right = cells.arguments
    for op in ("+", "*", "min", "max"):
        yield OPERATIONS[op].price, OPERATIONS[op].compute(*columns), OperatorTerm(op, (left, right), "int")
    for one, other, values in ((left, right, columns), (right, left, columns[::-1])):
        difference = OperatorTerm("-", (one, other), "int")
        yield 10, values[0] - values[1], difference
        for shift in (1, -1):
            shifted = OperatorTerm("+" if shift > 0 else "-", (difference, constant(1)), "int")
            yield 20, values[0] - values[1] + shift, shifted
        if cells.positive[cells.arguments.index(other)]:
            yield 30, OPERATIONS["ratio"].compute(*values), OperatorTerm("ratio", (one, other), "int")
    total = OperatorTerm("+", (left, right), "int")
    for shift in (1, -1):
        yield 20, columns[0] + columns[1] + shift, OperatorTerm("+" if shift > 0 else "-", (total, constant(1)), "int")
