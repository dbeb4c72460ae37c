"""The heads on one variable: counts and reads through selectors that compare the variable with itself.

A *template* is a head with a hole for a variable. All templates of a kind are computed for many variables at once:
the bits of `==`, `<` and `>` are computed once, and each template combines them with a mask of positions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from rasp.learning.deadlines import check_deadline
from rasp.learning.expressions import bits
from rasp.learning.expressions.batch import CodedBatch
from rasp.learning.expressions.expression import INDICES, Clause, Count, Expression, Read, SelectorTerm, flag_clause
from rasp.model.arrays import Array


@dataclass(frozen=True)
class Template:
    """A head with a hole.

    `pattern` says what is compared: an operator compares the variable with itself; `true` selects the keys where it is
    True; `at` selects the key at the position that the query's value is, `found` the keys whose value is the query's
    position.

    `which` is empty for a count, else `first` or `last` for a read. If there is a `flag`, only keys at which it is True
    are selected.
    """

    pattern: str
    positions: str
    which: str = ""
    flag: Expression | None = None

    def selector(self, variable: Expression) -> SelectorTerm:
        """The selector with the variable in the hole."""
        own = self._own(variable)
        return own if self.flag is None else SelectorTerm((*own.clauses, flag_clause(self.flag)), own.positions)

    def _own(self, variable: Expression) -> SelectorTerm:
        match self.pattern:
            case "true":
                clause = flag_clause(variable)
            case "at":
                clause = Clause(INDICES, "==", variable)
            case "found":
                clause = Clause(variable, "==", INDICES)
            case op:
                clause = Clause(variable, op, variable)
        return SelectorTerm((clause,), self.positions)


EVERYWHERE, CAUSAL = ("", "<", "<=", ">", ">="), ("<", "<=")


def templates(kind: str, causal: bool) -> tuple[Template, ...]:
    """The templates for variables of a kind: counts first, then reads.

    >>> templates("bool", causal=True)[:3] == (
    ...     Template("true", "<"), Template("true", "<="), Template("true", "<", "last"))
    True
    """
    made = _flag_templates(causal) if kind == "bool" else _order_templates(kind, causal)
    return tuple(dict.fromkeys(made))


def _flag_templates(causal: bool) -> Iterator[Template]:
    for positions in CAUSAL if causal else EVERYWHERE:
        yield Template("true", positions)
    for positions in ("<", "<="):
        yield Template("true", positions, "last")
        yield Template("true", positions, "first")
    for positions in () if causal else (">", ">="):
        yield Template("true", positions, "first")
        yield Template("true", positions, "last")
    for which in () if causal else ("first", "last"):
        yield Template("true", "", which)
    for op in () if causal else ("before", "behind"):
        yield Template(op, "")


def _order_templates(kind: str, causal: bool) -> Iterator[Template]:
    for op in ("==", "<", ">"):
        for positions in ("<",) if causal else ("", "<", ">"):
            yield Template(op, positions)
    for op in () if causal else ("before", "behind"):
        yield Template(op, "")
    if kind == "int":
        yield Template("at", "<=" if causal else "", "last")
    for op in ("==", "<", ">"):
        yield Template(op, "<", "last")
        if not causal:
            yield Template(op, ">", "first")
    yield Template("==", "<", "first")
    for which in () if causal else ("first", "last"):
        yield Template("==", "", which)
    if kind == "int":
        for which in () if causal else ("first", "last"):
            yield Template("found", "", which)


def flagged_templates(flag: Expression, causal: bool) -> tuple[Template, ...]:
    """The templates with two clauses: the variable compares with itself, and a flag is True at the key."""
    made = [Template(op, "<", "", flag) for op in ("==", "<", ">")]
    if not causal:
        made += [Template(op, "", "", flag) for op in ("==", "<", ">")]
    made += [Template(op, "<", "last", flag) for op in ("==", "<", ">")]
    if not causal:
        made += [Template("==", "", which, flag) for which in ("first", "last")]
    return tuple(made)


def fill_template(template: Template, variable: Expression, values: Expression | None, batch: CodedBatch) -> Expression:
    """The head with the variable in the hole, which reads `values` unless it counts."""
    selector = template.selector(variable)
    if values is None:
        return Count(selector)
    return Read(selector, template.which, values, batch.coding.none(values.kind), values.kind)


@dataclass(frozen=True)
class HeadValues:
    """The results of a template on some variables: `values` is the expression it reads, `columns` has the results."""

    template: Template
    values: Expression | None
    variables: Array  # their numbers
    columns: Array


class Expansion:
    """All templates on variables of one kind, whose values are an array (positions, variables, sequences)."""

    def __init__(
        self, batch: CodedBatch, kind: str, columns: Array, causal: bool, flag: Expression | None = None
    ) -> None:
        self.batch, self.columns = batch, columns
        self.templates = templates(kind, causal) if flag is None else flagged_templates(flag, causal)
        self.allowed: Array | None = None  # the keys at which the flag is True
        if flag is not None:
            self.allowed = bits.compare("==", batch.values(flag)[:, None, :], np.ones((1, 1, 1), np.int64))
        self._bits: dict[str, Array] = {}

    def results(self, reads: list[Expression], new: Callable[[Array], Array]) -> Iterator[HeadValues]:
        """The values of each template, reading each of `reads`.

        `new` returns the numbers of the variables whose selected positions are new. The others are left out, because
        reads at equal positions have equal values.
        """
        everyone = np.arange(self.columns.shape[1])
        for template, found in zip(self.templates, self._heads(), strict=True):
            if not template.which:
                yield HeadValues(template, None, everyone, found)
                continue
            fresh = new(found)
            if len(fresh):
                for values in reads:
                    yield HeadValues(template, values, fresh, self._gather(values, found[:, fresh]))

    def _heads(self) -> Iterable[Array]:
        """For each template the counts, or the positions that it reads; queries in blocks if there are many."""
        blocks = list(self.batch.blocks(self.columns.shape[1]))
        if len(blocks) == 1:
            return (self._head(template, blocks[0]) for template in self.templates)
        parts: list[list[Array]] = [[] for _ in self.templates]
        for queries in blocks:
            self._bits.clear()
            for part, template in zip(parts, self.templates, strict=True):
                part.append(self._head(template, queries))
        return map(np.concatenate, parts)

    def _head(self, template: Template, queries: slice) -> Array:
        """The counts of a template, or the positions that it reads, for some queries."""
        check_deadline(tentative=True)
        chosen = self._pattern(template.pattern, queries) & self.batch.mask(template.positions, queries)
        if self.allowed is not None:
            chosen &= self.allowed
        if not template.which:
            return bits.count(chosen)
        return (bits.last if template.which == "last" else bits.first)(chosen)

    def _gather(self, values: Expression, at: Array) -> Array:
        default = self.batch.coding.code(self.batch.coding.none(values.kind))
        if values == INDICES and default == -1:
            return at
        return self.batch.gather(self.batch.narrow_values(values), at, default)

    def _pattern(self, pattern: str, queries: slice) -> Array:
        if pattern not in self._bits:
            self._bits[pattern] = self._compare(pattern, queries)
        return self._bits[pattern]

    def _compare(self, pattern: str, at: slice) -> Array:
        """The keys that some queries select by a pattern, wherever they stand."""
        positions = self.batch.positions[:, None, :].astype(self.columns.dtype)
        match pattern:
            case "true":
                return bits.compare("==", self.columns, np.ones((1, 1, 1), self.columns.dtype))
            case "at":
                return bits.compare("==", positions, self.columns[at])
            case "found":
                return bits.compare("==", self.columns, positions[at])
            case ">":
                return ~(self._pattern("==", at) | self._pattern("<", at))
            case "before":
                return self._pattern("<", at) | self._pattern("==", at) & self.batch.mask("<", at)
            case "behind":
                return self._pattern(">", at) | self._pattern("==", at) & self.batch.mask("<", at)
        return bits.compare(pattern, self.columns, self.columns[at])
