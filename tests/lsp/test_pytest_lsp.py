"""The server as pytest-lsp drives it: with the capabilities of real editors, and with a warning, which is an error
here, for each answer that these editors could not read. Needs pytest-lsp.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator

import pytest
import pytest_lsp
from lsprotocol import types

EDITORS = ["visual-studio-code", "neovim", "neovim@v0.7.0", "emacs"]
URI = "file:///a.rasp"
TEXT = types.TextDocumentIdentifier(URI)
PROGRAM = """\
# How often each token occurs.
hist = selector_width(select(tokens, tokens, ==));
more = hist+1;
"""

pytestmark = pytest.mark.asyncio


def editor() -> pytest_lsp.LanguageClient:
    """A client of pytest-lsp that can also be told to ask for the kinds of names again."""
    made = pytest_lsp.make_test_lsp_client()
    made.feature(types.WORKSPACE_SEMANTIC_TOKENS_REFRESH)(lambda params: None)
    return made


SERVER = pytest_lsp.ClientServerConfig([sys.executable, "-m", "rasp", "lsp"], client_factory=editor)


async def session(request: pytest.FixtureRequest, lsp_client: pytest_lsp.LanguageClient) -> AsyncIterator[None]:
    """An editor that has begun a session, and ends it in order."""
    capabilities = pytest_lsp.client_capabilities(request.param)
    await lsp_client.initialize_session(types.InitializeParams(capabilities=capabilities))
    yield
    await lsp_client.shutdown_session()
    assert lsp_client._server.returncode == 0


client = pytest_lsp.fixture(params=EDITORS, config=SERVER)(session)


async def findings(client: pytest_lsp.LanguageClient, version: int, text: str) -> list[str]:
    """The messages about a new version of the text."""
    if version == 1:
        item = types.TextDocumentItem(URI, "rasp", version, text)
        client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    else:
        newest = types.VersionedTextDocumentIdentifier(version, URI)
        whole = types.TextDocumentContentChangeWholeDocument(text)
        client.text_document_did_change(types.DidChangeTextDocumentParams(newest, [whole]))
    await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    return [found.message for found in client.diagnostics[URI]]


async def test_a_session_of_an_editor(client: pytest_lsp.LanguageClient) -> None:
    assert await findings(client, 1, PROGRAM + "x = nope;\n") == ["unknown name `nope`"]
    assert await findings(client, 2, PROGRAM + "x = selector_w\n") != []

    offered = await client.text_document_completion_async(types.CompletionParams(TEXT, types.Position(3, 14)))
    assert [item.label for item in offered.items] == ["selector_width"]

    assert await findings(client, 3, PROGRAM) == []
    place = types.Position(1, 1)
    shown = await client.text_document_hover_async(types.HoverParams(TEXT, place))
    assert 'hist("hello") = [1, 1, 2, 2, 1] (ints)' in shown.contents.value

    renamed = await client.text_document_rename_async(types.RenameParams(TEXT, place, "often"))
    assert [edit.range.start for edit in renamed.changes[URI]] == [types.Position(1, 0), types.Position(2, 7)]

    options = types.FormattingOptions(tab_size=4, insert_spaces=True)
    (edit,) = await client.text_document_formatting_async(types.DocumentFormattingParams(TEXT, options))
    assert edit.new_text == "more = hist + 1;\n"


async def test_what_else_an_editor_asks(client: pytest_lsp.LanguageClient) -> None:
    assert await findings(client, 1, PROGRAM + "x = hist + 1\n") == ["missing `;`\nPut `;` here."]
    at = types.Position(2, 8)
    whole = types.Range(types.Position(0, 0), types.Position(4, 0))
    (defined,) = await client.text_document_definition_async(types.DefinitionParams(TEXT, at))
    assert defined.range.start == types.Position(1, 0)
    context = types.ReferenceContext(include_declaration=True)
    used = await client.text_document_references_async(types.ReferenceParams(context, TEXT, at))
    lit = await client.text_document_document_highlight_async(types.DocumentHighlightParams(TEXT, at))
    assert [each.range for each in used] == [each.range for each in lit]
    symbols = await client.text_document_document_symbol_async(types.DocumentSymbolParams(TEXT))
    assert [symbol.name for symbol in symbols] == ["hist", "more"]
    call = types.SignatureHelpParams(TEXT, types.Position(1, 36))
    assert (await client.text_document_signature_help_async(call)).signatures[0].label == "select(keys, queries, ==)"
    folds = await client.text_document_folding_range_async(types.FoldingRangeParams(TEXT))
    assert not folds
    context = types.CodeActionContext(client.diagnostics[URI])
    actions = await client.text_document_code_action_async(types.CodeActionParams(TEXT, whole, context))
    assert [action.title for action in actions] == ["Put the missing `;`"]
    tokens = await client.text_document_semantic_tokens_full_async(types.SemanticTokensParams(TEXT))
    assert len(tokens.data) % 5 == 0
    hints = await client.text_document_inlay_hint_async(types.InlayHintParams(TEXT, whole))
    assert [hint.label for hint in hints][:1] == [" = [1, 1, 2, 2, 1] (ints)"]
