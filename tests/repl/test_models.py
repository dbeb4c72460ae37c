"""`:compile` in a conversation."""

from __future__ import annotations

from pathlib import Path

import pytest

from rasp.conversation import colon_commands
from rasp.conversation.conversation import Conversation
from rasp.errors import BadCommand, LooksAhead, ProgramFails, UnwritableFile
from rasp.session.session import Session
from rasp.session.transformer import Transformer


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
    first, second, third, fourth, *_ = said[0].split("\n")
    assert first == "safe in float64 and float32"
    assert second.startswith("hist: 1 layer, 1 head at most (1) with BOS; ")
    assert third == "`rasp arch` counts 2 heads at most (2) without BOS"
    assert fourth == "the model agrees with the program on all inputs of up to 5 tokens (1,364 inputs)"


def test_a_model_is_written(talk, said, tmp_path: Path):
    path = tmp_path / "hist.safetensors"
    talk.command(f":compile hist ab 3 {path}")
    assert said[-1] == f"written: {path}"
    assert path.stat().st_size > 1000


@pytest.mark.parametrize("order", ["{path} causal", "causal {path}"])
def test_a_causal_model_is_written(talk, said, tmp_path: Path, order):
    path = tmp_path / "indices.safetensors"
    talk.command(f":compile indices ab 3 {order.format(path=path)}")
    assert Transformer.load(path).config.causal


def test_a_path_is_looked_at_before_the_work(talk, said, monkeypatch, tmp_path: Path):
    monkeypatch.setattr("rasp.session.compiling.model_of", None)  # whoever calls it fails otherwise
    with pytest.raises(UnwritableFile):
        colon_commands.carry_out(talk, f":compile hist ab 3 {tmp_path / 'no' / 'm.safetensors'}")


def test_what_is_wrong_is_named(talk):
    with pytest.raises(BadCommand, match="must be an int, not `many`"):
        colon_commands.carry_out(talk, ":compile hist ab many")
    with pytest.raises(BadCommand, match=r"into a \.safetensors file, not `hist\.txt`"):
        colon_commands.carry_out(talk, ":compile hist ab 3 hist.txt")
    with pytest.raises(BadCommand, match="needs an s-op, not a selector"):
        colon_commands.carry_out(talk, ":compile full_s ab 3")


def test_expressions_and_quotes(talk, said):
    talk.command(':compile indices + 1 "ab" 3;')
    assert said[0].split("\n")[1].startswith("indices + 1: 0 layers")


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
    with pytest.raises(error):
        colon_commands.carry_out(talk, line)
