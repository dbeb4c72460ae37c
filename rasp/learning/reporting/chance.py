"""Whether a program is right by more than chance, from data that were held out, or from its length alone.

*Held out.* On each input, the program or the commonest output everywhere may have more outputs right. If only chance
decided which of them, the differences would have random signs, and the square of their sum would seldom exceed SURE
times the sum of their squares (less than once in 100 times; 7 inputs that all speak for the program are enough).

*Length.* Where few data are held out, the program is compared with what it explains. Outputs that are drawn at random
hold a number of bits. A program with its list of errors must be shorter than that: otherwise one of the many programs
of its length would fit any outputs. This is the principle of minimum description length.

Equal inputs count once, because a program gives the same on them. The arithmetic is that of ints, so that the
verdict is the same on every machine.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import comb

from rasp.graph.nodes import Atom
from rasp.learning.examples.data import Input

SURE = 6
WORDS = 2  # names and operators of a program that hold a bit together; programs for random outputs have more
MARGIN = 5  # bits by which a program must be shorter: one of 32 programs that are no rule may be so by chance
SAMPLE = 500  # most inputs of a part whose outputs are compared with the length of a program

_WORD = re.compile(r'(?P<constant>"[^"]*"|\b(?:[0-9]+|True|False)\b)|\w+|[<>=!+\-*/%]+')


@dataclass
class Lead:
    """By how many outputs a program leads the commonest output, on each input; equal inputs are added.

    >>> lead = Lead()
    >>> lead.add(("a",), 3, 1)
    >>> lead.add(("a",), 2, 2)
    >>> lead
    Lead(by_input=Counter({('a',): 2}))
    """

    by_input: Counter[Input] = field(default_factory=Counter)

    def add(self, given: Input, right: int, baseline: int) -> None:
        """Counts the outputs of a row that the program and the baseline have right."""
        self.by_input[given] += right - baseline


def is_sure(training: Lead, held: Iterable[Lead]) -> bool:
    """Whether a program leads by more than chance would give on the inputs that are not in the training data.

    >>> seven, six = Lead(Counter("abcdefg")), Lead(Counter("abcdef"))
    >>> is_sure(Lead(), [seven]), is_sure(Lead(), [six]), is_sure(Lead(Counter("a")), [seven])
    (True, False, False)
    >>> is_sure(Lead(), [six, Lead(Counter({"g": 1, "h": -1, "i": 1}))])
    False
    """
    leads = [value for lead in held for given, value in lead.by_input.items() if given not in training.by_input]
    total = sum(leads)
    return total > 0 and total * total > SURE * sum(value * value for value in leads)


def is_short(program: str, outputs: Counter[Atom], wrong: int, atoms: int) -> bool:
    """Whether a program, with its wrong outputs, is shorter than the outputs that it explains.

    `atoms` is the number of different atoms that could be its constants.

    >>> same, twenty, one = "output = tokens;", Counter({"a": 20, "b": 20}), Counter("ab")
    >>> is_short(same, twenty, 0, 2), is_short(same, twenty, 18, 2), is_short(same, one, 0, 2)
    (True, False, False)
    """
    left, choices = outputs.total(), 1
    for count in outputs.values():
        choices *= comb(left, count)
        left -= count
    errors: int = comb(outputs.total(), wrong) * max(1, len(outputs) - 1) ** wrong * 2 * (wrong + 1) ** 2
    return choices > errors << (program_bits(program, atoms) + MARGIN)


def program_bits(program: str, atoms: int) -> int:
    """The bits of a program without its comments. A constant holds as many as tell it from the other atoms.

    >>> program_bits('# a comment\\noutput = aggregate(select(indices, 0, ==), tokens, "-");', 3)
    7
    """
    lines = (line for line in program.split("\n") if not line.lstrip().startswith("#"))
    constant = [bool(match["constant"]) for line in lines for match in _WORD.finditer(line)]
    constants = sum(constant)
    return (len(constant) - constants) // WORDS + constants * atoms.bit_length()
