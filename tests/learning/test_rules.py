"""Each inverse rule finds what is lost without it, and what it assumes is checked."""

from __future__ import annotations

import random

import pytest

from rasp.learning.enumeration.found import ProgramSearchResult
from rasp.learning.enumeration.judging import Judge
from rasp.learning.enumeration.search import search
from rasp.learning.examples.data import Data
from rasp.learning.examples.rows import data_of
from rasp.learning.expressions.coding import Coding
from rasp.learning.settings import SearchSettings
from rasp.learning.tasks import task


def _examples(alphabet, longest, answer, count=300) -> Data:
    chance = random.Random(7)
    inputs = {tuple(chance.choice(alphabet) for _ in range(chance.randint(1, longest))): None for _ in range(count)}
    return data_of([(given, answer(list(given))) for given in inputs])


def _found(data: Data, *without: str, **settings) -> ProgramSearchResult:
    settings = {"patience": 300, "iterations": 60_000, **settings}
    return search(data, SearchSettings(without=frozenset(without), **settings))


def _verdicts(tokens):
    """Balanced so far, can still be, can no longer: "a" opens, "b" closes."""
    depths = [tokens[: end + 1].count("a") - tokens[: end + 1].count("b") for end in range(len(tokens))]
    return ["F" if min(depths[: end + 1]) < 0 else "P" if depth else "T" for end, depth in enumerate(depths)]


def _broken(tokens):
    """F from the first place on where more "b" than "a" stand so far, or two "c", else ok."""
    verdicts = _verdicts([token if token in "ab" else "c" for token in tokens])
    return ["F" if "F" in verdict or tokens[: end + 1].count("c") > 1 else "ok" for end, verdict in enumerate(verdicts)]


def _commonest_count(tokens):
    """The first token that stands there as often as most positions' tokens do."""
    counts = list(map(tokens.count, tokens))
    return [tokens[max(range(len(tokens)), key=lambda place: counts.count(counts[place]))]] * len(tokens)


def _second(tokens):
    """The second token in order, or a filler if there is only one."""
    return [sorted(tokens)[1] if len(tokens) > 1 else "-"] * len(tokens)


CASES = {  # data, and in how many iterations the rule finds what four times as many do not find without it
    "absorb": (_examples("abc", 8, _verdicts), 1_000),
    "pull": (_examples("abcd", 5, sorted), 75),
    "pick": (_examples("abc", 6, _second), 2_500),
    "spread": (_examples("abcd", 6, lambda t: [t[0] == t[-1]] * len(t)), 2_500),
    "peak": (_examples("abc", 6, _commonest_count), 2_500),
    "fetch": (_examples("abcd", 6, lambda tokens: [tokens[-1], *tokens[:-1]]), 1_000),
    "sums": (
        _examples("abcde", 7, lambda t: [t[:i].count("a") + t[i:].count("b") for i in range(len(t))]), 1_000,
    ),
    "linear": (_examples(range(-500, 500), 5, lambda t: [7 * value - 20 for value in t]), 500),
    "lookup": (_examples("ab", 8, lambda t: [t[: i + 1].count("a") % 2 for i in range(len(t))]), 500),
    "extreme": (_examples("abcde", 7, lambda t: [max(map(t.count, t))] * len(t)), 1_000),
    "cover": (_examples("abcd", 7, _broken), 3_000),
}  # fmt: skip


@pytest.mark.parametrize("rule", CASES)
def test_what_a_rule_finds_is_lost_without_it(rule: str) -> None:
    data, iterations = CASES[rule]
    causal = rule == "cover"
    assert _found(data, iterations=iterations, causal=causal).exact
    assert not _found(data, rule, iterations=4 * iterations, causal=causal).exact


