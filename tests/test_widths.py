"""How many columns texts take, and what stands below and beside them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasp.base.diagnostics import (
    Diagnostic,
    Source,
    Span,
    clip,
    display_width,
    graphemes,
    render_diagnostic,
    truncate,
    wrap_words,
)
from rasp.draw.text_width import grapheme_clusters, shorten
from tests.repl.tmux import Terminal, missing

FAMILY = "👩\u200d👩\u200d👧\u200d👦"
WIDTHS = {
    "hist": 4,
    "日本": 4,
    "한": 2,
    "\u1112\u1161\u11ab": 2,  # the same syllable, in its three letters
    "न\u093f": 2,  # a vowel sign of Devanagari that takes a column
    "e\u0301": 1,
    "🇩🇪": 2,
    "👩\u200d👧": 2,
    FAMILY: 2,
    "❤": 1,
    "ａ": 2,
}
OF_NEW_TERMINALS = {  # not all terminals join or widen these
    "❤\ufe0f": 2,
    "1\ufe0f\u20e3": 2,
    "👍🏽": 2,
    "क\u094dष\u093f": 2,
}
UNSEEN = {"\x00": 1, "\x1b": 1, "é\x00": 2, "é\x7f\x85": 3, "\ud800": 1, "日\ud800": 3, "\n": 1, "日\n": 3}

texts = st.text(
    st.one_of(st.sampled_from("a é日\u0301\u200d\ufe0f👩🇩🇪🏽क\u094dष\u093f\u1112\u1161\x00\ud800"), st.characters())
)


@pytest.mark.parametrize(("text", "width"), (WIDTHS | OF_NEW_TERMINALS | UNSEEN).items(), ids=ascii)
def test_widths(text: str, width: int) -> None:
    assert display_width(text) == width


@pytest.mark.skipif(bool(missing()), reason=missing() or "tmux is here")
def test_a_terminal_agrees(tmp_path: Path) -> None:
    script = f"""
import os, tty
tty.setcbreak(0)
for text, width in {WIDTHS!a}.items():
    os.write(1, b"\\r" + text.encode() + b"\\x1b[6n")
    said = b""
    while not said.endswith(b"R"):
        said += os.read(0, 1)
    column = int(said.split(b";")[1][:-1]) - 1
    if column != width:
        print("\\r\\nnot", ascii(text), column)
print("\\r\\nall are measured")
"""
    terminal = Terminal(tmp_path, script=script, TERM="tmux-256color")
    try:
        assert "not" not in terminal.wait("all are measured")
    finally:
        terminal.close()


@pytest.mark.parametrize("text", (WIDTHS | OF_NEW_TERMINALS).keys(), ids=ascii)
@pytest.mark.parametrize("width", [0, 40, 80])
@pytest.mark.parametrize("before", [1, 200])
def test_marks_stand_below_what_they_mark(text: str, width: int, before: int) -> None:
    line = f'"{text * before}" + nope + "{text * before}";'
    start = line.index("nope")
    shown = render_diagnostic(
        Diagnostic("R201", "unknown", span=Span(Source("<t>", line), start, start + 4)), width=width
    )
    quoted, marks = shown.splitlines()[3:5]
    assert display_width(marks[: marks.index("^")]) == display_width(quoted[: quoted.index("nope")])
    assert marks.count("^") == 4
    assert display_width(quoted) <= (width or 130)


@pytest.mark.parametrize("text", (WIDTHS | OF_NEW_TERMINALS).keys(), ids=ascii)
def test_marks_are_as_wide_as_what_they_mark(text: str) -> None:
    line = f'x = "{text}" + 1;'
    shown = render_diagnostic(Diagnostic("R301", "no", span=Span(Source("<t>", line), 4, line.index(" +"))))
    assert shown.count("^") == 2 + display_width(text)


@given(texts, st.integers(2, 12))
def test_what_is_cut_fits_and_keeps_signs_whole(text: str, width: int) -> None:
    start = truncate(text, width)
    assert text.startswith(start)
    assert display_width(start) <= width
    assert display_width(clip(text, width)) <= width
    assert display_width(shorten(text, width)) <= width
    assert "".join(graphemes(text)) == text
    parts = list(graphemes(text))
    assert any("".join(parts[:count]) == start for count in range(len(parts) + 1))


def test_clusters_keep_signs_whole() -> None:
    assert grapheme_clusters(f"a{FAMILY}🇩🇪👍🏽क\u094dष\u093f") == ["a", FAMILY, "🇩🇪", "👍🏽", "क\u094dष\u093f"]


def test_lines_are_broken_by_columns() -> None:
    assert wrap_words("日本 日本 日本", 9) == ["日本 日本", "日本"]
    assert wrap_words("日本 ab", 4, "> ", "  ", long_words=False) == ["> 日本", "  ab"]
    assert [display_width(line) for line in wrap_words("日" * 30, 21)] == [20, 20, 20]
