"""Rich values, and the IPython extension: with a shell that stands in for IPython's, and with IPython where it is."""

from __future__ import annotations

from pathlib import Path

import pytest

import rasp
from rasp.errors import BadCommand, ConversionFailed, RaspError
from rasp.notebook.magics import RichResult, Stopped
from tests.notebook.shells import Shell
from tests.tags import Tags


def test_sequences_and_selections() -> None:
    page = Tags(rasp.indices("abc")._repr_html_())
    assert page.texts == ["a", "b", "c", "0", "1", "2", "ints"]
    page = Tags(rasp.select(rasp.indices, rasp.indices, "<")("abc")._repr_html_())
    assert page.counts["td"] == 9
    assert page.texts.count("1") == 3


def test_large_ones_are_cut_and_scaled_down() -> None:
    assert "… 400 more" in rasp.indices("x" * 500)._repr_html_()
    page = Tags(rasp.select(rasp.indices, rasp.indices, "<")("x" * 500)._repr_html_())
    assert page.counts["td"] <= 3600
    assert "scaled down" in page.texts[-1]


def test_operators_show_their_name_on_the_example_of_their_session() -> None:
    session = rasp.Session("abb")
    session.run("hist = selector_width(select(tokens, tokens, ==));")
    assert Tags(session["hist"]._repr_html_()).texts[:3] == ["s-op: ", "hist", ' on "abb"']
    session.run('set example "xyz"\n')
    assert ' on "xyz"' in Tags(session["hist"]._repr_html_()).texts
    assert "has no value" in rasp.tokens_int._repr_html_()
    assert Tags(rasp.select(rasp.tokens, rasp.tokens, "==")._repr_html_()).texts[0] == "selector: "


def test_nothing_is_markup() -> None:
    session = rasp.Session(["<b>", '"&'])
    for name in ("tokens", "tokens_int", "full_s"):
        text = session[name]._repr_html_()
        assert "<b></b>" not in text
        assert Tags(text).counts.get("b") == 1


def test_cells_run(displayed: list[RichResult], capsys: pytest.CaptureFixture[str]) -> None:
    shell = Shell()
    rasp.load_ipython_extension(shell)
    run = shell.magics["rasp"]
    run("--keep-going", "a = indices + 1;\nf = full_s; b = 3;\nnope;\n:type a\n")
    run("c = a + b;")
    assert [repr(item).splitlines()[0] for item in displayed] == ["s-op: a", "selector: f", "value: b = 3", "s-op: c"]
    assert [item._repr_html_() is None for item in displayed] == [False, False, True, False]
    assert shell.user_ns["rasp_session"]["b"] == 3
    out = capsys.readouterr().out
    assert "error[R201]" in out
    assert 'a: s-op, ints on "hello"' in out
    shell.user_ns["rasp_session"] = other = rasp.Session()
    run("d = 4;")
    assert other["d"] == 4


def test_the_end_of_a_cell_needs_no_semicolon(displayed: list[RichResult], capsys: pytest.CaptureFixture[str]) -> None:
    shell = Shell()
    rasp.load_ipython_extension(shell)
    run = shell.magics["rasp"]
    run("", "a = 1;\nb = a\n  + 1 # two\n")
    run("b")
    run("--keep-going", "c = 1\nd = 2\n")
    run("", "b?\n")
    run("", "d = 2;\nhelp d")
    assert [repr(item) for item in displayed] == ["value: a = 1", "value: b = 2", "value: b = 2", *["value: d = 2"] * 2]
    out = capsys.readouterr().out
    assert "error[R101]: missing `;`" in out
    assert "b: int defined here" in out
    assert "d: int defined here" in out
    run(":history")
    assert capsys.readouterr().out.startswith("a = 1;\nb = a\n  + 1; # two\nb;\n")


def test_the_session_of_the_cells(displayed: list[RichResult], capsys: pytest.CaptureFixture[str]) -> None:
    """It stays when the extension is loaded again; what is no session is replaced, with a word."""
    shell = Shell()
    rasp.load_ipython_extension(shell)
    shell.magics["rasp"]("", "a = 1;")
    rasp.load_ipython_extension(shell)
    shell.magics["rasp"]("", "b = a;")
    assert shell.user_ns["rasp_session"]["b"] == 1
    assert capsys.readouterr().out == ""
    shell.user_ns["rasp_session"] = 5
    shell.magics["rasp"]("", "c = b;")
    assert capsys.readouterr().out == "`rasp_session` was no rasp.Session; it is the session of the cells again.\n"
    assert shell.user_ns["rasp_session"]["c"] == 1


