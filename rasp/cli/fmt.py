"""`rasp fmt FILE…`: formats programs; writes only files that change."""

from __future__ import annotations

import argparse
import difflib
import re
import sys
from io import TextIOWrapper

from rasp.base.diagnostics import printable
from rasp.cli.output import flush, say
from rasp.cli.printing import print_error
from rasp.cli.rewriting import RewriteTarget, rewrite, sources
from rasp.errors import InternalError, RaspError
from rasp.syntax.formatting import format


def run(options: argparse.Namespace) -> int:
    """Runs the command; returns 1 after an error, or if `--check` finds a program to change."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # a program is UTF-8, whatever the encoding of the terminal
    errors: list[RaspError] = []

    def report(error: RaspError) -> None:
        errors.append(error)
        print_error(error)

    statuses = [_status(source, options) for source in sources(options.files, report)]
    return int(any(statuses) or bool(errors))


def _status(source: RewriteTarget, options: argparse.Namespace) -> bool:
    """Formats a program; returns whether the command fails because of it."""
    try:
        return _format(source, options)
    except RaspError as error:
        print_error(error)
    except InternalError as error:
        flush()
        say(f"rasp: {source.name} is left alone: {error}. This is a mistake of rasp's.", file=sys.stderr)
    return True


def _format(source: RewriteTarget, options: argparse.Namespace) -> bool:
    before, after = rewrite(source, format)
    if options.diff and after is not None:
        _show_difference(source.name, before, after)
    if options.check:
        if after is not None and not options.diff:
            say(source.name)
        return after is not None
    if not options.diff:
        _put(source, before, after)
    return False


def _put(source: RewriteTarget, before: str, after: str | None) -> None:
    if source.file is None:
        say(before if after is None else after, end="")
    elif after is not None:
        source.write(after)
        say(f"formatted {source.name}")


def _show_difference(name: str, before: str, after: str) -> None:
    """Prints a unified diff, as `diff -u` does."""
    for line in difflib.unified_diff(_lines(before), _lines(after), name, name):
        bare = line.removesuffix("\n")
        say(printable(bare) if sys.stdout.isatty() else bare)
        if bare == line:
            say("\\ No newline at end of file")


def _lines(text: str) -> list[str]:
    """The lines of a text, with their newlines."""
    return [line for line in re.split(r"(?<=\n)", text) if line]
