"""A shell that stands in for IPython's, with what the extension needs of it."""

from __future__ import annotations

from typing import Any

import rasp
from rasp.notebook.magics import RichResult


class Shell:
    """Its variables, and the magics that were registered; `displayed` is filled by the fixture of that name."""

    def __init__(self) -> None:
        self.user_ns: dict[str, Any] = {}
        self.magics: dict[str, Any] = {}

    def register_magic_function(self, function: Any, magic_kind: str, magic_name: str) -> None:
        assert magic_kind == "line_cell"
        self.magics[magic_name] = function


class Cells:
    """Runs cells of RASP in a shell."""

    def __init__(self, displayed: list[RichResult]) -> None:
        self.shell = Shell()
        self.displayed = displayed
        rasp.load_ipython_extension(self.shell)

    def __call__(self, text: str, line: str = "") -> None:
        self.shell.magics["rasp"](line, text)

    @property
    def variables(self) -> dict[str, Any]:
        return self.shell.user_ns

    @property
    def session(self) -> rasp.Session:
        return self.shell.user_ns["rasp_session"]
