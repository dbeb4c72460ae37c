"""Checks a program without running it: unknown and reserved names, wrong numbers of arguments, loads that fail.

Code at the top level may use names that are bound before it. The body of a function may use names that are bound
anywhere in its file, because they are looked up when the function is called. Loads are followed. If it is uncertain
which names are bound, or which function a name refers to, nothing is reported: what is reported would fail, if it ran.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

from rasp.base.diagnostics import Diagnostic, Span
from rasp.errors import LoadCycle, RaspError, WrongArgumentCount
from rasp.runtime.files import NO_BUFFERS, Buffers, display_path, find_program, read_program, real_path, unit_of
from rasp.runtime.machine import check_count, reserved_name, unknown_name
from rasp.runtime.occurrences import Occurrences, unused
from rasp.runtime.prelude import prelude
from rasp.runtime.scope import Scope, SourceUnit
from rasp.runtime.values import Builtin, UserFunction
from rasp.syntax import tree
from rasp.syntax.grouping import warnings_of
from rasp.syntax.parser import Reader
from rasp.syntax.reader import ReaderItem
from rasp.syntax.rebinding import rebindings_of

Binders = dict[str, tree.Def | None]  # names, each with its definition if it has exactly one

SUGGESTED = 20  # unknown names per file that get suggestions, because the search for similar names is slow

TARGET = re.compile(
    r"\b(?:(?<=def )|(?<=for ))[a-zA-Z_]\w*|\b[a-zA-Z_]\w*(?=\s*(?:,|=(?!=)))"
)  # names that a text may bind


def resolve(statements: Iterable[tree.SyntaxNode], folder: Path | None = None) -> list[Diagnostic]:
    """The errors in the names of a program's statements; its loads are looked up in `folder` first.

    >>> from rasp.syntax.parser import parse
    >>> [diagnostic.title for diagnostic in resolve(parse("a = 1; b = a + c; sort(a);"))]
    ['unknown name `c`', '`sort` takes 2 arguments, not 1']
    """
    return _Resolution(ProgramFile(None, list(statements), [], SourceUnit("<text>", folder)), ProgramFiles()).findings()


class ProgramFile:
    """A parsed program: its statements, its syntax errors, and the unit from which its loads are looked up."""

    def __init__(
        self, path: Path | None, statements: list[tree.SyntaxNode], errors: list[RaspError], unit: SourceUnit
    ) -> None:
        self.path = path
        self.statements = statements
        self.errors = errors
        self.unit = unit
        self.bindings = _bindings(statements)
        # A statement with a syntax error may bind these names, so that they are not reported as unknown.
        self.doubtful = {name for error in errors if error.span for name in TARGET.findall(error.span.source.text)}


def parse_file(text: str, name: str, path: Path | None, unit: SourceUnit) -> ProgramFile:
    """The parsed program of a text; messages refer to it by `name`."""
    return file_of(items_of(text, name), path, unit)


def items_of(text: str, name: str) -> Iterator[ReaderItem]:
    """Yields the statements and syntax errors of a text."""
    reader = Reader(name)
    reader.feed(text)
    yield from reader.read()
    yield from reader.finish()


def file_of(items: Iterable[ReaderItem], path: Path | None, unit: SourceUnit) -> ProgramFile:
    """The program of these statements and syntax errors."""
    found = list(items)
    statements = [item for item in found if not isinstance(item, RaspError)]
    errors = [item for item in found if isinstance(item, RaspError)]
    return ProgramFile(path, statements, errors, unit)


class ProgramFiles:
    """The files that programs load, each parsed once. `buffers` has texts that stand for those of files."""

    def __init__(self, buffers: Buffers = NO_BUFFERS) -> None:
        self.buffers = buffers
        self._files: dict[Path, ProgramFile] = {}

    def keep(self, path: Path, file: ProgramFile) -> None:
        """Takes a parsed program as that of a file, given by its real path."""
        self._files[path] = file

    def forget(self, path: Path) -> None:
        """Forgets the program of a file, so that it is read again."""
        self._files.pop(path, None)

    def check(self, file: Path) -> list[Diagnostic]:
        """The errors and warnings of a file and of the files that it loads, in order; the library is not checked.

        Raises RaspError when the file itself cannot be read.
        """
        return self._findings_from(self.read(file, str(file)))

    def check_text(self, text: str, name: str) -> list[Diagnostic]:
        """As `check`, for a program that is not in a file; its loads are looked up in the working directory."""
        return self._findings_from(parse_file(text, name, None, SourceUnit(name)))

    def _findings_from(self, first: ProgramFile) -> list[Diagnostic]:
        parts = [part for part in self.reachable(first, inner=True) if part is first or not part.unit.library]
        return [finding for part in parts for finding in self.findings(part)]

    def findings(self, file: ProgramFile, names: Occurrences | None = None) -> list[Diagnostic]:
        """The errors and warnings of one file, in order; `names` are its occurrences, if they are known."""
        return sorted(self._findings(file, names), key=_order)

    def _findings(self, file: ProgramFile, names: Occurrences | None) -> Iterator[Diagnostic]:
        yield from (error.diagnostic for error in file.errors)
        for statement in file.statements:
            yield from warnings_of(statement)
            yield from rebindings_of(statement)
        yield from _Resolution(file, self).findings()
        if not file.errors:  # what is broken may use a name
            yield from unused(names or self.occurrences(file))

    def occurrences(self, file: ProgramFile) -> Occurrences:
        """The names of a file, with what they refer to."""
        return Occurrences(file.statements, lambda load: self._bound_by(load, file))

    def _bound_by(self, load: tree.Load, file: ProgramFile) -> Iterable[str]:
        try:
            return self.exports(self.target(load, file.unit))[0]
        except RaspError:
            return ()

    def read(self, file: Path, name: str = "") -> ProgramFile:
        """The parsed program of a file. Raises RaspError if it cannot be read."""
        path = real_path(file)
        if path not in self._files:
            text = read_program(file, self.buffers)
            self._files[path] = parse_file(text, name or display_path(path), path, unit_of(path))
        return self._files[path]

    def target(self, load: tree.Load, unit: SourceUnit) -> ProgramFile:
        """The file that a `load` runs. Raises RaspError."""
        return self.read(find_program(str(load.path.value), unit, self.buffers))

    def loads(self, file: ProgramFile, inner: bool = False) -> Iterator[tuple[tree.Load, ProgramFile]]:
        """Yield the `load` statements of a file's top level, and with `inner` of its functions, with their files."""
        for load in _loads(file.statements) if inner else file.bindings.loads:
            try:
                yield load, self.target(load, file.unit)
            except RaspError:
                continue  # reported when the names of this file are checked

    def reachable(self, file: ProgramFile, inner: bool = False) -> dict[ProgramFile, ProgramFile | None]:
        """The file and those that it loads, directly or not, each with the file that loads it."""
        found: dict[ProgramFile, ProgramFile | None] = {file: None}
        waiting = deque([file])
        while waiting:
            part = waiting.popleft()
            for _, loaded in self.loads(part, inner):
                if loaded not in found:
                    found[loaded] = part
                    waiting.append(loaded)
        return found

    def cycle(self, file: ProgramFile, loaded: ProgramFile) -> list[ProgramFile]:
        """A cycle of loads from `file` through `loaded` back to it; empty if there is none."""
        found = self.reachable(loaded)
        chain: list[ProgramFile] = []
        part = file if file in found else None
        while part is not None:
            chain.append(part)
            part = found[part]
        return [file, *reversed(chain)] if chain else []

    def exports(self, file: ProgramFile) -> tuple[Binders, bool]:
        """The names that loading a file binds, and whether these are certainly all."""
        binders: Binders = {}
        sure = True
        for part in self.reachable(file):
            _merge(binders, part.bindings.names.items())
            _merge(binders, ((name, None) for name in part.doubtful))
            sure = sure and len(list(self.loads(part))) == len(part.bindings.loads)
        return {name: binder for name, binder in binders.items() if not name.startswith("_")}, sure


