"""Completion in cells of RASP, with IPython where it is."""

from __future__ import annotations

import pytest

pytest.importorskip("IPython", reason="IPython is not installed")

from IPython.core.completer import CompletionContext
from IPython.terminal.interactiveshell import TerminalInteractiveShell

import rasp


@pytest.fixture(scope="module")
def shell() -> TerminalInteractiveShell:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("VIRTUAL_ENV", raising=False)  # which it would warn of
        shell = TerminalInteractiveShell()
    rasp.load_ipython_extension(shell)
    rasp.load_ipython_extension(shell)
    shell.user_ns["rasp_session"].run("hist = selector_width(select(tokens, tokens, ==));")
    return shell


def completed(shell: TerminalInteractiveShell, cell: str) -> list[str] | None:
    """The completions at the end of a cell, each with what it stands for; None if the matcher leaves it to others."""
    (matcher,) = shell.Completer.custom_matchers
    lines = cell.split("\n")
    context = CompletionContext(cell, cell, len(lines[-1]), len(lines) - 1, 100)
    result = matcher(context)
    assert cell.endswith(result["matched_fragment"])
    return [found.text for found in result["completions"]] if result["suppress"] else None


@pytest.mark.parametrize(
    ("cell", "found"),
    [("%%rasp\nx = hi", "hist"), ("%%rasp --export\nx = 1;\ny = his", "hist"), ("%%rasp\n:na", ":names"),
     ("%rasp ind", "indices"), ('%%rasp\nload "rev', "reverse"), ("%%rasp\nset ex", "set example"),
     ("%%rasp\nmine = 3;\ny = mi", "mine")],
)  # fmt: skip
def test_cells_are_completed(shell: TerminalInteractiveShell, cell: str, found: str) -> None:
    assert found in (completed(shell, cell) or [])


@pytest.mark.parametrize("cell", ["hi", "x = 1\n%%rasp\nhi", "%%ras", "%%rasp --ex", "%rasps hi"])
def test_other_cells_are_left_to_python(shell: TerminalInteractiveShell, cell: str) -> None:
    assert completed(shell, cell) is None


def test_inside_a_string_nothing_is_completed(shell: TerminalInteractiveShell) -> None:
    assert completed(shell, '%%rasp\nx = "hi') == []
