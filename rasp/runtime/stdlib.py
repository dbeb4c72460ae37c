"""The standard library: the names of its programs, their source and summaries."""

from __future__ import annotations

import re

from rasp.base.diagnostics import nearest_names
from rasp.base.resources import folder
from rasp.errors import FileMissing
from rasp.runtime.library import programs
from rasp.syntax.comments import comments_in


def names() -> list[str]:
    """The programs that `load "NAME";` and `rasp.load(NAME)` find in the library, sorted.

    >>> import rasp
    >>> "sort" in rasp.stdlib.names()
    True
    """
    return programs()


def source(name: str) -> str:
    """The text of a library program, or of the prelude. Raises FileMissing.

    >>> import rasp
    >>> print(rasp.stdlib.source("reverse").splitlines()[0])
    # reverse: the input backwards. Each position reads from its mirror image; elements keep their kind.
    """
    known = [*names(), "prelude"]
    if name not in known:
        close = nearest_names(name, known)
        hint = f"Did you mean {' or '.join(close)}?" if close else f"There are {', '.join(known)}."
        raise FileMissing(f"the library has no program {name!r:.60}", hint=hint)
    return (folder("stdlib") / f"{name}.rasp").read_text(encoding="utf-8")


def summary(name: str) -> str:
    """The first sentence of a program's opening comment, without the program's name. Raises FileMissing.

    >>> import rasp
    >>> rasp.stdlib.summary("reverse")
    'the input backwards'
    """
    words: list[str] = []
    for line, comment in comments_in(source(name)).items():
        if line != len(words) + 1 or not comment or comment.startswith(">>>"):
            break
        words.append(comment)
    sentence = re.split(r"\.(?:\s|$)", " ".join(words))[0]
    return re.sub(r"^\w+: ", "", sentence)
