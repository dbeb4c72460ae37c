"""`rasp check FILE…`: parses programs and looks up their names without running them; prints one line per finding.

A line is `file:line:column: code message`, a JSON object (`--json`), or a workflow command (`--format github`).

With `--fix` it first adds brackets to expressions that may be misread (W101).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import NamedTuple

from rasp.base.diagnostics import Diagnostic, printable
from rasp.cli.json_text import json_text
from rasp.cli.output import say
from rasp.cli.programs import display_name, program_file, read_standard_input
from rasp.cli.rewriting import RewriteTarget, rewrite
from rasp.errors import FileMissing, NotUtf8, RaspError, SourceTooLarge, UnreadableFile
from rasp.runtime.resolve import ProgramFiles
from rasp.syntax.bracketing import add_brackets
from rasp.syntax.reader import BYTE_ORDER_MARK


def run(options: argparse.Namespace) -> int:
    """Runs the command; returns 1 if there is an error, 0 for warnings alone."""
    library, form = ProgramFiles(), FORMS[options.format]
    lines: dict[str, bool] = {}  # finding → whether it is an error; a file loaded by several is reported once
    for name in options.files if options.fix else ():
        lines |= {form(finding): True for finding in _fix(name, told=options.format == "text")}
    for name in options.files:
        for diagnostic in _findings(library, name):
            lines.setdefault(form(CheckFinding(diagnostic, display_name(name))), diagnostic.severity == "error")
    for line in lines:
        say(line)
    return int(any(lines.values()))


def _findings(library: ProgramFiles, name: str) -> list[Diagnostic]:
    try:
        if name == "-":
            return library.check_text(read_standard_input(), display_name(name))
        return library.check(program_file(name))
    except RaspError as error:
        return [error.diagnostic]


def _fix(name: str, told: bool) -> list[CheckFinding]:
    """Writes missing brackets into a program. Returns the error that prevents it, unless the check reports it."""
    try:
        source = RewriteTarget(name, program_file(name))
        before, after = rewrite(source, add_brackets)
        mark = before[: before.startswith(BYTE_ORDER_MARK)]
        if after is not None and mark + after != before:
            source.write(mark + after)
            if told:
                say(f"fixed {printable(name)}")
    except (FileMissing, NotUtf8, SourceTooLarge, UnreadableFile):
        return []
    except RaspError as error:
        return [CheckFinding(error.diagnostic, name)]
    return []


class CheckFinding(NamedTuple):
    """An error or warning, and the program in which it is where it has no place of its own."""

    diagnostic: Diagnostic
    name: str

    @property
    def file(self) -> str:
        """The file in which it is."""
        return self.diagnostic.span.file if self.diagnostic.span else self.name

    @property
    def start(self) -> tuple[int, int]:
        """The line and column of its start, from 1."""
        span = self.diagnostic.span
        return (span.line, span.column) if span else (1, 1)

    @property
    def end(self) -> tuple[int, int]:
        """The line and column after its end."""
        span = self.diagnostic.span
        return (span.end_line, span.end_column) if span else (1, 1)

    @property
    def message(self) -> str:
        """What it says, in one line."""
        found = self.diagnostic
        remarks = [*found.details, found.hint, f"Write: {found.suggestion}" if found.suggestion else ""]
        return ". ".join(part.rstrip(".") for part in [found.title, *remarks] if part)


def _editor_line(finding: CheckFinding) -> str:
    """A finding as `file:line:column: code message`, a form that editors parse."""
    line, column = finding.start
    return printable(f"{finding.file}:{line}:{column}: {finding.diagnostic.code} {finding.message}")


def _json_line(finding: CheckFinding) -> str:
    found = finding.diagnostic
    fields = {
        "file": finding.file,
        **dict(zip(("line", "column"), finding.start, strict=True)),
        **dict(zip(("end_line", "end_column"), finding.end, strict=True)),
        "severity": found.severity,
        "code": found.code,
        "title": found.title,
        "hint": found.hint or None,
        "suggestion": found.suggestion or None,
        "message": finding.message,
    }
    return json_text(fields)


def _github_line(finding: CheckFinding) -> str:
    """A finding as a workflow command of GitHub Actions, which shows it beside the line.

    >>> from rasp.base.diagnostics import Diagnostic
    >>> _github_line(CheckFinding(Diagnostic("R201", "unknown name: 100%"), "a,b.rasp"))
    '::error file=a%2Cb.rasp,line=1,endLine=1,col=1,endColumn=1,title=R201::unknown name: 100%25'
    """
    (line, column), (end_line, end_column) = finding.start, finding.end
    place = f"file={_escape(finding.file, ':,')},line={line},endLine={end_line}"
    if line == end_line:  # columns of several lines are not accepted
        place += f",col={column},endColumn={end_column}"
    return f"::{finding.diagnostic.severity} {place},title={finding.diagnostic.code}::{_escape(finding.message)}"


def _escape(text: str, further: str = "") -> str:
    """A text of a workflow command: percent signs, newlines and `further` characters are percent-encoded."""
    return "".join(f"%{ord(char):02X}" if char in f"%\r\n{further}" else char for char in text)


FORMS: dict[str, Callable[[CheckFinding], str]] = {"text": _editor_line, "json": _json_line, "github": _github_line}
