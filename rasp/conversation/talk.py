"""The interface by which the `:` commands use the conversation in which they are given."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple, Protocol

from rasp.conversation.display import Screen
from rasp.conversation.record import Record
from rasp.conversation.tutorial import Tutorial
from rasp.errors import RaspError
from rasp.runtime.machine import Shown
from rasp.session.session import Session
from rasp.syntax import tree

Say = Callable[[str], None]


class Draft(NamedTuple):
    """A text that came back from the editor, and the name whose definition it is, or nothing."""

    name: str
    text: str


class Talk(Protocol):
    """A conversation, as its commands know it. `Conversation` says what the parts are."""

    session: Session
    say: Say
    screen: Callable[[], Screen]
    lend: Callable[[], AbstractContextManager[None]]
    record: Record
    results_shown: list[Shown]
    files: list[str | Path]
    saved: set[Path]
    past: Callable[[], Iterable[str]]
    tutorial: Tutorial
    vi_mode: bool
    started: float
    unheard: bool
    editing: bool
    draft: Draft | None

    def load(self, statement: tree.Load) -> list[RaspError]:
        """Runs a `load`, as one of the conversation's own statements; the errors."""

    def start_with(self, file: Path) -> None:
        """Runs a file's statements in the session itself."""

    def edited(self, text: str, name: str = "") -> None:
        """Runs a text from the editor."""
