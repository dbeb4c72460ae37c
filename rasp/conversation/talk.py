"""The protocol of a conversation, as the `:` commands use it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple, Protocol

from rasp.assist.completeness import LatestInput
from rasp.conversation.display import Screen
from rasp.conversation.record import StatementRecord
from rasp.conversation.tutorial import Tutorial
from rasp.errors import RaspError
from rasp.runtime.machine import ShownResult
from rasp.session.session import Session
from rasp.syntax import tree

Say = Callable[[str], None]


class FailedEdit(NamedTuple):
    """A text from the editor that failed, and the name whose definition it is, if any."""

    name: str
    text: str


class Talk(Protocol):
    """The part of `Conversation` that commands use; its attributes are explained there."""

    session: Session
    say: Say
    screen: Callable[[], Screen]
    lend: Callable[[], AbstractContextManager[None]]
    record: StatementRecord
    results_shown: list[ShownResult]
    files: list[str | Path]
    saved: set[Path]
    past: Callable[[], Iterable[str]]
    latest: LatestInput
    tutorial: Tutorial
    vi_mode: bool
    started: float
    unheard: bool
    editing: bool
    draft: FailedEdit | None

    def show(self, result: object, text: str) -> None:
        """Shows a result of which a notebook has a better form than the text."""

    def load(self, statement: tree.Load) -> list[RaspError]:
        """Runs a `load` as one of the conversation's own statements; returns the errors."""

    def start_with(self, file: Path) -> None:
        """Runs a file's statements in the session itself."""

    def edited(self, text: str, name: str = "") -> None:
        """Runs a text from the editor."""
