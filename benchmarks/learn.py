"""Learns the tasks of `rasp/learning/tasks.py` from their samplers, and prints what was reached beside what is asked.

    python -m benchmarks.learn [--only TASK,…] [--seeds 0,1,2] [--few] [--state FILE] [--text]

A line is one run: CPU seconds to the final program, whether it is right on all inputs (or all that were tried), how
many sequences of length 50 are right, its definitions, its layers beside those of the library's program. A table
follows, a line a task: what must be reached, what is the goal, what was measured. A run in the state file is
not repeated. `--few` learns from 250 examples.

CPU seconds are those of this process, and the search runs in one thread: other work on the machine disturbs them
little.
"""

from __future__ import annotations

import argparse
import itertools
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from rasp.architecture.plan import make_plan
from rasp.base.tables import table
from rasp.learning.enumeration.found import ProgramSearchResult
from rasp.learning.enumeration.search import search
from rasp.learning.examples.rows import data_of
from rasp.learning.learning_loop import runner
from rasp.learning.reporting.accuracy import Score, score_program
from rasp.learning.settings import SearchSettings
from rasp.learning.tasks import Task, task
from rasp.learning.writing.text import definitions

WHOLE = 400_000  # inputs of a space that is tried whole
DRAWN = 100_000  # inputs of another
LONG, LONG_INPUTS = 50, 1_000
EXAMPLES, FEW = 20_000, 250
ITERATIONS = 2_500_000


class Row(NamedTuple):
    """A task, and what is asked of it: seconds, the goal of seconds, definitions, and the library's layers."""

    task: Task
    must: int
    goal: int
    definitions: int | None
    layers: int


ROWS: dict[str, Row] = {
    "hist": Row(task("hist"), 5, 5, 5, 1),
    "double_hist": Row(task("double_hist"), 10, 10, 4, 2),
    "reverse": Row(task("reverse"), 5, 5, 5, 2),
    "sort": Row(task("sort"), 5, 5, 5, 2),
    "most_freq": Row(task("most_freq"), 40, 10, 7, 3),
    "dyck1": Row(task("dyck1"), 5, 5, 6, 2),
    "dyck2": Row(task("dyck2"), 60, 15, 11, 3),
    "dyck3": Row(task("dyck3"), 90, 90, None, 3),
    "induction": Row(task("induction"), 5, 5, None, 3),
    "hist16": Row(task("hist", 14, 15), 20, 20, 5, 1),
    "double_hist16": Row(task("double_hist", 14, 15), 20, 20, 4, 2),
    "reverse16": Row(task("reverse", 13, 14), 20, 20, 5, 2),
    "sort16": Row(task("sort", 13, 14), 20, 20, 5, 2),
    "most_freq16": Row(task("most_freq", 14, 15), 40, 10, 7, 3),
}
RIGHT, FAR, FEW_RIGHT = 10, 9, 8  # of ten seeds: exact on all inputs, right at length 50, exact from few examples


