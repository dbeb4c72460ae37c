"""What masks do to programs, in numbers and words."""

from __future__ import annotations

import json

import pytest

import rasp
from rasp.base.diagnostics import display_width
from rasp.errors import BadInput, CollectionTooLarge, ConversionFailed, EmptyInput, SequenceTooLong
from rasp.present.names import Names
from rasp.session.mask_effect import measure_mask


def report_of(source, name, mask, inputs, **options):
    session = rasp.Session()
    session.run(source)
    return measure_mask(session.eval(name).architecture(**options), session.names_of_nodes, mask, inputs)


def test_a_program_that_survives() -> None:
    report = report_of("x = aggregate(select(indices, indices, <=), indices);", "x", "causal", ["abc", "ab"])
    assert (report.inputs, report.changed, report.first) == (2, 0, None)
    assert [loss.inputs for loss in report.losses] == [0]
    assert (report.pairs, report.all_pairs) == (6 + 3, 9 + 4)
    assert "the result stays on all 2 inputs" in str(report)


def test_which_head_breaks() -> None:
    source = """
    near = aggregate(select(indices, indices - 1, ==), tokens, "-");
    far = aggregate(select(indices, 0, ==), near);
    """
    report = report_of(source, "far", "local:1", ["ab", "abcd", "abc"])
    assert [(loss.layer, loss.head, loss.inputs) for loss in report.losses] == [(1, 1, 0), (2, 1, 2)]
    assert report.changed == 2
    assert report.first == ("a", "b", "c", "d")


def test_a_failure_counts_as_a_change() -> None:
    report = report_of("x = 1 / aggregate(select(indices, 0, ==), 1);", "x", "local:1", ["abcd"])
    assert report.changed == 1
    assert report.after.startswith("no value: division by zero")


def test_inputs_without_a_value_are_left_out() -> None:
    report = report_of("x = aggregate(full_s, tokens_int);", "x", "causal", ["ab", "12", "11"])
    assert (report.inputs, report.failed, report.changed) == (2, 1, 1)
    assert "left out: 1, on which there is no value without the mask either" in str(report)


def test_a_best_inside_a_pattern_loses_keys() -> None:
    report = report_of('w = selector_width(not best(select(tokens, "b", ==), indices));', "w", "causal", ["bb"])
    assert report.changed == 1
    assert [loss.inputs for loss in report.losses] == [1, 1]


def test_a_nearest_key_inside_a_pattern_loses_keys() -> None:
    report = report_of('w = selector_width(not best(select(tokens, "b", ==), near));', "w", "causal", ["aab"])
    assert report.changed == 1


def test_equal_numbers_are_no_change() -> None:
    report = report_of("v = aggregate(select(tokens, tokens, ==), tokens_int);", "v", "local:0", ["1301", "22"])
    assert report.changed == 0


def test_a_selector() -> None:
    report = report_of("", "full_s", "causal", ["ab"])
    assert (report.before, report.after) == ("[[1, 1], [1, 1]]", "[[1, 0], [1, 1]]")


def test_a_width_whose_position_0_is_hidden() -> None:
    hist = rasp.load("histogram")["hist"]
    assert measure_mask(hist.architecture(), Names(), "local:1", ["abcd"]).bos_hidden
    assert not measure_mask(hist.architecture(), Names(), "causal", ["abcd"]).bos_hidden
    assert not measure_mask(hist.architecture(assume_bos=True), Names(), "local:1", ["abcd"]).bos_hidden


def test_as_data() -> None:
    report = report_of("", "length", "local:1", ["abcd"])
    assert json.loads(json.dumps(report.to_dict()))["mask"] == "local:1"


def test_bad_inputs() -> None:
    with pytest.raises(EmptyInput):
        report_of("", "length", "causal", [""])
    with pytest.raises(BadInput):
        report_of("", "length", "causal", [None])


def test_no_input_with_a_value() -> None:
    with pytest.raises(ConversionFailed):
        report_of("x = aggregate(full_s, tokens_int);", "x", "causal", ["ab", "cd"])


def test_a_small_change_is_a_change() -> None:
    report = report_of("x = aggregate(full_s, tokens_float) + indices;", "x", "local:0", [[1.0, 1.0001]])
    assert report.changed == 1
    assert report.before != report.after


@pytest.mark.parametrize("width", [22, 30, 80])
def test_reports_fit_narrow_terminals(width) -> None:
    module = rasp.load("induction")
    report = measure_mask(module["induction"].architecture(), module.session.names_of_nodes, "local:1", ["abcab" * 9])
    assert max(map(display_width, report.text(width).split("\n"))) <= width
    assert str(report) == report.text()


def test_too_much_at_once() -> None:
    with pytest.raises(SequenceTooLong, match="an input of 2001 elements is too long to try a mask on"):
        report_of("", "length", "causal", ["a" * 2001])
    with pytest.raises(CollectionTooLarge, match="10001 inputs of up to 1 elements are too many"):
        report_of("", "length", "causal", ["a"] * 10_001)


def test_data_has_whole_results() -> None:
    report = report_of("x = aggregate(full_s, indices) + indices;", "x", "causal", ["ab" * 700])
    assert "…" not in report.to_dict()["before"] + report.to_dict()["after"]
    assert "…" in str(report)
