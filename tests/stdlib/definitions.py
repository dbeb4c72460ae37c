"""What each program of the library computes, in plain Python: an input goes in, the list of its results comes out.

Inputs are strings or lists. The `_bos` forms take the whole input, the `§` in front included.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

BOS = "§"
Input = Sequence[object]


def reverse(elements: Input) -> list[object]:
    return list(elements)[::-1]


def hist(elements: Input) -> list[int]:
    counts = Counter(elements)
    return [counts[element] for element in elements]


def hist_bos(elements: Input) -> list[int]:
    counts = Counter(elements)
    return [0 if element == BOS else counts[element] for element in elements]


def hist2(elements: Input) -> list[int]:
    counts = Counter(elements)
    of_count = Counter(counts.values())
    return [of_count[counts[element]] for element in elements]


def hist2_bos(elements: Input) -> list[int]:
    counts = Counter(element for element in elements if element != BOS)
    of_count = Counter(counts.values())
    return [0 if element == BOS else of_count[counts[element]] for element in elements]


def ascending(elements: Input) -> list[object]:
    return sorted(elements)  # type: ignore[type-var]


def ascending_bos(elements: Input) -> list[object]:
    return [BOS, *ascending(elements[1:])]


def most_freq(elements: Input) -> list[str]:
    ranked = [str(element) for element, _ in Counter(elements).most_common()]  # equal counts by first occurrence
    return ranked + ["-"] * (len(elements) - len(ranked))


def most_freq_bos(elements: Input) -> list[str]:
    ranked = [str(element) for element, _ in Counter(elements).most_common() if element != BOS]
    return [BOS, *ranked] + [BOS] * (len(elements) - len(ranked) - 1)


def dyck_ptf(elements: Input, pairs: Sequence[str]) -> list[str]:
    closer_of = {pair[0]: pair[1] for pair in pairs}
    expected: list[str] = []
    result: list[str] = []
    for element in map(str, elements):
        if element in closer_of:
            expected.append(closer_of[element])
        elif element in closer_of.values() and (not expected or expected.pop() != element):
            return result + ["F"] * (len(elements) - len(result))
        result.append("P" if expected else "T")
    return result


def shuffle_dyck(elements: Input, pairs: Sequence[str]) -> list[bool]:
    alone = [dyck_ptf(elements, [pair])[-1] == "T" for pair in pairs]
    return [all(alone)] * len(elements)


def add(text: str) -> list[str]:
    first, second = text.split("+")
    return list(str(int(first or "0") + int(second or "0")).rjust(len(text)))


def induction(elements: Input) -> list[str]:
    followers: dict[object, str] = {}
    result: list[str] = []
    for place, element in enumerate(elements):
        if place:
            followers[elements[place - 1]] = str(element)
        result.append(followers.get(element, "?"))
    return result


def majority(elements: Input) -> list[object]:
    return [Counter(elements).most_common(1)[0][0]] * len(elements)


def is_palindrome(elements: Input) -> list[bool]:
    return [list(elements) == list(elements)[::-1]] * len(elements)
