"""`:edit` and `:fmt`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.repl.conftest import Talk


def test_fmt(talk: Talk) -> None:
    assert "no input yet" in talk(":fmt")
    talk("a=1;b = [a ,2] ; #so")
    talk(":names")
    assert talk(":fmt") == "a = 1;\nb = [a, 2];  # so"
    assert talk(":fmt a") == "a = 1;"
    assert talk(":fmt b") == talk(":source b") == "b = [a, 2];  # so"
    assert "`indices` has no source in RASP" in talk(":fmt indices")
    talk(">> a=1;\nvalue: a = 1\n>> b=2;")
    assert talk(":fmt") == "a = 1;\n\nb = 2;"
    talk("c = (;")
    assert talk(":fmt").startswith("error[R")


def test_fmt_takes_the_whole_latest_input(talk: Talk) -> None:
    """Also if it failed, and however its lines came; questions and commands are no inputs."""
    talk("x = nope+\n1; y=2;")
    talk("sort?")
    assert talk(":fmt") == "x = nope + 1;\ny = 2;"
    for line in ("a=1;\n", "\n", "# Twice.\n", "def f(x){\n", "return 2*x+nope;\n", "} f(1);\n", "\n", ":names\n"):
        talk.inner.feed(line)
    assert talk(":fmt") == "# Twice.\ndef f(x) {\n    return 2 * x + nope;\n}\nf(1);"
    for line in ("z=(1 2\n", "+ 3);\n"):
        talk.inner.feed(line)
    assert "1 | z=(1 2\n" in talk(":fmt")
    talk.inner.feed("z = (1\n")
    talk.inner.interrupt()
    assert talk("q=1;\n:fmt").endswith("q = 1;")


def test_fmt_before_the_first_input_takes_one_of_an_earlier_conversation(talk: Talk) -> None:
    talk.inner.past = lambda: ["a=1;", ":names"]
    assert talk(":fmt") == "a = 1;"


def editor(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str) -> None:
    """Makes $EDITOR a Python script; `file` is the path that it gets."""
    program = tmp_path / "editor.py"
    program.write_text(f"import sys, pathlib\nfile = pathlib.Path(sys.argv[1])\n{script}\n")
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", f'"{sys.executable}" "{program}"')


def test_edit(talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    talk("# One.\na = 1;")
    editor(monkeypatch, tmp_path, 'file.write_text(file.read_text().replace("1", "2"))')
    assert talk(":edit a") == "value: a = 2"
    assert talk(":source a") == "# One.\na = 2;"
    editor(monkeypatch, tmp_path, 'file.write_text("b = 4;\\nc =")')
    said = talk(":edit fresh")
    assert said.startswith("value: b = 4")
    assert "error[R114]" in said
    assert said.endswith("The text is kept: `:edit` opens it again.")
    editor(monkeypatch, tmp_path, "")
    assert talk(":edit a") == talk(":edit") == "Nothing was changed, so nothing runs."
    editor(monkeypatch, tmp_path, 'file.write_text("d = 9;")')
    assert talk(":edit new.rasp") == "value: d = 9"


@pytest.mark.parametrize("text", ["b = = 4;", "b = nope;", "b ="])
def test_a_text_that_failed_is_kept(talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    past: list[str] = []
    talk.inner.past, talk.inner.remember = lambda: past, past.append
    editor(monkeypatch, tmp_path, f"file.write_text({text!r})")
    assert "The text is kept" in talk(":edit b")
    assert past == [text]
    editor(monkeypatch, tmp_path, "assert not file.read_text()")
    assert "The text is empty" in talk(":edit other")
    editor(monkeypatch, tmp_path, f"assert file.read_text() == {text!r} + chr(10); file.write_text('b = 4;')")
    assert talk(":edit") == "value: b = 4"
    editor(monkeypatch, tmp_path, "assert file.read_text() == 'b = 4;' + chr(10)")
    assert "Nothing was changed" in talk(":edit")


def test_a_text_that_failed_is_forgotten_when_it_is_emptied(
    talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor(monkeypatch, tmp_path, "file.write_text('b = nope;')")
    talk(":edit b")
    editor(monkeypatch, tmp_path, "file.write_text('')")
    talk(":edit")
    editor(monkeypatch, tmp_path, "assert not file.read_text()")
    assert "The text is empty" in talk(":edit")


@pytest.mark.parametrize(
    ("script", "title"),
    [
        ("sys.exit(3)", "failed, so nothing runs (its status is 3)"),
        ('file.write_bytes(b"\\xff")', "error[R502]"),
        ("file.unlink()", "error[R501]"),
    ],
)
def test_an_editor_that_fails(
    talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, title: str
) -> None:
    editor(monkeypatch, tmp_path, script)
    assert title in " ".join(talk(":edit a").split())
    assert talk("1;") == "value: out = 1"


@pytest.mark.parametrize("command", ["/no/such/editor", '"unclosed', "\x1b"])
def test_an_editor_that_cannot_start(talk: Talk, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setenv("VISUAL", command)
    said = talk(":edit a")
    assert "cannot be started" in said
    assert "\x1b" not in said
