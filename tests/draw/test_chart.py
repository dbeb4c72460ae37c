"""Charts: lines over a grid, in a file and on a page."""

from __future__ import annotations

import pytest

from rasp.draw.chart import PAGE, Chart, Series, render_chart
from rasp.draw.style import DARK, LIGHT


@pytest.mark.parametrize("colors", [LIGHT, DARK, PAGE])
def test_a_chart_in_the_colours_of_a_file_or_page(colors: dict[str, str]) -> None:
    lines = (Series("first", ((1, 0), (2, 100)), 0), Series("", ((1, 50), (2, 60)), 1, thin=True))
    drawn = render_chart(Chart("<t>", "step", "%", lines, mark=1.5, mark_text="here"), colors)
    assert "<title>&lt;t&gt;</title>" in drawn
    assert f'stroke="{colors["grid"]}"' in drawn
    assert drawn.count(">first</text>") == drawn.count(">here</text>") == 1
