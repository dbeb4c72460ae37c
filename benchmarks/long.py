"""Measures long inputs: the library's programs at n = 100,000, hist and sort at n = 1,000,000.

    python benchmarks/long.py [--json FILE] [--compare OLD.json] [--quick]

Times that are compared with each other are taken in turns, in one run. Peak memory is that of a process for each
program.
"""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

import rasp
from benchmarks.run import MEMORY, ROOT, Figure, in_turns, machine, parser_of, tabulate

LETTERS = "abcdefghijklmnopqrstuvwxyz"
ALPHABETS = {"dyck1": "()", "dyck2": "(){}", "dyck3": "(){}[]", "shuffle_dyck1": "()", "shuffle_dyck2": "(){}"}
BOS = ("_bos", "§")  # s-ops with names of that ending expect this token first
LONG, SHORT, LONGEST = 100_000, 10_000, 1_000_000


def given(name: str, size: int) -> str:
    """A random input for one of the library's s-ops, the same in every run."""
    chance = random.Random(f"{name} {size}")
    if name == "add":
        first = chance.choices("0123456789", k=size // 2)
        return "".join(first) + "+" + "".join(chance.choices("0123456789", k=size - size // 2 - 1))
    alphabet = next((ALPHABETS[start] for start in ALPHABETS if name.startswith(start)), LETTERS)
    text = "".join(chance.choices(alphabet, k=size))
    return BOS[1] + text[1:] if name.endswith(BOS[0]) else text


def library() -> Iterator[tuple[str, str, rasp.SOp]]:
    """Yields the s-ops of the library, with program and name."""
    for file in rasp.stdlib.names():
        module = rasp.load(file)
        for name in module:
            if isinstance(module[name], rasp.SOp):
                yield file, name, module[name]


def programs(rounds: int, part: int) -> Iterator[Figure]:
    """Every s-op of the library: time, growth with the length, memory."""
    short, long = SHORT // part, LONG // part
    for file, name, sop in library():
        small, large = in_turns(_call(sop, given(name, short)), _call(sop, given(name, long)), rounds)
        yield Figure(f"{name}, n = {long:,}", large, "s", most=3)
        yield Figure(f"{name}, that against n = {short:,}", large / small, "×", most=15)
        yield Figure(f"{name}, peak memory at n = {long:,}", _peak(file, name, long), "MB", most=1024)


def _call(sop: rasp.SOp, text: str) -> Callable[[], object]:
    return lambda: sop(text)


def _peak(file: str, name: str, size: int) -> float:
    work = f"from benchmarks.long import given; rasp.load({file!r})[{name!r}](given({name!r}, {size}))"
    return int(subprocess.check_output([sys.executable, "-c", MEMORY.format(work=work)], cwd=ROOT)) / 1024


def longest(rounds: int, part: int) -> Iterator[Figure]:
    """hist and sort at n = 1,000,000, compared with the NumPy call that does most of the work, on a prepared array."""
    size = LONGEST // part
    text = given("hist", size)
    yield from _longest("", rasp.load("histogram")["hist"], rasp.load("sort")["sorted"], text, rounds)
    values, places, chance = rasp.tokens_asis, rasp.indices, random.Random(2)
    same, earlier = rasp.select(values, values, "=="), rasp.select(places, places, "<")
    rank = rasp.selector_width(rasp.select(values, values, "<") | (same & earlier))
    hist, in_order = rasp.selector_width(same), rasp.aggregate(rasp.select(rank, places, "=="), values)
    lists: dict[str, list[int] | list[float] | list[str]] = {
        " of ints": [chance.randrange(10**9) for _ in range(size)],
        " of floats": [chance.random() for _ in range(size)],
        " of words": [f"w{chance.randrange(5000)}" for _ in range(size)],
    }
    for kind, row in lists.items():
        yield from _longest(kind, hist, in_order, row, rounds)


def _longest(
    kind: str, hist: rasp.SOp, in_order: rasp.SOp, row: str | list[int] | list[float] | list[str], rounds: int
) -> Iterator[Figure]:
    ready = np.array(list(row))
    pairs: list[tuple[str, str, rasp.SOp, Callable[[], object]]] = [
        ("hist", "np.unique", hist, lambda: np.unique(ready, return_inverse=True, return_counts=True)),
        ("sort", "np.argsort", in_order, lambda: np.argsort(ready, kind="stable")),
    ]
    for name, call, sop, numpy in pairs:
        ours, theirs = in_turns(lambda: sop(row), numpy, rounds)  # noqa: B023
        yield Figure(f"{name}{kind}, n = {len(row):,}", ours, "s")
        yield Figure(f"{name}{kind}, that against {call}", ours / theirs, "×", most=8)


def shapes(rounds: int, part: int) -> Iterator[Figure]:
    """One aggregate for each method of the engine, on random floats."""
    chance = random.Random(1)
    short, long = ([chance.random() for _ in range(size)] for size in (SHORT // part, LONG // part))
    values, places = rasp.tokens_asis, rasp.indices
    earlier = rasp.select(places, places, "<")
    kinds = {
        "mean, join": rasp.aggregate(rasp.select(values, values, "=="), values),
        "mean, sort and prefix sums": rasp.aggregate(earlier, values),
        "mean, dominance count": rasp.aggregate(earlier & rasp.select(values, values, "<"), values),
        "best, running maximum": rasp.aggregate(rasp.best(earlier, values), values),
    }
    for name, sop in kinds.items():
        small, large = in_turns(lambda: sop(short), lambda: sop(long), rounds)  # noqa: B023
        yield Figure(f"{name}, n = {len(long):,}", large, "s", most=3)
        yield Figure(f"{name}, that against n = {len(short):,}", large / small, "×", most=15)


def all_figures(quick: bool) -> Iterator[Figure]:
    """Every line of the table; with `quick`, those of a tenth of the lengths."""
    for group, rounds in ((programs, 15), (shapes, 15), (longest, 5)):  # short calls vary more
        yield from group(1, 10) if quick else group(rounds, 1)


def main() -> None:
    options = parser_of("Measure long inputs.").parse_args()
    tabulate(all_figures(options.quick), options, machine(here=True))


if __name__ == "__main__":
    main()
