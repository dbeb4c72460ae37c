"""Runs the programs of an editor, in a process of its own that may be killed at any time.

A job is a method of `Worker` with its arguments; `evaluator.py` sends it. A program that was run is kept, so that
further questions about it are answered at once.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from itertools import zip_longest
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

from rasp.assist.documentation import About, about, definition_text
from rasp.base.diagnostics import Diagnostic, Span, clip
from rasp.conversation.display import Screen, result_text
from rasp.draw.files import check_drawing_size
from rasp.errors import InternalError, RaspError, UnknownName
from rasp.graph.nodes import Node, is_selector
from rasp.lsp.preview import Place, Preview
from rasp.present.evaluation import architecture_of
from rasp.present.text import error_line, sequence_text, value_text
from rasp.runtime.machine import ShownResult
from rasp.runtime.scope import MISSING
from rasp.runtime.values import Builtin, Scorer, UserFunction, same
from rasp.session.drawing import flow_of
from rasp.session.sops import wrap
from rasp.syntax import tree

SCREEN = Screen(80)
HINT_WIDTH = 60  # columns
HINT_ELEMENTS = 12


class EditedProgram(NamedTuple):
    """A program as the editor has it: its name in messages, its path, its text, and the unsaved texts of all files."""

    name: str
    path: Path | None
    text: str
    buffers: Mapping[Path, str]


class Ran(NamedTuple):
    """The result of a run: its errors, its names, and the files of the spans by their names."""

    errors: list[Diagnostic]
    names: dict[str, About]
    files: dict[str, Path]


class Described(NamedTuple):
    """What hovering shows of a name: its documentation, its definition, and its value on the example."""

    entry: About
    definition: str
    result: str


class Worker:
    """Answers jobs about programs; `watch` is called with the line that runs."""

    KEPT = 4  # programs

    def __init__(self, watch: Callable[[int], None] = lambda line: None) -> None:
        self._watch = watch
        self._kept: dict[Any, Preview] = {}

    def run(self, program: EditedProgram) -> Ran:
        """Runs a program; after a statement that fails, the others still run."""
        session = self._session(program)
        known = {name: entry for name in session.names() if (entry := about(name, session)) is not None}
        return Ran([error.diagnostic for error in session.errors], known, session.files)

    def describe(self, program: EditedProgram, name: str, place: Place | None) -> Described | None:
        """A name with its value at a place of the program, or at its end; None for an unknown name."""
        session = self._session(program)
        entry = about(name, session)
        if entry is None:
            return None
        value = session.value_at(name, place)
        result = "" if value is MISSING else result_text(ShownResult(name, value), session, SCREEN)
        if isinstance(value, (UserFunction, Builtin, Scorer)):
            result = ""  # it would repeat the signature
        return Described(entry, definition_text(name, session) or "", result)

    def layers(self, program: EditedProgram, name: str, place: Place | None) -> str:
        """The layers and heads of an s-op or selector in a line; empty for another value."""
        session = self._session(program)
        value = session.value_at(name, place)
        if not isinstance(value, Node):
            return ""
        return architecture_of([value], session.names_of_nodes, assume_bos=False).summary

    def values(self, program: EditedProgram) -> list[tuple[Span, str]]:
        """The value of each assignment on the example, in a line, with the place of the statement."""
        session = self._session(program)
        return [
            (statement.span, text)
            for statement, shown in session.ran
            if statement.span is not None and (text := _hint(statement, shown, session))
        ]

    def drawing(self, program: EditedProgram, name: str) -> str:
        """The drawing of an s-op or selector on the example as a page of HTML. Raises UnknownName, or its error."""
        from rasp.draw.html import render  # imported late: most jobs draw nothing

        session = self._session(program)
        wanted = name or next(iter(session.sops()), "")
        value = session.value_at(wanted, None)
        if not isinstance(value, Node):
            raise UnknownName(f"`{wanted}` is no s-op or selector" if wanted else "the program names no s-op")
        example = session.settings.selector_example if is_selector(value) else session.settings.sop_example
        check_drawing_size(len(example))
        return render(flow_of([wrap(value, session.names_of_nodes)], session.names_of_nodes, example))

    def difference(self, before: EditedProgram, after: EditedProgram, old: str, new: str) -> str:
        """What a renaming would change in a program besides a name; empty if it changes nothing."""
        first, second = self._session(before), self._session(after)
        codes = [[error.code for error in session.errors] for session in (first, second)]
        if codes[0] != codes[1]:
            return f"{after.name} would have other errors"
        results = [[shown for _, shown in session.ran] for session in (first, second)]
        for one, other in zip_longest(*results, fillvalue=[]):
            for before_it, after_it in zip_longest(one, other, fillvalue=ShownResult(None, MISSING)):
                renamed = new if before_it.name == old else before_it.name
                if renamed not in (after_it.name, new) or not _same(before_it.value, after_it.value):
                    return f"`{renamed or 'a result'}` in {after.name} would have another value"
        return ""

    def _session(self, program: EditedProgram) -> Preview:
        """The session in which a program has run; it runs again when a file that it has loaded has changed."""
        key = (program.path, program.text, tuple(sorted(program.buffers.items())))
        kept = self._kept.pop(key, None)
        if kept is None or not kept.is_current():
            kept = Preview(program.name, program.path, program.buffers, self._watch)
            kept.preview(program.text)
        self._kept[key] = kept
        while len(self._kept) > self.KEPT:
            del self._kept[next(iter(self._kept))]
        return kept


def _same(one: Any, other: Any) -> bool:
    """Whether two values are the same; functions are, if they take as many arguments."""
    if isinstance(one, UserFunction) and isinstance(other, UserFunction):
        return len(one.parameters) == len(other.parameters)
    return one is other or same(one, other)


def _hint(statement: tree.SyntaxNode, shown: list[ShownResult], session: Preview) -> str:
    """The values of an assignment in a line; empty for another statement, and where the value can be read in it."""
    if not isinstance(statement, tree.Assign) or all(isinstance(value, tree.Literal) for value in statement.values):
        return ""
    return ", ".join(text for item in shown if (text := _value_in_line(item.value, session)))


def _value_in_line(value: Any, session: Preview) -> str:
    if isinstance(value, (UserFunction, Builtin, Scorer)):
        return ""
    if not isinstance(value, Node):
        return clip(" ".join(value_text(value, session.names_of_nodes, HINT_ELEMENTS).split()), HINT_WIDTH)
    settings = session.settings
    try:
        if is_selector(value):
            matrix = session.evaluate(value, settings.selector_example)
            return f"{int(matrix.sum())} of {matrix.size} selected"
        result = session.evaluate(value, settings.sop_example)
    except RaspError as error:
        return clip(f"no value: {error_line(error)}", HINT_WIDTH)
    return clip(sequence_text(result.values, result.kind, HINT_ELEMENTS), HINT_WIDTH)


# ------------------------------------------------------------------------------------------------------ the process


def begin(connection: Connection, line: Any) -> None:
    """The main function of the process: answers jobs until the server closes the connection or ends."""
    threading.Thread(target=_end_with_parent, daemon=True).start()

    def watch(number: int) -> None:
        line.value = number

    worker = Worker(watch)
    while True:
        try:
            job, arguments = connection.recv()
        except EOFError:
            return
        connection.send(_answer(worker, job, arguments))


def _answer(worker: Worker, job: str, arguments: tuple[Any, ...]) -> Any:
    """The answer, or the error in its place: a RaspError, or a fault of rasp itself."""
    try:
        return getattr(worker, job)(*arguments)
    except (RaspError, InternalError) as error:
        return error


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
    os._exit(1)
