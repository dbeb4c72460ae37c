"""The prompt on prompt_toolkit, driven through a pipe instead of a terminal."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

import pytest
from prompt_toolkit.buffer import Buffer, CompletionState
from prompt_toolkit.completion import Completion
from prompt_toolkit.data_structures import Size
from prompt_toolkit.document import Document
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.input.vt100_parser import Vt100Parser
from prompt_toolkit.key_binding import KeyPress
from prompt_toolkit.keys import Keys
from prompt_toolkit.output import DummyOutput, Output
from prompt_toolkit.output.vt100 import Vt100_Output
from prompt_toolkit.styles import default_ui_style, merge_styles

from rasp import Session
from rasp.conversation.display import Screen
from rasp.repl.history import InputHistory
from rasp.repl.keys import as_one_paste
from rasp.repl.look import STYLE, LineLexer
from rasp.repl.terminal import PastInputs, converse, prompt_session
from tests.repl.conftest import Talk

CONTROL_C, CONTROL_D, CONTROL_G, CONTROL_R = "\x03", "\x04", "\x07", "\x12"
CONTROL_E, TAB, BACK, ALT_ENTER = "\x05", "\t", "\x7f", "\x1b\r"
UP, LEFT = "\x1b[A", "\x1b[D"
Type = Callable[..., list[str]]


def pasted(text: str) -> str:
    return f"\x1b[200~{text}\x1b[201~"


class Loaded(InputHistory):
    """A history that says when a prompt has read it."""

    def __init__(self, file: Path, then: Callable[[], None]) -> None:
        super().__init__(file)
        self.then = then

    async def load(self) -> AsyncGenerator[str, None]:
        async for entry in super().load():
            yield entry
        self.then()


@pytest.fixture
def type_keys(talk: Talk, tmp_path: Path) -> Type:
    """Types keys at a prompt, then leaves with Ctrl-D; what was said. Each text is typed at a prompt of its own."""

    def run(*prompts: str, output: Output | None = None) -> list[str]:
        talk.said.clear()
        waiting = iter([*prompts, CONTROL_D])
        with create_pipe_input() as pipe:
            history = Loaded(tmp_path / "state" / "history", lambda: pipe.send_text(next(waiting, "")))
            too_long = threading.Timer(20, lambda: pipe.send_text(CONTROL_C + CONTROL_D))  # so that nothing hangs
            too_long.start()
            converse(talk.inner, history, pipe, output or DummyOutput())
            too_long.cancel()
        return list(talk.said)

    return run


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (["a = 1;\r"], ["value: a = 1"]),
        (["a = \r1;\r"], ["value: a = 1"]),
        ([f"a = 1;{ALT_ENTER}b = 2;\r"], ["value: a = 1", "value: b = 2"]),
        (["def f(x) {\rreturn x;\r}\r", "f(3);\r"], ["console function: f(x)", "value: out = 3"]),
        ([pasted("a = 1;\nb = a +\n 1;\n:type b\n") + "\r"], ["value: a = 1", "value: b = 2", "b: int 2"]),
        ([pasted("a = 1;\r\nb = 2;") + "\r"], ["value: a = 1", "value: b = 2"]),
        (["\r", "\r"], []),
        (["a = 1" + CONTROL_C, "b = 2;\r"], ["value: b = 2"]),
        (["1;\r", f"{UP}\r"], ["value: out = 1"] * 2),
        (["[1,\r2];\r", f"{UP}\r"], ["list: out = [1, 2]"] * 2),
        (["[1,\r2];\r", f"{UP}{BACK}{BACK}, 3];\r"], ["list: out = [1, 2]", "list: out = [1, 2, 3]"]),
        (["11;\r", "22;\r", f"{CONTROL_R}11\r\r"], ["value: out = 11", "value: out = 22", "value: out = 11"]),
        (["1;\r", "exit\r"], ["value: out = 1"]),
        ([":q\r"], []),
        ([f"1; {TAB}{CONTROL_C}"], []),
        ([":vi\r", "1;\r"], ["vi keys", "value: out = 1"]),
        (["a = 1\r", "a\r"], ["value: a = 1", "value: a = 1"]),
        (["a = 1 +\r2\r"], ["value: a = 3"]),
        (["len([1,\r2])\r"], ["value: out = 2"]),
        ([f"a = 1;{ALT_ENTER}a + 1{ALT_ENTER}\r"], ["value: a = 1", "value: out = 2"]),
        (["a = 1  # one\r", f"{UP}\r"], ["value: a = 1", "value: a = 1"]),
        ([f"a = 1{LEFT}{LEFT}\r"], ["value: a = 1"]),  # Enter anywhere in a line
        ([f"a = 1{ALT_ENTER}+ 2{UP}\r+ 4{CONTROL_E}\x1b[B;\r"], ["value: a = 7"]),  # but not between lines
        ([pasted("a = 1\n  + 2;\nb = a\n* 2") + "\r"], ["value: a = 3", "value: b = 6"]),
        (["a = 1\r  + 2\r\r# three\r  + 3;\r"], ["value: a = 6"]),  # lines of a paste that has no brackets
        (["a = 1\n  + 2\n"], ["value: a = 3"]),
        ([">> a = 1\r.. + 2;\r>> a\r>> a;\r"], ["value: a = 3"] * 3),
        (["a = 1\ra = 2\r:type a\r", f"{UP}\r"], ["value: a = 1", "value: a = 2", "a: int 2", "a: int 2"]),  # in haste
        (["a = 1\r\r"], ["value: a = 1"]),
        (["help = 3\r", "help\r"], ["value: help = 3"] * 2),
        ([f"x{CONTROL_D}{LEFT}{CONTROL_D};{LEFT}3\r"], ["value: out = 3"]),
    ],
)
def test_keys(type_keys: Type, keys: list[str], said: list[str]) -> None:
    assert type_keys(*keys) == said


FOUND = f"{CONTROL_R}1{CONTROL_R}{CONTROL_R}"  # an input of a search, and the one before it


@pytest.mark.parametrize("vi", [":vi\r", ""])
@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (f"3{FOUND}{CONTROL_G};\r", "3"),
        (f"3{FOUND}{CONTROL_C};\r", "3"),
        (f"34;{LEFT}{FOUND}{CONTROL_G}{BACK}\r", "3"),  # the cursor, too
        (f"3{FOUND}\x13\x13{CONTROL_G};\r", "3"),
        (f"{UP}{UP}{FOUND}{CONTROL_G}{UP}\r", "11"),  # the place among the earlier inputs, too
        (f"{CONTROL_R}1{pasted('3')}{CONTROL_G}4;\r", "4"),
    ],
)
def test_a_search_that_is_dropped_leaves_the_line_as_it_was(type_keys: Type, keys: str, said: str, vi: str) -> None:
    assert type_keys(*filter(None, (vi, "11;\r", "21;\r", "31;\r", keys)))[-1] == f"value: out = {said}"


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("1;\n", ["1", ";", "c-j"]),
        ("1;\n2\t", ["1;\n2\t"]),
        ("1;\r2;\n", ["1;\n2;", "c-m"]),
        ("1;\n2;\x1b[A3", ["1;\n2;", "up", "3"]),
        (f"1{pasted('2')}", ["1", "2"]),
        ("", []),
    ],
)
def test_keys_from_before_the_start(typed: str, keys: list[str]) -> None:
    presses: list[KeyPress] = []
    Vt100Parser(presses.append).feed(typed)
    found = [press.data if press.key is Keys.BracketedPaste else press.key for press in as_one_paste(presses)]
    assert found == keys


def test_lines_that_are_pasted_into_a_search_are_the_input(type_keys: Type) -> None:
    assert type_keys("1;\r", f"3{FOUND}{pasted('; a = 4;' + chr(10) + 'b = 5;')}\r")[1:] == [
        "value: out = 3",
        "value: a = 4",
        "value: b = 5",
    ]


@pytest.mark.parametrize(
    "keys", ["indices?\r", "?indices\r", "help indices\r", "help(indices)\r", ">> indices?\r", "? indices ?\r"]
)
def test_questions_are_answered(type_keys: Type, keys: str) -> None:
    assert type_keys(keys)[0].startswith("indices: s-op of the language")


@pytest.mark.parametrize(
    "text",
    [
        ">> c = 4;\nvalue: c = 4\n>> indices?",
        ">> c = 4;\nvalue: c = 4\n>> help indices\nindices: s-op of the language",
        "c = 4;\nindices?",
        "c = 4;\n?indices\n\n",
    ],
)
def test_questions_in_a_paste_are_answered(type_keys: Type, text: str) -> None:
    said = type_keys(f"{pasted(text)}\r")
    assert said[0] == "value: c = 4"
    assert said[1].startswith("indices: s-op of the language")
    assert len(said) == 2


def test_a_name_of_the_paste_is_no_question(type_keys: Type) -> None:
    assert type_keys(pasted(">> help = 3;\n>> help;\n>> help") + "\r") == ["value: help = 3"] * 3


def test_what_ran_is_recorded_with_its_semicolon(type_keys: Type, talk: Talk, tmp_path: Path) -> None:
    type_keys("a = 1 # one\r", f"def f(x) {{\rreturn x;\r}}{ALT_ENTER}b = f(\r2)\r", ":save all\r")
    history = InputHistory(tmp_path / "state" / "history")
    assert list(history.load_history_strings())[1:] == ["def f(x) {\n    return x;\n}\nb = f(\n    2);", "a = 1; # one"]
    saved = (tmp_path / "all.rasp").read_text()
    assert saved == "a = 1;  # one\ndef f(x) {\n    return x;\n}\nb = f(2);\n"
    session = Session()
    session.run(saved)
    assert session["b"] == 2


def typed(talk: Talk) -> str:
    """The last input as it was typed."""
    return next(iter(reversed(list(talk.inner.past()))))


def test_lines_are_set_in(type_keys: Type, talk: Talk) -> None:
    type_keys("def f(x) {\rfor i in [1] {\ry = x;\r}\rreturn y;\r}\r")
    assert typed(talk) == "def f(x) {\n    for i in [1] {\n        y = x;\n    }\n    return y;\n}"


def test_tab_and_backspace_go_in_steps(type_keys: Type, talk: Talk) -> None:
    type_keys(f"def f(x) {{\r{TAB}{BACK}{BACK}y = x;\rreturn y;\r}}\r")
    assert typed(talk) == "def f(x) {\ny = x;\n    return y;\n}"


def test_inputs_of_an_earlier_time_come_back(type_keys: Type, tmp_path: Path) -> None:
    type_keys("def f(x) {\rreturn x;\r}\r")
    assert type_keys(f"{UP}\r") == ["console function: f(x)"]
    assert (tmp_path / "state" / "history").stat().st_mode & 0o777 == 0o600
    assert type_keys(":history\r")[0].startswith("def f(x) {\n    return x;\n}")


def test_suggestions_are_earlier_inputs() -> None:
    history = InputHistory(None)
    for text in ("hist;", "def f(x) {\n    return x;\n}", "hist + 1;"):
        history.append_string(text)
    buffer = Buffer(history=history)

    def suggested(text: str) -> str | None:
        found = PastInputs().get_suggestion(buffer, Document(text))
        return found.text if found is not None else None

    assert suggested("hist") == " + 1;"
    assert suggested("def f(x) {") == "\n    return x;\n}"
    assert suggested("hist + 1;") is suggested("  ") is suggested("nope") is suggested("x" * 10_000) is None


def test_a_history_that_cannot_be_written_is_told_once(type_keys: Type, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("no folder")
    said = type_keys("1;\r", "2;\r")
    assert said[0] == "value: out = 1"
    assert sum("Inputs are not kept" in line for line in said) == 1


def screen_of(type_keys: Type, talk: Talk, *keys: str, columns: int = 60, rows: int = 20) -> str:
    """What is written to a terminal of that size."""
    written = io.StringIO()
    talk.screen = Screen(columns, color=True)
    output = Vt100_Output(written, lambda: Size(rows=rows, columns=columns), term="xterm")
    type_keys("\x1b[1;1R" + "".join(keys), output=output)
    return written.getvalue()


def test_what_a_terminal_gets(type_keys: Type, talk: Talk) -> None:
    written = screen_of(type_keys, talk, 'x = "a";\r')
    assert "\x1b[0;32m" in written  # the string, in green


def test_a_pasted_tab_takes_room(type_keys: Type, talk: Talk) -> None:
    written = screen_of(type_keys, talk, pasted("for i in [1] {\n\ta = i;\n}") + "\r")
    assert "^I" not in written


@pytest.mark.parametrize(("rows", "closed", "opened"), [(4, 1, 2), (10, 2, 5), (24, 6, 8), (60, 8, 8)])
def test_the_menu_takes_no_more_room_than_there_is(talk: Talk, rows: int, closed: int, opened: int) -> None:
    output = Vt100_Output(io.StringIO(), lambda: Size(rows=rows, columns=80), term="xterm")
    with create_pipe_input() as pipe:
        prompts = prompt_session(talk.inner, InputHistory(None), pipe, output)
    assert prompts.reserve_space_for_menu == closed
    prompts.default_buffer.complete_state = CompletionState(Document(""), [Completion("tokens")])
    assert prompts.reserve_space_for_menu == opened


def test_nothing_is_coloured_where_that_is_not_wanted(type_keys: Type, talk: Talk) -> None:
    talk.screen = Screen(80, color=False)
    written = io.StringIO()
    output = Vt100_Output(written, lambda: Size(rows=20, columns=80), term="xterm", enable_cpr=False)
    type_keys('x = "a"; # note\r', output=output)
    assert ";32m" not in written.getvalue()
    assert ";9" not in written.getvalue()


@pytest.mark.parametrize(("columns", "shown"), [(1, "\n"), (5, "k"), (20, "sort(tok")])
def test_narrow_terminals(type_keys: Type, talk: Talk, columns: int, shown: str) -> None:
    written = screen_of(type_keys, talk, f"x = sort(tok{TAB}{CONTROL_C}", columns=columns, rows=4)
    assert shown in re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", written)


def test_a_line_is_coloured_as_it_is_typed() -> None:
    line = LineLexer().lex_document(Document('x = "a";\n# note\n' + "y" * 10_000))
    assert [style for style, text, *_ in line(0) if text == '"a"'] == ["class:pygments.literal.string"]
    assert [style for style, text, *_ in LineLexer().lex_document(Document('x = "a'))(0) if text == '"a'] == [
        "class:pygments.literal.string"
    ]
    assert line(1) == [("class:pygments.comment.single", "# note")]
    assert line(2) == [("", "y" * 10_000)]
    assert line(3) == []


def test_the_colours_are_the_terminals_own() -> None:
    """Others may not be seen on a background of the user's choice."""
    style = merge_styles([default_ui_style(), STYLE])
    for names, _ in STYLE.style_rules:
        attributes = style.get_attrs_for_style_str(f"class:{names}")
        assert all(not color or color.startswith("ansi") for color in (attributes.color, attributes.bgcolor)), names
