"""Drawings as files, and everything that can go wrong with one."""

from __future__ import annotations

import errno
import functools
import os
import re
import shutil
import subprocess
import tempfile
import zlib
from importlib.util import find_spec
from pathlib import Path

import pytest

import rasp
from rasp.base.writing import replace_file
from rasp.draw import convert, files, render
from rasp.draw.formats import BY_SUFFIX
from rasp.draw.picture import PictureSize
from rasp.errors import DivisionByZero, DrawingFailed, DrawingTooLarge
from tests.draw.flows import ALL

STARTS = {
    ".svg": b"<svg",
    ".html": b"<!DOCTYPE html>",
    ".htm": b"<!DOCTYPE html>",
    ".dot": b"digraph",
    ".gv": b"digraph",
    ".txt": b"hist",
    ".SVG": b"<svg",
}
needs_graphviz = pytest.mark.skipif(shutil.which("dot") is None, reason="no Graphviz on this machine")
CONVERTED = {".png": b"\x89PNG", ".pdf": b"%PDF"}
FLOW = ALL["hist_1"]
WORDS = ALL["dyck2"]  # with longer texts

needs_graphviz = pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")


def test_the_documentation_has_every_format() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "drawing.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`(\.\w+)`", page.partition("| ending |")[2].partition("\n\n")[0])) == set(BY_SUFFIX)


@pytest.mark.parametrize("ending", STARTS)
def test_formats_by_ending(ending: str, tmp_path: Path) -> None:
    files.write_drawing(FLOW, tmp_path / f"drawing{ending}")
    assert (tmp_path / f"drawing{ending}").read_bytes().startswith(STARTS[ending])
    assert len(list(tmp_path.iterdir())) == 1


CONVERTERS = [
    pytest.param("CairoSVG", marks=pytest.mark.skipif(not find_spec("cairosvg"), reason="no CairoSVG")),
    pytest.param("browser", marks=pytest.mark.skipif(not convert.find_browser(), reason="no Chromium")),
    pytest.param("Graphviz", marks=needs_graphviz),
]


