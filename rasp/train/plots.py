"""Plots of a training as SVG: learning curves of all sizes, and accuracy by length. `colors`: see `render_chart`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rasp.draw.chart import Chart, Series, render_chart
from rasp.draw.style import LIGHT
from rasp.train.results import SizeResult, TrainingReport


def curves(report: TrainingReport, colors: Mapping[str, str] = LIGHT) -> str:
    """Plots the share of right validation sequences by step; a line for each seed of each size."""
    series = [line for number, result in enumerate(report.results) for line in _curves(result, number)]
    chart = Chart(f"{report.name}: learning curves", "step", "whole validation sequences, %", tuple(series))
    return render_chart(chart, colors)


def _curves(result: SizeResult, number: int) -> Iterator[Series]:
    for index in range(len(result.seeds)):
        points = tuple((line["step"], 100 * line["validation"][index]["sequences"]) for line in result.history)
        yield Series(_name(result) if not index else "", points, number, thin=index != result.best)


def lengths(report: TrainingReport, colors: Mapping[str, str] = LIGHT) -> str:
    """Plots the share of right test sequences by length, for the best seed of each size."""
    series = []
    for number, result in enumerate(report.results):
        best = result.best_seed
        points = tuple((one.length, 100 * one.sequences) for one in (*best.lengths, *best.beyond))
        series.append(Series(_name(result), points, number))
    mark = report.max_length + 0.5 if any(result.best_seed.beyond for result in report.results) else None
    chart = Chart(
        f"{report.name}: accuracy by length",
        "length",
        "whole test sequences, %",
        tuple(series),
        mark,
        "trained up to here",
    )
    return render_chart(chart, colors)


def _name(result: SizeResult) -> str:
    return f"{result.size.words}, width {result.size.width}"
