"""The report on a compiled model as text (`figures` has its numbers)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from rasp.architecture.plan import make_plan
from rasp.architecture.report import heads_text
from rasp.base import html
from rasp.base.quantities import percent
from rasp.compile.agreement import Agreement
from rasp.compile.error_analysis import BoundedNetwork, in_float32
from rasp.compile.inputs import Trial
from rasp.compile.proof import Proof, prove
from rasp.errors import CannotCompile
from rasp.graph.nodes import Node
from rasp.model.network import Network
from rasp.model.report import lengths_text, sizes
from rasp.present.names import show_input

DTYPES = ("float64", "float32")
SAFE = {  # the first line of the report
    DTYPES: "safe in float64 and float32",
    DTYPES[:1]: "safe in float64; in float32, rounding may change an answer",
    (): "right in float64 on this machine; in another order of sums, rounding may change an answer",
}
LEAST_MARGIN = 4.0  # the least gap that a unit may have to separate, in units of the last digit


class CompileReport:
    """What the compiler and the proof found; print it, or show it in a notebook.

    `margins` has for each dtype the narrowest gap, in units of the last digit; `notes` are further lines. Its parts are
    worked out when they are asked for: those who compile many models may not read it.
    """

    def __init__(
        self,
        network: Network,
        outputs: Mapping[str, Node],
        proof: Proof,
        margins: Mapping[str, float],
        notes: Sequence[str],
    ) -> None:
        self._network, self._outputs, self._proof = network, dict(outputs), proof
        self._margins, self._notes = margins, notes

    @cached_property
    def safe_in(self) -> tuple[str, ...]:
        """The dtypes in which no order of sums can change an answer on the inputs of the proof."""
        if self._network.config.dtype == "float32" or self._is_safe("float32"):  # less precise than float64
            return DTYPES
        return DTYPES[:1] if self._is_safe("float64") else ()

    def _is_safe(self, dtype: str) -> bool:
        if self._margins[dtype] < LEAST_MARGIN:
            return False
        try:
            network = in_float32(self._network) if dtype == "float32" else self._network
            return prove(network, self._outputs, self._proof.trial, BoundedNetwork(network).decode).holds
        except CannotCompile:  # rounding could change an answer
            return False

    @cached_property
    def heads_without_bos(self) -> tuple[int, ...]:
        """The heads of each layer as `rasp arch` counts them without `--assume-bos`."""
        return make_plan(list(self._outputs.values())).heads_per_layer

    @cached_property
    def text(self) -> str:
        """The report, in lines."""
        lines = [SAFE[self.safe_in], sizes(self._network), *self._count_without_bos(), *self._notes]
        lines.append(f"the model agrees with the program on {proof_text(self._proof)}")
        if self._proof.failure is not None:
            title = self._proof.failure.error.diagnostic.title
            lines.append(f"the program fails on {show_input(self._proof.failure.given)}, for example: {title}")
        return "\n".join(lines)

    def _count_without_bos(self) -> list[str]:
        plain = self.heads_without_bos
        if plain == self._network.config.n_heads:
            return ["`rasp arch` counts as many heads without BOS"] if plain else []
        return [f"`rasp arch` counts {heads_text(plain, with_bos=False)}"]

    @property
    def figures(self) -> str:
        """The narrowest gap between two numbers that the model has to distinguish, in lines."""
        return "\n".join(f"narrowest gap in {dtype}: {_gap_text(self._margins[dtype])}" for dtype in DTYPES)

    def __str__(self) -> str:
        return f"{self.text}\n{self.figures}"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))

    def _repr_html_(self) -> str:
        verdict, *lines = self.text.split("\n")
        gaps = [(dtype, _gap_text(self._margins[dtype])) for dtype in DTYPES]
        shown = [f"<div>{html.escape(line)}</div>" for line in lines]
        return html.with_title(verdict, *shown, html.html_table([("numbers", "narrowest gap"), *gaps]))


def _gap_text(margin: float) -> str:
    return "no unit has to tell numbers apart" if margin == float("inf") else f"{margin:.2g} times its last digit"


def agreement_text(found: Agreement) -> str:
    """An agreement in words."""
    sequences, tokens = percent(found.sequences, found.inputs), percent(found.tokens, found.positions)
    shares = f"{sequences} of sequences and {tokens} of tokens"
    return f"the model agrees with the program on {shares}: of {_tried_text(found.trial, found.inputs, found.failed)}"


def proof_text(proof: Proof) -> str:
    """The inputs of a proof, in words."""
    return _tried_text(proof.trial, proof.checked, proof.failed)


def _tried_text(tried: Trial, checked: int, failed: int) -> str:
    listed = max(tried.whole, tried.shortest - 1)  # the greatest length of which all inputs are tried
    parts = [f"all inputs of {lengths_text(tried.shortest, listed)} tokens"] if listed >= tried.shortest else []
    if tried.longest > listed:
        first = listed + 1
        lengths = f"each length from {first} to {tried.longest}" if first < tried.longest else f"length {first}"
        parts.append(f"{tried.drawn:,} random ones of {lengths}")
    skipped = f"; the program fails on {failed:,} others" if failed else ""
    return f"{' and '.join(parts)} ({checked:,} inputs{skipped})"
