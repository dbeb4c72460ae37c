"""What errors and warnings are made of, and the one function that shows them.

A diagnostic is data: a stable code, a title, the place in the source (`Span`), a label for that place, a hint, a
suggestion and notes. `render` turns it into text for the command line, the REPL and `str(error)`.
`errors.py`, beside this module, has a class for each cause. Every room may import both.
"""

from __future__ import annotations

import bisect
import difflib
import unicodedata
from collections.abc import Callable, Iterable

# --------------------------------------------------------------------------------------------------------- places


class Source:
    """A named text that spans point into. `first_line` is the number of its first line in the file or stream."""

    __slots__ = ("_starts", "first_line", "name", "text")

    def __init__(self, name: str, text: str, first_line: int = 1) -> None:
        self.name = name
        self.text = text
        self.first_line = first_line
        self._starts: list[int] | None = None

    def starts(self) -> list[int]:
        """The offset at which each line begins."""
        if self._starts is None:
            self._starts = [0]
            self._starts.extend(place + 1 for place, char in enumerate(self.text) if char == "\n")
        return self._starts

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both counted from 1."""
        row = bisect.bisect_right(self.starts(), offset) - 1
        return self.first_line + row, offset - self.starts()[row] + 1

    def line(self, number: int) -> str:
        """The text of a line, without its line break."""
        row = number - self.first_line
        start = self.starts()[row]
        end = self.text.find("\n", start)
        return self.text[start : len(self.text) if end < 0 else end].rstrip("\r")


class Span:
    """A stretch of a source: offsets `start` up to, not including, `end`; lines and columns are counted from 1.

    >>> span = Span(Source("prog.rasp", "a = 1;\\nb = nope;"), 11, 15)
    >>> span.line, span.column, span.text
    (2, 5, 'nope')
    """

    __slots__ = ("end", "source", "start")

    def __init__(self, source: Source, start: int, end: int) -> None:
        self.source = source
        self.start = start
        self.end = end

    @property
    def file(self) -> str:
        return self.source.name

    @property
    def line(self) -> int:
        return self.source.position(self.start)[0]

    @property
    def column(self) -> int:
        return self.source.position(self.start)[1]

    @property
    def end_line(self) -> int:
        return self.source.position(self.end)[0]

    @property
    def end_column(self) -> int:
        return self.source.position(self.end)[1]

    @property
    def text(self) -> str:
        """The stretch of the source itself."""
        return self.source.text[self.start : self.end]

    def __repr__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Note:
    """A second place, with what to say about it."""

    __slots__ = ("label", "span")

    def __init__(self, span: Span, label: str) -> None:
        self.span = span
        self.label = label


# ----------------------------------------------------------------------------------------------------- diagnostics


class Diagnostic:
    """An error or a warning as data."""

    __slots__ = ("code", "details", "hint", "label", "notes", "severity", "span", "suggestion", "title")

    def __init__(
        self,
        code: str,
        title: str,
        *,
        severity: str = "error",
        span: Span | None = None,
        label: str = "",
        hint: str = "",
        suggestion: str = "",
        details: Iterable[str] = (),
        notes: Iterable[Note] = (),
    ) -> None:
        self.code = code
        self.title = title
        self.severity = severity  # "error" or "warning"
        self.span = span
        self.label = label  # stands beside the caret
        self.hint = hint  # how to go on, a sentence
        self.suggestion = suggestion  # source text to write instead
        self.details = list(details)  # further lines, such as the operands at the failing position
        self.notes = list(notes)


ESCAPE = "\x1b"
RED, YELLOW, BLUE, CYAN = "1;31", "1;33", "1;34", "36"
QUOTED_WIDTH = 120


def render(diagnostic: Diagnostic, color: bool = False) -> str:
    """The text of a diagnostic: title, place, quoted line with a caret, details and hint.

    >>> span = Span(Source("prog.rasp", "x = 1 / 0;"), 4, 9)
    >>> print(render(Diagnostic("R310", "division by zero", span=span, hint="Divide by something else.")))
    error[R310]: division by zero
      --> prog.rasp:1:5
      |
    1 | x = 1 / 0;
      |     ^^^^^
      = hint: Divide by something else.
    """

    def paint(text: str, style: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if color else text

    head = RED if diagnostic.severity == "error" else YELLOW
    lines = [paint(f"{diagnostic.severity}[{diagnostic.code}]", head) + f": {printable(diagnostic.title)}"]
    places = [note.span for note in diagnostic.notes] + ([diagnostic.span] if diagnostic.span else [])
    margin = max((len(str(place.line)) for place in places), default=1)
    if diagnostic.span:
        lines += _quote(diagnostic.span, diagnostic.label, margin, "^", lambda text: paint(text, head))
    for note in diagnostic.notes:
        lines += _quote(note.span, note.label, margin, "-", lambda text: paint(text, BLUE))
    remarks = list(diagnostic.details)
    if diagnostic.hint:
        remarks.append(paint("hint", CYAN) + f": {diagnostic.hint}")
    if diagnostic.suggestion:
        remarks.append(paint("write", CYAN) + f": {diagnostic.suggestion}")
    return "\n".join(
        lines + [f"{' ' * margin} = {printable(remark, keep=ESCAPE if color else '')}" for remark in remarks]
    )


def _quote(span: Span, label: str, margin: int, mark: str, paint: Callable[[str], str]) -> list[str]:
    """The place, its line and the marks under it; a long line is cut to the part around the marks."""
    line, column = span.source.position(span.start)
    text = span.source.line(line)
    width = max(1, min(span.end - span.start, len(text) - column + 1))
    cut = max(0, column - 1 - QUOTED_WIDTH // 2) if len(text) > QUOTED_WIDTH else 0
    shown = text[cut : cut + QUOTED_WIDTH]
    before, under = text[cut : column - 1], shown[column - 1 - cut : column - 1 - cut + width]
    lead = ("…" if cut else "") + printable(before)
    marks = mark * max(1, display_width(printable(under)))
    empty = " " * margin
    return [
        f"{empty} --> {printable(span.file)}:{line}:{column}",
        f"{empty} |",
        f"{line:>{margin}} | {'…' if cut else ''}{printable(shown)}{'…' if cut + QUOTED_WIDTH < len(text) else ''}",
        f"{empty} | {' ' * display_width(lead)}{paint(marks + (' ' + printable(label) if label else ''))}",
    ]


_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")


def printable(text: str, keep: str = "") -> str:
    """The text with `�` for what would move, hide or reorder things on a terminal; a tab becomes a blank.

    >>> printable("a\tb\x1b[2Jc")
    'a b�[2Jc'
    """
    if text.isprintable():
        return text
    return "".join(char if char in keep else _harmless(char) for char in text)


def _harmless(char: str) -> str:
    if char == "\t":
        return " "
    return "�" if unicodedata.category(char) in ("Cc", "Cs") or char in _BIDI else char


def display_width(text: str) -> int:
    """How many columns of a terminal the text takes."""
    if text.isascii():
        return len(text)
    return sum(_char_width(char) for char in text)


def _char_width(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def nearest(name: str, known: Iterable[str], count: int = 3) -> list[str]:
    """The known names that a misspelt name may stand for, best first."""
    return difflib.get_close_matches(name, sorted(known), n=count, cutoff=0.6)
