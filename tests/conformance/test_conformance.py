"""Programs with recorded outcomes: 314 written by hand, by topic, and 500 random ones.

The outcomes were recorded from runs of the language's first interpreter; `differences.py` says where this one differs.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance.differences import DIFFERENCES
from tests.conformance.recorded import Case, cases, differences, equal

CASES = {case["id"]: case for name in ("cases.jsonl", "fuzz.jsonl") for case in cases(name)}


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in CASES.items()])
def test_case(case: Case, tmp_path: Path) -> None:
    found = differences(case, tmp_path)
    expected = DIFFERENCES[case["id"]].probes if case["id"] in DIFFERENCES else ()
    unexpected = [text for place, text in found.items() if place not in expected]
    assert not unexpected, "\n".join(unexpected)
    assert set(found) == set(expected), "a probe holds that is listed as different"


def test_all_cases_are_there() -> None:
    assert len(CASES) == 814
    assert set(CASES) >= set(DIFFERENCES)


@pytest.mark.parametrize(
    ("got", "want"), [(1, 1), ("a", "a"), ([1.0 + 1e-12], [1.0]), ({1: "a"}, {"dict": [[1, "a"]]})]
)
def test_equal(got: object, want: object) -> None:
    assert equal(got, want)


@pytest.mark.parametrize(
    ("got", "want"),
    [(1, 1.0), (1, True), (True, 1), ("1", 1), (1, "1"), ([1], [1, 2]), ({1: 2}, {"dict": [[1, 3]]}), (1.001, 1.0)],
)
def test_unequal(got: object, want: object) -> None:
    assert not equal(got, want)


def test_numbers_of_a_sequence_may_stand_for_each_other() -> None:
    assert equal([1, 0, 2.0, 3], [True, False, 2, 3.0], mixed=True)
    assert not equal(["1", 0], [1, 0], mixed=True)
    assert not equal([1.0, 2.5], [True, 2.5], mixed=True)
