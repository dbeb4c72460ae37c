"""Runs of constants: the same tree and spans as the automaton builds, which reads all when someone hears the tokens."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasp.errors import RaspError
from rasp.syntax import constants, tree
from rasp.syntax.parser import parse, statements

WORDS = ('"a"', '""', "1", "-2", "- 3", "007", "1.5", "True", "x", "-x", "1 + 2", "[3, 4, 5]", "9" * 20)
ITEMS = st.sampled_from(WORDS)
BLANKS = st.sampled_from(["", " ", "\n", "\r\n", "  # one, two\n", "\t"])
ENTRIES = st.builds("{}{}:{}{}".format, ITEMS, BLANKS, BLANKS, ITEMS)


def spans(node: tree.SyntaxNode) -> Iterator[tuple[str, int, int]]:
    assert node.span is not None
    yield node.span.text, node.span.line, node.span.column
    for child in tree.children(node):
        yield from spans(child)


def both(text: str) -> None:
    """Whether a text is the same program with and without runs."""
    found = parse(text)
    heard = list(statements(text, hear=lambda number, kind, token: None))
    assert found == heard
    assert [list(spans(node)) for node in found] == [list(spans(node)) for node in heard]


@given(st.lists(st.tuples(ENTRIES, BLANKS), min_size=1, max_size=8), BLANKS)
def test_dicts(entries: list[tuple[str, str]], before: str) -> None:
    both("a = {" + before + ",".join(entry + after for entry, after in entries) + "}[tokens]; b = 1;")


@given(st.lists(st.tuples(ITEMS, BLANKS), min_size=1, max_size=8), BLANKS)
def test_lists(items: list[tuple[str, str]], before: str) -> None:
    text = ",".join(item + after for item, after in items)
    both(f"a = [{before}{text}][0]; b, c = {text}, 2; d = f({text});")


@pytest.mark.parametrize(
    "text",
    [
        "a = [1, 2, 3 4];",
        "a = [1, 2, ];",
        'a = {"a": 1, "b": 2, 3};',
        'a = {"a": 1, "b": 2, "c" 3, "d": 4};',
        'a = {"a": 1, "b": 2,',
        'a = [1, "b, 2, 3];',
        "a = [1, 2, 3, 4",
    ],
)
def test_errors_are_the_same(text: str) -> None:
    found = []
    for hear in (None, lambda number, kind, token: None):
        with pytest.raises(RaspError) as caught:
            list(statements(text, hear=hear))
        found.append(str(caught.value))
    assert found[0] == found[1]


def test_a_large_table_is_no_work_for_the_garbage_collector() -> None:
    text = f"a = {{{', '.join(f'{number}: -{number}' for number in range(1, 5_000))}}}[tokens_int];"
    seen: list[int] = []

    def hear(phase: str, info: dict[str, Any]) -> None:
        seen.append(info["generation"])

    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)  # Python's own
    gc.callbacks.append(hear)
    try:
        kept = parse(text)
    finally:
        gc.callbacks.remove(hear)
        gc.set_threshold(*before)
    assert kept
    assert len(seen) < 10  # some 100 without a pause: the start and the end of each collection
    assert gc.isenabled()


def test_the_garbage_collector_is_as_before_after_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*given: object) -> None:
        raise KeyboardInterrupt

    gc.disable()
    try:
        parse("a = [1, 2, 3][0];")
        assert not gc.isenabled()
    finally:
        gc.enable()
    monkeypatch.setattr(constants, "_constant", interrupt)
    with pytest.raises(KeyboardInterrupt):
        parse("a = [1, 2, 3][0];")
    assert gc.isenabled()
