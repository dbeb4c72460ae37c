"""Measures how long programs take to be formatted, as a multiple of one parse, and prints a table.

    python benchmarks/formatting.py [--json FILE] [--compare OLD.json] [--quick]

Each program is parsed and formatted in turns, and the least times count. A program that is in its layout already is
parsed once; one that is not, twice, for what is written is compared with what was read.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import rasp
from benchmarks.run import FEW, ROOT, Figure, least_in_turns, machine, parser_of, tabulate
from rasp.errors import RaspError
from rasp.runtime import stdlib
from rasp.syntax.parser import parse

ROUNDS = 7
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
            parsed, done = least_in_turns(lambda: parse(source), lambda: rasp.format(source), FEW if quick else ROUNDS)  # noqa: B023
            yield Figure(state, done / parsed, "parses", most=MOST)


def main() -> None:
    options = parser_of("Measure the formatter.").parse_args()
    tabulate(figures(options.quick), options, machine(here=True))


if __name__ == "__main__":
    main()
