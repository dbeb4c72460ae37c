"""The history on disk: who can read it, and what happens to it when things go wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rasp.repl import history as module
from rasp.repl.history import InputHistory, history_file


def entries(file: Path | None) -> list[str]:
    return list(InputHistory(file).load_history_strings())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state" / "history"


def test_inputs_are_kept_newest_first(file: Path) -> None:
    history = InputHistory(file)
    for text in ("a = 1;", "def f(x) {\n    return x;\n}", 'é"\\ \ud800\x1b'):
        history.store_string(text)
    assert entries(file) == ['é"\\ \ud800\x1b', "def f(x) {\n    return x;\n}", "a = 1;"]
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_two_conversations_share_a_file(file: Path) -> None:
    one, other = InputHistory(file), InputHistory(file)
    one.store_string("1;")
    other.store_string("2;")
    one.store_string("3;")
    assert entries(file) == ["3;", "2;", "1;"]


def test_what_is_no_input_is_passed_over(file: Path) -> None:
    InputHistory(file).store_string("1;")
    with file.open("ab") as stream:
        stream.write(b'\xff\xfe\n[1]\n\n\x00\n"cut off')
    InputHistory(file).store_string("2;")
    assert entries(file) == ["2;", "1;"]


def test_a_large_file_is_cut(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST_FILE", 1000)
    history = InputHistory(file)
    for number in range(200):
        history.store_string(f"{number};")
    found = entries(file)
    assert found[0] == "199;"
    assert 50 < len(found) < 100
    assert file.stat().st_size <= 500
    assert [path.name for path in file.parent.iterdir()] == ["history"]


def test_an_endless_input_is_not_kept(file: Path) -> None:
    InputHistory(file).store_string("x" * 1_000_000)
    assert entries(file) == []


def test_an_old_file_is_closed_to_others(file: Path) -> None:
    InputHistory(file).store_string("1;")
    file.chmod(0o644)
    assert entries(file) == ["1;"]
    assert file.stat().st_mode & 0o777 == 0o600


def refused(file: Path) -> str:
    """What is said of a file that keeps nothing; nothing is read or written then."""
    history = InputHistory(file)
    problem = history.problem
    assert list(history.load_history_strings()) == []
    history.store_string("1;")
    assert history.problem == problem
    assert len(problem.splitlines()) == 1
    assert "None" not in problem
    return problem


def test_a_folder_in_its_place(file: Path) -> None:
    file.mkdir(parents=True)
    assert refused(file) == f"Inputs are not kept: {file} is no plain file."


def test_a_pipe_in_its_place(file: Path) -> None:
    """Which would wait for somebody at its other end."""
    file.parent.mkdir()
    os.mkfifo(file)
    assert refused(file) == f"Inputs are not kept: {file} is no plain file."


def test_a_file_where_the_folder_should_be(file: Path) -> None:
    file.parent.write_text("")
    history = InputHistory(file)
    history.store_string("1;")
    assert history.problem.endswith(("File exists.", "Not a directory."))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read and write everything")
def test_a_file_without_permission(file: Path) -> None:
    InputHistory(file).store_string("1;")
    file.parent.chmod(0)
    assert "Permission denied" in refused(file)
    file.parent.chmod(0o700)


def test_a_file_that_cannot_be_opened(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*arguments: object) -> None:
        raise PermissionError(13, "Permission denied")

    InputHistory(file).store_string("1;")
    monkeypatch.setattr(Path, "open", fails)
    assert refused(file) == f"Inputs are not kept: {file} cannot be used: Permission denied."


def test_a_full_disk(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    history = InputHistory(file)
    monkeypatch.setattr(os, "write", full)
    history.store_string("1;")
    assert "No space left" in history.problem


def test_no_file_at_all() -> None:
    history = InputHistory(None)
    history.store_string("1;")
    assert (list(history.load_history_strings()), history.problem) == ([], "")


def test_where_it_lies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert history_file() == tmp_path / "rasp" / "history"
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert history_file() == tmp_path / ".local" / "state" / "rasp" / "history"
