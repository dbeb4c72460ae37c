"""`-` in place of a file: the program on standard input."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.processes import Rasp, Talk, start

HIST = "hist = selector_width(select(tokens, tokens, ==));\n"
LENGTHS = ["--vocab", "ab", "--max-length", "2"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "FILE"],
        ["FILE", "-s", "hist", "-i", "aab"],
        ["run", "FILE", "--inputs", "in.txt", "--jobs", "2"],
        ["check", "FILE"],
        ["arch", "FILE"],
        ["draw", "FILE", "-i", "ab"],
        ["compile", "FILE", *LENGTHS],
        ["test", "sort", "FILE"],
        ["eval", "hist + 1", "-l", "FILE", "-i", "aa"],
        ["generate", "FILE", "-s", "hist", "-i", "aa", "--max-steps", "2"],
        ["verify", "FILE", "hist.safetensors"],
        ["equal", "FILE:hist", "hist.rasp:hist", *LENGTHS],
        ["equal", "FILE:hist", "FILE:hist", *LENGTHS],
    ],
)
def test_a_program_on_standard_input(session: Talk, programs: Path, arguments: list[str]) -> None:
    text = HIST + '# >>> hist("aa")\n# [2, 2]\n'
    (programs / "prog.rasp").write_text(text)
    (programs / "in.txt").write_text("ab\naa\n")
    session("", "compile", "hist.rasp", *LENGTHS, "-o", "hist.safetensors")
    named, piped = (session(text, *(word.replace("FILE", file) for word in arguments)) for file in ("prog.rasp", "-"))
    assert named.status == 0
    assert piped == named


@pytest.mark.parametrize(
    "command",
    [["run"], [], ["arch"], ["draw"], ["test"], ["compile", *LENGTHS], ["eval", "1", "-l"], ["check"]],
)
def test_errors_name_standard_input(session: Talk, command: list[str]) -> None:
    result = session("a = 1;\nb = nope;", *command, "-")
    assert result.status == 1
    assert "<stdin>:2:5" in result.out + result.err


def test_differences_name_standard_input(session: Talk) -> None:
    result = session("hist = indices;", "equal", "-:hist", "hist.rasp:hist", *LENGTHS)
    assert (result.status, result.lines[1]) == (1, "  <stdin>:hist: [0] (ints)")
    result = session("# >>> 1\n# 2", "test", "-")
    assert (result.status, result.lines[0]) == (1, "<stdin>:1: 1")
    assert session("", "test", "-").lines[0].startswith("<stdin>: no examples")


def test_loads_of_standard_input_are_looked_up_here(session: Talk) -> None:
    text = 'load "hist"; twice = hist + hist;'
    assert session(text, "run", "-", "-s", "twice", "-i", "aa").lines == ['twice("aa") = [4]*2 (ints)']
    assert session('load "calc"; twice = number + number;', "check", "-") == (0, "", "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "-", "--inputs", "-"], "only once, and FILE and --inputs would read it twice"),
        (["-", "--inputs", "-"], "only once, and FILE and --inputs would read it twice"),
        (["generate", "-", "-s", "a", "--inputs", "-"], "FILE and --inputs would read it twice"),
        (["check", "-", "hist.rasp", "-"], "only once, and FILE would read it twice"),
        (["eval", "1", "-l", "-", "-l-", "--load=-"], "only once, and --load would read it 3 times"),
        (["run", "-", "--interactive"], "the conversation is on standard input"),
        (["repl", "-"], "the conversation is on standard input"),
        (["model", "show", "-"], "a model is read from a file, not from standard input"),
        (["verify", "hist.rasp", "-"], "a model is read from a file, not from standard input"),
    ],
)
def test_standard_input_is_read_once(session: Talk, arguments: list[str], message: str) -> None:
    result = session(HIST, *arguments)
    assert (result.status, result.out) == (2, "")
    assert message in result.err


def test_a_minus_may_be_an_input(session: Talk) -> None:
    assert session(HIST, "run", "-", "-i", "-").lines == ['hist("-") = [1] (ints)']


@pytest.mark.parametrize(("content", "code"), [(b'a = "\xe9";', "R502"), (b"\x89PNG\r\n\x1a\n\0", "R506")])
def test_what_is_no_program_on_standard_input(session: Talk, content: bytes, code: str) -> None:
    result = session(content, "run", "-")
    assert (result.status, result.err[:12]) == (1, f"error[{code}]:")
    assert "<stdin>" in result.err


def test_the_limit_of_a_source_holds_for_standard_input(session: Talk) -> None:
    result = session("a = 12345;", "run", "-", "--limit", "source=8")
    assert (result.status, result.err.split("\n")[0]) == (1, "error[R601]: <stdin> is larger than 8 bytes")


def test_standard_input_that_is_closed(programs: Path) -> None:
    script = "import os, sys; os.close(0); os.execv(sys.executable, [sys.executable, '-m', 'rasp', 'run', '-'])"
    with start(script=script) as process:
        out, error = process.communicate(timeout=60)
    assert (process.returncode, out) == (1, b"")
    assert error == b"error[R504]: standard input cannot be read: it is closed\n"


def test_a_file_called_minus(rasp: Rasp, programs: Path) -> None:
    (programs / "-").write_text("a = 7;")
    assert rasp("run", "./-").lines == ["value: a = 7"]
