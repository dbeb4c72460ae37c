"""`rasp` with a pipe on standard input: what it prints, when it prints it, and how it ends."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.processes import Rasp, Talk, environment, start


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("indices;", ["s-op: indices", '    Example: indices("hello") = [0, 1, 2, 3, 4] (ints)']),
        ("a = indices * 0 + 5;", ["s-op: a", '    Example: a("hello") = [5]*5 (ints)']),
        ("a = 5; a;", ["value: a = 5", "value: a = 5"]),
        ('"text"; True; 1.5;', ['value: out = "text"', "value: out = True", "value: out = 1.5"]),
        ("l = [1, 2];", ["list: l = [1, 2]"]),
        ("d = {1: 2};", ["dict: d = {1: 2}"]),
        ("def f(x, y) { return x; }", ["console function: f(x, y)"]),
        ("for i in [1, 2] {\n    a = i;\n}\na;", ["value: a = 2"]),
        ('length("abc");', ["= [3]*3 (ints)"]),
        ('(indices / 3)("abc");', ["= [0.0, 0.333, 0.667] (floats)"]),
        ('(indices > 0)("abc");', ["= [F, T, T] (bools)"]),
        ('full_s("ab");', ["=", "        a b", "    a | 1 1", "    b | 1 1"]),
        ('load "hist";', ["s-op: hist"]),
        ('load "reverse";', ["s-op: reverse"]),
        ("examples off\nindices;", ["s-op: indices"]),
        ("selector examples off\nfull_s;", ["selector: full_s"]),
        ("s-op examples off\ns-op examples on\nset example [7]\nindices;", ["s-op: indices", None]),
        ('set example "hey"\nshow example', ['s-op example: "hey"', 'selector example: "hey"']),
        ('set selector example "xy"\nshow s-op example;', ['s-op example: "hello"']),
        ("full seq display on\nset example [1, 20]\ntokens_int;", ["s-op: tokens_int", None, None, None, None]),
        ("full seq display on\nx = tokens == tokens;", ["s-op: x", '    Example: x("hello") = [T]*5 (bools)']),
        (
            'full seq display on\nlength("abc");\n("T" if length > 0 else "F")("ab");',
            ["= [3]*3 (ints)", "= [T]*2 (strings)"],
        ),
        ('full seq display on\ntokens("a");', ["=", "    input:  a", "    output: a", "    (strings)"]),
        (">> a = 1;\n.. \n>> a + 1;\nvalue: out = 2\n>> :type a\n", ["value: a = 1", "value: out = 2", "a: int 1"]),
        ("1;\nexit\n2;", ["value: out = 1"]),
        ("quit();\n2;", []),
        ("a\n=\n1\n+ 2 # more\n;\n", ["value: a = 3"]),
        ("a = 1;\r\nb = [1,\r\n2];\r\nset example [1]\r\n", ["value: a = 1", "list: b = [1, 2]"]),
        ("\ufeffa = 1;", ["value: a = 1"]),
        ("# nothing\n\n", []),
        ("", []),
    ],
)
def test_forms(session: Talk, text: str, out: list[str | None]) -> None:
    result = session(text)
    assert result.err == ""
    assert result.status == 0
    assert len(result.lines) == len(out)
    assert all(wanted in (None, line) for line, wanted in zip(result.lines, out, strict=True))


@pytest.mark.parametrize(
    ("text", "out", "codes"),
    [
        ("a = nope;\nb = 2;", ["value: b = 2"], ["R201"]),
        ("a = 1 +;\nb = 2;", ["value: b = 2"], ["R1"]),
        ('load "broken";\nd = 1;', ["value: a = 1", "value: c = 3", "value: d = 1"], ["R201"]),
        ("a = (1", [], ["R1"]),
        ("exit\n", [], []),
        ("nope;\nexit\n", [], ["R201"]),
        (b"a = 1;\n\xff\xfe\nb = 2;\n", ["value: a = 1", "value: b = 2"], ["R502"]),
        (b'a = [1,\n"\xe9",\n2];', ["list: a = [1, 2]"], ["R502"]),
        (b"\x00\x01;\na = 1;", ["value: a = 1"], ["R1"]),
        ("draw(3);\n1;", ["value: out = 1"], ["R305"]),
    ],
)
def test_errors_leave_the_session(session: Talk, text: str | bytes, out: list[str], codes: list[str]) -> None:
    result = session(text)
    assert result.lines == out
    assert result.status == int(bool(codes))
    assert result.err.count("error[") == len(codes)
    assert all(f"error[{code}" in result.err for code in codes)
    assert "Traceback" not in result.err


def test_lines_are_counted(session: Talk) -> None:
    result = session(b"a = 1;\n\xff\n\nb = nope;\n")
    assert "line 2 of the input" in result.err
    assert "<stdin>:4:5" in result.err


def test_a_line_over_the_limit(session: Talk) -> None:
    result = session('a = "' + "é" * 8_500_000 + '";\n1;\nb = 2;\n')
    assert result.lines[-1:] == ["value: b = 2"]
    assert "R601" in result.err


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("x = True or False and False;", "value: x = False", "W101"),
        ("tokens = 3;", "value: tokens = 3", "W102"),
        ("select = 5;", "value: select = 5", "W102"),
    ],
)
def test_a_warning_is_no_failure(session: Talk, text: str, line: str, code: str) -> None:
    result = session(text)
    assert (result.status, result.lines) == (0, [line])
    assert f"warning[{code}]" in result.err


def test_a_sequence_without_a_value_names_the_default_that_stands_in_it(session: Talk) -> None:
    program = "x = aggregate(select(indices, indices - 1, ==), tokens);"
    why = "Nothing is selected at position 0, so the default 0 stands there. A third part gives another: "
    why += 'aggregate(selector, sop, "").'
    result = session(f"{program}\nx;\n:type x\n:trace x\n")
    assert all(why in line for line in result.lines if "in one sequence" in line)
    assert result.out.count(why) == 4
    found = json.loads(session(program, "run", "-", "-s", "x", "-i", "abc", "--json").out)
    assert (found["code"], found["error"].endswith(why)) == ("R404", True)


def test_a_conversation_with_limits(rasp: Rasp, session: Talk) -> None:
    result = session("def f(x) {\n    return x;\n}\n[[f(1)]];\n12345;", "--limit", "int_digits=3")
    assert result.lines == ["console function: f(x)", "list: out = [", "    [1]", "]"]
    assert "error[R602]" in result.err
    assert rasp("--limit", "int_digits=3", "eval", "12345").status == 1
    assert rasp("--limit=int_digits=3", "eval", "12345", "--limit", "int_digits=9").out == "12345\n"
    assert rasp("--limit", "int_digits=3", "hist.rasp", "-i", "ab").lines == ['hist("ab") = [1]*2 (ints)']


@pytest.mark.parametrize(
    ("file", "text", "lines", "status", "codes"),
    [
        ("number.rasp", "n + 1;\n:type n", ["value: n = 3", "value: out = 4", "n: int 3"], 0, []),
        ("number.rasp", "", ["value: n = 3"], 0, []),
        ("number.rasp", "nope;\nn;", ["value: n = 3", "value: n = 3"], 1, ["R201"]),
        ("broken.rasp", "c;", ["value: a = 1", "value: c = 3", "value: c = 3"], 1, ["R201"]),
        ("leaves.rasp", "a;", ["value: a = 1", "value: a = 1"], 0, []),
        ("missing.rasp", "1;", ["value: out = 1"], 1, ["R501"]),
    ],
)
def test_after_a_file(
    session: Talk, programs: Path, file: str, text: str, lines: list[str], status: int, codes: list[str]
) -> None:
    """As a conversation on a pipe: no greeting, no prompts, and 1 if anything failed."""
    (programs / "number.rasp").write_text("n = 3;")
    (programs / "leaves.rasp").write_text("a = 1;\nexit\nb = 2;")
    result = session(text, "run", file, "--interactive")
    assert (result.lines, result.status) == (lines, status)
    assert [line[6:10] for line in result.err.splitlines() if line.startswith("error")] == codes


def test_a_process_of_its_own(programs: Path) -> None:
    with start(cwd=programs) as process:
        out, err = process.communicate("tokens;\nb = é;\n".encode(), timeout=20)
    assert out.decode().splitlines()[1] == '    Example: tokens("hello") = [h, e, l, l, o] (strings)'
    assert "é" in err.decode()
    assert process.returncode == 1


def test_it_answers_each_statement_before_the_next(programs: Path) -> None:
    with start(cwd=programs) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for text, answer in [
            ("a = 3;\n", "value: a = 3\n"),
            ("b = a\n+ 1;\n", "value: b = 4\n"),
            ("def f(x) {\n return x;\n}\n", "console function: f(x)\n"),
            ("show s-op example\n", 's-op example: "hello"\n'),
            ("a; ", "value: a = 3\n"),
        ]:
            process.stdin.write(text.encode())
            process.stdin.flush()
            if text.endswith("\n"):
                assert process.stdout.readline().decode() == answer
        process.stdin.write(b"exit\n")
        process.stdin.flush()
        assert process.stdout.read() == b"value: a = 3\n"
        assert process.wait(timeout=20) == 0


@pytest.mark.parametrize("arguments", [[], ["run", "endless.rasp"]])
def test_interrupt_ends_at_once(programs: Path, arguments: list[str]) -> None:
    loop = "1;\nfor i in range(10 ^ 5) {\n    a = [j for j in range(1000)];\n}\n"
    (programs / "endless.rasp").write_text(loop)
    with start(*arguments, cwd=programs) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        if not arguments:
            process.stdin.write(loop.encode())
            process.stdin.flush()
        process.stdout.readline()
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 130
        assert process.stderr.read() == b""


def test_a_closed_pipe_is_quiet(programs: Path) -> None:
    (programs / "inputs.txt").write_text("abc\n" * 20_000)
    with start("run", "hist.rasp", "--inputs", "inputs.txt", cwd=programs) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(timeout=20) == 0
        assert process.stderr.read() == b""


def test_a_full_disk_is_an_error(programs: Path, full_disk: Path) -> None:
    with full_disk.open("wb") as disk, start("eval", "1", stdout=disk, cwd=programs) as process:
        assert process.stderr is not None
        assert b"cannot be written" in process.stderr.read()
        assert process.wait(timeout=20) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="the shell that closes streams is that of other systems")
@pytest.mark.parametrize(
    ("closing", "message"),
    [
        ("<&-", "error[R504]: standard input cannot be read: it is closed"),
        (">&-", "rasp: the output cannot be written: it is closed"),
    ],
)
def test_a_closed_stream_is_an_error(programs: Path, closing: str, message: str) -> None:
    (programs / "inputs.txt").write_text("abc\n")
    inputs = "-" if closing == "<&-" else "inputs.txt"
    command = f"{shlex.quote(sys.executable)} -m rasp run hist.rasp --inputs {inputs} {closing}"
    done = subprocess.run(
        ["sh", "-c", command], capture_output=True, text=True, cwd=programs, env=environment(), timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr.strip()) == (1, "", message)


def test_many_inputs_take_little_memory(programs: Path) -> None:
    script = "import resource, sys; from rasp.cli import main; status = main(sys.argv[1:]); "
    script += "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr); sys.exit(status)"
    memory = []
    for count in (2_000, 100_000):
        given = "".join(f"{number % 1000}\n" for number in range(count)).encode()
        with start("run", "hist.rasp", "--inputs", "-", cwd=programs, script=script) as process:
            out, err = process.communicate(given, timeout=60)
        assert (process.returncode, out.count(b"\n")) == (0, count)
        memory.append(int(err))
    assert memory[1] < memory[0] * 1.2


@pytest.mark.parametrize(
    ("variables", "colored"),
    [({"NO_COLOR": "1"}, False), ({"NO_COLOR": "", "TERM": "dumb"}, False), ({"NO_COLOR": "", "TERM": "xterm"}, True)],
)
def test_colour_only_on_a_terminal_that_wants_it(programs: Path, variables: dict[str, str], colored: bool) -> None:
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    with start("eval", "nope", stderr=theirs, env=environment(**variables), cwd=programs) as process:
        process.wait(timeout=20)
    assert (b"\x1b[" in os.read(ours, 10_000)) is colored


@pytest.mark.parametrize("command", [":save pp", ":full", ":history", ":reload", ":help tutorial"])
def test_a_pipe_says_what_it_cannot(session: Talk, command: str) -> None:
    result = session(f"a = 1;\n{command}\nb = 2;\n")
    assert result.lines == ["value: a = 1", "value: b = 2"]
    assert "on a pipe nothing is remembered" in result.err
    assert result.status == 1


@pytest.mark.parametrize("question", ["help indices", "indices?", "?indices", "? indices ?", ":help indices"])
def test_questions_on_a_pipe(session: Talk, question: str) -> None:
    alone, copied = session(f"{question}\nc = 4;\n"), session(f">> {question}\nprinted\n>> c = 4;\n")
    assert alone.lines[0].startswith("indices: s-op of the language")
    assert (alone.lines[-1], alone.status, alone.err) == ("value: c = 4", 0, "")
    assert copied == alone


def test_help_may_be_a_name_on_a_pipe(session: Talk) -> None:
    assert session("help = 3;\nhelp;\n>> help;\n").lines[:2] == ["value: help = 3"] * 2
    assert "unknown name `help`" in session("x =\nhelp;\n").err
