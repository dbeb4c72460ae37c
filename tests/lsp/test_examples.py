"""The examples in the modules of the language server, which need its extra."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import rasp.lsp


@pytest.mark.parametrize("name", [module.name for module in pkgutil.iter_modules(rasp.lsp.__path__)])
def test_examples(name: str) -> None:
    assert doctest.testmod(importlib.import_module(f"rasp.lsp.{name}")).failed == 0
