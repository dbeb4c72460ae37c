"""A session from Python: running, names, errors, loading files, generating."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest

import rasp
from rasp import errors


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_keep_going_runs_every_statement_and_lists_the_errors() -> None:
    session = rasp.Session()
    found = session.run("a = 1; b = ; c = nope; d = a + 1;", keep_going=True)
    assert [type(error).__name__ for error in found][1:] == ["UnknownName"]
    assert isinstance(found[0], errors.RaspSyntaxError)
    assert session["d"] == 2


def test_the_first_error_stops_a_run() -> None:
    session = rasp.Session()
    with pytest.raises(errors.UnknownName) as failure:
        session.run("a = 1;\nb = nope;\nc = 3;")
    assert (failure.value.span.line, failure.value.span.column) == (2, 5)
    assert "c" not in session


def test_a_definition_that_fails_on_the_example_is_kept() -> None:
    session = rasp.Session(example="hello")
    session.run("x = tokens_int + 1;")
    assert session["x"]("12").values == [2, 3]


def test_an_evaluation_error_names_the_place() -> None:
    session = rasp.Session()
    session.run("x = 10 / (indices - 2); y = x + 1;")
    with pytest.raises(errors.DivisionByZero) as failure:
        session["y"]("hello")
    assert (failure.value.sop, failure.value.position, failure.value.operands) == ("x", 2, (10, 0))
    assert 'in `x` at position 2, with 10 and 0, on the input "hello"' in str(failure.value)


def test_unnamed_parts_are_called_by_their_text() -> None:
    session = rasp.Session()
    session.run("y = (1 / indices) + 1;")
    with pytest.raises(errors.DivisionByZero) as failure:
        session["y"]("ab")
    assert failure.value.sop == "1 / indices"


def test_warnings_are_python_warnings() -> None:
    with pytest.warns(rasp.RaspWarning) as caught:
        rasp.Session().run("x = not 1 == 2;")
    assert caught[0].message.diagnostic.code == "W101"


def test_load_searches_the_files_folder_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "sub/main.rasp", 'load "part"; x = part + 1;')
    write(tmp_path, "sub/part.rasp", "part = 1;")
    write(tmp_path, "part.rasp", "part = 100;")
    monkeypatch.chdir(tmp_path)
    session = rasp.Session()
    session.run('load "sub/main";')
    assert (session["x"], session["part"]) == (2, 1)
    session.run('load "part";')
    assert session["part"] == 100
    session.run('load "reverse";')
    assert session["reverse"]("ab").values == ["b", "a"]
    assert rasp.load(tmp_path / "sub" / "main.rasp")["x"] == 2


def test_a_loaded_file_sees_the_prelude_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "part.rasp", "_p = 2; def getit() { return _p; } t = tokens; x = secret;")
    monkeypatch.chdir(tmp_path)
    session = rasp.Session()
    found = session.run('secret = 1; tokens = tokens_int; load "part";', keep_going=True)
    assert [error.code for error in found] == ["R201"]
    assert session["getit"]() == 2
    assert session["t"]([1]).values == ["1"]
    assert "_p" not in session


def test_best_of_a_program_and_of_a_file_it_loads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "part.rasp", "last = best(full_s, indices); def kept(s) { return best(s, tokens); }")
    write(tmp_path, "other.rasp", "best = 7; def kept(s) { return best; }")
    monkeypatch.chdir(tmp_path)
    session = rasp.Session()
    session.run('best = 3; load "part"; load "dyck"; a = best + 1;')
    assert session["a"] == 4
    assert session.names()[0] == "best"
    assert session["last"]("ab").matrix.tolist() == [[False, True]] * 2
    assert session.eval("kept(full_s)")("ba").matrix.tolist() == [[True, False]] * 2
    assert session.eval('dyck_ptf_best(["<>"])("<>")') == ["P", "T"]
    session.run('load "other";')
    assert (session["best"], session.eval("kept(full_s)")) == (7, 7)


def test_best_is_a_function_from_the_start() -> None:
    session = rasp.Session()
    assert "best" in session
    assert session.names() == []
    assert session["best"].signature == "best(selector, scores)"
    assert session["best"](session["full_s"], rasp.indices).is_same(session.eval("best(full_s, indices)"))
    with pytest.raises(errors.NotASelector):
        session["best"](rasp.indices, 1)
    with pytest.raises(errors.UnknownName, match="`best`"):
        session.run("a = betst(full_s, tokens);")


def test_near_is_a_scorer_from_the_start() -> None:
    session = rasp.Session()
    assert "near" in session
    assert session["near"] is rasp.near
    nearest = session.eval("best(full_s, near)")
    assert rasp.best(session["full_s"], rasp.near).is_same(nearest)
    assert session["best"](session["full_s"], rasp.near).is_same(nearest)
    assert "best(full_s, near)" in str(session.architecture(nearest))
    assert (repr(rasp.near), session.names()) == ("<scorer near>", [])
    with pytest.raises(errors.NotAnSOp, match=r"best\(selector, near\)"):
        rasp.aggregate(session["full_s"], rasp.near)


def test_a_load_cycle_shows_the_chain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a.rasp", 'load "b";')
    write(tmp_path, "b.rasp", 'load "c";')
    write(tmp_path, "c.rasp", 'load "a";')
    monkeypatch.chdir(tmp_path)
    with pytest.raises(errors.LoadCycle, match='"a" → "b" → "c" → "a"'):
        rasp.Session().run('load "a";')


def test_commands_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a.rasp", 'set example "ab"\nexamples off\na = 1;\nexit\nb = 2;')
    monkeypatch.chdir(tmp_path)
    session = rasp.Session()
    session.run('load "a"; c = 3;')
    assert session.names() == ["a", "c"]
    assert session.settings.sop_example == ("a", "b")
    assert session.settings.sop_examples


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    session = rasp.Session()
    write(tmp_path, "a.rasp", "").write_bytes(b"a = \xff;")
    with pytest.raises(errors.NotUtf8):
        session.run_file(tmp_path / "a.rasp")
    with pytest.raises(errors.FileMissing):
        session.run_file(tmp_path / "b.rasp")
    with pytest.raises(errors.UnreadableFile):
        session.run_file(tmp_path)
    with pytest.raises(errors.FileMissing):
        session.run('load "a\0b";')


def test_inputs_of_every_sort() -> None:
    tokens = rasp.tokens_asis
    assert tokens(np.array([1, 2])).values == [1, 2]
    assert tokens(np.array(["a", "b"])).kind == "string"
    assert tokens((1.5, 2)).values == [1.5, 2.0]
    for wrong, error in (
        ("", errors.EmptyInput),
        (5, errors.BadInput),
        ([[1]], errors.BadInput),
        (None, errors.BadInput),
    ):
        with pytest.raises(error):
            tokens(wrong)


def test_a_batch_keeps_the_order() -> None:
    results = rasp.tokens.batch(["hello", "hey", [1, 2], "world"])
    assert ["".join(r.values) for r in results] == ["hello", "hey", "12", "world"]
    assert rasp.tokens.batch([]) == []


def test_generate() -> None:
    session = rasp.Session()
    session.run('last = tokens[-1]; output = "x" if length < 4 else "";')
    assert session.generate("output", "ab") == ["x", "x"]
    assert session.generate("output", "ab", max_steps=1) == ["x"]
    assert session.generate("last", "ab", until="b") == []
    with pytest.raises(errors.NotAnSOp):
        session.generate("full_s", "ab")


def test_both_languages_build_the_same_nodes() -> None:
    session = rasp.Session()
    pairs = [
        ("indices + 1", rasp.indices + 1),
        ("1 - indices", 1 - rasp.indices),
        ("indices ^ 2", rasp.indices**2),
        ("2 ^ indices", 2**rasp.indices),
        ("indices % 2 == 0", rasp.indices % 2 == 0),
        ("-indices", -rasp.indices),
        ('(tokens == "a") and (indices > 0)', (rasp.tokens == "a") & (rasp.indices > 0)),
        ("not (indices > 0)", ~(rasp.indices > 0)),
        ("tokens[-1]", rasp.tokens[-1]),
        ('tokens in ["a", "b"]', rasp.isin(rasp.tokens, ["a", "b"])),
        ('"a" in tokens', rasp.isin("a", rasp.tokens)),
        ("1 if indices > 0 else 2", rasp.where(rasp.indices > 0, 1, 2)),
        ('{"a": 1}[tokens]', rasp.lookup({"a": 1}, rasp.tokens)),
        ("round(indices / 2)", rasp.round(rasp.indices / 2)),
        ("indicator(indices > 0)", rasp.indicator(rasp.indices > 0)),
        ("select(indices, 1, <)", rasp.select(rasp.indices, 1, "<")),
        ("not select(indices, 1, <)", ~rasp.select(rasp.indices, 1, "<")),
        ("best(full_s, tokens)", rasp.best(session["full_s"], rasp.tokens)),
        ("best(full_s, 1)", rasp.best(session["full_s"], 1)),
        ("selector_width(full_s)", rasp.selector_width(session["full_s"])),
        ("aggregate(full_s, indices, 5)", rasp.aggregate(session["full_s"], rasp.indices, 5)),
    ]
    for text, built in pairs:
        assert session.eval(text).is_same(built), text


def test_an_sop_has_no_truth_value() -> None:
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(rasp.tokens == "a")
    with pytest.raises(rasp.RaspError):
        bool(rasp.select(1, 1, "=="))
    with pytest.raises(TypeError):
        iter(rasp.tokens)


def test_values_that_are_not_rasps() -> None:
    for wrong in (None, object(), b"x", 1j):
        with pytest.raises(rasp.RaspError):
            rasp.indices + wrong


def test_numpy_scalars_are_atoms() -> None:
    assert (rasp.indices + np.int64(2)).is_same(rasp.indices + 2)


def test_functions_from_python() -> None:
    session = rasp.Session()
    session.run("def twice(f, x) { return f(f(x)); } def inc(x) { return x + 1; } l = [1, [inc]]; d = {1: tokens};")
    assert session["twice"](session["inc"], 3) == 5
    assert session["l"][1][0](4) == 5
    assert session["d"][1]("a").values == ["a"]
    with pytest.raises(errors.WrongArgumentCount):
        session["inc"]()
    with pytest.raises(errors.WrongOperand):
        session["inc"]("a")


def test_a_deep_chain_evaluates() -> None:
    session = rasp.Session()
    session.run("x = indices; for i in range(10000) { x = x + 1; }")
    assert session["x"]("ab").values == [10000, 10001]


def test_a_session_survives_every_error() -> None:
    session = rasp.Session()
    for text in ("nope;", "1 +;", "x = (1;", 'load "nope";', "draw(3);", "set example 5\n", "def f( { }"):
        assert session.run(text, keep_going=True), text
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert session.run("y = 2;") == []
    assert session["y"] == 2
