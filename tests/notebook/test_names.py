"""Names pass between Python and cells in both ways."""

from __future__ import annotations

import pytest

import rasp
from rasp.errors import BadTarget, KeywordAsName, NotAnSOp, RaspError, ReservedName, UnknownCharacter, UnknownName


def test_cells_use_the_s_ops_of_python(run) -> None:
    run.variables["shifted"] = rasp.indices + 1
    run.variables["same"] = rasp.select(rasp.tokens, rasp.tokens, "==")
    run("twice = 2 * shifted; hist = selector_width(same);")
    assert run.session["twice"]("abc").values == [2, 4, 6]
    assert run.session["hist"]("aab").values == [2, 2, 1]
    run.variables["shifted"] = rasp.indices + 2
    run("twice = 2 * shifted;")
    assert run.session["twice"]("abc").values == [4, 6, 8]


def test_names_of_the_session_and_the_language_come_first(run) -> None:
    run.variables["length"] = run.variables["a"] = rasp.indices
    run("a = 1; b = length;", "")
    run("c = a; a = 5;")
    assert (run.session["c"], run.session["b"]("ab").values) == (1, [2, 2])
    run("d = a;")
    assert run.session["d"] == 5


def test_only_s_ops_and_selectors_are_taken_from_python(run) -> None:
    run.variables.update(number=3, text=rasp.tokens)
    with pytest.raises(RaspError, match="unknown name"):
        run("a = number;")
    run('b = "text"; # text')
    assert "text" not in run.session


def test_a_name_that_a_cell_gave_another_value_is_no_longer_that_of_python(run) -> None:
    run.variables["a"] = rasp.indices
    run("b = a; a = 7;")
    run("b = a;")
    assert run.session["b"] == 7


def test_export_makes_variables(run, capsys: pytest.CaptureFixture[str]) -> None:
    run(
        'a = indices;\nb, c = 1, [2];\ndef f(x) { return x; }\nlambda = 4;\na + 1;\nload "sort";',
        "--export",
    )
    run("for i in [1, 2] { last = i; }", "--export")
    assert run.variables["last"] == 2
    assert run.variables["a"].is_same(rasp.indices)
    assert (run.variables["b"], run.variables["c"]) == (1, [2])
    assert run.variables["f"](rasp.tokens).is_same(rasp.tokens)
    assert not {"lambda", "out"} & set(run.variables)
    out = capsys.readouterr().out
    assert "`lambda` is a keyword of Python" in out
    assert "`sorted` now hides Python's own" in out
    run("d = 1;")
    assert "d" not in run.variables


def test_export_leaves_modules_and_what_cells_need(run, capsys: pytest.CaptureFixture[str]) -> None:
    run.variables["rasp"] = rasp
    run.variables["get_ipython"] = len
    run("rasp = tokens;\nget_ipython = tokens;\nrasp_session = 3;\nrasp;", "--export")
    assert run.variables["rasp"] is rasp
    assert run.variables["get_ipython"] is len
    assert run.variables["rasp_session"] is run.session
    out = capsys.readouterr().out
    assert out.count("is needed in cells, so it stays a name of the session alone.") == 3


def test_a_cell_that_fails_exports_what_it_had(run) -> None:
    with pytest.raises(RaspError):
        run("a = 1; b = nope; c = 2;", "--export")
    assert run.variables["a"] == 1
    assert "c" not in run.variables


def test_names_of_a_session_are_attributes() -> None:
    session = rasp.Session()
    session.run("hist = selector_width(select(tokens, tokens, ==));")
    assert session.names.hist("aab").values == [2, 2, 1]
    session.names.more = session.names.hist + 1
    session.run("most = more + 1;")
    assert session.names.most("aab").values == [4, 4, 3]
    assert dir(session.names) == sorted(session.names) == ["hist", "more", "most"]
    assert ("more" in session.names, len(session.names), session.names()) == (True, 3, ["hist", "more", "most"])
    assert not hasattr(session.names, "nothing")
    with pytest.raises(AttributeError, match="unknown name `hits`") as caught:
        _ = session.names.hits
    assert isinstance(caught.value, UnknownName)
    assert "Did you mean `hist`" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "error"),
    [("for", KeywordAsName), ("a, b", BadTarget), ("a = 1; b", BadTarget), ("", BadTarget), ("1", BadTarget),
     ("max", ReservedName), ("é", UnknownCharacter)],
)  # fmt: skip
def test_what_is_no_name_of_a_program(name: str, error: type[RaspError]) -> None:
    session = rasp.Session()
    with pytest.raises(error):
        session[name] = rasp.indices
    assert session.names() == []


def test_what_is_no_value_of_a_program() -> None:
    session = rasp.Session()
    with pytest.raises(NotAnSOp):
        session["a"] = object()
    session["a"] = {"x": [1, rasp.tokens]}
    assert session.eval('a["x"][1]').is_same(rasp.tokens)
