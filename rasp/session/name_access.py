"""The names of a session as attributes, for Python and notebooks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from rasp.errors import UnknownAttribute, UnknownName


class NameAccess:
    """The names that a session's own statements bound, in the order they were last bound; call it for a list.

    Attributes are their values, and setting one binds a name, as indexing the session does. All names can be read
    in this way, those of the language and of the prelude, too, unless they begin with `_`. Raises UnknownAttribute,
    which is an AttributeError, for a name that the session does not have.
    """

    __slots__ = ("_bind", "_listed", "_look_up")

    _listed: Callable[[], list[str]]
    _look_up: Callable[[str], Any]
    _bind: Callable[[str, Any], None]

    def __init__(
        self, listed: Callable[[], list[str]], look_up: Callable[[str], Any], bind: Callable[[str, Any], None]
    ) -> None:
        object.__setattr__(self, "_listed", listed)
        object.__setattr__(self, "_look_up", look_up)
        object.__setattr__(self, "_bind", bind)

    def __call__(self) -> list[str]:
        return self._listed()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # Python and IPython ask for many of these
            raise AttributeError(name)
        try:
            return self._look_up(name)
        except UnknownName as error:
            raise UnknownAttribute(error.diagnostic.title, hint=error.diagnostic.hint) from None

    def __setattr__(self, name: str, value: Any) -> None:
        self._bind(name, value)

    def __dir__(self) -> list[str]:
        return self._listed()

    def __iter__(self) -> Iterator[str]:
        return iter(self._listed())

    def __contains__(self, name: object) -> bool:
        return name in self._listed()

    def __len__(self) -> int:
        return len(self._listed())

    def __repr__(self) -> str:
        return f"<names of a session: {', '.join(self._listed()) or 'none'}>"
