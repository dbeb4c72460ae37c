"""A model in the hands of Python: results, what is inside, files, errors."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

import rasp
from rasp.compile.proof import first_difference
from rasp.errors import (
    BadInput,
    CannotCompile,
    EmptyInput,
    FileMissing,
    LooksAhead,
    NotAnSOp,
    NotFinite,
    ProgramFails,
    SequenceTooLong,
    TooManyValues,
    UnreadableFile,
    UnwritableFile,
    WrongOperand,
)
from rasp.model.batch_inference import results
from rasp.model.network import Network
from rasp.session.compiling import verify_model
from rasp.session.model_drawing import model_flow
from tests.compile import plain

INDICES, TOKENS = rasp.indices, rasp.tokens
SAME = rasp.select(TOKENS, TOKENS, "==")
HIST = rasp.selector_width(SAME)
REVERSE = rasp.load("reverse")["reverse"]
WIDTHS = rasp.selector_width(~SAME)
UP_TO_HERE = rasp.select(INDICES, INDICES, "<=")


def test_a_model_gives_the_sequences_of_the_program():
    model = HIST.compile(vocab="abc", max_length=5)
    assert model("abcab") == HIST("abcab")
    assert model("abcab").kind == "int"
    assert [result.values for result in model.batch(["a", "bb", "cab"])] == [[1], [2, 2], [1, 1, 1]]


def test_everything_that_happens_has_a_name():
    model = HIST.compile(vocab="abc", max_length=5)
    run = model.run("abca")
    config = model.config
    assert run.residual.shape == (config.n_layers + 1, 5, config.d_model)
    assert len(model.labels) == config.d_model
    place = model.labels.index("rasp" if "rasp" in model.labels else 'tokens = "a"')
    assert run.residual[-1][:, place].tolist() == [0, 1, 0, 0, 1]
    assert np.allclose(run.attention[0][0].sum(axis=-1), 1)
    assert np.allclose(run.attention[0][0][1], [1 / 3, 1 / 3, 0, 0, 1 / 3])  # BOS and both a
    assert np.allclose(run.attention[0][0][0], [1, 0, 0, 0, 0])  # BOS attends to itself


def test_several_outputs():
    model = HIST.compile(REVERSE, INDICES, vocab="ab", max_length=4)
    assert len(model.config.outputs) == 3
    found = list(model("abb").values())
    assert found == [[1, 2, 2], ["b", "b", "a"], [0, 1, 2]]


def test_outputs_of_one_value():
    session = rasp.Session()
    session.run("k1 = indices; k2 = indices;")
    model = session["k1"].compile(session["k2"], HIST, session["k1"], vocab="ab", max_length=3)
    assert list(model("aba").values()) == [[0, 1, 2], [0, 1, 2], [2, 1, 2], [0, 1, 2]]
    assert len(model.config.outputs) == 4


@pytest.mark.parametrize(
    ("sop", "layers", "pre"),
    [
        pytest.param(TOKENS, 0, False, id="the input itself"),
        pytest.param(INDICES % 2 == 1, 0, False, id="indices alone"),
        pytest.param(rasp.where(INDICES > 1, TOKENS, "-"), 0, True, id="token and index"),
        pytest.param(rasp.aggregate(UP_TO_HERE, INDICES), 1, False, id="means"),
        pytest.param(
            rasp.aggregate(rasp.select(INDICES, INDICES, "<"), INDICES, -1), 1, False, id="a number by default"
        ),
        pytest.param(rasp.aggregate(rasp.select(TOKENS, "z", "=="), TOKENS, "none"), 1, False, id="nothing selected"),
        pytest.param(rasp.aggregate(~SAME, INDICES, 0.5), 1, False, id="a float by default"),
        pytest.param(
            rasp.aggregate(rasp.select(INDICES, INDICES + 1, "=="), TOKENS == "a", True), 1, False, id="bools"
        ),
        pytest.param(rasp.aggregate(rasp.best(SAME, INDICES), INDICES), 1, False, id="best"),
        pytest.param(
            rasp.aggregate(rasp.best(rasp.best(UP_TO_HERE, TOKENS), INDICES), TOKENS), 1, False, id="best twice"
        ),
        pytest.param(rasp.aggregate(rasp.best(UP_TO_HERE, TOKENS), INDICES), 1, False, id="best with ties"),
        pytest.param(
            rasp.aggregate(rasp.best(SAME & rasp.select(INDICES, INDICES, "!="), rasp.near), INDICES, -1),
            1,
            False,
            id="nearest",
        ),
        pytest.param(
            rasp.aggregate(rasp.best(rasp.best(rasp.best(~SAME, TOKENS), rasp.near), HIST), TOKENS, "-"),
            2,
            False,
            id="nearest of the best",
        ),
        pytest.param(
            rasp.aggregate(
                rasp.best(rasp.select(INDICES, INDICES, "<"), INDICES), 0.25 * rasp.indicator(TOKENS == "a")
            ),
            1,
            False,
            id="best of fractions",
        ),
        pytest.param(
            rasp.aggregate(UP_TO_HERE, rasp.indicator(TOKENS == "a") + INDICES / 2), 1, False, id="a sum of embeddings"
        ),
        pytest.param(
            rasp.aggregate(UP_TO_HERE, rasp.indicator(TOKENS == "a") * INDICES), 1, True, id="no sum of embeddings"
        ),
        pytest.param(
            rasp.aggregate(rasp.select(INDICES, 3, "=="), rasp.where(TOKENS == "a", 0.1 * INDICES, 0.3)) == 0.3,
            1,
            True,
            id="floats that differ in their last digits",
        ),
        pytest.param(rasp.aggregate(SAME | rasp.select(INDICES, 0, "=="), INDICES), 1, True, id="a disjunction"),
        pytest.param(rasp.aggregate(SAME, 7), 1, False, id="a constant"),
        pytest.param(rasp.aggregate(UP_TO_HERE, rasp.aggregate(SAME, INDICES)) > 1, 2, False, id="a mean of means"),
        pytest.param(rasp.selector_width(rasp.select(HIST, INDICES, "<=") & UP_TO_HERE), 2, False, id="a conjunction"),
        pytest.param(rasp.aggregate(SAME, WIDTHS / (INDICES + 3)), 2, False, id="fractions that floats round"),
        pytest.param(
            rasp.aggregate(rasp.select(INDICES, INDICES, "<"), rasp.aggregate(SAME, INDICES)),
            2,
            False,
            id="means of means",
        ),
    ],
)
def test_what_the_language_allows_compiles(sop, layers, pre, tmp_path):
    model = sop.compile(vocab="abc", max_length=4)
    assert (model.config.n_layers, bool(model.config.d_pre)) == (layers, pre)
    assert model.proof.holds
    assert model.proof.checked == 3 + 9 + 27 + 81
    model.save(tmp_path / "model.safetensors")
    for given in ("a", "cab", "abca"):
        (found,) = plain.outputs(tmp_path / "model.safetensors", given).values()
        assert found == sop(given).values


def test_other_tokens_than_characters():
    number = rasp.tokens_int
    model = rasp.aggregate(UP_TO_HERE, number).compile(vocab=[1, 20, -3], max_length=4)
    assert model([20, -3, 1]) == [20, 8.5, 6.0]
    model = rasp.aggregate(rasp.select(INDICES, 0, "=="), rasp.tokens_asis).compile(vocab=[0.5, 2.0], max_length=3)
    assert model([2.0, 0.5]).values == [2.0, 2.0]


def test_a_causal_model_sees_nothing_behind():
    number = rasp.aggregate(UP_TO_HERE, INDICES)
    model = number.compile(vocab="ab", max_length=4, causal=True)
    assert model.config.causal
    assert np.triu(model.run("abab").attention[0][0], 1).max() == 0
    with pytest.raises(LooksAhead, match='on the input "aa" position 0 selects position 1'):
        REVERSE.compile(vocab="ab", max_length=4, causal=True)


def test_sizes_are_refused_before_anything_is_tried():
    with pytest.raises(TooManyValues, match=r"10,000,100,000 combinations of a token, an index and a length"):
        HIST.compile(vocab="ab", max_length=100_000)


def test_a_proof_that_takes_too_long_is_refused_before_anything_is_tried():
    with pytest.raises(TooManyValues, match=r"positions of inputs that are tried[\s\S]*--random") as caught:
        HIST.compile(vocab="ab", max_length=2_000)
    assert "--limit work=" in str(caught.value)


def test_a_deep_program_with_shared_operands_is_compiled():
    session = rasp.Session()
    session.run("m = 0; for k in range(600) { m = max(m, (tokens_int * k + indices) % 11); }")
    assert session["m"].compile(vocab="12", max_length=2)("21").values == session["m"]("21").values


def test_a_program_without_any_value_is_refused():
    nothing = 1 / (INDICES - INDICES)
    with pytest.raises(ProgramFails, match="division by zero"):
        nothing.compile(vocab="ab", max_length=3)
    with pytest.raises(CannotCompile, match="has no value on any input"):
        nothing.compile(vocab="ab", max_length=3, undefined="skip")


def test_the_sizes_can_be_read_by_name():
    config = HIST.compile(vocab="ab", max_length=2).config
    assert config["outputs"] == config.outputs
    with pytest.raises(KeyError):
        config["layers"]


def test_fewer_random_inputs():
    proof = HIST.compile(vocab="abcdefghij", max_length=8, drawn=3).proof
    assert (proof.trial.whole, proof.checked) == (4, 11110 + 4 * 3)


def test_a_file_holds_the_model(tmp_path):
    path = tmp_path / "model.safetensors"
    model = REVERSE.compile(vocab="abcd", max_length=6)
    model.save(path)
    again = rasp.Transformer.load(path)
    assert again("dcba") == ["a", "b", "c", "d"]
    assert again.config == model.config
    assert (again.network.subspaces, again.heads) == (model.network.subspaces, model.heads)
    assert str(again).split("\n")[:3] == str(model).split("\n")[:3]
    assert plain.outputs(path, "abc") == {"reverse": ["c", "b", "a"]}


def test_a_file_of_an_earlier_version(tmp_path):
    """`hist` for the vocabulary "ab" and two tokens, in float32, in a file with labels in place of subspaces."""
    old = rasp.Transformer.load(Path(__file__).with_name("files") / "format_1.safetensors")
    new = rasp.load("histogram")["hist"].compile(vocab="ab", max_length=2, dtype="float32")
    assert old("aa") == [2, 2]
    assert old.network.subspaces == new.network.subspaces
    assert str(old) == str(new)
    assert old.draw("ab") == new.draw("ab")
    old.save(tmp_path / "new.safetensors")
    again = rasp.Transformer.load(tmp_path / "new.safetensors")
    assert again.network.subspaces == old.network.subspaces


@pytest.mark.parametrize("labels", ["3", "[]", '["a"]', '{"a": 1}', "[1, 2, 3, 4, 5, 6, 7]"])
def test_a_damaged_file_of_an_earlier_version(labels, tmp_path):
    path = Path(__file__).with_name("files") / "format_1.safetensors"
    with safe_open(path, framework="np") as file:
        texts = file.metadata()
    save_file(load_file(path), tmp_path / "model.safetensors", {**texts, "labels": labels})
    with pytest.raises(UnreadableFile, match="damaged"):
        rasp.Transformer.load(tmp_path / "model.safetensors")


def test_a_token_that_looks_like_a_label(tmp_path):
    model = HIST.compile(vocab=["a = b", "c"], max_length=2)
    model.save(tmp_path / "model.safetensors")
    for shown in (model, rasp.Transformer.load(tmp_path / "model.safetensors")):
        assert [(one.name, one.values) for one in shown.network.subspaces][1] == ("tokens", ('"a = b"', '"c"'))
        assert 'tokens = "a = b"' in shown.labels
        assert re.search(r'^1-2 +tokens +"a = b" "c"$', str(shown), re.MULTILINE)
        flow = model_flow(shown.network, ("a = b", "c"))
        assert {value.name: value.cells for value in flow.values.values()}["tokens"][1:] == ('"a = b"', '"c"')


@pytest.mark.parametrize("content", [b"", b"x" * 100, b"\xff" * 40, b"PK\x03\x04" + b"\0" * 60])
def test_a_file_that_is_no_model(content, tmp_path):
    path = tmp_path / "model.safetensors"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match="is not a model"):
        rasp.Transformer.load(path)


def test_files_that_are_damaged(tmp_path):
    path = tmp_path / "model.safetensors"
    model = HIST.compile(vocab="ab", max_length=3)
    model.save(path)
    weights = load_file(path)
    with pytest.raises(FileMissing):
        rasp.Transformer.load(tmp_path / "none")
    save_file(weights, path)
    with pytest.raises(UnreadableFile, match="not a model of this program"):
        rasp.Transformer.load(path)
    model.save(path)
    with safe_open(path, framework="np") as file:
        texts = file.metadata()
    twice = texts["config"].replace('["a", "b"]', '["a", "a"]')
    assert twice != texts["config"]
    for name, text in [
        ("config", twice),
        ("config", "{}"),
        ("config", "["),
        ("subspaces", "[1]"),
        ("subspaces", texts["subspaces"].replace('"start": 1', '"start": 2')),
        ("subspaces", texts["subspaces"].replace('"start": 1', '"start": 1.0')),
        ("subspaces", texts["subspaces"].replace('"values": []', '"values": "ab"')),
        ("subspaces", texts["subspaces"].replace('"values": []', '"values": ["a", "b"]')),
        ("heads", "[]"),
        ("heads", '{"a": 1}'),
        ("heads", '["a"]'),
        ("subspaces", "3"),
        ("subspaces", "[]"),
        ("config", texts["config"].replace('"vocab": [', '"vocab": [' + "1" * 200_000 + ", ")),
    ]:
        save_file(weights, path, {**texts, name: text})
        with pytest.raises(UnreadableFile, match="damaged"):
            rasp.Transformer.load(path)
    for name in weights:
        save_file({**weights, name: np.zeros((2, 1))}, path, texts)
        with pytest.raises(UnreadableFile, match="damaged"):
            rasp.Transformer.load(path)
    save_file({**weights, "embed.W_E": weights["embed.W_E"] * np.nan}, path, texts)
    with pytest.raises(UnreadableFile, match="damaged"):
        rasp.Transformer.load(path)
    with pytest.raises(UnwritableFile):
        model.save(tmp_path / "no" / "folder")


def test_the_shortest_input_is_kept_in_a_file(tmp_path):
    path = tmp_path / "model.safetensors"
    model = rasp.Session().eval("1 / (length - 1)").compile(vocab="ab", max_length=4, min_length=2, dtype="float32")
    model.save(path)
    again = rasp.Transformer.load(path)
    assert again.config == model.config
    assert again.config.min_length == 2
    assert again("ab").values == [1.0, 1.0]
    for use in (again, again.run, again.ids, again.draw, model):
        with pytest.raises(BadInput, match="an input of 1 token is too short: the model takes them from 2 on"):
            use("a")
    with safe_open(path, framework="np") as file:
        texts = file.metadata()
    config, weights = json.loads(texts["config"]), load_file(path)
    for wrong in (0, -1, 5, True, 1.0, "2", None, [2]):
        save_file(weights, path, {**texts, "config": json.dumps({**config, "min_length": wrong})})
        with pytest.raises(UnreadableFile, match="damaged"):
            rasp.Transformer.load(path)
    del config["min_length"]  # as in files of earlier versions
    save_file(weights, path, {**texts, "config": json.dumps(config)})
    assert rasp.Transformer.load(path).config.min_length == 1


@pytest.mark.parametrize("size", ["d_model", "n_ctx"])
def test_a_file_of_a_model_without_any_room(size, tmp_path):
    path = tmp_path / "model.safetensors"
    HIST.compile(vocab="ab", max_length=3).save(path)
    with safe_open(path, framework="np") as file:
        texts = file.metadata()
    config = json.loads(texts["config"])
    sizes, config[size] = {config[size]}, 0
    config["outputs"] = {"hist": list(range(20))}  # of no size that another axis has
    weights = {
        name: np.zeros([0 if length in sizes else length for length in array.shape])
        for name, array in {**load_file(path), "unembed.W_U": np.zeros((7, 20)), "unembed.b_U": np.zeros(20)}.items()
    }
    subspaces = texts["subspaces"] if config["d_model"] else "[]"
    save_file(weights, path, {**texts, "config": json.dumps(config), "subspaces": subspaces})
    with pytest.raises(UnreadableFile, match="damaged"):
        rasp.Transformer.load(path)


def test_weights_that_no_compiler_made():
    model = HIST.compile(vocab="ab", max_length=3)
    huge = {name: np.full_like(array, 1e308) for name, array in model.weights.items()}
    network = Network(model.config, huge, model.network.subspaces, model.heads)
    for run in (network.run, lambda given: results(network, [given])):
        with pytest.raises(NotFinite, match="too large for floats"):
            run(("a", "b"))


def test_long_ints_in_a_file(tmp_path):
    path = tmp_path / "model.safetensors"
    model = (10**5000 * rasp.tokens_int).compile(vocab=[1, 10**6000], max_length=2)
    model.save(path)
    again = rasp.Transformer.load(path)
    assert again.config == model.config
    assert again([1]) == [10**5000]


def test_inputs_outside_the_model():
    model = HIST.compile(vocab="ab", max_length=3)
    with pytest.raises(BadInput, match='does not know the token "x"') as caught:
        model("axb")
    assert caught.value.position == 1
    with pytest.raises(SequenceTooLong, match="4 tokens is too long: the model takes up to 3"):
        model("abab")
    with pytest.raises(EmptyInput):
        model("")
    with pytest.raises(BadInput, match="does not know the token 1"):
        model([1])


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"vocab": ""}, EmptyInput),
        ({"vocab": "aa"}, BadInput),
        ({"vocab": 3}, BadInput),
        ({"max_length": 0}, WrongOperand),
        ({"max_length": "4"}, WrongOperand),
        ({"dtype": "float16"}, WrongOperand),
        ({"undefined": "maybe"}, WrongOperand),
        ({"drawn": -1}, WrongOperand),
        ({"drawn": "x"}, WrongOperand),
        ({"causal": "no"}, WrongOperand),
    ],
)
def test_options_that_make_no_sense(options, error):
    with pytest.raises(error):
        HIST.compile(**{"vocab": "ab", "max_length": 3, **options})


def test_what_cannot_be_compiled_is_refused_by_name(monkeypatch):
    session = rasp.Session()
    session.run("last = best(full_s, indices); w = selector_width(last); n = aggregate(not last, indices);")
    session.run("other = aggregate(last, indices);")
    session.run("nw = selector_width(best(full_s, near)); nn = aggregate(not best(full_s, near), indices);")
    with pytest.raises(CannotCompile, match="there is one at most"):
        session["nw"].compile(vocab="ab", max_length=3)
    with pytest.raises(CannotCompile, match="not its outermost"):
        session["nn"].compile(vocab="ab", max_length=3)
    for name in ("w", "n"):
        with pytest.raises(CannotCompile, match=rf"best[\s\S]*in `{name}`"):
            session[name].compile(vocab="ab", max_length=3)
    with pytest.raises(NotAnSOp):
        HIST.compile(SAME, vocab="ab", max_length=3)
    monkeypatch.setattr(rasp.limits, "work", 50)
    with pytest.raises(TooManyValues, match="too many for a model") as caught:
        REVERSE.compile(vocab="abcdefgh", max_length=9)
    assert "shorter inputs" in str(caught.value)
    assert "in `" in str(caught.value)


@pytest.mark.parametrize("op", ["<=", "=="])
def test_large_models_are_refused_by_name(monkeypatch, op):
    """Whichever part of a selector was built first in this process."""
    read = rasp.indices if op == "<=" else rasp.tokens
    built_first = rasp.select(read, read, op)
    assert isinstance(built_first, rasp.Selector)
    monkeypatch.setattr(rasp.limits, "memory", 500_000)
    session = rasp.Session()
    session.run("last = aggregate(select(tokens, tokens, ==) and select(indices, indices, <=), indices); y = last > 1;")
    with pytest.raises(TooManyValues, match=r"too much memory: it tells apart \d+ values[\s\S]*in `last`"):
        session["last"].compile(session["y"], vocab="abcd", max_length=10)


def test_a_program_that_fails_on_some_inputs():
    with pytest.raises(ProgramFails, match='fails on the input "b"') as caught:
        rasp.tokens_int.compile(vocab="1b", max_length=3)
    assert caught.value.position is None
    model = (1 / (rasp.tokens_int - 2)).compile(vocab="123", max_length=3, undefined="skip")
    assert model.proof.failed == 39 - 14
    assert 'the program fails on "2", for example: division by zero' in model.report
    assert model("131").values == [-1.0, 1.0, -1.0]


def test_a_program_that_fails_on_all_that_is_tried():
    model = HIST.compile(vocab="ab", max_length=3)
    with pytest.raises(ProgramFails, match="fails on all 14 inputs"):
        verify_model(model, {"hist": rasp.tokens_int})


def test_drawn_inputs_are_checked():
    number = rasp.tokens_int % 2
    model = number.compile(vocab=range(400), max_length=3, drawn=5, draw=lambda chance, n: np.arange(n))
    assert model.proof.checked == 400 + 2 * 5
    with pytest.raises(BadInput, match="`draw` gave an input of 1 tokens, and one of 2 was asked for"):
        number.compile(vocab=range(400), max_length=3, draw=lambda chance, n: [1])
    with pytest.raises(EmptyInput):
        number.compile(vocab=range(400), max_length=3, draw=lambda chance, n: "")
    with pytest.raises(BadInput, match="does not know"):
        number.compile(vocab=range(400), max_length=3, draw=lambda chance, n: [500] * n)


def test_coarse_numbers():
    model = REVERSE.compile(vocab="ab", max_length=5, dtype="float32")
    assert model.config.dtype == "float32"
    assert all(array.dtype == np.float32 for array in model.weights.values())
    assert model("abb").values == ["b", "b", "a"]
    assert "narrowest gap in float32" in model.found.figures
    assert model.report.startswith("safe in float64 and float32\nreverse: 2 layers")
    tight = rasp.aggregate(UP_TO_HERE, rasp.tokens_float) > 1000000.5
    with pytest.raises(CannotCompile, match="float32 cannot tell"):
        tight.compile(vocab=["1000000", "1000001"], max_length=4, dtype="float32")
    found = tight.compile(vocab=["1000000", "1000001"], max_length=4).found
    assert found.safe_in == ("float64",)
    assert found.text.startswith("safe in float64; in float32, rounding may change an answer")
    assert tight.compile(vocab=["1000000", "1000001"], max_length=4).proof.holds


def test_numbers_that_are_too_coarse_together():
    session = rasp.Session()
    session.run("s = aggregate(select(indices, indices, <=), tokens_int);")
    session.run("t = aggregate(select(indices, indices, >=), tokens_int);")
    session.run("a = aggregate(best(best(full_s, s), t), indices);")  # scores make much of the last digits of s and t
    assert session["a"].compile(vocab=[0, 1], max_length=4, dtype="float32").proof.holds
    with pytest.raises(CannotCompile, match="float32 cannot tell"):
        session["a"].compile(vocab=[0, 1], max_length=8, dtype="float32")


def test_numbers_that_float32_does_not_have():
    mean = rasp.aggregate(UP_TO_HERE, rasp.tokens_asis)
    assert mean.compile(vocab=[1e38, 2e38], max_length=3, dtype="float32")([1e38, 2e38]) == [1e38, 1.5e38]
    with pytest.raises(CannotCompile, match="float32 cannot hold"):
        mean.compile(vocab=[1e39, 2e39], max_length=3, dtype="float32")


@pytest.mark.parametrize(
    ("vocabulary", "error", "message"),
    [
        ("", EmptyInput, "the vocabulary is empty"),
        (5, BadInput, "no vocabulary: an int is not an input"),
        (["a", None], BadInput, "no vocabulary: element 1 of the input is None"),
    ],
)
def test_vocabularies_that_are_none(vocabulary, error, message):
    with pytest.raises(error, match=message):
        rasp.indices.compile(vocab=vocabulary, max_length=2)


@pytest.mark.parametrize(
    "source",
    [
        "x = aggregate(select(indices, indices, <), indices + 0.5, True);",
        'x = 1.0 if tokens == "a" else (True if tokens == "b" else 2);',
        'x = aggregate(select(tokens, tokens, !=), 2, 0) if tokens == "a" else 5;',
    ],
)
def test_kinds_that_no_single_position_knows(source):
    session = rasp.Session()
    session.run(source)
    assert session["x"].compile(vocab="ab", max_length=5)("aabab") == session["x"]("aabab")


def test_bools_that_equal_a_mean():
    """Several keys may tie with 1.0, and one may give True: a head reads them as one value, and adds up several."""
    session = rasp.Session()
    session.run("first = indices < 1; behind = select(indices, indices, >);")
    session.run("shared = best(not select(first, first, <), tokens_int);")
    session.run("x = aggregate(shared, aggregate(best(behind, tokens), indicator(tokens_int > 1), -2), 1.0);")
    session.run("y = aggregate(shared, aggregate(best(select(first, first, <), tokens), tokens_float, True), 0.1);")
    model = session["x"].compile(session["y"], vocab="1", max_length=6, undefined="skip")
    assert model("1111")["x"] == session["x"]("1111")


def test_values_that_stand_only_where_another_output_fails():
    session = rasp.Session()
    session.run("last = best(select(tokens, tokens, ==), -0.5 * tokens_int);")
    session.run("x = aggregate(last, aggregate(select(0.25 * tokens_int, length, !=), True, True), 1.0);")
    session.run("y = aggregate(last, indicator(indices == 1) if indices < 1 else 0.1, 2);")
    model = session["x"].compile(session["y"], vocab="12", max_length=3, undefined="skip")
    assert list(model("1").values()) == [session["x"]("1"), session["y"]("1")]


def test_what_is_left_of_a_sum_that_comes_to_0_is_0():
    number = rasp.tokens_float
    mean = rasp.aggregate(rasp.select(number, -1, ">"), number)
    model = mean.compile(vocab=[0.1, 0.2, -0.3], max_length=3)
    assert model([0.1, 0.2, -0.3]).values == [0.0, 0.0, 0.0]
    assert first_difference([0.0], [2.0], [0.0, 2.0], 1e300) == 0
    assert first_difference([1e-17], [0.1], [0.0, 0.1], 0.2) == 0
    assert first_difference([1e-17], [0.0], [0.0], 0.0) == 0
