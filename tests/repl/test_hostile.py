"""What must not harm a conversation: editors, control characters, files, failing answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from rasp.conversation.conversation import Conversation
from rasp.repl.history import _decode
from rasp.session.session import Session


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def talk(said: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Conversation:
    monkeypatch.chdir(tmp_path)
    return Conversation(Session(), said.append)


def use_editor(folder: Path, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    """An editor that notes what it is given, and adds a line."""
    script = folder / "editor"
    script.write_text(f'#!/bin/sh\ncat "$1" >> {folder}/given\necho "{line}" >> "$1"\n')
    script.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(script))
    monkeypatch.delenv("VISUAL", raising=False)


def test_edit_takes_the_last_input_and_not_itself(
    talk: Conversation, said: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_editor(tmp_path, monkeypatch, "zz = 5;")
    talk.past = lambda: ["a = 1;", ":names", ":edit"]
    talk.take(":edit")
    assert (tmp_path / "given").read_text() == "a = 1;\n"
    assert talk.session["zz"] == 5


def test_what_is_edited_cannot_edit(
    talk: Conversation, said: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_editor(tmp_path, monkeypatch, ":edit")
    talk.take(":edit")
    assert "cannot open the editor again" in said[0]
    assert said[1:] == ["The text is kept: `:edit` opens it again."]


def test_what_stands_behind_edit_runs(talk: Conversation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_editor(tmp_path, monkeypatch, "zz = 5;")
    talk.take(":edit\nd = 4;")
    assert (talk.session["zz"], talk.session["d"]) == (5, 4)


def test_comments_of_files_do_nothing_to_the_terminal(talk: Conversation, said: list[str], tmp_path: Path) -> None:
    (tmp_path / "host.rasp").write_text("# \x1b]0;pwned\x07\x1b[31mred \u202e\nhostile = tokens;\n", encoding="utf-8")
    talk.take('load "host";')
    talk.take(":names")
    talk.take(":save \x1b[31mz")
    assert not any(sign in text for text in said for sign in "\x1b\x07\u202e")


def test_the_tutorial_praises_no_failure(talk: Conversation, said: list[str]) -> None:
    talk.take(":help tutorial")
    talk.take("nosuch;")
    assert not any("Right!" in text for text in said)
    talk.take("tokens;")
    assert "Right!" in said[-1]


def test_the_tutorial_is_silent_when_one_leaves(talk: Conversation, said: list[str]) -> None:
    for line in (":help tutorial", "indices;", "exit;"):
        talk.take(line)
    assert "Not yet" in said[-1]
    assert sum("Not yet" in text for text in said) == 1


def test_reset_forgets_which_files_it_wrote(talk: Conversation, said: list[str], tmp_path: Path) -> None:
    for line in ("a = 1;", ":save pp", ":reset", ":save pp"):
        talk.take(line)
    assert "is there already" in said[-1]
    assert (tmp_path / "pp.rasp").read_text() == "a = 1;\n"


def test_reload_knows_what_load_loaded(talk: Conversation, said: list[str], tmp_path: Path) -> None:
    (tmp_path / "own.rasp").write_text("x = 1;")
    talk.take('load "own";')
    (tmp_path / "own.rasp").write_text("x = 2;")
    talk.take(":reload")
    assert talk.session["x"] == 2


def test_a_line_of_brackets_is_no_input() -> None:
    assert _decode(b"[" * 200_000) == ""
