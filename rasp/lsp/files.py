"""Finds the programs that an editor's text refers to: open texts, files beside them, and files in its folders."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from lsprotocol import types

from rasp.base.diagnostics import Span
from rasp.errors import RaspError
from rasp.lsp.analysis import Analyst
from rasp.lsp.editor_text import DocumentText
from rasp.runtime.files import read_program, real_path
from rasp.runtime.occurrences import TOP, Occurrence, Occurrences, Symbol
from rasp.runtime.resolve import ProgramFile
from rasp.syntax import tree

MOST_FILES = 500
MOST_FOLDERS = 2_000


@dataclass(frozen=True, eq=False)
class FileView:
    """A program with its names and, when it is first needed, its text."""

    path: Path | None
    uri: str
    program: ProgramFile
    names: Occurrences
    buffers: dict[Path, str]
    encoding: str

    @cached_property
    def text(self) -> DocumentText:
        assert self.path is not None
        return DocumentText(read_program(self.path, self.buffers), self.encoding)

    def location(self, span: Span) -> types.Location:
        return types.Location(self.uri, self.text.range_of(span))


class Views:
    """The programs around one text of the editor; to be used in the thread of the analyst."""

    def __init__(self, analyst: Analyst, encoding: str) -> None:
        self._files = analyst.files
        self._buffers = analyst.buffers
        self._encoding = encoding
        self._views: dict[ProgramFile, FileView] = {}

    def view(self, program: ProgramFile, uri: str = "", text: DocumentText | None = None) -> FileView:
        """The view of a program; `uri` and `text` are those of the editor, which programs without a path need."""
        if program not in self._views:
            made = FileView(
                program.path,
                uri or (program.path.as_uri() if program.path else ""),
                program,
                self._files.occurrences(program),
                self._buffers,
                self._encoding,
            )
            if text is not None:
                made.__dict__["text"] = text
            self._views[program] = made
        return self._views[program]

    def programs(self, folders: Iterable[Path]) -> list[FileView]:
        """The programs that the editor has open, and those in these folders."""
        paths = dict.fromkeys([*self._buffers, *(real_path(file) for file in _programs_in(folders))])
        found = []
        for path in paths:
            try:
                found.append(self.view(self._files.read(path)))
            except RaspError:
                continue  # a file that cannot be read has no references
        return found

    def loaded(self, view: FileView) -> list[tuple[tree.Load, FileView]]:
        """The `load` statements of a program's top level, with the programs that they load."""
        return [(load, self.view(program)) for load, program in self._files.loads(view.program)]

    def binding(self, view: FileView, name: str) -> tuple[FileView, list[Occurrence]] | None:
        """The program that binds a name that another one loads, with the places of the bindings."""
        for program in self._files.reachable(view.program):
            found = self.view(program)
            bound = [each for each in found.names if each.binds and each.root is found.names.top.get(name)]
            if bound:
                return found, bound
        return None

    def sharing(self, view: FileView, name: str, others: Iterable[FileView]) -> list[tuple[FileView, Symbol]]:
        """The programs in which a name of the top level is the same, because one loads another."""
        known = dict.fromkeys([view, *self._reachable([view, *others])])
        has = {each: each.names.top[name] for each in known if name in each.names.top}
        links = {each: {other for _, other in self.loaded(each) if other in has} for each in has}
        joined, waiting = {view: has[view]} if view in has else {}, [view]
        while waiting:
            here = waiting.pop()
            for other in has:
                if other not in joined and (other in links.get(here, ()) or here in links[other]):
                    joined[other] = has[other]
                    waiting.append(other)
        return list(joined.items())

    def _reachable(self, views: Iterable[FileView]) -> Iterator[FileView]:
        for view in views:
            yield from map(self.view, self._files.reachable(view.program))


def _programs_in(folders: Iterable[Path]) -> Iterator[Path]:
    """The `.rasp` files in folders and the folders inside them; not all of a folder that has very many."""
    visited = found = 0
    for folder in folders:
        for path, inside, names in os.walk(folder):
            inside[:] = [name for name in inside if not name.startswith(".")]
            visited += 1
            for name in names:
                if name.endswith(".rasp") and os.path.isfile(file := os.path.join(path, name)):  # a pipe would block
                    found += 1
                    yield Path(file)
            if visited > MOST_FOLDERS or found > MOST_FILES:
                return


def is_shared(symbol: Symbol) -> bool:
    """Whether other programs may know a symbol."""
    return symbol.kind == TOP and not symbol.name.startswith("_")