@pytest.mark.parametrize("name", CONVERTERS)
@pytest.mark.parametrize("ending", CONVERTED)
def test_formats_by_other_programs(ending: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    only(name, monkeypatch)
    made, content = converted(ending, name)
    assert made == (Path(convert.find_browser() or "").name if name == "browser" else name)
    assert content.startswith(CONVERTED[ending])


@functools.cache
def converted(ending: str, name: str) -> tuple[str, bytes]:
    """A drawing in a format by the converter that is not hidden, and what made it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"drawing{ending}")
        return files.write_drawing(WORDS if name == "browser" else FLOW, path) or "", path.read_bytes()


def only(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hides the other converters."""
    if name != "CairoSVG":
        monkeypatch.setattr("rasp.draw.convert.importlib.util.find_spec", lambda _: None)
    if name == "Graphviz":
        monkeypatch.setattr("rasp.draw.convert.find_browser", lambda: None)


@pytest.mark.skipif(not convert.find_browser(), reason="no Chromium")
def test_a_browser_prints_whole_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each text of the picture is at most one piece for each of its fonts, so that it can be edited."""
    only("browser", monkeypatch)
    _, content = converted(".pdf", "browser")
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL)
    inflated = b"".join(zlib.decompress(stream) for stream in streams if stream.startswith(b"x"))
    pieces = len(re.findall(rb"\bT[jJ]\b", inflated))
    assert 0 < pieces <= len(re.findall("<text|<tspan", render(WORDS, "svg")))


def test_a_browser_draws_what_cairosvg_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    """CairoSVG has one font, and joins no letters."""
    monkeypatch.setattr("rasp.draw.convert.importlib.util.find_spec", lambda _: True)
    monkeypatch.setattr("rasp.draw.convert.find_browser", lambda: "chromium")
    chosen = {name: convert.find_converter(ALL[name]) for name in ("hist_1", "dyck2", "hostile")}
    assert {name: found and found.name for name, found in chosen.items()} == {
        "hist_1": "CairoSVG", "dyck2": "CairoSVG", "hostile": "chromium"}  # fmt: skip
    monkeypatch.setattr("rasp.draw.convert.find_browser", lambda: None)
    found = convert.find_converter(ALL["hostile"])
    assert found is not None
    assert found.name == "CairoSVG"


def test_a_picture_of_a_given_size(tmp_path: Path) -> None:
    files.write_drawing(FLOW, tmp_path / "a.svg", size=PictureSize(width=1280))
    assert re.search(r'width="1280" height="\d', (tmp_path / "a.svg").read_text())
    files.write_drawing(FLOW, tmp_path / "a.html", size=PictureSize(scale=1.5))
    assert ".drawing > svg { width: 150%; }" in (tmp_path / "a.html").read_text()


def test_what_has_no_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.txt", "a.dot"):
        with pytest.raises(DrawingFailed, match="file has no width or scale"):
            files.write_drawing(FLOW, tmp_path / name, size=PictureSize(scale=2))
    only("Graphviz", monkeypatch)
    monkeypatch.setattr("rasp.draw.convert.shutil.which", lambda name: name if name == "dot" else None)
    with pytest.raises(DrawingFailed, match="a picture by Graphviz has no width or scale"):
        files.write_drawing(FLOW, tmp_path / "a.png", size=PictureSize(width=640))
    assert not list(tmp_path.iterdir())


def test_a_png_that_no_browser_can_make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rasp.draw.convert.importlib.util.find_spec", lambda _: None)
    monkeypatch.setattr("rasp.draw.convert.find_browser", lambda: "no-browser-is-asked")
    with pytest.raises(DrawingFailed, match=r"a PNG of 40,000 × [0-9,]+ pixels is too large"):
        files.write_drawing(FLOW, tmp_path / "a.png", size=PictureSize(width=20_000))


def test_a_fragment_for_a_slide(tmp_path: Path) -> None:
    files.write_drawing(FLOW, tmp_path / "a.html", embed=True)
    text = (tmp_path / "a.html").read_text()
    rules = text.partition("<style>")[2].partition("</style>")[0].split("\n")
    assert text.startswith('<figure class="rasp-drawing fits"')
    assert all(re.match(r"(\.reveal )?\.rasp-drawing\b", rule) for rule in rules)
    assert '<g class="layer fragment" data-layer="1" data-fragment-index="1">' in text
    files.write_drawing(FLOW, tmp_path / "a.html", embed=True, size=PictureSize(width=640))
    assert (
        (tmp_path / "a.html").read_text().startswith('<figure class="rasp-drawing">')
    )  # of the size that was asked for
    with pytest.raises(DrawingFailed, match="html file can be a fragment"):
        files.write_drawing(FLOW, tmp_path / "a.svg", embed=True)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("drawing.gif", "`.gif` is no format of drawings"),
        ("drawing", "has no ending that names a format"),
        ("nowhere/drawing.svg", "there is no folder"),
        ("file/drawing.svg", "there is no folder"),
        ("folder.svg", "cannot be written: Is a directory"),
        ("x" * 300 + ".svg", "cannot be written: File name too long"),
        ("a\0b/drawing.svg", "there is no folder"),
        ("a\0b.svg", "cannot be written"),
    ],
)
def test_mistakes(name: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder.svg").mkdir()
    with pytest.raises(DrawingFailed) as caught:
        files.write_drawing(FLOW, tmp_path / name)
    assert message in str(caught.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder.svg"]


def test_without_a_converter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    only("Graphviz", monkeypatch)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DrawingFailed) as caught:
        files.write_drawing(FLOW, tmp_path / "drawing.png")
    assert "needs CairoSVG (`pip install cairosvg`), Chromium or Chrome, or Graphviz" in str(caught.value)
    assert ".svg, .html" in str(caught.value)


@pytest.mark.skipif(os.name != "posix", reason="a shell script stands in for Graphviz")
@pytest.mark.parametrize(
    ("script", "message"),
    [("echo 'bad luck' >&2; exit 3", "bad luck"), ("exit 3", "it gave nothing"), ("exit 0", "it gave nothing")],
)
def test_a_failing_graphviz(script: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    only("Graphviz", monkeypatch)
    (tmp_path / "dot").write_text(f"#!/bin/sh\n{script}\n")
    (tmp_path / "dot").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    (tmp_path / "drawing.png").write_text("before")
    with pytest.raises(DrawingFailed, match=f"Graphviz failed: {message}"):
        files.write_drawing(FLOW, tmp_path / "drawing.png")
    assert (tmp_path / "drawing.png").read_text() == "before"


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (subprocess.TimeoutExpired("dot", 1), "took more than 120 seconds"),
        (PermissionError(errno.EACCES, "Permission denied"), "cannot be run: Permission denied"),
    ],
)
def test_a_graphviz_that_does_not_run(
    error: Exception, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    only("Graphviz", monkeypatch)
    monkeypatch.setattr("rasp.draw.convert.shutil.which", lambda _: "dot")
    monkeypatch.setattr("rasp.draw.convert.subprocess.run", fail)
    with pytest.raises(DrawingFailed, match=message):
        files.write_drawing(FLOW, tmp_path / "drawing.pdf")


@pytest.mark.parametrize(
    ("what", "reason"),
    [("os.open", "Permission denied"), ("Path.replace", "No space left on device")],
)
def test_what_fails_loses_nothing(what: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.EIO, reason)

    (tmp_path / "drawing.svg").write_text("before")
    monkeypatch.setattr(f"rasp.base.writing.{what}", fail)
    with pytest.raises(DrawingFailed, match=rf"drawing\.svg' cannot be written: {reason}"):
        files.write_drawing(FLOW, tmp_path / "drawing.svg")
    assert os.listdir(tmp_path) == ["drawing.svg"]
    assert (tmp_path / "drawing.svg").read_text() == "before"


def test_a_file_that_may_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "drawing.svg").write_text("before")
    monkeypatch.setattr("rasp.base.writing.os.access", lambda *_: False)
    with pytest.raises(DrawingFailed, match="Permission denied"):
        files.write_drawing(FLOW, tmp_path / "drawing.svg")
    assert (tmp_path / "drawing.svg").read_text() == "before"


@pytest.mark.skipif(os.name != "posix", reason="links as on POSIX")
def test_a_link_stays(tmp_path: Path) -> None:
    (tmp_path / "real.svg").write_text("before")
    (tmp_path / "link.svg").symlink_to("real.svg")
    files.write_drawing(FLOW, tmp_path / "link.svg")
    assert (tmp_path / "link.svg").is_symlink()
    assert (tmp_path / "real.svg").read_text(encoding="utf-8") == render(FLOW, "svg")


def test_an_old_file_keeps_its_permissions(tmp_path: Path) -> None:
    (tmp_path / "drawing.svg").write_text("before")
    (tmp_path / "drawing.svg").chmod(0o600)
    files.write_drawing(FLOW, tmp_path / "drawing.svg")
    assert (tmp_path / "drawing.svg").stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(os.name != "posix", reason="permissions as on POSIX")
def test_the_new_content_is_at_no_time_readable_by_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    copy_mode = shutil.copymode

    def look(old: Path, new: Path) -> None:
        seen.append((new.read_bytes(), new.stat().st_mode & 0o777))
        copy_mode(old, new)

    monkeypatch.setattr("rasp.base.writing.shutil.copymode", look)
    for mode in (0o600, 0o640, 0o644):
        (tmp_path / "file").write_text("before")
        (tmp_path / "file").chmod(mode)
        replace_file(tmp_path / "file", b"after")
        assert (tmp_path / "file").stat().st_mode & 0o777 == mode
    assert seen == [(b"after", 0o600)] * 3


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
def test_a_file_keeps_its_owner(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("before")
    os.chown(file, 12345, 23456)
    replace_file(file, b"after")
    assert (file.stat().st_uid, file.stat().st_gid, file.read_text()) == (12345, 23456, "after")


@pytest.mark.skipif(not hasattr(os, "chown"), reason="owners as on POSIX")
def test_a_file_whose_owner_cannot_be_kept_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def refuse(file: Path, user: int, group: int) -> None:
        tried.append(user)
        raise PermissionError

    monkeypatch.setattr("rasp.base.writing.os.chown", refuse)
    file = tmp_path / "file"
    file.write_text("before")
    replace_file(file, b"after")
    assert file.read_text() == "after"
    assert tried == [file.stat().st_uid, -1]


def test_links_in_a_circle(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(link)
    with pytest.raises(OSError, match="symbolic links"):
        replace_file(link, b"content")
    assert link.is_symlink()


def test_a_full_disk(full_disk: Path) -> None:
    with pytest.raises(OSError, match="No space left"):
        replace_file(full_disk, b"content")


def test_too_large() -> None:
    with pytest.raises(DrawingTooLarge, match="an input of 201 elements is too long to draw"):
        rasp.tokens.draw("x" * 201)
    assert rasp.tokens.draw("x" * 201, max_n=300).startswith("tokens(")
    with pytest.raises(DrawingTooLarge, match="The limit is 3"):
        rasp.tokens.draw("hello", max_n=3)
    with pytest.raises(DrawingTooLarge, match="The limit is 0"):
        rasp.tokens.draw("hello", max_n=0)
    for wrong in (-1, 2.5, "9", True):
        with pytest.raises(ValueError, match="max_n is a number of elements, not"):
            rasp.tokens.draw("hello", max_n=wrong)


def test_nothing_is_computed_for_a_bad_path(tmp_path: Path) -> None:
    with pytest.raises(DrawingFailed):
        (1 / rasp.indices).draw("ab", tmp_path / "x.gif")
    with pytest.raises(DivisionByZero):
        (1 / rasp.indices).draw("ab", tmp_path / "x.svg")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["none/a.svg", "a.jpg", "a\0b.svg", "\x1b[2J.svg/b.svg"])
def test_every_error_is_one_line_and_a_hint(name: str, tmp_path: Path) -> None:
    with pytest.raises(DrawingFailed) as caught:
        files.write_drawing(FLOW, tmp_path / name)
    lines = str(caught.value).split("\n")
    assert len(lines) <= 2
    assert all(line.isprintable() for line in lines)
