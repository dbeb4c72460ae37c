"""Encodes atoms as ints, with which the search computes.

A string is coded by its rank among all strings of the data in order, so that codes compare as strings do; an int and a
bool are coded by themselves. The code `none` stands for what a head reads if it selects nothing: the filler of the
outputs if they have one, else a value that does not occur in the data.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from rasp.graph.nodes import Atom
from rasp.learning.examples.data import Data
from rasp.learning.examples.kinds import Kind, atom_kind
from rasp.source.program import UNSPELT

FILLERS = ("-", "_", "?", "~", "none")  # candidates for `none`; the first free one is taken


@dataclass(frozen=True)
class Coding:
    """An encoding of atoms as ints.

    >>> from rasp.learning.examples.rows import data_of
    >>> coding = Coding.of(data_of([("ba", "a-")]))
    >>> coding.strings, coding.code("b"), coding.atom("string", 0), coding.none("string")
    (('-', 'a', 'b'), 2, '-', '-')
    """

    strings: tuple[str, ...]
    vocabulary: tuple[Atom, ...]
    token_kind: Kind
    no_string: str
    no_int: int

    @classmethod
    def of(cls, data: Data, others: Iterable[str] = ()) -> Coding:
        """The coding of the atoms in the data, which must not be empty, and of other strings."""
        kind = atom_kind(data.seen[0])
        strings = {atom for atom in (*data.seen, *data.labels, *others) if isinstance(atom, str)}
        extra = [atom for atom in data.labels if atom not in data.seen]
        fillers = [atom for atom in extra if isinstance(atom, str)]
        known = len(fillers) == 1 and kind == "string" and is_writable(fillers[0])
        filler = fillers[0] if known else free_string(strings)
        return cls(tuple(sorted(strings | {filler})), data.seen, kind, filler, _no_int(data, extra))

    @cached_property
    def _codes(self) -> dict[str, int]:
        return {string: code for code, string in enumerate(self.strings)}

    @cached_property
    def writable(self) -> tuple[Atom, ...]:
        """The tokens that a program can write as constants."""
        return tuple(filter(is_writable, self.vocabulary))

    def code(self, atom: Atom) -> int:
        """The int that stands for an atom."""
        return self._codes[atom] if isinstance(atom, str) else int(atom)

    def knows(self, atom: Atom) -> bool:
        """Whether the atom has a code."""
        return not isinstance(atom, str) or atom in self._codes

    def atom(self, kind: Kind, code: int) -> Atom:
        """The atom of a kind for which an int stands."""
        return self.strings[code] if kind == "string" else bool(code) if kind == "bool" else int(code)

    def none(self, kind: Kind) -> Atom:
        """What a head reads if it selects nothing."""
        return self.no_string if kind == "string" else False if kind == "bool" else self.no_int


def is_writable(atom: Atom) -> bool:
    """Whether a program can hold the atom: no string of a program holds a double quote or a line break.

    >>> is_writable("it's"), is_writable('"so')
    (True, False)
    """
    return not isinstance(atom, str) or not UNSPELT.search(atom)


def free_string(strings: set[str]) -> str:
    """A string that is not among these.

    >>> free_string({"-", "a"})
    '_'
    """
    for filler in FILLERS:
        if filler not in strings:
            return filler
    return max(filter(is_writable, strings)) + "~"


def _no_int(data: Data, extra: Sequence[Atom]) -> int:
    """The int that a head reads if it selects nothing: the outputs' filler, or one below all tokens."""
    if data.input_kind != "int":
        return -1
    ints = [atom for atom in extra if isinstance(atom, int)]
    if len(ints) == 1 and data.output_kind == "int":
        return int(ints[0])
    return min(-1, min(int(token) for token in data.seen) - 1)
