"""Finds the s-ops and selectors that a user means, by name or by value, for every command and method.

An error lists the s-ops and selectors that the program has names for.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from rasp.errors import NotAnSOp, RaspError, UnknownName
from rasp.present.names import known_names
from rasp.runtime.library import where_to_load
from rasp.runtime.values import a
from rasp.session.sops import Selector, SOp, unwrap

SOpOrSelector = SOp | Selector


class NamedValues(Protocol):
    """What knows values by name, as a session does."""

    def names(self) -> list[str]:
        """The names that its own statements bound."""

    def __getitem__(self, name: str) -> Any: ...


def operators_of(program: NamedValues, selectors: bool = True) -> dict[str, SOpOrSelector]:
    """The s-ops and, with `selectors`, selectors that a program has names for.

    Names with a leading underscore are private.

    >>> import rasp
    >>> session = rasp.Session()
    >>> _ = session.run("twice = indices * 2; later = select(indices, indices, >); _hidden = twice; limit = 3;")
    >>> list(operators_of(session)), list(operators_of(session, selectors=False))
    (['twice', 'later'], ['twice'])
    """
    own = {name: program[name] for name in program.names() if not name.startswith("_")}
    return {name: value for name, value in own.items() if _fits(value, selectors)}


def choose_operator(program: NamedValues, wanted: Any, need: str, *, selectors: bool = True) -> SOpOrSelector:
    """The s-op that a user gives, by its name or as a value; or the selector, unless only an s-op will do.

    `need` begins the message for another value, as in `require`. Raises UnknownName or NotAnSOp.

    >>> import rasp
    >>> session = rasp.Session()
    >>> _ = session.run("hist = selector_width(select(tokens, tokens, ==)); limit = 3;")
    >>> choose_operator(session, "hist", "")("aba").values
    [2, 1, 2]
    >>> choose_operator(session, "limit", "")
    Traceback (most recent call last):
        ...
    rasp.errors.NotAnSOp: error[R305]: `limit` is an int 3, not an s-op or selector
      = hint: The s-ops and selectors are hist.
    """
    if not isinstance(wanted, str):
        return require(program, wanted, need, selectors=selectors)
    value = _look_up(program, wanted)
    if not _fits(value, selectors):
        kind = "an s-op or selector" if selectors else "an s-op"
        raise NotAnSOp(
            f"`{wanted:.60}` is {_words(value)}, not {kind}", hint=_known_names_hint(program, selectors, wanted)
        )
    return value  # type: ignore[no-any-return]


def choose_all(program: NamedValues, names: Iterable[str]) -> dict[str, SOpOrSelector]:
    """The s-ops and selectors of these names. Raises UnknownName or NotAnSOp."""
    return {name: choose_operator(program, name, "") for name in names}


def require(
    program: NamedValues,
    value: Any,
    need: str,
    refusal: type[RaspError] = NotAnSOp,
    hint: str = "",
    *,
    selectors: bool = True,
) -> SOpOrSelector:
    """The value, if it is an s-op or, with `selectors`, a selector.

    Else raises the `refusal`, whose message begins with `need`. Its hint lists names of the program, or is `hint` if
    there are none.

    >>> import rasp
    >>> require(rasp.Session(), 3, "only s-ops and selectors have layers")
    Traceback (most recent call last):
        ...
    rasp.errors.NotAnSOp: error[R305]: only s-ops and selectors have layers, not an int 3
    """
    if not _fits(value, selectors):
        raise refusal(f"{need}, not {_words(value)}", hint=_known_names_hint(program, selectors) or hint)
    return value  # type: ignore[no-any-return]


def _fits(value: Any, selectors: bool) -> bool:
    return isinstance(value, (SOp, Selector) if selectors else SOp)


def _known_names_hint(program: NamedValues, selectors: bool = True, name: str = "") -> str:
    """A hint that lists what a user may have meant by a name."""
    return known_names(operators_of(program, selectors), name, "s-ops and selectors" if selectors else "s-ops")


def _look_up(program: NamedValues, name: str) -> Any:
    """The value of a name. Raises UnknownName, which lists the s-ops and selectors where there are any."""
    try:
        return program[name]
    except UnknownName as error:
        known = f"{where_to_load(name)} {_known_names_hint(program, name=name)}".strip()
        raise UnknownName(f"unknown name `{name:.60}`", hint=known or error.diagnostic.hint) from None


def _words(value: Any) -> str:
    """What a value is; it may be of a type that RASP does not have."""
    try:
        return a(unwrap(value))
    except RaspError:
        return f"a value of type {type(value).__name__}"
