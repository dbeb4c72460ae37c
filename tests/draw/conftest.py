"""The browser of these tests, one for each process of pytest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.draw.browser import PROGRAM, Browser, browser
from tests.draw.pages import opened


@pytest.fixture(scope="session")
def shared() -> Iterator[Browser]:
    """A page of a browser."""
    if PROGRAM is None:
        pytest.skip("there is no Chromium on this machine")
    with browser() as page:
        yield page


@pytest.fixture
def page(shared: Browser, tmp_path: Path) -> Iterator[Browser]:
    """The page of dyck2 on ten letters; whatever a test does, nothing is logged, thrown or asked for."""
    opened(shared, "dyck2", tmp_path)
    yield shared
    assert shared.complaints() == []
