"""What Python users and odd programs may hand to a session: it must refuse them, or do them right, and never hang."""

from __future__ import annotations

import copy
import os
import pickle
import threading
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import rasp
from rasp import errors
from rasp.base.resources import folder
from rasp.engine.evaluate import evaluate
from rasp.present.text import value_text
from rasp.runtime.prelude import prelude
from rasp.session.session import Session


def test_nodes_stay_themselves_in_copies_and_do_not_travel() -> None:
    sop = rasp.indices + 1
    assert copy.deepcopy(sop).is_same(sop)
    assert copy.copy([sop])[0].is_same(sop)
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(sop.node)


def test_errors_travel_without_their_node() -> None:
    with pytest.raises(errors.DivisionByZero) as failure:
        (1 / rasp.indices)("ab")
    back = pickle.loads(pickle.dumps(failure.value))
    assert (str(back), back.position, back.node) == (str(failure.value), 0, None)


@pytest.mark.parametrize(
    "wrong", [float("nan"), float("inf"), np.float64("-inf"), 10**100_001], ids=["nan", "inf", "numpy", "huge"]
)
def test_atoms_that_no_sequence_may_hold(wrong: Any) -> None:
    session = Session()
    session.run("def same(x) { return x; }")
    earlier = rasp.select(rasp.indices, rasp.indices, "<")
    for build in (
        lambda: rasp.indices + wrong,
        lambda: rasp.where(rasp.indices == 0, wrong, 1),
        lambda: rasp.aggregate(earlier, 1, wrong),
        lambda: rasp.lookup([wrong, 1], rasp.indices),
        lambda: rasp.select(rasp.indices, wrong, "<"),
        lambda: session["same"](wrong),
        lambda: rasp.tokens_asis([wrong]),
    ):
        with pytest.raises(rasp.RaspError):
            build()


def test_other_things_are_no_values() -> None:
    class Foo:
        inner = 3

    for wrong in (Foo(), np.complex128(1j), np.datetime64("2020-01-01"), {(1,): 2}, {rasp.indices: 1}, b"a"):
        with pytest.raises(rasp.RaspError):
            rasp.isin(rasp.tokens, [wrong])
    with pytest.raises(rasp.RaspError):
        rasp.SOp(3)
    with pytest.raises(rasp.RaspError):
        np.array([1, 2]) + rasp.indices
    with pytest.raises(rasp.RaspError):
        rasp.select(1, 1, "==") == rasp.select(1, 1, "==")  # noqa: B015


def test_lists_that_python_cannot_walk() -> None:
    session = Session()
    endless: list[Any] = []
    endless.append(endless)
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    for wrong in (endless, deep):
        with pytest.raises(errors.NestedTooDeep):
            session["len"](wrong)
    session.run("l = []; for i in range(100000) { l = [l]; }")
    with pytest.raises(errors.NestedTooDeep):
        session["l"]


def test_lists_that_stand_in_others_many_times() -> None:
    session = Session()
    session.run("l = []; m = []; for i in range(60) { l = [l, l]; m = [m, m]; } n = [m, 1];")
    assert session.eval("l == m") is True
    assert session.eval("[l == n, l != m, l in [1, m], [l, 1] < [m, 2], [l, 2] <= [m, 2]]") == [
        False,
        False,
        True,
        True,
        True,
    ]
    assert len(session["l"]) == 2


def test_empty_lists_times_anything() -> None:
    session = Session()
    assert session.eval("[] * 10^30") == session.eval("[1] * (0 - 10^30)") == []


def test_inputs_are_any_sequence() -> None:
    assert rasp.indices(range(3)) == [0, 1, 2]
    assert rasp.tokens(rasp.tokens("abc")) == ["a", "b", "c"]
    assert Session(example=np.array([1, 2])).settings.sop_example == (1, 2)
    with pytest.raises(errors.BadInput):
        rasp.indices(b"abc")


