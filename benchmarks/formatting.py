"""Measures the time to format programs, as a multiple of one parse, and prints a table.

    python benchmarks/formatting.py [--json FILE] [--compare OLD.json] [--quick]

Each program is parsed and formatted in turns, and the least times count. Formatting a program that changes includes the
check that the new text has the same tokens as the old one.
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
ENOUGH = 0.5  # seconds; shorter measurements get more rounds
MOST = 3  # the most time that formatting may take, in parses
BODY = "y = select(tokens,tokens,==) and select(indices,indices,<=) or select(tokens_int,indices,==);"


def published() -> Iterator[str]:
    """Yields the conformance programs that parse."""
    for file in sorted((ROOT / "tests" / "conformance").glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            source = json.loads(line)["source"]
            try:
                parse(source)
            except RaspError:
                continue
            yield source


def programs() -> dict[str, str]:
    """The texts of programs, by name."""
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
    """A line for each program, and one for the same program after formatting, which needs no change."""
    for name, text in programs().items():
        formatted = rasp.format(text)
        for state, source in ((name, text), (f"{name}, formatted before", formatted)):
            yield Figure(state, parses(source, quick), "parses", most=MOST)


def parses(text: str, quick: bool) -> float:
    """The time to format a text, in parses of it."""
    once = cpu_seconds(rasp.format, text)
    rounds = FEW if quick else max(ROUNDS, int(ENOUGH / once))
    times = [(cpu_seconds(parse, text), cpu_seconds(rasp.format, text)) for _ in range(rounds)]
    return min(formatted for _, formatted in times) / min(parsed for parsed, _ in times)


def cpu_seconds(work: Callable[[str], object], text: str) -> float:
    """The processor time of a call, which other work on the machine hardly changes."""
    start = time.process_time()
    work(text)
    return time.process_time() - start


def main() -> None:
    options = parser_of("Measure the formatter.").parse_args()
    tabulate(figures(options.quick), options, machine(here=True))


if __name__ == "__main__":
    main()
