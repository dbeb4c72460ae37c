"""Each inverse rule finds what is lost without it, and what it assumes is checked."""

from __future__ import annotations

import random

import pytest

from rasp.learn.examples import Examples
from rasp.learn.search import Found, Settings, search
from rasp.learn.tasks import task


def _examples(alphabet, longest, answer, count=600) -> Examples:
    chance = random.Random(7)
    inputs = {tuple(chance.choice(alphabet) for _ in range(chance.randint(1, longest))): None for _ in range(count)}
    return Examples.of([(given, answer(list(given))) for given in inputs])


def _found(examples: Examples, *without: str, **settings) -> Found:
    made = Settings(iterations=settings.pop("iterations", 60_000), without=frozenset(without), **settings)
    return search(examples, made)


def _first_error(tokens):
    """1 from the first "b" with no "a" before it on, else 0."""
    seen = [index for index, token in enumerate(tokens) if token == "b" and "a" not in tokens[:index]]
    return ["lost" if seen and index >= seen[0] else token for index, token in enumerate(tokens)]


CASES = {
    "absorbing": (_examples("abc", 7, _first_error), {"LookUps"}),
    "pull": (_examples("abcd", 5, sorted), set()),
    "pick": (_examples("abcd", 6, lambda tokens: [max(tokens, key=tokens.count)] * len(tokens)), {"fetch", "LookUps"}),
    "fetch": (_examples("abc", 6, lambda tokens: [tokens[-1], *tokens[:-1]]), {"pull"}),
    "Sums": (
        _examples("abc", 7, lambda t: [i - t[: i + 1].count("a") - t[: i + 1].count("b") for i in range(len(t))]),
        {"LookUps"},
    ),
    "LookUps": (_examples("abc", 6, lambda tokens: [tokens.count(token) == 1 for token in tokens]), {"Covers"}),
}


@pytest.mark.parametrize("rule", ["pull", "fetch", "LookUps"])
def test_what_a_rule_finds_is_lost_without_it(rule: str) -> None:
    examples, beside = CASES[rule]
    assert _found(examples).exact
    alone = _found(examples, rule, *beside, iterations=30_000)
    assert not alone.exact
    assert alone.front


def test_an_absorbing_class_is_told_from_the_rest() -> None:
    examples = _examples("abc", 7, _first_error)
    found = _found(examples)
    assert found.exact
    assert not _found(examples, "absorbing", iterations=20_000).exact


def test_sums_find_a_term_among_all_candidates() -> None:
    examples, _ = CASES["Sums"]
    assert _found(examples).exact


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
    "swaps neighbours": ("abc", 6, lambda t: [t[i ^ 1] if i ^ 1 < len(t) else t[i] for i in range(len(t))]),
    "the first half": ("ab", 8, lambda t: [2 * i < len(t) for i in range(len(t))]),
    "greater tokens before": ("abcd", 6, lambda t: [sum(x > c for x in t[:i]) for i, c in enumerate(t)]),
    "since the last b": ("abc", 7, lambda t: [[*t[i::-1], "b"].index("b") for i in range(len(t))]),
    "a cipher": ("abcd", 5, lambda tokens: ["bcda"["abcd".index(token)] for token in tokens]),
    "ints in order": ([1, 2, 5], 5, sorted),
    "counts ones": ([0, 1], 7, lambda t: [sum(t[: i + 1]) for i in range(len(t))]),
}  # fmt: skip


@pytest.mark.parametrize("name", TOGETHER)
def test_other_rules_over_tokens_positions_counts_and_order(name: str) -> None:
    alphabet, longest, answer = TOGETHER[name]
    found = _found(_examples(alphabet, longest, answer), iterations=200_000)
    assert found.exact
    longer = _examples(alphabet, 20, answer, 60)
    assert search(longer, Settings(iterations=1)).asked  # they are examples
    from rasp.learn.judging import Judge

    assert Judge(_coding(longer, found), longer, 0).score(found.expression).outputs == 0


def _coding(examples: Examples, found: Found):
    from rasp.learn.examples import Coding

    return Coding.of(examples)


def test_layers_and_heads_cap_the_program() -> None:
    made = task("sort", 3, 4)
    examples = Examples.of([(given, made.answers(given)) for given in made.all_inputs()])
    assert not _found(examples, layers=1, iterations=20_000).exact
    assert _found(examples, layers=2).exact


def test_a_causal_program_never_looks_ahead() -> None:
    examples = _examples("ab", 6, lambda tokens: [tokens.count("a")] * len(tokens))
    assert not _found(examples, causal=True, iterations=20_000).exact
    assert _found(examples).exact


def test_noise_does_not_hide_a_rule() -> None:
    chance = random.Random(3)
    clean = _examples("abcd", 6, lambda tokens: [tokens.count(token) for token in tokens])
    noisy = [
        (given, [chance.randint(1, 6) if chance.random() < 0.05 else atom for atom in wanted])
        for given, wanted in zip(clean.inputs, clean.outputs, strict=True)
    ]
    found = _found(Examples.of(noisy), iterations=120_000)
    best = [entry.expression for entry in found.front]
    rule = _found(clean).expression
    assert rule in best
