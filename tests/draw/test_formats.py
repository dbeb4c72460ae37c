"""Drawings as text, SVG and DOT: as they were, well formed, complete, escaped."""

from __future__ import annotations

import functools
import html
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from rasp.base.diagnostics import display_width
from rasp.base.tables import wrap_text
from rasp.draw import render, text
from rasp.draw.flow import Flow, FlowLayer, FlowValue
from rasp.draw.formats import TEXTS
from rasp.draw.text_width import clean, shorten
from tests.draw.flows import ALL, HOSTILE_TOKENS, hist
from tests.draw.real import REAL
from tests.draw.refresh import FOLDER, golden
from tests.draw.test_files import needs_graphviz

FLOWS = [pytest.param(flow, id=name) for name, flow in {**ALL, **REAL}.items()]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(("path", "expected"), [pytest.param(*item, id=item[0].name) for item in golden().items()])
def test_drawings_are_as_they_were(path: Path, expected: str) -> None:
    assert path.read_text(encoding="utf-8") == expected, "python -m tests.draw.refresh"


def test_every_golden_file_is_made() -> None:
    assert set(FOLDER.iterdir()) == set(golden())


@pytest.mark.parametrize("format", TEXTS)
def test_drawings_are_the_same_from_run_to_run(format: str) -> None:
    assert drawings_of_another_run()[format] == render(ALL["dyck2"], format)


@functools.cache
def drawings_of_another_run() -> dict[str, str]:
    """The drawings of dyck2 in each format, by another process."""
    script = """
import json
from rasp.draw import render
from rasp.draw.formats import TEXTS
from tests.draw.flows import ALL
print(json.dumps({format: render(ALL["dyck2"], format) for format in TEXTS}))"""
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, check=True, timeout=60)
    return json.loads(done.stdout)


def test_an_unknown_format() -> None:
    with pytest.raises(ValueError, match=f"drawings are {', '.join(TEXTS)}, not 'gif'"):
        render(ALL["hist"], "gif")


# ------------------------------------------------------------------------------------------------------------ text


@pytest.mark.parametrize("width", [0, 13, 20, 29, 40, 80, 200])
@pytest.mark.parametrize("flow", FLOWS)
def test_text_fits_the_width(flow: Flow, width: int) -> None:
    for folded in (True, False):
        lines = text.render(flow, width, folded).split("\n")
        assert max(map(display_width, lines)) <= max(width, 12)
        assert all(line.isprintable() and line == line.rstrip() for line in lines if "\u200d" not in line)


@pytest.mark.parametrize("width", [12, 20, 40, 80])
def test_text_shows_every_cell_of_every_head_once(width: int) -> None:
    for name in ("dyck2_40", "many_heads", "hist_1", "sort"):
        lines = text.render(ALL[name], width).split("\n")
        marks = "".join(line.split(" | ")[1] for line in lines if " | " in line)
        cells = [cell for head in ALL[name].heads.values() for row in head.matrix for cell in row]
        assert (marks.count("1"), marks.count(".")) == (sum(cells), len(cells) - sum(cells))


def test_what_the_names_in_formulas_stand_for_comes_last() -> None:
    lines = render(REAL["ordered"], "text").splitlines()
    assert lines[-3:] == [
        "",
        "before = select(tokens, tokens, <) or (same and select(indices, indices, <))",
        "same = select(tokens, tokens, ==)",
    ]


def test_a_name_that_only_formulas_of_values_speak_of() -> None:
    flow = REAL["merged"]
    assert flow.definitions == {"alike": "not select(tokens, tokens, !=)"}
    assert render(flow, "text").splitlines()[-1] == "alike = not select(tokens, tokens, !=)"
    for format in ("svg", "html", "dot"):
        assert "alike = not select(tokens, tokens, !=)" in html.unescape(render(flow, format))


def test_positions_stand_under_one_another_whatever_their_width() -> None:
    tokens = ("a", "日本", "e\u0301", "12345")
    rows = (
        FlowValue("t", "tokens", "tokens", "strings", tokens),
        FlowValue("r", "reverse", "f(tokens)", "strings", tokens[::-1], ("t",)),
    )
    lines = render(Flow("x", "", tokens, (FlowLayer(0, computed=rows),), ("r",))).split("\n")
    first, second = (line for line in lines if "日本" in line)
    for ends in zip(
        (_end(first, token) for token in tokens), (_end(second, token) for token in tokens[::-1]), strict=True
    ):
        assert ends[0] == ends[1]


