"""Docstrings name what exists: classes, errors, and files."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator
from pathlib import Path

import rasp

ROOT = Path(rasp.__file__).parent
DOCSTRING = re.compile(r'r?"""(.*?)"""', re.DOTALL)
EXAMPLES = re.compile(r"^ *(>>>|\.\.\.) .*$", re.MULTILINE)
NAMED = re.compile(r"`([A-Z]\w*[a-z]\w*)`|\b([a-z_]+\.py)\b")  # a class, or a file
RAISED = re.compile(r"\bRaises ((?:[^.`]|\.\w)*)")
FOREIGN = {"KilledWorker"}  # names of other packages


def missing_in(docstring: str, known: set[str]) -> Iterator[str]:
    """The classes, errors and files that a docstring names, and that do not exist."""
    prose = EXAMPLES.sub("", docstring)
    named = [name for pair in NAMED.findall(prose) for name in pair if name]
    raised = [name for text in RAISED.findall(prose) for name in re.findall(r"\b[A-Z]\w*[a-z]\w*", text)]
    yield from (name for name in (*named, *raised) if name not in known)


def test_docstrings_name_what_exists() -> None:
    texts = {file: file.read_text(encoding="utf-8") for file in sorted(ROOT.rglob("*.py"))}
    known = {*FOREIGN, *dir(builtins), *(file.name for file in texts)}
    for text in texts.values():
        known.update(re.findall(r"\w+", DOCSTRING.sub("", text)))
    found = {
        (str(file.relative_to(ROOT)), name)
        for file, text in texts.items()
        for docstring in DOCSTRING.findall(text)
        for name in missing_in(docstring, known)
    }
    assert not found


def test_missing_names_are_found() -> None:
    docstring = "Runs a `Task`, as `tasks.py` says. Raises NotAnError or OSError.\n\n>>> `Other`\n"
    assert list(missing_in(docstring, {"OSError"})) == ["Task", "tasks.py", "NotAnError"]
