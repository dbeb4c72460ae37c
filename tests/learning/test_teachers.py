"""Teachers of a session: s-ops, models, functions in files; and the state of a search in its file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

import rasp
from rasp.errors import RaspError
from rasp.learning import state
from rasp.learning.asking import ask_teacher
from rasp.learning.state import Origin, State, StateKeeper
from rasp.session.teaching import load_function, teacher_of


def test_an_s_op_and_a_model_teach_the_same() -> None:
    sop = rasp.load("reverse")["reverse"]
    model = teacher_of(sop.compile(vocab="ab", max_length=3), "model")
    inputs = [tuple("ab"), tuple("aab"), tuple("a")]
    assert model.ask(inputs) == teacher_of(sop).ask(inputs) == [tuple("ba"), tuple("baa"), tuple("a")]
    assert (model.vocabulary, model.shortest, model.longest) == (("a", "b"), 1, 3)


def test_a_model_refuses_other_inputs() -> None:
    model = teacher_of(rasp.load("reverse")["reverse"].compile(vocab="ab", max_length=2))
    long, good, strange = model.ask([tuple("aaaa"), tuple("ab"), tuple("x")])
    assert (long.code, good, strange.code) == ("R606", ("b", "a"), "R402")


def test_one_of_the_outputs_of_a_model() -> None:
    model = rasp.indices.compile(rasp.tokens, vocab="ab", max_length=2)
    first, second = model.config.outputs
    assert teacher_of(model, output=second).ask([("b",)]) == [("b",)]
    assert teacher_of(model, output=first).ask([("b",)]) == [(0,)]
    for output in ("", "other"):
        with pytest.raises(RaspError, match="which output of the model"):
            teacher_of(model, output=output)


def test_what_cannot_teach() -> None:
    with pytest.raises(RaspError, match="a value of type int cannot teach"):
        teacher_of(3)


# --------------------------------------------------------------------------------------------------- files of Python


def test_a_function_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "beside.py").write_text("STEP = 1\n")
    (tmp_path / "task.py").write_text("import beside\nkey = 3\ndef double(tokens): return [2 * t for t in tokens]\n")
    function = load_function(str(tmp_path / "task.py"), "double")
    assert ask_teacher(teacher_of(function, "double"), [(1, 2)]).data.outputs == ((2, 4),)


def test_what_a_file_prints_is_no_result(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "task.py").write_text("print('read')\ndef same(tokens):\n    print('asked')\n    return tokens\n")
    assert load_function(str(tmp_path / "task.py"), "same")(["a"]) == ["a"]
    assert capsys.readouterr() == ("", "read\nasked\n")


@pytest.mark.parametrize(
    ("content", "name", "code", "message"),
    [
        ("def doubel(): pass", "double", "R201", "It has doubel."),
        ("double = 3", "double", "R402", "double of .* is no function, but a value of type int"),
        ("def f(:", "f", "R402", "task.py cannot be run: SyntaxError"),
        ("a = 1\nb = 1 / 0", "f", "R402", "cannot be run: ZeroDivisionError: division by zero\n.*on line 2"),
        ("import sys; sys.exit(3)", "f", "R402", "cannot be run: SystemExit"),
        ("\0", "f", "R402", "cannot be run: "),
    ],
)
def test_a_bad_file(tmp_path: Path, content: str, name: str, code: str, message: str) -> None:
    (tmp_path / "task.py").write_text(content)
    with pytest.raises(RaspError, match=message) as caught:
        load_function(str(tmp_path / "task.py"), name)
    assert caught.value.code == code


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "task.py").touch()
    for name, code in (("tusk.py", "R501"), (".", "R504"), ("a\0", "R501")):
        with pytest.raises(RaspError) as caught:
            load_function(f"{tmp_path}/{name}", "f")
        assert caught.value.code == code


# --------------------------------------------------------------------------------------------------------------- state

ORIGIN = Origin("12ab", {"seed": 0, "layers": None})


def test_a_state_is_read_back(tmp_path: Path) -> None:
    path = str(tmp_path / "a.state.json")
    kept = State(ORIGIN, {"best": [1, "é\ud800", 10**30], "front": {"a": None}}, state.checksum("x"))
    state.save_state(path, kept)
    assert state.load_state(path) == kept
    ORIGIN.check(state.load_state(path).origin)


@pytest.mark.parametrize(
    ("origin", "message"),
    [
        (Origin("34cd", ORIGIN.settings), "the state is that of other data: its checksum is 34cd, not 12ab"),
        (Origin("12ab", {"seed": 3, "layers": None}), "the state is that of a search with seed 3, not 0"),
        (Origin("12ab", {"seed": 0, "layers": 2}), "the state is that of a search with layers 2, not unset"),
        (Origin("12ab", {}), "the state is that of a search with seed unset, not 0"),
    ],
)
def test_a_state_of_another_search_is_refused(origin: Origin, message: str) -> None:
    with pytest.raises(RaspError) as caught:
        ORIGIN.check(origin)
    assert caught.value.diagnostic.title == message


def test_what_is_no_state(tmp_path: Path) -> None:
    good = json.loads(_saved(tmp_path))
    contents = ["", "[]", "{", "[" * 100_000, "a = 1;", "\ud800", json.dumps(good | {"search": []})]
    contents += [json.dumps(good | {"settings": None}), json.dumps({**good, "format": "other"})]
    for content in contents:
        (tmp_path / "x").write_bytes(content.encode("utf-8", "surrogatepass"))
        with pytest.raises(RaspError, match="x is not the state of a search"):
            state.load_state(str(tmp_path / "x"))
    (tmp_path / "x").write_text(json.dumps(good | {"format": "rasp learn 99"}))
    with pytest.raises(RaspError, match="another version's search: rasp learn 99, not rasp learn 1"):
        state.load_state(str(tmp_path / "x"))
    for name, code in (("y", "R501"), (".", "R504"), ("a\0", "R501")):
        with pytest.raises(RaspError) as caught:
            state.load_state(f"{tmp_path}/{name}")
        assert caught.value.code == code


def _saved(folder: Path) -> str:
    state.save_state(str(folder / "s"), State(ORIGIN, {}))
    return (folder / "s").read_text()


VALUES = (
    st.none() | st.integers() | st.text(max_size=4) | st.dictionaries(st.text(max_size=3), st.integers(), max_size=2)
)


@given(st.dictionaries(st.sampled_from(("format", "data", "settings", "written", "search", "else")), VALUES))
def test_states_of_any_fields(tmp_path_factory: pytest.TempPathFactory, fields: dict[str, Any]) -> None:
    path = tmp_path_factory.mktemp("state") / "x"
    state.save_state(str(path), State(ORIGIN, {}, ""))
    right = json.loads(path.read_text())
    path.write_text(json.dumps(right | fields))
    try:
        ORIGIN.check(state.load_state(str(path)).origin)
    except RaspError:
        event("refused")
        return
    event("taken")
    for name in ("format", "data", "settings"):
        assert fields.get(name, right[name]) == right[name]


def test_a_keeper_writes_every_ten_seconds(tmp_path: Path) -> None:
    times = iter([0.0, 9.0, 10.0, 11.0, 15.0])
    keeper = StateKeeper(str(tmp_path / "s"), ORIGIN, "cafe", clock=lambda: next(times))
    assert [keeper.due, keeper.due] == [False, True]
    keeper.keep({"round": 1})
    assert not keeper.due
    assert state.load_state(str(tmp_path / "s")) == State(ORIGIN, {"round": 1}, "cafe")


def test_a_state_that_cannot_be_written_ends_nothing(tmp_path: Path, full_disk: Path) -> None:
    for path in (str(tmp_path / "no" / "s"), str(full_disk)):
        keeper = StateKeeper(path, ORIGIN)
        keeper.keep({})
        assert keeper.failure is not None
        assert keeper.failure.code == "R505"
    keeper = StateKeeper(None, ORIGIN)
    keeper.keep({})
    assert not keeper.due