def _order(diagnostic: Diagnostic) -> int:
    """The sort key of a finding in its file. Each statement has a source of its own, so offsets cannot be compared."""
    span = diagnostic.span
    return span.line * 10_000_000 + span.column if span else 0


def _merge(binders: Binders, more: Iterable[tuple[str, tree.Def | None]]) -> None:
    """Add names; one that is bound twice has no definite function."""
    for name, binder in more:
        binders[name] = binder if name not in binders or binders[name] is binder else None


# --------------------------------------------------------------------------------------------------- what is bound


class Bindings:
    """The names that statements bind, except inside functions, and the loads among the statements."""

    def __init__(self) -> None:
        self.names: Binders = {}
        self.targets: list[tree.Name] = []
        self.loads: list[tree.Load] = []

    def add(self, targets: Iterable[tree.Name], binder: tree.Def | None = None) -> None:
        for target in targets:
            self.targets.append(target)
            _merge(self.names, [(target.id, binder)])


def _bindings(statements: Iterable[tree.SyntaxNode]) -> Bindings:
    """The names that statements bind, also inside loops."""
    found = Bindings()
    waiting = deque(statements)
    while waiting:
        statement = waiting.popleft()
        match statement:
            case tree.Assign(targets=targets):
                found.add(targets)
            case tree.For(targets=targets, body=body):
                found.add(targets)
                waiting.extendleft(reversed(body))
            case tree.Def(name=name):
                found.add([name], statement)
            case tree.Load():
                found.loads.append(statement)
    return found


