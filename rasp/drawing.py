"""Drawing what a session computes: s-ops and an input go in, a `Flow` with all its values comes out."""

from __future__ import annotations

from collections.abc import Sequence as Listing
from typing import Any

from rasp.architecture.report import Architecture
from rasp.draw.build import Cells, Result, flow, shown_nodes
from rasp.draw.flow import Flow
from rasp.engine.inputs import validate_input
from rasp.names import Names, show_input
from rasp.show import element_text
from rasp.sops import architecture, run


def flow_of(operators: Listing[Any], names: Names, given: Any, assume_bos: bool = False) -> Flow:
    """The computation of s-ops and selectors on an input. Raises what the program runs into on it.

    >>> import rasp
    >>> flow_of([rasp.indices + 1], Names(), "hi").values["v2"].cells
    ('1', '2')
    """
    report = architecture(operators, names, assume_bos)
    checked = validate_input(given)
    wanted = shown_nodes(report.plan)
    row = run(wanted, [checked], names)[1][0]
    results = {node: _result(result) for node, result in zip(wanted, row, strict=True)}
    return flow(report, results, tuple(map(element_text, checked)), _title(report, checked))


def _result(result: Any) -> Result:
    if hasattr(result, "values"):
        return Cells(tuple(map(element_text, result.values)), f"{result.kind}s")
    return tuple(map(tuple, result.tolist()))


def _title(report: Architecture, given: tuple[Any, ...]) -> str:
    return f"{', '.join(report.names)}({show_input(given)})"
