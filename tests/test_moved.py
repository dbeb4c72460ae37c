"""The old names of public modules: they are importable, are the modules of the new names, and warn."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec

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


# The modules that lay in `rasp` itself, all of which could be imported.
OLD = """
    batches bounds building commands compiling contents crew decoding diagnostics drawing errors examples explanation
    html json_ints model_drawing names numerals pool resources restricted sequences session show sops spread stdlib
    transformer watch workers writing
"""


@pytest.mark.parametrize("name", OLD.split())
def test_every_module_that_there_was_is_found(name: str) -> None:
    assert f"rasp.{name}" in rasp.MOVED or find_spec(f"rasp.{name}") is not None


@pytest.mark.parametrize("form", ["from {parent} import {name}", "import {old}", "from {old} import __doc__"])
def test_every_form_of_import_works_and_names_the_line(form: str) -> None:
    """In a new process: a module that was imported once is found without a warning."""
    lines = [form.format(parent=old.rpartition(".")[0], name=old.rpartition(".")[2], old=old) for old in rasp.MOVED]
    done = subprocess.run(
        [sys.executable, "-W", "always", "-"], input="\n".join(lines), capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    for number, (line, (old, new)) in enumerate(zip(lines, rasp.MOVED.items(), strict=True), 1):
        stays = line == "from rasp import stdlib"  # a public name of `rasp`
        assert (f"<stdin>:{number}: DeprecationWarning: {old} is now {new}\n" in done.stderr) != stays, line


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


def test_what_was_renamed_in_a_moved_module_has_its_old_name_too() -> None:
    olds = {new: old for old, new in rasp.MOVED.items()}
    for new, names in rasp.RENAMED.items():
        sys.modules.pop(olds[new], None)
        with pytest.warns(DeprecationWarning, match=f"^{olds[new]} is now {new}$"):
            module = import_module(olds[new])
        for before, name in names.items():
            with pytest.warns(DeprecationWarning, match=f"^{new}.{before} is now {name}$"):
                assert getattr(module, before) is getattr(module, name)
        with pytest.raises(AttributeError, match=f"module '{new}' has no attribute 'nothing'"):
            module.nothing  # noqa: B018
