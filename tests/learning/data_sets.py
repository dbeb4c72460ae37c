"""Hypothesis strategies: data sets, right ones and files of any content."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

KINDS: tuple[st.SearchStrategy[Any], ...] = (
    st.sampled_from("abcdé"),
    st.text(max_size=3),
    st.integers(-5, 5),
    st.booleans(),
)
ODD = st.none() | st.floats() | st.integers(-(2**70), 2**70) | st.lists(st.none(), max_size=1) | st.just({})


@st.composite
def pairs(draw: st.DrawFn, most: int = 12) -> list[tuple[list[Any], list[Any]]]:
    """Pairs that are data: one kind of tokens, one of outputs, at least one output that is asked."""
    token, answer = draw(st.sampled_from(KINDS)), draw(st.sampled_from(KINDS))
    inputs = draw(st.lists(st.lists(token, min_size=1, max_size=6), min_size=1, max_size=most))
    made = [(given, [draw(answer | st.none()) for _ in given]) for given in inputs]
    made[0][1][0] = draw(answer)
    return made


def values() -> st.SearchStrategy[Any]:
    """Values that may stand in the place of an input or output, mostly none of any use."""
    elements = st.one_of(*KINDS, ODD)
    return elements | st.text(max_size=8) | st.lists(elements, max_size=5)


def objects() -> st.SearchStrategy[str]:
    """Lines of JSON, of which some are pairs."""
    keys = st.sampled_from(("input", "output", "label", "", "ü"))
    rows = st.dictionaries(keys, values(), max_size=3)
    good = st.builds(lambda given, wanted: {"input": given, "output": wanted}, values(), values())
    return (rows | good | values()).map(json.dumps)


def files() -> st.SearchStrategy[bytes]:
    """Contents of files: lines of JSON, tables, and bytes."""
    cells = st.sampled_from(("ab", "ba", "a b", '"a""b"', '"', "input", "output", "label", "1", "", "é", "\t", "3 4"))
    table = st.lists(st.lists(cells, max_size=3).map(",".join), max_size=5)
    pairs = st.lists(st.sampled_from(('{"input": "ab", "output": "ba"}', '{"input": "b", "output": "c"}')), min_size=1)
    lines = pairs | st.lists(objects(), max_size=5) | table | st.lists(objects() | st.text(max_size=10), max_size=4)
    text = lines.map("\n".join).map(lambda text: text.encode("utf-8", "surrogatepass"))
    return text | st.binary(max_size=40)
