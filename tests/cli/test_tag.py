"""`rasp tag`: a learned program on raw text, and what it cannot tag; `rasp learn` with look-ups from end to end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.processes import Rasp

TAGGER = """\
# Learned from names.conll.
# Tokens: text, case, masked, shapes.

code = lookup({"Sam": 1, "<Xx:y>": 1, "<number>": 2}, tokens, 0);
output = ["O", "N", "D"][code];
"""
TOPIC = """\
# Tokens: blanks, lower, digits, plain; one label a text.
output = "loud" if has_focus(select(tokens, "bang", ==)) else "quiet";
"""


@pytest.fixture
def files(programs: Path) -> Path:
    (programs / "names.rasp").write_text(TAGGER, encoding="utf-8")
    (programs / "topic.rasp").write_text(TOPIC, encoding="utf-8")
    (programs / "news.txt").write_text("Sam, met Tony.\n\nIn 1984 …\n", encoding="utf-8")
    return programs


def test_words_with_their_labels(rasp: Rasp, files: Path) -> None:
    shown = "Sam\tN\n,\tO\nmet\tO\nTony\tN\n.\tO\n\nIn\tO\n1984\tD\n…\tO\n\n"
    assert rasp("tag", "names.rasp", "news.txt") == (0, shown, "")


def test_json(rasp: Rasp, files: Path) -> None:
    first, second = rasp("tag", "names.rasp", "news.txt", "--json").out.splitlines()
    assert json.loads(first)["labels"] == ["N", "O", "O", "N", "O"]
    assert json.loads(second) == {
        "words": ["In", "1984", "…"],
        "tokens": ["<Xx>", "<number>", "<sign>"],
        "labels": ["O", "D", "O"],
    }


def test_one_label_a_text(rasp: Rasp, files: Path) -> None:
    (files / "texts.txt").write_text("Bang bang\nhush\n", encoding="utf-8")
    assert rasp("tag", "topic.rasp", "texts.txt").out == "loud\tBang bang\nquiet\thush\n"
    assert json.loads(rasp("tag", "topic.rasp", "texts.txt", "--json").out.splitlines()[1])["label"] == "quiet"


def test_a_word_a_line(rasp: Rasp, files: Path) -> None:
    (files / "test.conll").write_text("Sam NNP\nran VBD\n\n\nTony\tNNP\n", encoding="utf-8")
    assert rasp("tag", "names.rasp", "test.conll", "--tokens").out == "Sam\tN\nran\tO\n\nTony\tN\n\n"
    (files / "test.conll").write_text("-DOCSTART- O\n\n# id = 1\nSam NNP\n\n", encoding="utf-8")
    assert rasp("tag", "names.rasp", "test.conll", "--tokens").out == "Sam\tN\n\n"


@pytest.mark.parametrize(
    ("text", "title", "place"),
    [
        ("Sam\n\tNNP\n", "the token is empty", "test.conll:2:1"),
        ("Sam\rran\r", "carriage returns stand in the place of line breaks", "test.conll:1:1"),
    ],
)
def test_a_line_without_a_word(rasp: Rasp, files: Path, text: str, title: str, place: str) -> None:
    (files / "test.conll").write_bytes(text.encode())
    result = rasp("tag", "names.rasp", "test.conll", "--tokens")
    assert result.status == 1
    assert title in result.err
    assert place in result.err


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("hist.rasp", "news.txt", "-s", "hist"), 1, "no line `# Tokens: …`"),
        (("names.rasp", "no.txt"), 1, "no file no.txt"),
        (("no.rasp", "news.txt"), 1, "no.rasp"),
        (("names.rasp", "news.txt", "-s", "cod"), 1, "cod"),
        (("-", "-"), 2, "cannot both be standard input"),
        (("names.rasp", "latin.txt"), 1, "line 2 of latin.txt is not UTF-8: byte 3 is 0xe9"),
        (("selector.rasp", "news.txt"), 1, "`output` is a selector, not an s-op"),
        (("wrong.rasp", "news.txt"), 1, "'upper' is no setting of a tokeniser"),
    ],
)
def test_what_cannot_be_tagged(rasp: Rasp, files: Path, arguments: tuple[str, ...], status: int, message: str) -> None:
    (files / "latin.txt").write_bytes(b"tea\ncaf\xe9\n")
    (files / "selector.rasp").write_text("# Tokens: blanks.\noutput = full_s;\n", encoding="utf-8")
    (files / "wrong.rasp").write_text("# Tokens: upper.\noutput = tokens;\n", encoding="utf-8")
    outcome = rasp("tag", *arguments)
    assert outcome.status == status
    assert message in outcome.err
    assert "Traceback" not in outcome.err


# ------------------------------------------------------------------------------------------------------ learn, then tag

NAMES = ("Sam", "Rose", "Lee", "Tony", "Ann")


def conll() -> str:
    """Sentences in which a name follows a title."""
    made = []
    for number in range(90):
        name = NAMES[number % 5] if number % 4 else f"Q{'abcdefghij'[number % 10]}x"
        made.append(f"verb{number % 9} O\nMr O\n{name} N\n" if number % 3 else f"the O\nthing{number % 7} O\n. O\n")
    return "\n".join(made)


def test_learn_and_tag(rasp: Rasp, programs: Path) -> None:
    (programs / "train.conll").write_text(conll(), encoding="utf-8")
    outcome = rasp("learn", "train.conll", "--words", "--method", "look-ups", "-o", "ner.rasp", "--seconds", "600")
    assert outcome.status == 0, outcome.err
    assert "method: look-ups, for it was named" in outcome.out
    assert "spans" in outcome.out
    (programs / "text.txt").write_text("verb1 Mr Zed\n", encoding="utf-8")
    assert rasp("tag", "ner.rasp", "text.txt").out == "verb1\tO\nMr\tO\nZed\tN\n\n"
    assert rasp("test", "ner.rasp").status == 0
    assert rasp("fmt", "--check", "ner.rasp").status == 0
    assert rasp("run", "ner.rasp", "-s", "output", "--words", "-i", "verb1 Mr Sam").out.endswith(
        "[O, O, N] (strings)\n"
    )
    assert rasp("arch", "ner.rasp", "-s", "output").out.startswith("output: ")
    assert rasp("draw", "ner.rasp", "-s", "output", "--words", "-i", "Mr Sam", "-o", "ner.svg").status == 0
    made = rasp("compile", "ner.rasp", "-s", "output", "--words", "--vocab", "Mr Sam the", "--max-length", "3")
    assert (made.status, made.err) == (0, "")
    assert "the model agrees with the program on all inputs" in made.out
    again = rasp("learn", "train.conll", "--words", "--method", "look-ups", "-o", "ner.rasp", "--resume")
    assert again.status == 0, again.err
    other = rasp("learn", "train.conll", "--words", "--method", "search", "-o", "ner.rasp", "--resume")
    assert other.status == 1


def test_a_dry_run_names_the_method(rasp: Rasp, programs: Path) -> None:
    (programs / "train.conll").write_text(conll(), encoding="utf-8")
    shown = rasp("learn", "train.conll", "--dry-run").out
    assert "method: search, for the vocabulary is small" in shown
    shown = rasp("learn", "train.conll", "--method", "look-ups", "--tokeniser", "lower,plain", "--dry-run").out
    assert "tokens: blanks, lower, masked, plain" in shown
    assert json.loads(rasp("learn", "train.conll", "--dry-run", "--json").out)["method"] == "search"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--method", "look-ups", "--tokeniser", "upper"), "'upper' is no setting of a tokeniser"),
        (("--method", "guess"), "guess"),
        (("--one",), "has a label for each token"),
        (("--format", "labelled"), "the line begins with no label"),
    ],
)
def test_wrong_ways_to_learn(rasp: Rasp, programs: Path, arguments: tuple[str, ...], message: str) -> None:
    (programs / "train.conll").write_text(conll(), encoding="utf-8")
    outcome = rasp("learn", "train.conll", *arguments)
    assert outcome.status in (1, 2)
    assert message in outcome.err
    assert "Traceback" not in outcome.err