def _loads(statements: Iterable[tree.SyntaxNode]) -> list[tree.Load]:
    """All loads, also inside functions."""
    loads = []
    waiting = deque(statements)
    while waiting:
        statement = waiting.popleft()
        if isinstance(statement, tree.Load):
            loads.append(statement)
        elif isinstance(statement, (tree.Def, tree.For)):
            waiting.extendleft(reversed(statement.body))
    return loads


# ----------------------------------------------------------------------------------------------- what can be seen


class StaticScope:
    """The names of a scope, and the enclosing scope. `sure` is false if the scope may have further names."""

    __slots__ = ("names", "outer", "sure")

    def __init__(self, names: Binders, outer: StaticScope | None, sure: bool = True) -> None:
        self.names = names
        self.outer = outer
        self.sure = sure

    def find(self, name: str) -> StaticScope | None:
        """The innermost scope that has the name, or may have it; None if no scope does."""
        scope: StaticScope | None = self
        while scope is not None and name not in scope.names and scope.sure:
            scope = scope.outer
        return scope

    def visible(self) -> set[str]:
        found: set[str] = set()
        scope: StaticScope | None = self
        while scope is not None:
            found.update(scope.names)
            scope = scope.outer
        return found


def _anything(names: Iterable[tree.Name]) -> Binders:
    return {name.id: None for name in names}


