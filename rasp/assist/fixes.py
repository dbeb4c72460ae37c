"""Corrections of errors and warnings that an editor can offer: a missing `;` or bracket, a similar name, a `load`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from rasp.assist.documentation import FORMS
from rasp.base.diagnostics import Diagnostic, Span, nearest_names
from rasp.errors import RaspError
from rasp.runtime.library import programs_of_names
from rasp.syntax import tree
from rasp.syntax.bracketing import signs_of
from rasp.syntax.parser import Reader

CLOSERS = {"(": ")", "[": "]", "{": "}"}


class Edit(NamedTuple):
    """A text to put in the place of a span, which may be empty; without a span, before the program."""

    span: Span | None
    text: str


class Fix(NamedTuple):
    """A correction. `is_certain`: it keeps what the program means, or is the only one."""

    title: str
    edits: tuple[Edit, ...]
    is_certain: bool = False


def fixes_of(found: Diagnostic, statements: Iterable[tree.SyntaxNode], names: Collection[str]) -> list[Fix]:
    """The corrections of a finding; `names` are those that can be used.

    >>> from rasp.syntax.parser import Reader
    >>> reader = Reader("a.rasp")
    >>> reader.feed("x = (1;")
    >>> (error,) = reader.finish()
    >>> [(fix.title, fix.edits[0].span.column, fix.edits[0].text) for fix in fixes_of(error.diagnostic, [], [])]
    [('Put the missing `)`', 7, ')')]
    """
    if found.span is None:
        return []
    rule = RULES.get(found.code)
    if rule is None:
        return list(_suggestion_fixes(found, found.span))
    return list(rule(found, found.span, statements, names))


def _semicolon(
    found: Diagnostic, span: Span, statements: Iterable[tree.SyntaxNode], names: Collection[str]
) -> Iterator[Fix]:
    yield Fix("Put the missing `;`", (Edit(Span(span.source, span.start, span.start), ";"),), is_certain=True)


def _bracket(
    found: Diagnostic, span: Span, statements: Iterable[tree.SyntaxNode], names: Collection[str]
) -> Iterator[Fix]:
    """Inserts the missing bracket where the error was noticed, or at the end of the text."""
    closer = CLOSERS[span.text]
    end = len(span.source.text.rstrip())
    place = found.notes[0].span.start if found.notes else end
    yield Fix(f"Put the missing `{closer}`", (Edit(Span(span.source, place, place), closer),))


def _brackets(
    found: Diagnostic, span: Span, statements: Iterable[tree.SyntaxNode], names: Collection[str]
) -> Iterator[Fix]:
    """The brackets of an expression that may be misread."""
    for statement in statements:
        if statement.span is not None and statement.span.source is span.source:
            signs = [(offset, sign) for offset, sign in signs_of(statement) if span.start <= offset <= span.end]
            edits = tuple(Edit(Span(span.source, offset, offset), sign) for offset, sign in sorted(signs))
            if edits:
                yield Fix("Write the brackets of what it means", edits, is_certain=True)
                return


def _name(
    found: Diagnostic, span: Span, statements: Iterable[tree.SyntaxNode], names: Collection[str]
) -> Iterator[Fix]:
    """The program of the library that binds a name, and similar names."""
    name, library = span.text, programs_of_names()
    if name in library:
        yield Fix(f'Load "{library[name]}"', (Edit(None, f'load "{library[name]}";\n'),), is_certain=True)
    for near in nearest_names(name, {*names, *FORMS, "True", "False"}):
        yield Fix(f"Change to `{near}`", (Edit(span, near),))


RULES = {"R101": _semicolon, "R102": _bracket, "R201": _name, "W101": _brackets}


def _suggestion_fixes(found: Diagnostic, span: Span) -> Iterator[Fix]:
    """The text that a message says to write, if the statement has no such error then."""
    if found.suggestion and not _still_wrong(found, span):
        yield Fix(f"Write `{found.suggestion}`", (Edit(span, found.suggestion),))


def _still_wrong(found: Diagnostic, span: Span) -> bool:
    """Whether the suggestion leaves an error of the same kind, or causes one at its place."""
    text = span.source.text
    reader = Reader()
    reader.feed(text[: span.start] + found.suggestion + text[span.end :])
    for item in reader.finish():
        if isinstance(item, RaspError):
            place = item.span
            return item.code == found.code or place is None or place.start <= span.start + len(found.suggestion)
    return False
