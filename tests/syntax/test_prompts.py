"""Texts that were copied from a conversation, prompts and all: they read as what was typed."""

from __future__ import annotations

import pytest

from rasp.assist.completeness import inputs, is_complete
from rasp.errors import RaspError
from rasp.syntax.reader import Reader, ReaderItem
from tests.docs import pages

SESSIONS = [
    pytest.param(block.text, id=f"{page.name}:{block.line}")
    for page in pages.PAGES
    for kind in ("rasp-session", "rasp-terminal")
    for block in pages.blocks(page, kind)
    if ":source" not in block.text  # it prints statements, which are read again
]


def read(text: str) -> list[str]:
    """What a text says: statements and commands as they are written, and the errors' titles."""
    reader = Reader()
    items = [*inputs(reader, f"{text}\n"), *reader.finish()]
    return [_said(item) for item in items]


def _said(item: str | ReaderItem) -> str:
    if isinstance(item, str):
        return item
    if isinstance(item, RaspError):
        return f"{item.code}: {item.diagnostic.title}"
    return item.span.text if item.span else ""


@pytest.mark.parametrize("text", SESSIONS)
def test_a_copied_session_reads_as_what_was_typed(text: str) -> None:
    assert read(text) == read("\n".join(line[3:] for line in pages.typed(text)))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (">> a = 1;", ["a = 1"]),
        (">>a = 1;\n>>b = 2;", ["a = 1", "b = 2"]),
        (">>> a = 1;\n... b = 2;", ["a = 1", "b = 2"]),
        ("    >> a = 1;\n    value: a = 1\n    >> b = 2;", ["a = 1", "b = 2"]),
        ("# copied\n\n>> a = 1;", ["a = 1"]),
        (">> a = [1,\n..      2];", ["a = [1,\n     2]"]),
        (">> a = [1,\n        2];\n>> b = 2;", ["a = [1,\n        2]", "b = 2"]),  # an editor took the prompts' place
        (">>\n>> a = 1;\n>> \n", ["a = 1"]),
        (">> a = 1;\nb = 2;\nc =\n3;", ["a = 1", "b = 2", "c =\n3"]),
        (">> a = 1;\nset example [1]\nb;", ["a = 1", "set example [1]", "b"]),
        (">> :help a\n:quit  leaves\n>> a = 1;", [":help a", "a = 1"]),
        (
            ">> x = lenght;\nerror[R201]: unknown name `lenght`\n  --> <stdin>:1:5\n  |\n1 | x = lenght;\n  |",
            ["x = lenght"],
        ),
        (">> s;\nselector: s\n    Example:\n            h e\n        h | 1\n>> b;", ["s", "b"]),
        (">> d;\ndict: d = {\n    'a': [1]\n}\n>> b;", ["d", "b"]),
        (">> a = (= 1;\n>> b = 2;", ["R107: `=` inside an expression", "b = 2"]),
    ],
)
def test_prompts_are_dropped(text: str, said: list[str]) -> None:
    assert read(text) == said


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("if a { b = 3; }", "R110: RASP has no statement `if`"),
        ("if a {", "R110: RASP has no statement `if`"),
        ("+ 2;", "+ 2"),
        ("a : int = 3;", "R100: names have no declared kind"),
        ("§a = 3;", "R105: the character `§` is none of RASP"),
        ("a ? 3;", "R105: the character `?` is none of RASP"),
        ("print(a)", "R101: missing `;`"),
        ("  b = 1", "R101: missing `;`"),
        (" ]", "R104: `]` closes nothing"),
        ("}", "R104: `}` closes nothing"),
        ('{"a": 1}[a];', '{"a": 1}[a]'),
        ('a({"a": 1}); # a call', 'a({"a": 1})'),
        ('  b = {"a": 3}[tokens];', 'b = {"a": 3}[tokens]'),
        ("value: a = 3;", "R100: names have no declared kind"),
        ("list: a;  # not printed", "R110: RASP has no statement `list`"),
        ("Example: 1;", "R100: names have no declared kind"),
        ("= 5;", "R116: there is no name before `=`"),
        ("1 | a;", "R106: `|` is not an operator of RASP"),
        ('b = "a;', 'R103: a string without its closing `"`'),
        ("  a;", "a"),
    ],
)
@pytest.mark.parametrize(
    "printed", ["", "value: a = 1\n", "list: a = [\n    'a[',\n    s-op: b\n]\n", "= [;] (strings)\n"]
)
def test_what_ends_as_statements_do_is_never_lost(printed: str, line: str, said: str) -> None:
    assert read(f">> a = 1;\n{printed}{line}\n>> c = 2;") == ["a = 1", said, "c = 2"]


