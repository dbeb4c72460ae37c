"""Real terminals: tmux types into `rasp`, and reads back what stands on the screen."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.repl.tmux import Terminal, missing

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "tmux is here")

LONG = "for i in range(10^7) { a = [j for j in range(1000)]; }"
Start = Callable[..., Terminal]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Opens terminals in the test's folder, which are closed after the test."""
    opened: list[Terminal] = []

    def open_one(*arguments: str, **options: object) -> Terminal:
        folder = tmp_path / str(len(opened))
        folder.mkdir()
        terminal = Terminal(folder, *arguments, **{"TERM": "tmux-256color", **options})
        opened.append(terminal)
        terminal.wait(">>")
        return terminal

    yield open_one
    for terminal in opened:
        terminal.close()


@pytest.fixture(params=["tmux-256color", "dumb"])
def both(request: pytest.FixtureRequest, start: Start) -> Terminal:
    """A terminal that can do everything, and one that can do nothing."""
    return start(TERM=request.param)


def prompts(shown: str) -> list[str]:
    """The lines with a prompt."""
    return [line.rstrip() for line in shown.splitlines() if line.startswith(">>")]


def dropped(terminal: Terminal) -> None:
    """Presses Ctrl-C, and waits for the next prompt: in between, keys belong to the system."""
    terminal.press("C-c")
    terminal.wait(lambda shown: prompts(shown)[-1:] == [">>"])


def test_it_greets_with_three_lines(both: Terminal) -> None:
    lines = both.screen().splitlines()
    assert lines[0].startswith("RASP ")
    assert lines[1].startswith('The example is "hello"')
    assert ":help" in lines[2]
    assert lines[3].startswith(">>")


def test_statements_and_commands(both: Terminal) -> None:
    both.type("# How often.\nhist = selector_width(\nselect(tokens, tokens, ==));\n")
    both.wait('hist("hello") = [1, 1, 2, 2, 1] (ints)')
    both.type("nope;\n")
    both.wait("error[R201]: unknown name `nope`")
    both.type(":help hist\n")
    both.wait("How often.")
    both.type(":trace hist\n")
    both.wait("layer  step")


def test_the_last_semicolon_may_be_left_out(both: Terminal) -> None:
    both.type("a = selector_width(\nselect(tokens, tokens, ==))\n")
    both.wait('a("hello") = [1, 1, 2, 2, 1] (ints)')
    both.type("b = 40 +\n2 # two\n")
    both.wait("value: b = 42")
    both.type("b?\n")
    both.wait("b: int defined here")
    both.paste("c = b\n  + 1;\nd = c\n")
    both.press("Enter")
    both.wait("value: d = 43")
    both.type(":save all\n")
    both.wait("4 statements in all.rasp")
    saved = (both.folder / "all.rasp").read_text()
    assert saved.splitlines() == [
        "a = selector_width(select(tokens, tokens, ==));",
        "b = 40 + 2;  # two",
        "c = b + 1;",
        "d = c;",
    ]


def test_a_paste_without_brackets_is_read_as_a_program(both: Terminal) -> None:
    both.paste("b = indices\n  + 2\n  # and\n\n  + 3;\nc = b\n  [0];\nc;\n", brackets=False)
    shown = both.wait('Example: c("hello") = [5')
    assert 'b("hello") = [5, 6, 7, 8, 9] (ints)' in shown
    assert "out" not in shown
    both.type("d = indices\n")  # by hand, Enter runs it
    both.wait('d("hello") = [0, 1, 2, 3, 4] (ints)')


def test_an_evaluation_is_interrupted(both: Terminal) -> None:
    both.type("kept = 7;\n")
    both.wait("value: kept = 7")
    both.type(f"12321; {LONG}\n")
    both.wait("value: out = 12321")  # and the next statement runs
    both.press("C-c")
    both.wait("Stopped")
    both.type("kept + 1;\n")
    both.wait("value: out = 8")


def test_control_c_again_and_again(both: Terminal) -> None:
    for _ in range(20):
        both.press("C-c")
    both.wait("value: out = 12345", again=lambda: both.type("12345;\n"))  # a late Ctrl-C may drop it
    assert "Traceback" not in both.screen()


def test_control_c_drops_the_input(both: Terminal) -> None:
    both.type("a = ")
    both.press("C-c")
    both.wait(lambda shown: shown.count(">>") > 1)  # what is typed before the prompt is back is gone, as in a shell
    both.type("b = 2;\n")
    both.wait("value: b = 2")


