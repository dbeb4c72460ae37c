"""Times of the language server: from an edit of a 1,000-line file until its findings, and until a completion.

    python benchmarks/lsp.py [--quick]

Needs the extra `rasp-lang[lsp]`. The real server runs in a process of its own, and the times are those that its client
sees: medians, and the slowest one.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from rasp.runtime import stdlib

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.lsp.client import Client  # of this checkout, wherever it is run

LINES = 1_000
URI = "untitled:benchmark"


def program() -> str:
    """1,000 lines of the library's programs, with names of their own."""
    lines: list[str] = []
    while len(lines) < LINES:
        for name in stdlib.names():
            lines += stdlib.source(name).split("\n")
    whole = lines[:LINES]
    while whole and not whole[-1].endswith(";"):
        whole.pop()
    return "\n".join(whole) + "\n"


def measure(client: Client, text: str, runs: int, wait: Callable[[int], object]) -> list[float]:
    """The seconds from an edit until an answer; each edit is another one."""
    times = []
    for number in range(runs):
        after = f"{text}x{number} = inde"
        start = time.perf_counter()
        client.change(URI, after)
        wait(after.count("\n"))
        times.append(time.perf_counter() - start)
        time.sleep(0.3)  # as one who types
    return times


def main() -> None:
    runs = 3 if "--quick" in sys.argv else 30
    text = program()
    client = Client()
    client.initialize()
    client.open(URI, text)
    client.findings(URI)
    waits: dict[str, Callable[[int], object]] = {
        "findings": lambda line: client.findings(URI),
        "completion": lambda line: client.at("completion", URI, line, 9),
        "hover": lambda line: client.at("hover", URI, line - 1, 0),
    }
    print(f"{text.count(chr(10)):,} lines, {len(text):,} characters, {runs} edits each")
    for name, wait in waits.items():
        times = measure(client, text, runs, wait)
        print(
            f"until {name:<10}  median {statistics.median(times) * 1000:6.1f} ms  slowest {max(times) * 1000:6.1f} ms"
        )
    client.end()


if __name__ == "__main__":
    main()
