"""A text of an editor: offsets, and the lines and columns of the protocol.

The protocol counts columns in UTF-16 code units, unless editor and server agree on other units.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable

from lsprotocol.types import Position, PositionEncodingKind, Range

from rasp.base.diagnostics import Span

_LINE_END = re.compile(r"\r\n|\r|\n")


def _utf_16(text: str) -> int:
    return len(text) if text.isascii() else len(text) + sum(char > "\uffff" for char in text)


def _utf_8(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


MEASURES: dict[str, Callable[[str], int]] = {
    PositionEncodingKind.Utf8: _utf_8,
    PositionEncodingKind.Utf16: _utf_16,
    PositionEncodingKind.Utf32: len,
}


class DocumentText:
    """A text with the lines of an editor; offsets count characters.

    >>> text = DocumentText("a = 1;\\nb = \\"👩\\"; c;")
    >>> text.position(15), text.offset(Position(1, 9))
    (1:9, 15)
    """

    def __init__(self, text: str, encoding: str = PositionEncodingKind.Utf16) -> None:
        self.text = text
        self.encoding = encoding
        self._measure = MEASURES[encoding]
        self._starts = [0, *(match.end() for match in _LINE_END.finditer(text))]  # of the editor's lines
        self._rows = [0, *(match.end() for match in re.finditer("\n", text))]  # of the lines of RASP

    def position(self, offset: int) -> Position:
        """The line and column of an offset."""
        line = bisect.bisect_right(self._starts, offset) - 1
        return Position(line, self._measure(self.text[self._starts[line] : offset]))

    def offset(self, position: Position) -> int:
        """The offset of a line and column; the nearest one, where there is no such place."""
        if position.line >= len(self._starts):
            return len(self.text)
        start = self._starts[position.line]
        end = self._starts[position.line + 1] if position.line + 1 < len(self._starts) else len(self.text)
        line = self.text[start:end].rstrip("\r\n")
        if line.isascii():
            return start + min(position.character, len(line))
        fitting = bisect.bisect_right(
            range(1, len(line) + 1), position.character, key=lambda n: self._measure(line[:n])
        )
        return start + fitting

    def place(self, line: int, column: int, source_line: str) -> int:
        """The offset of a line and column of a parsed program, counted from 1.

        The parser leaves out byte order marks and copied prompts; `source_line` is the line as it has read it.
        """
        start = self._rows[min(line, len(self._rows)) - 1]
        end = self._rows[line] - 1 if line < len(self._rows) else len(self.text)
        whole = self.text[start:end].rstrip("\r")
        left_out = len(whole) - len(source_line) if whole.endswith(source_line) else 0
        return min(start + left_out + column - 1, len(self.text))

    def line_start(self, line: int) -> int:
        """The offset of a line of a parsed program, counted from 1."""
        return self._rows[min(line, len(self._rows)) - 1]

    def stretch(self, span: Span) -> tuple[int, int]:
        """The offsets of a span of this text."""
        source = span.source
        return (
            self.place(span.line, span.column, source.line(span.line)),
            self.place(span.end_line, span.end_column, source.line(span.end_line)),
        )

    def range(self, start: int, end: int) -> Range:
        """The range between two offsets."""
        return Range(self.position(start), self.position(end))

    def range_of(self, span: Span) -> Range:
        """The range of a span of this text."""
        return self.range(*self.stretch(span))

    def whole(self) -> Range:
        """The range of the whole text."""
        return self.range(0, len(self.text))

    def before(self, position: Position) -> str:
        """The text before a place."""
        return self.text[: self.offset(position)]