@pytest.mark.parametrize("term", ["tmux-256color", "dumb"])
def test_it_is_suspended_and_comes_back(start: Start, term: str) -> None:
    terminal = start(TERM=term, jobs=True)
    terminal.type("a = 41;\n")
    terminal.wait(lambda shown: "value: a = 41" in shown and prompts(shown)[-1:] == [">>"])
    terminal.type("b = a")
    terminal.wait(">> b = a")
    terminal.press("C-z")
    terminal.wait("SUSPENDED")
    terminal.press("Enter")
    if term == "dumb":  # the system forgets the line that was typed half
        terminal.type("b = a")
    else:
        terminal.wait(lambda shown: ">> b = a" in shown.partition("SUSPENDED")[2])
    terminal.type(" + 1;\n")
    terminal.wait("value: b = 42")
    terminal.press("C-d")
    terminal.wait("STATUS 0")


def test_an_evaluation_is_suspended(start: Start) -> None:
    terminal = start(jobs=True)
    terminal.type(f"kept = 41; {LONG}\n")
    terminal.wait("value: kept = 41")
    terminal.press("C-z")
    terminal.wait("SUSPENDED")
    terminal.paste("pasted\n")  # which ends the wait of the shell
    assert "200~" not in terminal.wait("pasted")
    terminal.wait("Stopped", again=lambda: terminal.press("C-c"))
    terminal.type("kept + 1;\n")
    terminal.wait("value: out = 42")


def test_control_d_leaves(both: Terminal) -> None:
    both.type("1;\n")
    both.wait("value: out = 1")
    both.press("C-d")
    both.wait("STATUS 0")


def test_a_pasted_block_runs_statement_by_statement(both: Terminal) -> None:
    both.paste('a = 1;\nnope;\ndef f(x) {\n    return x + a;\n}\n:type f(2)\nset example "ab"\ntokens;\n')
    both.press("Enter")
    shown = both.wait('tokens("ab") = [a, b] (strings)')
    places = [shown.rindex(text) for text in ("value: a = 1", "R201", "console function: f(x)", "f(2): int 3")]
    assert places == sorted(places)


PASTED = "x = 40\n  + 2;\n# Itself.\ndef f(y) {\n    return y;\n}"
ONE_PASTE = ">> x = 40\n..   + 2;\n.. # Itself.\n.. def f(y) {\n..     return y;\n.. }"


@pytest.mark.parametrize(
    "before",
    [
        pytest.param(lambda terminal: terminal.press("C-l"), id="clear"),
        pytest.param(lambda terminal: terminal.press("C-r"), id="search"),
        pytest.param(lambda terminal: terminal.press("C-c"), id="drop"),
        pytest.param(lambda terminal: terminal.resize(70, 25), id="resize"),
        pytest.param(lambda terminal: terminal.type("for i in range(10^5) { a = [j for j in [i]]; }\n"), id="run"),
    ],
)
def test_what_is_pasted_is_one_input(start: Start, before: Callable[[Terminal], None]) -> None:
    terminal = start()
    before(terminal)
    terminal.paste(PASTED)
    shown = terminal.wait(ONE_PASTE)
    assert "value: x" not in shown
    assert "[200~" not in shown
    terminal.press("Enter")
    terminal.wait("value: x = 42\nconsole function: f(y)")


def test_what_is_pasted_before_the_first_prompt_is_one_input(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, TERM="tmux-256color")
    try:
        terminal.paste(PASTED + "\n")
        terminal.wait(ONE_PASTE)
        terminal.press("Enter")
        terminal.wait("value: x = 42\nconsole function: f(y)")
    finally:
        terminal.close()


def test_the_terminal_is_given_back(start: Start) -> None:
    """What is pasted has brackets only in the conversation."""
    terminal = start(jobs=True, EDITOR="sh -c 'echo EDITING; read line'")
    terminal.type(":edit new\n")
    terminal.wait("EDITING")
    terminal.paste("one\n")
    terminal.wait("so nothing runs")
    terminal.press("C-z")
    terminal.wait("SUSPENDED")
    terminal.paste("two\n")  # which ends the wait of the shell
    terminal.wait("tokens: strings")  # the prompt is back
    terminal.paste(PASTED)
    shown = terminal.wait(ONE_PASTE)
    assert all(word in shown for word in ("one", "two"))  # the system shows what is typed
    assert "200~" not in shown
    dropped(terminal)
    terminal.press("C-d")
    terminal.wait("STATUS 0")
    terminal.paste("three\n")
    assert "200~" not in terminal.wait("three")


