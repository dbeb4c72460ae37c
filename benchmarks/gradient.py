"""Learns by gradients: tasks of "Learning Transformer Programs" (table 1), or names in the Brown corpus.

    python -m benchmarks.gradient [--only TASK,…] [--seeds N] [--seed N] [--steps N] [--state FILE] [--text]
    python -m benchmarks.gradient --words [--epochs N] [--seed N] [--standard] [--folder FOLDER] [--quick] [--text]

Needs the extra rasp-lang[torch]; one thread. In the first form, a line is a task of the paper's size: the token
accuracy of the program's text on test data that no choice has seen, that of LTP as published, that of a program found
by search, and the CPU seconds of all seeds together. The CPU milliseconds are those of the steps of the training, for
one input and one seed; where they were 0.025 (hist) and 0.116 (sort), LTP's were 0.082 and 0.61, as
docs/learn-and-ltp.md says. As in the paper, there are up to 20,000 examples with begin and end tokens, and the best of
the seeds on validation data is taken. What the state file has is not run again. The second form fetches the Brown
corpus, as `benchmarks/text.py` does, and has its data and vocabulary.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from unittest import mock

from benchmarks import text_data
from rasp.base.tables import table
from rasp.learning.enumeration.search import search
from rasp.learning.events import SearchListener
from rasp.learning.examples.data import Data
from rasp.learning.examples.rows import data_of
from rasp.learning.examples.split import Split
from rasp.learning.expressions.to_graph import to_graph
from rasp.learning.gradient import learn_by_gradient
from rasp.learning.gradient_search import preset
from rasp.learning.learning_loop import learn_program, runner
from rasp.learning.lessons import Lesson
from rasp.learning.methods import GRADIENT, choose_method
from rasp.learning.reporting.accuracy import PartReport, score_program
from rasp.learning.reporting.summary import Summary
from rasp.learning.settings import SearchSettings
from rasp.learning.state import StateKeeper
from rasp.learning.tasks import task
from rasp.train.discrete import STEPS, CodedExamples
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
HEADS = ("task", "by gradients", "must", "LTP", "search", "seeds", "CPU s", "CPU ms an input and seed")


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
    parser.add_argument("--steps", type=int, default=STEPS, metavar="N", help="of the training of a task")
    parser.add_argument("--epochs", type=int, metavar="N", help="with --words: of the training")
    parser.add_argument("--state", type=Path, metavar="FILE", help="a JSON file that keeps what has been run")
    parser.add_argument("--text", action="store_true", help="also print the programs")
    parser.add_argument("--words", action="store_true", help="names in the Brown corpus in the place of tasks")
    parser.add_argument("--standard", action="store_true", help="with --words: also a standard transformer")
    parser.add_argument("--folder", metavar="FOLDER", help="with --words: where fetched data are kept")
    parser.add_argument("--quick", action="store_true", help="with --words: train on a tenth of the data")
    options = parser.parse_args()
    if options.words:
        print("\n".join(table(list(_words(options)), 100)))
        return
    state = _State(options.state)
    rows = []
    for name in options.only.split(","):
        key = f"{name} {options.examples} {options.seeds} {options.seed} {options.steps}"
        found = state.get(f"gradient {key}", functools.partial(_gradient, name, options))
        searched = state.get(
            f"search {name} {options.examples} {options.seed}", functools.partial(_search, name, options)
        )
        if options.text:
            print(found["text"])
        figures = (found["reached"], ROWS[name].must, ROWS[name].published, searched["reached"])
        shown = ("" if one is None else f"{one:.2f}" for one in figures)
        rows.append((name, *shown, str(options.seeds), f"{found['seconds']:.0f}", f"{found['step']:.4f}"))
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


def _gradient(name: str, options: argparse.Namespace) -> dict[str, Any]:
    """Learns a task by gradients: token accuracy on test data, CPU time, and the text."""
    data, test = examples(name, options.examples)
    begun = time.process_time()
    effort = {"seeds": options.seeds, "seed": options.seed, "steps": options.steps}
    with _timed_steps() as taken:
        learned = learn_by_gradient(data, replace(preset(name), causal=task(name).causal, **effort), ignore)
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


def _search(name: str, options: argparse.Namespace) -> dict[str, Any]:
    """Searches a program of a task: its token accuracy on test data."""
    data, test = examples(name, options.examples)
    found = search(data, SearchSettings(seed=options.seed, iterations=ITERATIONS)).front[-1]
    return {"reached": percent_right(to_graph(found.expression), test)}


def _words(options: argparse.Namespace) -> Iterator[tuple[str, ...]]:
    """Learns names in the Brown corpus; the lines of a table."""
    with contextlib.ExitStack() as stack:
        folder = Path(options.folder or stack.enter_context(tempfile.TemporaryDirectory()))
        parts = text_data.brown(folder)
    training = parts.training.rows_at(range(0, len(parts.training), 10 if options.quick else 1))
    begun = time.process_time()
    summary = Summary.of(training, Split(training, parts.development, parts.test, options.seed, True))
    choice = choose_method(Lesson(summary), GRADIENT, ("shapes",))
    wanted = choice.request(seed=options.seed, seconds=None, epochs=options.epochs, standard=options.standard)
    learned = learn_program(wanted, SearchListener(), StateKeeper(None, wanted.origin()))
    if options.text:
        print(learned.program)
    size = len(learned.program.encode()) / 1000
    yield "Brown, shaped unknowns", "F1", "must"
    yield from (_line(part) for part in (*learned.report.parts, *learned.report.others))
    yield "CPU s, in all", f"{time.process_time() - begun:.0f}", "900"
    yield "kB", f"{size:.0f}", ""


def _line(part: PartReport) -> tuple[str, ...]:
    return part.name, "" if part.spans is None else f"{100 * part.spans.f1:.2f}", "73.0" if part.name == "test" else ""


if __name__ == "__main__":
    main()