TOGETHER = {
    "counts distinct tokens": ("abcde", 6, lambda tokens: [len(set(tokens))] * len(tokens)),
    "the next greater token": (
        "abcd", 6, lambda t: [next((x for x in t[i + 1 :] if x > c), "-") for i, c in enumerate(t)],
    ),
    "the distance to the same token": (
        "abcd", 7, lambda t: [next((i - j for j in range(i - 1, -1, -1) if t[j] == c), 0) for i, c in enumerate(t)],
    ),
    "removes repetitions": (
        "abcd", 6, lambda t: list(dict.fromkeys(t)) + ["-"] * (len(t) - len(dict.fromkeys(t))),
    ),
    "sorts downwards": ("abcd", 6, lambda tokens: sorted(tokens, reverse=True)),
    "parity of a prefix": ("ab", 8, lambda t: [t[: i + 1].count("a") % 2 for i in range(len(t))]),
    "swaps neighbours": ("abcd", 6, lambda t: [t[i ^ 1] if i ^ 1 < len(t) else t[i] for i in range(len(t))]),
    "the least frequent token": ("abcd", 7, lambda tokens: [min(tokens, key=tokens.count)] * len(tokens)),
    "the first half": ("ab", 8, lambda t: [2 * i < len(t) for i in range(len(t))]),
    "greater tokens before": ("abcd", 6, lambda t: [sum(x > c for x in t[:i]) for i, c in enumerate(t)]),
    "since the last b": ("abc", 7, lambda t: [[*t[i::-1], "b"].index("b") for i in range(len(t))]),
    "places of two kinds": ("abcd", 7, lambda t: t[::2] + t[1::2]),
    "an a before a b": ("abcd", 7, lambda t: [pair == ("a", "b") for pair in zip(t, [*t[1:], ""], strict=True)]),
    "a cipher": ("abcd", 5, lambda tokens: ["bcda"["abcd".index(token)] for token in tokens]),
    "ints in order": ([1, 2, 5], 5, sorted),
    "ten a place": ("ab", 7, lambda t: [10 * t[: i + 1].count("a") + 5 for i in range(len(t))]),
    "the rest of a hundred": (range(101), 5, lambda t: [100 - value for value in t]),
    "counts ones": ([0, 1], 7, lambda t: [sum(t[: i + 1]) for i in range(len(t))]),
}  # fmt: skip


PATIENT = "places of two kinds"  # whose first exact program is not the one


@pytest.mark.parametrize("name", TOGETHER)
def test_other_rules_over_tokens_positions_counts_and_order(name: str) -> None:
    alphabet, longest, answer = TOGETHER[name]
    patience = 5_000 if name == PATIENT else 300
    found = _found(_examples(alphabet, longest, answer, 600), iterations=200_000, patience=patience)
    assert found.exact
    longer = _examples(alphabet, 20, answer, 60)
    assert Judge(Coding.of(longer), longer, 0).wrong(found.expression) == 0


def test_in_a_sum_each_term_stands_once() -> None:
    data = _examples("ab", 6, lambda t: [3 * i + t[: i + 1].count("a") for i in range(len(t))])
    text = _found(data, iterations=60_000, patience=5_000).text
    assert text.endswith("\noutput = 3 * indices + a_so_far;\n")


def test_layers_and_heads_cap_the_program() -> None:
    made = task("sort", 3, 4)
    data = data_of([(given, made.answers(given)) for given in made.all_inputs()])
    assert not _found(data, layers=1, iterations=1_000).exact
    assert _found(data, layers=2).exact


def test_a_causal_program_never_looks_ahead() -> None:
    data = _examples("ab", 6, lambda tokens: [tokens.count("a")] * len(tokens))
    assert not _found(data, causal=True, iterations=2_000).exact
    assert _found(data).exact


def _noisy(clean: Data, share: float) -> Data:
    """The data with a share of the outputs replaced by others."""
    chance = random.Random(3)

    def replaced(atom):
        return chance.choice([other for other in clean.labels if other != atom]) if chance.random() < share else atom

    return data_of([(given, list(map(replaced, wanted))) for given, wanted in clean.pairs()])


NOISY = {
    "hist": _examples("abc", 6, lambda tokens: [tokens.count(token) for token in tokens], 200),
    "reverse": _examples("abc", 6, lambda tokens: tokens[::-1], 200),
    "sort": _examples("abc", 6, sorted, 200),
}


@pytest.mark.parametrize("name", NOISY)
def test_noise_does_not_hide_a_rule(name: str) -> None:
    clean, noisy = NOISY[name], _noisy(NOISY[name], 0.2)
    judge = Judge(Coding.of(clean), clean, 0)
    assert judge.wrong(_found(noisy, iterations=26_000).expression) == 0
    assert judge.wrong(_found(noisy, "majority", iterations=32_000).expression) > 0


def test_inputs_that_begin_alike_vote_on_noisy_outputs() -> None:
    clean = _examples("abc", 6, _verdicts, 600)
    noisy = _noisy(clean, 0.05)
    found = _found(noisy, iterations=2_000)
    assert Judge(Coding.of(clean), clean, 0).wrong(found.expression) == 0

    def stop(told: ProgramSearchResult, better: bool) -> None:
        if told.expression == found.expression:
            raise KeyboardInterrupt

    stopped = search(noisy, SearchSettings(iterations=2_000), stop)
    assert stopped.interrupted
    assert stopped.expression == found.expression
