"""Measures short inputs, batches, a large program, start-up, long inputs and two processes, and prints one table.

    python benchmarks/all.py [--json FILE] [--compare OLD.json] [--quick]

It is what `run.py`, `long.py` and `jobs.py` measure; it takes some five minutes.
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import jobs, long, run


def main() -> None:
    options = run.parser_of("Measure everything, in one table.").parse_args()
    short = run.all_figures(run.ROUNDS[options.quick], options.quick, [])
    figures = itertools.chain(short, long.all_figures(options.quick), jobs.all_figures(jobs.ROUNDS, options.quick))
    run.tabulate(figures, options, run.machine(options.quick))


if __name__ == "__main__":
    main()
