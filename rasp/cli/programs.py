"""Finds and runs the programs named on the command line (files, library programs, `-`), and finds their s-ops."""

from __future__ import annotations

import sys
from pathlib import Path

from rasp.base.contents import MODEL, beginning, content_of
from rasp.base.limits import limits
from rasp.cli.printing import new_session
from rasp.cli.special_names import LIBRARY, STANDARD_INPUT
from rasp.errors import FileMissing, NotAnSOp, RaspError, UnknownName, UnreadableFile
from rasp.runtime import stdlib
from rasp.runtime.files import find_program, program_text
from rasp.runtime.scope import SourceUnit
from rasp.session.choosing import SOpOrSelector, choose_all, choose_operator, operators_of
from rasp.session.session import Session


def run_program(session: Session, name: str, keep_going: bool = False) -> list[RaspError]:
    """Runs a program in a session, as `Session.run_file` does. Raises RaspError."""
    if name in ("-", STANDARD_INPUT):
        return session.run(read_standard_input(), keep_going, name=STANDARD_INPUT)
    return session.run_file(program_file(name), keep_going)


def display_name(name: str) -> str:
    """The name of a program in messages."""
    return STANDARD_INPUT if name == "-" else name or "''"


def program_file(name: str) -> Path:
    """The file of a program: a path, or the name of a library program. Raises FileMissing."""
    if not name:  # as from an unset variable of the shell; Path("") would be the working folder
        raise FileMissing("the name of the program is empty", hint="Give a file, or the name of a library program.")
    path = Path(name)
    if path.suffix == ".rasp" or (exists(path) and not (path.is_dir() and name in (*stdlib.names(), LIBRARY))):
        return path
    if name == LIBRARY:
        hint = "`rasp stdlib` lists its programs, `rasp stdlib NAME` prints one, and `rasp run NAME` runs it."
        raise FileMissing("stdlib is the library, not a program of it", hint=hint)
    try:
        return find_program(name, SourceUnit("<session>"))
    except FileMissing:
        if not path.suffix:
            raise
        return path  # it has a suffix, so a missing file was meant


def is_model(name: str) -> bool:
    """Whether a file of this name exists and seems to be a model."""
    return content_of(beginning(Path(name)), name).kind == MODEL


def exists(path: Path) -> bool:
    """Whether a file or folder exists; False for a name that the system refuses."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def read_standard_input() -> str:
    """The program on standard input. Raises UnreadableFile, WrongFile, SourceTooLarge or NotUtf8."""
    return program_text(standard_input_bytes(), STANDARD_INPUT)


def standard_input_bytes() -> bytes:
    """The bytes of standard input, up to one more than the limit `source`. Raises UnreadableFile."""
    if sys.__stdin__ is None:
        raise UnreadableFile("standard input cannot be read: it is closed")
    try:
        return sys.stdin.buffer.read(limits.source + 1)
    except OSError as error:
        raise UnreadableFile(f"standard input cannot be read: {error.strerror}") from None


def operators(session: Session, names: list[str], several: bool = True) -> dict[str, SOpOrSelector]:
    """The s-ops and selectors named by -s; without names, all public s-ops of the program.

    Without `several` and without names, raises NotAnSOp unless the program has exactly one s-op.
    """
    if names:
        return choose_all(session, names)
    sops = operators_of(session, selectors=False)
    if not sops:
        hint = "Give it a name, or choose one with -s."
        raise NotAnSOp("the program names no s-op that could be shown", hint=hint)
    if len(sops) > 1 and not several:
        raise NotAnSOp("the program names several s-ops", hint=f"Choose with -s: {', '.join(sops)}.")
    return sops


def operators_at(references: list[str], selectors: bool = True) -> list[SOpOrSelector]:
    """The s-ops or, with `selectors`, selectors that each `FILE:NAME` names.

    A program runs once, though it is named twice. Raises RaspError.
    """
    sessions: dict[str, Session] = {}
    found = []
    for reference in references:
        file, mark, name = reference.rpartition(":")
        if not mark or not file:
            raise UnknownName(f"{reference!r:.60} names no s-op", hint="Write FILE:NAME, such as sort.rasp:sorted.")
        if file not in sessions:
            sessions[file] = new_session(show=False)
            run_program(sessions[file], file)
        found.append(choose_operator(sessions[file], name, "", selectors=selectors))
    return found