class _Resolution:
    """Checks the names of one file."""

    def __init__(self, file: ProgramFile, library: ProgramFiles) -> None:
        self.file = file
        self.library = library
        self.found: list[Diagnostic] = []
        self.unknown = 0  # unknown names so far
        self.language = StaticScope({**dict.fromkeys(_language_names()), "out": None}, None)
        everything, sure = self._names(file.bindings)
        _merge(everything, ((name, None) for name in file.doubtful))
        self.everything = StaticScope(everything, self.language, sure)  # visible in the bodies of functions
        self.before = StaticScope(
            dict.fromkeys(file.doubtful), self.language
        )  # visible at the top level, up to the current statement

    def findings(self) -> list[Diagnostic]:
        for statement in self.file.statements:
            self._visit(statement)
            bindings = _bindings([statement])
            self._check_reserved(bindings)
            names, sure = self._names(bindings)
            self.before.names.update(names)
            self.before.sure = self.before.sure and sure
        return sorted(self.found, key=_order)

    def _report(self, error: RaspError, span: Span | None) -> None:
        self.found.append(error.at(span).diagnostic)

    def _check_reserved(self, bindings: Bindings) -> None:
        if self.file.unit.prelude:
            return
        for target in bindings.targets:
            if target.id in prelude().names_here():
                self._report(reserved_name(target), target.span)

    def _names(self, bindings: Bindings) -> tuple[Binders, bool]:
        """The names, including those of loaded files, and whether these are certainly all."""
        names, sure = dict(bindings.names), True
        for load in bindings.loads:
            try:
                more, all_of_them = self.library.exports(self.library.target(load, self.file.unit))
            except RaspError:
                sure = False
                continue
            _merge(names, more.items())
            sure = sure and all_of_them
        return names, sure

    def _visit(self, node: tree.SyntaxNode) -> None:
        """Check every name in a statement of the top level; iterative, because expressions may be deep."""
        waiting: list[tuple[tree.SyntaxNode, StaticScope]] = [(node, self.before)]
        while waiting:
            part, names = waiting.pop()
            visit = VISITS.get(type(part), _Resolution._parts)
            waiting.extend(reversed([*visit(self, part, names)]))  # so that parts are visited in order

    # For each type of node: which parts are checked in which scope.

    def _parts(self, node: tree.SyntaxNode, names: StaticScope) -> Iterator[tuple[tree.SyntaxNode, StaticScope]]:
        for part in tree.children(node):
            yield part, names

    def _name(self, node: tree.Name, names: StaticScope) -> Iterator[tuple[tree.SyntaxNode, StaticScope]]:
        if names.find(node.id) is None:
            self.unknown += 1
            known = names.visible() if self.unknown <= SUGGESTED else ()
            self._report(unknown_name(node.id, known), node.span)
        return iter(())

    def _call(self, node: tree.Call, names: StaticScope) -> Iterator[tuple[tree.SyntaxNode, StaticScope]]:
        if isinstance(node.function, tree.Name):
            function = self._function(node.function.id, names)
            try:
                if function is not None:
                    check_count(function, len(node.arguments))
            except WrongArgumentCount as error:
                self._report(error, node.span)
        return self._parts(node, names)

    def _function(self, name: str, names: StaticScope) -> UserFunction | Builtin | None:
        """The function that a name refers to, if that is certain."""
        scope = names.find(name)
        if scope is self.language:
            value = prelude().find(name)
            return value if isinstance(value, (UserFunction, Builtin)) else None
        if scope not in (self.before, self.everything) or not self.everything.sure:
            return None
        if name in self.language.names:
            return (
                None  # uncertain: the call may come before the binding, or the binding may be in a loop that never runs
            )
        binder = self.everything.names.get(name)
        return UserFunction(binder, Scope(None, self.file.unit)) if binder else None

    def _assign(self, node: tree.Assign, names: StaticScope) -> Iterator[tuple[tree.SyntaxNode, StaticScope]]:
        return ((value, names) for value in node.values)

    def _for(self, node: tree.For, names: StaticScope) -> Iterator[tuple[tree.SyntaxNode, StaticScope]]:
        """An iteration may use what a later part of the body bound in the iteration before."""
        yield node.iterable, names
        bound, sure = self._names(_bindings([node]))
        if names is self.before:  # names of the top level are added to it after the loop
            bound = {name: binder for name, binder in bound.items() if name not in self.before.names}
            inner = StaticScope(bound, names, sure)
        else:
            inner = names
        for statement in node.body:
            yield statement, inner

    def _def(self, node: tree.Def, names: StaticScope) -> Iterator[tuple[tree.SyntaxNode, StaticScope]]:
        outer = self.everything if self._is_top(names) else names
        bound, sure = self._names(_bindings(node.body))
        inner = StaticScope({**dict.fromkeys(bound), **_anything(node.parameters)}, outer, sure)
        for part in (*node.body, *node.returns):
            yield part, inner

    def _is_top(self, names: StaticScope) -> bool:
        """Whether the scope is the top level of the file, or that of a loop there."""
        scope: StaticScope | None = names
        while scope is not None and scope is not self.everything:
            scope = scope.outer
        return scope is None

    def _list_comprehension(
        self, node: tree.ListComprehension, names: StaticScope
    ) -> Iterator[tuple[tree.SyntaxNode, StaticScope]]:
        yield node.iterable, names
        yield node.item, StaticScope(_anything(node.targets), names)

    def _dict_comprehension(
        self, node: tree.DictComprehension, names: StaticScope
    ) -> Iterator[tuple[tree.SyntaxNode, StaticScope]]:
        yield node.iterable, names
        inner = StaticScope(_anything(node.targets), names)
        yield node.key, inner
        yield node.value, inner

    def _load(self, node: tree.Load, names: StaticScope) -> Iterator[tuple[tree.SyntaxNode, StaticScope]]:
        try:
            loaded = self.library.target(node, self.file.unit)
            chain = self.library.cycle(self.file, loaded) if self._is_top(names) else []
            if chain:
                raise LoadCycle(f"files load one another in a circle: {_chain(chain)}")
        except RaspError as error:
            self._report(error, node.span)
        return iter(())


def _chain(files: Iterable[ProgramFile]) -> str:
    return " → ".join(f'"{file.path.stem}"' for file in files if file.path)


@cache
def _language_names() -> frozenset[str]:
    """The names of the prelude and of the language."""
    return frozenset(prelude().visible())


VISITS: dict[type[tree.SyntaxNode], Callable[..., Iterator[tuple[tree.SyntaxNode, StaticScope]]]] = {
    tree.Name: _Resolution._name,
    tree.Call: _Resolution._call,
    tree.Assign: _Resolution._assign,
    tree.For: _Resolution._for,
    tree.Def: _Resolution._def,
    tree.ListComprehension: _Resolution._list_comprehension,
    tree.DictComprehension: _Resolution._dict_comprehension,
    tree.Load: _Resolution._load,
}
