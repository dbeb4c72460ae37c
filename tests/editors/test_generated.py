"""The files of editors that are made from the list of tokens."""

from __future__ import annotations

import json

import pytest

from rasp.assist.grammars import grammar_files
from rasp.assist.token_list import LOOKS, RULES
from tests.editors.programs import EDITORS


@pytest.mark.parametrize("path", grammar_files())
def test_it_is_current(path: str) -> None:
    """If not, run `python -m rasp.assist.grammars`."""
    assert (EDITORS / path).read_text(encoding="utf-8") == grammar_files()[path]


def test_every_kind_has_a_look() -> None:
    assert {rule.kind for rule in RULES} <= LOOKS.keys()


def test_the_extension_names_files_that_exist() -> None:
    folder = EDITORS / "vscode"
    package = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    contributed = package["contributes"]
    paths = [package["main"], *(entry["path"] for key in ("grammars", "snippets") for entry in contributed[key])]
    paths += [language["configuration"] for language in contributed["languages"]]
    assert all((folder / path).is_file() for path in paths)
