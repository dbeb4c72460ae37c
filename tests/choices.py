"""Random choices that Hypothesis draws together: a draw takes longer than what is mostly done with it."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st

Item = TypeVar("Item")


class Choices:
    """So many choices of one item among some, at most 256, all drawn at once. They shrink towards the first items."""

    def __init__(self, draw: st.DrawFn, count: int) -> None:
        self.draw = draw
        self.bytes = iter(draw(_bytes(count)))

    def item(self, items: Sequence[Item]) -> Item:
        """One of some items, at most 256, each about as likely."""
        assert len(items) <= 256, "a byte would reach only some of them"
        return items[next(self.bytes) * len(items) >> 8]

    def number(self, below: int) -> int:
        """A number from 0 up to, not including, one of at most 65,536. This takes two choices."""
        return (next(self.bytes) << 8 | next(self.bytes)) * below >> 16

    def atom(self, sources: Sequence[tuple[Any, ...] | st.SearchStrategy[Any]]) -> Any:
        """An atom from one of the sources, tuples or strategies, each as likely. This takes two choices."""
        source = self.item(sources)
        if isinstance(source, tuple):
            return self.item(source)
        next(self.bytes)  # so that the choices behind it stay what they are when the source changes
        return self.draw(source)


def lists(items: Sequence[Item], max_size: int, min_size: int = 0) -> st.SearchStrategy[list[Item]]:
    """Lists of some items, in one draw: a text is one, whose letters stand for the items here."""
    assert len(items) <= 256, "Hypothesis draws few of more letters"
    letters = list(map(chr, range(len(items))))
    texts = st.text(letters, min_size=min_size, max_size=max_size)
    return texts.map(lambda text: [items[ord(letter)] for letter in text])


@functools.cache  # to make a strategy takes longer than to draw from it
def _bytes(count: int) -> st.SearchStrategy[bytes]:
    return st.binary(min_size=count, max_size=count)
