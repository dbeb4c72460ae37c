"""Warns where a statement rebinds a name of the language so that later lines do not mean what they seem to.

A call `select(…)` remains that of the language, whatever is bound to `select`, and after `tokens = 3;` the name is no
longer the input. There is no warning for `tokens = tokens_int;`, which is the way to read an input as ints, for a
parameter named `tokens`, which is visible in its function only, nor for `best`, which other interpreters do not have.

>>> from rasp.syntax.parser import parse
>>> [warning.title for warning in rebindings_of(parse("tokens = 3;")[0])]
['`tokens` is no longer the input']
"""

from __future__ import annotations

from collections.abc import Iterator

from rasp.base.diagnostics import Diagnostic
from rasp.syntax import tree

CALLED = {  # what a call of the name does, whatever is bound to it
    "select": "`select(keys, queries, ==)` still makes a selector",
    "aggregate": "`aggregate(selector, sop)` still reads through a selector",
}
WHOLE = (tree.List, tree.Dict, tree.ListComprehension, tree.DictComprehension, tree.SelectCall)  # these are never s-ops
ATOMIC = (tree.Literal, tree.Unary, tree.Binary, tree.Conditional)  # not an s-op if all parts are of these types


def rebindings_of(statement: tree.SyntaxNode) -> list[Diagnostic]:
    """A warning for each binding in a statement that changes the meaning of a name of the language."""
    found = []
    waiting = [statement]
    while waiting:
        part = waiting.pop()
        found += [_warning(name) for name in _names(part)]
        if isinstance(part, (tree.For, tree.Def)):
            waiting.extend(reversed(part.body))
    return found


def rebinding_warning(target: tree.Name, statement: tree.SyntaxNode) -> Diagnostic | None:
    """The warning for a name that has lost its meaning at run time; None if `rebindings_of` gives it already."""
    if any(name.span == target.span for name in _names(statement)):
        return None
    return _warning(target)


def _names(statement: tree.SyntaxNode) -> Iterator[tree.Name]:
    """Yield the names that a statement binds and for which there is a warning."""
    targets: tuple[tree.Name, ...] = ()
    lost: list[tree.Name] = []
    match statement:
        case tree.Assign(targets=targets, values=values):
            pairs = zip(targets, values, strict=False) if len(targets) == len(values) else ()
            lost = [target for target, value in pairs if target.id == "tokens" and _is_no_sop(value)]
        case tree.For(targets=targets, iterable=tree.List(items=items)):
            lost = [target for target in targets if target.id == "tokens" and all(map(_is_no_sop, items))]
        case tree.For(targets=targets):
            pass
        case tree.Def(name=name, parameters=parameters):
            targets = (name, *parameters)
            lost = [name] if name.id == "tokens" else []
            lost += [name] if name.id == "draw" else []
    yield from (target for target in targets if target.id in CALLED)
    yield from lost


def _is_no_sop(value: tree.SyntaxNode) -> bool:
    """Whether an expression certainly does not give an s-op."""
    if isinstance(value, WHOLE):
        return True
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if not isinstance(part, ATOMIC):
            return False
        waiting.extend(_parts(part))
    return True


def _parts(node: tree.SyntaxNode) -> tuple[tree.SyntaxNode, ...]:
    match node:
        case tree.Unary(operand=operand):
            return (operand,)
        case tree.Binary(left=left, right=right):
            return left, right
        case tree.Conditional(value=value, condition=condition, otherwise=otherwise):
            return value, condition, otherwise
    return ()


def _warning(name: tree.Name) -> Diagnostic:
    if name.id == "tokens":
        title = "`tokens` is no longer the input"
        hint = "`tokens = tokens_int;` reads the input as ints. For another value choose another name."
    elif name.id == "draw":
        title = "`draw(…);` calls this function from here on, and draws no more"
        hint = "Choose another name."
    else:
        title = f"`{name.id}` gets another meaning, but {CALLED[name.id]}"
        hint = "Choose another name: a call never reaches this value."
    return Diagnostic("W102", title, severity="warning", span=name.span, hint=hint)
