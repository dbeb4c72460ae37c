"""Compares `rasp run --inputs --jobs 2` with `--jobs 1`, on work that takes one job more than 20 seconds.

    python benchmarks/jobs.py [--json FILE] [--compare OLD.json] [--rounds N] [--quick]

Both run in turns, with one BLAS thread in every process, and their output is discarded. The best ratio of the rounds
counts: other work on the machine slows two processes more than one.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.run import ROOT, Figure, machine, parser_of, tabulate
from rasp.parallel.processes import BLAS_THREADS

ROUNDS = 3
SECONDS = 22.0  # for which the work should take one job
TRIAL = 4000  # inputs of a first run, to estimate how many take that long


class Work(NamedTuple):
    """A command with its options, and the inputs: their length and alphabet."""

    command: str
    file: str
    sop: str
    size: int
    alphabet: str


WORKS = {
    "dyck3, inputs of 150 tokens": Work("run", "dyck", "dyck3_ptf", 150, "(){}[]"),
    "sort, inputs of 16 tokens": Work("run", "sort", "sorted", 16, "abcdefghijklmnop"),
}


def write(path: Path, work: Work, count: int) -> None:
    """Writes `count` random inputs, the same in every run."""
    chance = random.Random(work.sop)
    with path.open("w") as file:
        for _ in range(count):
            file.write("".join(chance.choices(work.alphabet, k=work.size)) + "\n")


def seconds(work: Work, inputs: Path, jobs: int) -> float:
    """The time of a run of the command."""
    command = [sys.executable, "-m", "rasp", work.command, work.file, "-s", work.sop]
    environment = {**os.environ, **dict.fromkeys(BLAS_THREADS, "1"), "PYTHONPATH": str(ROOT)}
    start = time.perf_counter()
    subprocess.run(
        [*command, "--inputs", str(inputs), "--jobs", str(jobs)],
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return time.perf_counter() - start


def all_figures(quick: bool, rounds: int = ROUNDS) -> Iterator[Figure]:
    """The times and the best ratio of each work."""
    rounds, wanted = (1, 0.2) if quick else (rounds, SECONDS)
    with tempfile.TemporaryDirectory() as folder:
        inputs = Path(folder, "inputs.txt")
        for name, work in WORKS.items():
            write(inputs, work, 1)
            start = seconds(work, inputs, 1)
            write(inputs, work, TRIAL)
            each = max(seconds(work, inputs, 1) - start, 0.01) / TRIAL
            count = int(wanted / each)
            write(inputs, work, count)
            pairs = [(seconds(work, inputs, 1), seconds(work, inputs, 2)) for _ in range(rounds)]
            one, two = max(pairs, key=lambda pair: pair[0] / pair[1])
            yield Figure(f"{name}, {count:,} of them, 1 job", one, "s")
            yield Figure(f"{name}, {count:,} of them, 2 jobs", two, "s")
            print("rounds:", ", ".join(f"{first:.1f} s / {second:.1f} s" for first, second in pairs))
            yield Figure(f"{name}, how much faster 2 jobs are", one / two, "×", least=1.7)


def main() -> None:
    parser = parser_of("Measure 2 jobs against 1.")
    parser.add_argument("--rounds", type=int, default=ROUNDS, metavar="N", help=f"runs of each (default: {ROUNDS})")
    options = parser.parse_args()
    tabulate(all_figures(options.quick, options.rounds), options, machine(True))
    print(f"load at the end: {machine(True)['load']}")


if __name__ == "__main__":
    main()
