"""Writes a discrete program that was trained by gradients as RASP: a definition for each variable, and an arg-max.

A predicate becomes a look-up of the key value that each query value selects. A table becomes a list that is indexed by
two values. The output is the label with the largest sum of look-ups; of equal ones, the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import numpy as np

from rasp.graph.nodes import Atom
from rasp.learning.expressions.coding import free_string
from rasp.learning.lookups.chosen_labels import chosen_labels
from rasp.learning.writing.statements import OUTPUT
from rasp.learning.writing.text_statements import Statements, add_constant, constant_text, label_names, names_in
from rasp.model.arrays import Array
from rasp.present.text import element_text
from rasp.syntax import tree
from rasp.syntax.formatting import format as formatted
from rasp.syntax.printer import to_source
from rasp.train.discrete import ORDERS, DiscreteProgram

BASES = {"string": "tokens", "int": "tokens_int", "bool": "indicator(tokens_bool)"}
LONG = 2_000  # characters of look-ups in one statement
SHORT = 40  # most characters of a look-up that stands within a selector
SCORES = {"near": "near", "last": "indices", "first": "-indices"}


@dataclass(frozen=True)
class DiscreteVariable:
    """The name of a variable in the program, the atom for each of its codes, and what it is in words.

    `called` is how the words of other variables call its value.
    """

    name: str
    atoms: Mapping[int, Atom]
    words: str
    called: str

    @property
    def textual(self) -> bool:
        """Whether its atoms are strings."""
        return any(isinstance(atom, str) for atom in self.atoms.values())


class InputVariables(Protocol):
    """The variables of a program's input, and the atoms that stand for no value.

    `element` is what a position has; `bounded` whether no input is longer than those of the training.
    """

    @property
    def element(self) -> str: ...

    @property
    def bounded(self) -> bool: ...

    def define(self, text: GradientText, used: Sequence[int]) -> dict[int, DiscreteVariable]:
        """The variables by number; the definitions of the `used` ones are added to the text."""

    def none(self, variable: DiscreteVariable) -> Atom:
        """An atom that the variable never has, for a head that finds no match."""


@dataclass(frozen=True)
class TokenInputs:
    """The token and the position, of inputs of up to `length` tokens of a small vocabulary."""

    vocabulary: Sequence[Atom]
    kind: str  # of the tokens
    length: int
    element: str = "position"
    bounded: bool = True

    def define(self, text: GradientText, used: Sequence[int]) -> dict[int, DiscreteVariable]:
        positions: dict[int, Atom] = {position: position for position in range(self.length)}
        return {
            0: DiscreteVariable(BASES[self.kind], dict(enumerate(self._tokens())), "the token", "token"),
            1: DiscreteVariable("indices", positions, "the position", "position"),
        }

    def none(self, variable: DiscreteVariable) -> Atom:
        if variable.textual:
            return free_string(set(map(str, self.vocabulary)))
        return min([0, *(token for token in self._tokens() if not isinstance(token, str))]) - 1

    def _tokens(self) -> list[Atom]:
        return [int(token) if isinstance(token, bool) else token for token in self.vocabulary]


@dataclass
class GradientText:
    """The text of a program whose weights are ints, statement by statement."""

    program: DiscreteProgram
    inputs: InputVariables
    labels: Sequence[Atom]
    statements: Statements = field(default_factory=Statements)
    made: dict[int, DiscreteVariable] = field(default_factory=dict)

    def text(self) -> str:
        """The whole program, without definitions that nothing reads."""
        self.statements = Statements()
        given = self.inputs.define(self, sorted(self._used(self._read_numbers())))
        self.made = dict(given)
        self._write()
        kept = [number for number, one in given.items() if self._is_read(one)]
        if len(kept) < len(given):  # again, with smaller tables of words
            self.statements = Statements()
            self.made = given | self.inputs.define(self, kept)
            self._write()
        return formatted("".join(self.statements.kept()))

    @cached_property
    def names(self) -> list[str]:
        """The labels as parts of names."""
        return label_names(self.labels)

    def _is_read(self, one: DiscreteVariable) -> bool:
        """Whether the output needs a variable."""
        return names_in(one.name) <= self.statements.read()

    def _read_numbers(self) -> list[int]:
        """The variables that the output reads."""
        return [number for number in range(self.program.shape.variables) if self.weights(number).any()]

    def _write(self) -> None:
        """Adds the definitions of the variables that the output reads, and the output."""
        read = self._read_numbers()
        scores = {label: self._score(label, read) for label in self.chosen[1:]}
        self._output(scores)

    def reads(self) -> Iterator[str]:
        """What each variable of the text is, in words; first those of the input."""
        read, base = self._read_numbers(), self.program.shape.base
        used = self._used(read)
        added = {self.made[number].name for number in read if number in self.made and self.program.shape.pooled}
        told = {}  # heads that read the same have one name
        for number, one in self.made.items():
            if self._is_read(one) and (number in used or number >= base):
                start, end = "" if number < base else f"{one.name}: ", ", added up over all words"
                told[one.name] = f"{start}{one.words}{end if one.name in added else ''}"
        yield from told.values()

    def say(self, name: str, expression: str) -> str:
        """Adds a statement; returns its name."""
        return self.statements.add(name, expression)

    def comment(self, words: str) -> None:
        """Adds a comment above the next statement."""
        self.statements.comment(words)

    @cached_property
    def chosen(self) -> list[int]:
        """The labels that can have the largest sum; the first label is always among them."""
        own = self.program.weights
        weights = [(one, self.program.shape.pooled) for one in own if one.any()]
        return [0, *(label for label in chosen_labels(weights, range(own.shape[2])) if label)]

    def weights(self, number: int) -> Array:
        """The weights of a variable (codes, labels) relative to the first label's; 0 for labels never chosen."""
        own = self.program.weights[number]
        made: Array = (own - own[:, :1]) * np.isin(np.arange(own.shape[1]), self.chosen)
        return made

    def _used(self, read: Sequence[int]) -> set[int]:
        """The variables of the input that some variables need."""
        found, ahead = set(), list(read)
        while ahead:
            number = ahead.pop()
            if number not in found:
                found.add(number)
                ahead += self.operands(number)
        return {number for number in found if number < self.program.shape.base}

    def operands(self, number: int) -> list[int]:
        """The variables that a variable reads."""
        shape = self.program.shape
        if number < shape.base:
            return []
        layer, own = divmod(number - shape.base, shape.added)
        heads, every = shape.heads, shape.heads + shape.counts
        if own < every:
            values = [self._chosen(f"{layer}.value", own)] if own < heads else []
            return [*(self._chosen(f"{layer}.{side}", own) for side in ("query", "key")), *values]
        if own < every + len(shape.offsets):
            return [self._chosen(f"{layer}.moved", own - every)]
        table = own - every - len(shape.offsets)
        return [self._chosen(f"{layer}.{side}", table) for side in ("left", "right")]

    # ------------------------------------------------------------------------------------------------------ variables

    def variable(self, number: int) -> DiscreteVariable:
        """A variable, whose definition is written where it is first read."""
        if number not in self.made:
            self.made[number] = self._define(number)
        return self.made[number]

    def _define(self, number: int) -> DiscreteVariable:
        shape = self.program.shape
        layer, own = divmod(number - shape.base, shape.added)
        every, called = shape.heads + shape.counts, number - shape.base + 1
        if own < shape.heads:
            return self._read(layer, own, f"read{called}")
        if own < every:
            return self._count(layer, own, called)
        if own < every + len(shape.offsets):
            return self._move(layer, own - every)
        return self._table(layer, own - every - len(shape.offsets), f"class{called}")

    def _tell(self, name: str, words: str) -> None:
        """A comment that says what a variable is."""
        self.comment(f"{name}: {words}.")

    def _chosen(self, name: str, number: int) -> int:
        return int(self.program.choices[name][number])

    def _read(self, layer: int, head: int, name: str) -> DiscreteVariable:
        """The variable that a categorical head copies."""
        selector, whose = self._selector(layer, head, name.replace("read", "wanted"))
        order = ORDERS[head % len(ORDERS)]
        value = self.variable(self._chosen(f"{layer}.value", head))
        which = {"near": "nearest"}.get(order, order)
        words = f"{value.called} of the {which} {self.inputs.element} {whose}"
        self._tell(name, f"{words}; {element_text(self._none(value))} where there is none")
        return self._copy(name, f"best({selector}, {SCORES[order]})", value, words)

    def _count(self, layer: int, head: int, number: int) -> DiscreteVariable:
        """The variable of a head that counts."""
        shape = self.program.shape
        selector, whose = self._selector(layer, head, f"wanted{number}")
        width, most = f"selector_width({selector})", shape.most_counted
        capped = "" if self.inputs.bounded and most == shape.length else f" (at most {most})"
        words = f"how many {self.inputs.element}s there are {whose}{capped}"
        self._tell(f"count{number}", words)
        name = self.say(f"count{number}", f"min({width}, {most})" if capped else width)
        return DiscreteVariable(name, {count: count for count in range(most + 1)}, words, name)

    def _move(self, layer: int, head: int) -> DiscreteVariable:
        """The variable that a head of an offset copies; heads that copy the same have one definition."""
        offset = self.program.shape.offsets[head]
        value = self.variable(self._chosen(f"{layer}.moved", head))
        where = "before" if offset < 0 else "after"
        there = f"{where}{abs(offset)}"
        if not self.statements.has(there):
            self.say(there, f"select(indices, indices {'-' if offset < 0 else '+'} {abs(offset)}, ==)")
        away = "" if abs(offset) == 1 else f"{abs(offset)} "
        words = f"{value.called} of the {self.inputs.element} {away}{where}"
        return self._copy(f"{value.called}_{there}", there, value, words)

    def _copy(self, name: str, selector: str, value: DiscreteVariable, words: str) -> DiscreteVariable:
        none = self._none(value)
        if not self.statements.has(name):
            self.say(name, f"aggregate({selector}, {value.name}, {atom_source(none)})")
        return DiscreteVariable(name, {**value.atoms, self.program.shape.codes - 1: none}, words, name)

    def _none(self, value: DiscreteVariable) -> Atom:
        """The atom of a head that finds no match."""
        return value.atoms.get(self.program.shape.codes - 1, self.inputs.none(value))

    def _selector(self, layer: int, head: int, name: str) -> tuple[str, str]:
        """The selector of a head, and which positions it selects, in words."""
        query, key = (self.variable(self._chosen(f"{layer}.{side}", head)) for side in ("query", "key"))
        rows = self.program.choices[f"{layer}.predicate"][head]
        wanted = {atom: key.atoms.get(int(rows[code]), self._nowhere(key)) for code, atom in query.atoms.items()}
        if len(set(wanted.values())) == 1:
            only = next(iter(wanted.values()))
            selected = f"select({key.name}, {atom_source(only)}, ==)"
            words = f"whose {key.called} is {element_text(only)}"
        elif all(type(atom) is type(other) and atom == other for atom, other in wanted.items()):
            selected = f"select({key.name}, {query.name}, ==)"
            words = f"whose {key.called} is {query.called} here"
        else:
            asked = look_up_text(wanted, query.name)
            asked = asked if len(asked) <= SHORT else self.say(name, asked)
            selected = f"select({key.name}, {asked}, ==)"
            words = f"whose {key.called} is the one that {query.called} here asks for"
        if self.program.shape.causal:
            return f"{selected} and select(indices, indices, <=)", f"{words}, up to here"
        return selected, words

    def _nowhere(self, key: DiscreteVariable) -> Atom:
        """An atom that the variable never has."""
        if key.textual:
            return free_string({str(atom) for atom in key.atoms.values()} | {str(self.inputs.none(key))})
        return max(atom for atom in key.atoms.values() if not isinstance(atom, str)) + 1

    def _table(self, layer: int, table: int, name: str) -> DiscreteVariable:
        """A function of two variables."""
        left, right = (self.variable(self._chosen(f"{layer}.{side}", table)) for side in ("left", "right"))
        whole = self.program.choices[f"{layer}.table"][table]
        entries = whole[np.ix_(list(left.atoms), list(right.atoms))]
        codes, inverse = np.unique(entries, return_inverse=True)
        numbers = inverse.reshape(entries.shape)
        if left is right:
            expression, words = _look_up(left, numbers.diagonal()), left.called
        elif (numbers == numbers[:, :1]).all():
            expression, words = _look_up(left, numbers[:, 0]), left.called
        elif (numbers == numbers[:1]).all():
            expression, words = _look_up(right, numbers[0]), right.called
        else:
            index = f"{_index(left, numbers.shape[1])} + {_index(right, 1)}"
            expression = f"[{', '.join(map(str, numbers.ravel().tolist()))}][{index}]"
            words = f"{left.called} with {right.called}"
        self.say(name, expression)
        atoms = {code: number for number, code in enumerate(codes.tolist())}
        return DiscreteVariable(name, atoms, f"a class of {words}", name)

    # --------------------------------------------------------------------------------------------------------- output

    def _score(self, label: int, read: Sequence[int]) -> str:
        """The sum of the look-ups of a label, in statements of a readable length."""
        name, total, constant = f"score_{self.names[label]}", "", 0
        here, terms = f"here_{name}" if self.program.shape.pooled else name, []
        for number in read:
            numbers = self._weights_of(number, label)
            if len({*numbers.values()}) == 1:
                constant += next(iter(numbers.values()))
            elif numbers:
                terms.append(look_up_text(numbers, self.variable(number).name))
        *parts, last = [*_chunks(terms)] or [[]]
        for part, chunk in enumerate(parts, 1):
            total = self.say(f"part{part}_{here}", _add(total, *chunk))
        self.say(here, add_constant(_add(total, *last), constant))
        return self.say(name, f"round(aggregate(full_s, {here}) * length)") if self.program.shape.pooled else name

    def _weights_of(self, number: int, label: int) -> dict[Atom, int]:
        """The weights of a label by the atoms of a variable; none where all are 0."""
        own = self.weights(number)[:, label]
        if not own.any():
            return {}
        numbers = {atom: int(own[code]) for code, atom in self.variable(number).atoms.items()}
        return numbers if any(numbers.values()) else {}

    def _output(self, scores: Mapping[int, str]) -> None:
        """The first label with the largest score; that of the first label is 0."""
        first = atom_source(self.labels[0])
        if not scores:
            self.say(OUTPUT, constant_text(self.labels[0]))
            return
        *others, top = scores.values()
        for one in reversed(others):
            top = f"max({one}, {top})"
        top = self.say("top", top) if others else top
        self.comment("The label of the highest score.")
        *labels, last = scores
        choice = atom_source(self.labels[last])
        for label in reversed(labels):
            choice = f"({atom_source(self.labels[label])} if {scores[label]} == {top} else {choice})"
        self.say(OUTPUT, f"{first} if {top} <= 0 else {choice}")


