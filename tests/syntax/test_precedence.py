"""The levels of the operators: what binds tighter, and which way chains group."""

from __future__ import annotations

import pytest

from rasp.syntax import tree
from rasp.syntax.parser import parse, parse_expression

SAME = [  # without brackets, and with
    ("2^3^2", "(2^3)^2"),
    ("-2^2", "(-2)^2"),
    ("2^-1", "2^(-1)"),
    ("7%3*4", "7%(3*4)"),
    ("7*3%4", "(7*3)%4"),
    ("1+7%3", "1+(7%3)"),
    ("1-2-3", "(1-2)-3"),
    ("8/4*2", "(8/4)*2"),
    ("3>2>1", "(3>2)>1"),
    ("a==b!=c", "(a==b)!=c"),
    ("True or False and False", "(True or False) and False"),
    ("not a == b", "(not a) == b"),
    ("not a in b", "(not a) in b"),
    ("not -a[0](1)", "not (-((a[0])(1)))"),
    ("a if c else b if d else e", "(a if c else b) if d else e"),
    ("a if b if c else d else e", "a if (b if c else d) else e"),
    ("a if x in y else e", "a if (x in y) else e"),
    ("a or b if c else d", "(a or b) if c else d"),
    ("a if c else b and d", "a if c else (b and d)"),
    ("a and x in y", "(a and x) in y"),
    ("x in a if c else b", "x in (a if c else b)"),
    ("x in y in z", "(x in y) in z"),
    ("x not in y and z", "x not in (y and z)"),
    ("not x not in y", "(not x) not in y"),
    ("(l)[0]", "l[0]"),
    ("l[(0)]", "l[0]"),
    ("f(x)(y)", "(f(x))(y)"),
    ("1+# comment\n2", "1+2"),
]


@pytest.mark.parametrize(("plain", "bracketed"), SAME)
def test_grouping(plain: str, bracketed: str) -> None:
    assert parse_expression(plain) == parse_expression(bracketed)


NAMES = ("load", "draw", "set", "show", "on", "off", "example", "exit", "quit", "s", "op", "full")


@pytest.mark.parametrize("name", NAMES)
def test_words_of_commands_are_names(name: str) -> None:
    (assignment,) = parse(f"{name} = {name} + 1;")
    assert assignment == tree.Assign((tree.Name(name),), (tree.Binary("+", tree.Name(name), tree.Literal(1)),))
    assert isinstance(parse(f"{name} + 1;")[0], tree.ExpressionStatement)
    assert isinstance(parse(f"{name}(2) + 1;")[0], tree.ExpressionStatement)


def test_select_is_a_form_even_when_it_is_a_variable() -> None:
    expected = tree.SelectCall(tree.Name("select"), tree.Name("indices"), "==")
    assert parse_expression("select (select, indices, ==)") == expected
    assert isinstance(parse_expression("(select)(a, b)"), tree.Call)


def test_s_op_subtracts() -> None:
    assert parse("s-op;") == [tree.ExpressionStatement(tree.Binary("-", tree.Name("s"), tree.Name("op")))]


COMMANDS = [
    ('set example "a"', "set example"),
    ('set  s-op   example "a";', "set s-op example"),
    ("set selector example [1,\n 2] # note", "set selector example"),
    ("show example", "show example"),
    ("show s-op example;", "show s-op example"),
    ("examples on", "examples on"),
    ("s-op examples off # note", "s-op examples off"),
    ("selector examples on", "selector examples on"),
    ("full seq display on", "full seq display on"),
    ("exit", "exit"),
    ("exit()", "exit"),
    ("quit ( ) ;", "quit"),
]


@pytest.mark.parametrize(("text", "words"), COMMANDS)
def test_commands(text: str, words: str) -> None:
    command, after = parse(f"{text}\n1;")
    assert isinstance(command, tree.SessionCommand)
    assert command.words == words
    assert isinstance(after, tree.ExpressionStatement)


def test_more_may_follow_a_command_that_ends_in_a_semicolon() -> None:
    kinds = [type(item).__name__ for item in parse('set example "a"; tokens; exit; 1;')]
    assert kinds == ["SessionCommand", "ExpressionStatement", "SessionCommand", "ExpressionStatement"]


def test_spans() -> None:
    call = parse_expression("f( a )\n + (b * c)", "file")
    assert call.span is not None
    assert (call.span.start, call.span.end, call.span.end_line, call.span.file) == (0, 17, 2, "file")
    assert isinstance(call, tree.Binary)
    assert call.right.span is not None
    assert call.right.span.text == "b * c"


@pytest.mark.parametrize("digits", [1, 499, 500, 501, 4300, 4301, 100_000])
def test_large_ints(digits: int) -> None:
    literal = parse_expression("9" * digits)
    assert isinstance(literal, tree.Literal)
    assert literal.value == 10**digits - 1
