"""The values of a running program: atoms, lists, dicts, functions, and graph nodes for s-ops and selectors.

Atoms are Python atoms, a list is a tuple, a dict is a Python dict that nobody changes. Nothing here knows syntax.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from rasp.graph.nodes import Atom, Node, is_selector
from rasp.graph.operators import article, kind_of, show_atom

if TYPE_CHECKING:
    from rasp.runtime.scope import Scope
    from rasp.syntax import tree

ATOMS = (bool, int, float, str)


class UserFunction:
    """A function made by `def`; `scope` is where it was defined and where its outer names are looked up."""

    __slots__ = ("definition", "name", "parameters", "scope", "unit")

    def __init__(self, definition: tree.Def, scope: Scope) -> None:
        self.name = definition.name.id
        self.parameters = tuple(parameter.id for parameter in definition.parameters)
        self.definition = definition
        self.scope = scope
        self.unit = scope.unit  # the file it stands in, whose folder its own loads start from

    @property
    def signature(self) -> str:
        return f"{self.name}({', '.join(self.parameters)})"


class Builtin:
    """A function of the language itself.

    `least` and `most` bound the number of its arguments (None: there is no most); `forms` are the ways to call it,
    the longest one last. `checks` refuse wrong arguments one by one, so that an error can stand at the argument.
    """

    __slots__ = ("call", "checks", "forms", "least", "most", "name")

    def __init__(
        self,
        name: str,
        forms: tuple[str, ...],
        least: int,
        most: int | None,
        call: Callable[..., Any],
        checks: tuple[Callable[[Any], Any], ...] = (),
    ) -> None:
        self.name = name
        self.forms = forms
        self.least = least
        self.most = most
        self.call = call
        self.checks = checks

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(self.forms[-1].split(", "))

    @property
    def signature(self) -> str:
        return " or ".join(f"{self.name}({form})" for form in self.forms)


class Application(tuple[Any, ...]):
    """What applying an s-op or selector gives: a list of its values (0 and 1 for a selector) that can be shown as such.

    `result` is the engine's column or matrix, `input` the input it was applied to.
    """

    result: Any
    input: tuple[Atom, ...]

    @classmethod
    def of(cls, values: Iterable[Any], result: Any, given: tuple[Atom, ...]) -> Application:
        """The application whose values are `values`."""
        made = cls(values)
        made.result = result
        made.input = given
        return made


def is_atom(value: object) -> bool:
    """Whether the value is an int, float, string or bool."""
    return isinstance(value, ATOMS)


def is_sop(value: object) -> bool:
    """Whether the value is an s-op."""
    return isinstance(value, Node) and not is_selector(value)


def type_name(value: object) -> str:
    """What a message calls the kind of a value.

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
    return kind_of(value)


def describe(value: object) -> str:
    """A value in a message: its kind, with the value itself for an atom and the name for a function.

    >>> describe(3), describe("a"), describe((1, 2)), describe(())
    ('int 3', 'string "a"', 'list of 2 elements', 'empty list')
    """
    kind = type_name(value)
    if isinstance(value, (tuple, dict)):
        return f"{kind} of {len(value)} element{'s' * (len(value) != 1)}" if value else f"empty {kind}"
    if isinstance(value, (UserFunction, Builtin)):
        return f"function {value.name}"
    return kind if isinstance(value, Node) else f"{kind} {show_atom(value)}"  # type: ignore[arg-type]


def a(value: object) -> str:
    """A value in a message, with its article.

    >>> a(3), a("x")
    ('an int 3', 'a string "x"')
    """
    return article(describe(value))


def holds_nodes(value: object) -> bool:
    """Whether an s-op or selector is the value, or stands anywhere inside it."""
    stack, seen = [value], set()
    while stack:
        item = stack.pop()
        if isinstance(item, Node):
            return True
        if isinstance(item, (tuple, dict)) and id(item) not in seen:  # a list may stand in others many times
            seen.add(id(item))
            stack.extend(item if isinstance(item, tuple) else item.values())
    return False


def same(left: object, right: object) -> bool:
    """Whether two values without s-ops are equal, as Python's `==` has it.

    Python compares a list that stands in others many times once each time, which may never end; here each pair of
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
