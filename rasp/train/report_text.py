"""The report of a training as text."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from rasp.base.progress import duration
from rasp.base.quantities import many
from rasp.base.tables import USUAL, table, table_width, wrap_text
from rasp.graph.atoms import show_atom
from rasp.graph.nodes import Atom
from rasp.present.names import show_input
from rasp.train.events import share_text
from rasp.train.measure import Accuracy
from rasp.train.results import SizeResult, TrainingReport, WrongInput, mean_and_spread

RANGES = 4  # at most so many ranges of lengths in the table, inside and beyond the trained ones


def report_text(report: TrainingReport, width: int = USUAL) -> str:
    """The report in lines of at most `width` columns."""
    return "\n".join(_lines(report, width))


def _lines(report: TrainingReport, width: int) -> Iterator[str]:
    for text in (title(report), *conditions(report)):
        yield from wrap_text(text, width, indent=4)
    yield ""
    yield from table(score_rows(report), width)
    yield ""
    yield from _length_table(report, width)
    if marks := legend(report):
        yield from wrap_text(marks, width)
    if rows := attention_rows(report):
        yield ""
        yield from table(rows, width)
    yield ""
    for text in remarks(report):
        yield from wrap_text(text, width, indent=4)


def title(report: TrainingReport) -> str:
    """The name of what was trained, and its counted layers and heads."""
    sizes = f"{many(len(report.vocabulary), 'token')}, {many(len(report.values), 'output value')}"
    return f"{report.name}, {report.count}; {sizes}"


def conditions(report: TrainingReport) -> tuple[str, ...]:
    """The settings of the training, and its inputs."""
    return _settings(report), *report.notes


def remarks(report: TrainingReport) -> Iterator[str]:
    """The time that each size took, inputs on which it is wrong, and whether the training was stopped."""
    yield from map(_spent, report.results)
    for result in report.results:
        if result.left_out:
            inputs = many(result.left_out, "input")
            yield f"{result.size.words}: {inputs} left out of the training, the first because {result.left_out_why}"
    for result in report.results:
        yield from (f"wrong, {result.size.words}: {wrong_text(one)}" for one in result.wrong)
    if not report.complete:
        done = sum(not result.stopped for result in report.results)
        yield f"stopped: {done} of {many(report.sizes, 'size')} trained to the end; --resume goes on"


def _settings(report: TrainingReport) -> str:
    made = report.settings
    parts = [
        f"up to {many(made.steps, 'step')} of {many(made.batch, 'input')}",
        f"learning rate {made.lr:g}",
        f"{made.positions} positions",
        "a BOS position" if made.bos else "no BOS position",
        *(["causal"] if made.causal else []),
        *(["attention supervised"] if made.supervise else []),
        *([made.device] if made.device != "cpu" else []),
    ]
    return ", ".join(parts)


def score_rows(report: TrainingReport) -> list[tuple[str, ...]]:
    """A table with a row for each seed, and one for their mean; below each size is its origin."""
    return [("size, width", "parameters", "seed", "tokens %", "sequences %", "best at"), *_rows(report)]


def _rows(report: TrainingReport) -> Iterator[tuple[str, ...]]:
    for result in report.results:
        figures = [_figures(result, index) for index in range(len(result.seeds))]
        if len(figures) > 1:
            shares = zip(*((seed.test.tokens, seed.test.sequences) for seed in result.seeds), strict=True)
            means = (mean_and_spread(column) for column in shares)
            figures.append(("mean", *(f"{100 * mean:.1f} ± {100 * spread:.1f}" for mean, spread in means), ""))
        titles = [(_name(result), f"{result.parameters:,}"), (result.size.why, "")]
        empty = ("", "", "", "")
        for title, row in itertools.zip_longest(titles, figures, fillvalue=None):
            yield *(title or ("", "")), *(row or empty)


def _figures(result: SizeResult, index: int) -> tuple[str, ...]:
    """The cells of a seed; the best one by validation has a mark."""
    seed = result.seeds[index]
    mark = " *" if index == result.best and len(result.seeds) > 1 else ""
    return str(seed.seed), share_text(seed.test.tokens), f"{share_text(seed.test.sequences)}{mark}", f"{seed.step:,}"


def _name(result: SizeResult) -> str:
    return f"{result.size.words}, {result.size.width}"


def _length_table(report: TrainingReport, width: int) -> list[str]:
    """The lines of the table by lengths, with as many ranges as fit without wrapped cells."""
    tables = [length_rows(report, ranges) for ranges in range(RANGES, 0, -1)]
    return table(next((rows for rows in tables if table_width(rows) <= width), tables[-1]), width)


def length_rows(report: TrainingReport, ranges: int = RANGES) -> list[tuple[str, ...]]:
    """A table of the share of whole sequences that the best seed of each size has right, by ranges of lengths.

    There are at most `ranges` of them among the trained lengths, and as many beyond.
    """
    first = report.results[0].best_seed
    inside, beyond = _ranges(first.lengths, ranges), _ranges(first.beyond, ranges)
    rows = [("sequences %, length", *map(_range, inside), *(f"{_range(part)} †" for part in beyond))]
    for result in report.results:
        best = result.best_seed
        parts = [*_ranges(best.lengths, ranges), *_ranges(best.beyond, ranges)]
        rows.append((_name(result), *(share_text(_share(part)) for part in parts)))
    return rows


def legend(report: TrainingReport) -> str:
    """What the marks in the tables mean."""
    parts = [
        *(["* the best seed on validation inputs"] if report.settings.seeds > 1 else []),
        *(["† longer than in training"] if report.results[0].best_seed.beyond else []),
    ]
    return "; ".join(parts)


def _ranges(lengths: Sequence[Accuracy], ranges: int) -> list[Sequence[Accuracy]]:
    """Groups neighbouring lengths into at most `ranges` parts."""
    each = max(1, -(-len(lengths) // ranges))
    return [lengths[start : start + each] for start in range(0, len(lengths), each)]


def _range(part: Sequence[Accuracy]) -> str:
    return str(part[0].length) if len(part) == 1 else f"{part[0].length}-{part[-1].length}"


def _share(part: Sequence[Accuracy]) -> float:
    return sum(one.sequences * one.inputs for one in part) / max(1, sum(one.inputs for one in part))


def attention_rows(report: TrainingReport) -> list[tuple[str, ...]]:
    """A table of the head that is most like each selector; empty if there are none."""
    rows = [
        (
            _name(result),
            match.selector,
            str(match.planned_layer),
            f"{match.layer}.{match.head}",
            f"{match.weight:.2f}",
            f"{match.correlation:.2f}",
        )
        for result in report.results
        for match in result.attention
    ]
    return [("attention of", "selector", "layer", "head", "weight", "correlation"), *rows] if rows else []


def _spent(result: SizeResult) -> str:
    share = f"{100 * result.data_seconds / result.seconds:.1f}" if result.seconds else "0"
    ended = "stopped after" if result.stopped else "trained"
    spent = (
        f"{result.size.words}, {result.size.width}: {ended} {many(result.steps, 'step')} in {duration(result.seconds)}"
    )
    return f"{spent}, of which {share} % for inputs and their answers"


def wrong_text(one: WrongInput) -> str:
    """A wrong output in words.

    >>> wrong_text(WrongInput(("a", "b"), ("b", "a"), ("b", "b")))
    '"ab" gives ["b", "b"], not ["b", "a"]'
    """
    return f"{show_input(one.input)} gives {_atoms(one.found)}, not {_atoms(one.expected)}"


def _atoms(values: Sequence[Atom | None]) -> str:
    return f"[{', '.join('-' if value is None else show_atom(value) for value in values)}]"
