"""`rasp.learn`: what it takes, what it gives, and what it refuses."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

import rasp
from rasp.errors import BadInput, RaspError, WrongOperand
from rasp.learning.enumeration import search
from rasp.learning.events import SearchStanding

WORDS = ["".join(letters) for size in (1, 2, 3) for letters in itertools.product("abc", repeat=size)]
FAST: dict[str, Any] = {"iterations": 300}


def test_pairs_give_a_program_and_an_s_op() -> None:
    learned = rasp.learn([(word, sorted(word)) for word in WORDS], **FAST)
    assert learned.exact
    assert learned.accuracy == 1
    assert learned.sop("cabab").values == ["a", "a", "b", "b", "c"]
    assert learned("ba").values == ["a", "b"]
    assert learned.sop.name == "output"
    session = rasp.Session()
    assert session.run(learned.program) == []
    assert session["output"].is_same(learned.sop)
    assert [one.training_wrong for one in learned.front][-1] == 0
    assert isinstance(learned.history[-1], SearchStanding)
    assert learned.history[-1].exact
    assert repr(learned) == "<Learned: exact, 2 statements; 2 layers, heads 2 and 1 without BOS, 1 and 1 with BOS>"


def test_one_label_a_sequence_in_words() -> None:
    learned = rasp.learn({"so good": "good", "bad": "bad", "not so bad": "bad"}, words=True, one=True, **FAST)
    assert learned.exact
    assert learned.sop(["so", "bad"]).values == ["bad", "bad"]


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text("input,output\nab,12\nba,12\nc,1\n")
    assert rasp.learn(path, **FAST)("abc").values == [1, 2, 3]
    assert rasp.learn(str(path), output_kind="string", **FAST)("a").values == ["1"]


@pytest.mark.parametrize(
    ("teacher", "vocab"),
    [(sorted, "abc"), (lambda tokens: sorted(tokens), ["a", "b", "c"]), (rasp.load("sort")["sorted"], "abc")],
)
def test_a_teacher_is_asked(teacher: Any, vocab: Any) -> None:
    learned = rasp.learn(teacher=teacher, vocab=vocab, max_length=4, **FAST)
    assert learned.exact
    assert learned.report.comparisons[0].every
    assert learned.sop.counterexample(rasp.load("sort")["sorted"], vocab="abcd", max_length=4) is None


def test_a_model_teaches_with_its_own_vocabulary() -> None:
    model = (rasp.indices + 1).compile(vocab="ab", max_length=4)
    assert rasp.learn(teacher=model, **FAST)("bbb").values == [1, 2, 3]


def test_a_teacher_that_fails_on_some_inputs() -> None:
    learned = rasp.learn(teacher=lambda text: ["ab".index(sign) for sign in text], vocab="abc", max_length=3, **FAST)
    assert learned.exact
    assert (learned.report.summary.failed, len(learned.report.summary.data)) == (25, 14)
    assert "without the 25 on which the teacher fails" in learned.program.replace("\n# ", " ")
    assert learned("ba").values == [1, 0]


def test_a_label_from_a_function() -> None:
    learned = rasp.learn(teacher=lambda text: text[0], vocab="ab", max_length=3, one=True, **FAST)
    assert learned("bab").values == ["b", "b", "b"]


def test_what_is_found_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    heard: list[SearchStanding] = []
    learned = rasp.learn({"ab": "ba", "abc": "cba"}, progress=heard.append, **FAST)
    assert tuple(heard) == learned.history
    rasp.learn({"ab": "ba", "abc": "cba"}, progress=True, **FAST)
    assert capsys.readouterr().out.count("exact, ") >= 1
    rasp.learn({"ab": "ba", "abc": "cba"}, **FAST)
    assert capsys.readouterr().out == ""


def test_ctrl_c_gives_the_best_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(standing: SearchStanding) -> None:
        raise KeyboardInterrupt

    learned = rasp.learn([(word, sorted(word)) for word in WORDS], progress=interrupted, **FAST)
    assert learned.report.effort.interrupted
    assert "# The search was stopped, and nothing else was checked.\n" in learned.program
    assert learned.sop("ab") is not None
    monkeypatch.setattr(search.ProgramSearch, "run", lambda self: interrupted(None))
    learned = rasp.learn({"ab": "cb", "abc": "cba"}, **FAST)
    assert learned("ab").values == ["b", "b"]


def test_html_shows_the_program() -> None:
    learned = rasp.learn({"a<": "<a", "<": "<", "a": "a"}, **FAST)
    assert learned._repr_html_().count("<pre ") == 1
    assert "output" in learned._repr_html_()
    assert '"<"' not in learned._repr_html_()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "give either examples or a teacher"),
        ({"pairs": [], "teacher": sorted}, "give either examples or a teacher"),
        ({"pairs": 3}, "not a value of type int"),
        ({"pairs": sorted}, "not a value of type builtin_function_or_method"),
        ({"pairs": []}, "data has no examples"),
        ({"pairs": [("", "")]}, "the input is empty"),
        ({"pairs": [("ab", "a")]}, "the input has 2 tokens, and the output 1"),
        ({"pairs": [("ab", "pos")]}, "the input has 2 tokens, and the output 3"),
        ({"pairs": [("a", [0.5])]}, "a float"),
        ({"pairs": [(["a", 1], [1, 1])]}, "mixes"),
        ({"pairs": "no.csv"}, "no file no.csv"),
        ({"pairs": {"a": "b"}, "max_length": 3}, "`max_length` goes with a teacher"),
        ({"teacher": sorted}, "a teacher needs a vocabulary and a longest length"),
        ({"teacher": sorted, "vocab": "aa", "max_length": 3}, "twice"),
        ({"teacher": sorted, "vocab": "ab", "max_length": 0}, "`max_length` must be an int from 1 on"),
        ({"teacher": 3, "vocab": "ab", "max_length": 2}, "a value of type int cannot teach"),
        ({"teacher": sorted, "vocab": "ab", "max_length": 2, "test": {"a": "a"}}, "`test` goes with examples"),
        ({"teacher": lambda text: 1 / 0, "vocab": "ab", "max_length": 2}, "fails on all 6 inputs"),
        ({"pairs": {"a": "b"}, "seconds": 0}, "`seconds` must be a number above 0"),
        ({"pairs": {"a": "b"}, "seconds": float("nan")}, "`seconds` must be a number above 0"),
        ({"pairs": {"a": "b"}, "seconds": "10"}, "`seconds` must be a number above 0"),
        ({"pairs": {"a": "b"}, "iterations": 0}, "`iterations` must be an int from 1 on"),
        ({"pairs": {"a": "b"}, "seed": 1.5}, "`seed` must be an int"),
        ({"pairs": {"a": "b"}, "layers": True}, "`layers` must be an int"),
        ({"pairs": {"a": "b"}, "heads": 0}, "`heads` must be an int from 1 on"),
        ({"pairs": {"a": "b"}, "output_kind": "float"}, "a kind is one of string, int, bool"),
    ],
)
def test_what_is_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(RaspError, match=message):
        rasp.learn(**arguments)


def test_a_teacher_that_answers_otherwise_each_time() -> None:
    counter = itertools.count()
    with pytest.raises(BadInput, match="answers differently when it is asked twice"):
        rasp.learn(teacher=lambda text: [next(counter)] * len(text), vocab="ab", max_length=2)


def test_wrong_numbers_are_wrong_operands() -> None:
    with pytest.raises(WrongOperand):
        rasp.learn({"a": "b"}, seconds=-1)
