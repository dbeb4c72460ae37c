"""Runs all benchmarks of speed and memory, and prints one table.

    python benchmarks/all.py [--json FILE] [--compare OLD.json] [--quick]

The figures are those of `run.py`, `long.py` and `jobs.py`: short inputs, batches, a large program, start-up, long
inputs, and two processes. It takes some five minutes.
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import jobs, long, run


def main() -> None:
    options = run.parser_of("Measure everything, in one table.").parse_args()
    quick = options.quick
    here = quick  # creating an environment for the start-up takes long
    figures = itertools.chain(run.all_figures(quick, here), long.all_figures(quick), jobs.all_figures(quick))
    run.tabulate(figures, options, run.machine(here))


if __name__ == "__main__":
    main()
