"""`:compile` in a conversation."""

from __future__ import annotations

from pathlib import Path

import pytest

from rasp.errors import BadCommand, LooksAhead, ProgramFails
from rasp.repl.conversation import Conversation
from rasp.session import Session


@pytest.fixture
def said():
    return []


@pytest.fixture
def talk(said):
    talk = Conversation(Session(), said.append, listening=False)
    talk.session.run("hist = selector_width(select(tokens, tokens, ==));")
    return talk


def test_a_model_is_shown(talk, said):
    talk.command(":compile hist abcd 5")
    assert said[0].startswith("hist: 1 layer, 1 head at most (1); ")
    assert said[0].endswith("the model agrees with the program on all inputs of up to 5 tokens (1,364 inputs)")


def test_a_model_is_written(talk, said, tmp_path: Path):
    path = tmp_path / "hist.safetensors"
    talk.command(f":compile hist ab 3 {path}")
    assert said[-1] == f"written: {path}"
    assert path.stat().st_size > 1000


def test_expressions_and_quotes(talk, said):
    talk.command(':compile indices + 1 "ab" 3;')
    assert said[0].startswith("indices + 1: 0 layers")


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (":compile hist", BadCommand),
        (":compile hist ab", BadCommand),
        (":compile hist ab many", BadCommand),
        (":compile select(1, 1, ==) ab 3", BadCommand),
        (":compile length ab 3 causal", LooksAhead),
        (":compile 1 / indices ab 3", ProgramFails),
    ],
)
def test_refusals(talk, line, error):
    from rasp.repl import commands

    with pytest.raises(error):
        commands.carry_out(talk, line)
