"""`rasp check FILE…`: parses programs and looks up their names without running them; prints one line per finding.

With `--fix` it first adds brackets to expressions that may be misread (W101).
"""

from __future__ import annotations

import argparse

from rasp.base.diagnostics import Diagnostic, printable
from rasp.cli.output import say
from rasp.cli.programs import display_name, program_file, read_standard_input
from rasp.cli.rewriting import RewriteTarget, rewrite
from rasp.errors import FileMissing, NotUtf8, RaspError, SourceTooLarge, UnreadableFile
from rasp.runtime.resolve import ProgramFiles
from rasp.syntax.bracketing import add_brackets
from rasp.syntax.reader import BYTE_ORDER_MARK


def run(options: argparse.Namespace) -> int:
    """Runs the command; returns 1 if there is an error, 0 for warnings alone."""
    library = ProgramFiles()
    lines: dict[str, bool] = {}  # finding → whether it is an error; a file loaded by several is reported once
    for name in options.files if options.fix else ():
        lines |= _fix(name)
    for name in options.files:
        for diagnostic in _findings(library, name):
            lines.setdefault(_line(diagnostic, display_name(name)), diagnostic.severity == "error")
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


def _fix(name: str) -> dict[str, bool]:
    """Writes missing brackets into a program. Returns the error that prevents it, unless the check reports it."""
    try:
        source = RewriteTarget(name, program_file(name))
        before, after = rewrite(source, add_brackets)
        mark = before[: before.startswith(BYTE_ORDER_MARK)]
        if after is not None and mark + after != before:
            source.write(mark + after)
            say(f"fixed {printable(name)}")
    except (FileMissing, NotUtf8, SourceTooLarge, UnreadableFile):
        return {}
    except RaspError as error:
        return {_line(error.diagnostic, name): True}
    return {}


def _line(diagnostic: Diagnostic, name: str) -> str:
    """A finding as `file:line:column: code message`, a form that editors parse."""
    span = diagnostic.span
    location = f"{span.file}:{span.line}:{span.column}" if span else f"{name}:1:1"
    remarks = [*diagnostic.details, diagnostic.hint, f"Write: {diagnostic.suggestion}" if diagnostic.suggestion else ""]
    message = ". ".join(part.rstrip(".") for part in [diagnostic.title, *remarks] if part)
    return printable(f"{location}: {diagnostic.code} {message}")