@pytest.mark.parametrize(
    "printed",
    [
        'value: a = "x;"',
        "dict: a = {'a': 1}",
        "dict: a = {'a': 1,\n    'b': 2}",
        "dict: a = {\n    'a': {'b': 1},\n    'b': {'c': [}\n}",
        's-op: a\n    Example: a("a;") = [a, ;] (strings)',
        's-op: a\n    Example: a("a;") has no value: `tokens_int` cannot convert ";"',
        "s-op: a\n    Example: a\n        input:  a ;\n        output: b ;\n(strings)",
        "selector: a\n    Example:\n            a ;\n          a | 1\n          ; | 1 1",
        "=\n        a ;\n      a | 1\n      ; |",
        "= [;] (strings)",
        "     console function: a(b)",
        "error[R101]: missing `;`\n  --> <stdin>:1:6\n  |\n1 | b = 1; c;\n  |      ^\n  = write: b = 1;",
        "error[R101]: missing\n    `;`\n  --> <stdin>:1:6\n  |\n1 | b = 1; c;\n  |      ^",
        "warning[W101]: groups otherwise than in Python: 1 < 2 < 3\n  RASP reads it as: (1 < 2) < 3",
    ],
)
def test_what_was_printed_is_dropped_whatever_it_ends_with(printed: str) -> None:
    assert read(f">> a;\n{printed}\n>> c = 2;") == ["a", "c = 2"]


def test_tables_of_commands_and_drawings_are_dropped() -> None:
    assert read('>> draw(a, "a;");\n1 layer\n0  tokens  a  ;\n>> :help\nfor x in LIST { … }') == [
        'draw(a, "a;")',
        ":help",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = 1;\n>> b = 2;\nc = 3;", ["a = 1", "R100: `>>` is a prompt", "c = 3"]),
        ("a = 1;\n.. b = 2;", ["a = 1", "R100: `..` is a prompt"]),
        ("a = 1;\n>> :names\nb = 2;", ["a = 1", "R100: `>>` is a prompt", "b = 2"]),
        ("a = 1 >> 2;", ["R106: `>>` is not an operator of RASP"]),
        ("a = 1;\nvalue: a = 1\nb = 2;", ["a = 1", "R100: names have no declared kind", "b = 2"]),
    ],
)
def test_a_text_that_begins_without_a_prompt_keeps_all_lines(text: str, said: list[str]) -> None:
    assert read(text) == said


def test_an_answer_waits_for_no_more_than_its_statement() -> None:
    reader = Reader()
    for line in (">> a = 1;\n", "value: a = 1\n", ">> def f(x) {\n", "..   return x; }\n"):
        reader.feed(line)
        read_now = [_said(item) for item in reader]
        assert len(read_now) == (line.endswith((";\n", "}\n")))
    assert not reader.pending


def test_a_new_text_is_judged_by_itself() -> None:
    reader = Reader()
    for text in ("a = 1;\n", ">> b = 2;\n"):
        reader.begin_text()
        reader.feed(text)
        assert [_said(item) for item in reader] == [text.strip("> ;\n")]


def test_enter_runs_a_copied_text() -> None:
    assert is_complete(">> a = 1;\nvalue: a = 1\n>> :names")
    assert not is_complete(">> def f(x) {\n..   y = x;")
