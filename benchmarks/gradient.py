"""Learns the tasks of "Learning Transformer Programs" (LTP, table 1) by gradients.

    python -m benchmarks.gradient [--only TASK,…] [--seeds N] [--seed N] [--steps N] [--state FILE] [--text]

Needs the extra rasp-lang[torch]; one thread. A line is a task of the paper's size: the token accuracy of the program's
text on test data that no choice has seen, that of LTP as published, that of a program found by search, and the CPU
seconds of all seeds together. The CPU milliseconds are those of the steps of the training, for one input and one seed;
where they were 0.025 (hist) and 0.116 (sort), LTP's were 0.082 and 0.61, as docs/learn-and-ltp.md says. As in the
paper, there are up to 20,000 examples with begin and end tokens, and the best of the seeds on validation data is taken.
What the state file has, with the same settings, is not run again. `benchmarks/text.py` learns from text by gradients.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from unittest import mock

from rasp.base.tables import table
from rasp.learning.enumeration.search import search
from rasp.learning.examples.data import Data
from rasp.learning.examples.rows import data_of
from rasp.learning.expressions.to_graph import to_graph
from rasp.learning.gradient import learn_by_gradient
from rasp.learning.gradient_search import preset
from rasp.learning.learning_loop import runner
from rasp.learning.reporting.accuracy import score_program
from rasp.learning.settings import SearchSettings
from rasp.learning.tasks import task
from rasp.train.discrete import CodedExamples, GradientSettings
from rasp.train.training_run import gradients

HELD_BACK = 10  # a share of the examples that is for the test
ITERATIONS = 500_000  # of the search


class Row(NamedTuple):
    """A task: token accuracy that must be reached, if one is asked for, and that of LTP as published."""

    must: float | None
    published: float


ROWS = {
    "reverse": Row(None, 99.79),
    "hist": Row(99.0, 100.0),
    "double_hist": Row(None, 98.40),
    "sort": Row(97.0, 99.83),
    "most_freq": Row(None, 75.69),
    "dyck1": Row(None, 99.30),
    "dyck2": Row(None, 99.09),
}
HEADS = ("task", "by gradients", "must", "LTP", "search", "steps", "seeds", "CPU s", "CPU ms an input and seed")


def examples(name: str, count: int) -> tuple[Data, Data]:
    """Data to learn from, and data for the test, as the paper draws them.

    Short inputs are drawn early, as there are few of them, so the inputs are shuffled before they are split.
    """
    made = task(name, marks=True)
    inputs = made.sample(count)
    Random(0).shuffle(inputs)
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
    parser.add_argument("--only", default=",".join(ROWS), metavar="TASK,…")
    parser.add_argument("--examples", type=int, default=20_000, metavar="N")
    parser.add_argument("--seeds", type=int, default=3, metavar="N")
    parser.add_argument("--seed", type=int, default=0, metavar="N")
    parser.add_argument("--steps", type=int, metavar="N", help="of the training of a task")
    parser.add_argument("--state", type=Path, metavar="FILE", help="a JSON file that keeps what has been run")
    parser.add_argument("--text", action="store_true", help="also print the programs")
    options = parser.parse_args()
    state = _State(options.state)
    rows = []
    for name in options.only.split(","):
        settings = replace(preset(name), seeds=options.seeds, seed=options.seed)
        settings = replace(settings, steps=options.steps or settings.steps)
        found = state.get(
            f"gradient {name} {options.examples} {settings}",
            functools.partial(_gradient, name, options.examples, settings),
        )
        searched = state.get(
            f"search {name} {options.examples} {options.seed}",
            functools.partial(_search, name, options.examples, options.seed),
        )
        if options.text:
            print(found["text"])
        figures = (found["reached"], ROWS[name].must, ROWS[name].published, searched["reached"])
        shown = ("" if one is None else f"{one:.2f}" for one in figures)
        effort = (str(settings.steps), str(settings.seeds), f"{found['seconds']:.0f}", f"{found['step']:.4f}")
        rows.append((name, *shown, *effort))
        print("\n".join(table([HEADS, *rows[-1:]], 100)), flush=True)
    print("\n".join(table([HEADS, *rows], 100)))


@dataclass(frozen=True)
class _State:
    """What has been run, in a JSON file if there is one."""

    path: Path | None

    def get(self, key: str, run: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """The outcome of a run, which is kept."""
        known = json.loads(self.path.read_text()) if self.path and self.path.exists() else {}
        found: dict[str, Any] = known.get(key) or run()
        if self.path and key not in known:
            self.path.write_text(json.dumps({**known, key: found}, indent=1))
        return found


def _gradient(name: str, count: int, settings: GradientSettings) -> dict[str, Any]:
    """Learns a task by gradients: token accuracy on test data, CPU time, and the text."""
    data, test = examples(name, count)
    begun = time.process_time()
    with _timed_steps() as taken:
        learned = learn_by_gradient(data, settings, ignore)
    seconds = time.process_time() - begun
    step = 1000 * sum(taken) / len(taken)
    return {"reached": percent_right(learned.node, test), "seconds": seconds, "step": step, "text": learned.text}


@contextlib.contextmanager
def _timed_steps() -> Iterator[list[float]]:
    """Within the `with` block, a list gets the CPU seconds of each step of a training, for one input and one seed."""
    taken: list[float] = []
    trainer = gradients("rasp.train.gradients.constrained_loop").ConstrainedTrainer
    step = trainer._step

    def timed(self: Any, batch: CodedExamples, share: float) -> None:
        begun = time.process_time()
        step(self, batch, share)
        taken.append((time.process_time() - begun) / (len(batch) * self.model.seeds))

    with mock.patch.object(trainer, "_step", timed):
        yield taken


def _search(name: str, count: int, seed: int) -> dict[str, Any]:
    """Searches a program of a task: its token accuracy on test data."""
    data, test = examples(name, count)
    found = search(data, SearchSettings(seed=seed, iterations=ITERATIONS)).front[-1]
    return {"reached": percent_right(to_graph(found.expression), test)}


if __name__ == "__main__":
    main()