def _end(line: str, token: str) -> int:
    """The column in which a token ends."""
    return display_width(line[: line.index(f" {token}") + len(token) + 1])


def test_stretches_hold_all_positions() -> None:
    drawn = render(hist("ab" * 50))
    shown = re.findall(r"^  > hist((?: +\d+)+)$", drawn, re.MULTILINE)
    assert " ".join(shown).split() == ["50"] * 100
    assert re.findall(r"keys positions (\d+) to (\d+)", drawn)[:3] == [("0", "44"), ("45", "89"), ("90", "99")]


def test_colour_adds_nothing_but_colour() -> None:
    for flow in ALL.values():
        colored = text.render(flow, color=True)
        assert "\x1b[1m" in colored
        plain = re.sub(r"\x1b\[\d*m", "", colored)
        assert [line.rstrip() for line in plain.split("\n")] == render(flow).split("\n")


# ------------------------------------------------------------------------------------------------------------- SVG


@pytest.mark.parametrize("flow", FLOWS)
def test_svg_is_well_formed_and_complete(flow: Flow) -> None:
    for folded in (True, False):
        root = ET.fromstring(render(flow, "svg", folded=folded))
        text = "\n".join(root.itertext())
        shown = [value for value in flow.values.values() if not (folded and value.minor)]
        for value in shown:
            assert clean(value.name) in text
            assert clean(value.formula) in text
            assert all(clean(cell) in text for cell in value.cells)
        for head in flow.heads.values():
            assert all(clean(part) in text for part in (head.name, head.formula, head.note))
        assert all(clean(f"{name} = {formula}") in text for name, formula in flow.definitions.items())


def test_svg_holds_no_element_of_the_flow() -> None:
    root = ET.fromstring(render(ALL["hostile"], "svg"))
    names = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert names == {"svg", "title", "desc", "style", "rect", "g", "path", "text", "tspan"}


def test_a_cut_text_carries_the_whole_one() -> None:
    cut = 0
    for element in ET.fromstring(render(ALL["hostile"], "svg")).iter(f"{SVG}text"):
        *_, shown = [part for part in element.itertext() if part] or [""]
        if shown.endswith("…"):
            cut += 1
            assert shown[:-1] in (element.findtext(f"{SVG}title") or "")
    assert cut > 10


def test_selected_cells_are_the_matrix() -> None:
    for name in ("sort", "dyck2_40"):
        root = ET.fromstring(render(ALL[name], "svg"))
        paths = [path.get("d", "") for path in root.iter() if path.get("class") == "selected"]
        areas = [sum(float(w) / float(h) for w, h in re.findall(r"h([\d.]+)v([\d.]+)", path)) for path in paths]
        assert [round(area) for area in areas] == [
            sum(map(sum, head.matrix)) for head in ALL[name].heads.values() if any(map(any, head.matrix))
        ]


# ------------------------------------------------------------------------------------------------------------- DOT


@needs_graphviz
@pytest.mark.parametrize("flow", FLOWS)
def test_graphviz_takes_it_without_a_word(flow: Flow) -> None:
    text = render(flow, "dot", folded=False)
    done = subprocess.run(["dot", "-Tsvg"], input=text.encode(), capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    root = ET.fromstring(done.stdout)
    nodes = [element for element in root.iter() if element.get("class") == "node"]
    given = all(value.cells != flow.tokens for value in flow.layers[0].computed)
    assert len(nodes) == len(flow.values) + len(flow.heads) + given


@needs_graphviz
def test_graphviz_shows_texts_as_they_are() -> None:
    done = subprocess.run(
        ["dot", "-Tsvg"], input=render(ALL["hostile"], "dot").encode(), capture_output=True, check=True, timeout=60
    )
    shown = [text.replace("\u200b", "").replace("\xa0", " ") for text in ET.fromstring(done.stdout).itertext()]
    for token in HOSTILE_TOKENS:
        assert not token.strip() or shorten(token, 12) in shown, token


# --------------------------------------------------------------------------------------------------------- measures


@pytest.mark.parametrize("text", [*HOSTILE_TOKENS, "日本語 " * 30, "e\u0301" * 50, "word " * 40, "\t\n"])
@pytest.mark.parametrize("columns", [1, 2, 7, 30])
def test_cut_and_wrapped_texts_fit(text: str, columns: int) -> None:
    assert display_width(shorten(text, columns)) <= columns
    lines = wrap_text(clean(text), columns, most=3)
    assert 1 <= len(lines) <= 3
    assert all(display_width(line) <= max(columns, 2) for line in lines)