def test_a_real_prompt(start: Start) -> None:
    """Typing, completion, signature, suggestion, history, of one conversation."""
    terminal = start(columns=100)
    terminal.wait('example "hello" · tokens: strings')
    terminal.type("x = mark_la")
    terminal.wait("mark_last_instance(seq, val)  function  Where seq equals val for the last time.")
    terminal.press("Tab")
    terminal.type("(tokens, ")
    terminal.wait("x = mark_last_instance(tokens,")
    terminal.wait(lambda shown: shown.rstrip().endswith("mark_last_instance(seq, val)"))
    terminal.type('"l");\n')
    terminal.wait("[F, F, F, T, F] (bools)")
    terminal.type("def f(y) {\nreturn y;\n}\n")
    terminal.wait("console function: f(y)")
    terminal.press("Up")
    terminal.wait("..     return y;")
    dropped(terminal)
    terminal.type("x = m")
    terminal.wait('mark_last_instance(tokens, "l");')
    dropped(terminal)
    terminal.press("C-r")
    terminal.type("mark")
    terminal.wait("I-search backward: mark")


def test_keys_of_vi(start: Start) -> None:
    terminal = start()
    terminal.type(":vi\n")
    terminal.wait("vi insert")
    terminal.type("12;")
    terminal.press("Escape")
    terminal.wait("vi normal")
    terminal.type("0x")
    terminal.press("Enter")
    terminal.wait("value: out = 2")


def test_it_is_coloured(start: Start) -> None:
    terminal = start()
    terminal.type('def f(x) { return "text"; }')
    terminal.wait('"text"')
    assert "\x1b[32m" in terminal.screen(escapes=True).replace("\x1b[0;32m", "\x1b[32m")
    terminal.press("Enter")
    terminal.type("full_s;\n")
    terminal.wait("o |")
    assert "\x1b[46m" in terminal.screen(escapes=True)


def test_no_color(start: Start) -> None:
    terminal = start(NO_COLOR="1")
    terminal.type('x = "text"; full_s;\n')
    terminal.wait("o | 1 1 1 1 1")
    assert not any(f"\x1b[{code}m" in terminal.screen(escapes=True) for code in (32, 35, 46))


def test_resizing_while_a_menu_is_open(start: Start) -> None:
    terminal = start()
    terminal.type("x = to")
    terminal.wait("tokens_asis")
    for size in ((20, 8), (100, 40), (3, 2), (60, 12)):
        terminal.resize(*size)
    terminal.wait(">> x = to")
    dropped(terminal)
    terminal.type("12345;\n")
    terminal.wait("value: out = 12345")


def test_twenty_columns(start: Start) -> None:
    terminal = start(columns=20, rows=12)
    terminal.type("full_s;\n")
    terminal.wait("o |")
    terminal.type("tokens;\n")
    terminal.wait("(strings)")


def test_history_survives_a_kill(start: Start, tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    terminal = start(XDG_STATE_HOME=str(tmp_path / "shared"), RASP_TEST=str(pid))
    terminal.type("def f(x) {\nreturn x;\n}\n")
    terminal.wait("console function")
    for process in Path("/proc").glob("[0-9]*") if Path("/proc/self/environ").exists() else ():
        try:
            mine = f"RASP_TEST={pid}".encode() in (process / "environ").read_bytes()
            python = "python" in os.readlink(process / "exe")
        except OSError:
            continue
        if mine and python:
            os.kill(int(process.name), signal.SIGKILL)
    again = start(XDG_STATE_HOME=str(tmp_path / "shared"))
    again.press("Up")
    again.wait("..     return x;")
    assert (tmp_path / "shared" / "rasp" / "history").stat().st_mode & 0o777 == 0o600


def test_going_on_after_a_file(start: Start, tmp_path: Path) -> None:
    file = tmp_path / "prog.rasp"
    file.write_text("a = 1;\nnope;\n_b = a + 1;\n")
    terminal = start("run", str(file), "--interactive")
    terminal.wait("R201")
    terminal.type("_b;\n")
    terminal.wait("value: _b = 2")


def test_embedding(start: Start) -> None:
    script = "import rasp, rasp.repl; s = rasp.Session(); s.run('a = 41;'); rasp.repl.embed(s); print('b is', s['b'])"
    terminal = start(script=script)
    terminal.type("b = a + 1;\n")
    terminal.wait("value: b = 42")
    terminal.press("C-d")
    terminal.wait("b is 42")


REFUSAL = "input(); print('%output %0 x\\n\\n%begin 1 2 0\\n%end 1 2 0\\n%begin 1 3 1\\nno\\n%error 1 3 1', flush=True)"


def test_what_tmux_refuses_is_told(start: Start) -> None:
    """Its answer then ends otherwise, and whoever waits for the usual end waits for ever."""
    terminal = start()
    watcher = terminal._watcher
    command, pipe = [sys.executable, "-c", REFUSAL], subprocess.PIPE
    terminal._watcher = subprocess.Popen(command, bufsize=0, stdin=pipe, stdout=pipe)
    with terminal._watcher, pytest.raises(AssertionError, match="tmux refuses"):
        terminal.screen()
    terminal._watcher, terminal._read = watcher, b""
