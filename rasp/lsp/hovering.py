"""What an editor shows of a name: definition, comment, value on the example, layers and heads; and inlay hints."""

from __future__ import annotations

import re

from lsprotocol import types

from rasp.assist.documentation import FORMS, About
from rasp.base.diagnostics import Span
from rasp.lsp.analysis import Analysis
from rasp.lsp.editor_text import DocumentText
from rasp.lsp.names import ProgramNames
from rasp.lsp.preview import Place
from rasp.lsp.worker import Described
from rasp.runtime import stdlib
from rasp.runtime.occurrences import ITEM, LOCAL, PARAMETER, Occurrence
from rasp.syntax import tree
from rasp.syntax.lexer import lexer

INNER = {PARAMETER: "parameter", LOCAL: "local name", ITEM: "name of a loop or comprehension"}
SEMICOLON = re.compile(r"[^\S\n]*;?")
COMMENT = re.compile(r"(?:#.*\n)*")  # above a definition
LONGEST_DEFINITION = 30  # lines


def moment(name: Occurrence) -> Place | None:
    """The place at which a name has the value that is shown for it; None for the end of the program.

    It is the end of the statement for a name that is bound there, and its start for one that is read. In a function the
    values of a program's end are shown.
    """
    span = name.statement.span
    if span is None or isinstance(name.statement, (tree.Def, tree.For)):
        return None
    return (span.line, span.column + 1) if name.binds else (span.line, span.column)


def word_at(text: DocumentText, offset: int) -> tuple[str, types.Range] | None:
    """The word of the language at an offset, outside comments and strings."""
    start = text.text.rfind("\n", 0, offset) + 1
    line = text.text[start:].split("\n", 1)[0]
    place = 0
    while (token := lexer().token(line, place, start, opening=False)) is not None and token.start <= offset:
        if offset <= token.end and token.text.isidentifier():
            return token.text, text.range(token.start, token.end)
        place = token.end - start
    return None


def inner(name: Occurrence) -> str:
    """What is shown of a name that only a function or comprehension knows."""
    return _code(f"{name.name.id}") + f"\n\n{INNER[name.root.kind]}"


def is_inner(name: Occurrence) -> bool:
    """Whether only a function or comprehension knows a name."""
    return name.root.kind in INNER


def name_hover(found: Described, layers: str) -> str:
    """What is shown of a name whose program has run."""
    text = COMMENT.sub("", found.definition, count=1)  # it is shown beside the definition, without its examples
    parts = [_code(_shortened(text) if text else found.entry.signature), found.entry.comment]
    parts += [_code(found.result, "") if found.result else found.entry.kind, layers]
    return "\n\n".join(filter(None, parts))


def entry_hover(entry: About, reason: str = "") -> str:
    """What is shown of a name whose program has not run, and the reason."""
    return "\n\n".join(filter(None, [_code(entry.signature), entry.comment, entry.kind, reason]))


def form(name: str, names: ProgramNames) -> str:
    """What is shown of a form of the language; empty for another word."""
    entry = names.about(name) if name in FORMS else None
    return "" if entry is None else entry_hover(entry)


def library_hover(load: tree.Load) -> str:
    """What is shown of a `load`: what the library says of the program; empty for another file."""
    path = str(load.path.value)
    return f"**{path}**: {stdlib.summary(path)}." if path in stdlib.names() else ""


def _shortened(text: str) -> str:
    lines = text.split("\n")
    return text if len(lines) <= LONGEST_DEFINITION else "\n".join([*lines[:LONGEST_DEFINITION], "# …"])


def _code(text: str, language: str = "rasp") -> str:
    return f"```{language}\n{text}\n```"


def inlay_hints(analysis: Analysis, values: list[tuple[Span, str]], shown: types.Range) -> list[types.InlayHint]:
    """The values shown after the assignments in a part of the text."""
    text = analysis.text
    hints = []
    for span, value in values:
        _, place = text.stretch(span)
        end = SEMICOLON.match(text.text, place)
        position = text.position(end.end() if end else place)
        if shown.start.line <= position.line <= shown.end.line:
            hints.append(types.InlayHint(position, f" = {value}", padding_left=True))
    return hints
