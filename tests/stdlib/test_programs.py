"""Each program of the library against the plain Python definition of its task."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rasp
from rasp.errors import MissingEntry
from tests.stdlib import definitions, strategies

ROUND, CURLY, SQUARE = "()", "{}", "[]"
CLASSIC = str(Path(__file__).parent / "classic.rasp")


class Case(NamedTuple):
    """A public s-op, its definition, random inputs, and the alphabet of all short ones; `front` opens each of those."""

    program: str
    name: str
    define: Callable[..., list[object]]
    inputs: st.SearchStrategy[object]
    alphabet: str = "abc"
    front: str = ""
    longest: int = 6

    def sop(self) -> rasp.SOp:
        return load(self.program)[self.name]


def bos_case(program: str, name: str, define: Callable[..., list[object]], alphabet: str = "abc§") -> Case:
    letters = strategies.texts(alphabet)
    return Case(program, name, define, strategies.with_bos(strategies.strings() | letters), alphabet, "§", 5)


def dyck_case(name: str, *pairs: str) -> Case:
    define = partial(definitions.dyck_ptf, pairs=pairs)
    alphabet = "".join(pairs)
    return Case("dyck", name, define, strategies.brackets(pairs), alphabet, longest={2: 10, 4: 6, 6: 4}[len(alphabet)])


def shuffle_case(name: str, *pairs: str) -> Case:
    define = partial(definitions.shuffle_dyck, pairs=pairs)
    inputs = strategies.brackets(pairs) | strategies.texts("".join(pairs))
    return Case("shuffle_dyck", name, define, inputs, "".join(pairs), longest=6)


STRINGS = strategies.strings()
ANY = strategies.strings() | strategies.numbers()
STRINGS_OR_INTS = strategies.strings() | strategies.ints()

CASES = [
    Case("reverse", "reverse", definitions.reverse, ANY),
    Case("histogram", "hist", definitions.hist, STRINGS_OR_INTS),
    bos_case("histogram", "hist_bos", definitions.hist_bos),
    Case("double_histogram", "hist2", definitions.hist2, STRINGS_OR_INTS),
    bos_case("double_histogram", "hist2_bos", definitions.hist2_bos),
    Case("sort", "sorted", definitions.ascending, ANY),
    bos_case("sort", "sorted_bos", definitions.ascending_bos, "abµ"),
    Case("most_frequent", "most_freq", definitions.most_freq, STRINGS_OR_INTS),
    bos_case("most_frequent", "most_freq_bos", definitions.most_freq_bos),
    dyck_case("dyck1_ptf", ROUND),
    dyck_case("dyck2_ptf", ROUND, CURLY),
    dyck_case("dyck3_ptf", ROUND, CURLY, SQUARE),
    dyck_case("dyck2_ptf_best", ROUND, CURLY),
    dyck_case("dyck2_ptf_classic", ROUND, CURLY)._replace(program=CLASSIC),
    shuffle_case("shuffle_dyck1", ROUND),
    shuffle_case("shuffle_dyck2", ROUND, CURLY),
    Case("addition", "add", definitions.add, strategies.sums(), "0459", longest=5),
    Case("induction", "induction", definitions.induction, STRINGS_OR_INTS),
    Case("majority", "majority", definitions.majority, ANY),
    Case("palindrome", "is_palindrome", definitions.is_palindrome, STRINGS_OR_INTS | strategies.texts("ab")),
]

each_case = pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])


@cache
def load(program: str) -> rasp.Module:
    return rasp.load(program)


def check(case: Case, inputs: list[object]) -> None:
    """All results of a batch, with their types: 1, 1.0 and True differ."""
    for given_input, result in zip(inputs, case.sop().batch(inputs), strict=True):
        assert list(map(repr, result.values)) == list(map(repr, case.define(given_input))), given_input


def short_inputs(case: Case) -> list[object]:
    letters = ("".join(text) for n in range(case.longest + 1) for text in itertools.product(case.alphabet, repeat=n))
    if case.name == "add":
        return [text[:cut] + "+" + text[cut:] for text in letters for cut in range(len(text) + 1)]
    return [case.front + text for text in letters if case.front + text]


def long_input(case: Case, length: int) -> str:
    source = random.Random(length)
    if case.name == "add":
        return "".join(source.choices("0123456789", k=length // 2)) + "+" + "9" * (length // 2 - 1)
    return case.front + "".join(source.choices(case.alphabet, k=length - len(case.front)))


@each_case
@given(st.data())
def test_random_inputs(case: Case, data: st.DataObject) -> None:
    check(case, [data.draw(case.inputs)])


@each_case
def test_all_short_inputs(case: Case) -> None:
    check(case, short_inputs(case))


@each_case
def test_a_long_input(case: Case) -> None:
    check(case, [long_input(case, 200)])


@pytest.mark.parametrize("pairs", [(ROUND,), (ROUND, CURLY), (ROUND, CURLY, SQUARE)])
def test_deep_nesting(pairs: tuple[str, ...]) -> None:
    openers = [random.Random(1).choice(pairs) for _ in range(150)]
    text = "".join(pair[0] for pair in openers) + "".join(pair[1] for pair in reversed(openers))
    wrong = text[:200] + pairs[-1][1] + pairs[0][1] + text[202:]
    for name in ("dyck_ptf", "dyck_ptf_best"):
        dyck = load("dyck")[name](list(pairs))
        assert dyck(text).values == definitions.dyck_ptf(text, pairs) == ["P"] * 299 + ["T"]
        assert dyck(wrong).values == definitions.dyck_ptf(wrong, pairs)


@given(st.data())
def test_brackets_of_your_own(data: st.DataObject) -> None:
    pairs = data.draw(st.sampled_from([("<>",), ("«»", "<>"), ("ab", "()", "{}", "[]")]))
    text = data.draw(strategies.brackets(pairs))
    for name in ("dyck_ptf", "dyck_ptf_best"):
        prefixes = load("dyck")[name](list(pairs))
        assert prefixes(text).values == definitions.dyck_ptf(text, pairs)
    whole = load("shuffle_dyck")["shuffle_dyck"](list(pairs))
    assert whole(text).values == definitions.shuffle_dyck(text, pairs)


@pytest.mark.parametrize("text", ["12", "1+2+3", "1a+2", "1 + 2", "-1+2", "1.5+2", "٣+١", "++"])
def test_add_refuses_what_is_no_sum(text: str) -> None:
    with pytest.raises(MissingEntry):
        load("addition")["add"](text)


def test_a_carry_runs_through_a_thousand_places() -> None:
    text = "9" * 500 + "+" + "1"
    assert load("addition")["add"](text).values == definitions.add(text)


def test_elements_keep_their_kind() -> None:
    assert load("reverse")["reverse"]([1, 2, 3]).values == [3, 2, 1]
    assert load("sort")["sorted"]([10, 9, 2.5]).values == [2.5, 9, 10]
    assert load("majority")["majority"]([True, False, False]).values == [False] * 3
