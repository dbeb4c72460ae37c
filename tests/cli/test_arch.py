"""`rasp arch`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import rasp as package
from tests.cli.processes import Rasp


def test_a_program(rasp: Rasp) -> None:
    result = rasp("arch", "hist.rasp")
    assert result.status == 0
    assert result.err == ""
    assert result.lines[0] == "hist: 1 layer, 2 heads at most (2) without BOS"


def test_every_public_sop_is_reported_on_its_own(rasp: Rasp) -> None:
    heads = [line for line in rasp("arch", "sort").lines if "layers," in line]
    assert heads == [
        "sorted: 2 layers, 2 heads at most (2, 1) without BOS",
        "sorted_bos: 2 layers, 1 head at most (1, 1) without BOS",
    ]


def test_together(rasp: Rasp) -> None:
    result = rasp("arch", "sort", "-s", "sorted", "-s", "sorted_bos", "--together")
    assert result.lines[0] == "sorted, sorted_bos: 2 layers, 3 heads at most (3, 2) without BOS"


def test_assume_bos(rasp: Rasp) -> None:
    assert rasp("arch", "hist.rasp", "--assume-bos").lines[0] == "hist: 1 layer, 1 head at most (1) with BOS"


def test_a_selector(rasp: Rasp) -> None:
    assert rasp("arch", "calc.rasp", "-s", "earlier").lines[0] == "earlier: 1 layer, 1 head at most (1) without BOS"


def test_json(rasp: Rasp) -> None:
    result = rasp("arch", "sort", "-s", "sorted", "--json", "--sublayers", "--fits", "afa", "--mask", "causal")
    [report] = map(json.loads, result.lines)
    assert report["heads_per_layer"] == [2, 1]
    assert report["critical_path"] == ["sorted", "rank", "tokens_asis"]
    assert report["blocks"][1]["heads"][0]["reads"] == ["tokens_asis"]
    assert report["sublayers"] == "a f a"
    assert report["sublayers_proved"] is True
    assert report["fewest"] is True
    assert report["fits"] == {"order": "afa", "missing": []}
    assert report["mask"]["inputs"] == 100


def test_orders(rasp: Rasp) -> None:
    result = rasp("arch", "sort", "-s", "sorted", "--sublayers", "--fits", "aaf")
    assert result.lines[-3:] == ["sublayers: a f a", "", "fits aaf: no, these are left to compute: sorted"]
    assert rasp("arch", "sort", "-s", "sorted", "--fits", "aafa").lines[-1] == "fits aafa: yes"


def test_masks(rasp: Rasp) -> None:
    result = rasp("arch", "hist.rasp", "--mask", "causal", "-i", "abc", "-i", "aab")
    assert "mask causal: each head compares 12 of 18 query-key pairs" in result.lines
    assert 'first on "aab": [2, 2, 1] (ints)' in result.lines


def test_random_inputs_are_the_same_in_every_run(rasp: Rasp) -> None:
    options = ("arch", "hist.rasp", "--mask", "local:1", "--alphabet", "xy", "--length", "5", "--samples", "7")
    assert rasp(*options) == rasp(*options)
    assert rasp(*options) != rasp(*options, "--seed", "1")
    assert any("of 7 inputs" in line for line in rasp(*options).lines)


def test_words_and_lists_as_inputs(rasp: Rasp) -> None:
    assert rasp("arch", "hist.rasp", "--mask", "causal", "-i", "[1, 2, 1]", "--list").status == 0
    assert 'first on ["to", "to"]' in rasp("arch", "hist.rasp", "--mask", "causal", "-i", "to to", "--words").out
    assert '"to"' in rasp("arch", "hist.rasp", "--mask", "causal", "--alphabet", "to be", "--words").out


def test_the_library(rasp: Rasp) -> None:
    rows = [line.split() for line in rasp("arch", "stdlib").lines]
    assert rows[0] == ["program", "s-op", "layers", "heads,", "no", "BOS", "heads,", "BOS", "sublayers"]
    counted = {row[1]: row[2:-1] for row in rows[1:]}
    assert counted["sorted"] == ["2", "2", "1", "1", "1"]
    assert counted["dyck2_ptf_best"] == ["3", "1", "1", "1", "1", "1", "1"]
    assert {row[0] for row in rows[1:]} == set(package.stdlib.names())
    assert max(map(len, rasp("arch", "stdlib").lines)) <= 80


def test_the_library_as_json(rasp: Rasp) -> None:
    reports = [json.loads(line) for line in rasp("arch", "stdlib", "--json").lines]
    assert {report["names"][0] for report in reports} >= {"hist", "reverse"}


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (("calc.rasp", "-s", "number"), "`number` is an int 5, not an s-op", "earlier"),
        (("dyck", "-s", "dyck_ptf"), "`dyck_ptf` is a function", "dyck1_ptf, dyck2_ptf"),
        (("calc.rasp", "-s", "nope"), "unknown name `nope`", "inverse"),
        (("hist.rasp", "--mask", "global"), "a mask is causal, local:W, strided:S or window+global:W,G", "at least"),
        (("hist.rasp", "--fits", "abc"), "an order of sublayers is written with a and f", ""),
        (("nowhere.rasp",), "no file", ""),
        (("hist.rasp", "--mask", "causal", "-i", ""), "the input is empty", ""),
        (("hist.rasp", "--mask", "causal", "--alphabet", ""), "--alphabet", ""),
    ],
)
def test_mistakes(rasp: Rasp, arguments: tuple[str, ...], message: str, hint: str) -> None:
    result = rasp("arch", *arguments)
    assert result.status == 1
    assert message in result.err
    assert hint in result.err
    assert "Traceback" not in result.err


@pytest.mark.parametrize("option", ["--length", "--samples"])
@pytest.mark.parametrize("number", ["0", "-1", "x", "9" * 20])
def test_wrong_usage(rasp: Rasp, option: str, number: str) -> None:
    assert rasp("arch", "hist.rasp", "--mask", "causal", option, number).status == 2


def test_long_lines_are_wrapped(rasp: Rasp, programs: Path) -> None:
    (programs / "chain.rasp").write_text("x = indices; for i in range(300) { x = aggregate(select(x, i, <), x); }")
    lines = rasp("arch", "chain.rasp", "-s", "x", "--sublayers", "--fits", "a" * 200).lines
    assert max(map(len, lines)) <= 80
    assert lines[0].endswith("(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, (280 more), 1, 1,")


def test_the_names_that_were_asked_for(rasp: Rasp, programs: Path) -> None:
    (programs / "two.rasp").write_text("a = indices + 1; b = a;")
    heads = [line for line in rasp("arch", "two.rasp", "-s", "a", "-s", "b").lines if "no attention" in line]
    assert heads == ["a: 0 layers, no attention", "b: 0 layers, no attention"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("stdlib", "-s", "x"),
        ("stdlib", "--mask", "causal"),
        ("stdlib", "--together"),
        ("stdlib", "--assume-bos"),
        ("stdlib", "--sublayers"),
        ("stdlib", "--fits", ""),
        ("hist.rasp", "-i", "ab"),
        ("hist.rasp", "--length", "5"),
        ("hist.rasp", "--alphabet", "ab"),
        ("hist.rasp", "--samples", "5"),
        ("hist.rasp", "--seed", "5"),
        ("hist.rasp", "--words"),
        ("hist.rasp", "--list"),
        ("hist.rasp", "--mask", "causal", "--list"),
        ("hist.rasp", "--mask", "causal", "-i", "ab", "--length", "3"),
    ],
)
def test_options_that_do_not_fit(rasp: Rasp, arguments: tuple[str, ...]) -> None:
    assert rasp("arch", *arguments).status == 2


def test_an_unknown_name_among_many(rasp: Rasp, programs: Path) -> None:
    """The hint names the nearest ones, and says how many there are."""
    names = [f"value_{number}_{'x' * 90}" for number in range(50)]
    (programs / "many.rasp").write_text("".join(f"{name} = indices + 1; " for name in names) + "rank = indices;")
    result = rasp("arch", "many.rasp", "-s", "ramk")
    assert "unknown name `ramk`" in result.err
    assert "The s-ops and selectors are rank, value_0_" in result.err
    assert "and 39 more." in result.err
    assert len(result.err) < 900


def test_an_input_too_long_for_a_mask(rasp: Rasp) -> None:
    result = rasp("arch", "hist.rasp", "--mask", "causal", "--length", "30000")
    assert result.status == 1
    assert "an input of 30000 elements is too long to try a mask on" in result.err
    assert "The limit is 2000 elements" in result.err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--samples", "999999999"), "999999999 inputs of up to 10 elements are too many"),
        (("--samples", "9999", "--length", "2000"), "9999 inputs of up to 2000 elements are too many"),
        (("--length", "999999999"), "an input of 999999999 elements is too long"),
    ],
)
def test_too_much_for_a_mask(rasp: Rasp, options: tuple[str, ...], message: str) -> None:
    """It is told before any input is made."""
    result = rasp("arch", "hist.rasp", "--mask", "causal", *options)
    assert result.status == 1
    assert f"{message} to try a mask on" in result.err
    assert "limit" in result.err


def test_fits_without_sublayers(rasp: Rasp) -> None:
    assert rasp("arch", "hist.rasp", "--fits", "").lines[-1].startswith("fits no sublayers: no, these are left")


def test_a_file_of_the_name(rasp: Rasp, programs: Path) -> None:
    (programs / "stdlib").write_text("x = length;", encoding="utf-8")
    assert rasp("arch", "stdlib").lines[0] == "x: 1 layer, 1 head at most (1) without BOS"
