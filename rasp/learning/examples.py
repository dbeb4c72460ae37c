"""Examples: inputs with the outputs that a program shall give on them, and how their atoms are coded as ints.

The search computes with ints alone. A string is coded by its place among all strings of the examples in order, so that
codes compare as strings do; an int and a bool are coded by themselves. One code, `none`, is what a head reads where it
selects nothing: the filler of the outputs where they have one, else a value that occurs nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Union

from rasp.errors import BadInput, EmptyInput, MixedKinds, UnequalLengths
from rasp.graph.atoms import kind_of
from rasp.graph.nodes import Atom
from rasp.source.program import UNSPELT

Kind = Literal["symbol", "int", "bool"]
Pair = tuple[Sequence[Atom], Sequence[Union[Atom, None]]]

FILLERS = ("-", "_", "?", "~", "none")  # what a head may read where it selects nothing, the first that is free
KINDS: dict[str, Kind] = {"string": "symbol", "int": "int", "bool": "bool"}


@dataclass(frozen=True)
class Examples:
    """Inputs and outputs, position by position; None in an output says that nothing is asked there.

    >>> examples = Examples.of([("cab", "abc"), ("b", "b")])
    >>> examples.inputs[0], examples.token_kind, examples.output_kind, len(examples)
    (('c', 'a', 'b'), 'symbol', 'symbol', 2)
    """

    inputs: tuple[tuple[Atom, ...], ...]
    outputs: tuple[tuple[Atom | None, ...], ...]

    @classmethod
    def of(cls, pairs: Iterable[Pair]) -> Examples:
        """The examples of some pairs. Raises EmptyInput, UnequalLengths, MixedKinds or BadInput."""
        rows = [(tuple(given), tuple(wanted)) for given, wanted in pairs]
        for number, (given, wanted) in enumerate(rows, 1):
            _check(number, given, wanted)
        made = cls(tuple(given for given, _ in rows), tuple(wanted for _, wanted in rows))
        _ = made.token_kind, made.output_kind
        return made

    def __len__(self) -> int:
        return len(self.inputs)

    @cached_property
    def vocabulary(self) -> tuple[Atom, ...]:
        """The tokens that occur, in order."""
        return tuple(sorted({token for given in self.inputs for token in given}, key=_order))

    @cached_property
    def answers(self) -> tuple[Atom, ...]:
        """The outputs that occur, in order."""
        return tuple(sorted({atom for wanted in self.outputs for atom in wanted if atom is not None}, key=_order))

    @cached_property
    def token_kind(self) -> Kind:
        """What the tokens are."""
        return _only_kind(self.vocabulary, "inputs")

    @cached_property
    def output_kind(self) -> Kind:
        """What the outputs are."""
        return _only_kind(self.answers, "outputs")

    @cached_property
    def longest(self) -> int:
        """The length of the longest input."""
        return max(map(len, self.inputs))

    def chosen(self, places: Iterable[int]) -> Examples:
        """Some of the examples, by number."""
        rows = list(places)
        return Examples(tuple(self.inputs[row] for row in rows), tuple(self.outputs[row] for row in rows))


def _order(atom: Atom) -> tuple[str, Atom]:
    return (kind_of(atom), atom)


def _check(number: int, given: Sequence[Atom], wanted: Sequence[Atom | None]) -> None:
    """Raises the error of an example that is none."""
    if not given:
        raise EmptyInput(f"the input of example {number} is empty")
    if len(given) != len(wanted):
        raise UnequalLengths(
            f"example {number} has {len(given)} tokens and {len(wanted)} outputs",
            hint="give one output a position; null where nothing is asked",
        )
    for atom in (*given, *wanted):
        if atom is not None and (not isinstance(atom, (str, int))):
            raise BadInput(f"example {number} holds {atom!r}; learning takes strings, ints and bools")
        if isinstance(atom, str) and UNSPELT.search(atom):
            raise BadInput(f"example {number} holds {atom!r}, which no string of a program can hold")


def _only_kind(atoms: Iterable[Atom], what: str) -> Kind:
    kinds = {kind_of(atom) for atom in atoms}
    if len(kinds) > 1:
        raise MixedKinds(f"the {what} mix {' and '.join(sorted(kinds))}; give one kind")
    if not kinds:
        raise EmptyInput(f"the {what} are empty")
    return KINDS[kinds.pop()]


@dataclass(frozen=True)
class Coding:
    """How atoms are coded as ints.

    >>> coding = Coding.of(Examples.of([("ba", "a-")]))
    >>> coding.symbols, coding.code("b"), coding.atom("symbol", 0), coding.none("symbol")
    (('-', 'a', 'b'), 2, '-', '-')
    """

    symbols: tuple[str, ...]
    vocabulary: tuple[Atom, ...]
    token_kind: Kind
    no_symbol: str
    no_int: int

    @classmethod
    def of(cls, examples: Examples) -> Coding:
        """The coding of what occurs in the examples."""
        strings = {atom for atom in (*examples.vocabulary, *examples.answers) if isinstance(atom, str)}
        extra = [atom for atom in examples.answers if atom not in examples.vocabulary]
        fillers = [atom for atom in extra if isinstance(atom, str)]
        filler = fillers[0] if len(fillers) == 1 and examples.token_kind == "symbol" else _free(strings)
        symbols = tuple(sorted(strings | {filler}))
        return cls(symbols, examples.vocabulary, examples.token_kind, filler, _no_int(examples, extra))

    @cached_property
    def _codes(self) -> dict[str, int]:
        return {symbol: code for code, symbol in enumerate(self.symbols)}

    def code(self, atom: Atom) -> int:
        """The int that stands for an atom."""
        return self._codes[atom] if isinstance(atom, str) else int(atom)

    def knows(self, atom: Atom) -> bool:
        """Whether the atom has a code."""
        return not isinstance(atom, str) or atom in self._codes

    def atom(self, kind: Kind, code: int) -> Atom:
        """The atom of a kind for which an int stands."""
        return self.symbols[code] if kind == "symbol" else bool(code) if kind == "bool" else int(code)

    def none(self, kind: Kind) -> Atom:
        """What a head reads where it selects nothing."""
        return self.no_symbol if kind == "symbol" else False if kind == "bool" else self.no_int

    def token_symbols(self) -> tuple[Atom, ...]:
        """All that a value of the tokens' kind that was read may be, in order."""
        none = self.none(self.token_kind)
        return tuple(sorted({*self.vocabulary, none}, key=_order))


def _free(strings: set[str]) -> str:
    """A string that is none of these."""
    for filler in FILLERS:
        if filler not in strings:
            return filler
    return max(strings) + "~"


def _no_int(examples: Examples, extra: Sequence[Atom]) -> int:
    """The int that is read where nothing is selected: the outputs' filler, or one below all tokens."""
    if examples.token_kind != "int":
        return -1
    ints = [atom for atom in extra if isinstance(atom, int)]
    if len(ints) == 1 and examples.output_kind == "int":
        return int(ints[0])
    return min(-1, min(int(token) for token in examples.vocabulary) - 1)
