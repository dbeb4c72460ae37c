"""The limits at which RASP stops with a clear error instead of exhausting memory or time.

They hold for the whole process and can be set: `rasp.limits.int_digits = 5_000`, or `--limit int_digits=5000` on the
command line. Every room may import this module; it imports nothing from the package.

>>> limits.int_digits
100000
"""

from __future__ import annotations

import os

UNKNOWN_MEMORY = 2**33  # bytes to assume if the system does not tell

FORMER = {"combinations": ("work", "memory")}  # limits of earlier versions, and those that replace them


def machine_memory() -> int:
    """The bytes of memory that the machine has."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):  # not every system says it
        return UNKNOWN_MEMORY


class Limits:
    """Settable sizes, all of them positive ints.

    >>> limits = Limits()
    >>> limits.calls = 50
    >>> limits.call = 50  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    AttributeError: no limit 'call' among calls, collection, ..., work; did you mean calls?
    >>> limits.calls = 0
    Traceback (most recent call last):
        ...
    ValueError: the limit 'calls' must be a positive int, not 0
    """

    source: int
    int_digits: int
    collection: int
    calls: int
    nesting: int
    load_depth: int
    pairs: int
    memory: int
    work: int

    def __init__(self) -> None:
        self.source = 16_000_000  # bytes of one source text
        self.int_digits = 100_000  # decimal digits of one int
        self.collection = 10_000_000  # elements of a list, entries of a dict, characters of a string
        self.calls = 10_000  # nested calls of RASP functions
        self.nesting = 1_000  # nested brackets and prefix operators
        self.load_depth = 50  # nested loads of files
        self.pairs = 1_000_000_000  # entries of one selector's matrix: the square of the input's length
        self.memory = max(1, machine_memory() // 2)  # bytes that one input may take, or the making of a model
        self.work = 1_000_000_000  # steps that the making of a model may take, some minutes

    def hint(self, name: str) -> str:
        """A hint with the value of a limit and how to raise it, for the error of a program that exceeds it.

        >>> Limits().hint("calls")
        'The limit `calls` is 10000; raise it by --limit calls=N or rasp.limits.calls = N.'
        """
        return f"The limit `{name}` is {getattr(self, name)}; raise it by --limit {name}=N or rasp.limits.{name} = N."

    def __repr__(self) -> str:
        return f"<limits {', '.join(f'{name}={getattr(self, name)}' for name in sorted(Limits.__annotations__))}>"

    def __getattr__(self, name: str) -> int:
        raise AttributeError(_unknown(name))

    def __setattr__(self, name: str, value: int) -> None:
        if name not in Limits.__annotations__:
            raise AttributeError(_unknown(name))
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise ValueError(f"the limit {name!r} must be a positive int, not {value!r}")
        object.__setattr__(self, name, value)


def _unknown(name: str) -> str:
    """The message for a limit that does not exist.

    >>> _unknown("combinations")
    "there is no limit 'combinations' any more; `work` and `memory` are in its place"
    """
    import difflib  # imported late: rarely needed, and slow to import

    if name in FORMER:
        others = " and ".join(f"`{other}`" for other in FORMER[name])
        return f"there is no limit {name!r} any more; {others} are in its place"
    known = sorted(Limits.__annotations__)
    close = difflib.get_close_matches(name, known)
    meant = f"; did you mean {' or '.join(close)}?" if close else ""
    return f"no limit {name!r} among {', '.join(known)}{meant}"


limits = Limits()
