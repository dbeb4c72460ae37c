"""What notebooks show of reports, models, runs and heat maps."""

from __future__ import annotations

import pickle
import re
from typing import Any

import numpy as np
import pytest

import rasp
from rasp.errors import WrongOperand
from rasp.present.heat_maps import HeatMap, side_by_side
from rasp.present.html import trace_html
from tests.tags import Tags

HIST = rasp.selector_width(rasp.select(rasp.tokens, rasp.tokens, "=="))


@pytest.fixture(scope="module")
def model() -> rasp.Transformer:
    return HIST.compile(vocab="abc", max_length=4)


def test_layers_and_heads_are_a_table_with_headings() -> None:
    report = rasp.load("sort")["sorted"].architecture()
    page = Tags(report._repr_html_())
    assert page.texts[0] == report.summary
    assert page.texts[1:5] == ["layer", "selector", "reads", "writes"]
    assert page.counts["tr"] == len(report.text(400).split("\n\n")[1].splitlines())
    assert any(text.startswith("2 layers because") for text in page.texts)


def test_a_program_without_attention_has_no_reasons() -> None:
    assert "because" not in (rasp.indices + 1).architecture()._repr_html_()


def test_methods_of_the_engine_are_a_table() -> None:
    session = rasp.Session()
    session.run("same = select(tokens, tokens, ==); hist = selector_width(same);")
    page = Tags(session.explain("hist", n=100_000)._repr_html_())
    assert page.texts[0] == "selectors on 100,000 elements"
    assert page.texts[1:] == ["selector", "method", "steps", "same", "join on 1 key", "200,000"]


def test_an_s_op_explains_itself_as_its_session_does() -> None:
    session = rasp.Session()
    session.run("same = select(tokens, tokens, ==); hist = selector_width(same);")
    assert session["hist"].explain(n=1000) == session.explain("hist", n=1000)
    assert session["same"].explain(n=1000).selectors[0].method == "whole matrix"


def test_the_report_of_the_compiler_has_a_verdict_and_gaps(model: rasp.Transformer) -> None:
    page = Tags(model.found._repr_html_())
    lines = str(model.found).split("\n")
    assert page.texts[0] == lines[0] == "safe in float64 and float32"
    assert page.texts[-6:-4] == ["numbers", "narrowest gap"]
    assert all(text in page.texts for text in model.report.split("\n"))
    assert lines[-2] == f"narrowest gap in float64: {page.texts[-3]}"


def test_a_model_is_its_heads_weights_and_dimensions(model: rasp.Transformer) -> None:
    page = Tags(model._repr_html_())
    assert page.counts["table"] == 3
    for heading in ("head", "parameters", "dimensions"):
        assert heading in page.texts
    assert "select(tokens, tokens, ==)" in page.texts
    assert page.texts[-1] == "agrees with its program on the 120 inputs that were compared"


def test_a_run_has_the_tokens_on_both_axes_of_each_head(model: rasp.Transformer) -> None:
    page = Tags(model.run("abca")._repr_html_())
    assert page.counts["table"] == 2
    assert page.texts.count("BOS") == 4  # both axes, the columns of the stream, and the dimension that marks it
    assert page.texts.count("0.33") == 6
    assert page.texts[-4:] == ["2", "1", "1", "2"]


def test_a_run_is_its_tables_as_text_and_its_shapes_in_short(model: rasp.Transformer) -> None:
    run = model.run("abca")
    shown, attention = str(run).split("\n"), str(run).split("\n\n")[1].split("\n")
    assert attention[1:3] == ["     BOS   a     b    c    a", "BOS  1"]
    assert [line.split()[0] for line in attention[2:]] == ["BOS", "a", "b", "c", "a"]
    assert attention[3].split() == ["a", "0.33", "0.33", "0.33"]
    assert shown[-1].split()[-4:] == ["2", "1", "1", "2"]
    assert repr(run) == (
        f"<rasp.model.network.Run on 4 tokens: residual {run.residual.shape}, attention (1, 5, 5), "
        f"logits {run.logits.shape}>"
    )


def test_a_long_run_shows_its_first_positions() -> None:
    model = rasp.where(rasp.tokens == "a", 1, 0).compile(vocab="ab", max_length=40, drawn=1)
    page = Tags(model.run("ab" * 20)._repr_html_())
    assert "the first 40 of 41 positions" in page.texts


def test_heat_maps_have_labels_and_numbers() -> None:
    page = Tags(HeatMap([[1, -0.5], [0, 0.25]], ["a", "b"], ["x", "y"], "weights")._repr_html_())
    assert page.texts == ["weights", "x", "y", "a", "1", "-0.5", "b", "0.25"]
    assert "215,110,30" in HeatMap([[-1]], ["a"])._repr_html_()  # below zero is of another colour


def test_heat_maps_of_tensors() -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed")
    tensor = torch.eye(2, dtype=torch.bfloat16, requires_grad=True)
    assert HeatMap(tensor, "ab").matrix.tolist() == [[1, 0], [0, 1]]


def test_heat_maps_of_odd_numbers() -> None:
    for number in (np.nan, np.inf, 0.0):
        Tags(HeatMap([[number]], ["a"])._repr_html_())
    wide = HeatMap(np.eye(40), range(40))._repr_html_()
    assert "1.00" not in Tags(wide).texts


