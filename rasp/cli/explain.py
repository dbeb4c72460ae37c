"""`rasp explain CODE`: explains an error or warning, with a wrong program and its message, and a right program.

The texts are in `grammar/errors.toml`; the messages come from running the wrong programs.
"""

from __future__ import annotations

import argparse
import functools
import os
import sys
import tempfile
import textwrap
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rasp import errors
from rasp.assist.completeness import COMMAND_SIGN
from rasp.base.diagnostics import Diagnostic, nearest_names, render_diagnostic
from rasp.base.limits import limits
from rasp.base.resources import folder
from rasp.cli.output import say
from rasp.conversation.conversation import Conversation
from rasp.errors import RaspError
from rasp.runtime.occurrences import Occurrences, unused
from rasp.session.session import Session
from rasp.session.settings import Listener
from rasp.syntax.formatting import format
from rasp.syntax.parser import parse

WIDTH = 100


def run(options: argparse.Namespace) -> int:
    """Runs the command; returns its exit status."""
    entries = error_table()
    titles = known_codes(entries)
    code = (options.code or "").upper()
    listing = "\n".join(f"{known}  {title}" for known, title in titles.items())
    if not code:
        say(listing)
        return 0
    if code in entries:
        say(explanation(f"{code}: {titles[code]}", entries[code]))
        return 0
    close = nearest_names(code, entries)
    help_text = f"did you mean {' or '.join(close)}?" if close else f"the codes are:\n{listing}"
    say(f"rasp: there is no code {options.code!r:.40}; {help_text}", file=sys.stderr)
    return 1


@functools.cache
def error_table() -> dict[str, dict[str, Any]]:
    """The entries of `grammar/errors.toml`, by code."""
    return tomllib.loads((folder("grammar") / "errors.toml").read_text(encoding="utf-8"))


def known_codes(entries: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Every code with its title, sorted. Titles of warnings are in the table, those of errors in their classes."""
    classes = [cause for cause in vars(errors).values() if isinstance(cause, type) and issubclass(cause, RaspError)]
    titles = {cause.code: cause.title for cause in classes if cause is not RaspError}
    titles |= {code: entry["title"] for code, entry in entries.items() if "title" in entry}
    return dict(sorted(titles.items()))


def explanation(title: str, entry: Mapping[str, Any]) -> str:
    """The text that explains a code."""
    case = {**entry, "program": entry.get("wrong", "")}
    given = " ".join(f"--limit {name}={value}" for name, value in entry.get("limits", {}).items())
    parts = [title, textwrap.fill(entry["meaning"], WIDTH)]
    parts += [_section(name, _file_text(content)) for name, content in entry.get("files", {}).items()]
    parts.append(_section(f"Wrong, with {given}" if given else "Wrong", entry.get("wrong", f"rasp {entry.get('run')}")))
    parts.append(textwrap.indent(first_message(case), "    "))
    parts.append(_section("Right", _format(entry["right"])))
    return "\n\n".join(parts)


def _section(head: str, text: str) -> str:
    return f"{head}:\n\n{textwrap.indent(text.strip(), '    ')}"


def _format(text: str) -> str:
    """A program formatted; a command line as it is."""
    try:
        return format(text)
    except RaspError:
        return text


def _file_text(content: Any) -> str:
    return content if isinstance(content, str) else f"the bytes {content['hex']}"


# ------------------------------------------------------------------------------------------------ running a program


def first_message(case: Mapping[str, Any]) -> str:
    """The first message that the wrong program of an entry causes."""
    with files_of(case) as folder:
        found = diagnose(case, folder)
        return _strip_folder(folder, render_diagnostic(found[0]))


def diagnose(case: Mapping[str, Any], folder: Path) -> list[Diagnostic]:
    """Runs a case of the table in a folder with its files; returns the errors and warnings, those of a check last.

    A case has a `program`, which may be a `:` command, or the name of a file to `run`.
    """
    listener = _Collector()
    session = Session(listener=listener)
    session.scope.unit.folder = folder
    session.drawings = folder / "comp_flows"
    try:
        if "run" in case:
            session.run_file(folder / case["run"], keep_going=True)
        elif example_program(case["program"]).startswith(COMMAND_SIGN):
            Conversation(session, lambda text: None, listening=False).command(example_program(case["program"]))
        else:
            text = example_program(case["program"])
            session.run(text, keep_going=True, name="example.rasp")
            listener.found = listener.found or unused(Occurrences(parse(text, "example.rasp")))
    except RaspError as error:  # the file itself cannot be read
        listener.error(error)
    for found in listener.found:
        found.title = _strip_folder(folder, found.title)
    return listener.found


def _strip_folder(folder: Path, text: str) -> str:
    """Removes a folder from the paths in a text, also where it is written relative to the working folder."""
    here = Path.cwd()
    for path in (folder, folder.relative_to(here) if folder.is_relative_to(here) else folder):
        text = text.replace(f"{path}{os.sep}", "")
    return text


def example_program(spec: Any) -> str:
    """The text of a program of the table: a string, or a list of strings and of `{text, times}`.

    >>> example_program(["a = ", {"text": "(", "times": 3}, ";"])
    'a = (((;'
    """
    parts = [spec] if isinstance(spec, str) else spec
    return "".join(part if isinstance(part, str) else part["text"] * part["times"] for part in parts)


class _Collector(Listener):
    """Collects all errors and warnings."""

    def __init__(self) -> None:
        self.found: list[Diagnostic] = []

    def error(self, error: RaspError) -> None:
        self.found.append(error.diagnostic)

    def warning(self, diagnostic: Diagnostic) -> None:
        self.found.append(diagnostic)


@contextmanager
def files_of(case: Mapping[str, Any]) -> Iterator[Path]:
    """Creates a folder with the files of a case, and sets the limits of the case while the folder exists."""
    before = {name: getattr(limits, name) for name in case.get("limits", {})}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        for file, content in case.get("files", {}).items():
            (folder / file).parent.mkdir(exist_ok=True)
            (folder / file).write_bytes(content.encode() if isinstance(content, str) else bytes.fromhex(content["hex"]))
        try:
            for limit, value in case.get("limits", {}).items():
                setattr(limits, limit, value)
            yield folder
        finally:
            for limit, value in before.items():
                setattr(limits, limit, value)
