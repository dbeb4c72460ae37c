"""`rasp train`: its options, errors and output. What needs PyTorch, an extra, is skipped without it."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import sys

import pytest

TORCH = importlib.util.find_spec("torch") is not None
needs_torch = pytest.mark.skipif(not TORCH, reason="PyTorch, an extra, is not installed on this machine")
pytestmark = pytest.mark.filterwarnings("ignore")
QUICK = ("--steps", "20", "--batch", "8", "--width", "8", "--seeds", "2", "--threads", "1")
REVERSE = ("train", "reverse", "-s", "reverse", "--vocab", "ab", "--max-length", "4")


def test_without_pytorch_an_error_names_the_extra(rasp, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    for name in [name for name in sys.modules if name.startswith("rasp.train.gradients")]:
        monkeypatch.delitem(sys.modules, name)
    done = rasp(*REVERSE, *QUICK)
    assert done.status == 1
    assert "pip install 'rasp-lang[torch]'" in done.err


def test_a_note_where_a_causal_model_cannot_follow(rasp):
    assert (
        "note: the program looks ahead, which a causal model cannot: on the input"
        in rasp(*REVERSE, *QUICK, "--steps", "1", "--causal").err
    )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ((), "give a program or --pairs"),
        (("reverse",), "a program needs --vocab and --max-length"),
        (("reverse", "--pairs", "a"), "give a program or --pairs"),
        (("--pairs", "a", "--tight"), "--tight goes with a program"),
        ((*REVERSE[1:], "-s", "reverse"), "one s-op is trained at a time"),
        ((*REVERSE[1:], "--resume"), "--resume needs the folder"),
        ((*REVERSE[1:], "--resume", "--force", "-o", "x"), "--resume goes on with what --force would replace"),
        ((*REVERSE[1:], "--lr", "0"), "is not a learning rate"),
    ],
)
def test_wrong_usage(rasp, given, message):
    done = rasp("train", *given)
    assert done.status == 2
    assert message in done.err


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("reverse", "-s", "length", "--vocab", "a", "--max-length", "3"), "the vocabulary has one token"),
        (("histogram", "-s", "_same", "--vocab", "ab", "--max-length", "3"), "is a selector"),
        (("calc.rasp", "-s", "inverse", "--vocab", "012", "--max-length", "3"), "the program fails on the input"),
        (("calc.rasp", "-s", "inverse", "--vocab", "12", "--max-length", "3"), "`inverse` gives floats"),
        (("reverse", "-s", "nope", "--vocab", "ab", "--max-length", "3"), "nope"),
        (("flat.rasp", "-s", "flat", "--vocab", "ab", "--max-length", "3"), "there is nothing to learn"),
        ((*REVERSE[1:], "--tight", "--layers", "2"), "smaller sizes are those below the counted one"),
        ((*REVERSE[1:], "--draw", "sometimes"), "inputs are drawn by"),
        ((*REVERSE[1:], "--draw", "nope.py:f"), "no file nope.py"),
        ((*REVERSE[1:], "--width", "7"), "must be even"),
        ((*REVERSE[1:], "--width", "1000000"), "GB of memory"),
        ((*REVERSE[1:6], "--max-length", "100000"), "GB of memory"),
        (("--pairs", "bad.jsonl"), "contradict"),
    ],
)
def test_errors_before_any_work(rasp, programs, given, message):
    (programs / "flat.rasp").write_text("flat = indices * 0;\n")
    (programs / "bad.jsonl").write_text('{"input": "ab", "output": "ba"}\n{"input": "ab", "output": "ab"}\n' * 20)
    done = rasp("train", *given, *QUICK[:4], "-o", "run")
    assert done.status == 1
    assert message in done.err
    assert not (programs / "run").exists()


@needs_torch
def test_a_report(rasp, programs):
    done = rasp(*REVERSE, *QUICK, "--tight", "-o", "run")
    assert done.status == 0
    assert "as counted" in done.out
    assert "a layer less" in done.out
    assert done.out.endswith("written: run\n")
    assert rasp(*REVERSE, *QUICK, "--tight", "-o", "run").status == 1
    assert rasp(*REVERSE, *QUICK, "--tight", "-o", "run", "--resume").status == 0
    assert rasp(*REVERSE, *QUICK, "-o", "run", "--resume").status == 1
    assert rasp("model", "run", "run/2-layers-1-head-width-8.safetensors", "-i", "ab").status == 0
    assert "head 1.1" in rasp("model", "draw", "run/2-layers-1-head-width-8.safetensors", "-i", "ab").out
    assert "agrees" in rasp("verify", "reverse", "run/2-layers-1-head-width-8.safetensors", "-s", "reverse").out


@needs_torch
def test_a_model_is_compared_with_an_sop_of_another_name(rasp, monkeypatch):
    """The progress line ends before the report is printed."""

    @contextlib.contextmanager
    def show_progress(work):
        yield
        print("end of the progress")

    monkeypatch.setattr("rasp.cli.verify.show_progress", show_progress)
    rasp(*REVERSE, *QUICK, "-o", "run")
    done = rasp("verify", "sort", "run/2-layers-1-head-width-8.safetensors", "-s", "sorted")
    assert done.status == 1
    assert done.out.startswith("end of the progress\nthe model agrees")
    assert "at position 0 `sorted` is " in done.out
    assert ", the model's `reverse` is " in done.out
    failing = rasp("verify", "calc.rasp", "run/2-layers-1-head-width-8.safetensors", "-s", "inverse")
    assert "the program fails on all 30 inputs that were tried, on " in failing.err


@needs_torch
def test_results_before_an_error_are_printed(rasp, programs, monkeypatch):
    from rasp.train.training_run import gradients

    trainer = gradients("rasp.train.gradients.loop").Trainer
    finite = trainer._finite
    monkeypatch.setattr(trainer, "_finite", lambda own, losses: finite(own, losses / (own.size.layers - 1)))
    done = rasp(*REVERSE, *QUICK, "--tight", "-o", "run")
    assert done.status == 1
    assert "2 layers, 1 head, 8: trained 20 steps" in done.out
    assert "the loss of seed 0 is inf at step 0 of 1 layer, 1 head" in done.err
    assert "--lr" in done.err


@needs_torch
def test_a_file_in_the_place_of_the_folder(rasp, programs):
    done = rasp(*REVERSE, *QUICK, "-o", "calc.rasp", "--force")
    assert done.status == 1
    assert "calc.rasp is there already, and no folder" in done.err


@needs_torch
def test_json(rasp):
    done = rasp(*REVERSE, *QUICK, "--json")
    *measures, last = map(json.loads, done.out.splitlines())
    assert [line["event"] for line in measures] == ["measured"] * 20
    assert last["event"] == "trained"
    assert len(last["sizes"][0]["seeds"]) == 2


@needs_torch
def test_examples(rasp, programs):
    lines = [json.dumps({"input": f"{number:b}", "output": f"{number:b}"}) for number in range(1, 60)]
    (programs / "pairs.jsonl").write_text("\n".join(lines))
    done = rasp("train", "--pairs", "pairs.jsonl", *QUICK, "--layers", "1")
    assert done.status == 0
    assert "from examples, so no size is counted" in done.out


@needs_torch
def test_inputs_of_a_function(rasp, programs):
    (programs / "draw.py").write_text("def same(random, length): return random.choice('ab') * length\n")
    done = rasp(*REVERSE, *QUICK, "--draw", "draw.py:same")
    assert done.status == 0
    assert "inputs: draw.py:same" in done.out


# ------------------------------------------------------------------------------------------ what models serve otherwise


def test_compiled_models_are_drawn(rasp, programs):
    rasp("compile", "reverse", "-s", "reverse", "--vocab", "ab", "--max-length", "3", "-o", "model.safetensors")
    assert "layer 2, attention" in rasp("model", "draw", "model.safetensors", "-i", "aba").out
    assert rasp("model", "draw", "model.safetensors", "-i", "aba", "-o", "model.svg").out == "drawn: model.svg\n"
    assert "weight-" in (programs / "model.svg").read_text()


@pytest.mark.parametrize(
    ("given", "status", "message"),
    [
        (("draw", "model.safetensors"), 2, "`rasp model draw` needs one input"),
        (("draw", "model.safetensors", "-i", "a", "-i", "b"), 2, "`rasp model draw` needs one input"),
        (("show", "model.safetensors", "-o", "x.svg"), 2, "-o goes with `rasp model draw`"),
        (("draw", "model.safetensors", "-i", "z"), 1, "does not know the token"),
        (("draw", "model.safetensors", "-i", "a", "-o", "x.gif"), 1, "is no format of drawings"),
    ],
)
def test_what_cannot_be_drawn(rasp, programs, given, status, message):
    rasp("compile", "reverse", "-s", "reverse", "--vocab", "ab", "--max-length", "3", "-o", "model.safetensors")
    done = rasp("model", *given)
    assert done.status == status
    assert message in done.err


def test_what_was_learned_is_compared_with_the_task(rasp):
    given = ("--teacher", "reverse:reverse", "--vocab", "ab", "--max-length", "4", "--iterations", "1000")
    done = rasp("learn", *given, "--against", "sort:sorted")
    assert done.status == 0
    assert "sort:sorted, all 30 inputs up to length 4" in done.err
    assert "task (longer)" in done.err
    assert rasp("learn", *given, "--against", "sort:nope").status == 1
    assert rasp("learn", "--task", "sort", "--against", "sort:sorted").status == 2
