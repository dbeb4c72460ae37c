"""What a report says, in what words."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

import rasp
from rasp.architecture.report import summary_line
from rasp.base.diagnostics import display_width
from rasp.errors import NotAnSOp
from tests.architecture.cases import PUBLISHED

LIBRARY = [
    (program, name)
    for program in rasp.stdlib.names()
    for module in [rasp.load(program)]
    for name in module
    if isinstance(module[name], rasp.SOp)
]
HIST = """\
hist: 1 layer, 2 heads at most (2) without BOS
1 layer because: hist ← tokens
proved: no placement of this program's heads makes the layer narrower

layer  selector                          reads         writes
1      _same or select(indices, 0, ==)   indices == 0  hist
1      _same and select(indices, 0, ==)  1             hist
1 ff   hist

_same = select(tokens, tokens, ==)"""


def report_of(source, name, **options):
    session = rasp.Session()
    session.run(source)
    return session.eval(name).architecture(**options)


def test_text() -> None:
    assert str(rasp.load("histogram")["hist"].architecture()) == HIST


@pytest.mark.parametrize(("program", "name"), LIBRARY)
def test_every_report_of_the_library_fits_eighty_columns(program, name) -> None:
    for assume_bos in (False, True):
        report = rasp.load(program)[name].architecture(assume_bos=assume_bos)
        for width in (22, 30, 80):
            assert max(map(display_width, report.text(width).split("\n"))) <= width
        assert str(report) == report.text(80)
        assert json.loads(json.dumps(report.to_dict()))["layers"] == report.layers


@pytest.mark.parametrize(("program", "name"), LIBRARY)
def test_the_published_numbers_are_met(program, name) -> None:
    report = rasp.load(program)[name].architecture()
    layers, heads = PUBLISHED.get(name, (report.layers, report.heads))
    assert (report.layers, report.heads) <= (layers, heads)
    assert report.heads <= heads


@pytest.mark.parametrize(
    ("program", "name", "path"),
    [
        ("sort", "sorted", ("sorted", "rank", "tokens_asis")),
        ("histogram", "hist", ("hist", "tokens")),
        ("reverse", "reverse", ("reverse", "length", "indices")),
        ("most_frequent", "most_freq", ("most_freq", "_rank", "_first_weight", "tokens")),
    ],
)
def test_critical_path(program, name, path) -> None:
    report = rasp.load(program)[name].architecture()
    assert report.critical_path == path
    assert " ← ".join(path) in str(report)


@pytest.mark.parametrize(
    ("expression", "path"),
    [
        ("tokens", ("tokens",)),
        ("3 + indices", ("indices",)),
        ("select(length, indices, ==)", ("select(length, indices, ==)", "length", "indices")),
        ("full_s", ("full_s", "1")),
        ("aggregate(full_s, 1)", ("aggregate(full_s, 1)", "1")),
    ],
)
def test_critical_path_of_what_has_no_name(expression, path) -> None:
    report = report_of("", expression)
    assert report.critical_path == path
    assert len(path) == report.layers + 1


def test_a_long_path_is_shown_in_part() -> None:
    report = report_of("x = indices; for i in range(50) { x = aggregate(select(x, i, <), x); }", "x")
    assert len(report.critical_path) == 51
    assert "(31 more)" in str(report)


def test_values_of_one_name_are_told_apart() -> None:
    source = """
    def f(x) {
        low = aggregate(select(indices, x, <), x);
        return low * 2;
    }
    y = select(f(indices), f(tokens_int), ==);
    """
    report = report_of(source, "y")
    assert [head.writes for head in report.blocks[0].heads] == [("low",), ("low#2",)]
    assert report.blocks[1].heads[0].selector == "select(low * 2, low#2 * 2, ==)"


def test_what_a_head_gives_is_told_by_the_value_it_is_a_part_of() -> None:
    report = report_of("share = 1 / aggregate(full_s, indices);", "share")
    [head] = report.blocks[0].heads
    assert (head.name, head.selector, head.reads, head.writes) == (
        "full_s",
        "select(1, 1, ==)",
        ("indices",),
        ("for share",),
    )
    assert [value.name for value in report.blocks[0].feed_forward] == ["share"]


def test_values_before_the_first_attention() -> None:
    report = report_of('x = aggregate(full_s, indicator(tokens == "a") * indices + (indices + 1));', "x")
    assert [value.formula for value in report.before] == ['indicator(tokens == "a") * indices + (indices + 1)']
    assert not report.embedding
    assert "0 ff   indicator" in str(report)


def test_no_single_head() -> None:
    report = report_of("x = aggregate(not best(full_s, indices), 1);", "x")
    assert not report.blocks[0].heads[0].single_head
    assert "no single head computes this pattern" in str(report)
    assert "no single head" not in str(report_of("x = aggregate(best(full_s, indices), 1);", "x"))


def test_hostile_names() -> None:
    token = "a\n\x1b[2J\u202e" + "x" * 500 + '"'
    sop = rasp.aggregate(rasp.select(rasp.tokens, token, "=="), rasp.where(rasp.tokens == token, token, "é"))
    text = str(sop.architecture())
    assert text.replace("\n", "").isprintable()
    assert max(map(display_width, text.split("\n"))) <= 80


def test_data_has_whole_formulas() -> None:
    token, steps = "x" * 500, " + ".join(["indices"] * 30)
    report = report_of(f'same = select(tokens, "{token}", ==); y = aggregate(same, {steps});', "y")
    data = report.to_dict()
    assert data["blocks"][0]["heads"][0]["selector"] == f'select(tokens, "{token}", ==)'
    assert data["blocks"][0]["heads"][0]["reads"] == (steps,)
    assert data["blocks"][0]["heads"][0]["writes"] == ("y",)
    assert token not in str(report)
    assert (rasp.tokens + token).architecture().to_dict()["names"] == (f'tokens + "{token}"',)


def test_data_keeps_names_that_were_given() -> None:
    report = replace((rasp.tokens + "x" * 50).architecture(), names=("given",))
    assert report.to_dict()["names"] == ("given",)


def test_a_formula_without_end_is_cut_in_data_too() -> None:
    report = report_of("x = tokens; for i in range(200) { x = x + x; }", "x")
    assert len(report.to_dict()["embedding"][0]["formula"]) < 500


@pytest.mark.parametrize("name", ["short", "n" * 500])
def test_what_a_head_of_a_width_adds_is_shown_after_long_names(name) -> None:
    text = str(report_of(f"{name} = select(tokens, tokens, ==); y = selector_width({name});", "y"))
    assert " ".join(text.split()).count("0, ==)") == 2
    assert text.count(" or ") == text.count(" and ") == 1
    assert max(map(display_width, text.split("\n"))) <= 80


def test_a_long_list_says_how_many_it_leaves_out() -> None:
    source = "".join(f"value_{place} = indices * {place + 2}; " for place in range(40))
    whole = " + ".join(f"aggregate(full_s, value_{place})" for place in range(40))
    text = " ".join(str(report_of(source + f"y = {whole};", "y")).split())
    assert text.count("value_15, value_16, … 23 more") == 2  # embedded, and read
    assert "value_17" not in text


def test_not_an_sop() -> None:
    with pytest.raises(NotAnSOp, match="only s-ops and selectors have layers and heads"):
        rasp.tokens.architecture(3)


def test_summaries() -> None:
    assert summary_line(["a", "b"], (1,), False) == "a, b: 1 layer, 1 head at most (1) without BOS"
    assert summary_line(["a"], (), False) == "a: 0 layers, no attention"
