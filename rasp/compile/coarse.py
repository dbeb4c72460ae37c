"""How far coarse numbers lead away: enter a network and its copy in float32, leave the largest shift before a unit.

A step is sure of its result as long as what goes into it stays within half a unit of where it should be. How much of
that rounding takes up depends on all layers before, and scores of `best` make much of little: so it is measured.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from rasp.compile.columns import Array
from rasp.compile.inputs import Input, Trial, count_up_to, trial
from rasp.compile.proof import answers
from rasp.compile.transformer import Network
from rasp.errors import CannotCompile, RaspError
from rasp.graph.nodes import Node

ROOM = 0.5  # how far what goes into a unit may be shifted, before it is another step
NEAR = 2.0  # farther from 0 a unit is off, or on with its twin, whatever the last digits are
INPUTS = 500  # of each length
WORK = 10**11  # products that this may take
ENTRIES = 2**22  # of what goes into all units at once


def in_float32(network: Network) -> Network:
    """The network in float32. Raises CannotCompile where that has no such large numbers."""
    largest = max(float(np.abs(array).max(initial=0.0)) for array in network.weights.values())
    if largest > float(np.finfo("float32").max):
        raise CannotCompile(f"float32 cannot hold the model's numbers: one is {largest:.2g}", hint="float64 can.")
    return network.astype("float32")


def measured_margin(network: Network, coarse: Network, nodes: Sequence[Node], tried: Trial) -> float:
    """How many times larger the shift of what goes into a unit might be; infinite where there is none.

    >>> import rasp
    >>> from rasp.compile.inputs import trial
    >>> reverse = rasp.load("reverse")["reverse"]
    >>> network = reverse.compile(vocab="ab", max_length=4).network
    >>> measured_margin(network, network.astype("float32"), [reverse.node], trial("ab", 4)) > 100
    True
    """
    shift = 0.0
    for inputs in _sample(network, tried):
        rows = zip(inputs, answers(nodes, inputs), strict=True)
        ids = np.array([network.ids(given) for given, answer in rows if not isinstance(answer, RaspError)])
        if len(ids):
            shift = max(shift, _shift(network, coarse, ids))
    return ROOM / shift if shift else float("inf")


def _sample(network: Network, tried: Trial) -> Iterator[list[Input]]:
    """Few inputs of each length, so that the work is not too much."""
    longest, tokens = tried.longest, len(tried.vocabulary)
    count = max(1, min(INPUTS, WORK // (network.n_parameters * longest * (longest + 1))))
    whole = max(size for size in range(longest + 1) if count_up_to(tokens, size) <= count)
    width = max(1, *network.config.d_mlp, network.config.d_pre) * (longest + 1)
    size = max(1, ENTRIES // width)
    for inputs in trial(tried.vocabulary, longest, whole, count, tried.seed, tried.draw):
        yield from (inputs[start : start + size] for start in range(0, len(inputs), size))


def _shift(network: Network, coarse: Network, ids: Array) -> float:
    found = 0.0
    with network.guarded():
        for exact, rough in zip(_before_units(network, ids), _before_units(coarse, ids), strict=True):
            found = max(found, float(np.abs(exact - rough)[np.abs(exact) < NEAR].max(initial=0.0)))
    return found


def _before_units(network: Network, ids: Array) -> Iterator[Array]:
    """What goes into the units of each layer at all positions but the front, and the logits."""
    last = network.embedded(ids)
    for layer, (_, middle, behind) in enumerate(network.layers(last)):
        yield network.before_units(f"blocks.{layer}", middle[:, 1:].reshape(-1, middle.shape[-1]))
        last = behind
    yield network.logits(last)[:, 1:]
