"""The old names of public modules: they are importable, are the modules of the new names, and warn."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

import rasp

EVERY = pytest.mark.parametrize(("old", "new"), rasp.MOVED.items())


@EVERY
def test_an_old_name_is_the_module_of_the_new_one(old: str, new: str) -> None:
    sys.modules.pop(old, None)
    with pytest.warns(DeprecationWarning, match=f"^{old} is now {new}$"):
        module = import_module(old)
    assert module is import_module(new)
    assert module.__spec__ is not None
    assert module.__spec__.name == new


@EVERY
def test_every_form_of_import_works_and_names_the_line(old: str, new: str) -> None:
    parent, _, name = old.rpartition(".")
    for form in (f"from {parent} import {name}", f"import {old}", f"from {old} import __doc__"):
        done = subprocess.run(
            [sys.executable, "-W", "always", "-c", form], capture_output=True, text=True, check=True, timeout=60
        )
        stays = form == "from rasp import stdlib"  # a public name of `rasp`
        assert (f"DeprecationWarning: {old} is now {new}" in done.stderr) != stays, form


def test_other_unknown_names_are_errors() -> None:
    with pytest.raises(ModuleNotFoundError):
        import_module("rasp.repl.nothing")
    with pytest.raises(AttributeError):
        rasp.nothing  # noqa: B018


def test_the_lexer_of_old_entry_points_is_found() -> None:
    sys.modules.pop("rasp.repl.lexer", None)
    with pytest.warns(DeprecationWarning, match="highlighting"):
        lexer = import_module("rasp.repl.lexer").RaspLexer
    assert lexer is import_module("rasp.assist.highlighting").RaspLexer
