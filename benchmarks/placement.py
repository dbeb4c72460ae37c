"""Measures how often the placement of heads is proved optimal on random programs. Prints a table.

"proved" counts the placements that are proved to have the narrowest possible widest layer, "fewest heads proved" those
that are proved to have the fewest heads in all among these.

    python benchmarks/placement.py [HEADS [PROGRAMS]]

Each head depends on up to three earlier heads: on any (shallow), on some of the last quarter (middle), or of the last
eight (deep). There are as many selectors as heads, half as many, or a fifth. The programs are the same in every run.
"""

from __future__ import annotations

import random
import sys
import time
from itertools import product

from rasp.architecture.problem import SchedulingProblem, widths
from rasp.architecture.schedule import schedule_tasks

REACHES = {"shallow": 1.0, "middle": 0.25, "deep": 0.0}  # how far back heads read, as a share of all heads


def problem(chance: random.Random, heads: int, selectors: int, reach: int) -> SchedulingProblem:
    """A random problem with `heads` tasks and `selectors` patterns."""
    needs = []
    for head in range(heads):
        number = min(head, chance.choice((0, 1, 1, 2, 2, 3)))
        needs.append(tuple(sorted({chance.randrange(max(0, head - reach), head) for _ in range(number)})))
    return SchedulingProblem(tuple(chance.randrange(selectors) for _ in range(heads)), tuple(needs))


def main(heads: int = 60, programs: int = 12) -> None:
    print(f"{heads} heads, {programs} programs a line")
    print("shape    selectors  proved  fewest heads proved  seconds, mean and most")
    for (shape, part), share in product(REACHES.items(), (1.0, 0.5, 0.2)):
        selectors, reach = int(heads * share), max(8, int(heads * part))
        proved = fewest = 0
        seconds = []
        for number in range(programs):
            drawn = problem(random.Random(f"{shape} {share} {number}"), heads, selectors, reach)
            start = time.perf_counter()
            found = schedule_tasks(drawn)
            seconds.append(time.perf_counter() - start)
            assert max(widths(drawn, found.layers)) <= max(widths(drawn, drawn.earliest))
            proved += found.proved
            fewest += found.fewest
        times = f"{sum(seconds) / programs:.2f} {max(seconds):.2f}"
        print(f"{shape:<8} {selectors:>9} {proved:>7} {fewest:>20}  {times}", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
