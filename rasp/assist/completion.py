"""Completion: the choices for the text before the cursor, with the names of a session. Needs no terminal.

Names have their kind and the first line of their comment as a remark.
"""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from rasp.assist.documentation import FORMS, Vocabulary
from rasp.assist.token_list import COMMANDS, CONSTANTS, KEYWORDS, OPERATOR_WORDS
from rasp.base.diagnostics import printable
from rasp.runtime import stdlib
from rasp.session import session_commands

HERE = Path()
MOST_FILES = 500
LONGEST_WORD = 100  # characters; longer words are not completed
LONGEST_LINE = 5_000  # characters before the cursor; longer lines are not completed

_RESERVED = {"keyword": (*KEYWORDS, "draw", "load"), "operator": OPERATOR_WORDS, "constant": CONSTANTS}
_WORD = re.compile(r"[a-zA-Z_][a-zA-Z_0-9]*$")
_QUOTED = re.compile(r'"[^"]*"')
_NO_CODE = re.compile(r'"[^"\n]*"|#[^\n]*')
_COMMAND = re.compile(rf"(?:^|(?<=[;{{}}]))[ \t]*(?:{'|'.join(COMMANDS)})", re.MULTILINE)
_LOAD = re.compile(r'(?:^|[;}])\s*load\s*"([^"]*)$')
_USED = re.compile(r"[a-zA-Z_][a-zA-Z_0-9]+")


class Choice(NamedTuple):
    """A text that may replace the last `length` characters; `shown`, `kind` and `summary` are its entry in a menu."""

    text: str
    length: int
    shown: str
    kind: str
    summary: str = ""

    @property
    def remark(self) -> str:
        """The kind and the summary."""
        return f"{self.kind}  {self.summary}".strip()


def choices(before: str, known: Vocabulary, asked: bool = True, folder: Path = HERE) -> list[Choice]:
    """The choices after the text before the cursor. Without the start of a word, only if the user `asked`.

    `folder` is the one from which the program loads files.

    >>> from rasp.assist.documentation import SessionNames
    >>> from rasp.session.session import Session
    >>> session = Session()
    >>> _ = session.run("# How often.\\nhist = selector_width(select(tokens, tokens, ==));")
    >>> choices("x = hi", SessionNames(session))
    [Choice(text='hist', length=2, shown='hist', kind='s-op', summary='How often.')]
    """
    line = before.rpartition("\n")[2]
    if len(line) > LONGEST_LINE:
        return []
    loaded = _LOAD.search(line)
    if loaded:
        return list(_programs(loaded[1], folder))
    bare = _QUOTED.sub("", line)
    if '"' in bare or "#" in bare:
        return []
    return list(words(before, line, known, asked))


def words(before: str, line: str, known: Vocabulary, asked: bool) -> Iterator[Choice]:
    """Names, keywords, and at the start of a statement the language's commands."""
    match = _WORD.search(line[-LONGEST_WORD:])
    word = match[0] if match else ""
    if not (word or asked) or line[: len(line) - len(word)][-1:].isdigit():
        return
    yield from name_choices(word, known)
    listed = {*known.visible(), *FORMS, *itertools.chain(*_RESERVED.values())}
    text = _COMMAND.sub("", _NO_CODE.sub("", before[: -len(word) or None]))
    own = sorted({name for name in _USED.findall(text) if name not in listed})
    yield from (Choice(name, len(word), name, "here") for name in matching(word, own))
    for kind, keywords in _RESERVED.items():
        yield from (Choice(key, len(word), key, kind) for key in matching(word, keywords))
    start = re.split("[;}]", _QUOTED.sub("", line))[-1].lstrip()  # of the last statement on the line
    if start:
        yield from (
            Choice(words, len(start), words, "command")
            for words in session_commands.COMMANDS
            if words.startswith(start)
        )


def matching(word: str, names: Iterable[str]) -> list[str]:
    """The names that begin with the word; if there are none, regardless of case.

    >>> matching("le", ["length", "Left", "sort"]), matching("LE", ["length", "Left", "sort"])
    (['length'], ['length', 'Left'])
    """
    known = list(names)
    found = [name for name in known if name.startswith(word)]
    return found or [name for name in known if name.lower().startswith(word.lower())]


def name_choices(word: str, known: Vocabulary) -> Iterator[Choice]:
    """The names that can be used: the user's own first, then those of the language and the prelude."""
    listed = {*known.visible(), *FORMS}
    found = matching(word, (name for name in listed if word.startswith("_") or not name.startswith("_")))
    for name in sorted(found, key=lambda name: (name not in known.own, name)):
        entry = known.about(name)
        if entry is not None:
            yield Choice(name, len(word), printable(entry.signature), entry.kind, printable(entry.summary))


# ----------------------------------------------------------------------------------------------------------- files


def _programs(path: str, folder: Path) -> Iterator[Choice]:
    """The choices in `load "…"`: programs of the library, and files without `.rasp`."""
    yield from library_choices(path)
    yield from (choice._replace(text=choice.text.removesuffix(".rasp")) for choice in file_choices(path, folder))


def library_choices(path: str) -> Iterator[Choice]:
    """The programs of the library whose names start with a text."""
    for name in stdlib.names():
        if name.startswith(path):
            yield Choice(name, len(path), name, "library", stdlib.summary(name))


def file_choices(path: str, here: Path = HERE) -> Iterator[Choice]:
    """The folders and `.rasp` files whose paths start with a text; relative ones are looked up in `here`."""
    head, slash, start = path.rpartition("/")
    try:
        folder = Path(f"{head}{slash}").expanduser() if path.startswith("~") else here / (head + slash)
        with os.scandir(folder) as entries:
            found = sorted((entry.name, entry.is_dir()) for entry, _ in zip(entries, range(MOST_FILES), strict=False))
    except (OSError, ValueError, RuntimeError):
        return
    for name, is_folder in found:
        fits = name.startswith(start) and (start.startswith(".") or not name.startswith("."))
        if fits and (is_folder or name.endswith(".rasp")) and name.isprintable() and '"' not in name:
            text = f"{name}/" if is_folder else name
            yield Choice(text, len(start), text, "folder" if is_folder else "file")
