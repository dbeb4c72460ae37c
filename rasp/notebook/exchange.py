"""Exchanges names: cells of RASP use the s-ops of Python variables, and their names become Python variables."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterable, Iterator, MutableMapping
from types import ModuleType
from typing import Any

from rasp.graph.nodes import Node
from rasp.runtime.scope import MISSING
from rasp.session.session import Session
from rasp.session.sops import Selector, SOp

Variables = MutableMapping[str, Any]

NAME = "rasp_session"  # the notebook's variable with the session
NEEDED = ("get_ipython", NAME)  # variables without which later cells cannot run

_NO_NAMES = re.compile(r'"[^"\n]*"|#[^\n]*')  # strings and comments
_NAME = re.compile(r"[a-zA-Z_][a-zA-Z_0-9]*")


class Imports:
    """The s-ops and selectors of Python that cells use by the names of their variables.

    Names of the session come first. A variable that gets another value has it in the next cell, too.
    """

    def __init__(self) -> None:
        self._nodes: dict[str, Node] = {}  # what each name had when it was last taken from Python

    def take(self, text: str, variables: Variables, session: Session) -> None:
        """Binds the variables that a cell uses."""
        for name in dict.fromkeys(_NAME.findall(_NO_NAMES.sub(" ", text))):
            value = variables.get(name)
            if isinstance(value, (SOp, Selector)) and self._is_free(name, session):
                session[name] = value
                self._nodes[name] = value.node

    def _is_free(self, name: str, session: Session) -> bool:
        """Whether the session has no such name, or has it from Python."""
        known = session.scope.find(name)
        return known is MISSING or (name in session.names and known is self._nodes.get(name))


def export_names(names: Iterable[str], variables: Variables, session: Session) -> Iterator[str]:
    """Makes names of a session Python variables; yields remarks on those that are not names there or hide others.

    Modules stay, and so does what IPython and the magics read.
    """
    for name in names:
        if keyword.iskeyword(name):
            yield f"`{name}` is a keyword of Python, so it stays a name of the session alone."
            continue
        if name in NEEDED or isinstance(variables.get(name), ModuleType):
            yield f"Python's own `{name}` is needed in cells, so it stays a name of the session alone."
            continue
        if hasattr(builtins, name) and name not in variables:
            yield f"`{name}` now hides Python's own `{name}`; `del {name}` undoes that."
        variables[name] = session[name]
