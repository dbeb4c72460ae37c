"""Collects the words and line breaks of a layout, with comments in their places, into the text of a program."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from rasp.syntax.words import LEAVING, LogicalLine, Structure, Words

WIDTH = 88  # columns
STEP = 4  # of an indent
DEEPEST = 40  # the columns of the largest indent: what is nested more deeply is not set in further
BEFORE_COMMENT = "  "


class Page:
    """What is written so far, the column behind it, and the line break that comes before the next word."""

    def __init__(self, words: Words, structure: Structure) -> None:
        self.words = words
        self.structure = structure
        self.column = 0
        self.further = 0  # the indent behind a line break that only a comment makes
        self._written: list[str] = []
        self._due: int | None = None  # the indent of the line break to come, if one is to come
        self._line = LogicalLine(0, 0, 0)
        comments = {*words.above, *(index + 1 for index in words.behind)}
        self._breaking = comments.union(_calls_of_exit(words, structure))
        self._breaks = sorted(self._breaking)

    def text(self) -> str:
        """The text so far."""
        return "".join(self._written)

    # ------------------------------------------------------------------------------------------------------- lines

    def begin(self, line: LogicalLine) -> None:
        """Goes on to a line of the program: writes the comments above it, and its indent."""
        first, margin = line.first, min(line.depth * STEP, DEEPEST)
        above = self.words.above.get(first)
        if above:
            self._write_lines(above, margin + STEP * (self.words.kinds[first] == "}"))
        self._written.append(" " * margin)
        self.column, self.further, self._due, self._line = margin, margin + STEP, None, line

    def end(self) -> None:
        """Ends the line, with the comment behind it."""
        comment = self.words.behind.get(self._line.end - 1)
        self._written.append("\n" if comment is None else f"{BEFORE_COMMENT}{comment}\n")

    def close(self) -> None:
        """Writes the comments at the end of the program."""
        self._write_lines(self.words.above.get(len(self.words.kinds), []), 0)

    def _write_lines(self, lines: list[str], indent: int) -> None:
        self._written.extend(f"{' ' * min(indent, DEEPEST)}{line}\n" if line else "\n" for line in lines)

    # --------------------------------------------------------------------------------------------------- measuring

    def must_break(self, start: int, end: int) -> bool:
        """Whether a line break has to stand somewhere between the words of a stretch."""
        breaks = self._breaks
        index = bisect_right(breaks, start)
        return index < len(breaks) and breaks[index] < end

    def breaks_before(self, index: int) -> bool:
        """Whether a line break has to stand before a word."""
        return index in self._breaking

    def width(self, start: int, end: int) -> int:
        """The columns of a stretch in one line."""
        return self.structure.ends[end - 1] - self.structure.starts[start] if start < end else 0

    def width_behind(self, index: int, end: int) -> int:
        """The columns of what follows a word in one line, the blank before it included."""
        return self.structure.ends[end - 1] - self.structure.ends[index]

    def fits(self, start: int, end: int, tail: int = 0, indent: int | None = None) -> bool:
        """Whether a stretch fits in the line, or in one of its own with an indent, and so many columns behind it."""
        return self.reach(start, end, indent) + tail <= WIDTH and not self.must_break(start, end)

    def reach(self, start: int, end: int, indent: int | None = None) -> int:
        """The column behind a stretch in the line, or in one of its own with an indent."""
        indent = self._due if indent is None else min(indent, DEEPEST)
        column = self.column + self.structure.pieces[start].startswith(" ") if indent is None else indent
        return column + self.width(start, end)

    # ----------------------------------------------------------------------------------------------------- writing

    def break_line(self, indent: int) -> None:
        """Has the next word begin a line."""
        self._due = min(indent, DEEPEST)

    def write(self, start: int, end: int) -> None:
        """Writes words in a line, or in several where comments break it."""
        if end - start > 1 and self.must_break(start, end):
            for index in range(start, end):
                self.write(index, index + 1)
        elif start < end:
            if start in self.words.above and start != self._line.first:
                self._write_above(start, self.further if self._due is None else self._due)
            self._put(start, end)

    def _put(self, start: int, end: int) -> None:
        structure = self.structure
        text = structure.pieces[start] if end - start == 1 else "".join(structure.pieces[start:end])
        width = structure.ends[end - 1] - structure.starts[start]
        if self._due is None:
            self.column += width + text.startswith(" ")
        else:
            text = text.lstrip(" ")
            self._written.append(f"\n{' ' * self._due}")
            self.column, self._due = self._due + width, None
        self._written.append(text)
        if end - 1 in self.words.behind and end != self._line.end:
            self._written.append(f"{BEFORE_COMMENT}{self.words.behind[end - 1]}")
            self._due = min(self.further, DEEPEST)

    def write_closing(self, index: int, indent: int) -> None:
        """Writes a closing bracket on a line of its own; comments above it belong to what the brackets hold."""
        if index in self.words.above:
            self._write_above(index, indent + STEP)
        self.break_line(indent)
        self._put(index, index + 1)

    def _write_above(self, index: int, indent: int) -> None:
        """Writes the comments above a word that is not the first one of its line."""
        self.break_line(indent)
        self._written.extend(f"\n{' ' * min(indent, DEEPEST)}{comment}" for comment in self.words.above[index])


def _calls_of_exit(words: Words, structure: Structure) -> Iterable[int]:
    """Where the brackets of an `exit()` are that is a call: at the end of a line it would be a command."""
    for line in structure.lines:
        first, after = line.first, line.first + 3
        if line.depth or words.texts[first] not in LEAVING or words.kinds[first:after] != ["NAME", "(", ")"]:
            continue
        if words.kinds[after] == ";" or after - 1 in words.behind or after in words.above:
            yield first + 2
