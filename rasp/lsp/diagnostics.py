"""Turns the findings of the analysis, and the errors of a run, into the diagnostics of the protocol."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from lsprotocol import types

from rasp.base.diagnostics import Diagnostic, Note, Span, printable
from rasp.lsp.analysis import Analysis, is_of
from rasp.lsp.editor_text import MEASURES
from rasp.lsp.evaluator import NoAnswer
from rasp.lsp.worker import Ran
from rasp.runtime.resolve import ProgramFile

SEVERITIES = {"error": types.DiagnosticSeverity.Error, "warning": types.DiagnosticSeverity.Warning}
SOURCE = "rasp"
MOST = 200  # diagnostics of one text
UNKNOWN_NAME, UNUSED = "R201", "W103"


def static(analysis: Analysis) -> list[types.Diagnostic]:
    """The diagnostics that need no run of the program."""
    return [diagnostic(finding, analysis) for finding in analysis.findings[:MOST]]


def with_run(analysis: Analysis, ran: Ran) -> list[types.Diagnostic]:
    """The diagnostics after a run; an error of a loaded file is shown at its `load`."""
    found = static(analysis)
    known = {(item.code, item.range.start.line, item.range.start.character) for item in found}
    for error in _first_causes(analysis, ran.errors):
        made = diagnostic(error, analysis, ran.files)
        place = (made.code, made.range.start.line, made.range.start.character)
        if place not in known:
            known.add(place)
            found.append(made)
    return found[:MOST]


def _first_causes(analysis: Analysis, errors: list[Diagnostic]) -> Iterable[Diagnostic]:
    """The errors without those that follow from others: names that a failed statement has not bound."""
    failed = bool(analysis.program.errors)
    for error in errors:
        if error.code != UNKNOWN_NAME or not failed:
            yield error
        failed = True


def report_stopped(analysis: Analysis, reason: NoAnswer) -> types.Diagnostic:
    """The diagnostic of a run that took too long, at the statement that was running."""
    start = analysis.text.line_start(reason.line)
    return types.Diagnostic(
        range=analysis.text.range(start, start),
        message=f"the program was {reason}, so its values are not shown",
        severity=types.DiagnosticSeverity.Information,
        source=SOURCE,
    )


def diagnostic(found: Diagnostic, analysis: Analysis, files: dict[str, Path] | None = None) -> types.Diagnostic:
    """A finding at its place in the text."""
    notes = [*found.notes]
    span = found.span
    if span is not None and not is_of(span, analysis.document):
        notes.insert(0, Note(span, found.title))
        span = _load_of(span, analysis.program)
    return types.Diagnostic(
        range=analysis.text.range_of(span) if span is not None else analysis.text.range(0, 0),
        message=message_text(found),
        severity=SEVERITIES[found.severity],
        code=found.code,
        source=SOURCE,
        tags=[types.DiagnosticTag.Unnecessary] if found.code == UNUSED else None,
        related_information=[
            information for note in notes if (information := _related(note, analysis, files or {})) is not None
        ],
    )


def message_text(found: Diagnostic) -> str:
    """A finding in words: its title, and in further lines the details and the hint."""
    write = f"Write: {found.suggestion}" if found.suggestion else ""
    return "\n".join(printable(part) for part in [found.title, *found.details, found.hint, write] if part)


def _related(note: Note, analysis: Analysis, files: dict[str, Path]) -> types.DiagnosticRelatedInformation | None:
    span = note.span
    if is_of(span, analysis.document):
        return types.DiagnosticRelatedInformation(
            types.Location(analysis.document.uri, analysis.text.range_of(span)), printable(note.label)
        )
    if span.file not in files:
        return None
    place = location(span, files[span.file], analysis.text.encoding)
    return types.DiagnosticRelatedInformation(place, printable(note.label))


def location(span: Span, path: Path, encoding: str) -> types.Location:
    """The place of a span in a file that the editor need not have open."""

    def position(line: int, column: int) -> types.Position:
        return types.Position(line - 1, MEASURES[encoding](span.source.line(line)[: column - 1]))

    shown = types.Range(position(span.line, span.column), position(span.end_line, span.end_column))
    return types.Location(path.as_uri(), shown)


def _load_of(span: Span, program: ProgramFile) -> Span | None:
    """The `load` of a program that leads to a span in another file: the one of that file, else the first."""
    name = Path(span.file).stem
    loads = program.bindings.loads
    named = [load for load in loads if str(load.path.value).rpartition("/")[2] == name]
    return next((load.span for load in [*named, *loads]), None)
