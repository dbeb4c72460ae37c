"""Unknown names in programs with very many of them, and programs without a working directory."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from rasp.base.diagnostics import Diagnostic
from rasp.errors import UnknownName
from rasp.runtime import resolve as module
from rasp.runtime.machine import unknown_name
from rasp.runtime.resolve import SUGGESTED, ProgramFiles, resolve
from rasp.syntax.parser import parse


def _found(text: str, monkeypatch: pytest.MonkeyPatch) -> tuple[list[Diagnostic], list[int]]:
    """The findings, and among how many names each looked for near ones."""
    sizes: list[int] = []

    def counting(name: str, known: Iterable[str]) -> UnknownName:
        names = list(known)
        sizes.append(len(names))
        return unknown_name(name, names)

    monkeypatch.setattr(module, "unknown_name", counting)
    return resolve(parse(text)), sizes


@pytest.mark.parametrize("shape", ["{};", "[{}];", "f({});"])
def test_only_the_first_of_many_unknown_names_get_suggestions(shape: str, monkeypatch: pytest.MonkeyPatch) -> None:
    separator = ";" if shape == "{};" else ","
    text = "def f(x) { return x; } counter = 1; " + shape.format(separator.join(["countex"] * 100))
    found, sizes = _found(text, monkeypatch)
    unknown = [item for item in found if item.title.startswith("unknown name")]
    assert [bool(item.hint) for item in unknown] == [True] * SUGGESTED + [False] * (100 - SUGGESTED)
    assert sum(size > 0 for size in sizes) == SUGGESTED


def test_a_file_is_named_without_a_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.rasp").write_text("nope;", "utf-8")

    def gone() -> Path:
        raise FileNotFoundError

    monkeypatch.setattr(Path, "cwd", gone)
    assert ProgramFiles().read(tmp_path / "a.rasp").statements
