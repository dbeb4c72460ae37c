"""Clients of the language server; without its extra, these tests are skipped."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lsp.client import Client

if importlib.util.find_spec("pygls") is None:
    collect_ignore_glob = ["test_*.py"]
elif importlib.util.find_spec("pytest_lsp") is None:
    collect_ignore_glob = ["test_pytest_lsp.py"]


@pytest.fixture(scope="session")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client whose session has begun, and ends in order; all tests share it, because a server starts slowly."""
    made = Client(folder=tmp_path_factory.mktemp("work"))
    made.initialize()
    yield made
    assert made.end() == 0
    assert made.errors == ""


@pytest.fixture
def client(session: Client) -> Iterator[Client]:
    """A client without open texts."""
    yield session
    session.begin_anew()


@pytest.fixture
def raw(tmp_path: Path) -> Iterator[Client]:
    """A client whose session has not begun."""
    made = Client(folder=tmp_path)
    yield made
    made.kill()
    assert "Traceback" not in made.errors
