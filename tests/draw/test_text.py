"""Drawings as text."""

from __future__ import annotations

import pytest

import rasp
from rasp.diagnostics import display_width, printable
from rasp.draw import text
from rasp.draw.flow import Flow
from tests.draw.test_layout import FLOWS, each_flow

SORTED = """\
sorted("cab")
sorted: 2 layers, 2 heads at most (2, 1)

input
  tokens_asis  c a b
  indices      0 1 2

layer 1
  head 1  before or select(indices, 0, ==)
          writes rank
          the share of position 0 among the selected keys
               key tokens_asis   c a b
                   key indices   0 1 2
    query tokens_asis, indices
                           c 0 | 1 1 1
                           a 1 | 1 . .
                           b 2 | 1 1 .
  head 2  before and select(indices, 0, ==)
          writes rank
          whether position 0 is selected
               key tokens_asis   c a b
                   key indices   0 1 2
    query tokens_asis, indices
                           c 0 | . . .
                           a 1 | . . .
                           b 2 | . . .
  rank  2 0 1  = selector_width(before)

layer 2
  head 1  select(rank, indices, ==)
          reads tokens_asis
          writes sorted
    value tokens_asis   c a b
             key rank   2 0 1
        query indices
                    0 | . 1 .
                    1 | . . 1
                    2 | 1 . .
  sorted  a b c  = aggregate(select(rank, indices, ==), tokens_asis)"""


def test_sorted() -> None:
    assert rasp.load("sort")["sorted"].draw("cab") == SORTED


@each_flow
@pytest.mark.parametrize("width", [80, 40, 20, 200])
def test_lines_fit_the_terminal(flow: Flow, width: int) -> None:
    lines = text.render(flow, width).split("\n")
    assert all(line == printable(line) for line in lines)
    if width >= 40:
        assert max(map(display_width, lines)) <= width


@each_flow
def test_every_value_is_there(flow: Flow) -> None:
    drawn = text.render(flow, 10_000)
    assert all("".join(value.cells[:1])[:5] in drawn for value in flow.values.values() if not value.minor)


def test_long_inputs_go_on_below() -> None:
    lines = text.render(FLOWS["hist_40"], 60).split("\n")
    assert sum("key tokens" in line for line in lines) > 2
    assert sum(line.count("1") + line.count(".") for line in lines if " | " in line) >= 2 * 40 * 40
