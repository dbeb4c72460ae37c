"""The programs of the standard library: their names, and the names that each of them binds."""

from __future__ import annotations

import re
from functools import cache

from rasp.base.quantities import join_words
from rasp.base.resources import folder

# Each binding of a public name in a library program begins a line; a test compares these with what loading binds.
_BINDING = re.compile(r"^(?:def ([a-z]\w*)\(|([a-z]\w*) =)", re.MULTILINE)


def programs() -> list[str]:
    """The programs that `load "NAME";` finds in the library, sorted.

    >>> "sort" in programs(), "prelude" in programs()
    (True, False)
    """
    return sorted(file.stem for file in folder("stdlib").glob("*.rasp") if file.stem != "prelude")


def where_to_load(name: str) -> str:
    """A sentence that tells how to load a name of the library, or what a library program of that name binds.

    >>> where_to_load("hist")
    '`hist` is in the library: `load "histogram";`.'
    >>> where_to_load("histogram")
    '`load "histogram";` of the library binds `hist` and `hist_bos`.'
    >>> where_to_load("nonsense")
    ''
    """
    binders = programs_of_names()
    if name in binders:
        return f'`{name}` is in the library: `load "{binders[name]}";`.'
    bound = [f"`{public}`" for public, program in binders.items() if program == name]
    return f'`load "{name}";` of the library binds {join_words(bound)}.' if bound else ""


@cache
def programs_of_names() -> dict[str, str]:
    """Each public name of the library with the program that binds it. Reads all of the library, for errors and help."""
    found = {}
    for program in programs():
        text = (folder("stdlib") / f"{program}.rasp").read_text(encoding="utf-8")
        found.update({function or name: program for function, name in _BINDING.findall(text)})
    return found
