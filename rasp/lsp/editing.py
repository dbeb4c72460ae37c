"""Formatting, and the corrections of findings, as edits of a text."""

from __future__ import annotations

import difflib
import re

from lsprotocol import types

from rasp.assist.fixes import Edit, Fix, fixes_of
from rasp.base.diagnostics import Diagnostic
from rasp.errors import InternalError, RaspError
from rasp.lsp import diagnostics
from rasp.lsp.analysis import Analysis
from rasp.lsp.editor_text import DocumentText
from rasp.lsp.names import ProgramNames
from rasp.syntax.formatting import format

COMPARED = 5_000  # lines of a text up to which only changed lines are replaced


def formatting(text: DocumentText, name: str) -> list[types.TextEdit]:
    """The edits that format a text; none for a text with a syntax error."""
    try:
        after = format(text.text, name)
    except (RaspError, InternalError):
        return []
    return [] if after == text.text else _changes(text, after)


def _changes(text: DocumentText, after: str) -> list[types.TextEdit]:
    """The edits that turn one text into another, line by line, so that cursors and marks stay where they are."""
    old, new = _lines(text.text), _lines(after)
    if max(len(old), len(new)) > COMPARED:
        return [types.TextEdit(text.whole(), after)]
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line))
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return [
        types.TextEdit(text.range(starts[begin], starts[end]), "".join(new[first:last]))
        for kind, begin, end, first, last in matcher.get_opcodes()
        if kind != "equal"
    ]


def _lines(text: str) -> list[str]:
    """The lines of a text, with their ends."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def actions(analysis: Analysis, names: ProgramNames, wanted: types.Range) -> list[types.CodeAction]:
    """The corrections of the findings on the lines of a range, wherever in the line the cursor is."""
    found = []
    for finding in analysis.findings[: diagnostics.MOST]:
        shown = diagnostics.diagnostic(finding, analysis)
        if shown.range.start.line <= wanted.end.line and wanted.start.line <= shown.range.end.line:
            found += [_action(fix, shown, analysis) for fix in _fixes(finding, analysis, names)]
    return found


def _fixes(finding: Diagnostic, analysis: Analysis, names: ProgramNames) -> list[Fix]:
    return fixes_of(finding, analysis.program.statements, names.visible())


def _action(fix: Fix, shown: types.Diagnostic, analysis: Analysis) -> types.CodeAction:
    edits = [_edit(edit, analysis) for edit in fix.edits]
    return types.CodeAction(
        fix.title,
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[shown],
        is_preferred=fix.is_certain or None,
        edit=types.WorkspaceEdit(changes={analysis.document.uri: edits}),
    )


def _edit(edit: Edit, analysis: Analysis) -> types.TextEdit:
    if edit.span is not None:
        return types.TextEdit(analysis.text.range_of(edit.span), edit.text)
    place = _place_for_loads(analysis)
    return types.TextEdit(analysis.text.range(place, place), edit.text)


def _place_for_loads(analysis: Analysis) -> int:
    """The start of the line after the last `load`, or of the first line that is neither a comment nor blank."""
    text = analysis.text.text
    ends = [analysis.text.stretch(load.span)[1] for load in analysis.program.bindings.loads if load.span is not None]
    if ends:
        return text.find("\n", ends[-1]) + 1 or len(text)
    head = re.match(r"(?:#.*\n)*\n+|", text)  # the comment about the whole program
    return head.end() if head else 0
