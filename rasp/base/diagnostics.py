"""Errors and warnings as data, the function that renders them, and helpers for text on terminals.

A diagnostic has a stable code, a title, the place in the source (`Span`), a label for that place, a hint, a suggestion
and notes. `render_diagnostic` turns it into text for the command line, the REPL and `str(error)`. `rasp/errors.py` has
a class for each cause. Every room may import both.

Characters that move or hide text on a terminal are replaced before a text is shown. Texts are measured, cut and wrapped
in columns, as wcwidth counts them. Terminals differ in a few characters, such as hearts in colour, which older ones
show in one column.
"""

from __future__ import annotations

import bisect
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator

# --------------------------------------------------------------------------------------------------------- places


class Source:
    r"""A named text into which spans point. `first_line` is the number of its first line in the file or stream.

    If the text is a statement, `comment` has the comment lines directly above it.

    >>> source = Source("<doc>", "a = 1;\nb = 2;")
    >>> source.position(7), source.line(2)
    ((2, 1), 'b = 2;')
    """

    __slots__ = ("_starts", "comment", "first_line", "name", "text")

    def __init__(self, name: str, text: str, first_line: int = 1) -> None:
        self.name = name
        self.text = text
        self.first_line = first_line
        self.comment = ""
        self._starts: list[int] | None = None

    def starts(self) -> list[int]:
        """The offset at which each line begins."""
        if self._starts is None:
            self._starts = [0]
            self._starts.extend(index + 1 for index, char in enumerate(self.text) if char == "\n")
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
    """A range of a source: offsets from `start` up to, not including, `end`; lines and columns are counted from 1.

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
        """The text of the range."""
        return self.source.text[self.start : self.end]

    def covers(self, other: Span) -> bool:
        """Whether the other span lies inside this one."""
        return self.source is other.source and self.start <= other.start and other.end <= self.end

    def __repr__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Note:
    """A further place with a label."""

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
        self.label = label  # shown beside the caret
        self.hint = hint  # advice, as a sentence
        self.suggestion = suggestion  # source text to write instead
        self.details = list(details)  # further lines, such as the operands at the failing position
        self.notes = list(notes)


RED, YELLOW, BLUE, CYAN = "1;31", "1;33", "1;34", "36"
QUOTED_WIDTH = 120

Paint = Callable[[str, str], str]


def render_diagnostic(diagnostic: Diagnostic, color: bool = False, width: int = 0) -> str:
    """The text of a diagnostic: title, place, quoted line with carets, details and hint.

    With a `width`, lines are wrapped for a terminal of that many columns.

    >>> span = Span(Source("prog.rasp", "x = 1 / 0;"), 4, 9)
    >>> print(render_diagnostic(Diagnostic("R310", "division by zero", span=span, hint="Divide by something else.")))
    error[R310]: division by zero
      --> prog.rasp:1:5
      |
    1 | x = 1 / 0;
      |     ^^^^^
      = hint: Divide by something else.
    """
    paint = _paint_color if color else _paint_plain
    head = RED if diagnostic.severity == "error" else YELLOW
    quotations = [_Quotation(diagnostic.span, diagnostic.label, "^", head)] if diagnostic.span else []
    quotations += [_Quotation(note.span, note.label, "-", BLUE) for note in diagnostic.notes]
    margin = max((len(str(quotation.line)) for quotation in quotations), default=1)
    quoted = min(QUOTED_WIDTH, max(20, width - margin - 5)) if width else QUOTED_WIDTH
    kind = f"{diagnostic.severity}[{diagnostic.code}]"
    lines = [f"{paint(kind, head)}: {_fill(printable(diagnostic.title), width, len(kind) + 2, 4)}"]
    before = None
    for quotation in quotations:
        lines += quotation.lines(margin, quoted, paint, before)
        before = quotation
    lines += [f"{' ' * margin} = {remark}" for remark in _remarks(diagnostic, paint, width, margin + 3)]
    return "\n".join(lines)


def _fill(text: str, width: int, start: int, indent: int) -> str:
    """Wrap a text to a width: `start` columns precede the first line, `indent` blanks the others."""
    if not width or start + display_width(text) <= width:
        return text
    return "\n".join(wrap_words(text, max(20, width), "·" * start, " " * indent, long_words=False))[start:]


def _paint_color(text: str, style: str) -> str:
    return f"\x1b[{style}m{text}\x1b[0m"


def _paint_plain(text: str, style: str) -> str:
    return text


def _remarks(diagnostic: Diagnostic, paint: Paint, width: int, margin: int) -> list[str]:
    """The lines after the quotation: details, hint and suggestion."""
    remarks = [_fill(printable(detail), width, margin, margin) for detail in diagnostic.details]
    if diagnostic.hint:
        remarks.append(f"{paint('hint', CYAN)}: {_fill(printable(diagnostic.hint), width, margin + 6, margin)}")
    if diagnostic.suggestion:
        remarks.append(f"{paint('write', CYAN)}: {printable(diagnostic.suggestion)}")
    return remarks


BLANK = "␣"  # shown for an invisible character that an error is about


class _Quotation:
    """The quotation of a span: its line with marks under it. A long line is cut to the part around the marks."""

    def __init__(self, span: Span, label: str, mark: str, style: str) -> None:
        self.file = span.file
        self.line, self.column = span.source.position(span.start)
        self.label, self.mark, self.style = label, mark, style
        self.text = span.source.line(self.line)
        self.width = max(1, min(span.end - span.start, len(self.text) - self.column + 1))
        if not span.text.isprintable() and len(span.text) == 1 and span.text == printable(span.text):
            self.text = f"{self.text[: self.column - 1]}{BLANK}{self.text[self.column :]}"

    def lines(self, margin: int, room: int, paint: Paint, before: _Quotation | None) -> list[str]:
        """The lines of the quotation, of `room` columns; a line that `before` has quoted is not quoted again."""
        empty = " " * margin
        whole = display_width(printable(self.text)) <= room
        lead, shown = self._lead_and_line(whole, room)
        marked = "\n".join(f"{empty} | {line}" for line in self._marks(lead, room, paint))
        repeated = before is not None and (before.file, before.line) == (self.file, self.line)
        if repeated and whole:
            return [marked]
        location = f"{empty} --> {printable(self.file)}:{self.line}:{self.column}"
        return [location, f"{empty} |", f"{self.line:>{margin}} | {shown}", marked]

    def _marks(self, lead: str, room: int, paint: Paint) -> list[str]:
        """The marks and the label; the label goes below them if it does not fit after them."""
        start = display_width(lead)
        under = truncate(printable(self.text[self.column - 1 : self.column - 1 + self.width]), room - start)
        marks, label = self.mark * max(1, display_width(under)), printable(self.label)
        beside = f"{marks} {label}".rstrip()
        if room == QUOTED_WIDTH or start + display_width(beside) <= room + 2:
            return [" " * start + paint(beside, self.style)]
        left = min(start, max(0, room + 2 - display_width(label)))
        return [" " * start + paint(marks, self.style), " " * left + paint(label, self.style)]

    def _lead_and_line(self, whole: bool, room: int) -> tuple[str, str]:
        """The visible text before the marks, and the visible line: the whole one, or what fits around the marks."""
        before, behind = printable(self.text[: self.column - 1]), printable(self.text[self.column - 1 :])
        if whole:
            return before, before + behind
        lead = _ending(before, room // 2)
        rest = truncate(behind, room - display_width(lead))
        head, tail = "…" if lead != before else "", "…" if rest != behind else ""
        return head + lead, head + lead + rest + tail


def _ending(text: str, width: int) -> str:
    """The end of the text that fits in `width` columns."""
    kept: list[str] = []
    for sign in reversed(list(graphemes(text[-8 * width :]))):  # a bound on the work for long lines
        width -= display_width(sign)
        if width < 0:
            break
        kept.append(sign)
    return "".join(reversed(kept))


_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")


def printable(text: str) -> str:
    """The text with `�` for characters that move, hide or reorder text on a terminal; a tab becomes a blank.

    >>> printable("a\\tb\\x1b[2Jc")
    'a b�[2Jc'
    """
    return text if text.isprintable() else "".join(map(_harmless, text))


def _harmless(char: str) -> str:
    if char == "\t":
        return " "
    return "�" if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") or char in _BIDI else char


# Characters for which wcwidth has no width; where they are shown, a single replacement character is shown.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def quote_path(path: object, most: int = 80) -> str:
    """A path in quotes; only the end of a long one, which distinguishes files of one folder.

    >>> quote_path("a/b.svg"), quote_path("/a/long/path/b.svg", 10)
    ("'a/b.svg'", "'…path/b.svg'")
    """
    text = str(path)
    return repr(text if len(text) <= most else f"…{text[-most:]}")


def display_width(text: str) -> int:
    """The number of terminal columns of the text; combining characters take none of their own.

    >>> display_width("日本"), display_width("e\\u0301"), display_width("👩\\u200d👧"), display_width("❤\\ufe0f")
    (4, 1, 2, 2)
    """
    if text.replace("…", "").isascii():  # a fast path, also for ASCII texts that were cut
        return len(text)
    from wcwidth import wcswidth  # imported late: ASCII texts do not need it

    return wcswidth(_UNSEEN.sub("?", text))


def graphemes(text: str) -> Iterator[str]:
    """The grapheme clusters of the text: each character with everything that combines with it.

    >>> [len(sign) for sign in graphemes("ae\\u0301b👩\\u200d👧")]
    [1, 2, 1, 3]
    """
    if text.isascii():
        return iter(text)
    from wcwidth import iter_graphemes  # imported late: ASCII texts do not need it

    return iter_graphemes(text)


def truncate(text: str, width: int) -> str:
    """The start of the text that fits in `width` columns.

    >>> truncate("日本語", 5)
    '日本'
    """
    if text.isascii():
        return text[: max(0, width)]
    kept: list[str] = []
    used = 0
    for sign in graphemes(text):
        used += display_width(sign)
        if used > width:
            break
        kept.append(sign)
    while display_width("".join(kept)) > width:  # a stray joiner can change the width of its neighbours
        kept.pop()
    return "".join(kept)


def clip(text: str, width: int) -> str:
    """The text, cut to `width` columns with `…` at the end if it is longer.

    >>> clip("日本語", 5), clip("日本語", 6)
    ('日本…', '日本語')
    """
    return text if display_width(text) <= width else f"{truncate(text, width - 1)}…"


def pad(text: str, width: int) -> str:
    """The text, padded with blanks on the right to `width` columns.

    >>> pad("日本", 5) + "|"
    '日本 |'
    """
    return text + " " * (width - display_width(text))


def wrap_words(text: str, width: int, first: str = "", rest: str = "", long_words: bool = True) -> list[str]:
    """Wrap the words of the text to lines of `width` columns; `first` and `rest` are the indents.

    >>> wrap_words("日本 語", 5), wrap_words("one two", 5, rest="  ")
    (['日本', '語'], ['one', '  two'])
    """
    if text.isascii():
        from textwrap import wrap  # imported late: no start needs it
    else:
        from wcwidth import wrap  # imported late: ASCII texts do not need it
    return wrap(
        text, width, initial_indent=first, subsequent_indent=rest, break_long_words=long_words, break_on_hyphens=False
    )


def nearest_names(name: str, known: Iterable[str], count: int = 3) -> list[str]:
    """The known names that are most similar to a misspelt one, best first."""
    import difflib  # imported late: only errors need it

    return difflib.get_close_matches(name, sorted(known), n=count, cutoff=0.6)
