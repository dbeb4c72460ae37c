"""Measures the REPL without a terminal: the first prompt, a keystroke in a long input, completion, showing a value.

    python benchmarks/repl.py [--quick]

The first prompt is measured on a pseudo-terminal with the running interpreter, in turns with a process that imports the
libraries that every start needs. The other figures use an output that discards everything.
"""

from __future__ import annotations

import argparse
import os
import pty
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from prompt_toolkit.application import create_app_session
from prompt_toolkit.data_structures import Size
from prompt_toolkit.document import Document
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output.vt100 import Vt100_Output

from benchmarks.run import Figure, in_turns, line, median_time, program_text
from rasp import Session
from rasp.assist.completion import choices
from rasp.assist.documentation import SessionNames
from rasp.conversation.conversation import Conversation
from rasp.conversation.display import Screen, result_text
from rasp.repl.history import InputHistory
from rasp.repl.terminal import prompt_session
from rasp.runtime.machine import ShownResult

SIZE = Size(rows=40, columns=100)


class Nowhere:
    """A stream that discards its text."""

    encoding = "utf-8"

    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        return

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return 1


def first_prompt(rounds: int) -> Iterator[Figure]:
    """From the command to the prompt, compared with importing the libraries that it needs."""
    theirs = [sys.executable, "-c", "import numpy, lark, prompt_toolkit"]
    ours, limit = in_turns(_until_prompt, lambda: subprocess.run(theirs, check=True), rounds)
    yield Figure("start of the REPL, to the first prompt", 1e3 * ours, "ms")
    yield Figure('python -c "import numpy, lark, prompt_toolkit"', 1e3 * limit, "ms")
    yield Figure("first prompt against these imports", ours / limit, "×", most=1.6)


def _until_prompt() -> None:
    process, terminal = pty.fork()
    if not process:
        os.environ["TERM"] = "xterm-256color"
        os.execv(sys.executable, [sys.executable, "-m", "rasp"])
    shown = b""
    while b">> " not in shown:
        shown += os.read(terminal, 65536)
    os.kill(process, 9)
    os.waitpid(process, 0)
    os.close(terminal)


def keystrokes(rounds: int) -> Iterator[Figure]:
    """A key in an input of 300 lines: from the key to the end of drawing."""
    output = Vt100_Output(Nowhere(), lambda: SIZE, term="xterm-256color")  # type: ignore[arg-type]
    talk = Conversation(Session(), lambda text: None, lambda: Screen(SIZE.columns, color=True))
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=output):
        prompts = prompt_session(talk, InputHistory(None), pipe, output)
        times: list[float] = []
        _type(prompts, pipe, program_text(300), 10 * rounds, times)
    yield Figure("a key in an input of 300 lines, drawn", 1e3 * statistics.median(times), "ms", most=16)


def _type(prompts: Any, pipe: Any, text: str, count: int, times: list[float]) -> None:
    """Types keys in the middle of a text, and appends the time of each from sending to drawing to `times`."""
    started = 0.0

    def drawn(app: Any) -> None:
        nonlocal started
        if started:
            times.append(time.perf_counter() - started)
        if len(times) >= count:
            if app.is_running and not app.is_done:
                app.exit(result="")
            return
        started = time.perf_counter()
        pipe.send_text("a" if len(times) % 2 else "\x7f")

    prompts.app.after_render += drawn
    place = len(text) // 2
    prompts.prompt(default=Document(text, place))


def completion(rounds: int) -> Iterator[Figure]:
    """Completion of a prefix that all of 2,000 names have, and of one that some have."""
    session = Session()
    session.run("".join(f"# Number {number}.\nname{number} = indices + {number};\n" for number in range(2000)))
    for what, before in (("all of 2,000 names", "x = na"), ("some of 2,000 names", "x = name19")):
        taken = median_time(lambda before=before: choices(before, SessionNames(session)), rounds)  # type: ignore[misc]
        yield Figure(f"completion, {what}", 1e3 * taken, "ms", most=20)


def showing(rounds: int) -> Iterator[Figure]:
    """Showing an s-op and a selector on an example of ten letters."""
    session = Session("abcdefghij")
    session.run("s = sort(tokens, tokens); same = select(tokens, tokens, ==);")
    screen = Screen(100, color=True)
    for name in ("s", "same"):
        shown = ShownResult(name, session.scope.find(name))
        taken = median_time(lambda shown=shown: result_text(shown, session, screen), rounds)  # type: ignore[misc]
        yield Figure(f"showing {name} on ten letters", 1e3 * taken, "ms", most=5)


GROUPS: tuple[Callable[[int], Iterator[Figure]], ...] = (first_prompt, keystrokes, completion, showing)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the REPL without a terminal.")
    parser.add_argument("--quick", action="store_true", help="fewer rounds: only to see that it works")
    rounds = 3 if parser.parse_args().quick else 21
    for group in GROUPS:
        for figure in group(rounds):
            print(line(figure, {}), flush=True)


if __name__ == "__main__":
    main()
