"""Where a name is bound and used, in its own text and in others; and the outline of a text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from lsprotocol import types

from rasp.base.diagnostics import Span
from rasp.base.resources import folder
from rasp.lsp.analysis import Analysis
from rasp.lsp.editor_text import DocumentText
from rasp.lsp.files import FileView, Views, is_shared
from rasp.runtime.files import read_program
from rasp.runtime.occurrences import LANGUAGE, Occurrence
from rasp.syntax import tree
from rasp.syntax.comments import comments_in

Uses = list[tuple[FileView, list[Occurrence]]]


def definition(analysis: Analysis, offset: int, views: Views, encoding: str) -> list[types.Location]:
    """Where the name at an offset is bound, or the file of the `load` there."""
    view = views.view(analysis.program, analysis.document.uri, analysis.text)
    found = analysis.name_at(offset)
    if found is None:
        load = analysis.load_at(offset)
        return [] if load is None else _start_of(load, view, views)
    if found.root.kind == LANGUAGE:
        return _in_prelude(found.name.id, encoding)
    bound = [each for each in analysis.names.of(found.symbol) if each.binds]
    if bound:
        return [view.location(span) for each in _latest(bound, found) if (span := each.name.span) is not None]
    outside = views.binding(view, found.name.id)
    if outside is None:
        return []
    other, places = outside
    return [other.location(span) for each in places if (span := each.name.span) is not None]


def _latest(bound: list[Occurrence], used: Occurrence) -> list[Occurrence]:
    """The bindings that a use may mean: at the top level of a program the last one before it."""
    before = [each for each in bound if _start(each) <= _start(used)]
    return before[-1:] or bound


def _start(each: Occurrence) -> tuple[int, int]:
    span = each.name.span
    return (span.line, span.column) if span else (0, 0)


def _start_of(load: tree.Load, view: FileView, views: Views) -> list[types.Location]:
    """The start of the file that a `load` runs."""
    target = next((other for node, other in views.loaded(view) if node is load), None)
    return [] if target is None else [types.Location(target.uri, target.text.range(0, 0))]


def _in_prelude(name: str, encoding: str) -> list[types.Location]:
    """Where the prelude binds a name, if a program can."""
    path = folder("stdlib") / "prelude.rasp"
    text = DocumentText(read_program(path), encoding)
    for start in (f"\ndef {name}(", f"\n{name} ="):
        found = text.text.find(start)
        if found >= 0:
            begin = found + start.index(name)
            return [types.Location(path.as_uri(), text.range(begin, begin + len(name)))]
    return []


def uses(analysis: Analysis, found: Occurrence, views: Views, others: Callable[[], Iterable[FileView]]) -> Uses:
    """The places of what a name refers to, in its own text and in those of `others` that share it."""
    view = views.view(analysis.program, analysis.document.uri, analysis.text)
    if not is_shared(found.root):
        return [(view, analysis.names.of(found.symbol))]
    return [(each, each.names.of(symbol)) for each, symbol in views.sharing(view, found.name.id, others())]


def references(places: Uses, with_bindings: bool) -> list[types.Location]:
    """The places as the protocol lists them."""
    return [
        view.location(each.name.span)
        for view, found in places
        for each in found
        if each.name.span is not None and (with_bindings or not each.binds)
    ]


def highlights(analysis: Analysis, offset: int) -> list[types.DocumentHighlight]:
    """The places in the text of what the name at an offset refers to."""
    found = analysis.name_at(offset)
    if found is None:
        return []
    kinds = {True: types.DocumentHighlightKind.Write, False: types.DocumentHighlightKind.Read}
    root = found.root
    return [
        types.DocumentHighlight(analysis.text.range(start, end), kinds[each.binds])
        for start, end, each in analysis.places
        if each.root is root
    ]


# --------------------------------------------------------------------------------------------------------- outline


def symbols(analysis: Analysis) -> list[types.DocumentSymbol]:
    """The functions, names and loads of a text; the names that a function binds lie in it."""
    return list(_symbols(analysis.program.statements, analysis.text))


def _symbols(statements: Iterable[tree.SyntaxNode], text: DocumentText) -> Iterator[types.DocumentSymbol]:
    for statement in statements:
        match statement:
            case tree.Def(name=name, parameters=parameters, body=body):
                detail = f"({', '.join(parameter.id for parameter in parameters)})"
                kind = types.SymbolKind.Function
                yield from _symbol(name, statement, kind, text, detail, list(_symbols(body, text)))
            case tree.Assign(targets=targets):
                for target in targets:
                    yield from _symbol(target, statement, types.SymbolKind.Variable, text)
            case tree.For(body=body):
                yield from _symbols(body, text)
            case tree.Load(path=path):
                yield from _symbol(path, statement, types.SymbolKind.Module, text)


def _symbol(
    name: tree.Name | tree.Literal,
    statement: tree.SyntaxNode,
    kind: types.SymbolKind,
    text: DocumentText,
    detail: str = "",
    children: list[types.DocumentSymbol] | None = None,
) -> Iterator[types.DocumentSymbol]:
    if name.span is None or statement.span is None:
        return
    shown = name.id if isinstance(name, tree.Name) else f'load "{name.value}"'
    whole, own = text.range_of(statement.span), text.range_of(name.span)
    yield types.DocumentSymbol(shown, kind, whole, own, detail=detail or None, children=children)


def folding(analysis: Analysis) -> list[types.FoldingRange]:
    """The statements of several lines, and the comments of several lines."""
    found = [
        types.FoldingRange(start, end)
        for start, end in _stretches(analysis.program.statements, analysis.text)
        if start < end
    ]
    return [*found, *_comments(analysis.text.text)]


def _stretches(statements: Iterable[tree.SyntaxNode], text: DocumentText) -> Iterator[tuple[int, int]]:
    """The first and last lines of statements, also of those inside others."""
    waiting = list(statements)
    while waiting:
        statement = waiting.pop()
        if statement.span is not None:
            yield _lines(statement.span, text)
        if isinstance(statement, (tree.Def, tree.For)):
            waiting.extend(statement.body)


def _lines(span: Span, text: DocumentText) -> tuple[int, int]:
    shown = text.range_of(span)
    return shown.start.line, shown.end.line


def _comments(text: str) -> Iterator[types.FoldingRange]:
    lines = text.split("\n")
    first = last = -2
    for line in [*(number - 1 for number in comments_in(text)), -1]:
        if line >= 0 and not lines[line].lstrip().startswith("#"):
            continue  # after a statement
        if line != last + 1 or line < 0:
            if first < last:
                yield types.FoldingRange(first, last, kind=types.FoldingRangeKind.Comment)
            first = line
        last = line
