"""`rasp run --inputs` and `rasp generate --inputs`: any number of inputs, jobs, Ctrl-C, closed pipes, progress."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor
from pathlib import Path
from typing import Any

import pytest

from rasp.base.limits import limits
from rasp.cli import main, progress
from rasp.cli.inputs import _decode_lines, _read_lines
from rasp.parallel.processes import Pool
from tests.cli.processes import Rasp, environment, start
from tests.session.executors import Failing

PROGRAMS = """
inverse = 1 / tokens_int;
doubled = tokens + tokens;
earlier = select(indices, indices, <);
next = {"a": "b", "b": "c", "c": ""}[tokens];
"""
WAIT = 60  # seconds after which a test gives up


@pytest.fixture
def many(programs: Path) -> Path:
    """A program and inputs of which some fail."""
    (programs / "many.rasp").write_text(PROGRAMS)
    lines = [str(number) for number in range(1, 400)]
    lines[100:100] = ["", "x", "\udcff"]
    (programs / "in.txt").write_bytes("\n".join(lines).encode(errors="surrogateescape"))
    return programs


# ------------------------------------------------------------------------------------------------------------ jobs


@pytest.mark.parametrize("more", [[], ["--json"], ["--words"]])
def test_jobs_print_the_same(rasp: Rasp, many: Path, more: list[str]) -> None:
    names = [part for name in ("inverse", "doubled", "earlier") for part in ("-s", name)]
    arguments = ["run", "many.rasp", *names, "--inputs", "in.txt", *more]
    one = rasp(*arguments, "--jobs", "1")
    assert rasp(*arguments, "--jobs", "2") == one
    assert one == rasp(*arguments)
    assert one.status == 1
    assert len(one.lines) > 1000


def test_generating_with_jobs(rasp: Rasp, many: Path) -> None:
    (many / "in.txt").write_text("a\nb\nzz\n\nc\n")
    arguments = ["generate", "many.rasp", "-s", "next", "-i", "ba", "--inputs", "in.txt"]
    one = rasp(*arguments)
    assert one.out == "bc\nbc\nc\n\n\n\n"
    assert one.err.count("error[") == 2
    assert one.status == 1
    assert rasp(*arguments, "--jobs", "2") == one


def test_generating_as_json(rasp: Rasp, many: Path) -> None:
    (many / "in.txt").write_text("a\nz a\n")
    result = rasp("generate", "many.rasp", "-s", "next", "--inputs", "in.txt", "--words", "--json")
    first, second = map(json.loads, result.lines)
    assert first == {"sop": "next", "input": ["a"], "value": ["b", "c"]}
    assert (second["input"], second["code"]) == (["z", "a"], "R309")
    assert (result.status, result.err) == (1, "")


@pytest.mark.parametrize("jobs", ["0", "-1", "two", "1.5", "1001", "9" * 30, ""])
@pytest.mark.parametrize("command", ["run", "generate"])
def test_jobs_that_are_no_number(rasp: Rasp, many: Path, command: str, jobs: str) -> None:
    result = rasp(command, "many.rasp", "-s", "next", "-i", "a", f"--jobs={jobs}")
    assert (result.status, result.out) == (2, "")
    assert result.err.endswith("is not a number of processes from 1 to 1000\n")


def test_usage_of_many_inputs(rasp: Rasp, many: Path) -> None:
    result = rasp("run", "many.rasp", "--jobs", "2")
    assert (result.status, result.out) == (2, "")
    assert "--jobs spreads inputs; give them by -i or --inputs" in result.err
    result = rasp("generate", "many.rasp", "-s", "next")
    assert (result.status, result.out) == (2, "")
    assert "give them by -i or --inputs" in result.err


def test_a_matrix_that_is_too_large_to_print_fails_alone(rasp: Rasp, many: Path) -> None:
    (many / "in.txt").write_text("ab\nabcdef\nc\n")
    arguments = ["run", "many.rasp", "-s", "earlier", "--json", "--inputs", "in.txt", "--limit", "collection=30"]
    one = rasp(*arguments)
    assert ["matrix" in json.loads(line) for line in one.lines] == [True, False, True]
    assert json.loads(one.lines[1])["code"] == "R603"
    assert rasp(*arguments, "--jobs", "2") == one


# ------------------------------------------------------------------------------------ children, signals and pipes


def children(pid: int) -> list[int]:
    """The processes that a process has started and that have not ended."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = status.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == pid and state != "Z":
            found.append(int(status.parent.name))
    return found


