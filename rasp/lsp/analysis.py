"""Parses the texts of an editor and looks up their names, with the parser and the checks of `rasp check`."""

from __future__ import annotations

import bisect
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from rasp.base.diagnostics import Diagnostic, Span
from rasp.errors import RaspError
from rasp.lsp.editor_text import DocumentText
from rasp.lsp.preview import Stamp, stamp_of
from rasp.runtime.files import display_path, real_path, unit_of
from rasp.runtime.occurrences import Occurrence, Occurrences
from rasp.runtime.resolve import ProgramFile, ProgramFiles, file_of, items_of
from rasp.runtime.scope import SourceUnit
from rasp.syntax import tree
from rasp.syntax.parser import check_text_size

Yielded = TypeVar("Yielded")


class Superseded(Exception):
    """Raised in an analysis whose text has been edited since."""


@dataclass(frozen=True, eq=False)
class Document:
    """A version of a text that an editor has open; `path` is the real path of its file, if it may have one."""

    uri: str
    path: Path | None
    version: int
    text: DocumentText
    edited: threading.Event  # set when there is a newer version

    @property
    def name(self) -> str:
        """The name of the text in messages."""
        return self.uri if self.path is None else display_path(self.path)

    @property
    def unit(self) -> SourceUnit:
        return SourceUnit(self.name) if self.path is None else unit_of(self.path)


@dataclass(frozen=True, eq=False)
class Analysis:
    """What is known about a version of a text without running it."""

    document: Document
    program: ProgramFile
    findings: list[Diagnostic]
    names: Occurrences
    buffers: Mapping[Path, str]  # the texts of the editor with which it was found

    @property
    def text(self) -> DocumentText:
        return self.document.text

    @cached_property
    def places(self) -> list[tuple[int, int, Occurrence]]:
        """The names in the text: their offsets, and what they refer to."""
        return [(*self.text.stretch(each.name.span), each) for each in self.names if each.name.span is not None]

    def name_at(self, offset: int) -> Occurrence | None:
        """The name at an offset, or directly before it."""
        place = bisect.bisect_right(self.places, offset, key=lambda each: each[0]) - 1
        if place < 0:
            return None
        _, end, found = self.places[place]
        return found if offset <= end else None

    def load_at(self, offset: int) -> tree.Load | None:
        """The `load` at the top level whose text covers an offset."""
        for load in self.program.bindings.loads:
            if load.span is not None:
                start, end = self.text.stretch(load.span)
                if start <= offset <= end:
                    return load
        return None


class _Files(ProgramFiles):
    """The programs that the texts of an editor load; what has changed is read again."""

    def __init__(self, buffers: dict[Path, str]) -> None:
        super().__init__(buffers)
        self._stamps: dict[Path, Stamp | None] = {}

    def read(self, file: Path, name: str = "") -> ProgramFile:
        """As in the base class; records the state of the file."""
        path = real_path(file)
        self._stamps.setdefault(path, self._stamp(path))
        return super().read(file, name)

    def keep(self, path: Path, file: ProgramFile) -> None:
        """As in the base class, for a text of the editor."""
        self._stamps[path] = None
        super().keep(path, file)

    def forget_changed(self) -> None:
        """Forgets the programs of files that have changed on the disk, and of texts that were closed."""
        for path, stamp in list(self._stamps.items()):
            if self._stamp(path) != stamp:
                del self._stamps[path]
                self.forget(path)

    def _stamp(self, path: Path) -> Stamp | None:
        return None if path in self.buffers else stamp_of(path)


class Analyst:
    """Analyses texts. The programs that they load are parsed once, and again when their files have changed."""

    def __init__(self) -> None:
        self.buffers: dict[Path, str] = {}  # the texts of the editor
        self.files = _Files(self.buffers)
        self.lock = threading.Lock()  # held while the files are used

    def analyse(self, document: Document) -> Analysis:
        """Parses a text and checks it. Raises Superseded when it is edited meanwhile."""
        with self.lock:
            program = self._parse(document)
            if document.path is not None:
                self.files.keep(document.path, program)
            return self._check(document, program)

    def check_again(self, analysis: Analysis) -> Analysis:
        """The analysis of the same text when another one, which it may load, has changed."""
        with self.lock:
            return self._check(analysis.document, analysis.program)

    def _parse(self, document: Document) -> ProgramFile:
        text = document.text.text
        try:
            check_text_size(text, document.name)
        except RaspError as error:
            return file_of([error], document.path, document.unit)
        items = items_of(text, document.name)
        return file_of(_until(document.edited.is_set, items), document.path, document.unit)

    def _check(self, document: Document, program: ProgramFile) -> Analysis:
        self.files.forget_changed()
        names = self.files.occurrences(program)
        _go_on(document)
        findings = self.files.findings(program, names)
        _go_on(document)
        return Analysis(document, program, findings, names, dict(self.buffers))


def _go_on(document: Document) -> None:
    """Raises Superseded if a text has been edited."""
    if document.edited.is_set():
        raise Superseded


def _until(stop: Callable[[], bool], items: Iterable[Yielded]) -> Iterator[Yielded]:
    """Yields the items, and raises Superseded as soon as `stop` is true."""
    for item in items:
        if stop():
            raise Superseded
        yield item


def is_of(span: Span | None, document: Document) -> bool:
    """Whether a span lies in a document; one without a place counts as its own."""
    return span is None or span.file == document.name