def atom_source(atom: Atom) -> str:
    """An atom as program text."""
    return to_source(tree.Literal(atom))


def look_up_text(pairs: Mapping[Atom, Atom] | Mapping[Atom, int], name: str) -> str:
    """The look-up of a variable's value: in a list, if the values are 0, 1, 2 and so on, else in a dict.

    >>> look_up_text({0: 5, 1: 7}, "a"), look_up_text({"b": 5}, "a")
    ('[5, 7][a]', '{"b": 5}[a]')
    >>> look_up_text({number: number // 8 for number in range(9)}, "a")
    'lookup({8: 1}, a, 0)'
    """
    if [*pairs] != [*range(len(pairs))]:
        return f"{_dict(pairs)}[{name}]"
    listed = f"[{', '.join(map(atom_source, pairs.values()))}][{name}]"
    some = {key: value for key, value in pairs.items() if value != 0}
    short = f"lookup({_dict(some)}, {name}, 0)"
    return short if some and len(short) < len(listed) - 4 else listed


def _look_up(variable: DiscreteVariable, numbers: Array) -> str:
    return look_up_text(dict(zip(variable.atoms.values(), numbers.tolist(), strict=True)), variable.name)


def _index(variable: DiscreteVariable, factor: int) -> str:
    """The number of a variable's value among its atoms, times a factor."""
    if list(variable.atoms.values()) == list(range(len(variable.atoms))):
        return variable.name if factor == 1 else f"{factor} * {variable.name}"
    numbers: dict[Atom, Atom] = {atom: factor * number for number, atom in enumerate(variable.atoms.values())}
    return f"{_dict(numbers)}[{variable.name}]"


def _dict(pairs: Mapping[Atom, Atom] | Mapping[Atom, int]) -> str:
    return f"{{{', '.join(f'{atom_source(key)}: {atom_source(value)}' for key, value in pairs.items())}}}"


def _add(*terms: str) -> str:
    return " + ".join(filter(None, terms))


def _chunks(terms: Sequence[str]) -> Iterator[list[str]]:
    """The terms in groups of about LONG characters at most."""
    chunk: list[str] = []
    for term in terms:
        chunk.append(term)
        if sum(map(len, chunk)) > LONG:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
