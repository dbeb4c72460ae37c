"""Renames what a name refers to, in all texts that share it, if the programs stay the same."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from lsprotocol import types

from rasp.assist.token_list import CONSTANTS, KEYWORDS, OPERATOR_WORDS
from rasp.lsp.analysis import Analysis
from rasp.lsp.files import FileView
from rasp.lsp.navigating import Uses
from rasp.lsp.worker import EditedProgram
from rasp.runtime.files import display_path
from rasp.runtime.occurrences import LANGUAGE, Occurrence
from rasp.runtime.prelude import prelude
from rasp.session.examples import examples_in

NAME = re.compile(r"[a-zA-Z_][a-zA-Z_0-9]*")
WORDS = frozenset((*KEYWORDS, *OPERATOR_WORDS, *CONSTANTS, "select", "aggregate", "load", "out"))
STRING_OR_NAME = re.compile(r'"[^"]*"|[a-zA-Z_][a-zA-Z_0-9]*')


class Refused(Exception):
    """Why something cannot be renamed."""


class Change(NamedTuple):
    """A text with its edits, and the program before and after them."""

    view: FileView
    edits: list[types.TextEdit]
    before: EditedProgram
    after: EditedProgram


def refuse(problem: str) -> None:
    """Raises Refused if there is a problem."""
    if problem:
        raise Refused(problem)


def check_renamable(found: tuple[Analysis, Occurrence | None] | None) -> tuple[Analysis, Occurrence]:
    """An analysis with the name at a place, where it may be renamed. Raises Refused."""
    if found is None or found[1] is None:
        raise Refused("there is no name here")
    analysis, name = found[0], found[1]
    if name.root.kind == LANGUAGE:
        raise Refused(f"`{name.name.id}` is a name of the language")
    if name.root.is_loaded:
        raise Refused(f"a function loads `{name.name.id}` from another file")
    return analysis, name


def changes(old: str, new: str, places: Uses) -> list[Change]:
    """The edits of all texts. Raises Refused where the new name would mean something else, or cannot be a name."""
    _check_name(new)
    for view, found in places:
        _check_text(view, found, new)
    plans = [(view, _replacements(view, found, old)) for view, found in places]
    plans = [(view, found) for view, found in plans if found]
    texts = {view: _replaced(view.text.text, stretches, new) for view, stretches in plans}
    before = plans[0][0].buffers if plans else {}
    after = {**before, **{view.path: text for view, text in texts.items() if view.path is not None}}
    return [
        Change(
            view,
            [types.TextEdit(view.text.range(*stretch), new) for stretch in stretches],
            EditedProgram(_name(view), view.path, view.text.text, dict(before)),
            EditedProgram(_name(view), view.path, texts[view], after),
        )
        for view, stretches in plans
    ]


def _name(view: FileView) -> str:
    return view.uri if view.path is None else display_path(view.path)


def _check_name(new: str) -> None:
    if not NAME.fullmatch(new):
        raise Refused(f"`{new}` cannot be a name")
    if new in WORDS or new in prelude().visible():
        raise Refused(f"`{new}` is a word of the language")


def _check_text(view: FileView, found: Iterable[Occurrence], new: str) -> None:
    name = _name(view)
    if view.program.unit.library and any(True for _ in found):
        raise Refused(f"{name} belongs to the library")
    if view.program.errors:
        raise Refused(f"{name} has a syntax error")
    if new in view.names.top or any(each.name.id == new for each in view.names):
        raise Refused(f"{name} has another `{new}`")


def _replacements(view: FileView, found: Iterable[Occurrence], old: str) -> list[tuple[int, int]]:
    """The places of a name in a text, and in the examples of its comments if it is one of the top level."""
    stretches = {view.text.stretch(each.name.span) for each in found if each.name.span is not None}
    if stretches and any(each.root is view.names.top.get(old) for each in found):
        stretches.update(_in_examples(view.text.text, old))
    return sorted(stretches)


def _in_examples(text: str, old: str) -> Iterable[tuple[int, int]]:
    """The places of a name in the lines of examples."""
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    for example in examples_in(text):
        start = starts[example.line - 1]
        begin = text.index(">>>", start)
        end = text.find("\n", begin)
        for match in STRING_OR_NAME.finditer(text, begin, len(text) if end < 0 else end):
            if match[0] == old:
                yield match.span()


def _replaced(text: str, stretches: list[tuple[int, int]], new: str) -> str:
    parts, done = [], 0
    for start, end in stretches:
        parts += [text[done:start], new]
        done = end
    return "".join([*parts, text[done:]])
