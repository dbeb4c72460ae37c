"""Settles where comments and blank lines of a program stand, before it is laid out.

A comment breaks its line. So one that stands where a layout breaks no line, such as between an operator and its
operand, moves to the nearest place in its statement where it does. Comments keep their order.
"""

from __future__ import annotations

from rasp.syntax.draft import OPERANDS, PREFIXES
from rasp.syntax.words import LEAVING, Structure, Words

BEFORE_OPERAND = frozenset((*PREFIXES, "def", "for"))  # words that share a line with the next one
SEPARATORS = frozenset((",", "=", ":"))


def settle(words: Words, structure: Structure) -> None:
    """Moves comments and removes blank lines, as the layout wants them."""
    if words.above:
        _drop_blank_lines(words, structure)
    if words.above or words.behind:
        Settling(words, structure).move_all()


# ----------------------------------------------------------------------------------------------------- blank lines


def _drop_blank_lines(words: Words, structure: Structure) -> None:
    """Removes blank lines at the ends of a body and inside a statement; those between statements stay."""
    kinds = words.kinds
    firsts = {line.first for line in structure.lines}
    opening = {line.end for line in structure.lines if kinds[line.end - 1] == "{"} | {0}
    closing = {line.first for line in structure.lines if kinds[line.first] == "}"} | {len(kinds)}
    for index, lines in list(words.above.items()):
        if index in firsts or index == len(kinds):
            kept = _without_blank_ends(lines, index in opening, index in closing)
        else:
            kept = [line for line in lines if line]
        words.above[index] = kept
        if not kept:
            del words.above[index]


def _without_blank_ends(lines: list[str], start: bool, end: bool) -> list[str]:
    first = next((index for index, line in enumerate(lines) if line), len(lines)) if start else 0
    last = next((index for index in range(len(lines), first, -1) if lines[index - 1]), first) if end else len(lines)
    return lines[first:last]


# -------------------------------------------------------------------------------------------------------- comments


class Settling:
    """The moves of comments. A gap is the place before a word, and has the index of that word."""

    def __init__(self, words: Words, structure: Structure) -> None:
        self.words, self.kinds, self.levels = words, words.kinds, structure.levels
        self._firsts = {line.first for line in structure.lines} | {len(words.kinds)}
        self._leaving = {  # gaps after a name that a comment would turn into a command
            line.first + 1 for line in structure.lines if not line.depth and words.texts[line.first] in LEAVING
        }

    def move_all(self) -> None:
        """Moves the comments inside statements over the words that share a line with a neighbour."""
        for gap in self._gaps():
            if self._is_crowded(gap):
                self._move_back(gap, gap - 1)
        for gap in self._gaps():
            target = gap
            while target not in self._firsts and self._shares_next(target - 1):
                target -= 1
            if target < gap and target not in self._leaving:
                self._move_back(gap, target)
        for gap in reversed(self._gaps()):
            target = gap
            while target not in self._firsts and self._shares_previous(target):
                target += 1
            if target > gap:
                self._move_on(gap, target)

    def _gaps(self) -> list[int]:
        """The gaps inside statements that have comments."""
        return sorted({*self.words.above, *(index + 1 for index in self.words.behind)} - self._firsts)

    def _is_crowded(self, gap: int) -> bool:
        """Whether a gap has more comments than there is room for after the `;` that follows."""
        words = self.words
        count = (gap - 1 in words.behind) + len(words.above.get(gap, ())) + (gap in words.behind)
        return self.kinds[gap] == ";" and count > 1

    def _shares_next(self, index: int) -> bool:
        """Whether a word shares its line with the next one: an operator, a prefix, `def`, `for` or `load`."""
        kind = self.kinds[index]
        loads = kind == "NAME" and self.kinds[index + 1] == "STRING"
        negated = kind == "in" and self.kinds[index - 1] == "not"
        return loads or negated or kind in BEFORE_OPERAND or self.levels[index] > 0

    def _shares_previous(self, index: int) -> bool:
        """Whether a word shares its line with the one before: a separator, the bracket of a call, the end of a line."""
        kind = self.kinds[index]
        calls = kind in ("(", "[") and self.kinds[index - 1] in OPERANDS
        return calls or kind in SEPARATORS or (kind == "in" and not self.levels[index]) or index + 1 in self._firsts

    def _move_back(self, gap: int, target: int) -> None:
        """Moves the comments of a gap to an earlier one, after the comments there.

        A comment after a word stays after one, but not after a comma or another statement, to which it does not belong.
        """
        behind, lines = self._take(gap)
        there, above = self._take(target)
        if not (there or above or target in self._firsts or self.kinds[target - 1] == ","):
            there, behind = behind, []
        self._put(target, there, above + behind + lines)

    def _move_on(self, gap: int, target: int) -> None:
        """Moves the comments of a gap before those of a later one, or its only one after the statement."""
        behind, lines = self._take(gap)
        if target in self._firsts and self.kinds[target - 1] != "{":
            self._put(target, behind + lines, [])
        else:
            there, above = self._take(target)
            self._put(target, behind, lines + there + above)

    def _take(self, gap: int) -> tuple[list[str], list[str]]:
        """Removes the comments of a gap: the one after the word before, if any, and those above the next word."""
        behind = self.words.behind.pop(gap - 1, None)
        return [] if behind is None else [behind], self.words.above.pop(gap, [])

    def _put(self, gap: int, behind: list[str], above: list[str]) -> None:
        if behind:
            self.words.behind[gap - 1] = behind[0]
        if above:
            self.words.above[gap] = above
