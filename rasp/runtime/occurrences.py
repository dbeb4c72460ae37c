"""Finds for each name in a program what it refers to, without running it: for editors, and for names that nobody uses.

A name at the top level refers to what was bound before it. In a function it may refer to what is bound later, since
names are looked up when the function runs. Where several bindings are possible, as after a loop that may not run, they
count as one symbol: whoever renames one has to rename all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

from rasp.base.diagnostics import Diagnostic
from rasp.runtime.prelude import prelude
from rasp.syntax import tree

Exports = Callable[[tree.Load], Iterable[str]]  # the names that a `load` binds
Step = tuple["tree.SyntaxNode | Callable[[], None]", "NameScope"]

LANGUAGE, TOP, LOCAL, PARAMETER, ITEM = "language", "top", "local", "parameter", "item"


class Symbol:
    """What names refer to: a variable of one scope. Symbols that a use may refer to alike are joined.

    `kind` is "language", "top" (of a file), "local" (of a function), "parameter", or "item" (of a comprehension).
    """

    __slots__ = ("_joined", "is_loaded", "kind", "name")

    def __init__(self, name: str, kind: str) -> None:
        self.name = name
        self.kind = kind
        self.is_loaded = False  # whether a `load` inside a function binds it
        self._joined: Symbol | None = None

    def root(self) -> Symbol:
        """The symbol that stands for all those joined with this one."""
        symbol = self
        while symbol._joined is not None:
            symbol = symbol._joined
        return symbol

    def join(self, other: Symbol) -> None:
        """Makes two symbols one; a symbol of an outer scope stands for both."""
        inner, outer = self.root(), other.root()
        if inner is not outer:
            inner._joined = outer
            outer.is_loaded = outer.is_loaded or inner.is_loaded


class Occurrence(NamedTuple):
    """A name in a program, its symbol, and whether it binds or reads it.

    `statement` is the one at the top level. `given`: the name takes what a loop gives, or shares a value with others.
    """

    name: tree.Name
    symbol: Symbol
    binds: bool
    statement: tree.SyntaxNode
    given: bool = False

    @property
    def root(self) -> Symbol:
        return self.symbol.root()


class NameScope:
    """The symbols of a scope.

    `bound` are the names bound by the part of the program that has been read, `perhaps` those that a loop may have
    bound. `is_call`: the scope of a function, which may run when later names of the scopes around it are bound.
    """

    def __init__(self, outer: NameScope | None, names: dict[str, Symbol], is_call: bool = False) -> None:
        self.outer = outer
        self.names = names
        self.is_call = is_call
        self.bound: set[str] = set()
        self.perhaps: set[str] = set()

    def find(self, name: str) -> Symbol | None:
        """The symbol of a name here: that of the innermost scope where it is bound, joined with all that may be."""
        found: Symbol | None = None
        scope: NameScope | None = self
        later = False
        while scope is not None:
            symbol = scope.names.get(name)
            if symbol is not None and (later or name in scope.bound or name in scope.perhaps):
                if found is not None:
                    found.join(symbol)
                found = found or symbol
                if name in scope.bound:
                    break
            later = later or scope.is_call
            scope = scope.outer
        return found


class Occurrences:
    """The names of a program, in the order of its text, and the symbols of its top level by name.

    >>> from rasp.syntax.parser import parse
    >>> found = Occurrences(parse("a = 1; def f(a) { return a; } f(a);"))
    >>> [(each.name.span.start, each.symbol.kind, each.binds) for each in found if each.name.id == "a"]
    [(0, 'top', True), (13, 'parameter', True), (25, 'parameter', False), (32, 'top', False)]
    """

    def __init__(self, statements: Iterable[tree.SyntaxNode], exports: Exports = lambda load: ()) -> None:
        self._exports = exports
        self._found: list[Occurrence] = []
        self._statement: tree.SyntaxNode | None = None
        language = NameScope(None, {name: Symbol(name, LANGUAGE) for name in (*prelude().visible(), "out")})
        language.bound.update(language.names)
        own = list(statements)
        self.top = {name: Symbol(name, TOP) for name in self._bound_by(own)}
        scope = NameScope(language, self.top)
        for statement in own:
            self._statement = statement
            self._walk(statement, scope)
        self._found.sort(key=_place)

    def __iter__(self) -> Iterator[Occurrence]:
        return iter(self._found)

    def of(self, symbol: Symbol) -> list[Occurrence]:
        """All occurrences of what a symbol stands for."""
        return [each for each in self._found if each.root is symbol.root()]

    def _bound_by(self, statements: Iterable[tree.SyntaxNode]) -> dict[str, None]:
        """The names that statements bind in their own scope."""
        names: dict[str, None] = {}
        waiting = list(statements)[::-1]
        while waiting:
            match waiting.pop():
                case tree.Assign(targets=targets):
                    names |= dict.fromkeys(target.id for target in targets)
                case tree.Def(name=name):
                    names[name.id] = None
                case tree.For(targets=targets, body=body):
                    names |= dict.fromkeys(target.id for target in targets)
                    waiting.extend(reversed(body))
                case tree.Load() as load:
                    names |= dict.fromkeys(self._exports(load))
        return names

    def _walk(self, statement: tree.SyntaxNode, scope: NameScope) -> None:
        """Reads a statement of the top level; iterative, because trees may be deep."""
        steps: list[Step] = [(statement, scope)]
        while steps:
            part, names = steps.pop()
            if isinstance(part, tree.SyntaxNode):
                visit = VISITS.get(type(part), Occurrences._parts)
                steps.extend(reversed([*visit(self, part, names)]))
            else:
                part()

    def _note(self, name: tree.Name, symbol: Symbol, binds: bool, given: bool = False) -> None:
        assert self._statement is not None
        self._found.append(Occurrence(name, symbol, binds, self._statement, given))

    def _bind(self, targets: Sequence[tree.Name], scope: NameScope, given: bool = False) -> None:
        for target in targets:
            self._note(target, scope.names[target.id], binds=True, given=given or len(targets) > 1)
            scope.bound.add(target.id)

    # For each type of node: the steps in order. A step is a part to read in a scope, or something to do then.

    def _parts(self, node: tree.SyntaxNode, scope: NameScope) -> Iterator[Step]:
        return ((part, scope) for part in tree.children(node))

    def _name(self, node: tree.Name, scope: NameScope) -> Iterator[Step]:
        if (symbol := scope.find(node.id)) is not None:
            self._note(node, symbol, binds=False)
        return iter(())

    def _assign(self, node: tree.Assign, scope: NameScope) -> Iterator[Step]:
        yield from ((value, scope) for value in node.values)
        yield partial(self._bind, node.targets, scope), scope

    def _for(self, node: tree.For, scope: NameScope) -> Iterator[Step]:
        before = set(scope.bound)
        scope.perhaps.update(self._bound_by([node]))
        yield node.iterable, scope
        yield partial(self._bind, node.targets, scope, True), scope
        yield from ((statement, scope) for statement in node.body)
        yield partial(setattr, scope, "bound", before), scope  # it may not run at all

    def _def(self, node: tree.Def, scope: NameScope) -> Iterator[Step]:
        self._bind([node.name], scope)
        names = {name: Symbol(name, LOCAL) for name in self._bound_by(node.body)}
        names |= {parameter.id: Symbol(parameter.id, PARAMETER) for parameter in node.parameters}
        inner = NameScope(scope, names, is_call=True)
        self._bind(node.parameters, inner)
        yield from ((part, inner) for part in (*node.body, *node.returns))

    def _load(self, node: tree.Load, scope: NameScope) -> Iterator[Step]:
        for name in self._exports(node):
            scope.names[name].is_loaded = scope.names is not self.top
            scope.bound.add(name)
        return iter(())

    def _comprehension(self, node: Any, scope: NameScope) -> Iterator[Step]:
        inner = NameScope(scope, {target.id: Symbol(target.id, ITEM) for target in node.targets})
        yield node.iterable, scope
        yield partial(self._bind, node.targets, inner), inner
        values = (node.item,) if isinstance(node, tree.ListComprehension) else (node.key, node.value)
        yield from ((value, inner) for value in values)


VISITS: dict[type[tree.SyntaxNode], Callable[..., Iterator[Step]]] = {
    tree.Name: Occurrences._name,
    tree.Assign: Occurrences._assign,
    tree.For: Occurrences._for,
    tree.Def: Occurrences._def,
    tree.Load: Occurrences._load,
    tree.ListComprehension: Occurrences._comprehension,
    tree.DictComprehension: Occurrences._comprehension,
}


def _place(occurrence: Occurrence) -> tuple[int, int]:
    span = occurrence.name.span
    return (span.line, span.column) if span else (0, 0)


def unused(occurrences: Occurrences) -> list[Diagnostic]:
    """A warning for each value that has a name and is never read: in a function, or under a private name.

    Parameters, the variables of loops, names that share a value with others, and those in functions that begin with
    `_` may be unused.

    >>> from rasp.syntax.parser import parse
    >>> [found.title for found in unused(Occurrences(parse("def f(x) { y = 2 * x; return x; } _z = 1;")))]
    ['`y` is never used', '`_z` is never used']
    """
    read = {each.root for each in occurrences if not each.binds}
    warned: dict[Symbol, tree.Name] = {}
    for each in occurrences:
        root = each.root
        private = root.kind == TOP and root.name.startswith("_")
        local = root.kind == LOCAL and not root.name.startswith("_") and not root.is_loaded
        if each.binds and not each.given and root not in read and (private or local):
            warned.setdefault(root, each.name)
    return [_warning(name) for name in warned.values()]


def _warning(name: tree.Name) -> Diagnostic:
    where = "file" if name.id.startswith("_") else "function"
    hint = f"It is visible in its {where} alone, and nothing there reads it."
    return Diagnostic("W103", f"`{name.id}` is never used", severity="warning", span=name.span, hint=hint)
