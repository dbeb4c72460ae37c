"""A learned program as HTML, for notebooks: its text, its accuracy, and the programs of other sizes."""

from __future__ import annotations

from collections.abc import Iterator

from rasp.base.html import code, html_table, with_title
from rasp.base.quantities import percent
from rasp.learning.reporting.accuracy import Score
from rasp.learning.reporting.report import LearningReport


def learned_html(program: str, report: LearningReport) -> str:
    """The program and its report."""
    notes = [str(report.size), str(report.effort)]
    return with_title(
        report.verdict(),
        code(program),
        html_table(list(_scores(report))),
        html_table(list(_front(report))),
        notes=notes,
    )


def _scores(report: LearningReport) -> Iterator[tuple[str, ...]]:
    yield "data", "sequences", "whole ones right", "outputs right", "commonest output"
    for part in report.parts:
        yield part.name, *_row(part.marks.score), percent(part.baseline.tokens_right, part.baseline.tokens)
    for comparison in report.comparisons:
        yield comparison.words, *_row(comparison.marks.score), ""


def _row(score: Score) -> tuple[str, str, str]:
    whole = percent(score.sequences_right, score.sequences)
    return f"{score.sequences:,}", whole, percent(score.tokens_right, score.tokens)


def _front(report: LearningReport) -> Iterator[tuple[str, ...]]:
    yield "price", "statements", "wrong in training", "wrong in validation", ""
    for one in report.front:
        wrong = "–" if one.validation_wrong is None else f"{one.validation_wrong:,}"
        yield f"{one.price:,}", str(one.statements), f"{one.training_wrong:,}", wrong, "chosen" if one.chosen else ""
