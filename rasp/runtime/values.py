"""The values of a running program: atoms, lists, dicts, functions, scorers, and graph nodes for s-ops and selectors.

Atoms are Python's, a list is a tuple, and a dict is a Python dict that is never modified. This module does not depend
on syntax.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from rasp.graph.atoms import article, kind_of, show_atom
from rasp.graph.nodes import Atom, Node, is_selector

if TYPE_CHECKING:
    from rasp.runtime.scope import Scope
    from rasp.syntax import tree


class UserFunction:
    """A function defined by `def`; `scope` is the scope of the definition, in which its free names are looked up."""

    __slots__ = ("definition", "name", "parameters", "scope", "unit")

    def __init__(self, definition: tree.Def, scope: Scope) -> None:
        self.name = definition.name.id
        self.parameters = tuple(parameter.id for parameter in definition.parameters)
        self.definition = definition
        self.scope = scope
        self.unit = scope.unit  # the file of the definition, from whose folder its loads start

    @property
    def signature(self) -> str:
        return f"{self.name}({', '.join(self.parameters)})"


class Builtin:
    """A built-in function.

    `least` and `most` bound the number of its arguments (None for no upper bound); `forms` are the ways to call it, the
    longest one last. `checks` validate the arguments one by one, so that an error can be located at its argument.
    `doc` is what `:help` shows.
    """

    __slots__ = ("call", "checks", "doc", "forms", "least", "most", "name")

    def __init__(
        self,
        name: str,
        forms: tuple[str, ...],
        least: int,
        most: int | None,
        call: Callable[..., Any],
        checks: tuple[Callable[[Any], Any], ...] = (),
        doc: str = "",
    ) -> None:
        self.name = name
        self.forms = forms
        self.least = least
        self.most = most
        self.call = call
        self.checks = checks
        self.doc = doc

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(self.forms[-1].split(", "))

    @property
    def signature(self) -> str:
        return " or ".join(f"{self.name}({form})" for form in self.forms)


class Scorer:
    """What `best` takes in place of scores, if these depend on key and query. `doc` is what `:help` shows."""

    __slots__ = ("doc", "name")

    def __init__(self, name: str, doc: str) -> None:
        self.name = name
        self.doc = doc

    def __repr__(self) -> str:
        return f"<scorer {self.name}>"


class Application(tuple[Any, ...]):
    """The result of applying an s-op or selector: a list of its values (0 and 1 for a selector).

    `result` is the engine's column or matrix, `input` the input; both serve to display the result.
    """

    result: Any
    input: tuple[Atom, ...]

    @classmethod
    def of(cls, values: Iterable[Any], result: Any, given: tuple[Atom, ...]) -> Application:
        """An application with the given values."""
        made = cls(values)
        made.result = result
        made.input = given
        return made


def is_sop(value: object) -> bool:
    """Whether the value is an s-op."""
    return isinstance(value, Node) and not is_selector(value)


def type_name(value: object) -> str:
    """The kind of a value, for messages.

    >>> type_name(1), type_name((1,)), type_name({})
    ('int', 'list', 'dict')
    """
    if isinstance(value, Node):
        return "selector" if is_selector(value) else "s-op"
    if isinstance(value, tuple):
        return "list"
    if isinstance(value, dict):
        return "dict"
    if isinstance(value, (UserFunction, Builtin)):
        return "function"
    if isinstance(value, Scorer):
        return "scorer"
    return kind_of(value)


def describe(value: object) -> str:
    """A value, for messages: its kind, with the value of an atom, the size of a list or dict, or a function's name.

    >>> describe(3), describe("a"), describe((1, 2)), describe(())
    ('int 3', 'string "a"', 'list of 2 elements', 'empty list')
    """
    kind = type_name(value)
    if isinstance(value, (tuple, dict)):
        return f"{kind} of {len(value)} element{'s' * (len(value) != 1)}" if value else f"empty {kind}"
    if isinstance(value, (UserFunction, Builtin, Scorer)):
        return f"{kind} {value.name}"
    return kind if isinstance(value, Node) else f"{kind} {show_atom(value)}"  # type: ignore[arg-type]


def a(value: object) -> str:
    """A value, for messages, with its article.

    >>> a(3), a("x")
    ('an int 3', 'a string "x"')
    """
    return article(describe(value))


def holds_nodes(value: object) -> bool:
    """Whether the value is, or contains at any depth, an s-op or selector.

    >>> from rasp.graph.builders import tokens
    >>> holds_nodes((1, {"a": (tokens(),)})), holds_nodes((1, "a"))
    (True, False)
    """
    stack, seen = [value], set()
    while stack:
        item = stack.pop()
        if isinstance(item, Node):
            return True
        if isinstance(item, (tuple, dict)) and id(item) not in seen:  # a list may be contained many times
            seen.add(id(item))
            stack.extend(item if isinstance(item, tuple) else item.values())
    return False


def same(left: object, right: object) -> bool:
    """Whether two values without s-ops are equal, as by Python's `==`.

    Python compares a list that is contained many times as often, which can take exponential time. Here each pair of
    lists is compared once, and without recursion.

    >>> same((1, (2, {3: "a"})), (1.0, (2, {3: "a"}))), same((1,), 1)
    (True, False)
    """
    stack: list[tuple[Any, Any]] = [(left, right)]
    seen = set()
    while stack:
        one, other = stack.pop()
        pair = (id(one), id(other))
        if one is other or pair in seen:
            continue
        if isinstance(one, tuple) and isinstance(other, tuple):
            if len(one) != len(other):
                return False
            stack.extend(zip(one, other, strict=True))
        elif isinstance(one, dict) and isinstance(other, dict):
            if one.keys() != other.keys():
                return False
            stack.extend((value, other[key]) for key, value in one.items())
        elif one != other:
            return False
        seen.add(pair)
    return True