def test_what_ran_is_of_the_session(
    displayed: list[RichResult], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shell = Shell()
    for text in ("a = 1;", "b = 2;"):
        rasp.load_ipython_extension(shell)
        shell.magics["rasp"](text)
    shell.magics["rasp"](":save both")
    assert (tmp_path / "both.rasp").read_text() == "a = 1;\nb = 2;\n"
    shell.user_ns["rasp_session"] = rasp.Session()
    shell.magics["rasp"]("", "c = 3;\n:save other")
    assert (tmp_path / "other.rasp").read_text() == "c = 3;\n"


def test_history_and_leaving(displayed: list[RichResult], capsys: pytest.CaptureFixture[str]) -> None:
    shell = Shell()
    rasp.load_ipython_extension(shell)
    run = shell.magics["rasp"]
    run("", "a = 1;\n:quit\nb = 2;\n")
    assert "what stands behind it was not run" in capsys.readouterr().out
    run("", "exit\n")
    capsys.readouterr()
    run("c = 3;")
    assert shell.user_ns["rasp_session"].names() == ["a", "c"]
    run(":history")
    assert capsys.readouterr().out == "a = 1;\n:quit\nb = 2;\nexit\nc = 3;\n:history\n"


@pytest.mark.parametrize("text", ["nope;", "a = (1;", ":draw nope", 'load "nothing-of-that-name";', "1 / 0;", ":nope"])
def test_a_failing_cell_raises_at_its_first_error(run, text: str) -> None:
    with pytest.raises(RaspError) as caught:
        run(f"a = 1;\n{text}\nb = 2;")
    assert caught.value._render_traceback_() == [str(caught.value)]  # no lines of rasp, and the cell is quoted
    session = run.session
    assert session.names() == ["a"]
    run("b = a;")  # nothing is left of the cell that failed
    assert session["b"] == 1


def test_a_cell_that_keeps_going_prints_its_errors(run, capsys: pytest.CaptureFixture[str]) -> None:
    run("nope;\na = 1;\nnope;", "--keep-going")
    assert capsys.readouterr().out.count("error[R201]") == 2
    assert run.session["a"] == 1
    with pytest.raises(RaspError):
        run("nope;")


def test_options_of_cells(run) -> None:
    with pytest.raises(BadCommand, match="keep-going"):
        run("a = 1;", "--keep")
    run("b = a;", "--keep-going a = 1;")
    assert run.session["b"] == 1


def test_outside_a_cell_the_session_prints_errors_as_it_is_told(run, capsys: pytest.CaptureFixture[str]) -> None:
    run("a = 1;")
    errors = run.session.run("nope; b = 2;", keep_going=True)
    assert [error.code for error in errors] == ["R201"]
    assert "error[R201]" in capsys.readouterr().out


def test_the_stop_button_ends_a_cell_in_a_line(run, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(rasp.Session, "evaluate", stop)
    with pytest.raises(Stopped) as caught:
        run(":type indices")
    assert caught.value._render_traceback_() == ["Stopped; all that was there before is still there."]


def test_an_error_raised_in_python_shows_its_diagnostic_and_the_own_lines() -> None:
    def convert(text: str) -> object:
        return rasp.tokens_int(text)

    with pytest.raises(ConversionFailed) as caught:
        convert("ab")
    diagnostic, *lines = caught.value._render_traceback_()
    assert diagnostic.startswith("error[R403]")
    assert [line for line in lines if line.startswith("    ")] == [
        '    convert("ab")',
        "    return rasp.tokens_int(text)",
    ]
    assert lines[-2].endswith(", in convert")


def test_in_ipython_itself(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)  # which it would warn of
    testing = pytest.importorskip("IPython.testing.globalipapp", reason="IPython is not installed")
    shell = testing.start_ipython()
    shell.run_line_magic("load_ext", "rasp")
    shell.run_cell_magic("rasp", "", "a = indices + 1;")
    assert "s-op: a" in capsys.readouterr().out
    shell.run_line_magic("reload_ext", "rasp")
    shell.run_line_magic("rasp", ":type a")
    assert "a: s-op, ints" in capsys.readouterr().out


def test_commands_show_the_best_form_of_their_result(run) -> None:
    run("x = indices + 1;\n:draw x\n:arch x\n:compile x ab 3")
    drawing, report, model = run.displayed[1:]
    assert "<iframe" in drawing._repr_html_()
    assert "<table" in report._repr_html_()
    assert "<table" in model._repr_html_()
    assert repr(drawing).startswith('x("hello")')
    assert repr(report).startswith("x: 0 layers")
    assert "parameters" in repr(model)
