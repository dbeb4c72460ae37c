"""What names refer to. The judge is the language: after renaming what refers to one thing, a program is the same."""

from __future__ import annotations

import pytest

from rasp.graph.nodes import Node
from rasp.runtime import stdlib
from rasp.runtime.occurrences import LANGUAGE, Occurrences, unused
from rasp.session.examples import SilentListener
from rasp.session.session import Session
from rasp.syntax.parser import parse


def renamed(text: str) -> tuple[str, dict[str, str]]:
    """A program in which each symbol has a name of its own, and these names of the top level."""
    found = Occurrences(parse(text))
    roots = list(dict.fromkeys(each.root for each in found if each.root.kind != LANGUAGE))
    names = {root: f"{root.name}_{number}" for number, root in enumerate(roots)}
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    for each in reversed(list(found)):
        span = each.name.span
        if each.root in names and span is not None:
            start = starts[span.line - 1] + span.column - 1
            text = text[:start] + names[each.root] + text[start + len(each.name.id) :]
    return text, {name: names[symbol.root()] for name, symbol in found.top.items() if symbol.root() in names}


def values(text: str, names: dict[str, str] | None = None) -> dict[str, object]:
    """The values of a program's names; functions by the number of their parameters."""
    session = Session(listener=SilentListener())
    session.run(text)
    wanted = names or {name: name for name in session.names()}
    found = {name: session.scope.find(other) for name, other in wanted.items()}
    return {
        name: value if isinstance(value, Node) or not hasattr(value, "parameters") else len(value.parameters)
        for name, value in found.items()
    }


CASES = [
    "x = 1; def f() { y = x; x = 2; return x + y; } z = f(); w = x;",
    "def f(l) { for i in l { a = i; } return a; } a = 3; b = f([]); c = f([7]);",
    "t = tokens; tokens = tokens_int; u = tokens;",
    "l = [x for x in [1]]; x = 3; d = {x: y for x, y in [[1, x]]}; e = [x for x in [x, [x for x in [2]]]];",
    "def f(x) { def g() { return y + x; } a = g(); y = 1; return a + g(); } y = 2; z = f(10);",
    "def f(n) { return 0 if n == 0 else f(n - 1); } q = f(2);",
    "def f(x) { x = x + 1; return x; } x = f(1); y = f(x);",
    "for i in [1, 2] { a = 0 if i == 1 else before; before = i; } z = [i, a, before];",
    "a = 1; def f() { return a; } b = f(); a = 2; c = f(); a, b = b, a; d = [a, b, c];",
    "def f(f) { return f(3); } def g(x) { return 2 * x; } h = f(g);",
    "x = 5; def f(x) { for x in [1, 2] { y = x; } return x + y; } z = f(x) + x;",
    "def f(a) { def g(b) { def h(c) { return a + b + c; } return h(b + 1); } return g(a + 1); } a = f(1); b = f(a);",
]


@pytest.mark.parametrize("text", CASES)
def test_renaming_what_refers_to_one_thing_changes_nothing(text: str) -> None:
    after, names = renamed(text)
    assert after != text
    assert values(after, names) == {name: values(text)[name] for name in names}


@pytest.mark.parametrize("name", stdlib.names())
def test_in_the_library(name: str) -> None:
    text = "\n".join("" if line.startswith("#") else line for line in stdlib.source(name).split("\n"))
    after, names = renamed(text)
    before = values(text)
    assert values(after, names) == {name: before[name] for name in names}


def test_bindings_that_are_possible_alike_are_one_symbol() -> None:
    found = Occurrences(parse("def f(l) { for i in l { a = i; } return a; } a = 3;"))
    assert len({each.root for each in found if each.name.id == "a"}) == 1
    found = Occurrences(parse("def f(l) { a = 0; for i in l { a = i; } return a; } a = 3;"))
    assert len({each.root for each in found if each.name.id == "a"}) == 2


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("def f(x) { y = x; return x; }", ["y"]),
        ("def f(x) { y = x; y = 2 * x; return x; }", ["y"]),
        ("def f(x) { y, z = x, x; return y; }", []),
        ("def f(x, unread) { for i in x { _ = 1; } return [0 for i in x]; }", []),
        ("_a = 1; b = 2;", ["_a"]),
        ("_a = 1; def f() { return _a; }", []),
        ("def f() { def g() { return 1; } return 2; }", ["g"]),
    ],
)
def test_unused(text: str, names: list[str]) -> None:
    assert [warning.title for warning in unused(Occurrences(parse(text)))] == [
        f"`{name}` is never used" for name in names
    ]


def test_deep_trees_need_no_stack() -> None:
    found = Occurrences(parse("x = 1; y = " + "+".join(["x"] * 20_000) + ";"))
    assert len(list(found)) == 20_002
