"""The server: the texts that an editor has open, and what happens when one is edited.

A new version is analysed in a thread, and its findings are published. When nothing is typed for a moment, the program
runs, and its errors are published, too. Whatever belongs to an older version is dropped.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from pathlib import Path

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from rasp.base.version import VERSION
from rasp.errors import InternalError, RaspError
from rasp.lsp import diagnostics
from rasp.lsp.analysis import Analysis, Analyst, Document, Superseded
from rasp.lsp.evaluator import Evaluator, NoAnswer
from rasp.lsp.protocol import Protocol
from rasp.lsp.streams import take_over
from rasp.lsp.text import Text
from rasp.lsp.worker import Program, Ran
from rasp.runtime.files import real_path

PAUSE = 0.15  # seconds without an edit after which a program runs


class RaspServer(LanguageServer):
    """A language server for RASP."""

    def __init__(self) -> None:
        full = types.TextDocumentSyncKind.Full
        super().__init__("rasp", VERSION, text_document_sync_kind=full, protocol_cls=Protocol)
        self.analyst = Analyst()
        self.evaluator = Evaluator()
        self.documents: dict[str, Document] = {}
        self._analyses: dict[str, asyncio.Task[Analysis]] = {}
        self._runs: dict[str, asyncio.Task[None]] = {}

    # ------------------------------------------------------------------------------------------------------- texts

    def open(self, uri: str, version: int, text: str) -> None:
        """Takes a new version of a text, and analyses it."""
        if (before := self.documents.get(uri)) is not None:
            before.edited.set()
        encoding = self.workspace.position_encoding
        document = Document(uri, path_of(uri), version, Text(text, encoding), threading.Event())
        self.documents[uri] = document
        if document.path is not None:
            self.analyst.buffers[document.path] = text
        self.evaluator.cancel(uri)
        self._analyses[uri] = asyncio.ensure_future(asyncio.to_thread(self.analyst.analyse, document))
        self._renew(document)

    def close(self, uri: str) -> None:
        """Forgets a text; what the editor shows of it is removed."""
        document = self.documents.pop(uri, None)
        if document is None:
            return
        document.edited.set()
        if document.path is not None:
            self.analyst.buffers.pop(document.path, None)
        self.evaluator.cancel(uri)
        self._analyses.pop(uri).cancel()
        self._runs.pop(uri).cancel()
        self._publish(document, [])

    def _renew(self, document: Document) -> None:
        if (before := self._runs.get(document.uri)) is not None:
            before.cancel()
        self._runs[document.uri] = asyncio.ensure_future(self._show(document))

    async def analysis(self, uri: str) -> Analysis | None:
        """The analysis of the newest version of a text; None for a text that is not open."""
        while (task := self._analyses.get(uri)) is not None:
            with contextlib.suppress(Superseded, asyncio.CancelledError):
                return await asyncio.shield(task)
        return None

    # ---------------------------------------------------------------------------------------------------- findings

    async def _show(self, document: Document) -> None:
        """Publishes the findings of a version, and the errors of its run."""
        try:
            analysis = await asyncio.shield(self._analyses[document.uri])
        except Superseded:
            return
        self._publish(document, diagnostics.static(analysis))
        await asyncio.sleep(PAUSE)
        ran = await self.run(analysis)
        if ran is not None and ran.errors:
            self._publish(document, diagnostics.with_run(analysis, ran))

    async def run(self, analysis: Analysis) -> Ran | None:
        """What a run of a program tells; None when it takes too long, or an edit cancels it."""
        try:
            return await self.evaluator.ask(analysis.document.uri, "run", self.program(analysis.document))  # type: ignore[no-any-return]
        except (NoAnswer, RaspError, InternalError):
            return None

    def program(self, document: Document) -> Program:
        """A text as the worker runs it."""
        return Program(document.name, document.path, document.text.text, dict(self.analyst.buffers))

    def _publish(self, document: Document, found: list[types.Diagnostic]) -> None:
        if document.edited.is_set() and document.uri in self.documents:
            return
        version = document.version if document.uri in self.documents else None
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(document.uri, found, version))


def path_of(uri: str) -> Path | None:
    """The real path of a file; None for a text that is in no file yet."""
    path = to_fs_path(uri) if uri.startswith("file:") else None
    return real_path(Path(path)) if path else None


def make_server() -> RaspServer:
    """A server that answers all that it offers."""
    server = RaspServer()

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        item = params.text_document
        server.open(item.uri, item.version, item.text)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        item = params.text_document
        if item.uri in server.documents and params.content_changes:
            server.open(item.uri, item.version, params.content_changes[-1].text)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        server.close(params.text_document.uri)

    return server


def serve() -> int:
    """Answers the editor on standard input and output until it ends the server; returns the exit status."""
    logging.getLogger("pygls").setLevel(logging.CRITICAL)  # it would print tracebacks of what clients do wrong
    source, target = take_over()
    server = make_server()
    try:
        server.start_io(source, target)  # type: ignore[arg-type]  # it needs these two methods alone
    finally:
        server.evaluator.close()
    return 0
