"""The browser of these tests, one for each process of pytest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rasp.draw.files import write_drawing
from tests.draw.browser import PROGRAM, Browser, browser
from tests.draw.flows import ALL
from tests.draw.pages import renewed


@pytest.fixture(scope="session")
def shared() -> Iterator[Browser]:
    """A page of a browser."""
    if PROGRAM is None:
        pytest.skip("there is no Chromium on this machine")
    with browser() as page:
        yield page


@pytest.fixture(scope="session")
def dyck2(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The drawing of dyck2 on ten letters."""
    path = tmp_path_factory.mktemp("page") / "dyck2.html"
    write_drawing(ALL["dyck2"], path)
    return path


@pytest.fixture
def page(shared: Browser, dyck2: Path) -> Iterator[Browser]:
    """The page of dyck2 as it is when it has been opened; whatever a test does, nothing is logged, thrown or asked for.

    Tests that follow one another share the page.
    """
    renewed(shared, dyck2)
    yield shared
    assert shared.complaints() == []
