"""Files with drawings: formats by ending, clear errors, nothing lost."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest

from rasp.draw import render
from rasp.draw.files import check_path, check_size, place_for, write
from rasp.errors import DrawingTooLarge, GraphvizFailed, RaspError, UnknownFormat, UnwritableFile
from tests.draw.flows import ALL, hist
from tests.draw.test_formats import needs_dot

FLOW = ALL["hist"]


@pytest.mark.parametrize(
    ("name", "format"), [("a.svg", "svg"), ("a.html", "html"), ("a.dot", "dot"), ("a.txt", "text"), ("ä b.SVG", "svg")]
)
def test_the_ending_says_the_format(name: str, format: Any, tmp_path: Path) -> None:
    check_path(tmp_path / name)
    write(FLOW, str(tmp_path / name))
    assert (tmp_path / name).read_bytes() == render(FLOW, format).encode()
    assert os.listdir(tmp_path) == [name]


def test_options_reach_the_drawing(tmp_path: Path) -> None:
    write(FLOW, tmp_path / "a.txt", folded=False, width=50)
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == render(FLOW, folded=False, width=50)


@needs_dot
@pytest.mark.parametrize(("ending", "magic"), [(".png", b"\x89PNG\r\n"), (".pdf", b"%PDF-")])
def test_graphviz_makes_png_and_pdf(ending: str, magic: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"a{ending}"
    write(ALL["hostile"], path)
    assert path.read_bytes().startswith(magic)


@pytest.mark.parametrize("name", ["a", "a.jpg", "svg", ".svg", "a.svg.", "a.gv"])
def test_an_unknown_ending(name: str, tmp_path: Path) -> None:
    for action in (check_path, lambda path: write(FLOW, path)):
        with pytest.raises(UnknownFormat, match=r"Choose \.svg, \.html, \.dot or \.txt"):
            action(tmp_path / name)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("name", ["none/a.svg", "file/a.svg", "folder.svg", "a\0b.svg", f"{'x' * 300}.svg"])
def test_a_path_that_cannot_be_written(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder.svg").mkdir()
    with pytest.raises(UnwritableFile, match="cannot be written"):
        write(FLOW, tmp_path / name)
    assert sorted(os.listdir(tmp_path)) == ["file", "folder.svg"]


def test_a_folder_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("rasp.draw.files.os.open", refuse)
    with pytest.raises(UnwritableFile, match=r"a\.svg cannot be written: Permission denied"):
        write(FLOW, tmp_path / "a.svg")


def test_a_file_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.svg").write_text("before")
    monkeypatch.setattr("rasp.draw.files.os.access", lambda *_: False)
    for action in (check_path, lambda path: write(FLOW, path)):
        with pytest.raises(UnwritableFile, match="Permission denied"):
            action(tmp_path / "a.svg")
    assert (tmp_path / "a.svg").read_text() == "before"


def test_a_full_disk_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "a.svg").write_text("before")
    monkeypatch.setattr("rasp.draw.files.Path.replace", fail)
    with pytest.raises(UnwritableFile, match="No space left"):
        write(FLOW, tmp_path / "a.svg")
    assert os.listdir(tmp_path) == ["a.svg"]
    assert (tmp_path / "a.svg").read_text() == "before"


@pytest.mark.skipif(os.name != "posix", reason="permissions and links as on POSIX")
def test_a_file_keeps_its_permissions_and_its_link(tmp_path: Path) -> None:
    (tmp_path / "real.svg").write_text("before")
    (tmp_path / "real.svg").chmod(0o640)
    (tmp_path / "link.svg").symlink_to("real.svg")
    write(FLOW, tmp_path / "link.svg")
    assert (tmp_path / "link.svg").is_symlink()
    assert stat.S_IMODE((tmp_path / "real.svg").stat().st_mode) == 0o640
    assert (tmp_path / "real.svg").read_text(encoding="utf-8") == render(FLOW, "svg")


def test_a_folder_of_our_own_is_made(tmp_path: Path) -> None:
    path = place_for("hist", tmp_path)
    check_path(path, make_folder=True)
    write(FLOW, path, make_folder=True)
    write(FLOW, path, make_folder=True)
    assert (tmp_path / "comp_flows" / "hist.svg").is_file()


def test_a_file_in_the_place_of_our_folder(tmp_path: Path) -> None:
    (tmp_path / "comp_flows").write_text("")
    for action in (check_path, lambda path, make_folder: write(FLOW, path, make_folder=make_folder)):
        with pytest.raises(UnwritableFile):
            action(place_for("hist", tmp_path), make_folder=True)


@pytest.mark.parametrize("name", ["", "/etc/passwd", "../../x", "a b", "日本", "x" * 500, ".", "a\0b", "<x>"])
def test_a_name_gives_a_harmless_file(name: str, tmp_path: Path) -> None:
    path = place_for(name, tmp_path)
    assert path.parent == tmp_path / "comp_flows"
    assert path.name.removesuffix(".svg").replace("_", "").isalnum()
    assert len(path.name) < 100


def test_graphviz_that_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for action in (check_path, lambda path: write(FLOW, path)):
        with pytest.raises(GraphvizFailed, match=r"not installed(.|\n)*choose \.svg, \.html, \.dot or \.txt"):
            action(tmp_path / "a.png")


@pytest.mark.skipif(os.name != "posix", reason="a shell script stands in for Graphviz")
@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("echo 'out of memory' >&2; exit 3", "failed: out of memory"),
        ("exit 3", "failed: exit status 3"),
        ("exit 0", "failed: exit status 0"),
    ],
)
def test_graphviz_that_fails(script: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "dot"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GraphvizFailed, match=message):
        write(FLOW, tmp_path / "a.png")
    assert os.listdir(tmp_path) == ["dot"]


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (subprocess.TimeoutExpired("dot", 1), "took more than 120 seconds"),
        (PermissionError(errno.EACCES, "Permission denied"), "cannot be run: Permission denied"),
    ],
)
def test_graphviz_that_does_not_run(
    error: Exception, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("rasp.draw.files.shutil.which", lambda _: "dot")
    monkeypatch.setattr("rasp.draw.files.subprocess.run", fail)
    with pytest.raises(GraphvizFailed, match=message):
        write(FLOW, tmp_path / "a.pdf")


def test_what_is_too_large_to_draw(tmp_path: Path) -> None:
    long = hist("ab" * 51)
    check_size(100)
    check_size(102, max_n=102)
    for action in (lambda: check_size(102), lambda: write(long, tmp_path / "a.svg")):
        with pytest.raises(
            DrawingTooLarge, match=r"102 elements is too long to draw: a head has 10,404 cells(.|\n)*--max-n N"
        ):
            action()
    write(long, tmp_path / "a.svg", max_n=102)
    assert (tmp_path / "a.svg").is_file()


def test_every_error_is_one_line_and_a_hint(tmp_path: Path) -> None:
    for name in ("none/a.svg", "a.jpg", "a\0b.svg", "\x1b[2J.svg/b.svg"):
        with pytest.raises(RaspError) as caught:
            write(FLOW, tmp_path / name)
        lines = str(caught.value).split("\n")
        assert len(lines) <= 2
        assert all(line.isprintable() for line in lines)
