"""Learning and training in a notebook: a line that is replaced, and what was learned as HTML."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import pytest

import rasp
from rasp.learning.events import SearchStanding
from rasp.session import learning, training
from rasp.train.events import TrainingScore, TrainingStanding
from rasp.train.settings import EncoderSize
from tests.tags import Tags


class Handle:
    def __init__(self, shown: list[Any]) -> None:
        self.shown = shown

    def update(self, item: Any) -> None:
        self.shown.append(item)


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What is shown in place, by a display that stands in for IPython's."""
    shown: list[Any] = []

    def display(item: Any, display_id: bool) -> Handle:
        shown.append(item)
        return Handle(shown)

    module = ModuleType("IPython.display")
    module.display = display  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "IPython", ModuleType("IPython"))
    monkeypatch.setitem(sys.modules, "IPython.display", module)
    monkeypatch.delitem(sys.modules, "rasp.notebook.progress", raising=False)
    from rasp.notebook.progress import LiveStatus, LiveTraining  # with this display

    monkeypatch.setattr(learning, "LIVE", [LiveStatus])
    monkeypatch.setattr(training, "LIVE", [LiveTraining])
    return shown


def test_a_search_shows_a_line_that_is_replaced(lines: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    learned = rasp.learn({"ab": "ba", "abc": "cba", "cb": "bc"}, iterations=3_000)
    assert lines
    assert "exact, 2 statements" in repr(lines[-1])
    assert "output = " in "".join(Tags(lines[-1]._repr_html_()).texts)
    assert learned.history[-1].exact
    assert capsys.readouterr().out == ""


def test_progress_can_be_turned_off_or_heard(lines: list[Any]) -> None:
    heard: list[SearchStanding] = []
    for progress in (False, heard.append):
        rasp.learn({"ab": "ba", "abc": "cba", "cb": "bc"}, iterations=100, progress=progress)
    assert heard
    assert not lines


def test_lines_are_not_more_than_two_a_second(lines: list[Any]) -> None:
    live = learning.LIVE[-1]()
    for number in range(100):
        live(SearchStanding("output = <tokens>;", 1, 5, 10, number, 0.0))
    assert len(lines) == 1
    live(SearchStanding("", 1, 0, 10, 100, 0.0))
    assert len(lines) == 2  # an exact program is always shown
    assert "output = <tokens>;" in Tags(lines[0]._repr_html_()).texts


def standing(step: int) -> TrainingStanding:
    return TrainingStanding(EncoderSize(2, 1, 64), step, 100, (0.5,), (TrainingScore(0.9, 0.5),), 3.0, 9.0)


def test_a_training_shows_a_line_that_is_replaced(lines: list[Any]) -> None:
    live = training.listener_of(None)
    for step in range(1, 101):
        live.working(standing(step))
    assert len(lines) == 1
    live.measured(standing(100))
    live.close()
    text = "2 layers, 1 head: step 100 of 100, 9 s left, loss 0.5, tokens 90 %, sequences 50 %"
    assert repr(lines[-1]) == text
    assert Tags(lines[-1]._repr_html_()).texts == [text]
    assert len(lines) == 2


def test_a_training_that_fails_at_once_shows_nothing(lines: list[Any]) -> None:
    training.listener_of(None).close()
    assert not lines


def test_the_progress_of_a_training_can_be_turned_off_heard_or_printed(
    lines: list[Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    heard: list[TrainingStanding] = []
    for progress in (False, heard.append):
        training.listener_of(progress).measured(standing(1))
    assert heard == [standing(1)]
    monkeypatch.setattr(training, "LIVE", [])
    monkeypatch.delattr(sys, "ps1", raising=False)  # a notebook's kernel in this process leaves one behind
    training.listener_of(None).measured(standing(2))
    assert capsys.readouterr().out == ""
    training.listener_of(True).measured(standing(3))
    assert capsys.readouterr().out.startswith("2 layers, 1 head: step 3 of 100")
    assert not lines


def test_what_was_learned_is_its_program_and_tables() -> None:
    learned = rasp.learn({"ab": "ba", "abc": "cba", "cb": "bc"}, iterations=3_000)
    page = Tags(learned._repr_html_())
    assert page.texts[0] == learned.report.verdict()
    assert page.texts[1].strip() == learned.program.strip()
    assert page.counts["table"] == 2
    assert "training" in page.texts
    assert page.texts.count("chosen") == 1


def test_learning_in_a_cell_shows_what_was_learned(run, monkeypatch: pytest.MonkeyPatch) -> None:
    found = rasp.learn(teacher=sorted, vocab="ab", max_length=3, iterations=1_000)
    monkeypatch.setattr(learning, "learn_wanted", lambda wanted, progress: found)
    run(":learn f = sort(tokens,tokens) ab 3")
    assert any("<pre" in (item._repr_html_() or "") for item in run.displayed)
    assert run.session["f"]("ba").values == ["a", "b"]
