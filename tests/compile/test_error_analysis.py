"""Models in float32: the bounds of what is rounded hold in whatever order sums are added up, and decide alike."""

from __future__ import annotations

import functools

import numpy as np
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

import rasp
from rasp.architecture.masks import confine, mask
from rasp.architecture.plan import make_plan
from rasp.base.limits import limits
from rasp.compile.compiler import compile_plan
from rasp.compile.error_analysis import ROOM, BoundedNetwork, in_float32
from rasp.compile.inputs import trial
from rasp.compile.proof import engine_answers
from rasp.compile.score_levels import VANISHING
from rasp.errors import CannotCompile, RaspError, TooManyValues
from rasp.model.network import Network
from tests.compile.programs import LIBRARY
from tests.compile.test_random_graphs import layered, vocabularies

FLOAT32 = np.float32
SMALL = [program for program in LIBRARY if program.sop in ("hist2", "induction", "sorted", "dyck2_ptf_best", "reverse")]


@pytest.fixture
def _little_work(monkeypatch):
    """What a random graph may take, so that each ends soon."""
    monkeypatch.setattr(limits, "work", 2_000_000)


def in_order(terms):
    """The sum of each row of float32 terms (…, k), from the left."""
    total = np.zeros(terms.shape[:-1], dtype=FLOAT32)
    for place in range(terms.shape[-1]):
        total = total + terms[..., place]
    return total


def in_pairs(terms):
    while terms.shape[-1] > 1:
        if terms.shape[-1] % 2:
            terms = np.concatenate([terms, np.zeros_like(terms[..., :1])], axis=-1)
        terms = terms[..., ::2] + terms[..., 1::2]
    return terms[..., 0]


def in_lanes(terms):
    """Every other term on its own, as vector units do."""
    return in_order(terms[..., ::2]) + in_order(terms[..., 1::2])


ORDERS = {
    "from the left": in_order,
    "from the right": lambda terms: in_order(terms[..., ::-1]),
    "in pairs": in_pairs,
    "in lanes": in_lanes,
    "large ones first": lambda terms: in_order(np.sort(terms, axis=-1)[..., ::-1]),
    "small ones first": lambda terms: in_order(np.sort(terms, axis=-1)),
    "by size": lambda terms: in_order(np.take_along_axis(terms, np.argsort(-np.abs(terms), axis=-1), axis=-1)),
}


class Ordered:
    """A forward pass in float32 that adds up in a given order, with an exp that errs by some of its last digits."""

    def __init__(self, network, order, exp_errs=0):
        self.network, self.order, self.exp_errs = network, order, exp_errs

    def times(self, rows, matrix, bias=None, carried=None):
        terms = rows[..., :, None] * matrix  # (…, a, b)
        more = [part[..., None, :] for part in (bias, carried) if part is not None]
        terms = np.concatenate(
            [terms, *(np.broadcast_to(part, (*terms.shape[:-2], 1, terms.shape[-1])) for part in more)], -2
        )
        return self.order(np.swapaxes(terms, -1, -2))

    def fed(self, name, x):
        w = {part: self.network.weights[f"{name}.mlp.{part}"] for part in ("W_in", "b_in", "W_out", "b_out")}
        hidden = np.maximum(self.times(x, w["W_in"], w["b_in"]), 0)
        return self.times(hidden, w["W_out"], w["b_out"], x)

    def read(self, name, head, x):
        w = self.network.weights
        query, key, value = (self.times(x, w[f"{name}.W_{s}"][head], w[f"{name}.b_{s}"][head]) for s in "QKV")
        scores = self.order(query[:, None] * key[None]) / FLOAT32(np.sqrt(key.shape[1]))
        if self.network.config.causal:
            scores = np.where(np.tri(len(x), dtype=bool), scores, FLOAT32(-np.inf))
        shift = scores - scores.max(axis=1, keepdims=True)
        made = np.exp(shift)
        errs = 1 + self.exp_errs * np.where(np.arange(made.size) % 2, 1, -1).reshape(made.shape) * 2.0**-23
        made = np.where(np.abs(shift) <= VANISHING, made, made * errs).astype(FLOAT32)  # exp gives exactly 1 there
        pattern = made / self.order(made)[:, None]
        return self.order(np.swapaxes(pattern[:, :, None] * value, 1, 2))

    def streams(self, ids):
        w, config = self.network.weights, self.network.config
        x = w["embed.W_E"][ids] + w["pos_embed.W_pos"][: len(ids)]
        x = self.fed("pre", x) if config.d_pre else x
        yield x
        for layer in range(config.n_layers):
            name = f"blocks.{layer}"
            read = np.concatenate([self.read(f"{name}.attn", head, x) for head in range(config.n_heads[layer])], axis=1)
            outer = w[f"{name}.attn.W_O"]
            x = self.fed(name, self.times(read, outer.reshape(-1, outer.shape[2]), w[f"{name}.attn.b_O"], x))
            yield x


