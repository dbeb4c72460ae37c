"""The words of a program that was trained by gradients, as RASP: tables of their classes, packed in decimal digits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rasp.learning.gradient_text import DiscreteVariable, GradientText
from rasp.learning.lookups.candidates import Namer
from rasp.learning.lookups.packing import digits_of, pack_in_order, table_entries
from rasp.learning.lookups.variables import WORDS, WordVariable, noun

DIGITS = 14  # of a packed number: division is exact below 2 ** 50


@dataclass(frozen=True)
class WordInputs:
    """The position, up to `last`, and classes of the word; the first of the `words` stands for all others."""

    words: Sequence[str]
    variables: Sequence[WordVariable]
    namer: Namer
    last: int
    element: str = "word"
    bounded: bool = False

    def define(self, text: GradientText, used: Sequence[int]) -> dict[int, DiscreteVariable]:
        made = {}
        if 0 in used:
            name = text.say("position", f"min(indices, {self.last})")
            made[0] = DiscreteVariable(name, _atoms(self.last + 1), f"the position, at most {self.last}", name)
        taken = {number: self.variables[number - 1] for number in used if number}
        for number, group in enumerate(_groups(list(taken.values())), 1):
            self._table(text, "code" if number == 1 else f"code{number}", group)
        return made | {
            number: DiscreteVariable(one.name, _atoms(one.size), _words(one), one.name) for number, one in taken.items()
        }

    def none(self, variable: DiscreteVariable) -> int:
        return len(variable.atoms)

    def _table(self, text: GradientText, name: str, variables: Sequence[WordVariable]) -> None:
        """A packed table, and each variable unpacked."""
        _, digits, codes = pack_in_order(variables)
        listed = ", ".join(f"{many} for {one.name}" for many, one in zip(digits, variables, strict=True))
        text.comment(f"Classes of words, packed in decimal digits, from the last one on: {listed}.")
        entries = ", ".join(f'"{word}": {code}' for word, code in table_entries(self.words, codes))
        text.say(name, f"lookup({{{entries}}}, tokens, {codes[0]})")
        unit = 1
        for one, many in zip(variables, digits, strict=True):
            text.comment(self.namer.describe(one))
            below = f"({name} % {unit * 10**many} - {name} % {unit}) / {unit}" if unit > 1 else ""
            text.say(one.name, f"round({below})" if below else f"{name} % {10**many}")
            unit *= 10**many


def _words(one: WordVariable) -> str:
    """What a variable of a word is."""
    return f"{noun(one.name)} of the word" if one.kind in WORDS else f"a learned class ({one.name}) of the word"


def _atoms(size: int) -> dict[int, int]:
    return {code: code for code in range(size)}


def _groups(variables: Sequence[WordVariable]) -> Iterator[list[WordVariable]]:
    """The variables in groups whose digits fit into one number."""
    group: list[WordVariable] = []
    for one in variables:
        if group and sum(map(digits_of, (*group, one))) > DIGITS:
            yield group
            group = []
        group.append(one)
    if group:
        yield group
