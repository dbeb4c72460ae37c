"""The language's values, scopes and statements, as programs with the value they must give.

Each row is a program, an expression and what it gives in Python; `Refused` where it must be refused, with the code.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

import rasp


class Refused(NamedTuple):
    """An expression or statement that must be refused."""

    code: str


ROWS: list[tuple[str, str, Any]] = [
    # scopes
    ("x = 1; def f() { x = 2; return x; } y = f();", "[x, y]", [1, 2]),
    ("def f(x) { return x + g; } g = 1; a = f(1); g = 7; b = f(1);", "[a, b]", [2, 8]),
    ("def outer(n) { def inner() { return later; } later = n; return inner(); }", "outer(4)", 4),
    ("n = 1; def callee() { return n; } def caller() { n = 9; return callee(); }", "caller()", 1),
    ("def f(max) { return max + 1; }", "f(2)", 3),
    ("def f() { length = 3; return length; }", "f()", 3),
    ("a = [max for max in [1, 2]];", "a", [1, 2]),
    ("def f(indices_) { for max in [1, 2] { last = max; } return last; }", "f(0)", 2),
    ("max = 1;", "max(1, 2)", Refused("R202")),
    ("for length in [1] { }", "1", Refused("R202")),
    ("def sort(a) { return a; }", "1", Refused("R202")),
    ("a, max = 1, 2;", "a", Refused("R202")),
    ("b = a; a = 1;", "a", Refused("R201")),
    # the prelude never sees a program's names
    ("def f(indices_) { full_s = 3; return length; }", 'f(1)("ab")', [2, 2]),
    # several values
    ("def f(a, b) { return b, a; } x, y = f(1, 2); z = f(3, 4);", "[x, y, z]", [2, 1, [4, 3]]),
    ('a, b = "xy";', "[a, b]", ["x", "y"]),
    ("a, b = {5: 1, 6: 2};", "[a, b]", [5, 6]),
    ("a = 1, 2;", "a", [1, 2]),
    ("a, b = 1;", "1", Refused("R307")),
    ("a, b = [1, 2, 3];", "1", Refused("R307")),
    # loops keep the names of the rounds before a failure
    ("for x in [2, 1, 0] { y = 2 / x; }", "y", Refused("R310")),
    ("for x in {7: 1} { }", "x", 7),
    ("for x in tokens { }", "1", Refused("R306")),
    # out
    ("3 + 4;", "out", 7),
    ("3; 10 + out;", "out", 13),
    ("a, b = 1, 2;", "out", 2),
    ("def f() { 7; return out + 1; }", "f()", 8),
    ("def f() { return out; }", "f()", Refused("R201")),
    ('tokens("ab");', "out", ["a", "b"]),
    ("for x in [1, 2] { x * 10; }", "out", 20),
    # recursion
    (
        "def even(n) { return True if n == 0 else odd(n-1); } def odd(n) { return False if n == 0 else even(n-1); }",
        "even(9000)",
        True,
    ),
    ("def f(n) { return f(n + 1); }", "f(0)", Refused("R604")),
    ("def f(s, n) { return s if indices > n else f(s, n - 1); }", "f(tokens, 3)", Refused("R604")),
    # conditionals evaluate one branch when the condition is no s-op
    ("", "1 if True else 1 / 0", 1),
    ("", "1 / 0 if tokens else 1", Refused("R310")),
    ("", "1 if full_s else 2", Refused("R315")),
    ("", "1 if [] else 2", 2),
    # and, or
    ("", "0 or [] or 3", 3),
    ("", "1 and (1 / 0)", Refused("R310")),
    ("", "full_s and tokens", Refused("R303")),
    ("", '(tokens and [1])("ab")', [True, True]),
    # lists and dicts
    ("", "[1] + [2, 3] * 2", [1, 2, 3, 2, 3]),
    ("", "[1, 2] < [1, 3]", True),
    ("", '[1] < ["a"]', Refused("R303")),
    ("", "{1: 2} < {1: 3}", Refused("R303")),
    ("", '{1: "int", True: "bool", 1.0: "float"}', {1: "float"}),
    ("", "[tokens] == [tokens]", Refused("R316")),
    ("", "1 in [tokens]", Refused("R316")),
    ("", "[1][tokens]", Refused("R308")),  # found when an input is given
    ("", "[][indices]", Refused("R309")),
    ("", "[[1]][indices]", Refused("R406")),
    ("", "{[1]: 2}", Refused("R314")),
    ("", "zip([1], [1, 2])", Refused("R312")),
    ("", "range(0, 5, 0)", Refused("R303")),
    ("", 'len("abc")', Refused("R303")),
    ("", "2 not in [1]", True),
    ("", '(tokens not in ["a"])("ab")', [False, True]),
    ("", '("a" in tokens)("ab")', [True, True]),
    ("", 'tokens in "ab"', Refused("R303")),
    ("", "tokens in tokens", Refused("R303")),
    ("", '(tokens == [1])("ab")', [False, False]),
    ("", '(tokens != {})("ab")', [True, True]),
    # calls
    ("def f(a) { return a; }", "f(1, 2)", Refused("R302")),
    ("", "5(1)", Refused("R301")),
    ("", "round()", Refused("R302")),
    ("", "tokens()", Refused("R302")),
    ("", "tokens(5)", Refused("R402")),
    ("def make(n) { def add(x) { return x + n; } return add; }", "make(5)(1)", 6),
    ("", '(tokens + "!")("ab")[1]', "b!"),
    ("", 'len(full_s("abc"))', 3),
    ("", 'full_s("ab")', [[1, 1], [1, 1]]),
    # select and aggregate
    ("select = 3; aggregate = 4;", "select + aggregate", 7),
    ("select = 1;", 'select(select, indices, ==)("ab")', [[0, 0], [1, 1]]),
    ("", 'select(1, "a", <)', Refused("R303")),
    ("", "aggregate(tokens, tokens)", Refused("R304")),
    ("", "aggregate(full_s, full_s)", Refused("R305")),
    ("", "aggregate(full_s, tokens, [1])", Refused("R313")),
    ("", "indicator(5)", Refused("R305")),
    # best, which a program may bind like any name
    ("", 'best(select(indices, indices, <=), tokens)("aba")', [[1, 0, 0], [0, 1, 0], [0, 1, 0]]),
    ("", 'best(select(indices, indices, <), 5)("aba")', [[0, 0, 0], [1, 0, 0], [1, 1, 0]]),
    ("", "aggregate(best(full_s, tokens_asis), indices)([True, 0.5])", [0, 0]),
    ("", 'selector_width(not best(full_s, tokens))("abb")', [1, 1, 1]),
    ("def f(g, s) { return g(s, indices); }", 'f(best, full_s)("ab")', [[0, 1], [0, 1]]),
    ("best = 3;", "best + 1", 4),
    ("a = best; best = 3;", 'a(full_s, indices)("ab")', [[0, 1], [0, 1]]),
    ("def best(x) { return x + 1; }", "best(2)", 3),
    ("best, a = 1, 2;", "best + a", 3),
    ("for best in [1, 2] { a = best; }", "best + a", 4),
    ("def f(best) { return best; }", "f(1)", 1),
    ("def f() { best = 3; return best; }", "[f(), f()]", [3, 3]),
    ("def f() { best = 3; return best; } a = f();", 'best(full_s, indices)("ab")', [[0, 1], [0, 1]]),
    ("a = [best for best in [1, 2]]; d = {best: best for best in a};", "d", {1: 1, 2: 2}),
    ("best = tokens;", 'best("ab")', ["a", "b"]),
    ("def f(s) { return best(s); } a = 1; def best(s) { return a; }", "f(2)", 1),
    ("", "best(tokens, indices)", Refused("R304")),
    ("", "best(1, indices)", Refused("R304")),
    ("", "best(full_s, full_s)", Refused("R305")),
    ("", "best(full_s, [1])", Refused("R305")),
    ("", "best(full_s)", Refused("R302")),
    ("", "best(full_s, 1, 2)", Refused("R302")),
    ("", "best + 1", Refused("R303")),
    ("best = 3;", "best(full_s, 1)", Refused("R301")),
    ("", "best(full_s, tokens_int)", Refused("R403")),  # found when an input is given
    # near, its scorer, which a program may bind, too
    ("", 'best(select(tokens, "a", ==), near)("aba")', [[1, 0, 0], [1, 0, 0], [0, 0, 1]]),
    ("a = near; near = 3;", 'best(full_s, a)("ab")', [[1, 0], [0, 1]]),
    ("near = -indices;", 'best(full_s, near)("ab")', [[1, 0], [1, 0]]),
    ("def f(near) { return near + 1; } a = [near for near in [1, 2]];", "f(1) + a[1]", 4),
    ("def near(x) { return x + 1; }", "near(2)", 3),
    ("", "near == near", True),
    ("", "near == 1", False),
    ("", "near + 1", Refused("R303")),
    ("", "near(1)", Refused("R301")),
    ("", "best(near, near)", Refused("R304")),
    ("", "aggregate(full_s, near)", Refused("R305")),
    ("", "select(near, indices, ==)", Refused("R305")),
    ("", "best(full_s, [near])", Refused("R305")),
    ("", '{"a": near, "b": 1}[tokens]("ab")', Refused("R406")),
    # indexing
    ("", 'tokens[-1]("abc")', ["c", "c", "c"]),
    ("", 'tokens[7]("abc")', [0, 0, 0]),
    ("", 'tokens[True]("abc")', ["b", "b", "b"]),
    ("", "tokens[1.0]", Refused("R308")),
    ("", "full_s[0]", Refused("R308")),
    ("", '[7, 8][-indices - 1]("ab")', [8, 7]),
    ("", '"xyz"[indices]("ab")', ["x", "y"]),
    ("", '{"a": 1}["b"]', Refused("R309")),
    # numbers
    ("", "2 ^ 3 ^ 2", 64),
    ("", "-2 ^ 2", 4),
    ("", "7 % 3 * 4", 7),
    ("", "0 ^ -1", Refused("R310")),
    ("", "10.0 ^ 400", Refused("R311")),
    ("", "(0 - 8) ^ 0.5", Refused("R311")),
    ("", '"%d" % 3', Refused("R303")),
    # words of commands are names
    ("set = 1; on = 2; example = 3; exit = 4; draw = 5; load = 6;", "set + on + example + exit + draw + load", 21),
    ("def draw(x) { return x + 1; } draw(2);", "out", 3),
]


@pytest.mark.filterwarnings("ignore::rasp.RaspWarning")
@pytest.mark.parametrize(("program", "expression", "expected"), ROWS)
def test_program(program: str, expression: str, expected: Any) -> None:
    session = rasp.Session()
    if not isinstance(expected, Refused):
        session.run(program)
        assert exactly(session.eval(expression)) == exactly(expected)
        return
    with pytest.raises(rasp.RaspError) as failure:
        run_all(session, program, expression)
    assert failure.value.code == expected.code


def run_all(session: rasp.Session, program: str, expression: str) -> None:
    """Runs the program, evaluates the expression, and applies what it gives to an input."""
    session.run(program)
    session.eval(expression)("hello")


def exactly(value: Any) -> Any:
    """A value with the types of its atoms, so that 1, 1.0 and True differ."""
    if isinstance(value, (list, tuple)):
        return [exactly(item) for item in value]
    if isinstance(value, dict):
        return [(exactly(key), exactly(item)) for key, item in value.items()]
    return type(value), value


def test_a_failing_loop_keeps_the_rounds_before() -> None:
    session = rasp.Session()
    assert [error.code for error in session.run("for x in [2, 1, 0] { y = 2 / x; }", keep_going=True)] == ["R310"]
    assert (session["x"], session["y"]) == (0, 2.0)


def test_a_failing_assignment_changes_nothing() -> None:
    session = rasp.Session()
    session.run("a = 1; 5;")
    assert session.run("a, max = 7, 8; a, b = 5; a = nope;", keep_going=True)
    assert session["a"] == 1
    assert session["out"] == 5
    assert "b" not in session


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("a = best(tokens, indices);", "tokens"),
        ("a = best(full_s, [1]);", "[1]"),
        ("def f(s) { return best(s, full_s); } f(full_s);", "full_s"),
        ("b = best; a = b(1 + 1, [1]);", "1 + 1"),
        ("a = best(full_s);", "best(full_s)"),
    ],
)
def test_a_wrong_argument_of_best_is_pointed_at(text: str, wrong: str) -> None:
    with pytest.raises(rasp.RaspError) as failure:
        rasp.Session().run(text)
    assert failure.value.span.text == wrong


def test_earlier_values_keep_what_they_had() -> None:
    session = rasp.Session()
    session.run("a = tokens; b = a; tokens = tokens_int; c = tokens;")
    assert session["b"]([1]).values == ["1"]
    assert session["c"]([1]).values == [1]
