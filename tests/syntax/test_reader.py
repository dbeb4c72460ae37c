"""The reader: statements as they arrive, recovery after errors, limits."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rasp.base.limits import limits
from rasp.errors import RaspError
from rasp.syntax import draft, tree
from rasp.syntax.mistakes import MISTAKES
from rasp.syntax.parser import Reader, completeness, parse, parse_expression
from rasp.syntax.printer import to_source
from tests.choices import Choices, lists
from tests.strategies import trees


def outcome(text: str) -> list[str]:
    """What a text gives, line by line: printed statements, codes of errors, and `|` after each line."""
    reader, found = Reader(), []
    for line in text.splitlines(keepends=True):
        reader.feed(line)
        found += [_shown(item) for item in reader] + ["|"]
    return found[:-1] + [_shown(item) for item in reader.finish()]


def _shown(item: object) -> str:
    return item.code if isinstance(item, RaspError) else to_source(item)


RECOVERY = [
    ("1; 2;\n3;", ["1;", "2;", "|", "3;"]),
    ("a =\n1;\n2;", ["|", "a = 1;", "|", "2;"]),
    ("(1;\ntokens;", ["R102", "|", "tokens;"]),
    ("(1;\n  2);\ntokens;", ["R102", "|", "|", "tokens;"]),
    ("(1;\n)\n; 3;", ["R102", "|", "|", "3;"]),
    ("x = 1\ny = 2;", ["|", "R101", "y = 2;"]),
    ("x =\ny = 2;", ["|", "R114", "y = 2;"]),
    ("x = f(1,\ny, z = 2, 3;", ["|", "R102", "y, z = 2, 3;"]),
    ("x = f(1,\n  y = 2);\nz = 3;", ["|", "R107", "|", "z = 3;"]),
    ("def f(x) {\n y = x +\nz = 2;", ["|", "|", "R114", "z = 2;"]),
    ("x,\ny = 1, 2;", ["|", "x, y = 1, 2;"]),
    ("x = (\ny == 2);", ["|", "x = y == 2;"]),
    ("x 1; 2;", ["R101", "2;"]),
    ('x y\nload "a";', ["R101", "|", 'load "a";']),
    ("x = (1 2\nset example 3\n4;", ["R111", "|", "set example 3", "|", "4;"]),
    ("def f(x) {\n y = (x;\n return y;\n}\n3;", ["|", "R102", "|", "|", "|", "3;"]),
    ("def f(x) { y z; if x { 1; } }\n3;", ["R101", "|", "3;"]),
    ("def f(x) return x; }\n3;", ["R112", "|", "3;"]),
    ("for x in l y = x; }\n3;", ["R112", "|", "3;"]),
    ('x = "abc;\n3;', ["R103", "|", "3;"]),
    ('x = f("abc);\n3;', ["R103", "|", "3;"]),
    ("set example\n3;", ["R115", "|", "3;"]),
    ("show foo\n3;", ["R115", "|", "3;"]),
    ("set example 1 2\n3;", ["R115", "|", "3;"]),
    ("};\n3;", ["R104", "R100", "|", "3;"]),
    ("f(x));\n3;", ["R104", "|", "3;"]),
    ("len = 3; 4;", ["R202", "4;"]),
    ("draw(); 4;", ["R112", "4;"]),
    ("[1, 2); 3;\n4;", ["R104", "|", "4;"]),
    ("set example [1,\n2]\n3;", ["|", "set example [1, 2]", "|", "3;"]),
    ("\ufeff1;", ["1;"]),
    ("# only a comment", []),
    ("a = # note ;\n 1;", ["|", "a = 1;"]),
]


@pytest.mark.parametrize(("text", "expected"), RECOVERY)
def test_recovery(text: str, expected: list[str]) -> None:
    assert outcome(text) == expected


@given(st.lists(trees(), max_size=4), st.data())
def test_chunks_do_not_matter(program: list, data: st.DataObject) -> None:  # type: ignore[type-arg]
    text = "\n".join(map(to_source, program)) + "\n"
    reader, found = Reader(), []
    while text:
        cut = data.draw(st.integers(1, len(text)))
        reader.feed(text[:cut])
        found += list(reader)
        text = text[cut:]
    assert found + list(reader.finish()) == program


def test_spans_count_from_the_start_of_the_stream() -> None:
    reader = Reader("stream")
    reader.feed("1;\n\n  2; x =\n  y;\n")
    items = list(reader)
    assert [repr(item.span) for item in items] == ["stream:1:1", "stream:3:3", "stream:3:6"]
    assert [item.span.source.text for item in items if item.span] == ["1;\n", "  2; x =\n", "  2; x =\n  y;\n"]


def test_pending() -> None:
    reader = Reader()
    for text, pending in (
        ("def f(x) {\n", True),
        ("return x;\n", True),
        ("}\n", False),
        ("# note\n", False),
        ("a", True),
    ):
        reader.feed(text)
        list(reader)
        assert reader.pending is pending


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "complete"),
        ("1;", "complete"),
        ("exit", "complete"),
        ("set example [1,", "incomplete"),
        ("1", "incomplete"),
        ("def f(x) { return x;", "incomplete"),
        ("1; 2 3;", "wrong"),
        ('"abc', "wrong"),
        ("set example", "wrong"),
    ],
)
def test_completeness(text: str, expected: str) -> None:
    assert completeness(text) == expected


# ---------------------------------------------------------------------------------------------------------- limits


def code_of(text: str) -> str:
    with pytest.raises(RaspError) as caught:
        parse(text)
    assert str(caught.value)
    return caught.value.code


@pytest.mark.parametrize("deep", ["(" * 10_000 + "1" + ")" * 10_000, "[" * 10_000, "not " * 10_000 + "1", "f(-" * 600])
def test_nesting(deep: str) -> None:
    assert code_of(deep + ";") == "R605"


@pytest.mark.parametrize("text", ["(" * 1000 + "1" + ")" * 1000, "- " * 1000 + "1", "(-" * 500 + "1" + ")" * 500])
def test_a_thousand_levels(text: str) -> None:
    assert parse_expression(to_source(parse_expression(text))) == parse_expression(text)


def test_long_chains() -> None:
    for text in (" + ".join(["a"] * 20_000), "x" + "[0]" * 20_000, "a" + " if b else c" * 10_000):
        tree = parse_expression(text)
        assert to_source(tree) == text
        assert hash(tree) == hash(parse_expression(text))


def test_large_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "source", 10_000)
    assert code_of("1;" * 5_001) == "R601"
    assert code_of('"' + "é" * 5_000 + '";') == "R601"
    monkeypatch.setattr(limits, "source", 100)
    assert len(parse("a = 1;\n" * 10)) == 10
    assert outcome("a = 1;\n" * 50)[-1] == "a = 1;"
    found = outcome("a = [1,\n" + "2,\n" * 50 + "3];\nb = 2;")
    assert [item for item in found if item != "|"] == ["R601", "b = 2;"]


def test_reading_goes_on_behind_a_line_that_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "source", 100)
    long = "x = [" + "1, " * 50 + "1];\n"
    assert outcome(long + "a = 1;\nb = 2;") == ["R601", "|", "a = 1;", "|", "b = 2;"]
    assert outcome("a = [\n" + long + "];\nb = 2;") == ["|", "R601", "|", "|", "b = 2;"]


def test_the_statements_of_a_line_measure_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[str] = []
    size_of = draft.byte_size

    def noting(text: str) -> int:
        measured.append(text)
        return size_of(text)

    monkeypatch.setattr(draft, "byte_size", noting)
    line = '"é"; 1 1; ' * 100 + "\n"
    reader = Reader()
    reader.feed(line * 2)
    assert len(list(reader)) == 400
    assert measured == [line, line]


def test_large_numbers() -> None:
    assert code_of("1" * 100_001 + ";") == "R602"
    assert code_of("1" * 400 + ".0;") == "R311"


# ------------------------------------------------------------------------------------------------------------ fuzz

PIECES = (
    *"()[]{},;:=+-*/^%<>!&|.#\"'@ \n\t\0",
    *("def ", "for ", "in ", "if ", "else ", "not ", "return ", "load ", "set example ", "show ", "exit", "select("),
    *("a", "x = ", "1", "2.5", '"s"', "==", "é", "\ufeff", "True", "f(x) {", "draw(", "aggregate(", "\r\n"),
)


@settings(max_examples=1000, deadline=None)
@given(st.text(max_size=40) | lists(PIECES, 30).map("".join))
def test_nothing_but_statements_and_errors(text: str) -> None:
    _check(text)


@st.composite
def mutations(draw: st.DrawFn) -> str:
    """A mistake with up to three stretches replaced."""
    choices = Choices(draw, 3 + 3 * 5)
    text = MISTAKES[choices.number(len(MISTAKES))].text
    for _ in range(choices.item(range(1, 4))):
        start, end = sorted((choices.number(len(text) + 1), choices.number(len(text) + 1)))
        text = text[:start] + choices.item(PIECES) + text[end:]
    return text


@settings(max_examples=1000, deadline=None)
@given(mutations())
def test_mutations(text: str) -> None:
    _check(text)


def _check(text: str) -> None:
    """Reads a text in every way."""
    reader = Reader()
    reader.feed(text)
    items = list(reader.finish())
    for item in items:
        assert str(item)
        assert item.span is not None
    wrong = [item for item in items if isinstance(item, RaspError)]
    if wrong:
        assert code_of(text) == wrong[0].code
        # What more lines may mend is one error, of the end.
        assert completeness(text) == "wrong" or (completeness(text), wrong) == ("incomplete", items[-1:])
    else:
        assert completeness(text) == "complete"
        assert parse(text) == items
    _check_expression(text.removeprefix("\ufeff"))  # a mark of files alone


def _check_expression(text: str) -> None:
    """A text is an expression where it can be assigned to a name, and it is that expression."""
    reader = Reader()
    reader.feed(f"x = {text}\n;")
    items = list(reader.finish())
    try:
        expression = parse_expression(text)
    except RaspError:
        assert not (len(items) == 1 and isinstance(items[0], tree.Assign) and len(items[0].values) == 1)
    else:
        assert items == [tree.Assign((tree.Name("x"),), (expression,))]


@pytest.mark.parametrize(
    ("text", "comments"),
    [
        ("# one\n#  two\na = 1;", ["# one\n#  two\n"]),
        ("# far\n\na = 1; # behind\nb = 2;", ["", ""]),
        ("a = 1; # behind\n# above\nb =\n# inside\n2;\nc = 3;", ["", "# above\n", ""]),
        ("# both\na = 1; b = 2;", ["# both\n", "# both\n"]),
        ("  # indented\n  def f(x) {\n # body\n return x; }\nset example 1", ["  # indented\n", ""]),
        ("# broken\na = = 1;\nb = 2;", [""]),
    ],
)
def test_a_statement_knows_the_comment_above_it(text: str, comments: list[str]) -> None:
    reader = Reader()
    reader.feed(text + "\n")
    statements = [item for item in [*reader.read(), *reader.finish()] if not isinstance(item, RaspError)]
    assert [statement.span.source.comment for statement in statements] == comments
