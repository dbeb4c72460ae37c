"""What the tests of the REPL share: a conversation that tells what it said, without a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from rasp import Session
from rasp.conversation.conversation import Conversation
from rasp.conversation.display import Screen

HIST = "# How often.\nhist = selector_width(select(tokens, tokens, ==));"


class Talk:
    """A conversation in the test's own folder. Calling it with an input gives what was said."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.screen = Screen(80)
        self.inner = Conversation(Session(), self.said.append, lambda: self.screen)

    @property
    def session(self) -> Session:
        return self.inner.session

    def __call__(self, text: str) -> str:
        self.said.clear()
        self.inner.take(text)
        return "\n".join(self.said)


@pytest.fixture
def talk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Talk:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return Talk()
