"""Measures how long programs take to be formatted, as a multiple of one parse, and prints a table.

    python benchmarks/formatting.py [--json FILE] [--compare OLD.json] [--quick]

Each program is parsed and formatted in turns, and the least times count. Where a program is not in its layout already,
the words of what is written are compared with those that were read, which is part of the time.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import rasp
from benchmarks.run import FEW, ROOT, Figure, machine, parser_of, tabulate
from rasp.errors import RaspError
from rasp.runtime import stdlib
from rasp.syntax.parser import parse

ROUNDS = 7
ENOUGH = 0.5  # seconds; what takes less in all its rounds has more of them
MOST = 3  # parses that formatting may take
BODY = "y = select(tokens,tokens,==) and select(indices,indices,<=) or select(tokens_int,indices,==);"


def published() -> Iterator[str]:
    """The conformance programs that parse."""
    for file in sorted((ROOT / "tests" / "conformance").glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            source = json.loads(line)["source"]
            try:
                parse(source)
            except RaspError:
                continue
            yield source


def programs() -> dict[str, str]:
    """Names of programs, and their texts."""
    library = "\n".join(map(stdlib.source, stdlib.names()))
    return {
        "the library": library,
        "the published programs": "\n".join(published()),
        "10,000 statements": "x=y+1;\n" * 10_000,
        "500 functions": "".join(f"def f{number}(x){{{BODY}return aggregate(y,x,0)+1;}}\n" for number in range(500)),
        "a chain of 20,000": f"x={'+'.join(['y'] * 20_000)};",
        "a list of 20,000": f"x=[{','.join(['1'] * 20_000)}];",
        "1,000 brackets": f"x={'(' * 1000}1{')' * 1000};",
    }


def figures(quick: bool) -> Iterator[Figure]:
    """A line for each program, and for those that need no change."""
    for name, text in programs().items():
        formatted = rasp.format(text)
        for state, source in ((name, text), (f"{name}, formatted before", formatted)):
            yield Figure(state, parses(source, FEW if quick else ROUNDS), "parses", most=MOST)


def parses(text: str, rounds: int) -> float:
    """How many times as long as a parse the formatting of a text takes."""
    once = cpu_seconds(rasp.format, text)
    times = [(cpu_seconds(parse, text), cpu_seconds(rasp.format, text)) for _ in range(max(rounds, int(ENOUGH / once)))]
    return min(formatted for _, formatted in times) / min(parsed for parsed, _ in times)


def cpu_seconds(work: Callable[[str], object], text: str) -> float:
    """The time of the processor that a call takes: others that use the machine hardly change it."""
    start = time.process_time()
    work(text)
    return time.process_time() - start


def main() -> None:
    options = parser_of("Measure the formatter.").parse_args()
    tabulate(figures(options.quick), options, machine(here=True))


if __name__ == "__main__":
    main()
