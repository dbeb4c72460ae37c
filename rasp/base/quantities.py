"""Quantities in words: a number with its noun, shares that are never rounded to all or nothing, and lists."""

from __future__ import annotations


def many(count: int, noun: str) -> str:
    """A number with its noun.

    >>> many(1, "row"), many(2_000, "row")
    ('1 row', '2,000 rows')
    """
    return f"{count:,} {noun}{'s' * (count != 1)}"


def percent(right: int, total: int) -> str:
    """A share in words, rounded down: 100 % are all, and 0 % none.

    >>> percent(1, 3), percent(99_999, 100_000), percent(5, 5), percent(1, 10**6), percent(0, 0)
    ('33.33 %', '99.99 %', '100 %', '< 0.01 %', '–')
    """
    if not total:
        return "–"
    hundredths = 10_000 * right // total
    if right in (0, total):
        return f"{hundredths // 100} %"
    return f"{hundredths // 100}.{hundredths % 100:02} %" if hundredths else "< 0.01 %"


def join_words(words: list[str]) -> str:
    """One or more words as a list in a sentence.

    >>> join_words(["a"]), join_words(["a", "b"]), join_words(["a", "b", "c"])
    ('a', 'a and b', 'a, b and c')
    """
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
