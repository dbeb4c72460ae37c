"""Semantic tokens: what a highlighter without a parser cannot know, such as parameters, and selectors among s-ops."""

from __future__ import annotations

from lsprotocol import types

from rasp.lsp.analysis import Analysis
from rasp.lsp.names import ProgramNames, language
from rasp.runtime.occurrences import ITEM, LANGUAGE, LOCAL, PARAMETER, Occurrence

Type = types.SemanticTokenTypes
TYPES = [Type.Variable, Type.Function, Type.Parameter, Type.Class]  # a class is a selector
MODIFIERS = [types.SemanticTokenModifiers.Declaration, types.SemanticTokenModifiers.DefaultLibrary]
LEGEND = types.SemanticTokensLegend([str(each.value) for each in TYPES], [str(each.value) for each in MODIFIERS])
KINDS = {"function": Type.Function, "selector": Type.Class}


def semantic_tokens(analysis: Analysis, names: ProgramNames) -> types.SemanticTokens:
    """The names of a text, each as the distance from the one before, its length, its type and its modifiers."""
    data: list[int] = []
    line = column = 0
    for start, end, each in analysis.places:
        here, behind = analysis.text.position(start), analysis.text.position(end)
        data += [here.line - line, here.character - (column if here.line == line else 0)]
        data += [behind.character - here.character, TYPES.index(_type(each, names)), _modifiers(each)]
        line, column = here.line, here.character
    return types.SemanticTokens(data)


def _type(each: Occurrence, names: ProgramNames) -> types.SemanticTokenTypes:
    kind, name = each.root.kind, each.name.id
    if kind in (PARAMETER, ITEM):
        return Type.Parameter
    entry = language().about(name) if kind == LANGUAGE else None if kind == LOCAL else names.about(name)
    return KINDS.get(entry.kind, Type.Variable) if entry else Type.Variable


def _modifiers(each: Occurrence) -> int:
    return each.binds + 2 * (each.root.kind == LANGUAGE)
