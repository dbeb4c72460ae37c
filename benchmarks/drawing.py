"""Measures the time to draw programs as HTML pages, and the size of the pages, and prints a table.

    python benchmarks/drawing.py [--json FILE] [--compare OLD.json] [--quick]

The values are computed and drawn anew each time; the least time counts.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import rasp
from benchmarks.run import Figure, machine, parser_of, tabulate
from rasp.draw import render
from rasp.session.drawing import flow_of

ROUNDS = 7
# The program, its s-op and input, and the most seconds and kB that its drawing may take.
PROGRAMS = (("dyck", "dyck2_ptf", "({}){}()(}" * 4, 0.3, 400), ("histogram", "hist", "hello", None, None))


def all_figures(quick: bool) -> Iterator[Figure]:
    """The time and the page of each program."""
    for program, name, given, seconds, size in PROGRAMS:
        module = rasp.load(program)
        best = float("inf")
        for _ in range(1 if quick else ROUNDS):
            start = time.perf_counter()
            page = render(flow_of([module[name]], module.session.names_of_nodes, given), "html")
            best = min(best, time.perf_counter() - start)
        yield Figure(f"draw {name} on {len(given)} tokens", best, "s", seconds)
        yield Figure(f"page of {name} on {len(given)} tokens", len(page.encode()) / 1000, "kB", size)


def main() -> None:
    options = parser_of("Measure drawings.").parse_args()
    tabulate(all_figures(options.quick), options, machine(True))


if __name__ == "__main__":
    main()
