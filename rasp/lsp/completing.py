"""Completion and the signature of the call at the cursor: the services of the REPL, in the words of the protocol."""

from __future__ import annotations

from pathlib import Path

from lsprotocol import types

from rasp.assist.completion import Choice, choices
from rasp.assist.documentation import Vocabulary
from rasp.assist.signatures import signature_at
from rasp.lsp.editor_text import DocumentText

CompletionKind = types.CompletionItemKind
KINDS = {
    "function": CompletionKind.Function,
    "form": CompletionKind.Function,
    "s-op": CompletionKind.Variable,
    "selector": CompletionKind.Class,
    "keyword": CompletionKind.Keyword,
    "operator": CompletionKind.Operator,
    "constant": CompletionKind.Constant,
    "command": CompletionKind.Snippet,
    "library": CompletionKind.Module,
    "file": CompletionKind.File,
    "folder": CompletionKind.Folder,
    "here": CompletionKind.Text,
}
TRIGGERS = ['"', "/"]  # of paths in `load`
OPENING = ["(", ","]


def completion(text: DocumentText, position: types.Position, names: Vocabulary, folder: Path) -> types.CompletionList:
    """The completions at a position."""
    offset = text.offset(position)
    found = sorted(choices(text.text[:offset], names, folder=folder), key=lambda choice: _rank(choice, names))
    items = [_item(choice, rank, text.range(offset - choice.length, offset)) for rank, choice in enumerate(found)]
    return types.CompletionList(is_incomplete=False, items=items)


def _rank(choice: Choice, names: Vocabulary) -> int:
    """The user's own names come first, then words of the text, such as parameters, then those of the language."""
    return 0 if choice.text in names.own else 1 if choice.kind == "here" else 2


def _item(choice: Choice, rank: int, replaced: types.Range) -> types.CompletionItem:
    return types.CompletionItem(
        label=choice.text,
        kind=KINDS.get(choice.kind, CompletionKind.Value),
        detail=choice.shown if choice.shown != choice.text else choice.kind,
        documentation=choice.summary or None,
        sort_text=f"{rank:05}",
        text_edit=types.TextEdit(replaced, choice.text),
    )


def signature(text: DocumentText, position: types.Position, names: Vocabulary) -> types.SignatureHelp | None:
    """The call at a place, with the parameter that is being written."""
    found = signature_at(text.before(position), names)
    if found is None:
        return None
    start, end = len(found.before), len(found.before) + len(found.current)
    entry = names.about(found.before.partition("(")[0])
    shown = types.SignatureInformation(
        label="".join(found),
        documentation=entry.summary if entry and entry.summary else None,
        parameters=[types.ParameterInformation(label=(start, end))],
    )
    return types.SignatureHelp(signatures=[shown], active_signature=0, active_parameter=0)