class Bounds:
    """What bounds a network's numbers on some inputs, whatever the order of its sums."""

    def __init__(self, network, ids):
        self.network, self.ids = network, ids
        coarse = BoundedNetwork(network)
        self.told = coarse.decode(ids)
        self.streams = list(coarse.streams(ids))


def check(bounds, order, exp_errs=0):
    """Whether every number of every layer is within its bound, and the largest logit that of the answer."""
    network = bounds.network
    forward = Ordered(network, order, exp_errs)
    for place, row in enumerate(bounds.ids):
        for found, bound in zip(forward.streams(row), bounds.streams, strict=True):
            numbers = bound.rows.numbers[bound.of[place]]
            assert found.dtype == FLOAT32
            assert (np.abs(found - numbers.value) <= numbers.error).all()
        logits = forward.times(found[1:], network.weights["unembed.W_U"], network.weights["unembed.b_U"])
        for name, numbers in network.numbers(logits).items():
            assert (numbers == bounds.told[name][place]).all()


def inputs_of(network, count):
    chance = np.random.default_rng(0)
    ids = chance.integers(1, len(network.config.vocab) + 1, (count, network.config.n_ctx))
    ids[:, 0] = 0
    return ids


@functools.cache
def bounds_of(program):
    """Those of a program of the library; the tests of all orders share them."""
    network = program.load().compile(vocab=program.vocab, max_length=6, dtype="float32", drawn=5).network
    return Bounds(network, inputs_of(network, 8))


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
@pytest.mark.parametrize("program", SMALL, ids=lambda program: program.sop)
def test_whatever_the_order_of_sums_the_bounds_hold(program, order):
    check(bounds_of(program), order, exp_errs=2)


@pytest.mark.parametrize("causal", [False, True])
def test_means_of_means(causal):
    here = rasp.select(rasp.indices, rasp.indices, "<=")
    number = rasp.aggregate(here, rasp.tokens_int)
    sop = rasp.aggregate(here, number) > 1
    network = sop.compile(vocab=[0, 1, 3], max_length=5, dtype="float32", causal=causal).network
    bounds = Bounds(network, inputs_of(network, 8))
    for order in ORDERS.values():
        check(bounds, order)


@pytest.mark.usefixtures("_little_work")
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(layered(), vocabularies, st.sampled_from(sorted(ORDERS)), st.booleans())
def test_the_bounds_hold_for_random_graphs(node, vocabulary, order, causal):
    """On all inputs on which the program has values, of those models that are accepted."""
    if causal:
        (node,) = confine([node], mask("causal"))
    try:
        made = compile_plan(make_plan([node], assume_bos=True), ["x"], vocabulary, 4, causal, lambda node: "x").network
        network = in_float32(made)
        tried = [given for inputs in trial(vocabulary, 4, 2, 8) for given in inputs]
        rows = zip(tried, engine_answers([node], tried), strict=True)
        good = [network.ids(given) for given, answer in rows if not isinstance(answer, RaspError)]
        by_length = [np.array([row for row in good if len(row) == size]) for size in {len(row) for row in good}]
        for ids in by_length:
            BoundedNetwork(network).decode(ids)
    except (CannotCompile, TooManyValues) as error:
        event(f"refused: {error.diagnostic.title:.40}")
        return
    event(f"accepted, {network.config.n_layers} layers")
    for ids in by_length:
        check(Bounds(network, ids[:6]), ORDERS[order], exp_errs=2)


