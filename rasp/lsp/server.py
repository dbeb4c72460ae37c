"""The server: the texts that an editor has open, and what happens when one is edited.

A new version is analysed in a thread, and its findings are published. When nothing is typed for a moment, the program
runs, and its errors are published, too. Whatever belongs to an older version is dropped.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from rasp.assist.documentation import About, SessionNames
from rasp.base.version import VERSION
from rasp.errors import InternalError
from rasp.lsp import diagnostics
from rasp.lsp.analysis import Analysis, Analyst, Document, Superseded
from rasp.lsp.editor_text import DocumentText
from rasp.lsp.evaluator import SECONDS, Evaluator, NoAnswer
from rasp.lsp.names import ProgramNames, language
from rasp.lsp.protocol import Protocol
from rasp.lsp.worker import EditedProgram, Ran
from rasp.runtime.files import real_path

Given = TypeVar("Given")

PAUSE = 0.15  # seconds without an edit after which a program runs


class RaspServer(LanguageServer):
    """A language server for RASP."""

    def __init__(self) -> None:
        full = types.TextDocumentSyncKind.Full
        super().__init__("rasp", VERSION, text_document_sync_kind=full, protocol_cls=Protocol)
        self.analyst = Analyst()
        self.evaluator = Evaluator()
        self.documents: dict[str, Document] = {}
        self._analyses: dict[str, asyncio.Task[Analysis | None]] = {}  # of the newest versions
        self._finished: dict[str, Analysis] = {}  # the last ones that ended
        self._ran: dict[str, Ran] = {}  # the last runs that ended
        self._shows: dict[str, asyncio.Task[None]] = {}
        self.warming: asyncio.Task[SessionNames] | None = None  # makes what the first completion needs
        self._sent: dict[str, tuple[Document, list[types.Diagnostic]]] = {}  # the findings that the editor has

    @property
    def encoding(self) -> str:
        """The units in which columns count."""
        return self.workspace.position_encoding or types.PositionEncodingKind.Utf16

    # ------------------------------------------------------------------------------------------------------- texts

    def open(self, uri: str, version: int, text: str) -> None:
        """Takes a new version of a text, analyses and shows it."""
        self._supersede(uri)
        document = Document(uri, path_of_uri(uri), version, DocumentText(text, self.encoding), threading.Event())
        self.documents[uri] = document
        if document.path is not None:
            self.analyst.buffers[document.path] = text
        self._analyses[uri] = asyncio.ensure_future(self._analyse(document))
        self._shows[uri] = asyncio.ensure_future(self._show(uri))

    def close(self, uri: str) -> None:
        """Forgets a text; what the editor shows of it is removed."""
        self._supersede(uri)
        document = self.documents.pop(uri, None)
        if document is None:
            return
        if document.path is not None:
            self.analyst.buffers.pop(document.path, None)
        for known in (self._analyses, self._finished, self._ran, self._shows, self._sent):
            known.pop(uri, None)
        self._send(document, None, [])
        self.show_loading(uri)

    def _supersede(self, uri: str) -> None:
        """Ends all work on the version of a text that was the newest."""
        if (before := self.documents.get(uri)) is not None:
            before.edited.set()
            self.evaluator.cancel(before)
            self._shows[uri].cancel()

    async def analysis(self, uri: str) -> Analysis | None:
        """The analysis of the newest version of a text; None for a text that is not open."""
        while (task := self._analyses.get(uri)) is not None:
            analysis = await asyncio.shield(task)
            if analysis is not None or self._analyses.get(uri) is task:
                return analysis
        return None

    def names(self, uri: str) -> ProgramNames:
        """The names of a text, as far as they are known now."""
        return ProgramNames(self._finished.get(uri), self.ran_names(uri))

    def ran_names(self, uri: str) -> Mapping[str, About]:
        """The names that the last run of a text has reported."""
        ran = self._ran.get(uri)
        return {} if ran is None else ran.names

    # ---------------------------------------------------------------------------------------------------- findings

    async def _analyse(self, document: Document) -> Analysis | None:
        """The analysis of a version, also for texts that may load it; None if it is edited meanwhile."""
        analysis = await _unless_edited(self.analyst.analyse, document)
        if analysis is not None and not document.edited.is_set():
            self._finished[document.uri] = analysis
            self.show_loading(document.uri)
        return analysis

    async def _show(self, uri: str) -> None:
        """Publishes the findings of the newest version of a text, and the errors of its run."""
        analysis = await self.analysis(uri)
        if analysis is not None:
            await self._show_analysis(analysis)

    def show_loading(self, edited: str = "") -> None:
        """Checks and runs again the texts that may load an edited one, but not that one itself."""
        for uri, document in self.documents.items():
            if uri != edited and self._may_load(document):
                self._shows[uri].cancel()
                self.evaluator.cancel(document)
                self._shows[uri] = asyncio.ensure_future(self._show_again(uri))

    def _may_load(self, document: Document) -> bool:
        """Whether a version may load other programs: unknown while its analysis goes on."""
        known = self._finished.get(document.uri)
        return known is None or known.document is not document or bool(known.program.bindings.loads)

    async def _show_again(self, uri: str) -> None:
        """Publishes the findings of a text when one that it may load has changed."""
        before = await self.analysis(uri)
        if before is None:
            return
        self._analyses[uri] = task = asyncio.ensure_future(_unless_edited(self.analyst.check_again, before))
        analysis = await asyncio.shield(task)
        if analysis is not None:
            self._finished[uri] = analysis
            await self._show_analysis(analysis)

    async def _show_analysis(self, analysis: Analysis) -> None:
        found = diagnostics.static(analysis)
        self._publish(analysis.document, found)
        await asyncio.sleep(PAUSE)
        try:
            ran = await self.evaluator.ask(analysis.document, "run", edited_program(analysis))
        except NoAnswer as reason:
            if reason.line:
                self._publish(analysis.document, [*found, diagnostics.report_stopped(analysis, reason)])
            return
        except InternalError as error:
            self.window_log_message(types.LogMessageParams(types.MessageType.Error, str(error)))
            return
        before, self._ran[analysis.document.uri] = self.ran_names(analysis.document.uri), ran
        self._refresh(_kinds(before), ran)
        if ran.errors:  # otherwise the published findings remain
            self._publish(analysis.document, diagnostics.with_run(analysis, ran))

    def _refresh(self, before: Mapping[str, str], ran: Ran) -> None:
        """Makes the editor request the kinds of names again if these changed and the editor supports it."""
        workspace = self.client_capabilities.workspace
        wishes = None if workspace is None else workspace.semantic_tokens
        if wishes is not None and wishes.refresh_support and before != _kinds(ran.names):
            self.workspace_semantic_tokens_refresh(None)

    def _publish(self, document: Document, found: list[types.Diagnostic]) -> None:
        """Sends the findings of the newest version, if they are new; those of older ones are dropped."""
        if not document.edited.is_set() and self._sent.get(document.uri) != (document, found):
            self._sent[document.uri] = document, found
            self._send(document, document.version, found)

    def _send(self, document: Document, version: int | None, found: list[types.Diagnostic]) -> None:
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(document.uri, found, version))


async def _unless_edited(analyse: Callable[[Given], Analysis], given: Given) -> Analysis | None:
    """An analysis, made in a thread; None if the text is edited meanwhile."""
    try:
        return await asyncio.to_thread(analyse, given)
    except Superseded:
        return None


def _kinds(names: Mapping[str, About]) -> dict[str, str]:
    return {name: entry.kind for name, entry in names.items()}


def edited_program(analysis: Analysis) -> EditedProgram:
    """A text as the worker runs it."""
    document = analysis.document
    return EditedProgram(document.name, document.path, document.text.text, analysis.buffers)


def path_of_uri(uri: str) -> Path | None:
    """The real path of a file; None for a text that is in no file yet, and for what no file can be called."""
    path = to_fs_path(uri) if uri.startswith("file:") else None
    return real_path(Path(path)) if path and "\0" not in path else None


def make_server() -> RaspServer:
    """A server that takes the texts of an editor."""
    server = RaspServer()
    _follow_client(server)
    _follow_texts(server)
    return server


def _follow_client(server: RaspServer) -> None:
    """Receives the settings of a client, and prepares for its first request."""

    @server.feature(types.INITIALIZE)
    def begun(params: types.InitializeParams) -> None:
        server.evaluator.seconds = _seconds(params.initialization_options)

    @server.feature(types.INITIALIZED)
    def ready(params: types.InitializedParams) -> None:
        server.evaluator.warm_up()
        server.warming = asyncio.ensure_future(asyncio.to_thread(language))


def _follow_texts(server: RaspServer) -> None:
    """Receives the texts of an editor and their changes."""

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        item = params.text_document
        server.open(item.uri, item.version, item.text)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        item = params.text_document
        if item.uri in server.documents and params.content_changes:
            server.open(item.uri, item.version, params.content_changes[-1].text)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def changed_on_disk(params: types.DidChangeWatchedFilesParams) -> None:
        if any(path_of_uri(change.uri) not in server.analyst.buffers for change in params.changes):
            server.show_loading()

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        server.close(params.text_document.uri)


def _seconds(options: object) -> float:
    """The time limit of a run that a client sets, from a tenth of a second to ten minutes; else the usual one."""
    given = options.get("timeLimit") if isinstance(options, Mapping) else getattr(options, "timeLimit", None)
    return min(600.0, max(0.1, float(given))) if isinstance(given, int | float) and given == given else SECONDS
