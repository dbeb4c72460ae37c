"""Writes the text of a layout: words, line breaks and indents, with the comments where they belong."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from rasp.syntax.words import LEAVING, LogicalLine, Structure, Words

WIDTH = 88  # columns
STEP = 4  # of an indent
DEEPEST = 40  # columns of the largest indent; deeper nesting is not indented further
BEFORE_COMMENT = "  "


class Page:
    """The text so far, its last column, and the line break that comes before the next word, if any."""

    def __init__(self, words: Words, structure: Structure) -> None:
        self.words = words
        self.structure = structure
        self.column = 0
        self.further = 0  # the indent after a line break that only a comment makes
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
        """Begins a line of the program: writes the comments above it, and its indent."""
        first, margin = line.first, min(line.depth * STEP, DEEPEST)
        above = self.words.above.get(first)
        if above:
            self._write_lines(above, margin + STEP * (self.words.kinds[first] == "}"))
        self._written.append(" " * margin)
        self.column, self.further, self._due, self._line = margin, margin + STEP, None, line

    def end(self) -> None:
        """Ends the line, with its comment."""
        comment = self.words.behind.get(self._line.end - 1)
        self._written.append("\n" if comment is None else f"{BEFORE_COMMENT}{comment}\n")

    def close(self) -> None:
        """Writes the comments at the end of the program."""
        self._write_lines(self.words.above.get(len(self.words.kinds), []), 0)

    def _write_lines(self, lines: list[str], indent: int) -> None:
        self._written.extend(f"{' ' * min(indent, DEEPEST)}{line}\n" if line else "\n" for line in lines)

    # --------------------------------------------------------------------------------------------------- measuring

    def must_break(self, start: int, end: int) -> bool:
        """Whether a comment forces a line break between the words of a stretch."""
        breaks = self._breaks
        index = bisect_right(breaks, start)
        return index < len(breaks) and breaks[index] < end

    def breaks_before(self, index: int) -> bool:
        """Whether a comment forces a line break before a word."""
        return index in self._breaking

    def width(self, start: int, end: int) -> int:
        """The columns of a stretch in one line."""
        return self.structure.ends[end - 1] - self.structure.starts[start] if start < end else 0

    def width_behind(self, index: int, end: int) -> int:
        """The columns of what follows a word in one line, with the blank before it."""
        return self.structure.ends[end - 1] - self.structure.ends[index]

    def fits(self, start: int, end: int, tail: int = 0, indent: int | None = None) -> bool:
        """Whether a stretch and `tail` more columns fit in the line, or, with an indent, in a line of their own."""
        return self.reach(start, end, indent) + tail <= WIDTH and not self.must_break(start, end)

    def reach(self, start: int, end: int, indent: int | None = None) -> int:
        """The column after a stretch in the current line, or, with an indent, in a line of its own."""
        indent = self._due if indent is None else min(indent, DEEPEST)
        column = self.column + self.structure.pieces[start].startswith(" ") if indent is None else indent
        return column + self.width(start, end)

    # ----------------------------------------------------------------------------------------------------- writing

    def break_line(self, indent: int) -> None:
        """Lets the next word begin a line."""
        self._due = min(indent, DEEPEST)

    def write(self, start: int, end: int) -> None:
        """Writes words in one line, or in several where comments force that."""
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
        """Writes a closing bracket on a line of its own; comments above it are indented like what the brackets hold."""
        if index in self.words.above:
            self._write_above(index, indent + STEP)
        self.break_line(indent)
        self._put(index, index + 1)

    def _write_above(self, index: int, indent: int) -> None:
        """Writes the comments above a word that is not the first one of its line."""
        self.break_line(indent)
        self._written.extend(f"\n{' ' * min(indent, DEEPEST)}{comment}" for comment in self.words.above[index])


def _calls_of_exit(words: Words, structure: Structure) -> Iterable[int]:
    """Yields the `)` of each `exit()` that is a call: on a line of its own, for `exit()` in one line is a command."""
    for line in structure.lines:
        first, after = line.first, line.first + 3
        if line.depth or words.texts[first] not in LEAVING or words.kinds[first:after] != ["NAME", "(", ")"]:
            continue
        if words.kinds[after] == ";" or after - 1 in words.behind or after in words.above:
            yield first + 2