def shuffled(network, chance):
    """The network with the dimensions of its stream, its units and those of its heads in another order."""
    weights = dict(network.weights)
    dims = np.concatenate([[0], 1 + chance.permutation(network.config.d_model - 1)])  # the flag of BOS stays
    for name, array in network.weights.items():
        last = name.rsplit(".", 1)[1]
        if last in ("W_E", "W_pos", "W_out", "b_out", "b_O"):
            weights[name] = array[..., dims]
        elif last == "W_O":
            weights[name] = array[:, :, dims]
        elif last in ("W_Q", "W_K", "W_V"):
            weights[name] = array[:, dims]
        elif last in ("W_in", "W_U"):
            weights[name] = array[dims]
    for name in [name for name in weights if name.endswith("W_in")]:
        pairs = chance.permutation(weights[name].shape[1])
        base = name.removesuffix("W_in")
        weights[name], weights[base + "b_in"] = weights[name][:, pairs], weights[base + "b_in"][pairs]
        weights[base + "W_out"] = weights[base + "W_out"][pairs]
    return Network(network.config, weights, network.subspaces, network.heads)  # which nobody reads here


SESSION = rasp.Session()
SESSION.run("s = aggregate(select(indices, indices, <=), tokens_int);")
SESSION.run("t = aggregate(select(indices, indices, >=), tokens_int);")
SESSION.run("a = aggregate(best(best(full_s, s), t), indices);")


@pytest.mark.parametrize(("length", "accepted"), [(4, True), (5, False)])
def test_the_order_of_dimensions_decides_nothing(length, accepted):
    """Products of matrices then add up in other orders, and blocks of inputs go together in others."""
    network = SESSION["a"].compile(vocab=[0, 1], max_length=length).network.astype("float32")
    margins = []
    for seed in range(4):
        coarse = BoundedNetwork(shuffled(network, np.random.default_rng(seed)) if seed else network)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("rasp.compile.error_analysis.ROOM", 0)
            patch.setattr("rasp.model.batch_inference.POSITIONS", [2**17, 20, 100, 50][seed])
            for inputs in trial((0, 1), length, whole=length):
                coarse.decode(np.array([network.ids(given) for given in inputs]))
        margins.append(coarse.margin)
    assert np.allclose(margins, margins[0], rtol=1e-6)
    assert (margins[0] >= ROOM) is accepted


def test_what_is_exact_is_known_to_be():
    """Classes stay exact: a selector of tokens and a lone key are rounded nowhere."""
    network = rasp.aggregate(rasp.select(rasp.indices, rasp.indices + 1, "=="), rasp.tokens, "-")
    coarse = BoundedNetwork(network.compile(vocab="abc", max_length=5, dtype="float32").network)
    coarse.decode(inputs_of(coarse.network, 20))
    assert coarse.margin > 1e12


def test_more_than_half_of_the_distance_is_refused(monkeypatch):
    network = SMALL[0].load().compile(vocab="abcd", max_length=5).network.astype("float32")
    coarse = BoundedNetwork(network)
    coarse.decode(inputs_of(network, 20))
    monkeypatch.setattr("rasp.compile.error_analysis.ROOM", coarse.margin * 1.01)
    with pytest.raises(CannotCompile, match="float32 cannot tell"):
        coarse.decode(inputs_of(network, 20))


@pytest.mark.parametrize("size", [2.0**-30, 2.0**-40, 1e-17, 1e-40])
def test_exp_next_to_0_is_1(size):
    assert np.exp(np.array([size, -size], dtype=FLOAT32)).tolist() == [1.0, 1.0]