def main() -> None:
    """Runs what is asked for, and prints a line for each run, and the table."""
    options = _parser().parse_args()
    state: dict[str, Any] = json.loads(options.state.read_text()) if options.state and options.state.exists() else {}
    names = options.only.split(",") if options.only else list(ROWS)
    seeds = list(map(int, options.seeds.split(",")))
    print(f"{'task':14}{'seed':>5}{'CPU s':>8}{'right':>10}{'of':>8}{'at 50':>8}{'defs':>6}{'layers':>8}{'price':>7}")
    for name, seed in itertools.product(names, seeds):
        key = _key(name, seed, options.few)
        if key not in state:
            state[key] = _run(ROWS[name].task, seed, FEW if options.few else EXAMPLES)
            if options.state:
                options.state.write_text(json.dumps(state, indent=1))
        _print(name, seed, state[key], options.text)
    print()
    print("\n".join(table(list(_summary(names, seeds, state, options.few)), 120)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", help="tasks, separated by commas")
    parser.add_argument("--seeds", default="0,1,2,3,4,5,6,7,8,9")
    parser.add_argument("--few", action="store_true", help=f"learn from {FEW} examples")
    parser.add_argument("--state", type=Path, help="a JSON file that keeps what has been run")
    parser.add_argument("--text", action="store_true", help="show the programs")
    return parser


def _key(name: str, seed: int, few: bool) -> str:
    return f"{name}{' few' if few else ''} {seed}"


# ------------------------------------------------------------------------------------------------------------ the runs


def _run(made: Task, seed: int, count: int) -> dict[str, Any]:
    """One run, as plain values."""
    drawn = made.sample(EXAMPLES, seed)
    inputs = drawn[: int(len(drawn) * 0.81)][:count]
    data = data_of((given, made.answers(given)) for given in inputs)
    started = time.process_time()
    found = search(data, SearchSettings(seed=seed, causal=made.causal, iterations=ITERATIONS))
    seconds = time.process_time() - started
    return {"seconds": round(seconds, 2), **_measured(made, found, seed)}


def _measured(made: Task, found: ProgramSearchResult, seed: int) -> dict[str, Any]:
    tried, far = _score(made, found, _inputs(made, seed)), _score(made, found, _long_inputs(made, seed))
    return {
        "right": tried.exact,
        "share": tried.whole,
        "tried": tried.sequences,
        "far": far.exact,
        "far_share": far.whole,
        "definitions": len(definitions(found.expression)),
        "layers": len(make_plan([found.node]).heads_per_layer),
        "price": found.price,
        "restarts": found.restarts,
        "iterations": found.iterations,
        "found_at": found.found_at,
        "text": found.text,
    }


def _score(made: Task, found: ProgramSearchResult, inputs: Iterator[Sequence[str]] | list[Sequence[str]]) -> Score:
    """How right a program is on inputs, which are made a part at a time."""
    score, rest, run = Score(), iter(inputs), runner(found.node)
    while part := list(itertools.islice(rest, 20_000)):
        score_program(data_of((given, made.answers(given)) for given in part), run, score)
    return score


def _inputs(made: Task, seed: int) -> Iterator[Sequence[str]]:
    """All inputs of a small space, else many that are drawn; of brackets all strings to length 9 (6 of three kinds)."""
    if made.name.startswith("dyck"):
        yield from made.all_inputs({2: 14, 4: 9, 6: 6}[len(made.vocabulary)])
        yield from made.sample(DRAWN, seed + 1000)
    elif made.name != "induction" and made.space() <= WHOLE:
        yield from made.all_inputs()
    else:
        yield from made.sample(DRAWN, seed + 1000)


def _long_inputs(made: Task, seed: int) -> list[Sequence[str]]:
    random = Random(seed + 2000)
    if made.name.startswith("dyck"):
        return [_nearly_balanced(made, random) for _ in range(LONG_INPUTS)]
    return [made.draw(random, LONG) for _ in range(LONG_INPUTS)]


def _nearly_balanced(made: Task, random: Random) -> list[str]:
    """A balanced string of length 50 with at most one bracket exchanged."""
    pairs = list(zip(made.vocabulary[::2], made.vocabulary[1::2], strict=True))
    waiting: list[str] = []
    grown: list[str] = []
    while len(grown) < LONG:
        room = LONG - len(grown)
        if waiting and (len(waiting) == room or random.randrange(2)):
            grown.append(waiting.pop())
        else:
            opener, closer = random.choice(pairs)
            grown.append(opener)
            waiting.append(closer)
    if random.randrange(2):
        grown[random.randrange(LONG)] = random.choice(made.vocabulary)
    return grown


# ----------------------------------------------------------------------------------------------------------- the table


def _print(name: str, seed: int, row: dict[str, Any], show: bool) -> None:
    layers = f"{row['layers']}/{ROWS[name].layers}"
    right, far = ("all" if row[key] else f"{100 * row[share]:.2f}%" for key, share in _SHARES)
    print(
        f"{name:14}{seed:5}{row['seconds']:8.2f}{right:>10}{row['tried']:8}{far:>8}"
        f"{row['definitions']:6}{layers:>8}{row['price']:7}",
        flush=True,
    )
    if show:
        print(row["text"])


_SHARES = (("right", "share"), ("far", "far_share"))


def _summary(names: Sequence[str], seeds: Sequence[int], state: dict[str, Any], few: bool) -> Iterator[tuple[str, ...]]:
    """A line a task: what is asked of ten seeds, and what those that ran have reached."""
    yield "task", "exact", "must", "at 50", "must", "CPU s, worst", "must", "goal", "defs", "must", "layers", "library"
    for name in names:
        row, runs = ROWS[name], [state[_key(name, seed, few)] for seed in seeds]
        yield (
            name,
            f"{sum(run['right'] for run in runs)} of {len(runs)}",
            f"{FEW_RIGHT if few else RIGHT} of 10",
            f"{sum(run['far'] for run in runs)} of {len(runs)}",
            f"{FAR} of 10",
            f"{max(run['seconds'] for run in runs):.1f}",
            f"{row.must}",
            f"{row.goal}",
            f"{max(run['definitions'] for run in runs)}",
            "–" if row.definitions is None else f"{row.definitions}",
            f"{max(run['layers'] for run in runs)}",
            f"{row.layers}",
        )


if __name__ == "__main__":
    main()
