"""Learns tasks of "Learning Transformer Programs" by gradients, at the paper's size, and prints what was reached.

    python -m benchmarks.gradient [--only TASK,…] [--examples N] [--seeds N] [--seed N] [--text]

Needs the extra rasp-lang[torch]; one thread. A line is a task: the token accuracy of the program's text on test data
that no choice has seen, that of LTP as published, that of a program found by search, and the CPU seconds of a seed. LTP
takes some 400 seconds of one core for a seed of a smaller sort. Inputs have the paper's begin and end tokens.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from rasp.base.tables import table
from rasp.learning.accuracy import score_program
from rasp.learning.core import runner
from rasp.learning.data import Data
from rasp.learning.gradient import learn_by_gradient
from rasp.learning.gradient_search import preset
from rasp.learning.rows import data_of
from rasp.learning.search import search
from rasp.learning.settings import SearchSettings
from rasp.learning.tasks import task
from rasp.learning.to_graph import to_graph

HELD_BACK = 10  # a share of the examples that is for the test
ITERATIONS = 500_000  # of the search


class Row(NamedTuple):
    """A task: token accuracy that must be reached, if one is asked for, and that of LTP as published."""

    must: float | None
    published: float


ROWS = {
    "hist": Row(99.0, 100.0),
    "sort": Row(97.0, 99.83),
    "reverse": Row(None, 99.79),
    "double_hist": Row(None, 98.40),
    "most_freq": Row(None, 75.69),
    "dyck1": Row(None, 99.30),
    "dyck2": Row(None, 99.09),
}


def examples(name: str, count: int) -> tuple[Data, Data]:
    """Data to learn from, and data for the test, as the paper draws them."""
    made = task(name, marks=True)
    inputs = made.sample(count)
    pairs = [(given, tuple(made.answers(given))) for given in inputs]
    held_back = len(pairs) // HELD_BACK
    return data_of(pairs[held_back:]), data_of(pairs[:held_back])


def ignore(epochs: int, all_epochs: int, wrong: Sequence[float]) -> None:
    """Shows nothing."""


def percent_right(node: object, data: Data) -> float:
    """The token accuracy of a node."""
    score = score_program(data, runner(node))  # type: ignore[arg-type]
    return 100 * score.tokens_right / score.tokens


def main() -> None:
    parser = argparse.ArgumentParser(description="Learn tasks by gradients.")
    parser.add_argument("--only", default="hist,sort", metavar="TASK,…")
    parser.add_argument("--examples", type=int, default=12_000, metavar="N")
    parser.add_argument("--seeds", type=int, default=3, metavar="N")
    parser.add_argument("--seed", type=int, default=0, metavar="N")
    parser.add_argument("--text", action="store_true", help="also print the programs")
    options = parser.parse_args()
    rows = []
    for name in options.only.split(","):
        data, test = examples(name, options.examples)
        row, begun = ROWS[name], time.process_time()
        learned = learn_by_gradient(
            data, replace(preset(name), causal=task(name).causal, seeds=options.seeds, seed=options.seed), ignore
        )
        seconds = (time.process_time() - begun) / options.seeds
        found = search(data, SearchSettings(seed=options.seed, iterations=ITERATIONS)).front[-1]
        reached, searched = (percent_right(node, test) for node in (learned.node, to_graph(found.expression)))
        figures = (reached, row.must, row.published, searched)
        rows.append((name, *("" if one is None else f"{one:.2f}" for one in figures), f"{seconds:.0f}"))
        if options.text:
            print(learned.text)
    print("\n".join(table([("task", "by gradients", "must", "LTP", "search", "CPU s a seed"), *rows], 100)))


if __name__ == "__main__":
    main()
