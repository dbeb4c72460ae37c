"""Bad input of every sort, through parser, session and engine: nothing but RaspError may come out.

The random texts are bytes, strings of the language's own tokens, and the library's programs with pieces changed.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rasp
from rasp.base.limits import limits
from rasp.runtime import stdlib
from tests.choices import lists

WORDS = (
    "if else not and or def return for in True False out tokens tokens_int tokens_asis indices length full_s select "
    "aggregate selector_width sort count round indicator range zip len load draw set show example examples on off exit "
    'best x y f ( ) [ ] { } , ; : = == != < <= > >= + - * / % ^ 0 1 2 7.5 1e5 .5 # ! & | \\ \' ? § " "" "a" "hello"'
)
TOKENS = [*WORDS.split(), "\n", "\t", "\0", "\ufeff"]
PROGRAMS = [stdlib.source(name) for name in [*stdlib.names(), "prelude"]]
SMALL = {"calls": 60, "collection": 500, "int_digits": 400, "source": 20_000, "pairs": 10_000}


@pytest.fixture(autouse=True, scope="module")
def small_limits() -> Iterator[None]:
    """Limits so low that a random program which runs away ends soon."""
    before = {name: getattr(limits, name) for name in SMALL}
    for name, value in SMALL.items():
        setattr(limits, name, value)
    yield
    for name, value in before.items():
        setattr(limits, name, value)


def run(text: str) -> None:
    """Runs a text as a session does, and every s-op and selector it defines on an input."""
    session = rasp.Session(example="ab")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", rasp.RaspWarning)
        errors = session.run(text, keep_going=True)
    for error in errors:
        assert isinstance(error, rasp.RaspError)
        assert str(error)
    for name in session.names():
        value = session[name]
        if isinstance(value, (rasp.SOp, rasp.Selector)):
            with contextlib.suppress(rasp.RaspError):
                value("ab1")


def changed(text: str, place: float, width: int, piece: str) -> str:
    """The text with `width` characters at a relative place replaced."""
    start = int(place * len(text))
    return text[:start] + piece + text[start + width :]


words = lists(TOKENS, 30).map(" ".join)
mutations = st.builds(
    changed,
    st.sampled_from(PROGRAMS),
    st.floats(0, 1),
    st.integers(0, 12),
    st.sampled_from(TOKENS) | st.text(max_size=3) | words,
)


@settings(max_examples=700)
@given(st.binary(max_size=200).map(lambda data: data.decode("utf-8", "surrogateescape")) | st.text(max_size=80))
def test_random_text(text: str) -> None:
    run(text)


@settings(max_examples=900)
@given(words)
def test_random_tokens(text: str) -> None:
    run(text)


@settings(max_examples=400)
@given(mutations)
def test_changed_programs(text: str) -> None:
    run(text)


@settings(max_examples=300)
@given(
    st.lists(st.integers() | st.text(max_size=3) | st.floats() | st.booleans() | st.none() | st.just([1]), max_size=5)
)
def test_random_inputs(given_input: list[object]) -> None:
    session = rasp.Session()
    for expression in ("tokens", "tokens_int * 2", "sort(tokens_asis, tokens_asis)", "tokens_float ^ 0.5"):
        with contextlib.suppress(rasp.RaspError):
            session.eval(expression)(given_input)
