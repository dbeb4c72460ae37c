"""Writes a discrete program that was trained by gradients as RASP: a definition for each variable, and an arg-max.

A predicate becomes a look-up of the key value that each query value selects. A table becomes a list that is indexed by
two values. The output is the label with the largest sum of look-ups; of equal ones, the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from rasp.graph.nodes import Atom
from rasp.learning.coding import free_string
from rasp.learning.statements import OUTPUT
from rasp.model.arrays import Array
from rasp.syntax import tree
from rasp.syntax.formatting import format as formatted
from rasp.syntax.printer import to_source
from rasp.train.discrete import ORDERS, DiscreteProgram

BASES = {"string": "tokens", "int": "tokens_int", "bool": "indicator(tokens_bool)"}
LONG = 2_000  # characters of look-ups in one statement


@dataclass(frozen=True)
class DiscreteVariable:
    """The name of a variable in the program, and the atom for each of its codes."""

    name: str
    atoms: Mapping[int, Atom]

    @property
    def textual(self) -> bool:
        """Whether its atoms are strings."""
        return any(isinstance(atom, str) for atom in self.atoms.values())


@dataclass
class GradientText:
    """The text of a program whose weights are ints, statement by statement."""

    program: DiscreteProgram
    vocabulary: Sequence[Atom]
    labels: Sequence[Atom]
    kind: str  # of the tokens
    lines: list[str] = field(default_factory=list)
    made: dict[int, DiscreteVariable] = field(default_factory=dict)

    def text(self) -> str:
        """The whole program."""
        read = [number for number in range(self.program.shape.variables) if self.weights(number).any()]
        for number in read:
            self.variable(number)
        scores = [self._score(label, read) for label in range(len(self.labels))]
        self._output(scores)
        return formatted("".join(f"{line}\n" for line in self.lines))

    def _say(self, name: str, expression: str) -> str:
        self.lines.append(f"{name} = {expression};")
        return name

    def weights(self, number: int) -> Array:
        """The weights of a variable (codes, labels), minus the part that is the same for all labels."""
        own = self.program.weights[number]
        made: Array = own - own.min(axis=1, keepdims=True)
        return made

    # ------------------------------------------------------------------------------------------------------ variables

    def variable(self, number: int) -> DiscreteVariable:
        """A variable, whose definition is written where it is first read."""
        if number not in self.made:
            self.made[number] = self._define(number)
        return self.made[number]

    def _define(self, number: int) -> DiscreteVariable:
        shape = self.program.shape
        if number == 0:
            return DiscreteVariable(BASES[self.kind], dict(enumerate(self._tokens())))
        if number == 1:
            return DiscreteVariable("indices", {place: place for place in range(shape.length)})
        layer, own = divmod(number - 2, shape.added)
        if own < shape.heads:
            return self._read(layer, own, f"read{number - 1}")
        if own < shape.heads + shape.counts:
            selector = self._selector(layer, own, f"wanted{number - 1}")
            name = self._say(f"count{number - 1}", f"selector_width({selector})")
            return DiscreteVariable(name, {count: count for count in range(shape.length + 1)})
        return self._table(layer, own - shape.heads - shape.counts, f"class{number - 1}")

    def _tokens(self) -> list[Atom]:
        return [int(token) if isinstance(token, bool) else token for token in self.vocabulary]

    def _none(self, textual: bool) -> Atom:
        """The atom for "none", which is not a token."""
        if textual:
            return free_string(set(map(str, self.vocabulary)))
        return min([0, *(token for token in self._tokens() if not isinstance(token, str))]) - 1

    def _chosen(self, name: str, place: int) -> int:
        return int(self.program.choices[name][place])

    def _read(self, layer: int, head: int, name: str) -> DiscreteVariable:
        """The variable that a categorical head copies."""
        selector = self._selector(layer, head, name.replace("read", "wanted"))
        score = {"near": "near", "last": "indices", "first": "-indices"}[ORDERS[head % len(ORDERS)]]
        value = self.variable(self._chosen(f"{layer}.value", head))
        none = self._none(value.textual)
        self._say(name, f"aggregate(best({selector}, {score}), {value.name}, {_source(none)})")
        return DiscreteVariable(name, {**value.atoms, self.program.shape.codes - 1: none})

    def _selector(self, layer: int, head: int, name: str) -> str:
        """The selector of a head."""
        query, key = (self.variable(self._chosen(f"{layer}.{side}", head)) for side in ("query", "key"))
        rows = self.program.choices[f"{layer}.predicate"][head]
        wanted = {atom: key.atoms.get(int(rows[code]), self._nowhere(key)) for code, atom in query.atoms.items()}
        if len(set(wanted.values())) == 1:
            selected = f"select({key.name}, {_source(next(iter(wanted.values())))}, ==)"
        elif all(type(atom) is type(other) and atom == other for atom, other in wanted.items()):
            selected = f"select({key.name}, {query.name}, ==)"
        else:
            selected = f"select({key.name}, {self._say(name, f'{_dict(wanted)}[{query.name}]')}, ==)"
        return f"{selected} and select(indices, indices, <=)" if self.program.shape.causal else selected

    def _nowhere(self, key: DiscreteVariable) -> Atom:
        """An atom that the variable never has."""
        if key.textual:
            return free_string({str(atom) for atom in (*self.vocabulary, *key.atoms.values())})
        return max(atom for atom in key.atoms.values() if not isinstance(atom, str)) + 1

    def _table(self, layer: int, place: int, name: str) -> DiscreteVariable:
        """A function of two variables."""
        left, right = (self.variable(self._chosen(f"{layer}.{side}", place)) for side in ("left", "right"))
        whole = self.program.choices[f"{layer}.table"][place]
        entries = whole[np.ix_(list(left.atoms), list(right.atoms))]
        none = self.program.shape.codes - 1
        atoms = {int(code): -1 if code == none else int(code) for code in np.unique(entries)}
        numbers = np.where(entries == none, -1, entries)
        if left is right:
            expression = _look_up(left, numbers.diagonal())
        elif (numbers == numbers[:, :1]).all():
            expression = _look_up(left, numbers[:, 0])
        elif (numbers == numbers[:1]).all():
            expression = _look_up(right, numbers[0])
        else:
            index = f"{_index(left, numbers.shape[1])} + {_index(right, 1)}"
            expression = f"[{', '.join(map(str, numbers.ravel().tolist()))}][{index}]"
        self._say(name, expression)
        return DiscreteVariable(name, atoms)

    # --------------------------------------------------------------------------------------------------------- output

    def _score(self, label: int, read: Sequence[int]) -> str:
        """The sum of the look-ups of a label, in statements of a readable length."""
        name, total = f"score{label + 1}", ""
        terms = [term for number in read if (term := self._term(number, label))]
        *parts, last = [*_chunks(terms)] or [["0 * indices"]]
        for part, chunk in enumerate(parts, 1):
            total = self._say(f"{name}_part{part}", _add(total, *chunk))
        return self._say(name, _add(total, *last))

    def _term(self, number: int, label: int) -> str:
        own, variable = self.weights(number)[:, label], self.variable(number)
        numbers = {atom: int(own[code]) for code, atom in variable.atoms.items()}
        return f"{_dict(numbers)}[{variable.name}]" if any(numbers.values()) else ""

    def _output(self, scores: Sequence[str]) -> None:
        """The first label with the largest score."""
        if len(scores) == 1:
            self._say(OUTPUT, f"{_source(self.labels[0])} if indices >= 0 else {_source(self.labels[0])}")
            return
        top = scores[-1]
        for one in scores[-2::-1]:
            top = f"max({one}, {top})"
        self._say("top", top)
        choice = _source(self.labels[-1])
        for label in range(len(scores) - 2, -1, -1):
            choice = f"({_source(self.labels[label])} if {scores[label]} == top else {choice})"
        self._say(OUTPUT, choice)


def _source(atom: Atom) -> str:
    return to_source(tree.Literal(atom))


def _dict(pairs: Mapping[Atom, Atom]) -> str:
    return f"{{{', '.join(f'{_source(key)}: {_source(value)}' for key, value in pairs.items())}}}"


def _look_up(variable: DiscreteVariable, numbers: Array) -> str:
    return f"{_dict(dict(zip(variable.atoms.values(), numbers.tolist(), strict=True)))}[{variable.name}]"


def _index(variable: DiscreteVariable, factor: int) -> str:
    """The number of a variable's value among its atoms, times a factor."""
    if list(variable.atoms.values()) == list(range(len(variable.atoms))):
        return variable.name if factor == 1 else f"{factor} * {variable.name}"
    numbers: dict[Atom, Atom] = {atom: factor * number for number, atom in enumerate(variable.atoms.values())}
    return f"{_dict(numbers)}[{variable.name}]"


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
