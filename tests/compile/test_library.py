"""Every program of the library as a model: the counted layers and heads, and no difference on what is tried."""

from __future__ import annotations

import pytest

import rasp
from rasp.compile import inputs
from rasp.compile.compiler import compile_plan
from rasp.compile.inputs import trial
from rasp.compile.proof import prove
from rasp.runtime import stdlib
from rasp.session.compile_report import proof_text
from tests.compile.programs import ADDITION, LIBRARY, sums


def model_of(program, length=None):
    report = program.load().architecture(assume_bos=True)
    longest = length or program.length
    return report, compile_plan(report.plan, [program.sop], program.vocab, longest, False, report.words.short)


@pytest.mark.parametrize("program", LIBRARY, ids=lambda program: program.sop)
def test_a_program_compiles_in_the_counted_layers_and_heads_and_is_right(program):
    report, made = model_of(program)
    config = made.network.config
    assert config.n_heads == report.heads_per_layer
    assert bool(config.d_pre) is program.pre
    tried = trial(program.vocab, program.length, whole=4, drawn=60)
    proof = prove(made.network, {program.sop: report.plan.outputs[0]}, tried)
    assert proof.difference is None
    assert proof.failed == 0
    assert proof.checked > 600


def test_addition_compiles_and_is_right_on_sums():
    report, made = model_of(ADDITION)
    assert made.network.config.n_heads == report.heads_per_layer == (1, 1, 1, 1)
    tried = trial(ADDITION.vocab, ADDITION.length, whole=1, drawn=200, draw=sums)
    proof = prove(made.network, {"add": report.plan.outputs[0]}, tried)
    assert (proof.difference, proof.failed) == (None, 10)  # a digit alone is no sum
    assert proof.checked == 1 + 200 * (ADDITION.length - 1)


def test_the_library_is_whole():
    named = {
        (program, name)
        for program in stdlib.names()
        for name in rasp.load(program).names()
        if isinstance(rasp.load(program)[name], rasp.SOp)
    }
    assert named == {(program.file, program.sop) for program in [*LIBRARY, ADDITION]}


PUBLISHED = {  # parameters of other compilers' models, for 8 tokens and 10 or 20 positions
    ("reverse", "reverse"): (103_000, 576_000),
    ("sort", "sorted"): (181_000, 652_000),
    ("double_histogram", "hist2"): (51_000, 286_000),
    ("most_frequent", "most_freq"): (590_000, 6_700_000),
}


@pytest.mark.parametrize(("file", "sop"), PUBLISHED)
def test_models_are_smaller_than_those_published(file, sop):
    plan = rasp.load(file)[sop].architecture(assume_bos=True).plan
    for length, most in zip((10, 20), PUBLISHED[file, sop], strict=True):
        network = compile_plan(plan, [sop], "abcdefgh", length, False, lambda node: "").network
        assert network.n_parameters <= most


def test_a_proof_tries_all_short_inputs_and_random_long_ones(monkeypatch):
    monkeypatch.setattr(inputs, "ALL", 100)
    sop = rasp.load("reverse")["reverse"]
    model = sop.compile(vocab="ab", max_length=6)
    assert model.proof.checked == 62 + 1000  # all up to 5 tokens
    assert "all inputs of up to 5 tokens and 1,000 random ones" in proof_text(model.proof)
