"""Commands that look at something: names, layers, drawings, sources, times, long values."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rasp.base.diagnostics import display_width
from rasp.conversation.display import WIDEST_LINE, Screen
from tests.repl.conftest import HIST, Talk


def test_names_fit_the_screen(talk: Talk) -> None:
    talk("# " + "日本語" * 30 + "\na = 1;\n# 👩\u200d👧" + "👩\u200d👧" * 40 + "\nb = 1;")
    assert [display_width(line) in (79, 80) for line in talk(":names").splitlines()] == [True, True]


def test_layers_and_heads(talk: Talk) -> None:
    talk(HIST)
    assert " ".join(talk(":arch sort(tokens, tokens)").splitlines()[:2]).endswith(
        "2 layers, 2 heads at most (2, 1) without BOS"
    )
    assert talk(":arch hist;").splitlines()[0] == "hist: 1 layer, 2 heads at most (2) without BOS"
    assert talk(":help hist").splitlines()[-1] == "  1 layer, 2 heads at most (2) without BOS"
    assert talk(":help length").splitlines()[-1] == "  1 layer, 1 head at most (1) without BOS"
    assert "needs an s-op or a selector, not an int 3" in talk(":arch 3")


def test_drawings(talk: Talk, tmp_path: Path) -> None:
    talk(HIST)
    assert talk(":draw hist").splitlines()[0].startswith('hist("hello")')
    assert talk(":draw hist + 1.5").splitlines()[0].startswith("(hist + 1.5)")
    assert talk(":draw hist flow.svg") == "drawn: flow.svg"
    assert (tmp_path / "flow.svg").read_text().startswith("<")
    assert "error[R" in talk(":draw hist no/such/flow.svg")
    assert "error[R" in talk(":draw hist flow.xyz")
    assert "needs an s-op or a selector, not an int 3" in talk(":draw 3")
    assert "unknown name" in talk(":draw nope")


def test_source(talk: Talk) -> None:
    definition = "# Twice.\ndef twice(x) {\n   return 2 * x; # so\n}"
    talk(f"{definition}\nb = twice(\n  3);")
    assert talk(":source twice") == "# Twice.\ndef twice(x) {\n    return 2 * x;  # so\n}"
    assert talk(":source b") == "b = twice(3);"
    assert "def sort(seq, key) {" in talk(":source sort")


def test_time(talk: Talk) -> None:
    talk(HIST)
    assert "hist: built in " in talk(":time hist")
    assert 'evaluated on "hello"' in talk(":time hist")
    assert talk(":time 1 + 2").startswith("1 + 2: ")
    assert "error[R403]" in talk(":time tokens_int")


def test_long_values_are_folded_until_asked(talk: Talk) -> None:
    assert talk("l = range(540);").endswith("59, … 480 more]")
    assert talk(":full").endswith("538, 539]")
    talk('set example "' + "ab" * 270 + '"')
    assert "… 480 more] (strings)" in talk("tokens;")
    assert "more" not in talk(":full").partition(" = ")[2]
    assert "… 600 more …" in talk("x = 10^1000 - 1;")
    assert "9" * 1000 in talk(":full")
    assert "more characters" in talk('s = ["' + "x" * 5000 + '"];')
    assert "… 1 more" in talk("d = {" + ", ".join(f"{n}: [1]" for n in range(61)) + "};")


def test_a_cut_line_keeps_its_colours(talk: Talk) -> None:
    """Neither is a colour cut in the middle, nor does it go on behind the line."""
    talk.screen = Screen(80, color=True)
    for length in (1990, 1995, 2000, 3000):
        said = talk("x" * length + " = 1;").split("\n")[0]
        assert re.sub("\x1b\\[[0-9;]*m", "", said).partition("…")[0].isprintable()
        assert len(re.sub("\x1b\\[[0-9;]*m", "", said).partition("…")[0]) <= WIDEST_LINE
        assert said.rpartition("\x1b")[2].startswith("[0m")
    assert "x" * 3000 in talk(":full")


def test_many_names_of_a_program_are_folded(talk: Talk, tmp_path: Path) -> None:
    (tmp_path / "large.rasp").write_text("".join(f"a{number} = {number};\n" for number in range(100)))
    assert talk(":load large").splitlines()[-2:] == [
        "value: a29 = 29",
        "… 70 more; `:names` lists the names, `:full` shows all",
    ]
    assert talk(":full").splitlines()[-1] == "value: a99 = 99"


@pytest.mark.parametrize("name", ['""', ".", "x y.svg", ".svg", "dir/", '"a', "~", "x"])
def test_what_names_no_drawing(talk: Talk, name: str, tmp_path: Path) -> None:
    head, hint = talk(f":draw sort(tokens, tokens) {name};").splitlines()
    assert head == f"error[R115]: `{name}` is no file for a drawing"
    assert "quotes" in hint
    assert list(tmp_path.iterdir()) == []


def test_what_is_wrong_before_a_drawing(talk: Talk) -> None:
    assert "error[R1" in talk(":draw tokens +")
    assert "no file" not in talk(":draw tokens = 3")
    assert "error[R201]" in talk(":draw nope x.svg")


def test_a_text_is_no_name_in_a_command(talk: Talk) -> None:
    talk(HIST)
    for command in ("arch", "draw", "trace"):
        assert f'`:{command}` needs an s-op or a selector, not a string "hist"' in talk(f':{command} "hist"')