def ended(pids: list[int]) -> bool:
    """Whether the processes end soon."""
    until = time.monotonic() + WAIT
    while time.monotonic() < until:
        if not any(Path(f"/proc/{pid}/stat").exists() and not zombie(pid) for pid in pids):
            return True
        time.sleep(0.02)
    return False


def zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def feed(process: subprocess.Popen[bytes], lines: int) -> None:
    assert process.stdin is not None
    process.stdin.write(b"".join(b"%d\n" % number for number in range(lines)))
    process.stdin.flush()


needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="this system has no /proc")


@pytest.fixture(params=["1", "2"])
def running(request: pytest.FixtureRequest, many: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A run with so many jobs that has given its first results, and waits for more inputs."""
    with start("run", "many.rasp", "-s", "doubled", "--inputs", "-", "--jobs", request.param, cwd=many) as process:
        feed(process, 300)
        assert process.stdout is not None
        assert process.stdout.readline() == b'doubled("0") = [00] (strings)\n'
        try:
            yield process
        finally:
            process.kill()


@needs_proc
def test_ctrl_c_leaves_no_process(running: subprocess.Popen[bytes]) -> None:
    """As a terminal sends it, to all processes; and in the midst of work."""
    started = children(running.pid)
    feed(running, 1000)
    for pid in (*started, running.pid):
        os.kill(pid, signal.SIGINT)
    assert running.wait(WAIT) == 130
    assert running.stderr is not None
    assert running.stderr.read() == b""
    assert ended(started)


@needs_proc
def test_a_closed_pipe_is_quiet(running: subprocess.Popen[bytes]) -> None:
    started = children(running.pid)
    assert running.stdout is not None
    assert running.stderr is not None
    running.stdout.close()
    try:
        feed(running, 5000)
    except BrokenPipeError:
        running.stdin = None
    assert running.wait(WAIT) == 0
    assert running.stderr.read() == b""
    assert ended(started)


@needs_proc
def test_workers_end_with_a_process_that_is_killed(running: subprocess.Popen[bytes]) -> None:
    started = children(running.pid)
    running.kill()
    assert ended(started)


@needs_proc
def test_results_come_as_inputs_come(running: subprocess.Popen[bytes]) -> None:
    assert running.stdout is not None
    assert running.stdin is not None
    for _ in range(299):
        running.stdout.readline()
    for letter in (b"a", b"b", b"c"):
        running.stdin.write(letter + b"\n")
        running.stdin.flush()
        assert running.stdout.readline() == b'doubled("%s") = [%s] (strings)\n' % (letter, 2 * letter)
    running.stdin.close()
    assert running.wait(WAIT) == 0


@needs_proc
def test_a_killed_worker_is_reported(many: Path) -> None:
    with start("run", "many.rasp", "-s", "doubled", "--inputs", "-", "--jobs", "2", cwd=many) as process:
        feed(process, 300)
        assert process.stdout is not None
        process.stdout.readline()
        workers = [pid for pid in children(process.pid) if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]
        os.kill(workers[0], signal.SIGKILL)
        feed(process, 600)
        process.stdin.close()
        out, err = process.stdout.read(), process.stderr.read()
        assert process.wait(WAIT) == 0
    assert [int(line.split(b'"')[1]) for line in out.splitlines()] == [*range(1, 300), *range(600)]
    assert err.startswith(b"rasp: a worker died; its ")


def test_workers_that_die_again_and_again(rasp: Rasp, many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pool, "submit", Failing(4, lambda: BrokenExecutor("gone")).submit)
    result = rasp("run", "many.rasp", "-s", "doubled", "-i", "a", "--jobs", "2")
    again = "rasp: a worker died; its 1 input runs again"
    lost = "rasp: a worker died 3 times at the same 1 input, perhaps for want of memory: gone"
    assert (result.status, result.out, result.err.splitlines()) == (1, "", [again, again, lost])


PEAK = """
import sys
from rasp.cli import main
status = main(sys.argv[1:])
with open("/proc/self/status") as lines:
    print(next(line.split()[1] for line in lines if line.startswith("VmHWM")), file=sys.stderr)
"""


@needs_proc
@pytest.mark.parametrize("command", ["run", "generate"])
def test_memory_is_bounded(many: Path, command: str) -> None:
    peaks = []
    for count in (2_000, 40_000):
        (many / "in.txt").write_text("\n".join(["abab"] * count))
        arguments = [command, "many.rasp", "-s", "doubled" if command == "run" else "next", "--inputs", "in.txt"]
        with start(*arguments, script=PEAK, cwd=many) as process:
            out, err = process.communicate(timeout=WAIT)
        assert out.count(b"\n") == count
        peaks.append(int(err))
    assert peaks[1] < peaks[0] + 8_000  # kB; the lines alone would be more, and the results much more


# --------------------------------------------------------------------------------------------------- reading lines


class Pieces(io.RawIOBase):
    """A stream that comes in pieces."""

    def __init__(self, pieces: list[bytes]) -> None:
        self.pieces = pieces

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self.pieces.pop(0) if self.pieces else b""
        buffer[: len(piece)] = piece
        return len(piece)


@pytest.mark.parametrize(
    ("pieces", "lines"),
    [
        ([], []),
        ([b"a"], ["a"]),
        ([b"a\nb", b"c", b"d\n", b"\n", b"e\r\n"], ["a", "bcd", "", "e"]),
        ([b"\xef\xbb", b"\xbfa\n\xc3", b"\xa9"], ["a", "é"]),
        ([b"a\x0bb\x0cc\x85"[:5], b"\rd\n"], ["a\x0bb\x0cc\rd"]),
    ],
)
def test_lines_of_a_stream_in_pieces(pieces: list[bytes], lines: list[str]) -> None:
    read = [
        line for line in _decode_lines(_read_lines("-", io.BufferedReader(Pieces(list(pieces))))) if line is not None
    ]
    assert [line.text for line in read] == lines
    assert [line.end for line in read][-1:] == [len(b"".join(pieces))][: len(read)]


def test_a_line_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "memory", 1000)
    pieces = [b"a\n", *[b"x" * 300] * 50, b"\n", b"b"]
    lines = list(_read_lines("-", io.BufferedReader(Pieces(list(pieces)))))
    assert max(map(len, lines)) < 2000
    read = [line.text for line in _decode_lines(lines)]
    assert (read[0], read[1].code, read[2]) == ("a", "R606", "b")
    assert str(read[1]).startswith("error[R606]: line 2 of the inputs is too long: it takes more than 1000 bytes")


# -------------------------------------------------------------------------------------------------------- progress


class Terminal(io.StringIO):
    """A terminal; `screen` has the lines as they stand there in the end."""

    def isatty(self) -> bool:
        return True

    def screen(self) -> list[str]:
        lines = []
        for line in self.getvalue().split("\n"):
            shown: list[str] = []
            for part in line.split("\r"):
                shown[: len(part)] = part
            lines.append("".join(shown).rstrip())
        return lines


def terminal_of(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Standard output and standard error on one terminal, and no patience."""
    made = Terminal()
    monkeypatch.setattr(sys, "stdout", made)
    monkeypatch.setattr(sys, "stderr", made)
    monkeypatch.setattr(progress, "PATIENCE", 0)
    monkeypatch.setattr(progress, "INTERVAL", 0)
    monkeypatch.setenv("TERM", "xterm")
    return made


def test_progress_does_not_disturb_results(many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = terminal_of(monkeypatch)
    (many / "in.txt").write_text("\n".join(map(str, range(200))))
    assert main(["run", "many.rasp", "-s", "doubled", "--inputs", "in.txt"]) == 0
    assert "\r64 inputs, " in terminal.getvalue()
    assert " %, " in terminal.getvalue()
    assert terminal.getvalue().count(" left") >= 2
    assert terminal.screen() == [*(f'doubled("{n}") = {doubled(n)} (strings)' for n in range(200)), ""]


def doubled(number: int) -> str:
    digits = [2 * digit for digit in str(number)]
    same = len(digits) > 1 and len(set(digits)) == 1
    return f"[{digits[0]}]*{len(digits)}" if same else f"[{', '.join(digits)}]"


def test_progress_of_generating_and_errors(many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = terminal_of(monkeypatch)
    (many / "in.txt").write_text("a\nz\nb\n" * 40)
    assert main(["generate", "many.rasp", "-s", "next", "--inputs", "in.txt"]) == 1
    assert "\r32 prompts, " in terminal.getvalue()
    assert not [line for line in terminal.screen() if "prompts" in line]
    assert [line for line in terminal.screen() if line in ("bc", "c")] == ["bc", "c"] * 40


@pytest.mark.parametrize("quiet", ["pipe", "dumb"])
def test_no_progress_where_nobody_sees_it(many: Path, monkeypatch: pytest.MonkeyPatch, quiet: str) -> None:
    terminal = terminal_of(monkeypatch)
    if quiet == "pipe":
        monkeypatch.setattr(sys, "stderr", io.StringIO())
    else:
        monkeypatch.setenv("TERM", "dumb")
    (many / "in.txt").write_text("1\n2\n")
    assert main(["run", "many.rasp", "-s", "doubled", "--inputs", "in.txt"]) == 0
    assert "\r" not in terminal.getvalue()
    assert sys.stderr.getvalue() in ("", terminal.getvalue())


def test_progress_needs_no_colour(many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = terminal_of(monkeypatch)
    monkeypatch.setenv("NO_COLOR", "1")
    with progress.Progress("inputs", 100) as shown:
        shown.advance(3, 50)
        assert "3 inputs" in terminal.screen()[-1]
    assert terminal.screen() == [""]
    assert "\x1b" not in terminal.getvalue()


def test_long_work_gives_a_sign_at_once(many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = terminal_of(monkeypatch)
    with progress.show_progress("compiling hist"):
        assert terminal.screen() == ["compiling hist …"]
    assert terminal.screen() == [""]


def test_progress_waits_for_a_second(many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = terminal_of(monkeypatch)
    monkeypatch.setattr(progress, "PATIENCE", 3600)
    with progress.Progress("inputs") as shown:
        shown.advance(3)
    assert terminal.getvalue() == ""


def test_environment_is_left_as_it_was(rasp: Rasp, many: Path) -> None:
    before = dict(os.environ)
    rasp("run", "many.rasp", "-s", "doubled", "-i", "a", "--jobs", "2")
    assert dict(os.environ) == before
    assert environment()["PYTHONPATH"]


def test_progress_of_one_long_input(many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = terminal_of(monkeypatch)
    (many / "dense.rasp").write_text(
        "s = select(indices % 5, indices % 7, <)\n    and select(indices % 11, indices % 3, <)\n"
        "    and select(indices, indices, <);\nd = selector_width(s);\n"
    )
    assert main(["run", "dense.rasp", "-s", "d", "-i", "ab" * 2000]) == 0
    assert "rows of a selector, " in terminal.getvalue()
    assert "100 %, 0 s left" in terminal.getvalue()
    assert [line[:10] for line in terminal.screen()] == ['d("abababa', ""]


def test_progress_of_a_long_answer(many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = terminal_of(monkeypatch)
    assert main(["generate", "many.rasp", "-s", "next", "-i", "a"]) == 0
    assert "\r1 steps, " in terminal.getvalue()
    assert terminal.screen() == ["bc", ""]


def test_progress_of_a_proof(many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = terminal_of(monkeypatch)
    assert main(["equal", "many.rasp:next", "many.rasp:next", "--vocab", "ab", "--max-length", "4"]) == 0
    assert "\r2 inputs tried, " in terminal.getvalue()
    assert terminal.screen() == ["equal on all inputs of up to 4 tokens (30 inputs)", ""]


def test_progress_of_compiling_says_what_is_done(many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = terminal_of(monkeypatch)
    assert main(["compile", "many.rasp", "-s", "next", "--vocab", "ab", "--max-length", "4", "--random", "9"]) == 0
    shown = terminal.getvalue()
    for noun in ("inputs run by the program", "inputs compared with the model"):
        # the share is one of positions, for long inputs take more: 2 + 8 of 98
        assert re.search(rf"\r6 {noun}, .* 10 %, \d+ s left", shown)
        assert re.search(rf"\r30 {noun}, .* 100 %, 0 s left", shown)
