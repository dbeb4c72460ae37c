"""`:learn` in a conversation."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rasp.conversation import colon_commands, learning
from rasp.conversation.conversation import Conversation
from rasp.errors import BadCommand, RaspError
from rasp.learning.request import LearningRequest
from rasp.session import learning as session_learning
from rasp.session.session import Session


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def talk(said: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Conversation:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pairs.jsonl").write_text('{"input": "cab", "output": "bac"}\n{"input": "ba", "output": "ab"}\n')
    (tmp_path / "texts.csv").write_text("text,label\nso good,good\nbad,bad\nnot so bad,bad\n")
    return Conversation(Session(), said.append)


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits the search of `:learn`, which has no setting for it, to what these programs need."""
    learn_wanted = session_learning.learn_wanted

    def learn_briefly(wanted: LearningRequest, progress: Any) -> session_learning.Learned:
        return learn_wanted(replace(wanted, iterations=500), progress)

    monkeypatch.setattr(session_learning, "learn_wanted", learn_briefly)


@pytest.mark.usefixtures("brief")
def test_an_s_op_from_a_file(talk: Conversation, said: list[str]) -> None:
    talk.feed(":learn f = pairs.jsonl\n")
    assert said[0].startswith("exact, ")
    assert any(text.startswith("right on all training data (2 sequences), perhaps by chance") for text in said)
    assert said[-1].startswith('s-op: f\n    Example: f("hello") = [o, l, l, e, h]')
    assert talk.session["f"]("xyz").values == ["z", "y", "x"]


@pytest.mark.usefixtures("brief")
def test_words_with_one_label(talk: Conversation) -> None:
    talk.feed(':learn f = "texts.csv" words one;\n')
    assert talk.session["f"](["so", "bad"]).values == ["bad", "bad"]


@pytest.mark.usefixtures("brief")
def test_an_s_op_from_another_one(talk: Conversation, said: list[str], tmp_path: Path) -> None:
    talk.feed('load "sort"; rank = 5;\n:learn f = sorted abc 4\n')
    assert "all 120 inputs up to length 4" in "".join(said)
    assert talk.session["f"].counterexample(talk.session["sorted"], vocab="abcd", max_length=4) is None
    assert talk.session["rank"] == 5
    assert "f_rank" in talk.session
    talk.feed(":source f\n:save saved.rasp\n")
    assert "f = aggregate(select(f_rank, indices, ==), tokens" in said[-2]
    assert "f_rank = " in (tmp_path / "saved.rasp").read_text()


@pytest.mark.usefixtures("brief")
def test_tokens_in_quotes(talk: Conversation) -> None:
    talk.feed(':learn f = indices + 1 "ab" 3\n')
    assert talk.session["f"]("bb").values == [1, 2]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (":learn f", "needs a name, `=`"),
        (":learn f = ", "needs a name, `=`"),
        (":learn = pairs.jsonl", "needs a name, `=`"),
        (":learn 3 = pairs.jsonl", "`3` cannot be a name"),
        (":learn if = pairs.jsonl", "`if` cannot be a name"),
        (":learn length = pairs.jsonl", "`length` is a name of the language"),
        (":learn f = no.jsonl", "no file no.jsonl"),
        (":learn f = pairs", "is no file of data, and no s-op"),
        (":learn f = indices ab many", "is no file of data, and no s-op"),
        (":learn f = nope ab 3", "unknown name `nope`"),
        (":learn f = 5 ab 3", "`:learn` needs an s-op, not"),
        (":learn f = full_s ab 3", "`:learn` needs an s-op, not a selector"),
        (":learn f = indices aa 3", "twice"),
        (":learn f = tokens_int ab 3", "fails on all 14 inputs"),
        (":learn f = texts.csv words", "Is 'good' a label|the input has 2 tokens, and the output 1"),
    ],
)
def test_what_is_wrong_is_named(talk: Conversation, line: str, message: str) -> None:
    with pytest.raises(RaspError, match=message):
        colon_commands.carry_out(talk, line)
    assert "f" not in talk.session


def test_ctrl_c_takes_the_best_so_far(talk: Conversation, said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(shown: learning._Shown, standing: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(learning._Shown, "__call__", interrupted)
    talk.feed(":learn f = pairs.jsonl\n")
    assert "f" in talk.session


def test_usage_is_a_bad_command(talk: Conversation) -> None:
    with pytest.raises(BadCommand):
        colon_commands.carry_out(talk, ":learn nothing")
    assert colon_commands.find("l").name == "load"
