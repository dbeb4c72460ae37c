"""Writes the text of a model: one packed table of words, the reads, sums of look-ups, and the arg-max."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

from rasp.graph.nodes import Atom
from rasp.learning.lookups.candidates import GUESS, Namer
from rasp.learning.lookups.model import Layers, Sum
from rasp.learning.lookups.packing import pack, table_entries
from rasp.learning.lookups.reads import (
    FIRST_POSITIONS,
    MOST_COUNTED,
    Always,
    At,
    Bag,
    FirstOrLast,
    Fixed,
    Flag,
    FlagCount,
    NearestRead,
    ReadPosition,
    TwoReads,
    WordRead,
)
from rasp.learning.lookups.variables import WordVariable
from rasp.learning.writing.text_statements import add_constant, comment_lines, constant_text, label_names
from rasp.model.arrays import Array
from rasp.syntax import tree
from rasp.syntax.formatting import format as formatted
from rasp.syntax.printer import to_source

JOINED = 6  # scores in one statement that finds the largest


@dataclass
class WordTable:
    """The words of a program in the order of their numbers; the first stands for all others."""

    words: Sequence[str]
    variables: dict[str, WordVariable]
    labels: Sequence[Atom]
    namer: Namer


@dataclass
class Writer:
    """Collects statements; each read is defined once, and then referred to by its name."""

    vocabulary: WordTable
    lines: list[str] = field(default_factory=list)
    names: dict[object, str] = field(default_factory=dict)
    called: dict[Flag, str] = field(default_factory=dict)

    def text(self, model: Layers) -> str:
        """The program of a model, formatted. Its last statement is `output`."""
        self._variables(model)
        if model.first is not None:
            self._guess(model.first, model.sure)
        scores = self._scores(model.last, "score")
        if not scores:
            self._add("output", constant_text(self.vocabulary.labels[model.last.usual]))
            return formatted("\n".join(self.lines) + "\n")
        top = self._top(list(scores.values()), "top")
        self._comment("The label of the highest score.")
        self._add("output", self._choice(model.last, scores, top))
        return formatted("\n".join(self.lines) + "\n")

    def _add(self, name: str, value: str) -> str:
        self.lines.append(f"{name} = {value};")
        return name

    def _comment(self, words: str) -> None:
        self.lines += comment_lines(words)

    # ---------------------------------------------------------------------------------------------------------- words

    def _variables(self, model: Layers) -> None:
        """The packed table, and each variable unpacked."""
        sums = [one for one in (model.first, model.last) if one is not None]
        used = dict.fromkeys(name for one in sums for read in one.reads for name in read.names() if name != GUESS)
        if not used:
            return
        variables, digits, codes = pack(self.vocabulary.variables[name] for name in used)
        listed = ", ".join(f"{many} for {one.name}" for many, one in zip(digits, variables, strict=True))
        self._comment(f"Classes of words, packed in decimal digits, from the last one on: {listed}.")
        entries = ", ".join(f'"{word}": {code}' for word, code in table_entries(self.vocabulary.words, codes))
        self._add("code", f"lookup({{{entries}}}, tokens, {codes[0]})")
        taken, below = 1, ""
        for one, many in zip(variables, digits, strict=True):
            self._comment(self.vocabulary.namer.describe(one))
            rest = f"(code % {taken * 10**many}{below}) / {taken}" if taken > 1 else f"code % {10**many}"
            self._add(one.name, f"round({rest})" if taken > 1 else rest)
            taken *= 10**many
            below = f" - code % {taken}"

    # ---------------------------------------------------------------------------------------------------------- reads

    def _read(self, read: WordRead) -> str:
        """The expression of a read: a name, which is defined when it is first needed."""
        if read in self.names:
            return self.names[read]
        match read:
            case At(name=name, by=0):
                made = name
            case TwoReads(left=left, right=right):
                made = f"{self._read(left)} * {right.size} + {self._read(right)}"
            case Bag(inner=inner):
                made = self._read(inner)
            case Always():
                made = "0"
            case _:
                made = self._define(read)
        self.names[read] = made
        return made

    def _define(self, read: WordRead) -> str:
        match read:
            case At(name=name, classes=none, by=by):
                return self._add(f"{name}_{_side(by)}", f"aggregate({self._beside(by)}, {name}, {none})")
            case Fixed(name=name, classes=none, position=position):
                where = f"{position}" if position >= 0 else f"length - {-position}"
                called = f"{name}_at_{position}" if position >= 0 else f"{name}_at_end_{-position}"
                return self._add(called, f"aggregate(select(indices, {where}, ==), {name}, {none})")
            case NearestRead(flag=flag, side=side, name=name, classes=none):
                selector = self._nearest(flag, side)
                return self._add(f"{name}_{selector}", f"aggregate({selector}, {name}, {none})")
            case FirstOrLast(flag=flag, first=first, name=name, classes=none, by=by):
                value = self._read(At(name, none, by)) if by else name
                selector = self._edge(flag, first)
                called = f"{value}_of_{selector}"
                return self._add(called, f"aggregate({selector}, {value}, {none})")
            case ReadPosition():
                return self._add("start", f"min(indices, {FIRST_POSITIONS})")
            case FlagCount(flag=flag):
                width = f"selector_width({self._marked(flag)})"
                return self._add(f"how_many_{self._called(flag)}", f"min({width}, {MOST_COUNTED})")
        raise TypeError(f"no text for {read!r}")

    def _once(self, key: object, name: str, value: str) -> str:
        if key not in self.names:
            self.names[key] = self._add(name, value)
        return self.names[key]

    def _beside(self, by: int) -> str:
        sign = "-" if by < 0 else "+"
        return self._once(("beside", by), _side(by), f"select(indices, indices {sign} {abs(by)}, ==)")

    def _called(self, flag: Flag) -> str:
        """What flagged words are called in names, another name for each flag."""
        if flag not in self.called:
            taken = [*self.called.values()]
            more = (f"{flag.called}{number}" for number in itertools.count(2))
            self.called[flag] = next(name for name in itertools.chain([flag.called], more) if name not in taken)
        return self.called[flag]

    def _marked(self, flag: Flag) -> str:
        """The selector of flagged words; a flag of several classes is defined first."""
        if len(flag.members) == 1:
            return f"select({flag.name}, {flag.members[0]}, ==)"
        called = self._called(flag)
        if flag not in self.names:
            self._comment(f"Whether it is a {flag.noun}.")
        defined = self._once(flag, called, f"{flag.name} in [{', '.join(map(str, flag.members))}]")
        return f"select({defined}, True, ==)"

    def _nearest(self, flag: Flag, side: int) -> str:
        there = f"{self._marked(flag)} and select(indices, indices, {'<' if side < 0 else '>'})"
        best = f"best({there}, {'' if side < 0 else '-'}indices)"
        return self._once((flag, side), f"{'last' if side < 0 else 'next'}_{self._called(flag)}", best)

    def _edge(self, flag: Flag, first: bool) -> str:
        best = f"best({self._marked(flag)}, {'-' if first else ''}indices)"
        return self._once((flag, "edge", first), f"{'first' if first else 'final'}_{self._called(flag)}", best)

    # ----------------------------------------------------------------------------------------------------------- sums

    def _scores(self, made: Sum, called: str, every: bool = False) -> dict[int, str]:
        """The names of the scores by label; the usual label has none, nor, unless `every` one has, those that are 0."""
        read = [(one, self._read(one), weights) for one, weights in zip(made.reads, made.weights, strict=True)]
        for one, _, weights in read:
            if weights.any():
                self._comment(f"Read: {one.words()}{_none_text(one)}.")
        scores = {}
        for label, name in enumerate(label_names(self.vocabulary.labels)):
            if label == made.usual or not (every or any(weights[:, label].any() for weights in made.weights)):
                continue
            parts = [(weights[:, label], value) for one, value, weights in read if not isinstance(one, Bag)]
            pooled = [(weights[:, label], value) for one, value, weights in read if isinstance(one, Bag)]
            added = []
            if any(weights.any() for weights, _ in pooled):
                inner = self._add(f"here_{called}_{name}", _sum_text(pooled))
                added = [f"round(aggregate(full_s, {inner}) * length)"]
            scores[label] = self._add(f"{called}_{name}", _sum_text(parts, added))
        return scores

    def _top(self, scores: Sequence[str], called: str) -> str:
        """The name of the largest score."""
        top, rest, number = scores[0], list(scores[1:]), 0
        while rest:
            value = top
            for one in rest[:JOINED]:
                value = f"max({value}, {one})"
            rest = rest[JOINED:]
            number += 1
            top = self._add(called if not rest else f"{called}{number}", value)
        return top

    def _choice(self, made: Sum, scores: dict[int, str], top: str, numbers: bool = False) -> str:
        """The label of the largest score, or its number."""

        def shown(label: int) -> str:
            return str(label) if numbers else to_source(tree.Literal(self.vocabulary.labels[label]))

        *others, last = scores
        value = shown(last)
        for label in reversed(others):
            value = f"({shown(label)} if {scores[label]} == {top} else {value})"
        return f"{shown(made.usual)} if {top} <= 0 else {value}"

    def _guess(self, first: Sum, sure: int) -> None:
        """The answer of the first layer."""
        scores = self._scores(first, "score1", every=True)
        top = self._top(list(scores.values()), "top_first")
        self._comment("What these say: twice the label's number, and one more where they are sure.")
        number = self._add("guessed", self._choice(first, scores, top, numbers=True))
        self._add(GUESS, f"{number} * 2 + indicator({top} >= {sure} or {top} <= -{sure})")


def _none_text(read: WordRead) -> str:
    """Which value says that there is nothing to read.

    >>> _none_text(At("rate", 9, -1)), _none_text(At("rate", 9)), _none_text(Bag(At("rate", 9, 2)))
    ('; 9 where there is none', '', '; 9 where there is none')
    """
    match read:
        case Bag(inner=inner):
            return _none_text(inner)
        case At(classes=none, by=by) if by:
            return f"; {none} where there is none"
        case NearestRead(classes=none) | FirstOrLast(classes=none) | Fixed(classes=none):
            return f"; {none} where there is none"
    return ""


def _side(by: int) -> str:
    return f"{'before' if by < 0 else 'after'}{abs(by)}"


def _table(weights: Array, value: str) -> str:
    """A look-up of weights: a list, a list without the zeros at its end, or a dict of the others; the shortest one."""
    numbers = [int(one) for one in weights]
    filled = [value for value, one in enumerate(numbers) if one]
    listed = f"[{', '.join(map(str, numbers))}][{value}]"
    cut = f"lookup([{', '.join(map(str, numbers[: filled[-1] + 1]))}], {value}, 0)"
    short = f"lookup({{{', '.join(f'{value}: {numbers[value]}' for value in filled)}}}, {value}, 0)"
    return min(listed, cut, short, key=len)


def _sum_text(parts: Sequence[tuple[Array, str]], added: Sequence[str] = ()) -> str:
    """A sum of look-ups of weights; those that are the same whatever is read are one number.

    >>> import numpy as np
    >>> _sum_text([(np.array([1, 2]), "a"), (np.array([3, 3]), "b"), (np.array([1, 1]), "c")])
    '[1, 2][a] + 4'
    """
    constant = sum(int(weights[0]) for weights, _ in parts if (weights == weights[0]).all())
    tables = [_table(weights, value) for weights, value in parts if not (weights == weights[0]).all()]
    return add_constant(" + ".join([*tables, *added]), constant)


def write_program(model: Layers, vocabulary: WordTable) -> str:
    """The text of a model."""
    return Writer(vocabulary).text(model)
