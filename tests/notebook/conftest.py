"""What the tests of notebooks share: cells, and what they display."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from rasp.notebook.magics import RichResult
from tests.notebook.shells import Cells


@pytest.fixture
def displayed(monkeypatch: pytest.MonkeyPatch) -> list[RichResult]:
    """What is displayed; IPython is replaced by nothing more than that."""
    shown: list[RichResult] = []
    module = ModuleType("IPython.display")
    module.display = shown.append  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "IPython", ModuleType("IPython"))
    monkeypatch.setitem(sys.modules, "IPython.display", module)
    return shown


@pytest.fixture
def run(displayed: list[RichResult]) -> Cells:
    return Cells(displayed)
