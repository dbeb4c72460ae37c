"""Trains the programs of "Thinking Like Transformers" at the counted size and with less, and prints a table.

    python -m benchmarks.train [--only reverse,hist] [--folder DIR] [--threads N]

The protocol is fixed: width 64, 128 inputs a step, at most 5,000 steps, 3 seeds, 10 tokens (brackets of their kinds),
lengths 1 to 16, learning rate 3e-3. Each task has a folder of its own in DIR. A run that was stopped goes on from its
last checkpoint, and one that is done is not repeated. `--steps N` is for trials; they have other folders.

    python -m benchmarks.train --ratio [--width 64] [--batch 128]

prints the processor time of a step of three seeds at once, also as a share of that of three trainings of one seed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import rasp
from rasp.session.training import Sizes, Training, of_program, train
from rasp.train.checkpoint import CHECKPOINT
from rasp.train.events import TrainingListener, TrainingStanding, share_text, training_status
from rasp.train.results import TrainingReport, mean_and_spread
from rasp.train.settings import EncoderSize, TrainingSettings
from rasp.train.training_run import gradients

LETTERS = "abcdefghij"
LONGEST, WIDTH, STEPS, RATE = 16, 64, 5_000, 3e-3
TIMED_STEPS = 128  # of measuring seeds at once
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
            print(training_status(standing), file=sys.stderr, flush=True)


def main() -> None:
    """Trains what is asked for, and prints the table of what is done."""
    options = _parser().parse_args()
    if options.ratio:
        _print_ratio(options.width, options.batch)
        return
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
    parser.add_argument("--ratio", action="store_true", help="measure how much faster seeds at once are")
    parser.add_argument("--width", type=int, default=WIDTH, help="with --ratio")
    parser.add_argument("--batch", type=int, default=128, help="with --ratio")
    return parser


def _print_ratio(width: int, batch: int) -> None:
    """Times steps of `reverse` at the counted size, on one thread, in turn, so that a slow moment meets both."""
    every = [_trainer(width, batch, seeds) for seeds in (range(3), *(range(seed, seed + 1) for seed in range(3)))]
    times = [0.0] * len(every)
    with gradients("rasp.train.gradients.device").threads(1):
        for _ in range(TIMED_STEPS):
            for place, trainer in enumerate(every):
                begun = time.process_time()
                trainer.step()
                times[place] += time.process_time() - begun
    data = sum(trainer.progress.data_seconds for trainer in every) / sum(trainer.progress.seconds for trainer in every)
    print(
        f"width {width}, {batch} inputs a step: three seeds at once take {1000 * times[0] / TIMED_STEPS:.0f} ms a step,"
    )
    print(f"{times[0] / sum(times[1:]):.2f} of three trainings; inputs and answers take {100 * data:.1f} % of the time")


def _trainer(width: int, batch: int, seeds: range) -> Any:
    settings = TrainingSettings(STEPS, batch, RATE, len(seeds), seeds.start)
    wanted = of_program(rasp.load("reverse")["reverse"], "reverse", LETTERS, LONGEST, settings, Sizes(width=width))
    return gradients("rasp.train.gradients.loop").Trainer(wanted.sizes[0], wanted.inputs, settings)


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
    training, keeper = train(replace(wanted, sizes=task.sizes), folder, Lines(), force=not resume, resume=resume)
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
            " ".join(share_text(seed.test.tokens) for seed in result.seeds),
            " ".join(share_text(seed.test.sequences) for seed in result.seeds),
            f"{100 * mean:.1f} ± {100 * spread:.1f}",
            f"≥ {100 * TASKS[name].goal:.0f}" if not number else "",
            share_text(beyond),
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
