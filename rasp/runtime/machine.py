"""Evaluates syntax trees: statements and expressions to values and graph nodes.

Each type of tree node has a handler, a generator that yields a part of the tree with the scope to evaluate it in,
receives the value of the part, and returns its own value. The machine keeps suspended handlers on its own stack, so the
recursion and nesting of a program never use Python's stack. Only files that load one another do, up to the limit
`load_depth`. Whatever depends on the environment (evaluating an s-op on an input, loading a file, printing) is
delegated to a `Host`, which the session implements. So the runtime does not know the engine.

An error is located at the innermost part of the user's own text: one inside the prelude is shown at the call.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from itertools import takewhile
from typing import Any, NamedTuple, Protocol

from rasp.base.diagnostics import Note, Span, nearest_names
from rasp.base.limits import limits
from rasp.errors import (
    BadKey,
    InternalError,
    NotCallable,
    NotIterable,
    RaspError,
    RecursionTooDeep,
    ReservedName,
    UnknownName,
    UnpackMismatch,
    WrongArgumentCount,
)
from rasp.graph.atoms import is_atom
from rasp.graph.nodes import Node
from rasp.runtime import library, operations
from rasp.runtime.scope import MISSING, Scope
from rasp.runtime.values import Application, Builtin, UserFunction, a, is_sop
from rasp.syntax import tree
from rasp.syntax.foreign import NAMES

Handler = Generator[tuple[tree.SyntaxNode, Scope], Any, Any]


SUGGESTED = 100  # unknown names per session that get suggestions, because the search for similar names is slow


class ShownResult(NamedTuple):
    """A result to show: under its name, or as the result of an application if `name` is None."""

    name: str | None
    value: Any
    example: bool = True


class Host(Protocol):
    """What a program needs from its environment."""

    def apply(self, node: Node, given: Any) -> Application:
        """The values of an s-op or selector on an input."""

    def load(self, path: str, scope: Scope) -> Scope:
        """Run a file; return the scope with its names."""

    def draw(self, arguments: list[Any]) -> Application:
        """Draw the flow of an s-op; return its values."""

    def command(self, words: str, argument: Any) -> None:
        """Carry out a command of the session, such as `set example`."""

    def is_reserved(self, name: str) -> bool:
        """Whether the prelude reserves this name at the top level."""

    def on_node(self, node: Node, span: Span | None) -> None:
        """Called when the program has built a node, with its place."""

    def on_binding(self, name: str, value: Any, scope: Scope) -> None:
        """Called when the program has bound a value to a name."""

    def on_lost_name(self, target: tree.Name, statement: tree.SyntaxNode) -> None:
        """Called when a statement has rebound a name of the language so that it loses its meaning."""


class Machine:
    """Runs parts of a program for a host.

    `calls` is the number of RASP functions that are active, each called by the one before.
    """

    def __init__(self, host: Host) -> None:
        self.host = host
        self.calls = 0
        self.unknown = 0  # how many names were not found

    def run(self, node: tree.SyntaxNode, scope: Scope) -> Any:
        """The value of an expression, or the results of a statement to show (a list of `ShownResult`).

        Raises RaspError, located at the innermost part of the tree that comes from the user's own text.
        """
        return self._run(self._start(node, scope), node, scope)

    def call(self, function: UserFunction | Builtin, arguments: list[Any], scope: Scope) -> Any:
        """The value of a function for arguments that come from outside the program."""
        return self._run(_apply_function(self, function, arguments), tree.Name(function.name), scope)

    def _run(self, handler: Handler, node: tree.SyntaxNode, scope: Scope) -> Any:
        stack: list[tuple[Handler, tree.SyntaxNode, Scope]] = [(handler, node, scope)]
        calls = self.calls
        value: Any = None
        try:
            while stack:
                try:
                    part, inner = stack[-1][0].send(value)
                except StopIteration as done:
                    stack.pop()
                    value = done.value
                    continue
                kind = type(part)
                if kind is tree.Name:
                    stack.append((EMPTY, part, inner))  # so that an error is located here
                    value = self.look_up(part.id, inner)  # type: ignore[attr-defined]
                    stack.pop()
                elif kind is tree.Literal:
                    value = part.value  # type: ignore[attr-defined]
                else:
                    stack.append((self._start(part, inner), part, inner))
                    value = None
        except RaspError as error:
            raise _locate(error, stack) from None
        finally:
            self.calls = calls
        return value

    def _start(self, node: tree.SyntaxNode, scope: Scope) -> Handler:
        try:
            handler = HANDLERS[type(node)]
        except KeyError:
            raise InternalError(f"no handler for {type(node).__name__}") from None
        return handler(self, node, scope)

    def look_up(self, name: str, scope: Scope) -> Any:
        """The value of a name. The error for an unknown one suggests similar names."""
        value = scope.latest() if name == "out" else scope.find(name)
        if value is not MISSING:
            return value
        if name == "out":
            raise UnknownName("`out` has no value yet", hint="It is the value of the last statement in this function.")
        self.unknown += 1
        raise unknown_name(name, scope.visible() if self.unknown <= SUGGESTED else ())

    def bind(self, target: tree.Name, value: Any, scope: Scope, origin: tree.SyntaxNode) -> None:
        """Bind a value to a name for the statement `origin`."""
        scope.bind(target.id, value, origin)
        self.host.on_binding(target.id, value, scope)
        if target.id in LOST and LOST[target.id](value) and not scope.unit.library:
            self.host.on_lost_name(target, origin)

    def check_targets(self, targets: tuple[tree.Name, ...], scope: Scope) -> None:
        """Raise ReservedName for names that the prelude reserves, before anything is bound."""
        for target in targets:
            if scope.level == "top" and not scope.unit.prelude and self.host.is_reserved(target.id):
                raise reserved_name(target)

    def announce(self, value: Any, node: tree.SyntaxNode, scope: Scope) -> Any:
        """Tell the host of a new node, unless the library built it; return the value."""
        if isinstance(value, Node) and not scope.unit.library:
            self.host.on_node(value, node.span)
        return value


# Names of the language, each with a test for values that take its meaning away.
LOST: dict[str, Callable[[Any], bool]] = {
    "tokens": lambda value: not is_sop(value),
    "draw": lambda value: isinstance(value, UserFunction),
}
FORMS = {
    "select": "select(keys, queries, ==)",
    "aggregate": "aggregate(selector, sop)",
}  # written like calls, but not functions


def unknown_name(name: str, known: Iterable[str]) -> UnknownName:
    """The error for an unknown name; suggests similar names among `known`, unless that is empty."""
    if name in FORMS:
        return UnknownName(f"`{name}` is not a value by itself", hint=f"Write {FORMS[name]}.")
    hint = library.where_to_load(name) or NAMES.get(name) or (_nearest(name, known) if known else "")
    return UnknownName(f"unknown name `{name}`", label="not defined here", hint=hint)


def _nearest(name: str, known: Iterable[str]) -> str:
    """A question with the most similar names: library names that are more similar than any known one, then known."""
    here = {*known, *FORMS, "True", "False"}
    programs = library.programs_of_names()
    close = nearest_names(name, {*here, *programs})
    shown = [f'`{near}` (`load "{programs[near]}";`)' for near in takewhile(lambda near: near not in here, close)]
    shown += [f"`{near}`" for near in close if near in here]
    return f"Did you mean {' or '.join(shown)}?" if shown else ""


def reserved_name(target: tree.Name) -> ReservedName:
    """The error for binding a name that the prelude reserves."""
    return ReservedName(
        f"`{target.id}` is a name of the prelude",
        span=target.span,
        label="cannot be bound at the top level",
        hint="Choose another name; inside a function or comprehension it is free.",
    )


def _nothing() -> Handler:
    return
    yield


EMPTY = _nothing()  # a handler that does nothing


def _locate(error: RaspError, stack: list[tuple[Handler, tree.SyntaxNode, Scope]]) -> RaspError:
    """Locate the error at the innermost place outside the library; a note shows the call that led there."""
    if error.span is not None and not _in_library(error.span, stack):
        return error
    frames = [(node, scope) for _, node, scope in reversed(stack) if node.span and not scope.unit.library]
    if not frames:
        return error.at(stack[-1][1].span if stack else None)
    node, inner = frames[0]
    span = node.span
    error.diagnostic.span = span
    if stack[-1][2].unit.library and isinstance(node, tree.Call) and isinstance(node.function, tree.Name):
        error.diagnostic.details.append(f"inside the library's `{node.function.id}`")
    elif inner.level != "top" and span is not None:
        calls = [node.span for node, scope in frames if scope is not inner and isinstance(node, tree.Call)]
        caller = next((call for call in calls if call and not call.covers(span)), None)
        error.diagnostic.notes += [Note(caller, "called here")] if caller else []
    return error


def _in_library(span: Span, stack: list[tuple[Handler, tree.SyntaxNode, Scope]]) -> bool:
    return any(scope.unit.library and node.span and node.span.source is span.source for _, node, scope in stack)


# ----------------------------------------------------------------------------------------------------- expressions


def _literal(machine: Machine, node: tree.Literal, scope: Scope) -> Handler:
    return node.value
    yield


def _name(machine: Machine, node: tree.Name, scope: Scope) -> Handler:
    return machine.look_up(node.id, scope)
    yield


def _list(machine: Machine, node: tree.List, scope: Scope) -> Handler:
    items = []
    for item in node.items:
        value = _literal_value(item)
        items.append((yield item, scope) if value is MISSING else value)
    return tuple(items)


def _dict(machine: Machine, node: tree.Dict, scope: Scope) -> Handler:
    entries: dict[Any, Any] = {}
    for key, entry in node.entries:
        name, value = _literal_value(key), _literal_value(entry)
        if name is MISSING:
            name = _key((yield key, scope), key.span)
        entries[name] = (yield entry, scope) if value is MISSING else value
    return entries


def _literal_value(node: tree.SyntaxNode) -> Any:
    """The value of a literal or of a negative int, MISSING for other nodes: large tables need no handler an entry."""
    if type(node) is tree.Literal:
        return node.value
    if type(node) is tree.Unary and node.op == "-" and type(node.operand) is tree.Literal:
        value = node.operand.value
        return -value if type(value) is int else MISSING
    return MISSING


def _key(value: Any, span: Span | None) -> Any:
    if not is_atom(value):
        raise BadKey(f"a dict key must be an atom, not {a(value)}", span=span)
    return value


def _list_comprehension(machine: Machine, node: tree.ListComprehension, scope: Scope) -> Handler:
    items = []
    for value in _elements((yield node.iterable, scope), node.iterable.span):
        inner = _inner_scope(scope, node.targets, value)
        items.append((yield node.item, inner))
    return tuple(items)


def _dict_comprehension(machine: Machine, node: tree.DictComprehension, scope: Scope) -> Handler:
    entries: dict[Any, Any] = {}
    for value in _elements((yield node.iterable, scope), node.iterable.span):
        inner = _inner_scope(scope, node.targets, value)
        key = _key((yield node.key, inner), node.key.span)
        entries[key] = yield node.value, inner
    return entries


def _inner_scope(scope: Scope, targets: tuple[tree.Name, ...], value: Any) -> Scope:
    inner = Scope(scope, scope.unit, "inner")
    for target, part in zip(targets, _unpack(targets, value), strict=True):
        inner.names[target.id] = part
    return inner


def _elements(value: Any, span: Span | None) -> list[Any]:
    """The values that a loop or comprehension iterates over: the items of a list, or the keys of a dict."""
    if isinstance(value, (tuple, dict)):
        return list(value)
    hint = "" if not is_sop(value) else "An s-op works on all positions at once, without a loop."
    raise NotIterable(f"{a(value)} cannot be looped over; a list or dict can", span=span, hint=hint)


def _unpack(targets: tuple[tree.Name, ...], value: Any) -> list[Any]:
    """One value for each name; a single name takes the value as it is."""
    if len(targets) == 1:
        return [value]
    if not isinstance(value, (tuple, dict, str)):
        raise UnpackMismatch(f"{a(value)} cannot be unpacked into {len(targets)} names", span=_reach(targets))
    if len(value) != len(targets):
        values = f"{len(value)} value{'s' * (len(value) != 1)}"
        raise UnpackMismatch(f"{values} for {len(targets)} names", span=_reach(targets))
    return list(value)


def _reach(targets: tuple[tree.Name, ...]) -> Span | None:
    """The span from the first name to the last."""
    first, last = targets[0].span, targets[-1].span
    return Span(first.source, first.start, last.end) if first and last else None


def _unary(machine: Machine, node: tree.Unary, scope: Scope) -> Handler:
    value = yield node.operand, scope
    return machine.announce(operations.unary(node.op, value), node, scope)


def _binary(machine: Machine, node: tree.Binary, scope: Scope) -> Handler:
    left = yield node.left, scope
    right = yield node.right, scope
    return machine.announce(operations.binary(node.op, left, right), node, scope)


def _conditional(machine: Machine, node: tree.Conditional, scope: Scope) -> Handler:
    condition = yield node.condition, scope
    if not is_sop(condition):
        return (yield (node.value if operations.condition_truth(condition) else node.otherwise), scope)
    value = yield node.value, scope
    otherwise = yield node.otherwise, scope
    return machine.announce(operations.where(condition, value, otherwise), node, scope)


def _index(machine: Machine, node: tree.Index, scope: Scope) -> Handler:
    container = yield node.operand, scope
    key = yield node.index, scope
    return machine.announce(operations.index(container, key), node, scope)


def _select(machine: Machine, node: tree.SelectCall, scope: Scope) -> Handler:
    keys = yield node.keys, scope
    queries = yield node.queries, scope
    for value, part, what in ((keys, node.keys, "keys"), (queries, node.queries, "queries")):
        _check(part, operations.lift, value, f"the {what} of select")
    return machine.announce(operations.select(keys, queries, node.op), node, scope)


def _aggregate(machine: Machine, node: tree.AggregateCall, scope: Scope) -> Handler:
    selector = yield node.selector, scope
    values = yield node.values, scope
    default = 0
    if node.default is not None:
        default = yield node.default, scope
    _check(node.selector, operations.selector, selector, "the first part of aggregate")
    _check(node.values, operations.lift, values, "the second part of aggregate")
    _check(node.default or node, operations.check_default, default)
    return machine.announce(operations.aggregate(selector, values, default), node, scope)


def _check(part: tree.SyntaxNode, check: Callable[..., Any], *arguments: Any) -> None:
    """Run a check on the value of a part of the tree; its error is located at that part."""
    try:
        check(*arguments)
    except RaspError as error:
        raise error.at(part.span) from None


def _call(machine: Machine, node: tree.Call, scope: Scope) -> Handler:
    function = yield node.function, scope
    arguments = []
    for argument in node.arguments:
        arguments.append((yield argument, scope))
    if isinstance(function, (UserFunction, Builtin)):
        value = yield from _apply_function(machine, function, arguments, node.arguments)
        return machine.announce(value, node, scope)
    if isinstance(function, Node):
        if len(arguments) != 1:
            raise WrongArgumentCount(f"an input is one string or list, not {len(arguments)} values")
        return machine.host.apply(function, arguments[0])
    raise NotCallable(f"{a(function)} cannot be called")


def _apply_function(
    machine: Machine, function: UserFunction | Builtin, arguments: list[Any], parts: tuple[tree.SyntaxNode, ...] = ()
) -> Handler:
    """The value of a function for arguments; `parts` are the argument expressions, if the program has them."""
    if isinstance(function, UserFunction):
        return (yield from _run_function(machine, function, arguments))
    check_count(function, len(arguments))
    for part, check, value in zip(parts, function.checks, arguments, strict=False):
        _check(part, check, value)
    return function.call(*arguments)


def check_count(function: UserFunction | Builtin, given: int) -> None:
    """Raise WrongArgumentCount if the function does not take so many arguments."""
    least, most = _count(function)
    if least <= given and (most is None or given <= most):
        return
    wanted = str(least) if least == most else f"at least {least}" if most is None else f"{least} to {most}"
    plural = "s" * (wanted not in ("1", "at least 1"))
    title = f"`{function.name}` takes {wanted} argument{plural}, not {given}"
    raise WrongArgumentCount(title, hint=f"It is {function.signature}.")


def _count(function: UserFunction | Builtin) -> tuple[int, int | None]:
    """The least and the largest number of arguments; None for no bound."""
    if isinstance(function, Builtin):
        return function.least, function.most
    return len(function.parameters), len(function.parameters)


def _run_function(machine: Machine, function: UserFunction, arguments: list[Any]) -> Handler:
    """Run the body of a function; return its value, or a list if it returns several."""
    check_count(function, len(arguments))
    machine.calls += 1
    if machine.calls > limits.calls:
        raise RecursionTooDeep(
            f"`{function.name}` is called more than {limits.calls} times inside itself",
            hint=f"An s-op as a condition never ends a recursion; an atom can. {limits.hint('calls')}",
        )
    scope = Scope(function.scope, function.unit, "function")
    scope.names.update(zip(function.parameters, arguments, strict=True))
    for statement in function.definition.body:
        yield statement, scope
    results = []
    for result in function.definition.returns:
        results.append((yield result, scope))
    machine.calls -= 1
    return results[0] if len(results) == 1 else tuple(results)


# ------------------------------------------------------------------------------------------------------ statements


def _expression(machine: Machine, node: tree.ExpressionStatement, scope: Scope) -> Handler:
    value = yield node.expression, scope
    scope.bind("out", value)
    if isinstance(value, Application) and isinstance(node.expression, tree.Call):
        return [ShownResult(None, value)]
    return [ShownResult(node.expression.id if isinstance(node.expression, tree.Name) else "out", value)]


def _assign(machine: Machine, node: tree.Assign, scope: Scope) -> Handler:
    machine.check_targets(node.targets, scope)
    values = []
    for value in node.values:
        values.append((yield value, scope))
    parts = _unpack(node.targets, values[0] if len(values) == 1 else tuple(values))
    for target, part in zip(node.targets, parts, strict=True):
        machine.bind(target, part, scope, node)
    scope.bind("out", parts[-1])
    return [ShownResult(target.id, part) for target, part in zip(node.targets, parts, strict=True)]


def _for(machine: Machine, node: tree.For, scope: Scope) -> Handler:
    machine.check_targets(node.targets, scope)
    for value in _elements((yield node.iterable, scope), node.iterable.span):
        for target, part in zip(node.targets, _unpack(node.targets, value), strict=True):
            machine.bind(target, part, scope, node)
        for statement in node.body:
            yield statement, scope
    return []


def _def(machine: Machine, node: tree.Def, scope: Scope) -> Handler:
    machine.check_targets((node.name,), scope)
    function = UserFunction(node, scope)
    machine.bind(node.name, function, scope, node)
    return [ShownResult(function.name, function)]
    yield


def _load(machine: Machine, node: tree.Load, scope: Scope) -> Handler:
    loaded = machine.host.load(str(node.path.value), scope)
    shown = []
    for name in loaded.names_in_order():
        if not name.startswith("_") and name != "out":
            scope.bind(name, loaded.names[name], loaded.origins.get(name))
            machine.host.on_binding(name, loaded.names[name], scope)
            shown.append(ShownResult(name, loaded.names[name], example=False))
    return shown
    yield


def _draw(machine: Machine, node: tree.Draw, scope: Scope) -> Handler:
    function = scope.find("draw")
    arguments = []
    for argument in node.arguments:
        arguments.append((yield argument, scope))
    if isinstance(function, UserFunction):  # the program has defined a function of that name
        value = yield from _run_function(machine, function, arguments)
        scope.bind("out", value)
        return [ShownResult("out", value)]
    return [ShownResult(None, machine.host.draw(arguments))]


def _command(machine: Machine, node: tree.SessionCommand, scope: Scope) -> Handler:
    argument = None
    if node.argument is not None:
        argument = yield node.argument, scope
    machine.host.command(node.words, argument)
    return []


HANDLERS: dict[type[tree.SyntaxNode], Callable[[Machine, Any, Scope], Handler]] = {
    tree.Literal: _literal,
    tree.Name: _name,
    tree.List: _list,
    tree.Dict: _dict,
    tree.ListComprehension: _list_comprehension,
    tree.DictComprehension: _dict_comprehension,
    tree.Unary: _unary,
    tree.Binary: _binary,
    tree.Conditional: _conditional,
    tree.Index: _index,
    tree.SelectCall: _select,
    tree.AggregateCall: _aggregate,
    tree.Call: _call,
    tree.ExpressionStatement: _expression,
    tree.Assign: _assign,
    tree.For: _for,
    tree.Def: _def,
    tree.Load: _load,
    tree.Draw: _draw,
    tree.SessionCommand: _command,
}
