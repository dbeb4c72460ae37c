"""The commonest of several outputs is believed, where there are enough votes."""

from __future__ import annotations

from itertools import product

from rasp.learning.examples.rows import data_of
from rasp.learning.examples.voting import take_majority

WORDS = ["".join(word) for word in product("ab", repeat=5)]


def test_the_commonest_output_is_believed() -> None:
    pairs = [(word, word) for word in WORDS] * 3
    made = take_majority(data_of([*pairs, ("aaaaa", "abbaa"), ("babab", "bbbbb")]))
    assert made is not None
    assert all(given == wanted for given, wanted in made.pairs())


def test_a_tie_asks_nothing() -> None:
    pairs = [(word, word) for word in WORDS] * 3
    made = take_majority(data_of([*pairs, *[("aaaaa", "baaaa")] * 3]))
    assert made is not None
    assert dict(made.pairs())[tuple("aaaaa")] == (None, *"aaaa")


def test_votes_that_agree_or_are_few_say_nothing() -> None:
    assert take_majority(data_of([(word, word) for word in WORDS] * 3)) is None
    assert take_majority(data_of([*((word, word) for word in WORDS), ("aaaaa", "bbbbb")])) is None


def test_inputs_that_begin_alike_vote_together() -> None:
    words = ["".join(word) for word in product("ab", repeat=8)]
    pairs = [(word, word) for word in words]
    pairs[3] = (words[3], "bb" + words[3][2:])
    made = take_majority(data_of(pairs))
    assert made is not None
    assert made.longest < 8  # few inputs begin alike any longer
    assert all(given == wanted for given, wanted in made.pairs())


def test_outputs_that_depend_on_later_tokens_have_no_votes() -> None:
    assert take_majority(data_of([(word, word[::-1]) for word in WORDS])) is None


def test_what_is_not_asked_has_no_votes() -> None:
    pairs = [(word, [None, *word[1:]]) for word in WORDS] * 3
    made = take_majority(data_of([*pairs, ("aaaaa", [None, *"bbbb"])]))
    assert made is not None
    assert {wanted[0] for wanted in made.outputs} == {None}
