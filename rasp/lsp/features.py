"""The requests of the protocol that the server answers; `FEATURES` lists them.

A request is answered for the newest version of its text. What looks at all names of a text, or at several files, is
worked out in a thread, so that other requests need not wait for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from rasp.errors import InternalError, RaspError
from rasp.lsp import completing, editing, hovering, navigating, renaming, semantic_tokens
from rasp.lsp.analysis import Analysis, Document
from rasp.lsp.evaluator import NoAnswer
from rasp.lsp.files import FileView, Views
from rasp.lsp.preview import Place
from rasp.lsp.server import RaspServer, edited_program, path_of_uri
from rasp.present.text import error_line
from rasp.runtime.occurrences import Occurrence

REQUEST_FAILED = -32803  # the protocol's code for a request that is right but cannot be carried out


class Placed(Protocol):
    """The parameters of a request about a place in a text."""

    text_document: types.TextDocumentIdentifier
    position: types.Position


class Features:
    """The answers of a server."""

    def __init__(self, server: RaspServer) -> None:
        self._server = server

    # ------------------------------------------------------------------------------------------------------ writing

    async def completion(self, params: types.CompletionParams) -> types.CompletionList | None:
        """Choices for what is being typed, without waiting for an analysis."""
        document = self._document(params)
        if document is None:
            return None
        folder = Path() if document.path is None else document.path.parent
        return completing.completion(document.text, params.position, self._server.names(document.uri), folder)

    async def signature(self, params: types.SignatureHelpParams) -> types.SignatureHelp | None:
        """The call around the cursor."""
        document = self._document(params)
        names = self._server.names(params.text_document.uri)
        return None if document is None else completing.signature(document.text, params.position, names)

    async def formatting(self, params: types.DocumentFormattingParams) -> list[types.TextEdit] | None:
        """The edits that bring the text into the one layout."""
        document = self._document(params)
        if document is None:
            return None
        return await asyncio.to_thread(editing.formatting, document.text, document.name)

    async def actions(self, params: types.CodeActionParams) -> list[types.CodeAction] | None:
        """The corrections of findings."""
        analysis = await self._analysis(params)
        if analysis is None or not _wants(params.context.only, types.CodeActionKind.QuickFix):
            return None
        return editing.actions(analysis, self._server.names(analysis.document.uri), params.range)

    async def can_rename(self, params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder:
        """The range of the name that would be renamed."""
        analysis, name = await self._to_rename(params)
        return types.PrepareRenamePlaceholder(_range(analysis, name), name.name.id)

    async def rename(self, params: types.RenameParams) -> types.WorkspaceEdit:
        """The edits of all texts that share a name, if the programs stay the same."""
        analysis, name = await self._to_rename(params)
        try:
            planned = await asyncio.to_thread(self._changes, analysis, name, params.new_name)
            for change in planned:
                job = "difference", change.before, change.after, name.name.id, params.new_name
                renaming.refuse(await self._server.evaluator.ask(analysis.document, *job))
        except (renaming.Refused, NoAnswer) as reason:
            raise JsonRpcException(f"not renamed: {reason}", REQUEST_FAILED) from None
        return types.WorkspaceEdit(changes={change.view.uri: change.edits for change in planned})

    async def _to_rename(self, params: Placed) -> tuple[Analysis, Occurrence]:
        """The analysis of a text, with the name at a place. Raises JsonRpcException if it cannot be renamed."""
        found = await self._named(params)
        try:
            return renaming.check_renamable(found)
        except renaming.Refused as reason:
            raise JsonRpcException(f"not renamed: {reason}", REQUEST_FAILED) from None

    def _changes(self, analysis: Analysis, name: Occurrence, new: str) -> list[renaming.Change]:
        with self._server.analyst.lock:
            return renaming.changes(name.name.id, new, self._uses(analysis, name))

    # ------------------------------------------------------------------------------------------------------ reading

    async def hover(self, params: types.HoverParams) -> types.Hover | None:
        """The documentation of the name at a position."""
        analysis = await self._analysis(params)
        if analysis is None:
            return None
        offset = analysis.text.offset(params.position)
        name = await asyncio.to_thread(analysis.name_at, offset)
        if name is not None:
            shown, place = await self._hover_name(analysis, name), _range(analysis, name)
        elif (load := analysis.load_at(offset)) is not None and load.span is not None:
            shown, place = hovering.library_hover(load), analysis.text.range_of(load.span)
        elif (word := hovering.word_at(analysis.text, offset)) is not None:
            shown, place = await self._hover_word(analysis, word[0]), word[1]
        else:
            return None
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, shown), place) if shown else None

    async def _hover_name(self, analysis: Analysis, name: Occurrence) -> str:
        if hovering.is_inner(name):
            return hovering.inner(name)
        return await self._described(analysis, name.name.id, hovering.moment(name))

    async def _hover_word(self, analysis: Analysis, word: str) -> str:
        """The documentation of a word outside the statements that could be parsed."""
        names = self._server.names(analysis.document.uri)
        shown = hovering.form(word, names)
        return shown or (await self._described(analysis, word, None) if names.about(word) else "")

    async def _described(self, analysis: Analysis, name: str, place: Place | None) -> str:
        entry = self._server.names(analysis.document.uri).about(name)
        job = edited_program(analysis), name, place
        try:
            found = await self._server.evaluator.ask(analysis.document, "describe", *job)
        except NoAnswer as reason:
            return "" if entry is None else hovering.entry_hover(entry, f"no value: {reason}")
        if found is None:
            return "" if entry is None else hovering.entry_hover(entry, "no value: the statement that binds it fails")
        try:
            layers = await self._server.evaluator.ask(analysis.document, "layers", *job)
        except (NoAnswer, RaspError) as reason:
            layers = f"layers and heads not counted: {reason}"
        return hovering.name_hover(found, layers)

    async def inlay_hints(self, params: types.InlayHintParams) -> list[types.InlayHint] | None:
        """The values shown after assignments."""
        analysis = await self._analysis(params)
        if analysis is None:
            return None
        try:
            program = edited_program(analysis)
            values = await self._server.evaluator.ask(analysis.document, "values", program)
        except NoAnswer:
            return None
        return hovering.inlay_hints(analysis, values, params.range)

    async def tokens(self, params: types.SemanticTokensParams) -> types.SemanticTokens | None:
        """What each name is."""
        analysis = await self._analysis(params)
        names = self._server.names(params.text_document.uri)
        return None if analysis is None else await asyncio.to_thread(semantic_tokens.semantic_tokens, analysis, names)

    # --------------------------------------------------------------------------------------------------- navigating

    async def definition(self, params: types.DefinitionParams) -> list[types.Location] | None:
        """Where a name is bound."""
        analysis = await self._analysis(params)
        return None if analysis is None else await asyncio.to_thread(self._definition, analysis, params.position)

    def _definition(self, analysis: Analysis, position: types.Position) -> list[types.Location]:
        with self._server.analyst.lock:
            offset = analysis.text.offset(position)
            return navigating.definition(analysis, offset, self._views(), analysis.text.encoding)

    async def references(self, params: types.ReferenceParams) -> list[types.Location] | None:
        """Where a name is used."""
        found = await self._named(params)
        if found is None or found[1] is None:
            return None
        return await asyncio.to_thread(self._references, found[0], found[1], params.context.include_declaration)

    def _references(self, analysis: Analysis, name: Occurrence, with_bindings: bool) -> list[types.Location]:
        with self._server.analyst.lock:
            return navigating.references(self._uses(analysis, name), with_bindings)

    async def highlights(self, params: types.DocumentHighlightParams) -> list[types.DocumentHighlight] | None:
        """The same name elsewhere in the text."""
        analysis = await self._analysis(params)
        if analysis is None:
            return None
        return await asyncio.to_thread(navigating.highlights, analysis, analysis.text.offset(params.position))

    async def symbols(self, params: types.DocumentSymbolParams) -> list[types.DocumentSymbol] | None:
        """The outline of a text."""
        analysis = await self._analysis(params)
        return None if analysis is None else await asyncio.to_thread(navigating.symbols, analysis)

    async def folding(self, params: types.FoldingRangeParams) -> list[types.FoldingRange] | None:
        """What can be folded."""
        analysis = await self._analysis(params)
        return None if analysis is None else await asyncio.to_thread(navigating.folding, analysis)

    # ------------------------------------------------------------------------------------------------------ commands

    async def draw(self, *arguments: object) -> str:
        """The command `rasp.drawing URI [NAME]`: the drawing of an s-op on the example as a page of HTML.

        Without a name it is the program's last s-op.
        """
        uri, name, *_ = [*map(str, arguments), "", ""]
        analysis = await self._server.analysis(uri)
        if analysis is None:
            raise JsonRpcException("the text is not open", REQUEST_FAILED)
        try:
            return str(await self._server.evaluator.ask(analysis.document, "drawing", edited_program(analysis), name))
        except RaspError as error:
            raise JsonRpcException(error_line(error), REQUEST_FAILED) from None
        except (NoAnswer, InternalError) as error:
            raise JsonRpcException(str(error), REQUEST_FAILED) from None

    # ------------------------------------------------------------------------------------------------------- helpers

    def _document(self, params: Any) -> Document | None:
        return self._server.documents.get(params.text_document.uri)

    async def _analysis(self, params: Any) -> Analysis | None:
        return await self._server.analysis(params.text_document.uri)

    async def _named(self, params: Placed) -> tuple[Analysis, Occurrence | None] | None:
        """The analysis, with the name at a place."""
        analysis = await self._analysis(params)
        if analysis is None:
            return None
        return analysis, await asyncio.to_thread(analysis.name_at, analysis.text.offset(params.position))

    def _views(self) -> Views:
        return Views(self._server.analyst, self._server.encoding)

    def _uses(self, analysis: Analysis, name: Occurrence) -> navigating.Uses:
        views = self._views()
        return navigating.uses(analysis, name, views, partial(self._others, views, analysis))

    def _others(self, views: Views, analysis: Analysis) -> Iterable[FileView]:
        """The programs that may share a name with a text: those in the editor's folders, else in the text's own."""
        workspace = self._server.workspace
        uris = [workspace.root_uri, *(folder.uri for folder in workspace.folders.values())]
        folders = [path for uri in uris if uri and (path := path_of_uri(uri)) is not None]
        own = analysis.document.path
        if not folders and own is not None:
            folders = [own.parent]
        return views.programs(folders)


def _range(analysis: Analysis, name: Occurrence) -> types.Range:
    assert name.name.span is not None
    return analysis.text.range_of(name.name.span)


def _wants(kinds: Any, kind: types.CodeActionKind) -> bool:
    """Whether a client wants actions of a kind; it names none if it wants all."""
    return kinds is None or any(str(kind.value).startswith(str(getattr(each, "value", each))) for each in kinds)


FEATURES: tuple[tuple[str, str, Any], ...] = (
    (
        types.TEXT_DOCUMENT_COMPLETION,
        "completion",
        types.CompletionOptions(trigger_characters=completing.TRIGGERS),
    ),
    (
        types.TEXT_DOCUMENT_SIGNATURE_HELP,
        "signature",
        types.SignatureHelpOptions(trigger_characters=completing.OPENING),
    ),
    (types.TEXT_DOCUMENT_FORMATTING, "formatting", None),
    (types.TEXT_DOCUMENT_CODE_ACTION, "actions", types.CodeActionOptions([types.CodeActionKind.QuickFix])),
    (types.TEXT_DOCUMENT_PREPARE_RENAME, "can_rename", None),
    (types.TEXT_DOCUMENT_RENAME, "rename", types.RenameOptions(prepare_provider=True)),
    (types.TEXT_DOCUMENT_HOVER, "hover", None),
    (types.TEXT_DOCUMENT_INLAY_HINT, "inlay_hints", None),
    (types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, "tokens", semantic_tokens.LEGEND),
    (types.TEXT_DOCUMENT_DEFINITION, "definition", None),
    (types.TEXT_DOCUMENT_REFERENCES, "references", None),
    (types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, "highlights", None),
    (types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, "symbols", None),
    (types.TEXT_DOCUMENT_FOLDING_RANGE, "folding", None),
)
COMMANDS = {"rasp.drawing": "draw"}


def register(server: RaspServer) -> None:
    """Makes a server answer all of these."""
    features = Features(server)
    for method, name, options in FEATURES:
        server.feature(method, options)(_function(getattr(features, name)))
    for command, name in COMMANDS.items():
        server.command(command)(_function(getattr(features, name)))


def _function(answer: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """A method as a function, on which pygls sets attributes."""

    async def function(*arguments: Any) -> Any:
        return await answer(*arguments)

    return function
