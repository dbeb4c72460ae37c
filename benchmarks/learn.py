"""Learns the tasks of `rasp/learning/tasks.py` from their samplers, and prints a table: accuracy, time, size, layers.

    python -m benchmarks.learn [--only TASK] [--seeds 0,1,2] [--small] [--state FILE]

Each line is one run: CPU seconds to the final program, whether it is right on all inputs (or on how many that were
tried), at length 50, its definitions, and its layers beside those of the library's program. A run that stands in the
state file is not repeated. `--few` learns from 250 examples.
"""

from __future__ import annotations

import argparse
import itertools
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

from rasp.architecture.plan import make_plan
from rasp.learning.examples import Examples
from rasp.learning.search import Found, Settings, search
from rasp.learning.tasks import Task, task
from rasp.learning.text import definitions
from rasp.learning.truth import Accuracy, accuracy

WHOLE = 400_000  # inputs of a space that is tried whole
DRAWN = 100_000  # inputs of another
LONG, LONG_INPUTS = 50, 1_000
EXAMPLES, FEW = 20_000, 250
LIBRARY_LAYERS = {
    "hist": 1, "double_hist": 2, "reverse": 2, "sort": 2, "most_freq": 3, "dyck1": 2, "dyck2": 3, "dyck3": 3,
    "induction": 3,
}  # fmt: skip
ROWS: dict[str, Task] = {
    "hist": task("hist"),
    "double_hist": task("double_hist"),
    "reverse": task("reverse"),
    "sort": task("sort"),
    "most_freq": task("most_freq"),
    "dyck1": task("dyck1"),
    "dyck2": task("dyck2"),
    "dyck3": task("dyck3"),
    "induction": task("induction"),
    "hist16": task("hist", 14, 15),
    "double_hist16": task("double_hist", 14, 15),
    "reverse16": task("reverse", 13, 14),
    "sort16": task("sort", 13, 14),
    "most_freq16": task("most_freq", 14, 15),
}


def main() -> None:
    """Runs what is asked for, and prints a line for each run."""
    options = _parser().parse_args()
    state: dict[str, Any] = json.loads(options.state.read_text()) if options.state and options.state.exists() else {}
    names = options.only.split(",") if options.only else list(ROWS)
    print(f"{'task':14}{'seed':>5}{'CPU s':>8}{'right':>10}{'of':>8}{'at 50':>8}{'defs':>6}{'layers':>8}{'price':>7}")
    for name, seed in itertools.product(names, map(int, options.seeds.split(","))):
        key = f"{name}{' few' if options.few else ''} {seed}"
        if key not in state:
            state[key] = _run(ROWS[name], seed, FEW if options.few else EXAMPLES)
            if options.state:
                options.state.write_text(json.dumps(state, indent=1))
        _print(name, seed, state[key], options.text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", help="tasks, separated by commas")
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--few", action="store_true", help=f"learn from {FEW} examples")
    parser.add_argument("--state", type=Path, help="a JSON file that keeps what has been run")
    parser.add_argument("--text", action="store_true", help="show the programs")
    return parser


def _run(made: Task, seed: int, count: int) -> dict[str, Any]:
    """One run, as plain values."""
    drawn = made.sample(EXAMPLES, seed)
    inputs = drawn[: int(len(drawn) * 0.81)][:count]
    examples = Examples.of([(given, made.answers(given)) for given in inputs])
    started = time.process_time()
    found = search(examples, Settings(seed=seed, causal=made.causal, iterations=2_500_000))
    seconds = time.process_time() - started
    return {"seconds": round(seconds, 2), **_measured(made, found, seed)}


def _measured(made: Task, found: Found, seed: int) -> dict[str, Any]:
    tried = accuracy(found.node, _inputs(made, seed), made.answers)  # type: ignore[arg-type]
    far = accuracy(found.node, _long_inputs(made, seed), made.answers)  # type: ignore[arg-type]
    return {
        "right": _share(tried),
        "tried": tried.sequences,
        "far": _share(far),
        "definitions": len(definitions(found.expression)),
        "layers": len(make_plan([found.node]).heads_per_layer),
        "library": LIBRARY_LAYERS[made.name],
        "price": found.price,
        "restarts": found.restarts,
        "text": found.text,
    }


def _share(found: Accuracy) -> str:
    return "all" if found.exact else f"{100 * found.whole / found.sequences:.2f}%"


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
    return [made.drawn(random, LONG) for _ in range(LONG_INPUTS)]


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


def _print(name: str, seed: int, row: dict[str, Any], show: bool) -> None:
    layers = f"{row['layers']}/{row['library']}"
    print(
        f"{name:14}{seed:5}{row['seconds']:8.2f}{row['right']:>10}{row['tried']:8}{row['far']:>8}"
        f"{row['definitions']:6}{layers:>8}{row['price']:7}",
        flush=True,
    )
    if show:
        print(row["text"])


if __name__ == "__main__":
    main()