@pytest.mark.parametrize("shape", [(2, 3), (3,), (0, 0)])
def test_labels_have_to_fit(shape: tuple[int, ...]) -> None:
    with pytest.raises(WrongOperand, match="labels"):
        HeatMap(np.zeros(shape), ["a", "b"])


def test_results_stand_side_by_side() -> None:
    before = rasp.select(rasp.indices, rasp.indices, "<")("ab")
    both = side_by_side(before, HeatMap(before.matrix, before.tokens), "<text>")
    page = Tags(both._repr_html_())
    assert page.counts["table"] == 2
    assert page.texts[-1] == "<text>"
    assert str(before) in repr(both)


def test_the_matrix_of_a_selection_has_its_tokens() -> None:
    matrix = rasp.select(rasp.tokens, rasp.tokens, "==")(["a", 1]).matrix
    assert matrix.tokens == ("a", "1")
    assert Tags(matrix._repr_html_()).texts[:6] == ["a", "1", "a", "1", "1", "1"]
    assert repr(matrix).endswith("[False,  True]], tokens=('a', '1'))")
    assert "… 276 more" in repr(rasp.select(1, 1, "==")("x" * 300).matrix)


def test_a_large_selection_is_scaled_down_with_some_labels() -> None:
    page = Tags(rasp.select(rasp.indices, rasp.indices, "<")("x" * 400)._repr_html_())
    assert page.texts[:10] == ["0", "40", "80", "120", "160", "200", "240", "280", "320", "360"]
    assert page.texts[10:50] == [str(n) for n in range(0, 400, 10)]
    assert page.texts[50] == "400 positions, scaled down: each cell is 10 × 10; keys across, queries down"


def test_the_text_of_a_large_selection_in_ipython_is_short() -> None:
    class Printer:
        def text(self, text: str) -> None:
            self.said = text

    printer, before = Printer(), rasp.select(rasp.indices, rasp.indices, "<")
    before("ab")._repr_pretty_(printer, False)
    assert printer.said == repr(before("ab"))
    before("x" * 400)._repr_pretty_(printer, False)
    assert printer.said == "<rasp.Selection of 400 × 400 positions>"


def test_what_is_taken_from_a_matrix_is_an_ordinary_array() -> None:
    matrix = rasp.select(rasp.indices, rasp.indices, "<")("abc").matrix
    plain = np.asarray(matrix)
    assert type(plain) is np.ndarray
    assert plain.tolist() == [[False] * 3, [True, False, False], [True, True, False]]
    for made in (matrix[0], matrix[1:, :2], matrix == plain, plain & matrix, ~matrix, matrix.sum(axis=1)):
        assert type(made) is np.ndarray
    assert (type(matrix[1, 0]), type(matrix.sum()), type(matrix.any())) == (np.bool_, np.int64, np.bool_)
    for made in (matrix.T, matrix.copy(), matrix.astype(int), pickle.loads(pickle.dumps(matrix))):
        assert made._repr_html_() is None
        assert repr(made) == repr(np.asarray(made))


def test_a_matrix_can_be_written_to_as_any_array() -> None:
    selection = rasp.select(rasp.indices, rasp.indices, "<")("ab")
    matrix = selection.matrix.copy()
    matrix |= True
    np.logical_not(matrix, out=matrix)
    matrix[0, 0] = True
    assert matrix.tolist() == [[True, False], [False, False]]
    assert selection == [[False, False], [True, False]]


def test_a_selection_as_a_table_of_pandas() -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    frame = rasp.select(rasp.tokens, rasp.tokens, "==")("aba").to_pandas()
    assert isinstance(frame, pandas.DataFrame)
    assert list(frame.index) == list(frame.columns) == ["a", "b", "a"]
    assert frame.to_numpy().sum() == 5
    assert HeatMap([[0.5]], ["q"], ["k"]).to_pandas().loc["q", "k"] == 0.5


def test_a_sequence_as_a_series_of_pandas() -> None:
    pytest.importorskip("pandas", reason="pandas is not installed")
    hist = rasp.selector_width(rasp.select(rasp.tokens, rasp.tokens, "=="))
    series = hist("aba").to_pandas()
    assert series.tolist() == [2, 1, 2]
    assert series.index.names == ["position", "token"]
    assert series.index.tolist() == [(0, "a"), (1, "b"), (2, "a")]
    assert rasp.tokens_asis([10**30, 1]).to_pandas().tolist() == [10**30, 1]


def test_the_steps_of_a_trace() -> None:
    steps = [(0, "tokens", ["<", "b"], False), (1, "same", ["1", "2"], True), (1, "bad", "division <by zero>", False)]
    page = Tags(trace_html(("<", "b"), steps))
    assert page.texts[:4] == ["layer", "step", "<", "b"]
    assert page.texts[-1] == "no value: division <by zero>"
    assert "keys" in page.texts


def test_no_form_has_colours_of_its_own_for_text_or_page(model: rasp.Transformer) -> None:
    """So that they are legible on dark pages as well."""
    forms: list[Any] = [HIST, HIST.architecture(), model, model.run("ab"), HIST("ab"), HeatMap([[1]], ["a"])]
    for form in forms:
        shown = form._repr_html_()
        assert not re.search(r"(?<!-)color:|background:(?!rgba|transparent)", shown.replace("border-bottom", ""))
