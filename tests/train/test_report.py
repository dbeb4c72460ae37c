"""The report of a training as text, made by hand, without PyTorch."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rasp.base.diagnostics import display_width
from rasp.train.events import TrainingScore
from rasp.train.measure import Accuracy
from rasp.train.memory import estimate
from rasp.train.report_text import report_text
from rasp.train.results import SeedResult, SizeResult, TrainingReport
from rasp.train.settings import EncoderSize, TrainingSettings


def report(longest, left_out=0):
    lengths = [
        tuple(Accuracy(n, 5, 0.5, 0.5) for n in part)
        for part in (range(1, longest + 1), range(longest + 1, 2 * longest + 1))
    ]
    right = TrainingScore(0.999, 0.99)
    seeds = tuple(SeedResult(seed, 1000, right, right, *lengths) for seed in range(3))
    sizes = EncoderSize(2, 1, 64, "as counted"), EncoderSize(1, 2, 128, "a layer less, twice the heads and the width")
    results = tuple(
        SizeResult(size, 100_000, 4000, False, 60.0, 1.0, seeds, 0, (), (), (), left_out, "it fails") for size in sizes
    )
    return TrainingReport(
        "reverse", "counted", ("a", "b"), longest, ("a", "b"), TrainingSettings(), ("a note",), results, 2, 1
    )


@pytest.mark.parametrize(("longest", "ranges"), [(3, 6), (16, 8), (100, 6), (1000, 4)])
def test_as_many_ranges_of_lengths_as_fit(longest, ranges):
    lines = report_text(report(longest)).splitlines()
    (first,) = [number for number, line in enumerate(lines) if line.startswith("sequences %, length")]
    head, *rows = lines[first : first + 3]
    assert len(head.replace(" †", "").split()) == 3 + ranges
    assert [row.split()[-ranges:] for row in rows] == [["50"] * ranges] * 2
    assert max(map(display_width, lines)) <= 80


def test_a_report_without_marks_has_no_empty_lines_for_them():
    """One seed, no longer inputs, and no selectors."""
    whole = report(3)
    results = tuple(replace(result, seeds=(replace(result.best_seed, beyond=()),)) for result in whole.results)
    text = report_text(replace(whole, settings=TrainingSettings(seeds=1), results=results))
    assert "\n\n\n" not in text
    assert "†" not in text


def test_inputs_that_were_left_out():
    text = report_text(report(3, left_out=2))
    assert "2 layers, 1 head: 2 inputs left out of the training, the first because it fails" in text
    assert "left out" not in report_text(report(3))


@pytest.mark.parametrize("given", [{"batch": 10_000}, {"seeds": 100}])
def test_more_inputs_or_seeds_take_more_memory(given):
    size = EncoderSize(2, 1, 64)
    assert estimate(size, 10, 10, 16, TrainingSettings(**given)) > 10 * estimate(size, 10, 10, 16, TrainingSettings())