def test_a_batch_of_unlike_inputs_gives_what_each_gives_alone() -> None:
    mean = Session().eval("average(tokens_asis)")
    inputs = [[2**53 + 1, 0, 3], [2, -2.5, 1], [2**70, 1, 1], [1.5, 2**53 + 1, 0]]
    assert [r.values for r in mean.batch(inputs)] == [mean(given).values for given in inputs]
    assert mean([2**53 + 1, 0.5, 0.25]).values == pytest.approx([(2**53 + 1.75) / 3] * 3)
    ones = Session().eval("aggregate(select(tokens_asis, 1, ==), tokens_asis)")
    assert [r.values for r in ones.batch([["a", "b"], [1, 1]])] == [[0, 0], [1.0, 1.0]]
    assert evaluate([ones.node], [("a", "b"), (1, 1)])[1][0].kind == "float"


def test_a_long_name_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session()
    found = session.run(f'load "{"a" * 5000}"; load "{"a/" * 3000}b"; x = 1;', keep_going=True)
    assert [error.code for error in found] == ["R501", "R501"]
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert session.run('load "sort"; load "nope";', keep_going=True)[0].code == "R501"
    assert session["sorted"]("ba") == ["a", "b"]
    os.chdir(tmp_path)


def test_a_function_loads_from_its_own_folder(tmp_path: Path) -> None:
    (tmp_path / "main.rasp").write_text('def f(x) { load "part"; return part + x; }', encoding="utf-8")
    (tmp_path / "part.rasp").write_text("part = 1;", encoding="utf-8")
    session = Session()
    session.run_file(tmp_path / "main.rasp")
    assert session.eval("f(2)") == 3
    assert rasp.load(tmp_path / "main.rasp")["f"](2) == 3


@pytest.mark.parametrize("path", [5, None, b"sort", ["sort"]])
def test_what_is_no_path(path: Any) -> None:
    for takes_path in (rasp.load, Session().run_file):
        with pytest.raises(TypeError, match=f"^a path is a str or Path, not a value of type {type(path).__name__}$"):
            takes_path(path)


def test_a_cycle_through_the_first_file(tmp_path: Path) -> None:
    (tmp_path / "a.rasp").write_text('load "b";', encoding="utf-8")
    (tmp_path / "b.rasp").write_text('load "a";', encoding="utf-8")
    with pytest.raises(errors.LoadCycle, match='"a" → "b" → "a"'):
        Session().run_file(tmp_path / "a.rasp")


def test_the_prelude_can_be_loaded_like_any_file() -> None:
    session = Session()
    session.run('load "prelude"; x = sort(tokens, tokens);')
    assert session["x"]("ba") == ["a", "b"]


def test_a_text_over_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rasp.limits, "source", 1_000_000)
    with pytest.raises(errors.SourceTooLarge):
        Session().run("a = 1234567;\n" * 80_000)


def test_warnings_point_at_the_caller() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        Session().run("x = not 1 == 2;")
        Session().eval("not 1 == 2")
    assert [warning.filename for warning in caught] == [__file__, __file__]


def test_names_of_the_prelude_do_not_depend_on_what_was_used_before() -> None:
    assert repr(Session().eval("[full_s, length]")) == "[<rasp.Selector full_s>, <rasp.SOp length>]"


def test_the_prelude_comes_to_life_once_in_many_threads() -> None:
    fresh = type(prelude())((folder("stdlib") / "prelude.rasp").read_text(encoding="utf-8"))
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(fresh.find_here("sort"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, found))) == 1


def test_many_unknown_names_end_soon() -> None:
    text = "".join(f"name_{i} = {i};" for i in range(1000)) + "".join(f"nome_{i};" for i in range(1000))
    assert len(Session().run(text, keep_going=True)) == 1000


def test_generate_from_an_sop_until_an_atom_of_its_kind() -> None:
    session = Session()
    assert session.generate(rasp.indices, "a", until=3) == [0, 1, 2]
    assert session.generate(rasp.indices, "a", until=True, max_steps=3) == [0, 1, 2]


def test_a_list_that_stands_in_others_many_times_is_shown_in_part() -> None:
    session = Session()
    session.run("l = []; for i in range(60) { l = [l, l]; }")
    assert len(value_text(session.scope.find("l"), session.names_of_nodes)) < 10_000_000


def test_selectors_refuse_the_operators_of_sops() -> None:
    selector = rasp.select(1, 1, "==")
    for build in (lambda: -selector, lambda: selector < 1, lambda: selector[0], lambda: 1 + selector):
        with pytest.raises(rasp.RaspError):
            build()
