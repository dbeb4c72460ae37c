"""Trains the programs of "Thinking Like Transformers" at the counted size and with less, and prints a table.

    python -m benchmarks.train [--only reverse,hist] [--folder DIR] [--threads N]

The protocol is fixed: width 64, 128 inputs a step, at most 5,000 steps, 3 seeds, 10 tokens (brackets of their kinds),
lengths 1 to 16, learning rate 3e-3. Each task has a folder of its own in DIR. A run that was stopped goes on from its
last checkpoint, and one that is done is not repeated. `--steps N` is for trials; they have other folders.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import rasp
from rasp.session.training import Sizes, Training, of_program, train
from rasp.train.checkpoint import CHECKPOINT
from rasp.train.events import TrainingListener, TrainingStanding, percent, status
from rasp.train.results import TrainingReport, mean_and_spread
from rasp.train.settings import EncoderSize, TrainingSettings

LETTERS = "abcdefghij"
LONGEST, WIDTH, STEPS, RATE = 16, 64, 5_000, 3e-3
COUNTED, LAYER, HEAD, WIDE = "as counted", "a layer less", "a head less", "a layer less, twice the heads and the width"


@dataclass(frozen=True)
class Task:
    """An s-op of the library, the sizes that are trained, and the share of whole sequences to reach at the first."""

    program: str
    sop: str
    sizes: tuple[EncoderSize, ...]
    goal: float
    bos: bool = False
    vocabulary: str = LETTERS


def _size(layers: int, heads: int, why: str = COUNTED, width: int = WIDTH) -> EncoderSize:
    return EncoderSize(layers, heads, width, why)


TASKS = {
    "reverse": Task("reverse", "reverse", (_size(2, 1), _size(1, 1, LAYER), _size(1, 2, WIDE, 128)), 0.98),
    "hist": Task("histogram", "hist", (_size(1, 2), _size(1, 1, HEAD)), 0.98),
    "hist_bos": Task("histogram", "hist", (_size(1, 1),), 0.98, bos=True),
    "hist2_bos": Task(
        "double_histogram", "hist2", (_size(2, 1), _size(2, 2, "as published"), _size(1, 1, LAYER)), 0.95, bos=True
    ),
    "sort_bos": Task("sort", "sorted", (_size(2, 1), _size(1, 1, LAYER)), 0.98, bos=True),
    "most_freq_bos": Task(
        "most_frequent", "most_freq", (_size(3, 2), _size(2, 2, LAYER), _size(3, 1, HEAD)), 0.85, bos=True
    ),
    "dyck1": Task("dyck", "dyck1_ptf", (_size(2, 1), _size(1, 1, LAYER)), 0.98, vocabulary="()"),
    "dyck2": Task("dyck", "dyck2_ptf", (_size(3, 1), _size(2, 1, LAYER)), 0.95, vocabulary="(){}"),
}


class Lines(TrainingListener):
    """A line for a measure, each half minute at most."""

    def __init__(self) -> None:
        self._next = time.monotonic()

    def measured(self, standing: TrainingStanding) -> None:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + 30
            print(status(standing), file=sys.stderr, flush=True)


def main() -> None:
    """Trains what is asked for, and prints the table of what is done."""
    options = _parser().parse_args()
    made: dict[str, Training] = {}
    for name in options.only.split(",") if options.only else TASKS:
        made[name] = _trained(name, TASKS[name], options)
        print(made[name], end="\n\n", flush=True)
        if not made[name].report.complete:  # after Ctrl-C
            break
    rows = [row for name, training in made.items() for row in _rows(name, training.report)]
    head = ("task", "size", "", "parameters", "tokens %", "sequences %", "mean", "goal", "beyond", "minutes")
    print("\n".join(_markdown([head, *rows])))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", help="tasks, separated by commas")
    parser.add_argument("--folder", type=Path, default=Path("trained"), help="where the tasks have their folders")
    parser.add_argument("--steps", type=int, default=STEPS, help="for trials")
    parser.add_argument("--threads", type=int, help="of the CPU")
    parser.add_argument("--device", default="cpu")
    return parser


def _trained(name: str, task: Task, options: argparse.Namespace) -> Training:
    """The training of a task, which goes on from where it was stopped."""
    settings = TrainingSettings(options.steps, lr=RATE, bos=task.bos, device=options.device, threads=options.threads)
    sop = rasp.load(task.program)[task.sop]
    wanted = of_program(sop, task.sop, task.vocabulary, LONGEST, settings, Sizes(width=WIDTH))
    first = wanted.sizes[0]
    assert (first.layers, first.heads) == (task.sizes[0].layers, task.sizes[0].heads), "the count has changed"
    folder = options.folder / (name if options.steps == STEPS else f"{name}-{options.steps}-steps")
    folder.parent.mkdir(parents=True, exist_ok=True)
    resume = (folder / CHECKPOINT).exists()
    training, keeper = train(replace(wanted, sizes=task.sizes), folder, Lines(), force=True, resume=resume)
    if keeper.failure is not None:
        raise keeper.failure
    return training


def _rows(name: str, report: TrainingReport) -> Iterator[tuple[str, ...]]:
    """A row for each size, with all of its seeds."""
    for number, result in enumerate(report.results):
        mean, spread = mean_and_spread([seed.test.sequences for seed in result.seeds])
        best = result.best_seed
        beyond = sum(one.sequences * one.inputs for one in best.beyond) / max(1, sum(one.inputs for one in best.beyond))
        yield (
            name if not number else "",
            f"{result.size.words}, {result.size.width}",
            result.size.why,
            f"{result.parameters:,}",
            " ".join(percent(seed.test.tokens) for seed in result.seeds),
            " ".join(percent(seed.test.sequences) for seed in result.seeds),
            f"{100 * mean:.1f} ± {100 * spread:.1f}",
            f"≥ {100 * TASKS[name].goal:.0f}" if not number else "",
            percent(beyond),
            f"{result.seconds / 60:.1f}",
        )


def _markdown(rows: list[tuple[str, ...]]) -> Iterator[str]:
    head, *rest = rows
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rest:
        yield f"| {' | '.join(row)} |"


if __name__ == "__main__":
    main()
