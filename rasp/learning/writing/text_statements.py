"""The statements of a program as text, while it is written: comments, and only what the output reads."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rasp.base.tables import wrap_text
from rasp.graph.nodes import Atom
from rasp.learning.writing.statements import OUTPUT
from rasp.syntax import tree
from rasp.syntax.printer import to_source

NO_BREAK = "\N{NO-BREAK SPACE}"
COMMENT = 86  # width of a comment's text
STRING = re.compile(r'"[^"]*"')
NAME = re.compile(r"\b[A-Za-z_]\w*")


@dataclass
class Statements:
    """Statements in their order, each with the comments above it; the last one is the output.

    >>> made = Statements()
    >>> made.comment("it is never read")
    >>> made.add("a", "indices + 1"), made.add("b", "indices + 2"), made.add("output", '{"a": b}["a"]')
    ('a', 'b', 'output')
    >>> [*made.kept()]
    ['b = indices + 2;\\n', 'output = {"a": b}["a"];\\n']
    """

    added: list[tuple[str, str, list[str]]] = field(default_factory=list)
    above: list[str] = field(default_factory=list)

    def comment(self, words: str) -> None:
        """Adds a comment above the next statement."""
        self.above += comment_lines(words)

    def add(self, name: str, expression: str) -> str:
        """Adds a statement; returns its name."""
        self.added.append((name, expression, self.above))
        self.above = []
        return name

    def has(self, name: str) -> bool:
        """Whether a name is defined."""
        return any(name == other for other, _, _ in self.added)

    def read(self) -> set[str]:
        """The names that the output needs."""
        found = {OUTPUT}
        for name, expression, _ in reversed(self.added):
            if name in found:
                found |= names_in(expression)
        return found

    def kept(self) -> Iterator[str]:
        """The lines of the statements that the output needs, and of their comments."""
        read = self.read()
        for name, expression, above in self.added:
            if name in read:
                yield from (f"{line}\n" for line in above)
                yield f"{name} = {expression};\n"


def names_in(expression: str) -> set[str]:
    """The names in an expression.

    >>> sorted(names_in('{"a": b}[c2]'))
    ['b', 'c2']
    """
    return {*NAME.findall(STRING.sub("", expression))}


def comment_lines(words: str) -> list[str]:
    """A comment in lines, which are not broken at `NO_BREAK`. `>>>` would begin an example there.

    >>> comment_lines("one >>> two")
    ['# one > > > two']
    """
    lines = wrap_text(words.replace(">>>", "> > >"), COMMENT)
    return [f"# {line.replace(NO_BREAK, ' ')}" for line in lines]


def constant_text(atom: Atom) -> str:
    """An s-op that is the same atom everywhere: a look-up in a table without entries.

    >>> constant_text("O")
    'lookup([], indices, "O")'
    """
    return f"lookup([], indices, {to_source(tree.Literal(atom))})"


def add_constant(terms: str, constant: int) -> str:
    """A sum and a number.

    >>> add_constant("[1, 2][a]", -3), add_constant("a", 0), add_constant("", 4)
    ('[1, 2][a] - 3', 'a', 'lookup([], indices, 4)')
    """
    if not terms:
        return constant_text(constant)
    return f"{terms} {'-' if constant < 0 else '+'} {abs(constant)}" if constant else terms


def label_names(labels: Sequence[Atom]) -> list[str]:
    """Distinct identifiers that resemble the labels.

    >>> label_names(["B-PER", "B.PER", "", "B_PER_2"])
    ['B_PER', 'B_PER_2', '_', 'B_PER_2_2']
    """
    made: list[str] = []
    for label in labels:
        name = re.sub(r"\W", "_", str(label), flags=re.ASCII) or "_"
        more = (f"{name}_{number}" for number in itertools.count(2))
        made.append(next(one for one in itertools.chain([name], more) if one not in made))
    return made
