"""Which s-ops a user means: one message for each mistake, wherever it is made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import rasp
from rasp.errors import NotAnSOp, UnknownName

PROGRAM = "hist = selector_width(select(tokens, tokens, ==)); same = select(tokens, tokens, ==); limit = 3;"


@pytest.fixture
def session() -> rasp.Session:
    made = rasp.Session()
    made.run(PROGRAM)
    return made


ASKED: list[Callable[[rasp.Session, Any], Any]] = [
    lambda session, wanted: session.architecture(wanted),
    lambda session, wanted: session.explain(wanted, n=10),
    lambda session, wanted: session.generate(wanted, "a"),
    lambda session, wanted: list(session.generate_batch(wanted, ["a"])),
]


@pytest.mark.parametrize("ask", ASKED)
def test_names(session: rasp.Session, ask: Callable[[rasp.Session, Any], Any]) -> None:
    with pytest.raises(UnknownName, match=r"unknown name `hits`\n.*The s-ops and selectors are hist, same"):
        ask(session, "hits")
    with pytest.raises(UnknownName, match=r'is in the library: `load "reverse";`\. The s-ops and selectors are'):
        ask(session, "reverse")
    with pytest.raises(NotAnSOp, match=r"`limit` is an int 3, not an s-op.*\n.*hist"):
        ask(session, "limit")


@pytest.mark.parametrize("ask", ASKED)
@pytest.mark.parametrize(
    ("value", "words"), [(3, "an int 3"), (None, "a value of type NoneType"), ([1], "a list of 1 element")]
)
def test_values(session: rasp.Session, ask: Callable[[rasp.Session, Any], Any], value: Any, words: str) -> None:
    with pytest.raises(NotAnSOp, match=f"only .*s-op.*, not {words}"):
        ask(session, value)


def test_a_selector_does_not_generate(session: rasp.Session) -> None:
    with pytest.raises(NotAnSOp, match=r"`same` is a selector, not an s-op\n.*The s-ops are hist\."):
        session.generate("same", "a")
