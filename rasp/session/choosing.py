"""Resolves the s-ops and selectors that a user gives by name or as values.

Every command and method uses these functions, so their errors agree: each lists the s-ops and selectors of the program.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from rasp.errors import NotAnSOp, RaspError, UnknownName
from rasp.present.names import choices
from rasp.runtime.library import where_to_load
from rasp.runtime.values import a
from rasp.session.sops import Selector, SOp, unwrap

Operator = SOp | Selector


class Program(Protocol):
    """Values by name: a session or a module."""

    def names(self) -> list[str]:
        """The names that the program's own statements bound."""

    def __getitem__(self, name: str) -> Any: ...


def operators_of(program: Program) -> dict[str, Operator]:
    """The s-ops and selectors of a program by name, without those whose names start with `_`."""
    own = {name: program[name] for name in program.names() if not name.startswith("_")}
    return {name: value for name, value in own.items() if isinstance(value, (SOp, Selector))}


def sops_of(program: Program) -> dict[str, SOp]:
    """As `operators_of`, without the selectors."""
    return {name: value for name, value in operators_of(program).items() if isinstance(value, SOp)}


def choose(program: Program, wanted: Any, need: str) -> Operator:
    """The s-op or selector that a user gives by name or as a value.

    `need` begins the message for a value that is neither, as in `require`. Raises UnknownName or NotAnSOp.

    >>> import rasp
    >>> session = rasp.Session()
    >>> _ = session.run("hist = selector_width(select(tokens, tokens, ==)); limit = 3;")
    >>> choose(session, "hist", "")("aba").values
    [2, 1, 2]
    >>> choose(session, "limit", "")
    Traceback (most recent call last):
        ...
    rasp.errors.NotAnSOp: error[R305]: `limit` is an int 3, not an s-op or selector
      = hint: The s-ops and selectors are hist.
    """
    if not isinstance(wanted, str):
        return require(program, wanted, need)
    value = _named(program, wanted)
    if isinstance(value, (SOp, Selector)):
        return value
    title = f"`{wanted:.60}` is {_words(value)}, not an s-op or selector"
    raise NotAnSOp(title, hint=choices(operators_of(program), wanted))


def choose_sop(program: Program, wanted: Any, need: str) -> SOp:
    """As `choose`, but refuses selectors."""
    if not isinstance(wanted, str):
        return require_sop(program, wanted, need)
    value = _named(program, wanted)
    if isinstance(value, SOp):
        return value
    title = f"`{wanted:.60}` is {_words(value)}, not an s-op"
    raise NotAnSOp(title, hint=choices(sops_of(program), wanted, "s-ops"))


def choose_all(program: Program, names: Iterable[str]) -> dict[str, Operator]:
    """The s-ops and selectors of these names. Raises UnknownName or NotAnSOp."""
    return {name: choose(program, name, "") for name in names}


def require(program: Program, value: Any, need: str, refusal: type[RaspError] = NotAnSOp, hint: str = "") -> Operator:
    """Returns the value if it is an s-op or selector; else raises `refusal` with a message that begins with `need`.

    `hint` is used if the program has no named s-op or selector to list.

    >>> import rasp
    >>> require(rasp.Session(), 3, "only s-ops and selectors have layers")
    Traceback (most recent call last):
        ...
    rasp.errors.NotAnSOp: error[R305]: only s-ops and selectors have layers, not an int 3
    """
    if isinstance(value, (SOp, Selector)):
        return value
    raise refusal(f"{need}, not {_words(value)}", hint=choices(operators_of(program)) or hint)


def require_sop(program: Program, value: Any, need: str, refusal: type[RaspError] = NotAnSOp, hint: str = "") -> SOp:
    """As `require`, but refuses selectors."""
    if isinstance(value, SOp):
        return value
    raise refusal(f"{need}, not {_words(value)}", hint=choices(sops_of(program), kind="s-ops") or hint)


def _named(program: Program, name: str) -> Any:
    """The value of a name. Raises UnknownName with a hint that lists the s-ops and selectors, if there are any."""
    try:
        return program[name]
    except UnknownName as error:
        known = f"{where_to_load(name)} {choices(operators_of(program), name)}".strip()
        raise UnknownName(f"unknown name `{name:.60}`", hint=known or error.diagnostic.hint) from None


def _words(value: Any) -> str:
    """The kind of a value in words, or its Python type if RASP does not have it."""
    try:
        return a(unwrap(value))
    except RaspError:
        return f"a value of type {type(value).__name__}"
