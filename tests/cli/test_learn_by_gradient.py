"""`rasp learn --method gradient`: the command, its state, and its options."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from rasp.cli.learn import INEXACT
from tests.cli.processes import Rasp

HIST = ("--task", "hist", "--vocab-size", "2", "--max-length", "4")


def test_the_command(rasp: Rasp, programs: Path) -> None:
    pytest.importorskip("torch")
    training = (*HIST, "--method", "gradient", "--epochs", "20", "--seeds", "2", "-o", "learned.rasp")
    result = rasp("learn", *training)
    assert result.status in (0, INEXACT), result.err
    assert "20 epochs, 2 trainings" in result.out
    text = (programs / "learned.rasp").read_text()
    assert rasp("test", "learned.rasp").status == 0
    again = rasp("learn", *training, "--resume")
    assert again.status in (0, INEXACT), again.err
    assert "Learned from the answers of hist" in text


SENTENCES = ("Mr Sam saw the dawn", "the Rose of Mr Lee", "Mr Lee ran", "a dawn with Sam", "Sam saw Mr Rose")
NAMES = {"Sam", "Lee"}
WORDS = ("--words", "--method", "gradient", "--tokeniser", "plain", "--epochs", "2")


def conll() -> str:
    """Sentences of a word and its label a line."""
    lines = [[f"{word} {'N' if word in NAMES else 'O'}" for word in sentence.split()] for sentence in SENTENCES * 12]
    return "\n\n".join("\n".join(one) for one in lines) + "\n"


def test_a_tagger_of_words(rasp: Rasp, programs: Path) -> None:
    pytest.importorskip("torch")
    (programs / "train.conll").write_text(conll(), encoding="utf-8")
    (programs / "news.txt").write_text("Sam saw Mr Baker\n", encoding="utf-8")
    (programs / "glove.txt").write_text("sam 1 0\nmr 0 1\nlee 0.9 0\n", encoding="utf-8")
    learning = ("train.conll", *WORDS, "--vectors", "glove.txt", "--standard", "-o", "ner.rasp", "--seeds", "2")
    learned = rasp("learn", *learning)
    assert learned.status in (0, INEXACT), learned.err
    assert "standard transformer" in learned.out
    assert "gradient, for it was named" in learned.out
    tagged = rasp("tag", "ner.rasp", "news.txt")
    assert [line.split("\t")[0] for line in tagged.out.split("\n") if line] == ["Sam", "saw", "Mr", "Baker"]
    assert not list(programs.glob("*.checkpoint.safetensors"))
    assert rasp("draw", "ner.rasp", "-s", "output", "-i", "Mr Sam", "--words").status == 0
    small = ("--words", "--vocab", "Mr Sam saw", "--max-length", "2", "-o", "ner.safetensors")
    assert rasp("compile", "ner.rasp", "-s", "output", *small).status == 0
    again = rasp("learn", *learning, "--resume")
    assert again.status in (0, INEXACT), again.err


def test_a_classifier_of_texts(rasp: Rasp, programs: Path) -> None:
    pytest.importorskip("torch")
    rows = [f"{sentence},{'person' if NAMES & {*sentence.split()} else 'none'}" for sentence in (*SENTENCES, "a dawn")]
    (programs / "train.csv").write_text("\n".join(["text,label", *rows * 12]) + "\n", encoding="utf-8")
    (programs / "news.txt").write_text("Sam saw the dawn.\n", encoding="utf-8")
    columns = ("--one", "--input-column", "text", "--output-column", "label")
    learned = rasp("learn", "train.csv", *columns, *WORDS, "-o", "topic.rasp")
    assert learned.status in (0, INEXACT), learned.err
    assert rasp("tag", "topic.rasp", "news.txt").out.split("\t")[0] in ("person", "none")
    assert rasp("arch", "topic.rasp", "-s", "output").status == 0


def test_a_file_that_is_no_vectors(rasp: Rasp, programs: Path) -> None:
    pytest.importorskip("torch")
    (programs / "train.conll").write_text(conll(), encoding="utf-8")
    (programs / "glove.txt").write_text("sam 1 0\nmr 0\n", encoding="utf-8")
    result = rasp("learn", "train.conll", *WORDS, "--vectors", "glove.txt")
    assert result.status == 1
    assert "glove.txt:2" in result.err
    assert "Traceback" not in result.err


def test_without_torch_the_extra_is_named(rasp: Rasp, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("rasp.train.gradients.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "torch", None)
    result = rasp("learn", *HIST, "--method", "gradient")
    assert result.status == 1
    assert "rasp-lang[torch]" in result.err
    assert "Traceback" not in result.err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--method", "gradient", "--seconds", "3"), "--seconds goes with --method search"),
        (("--method", "gradient", "--with", "sort:sorted"), "--with goes with --method search"),
        (("--method", "search", "--max-words", "9"), "--max-words goes with --method look-ups"),
        (("--epochs", "3"), "--epochs goes with --method gradient"),
        (("--device", "cuda"), "--device goes with --method gradient"),
        (("--vectors", "glove.txt"), "--vectors goes with --method gradient"),
        (("--standard",), "--standard goes with --method gradient"),
        (("--method", "search", "--max-bytes", "9"), "--max-bytes goes with --method look-ups"),
    ],
)
def test_options_of_the_other_method(rasp: Rasp, options: tuple[str, ...], message: str) -> None:
    result = rasp("learn", "--task", "hist", *options)
    assert result.status == 2
    assert message in result.err
