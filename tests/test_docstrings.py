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
CLASS = re.compile(r"`([A-Z]\w*[a-z]\w*)`")
FILE = re.compile(r"(?<![\w/])([a-z_]+(?:/[a-z_]+)*\.py)\b")
RAISED = re.compile(r"\bRaises ((?:[^.`]|\.\w)*)")
FOREIGN = {"KilledWorker"}  # names of other packages


def missing_in(docstring: str, known: set[str], folder: Path) -> Iterator[str]:
    """The classes, errors and files that a docstring names, and that do not exist.

    Files are in the folder of the module, in the one around it, in `rasp/`, or named from the top.
    """
    prose = EXAMPLES.sub("", docstring)
    raised = [name for text in RAISED.findall(prose) for name in re.findall(r"\b[A-Z]\w*[a-z]\w*", text)]
    yield from (name for name in (*CLASS.findall(prose), *raised) if name not in known)
    for name in FILE.findall(prose):
        if not any((place / name).is_file() for place in (folder, folder.parent, ROOT, ROOT.parent)):
            yield name


def test_docstrings_name_what_exists() -> None:
    texts = {file: file.read_text(encoding="utf-8") for file in sorted(ROOT.rglob("*.py"))}
    known = {*FOREIGN, *dir(builtins)}
    for text in texts.values():
        known.update(re.findall(r"\w+", DOCSTRING.sub("", text)))
    found = {
        (str(file.relative_to(ROOT)), name)
        for file, text in texts.items()
        for docstring in DOCSTRING.findall(text)
        for name in missing_in(docstring, known, file.parent)
    }
    assert not found


def test_missing_names_are_found() -> None:
    docstring = "Runs a `Task`, as `spec.py`, not `tusks.py`, says. Raises NotAnError or OSError.\n\n>>> `Other`\n"
    assert list(missing_in(docstring, {"OSError"}, ROOT / "graph")) == ["Task", "NotAnError", "tusks.py"]
