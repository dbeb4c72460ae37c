"""Texts that were copied from a conversation, prompts and all: they read as what was typed."""

from __future__ import annotations

import pytest

from rasp.errors import RaspError
from rasp.repl.completeness import inputs, is_complete
from rasp.syntax.reader import Item, Reader
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


def _said(item: str | Item) -> str:
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
